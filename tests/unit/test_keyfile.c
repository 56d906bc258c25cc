/* SPDX-License-Identifier: LGPL-2.1-or-later
 * keyfile.c: the format of doc/key-file.md, what it refuses, and that nothing in a file can be changed. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "store_sample.h"

#define OFFSET_VERSION      8
#define OFFSET_STORE_KEY_ID 16
#define OFFSET_ALGORITHM    68
#define OFFSET_NAME         72
#define OFFSET_PROPERTIES   76
#define OFFSET_PUBLIC       80
#define OFFSET_PRIVATE      84
#define FIXED_SIZE          88

/* Written after doc/key-file.md by another program, in Python with the AES-GCM of OpenSSL. */
static const char golden[] =
    "894e4b45590d0a1a01000000020000000c92e54e7e3004667ea8b1d7e21cdc82"
    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf443322110000db012000000003000000"
    "020000000a00000007000000020000000b0000001100000045434453415f5032"
    "3536440065006d006f002000e9002d4e0d000000030000004600720069006500"
    "6e0064006c00790020004e0061006d006500010203050000000000000065006d"
    "0070007400790045435331207075626c6963303132333435363738393a3bf676"
    "62f2c91f386a5c52fa8932e95f1ae8a1860a9a06159a245d828c341e2dec7c";

static struct store_key make_store_key(uint8_t first)
{
    struct store_key key;
    size_t i;

    for (i = 0; i < STORE_KEY_SIZE; i++) key.key[i] = first + i;
    assert_int_equal(store_key_derive_id(&key), NTE_SUCCESS);
    return key;
}

static void set_text(struct stored_key *stored, const char *name, const void *data, uint32_t size)
{
    uint16_t buffer[64];

    assert_int_equal(property_list_set(&stored->properties, u16(buffer, name), data, size), NTE_SUCCESS);
}

static void make_full_sample(struct stored_key *stored)
{
    make_sample(stored, "Demo ..", "ECS2 private part");
    stored->name[5] = 0xe9;
    stored->name[6] = 0x4e2d;
    stored->flags = FLAG_MACHINE_KEY;
    stored->key_usage = USAGE_SIGNING;
    stored->modified = 0x01db000011223344;
    memcpy(stored->id, "\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae\xaf", KEY_ID_SIZE);
    set_text(stored, "Friendly Name", "\1\2\3", 3);
    set_text(stored, "empty", "", 0);
}

static struct bytes encode(const struct stored_key *stored, const struct store_key *key)
{
    struct writer w = {0};
    struct bytes image;

    assert_int_equal(keyfile_encode(stored, key, &w), NTE_SUCCESS);
    image = copy_bytes(w.data, w.used);
    writer_free(&w);
    return image;
}

static struct bytes sample_image(const struct store_key *key)
{
    struct stored_key stored;
    struct bytes image;

    make_full_sample(&stored);
    image = encode(&stored, key);
    stored_key_free(&stored);
    return image;
}

static nte_status decode_status(struct bytes image, const struct store_key *key)
{
    struct stored_key stored = {0};
    nte_status status = keyfile_decode(image, key, &stored);

    if (status) assert_null(stored.name);
    stored_key_free(&stored);
    return status;
}

static void put_u32(struct bytes image, size_t offset, uint32_t value)
{
    memcpy((uint8_t *)image.data + offset, &value, sizeof(value));
}

static uint32_t get_u32(struct bytes image, size_t offset)
{
    uint32_t value;

    memcpy(&value, image.data + offset, sizeof(value));
    return value;
}

static void test_golden_file(void **state)
{
    struct store_key key = make_store_key(0);
    struct stored_key expected, stored = {0};
    uint8_t image[sizeof(golden) / 2];
    unsigned int byte;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(image); i++)
    {
        assert_int_equal(sscanf(golden + 2 * i, "%2x", &byte), 1);
        image[i] = byte;
    }
    make_full_sample(&expected);
    assert_int_equal(keyfile_decode((struct bytes){image, sizeof(image)}, &key, &stored), NTE_SUCCESS);
    assert_same_key(&stored, &expected);
    stored_key_free(&stored);
    stored_key_free(&expected);
}

