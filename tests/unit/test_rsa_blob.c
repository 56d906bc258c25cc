/* SPDX-License-Identifier: LGPL-2.1-or-later
 * rsa_blob.c: BCRYPT_RSAKEY_BLOB in and out (rows of doc/facts/windows-behaviour.md), and every malformed one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "algorithm.h"
#include "rsa_sample.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

enum kind
{
    PUBLIC,
    PRIVATE,
    FULL,
};

static blob_import *const imports[] =
    {rsa_import_public_blob, rsa_import_private_blob, rsa_import_full_private_blob};
static blob_export *const exports[] =
    {rsa_export_public_blob, rsa_export_private_blob, rsa_export_full_private_blob};

static uint8_t *put(uint8_t *p, struct bytes number)
{
    if (number.size) memcpy(p, number.data, number.size);
    return p + number.size;
}

static uint8_t *put_u32(uint8_t *p, uint32_t value)
{
    int i;

    for (i = 0; i < 4; i++) *p++ = value >> (8 * i);
    return p;
}

/* Written after doc/facts/windows-api.md 4.1; bits is what BitLength shall say. */
static struct bytes make_blob(enum kind kind, uint32_t bits, const struct rsa_numbers *n)
{
    static const char *const magics[] = {"RSA1", "RSA2", "RSA3"};
    uint8_t *start = take(8192), *p = put(start, text(magics[kind]));

    p = put_u32(p, bits);
    p = put_u32(p, n->e.size);
    p = put_u32(p, n->n.size);
    p = put_u32(p, kind == PUBLIC ? 0 : n->p.size);
    p = put_u32(p, kind == PUBLIC ? 0 : n->q.size);
    p = put(p, n->e);
    p = put(p, n->n);
    if (kind != PUBLIC) p = put(put(p, n->p), n->q);
    if (kind == FULL) p = put(put(put(put(p, n->dp), n->dq), n->qinv), n->d);
    return run(start, p - start);
}

static struct bytes sample_blob(enum kind kind)
{
    struct rsa_numbers numbers = published_numbers();

    return make_blob(kind, 1024, &numbers);
}

static void assert_export(const struct material *key, enum kind kind, struct bytes expected)
{
    struct writer w = {0};

    assert_status(exports[kind](key, &none, &w), NTE_SUCCESS);
    assert_int_equal(w.failed, 0);
    assert_int_equal(w.used, expected.size);
    assert_memory_equal(w.data, expected.data, expected.size);
    writer_free(&w);
}

static void test_round_trip(void **state)
{
    static const size_t sizes[] = {24 + 3 + 128, 283, 603};                             /* 9.1, 9.2, 9.20 */
    struct writer w = {0};
    struct material *key;
    enum kind from, to;

    (void)state;
    for (from = PUBLIC; from <= FULL; from++)
    {
        assert_int_equal(sample_blob(from).size, sizes[from]);
        assert_status(imports[from](sample_blob(from), &none, &key), NTE_SUCCESS);             /* 8.1, 8.9 */
        assert_string_equal(key->alg->id, "RSA");
        assert_int_equal(key->bits, 1024);
        assert_int_equal(key->has_private, from != PUBLIC);
        for (to = PUBLIC; to <= FULL; to++)
        {
            if (from != PUBLIC || to == PUBLIC) assert_export(key, to, sample_blob(to));
            else assert_status(exports[to](key, &none, &w), NTE_INVALID_PARAMETER);            /* 9.18 */
        }
        assert_int_equal(w.used, 0);
        rsa_family.free(key);
    }
}

