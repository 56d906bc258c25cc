/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the key blobs of CAPI share; see capi_blob.h. */
#include <string.h>

#include "format/capi_blob.h"

void reverse_bytes(uint8_t *data, size_t size)
{
    size_t i;
    uint8_t byte;

    for (i = 0; i < size / 2; i++)
    {
        byte = data[i];
        data[i] = data[size - 1 - i];
        data[size - 1 - i] = byte;
    }
}

nte_status capi_open(struct capi_reader *blob, struct bytes data)
{
    memset(blob, 0, sizeof(*blob));
    if (!(blob->copy = secret_alloc(data.size))) return NTE_NO_MEMORY;
    if (data.size) memcpy(blob->copy, data.data, data.size);
    blob->r.data = blob->copy;
    blob->r.left = blob->size = data.size;
    blob->type = read_u8(&blob->r);
    blob->version = read_u8(&blob->r);
    read_bytes(&blob->r, 2);        /* reserved */
    blob->alg = read_u32(&blob->r);
    blob->magic = read_u32(&blob->r);
    blob->bits = read_u32(&blob->r);
    return blob->r.failed ? NTE_BAD_DATA : NTE_SUCCESS;
}

struct bytes capi_number(struct capi_reader *blob, uint32_t bits)
{
    size_t offset = blob->size - blob->r.left;
    struct bytes number = read_bytes(&blob->r, ((uint64_t)bits + 7) / 8);

    reverse_bytes(blob->copy + offset, number.size);
    return number;
}

nte_status capi_end(const struct capi_reader *blob)
{
    return blob->r.failed || blob->r.left ? NTE_BAD_DATA : NTE_SUCCESS;
}

void capi_close(struct capi_reader *blob)
{
    secret_free(blob->copy);
    memset(blob, 0, sizeof(*blob));
}

void capi_write_header(struct writer *w, uint8_t type, uint8_t version, uint32_t alg, uint32_t magic,
                       uint32_t bits)
{
    write_u8(w, type);
    write_u8(w, version);
    write_u8(w, 0);
    write_u8(w, 0);
    write_u32(w, alg);
    write_u32(w, magic);
    write_u32(w, bits);
}

void capi_write_number(struct writer *w, size_t size, const mp_limb_t *limbs, mp_size_t count)
{
    uint8_t *data = write_space(w, size);

    if (!data) return;
    limbs_to_bytes(data, size, limbs, count);
    reverse_bytes(data, size);
}
