/* SPDX-License-Identifier: LGPL-2.1-or-later
 * dh.c, dh_group.c, dh_family.c, dh_blob.c: groups, keys and what two of them agree upon, BCRYPT_DH_KEY_BLOB and
 * "DHParameters" in and out, and every malformed one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>
#include <gmp.h>

#include "algorithm.h"
#include "crypto_sample.h"
#include "dh/dh.h"
#include "base/property_list.h"

static const struct blob_options none = {.algorithms = &all_algorithms};
static const struct property_list no_parameters;

/* Two keys of one group, for the whole group of tests. */
static struct material *alice, *bob;

static struct material *generate(uint32_t bits)
{
    struct material *key = NULL;

    assert_status(dh_family.generate(algorithm_find_ascii("DH"), bits, &no_parameters, &key), NTE_SUCCESS);
    return key;
}

static int make_keys(void **state)
{
    (void)state;
    alice = generate(1024);
    bob = generate(1024);
    return 0;
}

static int free_keys(void **state)
{
    (void)state;
    dh_family.free(alice);
    dh_family.free(bob);
    dh_family.free(NULL);
    return 0;
}

static struct bytes blob_of(const struct material *key, int with_private)
{
    struct writer w = {0};
    struct bytes blob;
    uint8_t *data;

    assert_status((with_private ? dh_export_private_blob : dh_export_public_blob)(key, &none, &w), NTE_SUCCESS);
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

static void test_groups(void **state)
{
    static const uint32_t sizes[] = {768, 1024, 1536, 2048, 3072, 4096};
    struct dh_numbers numbers;
    uint32_t bits;
    mpz_t p;
    size_t i;

    (void)state;
    mpz_init(p);
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        assert_status(dh_published_group(sizes[i], &numbers), NTE_SUCCESS);
        assert_status(dh_check_group(&numbers, &bits), NTE_SUCCESS);
        assert_int_equal(bits, sizes[i]);
        mpz_import(p, numbers.p.size, 1, 1, 0, 0, numbers.p.data);
        assert_int_not_equal(mpz_probab_prime_p(p, 1), 0);
        mpz_fdiv_q_2exp(p, p, 1);
        assert_int_not_equal(mpz_probab_prime_p(p, 1), 0);
    }
    mpz_clear(p);
    assert_status(dh_published_group(512, &numbers), NTE_INVALID_PARAMETER);
    assert_status(dh_published_group(1088, &numbers), NTE_INVALID_PARAMETER);
    assert_status(dh_published_group(256, &numbers), NTE_INVALID_PARAMETER);                /* 13.17 */
}

static void test_generate(void **state)
{
    static const uint32_t sizes[] = {768, 1536, 2048, 3072, 4096};
    static const uint32_t wrong[] = {0, 256, 512, 1088, 8192};
    struct material *a, *b, *key = NULL;
    uint8_t first[512], second[512];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        a = generate(sizes[i]);
        b = generate(sizes[i]);
        assert_int_equal(a->bits, sizes[i]);
        assert_int_equal(a->has_private, 1);
        assert_int_equal(dh_secret_size(a), sizes[i] / 8);
        assert_int_equal(dh_family.block_length(a->alg, sizes[i]), sizes[i] / 8);
        assert_memory_not_equal(((struct dh_key *)a)->x, ((struct dh_key *)b)->x, sizes[i] / 8);
        assert_status(dh_agree(a, b, first), NTE_SUCCESS);
        assert_status(dh_agree(b, a, second), NTE_SUCCESS);
        assert_memory_equal(first, second, sizes[i] / 8);
        dh_family.free(a);
        dh_family.free(b);
    }
    for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_status(dh_family.generate(algorithm_find_ascii("DH"), wrong[i], &no_parameters, &key),
                      NTE_INVALID_PARAMETER);
    assert_null(key);
    assert_null(dh_family.sign);                                                            /* 13.16 */
    assert_null(dh_family.encrypt);
    assert_null(dh_family.decrypt);
}

