/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Finding a prime among random numbers; see rsa_prime.h. Small factors first, then Miller and Rabin, two numbers at a
 * time. Rejected numbers reveal nothing about the accepted one, so rejecting them need not take constant
 * time. */
#include <string.h>

#include "rsa/rsa_prime.h"

#define SMALL_LIMIT 8192            /* where looking for the next factor costs more than it saves; 1027 primes */
#define SQRT2_TOP   1518500250u     /* sqrt(2) * 2^30, rounded up */
#define TOP_BITS    31
#define EXPONENT    65537

unsigned int rsa_prime_rounds(size_t bits)
{
    return bits >= 1536 ? 4 : bits >= 1024 ? 5 : bits >= 512 ? 7 : 32;
}

/* --- small factors --- */

static int is_small_prime(mp_limb_t x)
{
    mp_limb_t factor;

    for (factor = 3; factor * factor <= x; factor += 2) if (x % factor == 0) return 0;
    return 1;
}

/* The odd ones below SMALL_LIMIT, and a zero. */
void rsa_small_primes(uint16_t primes[RSA_SMALL_PRIMES])
{
    uint16_t x;

    for (x = 3; x < SMALL_LIMIT; x += 2) if (is_small_prime(x)) *primes++ = x;
    *primes = 0;
}

/* One long division for as many primes as a limb has room for. */
static int has_small_factor(const mp_limb_t *x, mp_size_t count, const uint16_t *primes)
{
    const uint16_t *last;
    mp_limb_t product, rest;

    while (*primes)
    {
        product = 1;
        for (last = primes; *last && product <= (mp_limb_t)-1 / *last; last++) product *= *last;
        rest = mpn_mod_1(x, count, product);
        for (; primes < last; primes++) if (rest % *primes == 0) return 1;
    }
    return 0;
}

static int may_be_prime(const struct prime_search *search, const mp_limb_t *x)
{
    if (exponent_bits(x, search->bits - TOP_BITS, TOP_BITS) < SQRT2_TOP) return 0;
    return !has_small_factor(x, search->count, search->small) && mpn_mod_1(x, search->count, EXPONENT) != 1;
}

/* --- Miller and Rabin: x - 1 = exponent * 2^shift, and base^exponent is 1, or a square of it x - 1 --- */

struct test
{
    const mp_limb_t *x;
    struct montgomery mod;
    unsigned int shift;
    mp_limb_t *square, *exponent, *power, *plain;       /* count limbs each */
};

mp_size_t rsa_prime_itch(size_t bits)
{
    mp_size_t count = limbs_for_bytes((bits + 7) / 8);

    return 8 * count + montgomery_power_itch(count, bits);
}

static void open_test(const struct prime_search *search, struct test *test, const mp_limb_t *x, mp_limb_t *own)
{
    mp_size_t count = search->count;
    mp_limb_t low;

    test->x = x;
    test->square = own;
    test->exponent = own + count;
    test->power = own + 2 * count;
    test->plain = own + 3 * count;
    montgomery_init(&test->mod, x, count, test->square, search->tp + 8 * count);
    memcpy(test->exponent, x, count * LIMB_BYTES);
    for (test->shift = 1, low = x[0] >> 1; !(low & 1) && test->shift < GMP_NUMB_BITS - 1; low >>= 1) test->shift++;
    mpn_rshift(test->exponent, test->exponent, count, test->shift);
}

/* 1 when the power is 1, -1 when it is x - 1, modulo x. */
static int is_unity(const struct prime_search *search, struct test *test)
{
    mp_size_t i, count = search->count;
    mp_limb_t to_one, to_minus_one;

    montgomery_leave(&test->mod, test->plain, test->power, search->tp + 8 * count);
    to_one = test->plain[0] ^ 1;
    to_minus_one = test->plain[0] ^ test->x[0] ^ 1;
    for (i = 1; i < count; i++)
    {
        to_one |= test->plain[i];
        to_minus_one |= test->plain[i] ^ test->x[i];
    }
    return !to_one ? 1 : !to_minus_one ? -1 : 0;
}

/* After the power has been made. */
static int passes(const struct prime_search *search, struct test *test)
{
    unsigned int i;

    if (is_unity(search, test)) return 1;
    for (i = 1; i < test->shift; i++)
    {
        montgomery_square(&test->mod, test->power, test->power, search->tp + 8 * search->count);
        if (is_unity(search, test) == -1) return 1;
    }
    return 0;
}

static struct power power_of(const struct prime_search *search, struct test *test, unsigned int base)
{
    const mp_limb_t *x = search->bases + base * search->count;

    return (struct power){&test->mod, test->power, x, test->exponent, search->bits};
}

static int passes_all(const struct prime_search *search, struct test *test)
{
    unsigned int base, rounds = rsa_prime_rounds(search->bits);
    struct power power;

    for (base = 1; base < rounds; base++)
    {
        power = power_of(search, test, base);
        montgomery_power(&power, search->tp + 8 * search->count);
        if (!passes(search, test)) return 0;
    }
    return 1;
}

/* The first of one or two numbers that is prime, or NULL. */
static const mp_limb_t *test_few(const struct prime_search *search, const mp_limb_t *const *x, size_t count)
{
    struct test tests[2];
    struct power powers[2];
    size_t i;

    for (i = 0; i < count; i++)
    {
        open_test(search, &tests[i], x[i], search->tp + 4 * i * search->count);
        powers[i] = power_of(search, &tests[i], 0);
    }
    if (count == 2) montgomery_powers(powers, search->tp + 8 * search->count);
    else montgomery_power(powers, search->tp + 8 * search->count);
    for (i = 0; i < count; i++) if (passes(search, &tests[i]) && passes_all(search, &tests[i])) return x[i];
    return NULL;
}

void rsa_prime_search(struct prime_search *search)
{
    const mp_limb_t *few[2], *x = search->numbers;
    size_t i, waiting = 0;

    search->found = NULL;
    for (i = 1; i <= search->candidates && !search->found; i++, x += search->count)
    {
        if (may_be_prime(search, x)) few[waiting++] = x;
        if (!waiting || (waiting == 1 && i < search->candidates)) continue;
        search->found = test_few(search, few, waiting);
        waiting = 0;
    }
}
