/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ec.c: generation, and what an import accepts and refuses. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <gmp.h>

#include "ec_sample.h"
#include "base/property_list.h"

static const struct property_list no_parameters;

/* Whatever point came with d, the key has the one of d. */
static void assert_point_of(const struct ec_key *key, struct bytes d)
{
    struct ec_key *alone;

    assert_status(ec_import_scalar(key->material.alg, d.data, &alone), NTE_SUCCESS);
    assert_memory_equal(key->x, alone->x, sizeof(key->x));
    assert_memory_equal(key->y, alone->y, sizeof(key->y));
    ec_free(alone);
}

static void check_import(const struct ec_sample *sample, struct bytes x, struct bytes y, struct bytes d,
                         nte_status public_status, nte_status private_status, nte_status trusted_status)
{
    const struct algorithm *alg = algorithm_find_ascii(sample->ecdsa);
    struct ec_key *key = NULL;

    assert_int_equal(x.size, sample->size);
    assert_int_equal(y.size, sample->size);
    assert_int_equal(d.size, sample->size);
    assert_status(ec_import_public(alg, x.data, y.data, &key), public_status);
    ec_free(key);
    key = NULL;
    assert_status(ec_import_private(alg, x.data, y.data, d.data, &key), private_status);
    if (key) assert_point_of(key, d);
    ec_free(key);
    key = NULL;
    assert_status(ec_import_trusted(alg, x.data, y.data, d.data, &key), trusted_status);
    ec_free(key);
}

static struct bytes shifted(const char *number, const char *by, int sign, size_t size)
{
    struct bytes result;
    mpz_t x, y;

    mpz_inits(x, y, NULL);
    mpz_set_str(x, number, 16);
    mpz_set_str(y, by, 16);
    if (sign < 0) mpz_sub(x, x, y);
    else mpz_add(x, x, y);
    assert_true(mpz_sizeinbase(x, 256) <= size);
    result = run(take(size), size);
    if (mpz_sgn(x)) mpz_export((uint8_t *)result.data + size - mpz_sizeinbase(x, 256), NULL, 1, 1, 0, 0, x);
    mpz_clears(x, y, NULL);
    return result;
}

static void test_import(void **state)
{
    const nte_status good = NTE_SUCCESS, bad = NTE_INVALID_PARAMETER;
    const struct ec_sample *sample;
    struct bytes x, y, d, zero, other;
    size_t i, n;

    (void)state;
    for (i = 0; i < EC_SAMPLE_COUNT; i++)
    {
        sample = &ec_samples[i];
        n = sample->size;
        x = hex(sample->x);
        y = hex(sample->y);
        d = hex(sample->d);
        zero = run(take(n), n);
        other = shifted(sample->prime, sample->y, -1, n);           /* -Q, a point as well */
        check_import(sample, x, y, d, good, good, good);
        check_import(sample, x, other, d, good, good, good);        /* 18.1 */
        check_import(sample, zero, zero, d, bad, good, bad);        /* not given: computed from d */
        check_import(sample, y, x, d, bad, bad, bad);
        check_import(sample, shifted(sample->x, "1", 1, n), y, d, bad, bad, bad);
        check_import(sample, x, shifted(sample->y, "1", -1, n), d, bad, bad, bad);
        check_import(sample, hex(sample->prime), y, d, bad, bad, bad);
        check_import(sample, x, hex(sample->prime), d, bad, bad, bad);
        if (i == 2) check_import(sample, shifted(sample->x, sample->prime, 1, n), y, d, bad, bad, bad);
        if (i == 2) check_import(sample, x, shifted(sample->y, sample->prime, 1, n), d, bad, bad, bad);

        check_import(sample, x, y, zero, good, bad, bad);
        check_import(sample, x, y, hex(sample->order), good, bad, bad);
        check_import(sample, x, y, shifted(sample->order, "1", 1, n), good, bad, bad);
        check_import(sample, x, y, shifted(sample->order, "1", -1, n), good, good, good);
        check_import(sample, x, y, shifted(sample->d, "1", 1, n), good, good, good);
        check_import(sample, x, other, shifted(sample->order, sample->d, -1, n), good, good, good);
    }
    ec_free(NULL);
}

static void test_scalar_alone(void **state)
{
    const struct ec_sample *sample;
    const struct algorithm *alg;
    struct ec_key *key = NULL;
    struct bytes zero;
    size_t i;

    (void)state;
    for (i = 0; i < EC_SAMPLE_COUNT; i++)
    {
        sample = &ec_samples[i];
        alg = algorithm_find_ascii(sample->ecdh);
        assert_status(ec_import_scalar(alg, hex(sample->d).data, &key), NTE_SUCCESS);
        assert_memory_equal(key->x, hex(sample->x).data, sample->size);
        assert_memory_equal(key->y, hex(sample->y).data, sample->size);
        assert_memory_equal(key->d, hex(sample->d).data, sample->size);
        assert_int_equal(key->material.has_private, 1);
        ec_free(key);

        key = NULL;
        zero = run(take(sample->size), sample->size);
        assert_status(ec_import_scalar(alg, zero.data, &key), NTE_INVALID_PARAMETER);
        assert_status(ec_import_scalar(alg, hex(sample->order).data, &key), NTE_INVALID_PARAMETER);
        assert_null(key);
    }
}

static void test_generate(void **state)
{
    struct material *first, *second, *copy;
    struct ec_key *a, *b, *again;
    size_t i;

    (void)state;
    for (i = 0; i < algorithm_count; i++)
    {
        if (algorithms[i].family != &ec_family || !algorithms[i].curve) continue;
        assert_status(ec_family.generate(&algorithms[i], algorithms[i].default_bits, &no_parameters, &first),
                      NTE_SUCCESS);
        assert_status(ec_family.generate(&algorithms[i], algorithms[i].default_bits, &no_parameters, &second),
                      NTE_SUCCESS);
        assert_status(ec_family.generate(&algorithms[i], algorithms[i].default_bits - 1, &no_parameters, &copy),
                      NTE_INVALID_PARAMETER);                                               /* 16.2 */
        a = (struct ec_key *)first;
        b = (struct ec_key *)second;
        assert_int_equal(first->has_private, 1);
        assert_memory_not_equal(a->d, b->d, a->curve->size);
        assert_memory_not_equal(a->x, b->x, a->curve->size);
        assert_status(ec_import_private(&algorithms[i], a->x, a->y, a->d, &again), NTE_SUCCESS);
        ec_free(again);
        assert_status(ec_import_private(&algorithms[i], a->x, a->y, b->d, &again), NTE_SUCCESS);
        assert_memory_equal(again->x, b->x, sizeof(b->x));
        assert_memory_equal(again->y, b->y, sizeof(b->y));
        ec_free(again);
        ec_family.free(first);
        ec_family.free(second);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_import, take_back),
        cmocka_unit_test_teardown(test_scalar_alone, take_back),
        cmocka_unit_test_teardown(test_generate, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
