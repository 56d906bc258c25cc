/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BCRYPT_DH_KEY_BLOB and BCRYPT_DH_PARAMETER_HEADER (doc/facts/windows-api.md 4.1): little-endian words, then
 * big-endian numbers of cbKey bytes each. */
#include "dh/dh.h"

#define MAGIC_PUBLIC     0x42504844u    /* "DHPB" */
#define MAGIC_PRIVATE    0x56504844u    /* "DHPV" */
#define MAGIC_PARAMETERS 0x4d504844u    /* "DHPM" */

static nte_status read_blob(struct bytes data, uint32_t wanted, struct dh_numbers *numbers)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t magic = read_u32(&r), size = read_u32(&r);

    if (r.failed) return NTE_BAD_DATA;
    if (magic != wanted) return NTE_INVALID_PARAMETER;
    numbers->p = read_bytes(&r, size);
    numbers->g = read_bytes(&r, size);
    numbers->y = read_bytes(&r, size);
    if (magic == MAGIC_PRIVATE) numbers->x = read_bytes(&r, size);
    return r.failed || r.left ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status import_blob(const struct algorithm_list *algorithms, struct bytes data, uint32_t magic,
                              struct material **material,
                              nte_status (*make)(const struct dh_numbers *numbers, struct dh_key **key))
{
    const struct algorithm *alg = family_algorithm(algorithms, &dh_family);
    struct dh_numbers numbers = {0};
    struct dh_key *key;
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;
    if ((status = read_blob(data, magic, &numbers))) return status;
    if ((status = make(&numbers, &key))) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status dh_import_public_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(options->algorithms, data, MAGIC_PUBLIC, material, dh_import_public);
}

nte_status dh_import_private_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(options->algorithms, data, MAGIC_PRIVATE, material, dh_import_private);
}

nte_status dh_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    return import_blob(algorithms, data, MAGIC_PRIVATE, material, dh_import_trusted);
}

static void write_numbers(struct writer *w, const struct dh_key *key, uint32_t magic)
{
    write_u32(w, magic);
    write_u32(w, key->size);
    limbs_write(w, key->size, key->p, key->count);
    limbs_write(w, key->size, key->g, key->count);
}

nte_status dh_export_public_blob(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct dh_key *key = (const struct dh_key *)material;

    (void)options;
    write_numbers(w, key, MAGIC_PUBLIC);
    limbs_write(w, key->size, key->y, key->count);
    return NTE_SUCCESS;
}

nte_status dh_export_private_blob(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct dh_key *key = (const struct dh_key *)material;

    (void)options;
    if (!material->has_private) return NTE_INVALID_PARAMETER;
    write_numbers(w, key, MAGIC_PRIVATE);
    limbs_write(w, key->size, key->y, key->count);
    limbs_write(w, key->size, key->x, key->count);
    return NTE_SUCCESS;
}

#define PARAMETER_HEADER_SIZE 12

nte_status dh_read_parameters(struct bytes data, struct dh_numbers *numbers, uint32_t *bits)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t total = read_u32(&r), magic = read_u32(&r), size = read_u32(&r);

    *numbers = (struct dh_numbers){0};
    numbers->p = read_bytes(&r, size);
    numbers->g = read_bytes(&r, size);
    if (r.failed || r.left || total != data.size || magic != MAGIC_PARAMETERS) return NTE_INVALID_PARAMETER;
    return dh_check_group(numbers, bits);
}

void dh_write_parameters(struct writer *w, const struct dh_key *key)
{
    write_u32(w, PARAMETER_HEADER_SIZE + 2 * key->size);
    write_numbers(w, key, MAGIC_PARAMETERS);
}
