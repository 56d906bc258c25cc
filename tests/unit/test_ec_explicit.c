/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ec_explicit.c, ec_validate.c: curves given by their numbers. Row numbers are those of
 * doc/facts/windows-behaviour.md A. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <gmp.h>

#include "algorithm.h"
#include "ec_sample.h"
#include "base/property_list.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

/* What a caller says of a curve. */
struct said
{
    uint32_t version, type, generation;
    struct bytes p, a, b, x, y, order, cofactor, seed;
};

static struct said said(const char *p, const char *a, const char *b, const char *x, const char *y,
                        const char *order)
{
    struct said s = {1, 1, 0, hex(p), hex(a), hex(b), hex(x), hex(y), hex(order), hex("01"), {NULL, 0}};

    return s;
}

/* One that has no name here: sm2p256v1 of GB/T 32918.5. */
static struct said unnamed(void)
{
    return said("FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF",
                "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFC",
                "28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93",
                "32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7",
                "BC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0",
                "FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
}

static struct said named(const char *name)
{
    const struct curve_name *found = curve_find(wide(name));
    const struct ec_published *p = &found->curve->published;

    return said(p->p, p->a, p->b, p->x, p->y, p->order);
}

static void write_run(struct writer *w, struct bytes bytes)
{
    write_bytes(w, bytes.data, bytes.size);
}

static struct bytes encode(const struct said *s)
{
    struct writer w = {0};
    struct bytes result;

    write_u32(&w, s->version);
    write_u32(&w, s->type);
    write_u32(&w, s->generation);
    write_u32(&w, s->p.size);
    write_u32(&w, s->order.size);
    write_u32(&w, s->cofactor.size);
    write_u32(&w, s->seed.size);
    write_run(&w, s->p);
    write_run(&w, s->a);
    write_run(&w, s->b);
    write_run(&w, s->x);
    write_run(&w, s->y);
    write_run(&w, s->order);
    write_run(&w, s->cofactor);
    write_run(&w, s->seed);
    assert_false(w.failed);
    result = run(take(w.used), w.used);
    memcpy((uint8_t *)result.data, w.data, w.used);
    writer_free(&w);
    return result;
}

static const struct algorithm *ecdsa(void)
{
    return algorithm_find_ascii("ECDSA");
}

static nte_status open_bytes(struct bytes parameters, const struct curve **curve)
{
    struct ec_group group;
    nte_status status;

    status = ec_group_choose(ecdsa(), NULL, parameters, &group);
    if (status) return status;
    if (curve) *curve = group.parameters.data && group.curve->numbers ? NULL : group.curve;
    assert_int_equal(group.parameters.size, parameters.size);
    assert_memory_equal(group.parameters.data, parameters.data, parameters.size);
    ec_group_free(&group);
    return NTE_SUCCESS;
}

static nte_status open_said(const struct said *s)
{
    return open_bytes(encode(s), NULL);
}

static void test_recognised(void **state)
{
    const struct curve *curve;
    struct said s;
    size_t i;

    (void)state;
    for (i = 0; i < curve_name_count; i++)
    {
        if (!curve_has_numbers(curve_names[i].curve)) continue;
        s = named(curve_names[i].name);
        assert_status(open_bytes(encode(&s), &curve), NTE_SUCCESS);
        assert_ptr_equal(curve, curve_names[i].curve);
        s.seed = hex("c49d360886e704936a6678e1139d26b7819f7e90");                             /* 8.24 */
        assert_status(open_bytes(encode(&s), &curve), NTE_SUCCESS);
        assert_ptr_equal(curve, curve_names[i].curve);
        s.seed = hex("");
        s.generation = 2;
        assert_status(open_bytes(encode(&s), &curve), NTE_SUCCESS);
        assert_ptr_equal(curve, curve_names[i].curve);
    }
    s = unnamed();
    assert_status(open_bytes(encode(&s), &curve), NTE_SUCCESS);
    assert_null(curve);
}

/* Every named curve passes the checks that it is spared when it is recognised: another base point will do. */
static void test_validated(void **state)
{
    struct ec_key *key;
    struct ec_group group;
    const struct curve *curve;
    struct said s;
    size_t i;

    (void)state;
    for (i = 0; i < curve_name_count; i++)
    {
        if (!curve_has_numbers(curve_names[i].curve)) continue;
        s = named(curve_names[i].name);
        assert_status(ec_group_choose(ecdsa(), wide(curve_names[i].name), run(NULL, 0), &group), NTE_SUCCESS);
        assert_status(ec_new_random(&group, &key), NTE_SUCCESS);
        s.x = run(key->x, s.x.size);
        s.y = run(key->y, s.y.size);
        assert_status(open_bytes(encode(&s), &curve), NTE_SUCCESS);
        assert_null(curve);
        ((uint8_t *)s.y.data)[s.y.size - 1] ^= 1;
        assert_status(open_said(&s), NTE_INVALID_PARAMETER);
        ec_free(key);
        take_back(NULL);
    }
}

static struct bytes changed(struct bytes number, int by)
{
    struct bytes result = run(take(number.size), number.size);
    mpz_t z;

