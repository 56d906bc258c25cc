/* SPDX-License-Identifier: LGPL-2.1-or-later
 * DSA keys as CAPI blobs (doc/facts/windows-api.md 4.2), in two forms. Version 2: DSSPUBKEY, numbers with a q of 160
 * bits, then the seed; the private one lacks y. Version 3: DSSPUBKEY_VER3 or DSSPRIVKEY_VER3, which give each length
 * and the seed, then the numbers. V2CAPIDSA* is written as the former, CAPIDSA* as the latter, and either is read under
 * both names: a blob says what it is. */
#include <string.h>

#include "format/capi_blob.h"
#include "dsa/dsa.h"

#define ALG_DSS         0x00002200u
#define MAGIC_PUBLIC    0x31535344u     /* "DSS1" */
#define MAGIC_PRIVATE   0x32535344u     /* "DSS2" */
#define MAGIC_PUBLIC_3  0x33535344u     /* "DSS3" */
#define MAGIC_PRIVATE_3 0x34535344u     /* "DSS4" */
#define SEED_SIZE       20

static uint32_t find_magic(uint8_t type, uint8_t version)
{
    if (version == 2) return type == CAPI_PUBLIC_KEY ? MAGIC_PUBLIC : MAGIC_PRIVATE;
    return type == CAPI_PUBLIC_KEY ? MAGIC_PUBLIC_3 : MAGIC_PRIVATE_3;
}

struct seed
{
    uint32_t counter;
    struct bytes bytes;
};

static struct seed read_seed(struct capi_reader *blob)
{
    struct seed seed;

    seed.counter = read_u32(&blob->r);
    seed.bytes = capi_number(blob, 8 * SEED_SIZE);
    return seed;
}

static struct seed read_version_2(struct capi_reader *blob, struct dsa_numbers *numbers)
{
    numbers->p = capi_number(blob, blob->bits);
    numbers->q = capi_number(blob, 8 * DSA_OLD_Q_SIZE);
    numbers->g = capi_number(blob, blob->bits);
    if (blob->type == CAPI_PUBLIC_KEY) numbers->y = capi_number(blob, blob->bits);
    else numbers->x = capi_number(blob, 8 * DSA_OLD_Q_SIZE);
    return read_seed(blob);
}

static struct seed read_version_3(struct capi_reader *blob, struct dsa_numbers *numbers)
{
    uint32_t q_bits = read_u32(&blob->r), j_bits = read_u32(&blob->r), x_bits = 0;
    struct seed seed;

    if (blob->type == CAPI_PRIVATE_KEY) x_bits = read_u32(&blob->r);
    seed = read_seed(blob);
    numbers->p = capi_number(blob, blob->bits);
    numbers->q = capi_number(blob, q_bits);
    numbers->g = capi_number(blob, blob->bits);
    capi_number(blob, j_bits);      /* (p - 1) / q, which follows from p and q */
    numbers->y = capi_number(blob, blob->bits);
    if (blob->type == CAPI_PRIVATE_KEY) numbers->x = capi_number(blob, x_bits);
    return seed;
}

static void take_seed(const struct seed *seed, struct dsa_origin *origin)
{
    if (seed->counter == DSA_NO_COUNT) return;
    origin->count = seed->counter;
    origin->seed_size = SEED_SIZE;
    memcpy(origin->seed, seed->bytes.data, SEED_SIZE);
}