/* x = 2 and 3 give numbers that can be told from here; and from y of the one and x of the other g^6. */
static void test_small_exponents(void **state)
{
    struct dh_numbers numbers = {0};
    struct dh_key *two, *three;
    uint8_t secret[96], expected[96] = {0};

    (void)state;
    expected[95] = 64;
    assert_status(dh_published_group(768, &numbers), NTE_SUCCESS);
    numbers.x = hex("02");
    numbers.y = hex("04");
    assert_status(dh_import_private(&numbers, &two), NTE_SUCCESS);
    numbers.x = hex("0003");
    numbers.y.size = 0;
    assert_status(dh_import_private(&numbers, &three), NTE_SUCCESS);
    assert_int_equal(three->y[0], 8);
    assert_status(dh_agree(&two->material, &three->material, secret), NTE_SUCCESS);
    assert_memory_equal(secret, expected, 96);
    dh_free(two);
    dh_free(three);
}

static struct bytes minus_one(struct bytes p)
{
    uint8_t *data = take(p.size);

    memcpy(data, p.data, p.size);
    data[p.size - 1]--;
    return run(data, p.size);
}

/* Public keys that would give the private one away are not even imported. */
static void test_degenerate(void **state)
{
    struct bytes alice_blob = blob_of(alice, 1), p = run(alice_blob.data + 8, 128);
    struct dh_numbers good = {.p = p, .g = run(p.data + 128, 128), .y = run(p.data + 256, 128),
                              .x = run(p.data + 384, 128)}, bad;
    struct bytes refused[5] = {hex("00"), hex("01"), minus_one(p), p, hex("01")};
    struct material *other = generate(768);
    uint8_t secret[128];
    struct dh_key *key = NULL;
    struct bytes longer;
    uint32_t bits;
    size_t i;

    (void)state;
    longer = run(take(129), 129);
    ((uint8_t *)longer.data)[0] = 1;
    refused[4] = longer;
    for (i = 0; i < 5; i++)
    {
        bad = good;
        bad.y = refused[i];
        assert_status(dh_import_public(&bad, &key), NTE_INVALID_PARAMETER);
        assert_status(dh_import_trusted(&bad, &key), NTE_INVALID_PARAMETER);
        bad = good;
        bad.g = refused[i];
        assert_status(dh_check_group(&bad, &bits), NTE_INVALID_PARAMETER);
        assert_status(dh_generate(&bad, &key), NTE_INVALID_PARAMETER);
        bad = good;
        bad.x = i == 1 ? hex("") : refused[i];
        assert_status(dh_import_private(&bad, &key), NTE_INVALID_PARAMETER);
    }
    assert_status(dh_agree(alice, other, secret), NTE_INVALID_PARAMETER);
    dh_family.free(other);

    assert_status(dh_import_public(&good, &key), NTE_SUCCESS);
    assert_status(dh_agree(&key->material, bob, secret), NTE_INVALID_PARAMETER);    /* no private part */
    assert_status(dh_agree(bob, &key->material, secret), NTE_SUCCESS);
    dh_free(key);

    good.g = hex("05");                                                             /* same p, another g */
    good.y = hex("19");
    assert_status(dh_import_public(&good, &key), NTE_SUCCESS);
    assert_status(dh_agree(bob, &key->material, secret), NTE_INVALID_PARAMETER);
    dh_free(key);
}

static struct bytes from_mpz(const mpz_t x)
{
    struct bytes number = {NULL, mpz_sizeinbase(x, 256)};
    uint8_t *data = take(number.size);

    mpz_export(data, NULL, 1, 1, 0, 0, x);
    number.data = data;
    return number;
}

/* A peer whose point has order 3 learns x modulo 3 from the secret. When that is 1, there is no secret. */
static void test_small_order(void **state)
{
    struct dh_numbers own = {.g = hex("02"), .x = hex("03")}, peer;
    struct dh_key *key, *other;
    mpz_t p, third, y;
    uint8_t secret[64];
    unsigned long base = 2;

    (void)state;
    mpz_inits(p, third, y, NULL);
    mpz_setbit(p, 511);
    do mpz_nextprime(p, p);
    while (mpz_fdiv_ui(p, 3) != 1);
    mpz_sub_ui(third, p, 1);
    mpz_divexact_ui(third, third, 3);
    do
    {
        mpz_set_ui(y, base++);
        mpz_powm(y, y, third, p);
    } while (!mpz_cmp_ui(y, 1));
    own.p = from_mpz(p);
    peer = own;
    peer.y = from_mpz(y);
    assert_status(dh_import_private(&own, &key), NTE_SUCCESS);
    assert_status(dh_import_public(&peer, &other), NTE_SUCCESS);
    assert_status(dh_agree(&key->material, &other->material, secret), NTE_INVALID_PARAMETER);
    dh_free(key);
    dh_free(other);
    mpz_clears(p, third, y, NULL);
}

