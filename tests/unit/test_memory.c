/* SPDX-License-Identifier: LGPL-2.1-or-later
 * memory.c: secret memory, writer, reader, UTF-16 helpers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_sample.h"

static void test_secret_alloc(void **state)
{
    uint8_t *data;
    size_t i;

    (void)state;
    assert_non_null(data = secret_alloc(1000));
    for (i = 0; i < 1000; i++) assert_int_equal(data[i], 0);
    assert_int_equal((uintptr_t)data % 16, 0);
    memset(data, 0xff, 1000);
    secret_free(data);

    assert_non_null(data = secret_alloc(0));
    secret_free(data);
    secret_free(NULL);
    assert_null(secret_alloc(SIZE_MAX));
    assert_null(secret_alloc(SIZE_MAX - 15));
}

static void test_wipe(void **state)
{
    uint8_t data[5] = {1, 2, 3, 4, 5};

    (void)state;
    wipe(data + 1, 3);
    assert_memory_equal(data, "\1\0\0\0\5", 5);
    wipe(data, 0);
    assert_int_equal(data[0], 1);
}

static void test_equal_secret(void **state)
{
    uint8_t a[32], b[32];
    int bit;

    (void)state;
    memset(a, 0x5a, sizeof(a));
    memcpy(b, a, sizeof(b));
    assert_int_equal(equal_secret(a, b, sizeof(a)), 1);
    for (bit = 0; bit < 256; bit++)
    {
        b[bit / 8] ^= 1 << bit % 8;
        assert_int_equal(equal_secret(a, b, sizeof(a)), 0);
        b[bit / 8] ^= 1 << bit % 8;
    }
    assert_int_equal(equal_secret(a, "", 0), 1);
}

static void test_writer(void **state)
{
    struct writer w = {0};
    size_t i;

    (void)state;
    write_u8(&w, 0x12);
    write_u32(&w, 0x12345678);
    write_u64(&w, 0x123456789abcdef0);
    write_bytes(&w, "abc", 3);
    write_bytes(&w, NULL, 0);
    assert_int_equal(w.failed, 0);
    assert_int_equal(w.used, 16);
    assert_memory_equal(w.data, "\x12\x78\x56\x34\x12\xf0\xde\xbc\x9a\x78\x56\x34\x12" "abc", 16);

    for (i = 0; i < 1000; i++) write_u8(&w, i);
    assert_int_equal(w.used, 1016);
    for (i = 0; i < 1000; i++) assert_int_equal(w.data[16 + i], (uint8_t)i);
    assert_memory_equal(write_space(&w, 4), "\0\0\0\0", 4);
    writer_free(&w);
    assert_null(w.data);
    assert_int_equal(w.used, 0);
}

static void test_writer_failure_sticks(void **state)
{
    struct writer w = {0};

    (void)state;
    write_u8(&w, 1);
    assert_null(write_space(&w, SIZE_MAX));
    assert_int_equal(w.failed, 1);
    write_u8(&w, 2);
    assert_null(write_space(&w, 1));
    assert_int_equal(w.used, 1);
    writer_free(&w);
}

static void test_reader(void **state)
{
    const uint8_t data[] = "\x12\x78\x56\x34\x12\xf0\xde\xbc\x9a\x78\x56\x34\x12" "abc";
    struct reader r = {data, 16, 0};
    struct bytes b;

    (void)state;
    assert_int_equal(read_u8(&r), 0x12);
    assert_int_equal(read_u32(&r), 0x12345678);
    assert_true(read_u64(&r) == 0x123456789abcdef0);
    b = read_bytes(&r, 3);
    assert_int_equal(b.size, 3);
    assert_ptr_equal(b.data, data + 13);
    assert_int_equal(r.left, 0);
    assert_int_equal(read_bytes(&r, 0).size, 0);
    assert_int_equal(r.failed, 0);
}

static void test_exact_u32(void **state)
{
    struct bytes five = exact(run("\x78\x56\x34\x12\x00", 5));
    uint32_t number;
    size_t size;

    (void)state;
    for (size = 0; size <= 5; size++)
        assert_int_equal(bytes_are_u32(bytes_of(five.data + 5 - size, size), &number), size == 4);
    assert_int_equal(bytes_are_u32(bytes_of(five.data, 4), &number), 1);
    assert_int_equal(number, 0x12345678);
    free((void *)five.data);
}

static void test_bytes_free(void **state)
{
    struct bytes owner = bytes_of(secret_alloc(3), 3);

    (void)state;
    assert_non_null(owner.data);
    bytes_free(&owner);
    assert_null(owner.data);
    assert_int_equal(owner.size, 0);
    bytes_free(&owner);                 /* nothing is left to free */
}

