/* SPDX-License-Identifier: LGPL-2.1-or-later
 * dsa.c, dsa_key.c, dsa_family.c, dsa_blob.c: keys of every length, signatures over digests of every length,
 * numbers that are no key, BCRYPT_DSA_KEY_BLOB and its version 2 in and out, and every malformed one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <nettle/dsa.h>

#include "algorithm.h"
#include "crypto_sample.h"
#include "dsa/dsa.h"
#include "base/random.h"

static const struct blob_options none = {.algorithms = &all_algorithms};
static const struct padding no_scheme;

/* One key of each version, for the whole group of tests, and their blobs. */
static struct material *old_key, *new_key;

static int make_keys(void **state)
{
    struct dsa_key *key;

    (void)state;
    assert_status(dsa_key_generate(1024, &key), NTE_SUCCESS);
    old_key = &key->material;
    assert_status(dsa_key_generate(2048, &key), NTE_SUCCESS);
    new_key = &key->material;
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    dsa_family.free(old_key);
    dsa_family.free(new_key);
    dsa_family.free(NULL);
    return 0;
}

static struct bytes blob_of(const struct material *key, int with_private)
{
    blob_export *export = with_private ? dsa_export_private_blob : dsa_export_public_blob;
    struct writer w = {0};
    struct bytes blob;
    uint8_t *data;

    assert_status(export(key, &none, &w), NTE_SUCCESS);
    assert_int_equal(w.failed, 0);
    data = take(w.used);
    memcpy(data, w.data, w.used);
    blob = run(data, w.used);
    writer_free(&w);
    return blob;
}

static void assert_blob(const struct material *key, int with_private, struct bytes expected)
{
    struct bytes blob = blob_of(key, with_private);

    assert_int_equal(blob.size, expected.size);
    assert_memory_equal(blob.data, expected.data, expected.size);
}

static void check_operations(const struct material *key)
{
    uint32_t size = dsa_family.own_signature_length(key);
    uint8_t *signature = take(size);
    struct bytes digest = pattern(20, 1);

    assert_status(dsa_family.sign(key, &no_scheme, digest, signature), NTE_SUCCESS);
    assert_status(dsa_family.verify(key, &no_scheme, digest, run(signature, size)), NTE_SUCCESS);
    signature[size - 1] ^= 1;
    assert_status(dsa_family.verify(key, &no_scheme, digest, run(signature, size)), NTE_BAD_SIGNATURE);
}

static void test_generate(void **state)
{
    static const uint32_t sizes[] = {512, 576, 768, 1024, 1088, 1536, 3072};
    static const uint32_t wrong[] = {0, 448, 513, 1000, 1032, 3071, 3136, 0xffffffc0};
    const struct algorithm *alg = algorithm_find_ascii("DSA");
    struct material *key;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        assert_status(dsa_family.generate(alg, sizes[i], NULL, &key), NTE_SUCCESS);
        assert_int_equal(key->bits, sizes[i]);
        assert_int_equal(key->has_private, 1);
        assert_ptr_equal(key->alg, alg);
        assert_int_equal(dsa_family.own_signature_length(key), sizes[i] > 1024 ? 64 : 40);
        assert_int_equal(dsa_family.signature_length(sizes[i]), sizes[i] > 1024 ? 64 : 40);
        assert_int_equal(dsa_family.block_length(alg, sizes[i]), sizes[i] / 8);
        check_operations(key);
        dsa_family.free(key);
    }
    for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_status(dsa_family.generate(alg, wrong[i], NULL, &key), NTE_INVALID_PARAMETER);
}

/* The private numbers are no constant, and neither is a signature. */
static void test_random(void **state)
{
    uint8_t first[64], second[64];
    struct bytes digest = pattern(32, 2);
    struct dsa_key *a, *b;

    (void)state;
    assert_status(dsa_key_generate(512, &a), NTE_SUCCESS);
    assert_status(dsa_key_generate(512, &b), NTE_SUCCESS);
    assert_memory_not_equal(a->x, b->x, DSA_OLD_Q_SIZE);
    assert_memory_not_equal(a->p, b->p, 64);
    dsa_free(a);
    dsa_free(b);
    assert_status(dsa_family.sign(new_key, &no_scheme, digest, first), NTE_SUCCESS);
    assert_status(dsa_family.sign(new_key, &no_scheme, digest, second), NTE_SUCCESS);
    assert_memory_not_equal(first, second, 32);
}

