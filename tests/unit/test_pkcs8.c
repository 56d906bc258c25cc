/* SPDX-License-Identifier: LGPL-2.1-or-later
 * pkcs8.c, pkcs8_rsa.c: keys in clear and encrypted, in and out (rows 8.31 to 8.33, 8.47, 9.7 to 9.10). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "pkcs8_sample.h"
#include "rsa_sample.h"

static struct material *sample(void)
{
    struct rsa_numbers numbers = published_numbers();
    struct rsa_key *key;

    assert_status(rsa_import_private(&numbers, &key), NTE_SUCCESS);
    key->material.alg = algorithm_find_ascii("RSA");
    return &key->material;
}

static void assert_same_key(const struct material *a, const struct material *b)
{
    struct bytes x = export_with(a, &none), y = export_with(b, &none);

    assert_int_equal(x.size, y.size);
    assert_memory_equal(x.data, y.data, x.size);
}

static void assert_datum(gnutls_datum_t *datum, const char *digits)
{
    struct bytes expected = hex(digits), got = trim_number(run(datum->data, datum->size));

    assert_int_equal(got.size, expected.size);
    assert_memory_equal(got.data, expected.data, expected.size);
    gnutls_free(datum->data);
}

static void assert_sample_numbers(gnutls_x509_privkey_t key)
{
    static const char *const expected[] =
        {SAMPLE_N, SAMPLE_E, SAMPLE_D, SAMPLE_P, SAMPLE_Q, SAMPLE_QINV, SAMPLE_DP, SAMPLE_DQ};
    gnutls_datum_t got[8];
    size_t i;

    assert_int_equal(gnutls_x509_privkey_export_rsa_raw2(key, got, got + 1, got + 2, got + 3, got + 4, got + 5,
                                                         got + 6, got + 7), 0);
    for (i = 0; i < 8; i++) assert_datum(got + i, expected[i]);
}

/* 8.31 */
static void test_plain(void **state)
{
    struct material *key = sample(), *again;
    struct bytes blob = export_with(key, &none);
    gnutls_x509_privkey_t other = peer_read(blob, NULL);

    (void)state;
    assert_sample_numbers(other);
    gnutls_x509_privkey_deinit(other);
    again = import_with(blob, &none);
    assert_string_equal(again->alg->id, "RSA");
    assert_int_equal(again->bits, 1024);
    assert_same_key(key, again);
    rsa_family.free(again);
    assert_exact_size(blob, &none);
    rsa_family.free(key);
}

static void test_plain_flips(void **state)
{
    struct material *key = sample();

    (void)state;
    flip_bits(export_with(key, &none), &none);
    rsa_family.free(key);
}

/* d and the numbers that follow from p and q are made anew (row 8.13); n must fit. */
static void test_recomputed(void **state)
{
    struct material *key = sample(), *again;
    struct bytes blob = export_with(key, &none);
    size_t n_end = 4 + 3 + 15 + 4 + 4 + 3 + 4 + 128;       /* up to the last byte of the modulus */

    (void)state;
    again = import_with(changed(blob, blob.size - 1, blob.data[blob.size - 1] ^ 1), &none);
    assert_same_key(key, again);
    rsa_family.free(again);
    assert_int_equal(blob.data[n_end - 1], 0xfb);
    assert_status(import_status(changed(blob, n_end - 1, 0xfd), &none), NTE_INVALID_PARAMETER);
    rsa_family.free(key);
}

/* PrivateKeyInfo around digits. */
static struct bytes wrap(const char *version, const char *algorithm, const char *key, const char *rest)
{
    struct writer w = {0};
    size_t start = der_open(&w, DER_SEQUENCE);
    struct bytes part = hex(version);
    uint8_t *copy;

    write_bytes(&w, part.data, part.size);
    der_write(&w, DER_SEQUENCE, hex(algorithm));
    der_write(&w, DER_OCTET_STRING, hex(key));
    part = hex(rest);
    write_bytes(&w, part.data, part.size);
    der_close(&w, start);
    copy = take(w.used);
    memcpy(copy, w.data, w.used);
    part = run(copy, w.used);
    writer_free(&w);
    return part;
}

#define OID_RSA "0609 2a864886f70d010101 "
#define OID_PSS "0609 2a864886f70d01010a "

/* The RSAPrivateKey of the sample. */
static const char *inner_key(void)
{
    struct material *key = sample();
    struct bytes blob = export_with(key, &none);
    size_t start = 4 + 3 + 15 + 4, i;
    char *digits = (char *)take(2 * blob.size);

    rsa_family.free(key);
    for (i = start; i < blob.size; i++) snprintf(digits + 2 * (i - start), 3, "%02x", blob.data[i]);
    return digits;
}

