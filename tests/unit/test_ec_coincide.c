/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Points that meet: ECDSA signatures that make u1 G and u2 Q equal, opposite or zero, and multiples of a point by
 * the scalars for which an addition meets itself. They are made here, from numbers that are the same in every run,
 * for each curve, whoever computes on it. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <gmp.h>

#include "crypto_sample.h"
#include "ec/ec_backend.h"

struct world                        /* a curve, a key on it and its numbers */
{
    const struct curve *curve;
    uint32_t order_bits;
    mpz_t n, d;
    struct ec_key *key;
};

static void put(uint8_t *data, size_t size, const mpz_t number)
{
    size_t used = mpz_sgn(number) ? (mpz_sizeinbase(number, 2) + 7) / 8 : 0;

    assert_true(used <= size);
    memset(data, 0, size);
    if (used) mpz_export(data + size - used, NULL, 1, 1, 0, 0, number);
}

static struct ec_key *key_of(const struct curve *curve, const mpz_t d)
{
    struct ec_group group = {.alg = algorithm_find_ascii("ECDSA"), .curve = curve, .name = curve->name};
    uint8_t scalar[EC_MAX_SIZE];
    struct ec_key *key;

    put(scalar, curve->size, d);
    assert_status(ec_new(&group, NULL, NULL, scalar, EC_CHECKED, &key), NTE_SUCCESS);
    return key;
}

/* Somewhere in 1 .. n - 1, and short enough for a key. */
static void some_number(mpz_t number, const struct world *w, uint8_t seed)
{
    struct bytes bytes = pattern(w->curve->size, seed);

    mpz_import(number, bytes.size, 1, 1, 0, 0, bytes.data);
    mpz_tdiv_r_2exp(number, number, w->order_bits - 1);
    assert_true(mpz_sgn(number) > 0);
}

static void open_world(struct world *w, const struct curve *curve)
{
    struct ec_numbers numbers;

    curve_numbers(curve, &numbers);
    w->curve = curve;
    w->order_bits = numbers.order_bits;
    mpz_inits(w->n, w->d, NULL);
    mpz_import(w->n, numbers.order_size, 1, 1, 0, 0, numbers.order);
    some_number(w->d, w, 77);
    w->key = key_of(curve, w->d);
}

static void close_world(struct world *w)
{
    ec_free(w->key);
    mpz_clears(w->n, w->d, NULL);
    take_back(NULL);
}

/* The x coordinate of k G, modulo n. */
static void x_of(mpz_t r, const struct world *w, const mpz_t k)
{
    struct ec_key *key = key_of(w->curve, k);

    mpz_import(r, w->curve->size, 1, 1, 0, 0, key->x);
    mpz_mod(r, r, w->n);
    ec_free(key);
}

/* Whether r is taken for the x coordinate of u1 G + u2 Q. s and the digest follow from the three. */
static nte_status verify(const struct world *w, const mpz_t u1, const mpz_t u2, const mpz_t r, int change)
{
    size_t size = w->curve->size, length = (w->order_bits + 7) / 8;
    uint8_t signature[2 * EC_MAX_SIZE], digest[EC_MAX_SIZE + 1];
    mpz_t s;

    mpz_init(s);
    assert_true(mpz_invert(s, u2, w->n));
    mpz_mul(s, s, r);
    mpz_mod(s, s, w->n);
    put(signature, size, r);
    put(signature + size, size, s);
    mpz_mul(s, s, u1);
    mpz_mod(s, s, w->n);
    mpz_mul_2exp(s, s, 8 * length - w->order_bits);
    put(digest, length, s);
    mpz_clear(s);
    digest[length / 2] ^= change;
    return ec_verify(w->key, run(digest, length), signature);
}

/* u1 G = u2 Q */
static void check_equal(const struct world *w, const mpz_t u2)
{
    mpz_t u1, k, r;

    mpz_inits(u1, k, r, NULL);
    mpz_mul(u1, u2, w->d);
    mpz_mod(u1, u1, w->n);
    mpz_mul_2exp(k, u1, 1);
    mpz_mod(k, k, w->n);
    x_of(r, w, k);
    assert_status(verify(w, u1, u2, r, 0), NTE_SUCCESS);
    assert_status(verify(w, u1, u2, r, 1), NTE_BAD_SIGNATURE);
    mpz_sub_ui(r, r, 1);
    assert_status(verify(w, u1, u2, r, 0), NTE_BAD_SIGNATURE);
    mpz_clears(u1, k, r, NULL);
}

