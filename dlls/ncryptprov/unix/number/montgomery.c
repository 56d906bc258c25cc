/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Montgomery form for any size, and the portable kernel; see montgomery.h. */
#include <string.h>

#include "number/montgomery.h"

/* --- the portable kernel --- */

/* r = t / R, modulo m, where t has 2 * count limbs; t is used up. */
static void reduce(const struct montgomery *mod, mp_limb_t *r, mp_limb_t *t)
{
    mp_size_t n = mod->count;

    mpn_cnd_sub_n(limbs_redc(t, mod->m, n, mod->inverse), r, t + n, mod->m, n);
}

static void portable_multiply(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b,
                              mp_limb_t *t)
{
    mpn_sec_mul(t, a, mod->count, b, mod->count, t + 2 * mod->count);
    reduce(mod, r, t);
}

static void portable_square(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, mp_limb_t *t)
{
    mpn_sec_sqr(t, a, mod->count, t + 2 * mod->count);
    reduce(mod, r, t);
}

/* GMP's own exponentiation is faster than a window over the two above. */
static void portable_power(const struct power *power, mp_limb_t *tp)
{
    const struct montgomery *mod = power->mod;
    mp_limb_t *plain = tp, *result = tp + mod->count;

    tp += 2 * mod->count;
    montgomery_leave(mod, plain, power->x, tp);
    mpn_sec_powm(result, plain, mod->count, power->exponent, power->bits, mod->m, mod->count, tp);
    montgomery_enter(mod, power->r, result, mod->count, tp);
}

const struct montgomery_kernel montgomery_portable =
{
    "portable", portable_multiply, portable_square, portable_power, NULL,
};

/* --- what all kernels share --- */

mp_size_t montgomery_itch(mp_size_t count)
{
    return 3 * count + larger_size(mpn_sec_mul_itch(count, count), mpn_sec_sqr_itch(count));
}

mp_size_t montgomery_power_itch(mp_size_t count, size_t bits)
{
    mp_size_t itch = 2 * count + larger_size(montgomery_itch(count), mpn_sec_powm_itch(count, bits, count));

#ifdef HAVE_IFMA_KERNEL
    if (montgomery_kernel(count) == &montgomery_ifma) itch = larger_size(itch, powers_ifma_itch(count));
#endif
    return larger_size(itch, window_power_itch(count));
}

/* r = 2 * r, modulo m; below m, as it was. */
static void twice(const struct montgomery *mod, mp_limb_t *r, mp_limb_t *tp)
{
    mp_limb_t carry = mpn_add_n(r, r, r, mod->count), less = mpn_sub_n(tp, r, mod->m, mod->count);

    mpn_cnd_sub_n(carry | (1 ^ less), r, r, mod->m, mod->count);
}

#define ENOUGH 16                   /* so many doublings cost about as much as the squarings that they replace */

static mp_limb_t highest_bit(mp_limb_t x)
{
    int shift;

    for (shift = 1; shift < GMP_NUMB_BITS; shift *= 2) x |= x >> shift;
    return x ^ x >> 1;
}

/* R * R modulo m from powers of two: GMP's division would look up the top bits of the modulus in a table. How many bits
 * the modulus has may be seen. */
static void find_square(const struct montgomery *mod, mp_limb_t *square, mp_limb_t *tp)
{
    mp_size_t n = mod->count;
    mp_limb_t top = highest_bit(mod->m[n - 1]);
    size_t exponent = n * GMP_NUMB_BITS, squarings = 0, i;

    for (; exponent > ENOUGH && exponent % 2 == 0; exponent /= 2) squarings++;

    memset(square, 0, n * LIMB_BYTES);
    square[n - 1] = top;
    montgomery_normalize(mod, square, tp);                      /* 1, if m is that */
    for (; top; top <<= 1) twice(mod, square, tp);              /* to R, which is 1 in Montgomery form */
    for (i = 0; i < exponent; i++) twice(mod, square, tp);
    for (i = 0; i < squarings; i++)
    {
        montgomery_square(mod, square, square, tp);
        montgomery_normalize(mod, square, tp);
    }
}

void montgomery_init(struct montgomery *mod, const mp_limb_t *m, mp_size_t count, mp_limb_t *square, mp_limb_t *tp)
{
    mod->kernel = montgomery_kernel(count);
    mod->count = count;
    mod->inverse = limb_negative_inverse(m[0]);
    mod->m = m;
    mod->square = square;
    find_square(mod, square, tp);
}

void montgomery_multiply(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b,
                         mp_limb_t *tp)
{
    mod->kernel->multiply(mod, r, a, b, tp);
}

void montgomery_square(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, mp_limb_t *tp)
{
    mod->kernel->square(mod, r, a, tp);
}

void montgomery_normalize(const struct montgomery *mod, mp_limb_t *r, mp_limb_t *tp)
{
    mp_limb_t less = mpn_sub_n(tp, r, mod->m, mod->count);

    mpn_cnd_sub_n(1 ^ less, r, r, mod->m, mod->count);
}

/* r = a + x, for a below 2 * m and any x: at most R + 2 * m, hence two corrections. */
static void add(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *x)
{
    mp_limb_t carry = mpn_add_n(r, a, x, mod->count);

    carry -= mpn_cnd_sub_n(carry, r, r, mod->m, mod->count);
    mpn_cnd_sub_n(carry, r, r, mod->m, mod->count);
}

/* Horner's scheme over pieces of count limbs: multiplying by R * R as a Montgomery product multiplies by R. */
void montgomery_enter(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *x, mp_size_t x_count, mp_limb_t *tp)
{
    mp_size_t n = mod->count, at = (x_count - 1) / n * n;
    mp_limb_t *piece = tp + montgomery_itch(n) - n;

    memset(r, 0, n * LIMB_BYTES);
    memcpy(r, x + at, (x_count - at) * LIMB_BYTES);
    montgomery_multiply(mod, r, r, mod->square, tp);
    while (at)
    {
        at -= n;
        memcpy(piece, x + at, n * LIMB_BYTES);
        add(mod, r, r, piece);
        montgomery_multiply(mod, r, r, mod->square, tp);
    }
}

void montgomery_leave(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *x, mp_limb_t *tp)
{
    mp_limb_t *one = tp + montgomery_itch(mod->count) - mod->count;

    memset(one, 0, mod->count * LIMB_BYTES);
    one[0] = 1;
    montgomery_multiply(mod, r, x, one, tp);
    montgomery_normalize(mod, r, tp);
}

void montgomery_power(const struct power *power, mp_limb_t *tp)
{
    power->mod->kernel->power(power, tp);
}

void montgomery_powers(const struct power *pair, mp_limb_t *tp)
{
    const struct montgomery_kernel *kernel = pair[0].mod->kernel;

    if (kernel->powers && kernel == pair[1].mod->kernel && kernel->powers(pair, tp)) return;
    montgomery_power(&pair[0], tp);
    montgomery_power(&pair[1], tp);
}

void montgomery_power_public(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *x, const mp_limb_t *exponent,
                             size_t bits, mp_limb_t *tp)
{
    mp_limb_t *base = tp;
    size_t size = mod->count * LIMB_BYTES;

    tp += mod->count;
    memcpy(base, x, size);
    memcpy(r, base, size);
    while (--bits)
    {
        montgomery_square(mod, r, r, tp);
        if (exponent[(bits - 1) / GMP_NUMB_BITS] >> (bits - 1) % GMP_NUMB_BITS & 1)
            montgomery_multiply(mod, r, r, base, tp);
    }
}