static void check_round_trip(const struct stored_key *stored)
{
    struct store_key key = make_store_key(7);
    struct bytes image = encode(stored, &key);
    struct stored_key decoded = {0}, peeked = {0};

    assert_int_equal(keyfile_decode(image, &key, &decoded), NTE_SUCCESS);
    assert_same_key(&decoded, stored);
    assert_int_equal(keyfile_decode(image, NULL, &peeked), NTE_SUCCESS);
    assert_same_public(&peeked, stored);
    assert_int_equal(peeked.private_part.size, 0);
    stored_key_free(&decoded);
    stored_key_free(&peeked);
    secret_free((void *)image.data);
}

static void test_round_trip(void **state)
{
    struct stored_key stored;

    (void)state;
    make_full_sample(&stored);
    check_round_trip(&stored);
    stored_key_free(&stored);
    make_sample(&stored, "x", "y");
    secret_free((void *)stored.public_part.data);
    stored.public_part = copy_bytes("", 0);
    check_round_trip(&stored);
    stored_key_free(&stored);
}

/* One past a limit is refused, and the writer is as before. */
static void check_refused(const struct stored_key *stored)
{
    struct store_key key = make_store_key(7);
    struct writer w = {0};

    write_u8(&w, 42);
    assert_int_equal(keyfile_encode(stored, &key, &w), NTE_INVALID_PARAMETER);
    assert_int_equal(w.used, 1);
    writer_free(&w);
}

static void set_name(struct stored_key *stored, size_t chars)
{
    size_t i;

    secret_free(stored->name);
    stored->name = secret_alloc((chars + 1) * sizeof(*stored->name));
    assert_non_null(stored->name);
    for (i = 0; i < chars; i++) stored->name[i] = 'n';
}

static void set_part(struct bytes *part, size_t size)
{
    secret_free((void *)part->data);
    part->data = secret_alloc(size);
    assert_non_null(part->data);
    part->size = size;
}

static void test_limits_of_parts(void **state)
{
    struct stored_key stored;

    (void)state;
    make_sample(&stored, "x", "y");
    set_name(&stored, 512);
    set_part(&stored.public_part, 0x100000);
    set_part(&stored.private_part, 0x100000);
    memset(stored.algorithm, 'A', 31);
    check_round_trip(&stored);

    set_name(&stored, 513);
    check_refused(&stored);
    set_name(&stored, 0);
    check_refused(&stored);
    set_name(&stored, 1);
    memset(stored.algorithm, 'A', 32);
    check_refused(&stored);
    strcpy(stored.algorithm, "");
    check_refused(&stored);
    strcpy(stored.algorithm, "R SA");
    check_refused(&stored);
    strcpy(stored.algorithm, "\xe9");
    check_refused(&stored);
    strcpy(stored.algorithm, "RSA");
    set_part(&stored.public_part, 0x100001);
    check_refused(&stored);
    set_part(&stored.public_part, 0);
    set_part(&stored.private_part, 0x100001);
    check_refused(&stored);
    set_part(&stored.private_part, 0);
    check_refused(&stored);
    stored_key_free(&stored);
}

static void test_limits_of_properties(void **state)
{
    uint8_t *data = secret_alloc(0x100001);
    struct stored_key stored;
    char name[16];
    int i;

    (void)state;
    assert_non_null(data);
    make_sample(&stored, "x", "y");
    set_text(&stored, "big", data, 0x100000);
    for (i = 1; i < 1024; i++)
    {
        snprintf(name, sizeof(name), "%d", i);
        set_text(&stored, name, name, i % 16);
    }
    check_round_trip(&stored);
    set_text(&stored, "one more", data, 1);
    check_refused(&stored);
    property_list_free(&stored.properties);
    set_text(&stored, "big", data, 0x100001);
    check_refused(&stored);
    property_list_free(&stored.properties);
    set_text(&stored, "", data, 1);
    check_refused(&stored);
    property_list_free(&stored.properties);
    for (i = 0; i < 64; i++)
    {
        snprintf(name, sizeof(name), "%d", i);
        set_text(&stored, name, data, 0x100000);
    }
    check_refused(&stored);             /* the file would have more than 64 MiB */
    stored_key_free(&stored);
    secret_free(data);
}

