/* SPDX-License-Identifier: LGPL-2.1-or-later
 * der.c: what DER allows is read and written, what only BER allows is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "base/der.h"

static struct reader over(const char *digits)
{
    struct bytes data = hex(digits);
    struct reader r = {data.data, data.size, 0};

    return r;
}

static void test_elements(void **state)
{
    struct reader r = over("3009 0201 05 0404 01020304 0500"), inside = der_enter(&r, DER_SEQUENCE);
    struct bytes content;

    (void)state;
    assert_int_equal(der_next_is(&inside, DER_INTEGER), 1);
    assert_int_equal(der_next_is(&inside, DER_OCTET_STRING), 0);
    assert_int_equal(der_read_small(&inside), 5);
    content = der_read(&inside, DER_OCTET_STRING);
    assert_int_equal(content.size, 4);
    assert_memory_equal(content.data, "\1\2\3\4", 4);
    assert_int_equal(der_done(&inside), 1);
    der_leave(&r, &inside);
    assert_int_equal(der_read_any(&r).size, 2);
    assert_int_equal(der_done(&r), 1);
    assert_int_equal(der_next_is(&r, DER_NULL), 0);
    der_read_any(&r);
    assert_int_equal(r.failed, 1);
}

/* What is left inside of an element is not passed over. */
static void test_rest(void **state)
{
    struct reader r = over("3006 0201 05 0201 06 0500"), inside = der_enter(&r, DER_SEQUENCE);

    (void)state;
    der_read_small(&inside);
    der_leave(&r, &inside);
    assert_int_equal(r.failed, 1);
}

/* Lengths that are longer than needed, indefinite, or past the end; tags of several bytes; the wrong tag. */
static void test_refused(void **state)
{
    static const char *const octets[] =
    {
        "", "04", "0401", "048101 aa", "04820001 aa", "0480 aa 0000", "04ff", "0485 0100000000", "0484 7fffffff",
        "0488 7fffffffffffffff", "0488 ffffffffffffffff", "1f8104 01 aa", "2401 aa", "0501 aa", "0402 aa",
    };
    struct reader r;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(octets) / sizeof(*octets); i++)
    {
        r = over(octets[i]);
        assert_int_equal(der_read(&r, DER_OCTET_STRING).size, 0);
        assert_int_equal(r.failed, 1);
        r = over("0401 aa");
        r.failed = 1;
        assert_int_equal(der_read(&r, DER_OCTET_STRING).size, 0);
    }
}

static void test_integers(void **state)
{
    static const char *const good[] = {"0201 00", "0201 7f", "0202 0080", "0203 00ff01"};
    static const char *const bad[] = {"0200", "0201 80", "0202 ff80", "0202 007f", "0202 0000", "0401 01"};
    static const size_t sizes[] = {1, 1, 1, 2};
    struct reader r;
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++)
    {
        r = over(good[i]);
        assert_int_equal(der_read_unsigned(&r).size, sizes[i]);
        assert_int_equal(der_done(&r), 1);
    }
    for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
    {
        r = over(bad[i]);
        der_read_unsigned(&r);
        assert_int_equal(r.failed, 1);
    }
    r = over("0204 7fffffff");
    assert_int_equal(der_read_small(&r), 0x7fffffff);
    r = over("0205 0080000000");
    assert_int_equal(der_read_small(&r), 0);
    assert_int_equal(r.failed, 1);
    r = over("0205 0100000000");
    der_read_small(&r);
    assert_int_equal(r.failed, 1);
}

static void test_oids(void **state)
{
    static const char *const bad[] = {"0600", "0602 8001", "0602 2a86", "0401 2a", "0603 2a8001"};
    struct reader r = over("0609 2a864886f70d010101");
    char oid[DER_OID_SIZE];
    size_t i;

    (void)state;
    der_read_oid(&r, oid);
    assert_string_equal(oid, "1.2.840.113549.1.1.1");
    assert_int_equal(der_done(&r), 1);
    for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
    {
        r = over(bad[i]);
        der_read_oid(&r, oid);
        assert_int_equal(r.failed, 1);
        assert_string_equal(oid, "");
    }
}

static void test_bits(void **state)
{
    struct reader r = over("0303 000102 0302 0780");

    (void)state;
    assert_int_equal(der_read_bits(&r).size, 2);
    der_read_bits(&r);
    assert_int_equal(r.failed, 1);
}

static void assert_written(struct writer *w, const char *digits)
{
    struct bytes expected = hex(digits);

    assert_int_equal(w->failed, 0);
    assert_int_equal(w->used, expected.size);
    assert_memory_equal(w->data, expected.data, expected.size);
    writer_free(w);
}

static void test_writing(void **state)
{
    struct writer w = {0};
    size_t outer, inner;

    (void)state;
    outer = der_open(&w, DER_SEQUENCE);
    inner = der_open(&w, DER_CONTEXT(1));
    der_write_small(&w, 128);
    der_write_small(&w, 0);
    der_close(&w, inner);
    der_write_null(&w);
    der_write_oid(&w, "1.2.840.10045.2.1");
    der_close(&w, outer);
    assert_written(&w, "3014 a107 02020080 020100 0500 0607 2a8648ce3d0201");

    der_write_unsigned(&w, hex("0000ff"));
    der_write(&w, DER_OCTET_STRING, hex("0102"));
    assert_written(&w, "020200ff 04020102");

    der_write(&w, DER_OCTET_STRING, pattern(300, 1));
    assert_int_equal(w.used, 304);
    assert_memory_equal(w.data, "\x04\x82\x01\x2c", 4);
    writer_free(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_elements, take_back),
        cmocka_unit_test_teardown(test_rest, take_back),
        cmocka_unit_test_teardown(test_refused, take_back),
        cmocka_unit_test_teardown(test_integers, take_back),
        cmocka_unit_test_teardown(test_oids, take_back),
        cmocka_unit_test_teardown(test_bits, take_back),
        cmocka_unit_test_teardown(test_writing, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
