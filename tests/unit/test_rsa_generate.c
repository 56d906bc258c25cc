/* SPDX-License-Identifier: LGPL-2.1-or-later
 * rsa_generate.c, rsa_prime.c: keys as FIPS 186-5 A.1.3 has them, spread as they should be, with a second thread and
 * without one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "rsa_sample.h"
#include "rsa/rsa_prime.h"

/* --- the second thread --- */

static int no_threads;
static unsigned int created, joined, with_signals;

int __real_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg);
int __real_pthread_join(pthread_t thread, void **result);

/* A thread starts with the signals that its maker has blocked. */
int __wrap_pthread_create(pthread_t *thread, const pthread_attr_t *attr, void *(*start)(void *), void *arg)
{
    sigset_t blocked;
    int signal;

    if (no_threads) return EAGAIN;
    created++;
    pthread_sigmask(SIG_BLOCK, NULL, &blocked);
    for (signal = 1; signal < 32; signal++)
        if (signal != SIGKILL && signal != SIGSTOP && !sigismember(&blocked, signal)) with_signals++;
    return __real_pthread_create(thread, attr, start, arg);
}

int __wrap_pthread_join(pthread_t thread, void **result)
{
    joined++;
    return __real_pthread_join(thread, result);
}

static void test_threads(void **state)
{
    sigset_t before, after;
    struct rsa_key *key;

    (void)state;
    created = joined = with_signals = 0;
    memset(&before, 0, sizeof(before));
    memset(&after, 0, sizeof(after));
    pthread_sigmask(SIG_BLOCK, NULL, &before);
    assert_status(rsa_generate(512, &key), NTE_SUCCESS);
    rsa_free(key);
    pthread_sigmask(SIG_BLOCK, NULL, &after);
    assert_memory_equal(&before, &after, sizeof(before));
    assert_in_range(created, 1, 10000);
    assert_int_equal(joined, created);
    assert_int_equal(with_signals, 0);

    no_threads = 1;
    created = 0;
    assert_status(rsa_generate(512, &key), NTE_SUCCESS);
    no_threads = 0;
    assert_int_equal(created, 0);
    rsa_free(key);
}

/* --- keys --- */

/* p, q >= sqrt(2) * 2^(bits - 1), |p - q| > 2^(bits - 100), no 65537 in p - 1 and q - 1 */
static void assert_conditions(const struct sample_key *k, size_t bits)
{
    mpz_t x, limit;

    mpz_inits(x, limit, NULL);
    mpz_setbit(limit, 2 * bits - 1);
    mpz_mul(x, k->p, k->p);
    assert_true(mpz_cmp(x, limit) >= 0);
    mpz_mul(x, k->q, k->q);
    assert_true(mpz_cmp(x, limit) >= 0);
    assert_int_equal(mpz_sizeinbase(k->p, 2), bits);
    assert_int_equal(mpz_sizeinbase(k->q, 2), bits);
    mpz_sub(x, k->p, k->q);
    assert_in_range(mpz_sizeinbase(x, 2), bits - 99, bits);
    assert_int_not_equal(mpz_fdiv_ui(k->p, 65537), 1);
    assert_int_not_equal(mpz_fdiv_ui(k->q, 65537), 1);
    mpz_clears(x, limit, NULL);
}

static void test_generate(void **state)
{
    static const uint32_t sizes[] = {384, 512, 520, 568, 576, 776, 1024, 1032, 1536, 2048}, wrong[] =
        {0, 8, 376, 383, 513, 1028, 16385, 16392, 0xfffffff8};
    struct sample_key k;
    struct rsa_key *key;
    size_t i;

    (void)state;
    sample_init(&k);
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        assert_status(rsa_generate(sizes[i], &key), NTE_SUCCESS);
        assert_int_equal(key->material.bits, sizes[i]);
        set_limbs(k.p, key->p, key->pn);
        set_limbs(k.q, key->q, key->qn);
        assert_conditions(&k, sizes[i] / 2);
        mpz_set_ui(k.e, 65537);
        assert_true(mpz_probab_prime_p(k.p, 25) && mpz_probab_prime_p(k.q, 25));
        assert_true(sample_derive(&k));
        assert_key(key, &k);
        rsa_free(key);
    }
    sample_clear(&k);
    key = NULL;
    for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_status(rsa_generate(wrong[i], &key), NTE_INVALID_PARAMETER);
    assert_null(key);
}

/* --- what is taken for a prime --- */

#define BITS   192
#define LIMBS  (BITS / GMP_NUMB_BITS)
#define LENGTH 6

static void put(mp_limb_t *list, size_t at, const mpz_t x)
{
    assert_int_equal(mpz_size(x), LIMBS);
    memcpy(list + at * LIMBS, mpz_limbs_read(x), LIMBS * sizeof(*list));
}

/* Which of the first size numbers is found; LENGTH for none. */
static size_t search(const mp_limb_t *list, size_t size)
{
    struct prime_search search = {.bits = BITS, .count = LIMBS, .candidates = size};
    uint16_t small[RSA_SMALL_PRIMES];

    rsa_small_primes(small);
    search.small = small;
    search.numbers = (mp_limb_t *)list;
    search.bases = (mp_limb_t *)pattern(rsa_prime_rounds(BITS) * LIMBS * sizeof(mp_limb_t), 7).data;
    search.tp = (mp_limb_t *)take(rsa_prime_itch(BITS) * sizeof(mp_limb_t));
    rsa_prime_search(&search);
    return search.found ? (size_t)(search.found - list) / LIMBS : LENGTH;
}

