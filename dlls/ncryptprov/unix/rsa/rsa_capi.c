/* SPDX-License-Identifier: LGPL-2.1-or-later
 * RSA keys as CAPI blobs (doc/facts/windows-api.md 4.2): RSAPUBKEY, then the numbers; those of half the length have
 * room for half of the modulus, rounded up. */
#include "format/capi_blob.h"
#include "rsa/rsa.h"

#define ALG_KEY_EXCHANGE 0x0000a400u
#define ALG_SIGNATURE    0x00002400u
#define MAGIC_PUBLIC     0x31415352u    /* "RSA1" */
#define MAGIC_PRIVATE    0x32415352u    /* "RSA2" */
#define VERSION          2
#define EXPONENT_SIZE    4

static size_t half_size(size_t bits)
{
    return (bits / 8 + (bits % 8 != 0) + 1) / 2;
}

static void read_private(struct capi_reader *blob, struct rsa_numbers *numbers)
{
    uint32_t half = 8 * half_size(blob->bits);

    numbers->p = capi_number(blob, half);
    numbers->q = capi_number(blob, half);
    numbers->dp = capi_number(blob, half);
    numbers->dq = capi_number(blob, half);
    numbers->qinv = capi_number(blob, half);
    numbers->d = capi_number(blob, blob->bits);
}

static nte_status read_blob(struct capi_reader *blob, uint8_t type, struct rsa_numbers *numbers)
{
    uint32_t magic = type == CAPI_PRIVATE_KEY ? MAGIC_PRIVATE : MAGIC_PUBLIC;

    numbers->e = capi_number(blob, 8 * EXPONENT_SIZE);
    if (blob->r.failed) return NTE_BAD_DATA;
    if (blob->type != type || blob->version != VERSION || blob->magic != magic) return NTE_INVALID_PARAMETER;
    if (blob->alg != ALG_KEY_EXCHANGE && blob->alg != ALG_SIGNATURE) return NTE_INVALID_PARAMETER;
    numbers->n = capi_number(blob, blob->bits);
    if (type == CAPI_PRIVATE_KEY) read_private(blob, numbers);
    return capi_end(blob);
}

static nte_status import_blob(const struct algorithm_list *algorithms, struct bytes data, uint8_t type,
                              struct material **material,
                              nte_status (*make)(const struct rsa_numbers *numbers, struct rsa_key **key))
{
    const struct algorithm *alg = family_algorithm(algorithms, &rsa_family);
    struct rsa_numbers numbers = {0};
    struct capi_reader blob;
    struct rsa_key *key;
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;
    if (!(status = capi_open(&blob, data))) status = read_blob(&blob, type, &numbers);
    if (!status) status = make(&numbers, &key);
    capi_close(&blob);
    if (status) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status rsa_import_capi_public_blob(struct bytes data, const struct blob_options *options,
                                       struct material **material)
{
    return import_blob(options->algorithms, data, CAPI_PUBLIC_KEY, material, rsa_import_public);
}

nte_status rsa_import_capi_private_blob(struct bytes data, const struct blob_options *options,
                                        struct material **material)
{
    return import_blob(options->algorithms, data, CAPI_PRIVATE_KEY, material, rsa_import_private);
}

static void write_public(struct writer *w, const struct rsa_key *key, uint8_t type, uint32_t magic)
{
    capi_write_header(w, type, VERSION, ALG_KEY_EXCHANGE, magic, key->material.bits);
    capi_write_number(w, EXPONENT_SIZE, key->e, key->en);
    capi_write_number(w, key->n_size, key->n, key->nn);
}

nte_status rsa_export_capi_public_blob(const struct material *material, const struct blob_options *options,
                                       struct writer *w)
{
    const struct rsa_key *key = (const struct rsa_key *)material;

    (void)options;
    if (key->e_bits > 8 * EXPONENT_SIZE) return NTE_NOT_SUPPORTED;
    write_public(w, key, CAPI_PUBLIC_KEY, MAGIC_PUBLIC);
    return NTE_SUCCESS;
}

nte_status rsa_export_capi_private_blob(const struct material *material, const struct blob_options *options,
                                        struct writer *w)
{
    const struct rsa_key *key = (const struct rsa_key *)material;
    size_t half = half_size(material->bits);

    (void)options;
    if (!material->has_private) return NTE_INVALID_PARAMETER;
    if (key->e_bits > 8 * EXPONENT_SIZE || key->p_size > half || key->q_size > half) return NTE_NOT_SUPPORTED;
    write_public(w, key, CAPI_PRIVATE_KEY, MAGIC_PRIVATE);
    capi_write_number(w, half, key->p, key->pn);
    capi_write_number(w, half, key->q, key->qn);
    capi_write_number(w, half, key->dp, key->pn);
    capi_write_number(w, half, key->dq, key->qn);
    capi_write_number(w, half, key->qinv, key->pn);
    capi_write_number(w, key->n_size, key->d, key->nn);
    return NTE_SUCCESS;
}