/* The leftmost bits count, as many as q has; a shorter digest is a smaller number. */
static void test_digests(void **state)
{
    const struct material *keys[] = {old_key, new_key};
    struct bytes digest = pattern(65, 3), zeros;
    uint8_t signature[64];
    size_t i, n, q_size;
    nte_status status;

    (void)state;
    for (i = 0; i < 2; i++)
    {
        q_size = ((const struct dsa_key *)keys[i])->q_size;
        for (n = 1; n <= 64; n++)
        {
            assert_status(dsa_family.sign(keys[i], &no_scheme, run(digest.data, n), signature), NTE_SUCCESS);
            assert_status(dsa_family.verify(keys[i], &no_scheme, run(digest.data, n), run(signature, 2 * q_size)),
                          NTE_SUCCESS);
            status = dsa_family.verify(keys[i], &no_scheme, run(digest.data, n + 1), run(signature, 2 * q_size));
            assert_status(status, n < q_size ? NTE_BAD_SIGNATURE : NTE_SUCCESS);
        }
        zeros = run(take(64), 64);
        assert_status(dsa_family.sign(keys[i], &no_scheme, zeros, signature), NTE_SUCCESS);
        assert_status(dsa_family.verify(keys[i], &no_scheme, zeros, run(signature, 2 * q_size)), NTE_SUCCESS);
        memset((void *)zeros.data, 0xff, 64);       /* above q */
        assert_status(dsa_family.sign(keys[i], &no_scheme, zeros, signature), NTE_SUCCESS);
        assert_status(dsa_family.verify(keys[i], &no_scheme, zeros, run(signature, 2 * q_size)), NTE_SUCCESS);
    }
}

static void test_wrong_calls(void **state)
{
    struct bytes digest = pattern(20, 4);
    uint8_t signature[80] = {0};
    size_t n;

    (void)state;
    assert_status(dsa_family.sign(old_key, &no_scheme, run(digest.data, 0), signature), NTE_INVALID_PARAMETER);
    assert_status(dsa_family.sign(old_key, &no_scheme, digest, signature), NTE_SUCCESS);
    for (n = 0; n < 80; n++)
        assert_status(dsa_family.verify(old_key, &no_scheme, digest, run(signature, n)),
                      n == 40 ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
    for (n = 0; n < 40; n++)
    {
        signature[n] ^= 0x10;
        assert_status(dsa_family.verify(old_key, &no_scheme, digest, run(signature, 40)), NTE_BAD_SIGNATURE);
        signature[n] ^= 0x10;
    }
    assert_status(dsa_family.verify(new_key, &no_scheme, digest, run(signature, 40)), NTE_BAD_SIGNATURE);
    memset(signature, 0, 40);
    assert_status(dsa_family.verify(old_key, &no_scheme, digest, run(signature, 40)), NTE_BAD_SIGNATURE);
    memset(signature, 0xff, 40);
    assert_status(dsa_family.verify(old_key, &no_scheme, digest, run(signature, 40)), NTE_BAD_SIGNATURE);
}

static struct bytes from_mpz(const mpz_t x)
{
    struct bytes number = {NULL, mpz_sizeinbase(x, 256)};
    uint8_t *data = take(number.size);

    mpz_export(data, NULL, 1, 1, 0, 0, x);
    number.data = data;
    return number;
}

/* A group of 2048 bits with a q of another length: OpenSSL and GnuTLS make such keys. */
static void test_other_groups(void **state)
{
    static const unsigned int q_bits[] = {160, 224, 512};
    struct random_source random = {.for_key = 0};
    struct dsa_numbers numbers = {0};
    struct dsa_params params;
    struct material *copy;
    struct dsa_key *key;
    struct bytes blob;
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++)
    {
        dsa_params_init(&params);
        assert_true(dsa_generate_params(&params, &random, random_fill, NULL, NULL, 2048, q_bits[i]));
        numbers.p = from_mpz(params.p);
        numbers.q = from_mpz(params.q);
        numbers.g = from_mpz(params.g);
        numbers.x = pattern(q_bits[i] / 8 - 1, 5);
        dsa_params_clear(&params);
        assert_status(dsa_import_private(&numbers, NULL, &key), NTE_SUCCESS);
        assert_int_equal(dsa_family.own_signature_length(&key->material), q_bits[i] / 4);
        check_operations(&key->material);
        blob = blob_of(&key->material, 1);
        assert_int_equal(blob.size, 28 + 3 * q_bits[i] / 8 + 3 * 256);
        assert_status(dsa_import_private_blob(blob, &none, &copy), NTE_SUCCESS);
        assert_blob(copy, 1, blob);
        dsa_family.free(copy);
        dsa_free(key);
    }
}

