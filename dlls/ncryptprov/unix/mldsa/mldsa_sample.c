/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 204 7.3: polynomials from the output of SHAKE. */
#include <string.h>

#include "crypto/keccak.h"
#include "mldsa/mldsa_math.h"

static uint8_t next_byte(struct keccak *h)
{
    uint8_t byte;

    keccak_give(h, &byte, 1);
    return byte;
}

void mldsa_sample_in_ball(const struct mldsa_set *set, struct mldsa_poly *c, const uint8_t *hash)
{
    uint8_t signs[8], j;
    struct keccak h;
    unsigned int i, bit = 0;

    shake256_start(&h);
    keccak_add(&h, hash, mldsa_hash_size(set));
    keccak_give(&h, signs, sizeof(signs));
    memset(c, 0, sizeof(*c));
    for (i = MLDSA_N - set->tau; i < MLDSA_N; i++, bit++)
    {
        do j = next_byte(&h); while (j > i);
        c->c[i] = c->c[j];
        c->c[j] = 1 - 2 * (signs[bit / 8] >> bit % 8 & 1);
    }
}

/* Algorithm 14, CoeffFromThreeBytes. A block is a whole number of threes. */
void mldsa_sample_ntt(struct mldsa_poly *a, const uint8_t rho[32], uint8_t s, uint8_t r)
{
    uint8_t block[SHAKE128_RATE], *b;
    unsigned int count = 0;
    struct keccak g;
    int32_t z;

    shake128_start(&g);
    keccak_add(&g, rho, 32);
    keccak_add(&g, &s, 1);
    keccak_add(&g, &r, 1);
    while (count < MLDSA_N)
    {
        keccak_give(&g, block, sizeof(block));
        for (b = block; b < block + sizeof(block) && count < MLDSA_N; b += 3)
        {
            z = b[0] | b[1] << 8 | (b[2] & 127) << 16;
            if (z < MLDSA_Q) a->c[count++] = z;
        }
    }
}

/* Algorithm 15, CoeffFromHalfByte: which candidates are rejected is no secret, the others are. 205 / 1024 is a fifth,
 * well enough for half a byte. Returns how many coefficients there are then. */
static unsigned int take_half_byte(struct mldsa_poly *f, unsigned int count, int32_t eta, uint32_t b)
{
    const uint32_t limit = eta == 2 ? 15 : 9;

    if (count == MLDSA_N || b >= limit) return count;
    if (eta == 2) b -= 5 * (b * 205 >> 10);
    f->c[count] = eta - (int32_t)b;
    return count + 1;
}

void mldsa_sample_bounded(const struct mldsa_set *set, struct mldsa_poly *f, const uint8_t rho[64], uint16_t index)
{
    const uint8_t bytes[2] = {index, index >> 8};
    uint8_t block[SHAKE256_RATE];
    unsigned int count = 0, i;
    struct keccak h;

    shake256_start(&h);
    keccak_add(&h, rho, 64);
    keccak_add(&h, bytes, sizeof(bytes));
    while (count < MLDSA_N)
    {
        keccak_give(&h, block, sizeof(block));
        for (i = 0; i < sizeof(block); i++)
        {
            count = take_half_byte(f, count, set->eta, block[i] & 15);
            count = take_half_byte(f, count, set->eta, block[i] >> 4);
        }
    }
    keccak_end(&h);
    wipe(block, sizeof(block));
}

void mldsa_sample_mask(const struct mldsa_set *set, struct mldsa_poly *y, const uint8_t rho[64], uint16_t index)
{
    const uint8_t bytes[2] = {index, index >> 8};
    uint8_t v[32 * 20];
    struct keccak h;

    shake256_start(&h);
    keccak_add(&h, rho, 64);
    keccak_add(&h, bytes, sizeof(bytes));
    keccak_give(&h, v, 32 * set->z_bits);
    mldsa_unpack_from(y, v, set->gamma1, set->z_bits);
    keccak_end(&h);
    wipe(v, sizeof(v));
}
