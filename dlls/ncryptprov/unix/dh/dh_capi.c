/* SPDX-License-Identifier: LGPL-2.1-or-later
 * DH keys as CAPI blobs (doc/facts/windows-api.md 4.2). Written: version 3, DHPUBKEY_VER3 and DHPRIVKEY_VER3, which
 * give each length. Also read: the private blob of version 2, which has p, g and x. The public one of that version has
 * only y and not the group, so it cannot be a key. */
#include "format/capi_blob.h"
#include "dh/dh.h"

#define ALG_STORE_AND_FORWARD 0x0000aa01u
#define ALG_EPHEMERAL         0x0000aa02u
#define MAGIC_PUBLIC          0x31484400u   /* "\0DH1" */
#define MAGIC_PRIVATE         0x32484400u   /* "\0DH2" */
#define MAGIC_PUBLIC_3        0x33484400u   /* "\0DH3" */
#define MAGIC_PRIVATE_3       0x34484400u   /* "\0DH4" */
#define SEED_SIZE             24            /* DSSSEED: a counter and 20 bytes */

static void read_version_2(struct capi_reader *blob, struct dh_numbers *numbers)
{
    numbers->p = capi_number(blob, blob->bits);
    numbers->g = capi_number(blob, blob->bits);
    numbers->x = capi_number(blob, blob->bits);
}

static void read_version_3(struct capi_reader *blob, struct dh_numbers *numbers)
{
    uint32_t q_bits = read_u32(&blob->r), j_bits = read_u32(&blob->r), x_bits = 0;

    if (blob->type == CAPI_PRIVATE_KEY) x_bits = read_u32(&blob->r);
    read_bytes(&blob->r, SEED_SIZE);
    numbers->p = capi_number(blob, blob->bits);
    capi_number(blob, q_bits);
    numbers->g = capi_number(blob, blob->bits);
    capi_number(blob, j_bits);
    numbers->y = capi_number(blob, blob->bits);
    if (blob->type == CAPI_PRIVATE_KEY) numbers->x = capi_number(blob, x_bits);
}

static nte_status read_blob(struct capi_reader *blob, uint8_t type, struct dh_numbers *numbers)
{
    int is_private = type == CAPI_PRIVATE_KEY;
    nte_status status;

    if (blob->type != type) return NTE_INVALID_PARAMETER;
    if (blob->alg != ALG_STORE_AND_FORWARD && blob->alg != ALG_EPHEMERAL) return NTE_INVALID_PARAMETER;
    if (blob->version == 2 && blob->magic == MAGIC_PUBLIC && !is_private) return NTE_NOT_SUPPORTED;
    if (blob->version == 2 && blob->magic == MAGIC_PRIVATE && is_private) read_version_2(blob, numbers);
    else if (blob->version == 3 && blob->magic == (is_private ? MAGIC_PRIVATE_3 : MAGIC_PUBLIC_3))
        read_version_3(blob, numbers);
    else return NTE_INVALID_PARAMETER;
    if ((status = capi_end(blob))) return status;
    return blob->version == 3 && !numbers->y.size ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

static nte_status import_blob(const struct algorithm_list *algorithms, struct bytes data, uint8_t type,
                              struct material **material)
{
    const struct algorithm *alg = family_algorithm(algorithms, &dh_family);
    struct dh_numbers numbers = {0};
    struct capi_reader blob;
    struct dh_key *key;
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;
    if (!(status = capi_open(&blob, data))) status = read_blob(&blob, type, &numbers);
    if (!status && type == CAPI_PRIVATE_KEY) status = dh_import_private(&numbers, &key);
    else if (!status) status = dh_import_public(&numbers, &key);
    capi_close(&blob);
    if (status) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status dh_import_capi_public_blob(struct bytes data, const struct blob_options *options,
                                      struct material **material)
{
    return import_blob(options->algorithms, data, CAPI_PUBLIC_KEY, material);
}

nte_status dh_import_capi_private_blob(struct bytes data, const struct blob_options *options,
                                       struct material **material)
{
    return import_blob(options->algorithms, data, CAPI_PRIVATE_KEY, material);
}

static void write_seed(struct writer *w)
{
    int i;

    for (i = 0; i < SEED_SIZE; i++) write_u8(w, 0xff);      /* unknown */
}

static void write_blob(struct writer *w, const struct dh_key *key, uint8_t type, uint32_t magic)
{
    capi_write_header(w, type, 3, ALG_STORE_AND_FORWARD, magic, key->material.bits);
    write_u32(w, 0);                /* no q */
    write_u32(w, 0);                /* no j */
    if (type == CAPI_PRIVATE_KEY) write_u32(w, key->material.bits);
    write_seed(w);
    capi_write_number(w, key->size, key->p, key->count);
    capi_write_number(w, key->size, key->g, key->count);
    capi_write_number(w, key->size, key->y, key->count);
    if (type == CAPI_PRIVATE_KEY) capi_write_number(w, key->size, key->x, key->count);
}

nte_status dh_export_capi_public_blob(const struct material *material, const struct blob_options *options,
                                      struct writer *w)
{
    (void)options;
    write_blob(w, (const struct dh_key *)material, CAPI_PUBLIC_KEY, MAGIC_PUBLIC_3);
    return NTE_SUCCESS;
}

nte_status dh_export_capi_private_blob(const struct material *material, const struct blob_options *options,
                                       struct writer *w)
{
    (void)options;
    if (!material->has_private) return NTE_INVALID_PARAMETER;
    write_blob(w, (const struct dh_key *)material, CAPI_PRIVATE_KEY, MAGIC_PRIVATE_3);
    return NTE_SUCCESS;
}