/* q of 159 bits takes as many bytes as one of 160, and that is all that is right about it. */
static void test_short_q(void **state)
{
    struct dsa_numbers numbers = {.x = pattern(19, 5)};
    mpz_t p, q, g, k;
    struct dsa_key *key;

    (void)state;
    mpz_inits(p, q, g, k, NULL);
    mpz_setbit(q, 158);
    mpz_nextprime(q, q);
    mpz_setbit(k, 511);
    mpz_tdiv_q(k, k, q);
    do
    {
        mpz_add_ui(k, k, 1);
        mpz_mul(p, k, q);
        mpz_add_ui(p, p, 1);
    } while (!mpz_probab_prime_p(p, 25));
    mpz_set_ui(g, 2);
    mpz_powm(g, g, k, p);
    numbers.p = from_mpz(p);
    numbers.q = from_mpz(q);
    numbers.g = from_mpz(g);
    assert_int_equal(numbers.p.size, 64);
    assert_int_equal(numbers.q.size, 20);
    assert_status(dsa_import_private(&numbers, NULL, &key), NTE_INVALID_PARAMETER);
    mpz_clears(p, q, g, k, NULL);
}

/* --- blobs --- */

#define OLD_HEADER 52               /* with q */
#define NEW_HEADER 28               /* seed and q of 32 bytes behind it */

static void test_layout(void **state)
{
    static const uint8_t old_start[] = {'D', 'S', 'P', 'V', 128, 0, 0, 0, 255, 255, 255, 255};
    static const uint8_t new_start[] = {'D', 'P', 'V', '2', 0, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 32, 0, 0, 0,
                                        32, 0, 0, 0, 255, 255, 255, 255};
    struct bytes blob = blob_of(old_key, 1);
    size_t i;

    (void)state;
    assert_int_equal(blob.size, OLD_HEADER + 3 * 128 + 20);
    assert_memory_equal(blob.data, old_start, sizeof(old_start));
    for (i = 12; i < 32; i++) assert_int_equal(blob.data[i], 0xff);
    assert_int_equal(blob_of(old_key, 0).size, OLD_HEADER + 3 * 128);
    assert_memory_equal(blob_of(old_key, 0).data, "DSPB", 4);

    blob = blob_of(new_key, 1);
    assert_int_equal(blob.size, NEW_HEADER + 2 * 32 + 3 * 256 + 32);
    assert_memory_equal(blob.data, new_start, sizeof(new_start));
    for (i = 28; i < 60; i++) assert_int_equal(blob.data[i], 0xff);
    assert_int_equal(blob_of(new_key, 0).size, NEW_HEADER + 2 * 32 + 3 * 256);
    assert_memory_equal(blob_of(new_key, 0).data, "DPB2", 4);
}

