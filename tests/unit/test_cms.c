/* SPDX-License-Identifier: LGPL-2.1-or-later
 * cms.c, cms_certificate.c: PKCS7_ENVELOPE out and in, and damaged. The certificate comes from GnuTLS. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "algorithm.h"
#include "cms/cms.h"
#include "pkcs8_sample.h"
#include "rsa_sample.h"

#define AES_256_CBC "2.16.840.1.101.3.4.1.42"

/* Self-signed, of the sample key. */
static struct bytes make_certificate(uint8_t serial)
{
    gnutls_x509_privkey_t key = peer_read(export_with(private_key, &none), NULL);
    gnutls_datum_t der;
    gnutls_x509_crt_t crt;
    struct bytes copy;

    assert_int_equal(gnutls_x509_crt_init(&crt), 0);
    assert_int_equal(gnutls_x509_crt_set_version(crt, 3), 0);
    assert_int_equal(gnutls_x509_crt_set_dn(crt, "CN=holder", NULL), 0);
    assert_int_equal(gnutls_x509_crt_set_serial(crt, &serial, 1), 0);
    assert_int_equal(gnutls_x509_crt_set_activation_time(crt, 1000000000), 0);
    assert_int_equal(gnutls_x509_crt_set_expiration_time(crt, 2000000000), 0);
    assert_int_equal(gnutls_x509_crt_set_key(crt, key), 0);
    assert_int_equal(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0), 0);
    assert_int_equal(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der), 0);
    copy = run(memcpy(take(der.size), der.data, der.size), der.size);
    gnutls_free(der.data);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
    return copy;
}

static struct blob_options options_with(struct bytes certificate)
{
    struct blob_options options = {.algorithms = &all_algorithms};

    options.certificate = certificate;
    options.alg_oid = AES_256_CBC;
    return options;
}

static struct bytes make_envelope(const struct blob_options *options)
{
    struct writer w = {0};
    struct bytes blob;

    assert_status(cms_export(private_key, options, &w), NTE_SUCCESS);
    assert_int_equal(w.failed, 0);
    blob = run(memcpy(take(w.used), w.data, w.used), w.used);
    writer_free(&w);
    return blob;
}

static nte_status open_status(struct bytes envelope, struct bytes certificate, const struct material *wrapping)
{
    struct blob_options options = options_with(certificate);
    struct bytes copy = exact(envelope);
    struct material *key;
    nte_status status;

    options.wrapping = wrapping;
    status = cms_import(copy, &options, &key);
    if (!status) key->alg->family->free(key);
    free((void *)copy.data);
    return status;
}

static nte_status export_status_with(const struct blob_options *options)
{
    struct writer w = {0};
    nte_status status = cms_export(private_key, options, &w);

    writer_free(&w);
    return status;
}

static void test_round_trip(void **state)
{
    struct bytes certificate = make_certificate(1), other = make_certificate(2), envelope, again;
    struct blob_options options = options_with(certificate);

    (void)state;
    envelope = make_envelope(&options);
    again = make_envelope(&options);
    assert_int_equal(envelope.size, again.size);
    assert_memory_not_equal(envelope.data, again.data, envelope.size);
    assert_status(open_status(envelope, certificate, private_key), NTE_SUCCESS);
    assert_status(open_status(envelope, other, private_key), NTE_NOT_FOUND);
    assert_status(open_status(envelope, certificate, public_key), NTE_NOT_SUPPORTED);
    assert_status(open_status(envelope, certificate, NULL), NTE_INVALID_PARAMETER);
    assert_status(open_status(envelope, run(NULL, 0), private_key), NTE_INVALID_PARAMETER);
}

