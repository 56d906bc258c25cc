/* SPDX-License-Identifier: LGPL-2.1-or-later
 * rsa_key.c: what an import refuses, and how much memory keys take. What it accepts is exercised by test_rsa.c. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "base/memory_pool.h"
#include "rsa_sample.h"

static size_t largest_block;

void *__real_pool_alloc(size_t size);

void *__wrap_pool_alloc(size_t size)
{
    if (size > largest_block) largest_block = size;
    return __real_pool_alloc(size);
}

static void refuse(const struct rsa_numbers *numbers)
{
    struct rsa_key *key = NULL;

    assert_status(rsa_import_private(numbers, &key), NTE_INVALID_PARAMETER);
    assert_null(key);
}

static void refuse_changed(const struct bytes *number, size_t at, uint8_t bits, const struct rsa_numbers *numbers)
{
    ((uint8_t *)number->data)[at] ^= bits;
    refuse(numbers);
    ((uint8_t *)number->data)[at] ^= bits;
}

static void test_refused_numbers(void **state)
{
    struct rsa_numbers good = published_numbers(), bad = good;
    struct rsa_key *key;
    size_t i;

    (void)state;
    assert_status(rsa_import_private(&good, &key), NTE_SUCCESS);
    rsa_free(key);
    for (i = 0; i < good.n.size; i++) refuse_changed(&good.n, i, 0x10, &good);
    for (i = 0; i < good.p.size; i++) refuse_changed(&good.p, i, 0x10, &good);
    for (i = 0; i < good.q.size; i++) refuse_changed(&good.q, i, 0x10, &good);
    refuse_changed(&good.n, good.n.size - 1, 1, &good);
    refuse_changed(&good.e, good.e.size - 1, 1, &good);

    bad.p = good.n;
    bad.q = hex("01");
    refuse(&bad);
    bad.p = bad.q;
    bad.q = good.n;
    refuse(&bad);
    bad.q = bad.p = good.p;
    refuse(&bad);
    bad = good;
    bad.q = hex("00");
    refuse(&bad);
    bad.q = run(NULL, 0);
    refuse(&bad);
    bad.p = run(NULL, 0);
    refuse(&bad);
    bad = good;
    bad.n = run(NULL, 0);
    refuse(&bad);
}

/* n is p * q without its highest limb: the same as far as n goes. */
static void test_cut_product(void **state)
{
    struct rsa_numbers numbers;
    struct rsa_key *key = NULL;
    struct sample_key k;
    uint32_t seed = 0;

    (void)state;
    sample_init(&k);
    do
    {
        sample_make(&k, 300, 300, 65537, seed++);
        mpz_fdiv_r_2exp(k.n, k.n, 576);
    } while (mpz_sizeinbase(k.n, 2) <= 512);
    numbers = sample_numbers(&k);
    numbers.d = numbers.dp;
    refuse(&numbers);
    assert_status(rsa_import_trusted(&numbers, &key), NTE_INVALID_PARAMETER);
    assert_null(key);
    sample_clear(&k);
}

static void test_refused_exponents(void **state)
{
    static const char *const exponents[] =
    {
        "", "00", "01", "02", "010000", "0100000000000000" "01", "ffffffffffffffff" "ff",
        "03",                                       /* divides p - 1 or q - 1 of this key */
    };
    struct rsa_numbers numbers = published_numbers();
    struct rsa_key *key = NULL;
    size_t i;
    mpz_t p1;

    (void)state;
    mpz_init(p1);
    set_bytes(p1, numbers.p);
    mpz_sub_ui(p1, p1, 1);
    if (mpz_divisible_ui_p(p1, 3) == 0) set_bytes(p1, numbers.q), mpz_sub_ui(p1, p1, 1);
    assert_true(mpz_divisible_ui_p(p1, 3));
    mpz_clear(p1);

    for (i = 0; i < sizeof(exponents) / sizeof(*exponents); i++)
    {
        numbers.e = hex(exponents[i]);
        refuse(&numbers);
        if (i == 7) continue;
        assert_status(rsa_import_public(&numbers, &key), NTE_INVALID_PARAMETER);
        assert_null(key);
    }
    numbers.e = hex("000000000000000000000000010001");      /* leading zeros do not count */
    assert_status(rsa_import_private(&numbers, &key), NTE_SUCCESS);
    assert_int_equal(key->e_bits, 17);
    rsa_free(key);
}

