/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The header that CipherKeyBlob and KDFKeyBlob have in common; see key_blob.h. */
#include <string.h>

#include "algorithm.h"
#include "format/key_blob.h"

#define HEADER_SIZE 16
#define MAX_NAME 32                 /* characters with NUL; none of ours is longer */

static nte_status find_algorithm(struct bytes name, const struct algorithm **alg)
{
    uint16_t copy[MAX_NAME];

    if (name.size % sizeof(*copy) || name.size < sizeof(*copy)) return NTE_BAD_DATA;
    if (name.size > sizeof(copy)) return NTE_NOT_SUPPORTED;
    memcpy(copy, name.data, name.size);
    if (copy[name.size / sizeof(*copy) - 1]) return NTE_BAD_DATA;
    if ((u16_length(copy) + 1) * sizeof(*copy) != name.size) return NTE_BAD_DATA;
    return (*alg = algorithm_find(copy)) ? NTE_SUCCESS : NTE_NOT_SUPPORTED;
}

nte_status key_blob_read(struct bytes data, uint32_t magic, const struct family *family,
                         const struct algorithm **alg, struct bytes *payload)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t size = read_u32(&r), found = read_u32(&r), name_size = read_u32(&r), payload_size = read_u32(&r);
    struct bytes name = read_bytes(&r, name_size);
    nte_status status;

    if (data.size >= HEADER_SIZE && found != magic) return NTE_INVALID_PARAMETER;
    *payload = read_bytes(&r, payload_size);
    if (r.failed || r.left || size != HEADER_SIZE) return NTE_BAD_DATA;
    if ((status = find_algorithm(name, alg))) return status;
    return (*alg)->family == family ? NTE_SUCCESS : NTE_NOT_SUPPORTED;
}

void key_blob_write(struct writer *w, uint32_t magic, const struct algorithm *alg, size_t payload_size)
{
    size_t name_size = (strlen(alg->id) + 1) * sizeof(uint16_t);
    uint16_t name[MAX_NAME];

    write_u32(w, HEADER_SIZE);
    write_u32(w, magic);
    write_u32(w, name_size);
    write_u32(w, payload_size);
    u16_from_ascii(name, alg->id);
    write_bytes(w, name, name_size);
}
