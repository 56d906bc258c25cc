/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sign, verify, encrypt, decrypt: what is checked for every family before its own code runs. */
#include "key/key.h"

static uint32_t signature_length(const struct key_use *use)
{
    const struct material *numbers = material_numbers(use->material);

    if (numbers->family->own_signature_length) return numbers->family->own_signature_length(numbers);
    return numbers->family->signature_length(numbers->bits);
}

/* signtool sends PKCS #1 padding information with every kind of key, so a key without padding ignores it. Any other
 * scheme asks for something that such a key cannot do (row 10.26). */
static nte_status check_scheme(const struct family *family, const struct padding *padding)
{
    return family->unpadded && padding->scheme & ~PAD_PKCS1 ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

static nte_status sign(struct key_use *use, const struct padding *padding, struct bytes hash, uint8_t *signature,
                       uint32_t size, uint32_t *result)
{
    uint32_t needed;
    nte_status status;

    if (!use->family->sign || !(needed = signature_length(use))) return NTE_NOT_SUPPORTED;
    if ((status = check_scheme(use->family, padding))) return status;

    if (!signature)                 /* may be asked with a public key, and without a hash (row 10.28) */
    {
        *result = needed;
        return NTE_SUCCESS;
    }
    if (!hash.data) return NTE_NULL_REFERENCE_POINTER;
    if ((status = key_use_private(use))) return status;
    if (size < needed)
    {
        *result = needed;
        return NTE_BUFFER_TOO_SMALL;
    }
    if ((status = use->family->sign(use->material, padding, hash, signature))) return status;
    *result = needed;
    return NTE_SUCCESS;
}

nte_status key_sign(struct key *key, const struct padding *padding, uint32_t flags, struct bytes hash,
                    uint8_t *signature, uint32_t size, uint32_t *result)
{
    struct key_use use;
    nte_status status;

    if (flags & ~(PAD_SCHEMES | FLAG_SILENT)) return NTE_BAD_FLAGS;
    if ((status = key_begin(key, USAGE_SIGNING, &use))) return status;
    return key_end(&use, sign(&use, padding, hash, signature, size, result));
}

static nte_status verify(struct key_use *use, const struct padding *padding, struct bytes hash, struct bytes signature)
{
    const struct material *numbers = material_numbers(use->material);
    nte_status status;

    if (!numbers->family->verify || !signature_length(use)) return NTE_NOT_SUPPORTED;
    if ((status = check_scheme(use->family, padding))) return status;
    if (!hash.data || !signature.data) return NTE_NULL_REFERENCE_POINTER;   /* rows 10.5, 10.6 */
    return numbers->family->verify(numbers, padding, hash, signature);
}

nte_status key_verify(struct key *key, const struct padding *padding, uint32_t flags, struct bytes hash,
                      struct bytes signature)
{
    struct key_use use;
    nte_status status;

    if (flags & ~(PAD_SCHEMES | FLAG_SILENT)) return NTE_BAD_FLAGS;
    if ((status = key_begin(key, 0, &use))) return status;
    return key_end(&use, verify(&use, padding, hash, signature));
}

#define CRYPT_FLAGS (PAD_NONE | PAD_PKCS1 | PAD_OAEP | PAD_CIPHER | FLAG_SILENT)

static nte_status encrypt(struct key_use *use, const struct padding *padding, struct bytes input, uint8_t *output,
                          uint32_t size, uint32_t *result)
{
    const struct material *numbers = material_numbers(use->material);

    if (!input.data && input.size) return NTE_INVALID_PARAMETER;
    if (use->chained) return use->family->cipher(use->material, &use->chain, 1, padding, input, output, size, result);
    if (!numbers->family->encrypt) return NTE_NOT_SUPPORTED;
    return numbers->family->encrypt(numbers, padding, input, output, size, result);
}

nte_status key_encrypt(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                       uint8_t *output, uint32_t size, uint32_t *result)
{
    struct key_use use;
    nte_status status;

    if (flags & ~CRYPT_FLAGS) return NTE_BAD_FLAGS;
    if ((status = key_begin(key, USE_CHAIN, &use))) return status;
    return key_end(&use, encrypt(&use, padding, input, output, size, result));
}

static nte_status decrypt(struct key_use *use, const struct padding *padding, struct bytes input, uint8_t *output,
                          uint32_t size, uint32_t *result)
{
    nte_status status;

    if (!use->family->decrypt && !use->chained) return NTE_NOT_SUPPORTED;
    if ((status = key_use_private(use))) return status;
    if (!input.data && input.size) return NTE_INVALID_PARAMETER;
    if (use->chained) return use->family->cipher(use->material, &use->chain, 0, padding, input, output, size, result);
    return use->family->decrypt(use->material, padding, input, output, size, result);
}

nte_status key_decrypt(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                       uint8_t *output, uint32_t size, uint32_t *result)
{
    struct key_use use;
    nte_status status;

    if (flags & ~CRYPT_FLAGS) return NTE_BAD_FLAGS;
    if ((status = key_begin(key, USAGE_DECRYPT | USE_CHAIN, &use))) return status;
    return key_end(&use, decrypt(&use, padding, input, output, size, result));
}