static void test_reader_stops_at_end(void **state)
{
    struct bytes seven = exact(run("\1\2\3\4\5\6\7", 7));
    struct reader r = {seven.data, seven.size, 0};
    size_t left;

    (void)state;
    for (left = 0; left < 4; left++)
    {
        r.data = seven.data;
        r.left = left;
        r.failed = 0;
        assert_int_equal(read_u32(&r), 0);
        assert_int_equal(r.failed, 1);
    }
    r = (struct reader){seven.data, seven.size, 0};
    assert_int_equal(read_bytes(&r, SIZE_MAX).size, 0);
    assert_int_equal(r.failed, 1);
    assert_int_equal(read_u8(&r), 0);   /* stays failed although there is a byte */
    assert_int_equal(read_bytes(&r, 1).size, 0);
    assert_int_equal(r.failed, 1);
    r = (struct reader){seven.data, seven.size, 0};
    assert_true(read_u64(&r) == 0);
    assert_int_equal(r.failed, 1);
    free((void *)seven.data);
}

static void test_utf16(void **state)
{
    static const uint16_t empty[] = {0}, accent[] = {'A', 0xe9, 0};
    uint16_t buffer[16];

    (void)state;
    assert_int_equal(u16_length(empty), 0);
    assert_int_equal(u16_length(accent), 2);
    assert_int_equal(u16_from_ascii(buffer, "Sha256"), 14);
    assert_int_equal(u16_length(buffer), 6);

    assert_int_equal(u16_equal(buffer, "Sha256"), 1);
    assert_int_equal(u16_equal(buffer, "SHA256"), 0);
    assert_int_equal(u16_equal(buffer, "Sha25"), 0);
    assert_int_equal(u16_equal(buffer, "Sha2567"), 0);
    assert_int_equal(u16_equal(buffer, ""), 0);
    assert_int_equal(u16_equal(empty, ""), 1);
    assert_int_equal(u16_equal_nocase(buffer, "sHA256"), 1);
    assert_int_equal(u16_equal_nocase(buffer, "sHA25"), 0);
    assert_int_equal(u16_equal_nocase(buffer, "sHA2566"), 0);
    assert_int_equal(u16_equal_nocase(accent, "A\xe9"), 1);
    assert_int_equal(u16_equal_nocase(accent, "a\xc9"), 0);     /* only ASCII letters have a case here */
    u16_from_ascii(buffer, "[");
    assert_int_equal(u16_equal_nocase(buffer, "{"), 0);
    u16_from_ascii(buffer, "@");
    assert_int_equal(u16_equal_nocase(buffer, "`"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_secret_alloc),
        cmocka_unit_test(test_wipe),
        cmocka_unit_test(test_equal_secret),
        cmocka_unit_test(test_writer),
        cmocka_unit_test(test_writer_failure_sticks),
        cmocka_unit_test(test_reader),
        cmocka_unit_test(test_exact_u32),
        cmocka_unit_test(test_bytes_free),
        cmocka_unit_test(test_reader_stops_at_end),
        cmocka_unit_test(test_utf16),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
