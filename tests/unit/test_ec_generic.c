/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of the generic algorithms "ECDSA" and "ECDH" on every named curve: made, signed with, agreed with, taken
 * out and in by every blob, kept in a key file. Row numbers are those of doc/facts/windows-behaviour.md A. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <cmocka.h>

#include "algorithm.h"
#include "pkcs8_key.h"
#include "crypto_sample.h"
#include "ec/ec.h"
#include "base/property_list.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

static const struct algorithm *ecdsa(void)
{
    return algorithm_find_ascii("ECDSA");
}

static const struct algorithm *ecdh(void)
{
    return algorithm_find_ascii("ECDH");
}

static struct bytes wide_value(const char *s)
{
    return run(wide(s), (strlen(s) + 1) * 2);
}

static nte_status generate(const struct algorithm *alg, const char *name, struct bytes value,
                           struct material **key)
{
    struct property_list parameters = {0};
    uint32_t bits = 0;
    nte_status status;

    status = ec_family.check_parameter(alg, wide(name), value, &bits);
    if (!status) status = property_list_set(&parameters, wide(name), value.data, value.size);
    if (!status) status = ec_family.generate(alg, bits, &parameters, key);
    property_list_free(&parameters);
    return status;
}

static struct bytes value_of(const struct material *key, const char *name)
{
    struct writer w = {0};
    struct bytes value;

    assert_status(ec_family.get_parameter(key, wide(name), &w), NTE_SUCCESS);
    assert_false(w.failed);
    value = run(take(w.used), w.used);
    memcpy((uint8_t *)value.data, w.data, w.used);
    writer_free(&w);
    return value;
}

static void assert_no_name(const struct material *key)
{
    struct writer w = {0};

    assert_status(ec_family.get_parameter(key, wide("ECCCurveName"), &w), NTE_NOT_FOUND);           /* 6.72 */
    assert_int_equal(w.used, 0);
}

static void assert_bytes(struct bytes a, struct bytes b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, b.size);
}

static struct bytes exported(blob_export *export, const struct material *key)
{
    struct writer w = {0};
    struct bytes blob;

    assert_status(export(key, &none, &w), NTE_SUCCESS);
    assert_false(w.failed);
    blob = run(take(w.used), w.used);
    memcpy((uint8_t *)blob.data, w.data, w.used);
    writer_free(&w);
    return blob;
}

static int is_montgomery(const struct curve_name *name)
{
    return !strcmp(name->name, "curve25519");
}

static void check_signing(const struct material *key, const struct material *public)
{
    struct padding padding = no_padding(0);
    uint32_t size = ec_family.signature_length(key->bits);
    uint8_t *signature = take(size);
    struct bytes digest;
    size_t n;

    for (n = 1; n <= 64; n += n < 20 ? 19 : 4)
    {
        digest = pattern(n, n);
        assert_status(ec_family.sign(key, &padding, digest, signature), NTE_SUCCESS);
        assert_status(ec_family.verify(public, &padding, digest, run(signature, size)), NTE_SUCCESS);
        ((uint8_t *)digest.data)[0] ^= 0x80;
        assert_status(ec_family.verify(public, &padding, digest, run(signature, size)), NTE_BAD_SIGNATURE);
        ((uint8_t *)digest.data)[0] ^= 0x80;
        signature[n % size] ^= 1;
        assert_status(ec_family.verify(public, &padding, digest, run(signature, size)), NTE_BAD_SIGNATURE);
    }
    memset(signature, 0, size);
    assert_status(ec_family.verify(public, &padding, digest, run(signature, size)), NTE_BAD_SIGNATURE);
    memset(signature, 0xff, size);
    assert_status(ec_family.verify(public, &padding, digest, run(signature, size)), NTE_BAD_SIGNATURE);
}

static void check_agreement(const struct material *key, const struct material *other)
{
    const struct ec_key *a = (const struct ec_key *)key, *b = (const struct ec_key *)other;
    uint8_t first[EC_MAX_SIZE] = {0}, second[EC_MAX_SIZE] = {0}, zero[EC_MAX_SIZE] = {0};

    assert_status(ec_agree(a, b, first), NTE_SUCCESS);
    assert_status(ec_agree(b, a, second), NTE_SUCCESS);
    assert_memory_equal(first, second, sizeof(first));
    assert_memory_not_equal(first, zero, a->curve->size);
    assert_status(ec_agree(a, a, second), NTE_SUCCESS);                                     /* 13.2 */
    assert_memory_not_equal(first, second, a->curve->size);
}

