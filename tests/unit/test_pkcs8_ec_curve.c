/* SPDX-License-Identifier: LGPL-2.1-or-later
 * pkcs8_ec_curve.c: curves that a file gives by their numbers, and curve25519. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "algorithm.h"
#include "pkcs8_ec_sample.h"

/* ECParameters of P-256 with its seed (SEC 2, 2.4.2). */
#define EXPLICIT_P256 \
    "3081f7 020101 302c 06072a8648ce3d0101 022100ffffffff00000001000000000000000000000000ffffffffffffffffffffffff" \
    "305b 0420ffffffff00000001000000000000000000000000fffffffffffffffffffffffc" \
    "04205ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b" \
    "031500c49d360886e704936a6678e1139d26b7819f7e90" \
    "0441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296" \
    "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5" \
    "022100ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551 020101"

static struct bytes exported(blob_export *export, const struct material *key)
{
    struct writer w = {0};

    assert_status(export(key, &none, &w), NTE_SUCCESS);
    return finished(&w);
}

static void assert_same(struct bytes a, struct bytes b)
{
    assert_int_equal(a.size, b.size);
    assert_memory_equal(a.data, b.data, a.size);
}

/* 18.3: who gave numbers gets numbers back, and the seed, also from a key file. 6.72: the curve has no name then. */
static void test_explicit(void **state)
{
    static const char *const usages[] = {SIGNATURE, AGREEMENT};
    struct form form = {.curve = EXPLICIT_P256};
    struct material *key, *opened;
    struct bytes file;
    size_t i;

    (void)state;
    for (i = 0; i < 2; i++)
    {
        form.usage = usages[i];
        file = make_file(ec_samples, &form);
        assert_key(file, ec_samples, i ? "ECDH" : "ECDSA");
        key = import_with(file, &none);
        assert_string_equal(((struct ec_key *)key)->curve->name, "nistP256");   /* nettle computes */
        assert_status(ec_family.get_parameter(key, wide("ECCCurveName"), NULL), NTE_NOT_FOUND);
        assert_same(export_with(key, &none), file);
        assert_status(ec_family.load(&all_algorithms, exported(ec_family.save_private, key), &opened), NTE_SUCCESS);
        assert_string_equal(opened->alg->id, key->alg->id);
        assert_status(ec_family.get_parameter(opened, wide("ECCCurveName"), NULL), NTE_NOT_FOUND);
        assert_same(export_with(opened, &none), file);
        ec_family.free(opened);
        ec_family.free(key);
    }
    assert_exact_size(file, &none);
}

/* ECParameters with the numbers of curve25519 (RFC 7748 4.1), cofactor 8. */
#define EXPLICIT_25519 \
    "3081de 020101" \
    "302b06072a8648ce3d010102207fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed" \
    "304404200000000000000000000000000000000000000000000000000000000000076d06042000000000000000000000" \
    "00000000000000000000000000000000000000000001" \
    "044104000000000000000000000000000000000000000000000000000000000000000920ae19a1b8a086b4e01edd2c77" \
    "48d14c923d4d7e6d7c61b229e9c5a27eced3d9" \
    "02201000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed 020108"

/* RFC 7748 6.1, Bob */
static const struct ec_sample bob_25519 =
{
    .size = 32,
    .d = "5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb",
    .x = "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f",
    .y = "0000000000000000000000000000000000000000000000000000000000000000",
};

static nte_status status_with(struct bytes file, const char *from, const char *to)
{
    struct bytes a = hex(from), b = hex(to);
    uint8_t *copy = take(file.size);
    size_t at;

    for (at = 0; memcmp(file.data + at, a.data, a.size); at++) assert_true(at + a.size < file.size);
    memcpy(copy, file.data, file.size);
    memcpy(copy + at, b.data, b.size);
    return import_status(run(copy, file.size), &none);
}

/* Windows' form, which .NET takes apart (row 18.9), and RFC 8410. */
static void test_25519(void **state)
{
    const struct form plain = {.curve = EXPLICIT_25519, .usage = AGREEMENT, .no_point = 1};
    const struct form with_point = {.curve = EXPLICIT_25519}, signature = {.curve = EXPLICIT_25519, .usage = SIGNATURE};
    const struct form other_point = {.curve = EXPLICIT_25519, .point = run((const uint8_t *)"\4", 1)};
    struct blob_options rfc8410 = {.algorithms = &all_algorithms, .rfc8410 = 1};
    struct bytes file = make_file(&bob_25519, &plain), own;
    struct material *key = import_with(file, &none);
    uint8_t *short_file;

    (void)state;
    assert_key(file, &bob_25519, "ECDH");
    assert_string_equal(((struct ec_key *)key)->group.name, "curve25519");
    assert_same(export_with(key, &none), file);

    own = run(short_file = take(48), 48);
    memcpy(short_file, hex("302e020100300506032b656e04220420").data, 16);
    memcpy(short_file + 16, hex(bob_25519.d).data, 32);
    assert_same(export_with(key, &rfc8410), own);
    assert_key(own, &bob_25519, "ECDH");
    ec_family.free(key);

    assert_key(make_file(&bob_25519, &with_point), &bob_25519, "ECDH");
    assert_key(make_file(&bob_25519, &other_point), &bob_25519, "ECDH");
    assert_status(import_status(make_file(&bob_25519, &signature), &none), NTE_NOT_SUPPORTED);
    assert_true(status_with(file, "7fffffff", "7ffffffd") != NTE_SUCCESS);              /* p */
    assert_true(status_with(file, "076d06", "076d05") != NTE_SUCCESS);                  /* a */
    assert_true(status_with(file, "00010441", "00020441") != NTE_SUCCESS);              /* b */
    assert_true(status_with(file, "000920ae19", "000a20ae19") != NTE_SUCCESS);          /* x */
    assert_true(status_with(file, "20ae19", "20ae18") != NTE_SUCCESS);                  /* y */
    assert_true(status_with(file, "5cf5d3ed", "5cf5d3ef") != NTE_SUCCESS);              /* order */
    assert_true(status_with(file, "020108", "020104") != NTE_SUCCESS);                  /* cofactor */
    assert_exact_size(file, &none);
    flip_bits(file, &none);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_explicit, take_back),
        cmocka_unit_test_teardown(test_25519, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
