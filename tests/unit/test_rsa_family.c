/* SPDX-License-Identifier: LGPL-2.1-or-later
 * rsa_family.c: signatures and their statuses (rows of doc/facts/windows-behaviour.md); what GnuTLS makes of them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <gnutls/gnutls.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#include "rsa_sample.h"

#define K 128                           /* bytes of the sample key's modulus */

static void test_lengths(void **state)
{
    (void)state;
    assert_int_equal(rsa_family.block_length(algorithm_find_ascii("RSA"), 1024), 128);       /* 6.7 */
    assert_int_equal(rsa_family.signature_length(1024), 128);   /* 6.50 */
    assert_int_equal(rsa_family.signature_length(1025), 129);
    assert_int_equal(rsa_family.signature_length(16384), 2048);
}

static nte_status sign(struct padding padding, struct bytes hash, uint8_t *signature)
{
    return rsa_family.sign(private_key, &padding, hash, signature);
}

static nte_status verify(struct padding padding, struct bytes hash, const uint8_t *signature, size_t size)
{
    return rsa_family.verify(public_key, &padding, hash, run(signature, size));
}

static void test_sign_and_verify(void **state)
{
    static const struct
    {
        const char *id;
        size_t size;
    } hashes[] =
    {
        {"MD5", 16}, {"SHA1", 20}, {"SHA256", 32}, {"SHA384", 48}, {"sha512", 64}, {"SHA3-256", 32},
        {"SHA3-384", 48}, {"SHA3-512", 64}, {"MD4", 16}, {"MD2", 16},
    };
    uint8_t signature[K], again[K];
    struct bytes hash;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(hashes) / sizeof(*hashes); i++)
    {
        hash = pattern(hashes[i].size, i);
        assert_status(sign(pkcs1(hashes[i].id), hash, signature), NTE_SUCCESS);
        assert_status(sign(pkcs1(hashes[i].id), hash, again), NTE_SUCCESS);
        assert_memory_equal(signature, again, K);
        assert_status(verify(pkcs1(hashes[i].id), hash, signature, K), NTE_SUCCESS);
        assert_status(verify(pkcs1(NULL), hash, signature, K), NTE_BAD_SIGNATURE);
        if (i >= 8)
        {
            assert_status(sign(pss(hashes[i].id, 8), hash, signature), NTE_NOT_SUPPORTED);
            assert_status(verify(pss(hashes[i].id, 8), hash, signature, K), NTE_NOT_SUPPORTED);
            continue;
        }
        assert_status(sign(pss(hashes[i].id, 8), hash, signature), NTE_SUCCESS);
        assert_status(sign(pss(hashes[i].id, 8), hash, again), NTE_SUCCESS);
        assert_memory_not_equal(signature, again, K);                                   /* 10.22 */
        assert_status(verify(pss(hashes[i].id, 8), hash, signature, K), NTE_SUCCESS);
        assert_status(verify(pss(hashes[i].id, 7), hash, signature, K), NTE_BAD_SIGNATURE);
        assert_status(verify(pkcs1(hashes[i].id), hash, signature, K), NTE_BAD_SIGNATURE);
    }
}