static void test_round_trip(void **state)
{
    const struct material *keys[] = {old_key, new_key};
    struct bytes public_blob, private_blob;
    struct material *copy;
    struct writer w = {0};
    uint8_t *data;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++)
    {
        private_blob = blob_of(keys[i], 1);
        public_blob = blob_of(keys[i], 0);
        data = (uint8_t *)private_blob.data;
        memcpy(data + (i ? 24 : 8), "\0\0\1\2seed", 8);                 /* where count and seed are */
        assert_status(dsa_import_private_blob(private_blob, &none, &copy), NTE_SUCCESS);    /* 8.29 */
        assert_int_equal(((struct dsa_key *)copy)->origin.count, 0x102);
        assert_blob(copy, 1, private_blob);
        check_operations(copy);
        dsa_family.free(copy);

        assert_status(dsa_family.load(&all_algorithms, private_blob, &copy), NTE_SUCCESS);
        assert_blob(copy, 1, private_blob);
        check_operations(copy);
        dsa_family.free(copy);

        assert_status(dsa_import_public_blob(public_blob, &none, &copy), NTE_SUCCESS);
        assert_int_equal(copy->has_private, 0);
        assert_blob(copy, 0, public_blob);
        assert_status(dsa_export_private_blob(copy, &none, &w), NTE_INVALID_PARAMETER);
        assert_int_equal(w.used, 0);
        dsa_family.free(copy);

        assert_status(dsa_import_private_blob(public_blob, &none, &copy), NTE_INVALID_PARAMETER);
        assert_status(dsa_import_public_blob(private_blob, &none, &copy), NTE_INVALID_PARAMETER);
        assert_status(dsa_family.load(&all_algorithms, public_blob, &copy), NTE_INVALID_PARAMETER);
    }
}

/* A seed with an unknown count is no seed. */
static void test_seed_without_count(void **state)
{
    const struct material *keys[] = {old_key, new_key};
    struct bytes blob, changed;
    struct material *copy;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++)
    {
        blob = blob_of(keys[i], 0);
        changed = blob_of(keys[i], 0);
        memcpy((uint8_t *)changed.data + (i ? 28 : 12), "seed", 4);
        assert_status(dsa_import_public_blob(changed, &none, &copy), NTE_SUCCESS);
        assert_blob(copy, 0, blob);
        dsa_family.free(copy);
    }
}

static blob_import *importer(int with_private)
{
    return with_private ? dsa_import_private_blob : dsa_import_public_blob;
}

static void test_wrong_sizes(void **state)
{
    const struct material *keys[] = {old_key, new_key};
    struct material *key = NULL;
    struct bytes blob, cut;
    size_t i, n;

    (void)state;
    for (i = 0; i < 4; i++)
    {
        blob = blob_of(keys[i / 2], i % 2);
        for (n = 0; n <= blob.size + 1; n++)
        {
            if (n == blob.size) continue;
            cut = exact(run(blob.data, n));
            assert_status(importer(i % 2)(cut, &none, &key), NTE_BAD_DATA);
            if (i % 2) assert_status(dsa_family.load(&all_algorithms, cut, &key), NTE_BAD_DATA);
            free((void *)cut.data);
        }
    }
    assert_null(key);
}

static nte_status import_with(struct bytes blob, size_t at, uint32_t word)
{
    uint8_t *data = (uint8_t *)blob.data, saved[4];
    struct material *key;
    nte_status status;
    int i;

    memcpy(saved, data + at, 4);
    for (i = 0; i < 4; i++) data[at + i] = word >> (8 * i);
    if (!(status = dsa_import_private_blob(blob, &none, &key))) dsa_family.free(key);
    memcpy(data + at, saved, 4);
    return status;
}