static void test_truncated_at_every_length(void **state)
{
    struct store_key key = make_store_key(7);
    struct bytes image = sample_image(&key), part;
    size_t size;

    (void)state;
    for (size = 0; size < image.size; size++)
    {
        part = copy_bytes(image.data, size);        /* so that the sanitizer sees a read past the end */
        assert_int_equal(decode_status(part, &key), NTE_BAD_DATA);
        assert_int_equal(decode_status(part, NULL), NTE_BAD_DATA);
        secret_free((void *)part.data);
    }
    secret_free((void *)image.data);
}

static void test_trailing_bytes(void **state)
{
    struct store_key key = make_store_key(7);
    struct bytes image = sample_image(&key), longer = copy_bytes("", 0);

    (void)state;
    set_part(&longer, image.size + 1);
    memcpy((uint8_t *)longer.data, image.data, image.size);
    assert_int_equal(decode_status(longer, &key), NTE_BAD_DATA);
    assert_int_equal(decode_status(longer, NULL), NTE_BAD_DATA);
    secret_free((void *)image.data);
    secret_free((void *)longer.data);
}

static nte_status status_of_flip(size_t offset)
{
    if (offset >= OFFSET_VERSION && offset < OFFSET_VERSION + 4) return NTE_BAD_VER;
    if (offset >= OFFSET_STORE_KEY_ID && offset < OFFSET_STORE_KEY_ID + STORE_KEY_ID_SIZE) return NTE_BAD_KEY_STATE;
    return NTE_BAD_DATA;
}

static void test_every_flipped_bit(void **state)
{
    struct store_key key = make_store_key(7);
    struct bytes image = sample_image(&key);
    uint8_t *data = (uint8_t *)image.data;
    size_t bit;

    (void)state;
    for (bit = 0; bit < image.size * 8; bit++)
    {
        data[bit / 8] ^= 1 << bit % 8;
        assert_int_equal(decode_status(image, &key), status_of_flip(bit / 8));
        decode_status(image, NULL);
        data[bit / 8] ^= 1 << bit % 8;
    }
    assert_int_equal(decode_status(image, &key), NTE_SUCCESS);
    secret_free(data);
}

/* Lengths that do not fit are refused without the seal, and without an allocation of their size. */
static void test_wrong_lengths(void **state)
{
    static const size_t fields[] =
    {
        OFFSET_ALGORITHM, OFFSET_NAME, OFFSET_PROPERTIES, OFFSET_PUBLIC, OFFSET_PRIVATE,
    };
    static const uint32_t wrong[] = {0, 0x400, 0x401, 0x100000, 0x100001, 0x7fffffff, 0x80000000, 0xffffffff};
    struct store_key key = make_store_key(7);
    struct bytes image = sample_image(&key);
    uint32_t right;
    size_t i, j;

    (void)state;
    for (i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
    {
        right = get_u32(image, fields[i]);
        for (j = 0; j < sizeof(wrong) / sizeof(wrong[0]); j++)
        {
            put_u32(image, fields[i], wrong[j]);
            assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);
        }
        put_u32(image, fields[i], right);
    }
    assert_int_equal(decode_status(image, NULL), NTE_SUCCESS);
    secret_free((void *)image.data);
}