/* CERT_STORE_SAVE_AS_STORE: a property, the certificate, the end. */
static void test_store(void **state)
{
    struct bytes certificate = make_certificate(1), store, cut;
    struct blob_options options;
    struct writer w = {0};
    size_t n;

    (void)state;
    write_u32(&w, 0);
    write_bytes(&w, "CERT", 4);
    write_u32(&w, 2);
    write_u32(&w, 1);
    write_u32(&w, 3);
    write_bytes(&w, "abc", 3);
    write_u32(&w, 32);
    write_u32(&w, 1);
    write_u32(&w, certificate.size);
    write_bytes(&w, certificate.data, certificate.size);
    store = run(w.data, w.used);
    options = options_with(store);
    assert_status(open_status(make_envelope(&options), certificate, private_key), NTE_SUCCESS);
    for (n = 1; n < store.size; n++)
    {
        cut = exact(run(store.data, n));
        options = options_with(cut);
        assert_status(export_status_with(&options), NTE_BAD_DATA);
        free((void *)cut.data);
    }
    writer_free(&w);
}

static void test_damage(void **state)
{
    struct bytes certificate = make_certificate(1), envelope;
    struct blob_options options = options_with(certificate);
    uint8_t *copy;
    nte_status status;
    size_t i;

    (void)state;
    envelope = make_envelope(&options);
    for (i = 0; i < envelope.size; i++)
        assert_status(open_status(run(envelope.data, i), certificate, private_key), NTE_BAD_DATA);
    copy = take(envelope.size + 1);
    memcpy(copy, envelope.data, envelope.size);
    assert_status(open_status(run(copy, envelope.size + 1), certificate, private_key), NTE_BAD_DATA);
    for (i = 0; i < 8 * envelope.size; i += 3)
    {
        copy[i / 8] ^= 1 << i % 8;
        status = open_status(run(copy, envelope.size), certificate, private_key);
        assert_true(!status || status == NTE_BAD_DATA || status == NTE_NOT_SUPPORTED || status == NTE_NOT_FOUND ||
                    status == NTE_INVALID_PARAMETER);
        copy[i / 8] ^= 1 << i % 8;
    }
}

/* A content key that is not padded as it should be opens nothing, and has no status of its own. */
static void test_wrong_key(void **state)
{
    struct bytes certificate = make_certificate(1), envelope;
    struct blob_options options = options_with(certificate);
    struct rsa_key *key = (struct rsa_key *)private_key;
    uint8_t *copy, *wrapped;
    size_t at;

    (void)state;
    envelope = make_envelope(&options);
    copy = take(envelope.size);
    memcpy(copy, envelope.data, envelope.size);
    for (at = 0; memcmp(copy + at, "\x04\x81\x80", 3); at++) continue;
    wrapped = copy + at + 3;
    wrapped[20] ^= 1;
    wrapped[0] = 0;
    assert_status(open_status(run(copy, envelope.size), certificate, private_key), NTE_BAD_DATA);
    memset(wrapped, 0, key->n_size);
    assert_status(open_status(run(copy, envelope.size), certificate, private_key), NTE_BAD_DATA);
    memset(wrapped, 0xff, key->n_size);
    assert_status(open_status(run(copy, envelope.size), certificate, private_key), NTE_BAD_DATA);
}

static void test_options(void **state)
{
    struct bytes certificate = make_certificate(1);
    struct blob_options options = options_with(certificate);

    (void)state;
    options.alg_oid = NULL;
    assert_status(export_status_with(&options), NTE_INVALID_PARAMETER);
    options.alg_oid = "1.2.3";
    assert_status(export_status_with(&options), NTE_NOT_SUPPORTED);
    options = options_with(run(NULL, 0));
    assert_status(export_status_with(&options), NTE_INVALID_PARAMETER);
    options = options_with(certificate);
    options.alg_param = hex("0400");
    assert_status(export_status_with(&options), NTE_NOT_SUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_round_trip, take_back),
        cmocka_unit_test_teardown(test_store, take_back),
        cmocka_unit_test_teardown(test_damage, take_back),
        cmocka_unit_test_teardown(test_wrong_key, take_back),
        cmocka_unit_test_teardown(test_options, take_back),
    };

    return cmocka_run_group_tests(tests, open_sample_keys, close_sample_keys);
}
