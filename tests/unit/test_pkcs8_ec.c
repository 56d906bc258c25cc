/* SPDX-License-Identifier: LGPL-2.1-or-later
 * pkcs8_ec.c: ECPrivateKey in and out, and the attribute that tells ECDSA from ECDH (row 8.34). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "ec_sample.h"
#include "pkcs8_sample.h"

#define SAMPLE_COUNT (sizeof(ec_samples) / sizeof(*ec_samples))

/* How a file differs from the one that we would write. */
struct form
{
    const char *usage;              /* the attributes, or NULL */
    int no_point, compressed, curve_again;
    struct bytes d, point;          /* in place of the right ones */
    const char *curve;              /* after the OID of EC keys, in place of the right one */
};

static struct bytes finished(struct writer *w)
{
    struct bytes result;
    uint8_t *copy = take(w->used);

    assert_int_equal(w->failed, 0);
    memcpy(copy, w->data, w->used);
    result = run(copy, w->used);
    writer_free(w);
    return result;
}

static void write_point(struct writer *w, const struct ec_sample *sample, const struct form *form)
{
    struct bytes x = hex(sample->x), y = hex(sample->y);
    size_t outer = der_open(w, DER_CONTEXT(1)), bits = der_open(w, DER_BIT_STRING);

    write_u8(w, 0);
    if (form->point.data) write_bytes(w, form->point.data, form->point.size);
    else
    {
        write_u8(w, form->compressed ? 2 + (y.data[y.size - 1] & 1) : 4);
        write_bytes(w, x.data, x.size);
        if (!form->compressed) write_bytes(w, y.data, y.size);
    }
    der_close(w, bits);
    der_close(w, outer);
}

static struct bytes make_file(const struct ec_sample *sample, const struct form *form)
{
    const char *oid = algorithm_find_ascii(sample->ecdsa)->curve->oid;
    struct writer w = {0};
    size_t info = der_open(&w, DER_SEQUENCE), part, key;
    struct bytes more;

    der_write_small(&w, 0);
    part = der_open(&w, DER_SEQUENCE);
    der_write_oid(&w, "1.2.840.10045.2.1");
    more = hex(form->curve ? form->curve : "");
    if (form->curve) write_bytes(&w, more.data, more.size);
    else der_write_oid(&w, oid);
    der_close(&w, part);

    part = der_open(&w, DER_OCTET_STRING);
    key = der_open(&w, DER_SEQUENCE);
    der_write_small(&w, 1);
    der_write(&w, DER_OCTET_STRING, form->d.data ? form->d : hex(sample->d));
    if (form->curve_again)
    {
        size_t again = der_open(&w, DER_CONTEXT(0));

        der_write_oid(&w, form->curve_again == 1 ? oid : "1.3.132.0.10");
        der_close(&w, again);
    }
    if (!form->no_point) write_point(&w, sample, form);
    der_close(&w, key);
    der_close(&w, part);
    more = hex(form->usage ? form->usage : "");
    write_bytes(&w, more.data, more.size);
    der_close(&w, info);
    return finished(&w);
}

static nte_status status_of(const struct ec_sample *sample, struct form form)
{
    return import_status(make_file(sample, &form), &none);
}

static void assert_key(struct bytes file, const struct ec_sample *sample, const char *alg)
{
    struct material *material = import_with(file, &none);
    struct ec_key *key = (struct ec_key *)material;

    assert_string_equal(material->alg->id, alg);
    assert_memory_equal(key->d, hex(sample->d).data, sample->size);
    assert_memory_equal(key->x, hex(sample->x).data, sample->size);
    assert_memory_equal(key->y, hex(sample->y).data, sample->size);
    ec_family.free(material);
}

