/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sign, verify, encrypt, decrypt: what is checked for every family before its own code runs. */
#include "key/key.h"

nte_status key_check_private(struct key *key, uint32_t usage, const struct material **material)
{
    nte_status status;
    uint32_t allowed;

    pthread_mutex_lock(&key->object.mutex);
    allowed = key->key_usage;
    pthread_mutex_unlock(&key->object.mutex);
    if (!(allowed & usage)) return NTE_PERM;
    if ((status = key_private(key, material))) return status;
    return (*material)->has_private ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static uint32_t signature_length(const struct family *family, const struct material *material)
{
    if (family->own_signature_length) return family->own_signature_length(material);
    return family->signature_length(material->bits);
}

/* signtool sends PKCS #1 padding information whatever the key is, so a key that has no padding ignores it. Another
 * scheme asks for what such a key cannot do (row 10.26). */
static nte_status check_scheme(const struct family *family, const struct padding *padding)
{
    return family->unpadded && padding->scheme & ~PAD_PKCS1 ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

nte_status key_sign(struct key *key, const struct padding *padding, uint32_t flags, struct bytes hash,
                    uint8_t *signature, uint32_t size, uint32_t *result)
{
    const struct family *family = key->alg->family;
    const struct material *material;
    uint32_t needed;
    nte_status status;

    if (flags & ~(PAD_SCHEMES | FLAG_SILENT)) return NTE_BAD_FLAGS;
    if ((status = key_material(key, &material))) return status;
    if (!family->sign || !(needed = signature_length(family, material))) return NTE_NOT_SUPPORTED;
    if ((status = check_scheme(family, padding))) return status;

    if (!signature)                 /* may be asked with a public key, and without a hash (row 10.28) */
    {
        *result = needed;
        return NTE_SUCCESS;
    }
    if (!hash.data) return NTE_NULL_REFERENCE_POINTER;
    if ((status = key_check_private(key, USAGE_SIGNING, &material))) return status;
    if (size < needed)
    {
        *result = needed;
        return NTE_BUFFER_TOO_SMALL;
    }
    if ((status = family->sign(material, padding, hash, signature))) return status;
    *result = needed;
    return NTE_SUCCESS;
}

nte_status key_verify(struct key *key, const struct padding *padding, uint32_t flags, struct bytes hash,
                      struct bytes signature)
{
    const struct family *family = key->alg->family;
    const struct material *material;
    nte_status status;

    if (flags & ~(PAD_SCHEMES | FLAG_SILENT)) return NTE_BAD_FLAGS;
    if ((status = key_material(key, &material))) return status;
    if (!family->verify || !signature_length(family, material)) return NTE_NOT_SUPPORTED;
    if ((status = check_scheme(family, padding))) return status;
    if (!hash.data || !signature.data) return NTE_NULL_REFERENCE_POINTER;   /* rows 10.5, 10.6 */
    return family->verify(material, padding, hash, signature);
}

#define CRYPT_FLAGS (PAD_NONE | PAD_PKCS1 | PAD_OAEP | PAD_CIPHER | FLAG_SILENT)

/* A chain has one operation at a time; what others ask of the key meanwhile does not wait for it. */
static nte_status run_cipher(struct key *key, const struct material *material, int encrypt,
                             const struct padding *padding, struct bytes input, uint8_t *output, uint32_t size,
                             uint32_t *result)
{
    struct cipher_state state;
    nte_status status;

    pthread_mutex_lock(&key->chain_mutex);
    pthread_mutex_lock(&key->object.mutex);
    state = key->cipher;
    pthread_mutex_unlock(&key->object.mutex);

    status = key->alg->family->cipher(material, &state, encrypt, padding, input, output, size, result);

    pthread_mutex_lock(&key->object.mutex);
    if (!status) key->cipher = state;
    pthread_mutex_unlock(&key->object.mutex);
    pthread_mutex_unlock(&key->chain_mutex);
    return status;
}

nte_status key_encrypt(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                       uint8_t *output, uint32_t size, uint32_t *result)
{
    const struct family *family = key->alg->family;
    const struct material *material;
    nte_status status;

    if (flags & ~CRYPT_FLAGS) return NTE_BAD_FLAGS;
    if ((status = key_material(key, &material))) return status;
    if (!input.data && input.size) return NTE_INVALID_PARAMETER;
    if (family->cipher) return run_cipher(key, material, 1, padding, input, output, size, result);
    if (!family->encrypt) return NTE_NOT_SUPPORTED;
    return family->encrypt(material, padding, input, output, size, result);
}

nte_status key_decrypt(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                       uint8_t *output, uint32_t size, uint32_t *result)
{
    const struct family *family = key->alg->family;
    const struct material *material;
    nte_status status;

    if (flags & ~CRYPT_FLAGS) return NTE_BAD_FLAGS;
    if ((status = key_material(key, &material))) return status;
    if (!family->decrypt && !family->cipher) return NTE_NOT_SUPPORTED;
    if ((status = key_check_private(key, USAGE_DECRYPT, &material))) return status;
    if (!input.data && input.size) return NTE_INVALID_PARAMETER;
    if (family->cipher) return run_cipher(key, material, 0, padding, input, output, size, result);
    return family->decrypt(material, padding, input, output, size, result);
}
