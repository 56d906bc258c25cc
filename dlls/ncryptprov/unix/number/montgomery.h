/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Multiplication modulo an odd number of any size, in Montgomery form: x stands for x * R, R being 2^(bits of its
 * limbs), so that no division is needed. Numbers are count limbs of the caller's and need only be below R, not below
 * the modulus, unless stated otherwise ("almost Montgomery"). No branch and no address depends on a number; the counts
 * and exponents called public may be seen. */
#ifndef ENGINE_MONTGOMERY_H
#define ENGINE_MONTGOMERY_H

#include "number/limbs.h"

struct montgomery;
struct power;

/* A way to do the same, bit for bit, as fast as a kind of processor can; see kernel.c for which one is used when. */
struct montgomery_kernel
{
    const char *name;
    /* r = a * b / R, r = a * a / R. t: 2 * count limbs, and what mpn_sec_mul and mpn_sec_sqr need. r may be a or b. */
    void (*multiply)(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b, mp_limb_t *t);
    void (*square)(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, mp_limb_t *t);
    void (*power)(const struct power *power, mp_limb_t *tp);
    /* Both of a pair, when 1 is returned; NULL, or 0 is returned: not for these. */
    int (*powers)(const struct power *pair, mp_limb_t *tp);
};

struct montgomery
{
    const struct montgomery_kernel *kernel;
    mp_size_t count;                /* limbs of the modulus and of each number */
    mp_limb_t inverse;              /* -1 / m modulo 2^(bits of a limb) */
    const mp_limb_t *m;             /* the modulus, the caller's */
    const mp_limb_t *square;        /* R * R modulo m: takes a number into Montgomery form */
};

/* Limbs of scratch that the functions below need. */
mp_size_t montgomery_itch(mp_size_t count);             /* all that have no other */
mp_size_t montgomery_power_itch(mp_size_t count, size_t bits);  /* both powers */

/* m is odd and its top limb is not zero. m and square (count limbs, filled in here) must live as long as mod. */
void montgomery_init(struct montgomery *mod, const mp_limb_t *m, mp_size_t count, mp_limb_t *square, mp_limb_t *tp);

/* r = a * b / R: the plain product if one factor is in Montgomery form, the product in that form if both are. Below
 * 2 * m when one factor is below m. */
void montgomery_multiply(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b,
                         mp_limb_t *tp);
void montgomery_square(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *a, mp_limb_t *tp);

/* From a number below 2 * m to the one below m that is congruent to it; in place. */
void montgomery_normalize(const struct montgomery *mod, mp_limb_t *r, mp_limb_t *tp);

/* r = x in Montgomery form, for an x of any size; r is not x. */
void montgomery_enter(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *x, mp_size_t x_count, mp_limb_t *tp);

/* r = the number that x, in Montgomery form, stands for; below m. r may be x. */
void montgomery_leave(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *x, mp_limb_t *tp);

/* r = x^exponent, in Montgomery form as x is; r may be x. Of the exponent exactly bits bits are processed, whatever
 * they are. */
struct power
{
    const struct montgomery *mod;
    mp_limb_t *r;
    const mp_limb_t *x, *exponent;
    size_t bits;
};

void montgomery_power(const struct power *power, mp_limb_t *tp);

/* Two powers that do not need each other, which some processors can do at once. tp suffices for each of them. */
void montgomery_powers(const struct power *pair, mp_limb_t *tp);

/* r = x^exponent for a public exponent whose highest bit is set; x may be secret. r may be x. */
void montgomery_power_public(const struct montgomery *mod, mp_limb_t *r, const mp_limb_t *x, const mp_limb_t *exponent,
                             size_t bits, mp_limb_t *tp);

/* --- kernel.c and the kernels --- */

/* The kernel for moduli of so many limbs. */
const struct montgomery_kernel *montgomery_kernel(mp_size_t count);

/* The fastest that this processor has among the one of that name and the slower ones; among all when limit is NULL or
 * no kernel's name. The environment variable NCRYPT_TEST_KERNEL is such a limit, for tests. */
const struct montgomery_kernel *montgomery_fastest(const char *limit);

#define ADX_BLOCK 8                 /* limbs; the kernels for x86-64 do multiples of it, the portable one the rest */

extern const struct montgomery_kernel montgomery_portable;      /* C over GMP */
extern const struct montgomery_kernel montgomery_adx;           /* BMI2, ADX, AVX2 */
extern const struct montgomery_kernel montgomery_ifma;          /* the same, and AVX-512 IFMA for pairs of powers */

/* --- powers_ifma.c, where the compiler can make it --- */

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
#define HAVE_IFMA_KERNEL
mp_size_t powers_ifma_itch(mp_size_t count);
int powers_ifma(const struct power *pair, mp_limb_t *tp);
#endif

/* --- window.c: a power by windows of fixed width, for kernels that have no faster one --- */

#define POWER_WINDOW 5              /* bits */
#define POWER_TABLE  (1 << POWER_WINDOW)

/* r = the entry of that number in a table of POWER_TABLE numbers, all of which are read. */
typedef void power_gather(mp_limb_t *r, const mp_limb_t *table, mp_size_t count, mp_limb_t entry);

/* width bits of the exponent from bit at on; width is at most that of a limb */
mp_limb_t exponent_bits(const mp_limb_t *exponent, size_t at, unsigned int width);

mp_size_t window_power_itch(mp_size_t count);
void window_power(const struct power *power, power_gather *gather, mp_limb_t *tp);

#endif
