/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BCRYPT_ECCKEY_BLOB (doc/facts/windows-api.md 4.1): magic, cbKey, then x, y and d in cbKey bytes each. The magic says
 * whether the key is for signing or for agreement, and which curve it is on unless it is a generic one. */
#include "ec/ec.h"

const struct algorithm *ec_find_magic(const struct algorithm_list *algorithms, uint32_t magic, int *has_private)
{
    const struct algorithm *row;
    const struct ec_magics *magics;
    size_t i;

    for (i = 0; i < algorithms->count; i++)
    {
        row = &algorithms->rows[i];
        if (row->family != &ec_family) continue;
        magics = ec_magics(row);
        if (magic != magics->public_key && magic != magics->private_key) continue;
        *has_private = magic == magics->private_key;
        return row;
    }
    return NULL;
}

struct blob
{
    struct ec_group group;
    int has_private;
    struct bytes x, y, d;
};

static nte_status read_numbers(struct reader *r, uint32_t size, struct blob *blob)
{
    if (size != blob->group.curve->size) return NTE_INVALID_PARAMETER;      /* rows 8.26, 8.28 */
    blob->x = read_bytes(r, size);
    blob->y = read_bytes(r, size);
    if (blob->has_private) blob->d = read_bytes(r, size);
    return r->failed || r->left ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status read_blob(struct bytes data, const struct blob_options *options, struct blob *blob)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t magic = read_u32(&r), size = read_u32(&r);
    const struct algorithm *alg;
    nte_status status;

    if (r.failed) return NTE_BAD_DATA;
    if (!(alg = ec_find_magic(options->algorithms, magic, &blob->has_private))) return NTE_INVALID_PARAMETER;
    if ((status = ec_group_choose(alg, options->curve_name, options->ecc_parameters, &blob->group))) return status;
    if ((status = read_numbers(&r, size, blob))) ec_group_free(&blob->group);
    return status;
}

static nte_status make_key(struct blob *blob, const uint8_t *d, struct material **material)
{
    struct ec_key *key;
    nte_status status;

    if ((status = ec_new(&blob->group, blob->x.data, blob->y.data, d, EC_CHECKED, &key))) return status;
    *material = &key->material;
    return NTE_SUCCESS;
}

/* A private blob is accepted too, and its private part ignored (row 8.27). */
nte_status ec_import_public_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    struct blob blob;
    nte_status status;

    if ((status = read_blob(data, options, &blob))) return status;
    return make_key(&blob, NULL, material);
}

nte_status ec_import_private_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    struct blob blob;
    nte_status status;

    if ((status = read_blob(data, options, &blob))) return status;
    if (!blob.has_private)
    {
        ec_group_free(&blob.group);
        return NTE_INVALID_PARAMETER;
    }
    return make_key(&blob, blob.d.data, material);
}

static void write_blob(struct writer *w, const struct ec_key *key, uint32_t magic)
{
    uint32_t size = key->curve->size;

    write_u32(w, magic);
    write_u32(w, size);
    write_bytes(w, key->x, size);
    write_bytes(w, key->y, size);
}

nte_status ec_export_public_blob(const struct material *material, const struct blob_options *options,
                                 struct writer *w)
{
    (void)options;
    write_blob(w, (const struct ec_key *)material, ec_magics(material->alg)->public_key);
    return NTE_SUCCESS;
}

nte_status ec_export_private_blob(const struct material *material, const struct blob_options *options,
                                  struct writer *w)
{
    const struct ec_key *key = (const struct ec_key *)material;

    (void)options;
    if (!material->has_private) return NTE_INVALID_PARAMETER;
    write_blob(w, key, ec_magics(material->alg)->private_key);
    write_bytes(w, key->d, key->curve->size);
    return NTE_SUCCESS;
}