static nte_status check_header(const struct capi_reader *blob, uint8_t type)
{
    if (blob->type != type || (blob->version != 2 && blob->version != 3)) return NTE_INVALID_PARAMETER;
    if (blob->magic != find_magic(type, blob->version)) return NTE_INVALID_PARAMETER;
    return blob->alg == ALG_DSS ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status read_blob(struct capi_reader *blob, uint8_t type, struct dsa_numbers *numbers,
                            struct dsa_origin *origin)
{
    struct seed seed;
    struct bytes q;
    nte_status status;

    if ((status = check_header(blob, type))) return status;
    seed = blob->version == 2 ? read_version_2(blob, numbers) : read_version_3(blob, numbers);
    if ((status = capi_end(blob))) return status;
    if (blob->version == 3 && !numbers->y.size) return NTE_INVALID_PARAMETER;
    q = trim_number(numbers->q);
    if (q.size > DSA_MAX_SEED_SIZE) return NTE_INVALID_PARAMETER;
    dsa_unknown_origin(trim_number(numbers->p).size, q.size, origin);
    take_seed(&seed, origin);
    return NTE_SUCCESS;
}

static nte_status import_blob(const struct algorithm_list *algorithms, struct bytes data, uint8_t type,
                              struct material **material)
{
    const struct algorithm *alg = family_algorithm(algorithms, &dsa_family);
    struct dsa_numbers numbers = {0};
    struct dsa_origin origin;
    struct capi_reader blob;
    struct dsa_key *key;
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;
    if (!(status = capi_open(&blob, data))) status = read_blob(&blob, type, &numbers, &origin);
    if (!status && type == CAPI_PRIVATE_KEY) status = dsa_import_private(&numbers, &origin, &key);
    else if (!status) status = dsa_import_public(&numbers, &origin, &key);
    capi_close(&blob);
    if (status) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status dsa_import_capi_public_blob(struct bytes data, const struct blob_options *options,
                                       struct material **material)
{
    return import_blob(options->algorithms, data, CAPI_PUBLIC_KEY, material);
}

nte_status dsa_import_capi_private_blob(struct bytes data, const struct blob_options *options,
                                        struct material **material)
{
    return import_blob(options->algorithms, data, CAPI_PRIVATE_KEY, material);
}

/* There is room only for one of 20 bytes; any other counts as unknown. */
static void write_seed(struct writer *w, const struct dsa_key *key)
{
    int known = key->origin.seed_size == SEED_SIZE;
    uint8_t *seed;

    write_u32(w, known ? key->origin.count : DSA_NO_COUNT);
    if (!(seed = write_space(w, SEED_SIZE))) return;
    if (known) memcpy(seed, key->origin.seed, SEED_SIZE);
    else memset(seed, 0xff, SEED_SIZE);
    reverse_bytes(seed, SEED_SIZE);
}

static void write_group(struct writer *w, const struct dsa_key *key)
{
    capi_write_number(w, key->p_size, key->p, key->pn);
    capi_write_number(w, key->q_size, key->q, key->qn);
    capi_write_number(w, key->p_size, key->g, key->pn);
}

static void write_version_2(struct writer *w, const struct dsa_key *key, uint8_t type)
{
    capi_write_header(w, type, 2, ALG_DSS, find_magic(type, 2), key->material.bits);
    write_group(w, key);
    if (type == CAPI_PUBLIC_KEY) capi_write_number(w, key->p_size, key->y, key->pn);
    else capi_write_number(w, key->q_size, key->x, key->qn);
    write_seed(w, key);
}

static void write_version_3(struct writer *w, const struct dsa_key *key, uint8_t type)
{
    capi_write_header(w, type, 3, ALG_DSS, find_magic(type, 3), key->material.bits);
    write_u32(w, 8 * key->q_size);
    write_u32(w, 0);                /* no j */
    if (type == CAPI_PRIVATE_KEY) write_u32(w, 8 * key->q_size);
    write_seed(w, key);
    write_group(w, key);
    capi_write_number(w, key->p_size, key->y, key->pn);
    if (type == CAPI_PRIVATE_KEY) capi_write_number(w, key->q_size, key->x, key->qn);
}

static nte_status export_version_2(const struct material *material, uint8_t type, struct writer *w)
{
    const struct dsa_key *key = (const struct dsa_key *)material;

    if (type == CAPI_PRIVATE_KEY && !material->has_private) return NTE_INVALID_PARAMETER;
    if (key->q_size != DSA_OLD_Q_SIZE) return NTE_NOT_SUPPORTED;
    write_version_2(w, key, type);
    return NTE_SUCCESS;
}

nte_status dsa_export_capi_public_blob(const struct material *material, const struct blob_options *options,
                                       struct writer *w)
{
    (void)options;
    write_version_3(w, (const struct dsa_key *)material, CAPI_PUBLIC_KEY);
    return NTE_SUCCESS;
}

nte_status dsa_export_capi_private_blob(const struct material *material, const struct blob_options *options,
                                        struct writer *w)
{
    (void)options;
    if (!material->has_private) return NTE_INVALID_PARAMETER;
    write_version_3(w, (const struct dsa_key *)material, CAPI_PRIVATE_KEY);
    return NTE_SUCCESS;
}

nte_status dsa_export_capi_v2_public_blob(const struct material *material, const struct blob_options *options,
                                          struct writer *w)
{
    (void)options;
    return export_version_2(material, CAPI_PUBLIC_KEY, w);
}

nte_status dsa_export_capi_v2_private_blob(const struct material *material, const struct blob_options *options,
                                           struct writer *w)
{
    (void)options;
    return export_version_2(material, CAPI_PRIVATE_KEY, w);
}