static void test_save_and_load(void **state)
{
    struct bytes blob = sample_blob(FULL);
    struct material *key;
    struct writer w = {0};

    (void)state;
    assert_status(rsa_family.load(&all_algorithms, blob, &key), NTE_SUCCESS);
    assert_status(rsa_family.save_private(key, &none, &w), NTE_SUCCESS);
    assert_int_equal(w.used, blob.size);
    assert_memory_equal(w.data, blob.data, blob.size);
    writer_free(&w);
    blob = sample_blob(PUBLIC);
    assert_status(rsa_family.save_public(key, &none, &w), NTE_SUCCESS);
    assert_int_equal(w.used, blob.size);
    assert_memory_equal(w.data, blob.data, blob.size);
    writer_free(&w);
    rsa_family.free(key);
    assert_status(rsa_family.load(&all_algorithms, sample_blob(PUBLIC), &key), NTE_INVALID_PARAMETER);
    assert_status(rsa_family.load(&all_algorithms, sample_blob(PRIVATE), &key), NTE_INVALID_PARAMETER);
}

static void test_wrong_sizes(void **state)
{
    struct material *key = NULL;
    struct bytes blob, cut, grown;
    enum kind kind;
    size_t n;

    (void)state;
    for (kind = PUBLIC; kind <= FULL; kind++)
    {
        blob = sample_blob(kind);
        for (n = 0; n < blob.size; n++)                                                 /* 8.7 */
        {
            cut = exact(run(blob.data, n));
            assert_status(imports[kind](cut, &none, &key), NTE_BAD_DATA);
            if (kind == FULL) assert_status(rsa_family.load(&all_algorithms, cut, &key), NTE_BAD_DATA);
            free((void *)cut.data);
        }
        grown = exact(run(blob.data, blob.size + 1));                                   /* 8.8 */
        assert_status(imports[kind](grown, &none, &key), NTE_BAD_DATA);
        free((void *)grown.data);
    }
    assert_null(key);
}

/* Each of the four lengths in the header, wrong by little and by much. */
static void test_wrong_lengths(void **state)
{
    static const uint32_t values[] =
        {0, 1, 2, 4, 9, 63, 65, 127, 129, 0x7fffffff, 0x80000000, 0xffffff80, 0xffffffff};
    struct material *key = NULL;
    struct bytes blob;
    enum kind kind;
    size_t field, i;

    (void)state;
    for (kind = PUBLIC; kind <= FULL; kind++)
        for (field = 8; field < 24; field += 4)
            for (i = 0; i < sizeof(values) / sizeof(*values); i++)
            {
                blob = sample_blob(kind);
                put_u32((uint8_t *)blob.data + field, values[i]);
                if (kind == PUBLIC && field >= 16)      /* no primes here: their lengths are not looked at */
                {
                    assert_status(imports[kind](blob, &none, &key), NTE_SUCCESS);
                    rsa_family.free(key);
                    key = NULL;
                }
                else assert_status(imports[kind](blob, &none, &key), NTE_BAD_DATA);            /* 8.6 */
                sample_used = 0;
            }
    assert_null(key);
}

static void test_wrong_magic(void **state)
{
    static const char *const magics[] = {"\0\0\0\0", "RSA0", "RSA4", "1ASR", "ECS1", "DSPB", "rsa1"};
    struct material *key = NULL;
    enum kind kind, other;
    struct bytes blob;
    size_t i;

    (void)state;
    for (kind = PUBLIC; kind <= FULL; kind++)
    {
        for (other = PUBLIC; other <= FULL; other++)
        {
            if (other == kind) continue;
            assert_status(imports[kind](sample_blob(other), &none, &key), NTE_INVALID_PARAMETER);
        }
        blob = sample_blob(kind);
        for (i = 0; i < sizeof(magics) / sizeof(*magics); i++)                          /* 8.4 */
        {
            memcpy((uint8_t *)blob.data, magics[i], 4);
            assert_status(imports[kind](blob, &none, &key), NTE_INVALID_PARAMETER);
        }
    }
    assert_null(key);
}

