/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ec.c, ec_family.c: signatures, against RFC 6979, nettle's own ECDSA and GnuTLS. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include <gmp.h>
#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecdsa.h>

#include "ec_sample.h"
#include "crypto/hash.h"
#include "base/property_list.h"

static const struct property_list no_parameters;

static const struct ecc_curve *nettle_curve(const struct ec_sample *sample)
{
    if (sample->size == 32) return nettle_get_secp_256r1();
    return sample->size == 48 ? nettle_get_secp_384r1() : nettle_get_secp_521r1();
}

static struct material *open_key(const struct ec_sample *sample, const char *alg, int has_private)
{
    const struct algorithm *row = algorithm_find_ascii(alg);
    struct ec_key *key;

    if (has_private)
        assert_status(ec_import_private(row, hex(sample->x).data, hex(sample->y).data, hex(sample->d).data, &key),
                      NTE_SUCCESS);
    else
        assert_status(ec_import_public(row, hex(sample->x).data, hex(sample->y).data, &key), NTE_SUCCESS);
    assert_int_equal(key->material.has_private, has_private);
    assert_int_equal(key->material.bits, row->default_bits);
    assert_ptr_equal(key->material.alg, row);
    return &key->material;
}

static nte_status sign(const struct material *key, struct bytes hash, uint8_t *signature)
{
    struct padding padding = no_padding(0);

    return ec_family.sign(key, &padding, hash, signature);
}

static nte_status verify(const struct material *key, struct bytes hash, struct bytes signature)
{
    struct padding padding = no_padding(0);

    return ec_family.verify(key, &padding, hash, signature);
}

static struct bytes published_signature(const struct ec_sample *sample)
{
    struct bytes r = hex(sample->r), s = hex(sample->s);
    uint8_t *signature = take(2 * sample->size);

    assert_int_equal(r.size, sample->size);
    assert_int_equal(s.size, sample->size);
    memcpy(signature, r.data, r.size);
    memcpy(signature + r.size, s.data, s.size);
    return run(signature, 2 * sample->size);
}

static struct bytes published_hash(const struct ec_sample *sample)
{
    const struct hash *hash = hash_find_ascii(sample->hash);
    uint8_t *digest = take(hash->size);

    assert_status(hash_once(hash, text("sample"), digest), NTE_SUCCESS);
    return run(digest, hash->size);
}

static void test_published(void **state)
{
    struct bytes signature, hash;
    struct material *key;
    size_t i, bit;

    (void)state;
    for (i = 0; i < EC_SAMPLE_COUNT; i++)
    {
        signature = published_signature(&ec_samples[i]);
        hash = published_hash(&ec_samples[i]);
        key = open_key(&ec_samples[i], ec_samples[i].ecdsa, 0);
        assert_int_equal(ec_family.block_length(key->alg, key->bits), ec_samples[i].size);
        assert_int_equal(ec_family.signature_length(key->bits), signature.size);            /* 10.15 */
        assert_status(verify(key, hash, signature), NTE_SUCCESS);
        for (bit = 0; bit < 8 * signature.size; bit += i ? 7 : 1)                           /* 10.11 */
        {
            ((uint8_t *)signature.data)[bit / 8] ^= 1 << bit % 8;
            assert_status(verify(key, hash, signature), NTE_BAD_SIGNATURE);
            ((uint8_t *)signature.data)[bit / 8] ^= 1 << bit % 8;
        }
        for (bit = 0; bit < 8 * hash.size; bit += 5)
        {
            ((uint8_t *)hash.data)[bit / 8] ^= 1 << bit % 8;
            assert_status(verify(key, hash, signature), NTE_BAD_SIGNATURE);
            ((uint8_t *)hash.data)[bit / 8] ^= 1 << bit % 8;
        }
        ec_family.free(key);
    }
}

