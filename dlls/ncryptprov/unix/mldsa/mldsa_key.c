/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 204 6.1 and 7.2: keys, made and read. */
#include <string.h>

#include "crypto/keccak.h"
#include "mldsa/mldsa_math.h"

#define T0_TOP (1 << (MLDSA_D - 1))
#define T0_SIZE (32 * MLDSA_D)      /* bytes */
#define T1_BITS 10
#define T1_SIZE (32 * T1_BITS)

static struct mldsa_key *new_key(const struct mldsa_set *set, int has_private)
{
    size_t count = set->k * set->l + set->k;
    struct mldsa_key *key;

    if (has_private) count += set->l + 2 * set->k;
    if (!(key = secret_alloc(sizeof(*key) + count * sizeof(*key->polys)))) return NULL;
    key->set = set;
    key->has_private = has_private;
    key->a = key->polys;
    key->t1 = key->a + set->k * set->l;
    if (!has_private) return key;
    key->s1 = key->t1 + set->k;
    key->s2 = key->s1 + set->l;
    key->t0 = key->s2 + set->k;
    return key;
}

void mldsa_free(struct mldsa_key *key)
{
    secret_free(key);
}

/* Algorithm 32, ExpandA. */
static void expand_matrix(struct mldsa_key *key, const uint8_t rho[32])
{
    unsigned int r, s;

    for (r = 0; r < key->set->k; r++)
        for (s = 0; s < key->set->l; s++) mldsa_sample_ntt(&key->a[r * key->set->l + s], rho, s, r);
}

/* Algorithm 33, ExpandS. */
static void expand_secret(struct mldsa_key *key, const uint8_t rho[64])
{
    unsigned int r;

    for (r = 0; r < key->set->l; r++) mldsa_sample_bounded(key->set, &key->s1[r], rho, r);
    for (r = 0; r < key->set->k; r++) mldsa_sample_bounded(key->set, &key->s2[r], rho, key->set->l + r);
}

static void hash_public(struct mldsa_key *key)
{
    struct keccak h;

    shake256_start(&h);
    keccak_add(&h, key->pk, key->set->public_size);
    keccak_give(&h, key->tr, sizeof(key->tr));
}

/* t1 times 2^d, transformed, from what pk has of it. */
static void transform_t1(struct mldsa_key *key)
{
    unsigned int r, i;

    for (r = 0; r < key->set->k; r++)
    {
        mldsa_unpack(&key->t1[r], key->pk + 32 + T1_SIZE * r, T1_BITS);
        for (i = 0; i < MLDSA_N; i++) key->t1[r].c[i] <<= MLDSA_D;
        mldsa_ntt(&key->t1[r]);
    }
}

/* One polynomial of t = A s1 + s2, rounded into t1 and t0. s1 is transformed, s2 is not. */
static void round_t(struct mldsa_key *key, unsigned int r)
{
    struct mldsa_poly *t = &key->t0[r];
    unsigned int i;

    mldsa_multiply_row(key, t, r, key->s1);
    for (i = 0; i < MLDSA_N; i++)
        key->t1[r].c[i] = mldsa_power2round(mldsa_positive(mldsa_reduce(t->c[i] + key->s2[r].c[i])), &t->c[i]);
}

/* Algorithm 24, skEncode, but for the part that is before s1; it transforms what it has written. */
static void write_secret(struct mldsa_key *key)
{
    const struct mldsa_set *set = key->set;
    uint8_t *p = key->sk + 128;
    unsigned int r;

    for (r = 0; r < set->l + set->k; r++, p += 32 * set->eta_bits)
        mldsa_pack_from(p, &key->s1[r], set->eta, set->eta_bits);                       /* s2 follows s1 */
    for (r = 0; r < set->l; r++) mldsa_ntt(&key->s1[r]);
    for (r = 0; r < set->k; r++, p += T0_SIZE)
    {
        round_t(key, r);
        mldsa_pack(key->pk + 32 + T1_SIZE * r, &key->t1[r], T1_BITS);
        mldsa_pack_from(p, &key->t0[r], T0_TOP, MLDSA_D);
        mldsa_ntt(&key->s2[r]);
        mldsa_ntt(&key->t0[r]);
    }
}

/* With s1 and s2 in place: everything else of the key follows. */
static void finish(struct mldsa_key *key, const uint8_t rho[32], const uint8_t k[32])
{
    expand_matrix(key, rho);
    memcpy(key->pk, rho, 32);
    memcpy(key->sk, rho, 32);
    memcpy(key->sk + 32, k, 32);
    write_secret(key);
    transform_t1(key);
    hash_public(key);
    memcpy(key->sk + 64, key->tr, sizeof(key->tr));
}

nte_status mldsa_generate(const struct mldsa_set *set, const uint8_t seed[MLDSA_SEED_SIZE], struct mldsa_key **result)
{
    const uint8_t dimensions[2] = {set->k, set->l};
    struct mldsa_key *key = new_key(set, 1);
    uint8_t expanded[128];          /* rho, rho', K */
    struct keccak h;

    if (!key) return NTE_NO_MEMORY;
    key->has_seed = 1;
    memcpy(key->seed, seed, MLDSA_SEED_SIZE);
    shake256_start(&h);
    keccak_add(&h, seed, MLDSA_SEED_SIZE);
    keccak_add(&h, dimensions, sizeof(dimensions));
    keccak_give(&h, expanded, sizeof(expanded));
    keccak_end(&h);
    expand_secret(key, expanded + 32);
    finish(key, expanded, expanded + 96);
    wipe(expanded, sizeof(expanded));
    *result = key;
    return NTE_SUCCESS;
}

nte_status mldsa_read_public(const struct mldsa_set *set, const uint8_t *pk, struct mldsa_key **result)
{
    struct mldsa_key *key = new_key(set, 0);

    if (!key) return NTE_NO_MEMORY;
    memcpy(key->pk, pk, set->public_size);
    expand_matrix(key, pk);
    transform_t1(key);
    hash_public(key);
    *result = key;
    return NTE_SUCCESS;
}

/* Algorithm 25, skDecode, of s1 and s2. 0: one of them is out of range. */
static int read_secret(struct mldsa_key *key, const uint8_t *sk)
{
    const struct mldsa_set *set = key->set;
    int outside = 0;
    unsigned int r;

    for (r = 0; r < set->l + set->k; r++)
    {
        mldsa_unpack_from(&key->s1[r], sk + 128 + 32 * set->eta_bits * r, set->eta, set->eta_bits);
        outside |= mldsa_exceeds(&key->s1[r], set->eta + 1);
    }
    return !outside;
}

nte_status mldsa_read_private(const struct mldsa_set *set, const uint8_t *sk, struct mldsa_key **result)
{
    struct mldsa_key *key = new_key(set, 1);
    int good;

    if (!key) return NTE_NO_MEMORY;
    if ((good = read_secret(key, sk)))
    {
        finish(key, sk, sk + 32);
        good = equal_secret(key->sk, sk, set->private_size);
    }
    if (!good)
    {
        mldsa_free(key);
        return NTE_INVALID_PARAMETER;
    }
    *result = key;
    return NTE_SUCCESS;
}
