/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Two powers at once, modulo numbers of 1024, 1536 or 2048 bits, for x86-64 with AVX-512 IFMA; see montgomery.h.
 *
 * Numbers are digits of 52 bits in lanes of 64, and R is 2^(bits of all digits), at least 2^16 times the modulus: what
 * is below 2 * m stays so without any correction. A product takes one digit of a at a time. Each step waits for the
 * factor that the step before made of the lowest digit, and there the second power fills the time. */
#include "number/montgomery.h"

#ifdef HAVE_IFMA_KERNEL
#include <string.h>

#include "number/lanes.h"

#define MAX_VECTORS 5

/* The vectors that so many digits take, and the lanes of the last one that they take: 1024 bits leave half of it. */
#define VECTORS(count)   (((count) + LANES - 1) / LANES)
#define WANTED(count, j) ((count) - (j) * LANES > LANES / 2 ? LANES : LANES / 2)

/* Vectors stay in registers only if each has a name of its own, which sanitizers take minutes to compile. */
#if defined(LANES_IN_C) || defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define PART static
#define EACH(i, count) for (int i = 0; i < (count); i++)
#else
#define PART static inline __attribute__((always_inline))
#define EACH(i, count) _Pragma("GCC unroll 8") for (int i = 0; i < (count); i++)
#endif

/* A number that is multiplied digit by digit, with zeros behind it. */
union digits
{
    lanes v[MAX_VECTORS + 1];
    uint64_t digit[(MAX_VECTORS + 1) * LANES];
};

/* Everything of one of the two powers. */
struct side
{
    union digits r;
    lanes m[MAX_VECTORS], one[MAX_VECTORS], factor[MAX_VECTORS];
    lanes inverse;                  /* -1 / m modulo 2^52, in each lane */
    lanes table[POWER_TABLE][MAX_VECTORS];
};

/* --- what only a processor with AVX-512 IFMA runs --- */

#ifndef LANES_IN_C
#pragma GCC push_options
#pragma GCC target("avx512f,avx512dq,avx512vl,avx512ifma")
#endif

/* Digits of at most 2^60 become digits of 52 bits; the number has no more of them. First every lane hands on what is
 * above 52 bits; what is left over are carries of one bit, which ripple as those of an addition of two integers do. */
PART void carry_on(lanes *r, const lanes *t, const int count)
{
    const int vectors = VECTORS(count);
    const lanes mask = all(DIGIT_MASK), zero = all(0);
    uint64_t above = 0, full = 0, carries;
    lanes x[MAX_VECTORS];

    EACH(j, vectors)
    {
        x[j] = (t[j] & mask) + moved_up(t[j] >> DIGIT_BITS, j ? t[j - 1] >> DIGIT_BITS : zero);
        above |= where_above(x[j], mask) << (j * LANES);
        full |= where_equal(x[j], mask) << (j * LANES);
    }
    carries = ((above << 1) + full) ^ full;
    EACH(j, vectors) r[j] = only(WANTED(count, j), increased(x[j], carries >> (j * LANES) & 0xff) & mask);
}

/* One digit of a product: t + a * b is reduced by a digit, with next, the digit after a, ahead of its time. By k the
 * lowest digit becomes zero, or 2^52 if it was not zero before. */
PART void step(lanes *t, const struct side *side, const lanes *b, const lanes *a, const lanes *next, const int count)
{
    const int vectors = VECTORS(count);
    const lanes zero = all(0), carry = carry_of_first(t[0]);
    lanes k = all_of_first(add_low_products(LANES / 2, zero, t[0], side->inverse)), w[MAX_VECTORS];

    EACH(j, vectors)
    {
        w[j] = add_high_products(WANTED(count, j), j ? zero : carry, b[j], *a);
        w[j] = add_low_products(WANTED(count, j), w[j], b[j], *next);
        w[j] = add_high_products(WANTED(count, j), w[j], side->m[j], k);
    }
    EACH(j, vectors) t[j] = add_low_products(WANTED(count, j), t[j], side->m[j], k);
    EACH(j, vectors)
        t[j] = sum_of(WANTED(count, j), moved_down(WANTED(count, j), t[j], j + 1 < vectors ? t[j + 1] : zero), w[j]);
}

