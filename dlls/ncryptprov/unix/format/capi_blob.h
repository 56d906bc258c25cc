/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the key blobs of CAPI share (doc/facts/windows-api.md 4.2): the BLOBHEADER, and little-endian numbers. */
#ifndef ENGINE_CAPI_BLOB_H
#define ENGINE_CAPI_BLOB_H

#include "number/limbs.h"
#include "base/status.h"

#define CAPI_PUBLIC_KEY  6          /* bType */
#define CAPI_PRIVATE_KEY 7

/* A blob being read: a copy of it, in which numbers are reversed in place. */
struct capi_reader
{
    struct reader r;
    uint8_t *copy;
    size_t size;                    /* bytes of copy */
    uint8_t type, version;          /* bType, bVersion */
    uint32_t alg;                   /* aiKeyAlg */
    uint32_t magic;                 /* what every structure begins with */
    uint32_t bits;                  /* of the modulus */
};

/* Reads the fixed part. End with capi_close, even after a failure. NTE_BAD_DATA when it is incomplete. */
nte_status capi_open(struct capi_reader *blob, struct bytes data);
/* The next number, which takes that many bits rounded up to bytes; big-endian, and valid until capi_close. */
struct bytes capi_number(struct capi_reader *blob, uint32_t bits);
nte_status capi_end(const struct capi_reader *blob);    /* NTE_BAD_DATA unless all was read */
void capi_close(struct capi_reader *blob);              /* wipes */

void capi_write_header(struct writer *w, uint8_t type, uint8_t version, uint32_t alg, uint32_t magic,
                       uint32_t bits);
void capi_write_number(struct writer *w, size_t size, const mp_limb_t *limbs, mp_size_t count);

void reverse_bytes(uint8_t *data, size_t size);

#endif