/* 8.5: the import does not look at it, the export says the truth. */
static void test_bit_length(void **state)
{
    static const uint32_t values[] = {0, 0x300, 1023, 1025, 0xffffffff};
    struct rsa_numbers numbers = published_numbers();
    struct material *key;
    enum kind kind;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(values) / sizeof(*values); i++)
        for (kind = PUBLIC; kind <= FULL; kind++)
        {
            assert_status(imports[kind](make_blob(kind, values[i], &numbers), &none, &key), NTE_SUCCESS);
            assert_export(key, kind, sample_blob(kind));
            rsa_family.free(key);
        }
}

/* 8.13: whatever the blob says, d, dp, dq and qinv are those of p, q and e. */
static void test_recomputed(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    struct material *key;

    (void)state;
    numbers.dp = pattern(64, 1);
    numbers.dq = pattern(64, 2);
    numbers.qinv = pattern(64, 3);
    numbers.d = pattern(128, 4);
    assert_status(rsa_import_full_private_blob(make_blob(FULL, 1024, &numbers), &none, &key), NTE_SUCCESS);
    assert_export(key, FULL, sample_blob(FULL));
    rsa_family.free(key);
}

/* Others export the d modulo lcm(p - 1, q - 1); of some keys that is another number than Windows's. */
static void test_smaller_exponent(void **state)
{
    struct rsa_numbers numbers;
    struct material *key;
    struct bytes expected;
    struct sample_key k;
    mpz_t p1, q1, lcm;
    uint32_t seed = 0;

    (void)state;
    sample_init(&k);
    mpz_inits(p1, q1, lcm, NULL);
    do
    {
        sample_make(&k, 256, 256, 65537, seed++);
        mpz_sub_ui(p1, k.p, 1);
        mpz_sub_ui(q1, k.q, 1);
        mpz_lcm(lcm, p1, q1);
    } while (mpz_cmp(k.d, lcm) < 0);
    numbers = sample_numbers(&k);
    numbers.dp = padded(k.dp, 32);
    numbers.dq = padded(k.dq, 32);
    numbers.qinv = padded(k.qinv, 32);
    numbers.d = padded(k.d, 64);
    expected = make_blob(FULL, 512, &numbers);
    mpz_mod(k.d, k.d, lcm);
    numbers.d = padded(k.d, 64);
    assert_status(rsa_import_full_private_blob(make_blob(FULL, 512, &numbers), &none, &key), NTE_SUCCESS);
    assert_export(key, FULL, expected);
    rsa_family.free(key);
    mpz_clears(p1, q1, lcm, NULL);
    sample_clear(&k);
}

static struct bytes with_zeros(struct bytes number, size_t zeros)
{
    uint8_t *data = take(zeros + number.size);

    memcpy(data + zeros, number.data, number.size);
    return run(data, zeros + number.size);
}

/* Leading zeros go in and do not come out. */
static void test_leading_zeros(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    struct material *key;
    enum kind kind;

    (void)state;
    numbers.n = with_zeros(numbers.n, 1);
    numbers.d = with_zeros(numbers.d, 1);
    numbers.e = with_zeros(numbers.e, 5);
    numbers.p = with_zeros(numbers.p, 2);
    numbers.dp = with_zeros(numbers.dp, 2);
    numbers.qinv = with_zeros(numbers.qinv, 2);
    numbers.q = with_zeros(numbers.q, 66);
    numbers.dq = with_zeros(numbers.dq, 66);
    for (kind = PUBLIC; kind <= FULL; kind++)
    {
        assert_status(imports[kind](make_blob(kind, 1024, &numbers), &none, &key), NTE_SUCCESS);
        assert_export(key, kind, sample_blob(kind));
        rsa_family.free(key);
    }
}

