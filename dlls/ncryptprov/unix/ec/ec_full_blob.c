/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BCRYPT_ECCFULLKEY_BLOB (doc/facts/windows-api.md 4.1): magic, the parameters of the curve, then x and y in bytes of
 * the field and d in bytes of the order. */
#include <string.h>

#include "ec/ec.h"
#include "number/limbs.h"

struct full_blob
{
    const struct algorithm *alg;
    int has_private;
    struct bytes parameters;
    struct bytes rest;              /* x, y, d */
};

static nte_status read_blob(const struct algorithm_list *algorithms, struct bytes data, struct full_blob *blob)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t magic = read_u32(&r);

    blob->parameters = ec_explicit_read(&r);
    if (r.failed) return NTE_BAD_DATA;
    blob->rest.data = r.data;
    blob->rest.size = r.left;
    blob->alg = ec_find_magic(algorithms, magic, &blob->has_private);
    return blob->alg ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

/* The magic of one curve may precede that curve's own parameters (row 8.25): such a key belongs to that algorithm. */
static nte_status open_group(const struct full_blob *blob, int trusted, struct ec_group *group)
{
    nte_status status;

    if ((status = ec_explicit_open(blob->alg, blob->parameters, trusted, group))) return status;
    if (!blob->alg->curve) return NTE_SUCCESS;
    status = group->curve == blob->alg->curve ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
    ec_group_free(group);
    return status ? status : ec_group_choose(blob->alg, NULL, blob->parameters, group);
}

/* From bytes of the order to those of the field. */
static nte_status take_scalar(struct bytes number, uint8_t *d, uint32_t size)
{
    number = trim_number(number);
    if (number.size > size) return NTE_NOT_SUPPORTED;
    memset(d, 0, size);
    memcpy(d + size - number.size, number.data, number.size);
    return NTE_SUCCESS;
}

/* Takes over *group. */
static nte_status make_key(const struct full_blob *blob, int private, enum ec_check check, struct ec_group *group,
                           struct ec_key **key)
{
    const struct ec_group given = {.parameters = blob->parameters};
    uint32_t size = group->curve->size;
    struct reader r = {blob->rest.data, blob->rest.size, 0};
    struct bytes x = read_bytes(&r, size), y = read_bytes(&r, size), number = {NULL, 0};
    uint8_t d[EC_MAX_SIZE];
    nte_status status = NTE_SUCCESS;

    if (blob->has_private) number = read_bytes(&r, ec_explicit_order_size(&given));
    if (r.failed || r.left) status = NTE_BAD_DATA;
    else if (private) status = take_scalar(number, d, size);
    if (!status) status = ec_new(group, x.data, y.data, private ? d : NULL, check, key);
    else ec_group_free(group);
    wipe(d, sizeof(d));
    return status;
}

static nte_status import_blob(const struct algorithm_list *algorithms, struct bytes data, int private,
                              enum ec_check check, struct material **material)
{
    struct full_blob blob;
    struct ec_group group;
    struct ec_key *key;
    nte_status status;

    if ((status = read_blob(algorithms, data, &blob))) return status;
    if (private && !blob.has_private) return NTE_INVALID_PARAMETER;
    if ((status = open_group(&blob, check == EC_TRUSTED, &group))) return status;
    if ((status = make_key(&blob, private, check, &group, &key))) return status;
    *material = &key->material;
    return NTE_SUCCESS;
}

nte_status ec_import_full_public_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(options->algorithms, data, 0, EC_CHECKED, material);
}

nte_status ec_import_full_private_blob(struct bytes data, const struct blob_options *options,
                                       struct material **material)
{
    return import_blob(options->algorithms, data, 1, EC_CHECKED, material);
}

nte_status ec_load_full(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    return import_blob(algorithms, data, 1, EC_TRUSTED, material);
}

/* Such a blob does not name a curve, so its magic is a generic one. */
static nte_status write_blob(const struct ec_key *key, int private, struct writer *w)
{
    const struct ec_magics *magics = ec_generic_magics(key->material.alg);
    nte_status status;

    write_u32(w, private ? magics->private_key : magics->public_key);
    if ((status = ec_explicit_write(&key->group, w))) return status;
    write_bytes(w, key->x, key->curve->size);
    write_bytes(w, key->y, key->curve->size);
    return NTE_SUCCESS;
}

/* From bytes of the field to those of the order, of which d takes no more than either. */
static void write_scalar(const struct ec_key *key, struct writer *w)
{
    uint32_t size = key->curve->size, order_size = ec_explicit_order_size(&key->group);
    uint8_t *p = write_space(w, order_size);

    if (!p) return;
    if (order_size >= size) memcpy(p + order_size - size, key->d, size);
    else memcpy(p, key->d + size - order_size, order_size);
}

nte_status ec_export_full_public_blob(const struct material *material, const struct blob_options *options,
                                      struct writer *w)
{
    (void)options;
    return write_blob((const struct ec_key *)material, 0, w);
}

nte_status ec_export_full_private_blob(const struct material *material, const struct blob_options *options,
                                       struct writer *w)
{
    const struct ec_key *key = (const struct ec_key *)material;
    nte_status status;

    (void)options;
    if (!material->has_private) return NTE_INVALID_PARAMETER;
    if ((status = write_blob(key, 1, w))) return status;
    write_scalar(key, w);
    return NTE_SUCCESS;
}
