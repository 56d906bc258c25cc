/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Importing and exporting PKCS#8 in tests, and GnuTLS as the other side. Include after cmocka.h. */
#ifndef TESTS_PKCS8_SAMPLE_H
#define TESTS_PKCS8_SAMPLE_H

#include <gnutls/x509.h>

#include "algorithm.h"
#include "crypto_sample.h"
#include "pkcs8_key.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

static inline struct blob_options with_secret(const char *secret)
{
    struct blob_options options = {.algorithms = &all_algorithms};

    options.has_secret = 1;
    options.secret = wide(secret);
    return options;
}

/* A copy of what an export wrote, until take_back. */
static inline struct bytes export_with(const struct material *key, const struct blob_options *options)
{
    struct writer w = {0};
    struct bytes blob;

    assert_status(pkcs8_export(key, options, &w), NTE_SUCCESS);
    assert_int_equal(w.failed, 0);
    blob = run(memcpy(take(w.used), w.data, w.used), w.used);
    writer_free(&w);
    return blob;
}

static inline nte_status export_status(const struct material *key, const struct blob_options *options)
{
    struct writer w = {0};
    nte_status status = pkcs8_export(key, options, &w);

    writer_free(&w);
    return status;
}

static inline nte_status import_status(struct bytes data, const struct blob_options *options)
{
    struct bytes copy = exact(data);
    struct material *key;
    nte_status status = pkcs8_import(copy, options, &key);

    if (!status) key->alg->family->free(key);
    free((void *)copy.data);
    return status;
}

static inline struct material *import_with(struct bytes data, const struct blob_options *options)
{
    struct material *key = NULL;

    assert_status(pkcs8_import(data, options, &key), NTE_SUCCESS);
    assert_non_null(key);
    assert_int_equal(key->has_private, 1);
    return key;
}

static inline struct bytes changed(struct bytes from, size_t at, uint8_t value)
{
    uint8_t *copy = take(from.size);

    memcpy(copy, from.data, from.size);
    copy[at] = value;
    return run(copy, from.size);
}

/* Every shorter blob, and one with a byte more. */
static inline void assert_exact_size(struct bytes blob, const struct blob_options *options)
{
    uint8_t *grown = take(blob.size + 1);
    size_t n;

    for (n = 0; n < blob.size; n++) assert_status(import_status(run(blob.data, n), options), NTE_BAD_DATA);
    memcpy(grown, blob.data, blob.size);
    assert_status(import_status(run(grown, blob.size + 1), options), NTE_BAD_DATA);
}

/* Each bit: any verdict but a crash, a hang or a key without its private part. */
static inline void flip_bits(struct bytes blob, const struct blob_options *options)
{
    uint8_t *copy = take(blob.size);
    struct material *key;
    size_t i;

    memcpy(copy, blob.data, blob.size);
    for (i = 0; i < 8 * blob.size; i++)
    {
        copy[i / 8] ^= 1 << i % 8;
        if (!pkcs8_import(run(copy, blob.size), options, &key))
        {
            assert_int_equal(key->has_private, 1);
            key->alg->family->free(key);
        }
        copy[i / 8] ^= 1 << i % 8;
    }
}

/* GnuTLS reads it; secret NULL: it is in clear. End with gnutls_x509_privkey_deinit. */
static inline gnutls_x509_privkey_t peer_read(struct bytes blob, const char *secret)
{
    gnutls_datum_t data = {(unsigned char *)blob.data, blob.size};
    gnutls_x509_privkey_t key;

    assert_int_equal(gnutls_x509_privkey_init(&key), 0);
    assert_int_equal(gnutls_x509_privkey_import_pkcs8(key, &data, GNUTLS_X509_FMT_DER, secret,
                                                      secret ? 0 : GNUTLS_PKCS_PLAIN), 0);
    return key;
}

static inline struct bytes peer_write(gnutls_x509_privkey_t key, const char *secret, unsigned int flags)
{
    gnutls_datum_t data;
    uint8_t *copy;

    assert_int_equal(gnutls_x509_privkey_export2_pkcs8(key, GNUTLS_X509_FMT_DER, secret, flags, &data), 0);
    copy = take(data.size);
    memcpy(copy, data.data, data.size);
    gnutls_free(data.data);
    return run(copy, data.size);
}

#endif
