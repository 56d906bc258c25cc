/* SPDX-License-Identifier: LGPL-2.1-or-later
 * HMAC over the hashes of hash.c; see hmac.h. */
#include <string.h>

#include <gnutls/gnutls.h>

#include "crypto/hmac.h"

#define MAX_BLOCK 136               /* bytes: SHA3-256 */
#define INNER 0x36
#define OUTER 0x5c

struct hmac
{
    const struct hash *hash;
    struct hash_state *state;
    size_t block;
    uint8_t key[MAX_BLOCK];
    uint8_t pad[MAX_BLOCK];
    uint8_t digest[HASH_MAX_SIZE];
};

/* What the compression function takes at once (FIPS 180-4, FIPS 202 table 3). */
static size_t block_size(const struct hash *hash)
{
    switch (hash->gnutls_id)
    {
    case GNUTLS_DIG_SHA384:
    case GNUTLS_DIG_SHA512:
        return 128;
    case GNUTLS_DIG_SHA3_256:
    case GNUTLS_DIG_SHA3_384:
    case GNUTLS_DIG_SHA3_512:
        return 200 - 2 * hash->size;
    default:
        return 64;
    }
}

static void add_pad(struct hmac *h, uint8_t value)
{
    size_t i;

    for (i = 0; i < h->block; i++) h->pad[i] = h->key[i] ^ value;
    hash_add(h->state, h->pad, h->block);
}

static nte_status take_key(struct hmac *h, struct bytes key)
{
    if (key.size > h->block) return hash_once(h->hash, key, h->key);
    if (key.size) memcpy(h->key, key.data, key.size);
    return NTE_SUCCESS;
}

nte_status hmac_start(const struct hash *hash, struct bytes key, struct hmac **hmac)
{
    struct hmac *h;
    nte_status status;

    if (!(h = secret_alloc(sizeof(*h)))) return NTE_NO_MEMORY;
    h->hash = hash;
    h->block = block_size(hash);
    if ((status = hash_start(hash, &h->state)) || (status = take_key(h, key)))
    {
        hmac_free(h);
        return status;
    }
    add_pad(h, INNER);
    *hmac = h;
    return NTE_SUCCESS;
}

void hmac_add(struct hmac *hmac, const void *data, size_t size)
{
    hash_add(hmac->state, data, size);
}

nte_status hmac_end(struct hmac *h, uint8_t *code)
{
    nte_status status = hash_end(h->state, h->digest);

    add_pad(h, OUTER);
    hash_add(h->state, h->digest, h->hash->size);
    if (status) hash_end(h->state, h->digest);
    else status = hash_end(h->state, code);
    add_pad(h, INNER);
    return status;
}

void hmac_free(struct hmac *hmac)
{
    if (!hmac) return;
    hash_free(hmac->state);
    secret_free(hmac);
}
