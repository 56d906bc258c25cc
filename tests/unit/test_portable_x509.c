/* SPDX-License-Identifier: LGPL-2.1-or-later
 * unix_portable/gnutls_x509.c: of certificates that GnuTLS makes it reads what GnuTLS reads, and of no part of one
 * anything. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "crypto_sample.h"
#include "portable_sample.h"

/* Self-signed, with an extension; malloc'ed. */
static gnutls_datum_t make_certificate(gnutls_pk_algorithm_t algorithm, unsigned bits)
{
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
    gnutls_datum_t der;

    assert_int_equal(THEIRS(gnutls_x509_privkey_init)(&key), 0);
    assert_int_equal(THEIRS(gnutls_x509_privkey_generate)(key, algorithm, bits, 0), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_init)(&crt), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_set_version)(crt, 3), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_set_serial)(crt, "\1", 1), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_set_activation_time)(crt, 1000000000), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_set_expiration_time)(crt, 2000000000), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_set_dn)(crt, "CN=portable", NULL), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_set_basic_constraints)(crt, 0, -1), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_set_key)(crt, key), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_sign2)(crt, crt, key, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_export2)(crt, GNUTLS_X509_FMT_DER, &der), 0);
    THEIRS(gnutls_x509_crt_deinit)(crt);
    THEIRS(gnutls_x509_privkey_deinit)(key);
    return der;
}

static int import_error(const uint8_t *data, size_t size)
{
    uint8_t *copy = malloc(size + !size);
    gnutls_datum_t der = {copy, size};
    gnutls_x509_crt_t crt;
    int error;

    memcpy(copy, data, size);
    assert_int_equal(gnutls_x509_crt_init(&crt), 0);
    error = gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER);
    gnutls_x509_crt_deinit(crt);
    free(copy);
    return error;
}

static void assert_same_number(const gnutls_datum_t *a, const gnutls_datum_t *b)
{
    struct bytes x = trim_number(bytes_of(a->data, a->size)), y = trim_number(bytes_of(b->data, b->size));

    assert_int_equal(x.size, y.size);
    assert_memory_equal(x.data, y.data, x.size);
}

static void test_rsa(void **state)
{
    gnutls_datum_t der = make_certificate(GNUTLS_PK_RSA, 2048), n, e, m, f;
    gnutls_x509_crt_t mine, theirs;
    unsigned bits;

    (void)state;
    assert_int_equal(gnutls_x509_crt_init(&mine), 0);
    assert_int_equal(gnutls_x509_crt_import(mine, &der, GNUTLS_X509_FMT_DER), 0);
    assert_int_equal(gnutls_x509_crt_get_pk_algorithm(mine, &bits), GNUTLS_PK_RSA);
    assert_int_equal(bits, 2048);
    assert_int_equal(gnutls_x509_crt_get_pk_rsa_raw(mine, &n, &e), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_init)(&theirs), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_import)(theirs, &der, GNUTLS_X509_FMT_DER), 0);
    assert_int_equal(THEIRS(gnutls_x509_crt_get_pk_rsa_raw)(theirs, &m, &f), 0);
    assert_same_number(&n, &m);
    assert_same_number(&e, &f);
    THEIRS(gnutls_x509_crt_deinit)(theirs);
    gnutls_x509_crt_deinit(mine);
    gnutls_free(n.data);
    gnutls_free(e.data);
    free(m.data);
    free(f.data);
    free(der.data);
}

static void test_no_rsa(void **state)
{
    gnutls_datum_t der = make_certificate(GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)), n, e;
    gnutls_x509_crt_t crt;

    (void)state;
    assert_int_equal(gnutls_x509_crt_init(&crt), 0);
    assert_int_equal(gnutls_x509_crt_import(crt, &der, GNUTLS_X509_FMT_DER), 0);
    assert_int_not_equal(gnutls_x509_crt_get_pk_algorithm(crt, NULL), GNUTLS_PK_RSA);
    assert_true(gnutls_x509_crt_get_pk_rsa_raw(crt, &n, &e) < 0);
    gnutls_x509_crt_deinit(crt);
    free(der.data);
}

static void test_damaged(void **state)
{
    gnutls_datum_t der = make_certificate(GNUTLS_PK_RSA, 1024);
    uint8_t *longer = calloc(1, der.size + 1);
    size_t i;

    (void)state;
    for (i = 0; i < der.size; i++) assert_true(import_error(der.data, i) < 0);
    memcpy(longer, der.data, der.size);
    assert_true(import_error(longer, der.size + 1) < 0);
    for (i = 0; i < 8 * der.size; i++)          /* whatever comes of it: nothing outside of the copy is read */
    {
        longer[i / 8] ^= 1 << i % 8;
        import_error(longer, der.size);
        longer[i / 8] ^= 1 << i % 8;
    }
    assert_int_equal(import_error(longer, der.size), 0);
    free(longer);
    free(der.data);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_rsa),
        cmocka_unit_test(test_no_rsa),
        cmocka_unit_test(test_damaged),
    };

    return cmocka_run_group_tests(tests, load_gnutls, NULL);
}