/* Every truncation and every byte more. */
static void check_sizes(blob_import *import, const struct blob_options *options, struct bytes blob)
{
    struct material *key = NULL;
    struct bytes cut;
    size_t n;

    for (n = 0; n <= blob.size + 1; n++)
    {
        if (n == blob.size) continue;
        cut = exact(run(blob.data, n));
        assert_status(import(cut, options, &key), NTE_BAD_DATA);
        free((void *)cut.data);
    }
    assert_null(key);
}

static void check_blobs(const struct material *key, const struct curve_name *name)
{
    struct blob_options options = {.algorithms = &all_algorithms};
    struct bytes private_blob = exported(ec_export_private_blob, key), blob = exported(ec_export_public_blob, key);
    uint32_t size = name->curve->size;
    struct material *copy;

    options.curve_name = wide(name->name);
    assert_int_equal(private_blob.size, 8 + 3 * size);
    assert_int_equal(blob.size, 8 + 2 * size);
    assert_memory_equal(blob.data, key->alg == ecdsa() ? "ECDP" : "ECKP", 4);
    assert_memory_equal(private_blob.data, key->alg == ecdsa() ? "ECDV" : "ECKV", 4);
    assert_int_equal(blob.data[4], size);

    assert_status(ec_import_private_blob(private_blob, &none, &copy), NTE_INVALID_PARAMETER);       /* 8.20 */
    assert_status(ec_import_private_blob(private_blob, &options, &copy), NTE_SUCCESS);              /* 8.21 */
    assert_ptr_equal(copy->alg, key->alg);
    assert_int_equal(copy->has_private, 1);
    assert_bytes(value_of(copy, "ECCCurveName"), wide_value(name->name));
    assert_bytes(exported(ec_export_private_blob, copy), private_blob);
    ec_family.free(copy);
    assert_status(ec_import_public_blob(private_blob, &options, &copy), NTE_SUCCESS);               /* 8.27 */
    assert_int_equal(copy->has_private, 0);
    assert_bytes(exported(ec_export_public_blob, copy), blob);
    ec_family.free(copy);
    assert_status(ec_import_private_blob(blob, &options, &copy), NTE_INVALID_PARAMETER);
    check_sizes(ec_import_private_blob, &options, private_blob);
    check_sizes(ec_import_public_blob, &options, blob);

    ((uint8_t *)blob.data)[8]++;
    if (!is_montgomery(name))
        assert_status(ec_import_public_blob(blob, &options, &copy), NTE_INVALID_PARAMETER);
    options.curve_name = wide("no such curve");
    assert_status(ec_import_public_blob(blob, &options, &copy), NTE_INVALID_PARAMETER);             /* 8.22 */
}

/* A key file gives back the name, and the explicit key its parameters. */
static void check_saved(const struct material *key)
{
    struct bytes saved = exported(ec_family.save_private, key), cut;
    struct material *copy = NULL;
    size_t n;

    assert_status(ec_family.load(&all_algorithms, saved, &copy), NTE_SUCCESS);
    assert_ptr_equal(copy->alg, key->alg);
    assert_int_equal(copy->bits, key->bits);
    if (((const struct ec_key *)key)->group.parameters.data) assert_no_name(copy);
    else assert_bytes(value_of(copy, "ECCCurveName"), value_of(key, "ECCCurveName"));
    assert_bytes(exported(pkcs8_export, copy), exported(pkcs8_export, key));                        /* 18.3 */
    assert_bytes(exported(ec_family.save_private, copy), saved);
    assert_bytes(exported(ec_family.save_public, copy), exported(ec_family.save_public, key));
    ec_family.free(copy);
    copy = NULL;
    for (n = 0; n < saved.size; n++)
    {
        cut = exact(run(saved.data, n));
        assert_true(ec_family.load(&all_algorithms, cut, &copy) != NTE_SUCCESS);
        free((void *)cut.data);
    }
    assert_null(copy);
}

