/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Powers by a window of fixed width; see montgomery.h. */
#include <string.h>

#include "number/montgomery.h"

mp_size_t window_power_itch(mp_size_t count)
{
    return (POWER_TABLE + 1) * count + montgomery_itch(count);
}

/* table[i] = x^i. The first entry, one in Montgomery form, is R * R / R. */
static void fill_table(const struct montgomery *mod, mp_limb_t *table, const mp_limb_t *x, mp_limb_t *tp)
{
    static const mp_limb_t one = 1;
    mp_size_t i, n = mod->count;

    montgomery_enter(mod, table, &one, 1, tp);
    memcpy(table + n, x, n * LIMB_BYTES);
    for (i = 2; i < POWER_TABLE; i += 2)
    {
        montgomery_square(mod, table + i * n, table + i / 2 * n, tp);
        montgomery_multiply(mod, table + (i + 1) * n, table + i * n, table + n, tp);
    }
}

mp_limb_t exponent_bits(const mp_limb_t *exponent, size_t at, unsigned int width)
{
    size_t limb = at / GMP_NUMB_BITS, shift = at % GMP_NUMB_BITS;
    mp_limb_t bits = exponent[limb] >> shift;

    if (shift + width > GMP_NUMB_BITS) bits |= exponent[limb + 1] << (GMP_NUMB_BITS - shift);
    return bits & (((mp_limb_t)1 << width) - 1);
}

void window_power(const struct power *power, power_gather *gather, mp_limb_t *tp)
{
    const struct montgomery *mod = power->mod;
    mp_size_t n = mod->count;
    mp_limb_t *table = tp, *factor = table + POWER_TABLE * n, *r = power->r;
    size_t at = (power->bits - 1) / POWER_WINDOW * POWER_WINDOW;
    int i;

    tp = factor + n;
    fill_table(mod, table, power->x, tp);
    gather(r, table, n, exponent_bits(power->exponent, at, power->bits - at));
    while (at)
    {
        at -= POWER_WINDOW;
        for (i = 0; i < POWER_WINDOW; i++) montgomery_square(mod, r, r, tp);
        gather(factor, table, n, exponent_bits(power->exponent, at, POWER_WINDOW));
        montgomery_multiply(mod, r, r, factor, tp);
    }
}
