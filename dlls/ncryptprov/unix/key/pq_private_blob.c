/* SPDX-License-Identifier: LGPL-2.1-or-later
 * "PQPrivateKeyBlob" (row A.31): the name of another type of blob, and that blob. */
#include <string.h>

#include "key/blob_type.h"

#define MAGIC 0x52505150u           /* "PQPR" */

/* Those that it can hold, the best first. */
static const char *const inner_types[] =
    {"PQDSAPRIVATESEEDBLOB", "MLKEMPRIVATESEEDBLOB", "PQDSAPRIVATEBLOB", "MLKEMPRIVATEBLOB"};

#define INNER_COUNT (sizeof(inner_types) / sizeof(*inner_types))
#define INNER_NAME_MAX 32           /* characters, with NUL */

/* NULL: none that can be here. */
static const char *inner_type(struct bytes name)
{
    uint16_t wide[INNER_NAME_MAX];
    size_t i;

    for (i = 0; i < INNER_COUNT; i++)
        if (u16_from_ascii(wide, inner_types[i]) == name.size && !memcmp(wide, name.data, name.size))
            return inner_types[i];
    return NULL;
}

nte_status pq_import_private_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t magic = read_u32(&r), name_size = read_u32(&r), blob_size = read_u32(&r);
    struct bytes name = read_bytes(&r, name_size), blob = read_bytes(&r, blob_size);
    const struct blob_type *type;
    uint16_t wide[INNER_NAME_MAX];
    const char *inner;
    nte_status status;

    if (r.failed || r.left) return NTE_BAD_DATA;
    if (magic != MAGIC || !(inner = inner_type(name))) return NTE_INVALID_PARAMETER;
    u16_from_ascii(wide, inner);
    if ((status = blob_find_import(NULL, wide, blob, &type))) return status;
    return type->import(blob, options, material);
}

static void wrap(struct writer *w, const char *inner, const struct writer *blob)
{
    uint16_t wide[INNER_NAME_MAX];
    size_t name_size = u16_from_ascii(wide, inner);

    write_u32(w, MAGIC);
    write_u32(w, name_size);
    write_u32(w, blob->used);
    write_bytes(w, wide, name_size);
    write_bytes(w, blob->data, blob->used);
    w->failed |= blob->failed;
}

static nte_status export_as(const char *inner, const struct material *material, const struct blob_options *options,
                            struct writer *w)
{
    const struct blob_type *type;
    uint16_t wide[INNER_NAME_MAX];
    struct writer blob = {0};
    nte_status status;

    u16_from_ascii(wide, inner);
    if (!(type = blob_find_export(NULL, wide, material->family))) return NTE_NOT_SUPPORTED;
    if (!(status = type->export(material, options, &blob))) wrap(w, inner, &blob);
    writer_free(&blob);
    return status;
}

nte_status pq_export_private_blob(const struct material *material, const struct blob_options *options,
                                  struct writer *w)
{
    nte_status status = NTE_NOT_SUPPORTED;
    size_t i;

    for (i = 0; i < INNER_COUNT && status; i++) status = export_as(inner_types[i], material, options, w);
    return status;
}