static void test_shell(void **state)
{
    static const char attributes[] = "a00d 300b 0603 55040a 3104 1302 4142";
    static const char usage[] = "a00d 300b 0603 551d0f 3104 0302 0410";
    const char *key = inner_key();
    char *changed_key = (char *)take(strlen(key) + 1);

    (void)state;
    assert_status(import_status(wrap("020100", OID_RSA "0500", key, ""), &none), NTE_SUCCESS);
    assert_status(import_status(wrap("020100", OID_RSA, key, ""), &none), NTE_SUCCESS);
    assert_status(import_status(wrap("020100", OID_PSS, key, ""), &none), NTE_SUCCESS);
    assert_status(import_status(wrap("020100", OID_PSS "3000", key, ""), &none), NTE_SUCCESS);
    assert_status(import_status(wrap("020100", OID_RSA "3000", key, ""), &none), NTE_BAD_DATA);
    assert_status(import_status(wrap("020100", OID_RSA "0500 0500", key, ""), &none), NTE_BAD_DATA);
    assert_status(import_status(wrap("020100", OID_RSA "0500", key, attributes), &none), NTE_SUCCESS);
    assert_status(import_status(wrap("020100", OID_RSA "0500", key, usage), &none), NTE_SUCCESS);
    assert_status(import_status(wrap("020100", OID_RSA "0500", key, "a000"), &none), NTE_SUCCESS);
    assert_status(import_status(wrap("020100", OID_RSA "0500", key, "a002 3000"), &none), NTE_BAD_DATA);
    assert_status(import_status(wrap("020100", OID_RSA "0500", key, "0500"), &none), NTE_BAD_DATA);

    /* versions: 1 brings a public key, and there is no other */
    assert_status(import_status(wrap("020101", OID_RSA "0500", key, ""), &none), NTE_SUCCESS);
    assert_status(import_status(wrap("020101", OID_RSA "0500", key, "8102 0004"), &none), NTE_SUCCESS);
    assert_status(import_status(wrap("020101", OID_RSA "0500", key, "8100"), &none), NTE_BAD_DATA);
    assert_status(import_status(wrap("020100", OID_RSA "0500", key, "8102 0004"), &none), NTE_BAD_DATA);
    assert_status(import_status(wrap("020102", OID_RSA "0500", key, ""), &none), NTE_BAD_DATA);
    assert_status(import_status(wrap("0201ff", OID_RSA "0500", key, ""), &none), NTE_BAD_DATA);
    assert_status(import_status(wrap("02020000", OID_RSA "0500", key, ""), &none), NTE_BAD_DATA);

    /* other algorithms: Ed25519, nobody's */
    assert_status(import_status(wrap("020100", "0603 2b6570", "0420", ""), &none), NTE_NOT_SUPPORTED);
    assert_status(import_status(wrap("020100", "0603 2a0304 0500", key, ""), &none), NTE_NOT_SUPPORTED);
    assert_status(import_status(wrap("020100", "", key, ""), &none), NTE_BAD_DATA);

    assert_status(import_status(hex(key), &none), NTE_BAD_DATA);                   /* 8.47: PKCS#1 */
    memcpy(changed_key, key, strlen(key));
    changed_key[13] = '1';                                                         /* several primes */
    assert_status(import_status(wrap("020100", OID_RSA "0500", changed_key, ""), &none), NTE_NOT_SUPPORTED);
    changed_key[13] = '2';
    assert_status(import_status(wrap("020100", OID_RSA "0500", changed_key, ""), &none), NTE_BAD_DATA);
}

/* --- under a password --- */

static const char *const schemes[] =
{
    NULL, "1.2.840.113549.1.5.13", "1.2.840.113549.1.12.1.3", "1.2.840.113549.1.12.1.4",
    "1.2.840.113549.1.12.1.5", "1.2.840.113549.1.12.1.6",
};
#define SCHEME_COUNT (sizeof(schemes) / sizeof(*schemes))

/* CRYPT_PKCS12_PBE_PARAMS: 100 iterations, 8 bytes of salt */
static struct blob_options sealed(size_t scheme, const char *secret)
{
    struct blob_options options = with_secret(secret);

    options.alg_oid = schemes[scheme];
    options.alg_param = hex("64000000 08000000 0102030405060708");
    return options;
}

/* 8.32, 9.8, 9.9 */
static void test_encrypted(void **state)
{
    static const char *const secrets[] = {"", "a", "a longer password, with blanks"};
    struct material *key = sample(), *again;
    struct blob_options options;
    struct bytes blob;
    size_t i, j;

    (void)state;
    for (i = 0; i < SCHEME_COUNT; i++)
        for (j = 0; j < 3; j++)
        {
            options = sealed(i, secrets[j]);
            blob = export_with(key, &options);
            again = import_with(blob, &options);
            assert_same_key(key, again);
            rsa_family.free(again);
            options = with_secret("another");
            assert_status(import_status(blob, &options), NTE_BAD_DATA);            /* 8.33 */
            assert_status(import_status(blob, &none), NTE_INVALID_PARAMETER);
            sample_used = 0;
        }
    rsa_family.free(key);
}

