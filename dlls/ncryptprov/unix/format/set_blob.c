/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Blobs of keys that have a parameter set; see set_blob.h. */
#include <string.h>

#include "format/set_blob.h"

nte_status set_name_read(struct bytes value, uint16_t name[SET_NAME_MAX])
{
    if (value.size % sizeof(*name) || value.size >= SET_NAME_MAX * sizeof(*name)) return NTE_INVALID_PARAMETER;
    memset(name, 0, SET_NAME_MAX * sizeof(*name));
    if (value.size) memcpy(name, value.data, value.size);
    return NTE_SUCCESS;
}

static int ends_with_nul(const uint16_t *name, size_t size)
{
    return size && (u16_length(name) + 1) * sizeof(*name) == size;
}

nte_status set_blob_read(struct bytes data, uint32_t magic, uint16_t name[SET_NAME_MAX], struct bytes *key)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t found = read_u32(&r), name_size = read_u32(&r), key_size = read_u32(&r);
    struct bytes set;
    nte_status status;

    if (!r.failed && found != magic) return NTE_INVALID_PARAMETER;
    set = read_bytes(&r, name_size);
    *key = read_bytes(&r, key_size);
    if (r.failed || r.left) return NTE_BAD_DATA;
    if ((status = set_name_read(set, name))) return status;
    return ends_with_nul(name, name_size) ? NTE_SUCCESS : NTE_BAD_DATA;
}

uint8_t *set_blob_open(struct writer *w, uint32_t magic, const char *name, size_t key_size)
{
    uint16_t wide[SET_NAME_MAX];
    size_t name_size = u16_from_ascii(wide, name);

    write_u32(w, magic);
    write_u32(w, name_size);
    write_u32(w, key_size);
    write_bytes(w, wide, name_size);
    return write_space(w, key_size);
}