/* u1 G = - u2 Q: their sum has no x coordinate, so nothing is one. */
static void check_opposite(const struct world *w, const mpz_t u2)
{
    mpz_t u1, r;

    mpz_inits(u1, r, NULL);
    mpz_mul(u1, u2, w->d);
    mpz_neg(u1, u1);
    mpz_mod(u1, u1, w->n);
    x_of(r, w, u1);
    assert_status(verify(w, u1, u2, r, 0), NTE_BAD_SIGNATURE);
    some_number(r, w, 9);
    assert_status(verify(w, u1, u2, r, 0), NTE_BAD_SIGNATURE);
    mpz_clears(u1, r, NULL);
}

/* A digest of zeros: u1 is 0. */
static void check_zero(const struct world *w, const mpz_t u2)
{
    mpz_t u1, k, r;

    mpz_inits(u1, k, r, NULL);
    mpz_mul(k, u2, w->d);
    mpz_mod(k, k, w->n);
    x_of(r, w, k);
    assert_status(verify(w, u1, u2, r, 0), NTE_SUCCESS);
    assert_status(verify(w, u1, u2, r, 1), NTE_BAD_SIGNATURE);
    mpz_clears(u1, k, r, NULL);
}

static void each_curve(void (*check)(const struct world *w))
{
    const struct curve *curve;
    struct world w;
    size_t i, j;

    for (i = 0; i < curve_name_count; i++)
    {
        curve = curve_names[i].curve;
        for (j = 0; j < i && curve_names[j].curve != curve; j++) ;
        if (j < i || !curve_has_numbers(curve)) continue;
        open_world(&w, curve);
        check(&w);
        close_world(&w);
    }
}

static void check_signatures(const struct world *w)
{
    unsigned int i;
    mpz_t u2;

    mpz_init(u2);
    for (i = 0; i < 6; i++)
    {
        if (i < 3) mpz_set_ui(u2, i + 1);
        else if (i == 3) mpz_sub_ui(u2, w->n, 1);
        else some_number(u2, w, 10 * i);
        check_equal(w, u2);
        check_opposite(w, u2);
        check_zero(w, u2);
    }
    mpz_clear(u2);
}

static void test_signatures(void **state)
{
    (void)state;
    each_curve(check_signatures);
}

/* What nettle computes is what our own formulas, which have no exceptions, compute. */
static void check_multiple(const struct world *w, const mpz_t scalar)
{
    uint8_t x[EC_MAX_SIZE], y[EC_MAX_SIZE], secret[EC_MAX_SIZE];
    struct ec_key *key = key_of(w->curve, scalar);
    size_t size = w->curve->size;

    assert_status(ec_backend_weierstrass.make_point(key, x, y), NTE_SUCCESS);
    assert_memory_equal(key->x, x, size);
    assert_memory_equal(key->y, y, size);
    assert_status(ec_backend_weierstrass.agree(key, w->key, x), NTE_SUCCESS);
    assert_status(ec_agree(key, w->key, secret), NTE_SUCCESS);
    assert_memory_equal(secret, x, size);
    ec_free(key);
}

static void check_multiples(const struct world *w)
{
    unsigned int i;
    mpz_t scalar;

    if (w->curve->backend == &ec_backend_weierstrass) return;
    mpz_init(scalar);
    for (i = 1; i <= 40; i++)
    {
        mpz_set_ui(scalar, i);
        check_multiple(w, scalar);
        mpz_sub(scalar, w->n, scalar);
        check_multiple(w, scalar);
        mpz_set_ui(scalar, 1);
        mpz_mul_2exp(scalar, scalar, i * (w->order_bits - 1) / 40);
        check_multiple(w, scalar);
    }
    mpz_clear(scalar);
}

static void test_multiples(void **state)
{
    (void)state;
    each_curve(check_multiples);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_signatures, take_back),
        cmocka_unit_test_teardown(test_multiples, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