/* n = p * q holds, but p is a product itself. */
static void test_composite_prime(void **state)
{
    struct rsa_numbers numbers;
    struct sample_key k;
    mpz_t factor;

    (void)state;
    sample_init(&k);
    mpz_init(factor);
    sample_make(&k, 256, 256, 65537, 1);
    mpz_set_ui(factor, 1);
    mpz_mul_2exp(factor, factor, 100);
    do mpz_nextprime(factor, factor), mpz_mul(k.p, k.p, factor); while (!sample_derive(&k));
    numbers = sample_numbers(&k);
    refuse(&numbers);
    mpz_clear(factor);
    sample_clear(&k);
}

static void test_modulus_bounds(void **state)
{
    struct rsa_numbers numbers = {.e = hex("010001")};
    struct rsa_key *key = NULL;
    uint8_t *n = take(2049);

    (void)state;
    n[0] = 0x80;
    n[2047] = 1;
    numbers.n = run(n, 2048);
    assert_status(rsa_import_public(&numbers, &key), NTE_SUCCESS);
    assert_int_equal(key->material.bits, 16384);
    assert_int_equal(key->material.has_private, 0);
    rsa_free(key);
    n[2047] = 0;
    assert_status(rsa_import_public(&numbers, &key), NTE_INVALID_PARAMETER);
    n[2048] = 1;
    n[0] = 1;
    numbers.n = run(n, 2049);
    assert_status(rsa_import_public(&numbers, &key), NTE_INVALID_PARAMETER);

    n[0] = 0x80;
    n[47] = 1;
    numbers.n = run(n, 48);
    assert_status(rsa_import_public(&numbers, &key), NTE_SUCCESS);
    rsa_free(key);
    n[0] = 0x7f;
    assert_status(rsa_import_public(&numbers, &key), NTE_INVALID_PARAMETER);
}

static void test_trusted_bounds(void **state)
{
    struct rsa_numbers good = published_numbers(), bad;
    struct bytes zero = hex("00"), long_number = pattern(200, 1);
    struct rsa_key *key = NULL;

    (void)state;
#define REFUSE(member, value) \
    bad = good; \
    bad.member = value; \
    assert_status(rsa_import_trusted(&bad, &key), NTE_INVALID_PARAMETER)
    REFUSE(dp, good.p);
    REFUSE(dq, good.q);
    REFUSE(qinv, good.p);
    REFUSE(d, good.n);
    REFUSE(dp, zero);
    REFUSE(dq, zero);
    REFUSE(qinv, zero);
    REFUSE(d, zero);
    REFUSE(dp, long_number);
    REFUSE(d, long_number);
    REFUSE(p, good.q);
    REFUSE(n, good.d);
#undef REFUSE
    assert_null(key);
}

#define BLOCK_HEAD 16               /* bytes that secret_alloc adds */

/* What is used most does not need pages of its own. */
static void test_pool(void **state)
{
    struct bytes input = pattern(512, 3);
    uint8_t output[512];
    struct rsa_key *key;

    (void)state;
    ((uint8_t *)input.data)[0] = 0;
    assert_status(rsa_generate(4096, &key), NTE_SUCCESS);
    largest_block = 0;
    assert_status(rsa_private(key, input.data, output), NTE_SUCCESS);
    assert_in_range(largest_block, 1, POOL_LARGEST);
    rsa_free(key);
}

/* A public key has no place for private numbers. Its scratch is larger than it, and freed. */
static void test_public_size(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    struct rsa_key *key;
    const size_t *head;

    (void)state;
    assert_status(rsa_import_public(&numbers, &key), NTE_SUCCESS);
    head = (const size_t *)((const uint8_t *)key - BLOCK_HEAD);
    assert_int_equal(*head, sizeof(*key) + 2 * key->nn * LIMB_BYTES);
    rsa_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_refused_numbers, take_back),
        cmocka_unit_test_teardown(test_cut_product, take_back),
        cmocka_unit_test_teardown(test_refused_exponents, take_back),
        cmocka_unit_test_teardown(test_composite_prime, take_back),
        cmocka_unit_test_teardown(test_modulus_bounds, take_back),
        cmocka_unit_test_teardown(test_trusted_bounds, take_back),
        cmocka_unit_test_teardown(test_pool, take_back),
        cmocka_unit_test_teardown(test_public_size, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
