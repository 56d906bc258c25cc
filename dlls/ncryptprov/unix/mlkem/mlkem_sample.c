/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 203 4.2.2: polynomials from the output of SHAKE. */
#include "base/memory.h"
#include "crypto/keccak.h"
#include "mlkem/mlkem_math.h"

/* Three bytes are two candidates; returns how many coefficients there are then. */
static unsigned int take_candidates(struct mlkem_poly *a, unsigned int count, const uint8_t c[3])
{
    const uint16_t d1 = c[0] | (c[1] & 15) << 8, d2 = c[1] >> 4 | c[2] << 4;

    if (d1 < MLKEM_Q) a->c[count++] = d1;
    if (d2 < MLKEM_Q && count < MLKEM_N) a->c[count++] = d2;
    return count;
}

/* A block is a whole number of threes. */
void mlkem_sample_ntt(struct mlkem_poly *a, const uint8_t rho[32], uint8_t j, uint8_t i)
{
    uint8_t block[SHAKE128_RATE];
    unsigned int count = 0, at;
    struct keccak xof;

    shake128_start(&xof);
    keccak_add(&xof, rho, 32);
    keccak_add(&xof, &j, 1);
    keccak_add(&xof, &i, 1);
    while (count < MLKEM_N)
    {
        keccak_give(&xof, block, sizeof(block));
        for (at = 0; at < sizeof(block) && count < MLKEM_N; at += 3) count = take_candidates(a, count, block + at);
    }
}

/* Of the bits: sums of eta bits each, side by side. */
static uint32_t add_neighbours(uint32_t bits, unsigned int eta)
{
    const uint32_t mask = eta == 2 ? 0x55 : 0x249249;
    uint32_t sums = 0;
    unsigned int i;

    for (i = 0; i < eta; i++) sums += bits >> i & mask;
    return sums;
}

/* eta = 2: a byte is two coefficients; eta = 3: three bytes are four. */
static void centre(struct mlkem_poly *f, unsigned int eta, const uint8_t *bytes)
{
    const unsigned int group = eta == 2 ? 2 : 4, field = (1u << eta) - 1;
    unsigned int i, j, x, y;
    uint32_t sums;

    for (i = 0; i < MLKEM_N; i += group)
    {
        sums = *bytes++;
        if (eta == 3) sums |= (uint32_t)bytes[0] << 8 | (uint32_t)bytes[1] << 16, bytes += 2;
        sums = add_neighbours(sums, eta);
        for (j = 0; j < group; j++, sums >>= 2 * eta)
        {
            x = sums & field;
            y = sums >> eta & field;
            f->c[i + j] = mlkem_reduce_once(x + MLKEM_Q - y);
        }
    }
}

void mlkem_sample_cbd(struct mlkem_poly *f, unsigned int eta, const uint8_t s[32], uint8_t b)
{
    uint8_t bytes[64 * 3];
    struct keccak prf;

    shake256_start(&prf);
    keccak_add(&prf, s, 32);
    keccak_add(&prf, &b, 1);
    keccak_give(&prf, bytes, 64 * eta);
    centre(f, eta, bytes);
    keccak_end(&prf);
    wipe(bytes, sizeof(bytes));
}