#define SIGNATURE "a00d 300b 0603 551d0f 3104 0302 0780"
#define SIGNATURE_WINDOWS "a00d 300b 0603 551d0f 3104 0302 0080"
#define AGREEMENT "a00d 300b 0603 551d0f 3104 0302 0308"
#define BOTH "a00d 300b 0603 551d0f 3104 0302 0388"
#define OTHER "a00d 300b 0603 55040a 3104 1302 4142"
#define OTHER_AND_SIGNATURE "a01a 300b 0603 55040a 3104 1302 4142 300b 0603 551d0f 3104 0302 0780"

/* 8.34 */
static void test_group(void **state)
{
    static const struct
    {
        const char *usage;
        int ecdsa;
    } cases[] =
    {
        {NULL, 0}, {SIGNATURE, 1}, {SIGNATURE_WINDOWS, 1}, {AGREEMENT, 0}, {BOTH, 0}, {OTHER, 0},
        {OTHER_AND_SIGNATURE, 1},
    };
    struct form form = {0};
    size_t i, j;

    (void)state;
    for (i = 0; i < SAMPLE_COUNT; i++)
        for (j = 0; j < sizeof(cases) / sizeof(*cases); j++)
        {
            form.usage = cases[j].usage;
            assert_key(make_file(&ec_samples[i], &form), &ec_samples[i],
                       cases[j].ecdsa ? ec_samples[i].ecdsa : ec_samples[i].ecdh);
        }
    form.usage = "a00b 3009 0603 551d0f 3102 0300";
    assert_status(status_of(ec_samples, form), NTE_BAD_DATA);
    form.usage = "a00c 300a 0603 551d0f 3103 0301 00";
    assert_status(status_of(ec_samples, form), NTE_BAD_DATA);
    form.usage = "a009 3007 0603 551d0f 3100";
    assert_status(status_of(ec_samples, form), NTE_BAD_DATA);
}

static void test_forms(void **state)
{
    struct form none_there = {.no_point = 1}, compressed = {.compressed = 1}, again = {.curve_again = 1};
    const struct ec_sample *sample;
    size_t i;

    (void)state;
    for (i = 0; i < SAMPLE_COUNT; i++)
    {
        sample = &ec_samples[i];
        assert_key(make_file(sample, &none_there), sample, sample->ecdh);
        assert_key(make_file(sample, &compressed), sample, sample->ecdh);
        assert_key(make_file(sample, &again), sample, sample->ecdh);
    }
}

static void test_leading_zeros(void **state)
{
    struct form form = {.no_point = 1};
    uint8_t *one = take(40);

    (void)state;
    one[39] = 1;
    form.d = run(one, 40);
    assert_status(status_of(ec_samples, form), NTE_SUCCESS);
    form.d = run(one + 39, 1);
    assert_status(status_of(ec_samples, form), NTE_SUCCESS);
}

/* 18.2: what is there in place of the point of d does not matter. */
static void test_other_points(void **state)
{
    const struct ec_sample *sample;
    struct form form;
    uint8_t *point;
    struct bytes y;
    size_t i;

    (void)state;
    for (i = 0; i < SAMPLE_COUNT; i++)
    {
        sample = &ec_samples[i];
        y = hex(sample->y);
        point = take(1 + 2 * sample->size);
        point[0] = 4;
        form = (struct form){.point = run(point, 1 + 2 * sample->size)};
        assert_key(make_file(sample, &form), sample, sample->ecdh);
        point[0] = 3 - (y.data[y.size - 1] & 1);            /* - Q */
        memcpy(point + 1, hex(sample->x).data, sample->size);
        form.point.size = 1 + sample->size;
        assert_key(make_file(sample, &form), sample, sample->ecdh);
    }
}

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
        assert_status(ec_family.load(exported(ec_family.save_private, key), &opened), NTE_SUCCESS);
        assert_string_equal(opened->alg->id, key->alg->id);
        assert_status(ec_family.get_parameter(opened, wide("ECCCurveName"), NULL), NTE_NOT_FOUND);
        assert_same(export_with(opened, &none), file);
        ec_family.free(opened);
        ec_family.free(key);
    }
    assert_exact_size(file, &none);
}