static void check_full(const struct material *key, const struct curve_name *name)
{
    struct bytes parameters, private_blob, blob;
    struct material *copy;

    if (is_montgomery(name))
    {
        struct writer w = {0};

        assert_status(ec_export_full_private_blob(key, &none, &w), NTE_NOT_SUPPORTED);
        assert_status(ec_family.get_parameter(key, wide("ECCParameters"), &w), NTE_NOT_SUPPORTED);
        writer_free(&w);
        return;
    }
    parameters = value_of(key, "ECCParameters");
    private_blob = exported(ec_export_full_private_blob, key);
    blob = exported(ec_export_full_public_blob, key);
    assert_bytes(run(private_blob.data + 4, parameters.size), parameters);
    assert_int_equal(blob.size, 4 + parameters.size + 2 * name->curve->size);

    assert_status(ec_import_full_private_blob(private_blob, &none, &copy), NTE_SUCCESS);            /* 8.23 */
    assert_ptr_equal(copy->alg, key->alg);
    assert_int_equal(copy->bits, key->bits);
    assert_ptr_equal(((struct ec_key *)copy)->curve, name->curve);
    assert_no_name(copy);
    assert_bytes(value_of(copy, "ECCParameters"), parameters);                                      /* 6.74 */
    assert_bytes(exported(ec_export_full_private_blob, copy), private_blob);
    assert_bytes(exported(ec_export_private_blob, copy), exported(ec_export_private_blob, key));
    check_saved(copy);
    ec_family.free(copy);
    assert_status(ec_import_full_public_blob(private_blob, &none, &copy), NTE_SUCCESS);
    assert_int_equal(copy->has_private, 0);
    assert_bytes(exported(ec_export_full_public_blob, copy), blob);
    ec_family.free(copy);
    assert_status(ec_import_full_private_blob(blob, &none, &copy), NTE_INVALID_PARAMETER);
    check_sizes(ec_import_full_private_blob, &none, private_blob);
    check_sizes(ec_import_full_public_blob, &none, blob);
}

struct form                         /* of a private key that carries its point */
{
    blob_import *import;
    blob_export *export;
    struct blob_options options;
};

static struct bytes with_point(struct bytes blob, size_t at, const struct curve *curve, const uint8_t *x,
                               const uint8_t *y)
{
    uint8_t *copy = take(blob.size);

    memcpy(copy, blob.data, blob.size);
    memcpy(copy + at, x, curve->size);
    memcpy(copy + at + curve->size, y, curve->size);
    return run(copy, blob.size);
}

static void check_point_is_made(const struct form *form, struct bytes blob, const struct material *key)
{
    struct material *copy;

    assert_status(form->import(blob, &form->options, &copy), NTE_SUCCESS);
    assert_bytes(exported(form->export, copy), exported(form->export, key));
    ec_family.free(copy);
}

/* 18.1, 18.2 */
static void check_form(const struct form *form, const struct material *key, const struct material *other)
{
    const struct ec_key *a = (const struct ec_key *)key, *b = (const struct ec_key *)other;
    struct bytes blob = exported(form->export, key);
    const uint8_t zero[EC_MAX_SIZE] = {0};
    struct material *copy;
    size_t at = 0;

    while (at + a->curve->size <= blob.size && memcmp(blob.data + at, a->x, a->curve->size)) at++;
    assert_true(at + 2 * a->curve->size <= blob.size);
    check_point_is_made(form, with_point(blob, at, a->curve, zero, zero), key);
    check_point_is_made(form, with_point(blob, at, a->curve, b->x, b->y), key);
    assert_status(form->import(with_point(blob, at, a->curve, a->x, b->x), &form->options, &copy),
                  NTE_INVALID_PARAMETER);                   /* on no curve, and not zero */
}

static void check_foreign_points(const struct material *key, const struct material *other,
                                 const struct curve_name *name)
{
    const struct form short_blob =
    {
        ec_import_private_blob, ec_export_private_blob,
        {.algorithms = &all_algorithms, .curve_name = wide(name->name)},
    };
    const struct form full_blob =
    {
        ec_import_full_private_blob, ec_export_full_private_blob, {.algorithms = &all_algorithms},
    };
    const struct form pkcs8 = {pkcs8_import, pkcs8_export, {.algorithms = &all_algorithms}};
    struct material *explicit;

    check_form(&short_blob, key, other);
    if (is_montgomery(name)) return;
    check_form(&full_blob, key, other);
    check_form(&pkcs8, key, other);
    assert_status(ec_import_full_private_blob(exported(ec_export_full_private_blob, key), &none, &explicit),
                  NTE_SUCCESS);
    check_form(&pkcs8, explicit, other);
    ec_family.free(explicit);
}

