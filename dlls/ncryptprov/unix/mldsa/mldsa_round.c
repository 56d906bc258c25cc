/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 204 7.4: what a coefficient has above and below a power of two, or a multiple of 2 gamma2, and hints. */
#include "mldsa/mldsa_math.h"

int32_t mldsa_power2round(int32_t r, int32_t *r0)
{
    int32_t r1 = (r + (1 << (MLDSA_D - 1)) - 1) >> MLDSA_D;

    *r0 = r - (r1 << MLDSA_D);
    return r1;
}

/* n / divisor, rounded down, for n below 2^24 and the divisors 2 gamma2, which are below 2^19: the inverse is rounded
 * up by so little that it does not show. No division: on some processors its time depends on the numbers. */
static int32_t divide(int32_t n, int32_t divisor)
{
    const uint64_t small = (((uint64_t)1 << 45) + 190464 - 1) / 190464;
    const uint64_t large = (((uint64_t)1 << 45) + 523776 - 1) / 523776;

    return (uint64_t)n * (divisor == 190464 ? small : large) >> 45;
}

int32_t mldsa_decompose(const struct mldsa_set *set, int32_t r, int32_t *r0)
{
    const int32_t steps = set->w1_bits == 6 ? 44 : 16;                                  /* (q - 1) / 2 gamma2 */
    int32_t r1 = divide(r + set->gamma2 - 1, 2 * set->gamma2), wraps = (steps - 1 - r1) >> 31;

    *r0 = r - 2 * set->gamma2 * r1 + wraps;
    return r1 & ~wraps;
}

int32_t mldsa_use_hint(const struct mldsa_set *set, int32_t h, int32_t r)
{
    const int32_t steps = set->w1_bits == 6 ? 44 : 16;
    int32_t r0, r1 = mldsa_decompose(set, r, &r0);

    if (!h) return r1;
    return r0 > 0 ? (r1 + 1) % steps : (r1 + steps - 1) % steps;
}

int mldsa_exceeds(const struct mldsa_poly *f, int32_t bound)
{
    int32_t outside = 0;
    unsigned int i;

    for (i = 0; i < MLDSA_N; i++) outside |= (bound - 1 - f->c[i]) | (bound - 1 + f->c[i]);
    return (uint32_t)outside >> 31;
}