/* In a group modulo a composite a power of 0 or 1 can come up: refused, and a generation that finds no more than
 * that gives up. p = 3^400, g = 3: powers become 0. */
static void test_bad_group(void **state)
{
    struct dh_numbers numbers = {.g = hex("03")};
    struct dh_key *key = NULL;
    uint8_t *data = take(80);
    uint32_t bits;
    mpz_t p;

    (void)state;
    mpz_init(p);
    mpz_ui_pow_ui(p, 3, 400);
    numbers.p = run(data, mpz_sizeinbase(p, 256));
    mpz_export(data, NULL, 1, 1, 0, 0, p);
    mpz_clear(p);
    assert_status(dh_check_group(&numbers, &bits), NTE_SUCCESS);
    assert_int_equal(bits, 634);
    assert_status(dh_generate(&numbers, &key), NTE_INVALID_PARAMETER);
    numbers.x = hex("0191");                                                        /* 401 */
    assert_status(dh_import_private(&numbers, &key), NTE_INVALID_PARAMETER);
    numbers.x = hex("02");
    assert_status(dh_import_private(&numbers, &key), NTE_SUCCESS);
    dh_free(key);
}

/* --- blobs --- */

static void test_round_trip(void **state)
{
    struct bytes private_blob = blob_of(alice, 1), public_blob = blob_of(alice, 0);
    struct writer w = {0};
    struct material *copy;

    (void)state;
    assert_int_equal(public_blob.size, 8 + 3 * 128);                                        /* 9.22 */
    assert_int_equal(private_blob.size, 8 + 4 * 128);
    assert_memory_equal(public_blob.data, "DHPB\x80\0\0\0", 8);
    assert_memory_equal(private_blob.data, "DHPV\x80\0\0\0", 8);

    assert_status(dh_import_private_blob(private_blob, &none, &copy), NTE_SUCCESS);
    assert_string_equal(copy->alg->id, "DH");
    assert_blob(copy, 1, private_blob);
    assert_blob(copy, 0, public_blob);
    dh_family.free(copy);
    assert_status(dh_family.load(&all_algorithms, private_blob, &copy), NTE_SUCCESS);
    assert_blob(copy, 1, private_blob);
    dh_family.free(copy);
    assert_status(dh_import_public_blob(public_blob, &none, &copy), NTE_SUCCESS);
    assert_int_equal(copy->has_private, 0);
    assert_blob(copy, 0, public_blob);
    assert_status(dh_export_private_blob(copy, &none, &w), NTE_INVALID_PARAMETER);
    dh_family.free(copy);
    assert_status(dh_import_private_blob(public_blob, &none, &copy), NTE_INVALID_PARAMETER);
    assert_status(dh_import_public_blob(private_blob, &none, &copy), NTE_INVALID_PARAMETER);
    assert_status(dh_family.load(&all_algorithms, public_blob, &copy), NTE_INVALID_PARAMETER);
}

static void test_malformed(void **state)
{
    static const uint8_t sizes[] = {0, 1, 127, 129, 255};
    struct material *key = NULL;
    struct bytes blob, cut;
    blob_import *import;
    uint8_t *data;
    size_t i, n, at;

    (void)state;
    for (i = 0; i < 2; i++)
    {
        import = i ? dh_import_private_blob : dh_import_public_blob;
        blob = blob_of(alice, i);
        data = (uint8_t *)blob.data;
        for (n = 0; n <= blob.size + 1; n++)
        {
            if (n == blob.size) continue;
            cut = exact(run(blob.data, n));
            assert_status(import(cut, &none, &key), NTE_BAD_DATA);
            if (i) assert_status(dh_family.load(&all_algorithms, cut, &key), NTE_BAD_DATA);
            free((void *)cut.data);
        }
        for (n = 0; n < sizeof(sizes); n++)
        {
            data[4] = sizes[n];
            assert_status(import(blob, &none, &key), NTE_BAD_DATA);
        }
        data[4] = 128;
        data[7] = 0x80;
        assert_status(import(blob, &none, &key), NTE_BAD_DATA);
        data[7] = 0;
        data[0] = 'd';
        assert_status(import(blob, &none, &key), NTE_INVALID_PARAMETER);
        data[0] = 'D';
    }
    for (at = 9; at < blob.size; at += 5)       /* private: any change shows */
    {
        data[at] ^= 0x20;
        assert_status(dh_import_private_blob(blob, &none, &key), NTE_INVALID_PARAMETER);
        data[at] ^= 0x20;
    }
    assert_null(key);
}

