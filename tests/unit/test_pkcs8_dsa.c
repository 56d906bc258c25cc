/* SPDX-License-Identifier: LGPL-2.1-or-later
 * pkcs8_dsa.c, against GnuTLS, with keys that it made. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "dsa/dsa.h"
#include "pkcs8_sample.h"

static const unsigned int lengths[] = {1024, 2048};

static gnutls_x509_privkey_t make_key(unsigned int bits)
{
    gnutls_x509_privkey_t key;

    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(gnutls_x509_privkey_generate(key, GNUTLS_PK_DSA, bits, 0), 0);
    return key;
}

static void assert_same_keys(gnutls_x509_privkey_t a, gnutls_x509_privkey_t b)
{
    gnutls_datum_t x[5], y[5];
    size_t i;

    assert_int_equal(gnutls_x509_privkey_export_dsa_raw(a, x, x + 1, x + 2, x + 3, x + 4), 0);
    assert_int_equal(gnutls_x509_privkey_export_dsa_raw(b, y, y + 1, y + 2, y + 3, y + 4), 0);
    for (i = 0; i < 5; i++)
    {
        assert_int_equal(x[i].size, y[i].size);
        assert_memory_equal(x[i].data, y[i].data, x[i].size);
        gnutls_free(x[i].data);
        gnutls_free(y[i].data);
    }
}

static void test_round_trip(void **state)
{
    struct blob_options options = with_secret("secret");
    gnutls_x509_privkey_t theirs, again;
    struct material *key;
    struct bytes blob;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++)
    {
        theirs = make_key(lengths[i]);
        key = import_with(peer_write(theirs, "secret", GNUTLS_PKCS_PBES2_AES_256), &options);
        assert_string_equal(key->alg->id, "DSA");
        assert_int_equal(key->bits, lengths[i]);
        blob = export_with(key, &none);
        again = peer_read(blob, NULL);
        assert_same_keys(theirs, again);
        assert_exact_size(blob, &none);
        gnutls_x509_privkey_deinit(again);
        again = peer_read(export_with(key, &options), "secret");
        assert_same_keys(theirs, again);
        gnutls_x509_privkey_deinit(again);
        gnutls_x509_privkey_deinit(theirs);
        dsa_family.free(key);
    }
}

static void test_damage(void **state)
{
    gnutls_x509_privkey_t theirs = make_key(1024);
    struct material *key = import_with(peer_write(theirs, NULL, GNUTLS_PKCS_PLAIN), &none);
    struct bytes blob = export_with(key, &none);

    (void)state;
    flip_bits(blob, &none);
    gnutls_x509_privkey_deinit(theirs);
    dsa_family.free(key);
}

/* Parameters that are missing would be those of the issuer of a certificate, which there is none of here. */
static void test_parameters(void **state)
{
    (void)state;
    assert_status(import_status(hex("3014 020100 3009 0607 2a8648ce380401 0404 02020102"), &none), NTE_BAD_DATA);
    assert_status(import_status(hex("3016 020100 300b 0607 2a8648ce380401 0500 0404 02020102"), &none), NTE_BAD_DATA);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_round_trip, take_back),
        cmocka_unit_test_teardown(test_damage, take_back),
        cmocka_unit_test_teardown(test_parameters, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
