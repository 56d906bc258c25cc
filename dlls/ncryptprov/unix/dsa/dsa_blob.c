/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BCRYPT_DSA_KEY_BLOB and BCRYPT_DSA_KEY_BLOB_V2 (doc/facts/windows-api.md 4.1): a header of little-endian words, a
 * big-endian count, then big-endian numbers. Version 1 is for keys of 1024 bits and less, version 2 for longer. */
#include <string.h>

#include "dsa/dsa.h"

#define MAGIC_PUBLIC     0x42505344u    /* "DSPB" */
#define MAGIC_PRIVATE    0x56505344u    /* "DSPV" */
#define MAGIC_PUBLIC_V2  0x32425044u    /* "DPB2" */
#define MAGIC_PRIVATE_V2 0x32565044u    /* "DPV2" */

struct header
{
    int version, has_private;
    uint32_t p_size, q_size;
};

static int find_magic(uint32_t magic, struct header *header)
{
    header->version = magic == MAGIC_PUBLIC_V2 || magic == MAGIC_PRIVATE_V2 ? 2 : 1;
    header->has_private = magic == MAGIC_PRIVATE || magic == MAGIC_PRIVATE_V2;
    return header->version == 2 || header->has_private || magic == MAGIC_PUBLIC;
}

static uint32_t read_count(struct reader *r)
{
    struct bytes run = read_bytes(r, 4);

    if (run.size != 4) return 0;
    return (uint32_t)run.data[0] << 24 | run.data[1] << 16 | run.data[2] << 8 | run.data[3];
}

/* The count has been read: a seed without one means nothing, and other blobs have no place for it. */
static nte_status read_seed(struct reader *r, size_t size, struct dsa_origin *origin)
{
    struct bytes seed = read_bytes(r, size);

    if (r->failed) return NTE_BAD_DATA;
    if (size > sizeof(origin->seed)) return NTE_INVALID_PARAMETER;
    origin->seed_size = size;
    if (origin->count == DSA_NO_COUNT) memset(origin->seed, 0xff, size);
    else if (size) memcpy(origin->seed, seed.data, size);
    return NTE_SUCCESS;
}

static nte_status read_version_1(struct reader *r, struct header *header, struct dsa_origin *origin)
{
    header->p_size = read_u32(r);
    header->q_size = DSA_OLD_Q_SIZE;
    origin->count = read_count(r);
    return read_seed(r, DSA_OLD_Q_SIZE, origin);
}

static nte_status read_version_2(struct reader *r, struct header *header, struct dsa_origin *origin)
{
    uint32_t seed_size;
    nte_status status;

    header->p_size = read_u32(r);
    origin->hash = read_u32(r);
    origin->standard = read_u32(r);
    seed_size = read_u32(r);
    header->q_size = read_u32(r);
    origin->count = read_count(r);
    if ((status = read_seed(r, seed_size, origin))) return status;
    return origin->hash > 2 || origin->standard > 1 ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

static nte_status read_blob(struct bytes data, int want_private, struct dsa_numbers *numbers,
                            struct dsa_origin *origin)
{
    struct reader r = {data.data, data.size, 0};
    struct header header;
    nte_status status;
    uint32_t magic = read_u32(&r);

    if (r.failed) return NTE_BAD_DATA;
    if (!find_magic(magic, &header) || header.has_private != want_private) return NTE_INVALID_PARAMETER;
    if (header.version == 1) status = read_version_1(&r, &header, origin);
    else status = read_version_2(&r, &header, origin);
    if (status) return status;

    numbers->q = read_bytes(&r, header.q_size);
    numbers->p = read_bytes(&r, header.p_size);
    numbers->g = read_bytes(&r, header.p_size);
    numbers->y = read_bytes(&r, header.p_size);
    if (want_private) numbers->x = read_bytes(&r, header.q_size);
    if (r.failed || r.left) return NTE_BAD_DATA;
    return (header.p_size > DSA_OLD_BITS / 8) == (header.version == 2) ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

typedef nte_status (*dsa_maker)(const struct dsa_numbers *numbers, const struct dsa_origin *origin,
                                struct dsa_key **key);

static nte_status import_blob(const struct algorithm_list *algorithms, struct bytes data, int want_private,
                              struct material **material, dsa_maker make)
{
    const struct algorithm *alg = family_algorithm(algorithms, &dsa_family);
    struct dsa_numbers numbers = {0};
    struct dsa_origin origin = {0};
    struct dsa_key *key;
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;
    if ((status = read_blob(data, want_private, &numbers, &origin))) return status;
    if ((status = make(&numbers, &origin, &key))) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status dsa_import_public_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(options->algorithms, data, 0, material, dsa_import_public);
}

nte_status dsa_import_private_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(options->algorithms, data, 1, material, dsa_import_private);
}

nte_status dsa_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    return import_blob(algorithms, data, 1, material, dsa_import_trusted);
}

static void write_count(struct writer *w, uint32_t count)
{
    write_u8(w, count >> 24);
    write_u8(w, count >> 16);
    write_u8(w, count >> 8);
    write_u8(w, count);
}

/* A seed whose length version 1 has no room for is left out. */
static void write_version_1(struct writer *w, const struct dsa_key *key, uint32_t magic)
{
    static const uint8_t no_seed[DSA_OLD_Q_SIZE] =
        {255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255};
    int known = key->origin.seed_size == DSA_OLD_Q_SIZE;

    write_u32(w, magic);
    write_u32(w, key->p_size);
    write_count(w, known ? key->origin.count : DSA_NO_COUNT);
    write_bytes(w, known ? key->origin.seed : no_seed, DSA_OLD_Q_SIZE);
}

static void write_version_2(struct writer *w, const struct dsa_key *key, uint32_t magic)
{
    write_u32(w, magic);
    write_u32(w, key->p_size);
    write_u32(w, key->origin.hash);
    write_u32(w, key->origin.standard);
    write_u32(w, key->origin.seed_size);
    write_u32(w, key->q_size);
    write_count(w, key->origin.count);
    write_bytes(w, key->origin.seed, key->origin.seed_size);
}

static void write_blob(struct writer *w, const struct dsa_key *key, int with_private)
{
    uint32_t magic = with_private ? MAGIC_PRIVATE : MAGIC_PUBLIC;
    uint32_t magic_v2 = with_private ? MAGIC_PRIVATE_V2 : MAGIC_PUBLIC_V2;

    if (key->material.bits > DSA_OLD_BITS) write_version_2(w, key, magic_v2);
    else write_version_1(w, key, magic);
    limbs_write(w, key->q_size, key->q, key->qn);
    limbs_write(w, key->p_size, key->p, key->pn);
    limbs_write(w, key->p_size, key->g, key->pn);
    limbs_write(w, key->p_size, key->y, key->pn);
    if (with_private) limbs_write(w, key->q_size, key->x, key->qn);
}

nte_status dsa_export_public_blob(const struct material *material, const struct blob_options *options,
                                  struct writer *w)
{
    (void)options;
    write_blob(w, (const struct dsa_key *)material, 0);
    return NTE_SUCCESS;
}

nte_status dsa_export_private_blob(const struct material *material, const struct blob_options *options,
                                   struct writer *w)
{
    (void)options;
    if (!material->has_private) return NTE_INVALID_PARAMETER;
    write_blob(w, (const struct dsa_key *)material, 1);
    return NTE_SUCCESS;
}
