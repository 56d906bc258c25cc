/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ec_blob.c: BCRYPT_ECCKEY_BLOB in and out (rows of doc/facts/windows-behaviour.md), and every malformed one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "algorithm.h"
#include "ec_sample.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

/* doc/facts/windows-api.md 4.1, spelled. */
static const struct
{
    const char *alg, *public_magic, *private_magic;
} kinds[] =
{
    {"ECDSA_P256", "ECS1", "ECS2"}, {"ECDSA_P384", "ECS3", "ECS4"}, {"ECDSA_P521", "ECS5", "ECS6"},
    {"ECDH_P256", "ECK1", "ECK2"}, {"ECDH_P384", "ECK3", "ECK4"}, {"ECDH_P521", "ECK5", "ECK6"},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(*kinds))

static struct bytes make_blob(const char *magic, uint32_t cb, const char *x, const char *y, const char *d)
{
    const char *const numbers[] = {x, y, d};
    struct bytes number, blob = {NULL, 8};
    uint8_t *data = take(8 + 3 * EC_MAX_SIZE);
    size_t i;

    memcpy(data, magic, 4);
    data[4] = cb;
    data[5] = cb >> 8;
    data[6] = cb >> 16;
    data[7] = cb >> 24;
    for (i = 0; i < 3 && numbers[i]; i++)
    {
        number = hex(numbers[i]);
        memcpy(data + blob.size, number.data, number.size);
        blob.size += number.size;
    }
    blob.data = data;
    return blob;
}

static struct bytes sample_blob(size_t kind, int is_private)
{
    const struct ec_sample *sample = &ec_samples[kind % 3];

    return make_blob(is_private ? kinds[kind].private_magic : kinds[kind].public_magic, sample->size,
                     sample->x, sample->y, is_private ? sample->d : NULL);
}

static void assert_export(blob_export *export, const struct material *key, struct bytes expected)
{
    struct writer w = {0};

    assert_status(export(key, &none, &w), NTE_SUCCESS);
    assert_int_equal(w.failed, 0);
    assert_int_equal(w.used, expected.size);
    assert_memory_equal(w.data, expected.data, expected.size);
    writer_free(&w);
}

static void test_round_trip(void **state)
{
    struct bytes public_blob, private_blob;
    struct writer w = {0};
    struct material *key;
    size_t i;

    (void)state;
    for (i = 0; i < KIND_COUNT; i++)
    {
        public_blob = sample_blob(i, 0);
        private_blob = sample_blob(i, 1);
        assert_int_equal(public_blob.size, 8 + 2 * ec_samples[i % 3].size);                 /* 9.21 */
        assert_int_equal(private_blob.size, 8 + 3 * ec_samples[i % 3].size);

        assert_status(ec_import_private_blob(private_blob, &none, &key), NTE_SUCCESS);             /* 8.18, 8.19 */
        assert_string_equal(key->alg->id, kinds[i].alg);
        assert_int_equal(key->has_private, 1);
        assert_export(ec_export_private_blob, key, private_blob);
        assert_export(ec_export_public_blob, key, public_blob);                             /* 9.19 */
        ec_family.free(key);

        assert_status(ec_import_public_blob(public_blob, &none, &key), NTE_SUCCESS);               /* 8.17 */
        assert_string_equal(key->alg->id, kinds[i].alg);
        assert_int_equal(key->has_private, 0);
        assert_export(ec_export_public_blob, key, public_blob);                             /* 9.15, 9.17 */
        assert_status(ec_export_private_blob(key, &none, &w), NTE_INVALID_PARAMETER);              /* 9.18 */
        assert_int_equal(w.used, 0);
        ec_family.free(key);

        assert_status(ec_import_public_blob(private_blob, &none, &key), NTE_SUCCESS);              /* 8.27 */
        assert_int_equal(key->has_private, 0);
        assert_export(ec_export_public_blob, key, public_blob);
        ec_family.free(key);
        assert_status(ec_import_private_blob(public_blob, &none, &key), NTE_INVALID_PARAMETER);
    }
}

