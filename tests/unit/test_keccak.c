/* SPDX-License-Identifier: LGPL-2.1-or-later
 * keccak.c: SHAKE of nothing and of 200 bytes as NIST published them, SHA-3 against hash.c at each length around a
 * block, and that it does not matter in what pieces bytes go in and come out. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "crypto/hash.h"
#include "crypto/keccak.h"

typedef void starter(struct keccak *k);

static void check_shake(starter *start, struct bytes message, const char *expected)
{
    struct bytes output = hex(expected);
    uint8_t got[64];
    struct keccak k;

    start(&k);
    keccak_add(&k, message.data, message.size);
    keccak_give(&k, got, output.size);
    assert_memory_equal(got, output.data, output.size);
}

/* FIPS 202 examples: the message of 1600 bits is 0xa3 throughout. */
static void test_shake(void **state)
{
    uint8_t message[200];

    (void)state;
    memset(message, 0xa3, sizeof(message));
    check_shake(shake128_start, run(message, 0), "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26");
    check_shake(shake256_start, run(message, 0), "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f");
    check_shake(shake128_start, run(message, 200), "131ab8d2b594946b9c81333f9bb6e0ce75c3b93104fa3469d3917457385da037");
    check_shake(shake256_start, run(message, 200), "cd8a920ed141aa0407a22d59288652e9d9f1a7ee0c1e7c1ca699424da84a904d");
}

static void check_sha3(starter *start, const char *name, const uint8_t *message, size_t size)
{
    const struct hash *hash = hash_find_ascii(name);
    uint8_t got[HASH_MAX_SIZE], expected[HASH_MAX_SIZE];
    struct keccak k;

    assert_status(hash_once(hash, run(message, size), expected), NTE_SUCCESS);
    start(&k);
    keccak_add(&k, message, size);
    keccak_give(&k, got, hash->size);
    assert_memory_equal(got, expected, hash->size);
}

static void fill(uint8_t *data, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) data[i] = i * 167 + 13;
}

static void test_sha3(void **state)
{
    uint8_t message[300];
    size_t size;

    (void)state;
    fill(message, sizeof(message));
    for (size = 0; size <= sizeof(message); size++)
    {
        check_sha3(sha3_256_start, "SHA3-256", message, size);
        check_sha3(sha3_512_start, "SHA3-512", message, size);
    }
}

static void test_pieces(void **state)
{
    uint8_t message[500], whole[700], got[700];
    size_t piece, at, step;
    struct keccak k;

    (void)state;
    fill(message, sizeof(message));
    shake128_start(&k);
    keccak_add(&k, message, sizeof(message));
    keccak_give(&k, whole, sizeof(whole));
    for (piece = 1; piece < 400; piece++)
    {
        shake128_start(&k);
        for (at = 0; at < sizeof(message); at += step)
        {
            step = piece < sizeof(message) - at ? piece : sizeof(message) - at;
            keccak_add(&k, message + at, step);
        }
        for (at = 0; at < sizeof(got); at += step)
        {
            step = piece < sizeof(got) - at ? piece : sizeof(got) - at;
            keccak_give(&k, got + at, step);
        }
        assert_memory_equal(got, whole, sizeof(whole));
    }
}

static void test_end(void **state)
{
    static const struct keccak nothing;
    struct keccak k;

    (void)state;
    shake256_start(&k);
    keccak_add(&k, "secret", 6);
    keccak_end(&k);
    assert_memory_equal(&k, &nothing, sizeof(k));
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(test_shake, take_back),
        cmocka_unit_test_setup(test_sha3, take_back),
        cmocka_unit_test_setup(test_pieces, take_back),
        cmocka_unit_test_setup(test_end, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