static void test_signature_length(void **state)
{
    struct bytes signature, copy, hash;
    struct material *key;
    size_t i, n;

    (void)state;
    for (i = 0; i < EC_SAMPLE_COUNT; i++)
    {
        signature = published_signature(&ec_samples[i]);
        take(16);
        hash = published_hash(&ec_samples[i]);
        key = open_key(&ec_samples[i], ec_samples[i].ecdsa, 0);
        for (n = 0; n <= signature.size + 8; n++)                                           /* 10.13 */
        {
            copy = exact(run(signature.data, n));
            assert_status(verify(key, hash, copy), n == signature.size ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
            free((void *)copy.data);
        }
        ec_family.free(key);
    }
}

static struct bytes joined(const mpz_t r, const mpz_t s, size_t size)
{
    uint8_t *signature = take(2 * size);

    if (mpz_sgn(r)) mpz_export(signature + size - mpz_sizeinbase(r, 256), NULL, 1, 1, 0, 0, r);
    if (mpz_sgn(s)) mpz_export(signature + 2 * size - mpz_sizeinbase(s, 256), NULL, 1, 1, 0, 0, s);
    return run(signature, 2 * size);
}

/* r and s outside 1 .. order - 1, among them r + order, which is the same number to who does not look. */
static void test_signature_range(void **state)
{
    mpz_t r, s, zero, order, more, all;
    const struct ec_sample *sample;
    struct material *key;
    struct bytes hash;
    size_t i;

    (void)state;
    mpz_inits(r, s, zero, order, more, all, NULL);
    for (i = 0; i < EC_SAMPLE_COUNT; i++)
    {
        sample = &ec_samples[i];
        hash = published_hash(sample);
        key = open_key(sample, sample->ecdsa, 0);
        mpz_set_str(r, sample->r, 16);
        mpz_set_str(s, sample->s, 16);
        mpz_set_str(order, sample->order, 16);
        mpz_set_ui(all, 1);
        mpz_mul_2exp(all, all, 8 * sample->size);
        mpz_sub_ui(all, all, 1);
        assert_status(verify(key, hash, joined(r, s, sample->size)), NTE_SUCCESS);
        mpz_sub(more, order, s);        /* the other s that ECDSA allows */
        assert_status(verify(key, hash, joined(r, more, sample->size)), NTE_SUCCESS);
#define BAD(r, s) assert_status(verify(key, hash, joined(r, s, sample->size)), NTE_BAD_SIGNATURE)
        BAD(zero, s);
        BAD(r, zero);
        BAD(zero, zero);
        BAD(order, s);
        BAD(r, order);
        BAD(all, s);
        BAD(r, all);
        mpz_add(more, r, order);
        if (mpz_cmp(more, all) <= 0) BAD(more, s);
        mpz_add(more, s, order);
        if (mpz_cmp(more, all) <= 0) BAD(r, more);
        BAD(s, r);
#undef BAD
        ec_family.free(key);
    }
    mpz_clears(r, s, zero, order, more, all, NULL);
}

/* Nettle's own verifier and ours, keys of both groups, both ways (row 10.32), every digest length. */
static void test_sign(void **state)
{
    struct ecc_point point;
    struct dsa_signature rs;
    struct material *ecdsa, *ecdh;
    const struct ec_sample *sample;
    uint8_t signature[132];
    struct bytes hash;
    size_t i, n;
    mpz_t x, y;

    (void)state;
    for (i = 0; i < EC_SAMPLE_COUNT; i++)
    {
        sample = &ec_samples[i];
        ecdsa = open_key(sample, sample->ecdsa, 1);
        ecdh = open_key(sample, sample->ecdh, 1);
        mpz_inits(x, y, NULL);
        mpz_set_str(x, sample->x, 16);
        mpz_set_str(y, sample->y, 16);
        ecc_point_init(&point, nettle_curve(sample));
        assert_true(ecc_point_set(&point, x, y));
        dsa_signature_init(&rs);
        for (n = 1; n <= 140; n++)
        {
            hash = pattern(n, n);
            assert_status(sign(n % 2 ? ecdsa : ecdh, hash, signature), NTE_SUCCESS);
            assert_status(verify(n % 2 ? ecdh : ecdsa, hash, run(signature, 2 * sample->size)), NTE_SUCCESS);
            mpz_import(rs.r, sample->size, 1, 1, 0, 0, signature);
            mpz_import(rs.s, sample->size, 1, 1, 0, 0, signature + sample->size);
            assert_true(ecdsa_verify(&point, n, hash.data, &rs));
        }
        dsa_signature_clear(&rs);
        ecc_point_clear(&point);
        mpz_clears(x, y, NULL);
        ec_family.free(ecdsa);
        ec_family.free(ecdh);
    }
    ec_family.free(NULL);
}

/* Only the leftmost bits of a long digest count (row 10.12): 32, 48 bytes, 521 bits. */
static void test_leftmost_bits(void **state)
{
    struct bytes hash, signature;
    struct material *key;
    uint8_t *data, *out;
    size_t i, bits;

    (void)state;
    for (i = 0; i < EC_SAMPLE_COUNT; i++)
    {
        key = open_key(&ec_samples[i], ec_samples[i].ecdsa, 1);
        bits = key->bits;
        hash = pattern(100, i);
        data = (uint8_t *)hash.data;
        out = take(2 * ec_samples[i].size);
        assert_status(sign(key, hash, out), NTE_SUCCESS);
        signature = run(out, 2 * ec_samples[i].size);
        data[bits / 8] ^= 0x80 >> bits % 8;                                 /* first bit that does not count */
        data[99] ^= 1;
        assert_status(verify(key, hash, signature), NTE_SUCCESS);
        assert_status(verify(key, run(data, (bits + 7) / 8), signature), NTE_SUCCESS);
        assert_status(verify(key, run(data, bits / 8 - 1), signature), NTE_BAD_SIGNATURE);
        data[(bits - 1) / 8] ^= 0x80 >> (bits - 1) % 8;                     /* last bit that does */
        assert_status(verify(key, hash, signature), NTE_BAD_SIGNATURE);
        ec_family.free(key);
    }
}

static void test_statuses(void **state)
{
    struct material *key = open_key(&ec_samples[0], "ECDSA_P256", 1);
    struct bytes hash = pattern(32, 1);
    struct padding padding = pkcs1("no hash at all");       /* not looked at */
    uint8_t a[64], b[64];

    (void)state;
    assert_null(ec_family.encrypt);
    assert_null(ec_family.decrypt);
    assert_status(ec_family.sign(key, &padding, hash, a), NTE_SUCCESS);
    assert_status(ec_family.verify(key, &padding, hash, run(a, 64)), NTE_SUCCESS);
    assert_status(sign(key, run(hash.data, 0), b), NTE_INVALID_PARAMETER);
    assert_status(verify(key, run(hash.data, 0), run(a, 64)), NTE_INVALID_PARAMETER);
    assert_status(sign(key, hash, b), NTE_SUCCESS);
    assert_memory_not_equal(a, b, 32);                  /* another nonce */
    ec_family.free(key);
}

static void test_wrong_key(void **state)
{
    struct material *a, *b;
    uint8_t signature[64];

    (void)state;
    assert_status(ec_family.generate(algorithm_find_ascii("ECDSA_P256"), 256, &no_parameters, &a), NTE_SUCCESS);
    assert_status(ec_family.generate(algorithm_find_ascii("ECDSA_P256"), 256, &no_parameters, &b), NTE_SUCCESS);
    assert_status(sign(a, pattern(32, 1), signature), NTE_SUCCESS);
    assert_status(verify(a, pattern(32, 1), run(signature, 64)), NTE_SUCCESS);
    assert_status(verify(b, pattern(32, 1), run(signature, 64)), NTE_BAD_SIGNATURE);
    ec_family.free(a);
    ec_family.free(b);
}

static gnutls_datum_t datum(struct bytes b)
{
    gnutls_datum_t d = {(void *)b.data, b.size};

    return d;
}

static void check_gnutls(const struct ec_sample *sample, gnutls_ecc_curve_t curve)
{
    struct material *key = open_key(sample, sample->ecdsa, 1);
    gnutls_datum_t x = datum(hex(sample->x)), y = datum(hex(sample->y)), d = datum(hex(sample->d));
    gnutls_datum_t hash = datum(pattern(32, 1)), r, s, encoded;
    gnutls_privkey_t priv;
    gnutls_pubkey_t pub;
    uint8_t *signature = take(2 * sample->size);
    size_t i;

    assert_int_equal(gnutls_privkey_init(&priv), 0);
    assert_int_equal(gnutls_privkey_import_ecc_raw(priv, curve, &x, &y, &d), 0);
    assert_int_equal(gnutls_pubkey_init(&pub), 0);
    assert_int_equal(gnutls_pubkey_import_privkey(pub, priv, 0, 0), 0);
    for (i = 0; i < 20; i++)
    {
        assert_status(sign(key, run(hash.data, 32), signature), NTE_SUCCESS);
        r = datum(run(signature, sample->size));
        s = datum(run(signature + sample->size, sample->size));
        assert_int_equal(gnutls_encode_rs_value(&encoded, &r, &s), 0);
        assert_true(gnutls_pubkey_verify_hash2(pub, GNUTLS_SIGN_ECDSA_SHA256, 0, &hash, &encoded) >= 0);
        gnutls_free(encoded.data);

        assert_int_equal(gnutls_privkey_sign_hash2(priv, GNUTLS_SIGN_ECDSA_SHA256, 0, &hash, &encoded), 0);
        assert_int_equal(gnutls_decode_rs_value(&encoded, &r, &s), 0);
        memset(signature, 0, 2 * sample->size);
        while (r.size > sample->size) r.size--, memmove(r.data, r.data + 1, r.size);
        while (s.size > sample->size) s.size--, memmove(s.data, s.data + 1, s.size);
        memcpy(signature + sample->size - r.size, r.data, r.size);
        memcpy(signature + 2 * sample->size - s.size, s.data, s.size);
        assert_status(verify(key, run(hash.data, 32), run(signature, 2 * sample->size)), NTE_SUCCESS);
        gnutls_free(encoded.data);
        gnutls_free(r.data);
        gnutls_free(s.data);
    }
    gnutls_pubkey_deinit(pub);
    gnutls_privkey_deinit(priv);
    ec_family.free(key);
}

static void test_gnutls(void **state)
{
    (void)state;
    check_gnutls(&ec_samples[0], GNUTLS_ECC_CURVE_SECP256R1);
    check_gnutls(&ec_samples[1], GNUTLS_ECC_CURVE_SECP384R1);
    check_gnutls(&ec_samples[2], GNUTLS_ECC_CURVE_SECP521R1);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_published, take_back),
        cmocka_unit_test_teardown(test_signature_length, take_back),
        cmocka_unit_test_teardown(test_signature_range, take_back),
        cmocka_unit_test_teardown(test_sign, take_back),
        cmocka_unit_test_teardown(test_leftmost_bits, take_back),
        cmocka_unit_test_teardown(test_statuses, take_back),
        cmocka_unit_test_teardown(test_wrong_key, take_back),
        cmocka_unit_test_teardown(test_gnutls, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
