/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A key as the provider of Windows writes it: a header, and the two parts that the chip gave out (row T.31). */
#include "provider/tpm/tpm_provider.h"

#define MAGIC        0x4d504350u    /* PCPM */
#define HEADER_SIZE  56u
#define OLD_HEADER   52u            /* of Windows 8: without the hash of the PCRs */
#define TYPE_TPM20   2u
#define HAS_AUTH     1u
#define REST         7              /* sizes of parts that keys with a password or none do not have */
#define PARTS_MOST   0x2000u        /* bytes; both of an RSA key of 4096 bits take a quarter of it */

void tpm_opaque_write(struct writer *w, const struct tpm_blob *blob, int has_auth)
{
    int i;

    write_u32(w, MAGIC);
    write_u32(w, HEADER_SIZE);
    write_u32(w, TYPE_TPM20);
    write_u32(w, has_auth ? HAS_AUTH : 0);
    write_u32(w, blob->public.size);
    write_u32(w, blob->private.size);
    for (i = 0; i < REST; i++) write_u32(w, 0);
    write_u32(w, 0);                /* no PCRs: no hash of theirs, and padding */
    write_bytes(w, blob->public.data, blob->public.size);
    write_bytes(w, blob->private.data, blob->private.size);
}

/* What is behind the sizes of both parts. */
static nte_status read_rest(struct reader *r, uint32_t header_size)
{
    uint32_t rest = 0;
    int i;

    for (i = 0; i < REST; i++) rest |= read_u32(r);
    if (header_size == HEADER_SIZE) read_u32(r);
    if (r->failed) return NTE_BAD_DATA;
    return rest ? NTE_NOT_SUPPORTED : NTE_SUCCESS;
}

nte_status tpm_opaque_read(struct bytes data, struct tpm_blob *blob, int *has_auth)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t magic = read_u32(&r), header_size = read_u32(&r), type = read_u32(&r), flags = read_u32(&r);
    uint32_t public_size = read_u32(&r), private_size = read_u32(&r);
    nte_status status;

    if (r.failed || magic != MAGIC || (header_size != HEADER_SIZE && header_size != OLD_HEADER)) return NTE_BAD_DATA;
    if (type != TYPE_TPM20) return NTE_NOT_SUPPORTED;
    if ((status = read_rest(&r, header_size))) return status;
    if (public_size > PARTS_MOST || private_size > PARTS_MOST || public_size + private_size != r.left)
        return NTE_BAD_DATA;
    blob->public = read_bytes(&r, public_size);
    blob->private = read_bytes(&r, private_size);
    *has_auth = !!(flags & HAS_AUTH);
    return NTE_SUCCESS;
}
