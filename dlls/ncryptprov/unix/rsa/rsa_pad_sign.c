/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encodings of RSA signatures, PKCS#1 v1.5 and PSS; see rsa_pad.h. */
#include <string.h>

#include "base/random.h"
#include "rsa/rsa_pad.h"

#define PKCS1_OVERHEAD 11           /* 00 01, eight bytes FF, 00 */

nte_status pad_pkcs1_sign(uint8_t *em, size_t k, const struct hash *hash, struct bytes digest)
{
    size_t prefix_size = hash ? hash->prefix_size : 0, fill;

    if (!digest.size || (hash && digest.size != hash->size)) return NTE_INVALID_PARAMETER;
    if (k < PKCS1_OVERHEAD + prefix_size || digest.size > k - PKCS1_OVERHEAD - prefix_size)
        return NTE_INVALID_PARAMETER;

    fill = k - prefix_size - digest.size - 3;
    *em++ = 0;
    *em++ = 1;
    memset(em, 0xff, fill);
    em += fill;
    *em++ = 0;
    if (prefix_size) memcpy(em, hash->prefix, prefix_size);
    memcpy(em + prefix_size, digest.data, digest.size);
    return NTE_SUCCESS;
}

nte_status pad_pkcs1_check(const uint8_t *em, size_t k, const struct hash *hash, struct bytes digest)
{
    uint8_t *expected;
    nte_status status;

    if (!(expected = secret_alloc(k))) return NTE_NO_MEMORY;
    status = pad_pkcs1_sign(expected, k, hash, digest);
    if (!status && !equal_secret(em, expected, k)) status = NTE_BAD_SIGNATURE;
    secret_free(expected);
    return status;
}

/* Where the parts of a PSS message lie. It has one bit less than the modulus, so it may begin a byte late. */
struct pss
{
    uint8_t *db;                    /* padding, 01, salt; masked */
    size_t db_size;
    uint8_t *h;
    uint8_t *trailer;
    uint8_t top_mask;               /* bits of db[0] that belong to the message */
};

static nte_status pss_layout(uint8_t *em, size_t bits, const struct hash *hash, struct bytes digest,
                             size_t salt_size, struct pss *pss)
{
    size_t em_size = (bits + 6) / 8;

    if (digest.size != hash->size) return NTE_INVALID_PARAMETER;
    if (em_size < hash->size + 2 || salt_size > em_size - hash->size - 2) return NTE_INVALID_PARAMETER;
    pss->db = em + (bits + 7) / 8 - em_size;
    pss->db_size = em_size - hash->size - 1;
    pss->h = pss->db + pss->db_size;
    pss->trailer = pss->h + hash->size;
    pss->top_mask = 0xff >> (8 * em_size - (bits - 1));
    return NTE_SUCCESS;
}

/* The hash of eight zero bytes, the digest and the salt. */
static nte_status pss_hash(const struct hash *hash, struct bytes digest, const uint8_t *salt, size_t salt_size,
                           uint8_t *h)
{
    static const uint8_t zeros[8];
    struct hash_state *state;
    nte_status status;

    if ((status = hash_start(hash, &state))) return status;
    hash_add(state, zeros, sizeof(zeros));
    hash_add(state, digest.data, digest.size);
    hash_add(state, salt, salt_size);
    status = hash_end(state, h);
    hash_free(state);
    return status;
}

nte_status pad_pss_sign(uint8_t *em, size_t bits, const struct hash *hash, struct bytes digest, size_t salt_size)
{
    struct random_source random = {0};
    struct bytes seed;
    struct pss pss;
    uint8_t *salt;
    nte_status status;

    if ((status = pss_layout(em, bits, hash, digest, salt_size, &pss))) return status;
    salt = pss.h - salt_size;
    memset(em, 0, salt - em);
    salt[-1] = 1;
    random_fill(&random, salt_size, salt);
    if (random.failed) return NTE_INTERNAL_ERROR;

    if ((status = pss_hash(hash, digest, salt, salt_size, pss.h))) return status;
    seed.data = pss.h;
    seed.size = hash->size;
    if ((status = hash_mgf1_xor(hash, seed, pss.db, pss.db_size))) return status;
    *pss.db &= pss.top_mask;
    *pss.trailer = 0xbc;
    return NTE_SUCCESS;
}

nte_status pad_pss_check(uint8_t *em, size_t bits, const struct hash *hash, struct bytes digest, size_t salt_size)
{
    uint8_t h[HASH_MAX_SIZE], wrong, *salt, *p;
    struct bytes seed;
    struct pss pss;
    nte_status status;

    if ((status = pss_layout(em, bits, hash, digest, salt_size, &pss))) return status;
    wrong = *pss.trailer ^ 0xbc;
    for (p = em; p < pss.db; p++) wrong |= *p;
    wrong |= *pss.db & ~pss.top_mask;

    seed.data = pss.h;
    seed.size = hash->size;
    if ((status = hash_mgf1_xor(hash, seed, pss.db, pss.db_size))) return status;
    *pss.db &= pss.top_mask;
    salt = pss.h - salt_size;
    for (p = pss.db; p < salt - 1; p++) wrong |= *p;
    wrong |= salt[-1] ^ 1;

    if ((status = pss_hash(hash, digest, salt, salt_size, h))) return status;
    return !wrong && equal_secret(h, pss.h, hash->size) ? NTE_SUCCESS : NTE_BAD_SIGNATURE;
}