/* r = r * b / R on both sides; b may be r */
PART void multiply_both(struct side *sides, const lanes *b0, const lanes *b1, const int count)
{
    lanes t0[MAX_VECTORS], t1[MAX_VECTORS], left[MAX_VECTORS], right[MAX_VECTORS];
    lanes a0 = all_of_first(sides[0].r.v[0]), a1 = all_of_first(sides[1].r.v[0]), next0, next1;

    EACH(j, VECTORS(count))
    {
        left[j] = b0[j];
        right[j] = b1[j];
        t0[j] = add_low_products(WANTED(count, j), all(0), left[j], a0);
        t1[j] = add_low_products(WANTED(count, j), all(0), right[j], a1);
    }
    for (int i = 1; i <= count; i++)
    {
        next0 = all(sides[0].r.digit[i]);
        step(t0, &sides[0], left, &a0, &next0, count);
        a0 = next0;
        next1 = all(sides[1].r.digit[i]);
        step(t1, &sides[1], right, &a1, &next1, count);
        a1 = next1;
    }
    carry_on(sides[0].r.v, t0, count);
    carry_on(sides[1].r.v, t1, count);
}

/* Every entry is read, and the one that is wanted let through. */
PART void gather(lanes *r, const struct side *side, uint64_t entry, const int count)
{
    lanes x[MAX_VECTORS] = {{0}};

    for (int i = 0; i < POWER_TABLE; i++)
    {
        const uint64_t here = where_equal(all(entry), all(i));

        EACH(j, VECTORS(count)) x[j] = chosen(WANTED(count, j), x[j], side->table[i][j], here);
    }
    EACH(j, VECTORS(count)) r[j] = only(WANTED(count, j), x[j]);
}

#define BOTH(member) sides[0].member, sides[1].member

PART void copy(lanes *to, const lanes *from, const int count)
{
    EACH(j, VECTORS(count)) to[j] = from[j];
}

PART void fill_tables(struct side *sides, const int count)
{
    EACH(side, 2) copy(sides[side].r.v, sides[side].table[1], count);
    for (int i = 2; i < POWER_TABLE; i++)
    {
        multiply_both(sides, BOTH(table[1]), count);
        EACH(side, 2) copy(sides[side].table[i], sides[side].r.v, count);
    }
}

/* Of both results, the plain number. */
PART void raise_both(struct side *sides, const struct power *pair, const int count)
{
    size_t at = (pair->bits - 1) / POWER_WINDOW * POWER_WINDOW, width = pair->bits - at;

    fill_tables(sides, count);
    EACH(i, 2) gather(sides[i].r.v, &sides[i], exponent_bits(pair[i].exponent, at, width), count);
    while (at)
    {
        at -= POWER_WINDOW;
        for (int i = 0; i < POWER_WINDOW; i++) multiply_both(sides, BOTH(r.v), count);
        EACH(i, 2) gather(sides[i].factor, &sides[i], exponent_bits(pair[i].exponent, at, POWER_WINDOW), count);
        multiply_both(sides, BOTH(factor), count);
    }
    multiply_both(sides, BOTH(one), count);
}

static void raise_1024(struct side *sides, const struct power *pair)
{
    raise_both(sides, pair, 20);
}

static void raise_1536(struct side *sides, const struct power *pair)
{
    raise_both(sides, pair, 30);
}

static void raise_2048(struct side *sides, const struct power *pair)
{
    raise_both(sides, pair, 40);
}

/* Digits of the moduli stay in registers for a whole power, and are spilled. Nothing else writes to zmm16 to zmm31,
 * which a later function would clear. */
#ifdef LANES_IN_C
static void forget(void)
{
    wipe_stack();
}
#else
#define CLEAR(n) "vpxorq %%zmm" #n ", %%zmm" #n ", %%zmm" #n "\n\t"

__attribute__((noinline)) static void forget(void)
{
    wipe_stack();
    __asm__ volatile ("vzeroall\n\t"
                      CLEAR(16) CLEAR(17) CLEAR(18) CLEAR(19) CLEAR(20) CLEAR(21) CLEAR(22) CLEAR(23)
                      CLEAR(24) CLEAR(25) CLEAR(26) CLEAR(27) CLEAR(28) CLEAR(29) CLEAR(30) CLEAR(31)
                      : : : "xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7", "xmm8", "xmm9", "xmm10",
                      "xmm11", "xmm12", "xmm13", "xmm14", "xmm15", "xmm16", "xmm17", "xmm18", "xmm19", "xmm20", "xmm21",
                      "xmm22", "xmm23", "xmm24", "xmm25", "xmm26", "xmm27", "xmm28", "xmm29", "xmm30", "xmm31");
}