/* 10.19: DigestInfo of the caller's own, 36 bytes of MD5 and SHA-1, anything that fits. */
static void test_sign_raw(void **state)
{
    struct bytes hash = pattern(32, 1), info = hex("3031300d060960864801650304020105000420");
    uint8_t signature[K], *whole = take(51);
    size_t n;

    (void)state;
    memcpy(whole, info.data, 19);
    memcpy(whole + 19, hash.data, 32);
    assert_status(sign(pkcs1(NULL), run(whole, 51), signature), NTE_SUCCESS);
    assert_status(verify(pkcs1("SHA256"), hash, signature, K), NTE_SUCCESS);
    for (n = 0; n <= K; n++)
    {
        hash = pattern(n, n);
        assert_status(sign(pkcs1(NULL), hash, signature), n && n <= K - 11 ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
        if (n && n <= K - 11) assert_status(verify(pkcs1(NULL), hash, signature, K), NTE_SUCCESS);
        sample_used = 0;
    }
}

static void test_sign_statuses(void **state)
{
    static const uint32_t schemes[] =
        {0, PAD_NONE, PAD_OAEP, PAD_CIPHER, PAD_PKCS1 | PAD_PSS, PAD_PKCS1 | PAD_NONE, PAD_SCHEMES};
    struct bytes hash = pattern(32, 1);
    uint8_t signature[K], before[K];
    struct padding padding;
    size_t i;

    (void)state;
    memset(signature, 0x77, K);
    memset(before, 0x77, K);
#define BOTH(padding, hash, status) \
    assert_status(sign(padding, hash, signature), status); \
    assert_status(verify(padding, hash, signature, K), status)
    for (i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
    {
        padding = pkcs1("SHA256");
        padding.scheme = schemes[i];
        BOTH(padding, hash, NTE_INVALID_PARAMETER);
        BOTH(no_padding(schemes[i]), hash, NTE_INVALID_PARAMETER);                      /* 10.3, 10.25 */
    }
    BOTH(no_padding(PAD_PKCS1), hash, NTE_INVALID_PARAMETER);                           /* 10.20 */
    BOTH(no_padding(PAD_PSS), hash, NTE_INVALID_PARAMETER);
    BOTH(pss(NULL, 32), hash, NTE_INVALID_PARAMETER);
    BOTH(pkcs1("AES"), hash, NTE_NOT_SUPPORTED);                                        /* 10.27 */
    BOTH(pss("AES", 32), hash, NTE_NOT_SUPPORTED);
    BOTH(pkcs1("MD5"), hash, NTE_INVALID_PARAMETER);                                    /* 10.9 */
    BOTH(pss("SHA1", 20), hash, NTE_INVALID_PARAMETER);
    BOTH(pkcs1("SHA256"), run(hash.data, 4), NTE_INVALID_PARAMETER);                    /* 10.7 */
    BOTH(pkcs1("SHA256"), run(hash.data, 0), NTE_INVALID_PARAMETER);
    BOTH(pkcs1(NULL), run(hash.data, 0), NTE_INVALID_PARAMETER);
    BOTH(pss("SHA256", K - 33), hash, NTE_INVALID_PARAMETER);
    BOTH(pss("SHA256", UINT32_MAX), hash, NTE_INVALID_PARAMETER);
#undef BOTH
    assert_memory_equal(signature, before, K);

    assert_status(sign(pss("SHA256", K - 34), hash, signature), NTE_SUCCESS);
}

static void test_verify_statuses(void **state)
{
    struct bytes hash = pattern(32, 1), modulus = hex(SAMPLE_N), copy;
    uint8_t signature[2 * K] = {0};
    size_t bit, n;

    (void)state;
    assert_status(sign(pkcs1("SHA256"), hash, signature), NTE_SUCCESS);
    for (n = 0; n <= 2 * K; n++)                                                        /* 10.8 */
    {
        copy = exact(run(signature, n));
        assert_status(verify(pkcs1("SHA256"), hash, copy.data, n), n == K ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
        free((void *)copy.data);
    }
    for (bit = 0; bit < 8 * K; bit++)                                                   /* 10.2 */
    {
        signature[bit / 8] ^= 1 << bit % 8;
        assert_status(verify(pkcs1("SHA256"), hash, signature, K), NTE_BAD_SIGNATURE);
        signature[bit / 8] ^= 1 << bit % 8;
    }
    for (bit = 0; bit < 256; bit++)
    {
        ((uint8_t *)hash.data)[bit / 8] ^= 1 << bit % 8;
        assert_status(verify(pkcs1("SHA256"), hash, signature, K), NTE_BAD_SIGNATURE);
        ((uint8_t *)hash.data)[bit / 8] ^= 1 << bit % 8;
    }
    assert_status(verify(pkcs1("SHA3-256"), hash, signature, K), NTE_BAD_SIGNATURE);
    assert_status(verify(pkcs1("SHA256"), hash, modulus.data, K), NTE_BAD_SIGNATURE);   /* not below n */
    memset(signature, 0xff, K);
    assert_status(verify(pkcs1("SHA256"), hash, signature, K), NTE_BAD_SIGNATURE);
    assert_status(verify(pss("SHA256", 32), hash, signature, K), NTE_BAD_SIGNATURE);

    assert_status(sign(pss("SHA256", 32), hash, signature), NTE_SUCCESS);
    for (bit = 0; bit < 8 * K; bit++)
    {
        signature[bit / 8] ^= 1 << bit % 8;
        assert_status(verify(pss("SHA256", 32), hash, signature, K), NTE_BAD_SIGNATURE);
        signature[bit / 8] ^= 1 << bit % 8;
    }
}

static gnutls_datum_t datum(struct bytes b)
{
    gnutls_datum_t d = {(void *)b.data, b.size};

    return d;
}

static gnutls_privkey_t gnutls_key(void)
{
    struct rsa_numbers numbers = published_numbers();
    gnutls_datum_t n = datum(numbers.n), e = datum(numbers.e), d = datum(numbers.d), p = datum(numbers.p),
                   q = datum(numbers.q);
    gnutls_privkey_t key;

    assert_int_equal(gnutls_privkey_init(&key), 0);
    assert_int_equal(gnutls_privkey_import_rsa_raw(key, &n, &e, &d, &p, &q, NULL, NULL, NULL), 0);
    return key;
}

static void test_gnutls(void **state)
{
    gnutls_sign_algorithm_t algorithms[] = {GNUTLS_SIGN_RSA_SHA256, GNUTLS_SIGN_RSA_PSS_SHA256};
    struct padding paddings[] = {pkcs1("SHA256"), pss("SHA256", 32)}, padding;
    struct bytes digest = pattern(32, 1);
    gnutls_datum_t hash = datum(digest), ours, theirs, message;
    gnutls_privkey_t priv = gnutls_key();
    gnutls_pubkey_t pub;
    uint8_t output[K];
    uint32_t result;
    size_t i;

    (void)state;
    assert_int_equal(gnutls_pubkey_init(&pub), 0);
    assert_int_equal(gnutls_pubkey_import_privkey(pub, priv, 0, 0), 0);
    for (i = 0; i < 2; i++)
    {
        assert_status(sign(paddings[i], digest, output), NTE_SUCCESS);
        ours = datum(run(output, K));
        assert_true(gnutls_pubkey_verify_hash2(pub, algorithms[i], 0, &hash, &ours) >= 0);
        assert_int_equal(gnutls_privkey_sign_hash2(priv, algorithms[i], 0, &hash, &theirs), 0);
        assert_status(verify(paddings[i], digest, theirs.data, theirs.size), NTE_SUCCESS);
        gnutls_free(theirs.data);
    }
    message = datum(text("from GnuTLS"));
    assert_int_equal(gnutls_pubkey_encrypt_data(pub, 0, &message, &theirs), 0);
    padding = no_padding(PAD_PKCS1);
    assert_status(rsa_family.decrypt(private_key, &padding, run(theirs.data, theirs.size), output, K, &result),
                  NTE_SUCCESS);
    assert_int_equal(result, 11);
    assert_memory_equal(output, "from GnuTLS", 11);
    gnutls_free(theirs.data);

    assert_status(rsa_family.encrypt(public_key, &padding, text("to GnuTLS"), output, K, &result), NTE_SUCCESS);
    ours = datum(run(output, K));
    assert_int_equal(gnutls_privkey_decrypt_data(priv, 0, &ours, &theirs), 0);
    assert_int_equal(theirs.size, 9);
    assert_memory_equal(theirs.data, "to GnuTLS", 9);
    gnutls_free(theirs.data);
    gnutls_pubkey_deinit(pub);
    gnutls_privkey_deinit(priv);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_lengths, take_back),
        cmocka_unit_test_teardown(test_sign_and_verify, take_back),
        cmocka_unit_test_teardown(test_sign_raw, take_back),
        cmocka_unit_test_teardown(test_sign_statuses, take_back),
        cmocka_unit_test_teardown(test_verify_statuses, take_back),
        cmocka_unit_test_teardown(test_gnutls, take_back),
    };

    return cmocka_run_group_tests(tests, open_sample_keys, close_sample_keys);
}
