/* SPDX-License-Identifier: LGPL-2.1-or-later
 * rsa_private never raises to a secret power what a caller gave it, nor the same number twice, and inverts nothing that
 * tells of the blinding. What stands in for montgomery_powers and for GMP's mpz_invert here notes what it is asked for
 * and passes it on. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <dlfcn.h>
#include <string.h>
#include <cmocka.h>

#include "rsa_sample.h"

#define STRING(x) #x
#define SYMBOL(x) STRING(x)             /* gmp.h renames its functions by macros */

#define MAX_POWERS 256
#define LIMBS 8                         /* of p and q */

static const struct rsa_key *watched;
static mp_limb_t bases[MAX_POWERS][LIMBS];
static size_t power_count, inversions, refused;
static mpz_t inverted;                  /* the last one */

void __real_montgomery_powers(const struct power *pair, mp_limb_t *tp);

void __wrap_montgomery_powers(const struct power *pair, mp_limb_t *tp)
{
    int i;

    for (i = 0; i < 2; i++)
    {
        assert_in_range(power_count, 0, MAX_POWERS - 1);
        assert_ptr_equal(pair[i].exponent, i ? watched->dq : watched->dp);
        assert_int_equal(pair[i].mod->count, LIMBS);
        montgomery_leave(pair[i].mod, bases[power_count++], pair[i].x, tp);
    }
    __real_montgomery_powers(pair, tp);
}

int mpz_invert(mpz_ptr result, mpz_srcptr number, mpz_srcptr modulus)
{
    static __typeof__(mpz_invert) *invert;

    if (!invert) invert = dlsym(RTLD_NEXT, SYMBOL(mpz_invert));
    inversions++;
    mpz_set(inverted, number);
    if (refused && refused--) return 0;
    return invert(result, number, modulus);
}

static struct rsa_key *open_key(void)
{
    struct rsa_numbers numbers = published_numbers();
    struct rsa_key *key;

    assert_status(rsa_import_trusted(&numbers, &key), NTE_SUCCESS);
    power_count = inversions = 0;
    watched = key;
    return key;
}

static void close_key(struct rsa_key *key)
{
    watched = NULL;
    rsa_free(key);
}

static void assert_not_seen(const mp_limb_t *number)
{
    size_t i;

    for (i = 0; i < power_count; i++) assert_memory_not_equal(bases[i], number, sizeof(bases[i]));
}

/* input modulo one of the primes */
static void residue(mp_limb_t result[LIMBS], struct bytes input, const mp_limb_t *prime)
{
    mpz_t x, p;

    mpz_init(x);
    set_bytes(x, input);
    mpz_mod(x, x, mpz_roinit_n(p, prime, LIMBS));
    memset(result, 0, LIMBS * sizeof(*result));
    memcpy(result, mpz_limbs_read(x), mpz_size(x) * sizeof(*result));
    mpz_clear(x);
}

/* One input again and again: neither it nor any number a second time. */
static void test_bases(void **state)
{
    struct bytes input = pattern(128, 5);
    mp_limb_t modulo[LIMBS];
    struct rsa_key *key = open_key();
    uint8_t output[128];
    size_t i, j;

    (void)state;
    ((uint8_t *)input.data)[0] = 0;
    for (i = 0; i < 100; i++) assert_status(rsa_private(key, input.data, output), NTE_SUCCESS);
    assert_int_equal(power_count, 200);
    residue(modulo, input, key->p);
    assert_not_seen(modulo);
    residue(modulo, input, key->q);
    assert_not_seen(modulo);
    for (i = 0; i < power_count; i++)
        for (j = 0; j < i; j++) assert_memory_not_equal(bases[i], bases[j], sizeof(bases[i]));
    close_key(key);
}

/* Who finds out one pair knows its squares, so a fresh one is drawn every 32 operations. */
static void test_fresh_pairs(void **state)
{
    struct bytes input = pattern(128, 5);
    struct rsa_key *key = open_key();
    uint8_t output[128];
    size_t i;

    (void)state;
    ((uint8_t *)input.data)[0] = 0;
    for (i = 0; i < 3 * 32; i++) assert_status(rsa_private(key, input.data, output), NTE_SUCCESS);
    assert_in_range(inversions, 3, 3 * 32);
    close_key(key);
}

/* a = r^e and b = 1/r of a fresh pair: what was inverted for it, where time may tell, is neither r nor 1/r. */
static void test_inversion(void **state)
{
    struct rsa_key *key = open_key();
    mp_limb_t a[2 * LIMBS], b[2 * LIMBS], *tp = (mp_limb_t *)take(key->itch * sizeof(*tp));
    mpz_t n, one_by_r, product;

    (void)state;
    mpz_inits(one_by_r, product, NULL);
    mpz_roinit_n(n, key->n, key->nn);
    assert_status(rsa_blinding_take(key, a, b, tp), NTE_SUCCESS);
    assert_int_equal(inversions, 1);
    montgomery_leave(&key->mod_n, b, b, tp);
    set_limbs(one_by_r, b, key->nn);
    assert_int_not_equal(mpz_cmp(inverted, one_by_r), 0);
    mpz_mul(product, inverted, one_by_r);
    mpz_mod(product, product, n);
    assert_int_not_equal(mpz_cmp_ui(product, 1), 0);
    mpz_clears(one_by_r, product, NULL);
    close_key(key);
}

/* A small prime makes many numbers without an inverse: others are drawn, but not for ever. */
static void test_draws(void **state)
{
    struct bytes input = pattern(128, 5);
    struct rsa_key *key = open_key();
    uint8_t output[128];

    (void)state;
    ((uint8_t *)input.data)[0] = 0;
    refused = 60;
    assert_status(rsa_private(key, input.data, output), NTE_SUCCESS);
    assert_int_equal(refused, 0);
    rsa_blinding_drop(key->blinding);
    refused = 1000;
    assert_status(rsa_private(key, input.data, output), NTE_INTERNAL_ERROR);
    assert_true(refused > 0);
    refused = 0;
    close_key(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_inversion, take_back),
        cmocka_unit_test_teardown(test_bases, take_back),
        cmocka_unit_test_teardown(test_fresh_pairs, take_back),
        cmocka_unit_test_teardown(test_draws, take_back),
    };

    mpz_init(inverted);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
