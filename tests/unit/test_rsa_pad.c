/* SPDX-License-Identifier: LGPL-2.1-or-later
 * rsa_pad_sign.c: signature encodings, against the RSA Laboratories example (pss-int.txt) and nettle's PSS. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <nettle/nettle-meta.h>
#include <nettle/pss.h>

#include "rsa/rsa_pad.h"
#include "rsa_sample.h"

static const struct
{
    const char *id;
    const struct nettle_hash *nettle;
} computed[] =
{
    {"MD5", &nettle_md5}, {"SHA1", &nettle_sha1}, {"SHA256", &nettle_sha256}, {"SHA384", &nettle_sha384},
    {"SHA512", &nettle_sha512}, {"SHA3-256", &nettle_sha3_256}, {"SHA3-384", &nettle_sha3_384},
    {"SHA3-512", &nettle_sha3_512},
};

#define COMPUTED_COUNT (sizeof(computed) / sizeof(*computed))

static void test_pkcs1_layout(void **state)
{
    const struct hash *md5 = hash_find_ascii("MD5");
    struct bytes expected = hex("0001ffffffffffffffffff003020300c06082a864886f70d020505000410");
    struct bytes digest = pattern(16, 1);
    uint8_t em[46];

    (void)state;
    assert_status(pad_pkcs1_sign(em, 46, md5, digest), NTE_SUCCESS);
    assert_memory_equal(em, expected.data, 30);
    assert_memory_equal(em + 30, digest.data, 16);
    assert_status(pad_pkcs1_check(em, 46, md5, digest), NTE_SUCCESS);

    assert_status(pad_pkcs1_sign(em, 13, NULL, text("ab")), NTE_SUCCESS);
    assert_memory_equal(em, "\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\x00" "ab", 13);
    assert_status(pad_pkcs1_check(em, 13, NULL, text("ab")), NTE_SUCCESS);
    assert_status(pad_pkcs1_check(em, 13, NULL, text("ac")), NTE_BAD_SIGNATURE);
}

static void test_pkcs1_bounds(void **state)
{
    static const char *const ids[] =
        {"MD2", "MD4", "MD5", "SHA1", "SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-384", "SHA3-512"};
    const struct hash *hash;
    uint8_t em[256];
    size_t i, k, needed;

    (void)state;
    for (i = 0; i < sizeof(ids) / sizeof(*ids); i++)
    {
        hash = hash_find_ascii(ids[i]);
        needed = 11 + hash->prefix_size + hash->size;
        for (k = 0; k < 128; k++)
        {
            assert_status(pad_pkcs1_sign(em, k, hash, pattern(hash->size, 1)),
                          k < needed ? NTE_INVALID_PARAMETER : NTE_SUCCESS);
            sample_used = 0;
        }
        for (k = 0; k < 80; k++)
            if (k != hash->size)
                assert_status(pad_pkcs1_sign(em, 256, hash, pattern(k, 1)), NTE_INVALID_PARAMETER);
    }
    for (k = 0; k <= 64; k++)
        assert_status(pad_pkcs1_sign(em, 64, NULL, pattern(k, 1)),
                      k >= 1 && k <= 53 ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
    for (k = 0; k < 12; k++) assert_status(pad_pkcs1_sign(em, k, NULL, text("a")), NTE_INVALID_PARAMETER);
}

static void test_pkcs1_flips(void **state)
{
    const struct hash *sha256 = hash_find_ascii("SHA256");
    struct bytes digest = pattern(32, 1);
    uint8_t em[96];
    size_t bit;

    (void)state;
    assert_status(pad_pkcs1_sign(em, sizeof(em), sha256, digest), NTE_SUCCESS);
    for (bit = 0; bit < 8 * sizeof(em); bit++)
    {
        em[bit / 8] ^= 1 << bit % 8;
        assert_status(pad_pkcs1_check(em, sizeof(em), sha256, digest), NTE_BAD_SIGNATURE);
        em[bit / 8] ^= 1 << bit % 8;
    }
    assert_status(pad_pkcs1_check(em, sizeof(em), hash_find_ascii("SHA3-256"), digest), NTE_BAD_SIGNATURE);
    assert_status(pad_pkcs1_check(em, sizeof(em), NULL, digest), NTE_BAD_SIGNATURE);
    assert_status(pad_pkcs1_check(em, sizeof(em), sha256, digest), NTE_SUCCESS);
}

static const char pss_em[] =
    "66e4672e836ad121ba244bed6576b867d9a447c28a6e66a5b87dee7fbc7e65af5057f86fae8984d9ba7f969ad6fe02a4d75f7445"
    "fefdd85b6d3a477c28d24ba1e3756f792dd1dce8ca94440ecb5279ecd3183a311fc896da1cb39311af37ea4a75e24bdbfd5c1da0"
    "de7cecdf1a896f9d8bc816d97cd7a2c43bad546fbe8cfebc";
static const char pss_digest[] = "37b66ae0445843353d47ecb0b4fd14c110e62d6a";

static nte_status check_pss(struct bytes em, const char *id, struct bytes digest, size_t salt_size)
{
    uint8_t copy[128];

    memcpy(copy, em.data, sizeof(copy));
    return pad_pss_check(copy, 1024, hash_find_ascii(id), digest, salt_size);
}

static void test_pss_published(void **state)
{
    struct bytes em = hex(pss_em), digest = hex(pss_digest);
    uint8_t *data = (uint8_t *)em.data;
    size_t bit, salt_size;

    (void)state;
    assert_status(check_pss(em, "SHA1", digest, 20), NTE_SUCCESS);
    for (bit = 0; bit < 1024; bit++)
    {
        data[bit / 8] ^= 1 << bit % 8;
        assert_status(check_pss(em, "SHA1", digest, 20), NTE_BAD_SIGNATURE);
        data[bit / 8] ^= 1 << bit % 8;
    }
    for (salt_size = 0; salt_size <= 128 - 22; salt_size++)
        assert_status(check_pss(em, "SHA1", digest, salt_size), salt_size == 20 ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
    assert_status(check_pss(em, "SHA1", digest, 107), NTE_INVALID_PARAMETER);
    assert_status(check_pss(em, "SHA1", digest, UINT32_MAX), NTE_INVALID_PARAMETER);
    assert_status(check_pss(em, "SHA1", run(digest.data, 19), 20), NTE_INVALID_PARAMETER);
    assert_status(check_pss(em, "MD5", digest, 20), NTE_INVALID_PARAMETER);
    assert_status(check_pss(em, "MD4", run(digest.data, 16), 20), NTE_NOT_SUPPORTED);
    ((uint8_t *)digest.data)[0] ^= 1;
    assert_status(check_pss(em, "SHA1", digest, 20), NTE_BAD_SIGNATURE);
}

static int nettle_accepts(size_t which, size_t bits, const uint8_t *em, struct bytes digest, size_t salt_size)
{
    int valid;
    mpz_t m;

    mpz_init(m);
    mpz_import(m, (bits + 7) / 8, 1, 1, 0, 0, em);
    valid = pss_verify_mgf1(m, bits - 1, computed[which].nettle, salt_size, digest.data);
    mpz_clear(m);
    return valid;
}

static int nettle_encodes(size_t which, size_t bits, uint8_t *em, struct bytes digest, struct bytes salt)
{
    struct bytes encoded;
    int valid;
    mpz_t m;

    mpz_init(m);
    valid = pss_encode_mgf1(m, bits - 1, computed[which].nettle, salt.size, salt.data, digest.data);
    if (valid)
    {
        encoded = padded(m, (bits + 7) / 8);
        memcpy(em, encoded.data, encoded.size);
    }
    mpz_clear(m);
    return valid;
}

static void check_pss_both_ways(size_t which, size_t bits, size_t salt_size)
{
    const struct hash *hash = hash_find_ascii(computed[which].id);
    struct bytes digest = pattern(hash->size, bits), salt = pattern(salt_size, 5);
    size_t k = (bits + 7) / 8;
    uint8_t *em = (uint8_t *)exact(pattern(k, 4)).data;

    assert_status(pad_pss_sign(em, bits, hash, digest, salt_size), NTE_SUCCESS);
    assert_true(nettle_accepts(which, bits, em, digest, salt_size));
    assert_int_equal(em[0] >> ((bits - 1) % 8), 0);
    assert_status(pad_pss_check(em, bits, hash, digest, salt_size), NTE_SUCCESS);

    assert_true(nettle_encodes(which, bits, em, digest, salt));
    if (bits % 8 == 1)                  /* the message begins in the second byte; the first one counts */
    {
        em[0] = 1;
        assert_status(pad_pss_check(em, bits, hash, digest, salt_size), NTE_BAD_SIGNATURE);
        assert_true(nettle_encodes(which, bits, em, digest, salt));
    }
    assert_status(pad_pss_check(em, bits, hash, digest, salt_size), NTE_SUCCESS);
    free(em);
}

