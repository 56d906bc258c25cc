/* SPDX-License-Identifier: LGPL-2.1-or-later
 * pkcs8_ec.c: ECPrivateKey in and out, and the attribute that tells ECDSA from ECDH (row 8.34). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "pkcs8_ec_sample.h"

#define SAMPLE_COUNT (sizeof(ec_samples) / sizeof(*ec_samples))

static nte_status status_of(const struct ec_sample *sample, struct form form)
{
    return import_status(make_file(sample, &form), &none);
}

#define SIGNATURE_WINDOWS "a00d 300b 0603 551d0f 3104 0302 0080"
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
        cmocka_unit_test_teardown(test_refused, take_back),
        cmocka_unit_test_teardown(test_export, take_back),
        cmocka_unit_test_teardown(test_damage, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