#pragma GCC pop_options
#endif

/* --- what every processor runs --- */

static const struct size
{
    mp_size_t limbs;
    unsigned int spare;             /* bits that the digits have more */
    void (*raise)(struct side *sides, const struct power *pair);
}
sizes[] =
{
    {16, 16, raise_1024},
    {24, 24, raise_1536},
    {32, 32, raise_2048},
};

static const struct size *find_size(mp_size_t limbs)
{
    size_t i;

    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) if (sizes[i].limbs == limbs) return &sizes[i];
    return NULL;
}

static void to_digits(lanes *x, const mp_limb_t *limbs, mp_size_t count)
{
    uint64_t *digits = (uint64_t *)x;
    size_t i, bits = count * GMP_NUMB_BITS;

    memset(x, 0, MAX_VECTORS * sizeof(*x));
    for (i = 0; i * DIGIT_BITS < bits; i++)
        digits[i] = exponent_bits(limbs, i * DIGIT_BITS,
                                  bits - i * DIGIT_BITS < DIGIT_BITS ? bits - i * DIGIT_BITS : DIGIT_BITS);
}

static void from_digits(mp_limb_t *limbs, mp_size_t count, const uint64_t *digits)
{
    size_t i, at, shift, bits = count * GMP_NUMB_BITS;

    memset(limbs, 0, count * LIMB_BYTES);
    for (i = 0; i * DIGIT_BITS < bits; i++)
    {
        at = i * DIGIT_BITS / GMP_NUMB_BITS;
        shift = i * DIGIT_BITS % GMP_NUMB_BITS;
        limbs[at] |= digits[i] << shift;
        if (shift + DIGIT_BITS > GMP_NUMB_BITS && at + 1 < (size_t)count)
            limbs[at + 1] |= digits[i] >> (GMP_NUMB_BITS - shift);
    }
}

/* A number in the Montgomery form of limbs is taken to that of digits by a factor of 2^spare, the quotient of their R;
 * that factor in Montgomery form is at the same time one in the form of digits. */
static void open_side(struct side *side, const struct power *power, unsigned int spare, mp_limb_t *tp)
{
    const struct montgomery *mod = power->mod;
    const mp_limb_t factor = (mp_limb_t)1 << spare, one = 1;
    mp_limb_t *shift = tp, *x = tp + mod->count;

    tp += 2 * mod->count;
    montgomery_enter(mod, shift, &factor, 1, tp);
    montgomery_multiply(mod, x, power->x, shift, tp);
    to_digits(side->m, mod->m, mod->count);
    to_digits(side->table[0], shift, mod->count);
    to_digits(side->table[1], x, mod->count);
    to_digits(side->one, &one, 1);
    side->inverse = (lanes){0} + (mod->inverse & DIGIT_MASK);
    memset(&side->r, 0, sizeof(side->r));
}

mp_size_t powers_ifma_itch(mp_size_t count)
{
    if (!find_size(count)) return 0;
    return (2 * sizeof(struct side) + sizeof(lanes)) / LIMB_BYTES + 2 * count + montgomery_itch(count);
}

int powers_ifma(const struct power *pair, mp_limb_t *tp)
{
    const struct montgomery *mod = pair[0].mod;
    const struct size *size = find_size(mod->count);
    struct side *sides = (struct side *)((uintptr_t)(tp + sizeof(lanes) / LIMB_BYTES) & -(uintptr_t)sizeof(lanes));
    int i;

    if (!size || mod->count != pair[1].mod->count || pair[0].bits != pair[1].bits) return 0;
    tp = (mp_limb_t *)(sides + 2);
    for (i = 0; i < 2; i++) open_side(&sides[i], &pair[i], size->spare, tp);
    size->raise(sides, pair);
    forget();
    for (i = 0; i < 2; i++)
    {
        from_digits(tp, mod->count, sides[i].r.digit);
        montgomery_enter(pair[i].mod, pair[i].r, tp, mod->count, tp + mod->count);
    }
    return 1;
}
#endif
