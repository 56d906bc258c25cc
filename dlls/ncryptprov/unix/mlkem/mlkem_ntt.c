/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 203 4.3: the number-theoretic transform and products of transformed polynomials. */
#include "mlkem/mlkem_math.h"

/* Appendix A: 17 to the power of BitRev7(i), and of 2 BitRev7(i) + 1. */
static const uint16_t zetas[128] =
{
    1, 1729, 2580, 3289, 2642, 630, 1897, 848, 1062, 1919, 193, 797, 2786, 3260, 569, 1746,
    296, 2447, 1339, 1476, 3046, 56, 2240, 1333, 1426, 2094, 535, 2882, 2393, 2879, 1974, 821,
    289, 331, 3253, 1756, 1197, 2304, 2277, 2055, 650, 1977, 2513, 632, 2865, 33, 1320, 1915,
    2319, 1435, 807, 452, 1438, 2868, 1534, 2402, 2647, 2617, 1481, 648, 2474, 3110, 1227, 910,
    17, 2761, 583, 2649, 1637, 723, 2288, 1100, 1409, 2662, 3281, 233, 756, 2156, 3015, 3050,
    1703, 1651, 2789, 1789, 1847, 952, 1461, 2687, 939, 2308, 2437, 2388, 733, 2337, 268, 641,
    1584, 2298, 2037, 3220, 375, 2549, 2090, 1645, 1063, 319, 2773, 757, 2099, 561, 2466, 2594,
    2804, 1092, 403, 1026, 1143, 2150, 2775, 886, 1722, 1212, 1874, 1029, 2110, 2935, 885, 2154,
};

static const uint16_t gammas[128] =
{
    17, 3312, 2761, 568, 583, 2746, 2649, 680, 1637, 1692, 723, 2606, 2288, 1041, 1100, 2229,
    1409, 1920, 2662, 667, 3281, 48, 233, 3096, 756, 2573, 2156, 1173, 3015, 314, 3050, 279,
    1703, 1626, 1651, 1678, 2789, 540, 1789, 1540, 1847, 1482, 952, 2377, 1461, 1868, 2687, 642,
    939, 2390, 2308, 1021, 2437, 892, 2388, 941, 733, 2596, 2337, 992, 268, 3061, 641, 2688,
    1584, 1745, 2298, 1031, 2037, 1292, 3220, 109, 375, 2954, 2549, 780, 2090, 1239, 1645, 1684,
    1063, 2266, 319, 3010, 2773, 556, 757, 2572, 2099, 1230, 561, 2768, 2466, 863, 2594, 735,
    2804, 525, 1092, 2237, 403, 2926, 1026, 2303, 1143, 2186, 2150, 1179, 2775, 554, 886, 2443,
    1722, 1607, 1212, 2117, 1874, 1455, 1029, 2300, 2110, 1219, 2935, 394, 885, 2444, 2154, 1175,
};

#define INVERSE_OF_128 3303

void mlkem_ntt(struct mlkem_poly *f)
{
    unsigned int i = 1, length, start, j;
    uint16_t t;

    for (length = 128; length >= 2; length /= 2)
        for (start = 0; start < MLKEM_N; start += 2 * length, i++)
            for (j = start; j < start + length; j++)
            {
                t = mlkem_reduce((uint32_t)zetas[i] * f->c[j + length]);
                f->c[j + length] = mlkem_reduce_once(f->c[j] + MLKEM_Q - t);
                f->c[j] = mlkem_reduce_once(f->c[j] + t);
            }
}

void mlkem_ntt_inverse(struct mlkem_poly *f)
{
    unsigned int i = 127, length, start, j;
    uint16_t t;

    for (length = 2; length <= 128; length *= 2)
        for (start = 0; start < MLKEM_N; start += 2 * length, i--)
            for (j = start; j < start + length; j++)
            {
                t = f->c[j];
                f->c[j] = mlkem_reduce_once(t + f->c[j + length]);
                f->c[j + length] = mlkem_reduce((uint32_t)zetas[i] * (f->c[j + length] + MLKEM_Q - t));
            }
    for (j = 0; j < MLKEM_N; j++) f->c[j] = mlkem_reduce((uint32_t)f->c[j] * INVERSE_OF_128);
}

void mlkem_multiply_add(struct mlkem_poly *sum, const struct mlkem_poly *f, const struct mlkem_poly *g)
{
    uint32_t a0, a1, b0, b1;
    unsigned int i;

    for (i = 0; i < MLKEM_N / 2; i++)
    {
        a0 = f->c[2 * i], a1 = f->c[2 * i + 1];
        b0 = g->c[2 * i], b1 = g->c[2 * i + 1];
        sum->c[2 * i] = mlkem_reduce(sum->c[2 * i] + a0 * b0 + mlkem_reduce(a1 * b1) * (uint32_t)gammas[i]);
        sum->c[2 * i + 1] = mlkem_reduce(sum->c[2 * i + 1] + a0 * b1 + a1 * b0);
    }
}

void mlkem_add(struct mlkem_poly *sum, const struct mlkem_poly *f)
{
    unsigned int i;

    for (i = 0; i < MLKEM_N; i++) sum->c[i] = mlkem_reduce_once(sum->c[i] + f->c[i]);
}

void mlkem_subtract(struct mlkem_poly *difference, const struct mlkem_poly *f)
{
    unsigned int i;

    for (i = 0; i < MLKEM_N; i++) difference->c[i] = mlkem_reduce_once(difference->c[i] + MLKEM_Q - f->c[i]);
}
