/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Random bytes for nettle, from GnuTLS. Nettle's callback has no way to report a failure, so it is recorded here. */
#ifndef ENGINE_RANDOM_H
#define ENGINE_RANDOM_H

#include <stddef.h>
#include <stdint.h>

struct random_source
{
    int for_key;                    /* 1: bytes that live as long as a key; 0: blinding, nonces, padding */
    int failed;                     /* the generator has failed: wipe whatever was made from the bytes */
    uint64_t filler;
};

/* A nettle_random_func; ctx is a struct random_source. After a failure the bytes are not random, but they
 * differ from call to call, so that a search for a prime or a scalar ends. */
void random_fill(void *ctx, size_t size, uint8_t *data);

#endif