static void check_key(const struct algorithm *alg, const struct curve_name *name)
{
    struct blob_options options = {.algorithms = &all_algorithms};
    struct material *key, *other, *public;

    assert_status(generate(alg, "ECCCurveName", wide_value(name->name), &key), NTE_SUCCESS);        /* 3.10 */
    assert_status(generate(alg, "ECCCurveName", wide_value(name->name), &other), NTE_SUCCESS);
    assert_int_equal(key->bits, name->curve->bits);
    assert_bytes(value_of(key, "ECCCurveName"), wide_value(name->name));
    options.curve_name = wide(name->name);
    assert_status(ec_import_public_blob(exported(ec_export_public_blob, key), &options, &public), NTE_SUCCESS);
    if (!is_montgomery(name)) check_signing(key, public);
    check_agreement(key, other);
    check_blobs(key, name);
    check_full(key, name);
    check_saved(key);
    check_foreign_points(key, other, name);
    ec_family.free(public);
    ec_family.free(key);
    ec_family.free(other);
    take_back(NULL);
}

static void test_every_curve(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < curve_name_count; i++)
    {
        check_key(ecdh(), &curve_names[i]);
        if (!is_montgomery(&curve_names[i])) check_key(ecdsa(), &curve_names[i]);
    }
}

static void test_choice(void **state)
{
    static const struct property_list no_parameters;
    struct property_list both = {0};
    struct padding padding = no_padding(0);
    uint8_t signature[64] = {0};
    struct material *key = NULL;
    struct bytes numbers;
    uint32_t bits = 7;

    (void)state;
    assert_status(ec_family.generate(ecdsa(), 256, &no_parameters, &key), NTE_INVALID_PARAMETER);   /* 3.9, 4.10 */
    assert_status(generate(ecdsa(), "ECCCurveName", wide_value("nistP255"), &key), NTE_INVALID_PARAMETER);
    assert_status(generate(ecdsa(), "ECCCurveName", wide_value(""), &key), NTE_INVALID_PARAMETER);
    assert_status(generate(ecdsa(), "ECCCurveName", run(wide("nistP256"), 3), &key), NTE_INVALID_PARAMETER);
    assert_status(generate(ecdsa(), "ECCCurveName", wide_value("numsP256t1"), &key), NTE_INVALID_PARAMETER);
    assert_status(generate(ecdsa(), "ECCCurveName", wide_value("curve25519"), &key), NTE_NOT_SUPPORTED); /* 3.13 */
    assert_null(key);
    assert_status(ec_family.check_parameter(algorithm_find_ascii("ECDSA_P256"), wide("ECCCurveName"),
                                            wide_value("nistP256"), &bits), NTE_NOT_SUPPORTED);
    assert_int_equal(bits, 7);

    assert_status(generate(ecdsa(), "ECCCurveName", wide_value("SECp256K1"), &key), NTE_SUCCESS);
    assert_bytes(value_of(key, "ECCCurveName"), wide_value("secP256k1"));
    numbers = value_of(key, "ECCParameters");
    ec_family.free(key);
    assert_status(generate(ecdsa(), "ECCCurveName", run(wide("nistP256"), 16), &key), NTE_SUCCESS); /* no NUL */
    assert_string_equal(key->alg->id, "ECDSA");                                             /* 3.12, 6.68 */
    ec_family.free(key);
    key = NULL;

    property_list_set(&both, wide("ECCCurveName"), wide("secP256k1"), 20);
    assert_status(ec_family.generate(ecdsa(), 255, &both, &key), NTE_INVALID_PARAMETER);    /* 16.3 */
    property_list_set(&both, wide("ECCParameters"), numbers.data, numbers.size);
    assert_status(ec_family.generate(ecdsa(), 256, &both, &key), NTE_INVALID_PARAMETER);
    property_list_free(&both);
    assert_null(key);

    assert_status(generate(ecdh(), "ECCCurveName", wide_value("curve25519"), &key), NTE_SUCCESS);   /* 3.14 */
    assert_int_equal(key->bits, 255);
    assert_status(ec_family.sign(key, &padding, text("digest"), signature), NTE_NOT_SUPPORTED);
    assert_status(ec_family.verify(key, &padding, text("digest"), run(signature, 64)), NTE_NOT_SUPPORTED);
    ec_family.free(key);
}

