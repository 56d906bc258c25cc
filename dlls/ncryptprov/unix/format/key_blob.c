/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The header that CipherKeyBlob and KDFKeyBlob have in common; see key_blob.h. */
#include <string.h>

#include "format/key_blob.h"

#define HEADER_SIZE 16

static nte_status take_name(struct bytes name, uint16_t alg[KEY_BLOB_NAME_MAX])
{
    if (name.size % sizeof(*alg) || name.size < sizeof(*alg)) return NTE_BAD_DATA;
    if (name.size > KEY_BLOB_NAME_MAX * sizeof(*alg)) return NTE_NOT_SUPPORTED;
    memcpy(alg, name.data, name.size);
    if (alg[name.size / sizeof(*alg) - 1]) return NTE_BAD_DATA;
    return (u16_length(alg) + 1) * sizeof(*alg) == name.size ? NTE_SUCCESS : NTE_BAD_DATA;
}

nte_status key_blob_read(struct bytes data, uint32_t magic, uint16_t alg[KEY_BLOB_NAME_MAX], struct bytes *payload)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t size = read_u32(&r), found = read_u32(&r), name_size = read_u32(&r), payload_size = read_u32(&r);
    struct bytes name = read_bytes(&r, name_size);

    if (data.size >= HEADER_SIZE && found != magic) return NTE_INVALID_PARAMETER;
    *payload = read_bytes(&r, payload_size);
    if (r.failed || r.left || size != HEADER_SIZE) return NTE_BAD_DATA;
    return take_name(name, alg);
}

void key_blob_write(struct writer *w, uint32_t magic, const char *alg, size_t payload_size)
{
    size_t name_size = (strlen(alg) + 1) * sizeof(uint16_t);
    uint16_t name[KEY_BLOB_NAME_MAX];

    write_u32(w, HEADER_SIZE);
    write_u32(w, magic);
    write_u32(w, name_size);
    write_u32(w, payload_size);
    u16_from_ascii(name, alg);
    write_bytes(w, name, name_size);
}
