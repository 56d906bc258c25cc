/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What stands for GnuTLS in the portable build (unix_portable/) gives the same bytes as the system's GnuTLS, which is
 * loaded beside it, and refuses what is wrong. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "crypto_sample.h"
#include "portable_sample.h"

#define MOST 700                        /* bytes of a message */

static const int hashes[] =
{
    GNUTLS_DIG_MD5, GNUTLS_DIG_SHA1, GNUTLS_DIG_SHA224, GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA384, GNUTLS_DIG_SHA512,
    GNUTLS_DIG_SHA3_256, GNUTLS_DIG_SHA3_384, GNUTLS_DIG_SHA3_512,
};
#define HASHES (sizeof(hashes) / sizeof(*hashes))
#define MACS 6                          /* GnuTLS has no HMAC with SHA-3 everywhere */

static uint8_t message[MOST];

static gnutls_datum_t datum(size_t size)
{
    gnutls_datum_t result = {message + MOST - size, size};

    return result;
}

static int load(void **state)
{
    size_t i;

    for (i = 0; i < MOST; i++) message[i] = i * 7 + i / 256;
    return load_gnutls(state);
}

/* Another library than ours, or nothing here means anything. */
static void test_both(void **state)
{
    (void)state;
    assert_true(THEIRS(gnutls_hash_fast) != gnutls_hash_fast);
    assert_int_equal(gnutls_check_version(NULL)[0], '(');
    assert_true(strlen(gnutls_check_version(NULL)) < 16);
    assert_null(gnutls_check_version("3.0.0"));
    assert_int_equal(gnutls_fips140_mode_enabled(), GNUTLS_FIPS140_DISABLED);
}

static void test_hashes(void **state)
{
    uint8_t mine[64], theirs[64];
    gnutls_hash_hd_t handle;
    size_t i, size;

    (void)state;
    for (i = 0; i < HASHES; i++)
    {
        for (size = 0; size <= MOST; size += 35)
        {
            assert_int_equal(gnutls_hash_fast(hashes[i], message, size, mine), 0);
            assert_int_equal(THEIRS(gnutls_hash_fast)(hashes[i], message, size, theirs), 0);
            assert_memory_equal(mine, theirs, THEIRS(gnutls_hash_get_len)(hashes[i]));
        }
        assert_int_equal(gnutls_hash_init(&handle, hashes[i]), 0);
        gnutls_hash(handle, message, 100);
        gnutls_hash_output(handle, mine);               /* begins anew */
        gnutls_hash(handle, message, 10);
        gnutls_hash(handle, message + 10, size - 35 - 10);
        gnutls_hash_deinit(handle, mine);
        assert_memory_equal(mine, theirs, THEIRS(gnutls_hash_get_len)(hashes[i]));
    }
    assert_true(gnutls_hash_init(&handle, GNUTLS_DIG_RMD160) < 0);
    assert_true(gnutls_hash_fast(GNUTLS_DIG_MD2, message, 1, mine) < 0);
}

static void test_hmac(void **state)
{
    uint8_t mine[64], theirs[64];
    size_t i, key, size;

    (void)state;
    for (i = 0; i < MACS; i++)
        for (key = 1; key < 300; key += 43)
            for (size = 0; size < 300; size += 61)
            {
                assert_int_equal(gnutls_hmac_fast(hashes[i], message, key, message, size, mine), 0);
                assert_int_equal(THEIRS(gnutls_hmac_fast)(hashes[i], message, key, message, size, theirs), 0);
                assert_memory_equal(mine, theirs, THEIRS(gnutls_hash_get_len)(hashes[i]));
            }
    assert_true(gnutls_hmac_fast(GNUTLS_MAC_MD2, message, 1, message, 1, mine) < 0);
}

