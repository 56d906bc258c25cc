/* SPDX-License-Identifier: LGPL-2.1-or-later
 * rsa.c, rsa_blind.c: the public and the private operation, against plain exponentiation with GMP's mpz. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <pthread.h>
#include <cmocka.h>

#include "rsa_sample.h"

/* One input through every operation, in place and not. */
static void check_operations(const struct rsa_key *key, const struct sample_key *k, const mpz_t x)
{
    struct bytes input = padded(x, key->n_size), expected;
    uint8_t *output = take(key->n_size);
    mpz_t y;

    mpz_init(y);
    mpz_powm(y, x, k->d, k->n);
    expected = padded(y, key->n_size);
    assert_status(rsa_private(key, input.data, output), NTE_SUCCESS);
    assert_memory_equal(output, expected.data, key->n_size);

    memcpy(output, input.data, key->n_size);
    assert_status(rsa_private(key, output, output), NTE_SUCCESS);
    assert_memory_equal(output, expected.data, key->n_size);

    assert_status(rsa_public(key, expected.data, output), NTE_SUCCESS);
    assert_memory_equal(output, input.data, key->n_size);
    memcpy(output, expected.data, key->n_size);
    assert_status(rsa_public(key, output, output), NTE_SUCCESS);
    assert_memory_equal(output, input.data, key->n_size);
    mpz_clear(y);
}

static void check_refused(const struct rsa_key *key, const mpz_t x)
{
    struct bytes input = padded(x, key->n_size);
    uint8_t *output = take(key->n_size), *before = take(key->n_size);

    memset(output, 0x77, key->n_size);
    memset(before, 0x77, key->n_size);
    assert_status(rsa_private(key, input.data, output), NTE_INVALID_PARAMETER);
    assert_status(rsa_public(key, input.data, output), NTE_INVALID_PARAMETER);
    assert_memory_equal(output, before, key->n_size);
}

static void check_sample(const struct sample_key *k, unsigned int rounds)
{
    struct rsa_numbers numbers = sample_numbers(k);
    struct rsa_key *key, *trusted;
    gmp_randstate_t random;
    unsigned int i;
    mpz_t x;

    assert_status(rsa_import_private(&numbers, &key), NTE_SUCCESS);
    assert_key(key, k);
    assert_status(rsa_import_trusted(&numbers, &trusted), NTE_SUCCESS);
    assert_key(trusted, k);

    mpz_init(x);
    check_operations(key, k, x);                    /* 0 */
    mpz_set_ui(x, 1);
    check_operations(key, k, x);
    mpz_sub_ui(x, k->n, 1);
    check_operations(key, k, x);
    check_operations(key, k, k->p);                 /* not invertible, and zero modulo one prime */
    check_operations(key, k, k->q);
    check_refused(key, k->n);
    mpz_add_ui(x, k->n, 1);
    check_refused(key, x);
    mpz_set_ui(x, 1);
    mpz_mul_2exp(x, x, 8 * key->n_size);
    mpz_sub_ui(x, x, 1);
    check_refused(key, x);

    gmp_randinit_default(random);
    for (i = 0; i < rounds; i++)
    {
        mpz_urandomm(x, random, k->n);
        check_operations(i % 2 ? key : trusted, k, x);
    }
    gmp_randclear(random);
    mpz_clear(x);
    rsa_free(key);
    rsa_free(trusted);
}

/* The values of the publication; its d happens to be the one modulo (p - 1)(q - 1). */
static void test_published_key(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    struct sample_key k;

    (void)state;
    sample_init(&k);
    set_bytes(k.n, numbers.n);
    set_bytes(k.e, numbers.e);
    set_bytes(k.p, numbers.p);
    set_bytes(k.q, numbers.q);
    set_bytes(k.dp, numbers.dp);
    set_bytes(k.dq, numbers.dq);
    set_bytes(k.qinv, numbers.qinv);
    set_bytes(k.d, numbers.d);
    check_sample(&k, 100);                          /* more than one blinding pair lasts */
    sample_clear(&k);
}