    mpz_init(z);
    mpz_import(z, number.size, 1, 1, 0, 0, number.data);
    if (by < 0) mpz_sub_ui(z, z, -by);
    else mpz_add_ui(z, z, by);
    mpz_export((uint8_t *)result.data + number.size - mpz_sizeinbase(z, 256), NULL, 1, 1, 0, 0, z);
    mpz_clear(z);
    return result;
}

/* A prime of the right size that is not the order of the base point. */
static struct bytes next_prime(struct bytes order)
{
    struct bytes result = run(take(order.size), order.size);
    mpz_t z;

    mpz_init(z);
    mpz_import(z, order.size, 1, 1, 0, 0, order.data);
    mpz_nextprime(z, z);
    mpz_export((uint8_t *)result.data, NULL, 1, 1, 0, 0, z);
    mpz_clear(z);
    return result;
}

#define REFUSED(change, status) \
    do \
    { \
        struct said s = unnamed(); \
        change; \
        assert_status(open_said(&s), status); \
    } while (0)

static void test_refused(void **state)
{
    (void)state;
    REFUSED((void)0, NTE_SUCCESS);
    REFUSED(s.version = 2, NTE_INVALID_PARAMETER);
    REFUSED(s.version = 0, NTE_INVALID_PARAMETER);
    REFUSED(s.type = 0, NTE_INVALID_PARAMETER);
    REFUSED(s.type = 2, NTE_NOT_SUPPORTED);
    REFUSED(s.type = 3, NTE_NOT_SUPPORTED);
    REFUSED(s.type = 4, NTE_INVALID_PARAMETER);
    REFUSED(s.p = changed(s.p, 2), NTE_INVALID_PARAMETER);
    REFUSED(s.p = changed(s.p, 1), NTE_INVALID_PARAMETER);
    REFUSED(s.a = changed(s.a, 1), NTE_INVALID_PARAMETER);
    REFUSED(s.a = changed(s.p, 0), NTE_INVALID_PARAMETER);
    REFUSED(s.b = changed(s.b, -1), NTE_INVALID_PARAMETER);
    REFUSED(s.b = changed(s.p, 0), NTE_INVALID_PARAMETER);
    REFUSED(s.x = changed(s.x, 1), NTE_INVALID_PARAMETER);
    REFUSED(s.x = changed(s.p, 3), NTE_INVALID_PARAMETER);
    REFUSED(s.y = changed(s.y, 1), NTE_INVALID_PARAMETER);
    REFUSED(s.order = changed(s.order, 2), NTE_INVALID_PARAMETER);
    REFUSED(s.order = changed(s.order, 1), NTE_INVALID_PARAMETER);
    REFUSED(s.order = next_prime(s.order), NTE_INVALID_PARAMETER);
    REFUSED(s.order = changed(s.p, 0), NTE_INVALID_PARAMETER);
    REFUSED(s.order = hex("00"), NTE_INVALID_PARAMETER);
    REFUSED(s.order = hex("03"), NTE_INVALID_PARAMETER);
    REFUSED(s.order = hex(""), NTE_INVALID_PARAMETER);
    REFUSED(s.order = pattern(67, 1), NTE_NOT_SUPPORTED);
    REFUSED(s.cofactor = hex("00"), NTE_INVALID_PARAMETER);
    REFUSED(s.cofactor = hex("02"), NTE_NOT_SUPPORTED);
    REFUSED(s.cofactor = hex("0100"), NTE_NOT_SUPPORTED);
    REFUSED(s.cofactor = hex("0001"), NTE_SUCCESS);
    REFUSED(s.cofactor = hex(""), NTE_SUCCESS);
    REFUSED(s.seed = pattern(5000, 2), NTE_SUCCESS);
}

/* Numbers of several curves mixed, a curve with a cusp, fields that are too small or too large. */
static void test_refused_numbers(void **state)
{
    struct said s = unnamed();
    struct bytes zero = run(take(32), 32), one = run(take(32), 32);

    (void)state;
    ((uint8_t *)one.data)[31] = 1;
    s.a = s.b = zero;
    s.x = s.y = one;
    assert_status(open_said(&s), NTE_INVALID_PARAMETER);
    s = named("nistP256");
    s.order = named("brainpoolP256r1").order;
    assert_status(open_said(&s), NTE_INVALID_PARAMETER);
    s = named("nistP256");
    s.b = named("secP256k1").b;
    assert_status(open_said(&s), NTE_INVALID_PARAMETER);

    s = said("fffffffdffffffffffffffffffffffff", "fffffffdfffffffffffffffffffffffc",       /* secp128r1 */
             "e87579c11079f43dd824993c2cee5ed3", "161ff7528b899b2d0c28607ca52c5b86",
             "cf5ac8395bafeb13c02da292dded7a83", "fffffffe0000000075a30d1b9038a115");
    assert_status(open_said(&s), NTE_NOT_SUPPORTED);
    s.p = pattern(67, 1);
    s.a = s.b = s.x = s.y = s.p;
    assert_status(open_said(&s), NTE_NOT_SUPPORTED);
    s = unnamed();
    s.p = hex("00FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF");
    s.a = s.b = s.x = s.y = s.p;
    assert_status(open_said(&s), NTE_INVALID_PARAMETER);
}

static nte_status open_trusted(const struct said *s)
{
    struct ec_group group;
    nte_status status = ec_explicit_open(ecdsa(), encode(s), 1, &group);

    if (!status) ec_group_free(&group);
    return status;
}

/* Of a key file the primes are believed, but not an order that no such curve can have. */
static void test_trusted(void **state)
{
    static const char *const orders[] = {"01", "03", "FFFF", "FFFFFFFEFFFFFFFFFFFFFFFF",
                                         "7FFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123"};
    struct said s = unnamed();
    size_t i;

    (void)state;
    assert_status(open_trusted(&s), NTE_SUCCESS);
    s.order = changed(s.order, 2);                          /* no prime */
    assert_status(open_trusted(&s), NTE_SUCCESS);
    assert_status(open_said(&s), NTE_INVALID_PARAMETER);
    for (i = 0; i < sizeof(orders) / sizeof(*orders); i++)
    {
        s.order = hex(orders[i]);
        assert_status(open_trusted(&s), NTE_INVALID_PARAMETER);
    }
}

static void test_sizes(void **state)
{
    struct said s = unnamed();
    struct bytes whole = encode(&s), cut;
    size_t n, field;

    (void)state;
    for (n = 1; n <= whole.size + 1; n++)
    {
        if (n == whole.size) continue;
        cut = exact(run(whole.data, n));
        assert_status(open_bytes(cut, NULL), NTE_BAD_DATA);
        free((void *)cut.data);
    }
    for (field = 12; field < 28; field += 4)
        for (n = 0; n < 3; n++)
        {
            whole = encode(&s);
            memset((uint8_t *)whole.data + field + n, 0xff, 4 - n);
            assert_status(open_bytes(whole, NULL), NTE_BAD_DATA);
        }
}

static struct bytes export(blob_export *export, const struct material *key)
{
    struct writer w = {0};
    struct bytes blob;