/* Numbers that are shorter than their fields come out with zeros: the primes differ in length by much. */
static void test_padded_fields(void **state)
{
    struct rsa_numbers numbers;
    struct material *key;
    struct sample_key k;
    uint32_t seed;

    (void)state;
    sample_init(&k);
    for (seed = 0; seed < 12; seed++)
    {
        sample_make(&k, 300 + seed, 212, 3, seed);
        numbers = sample_numbers(&k);
        numbers.dp = padded(k.dp, numbers.p.size);
        numbers.dq = padded(k.dq, numbers.q.size);
        numbers.qinv = padded(k.qinv, numbers.p.size);
        numbers.d = padded(k.d, numbers.n.size);
        assert_status(rsa_import_private_blob(make_blob(PRIVATE, 0, &numbers), &none, &key), NTE_SUCCESS);
        assert_export(key, FULL, make_blob(FULL, mpz_sizeinbase(k.n, 2), &numbers));
        rsa_family.free(key);
        sample_used = 0;
    }
    sample_clear(&k);
}

/* 8.10, 8.11, 8.14: sizes and exponents that Windows takes. */
static void test_unusual_keys(void **state)
{
    static const struct
    {
        size_t bits;
        uint64_t e;
    } keys[] = {{384, 65537}, {1032, 65537}, {1024, 3}, {1024, 0x1b1}, {1024, 0x8000000000000001}};
    struct rsa_numbers numbers;
    struct material *key;
    struct sample_key k;
    enum kind kind;
    size_t i;

    (void)state;
    sample_init(&k);
    for (i = 0; i < sizeof(keys) / sizeof(*keys); i++)
    {
        sample_make(&k, keys[i].bits / 2, keys[i].bits / 2, keys[i].e, i);
        numbers = sample_numbers(&k);
        for (kind = PUBLIC; kind <= PRIVATE; kind++)
        {
            assert_status(imports[kind](make_blob(kind, keys[i].bits, &numbers), &none, &key), NTE_SUCCESS);
            assert_int_equal(key->bits, keys[i].bits);
            assert_export(key, kind, make_blob(kind, keys[i].bits, &numbers));
            rsa_family.free(key);
        }
    }
    sample_clear(&k);
}

static void test_impossible_numbers(void **state)
{
    struct rsa_numbers good = published_numbers(), bad;
    struct material *key = NULL;
    enum kind kind;

    (void)state;
#define REFUSE(member, value) \
    bad = good; \
    bad.member = value; \
    if (bad.n.size != good.n.size) bad.d = bad.n;   /* so that the sizes add up */ \
    for (kind = PUBLIC; kind <= FULL; kind++) \
        assert_status(imports[kind](make_blob(kind, 1024, &bad), &none, &key), NTE_INVALID_PARAMETER)
    REFUSE(e, hex("010000000000000001"));
    REFUSE(e, hex("010000"));
    REFUSE(e, hex("00"));
    REFUSE(e, run(NULL, 0));
    REFUSE(n, run(NULL, 0));
    REFUSE(n, with_zeros(hex("01"), 127));
    REFUSE(n, pattern(2049, 1));
#undef REFUSE
    bad = good;
    bad.q = bad.p;
    assert_status(rsa_import_private_blob(make_blob(PRIVATE, 1024, &bad), &none, &key), NTE_INVALID_PARAMETER);
    bad.q = run(NULL, 0);
    assert_status(rsa_import_private_blob(make_blob(PRIVATE, 1024, &bad), &none, &key), NTE_INVALID_PARAMETER);
    assert_null(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_round_trip, take_back),
        cmocka_unit_test_teardown(test_save_and_load, take_back),
        cmocka_unit_test_teardown(test_wrong_sizes, take_back),
        cmocka_unit_test_teardown(test_wrong_lengths, take_back),
        cmocka_unit_test_teardown(test_wrong_magic, take_back),
        cmocka_unit_test_teardown(test_bit_length, take_back),
        cmocka_unit_test_teardown(test_recomputed, take_back),
        cmocka_unit_test_teardown(test_smaller_exponent, take_back),
        cmocka_unit_test_teardown(test_leading_zeros, take_back),
        cmocka_unit_test_teardown(test_padded_fields, take_back),
        cmocka_unit_test_teardown(test_unusual_keys, take_back),
        cmocka_unit_test_teardown(test_impossible_numbers, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
