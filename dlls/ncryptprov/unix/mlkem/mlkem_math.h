/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-KEM from the inside: what FIPS 203 builds in its sections 4 and 5, a file each. Names and numbers are those of
 * the standard. Nothing here fails, and neither a branch nor an address depends on a coefficient, but for those of the
 * matrix, which anybody can compute. */
#ifndef ENGINE_MLKEM_MATH_H
#define ENGINE_MLKEM_MATH_H

#include "mlkem/mlkem.h"

#define MLKEM_Q 3329

/* --- numbers modulo q, all of them below q --- */

/* x below 2 q. */
static inline uint16_t mlkem_reduce_once(uint32_t x)
{
    uint32_t less = x - MLKEM_Q;

    return less + (MLKEM_Q & (0 - (less >> 31)));
}

/* x at most 2 q^2 + q. 5039 is 2^24 / q rounded down, which makes the quotient of such an x too small by one at most.
 * No division: on some processors its time depends on the numbers. */
static inline uint16_t mlkem_reduce(uint32_t x)
{
    uint32_t quotient = (uint64_t)x * 5039 >> 24;

    return mlkem_reduce_once(x - quotient * MLKEM_Q);
}

/* --- mlkem_encode.c: 4.2.1, conversion and compression --- */

/* Algorithm 5, ByteEncode: 32 d bytes. Each coefficient is below 2^d. */
void mlkem_encode(uint8_t *bytes, const struct mlkem_poly *f, unsigned int d);
/* Algorithm 6, ByteDecode. d = 12: coefficients that are not below q stay so; see mlkem_is_reduced. */
void mlkem_decode(struct mlkem_poly *f, const uint8_t *bytes, unsigned int d);
/* 1 when all coefficients are below q. */
int mlkem_is_reduced(const struct mlkem_poly *f);
/* (4.7) and (4.8), on each coefficient; d below 12. */
void mlkem_compress(struct mlkem_poly *f, unsigned int d);
void mlkem_decompress(struct mlkem_poly *f, unsigned int d);

/* --- mlkem_sample.c: 4.2.2, sampling --- */

/* Algorithm 7, SampleNTT, from the XOF of rho, j, i. */
void mlkem_sample_ntt(struct mlkem_poly *a, const uint8_t rho[32], uint8_t j, uint8_t i);
/* Algorithm 8, SamplePolyCBD, from PRF (4.3) of s and b. */
void mlkem_sample_cbd(struct mlkem_poly *f, unsigned int eta, const uint8_t s[32], uint8_t b);

/* --- mlkem_ntt.c: 4.3, the number-theoretic transform --- */

void mlkem_ntt(struct mlkem_poly *f);                   /* Algorithm 9 */
void mlkem_ntt_inverse(struct mlkem_poly *f);           /* Algorithm 10 */
/* Algorithms 11 and 12, MultiplyNTTs, added to sum. */
void mlkem_multiply_add(struct mlkem_poly *sum, const struct mlkem_poly *f, const struct mlkem_poly *g);
void mlkem_add(struct mlkem_poly *sum, const struct mlkem_poly *f);
void mlkem_subtract(struct mlkem_poly *difference, const struct mlkem_poly *f);

/* --- mlkem_pke.c: 5, the component scheme K-PKE --- */

/* Algorithm 13, KeyGen: fills all of key that it is about (rho, a, t, s). */
void mlkem_pke_generate(struct mlkem_key *key, const uint8_t d[32]);
/* Â from key->rho. */
void mlkem_pke_expand(struct mlkem_key *key);
/* Algorithm 14, Encrypt, and 15, Decrypt. c: key->set->ciphertext_size bytes. */
void mlkem_pke_encrypt(const struct mlkem_key *key, const uint8_t m[32], const uint8_t r[32], uint8_t *c);
void mlkem_pke_decrypt(const struct mlkem_key *key, const uint8_t *c, uint8_t m[32]);

#endif