    assert_status(export(key, &none, &w), NTE_SUCCESS);
    blob = run(take(w.used), w.used);
    memcpy((uint8_t *)blob.data, w.data, w.used);
    writer_free(&w);
    return blob;
}

/* Made from the property, exported, imported, kept in a file: seed and odd sizes stay. */
static void test_key(void **state)
{
    struct property_list parameters = {0};
    struct padding padding = no_padding(0);
    struct bytes value, blob, again, digest = pattern(48, 3);
    struct blob_options options = {.algorithms = &all_algorithms};
    struct material *key, *copy;
    struct said s = unnamed();
    uint8_t signature[64];
    uint32_t bits = 0;

    (void)state;
    s.order = hex("0000FFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123");
    s.cofactor = hex("0001");
    s.seed = pattern(20, 4);
    value = encode(&s);
    assert_status(ec_family.check_parameter(ecdsa(), wide("ECCParameters"), value, &bits), NTE_SUCCESS); /* 7.25 */
    assert_int_equal(bits, 256);
    assert_status(property_list_set(&parameters, wide("ECCParameters"), value.data, value.size), NTE_SUCCESS);
    assert_status(ec_family.generate(ecdsa(), bits, &parameters, &key), NTE_SUCCESS);
    property_list_free(&parameters);
    assert_status(ec_family.sign(key, &padding, digest, signature), NTE_SUCCESS);

    blob = export(ec_export_full_private_blob, key);
    assert_int_equal(blob.size, 4 + value.size + 2 * 32 + s.order.size);
    assert_memory_equal(blob.data + 4, value.data, value.size);
    assert_status(ec_import_full_private_blob(blob, &none, &copy), NTE_SUCCESS);
    assert_status(ec_family.verify(copy, &padding, digest, run(signature, 64)), NTE_SUCCESS);
    again = export(ec_export_full_private_blob, copy);
    assert_int_equal(again.size, blob.size);
    assert_memory_equal(again.data, blob.data, blob.size);
    ec_family.free(copy);

    again = export(ec_family.save_private, key);
    assert_status(ec_family.load(&all_algorithms, again, &copy), NTE_SUCCESS);
    again = export(ec_export_full_private_blob, copy);
    assert_memory_equal(again.data, blob.data, blob.size);
    ec_family.free(copy);

    options.ecc_parameters = value;
    again = export(ec_export_private_blob, key);
    assert_status(ec_import_private_blob(again, &options, &copy), NTE_SUCCESS);
    ec_family.free(copy);
    options.curve_name = wide("nistP256");
    assert_status(ec_import_private_blob(again, &options, &copy), NTE_INVALID_PARAMETER);
    ec_family.free(key);

    ((uint8_t *)blob.data)[blob.size - 34] = 1;     /* d of more bytes than the field, past the order too */
    assert_status(ec_import_full_private_blob(blob, &none, &copy), NTE_NOT_SUPPORTED);
}

/* Row 8.25: the magic of P-256 before its own parameters, and before others. */
static void test_fixed_magic(void **state)
{
    const struct algorithm *alg = algorithm_find_ascii("ECDSA_P256");
    struct said s = unnamed();
    struct ec_key *key;
    struct material *copy = NULL;
    struct bytes blob;

    (void)state;
    assert_status(ec_generate(alg, &key), NTE_SUCCESS);
    blob = export(ec_export_full_private_blob, &key->material);
    assert_memory_equal(blob.data, "ECDV", 4);
    memcpy((uint8_t *)blob.data, "ECS2", 4);
    assert_status(ec_import_full_private_blob(blob, &none, &copy), NTE_SUCCESS);
    assert_ptr_equal(copy->alg, alg);
    ec_family.free(copy);
    copy = NULL;
    memcpy((uint8_t *)blob.data, "ECS4", 4);
    assert_status(ec_import_full_private_blob(blob, &none, &copy), NTE_INVALID_PARAMETER);
    memcpy((uint8_t *)blob.data + 4, encode(&s).data, encode(&s).size);
    memcpy((uint8_t *)blob.data, "ECS2", 4);
    assert_status(ec_import_full_private_blob(blob, &none, &copy), NTE_INVALID_PARAMETER);
    memcpy((uint8_t *)blob.data, "ECXX", 4);
    assert_status(ec_import_full_private_blob(blob, &none, &copy), NTE_INVALID_PARAMETER);
    assert_null(copy);
    ec_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_recognised, take_back),
        cmocka_unit_test_teardown(test_validated, take_back),
        cmocka_unit_test_teardown(test_refused, take_back),
        cmocka_unit_test_teardown(test_refused_numbers, take_back),
        cmocka_unit_test_teardown(test_trusted, take_back),
        cmocka_unit_test_teardown(test_sizes, take_back),
        cmocka_unit_test_teardown(test_key, take_back),
        cmocka_unit_test_teardown(test_fixed_magic, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