static void test_refused(void **state)
{
    const struct ec_sample *sample;
    struct form form = {0};
    uint8_t *point;
    size_t i;

    (void)state;
    for (i = 0; i < SAMPLE_COUNT; i++)
    {
        sample = &ec_samples[i];
        form = (struct form){.no_point = 1};
        form.d = hex("00");
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);
        form.d = hex(sample->order);
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);
        form.d = pattern(sample->size + 1, 1);
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);

        /* points on no curve, and of no form */
        point = take(1 + 2 * sample->size);
        point[0] = 4;
        memcpy(point + 1, hex(sample->x).data, sample->size);
        memcpy(point + 1 + sample->size, hex(sample->y).data, sample->size);
        form = (struct form){0};
        form.point = run(point, 1 + 2 * sample->size);
        assert_status(status_of(sample, form), NTE_SUCCESS);
        point[sample->size] ^= 1;
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);
        point[sample->size] ^= 1;
        point[2 * sample->size] ^= 1;
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);
        point[2 * sample->size] ^= 1;
        form.point.size--;
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);
        form.point = run(point, 1 + sample->size);
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);
        point[0] = 5;
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);
        form.point = run(point, 1);
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);
        form.point = run(point, 0);
        assert_status(status_of(sample, form), NTE_INVALID_PARAMETER);
        form = (struct form){.curve_again = 2};
        assert_status(status_of(sample, form), NTE_BAD_DATA);
    }
    form = (struct form){0};
    form.curve = "0603 2a0304";
    assert_status(status_of(ec_samples, form), NTE_NOT_SUPPORTED);
    form.curve = "";
    assert_status(status_of(ec_samples, form), NTE_BAD_DATA);
    form.curve = "0500";
    assert_status(status_of(ec_samples, form), NTE_BAD_DATA);
}

/* Byte for byte what a file with the right attribute looks like, and read by GnuTLS. */
static void test_export(void **state)
{
    static const char *const usages[] = {SIGNATURE, AGREEMENT};
    const struct ec_sample *sample;
    gnutls_x509_privkey_t other;
    gnutls_ecc_curve_t curve;
    gnutls_datum_t x, y, d;
    struct material *key;
    struct bytes file, written;
    struct form form = {0};
    size_t i, j;

    (void)state;
    for (i = 0; i < SAMPLE_COUNT; i++)
        for (j = 0; j < 2; j++)
        {
            sample = &ec_samples[i];
            form.usage = usages[j];
            file = make_file(sample, &form);
            key = import_with(file, &none);
            written = export_with(key, &none);
            assert_int_equal(written.size, file.size);
            assert_memory_equal(written.data, file.data, file.size);
            other = peer_read(written, NULL);
            assert_int_equal(gnutls_x509_privkey_export_ecc_raw(other, &curve, &x, &y, &d), 0);
            assert_memory_equal(d.data + d.size - sample->size + 1, hex(sample->d).data + 1, sample->size - 1);
            gnutls_free(x.data);
            gnutls_free(y.data);
            gnutls_free(d.data);
            gnutls_x509_privkey_deinit(other);
            ec_family.free(key);
        }
}

static void test_damage(void **state)
{
    struct form form = {.usage = SIGNATURE};
    struct bytes file = make_file(ec_samples, &form);

    (void)state;
    assert_exact_size(file, &none);
    flip_bits(file, &none);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_group, take_back),
        cmocka_unit_test_teardown(test_forms, take_back),
        cmocka_unit_test_teardown(test_leading_zeros, take_back),
        cmocka_unit_test_teardown(test_other_points, take_back),
        cmocka_unit_test_teardown(test_explicit, take_back),
        cmocka_unit_test_teardown(test_refused, take_back),
        cmocka_unit_test_teardown(test_export, take_back),
        cmocka_unit_test_teardown(test_damage, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