static void test_wrong_header(void **state)
{
    static const uint32_t sizes[] = {0, 1, 64, 127, 129, 136, 255, 257, 384, 0x55555555, 0x80000000, 0xffffffff};
    struct bytes old_blob = blob_of(old_key, 1), new_blob = blob_of(new_key, 1);
    size_t i;

    (void)state;
    assert_status(import_with(old_blob, 0, 0x32415352), NTE_INVALID_PARAMETER);
    assert_status(import_with(old_blob, 0, 0x42505344), NTE_INVALID_PARAMETER);     /* "DSPB" */
    assert_status(import_with(new_blob, 0, 0x32425044), NTE_INVALID_PARAMETER);     /* "DPB2" */
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        assert_status(import_with(old_blob, 4, sizes[i]), NTE_BAD_DATA);
        assert_status(import_with(new_blob, 4, sizes[i]), NTE_BAD_DATA);
        assert_status(import_with(new_blob, 20, sizes[i]), NTE_BAD_DATA);           /* cbGroupSize */
    }
    assert_status(import_with(new_blob, 8, 2), NTE_SUCCESS);                        /* hashAlgorithm */
    assert_status(import_with(new_blob, 8, 3), NTE_INVALID_PARAMETER);
    assert_status(import_with(new_blob, 12, 0), NTE_SUCCESS);                       /* standardVersion */
    assert_status(import_with(new_blob, 12, 2), NTE_INVALID_PARAMETER);
    assert_status(import_with(new_blob, 16, 31), NTE_BAD_DATA);                     /* cbSeedLength */
    assert_status(import_with(new_blob, 16, 65), NTE_INVALID_PARAMETER);
    assert_status(import_with(new_blob, 16, 0xffffffff), NTE_BAD_DATA);
}

/* Any change to a number makes it no key; the public import cannot see one to x, nor the private import one that
 * is before p (count and seed). */
static void test_wrong_numbers(void **state)
{
    const struct material *keys[] = {old_key, new_key};
    size_t i, at, start;
    struct material *key = NULL;
    struct bytes blob;
    uint8_t *data;

    (void)state;
    for (i = 0; i < 4; i++)
    {
        blob = blob_of(keys[i / 2], i % 2);
        data = (uint8_t *)blob.data;
        start = i / 2 ? NEW_HEADER + 32 : OLD_HEADER - 20;
        for (at = start; at < blob.size; at += 3)
        {
            data[at] ^= 0x20;
            assert_status(importer(i % 2)(blob, &none, &key), NTE_INVALID_PARAMETER);
            data[at] ^= 0x20;
        }
    }
    assert_null(key);
}

static nte_status import_numbers(const struct dsa_numbers *numbers)
{
    struct dsa_key *key;
    nte_status status;

    if (!(status = dsa_import_private(numbers, NULL, &key))) dsa_free(key);
    return status;
}

static void test_special_numbers(void **state)
{
    struct bytes blob = blob_of(old_key, 1), zero = hex("00"), one = hex("01");
    struct dsa_numbers good = {.q = run(blob.data + 32, 20), .p = run(blob.data + 52, 128),
                               .g = run(blob.data + 180, 128), .y = run(blob.data + 308, 128),
                               .x = run(blob.data + 436, 20)}, bad;
    uint8_t *minus_one = take(128);

    (void)state;
    memcpy(minus_one, good.p.data, 128);
    minus_one[127] ^= 1;
    assert_status(import_numbers(&good), NTE_SUCCESS);
    bad = good;
    bad.y.size = 0;
    assert_status(import_numbers(&bad), NTE_SUCCESS);
    bad = good;
    bad.x = zero;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad.x = good.q;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad.x = good.p;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad.x.size = 0;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad = good;
    bad.g = zero;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad.g = one;
    bad.y.size = 0;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad.g = run(minus_one, 128);
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad.g = good.p;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad = good;
    bad.p = run(minus_one, 128);
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad.p = zero;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad = good;
    bad.q = one;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
    bad.q = good.p;
    assert_status(import_numbers(&bad), NTE_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_generate, take_back),
        cmocka_unit_test_teardown(test_random, take_back),
        cmocka_unit_test_teardown(test_digests, take_back),
        cmocka_unit_test_teardown(test_wrong_calls, take_back),
        cmocka_unit_test_teardown(test_other_groups, take_back),
        cmocka_unit_test_teardown(test_short_q, take_back),
        cmocka_unit_test_teardown(test_layout, take_back),
        cmocka_unit_test_teardown(test_round_trip, take_back),
        cmocka_unit_test_teardown(test_seed_without_count, take_back),
        cmocka_unit_test_teardown(test_wrong_sizes, take_back),
        cmocka_unit_test_teardown(test_wrong_header, take_back),
        cmocka_unit_test_teardown(test_wrong_numbers, take_back),
        cmocka_unit_test_teardown(test_special_numbers, take_back),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