/* Every residue of the modulus length by 8; the shortest, usual and longest salts. */
static void test_pss_sizes(void **state)
{
    const struct hash *hash;
    struct bytes digest;
    uint8_t em[140];
    size_t which, bits, longest;

    (void)state;
    for (which = 0; which < COMPUTED_COUNT; which++)
        for (bits = 1050; bits <= 1058; bits++)
        {
            hash = hash_find_ascii(computed[which].id);
            longest = (bits + 6) / 8 - hash->size - 2;
            check_pss_both_ways(which, bits, 0);
            check_pss_both_ways(which, bits, 1);
            check_pss_both_ways(which, bits, hash->size > longest ? longest : hash->size);
            check_pss_both_ways(which, bits, longest);
            digest = pattern(hash->size, 1);
            assert_status(pad_pss_sign(em, bits, hash, digest, longest + 1), NTE_INVALID_PARAMETER);
            assert_status(pad_pss_sign(em, bits, hash, digest, SIZE_MAX), NTE_INVALID_PARAMETER);
            sample_used = 0;
        }
}

/* 512 bits and SHA-512: there is no room even without a salt. */
static void test_pss_small_key(void **state)
{
    const struct hash *hash = hash_find_ascii("SHA512");
    uint8_t em[66];

    (void)state;
    assert_status(pad_pss_sign(em, 512, hash, pattern(64, 1), 0), NTE_INVALID_PARAMETER);
    assert_status(pad_pss_check(em, 512, hash, pattern(64, 1), 0), NTE_INVALID_PARAMETER);
    assert_status(pad_pss_sign(em, 521, hash, pattern(64, 1), 0), NTE_INVALID_PARAMETER);
    assert_status(pad_pss_sign(em, 522, hash, pattern(64, 1), 0), NTE_SUCCESS);
    assert_status(pad_pss_check(em, 522, hash, pattern(64, 1), 0), NTE_SUCCESS);
}

static void test_pss_is_random(void **state)
{
    const struct hash *hash = hash_find_ascii("SHA256");
    uint8_t a[128], b[128];

    (void)state;
    assert_status(pad_pss_sign(a, 1024, hash, pattern(32, 1), 32), NTE_SUCCESS);
    assert_status(pad_pss_sign(b, 1024, hash, pattern(32, 1), 32), NTE_SUCCESS);
    assert_memory_not_equal(a, b, sizeof(a));
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_pkcs1_layout, take_back),
        cmocka_unit_test_teardown(test_pkcs1_bounds, take_back),
        cmocka_unit_test_teardown(test_pkcs1_flips, take_back),
        cmocka_unit_test_teardown(test_pss_published, take_back),
        cmocka_unit_test_teardown(test_pss_sizes, take_back),
        cmocka_unit_test_teardown(test_pss_small_key, take_back),
        cmocka_unit_test_teardown(test_pss_is_random, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