static void test_save_and_load(void **state)
{
    struct bytes blob;
    struct material *key;
    size_t i;

    (void)state;
    for (i = 0; i < KIND_COUNT; i++)
    {
        blob = sample_blob(i, 1);
        assert_status(ec_family.load(&all_algorithms, blob, &key), NTE_SUCCESS);
        assert_string_equal(key->alg->id, kinds[i].alg);
        assert_export(ec_family.save_private, key, blob);
        assert_export(ec_family.save_public, key, sample_blob(i, 0));
        ec_family.free(key);
        assert_status(ec_family.load(&all_algorithms, sample_blob(i, 0), &key), NTE_INVALID_PARAMETER);
    }
}

static void test_wrong_sizes(void **state)
{
    struct bytes blob, cut, grown;
    struct material *key = NULL;
    size_t i, n;
    int is_private;

    (void)state;
    for (i = 0; i < KIND_COUNT; i++)
        for (is_private = 0; is_private < 2; is_private++)
        {
            blob = sample_blob(i, is_private);
            for (n = 0; n < blob.size; n++)
            {
                cut = exact(run(blob.data, n));
                assert_status(ec_import_public_blob(cut, &none, &key), NTE_BAD_DATA);
                assert_status(ec_import_private_blob(cut, &none, &key), NTE_BAD_DATA);
                assert_status(ec_family.load(&all_algorithms, cut, &key), NTE_BAD_DATA);
                free((void *)cut.data);
            }
            grown = exact(run(blob.data, blob.size + 1));
            assert_status(ec_import_public_blob(grown, &none, &key), NTE_BAD_DATA);
            assert_status(ec_import_private_blob(grown, &none, &key), NTE_BAD_DATA);
            free((void *)grown.data);
        }
    assert_null(key);
}

static void test_wrong_header(void **state)
{
    static const char *const magics[] =
        {"\0\0\0\0", "RSA1", "RSA2", "ECDP", "ECDV", "ECKP", "ECKV", "ECS0", "ECS7", "1SCE", "DSPB"};
    static const uint32_t sizes[] = {0, 1, 31, 33, 48, 66, 256, 0x20000020, 0x80000000, 0xffffffff};
    const struct ec_sample *p256 = &ec_samples[0];
    struct material *key = NULL;
    struct bytes blob;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(magics) / sizeof(*magics); i++)                                  /* 8.4, 8.20 */
    {
        blob = make_blob(magics[i], 32, p256->x, p256->y, p256->d);
        assert_status(ec_import_public_blob(blob, &none, &key), NTE_INVALID_PARAMETER);
        assert_status(ec_import_private_blob(blob, &none, &key), NTE_INVALID_PARAMETER);
    }
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)                                    /* 8.26, 8.28 */
    {
        blob = make_blob("ECS1", sizes[i], p256->x, p256->y, NULL);
        assert_status(ec_import_public_blob(blob, &none, &key), NTE_INVALID_PARAMETER);
        blob = make_blob("ECS2", sizes[i], p256->x, p256->y, p256->d);
        assert_status(ec_import_private_blob(blob, &none, &key), NTE_INVALID_PARAMETER);
    }
    assert_null(key);
}

static void test_wrong_numbers(void **state)
{
    struct material *key = NULL;
    struct bytes blob;
    uint8_t *data;
    size_t i, at;

    (void)state;
    for (i = 0; i < KIND_COUNT; i++)
    {
        blob = sample_blob(i, 1);
        data = (uint8_t *)blob.data;
        for (at = 8; at < 8 + 2 * ec_samples[i % 3].size; at++)
        {
            data[at] ^= 0x40;
            assert_status(ec_import_private_blob(blob, &none, &key), NTE_INVALID_PARAMETER);
            assert_status(ec_import_public_blob(blob, &none, &key), NTE_INVALID_PARAMETER);
            data[at] ^= 0x40;
        }
        memset(data + at, 0xff, blob.size - at);
        assert_status(ec_import_private_blob(blob, &none, &key), NTE_INVALID_PARAMETER);
        memset(data + at, 0, blob.size - at);
        assert_status(ec_import_private_blob(blob, &none, &key), NTE_INVALID_PARAMETER);
        sample_used = 0;
    }
    assert_null(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_round_trip, take_back),
        cmocka_unit_test_teardown(test_save_and_load, take_back),
        cmocka_unit_test_teardown(test_wrong_sizes, take_back),
        cmocka_unit_test_teardown(test_wrong_header, take_back),
        cmocka_unit_test_teardown(test_wrong_numbers, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
