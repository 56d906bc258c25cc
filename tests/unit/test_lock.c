/* SPDX-License-Identifier: LGPL-2.1-or-later
 * lock.c and files of version 2: a private part under a password. Behind a handle: test_consent.c. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "key/key.h"
#include "store_sample.h"
#include "store_scratch.h"

#define ITERATIONS 1000

/* --- the format --- */

/* The private part "a private part" of the sample below under the password "Sesam" and 1000 iterations, written
 * after doc/key-file.md by another program, in Python with the PBKDF2 and AES-GCM of OpenSSL. */
static const char golden[] =
    "01000000e8030000404142434445464748494a4b4c4d4e4f6061626364656667"
    "68696a6b7a334c14f11c4535bddf7224bb5bed5765011559c20ea06c69e97ff1"
    "e835";

static struct bytes password(const char *text)
{
    static uint16_t buffer[64];

    u16_from_ascii(buffer, text);
    return (struct bytes){(const uint8_t *)buffer, strlen(text) * sizeof(*buffer)};
}

static void sample_binding(uint8_t binding[LOCK_BINDING_SIZE])
{
    struct stored_key stored;

    make_sample(&stored, "x", "a private part");
    assert_int_equal(lock_binding(&stored, binding), NTE_SUCCESS);
    stored_key_free(&stored);
}

static struct bytes text(const char *s)
{
    return (struct bytes){(const uint8_t *)s, strlen(s)};
}

static nte_status unlock(struct bytes locked, struct bytes secret, const uint8_t *binding, const char *expected)
{
    struct bytes clear = {NULL, 0};
    nte_status status = unlock_part(locked, secret, binding, &clear);

    if (status) assert_null(clear.data);
    else assert_same_bytes(clear, text(expected));
    secret_free((void *)clear.data);
    return status;
}

static void test_golden(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE], locked[sizeof(golden) / 2];
    unsigned int byte;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(locked); i++)
    {
        assert_int_equal(sscanf(golden + 2 * i, "%2x", &byte), 1);
        locked[i] = byte;
    }
    sample_binding(binding);
    assert_int_equal(unlock((struct bytes){locked, sizeof(locked)}, password("Sesam"), binding, "a private part"),
                     NTE_SUCCESS);
}

static void lock_sample(struct writer *w, uint8_t binding[LOCK_BINDING_SIZE])
{
    memset(w, 0, sizeof(*w));
    sample_binding(binding);
    assert_int_equal(lock_part(text("a private part"), password("Sesam"), binding, ITERATIONS, w), NTE_SUCCESS);
}

static void test_wrong_passwords(void **state)
{
    static const char *const wrong[] = {"sesam", "Sesam ", "Sesa", "S", "Sesam, open"};
    uint8_t binding[LOCK_BINDING_SIZE];
    struct bytes locked;
    struct writer w;
    size_t i;

    (void)state;
    lock_sample(&w, binding);
    locked = (struct bytes){w.data, w.used};
    assert_null(memmem(w.data, w.used, "a private part", 14));
    assert_int_equal(unlock(locked, password("Sesam"), binding, "a private part"), NTE_SUCCESS);
    for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
        assert_int_equal(unlock(locked, password(wrong[i]), binding, ""), NTE_INCORRECT_PASSWORD);
    assert_int_equal(unlock(locked, (struct bytes){NULL, 0}, binding, ""), NTE_INCORRECT_PASSWORD);
    writer_free(&w);
}

/* A count of iterations that is allowed, and that takes too long to try. */
static int costs_too_much(struct bytes locked)
{
    struct reader r = {locked.data + 4, 4, 0};
    uint32_t iterations = read_u32(&r);

    return iterations > 100000 && iterations <= LOCK_MAX_ITERATIONS;
}

static void test_every_flipped_bit(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE];
    struct bytes locked;
    nte_status status;
    struct writer w;
    size_t bit;

    (void)state;
    lock_sample(&w, binding);
    locked = (struct bytes){w.data, w.used};
    for (bit = 0; bit < w.used * 8; bit++)
    {
        w.data[bit / 8] ^= 1 << bit % 8;
        if (!costs_too_much(locked))
        {
            status = unlock(locked, password("Sesam"), binding, "");
            assert_true(status == NTE_INCORRECT_PASSWORD || (bit < 64 && status == NTE_BAD_DATA));
        }
        w.data[bit / 8] ^= 1 << bit % 8;
    }
    for (bit = 0; bit < LOCK_BINDING_SIZE * 8; bit++)
    {
        binding[bit / 8] ^= 1 << bit % 8;
        assert_int_equal(unlock(locked, password("Sesam"), binding, ""), NTE_INCORRECT_PASSWORD);
        binding[bit / 8] ^= 1 << bit % 8;
    }
    assert_int_equal(unlock(locked, password("Sesam"), binding, "a private part"), NTE_SUCCESS);
    writer_free(&w);
}

