/* SPDX-License-Identifier: LGPL-2.1-or-later
 * scrypt (RFC 7914): a key from a password, at a cost in memory. */
#ifndef ENGINE_SCRYPT_H
#define ENGINE_SCRYPT_H

#include "base/memory.h"
#include "base/status.h"

/* A file from elsewhere sets the cost of its own key. One that takes more memory than this (bytes), or has a larger N *
 * r * p (about ten seconds), is refused. OpenSSL writes N 16384, r 8, p 1: 16 MiB. */
#ifndef SCRYPT_MAX_MEMORY
#define SCRYPT_MAX_MEMORY (256u << 20)
#endif
#ifndef SCRYPT_MAX_WORK
#define SCRYPT_MAX_WORK (1u << 24)
#endif

struct scrypt_cost
{
    uint32_t n, r, p;               /* CPU and memory, block size, parallelization */
};

/* Fills key. NTE_INVALID_PARAMETER: n is not a power of two above 1, r or p is 0, or the cost is above the limits. */
nte_status scrypt(struct bytes password, struct bytes salt, const struct scrypt_cost *cost, uint8_t *key, size_t size);

#endif