static void test_other_curve(void **state)
{
    static const char *const names[] =
        {"brainpoolP256r1", "brainpoolP256t1", "nistP256", "curve25519", "secP256k1"};
    struct material *keys[5];
    uint8_t secret[EC_MAX_SIZE];
    size_t i, j;

    (void)state;
    for (i = 0; i < 5; i++)
        assert_status(generate(ecdh(), "ECCCurveName", wide_value(names[i]), &keys[i]), NTE_SUCCESS);
    for (i = 0; i < 5; i++)
        for (j = 0; j < 5; j++)
            assert_status(ec_agree((struct ec_key *)keys[i], (struct ec_key *)keys[j], secret),
                          i == j ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
    for (i = 0; i < 5; i++) ec_family.free(keys[i]);
}

static struct bytes x25519_blob(const char *magic, struct bytes x, struct bytes d)
{
    uint8_t *blob = take(8 + 3 * 32);

    memcpy(blob, magic, 4);
    blob[4] = 32;
    memcpy(blob + 8, x.data, 32);
    if (d.data) memcpy(blob + 72, d.data, 32);
    return run(blob, d.data ? 104 : 72);
}

/* RFC 7748 5.2, with the conventions of row 16.4: the first step of the iteration is a pair of keys. */
static void test_x25519(void **state)
{
    struct bytes d = hex("0900000000000000000000000000000000000000000000000000000000000000"), no = {NULL, 0};
    struct bytes x = hex("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
    struct bytes scalar = hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4");
    struct bytes u = hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c");
    struct bytes product = hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552");
    struct bytes private_blob = x25519_blob("ECKV", x, d), blob = x25519_blob("ECKP", u, no);
    struct material *key, *peer;
    struct blob_options options = {.algorithms = &all_algorithms};
    uint8_t result[EC_MAX_SIZE];
    struct ec_group group;
    struct ec_key *other;

    (void)state;
    options.curve_name = wide("Curve25519");
    assert_status(ec_import_private_blob(private_blob, &options, &key), NTE_SUCCESS);
    assert_bytes(exported(ec_export_private_blob, key), private_blob);
    ec_family.free(key);

    assert_status(ec_group_choose(ecdh(), options.curve_name, no, &group), NTE_SUCCESS);
    assert_status(ec_new(&group, NULL, NULL, scalar.data, EC_CHECKED, &other), NTE_SUCCESS);
    assert_memory_equal(other->d, scalar.data, 32);
    assert_status(ec_import_public_blob(blob, &options, &peer), NTE_SUCCESS);
    assert_status(ec_agree(other, (struct ec_key *)peer, result), NTE_SUCCESS);
    assert_memory_equal(result, product.data, 32);
    ec_family.free(peer);

    ((uint8_t *)blob.data)[40] = 1;                     /* y */
    assert_status(ec_import_public_blob(blob, &options, &peer), NTE_INVALID_PARAMETER);
    memset((uint8_t *)blob.data + 8, 0, 64);            /* a point of small order */
    assert_status(ec_import_public_blob(blob, &options, &peer), NTE_SUCCESS);
    assert_status(ec_agree(other, (struct ec_key *)peer, result), NTE_INVALID_PARAMETER);
    ec_family.free(peer);
    ec_free(other);
    assert_status(ec_import_public_blob(x25519_blob("ECDP", u, no), &options, &peer), NTE_NOT_SUPPORTED);
}

/* s and s + order would do the same: the second is refused. Signatures are made until both fit into as many bytes. */
static void test_s_above_order(void **state)
{
    struct bytes digest = pattern(20, 9);
    struct ec_numbers numbers;
    struct ec_group group;
    struct ec_key *key;
    uint8_t signature[40];
    size_t carry = 1;
    int i;

    (void)state;
    assert_status(ec_group_choose(algorithm_find_ascii("ECDSA"), wide("brainpoolP160r1"), run(NULL, 0), &group),
                  NTE_SUCCESS);
    assert_status(ec_new_random(&group, &key), NTE_SUCCESS);
    curve_numbers(key->curve, &numbers);
    while (carry)
    {
        assert_status(ec_sign(key, digest, signature), NTE_SUCCESS);
        assert_status(ec_verify(key, digest, signature), NTE_SUCCESS);
        for (carry = 0, i = 19; i >= 0; i--)
        {
            carry += signature[20 + i] + numbers.order[i];
            signature[20 + i] = carry;
            carry >>= 8;
        }
    }
    assert_status(ec_verify(key, digest, signature), NTE_BAD_SIGNATURE);
    ec_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_every_curve, take_back),
        cmocka_unit_test_teardown(test_choice, take_back),
        cmocka_unit_test_teardown(test_other_curve, take_back),
        cmocka_unit_test_teardown(test_x25519, take_back),
        cmocka_unit_test_teardown(test_s_above_order, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