/* x becomes a larger prime; x - 1 is a multiple of factor, unless that is 0. */
static void next(mpz_t x, const mpz_t factor)
{
    if (!mpz_sgn(factor))
    {
        mpz_nextprime(x, x);
        return;
    }
    mpz_cdiv_q(x, x, factor);
    mpz_mul(x, x, factor);
    mpz_add_ui(x, x, 1);
    while (!mpz_probab_prime_p(x, 25)) mpz_add(x, x, factor);
}

static void test_search(void **state)
{
    mp_limb_t list[LENGTH * LIMBS];
    mpz_t x, y, factor;

    (void)state;
    mpz_inits(x, y, factor, NULL);
    mpz_set_ui(x, 9);
    mpz_mul_2exp(x, x, BITS - 5);
    next(x, factor);
    mpz_mul_ui(x, x, 3);
    put(list, 0, x);                                /* three times a prime */
    mpz_set_ui(x, 11);
    mpz_mul_2exp(x, x, BITS - 4);
    next(x, factor);
    put(list, 1, x);                                /* prime, and below the root of 2 */
    mpz_set_ui(factor, 2 * 65537);
    mpz_set_ui(x, 13);
    mpz_mul_2exp(x, x, BITS - 4);
    next(x, factor);
    put(list, 2, x);                                /* prime, and e divides one less */
    mpz_set_ui(x, 15);
    mpz_mul_2exp(x, x, BITS / 2 - 4);
    mpz_set_ui(factor, 0);
    next(x, factor);
    mpz_set(y, x);
    next(y, factor);
    mpz_mul(y, x, y);
    put(list, 3, y);                                /* a product of two primes */
    mpz_mul(y, x, x);
    put(list, 4, y);                                /* a square */
    assert_int_equal(search(list, LENGTH - 1), LENGTH);
    mpz_set_ui(x, 13);
    mpz_mul_2exp(x, x, BITS - 4);
    next(x, factor);
    put(list, 5, x);
    assert_int_equal(search(list, LENGTH), 5);      /* the second of a pair, or alone */
    assert_int_equal(search(list + LIMBS, LENGTH - 1), 4);
    assert_int_equal(search(list + 5 * LIMBS, 1), 0);
    put(list, 0, x);
    assert_int_equal(search(list, LENGTH), 0);
    assert_int_equal(search(list, 1), 0);
    mpz_clears(x, y, factor, NULL);
}

/* p - 1 with any number of factors 2, also more than a limb has. */
static void test_powers_of_two(void **state)
{
    mp_limb_t list[LIMBS];
    mpz_t x, factor;
    unsigned int i;

    (void)state;
    mpz_inits(x, factor, NULL);
    for (i = 1; i < 140; i += i < 5 ? 1 : i > 60 && i < 67 ? 1 : 11)
    {
        mpz_set_ui(factor, 1);
        mpz_mul_2exp(factor, factor, i);
        mpz_set_ui(x, 13);
        mpz_mul_2exp(x, x, BITS - 4);
        next(x, factor);
        put(list, 0, x);
        assert_int_equal(search(list, 1), 0);
    }
    mpz_clears(x, factor, NULL);
}

/* --- how the primes are spread --- */

#define KEYS  150
#define CELLS 4

static void assert_even(const unsigned int cells[CELLS])
{
    double expected = 2.0 * KEYS / CELLS, sum = 0;
    int i;

    for (i = 0; i < CELLS; i++) sum += (cells[i] - expected) * (cells[i] - expected) / expected;
    assert_true(sum < 35);                          /* chi-square of three degrees: once in 10^7 by chance */
}

/* Residues modulo 8, quarters between sqrt(2)/2 and 1, which of p and q is larger. */
static void test_spread(void **state)
{
    unsigned int residues[CELLS] = {0}, quarters[CELLS] = {0}, larger = 0;
    const double low = 0.70710678;
    struct rsa_key *key;
    mpz_t primes[2];
    int i, j;

    (void)state;
    mpz_inits(primes[0], primes[1], NULL);
    for (i = 0; i < KEYS; i++)
    {
        assert_status(rsa_generate(2 * BITS, &key), NTE_SUCCESS);
        set_limbs(primes[0], key->p, key->pn);
        set_limbs(primes[1], key->q, key->qn);
        for (j = 0; j < 2; j++)
        {
            residues[mpz_fdiv_ui(primes[j], 8) / 2]++;
            mpz_tdiv_q_2exp(primes[j], primes[j], BITS - 31);
            quarters[(int)((mpz_get_ui(primes[j]) / 2147483648.0 - low) / (1 - low) * CELLS)]++;
        }
        larger += mpz_cmp(primes[0], primes[1]) > 0;
        rsa_free(key);
    }
    assert_even(residues);
    assert_even(quarters);
    assert_in_range(larger, KEYS / 4, KEYS * 3 / 4);
    mpz_clears(primes[0], primes[1], NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_threads, take_back),
        cmocka_unit_test_teardown(test_generate, take_back),
        cmocka_unit_test_teardown(test_search, take_back),
        cmocka_unit_test_teardown(test_powers_of_two, take_back),
        cmocka_unit_test_teardown(test_spread, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
