/* SPDX-License-Identifier: LGPL-2.1-or-later
 * keyfile.c: the format of doc/key-file.md, its limits, and the seal. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "store_sample.h"

/* Written after doc/key-file.md by another program, in Python with the AES-GCM of OpenSSL. */
static const char golden_1[] =
    "894e4b45590d0a1a01000000020000000c92e54e7e3004667ea8b1d7e21cdc82"
    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf443322110000db012000000003000000"
    "020000000a00000007000000020000000b0000001100000045434453415f5032"
    "3536440065006d006f002000e9002d4e0d000000030000004600720069006500"
    "6e0064006c00790020004e0061006d006500010203050000000000000065006d"
    "0070007400790045435331207075626c6963303132333435363738393a3bf676"
    "62f2c91f386a5c52fa8932e95f1ae8a1860a9a06159a245d828c341e2dec7c";

static const char golden_3[] =
    "894e4b45590d0a1a03000000020000000c92e54e7e3004667ea8b1d7e21cdc82"
    "a0a1a2a3a4a5a6a7a8a9aaabacadaeaf443322110000db012000000003000000"
    "020000000a00000007000000020000000b000000110000000100000000000000"
    "3031323334353637383961626364656630313233343536373839616263646566"
    "45434453415f50323536440065006d006f002000e9002d4e0d00000003000000"
    "46007200690065006e0064006c00790020004e0061006d006500010203050000"
    "000000000065006d0070007400790045435331207075626c6963414243444546"
    "4748494a4b4c9f1b7ef0433ec50d6dfd043189678a205227cf6094d80b44808c"
    "6003834849ceea";

static void check_golden(const char *golden, int bound)
{
    struct store_key key = make_store_key(0);
    struct stored_key expected, stored = {0};

    make_full_sample(&expected);
    assert_int_equal(keyfile_decode(hex(golden), &key, &stored), NTE_SUCCESS);
    assert_same_key(&stored, &expected);
    assert_int_equal(stored.kind, IMAGE_KEY_FILE);
    assert_int_equal(stored.bound, bound);
    if (bound) assert_memory_equal(stored.digits, DIGITS, NAME_DIGITS);
    stored_key_free(&stored);
    stored_key_free(&expected);
}

static void test_golden_files(void **state)
{
    take_back(state);
    check_golden(golden_1, 0);
    check_golden(golden_3, 1);
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
    char name[16] = "";
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
        cmocka_unit_test(test_golden_files),
        cmocka_unit_test(test_round_trip),
        cmocka_unit_test(test_limits_of_parts),
        cmocka_unit_test(test_limits_of_properties),
        cmocka_unit_test(test_other_store_key),
        cmocka_unit_test(test_seal_is_fresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
