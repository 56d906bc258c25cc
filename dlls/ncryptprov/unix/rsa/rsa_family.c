/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What RSA keys can do: paddings over the two operations of rsa.h. Rows are of doc/facts/windows-behaviour.md. */
#include <string.h>

#include "rsa/rsa.h"
#include "rsa/rsa_pad.h"

static const struct rsa_key *key_of(const struct material *material)
{
    return (const struct rsa_key *)material;
}

static nte_status rsa_family_generate(const struct algorithm *alg, uint32_t bits,
                                      const struct property_list *parameters, struct material **material)
{
    struct rsa_key *key;
    nte_status status;

    (void)parameters;
    if ((status = rsa_generate(bits, &key))) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

static void rsa_family_free(struct material *material)
{
    rsa_free((struct rsa_key *)material);
}

static uint32_t modulus_length(uint32_t bits)
{
    return (bits + 7) / 8;
}

static uint32_t block_length(const struct algorithm *alg, uint32_t bits)
{
    (void)alg;
    return modulus_length(bits);
}

/* The hash that the padding structure names; NULL in *hash when it names none. */
static nte_status find_hash(const struct padding *padding, const struct hash **hash)
{
    *hash = NULL;
    if (!padding->present) return NTE_INVALID_PARAMETER;
    if (!padding->alg) return NTE_SUCCESS;
    return (*hash = hash_find(padding->alg)) ? NTE_SUCCESS : NTE_NOT_SUPPORTED;
}

nte_status rsa_signature_hash(const struct padding *padding, const struct hash **hash)
{
    uint32_t scheme = padding->scheme;
    nte_status status;

    if (scheme != PAD_PKCS1 && scheme != PAD_PSS) return NTE_INVALID_PARAMETER;         /* 10.3, 10.25 */
    if ((status = find_hash(padding, hash))) return status;
    if (scheme == PAD_PSS && !*hash) return NTE_INVALID_PARAMETER;
    return NTE_SUCCESS;
}

static nte_status private_with_numbers(const void *key, const uint8_t *input, uint8_t *output)
{
    return rsa_private(key, input, output);
}

nte_status rsa_sign_with(const struct rsa_key *key, const struct padding *padding, struct bytes digest,
                         rsa_operation *private, const void *keeper, uint8_t *signature)
{
    const struct hash *hash;
    nte_status status;
    uint8_t *em;

    if ((status = rsa_signature_hash(padding, &hash))) return status;
    if (!(em = secret_alloc(key->n_size))) return NTE_NO_MEMORY;
    if (padding->scheme & PAD_PSS) status = pad_pss_sign(em, key->material.bits, hash, digest, padding->salt_size);
    else status = pad_pkcs1_sign(em, key->n_size, hash, digest);
    if (!status) status = private(keeper, em, signature);
    secret_free(em);
    return status;
}

static nte_status rsa_family_sign(const struct material *material, const struct padding *padding,
                                  struct bytes digest, uint8_t *signature)
{
    return rsa_sign_with(key_of(material), padding, digest, private_with_numbers, material, signature);
}

static nte_status check_message(const struct rsa_key *key, const struct padding *padding, const struct hash *hash,
                                struct bytes digest, uint8_t *em)
{
    if (padding->scheme & PAD_PKCS1) return pad_pkcs1_check(em, key->n_size, hash, digest);
    return pad_pss_check(em, key->material.bits, hash, digest, padding->salt_size);
}

static nte_status rsa_family_verify(const struct material *material, const struct padding *padding,
                                    struct bytes digest, struct bytes signature)
{
    const struct rsa_key *key = key_of(material);
    const struct hash *hash;
    nte_status status;
    uint8_t *em;

    if ((status = rsa_signature_hash(padding, &hash))) return status;
    if (hash && digest.size != hash->size) return NTE_INVALID_PARAMETER;                /* 10.7, 10.9 */
    if (signature.size != key->n_size) return NTE_INVALID_PARAMETER;                    /* 10.8 */
    if (!(em = secret_alloc(key->n_size))) return NTE_NO_MEMORY;
    status = rsa_public(key, signature.data, em);
    if (status == NTE_INVALID_PARAMETER) status = NTE_BAD_SIGNATURE;    /* no number below the modulus */
    else if (!status) status = check_message(key, padding, hash, digest, em);
    secret_free(em);
    return status;
}

static nte_status oaep_hash(const struct padding *padding, const struct hash **hash)
{
    nte_status status;

    if ((status = find_hash(padding, hash))) return status;
    return *hash ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status check_crypt_scheme(uint32_t scheme)
{
    return scheme == PAD_NONE || scheme == PAD_PKCS1 || scheme == PAD_OAEP ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status pad_message(const struct rsa_key *key, const struct padding *padding, struct bytes message,
                              uint8_t *em)
{
    const struct hash *hash;
    nte_status status;

    switch (padding->scheme)
    {
    case PAD_PKCS1:
        return pad_pkcs1_encrypt(em, key->n_size, message);
    case PAD_OAEP:
        if ((status = oaep_hash(padding, &hash))) return status;
        return pad_oaep_encrypt(em, key->n_size, hash, padding->label, message);
    default:
        if (message.size != key->n_size) return NTE_INVALID_PARAMETER;                  /* 11.5 */
        memcpy(em, message.data, message.size);
        return NTE_SUCCESS;
    }
}

static nte_status rsa_family_encrypt(const struct material *material, const struct padding *padding,
                                     struct bytes input, uint8_t *output, uint32_t size, uint32_t *result)
{
    const struct rsa_key *key = key_of(material);
    nte_status status;
    uint8_t *em;

    if ((status = check_crypt_scheme(padding->scheme))) return status;
    if (!output || size < key->n_size)
    {
        *result = key->n_size;
        return output ? NTE_BUFFER_TOO_SMALL : NTE_SUCCESS;                             /* 11.4, 11.6, 11.7 */
    }
    if (!(em = secret_alloc(key->n_size))) return NTE_NO_MEMORY;
    if (!(status = pad_message(key, padding, input, em))) status = rsa_public(key, em, output);
    if (!status) *result = key->n_size;
    secret_free(em);
    return status;
}

static nte_status unpad_message(const struct rsa_key *key, const struct padding *padding, const struct hash *hash,
                                uint8_t *em, size_t *length)
{
    switch (padding->scheme)
    {
    case PAD_PKCS1:
        return pad_pkcs1_decrypt(em, key->n_size, length);
    case PAD_OAEP:
        return pad_oaep_decrypt(em, key->n_size, hash, padding->label, length);
    default:
        *length = key->n_size;
        return NTE_SUCCESS;
    }
}

nte_status rsa_decryption_hash(const struct rsa_key *key, const struct padding *padding, struct bytes input,
                               const struct hash **hash)
{
    nte_status status;

    *hash = NULL;
    if ((status = check_crypt_scheme(padding->scheme))) return status;
    if (padding->scheme == PAD_OAEP && (status = oaep_hash(padding, hash))) return status;  /* 11.11 */
    return input.size == key->n_size ? NTE_SUCCESS : NTE_INVALID_PARAMETER;             /* 11.15 */
}

nte_status rsa_give_message(const uint8_t *message, size_t length, uint8_t *output, uint32_t size, uint32_t *result)
{
    *result = length;
    if (output && size < length) return NTE_BUFFER_TOO_SMALL;
    if (output && length) memcpy(output, message, length);
    return NTE_SUCCESS;
}

/* The length of the message is known only once it is decrypted, so a size query decrypts too (11.18). */
nte_status rsa_decrypt_with(const struct rsa_key *key, const struct padding *padding, struct bytes input,
                            rsa_operation *private, const void *keeper, uint8_t *output, uint32_t size,
                            uint32_t *result)
{
    const struct hash *hash;
    nte_status status;
    size_t length;
    uint8_t *em;

    if ((status = rsa_decryption_hash(key, padding, input, &hash))) return status;
    if (!(em = secret_alloc(key->n_size))) return NTE_NO_MEMORY;
    if (!(status = private(keeper, input.data, em))) status = unpad_message(key, padding, hash, em, &length);
    if (!status) status = rsa_give_message(em, length, output, size, result);
    secret_free(em);
    return status;
}

static nte_status rsa_family_decrypt(const struct material *material, const struct padding *padding,
                                     struct bytes input, uint8_t *output, uint32_t size, uint32_t *result)
{
    return rsa_decrypt_with(key_of(material), padding, input, private_with_numbers, material, output, size, result);
}

const struct family rsa_family =
{
    .generate = rsa_family_generate,
    .free = rsa_family_free,
    .save_public = rsa_export_public_blob,
    .save_private = rsa_export_full_private_blob,
    .load = rsa_load,
    .load_public = rsa_import_public_blob,
    .pkcs8_oids = pkcs8_rsa_oids,
    .pkcs8_import = pkcs8_import_rsa,
    .pkcs8_export = pkcs8_export_rsa,
    .block_length = block_length,
    .signature_length = modulus_length,
    .sign = rsa_family_sign,
    .verify = rsa_family_verify,
    .encrypt = rsa_family_encrypt,
    .decrypt = rsa_family_decrypt,
};