static void test_pbkdf2(void **state)
{
    gnutls_datum_t key = datum(20), salt;
    uint8_t mine[200], theirs[200];
    size_t i, size;

    (void)state;
    for (i = 0; i < MACS; i++)
        for (size = 1; size < 200; size += 33)
        {
            salt = datum(size);
            assert_int_equal(gnutls_pbkdf2(hashes[i], &key, &salt, size + 1, mine, size), 0);
            assert_int_equal(THEIRS(gnutls_pbkdf2)(hashes[i], &key, &salt, size + 1, theirs, size), 0);
            assert_memory_equal(mine, theirs, size);
        }
    assert_true(gnutls_pbkdf2(GNUTLS_MAC_SHA256, &key, &salt, 0, mine, 1) < 0);
}

static void test_hkdf(void **state)
{
    uint8_t mine[200], theirs[200];
    gnutls_datum_t key, salt, info;
    size_t i, size;

    (void)state;
    for (i = 1; i < MACS; i++)
        for (size = 1; size < 200; size += 33)
        {
            key = datum(size);
            salt = datum(200 - size);
            assert_int_equal(gnutls_hkdf_extract(hashes[i], &key, &salt, mine), 0);
            assert_int_equal(THEIRS(gnutls_hkdf_extract)(hashes[i], &key, &salt, theirs), 0);
            assert_memory_equal(mine, theirs, THEIRS(gnutls_hash_get_len)(hashes[i]));
            info = datum(size - 1);
            key = datum(64);
            assert_int_equal(gnutls_hkdf_expand(hashes[i], &key, &info, mine, size), 0);
            assert_int_equal(THEIRS(gnutls_hkdf_expand)(hashes[i], &key, &info, theirs, size), 0);
            assert_memory_equal(mine, theirs, size);
        }
    assert_true(gnutls_hkdf_expand(GNUTLS_MAC_SHA256, &key, &info, message, 255 * 32 + 1) < 0);
}

static void test_gcm(void **state)
{
    gnutls_aead_cipher_hd_t mine, theirs;
    uint8_t sealed[MOST + 16], expected[MOST + 16], opened[MOST];
    gnutls_datum_t key = datum(32);
    size_t size, n, m;

    (void)state;
    assert_int_equal(gnutls_aead_cipher_init(&mine, GNUTLS_CIPHER_AES_256_GCM, &key), 0);
    assert_int_equal(THEIRS(gnutls_aead_cipher_init)(&theirs, GNUTLS_CIPHER_AES_256_GCM, &key), 0);
    for (size = 0; size < MOST; size += 29)
    {
        n = m = size + 16;
        assert_int_equal(gnutls_aead_cipher_encrypt(mine, message, 12, message, size, 16, message, size,
                                                    sealed, &n), 0);
        assert_int_equal(THEIRS(gnutls_aead_cipher_encrypt)(theirs, message, 12, message, size, 16, message, size,
                                                            expected, &m), 0);
        assert_int_equal(n, m);
        assert_memory_equal(sealed, expected, n);
        m = size;
        assert_int_equal(gnutls_aead_cipher_decrypt(mine, message, 12, message, size, 16, sealed, n, opened, &m), 0);
        assert_int_equal(m, size);
        assert_memory_equal(opened, message, size);
    }
    gnutls_aead_cipher_deinit(mine);
    THEIRS(gnutls_aead_cipher_deinit)(theirs);
}

