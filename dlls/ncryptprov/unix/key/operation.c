/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sign, verify, encrypt, decrypt, encapsulate, decapsulate: what is checked for every family before its own code
 * runs. */
#include <string.h>

#include "crypto/hash.h"
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

/* A digest has its limit, a message has none. data may be NULL for a size query, which has the limit as well: it is how
 * the Windows half asks before it looks at a caller's memory. */
static nte_status check_message(const struct family *family, struct bytes message)
{
    return message.size > LONGEST_HASH && !family->signs_messages ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

static int is_missing(const struct family *family, struct bytes message)
{
    return !message.data && (message.size || !family->signs_messages);                  /* row A.42 */
}

static uint32_t sign_flags(const struct key *key)
{
    return PAD_SCHEMES | FLAG_SILENT | (key->alg->family->signs_messages ? PAD_PQDSA : 0) |
           (key->object.provider->may_ignore_salt ? PAD_IGNORE_SALT : 0);
}

/* PAD_IGNORE_SALT: as long as the hash, whatever the caller says (row T.11). Elsewhere the bit is PAD_PQDSA. */
static struct padding choose_salt(const struct key_use *use, const struct padding *asked)
{
    const struct hash *hash = asked->alg ? hash_find(asked->alg) : NULL;
    struct padding padding = *asked;

    if (!(asked->scheme & PAD_IGNORE_SALT) || use->family->signs_messages || use->family->unpadded) return padding;
    padding.scheme &= ~PAD_IGNORE_SALT;
    if (hash) padding.salt_size = hash->size;
    return padding;
}

static nte_status sign(struct key_use *use, const struct padding *padding, struct bytes hash, uint8_t *signature,
                       uint32_t size, uint32_t *result)
{
    uint32_t needed;
    nte_status status;

    if (!use->family->sign || !(needed = signature_length(use))) return NTE_NOT_SUPPORTED;
    if ((status = check_message(use->family, hash))) return status;
    if ((status = check_scheme(use->family, padding))) return status;

    if (!signature)                 /* may be asked with a public key, and without a hash (row 10.28) */
    {
        *result = needed;
        return NTE_SUCCESS;
    }
    if (is_missing(use->family, hash)) return NTE_NULL_REFERENCE_POINTER;
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
    struct padding chosen;
    struct key_use use;
    nte_status status;

    if (flags & ~sign_flags(key)) return NTE_BAD_FLAGS;
    if ((status = key_begin(key, USAGE_SIGNING, &use))) return status;
    chosen = choose_salt(&use, padding);
    return key_end(&use, sign(&use, &chosen, hash, signature, size, result));
}

static nte_status verify(struct key_use *use, const struct padding *padding, struct bytes hash, struct bytes signature)
{
    const struct material *numbers = material_numbers(use->material);
    nte_status status;

    if (!numbers->family->verify || !signature_length(use)) return NTE_NOT_SUPPORTED;
    if ((status = check_message(numbers->family, hash))) return status;
    if ((status = check_scheme(use->family, padding))) return status;
    if (is_missing(numbers->family, hash) || !signature.data) return NTE_NULL_REFERENCE_POINTER;   /* rows 10.5, 10.6 */
    return numbers->family->verify(numbers, padding, hash, signature);
}

nte_status key_verify(struct key *key, const struct padding *padding, uint32_t flags, struct bytes hash,
                      struct bytes signature)
{
    struct padding chosen;
    struct key_use use;
    nte_status status;

    if (flags & ~sign_flags(key)) return NTE_BAD_FLAGS;
    if ((status = key_begin(key, 0, &use))) return status;
    chosen = choose_salt(&use, padding);
    return key_end(&use, verify(&use, &chosen, hash, signature));
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

    if (flags & FLAG_SEALING) return key_seal(key, padding, flags, input, output, size, result);
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

    if (flags & FLAG_SEALING) return key_unseal(key, padding, flags, input, output, size, result);
    if (flags & ~CRYPT_FLAGS) return NTE_BAD_FLAGS;
    if ((status = key_begin(key, USAGE_DECRYPT | USE_CHAIN, &use))) return status;
    return key_end(&use, decrypt(&use, padding, input, output, size, result));
}

/* --- key encapsulation; both results are asked for, or neither --- */

static nte_status encapsulate(struct key_use *use, struct encapsulation *e)
{
    const struct material *numbers = material_numbers(use->material);
    uint32_t secret_size = e->secret_size, ciphertext_size = e->ciphertext_size;

    if (!numbers->family->encapsulate) return NTE_NOT_SUPPORTED;
    if (!e->secret != !e->ciphertext) return NTE_INVALID_PARAMETER;
    numbers->family->kem_lengths(numbers->bits, &e->secret_size, &e->ciphertext_size);
    if (!e->secret) return NTE_SUCCESS;
    if (secret_size < e->secret_size || ciphertext_size < e->ciphertext_size) return NTE_BUFFER_TOO_SMALL;
    return numbers->family->encapsulate(numbers, e->secret, e->ciphertext);
}

nte_status key_encapsulate(struct key *key, uint32_t flags, struct encapsulation *e)
{
    struct key_use use;
    nte_status status;

    if (flags) return NTE_BAD_FLAGS;
    if ((status = key_begin(key, 0, &use))) return status;
    return key_end(&use, encapsulate(&use, e));
}

static nte_status decapsulate(struct key_use *use, struct bytes ciphertext, uint8_t *secret, uint32_t size,
                              uint32_t *result)
{
    uint32_t ciphertext_size;
    nte_status status;

    if (!use->family->decapsulate) return NTE_NOT_SUPPORTED;
    use->family->kem_lengths(use->material->bits, result, &ciphertext_size);
    if (!secret) return NTE_SUCCESS;
    if (!ciphertext.data) return NTE_INVALID_PARAMETER;
    if ((status = key_use_private(use))) return status;
    if (size < *result) return NTE_BUFFER_TOO_SMALL;
    return use->family->decapsulate(use->material, ciphertext, secret);
}

/* Windows has no usage of its own for this: whatever is allowed will do (row A.23). */
nte_status key_decapsulate(struct key *key, uint32_t flags, struct bytes ciphertext, uint8_t *secret, uint32_t size,
                           uint32_t *result)
{
    struct key_use use;
    nte_status status;

    if (flags) return NTE_BAD_FLAGS;
    if ((status = key_begin(key, USAGE_ALL, &use))) return status;
    return key_end(&use, decapsulate(&use, ciphertext, secret, size, result));
}
