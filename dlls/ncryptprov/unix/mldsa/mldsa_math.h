/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA from the inside: what FIPS 204 builds in its section 7, a file for each part. Names and numbers are those of
 * the standard. Nothing here fails. Neither a branch nor an address depends on a secret coefficient; what shows is
 * which candidates the standard has rejected, and what is part of a signature. */
#ifndef ENGINE_MLDSA_MATH_H
#define ENGINE_MLDSA_MATH_H

#include "mldsa/mldsa.h"

#define MLDSA_Q 8380417
#define MLDSA_D 13                  /* bits that are dropped from t */
#define MLDSA_MAX_HASH 64           /* bytes of a commitment hash */

/* --- numbers modulo q: signed, and any of those that stand for the same --- */

#define MLDSA_Q_INVERSE 58728449    /* of q modulo 2^32 */

/* x / 2^32 modulo q, between -q and q, for x between -q 2^31 and q 2^31, not those themselves (appendix A). */
static inline int32_t mldsa_montgomery(int64_t x)
{
    int32_t t = (int32_t)((uint32_t)x * MLDSA_Q_INVERSE);

    return (x - (int64_t)t * MLDSA_Q) >> 32;
}

/* Between -6291456 and 6291456 when x is between -2^31 + 2^22 and 2^31 - 2^22: 2^23 is q + 8191. */
static inline int32_t mldsa_reduce(int32_t x)
{
    return x - ((x + (1 << 22)) >> 23) * MLDSA_Q;
}

/* x between -q and q: 0 to q - 1. */
static inline int32_t mldsa_positive(int32_t x)
{
    return x + (MLDSA_Q & x >> 31);
}

/* --- mldsa_encode.c: 7.1 and 7.2, conversion and encodings --- */

/* Algorithm 16, SimpleBitPack: bits to a coefficient, 32 * bits bytes; algorithm 18, SimpleBitUnpack. */
void mldsa_pack(uint8_t *bytes, const struct mldsa_poly *f, unsigned int bits);
void mldsa_unpack(struct mldsa_poly *f, const uint8_t *bytes, unsigned int bits);
/* Algorithm 17, BitPack: the same of top - c; algorithm 19, BitUnpack. */
void mldsa_pack_from(uint8_t *bytes, const struct mldsa_poly *f, int32_t top, unsigned int bits);
void mldsa_unpack_from(struct mldsa_poly *f, const uint8_t *bytes, int32_t top, unsigned int bits);
/* Algorithm 20, HintBitPack, of set->k polynomials of zeros and ones, omega ones at most: omega + k bytes. */
void mldsa_pack_hint(const struct mldsa_set *set, uint8_t *bytes, const struct mldsa_poly *h);
/* Algorithm 21, HintBitUnpack. 0: malformed; there is one encoding of each hint and no other is taken. */
int mldsa_unpack_hint(const struct mldsa_set *set, struct mldsa_poly *h, const uint8_t *bytes);

/* --- mldsa_sample.c: 7.3, pseudorandom sampling --- */

/* Algorithm 29, SampleInBall, from a commitment hash. */
void mldsa_sample_in_ball(const struct mldsa_set *set, struct mldsa_poly *c, const uint8_t *hash);
/* Algorithm 30, RejNTTPoly, for row r and column s of Â. */
void mldsa_sample_ntt(struct mldsa_poly *a, const uint8_t rho[32], uint8_t s, uint8_t r);
/* Algorithm 31, RejBoundedPoly, with index as ExpandS has it. */
void mldsa_sample_bounded(const struct mldsa_set *set, struct mldsa_poly *f, const uint8_t rho[64], uint16_t index);
/* Algorithm 34, ExpandMask, one polynomial. */
void mldsa_sample_mask(const struct mldsa_set *set, struct mldsa_poly *y, const uint8_t rho[64], uint16_t index);

/* --- mldsa_round.c: 7.4, high-order and low-order bits, and hints --- */

/* Algorithm 35, Power2Round; r is 0 to q - 1. */
int32_t mldsa_power2round(int32_t r, int32_t *r0);
/* Algorithm 36, Decompose, which gives HighBits (37) and LowBits (38); r is 0 to q - 1. */
int32_t mldsa_decompose(const struct mldsa_set *set, int32_t r, int32_t *r0);
/* Algorithm 40, UseHint: h is 0 or 1. */
int32_t mldsa_use_hint(const struct mldsa_set *set, int32_t h, int32_t r);
/* 1 when a coefficient is not between -bound and bound. */
int mldsa_exceeds(const struct mldsa_poly *f, int32_t bound);

/* --- mldsa_ntt.c: 7.5 and 7.6, the number-theoretic transform --- */

/* Algorithm 41. Coefficients between -q and q become such between -9 q and 9 q. */
void mldsa_ntt(struct mldsa_poly *f);
/* Algorithm 42, times 2^32, which undoes what a product left over. The result is between -q and q. */
void mldsa_ntt_inverse(struct mldsa_poly *f);
/* Algorithm 45 on transformed polynomials, divided by 2^32, each coefficient between -q and q; and the same added to
 * sum. */
void mldsa_multiply(struct mldsa_poly *product, const struct mldsa_poly *f, const struct mldsa_poly *g);
void mldsa_multiply_add(struct mldsa_poly *sum, const struct mldsa_poly *f, const struct mldsa_poly *g);
/* Algorithm 48: row r of Â, times the transformed vector v, transformed back. */
void mldsa_multiply_row(const struct mldsa_key *key, struct mldsa_poly *product, unsigned int r,
                        const struct mldsa_poly *v);

/* The commitment hash (algorithms 7 and 8, steps 15 and 12) of the w1 in f, a polynomial after the other. */
void mldsa_hash_commitment(const struct mldsa_set *set, const uint8_t mu[MLDSA_MU_SIZE], const struct mldsa_poly *w1,
                           uint8_t hash[MLDSA_MAX_HASH]);

static inline size_t mldsa_hash_size(const struct mldsa_set *set)
{
    return set->strength / 4;
}

#endif
