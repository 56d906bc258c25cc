/* SPDX-License-Identifier: LGPL-2.1-or-later
 * EC keys in key files (doc/key-file.md): blobs of bcrypt.h. After the short blob of a generic algorithm comes the
 * name of the curve, UTF-16 with its NUL; a key on explicit parameters is the full blob. */
#include <string.h>

#include "ec/ec.h"

static void write_name(const struct ec_key *key, struct writer *w)
{
    size_t size = (strlen(key->group.name) + 1) * sizeof(uint16_t);
    uint16_t name[EC_MAX_NAME];

    u16_from_ascii(name, key->group.name);
    write_bytes(w, name, size);
}

static nte_status save(const struct material *material, const struct blob_options *options, struct writer *w,
                       blob_export *small, blob_export *full)
{
    const struct ec_key *key = (const struct ec_key *)material;
    nte_status status;

    if (key->group.parameters.data) return full(material, options, w);
    if ((status = small(material, options, w))) return status;
    if (!material->alg->curve) write_name(key, w);
    return NTE_SUCCESS;
}

nte_status ec_save_public(const struct material *material, const struct blob_options *options, struct writer *w)
{
    return save(material, options, w, ec_export_public_blob, ec_export_full_public_blob);
}

nte_status ec_save_private(const struct material *material, const struct blob_options *options, struct writer *w)
{
    return save(material, options, w, ec_export_private_blob, ec_export_full_private_blob);
}

static nte_status read_name(struct bytes data, uint16_t *name)
{
    size_t length = data.size / sizeof(*name);

    if (!length || length > EC_MAX_NAME || data.size % sizeof(*name)) return NTE_BAD_DATA;
    memcpy(name, data.data, data.size);
    return name[length - 1] ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status load_on(const struct algorithm *alg, const uint16_t *name, struct reader numbers, uint32_t size,
                          int has_private, struct material **material)
{
    struct bytes x = read_bytes(&numbers, size), y = read_bytes(&numbers, size), d = {NULL, 0};
    const struct bytes none = {NULL, 0};
    struct ec_group group;
    struct ec_key *key;
    nte_status status;

    if (has_private) d = read_bytes(&numbers, size);
    if ((status = ec_group_choose(alg, name, none, &group))) return status;
    if (size != group.curve->size) return NTE_INVALID_PARAMETER;
    if ((status = ec_new(&group, x.data, y.data, d.data, EC_TRUSTED, &key))) return status;
    *material = &key->material;
    return NTE_SUCCESS;
}

static nte_status load_short(const struct algorithm *alg, int has_private, int want_private, struct reader *r,
                             uint32_t size, struct material **material)
{
    const struct reader numbers = *r;
    uint16_t name[EC_MAX_NAME];
    struct bytes rest;
    nte_status status;

    read_bytes(r, (has_private ? 3 : 2) * (uint64_t)size);
    rest.data = r->data;
    rest.size = r->left;
    if (r->failed || (alg->curve && rest.size)) return NTE_BAD_DATA;
    if (!alg->curve && (status = read_name(rest, name))) return status;
    if (has_private != want_private) return NTE_INVALID_PARAMETER;
    return load_on(alg, name, numbers, size, has_private, material);
}

#define FULL_BLOB_VERSION 1         /* no curve has numbers of one byte */

static nte_status load(const struct algorithm_list *algorithms, struct bytes data, int want_private,
                       struct material **material)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t magic = read_u32(&r), second = read_u32(&r);
    const struct blob_options options = {.algorithms = algorithms};
    const struct algorithm *alg;
    int has_private;

    if (r.failed) return NTE_BAD_DATA;
    if (!(alg = ec_find_magic(algorithms, magic, &has_private))) return NTE_INVALID_PARAMETER;
    if (second != FULL_BLOB_VERSION) return load_short(alg, has_private, want_private, &r, second, material);
    return want_private ? ec_load_full(algorithms, data, material)
                        : ec_import_full_public_blob(data, &options, material);
}

nte_status ec_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    return load(algorithms, data, 1, material);
}

nte_status ec_load_public(struct bytes data, const struct blob_options *options, struct material **material)
{
    return load(options->algorithms, data, 0, material);
}