/* Odd sizes, primes of different lengths and limb counts both ways round, one of them tiny. */
static void test_shapes(void **state)
{
    static const struct
    {
        size_t p_bits, q_bits;
    } shapes[] =
    {
        {192, 192}, {256, 256}, {260, 260}, {512, 513}, {513, 512}, {516, 516}, {1024, 1024}, {768, 768},
        {300, 724}, {724, 300}, {64, 448}, {448, 64}, {65, 447}, {63, 449}, {128, 1000}, {1000, 128},
        {17, 500}, {500, 17}, {3, 509}, {509, 3},
    };
    struct sample_key k;
    size_t i;

    (void)state;
    sample_init(&k);
    for (i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
    {
        sample_make(&k, shapes[i].p_bits, shapes[i].q_bits, 65537, i);
        check_sample(&k, 6);
        sample_used = 0;
    }
    mpz_swap(k.p, k.q);
    sample_derive(&k);
    check_sample(&k, 6);
    sample_clear(&k);
}

static void test_exponents(void **state)
{
    static const uint64_t exponents[] =
    {
        3, 5, 17, 257, 441, 65539, 0x7fffffff, 0xffffffff, 0x100000001, 0x8000000000000001, 0xffffffffffffffc5,
        0xffffffffffffffff,
    };
    struct sample_key k;
    size_t i;

    (void)state;
    sample_init(&k);
    for (i = 0; i < sizeof(exponents) / sizeof(*exponents); i++)
    {
        sample_make(&k, 512, 512, exponents[i], i);
        check_sample(&k, 4);
        sample_used = 0;
    }
    sample_clear(&k);
}

/* Mersenne primes have long carries. */
static void make_mersenne(struct sample_key *k, unsigned int p_bits, unsigned int q_bits)
{
    mpz_set_ui(k->e, 65537);
    mpz_set_ui(k->p, 0);
    mpz_setbit(k->p, p_bits);
    mpz_sub_ui(k->p, k->p, 1);
    mpz_set_ui(k->q, 0);
    mpz_setbit(k->q, q_bits);
    mpz_sub_ui(k->q, k->q, 1);
    assert_true(sample_derive(k));
}

static void *big_thread(void *arg)
{
    struct rsa_numbers numbers = sample_numbers(arg);
    struct bytes input;
    struct rsa_key *key;
    uint8_t *output;

    assert_status(rsa_import_trusted(&numbers, &key), NTE_SUCCESS);
    input = pattern(key->n_size, 9);
    ((uint8_t *)input.data)[0] = 0;
    output = take(key->n_size);
    assert_status(rsa_private(key, input.data, output), NTE_SUCCESS);
    assert_memory_not_equal(output, input.data, input.size);
    assert_status(rsa_public(key, output, output), NTE_SUCCESS);
    assert_memory_equal(output, input.data, input.size);
    rsa_free(key);
    return NULL;
}

static void test_mersenne(void **state)
{
    struct sample_key k;

    (void)state;
    sample_init(&k);
    make_mersenne(&k, 607, 521);
    check_sample(&k, 2);
    make_mersenne(&k, 1279, 2203);
    check_sample(&k, 2);
    sample_clear(&k);
}

/* 15636 bits, on a stack smaller than a program's. */
static void test_big_key(void **state)
{
    pthread_attr_t attr;
    struct sample_key k;
    pthread_t thread;

    (void)state;
    sample_init(&k);
    make_mersenne(&k, 4423, 11213);
    pthread_attr_init(&attr);
    assert_int_equal(pthread_attr_setstacksize(&attr, 512 * 1024), 0);
    assert_int_equal(pthread_create(&thread, &attr, big_thread, &k), 0);
    pthread_join(thread, NULL);
    pthread_attr_destroy(&attr);
    sample_clear(&k);
}

/* Whatever bit is wrong in the numbers that the operation uses, no wrong result gets out: that would tell
 * p and q (Boneh, DeMillo, Lipton). */
static void test_damaged_key(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    const struct bytes *const parts[] = {&numbers.dp, &numbers.dq, &numbers.qinv};
    struct bytes input = pattern(128, 3);
    uint8_t output[128], before[128];
    struct rsa_key *key;
    size_t i, bit;

    (void)state;
    ((uint8_t *)input.data)[0] = 0;
    memset(output, 0x77, sizeof(output));
    memcpy(before, output, sizeof(before));
    for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        for (bit = 0; bit < 512; bit += 7)
        {
            ((uint8_t *)parts[i]->data)[bit / 8] ^= 1 << bit % 8;
            if (!rsa_import_trusted(&numbers, &key))
            {
                assert_status(rsa_private(key, input.data, output), NTE_INTERNAL_ERROR);
                assert_memory_equal(output, before, sizeof(output));
                rsa_free(key);
            }
            ((uint8_t *)parts[i]->data)[bit / 8] ^= 1 << bit % 8;
        }

    assert_status(rsa_import_trusted(&numbers, &key), NTE_SUCCESS);
    assert_status(rsa_private(key, input.data, output), NTE_SUCCESS);
    key->dp[0] ^= 2;
    assert_status(rsa_private(key, input.data, output), NTE_INTERNAL_ERROR);
    key->dp[0] ^= 2;
    assert_status(rsa_private(key, input.data, output), NTE_SUCCESS);
    rsa_free(key);
}

static void *sign_thread(void *arg)
{
    const struct rsa_key *key = arg;
    uint8_t input[128] = {0}, output[128], back[128];
    uint32_t i;

    for (i = 1; i <= 200; i++)
    {
        memcpy(input + 64, &i, sizeof(i));
        if (rsa_private(key, input, output) || rsa_public(key, output, back)) return "failed";
        if (memcmp(back, input, sizeof(input))) return "wrong";
    }
    return NULL;
}

static void test_threads(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    pthread_t threads[8];
    struct rsa_key *key;
    size_t i;
    void *result;

    (void)state;
    assert_status(rsa_import_trusted(&numbers, &key), NTE_SUCCESS);
    for (i = 0; i < 8; i++) assert_int_equal(pthread_create(&threads[i], NULL, sign_thread, key), 0);
    for (i = 0; i < 8; i++)
    {
        pthread_join(threads[i], &result);
        assert_null(result);
    }
    rsa_free(key);
    rsa_free(NULL);
}

/* The blinding hides the input: two draws never agree, and each pair is one of r^e and 1/r. */
static void test_blinding(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    struct rsa_key *key;
    mp_limb_t *a, *b, *tp, *seen;
    mpz_t ma, mb, n, e;
    int i, j;

    (void)state;
    mpz_inits(ma, mb, n, e, NULL);
    set_bytes(n, numbers.n);
    set_bytes(e, numbers.e);
    assert_status(rsa_import_trusted(&numbers, &key), NTE_SUCCESS);
    a = (mp_limb_t *)take(128);
    b = (mp_limb_t *)take(128);
    tp = (mp_limb_t *)take(key->itch * sizeof(mp_limb_t));
    seen = (mp_limb_t *)take(100 * 128);
    for (i = 0; i < 100; i++)
    {
        assert_status(rsa_blinding_take(key, a, b, tp), NTE_SUCCESS);
        for (j = 0; j < i; j++) assert_memory_not_equal(a, seen + j * key->nn, 128);
        memcpy(seen + i * key->nn, a, 128);
        montgomery_leave(&key->mod_n, a, a, tp);
        montgomery_leave(&key->mod_n, b, b, tp);
        set_limbs(ma, a, key->nn);
        set_limbs(mb, b, key->nn);
        mpz_powm(mb, mb, e, n);
        mpz_mul(ma, ma, mb);
        mpz_mod(ma, ma, n);
        assert_int_equal(mpz_cmp_ui(ma, 1), 0);
    }
    mpz_clears(ma, mb, n, e, NULL);
    rsa_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_published_key, take_back),
        cmocka_unit_test_teardown(test_shapes, take_back),
        cmocka_unit_test_teardown(test_exponents, take_back),
        cmocka_unit_test_teardown(test_mersenne, take_back),
        cmocka_unit_test_teardown(test_big_key, take_back),
        cmocka_unit_test_teardown(test_damaged_key, take_back),
        cmocka_unit_test_teardown(test_threads, take_back),
        cmocka_unit_test_teardown(test_blinding, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
