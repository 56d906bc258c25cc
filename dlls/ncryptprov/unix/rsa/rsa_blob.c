/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BCRYPT_RSAKEY_BLOB (doc/facts/windows-api.md 4.1): a header of six little-endian words, then big-endian numbers. */
#include "rsa/rsa.h"

#define MAGIC_PUBLIC  0x31415352u   /* "RSA1" */
#define MAGIC_PRIVATE 0x32415352u   /* "RSA2" */
#define MAGIC_FULL    0x33415352u   /* "RSA3" */

struct header
{
    uint32_t magic, bits, e_size, n_size, p_size, q_size;
};

/* The bit length is read and ignored, as Windows does (row 8.5). */
static nte_status read_header(struct reader *r, uint32_t magic, struct header *header)
{
    header->magic = read_u32(r);
    header->bits = read_u32(r);
    header->e_size = read_u32(r);
    header->n_size = read_u32(r);
    header->p_size = read_u32(r);
    header->q_size = read_u32(r);
    if (r->failed) return NTE_BAD_DATA;
    return header->magic == magic ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status read_blob(struct bytes data, uint32_t magic, struct rsa_numbers *numbers)
{
    struct reader r = {data.data, data.size, 0};
    struct header header;
    nte_status status;

    if ((status = read_header(&r, magic, &header))) return status;
    numbers->e = read_bytes(&r, header.e_size);
    numbers->n = read_bytes(&r, header.n_size);
    if (magic != MAGIC_PUBLIC)
    {
        numbers->p = read_bytes(&r, header.p_size);
        numbers->q = read_bytes(&r, header.q_size);
    }
    if (magic == MAGIC_FULL)
    {
        numbers->dp = read_bytes(&r, header.p_size);
        numbers->dq = read_bytes(&r, header.q_size);
        numbers->qinv = read_bytes(&r, header.p_size);
        numbers->d = read_bytes(&r, header.n_size);
    }
    return r.failed || r.left ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status import_blob(const struct algorithm_list *algorithms, struct bytes data, uint32_t magic,
                              struct material **material,
                              nte_status (*make)(const struct rsa_numbers *numbers, struct rsa_key **key))
{
    const struct algorithm *alg = family_algorithm(algorithms, &rsa_family);
    struct rsa_numbers numbers = {0};
    struct rsa_key *key;
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;
    if ((status = read_blob(data, magic, &numbers))) return status;
    if ((status = make(&numbers, &key))) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status rsa_import_public_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(options->algorithms, data, MAGIC_PUBLIC, material, rsa_import_public);
}

nte_status rsa_import_private_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(options->algorithms, data, MAGIC_PRIVATE, material, rsa_import_private);
}

nte_status rsa_import_full_private_blob(struct bytes data, const struct blob_options *options,
                                        struct material **material)
{
    return import_blob(options->algorithms, data, MAGIC_FULL, material, rsa_import_private);
}

nte_status rsa_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    return import_blob(algorithms, data, MAGIC_FULL, material, rsa_import_trusted);
}

static void write_public(struct writer *w, const struct rsa_key *key, uint32_t magic, size_t p_size, size_t q_size)
{
    size_t e_size = (key->e_bits + 7) / 8;

    write_u32(w, magic);
    write_u32(w, key->material.bits);
    write_u32(w, e_size);
    write_u32(w, key->n_size);
    write_u32(w, p_size);
    write_u32(w, q_size);
    limbs_write(w, e_size, key->e, key->en);
    limbs_write(w, key->n_size, key->n, key->nn);
}

nte_status rsa_export_public_blob(const struct material *material, const struct blob_options *options,
                                  struct writer *w)
{
    (void)options;
    write_public(w, (const struct rsa_key *)material, MAGIC_PUBLIC, 0, 0);
    return NTE_SUCCESS;
}

static nte_status export_private(const struct material *material, struct writer *w, uint32_t magic)
{
    const struct rsa_key *key = (const struct rsa_key *)material;

    if (!material->has_private) return NTE_INVALID_PARAMETER;
    write_public(w, key, magic, key->p_size, key->q_size);
    limbs_write(w, key->p_size, key->p, key->pn);
    limbs_write(w, key->q_size, key->q, key->qn);
    if (magic != MAGIC_FULL) return NTE_SUCCESS;
    limbs_write(w, key->p_size, key->dp, key->pn);
    limbs_write(w, key->q_size, key->dq, key->qn);
    limbs_write(w, key->p_size, key->qinv, key->pn);
    limbs_write(w, key->n_size, key->d, key->nn);
    return NTE_SUCCESS;
}

nte_status rsa_export_private_blob(const struct material *material, const struct blob_options *options,
                                   struct writer *w)
{
    (void)options;
    return export_private(material, w, MAGIC_PRIVATE);
}

nte_status rsa_export_full_private_blob(const struct material *material, const struct blob_options *options,
                                        struct writer *w)
{
    (void)options;
    return export_private(material, w, MAGIC_FULL);
}