/* A bit that is wrong anywhere: nothing comes out. */
static void test_gcm_refused(void **state)
{
    uint8_t sealed[48], opened[48], nothing[48] = {0};
    gnutls_datum_t key = datum(32), shorter = datum(16);
    gnutls_aead_cipher_hd_t handle;
    size_t i, n = sizeof(sealed), m;

    (void)state;
    assert_true(gnutls_aead_cipher_init(&handle, GNUTLS_CIPHER_AES_256_GCM, &shorter) < 0);
    assert_true(gnutls_aead_cipher_init(&handle, GNUTLS_CIPHER_AES_128_GCM, &shorter) < 0);
    assert_int_equal(gnutls_aead_cipher_init(&handle, GNUTLS_CIPHER_AES_256_GCM, &key), 0);
    assert_int_equal(gnutls_aead_cipher_encrypt(handle, message, 12, message, 9, 16, message, 32, sealed, &n), 0);
    for (i = 0; i < 8 * n; i++)
    {
        sealed[i / 8] ^= 1 << i % 8;
        m = sizeof(opened);
        assert_int_equal(gnutls_aead_cipher_decrypt(handle, message, 12, message, 9, 16, sealed, n, opened, &m),
                         GNUTLS_E_DECRYPTION_FAILED);
        assert_memory_equal(opened, nothing, 32);
        sealed[i / 8] ^= 1 << i % 8;
    }
    m = sizeof(opened);
    assert_true(gnutls_aead_cipher_decrypt(handle, message, 12, message, 8, 16, sealed, n, opened, &m) < 0);
    assert_true(gnutls_aead_cipher_decrypt(handle, message + 1, 12, message, 9, 16, sealed, n, opened, &m) < 0);
    assert_int_equal(gnutls_aead_cipher_decrypt(handle, message, 12, message, 9, 16, sealed, 15, opened, &m),
                     GNUTLS_E_DECRYPTION_FAILED);
    m = 31;
    assert_int_equal(gnutls_aead_cipher_decrypt(handle, message, 12, message, 9, 16, sealed, n, opened, &m),
                     GNUTLS_E_SHORT_MEMORY_BUFFER);
    n--;
    assert_int_equal(gnutls_aead_cipher_encrypt(handle, message, 12, message, 9, 16, message, 32, sealed, &n),
                     GNUTLS_E_SHORT_MEMORY_BUFFER);
    gnutls_aead_cipher_deinit(handle);
}

static void test_groups(void **state)
{
    static const struct { const gnutls_datum_t *mine; const char *theirs; } data[] =
    {
        {&gnutls_ffdhe_2048_group_prime, "gnutls_ffdhe_2048_group_prime"},
        {&gnutls_ffdhe_2048_group_generator, "gnutls_ffdhe_2048_group_generator"},
        {&gnutls_ffdhe_3072_group_prime, "gnutls_ffdhe_3072_group_prime"},
        {&gnutls_ffdhe_3072_group_generator, "gnutls_ffdhe_3072_group_generator"},
        {&gnutls_ffdhe_4096_group_prime, "gnutls_ffdhe_4096_group_prime"},
        {&gnutls_ffdhe_4096_group_generator, "gnutls_ffdhe_4096_group_generator"},
    };
    const gnutls_datum_t *theirs;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(data) / sizeof(*data); i++)
    {
        theirs = found(data[i].theirs);
        assert_int_equal(data[i].mine->size, theirs->size);
        assert_memory_equal(data[i].mine->data, theirs->data, theirs->size);
    }
}

static void test_random(void **state)
{
    uint8_t a[1000] = {0}, b[1000] = {0};

    (void)state;
    assert_int_equal(gnutls_rnd(GNUTLS_RND_KEY, a, sizeof(a)), 0);
    assert_int_equal(gnutls_rnd(GNUTLS_RND_NONCE, b, sizeof(b)), 0);
    assert_memory_not_equal(a + 984, b + 984, 16);
    assert_memory_not_equal(a, a + 500, 16);
    assert_int_equal(gnutls_rnd(GNUTLS_RND_RANDOM, a, 0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_both),
        cmocka_unit_test(test_hashes),
        cmocka_unit_test(test_hmac),
        cmocka_unit_test(test_pbkdf2),
        cmocka_unit_test(test_hkdf),
        cmocka_unit_test(test_gcm),
        cmocka_unit_test(test_gcm_refused),
        cmocka_unit_test(test_groups),
        cmocka_unit_test(test_random),
    };

    return cmocka_run_group_tests(tests, load, NULL);
}
