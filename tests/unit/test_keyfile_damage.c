/* SPDX-License-Identifier: LGPL-2.1-or-later
 * keyfile.c: whatever is changed in the image of a key file, it is refused. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store_sample.h"

#define OFFSET_VERSION      8
#define OFFSET_STORE_KEY_ID 16
#define OFFSET_ALGORITHM    68
#define OFFSET_NAME         72
#define OFFSET_PROPERTIES   76
#define OFFSET_PUBLIC       80
#define OFFSET_PRIVATE      84
#define OFFSET_KIND         88
#define OFFSET_LOCKED       92
#define OFFSET_DIGITS       96
#define FIXED_SIZE          128

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

/* The lowest bits of the version make an older one of it. */
static nte_status status_of_flip(size_t bit)
{
    size_t offset = bit / 8;

    if (offset >= OFFSET_VERSION && offset < OFFSET_VERSION + 4)
        return bit < OFFSET_VERSION * 8 + 2 ? NTE_BAD_DATA : NTE_BAD_VER;
    if (offset < OFFSET_STORE_KEY_ID || offset >= OFFSET_STORE_KEY_ID + STORE_KEY_ID_SIZE) return NTE_BAD_DATA;
    return NTE_BAD_KEY_STATE;
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
        assert_int_equal(decode_status(image, &key), status_of_flip(bit));
        if (bit / 8 < OFFSET_VERSION) assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);
        else decode_status(image, NULL);
        data[bit / 8] ^= 1 << bit % 8;
    }
    assert_int_equal(decode_status(image, &key), NTE_SUCCESS);
    secret_free(data);
}

/* What an image says of itself is checked before the seal is looked at. */
static void test_kinds(void **state)
{
    static const uint32_t wrong[] = {0, 3, 0x80000001};
    struct store_key key = make_store_key(7);
    struct bytes image = sample_image(&key);
    uint8_t *data = (uint8_t *)image.data;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
    {
        put_u32(image, OFFSET_KIND, wrong[i]);
        assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);
    }
    put_u32(image, OFFSET_KIND, IMAGE_TRANSPORT);
    assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);     /* bound to a name */
    memset(data + OFFSET_DIGITS, 0, NAME_DIGITS);
    assert_int_equal(decode_status(image, NULL), NTE_SUCCESS);
    assert_int_equal(decode_status(image, &key), NTE_BAD_DATA);
    put_u32(image, OFFSET_LOCKED, 1);
    assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);     /* under a password */
    put_u32(image, OFFSET_KIND, IMAGE_KEY_FILE);
    assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);     /* bound to none */
    memset(data + OFFSET_DIGITS, '0', NAME_DIGITS);
    assert_int_equal(decode_status(image, NULL), NTE_SUCCESS);
    data[OFFSET_DIGITS + NAME_DIGITS - 1] = 'A';
    assert_int_equal(decode_status(image, NULL), NTE_BAD_DATA);
    secret_free(data);
}

/* Lengths that do not fit are refused before the seal is looked at. */
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

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_truncated_at_every_length),
        cmocka_unit_test(test_trailing_bytes),
        cmocka_unit_test(test_every_flipped_bit),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_wrong_lengths),
        cmocka_unit_test(test_text_that_is_none),
        cmocka_unit_test(test_property_named_twice),
        cmocka_unit_test(test_sealed_parts_cannot_be_exchanged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
