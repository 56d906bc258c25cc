/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The table of hashes, and hashing over GnuTLS; see hash.h. */
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "crypto/hash.h"

/* SEQUENCE { SEQUENCE { OID, NULL }, OCTET STRING }; each digest ends the structure. */
#define RSADSI(n, size)  {0x30, size + 16, 0x30, 0x0c, 0x06, 0x08, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x02, n, \
                          0x05, 0x00, 0x04, size}, 18
#define NIST(n, size)    {0x30, size + 17, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, \
                          0x02, n, 0x05, 0x00, 0x04, size}, 19
#define OIW_SHA1         {0x30, 0x21, 0x30, 0x09, 0x06, 0x05, 0x2b, 0x0e, 0x03, 0x02, 0x1a, \
                          0x05, 0x00, 0x04, 0x14}, 15

static const struct hash hashes[] =
{
    {"SHA256",   32, GNUTLS_DIG_SHA256,   NIST(1, 32)},
    {"SHA1",     20, GNUTLS_DIG_SHA1,     OIW_SHA1},
    {"SHA384",   48, GNUTLS_DIG_SHA384,   NIST(2, 48)},
    {"SHA512",   64, GNUTLS_DIG_SHA512,   NIST(3, 64)},
    {"SHA3-256", 32, GNUTLS_DIG_SHA3_256, NIST(8, 32)},
    {"SHA3-384", 48, GNUTLS_DIG_SHA3_384, NIST(9, 48)},
    {"SHA3-512", 64, GNUTLS_DIG_SHA3_512, NIST(10, 64)},
    {"MD5",      16, GNUTLS_DIG_MD5,      RSADSI(5, 16)},
    {"MD4",      16, 0,                   RSADSI(4, 16)},
    {"MD2",      16, 0,                   RSADSI(2, 16)},
};

struct hash_state
{
    const struct hash *hash;
    gnutls_hash_hd_t handle;
    int failed;
};

const struct hash *hash_find(const uint16_t *id)
{
    size_t i;

    for (i = 0; i < sizeof(hashes) / sizeof(*hashes); i++)
        if (u16_equal_nocase(id, hashes[i].id)) return &hashes[i];
    return NULL;
}

const struct hash *hash_find_ascii(const char *id)
{
    uint16_t wide[16];

    if (strlen(id) >= sizeof(wide) / sizeof(*wide)) return NULL;
    u16_from_ascii(wide, id);
    return hash_find(wide);
}

/* Strict FIPS mode refuses MD5, but what to hash is the caller's choice. Each thread has its own mode. */
static int open_handle(gnutls_hash_hd_t *handle, int id)
{
    unsigned int mode;
    int ret = gnutls_hash_init(handle, id);

    if (ret >= 0 || (mode = gnutls_fips140_mode_enabled()) == GNUTLS_FIPS140_DISABLED) return ret;
    gnutls_fips140_set_mode(GNUTLS_FIPS140_LAX, GNUTLS_FIPS140_SET_MODE_THREAD);
    ret = gnutls_hash_init(handle, id);
    gnutls_fips140_set_mode(mode, GNUTLS_FIPS140_SET_MODE_THREAD);
    return ret;
}

nte_status hash_start(const struct hash *hash, struct hash_state **state)
{
    struct hash_state *s;

    if (!hash->gnutls_id) return NTE_NOT_SUPPORTED;
    if (!(s = secret_alloc(sizeof(*s)))) return NTE_NO_MEMORY;
    s->hash = hash;
    if (open_handle(&s->handle, hash->gnutls_id) < 0)
    {
        secret_free(s);
        return NTE_INTERNAL_ERROR;
    }
    *state = s;
    return NTE_SUCCESS;
}

void hash_add(struct hash_state *state, const void *data, size_t size)
{
    if (size && gnutls_hash(state->handle, data, size) < 0) state->failed = 1;
}

nte_status hash_end(struct hash_state *state, uint8_t *digest)
{
    int failed = state->failed;

    gnutls_hash_output(state->handle, digest);
    state->failed = 0;
    if (failed) wipe(digest, state->hash->size);
    return failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}

void hash_free(struct hash_state *state)
{
    if (!state) return;
    gnutls_hash_deinit(state->handle, NULL);
    secret_free(state);
}

nte_status hash_once(const struct hash *hash, struct bytes data, uint8_t *digest)
{
    struct hash_state *state;
    nte_status status;

    if ((status = hash_start(hash, &state))) return status;
    hash_add(state, data.data, data.size);
    status = hash_end(state, digest);
    hash_free(state);
    return status;
}

static nte_status mgf1_block(struct hash_state *state, struct bytes seed, uint32_t block, uint8_t *digest)
{
    const uint8_t counter[] = {block >> 24, block >> 16, block >> 8, block};

    hash_add(state, seed.data, seed.size);
    hash_add(state, counter, sizeof(counter));
    return hash_end(state, digest);
}

nte_status hash_mgf1_xor(const struct hash *hash, struct bytes seed, uint8_t *target, size_t size)
{
    uint8_t digest[HASH_MAX_SIZE];
    struct hash_state *state;
    size_t done, count, i;
    nte_status status;
    uint32_t block;

    if ((status = hash_start(hash, &state))) return status;
    for (done = 0, block = 0; done < size; done += count, block++)
    {
        if ((status = mgf1_block(state, seed, block, digest))) break;
        count = size - done < hash->size ? size - done : hash->size;
        for (i = 0; i < count; i++) target[done + i] ^= digest[i];
    }
    hash_free(state);
    wipe(digest, sizeof(digest));
    return status;
}