static void put_u32(struct writer *w, size_t offset, uint32_t value)
{
    memcpy(w->data + offset, &value, sizeof(value));
}

static void test_not_a_lock(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE];
    struct bytes part;
    struct writer w;
    size_t size;

    (void)state;
    lock_sample(&w, binding);
    for (size = 0; size < w.used; size++)
    {
        part = copy_bytes(w.data, size);
        assert_int_equal(unlock(part, password("Sesam"), binding, ""),
                         size <= 24 + 12 + 16 ? NTE_BAD_DATA : NTE_INCORRECT_PASSWORD);
        secret_free((void *)part.data);
    }
    put_u32(&w, 4, LOCK_MAX_ITERATIONS + 1);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    put_u32(&w, 4, LOCK_MIN_ITERATIONS - 1);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    put_u32(&w, 4, 0);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    put_u32(&w, 4, 0xffffffff);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    writer_free(&w);
}

/* doc/key-file.md, in numbers: a file that says less is too weak, one that says more would take minutes. */
static void test_iterations(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE];
    struct writer w;

    (void)state;
    assert_int_equal(LOCK_ITERATIONS, 600000);
    lock_sample(&w, binding);
    put_u32(&w, 4, 999);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    put_u32(&w, 4, 10000001);
    assert_int_equal(unlock((struct bytes){w.data, w.used}, password("Sesam"), binding, ""), NTE_BAD_DATA);
    writer_free(&w);
}

/* Who has the store key and not the password cannot give the key another policy, or the part to another key. */
static void test_binding(void **state)
{
    uint8_t binding[LOCK_BINDING_SIZE], other[LOCK_BINDING_SIZE];
    struct stored_key stored;

    (void)state;
    sample_binding(binding);
    make_sample(&stored, "another name", "b");
    assert_int_equal(lock_binding(&stored, other), NTE_SUCCESS);
    assert_memory_equal(binding, other, sizeof(binding));
    stored.export_policy ^= 1;
    assert_int_equal(lock_binding(&stored, other), NTE_SUCCESS);
    assert_memory_not_equal(binding, other, sizeof(binding));
    stored.export_policy ^= 1;
    stored.key_usage ^= 1;
    assert_int_equal(lock_binding(&stored, other), NTE_SUCCESS);
    assert_memory_not_equal(binding, other, sizeof(binding));
    stored.key_usage ^= 1;
    ((uint8_t *)stored.public_part.data)[0] ^= 1;
    assert_int_equal(lock_binding(&stored, other), NTE_SUCCESS);
    assert_memory_not_equal(binding, other, sizeof(binding));
    stored_key_free(&stored);
}

static void test_file_with_lock(void **state)
{
    struct store_key key = make_store_key(3), other = make_store_key(4);
    struct stored_key stored, decoded = {0};
    struct bytes image;

    (void)state;
    make_full_sample(&stored);
    stored.locked = 1;
    image = encode(&stored, &key);
    assert_int_equal(image.data[92], 1);
    assert_int_equal(keyfile_decode(image, &key, &decoded), NTE_SUCCESS);
    assert_same_key(&decoded, &stored);
    assert_int_equal(decoded.locked, 1);
    stored_key_free(&decoded);
    assert_int_equal(keyfile_decode(image, &other, &decoded), NTE_BAD_KEY_STATE);
    ((uint8_t *)image.data)[92] = 0;
    assert_int_equal(keyfile_decode(image, &key, &decoded), NTE_BAD_DATA);
    stored_key_free(&stored);
    secret_free((void *)image.data);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_golden),
        cmocka_unit_test(test_wrong_passwords),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_not_a_lock),
        cmocka_unit_test(test_iterations),
        cmocka_unit_test(test_binding),
        cmocka_unit_test(test_file_with_lock),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