static void test_encrypted_damage(void **state)
{
    struct material *key = sample();
    struct blob_options options;
    struct bytes blob;
    size_t i;

    (void)state;
    for (i = 1; i < 3; i++)
    {
        options = sealed(i, "secret");
        blob = export_with(key, &options);
        assert_exact_size(blob, &options);
        flip_bits(run(blob.data, 120), &options);
        flip_bits(blob, &none);
    }
    rsa_family.free(key);
}

/* The size is known from the first call on; salt and IV are new each time. */
static void test_sizes(void **state)
{
    struct material *key = sample();
    struct blob_options options;
    struct bytes first, second;
    size_t i;

    (void)state;
    for (i = 0; i < SCHEME_COUNT; i++)
    {
        options = sealed(i, "secret");
        options.alg_param.size = 0;
        first = export_with(key, &options);
        second = export_with(key, &options);
        assert_int_equal(first.size, second.size);
        assert_memory_not_equal(first.data, second.data, first.size);
    }
    rsa_family.free(key);
}

static void test_export_options(void **state)
{
    struct material *key = sample(), *public;
    struct blob_options options = none;
    struct rsa_numbers numbers = published_numbers();
    struct rsa_key *made;

    (void)state;
    options.alg_oid = schemes[2];
    assert_status(export_status(key, &options), NTE_INVALID_PARAMETER);            /* no password */
    options.has_secret = 1;
    assert_status(export_status(key, &options), NTE_INVALID_PARAMETER);
    options.alg_oid = NULL;
    assert_status(export_status(key, &options), NTE_INVALID_PARAMETER);
    options = with_secret("secret");
    options.alg_oid = "1.2.3";
    assert_status(export_status(key, &options), NTE_NOT_SUPPORTED);
    options = none;
    options.wrapping = key;
    assert_status(export_status(key, &options), NTE_NOT_SUPPORTED);
    options = with_secret("secret");                        /* a key in clear needs none */
    rsa_family.free(import_with(export_with(key, &none), &options));

    assert_status(rsa_import_public(&numbers, &made), NTE_SUCCESS);
    public = &made->material;
    public->alg = algorithm_find_ascii("RSA");
    assert_status(export_status(public, &none), NTE_INVALID_PARAMETER);
    assert_status(export_status(public, &options), NTE_INVALID_PARAMETER);
    rsa_family.free(public);
    rsa_family.free(key);
}

/* GnuTLS reads what we write. It knows neither RC2-128 nor two-key 3DES. */
static void test_gnutls_reads(void **state)
{
    static const size_t known[] = {0, 1, 2, 5};
    struct material *key = sample();
    struct blob_options options;
    gnutls_x509_privkey_t other;
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++)
    {
        options = sealed(known[i], "secret");
        other = peer_read(export_with(key, &options), "secret");
        assert_sample_numbers(other);
        gnutls_x509_privkey_deinit(other);
    }
    rsa_family.free(key);
}

/* We read what GnuTLS writes. */
static void test_gnutls_writes(void **state)
{
    static const unsigned int flags[] =
    {
        GNUTLS_PKCS_PKCS12_3DES, GNUTLS_PKCS_PKCS12_ARCFOUR, GNUTLS_PKCS_PKCS12_RC2_40, GNUTLS_PKCS_PBES2_3DES,
        GNUTLS_PKCS_PBES2_AES_128, GNUTLS_PKCS_PBES2_AES_192, GNUTLS_PKCS_PBES2_AES_256, GNUTLS_PKCS_PBES2_DES,
    };
    struct material *key = sample(), *again;
    gnutls_x509_privkey_t other = peer_read(export_with(key, &none), NULL);
    struct blob_options options = with_secret("secret");
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(flags) / sizeof(*flags); i++)
    {
        again = import_with(peer_write(other, "secret", flags[i]), &options);
        assert_same_key(key, again);
        rsa_family.free(again);
    }
    options = with_secret("");
    rsa_family.free(import_with(peer_write(other, "", GNUTLS_PKCS_PKCS12_3DES), &options));
    rsa_family.free(import_with(peer_write(other, NULL, GNUTLS_PKCS_PKCS12_3DES | GNUTLS_PKCS_NULL_PASSWORD),
                                &options));
    gnutls_x509_privkey_deinit(other);
    rsa_family.free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_plain, take_back),
        cmocka_unit_test_teardown(test_plain_flips, take_back),
        cmocka_unit_test_teardown(test_recomputed, take_back),
        cmocka_unit_test_teardown(test_shell, take_back),
        cmocka_unit_test_teardown(test_encrypted, take_back),
        cmocka_unit_test_teardown(test_encrypted_damage, take_back),
        cmocka_unit_test_teardown(test_sizes, take_back),
        cmocka_unit_test_teardown(test_export_options, take_back),
        cmocka_unit_test_teardown(test_gnutls_reads, take_back),
        cmocka_unit_test_teardown(test_gnutls_writes, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
