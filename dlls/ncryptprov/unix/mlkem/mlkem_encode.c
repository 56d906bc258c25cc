/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 203 4.2.1: polynomials as bytes, and with fewer bits to a coefficient. */
#include "mlkem/mlkem_math.h"

void mlkem_encode(uint8_t *bytes, const struct mlkem_poly *f, unsigned int d)
{
    unsigned int held = 0, i;
    uint32_t bits = 0;

    for (i = 0; i < MLKEM_N; i++)
    {
        bits |= (uint32_t)f->c[i] << held;
        for (held += d; held >= 8; held -= 8, bits >>= 8) *bytes++ = bits;
    }
}

void mlkem_decode(struct mlkem_poly *f, const uint8_t *bytes, unsigned int d)
{
    unsigned int held = 0, i;
    uint32_t bits = 0;

    for (i = 0; i < MLKEM_N; i++)
    {
        for (; held < d; held += 8) bits |= (uint32_t)*bytes++ << held;
        f->c[i] = bits & ((1u << d) - 1);
        bits >>= d;
        held -= d;
    }
}

int mlkem_is_reduced(const struct mlkem_poly *f)
{
    uint32_t all = ~0u;
    unsigned int i;

    for (i = 0; i < MLKEM_N; i++) all &= (uint32_t)f->c[i] - MLKEM_Q;
    return all >> 31;
}

/* 2^d / q times x, rounded to the nearest: with half of q added first (q is odd: nothing is halfway), rounded down.
 * 10321340 is 2^35 / q rounded up, by 2492 / q: too little to show for numbers below 2^35 / 2492. */
static uint16_t compress(uint16_t x, unsigned int d)
{
    uint32_t scaled = ((uint32_t)x << d) + MLKEM_Q / 2;

    return ((uint64_t)scaled * 10321340 >> 35) & ((1u << d) - 1);
}

void mlkem_compress(struct mlkem_poly *f, unsigned int d)
{
    unsigned int i;

    for (i = 0; i < MLKEM_N; i++) f->c[i] = compress(f->c[i], d);
}

void mlkem_decompress(struct mlkem_poly *f, unsigned int d)
{
    unsigned int i;

    for (i = 0; i < MLKEM_N; i++) f->c[i] = ((uint32_t)f->c[i] * MLKEM_Q + (1u << d) / 2) >> d;
}
