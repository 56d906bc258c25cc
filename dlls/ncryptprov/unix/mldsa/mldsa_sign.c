/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 204 6.2: signatures. A candidate is made in each round until one says nothing of the key. */
#include <string.h>

#include "crypto/keccak.h"
#include "mldsa/mldsa_math.h"

#define MOST_ROUNDS 814             /* appendix C: one in 2^256 signatures needs more */

struct signing
{
    const struct mldsa_key *key;
    uint8_t rho[64];                /* rho'' */
    uint8_t hash[MLDSA_MAX_HASH];   /* c~ */
    struct mldsa_poly c, product;
    struct mldsa_poly y[MLDSA_MAX_L], z[MLDSA_MAX_L];
    struct mldsa_poly w[MLDSA_MAX_K], h[MLDSA_MAX_K];   /* h: w1, and later the hint */
};

void mldsa_hash_commitment(const struct mldsa_set *set, const uint8_t mu[MLDSA_MU_SIZE], const struct mldsa_poly *w1,
                           uint8_t hash[MLDSA_MAX_HASH])
{
    uint8_t packed[32 * 6];
    struct keccak h;
    unsigned int i;

    shake256_start(&h);
    keccak_add(&h, mu, MLDSA_MU_SIZE);
    for (i = 0; i < set->k; i++)
    {
        mldsa_pack(packed, &w1[i], set->w1_bits);
        keccak_add(&h, packed, 32 * set->w1_bits);
    }
    keccak_give(&h, hash, mldsa_hash_size(set));
    keccak_end(&h);
    wipe(packed, sizeof(packed));
}

/* Step 7: H(K, rnd, mu). */
static void hash_private(struct signing *s, const uint8_t mu[MLDSA_MU_SIZE], const uint8_t rnd[32])
{
    struct keccak h;

    shake256_start(&h);
    keccak_add(&h, s->key->sk + 32, 32);
    keccak_add(&h, rnd, 32);
    keccak_add(&h, mu, MLDSA_MU_SIZE);
    keccak_give(&h, s->rho, sizeof(s->rho));
    keccak_end(&h);
}

/* Steps 11 to 13: y, w = A y, and w1 in h. */
static void commit(struct signing *s, unsigned int kappa)
{
    const struct mldsa_set *set = s->key->set;
    unsigned int r, i;
    int32_t r0;

    for (r = 0; r < set->l; r++)
    {
        mldsa_sample_mask(set, &s->y[r], s->rho, kappa + r);
        s->z[r] = s->y[r];
        mldsa_ntt(&s->z[r]);
    }
    for (r = 0; r < set->k; r++)
    {
        mldsa_multiply_row(s->key, &s->w[r], r, s->z);
        for (i = 0; i < MLDSA_N; i++)
        {
            s->w[r].c[i] = mldsa_positive(s->w[r].c[i]);
            s->h[r].c[i] = mldsa_decompose(set, s->w[r].c[i], &r0);
        }
    }
}

/* c times f, in s->product. */
static void challenge(struct signing *s, const struct mldsa_poly *f)
{
    mldsa_multiply(&s->product, &s->c, f);
    mldsa_ntt_inverse(&s->product);
}

/* Steps 18 and 20: z = y + c s1. 1 when a coefficient of it is too large. */
static int respond(struct signing *s)
{
    const struct mldsa_set *set = s->key->set;
    int outside = 0;
    unsigned int r, i;

    for (r = 0; r < set->l; r++)
    {
        challenge(s, &s->key->s1[r]);
        for (i = 0; i < MLDSA_N; i++) s->z[r].c[i] = mldsa_reduce(s->y[r].c[i] + s->product.c[i]);
        outside |= mldsa_exceeds(&s->z[r], set->gamma1 - set->beta);
    }
    return outside;
}

/* Steps 19 and 21: w - c s2, in w. 1 when its low bits are too large. */
static int subtract_s2(struct signing *s)
{
    const struct mldsa_set *set = s->key->set;
    int outside = 0;
    unsigned int r, i;

    for (r = 0; r < set->k; r++)
    {
        challenge(s, &s->key->s2[r]);
        for (i = 0; i < MLDSA_N; i++)
        {
            s->w[r].c[i] = mldsa_positive(mldsa_reduce(s->w[r].c[i] - s->product.c[i]));
            mldsa_decompose(set, s->w[r].c[i], &s->product.c[i]);
        }
        outside |= mldsa_exceeds(&s->product, set->gamma2 - set->beta);
    }
    return outside;
}

/* Algorithm 39, MakeHint, of a coefficient of c t0 and one of w - c s2. */
static int32_t make_hint(const struct mldsa_set *set, int32_t ct0, int32_t w)
{
    int32_t r0, before = mldsa_decompose(set, w, &r0);
    int32_t after = mldsa_decompose(set, mldsa_positive(mldsa_reduce(w + ct0)), &r0);

    return (uint32_t)-(before ^ after) >> 31;
}

/* Steps 25 to 28: the hint. 1 when c t0 is too large or there are too many ones. */
static int hint(struct signing *s)
{
    const struct mldsa_set *set = s->key->set;
    int32_t ones = 0, outside = 0;
    unsigned int r, i;

    for (r = 0; r < set->k; r++)
    {
        challenge(s, &s->key->t0[r]);
        for (i = 0; i < MLDSA_N; i++)
        {
            s->product.c[i] = mldsa_reduce(s->product.c[i]);
            ones += s->h[r].c[i] = make_hint(set, s->product.c[i], s->w[r].c[i]);
        }
        outside |= mldsa_exceeds(&s->product, set->gamma2);
    }
    return outside | (uint32_t)((int32_t)set->omega - ones) >> 31;
}

/* Whether this round's candidate is rejected is no secret, and why neither. */
static int is_rejected(int outside)
{
    return outside;
}

/* One round: 1 when z and h are those of a signature. */
static int try_round(struct signing *s, const uint8_t mu[MLDSA_MU_SIZE], unsigned int kappa)
{
    const struct mldsa_set *set = s->key->set;

    commit(s, kappa);
    mldsa_hash_commitment(set, mu, s->h, s->hash);
    mldsa_sample_in_ball(set, &s->c, s->hash);
    mldsa_ntt(&s->c);
    if (is_rejected(respond(s) | subtract_s2(s))) return 0;
    return !is_rejected(hint(s));
}

/* Algorithm 26, sigEncode. */
static void write_signature(const struct signing *s, uint8_t *signature)
{
    const struct mldsa_set *set = s->key->set;
    unsigned int r;

    memcpy(signature, s->hash, mldsa_hash_size(set));
    signature += mldsa_hash_size(set);
    for (r = 0; r < set->l; r++, signature += 32 * set->z_bits)
        mldsa_pack_from(signature, &s->z[r], set->gamma1, set->z_bits);
    mldsa_pack_hint(set, signature, s->h);
}

nte_status mldsa_sign(const struct mldsa_key *key, const uint8_t mu[MLDSA_MU_SIZE], const uint8_t rnd[32],
                      uint8_t *signature)
{
    struct signing *s = secret_alloc(sizeof(*s));
    unsigned int round = 0;

    if (!s) return NTE_NO_MEMORY;
    s->key = key;
    hash_private(s, mu, rnd);
    while (round < MOST_ROUNDS && !try_round(s, mu, round * key->set->l)) round++;
    if (round < MOST_ROUNDS) write_signature(s, signature);
    secret_free(s);
    return round < MOST_ROUNDS ? NTE_SUCCESS : NTE_INTERNAL_ERROR;
}