static void test_text_that_is_none(void **state)
{
    struct store_key key = make_store_key(7);
    struct bytes image = sample_image(&key);
    uint8_t *data = (uint8_t *)image.data;
    size_t name = FIXED_SIZE + strlen("ECDSA_P256");

    (void)state;
    data[FIXED_SIZE] = 0;
    assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);
    data[FIXED_SIZE] = 0xc9;
    assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);
    data[FIXED_SIZE] = 'E';
    data[name + 2] = data[name + 3] = 0;
    assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);
    secret_free(data);
}

static void test_property_named_twice(void **state)
{
    struct store_key key = make_store_key(7);
    struct stored_key stored;
    struct bytes image;
    size_t second;

    (void)state;
    make_sample(&stored, "x", "y");
    set_text(&stored, "a", "1", 1);
    set_text(&stored, "b", "2", 1);
    image = encode(&stored, &key);
    second = FIXED_SIZE + strlen("ECDSA_P256") + 2 + (8 + 2 + 1) + 8;
    assert_int_equal(image.data[second], 'b');
    ((uint8_t *)image.data)[second] = 'a';
    assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);
    stored_key_free(&stored);
    secret_free((void *)image.data);
}

static void test_other_store_key(void **state)
{
    struct store_key key = make_store_key(7), other = make_store_key(8), same_id = make_store_key(9);
    struct bytes image = sample_image(&key);

    (void)state;
    assert_memory_not_equal(key.id, other.id, STORE_KEY_ID_SIZE);
    assert_int_equal(decode_status(image, &other), NTE_BAD_KEY_STATE);
    memcpy(same_id.id, key.id, STORE_KEY_ID_SIZE);
    assert_int_equal(decode_status(image, &same_id), NTE_BAD_DATA);
    secret_free((void *)image.data);
}

static void test_sealed_parts_cannot_be_exchanged(void **state)
{
    struct store_key key = make_store_key(7);
    struct stored_key a, b;
    struct bytes x, y;
    size_t sealed;

    (void)state;
    make_sample(&a, "a", "private part 1");
    make_sample(&b, "b", "private part 2");
    x = encode(&a, &key);
    y = encode(&b, &key);
    sealed = 12 + a.private_part.size + 16;
    assert_int_equal(x.size, y.size);
    memcpy((uint8_t *)x.data + x.size - sealed, y.data + y.size - sealed, sealed);
    assert_int_equal(decode_status(x, &key), NTE_BAD_DATA);
    stored_key_free(&a);
    stored_key_free(&b);
    secret_free((void *)x.data);
    secret_free((void *)y.data);
}

/* A second writing of one key shares neither nonce nor ciphertext with the first; nothing is in clear. */
static void test_seal_is_fresh(void **state)
{
    struct store_key key = make_store_key(7);
    struct stored_key stored;
    struct bytes x, y;
    size_t sealed;

    (void)state;
    make_full_sample(&stored);
    x = encode(&stored, &key);
    y = encode(&stored, &key);
    sealed = x.size - 12 - stored.private_part.size - 16;
    assert_memory_equal(x.data, y.data, sealed);
    assert_memory_not_equal(x.data + sealed, y.data + sealed, 12);
    assert_memory_not_equal(x.data + sealed + 12, y.data + sealed + 12, stored.private_part.size);
    assert_null(memmem(x.data, x.size, stored.private_part.data, stored.private_part.size));
    assert_null(memmem(x.data, x.size, key.key, STORE_KEY_SIZE));
    stored_key_free(&stored);
    secret_free((void *)x.data);
    secret_free((void *)y.data);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_golden_file),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_limits_of_parts),
        cmocka_unit_test(test_limits_of_properties),
        cmocka_unit_test(test_truncated_at_every_length),
        cmocka_unit_test(test_trailing_bytes),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_wrong_lengths),
        cmocka_unit_test(test_text_that_is_none),
        cmocka_unit_test(test_property_named_twice),
        cmocka_unit_test(test_other_store_key),
        cmocka_unit_test(test_sealed_parts_cannot_be_exchanged),
        cmocka_unit_test(test_seal_is_fresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
