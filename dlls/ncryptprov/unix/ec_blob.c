/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BCRYPT_ECCKEY_BLOB (spec/windows-api.md 4.1): magic, cbKey, then x, y and d in cbKey bytes each. The magic
 * tells the curve and whether the key is for signing or for agreement. */
#include "ec.h"

struct blob
{
    const struct algorithm *alg;
    int has_private;
    struct bytes x, y, d;
};

static int find_magic(uint32_t magic, struct blob *blob)
{
    const struct ec_magics *magics;
    size_t i;

    for (i = 0; i < algorithm_count; i++)
    {
        if (!algorithms[i].curve) continue;
        magics = ec_magics(&algorithms[i]);
        if (magic != magics->public_key && magic != magics->private_key) continue;
        blob->alg = &algorithms[i];
        blob->has_private = magic == magics->private_key;
        return 1;
    }
    return 0;
}

static nte_status read_blob(struct bytes data, struct blob *blob)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t magic = read_u32(&r), size = read_u32(&r);

    if (r.failed) return NTE_BAD_DATA;
    if (!find_magic(magic, blob)) return NTE_INVALID_PARAMETER;
    if (size != blob->alg->curve->size) return NTE_INVALID_PARAMETER;   /* rows 8.26, 8.28 */
    blob->x = read_bytes(&r, size);
    blob->y = read_bytes(&r, size);
    if (blob->has_private) blob->d = read_bytes(&r, size);
    return r.failed || r.left ? NTE_BAD_DATA : NTE_SUCCESS;
}

/* A private blob will do, its private part is ignored (row 8.27). */
nte_status ec_import_public_blob(struct bytes data, const struct options *options, struct material **material)
{
    struct ec_key *key;
    struct blob blob;
    nte_status status;

    (void)options;
    if ((status = read_blob(data, &blob))) return status;
    if ((status = ec_import_public(blob.alg, blob.x.data, blob.y.data, &key))) return status;
    *material = &key->material;
    return NTE_SUCCESS;
}

typedef nte_status (*ec_maker)(const struct algorithm *alg, const uint8_t *x, const uint8_t *y, const uint8_t *d,
                               struct ec_key **key);

static nte_status import_private(struct bytes data, struct material **material, ec_maker make)
{
    struct ec_key *key;
    struct blob blob;
    nte_status status;

    if ((status = read_blob(data, &blob))) return status;
    if (!blob.has_private) return NTE_INVALID_PARAMETER;
    if ((status = make(blob.alg, blob.x.data, blob.y.data, blob.d.data, &key))) return status;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status ec_import_private_blob(struct bytes data, const struct options *options, struct material **material)
{
    (void)options;
    return import_private(data, material, ec_import_private);
}

nte_status ec_load(struct bytes data, struct material **material)
{
    return import_private(data, material, ec_import_trusted);
}

static void write_blob(struct writer *w, const struct ec_key *key, uint32_t magic)
{
    uint32_t size = key->curve->size;

    write_u32(w, magic);
    write_u32(w, size);
    write_bytes(w, key->x, size);
    write_bytes(w, key->y, size);
}

nte_status ec_export_public_blob(const struct material *material, const struct options *options,
                                 struct writer *w)
{
    (void)options;
    write_blob(w, (const struct ec_key *)material, ec_magics(material->alg)->public_key);
    return NTE_SUCCESS;
}

nte_status ec_export_private_blob(const struct material *material, const struct options *options,
                                  struct writer *w)
{
    const struct ec_key *key = (const struct ec_key *)material;

    (void)options;
    if (!material->has_private) return NTE_INVALID_PARAMETER;
    write_blob(w, key, ec_magics(material->alg)->private_key);
    write_bytes(w, key->d, key->curve->size);
    return NTE_SUCCESS;
}
