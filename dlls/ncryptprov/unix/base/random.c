/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Random bytes; see random.h. */
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "base/random.h"

void random_fill(void *ctx, size_t size, uint8_t *data)
{
    struct random_source *source = ctx;
    size_t i;

    if (!source->failed && gnutls_rnd(source->for_key ? GNUTLS_RND_KEY : GNUTLS_RND_RANDOM, data, size) >= 0)
        return;
    source->failed = 1;
    for (i = 0; i < size; i++)
    {
        source->filler = source->filler * 6364136223846793005u + 1442695040888963407u;
        data[i] = source->filler >> 56;
    }
}