/* --- "DHParameters" --- */

static struct bytes parameters_of(const struct material *key)
{
    struct writer w = {0};
    struct bytes value;
    uint8_t *data;

    assert_status(dh_family.get_parameter(key, wide("DHParameters"), &w), NTE_SUCCESS);
    data = take(w.used);
    memcpy(data, w.data, w.used);
    value = run(data, w.used);
    writer_free(&w);
    return value;
}

static void test_parameters(void **state)
{
    struct bytes value = parameters_of(alice), blob;
    const struct algorithm *alg = alice->alg;
    struct property_list list = {0};
    struct material *key;
    uint32_t bits = 0;

    (void)state;
    assert_int_equal(value.size, 12 + 2 * 128);                                             /* 7.34 */
    assert_memory_equal(value.data, "\x0c\1\0\0DHPM\x80\0\0\0", 12);
    assert_memory_equal(value.data + 12, blob_of(alice, 0).data + 8, 256);

    ((uint8_t *)value.data)[12 + 255] = 5;      /* g = 5 */
    assert_status(dh_family.check_parameter(alg, wide("DHParameters"), value, &bits), NTE_SUCCESS);
    assert_int_equal(bits, 1024);
    assert_status(property_list_set(&list, wide("DHParameters"), value.data, value.size), NTE_SUCCESS);
    assert_status(dh_family.generate(alg, 1024, &list, &key), NTE_SUCCESS);
    blob = blob_of(key, 0);
    assert_memory_equal(blob.data + 8, value.data + 12, 256);
    assert_memory_equal(parameters_of(key).data, value.data, value.size);
    dh_family.free(key);
    assert_status(dh_family.generate(alg, 2048, &list, &key), NTE_INVALID_PARAMETER);       /* another "Length" */
    property_list_free(&list);
}

static void test_wrong_parameters(void **state)
{
    struct bytes value = parameters_of(alice), cut;
    const struct algorithm *alg = alice->alg;
    uint8_t *data = (uint8_t *)value.data;
    const uint16_t *name = wide("DHParameters");
    uint32_t bits = 7;
    size_t n;

    (void)state;
    for (n = 0; n <= value.size + 1; n++)
    {
        if (n == value.size) continue;
        cut = exact(run(value.data, n));
        assert_status(dh_family.check_parameter(alg, name, cut, &bits), NTE_INVALID_PARAMETER);
        free((void *)cut.data);
    }
    for (n = 0; n < 12; n++)
    {
        data[n] ^= 1;
        assert_status(dh_family.check_parameter(alg, name, value, &bits), NTE_INVALID_PARAMETER);
        data[n] ^= 1;
    }
    data[12 + 127] ^= 1;                        /* p even */
    assert_status(dh_family.check_parameter(alg, name, value, &bits), NTE_INVALID_PARAMETER);
    data[12 + 127] ^= 1;
    data[12 + 255] = 1;                         /* g = 1 */
    assert_status(dh_family.check_parameter(alg, name, value, &bits), NTE_INVALID_PARAMETER);
    memset(data + 12, 0, 64);                   /* p too short */
    data[12 + 64] = 0x7f;
    data[12 + 255] = 2;
    assert_status(dh_family.check_parameter(alg, name, value, &bits), NTE_INVALID_PARAMETER);
    assert_int_equal(bits, 7);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_groups, take_back),
        cmocka_unit_test_teardown(test_generate, take_back),
        cmocka_unit_test_teardown(test_small_exponents, take_back),
        cmocka_unit_test_teardown(test_degenerate, take_back),
        cmocka_unit_test_teardown(test_small_order, take_back),
        cmocka_unit_test_teardown(test_bad_group, take_back),
        cmocka_unit_test_teardown(test_round_trip, take_back),
        cmocka_unit_test_teardown(test_malformed, take_back),
        cmocka_unit_test_teardown(test_parameters, take_back),
        cmocka_unit_test_teardown(test_wrong_parameters, take_back),
    };

    return cmocka_run_group_tests(tests, make_keys, free_keys);
}
