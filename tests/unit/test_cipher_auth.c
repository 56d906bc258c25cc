/* SPDX-License-Identifier: LGPL-2.1-or-later
 * cipher_auth.c: the parameters of GCM and CCM, messages that were changed. The vectors are in
 * test_vectors_cipher. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "cipher_sample.h"

static const struct bytes none;

static nte_status seal_with(struct material *key, enum chaining_mode mode, size_t nonce, uint32_t tag_size,
                            uint32_t flags)
{
    static uint8_t tag[16], output[16];
    struct cipher_padding info = {.flags = flags, .authenticated = 1, .nonce = pattern(nonce, 1), .tag = tag,
                                  .tag_size = tag_size};
    struct cipher_state state = chain(mode, none);
    uint32_t result;

    return crypt_to(key, &state, ENCRYPT, &info, pattern(16, 2), output, 16, &result);
}

static void authenticated_parameters(void **unused)
{
    struct material *key = cipher_material("AES", pattern(16, 1));
    struct cipher_state state = chain(CHAINING_GCM, none);
    struct cipher_padding info = {0};
    uint8_t data[16] = {0}, tag[16];
    uint32_t n, result;

    (void)unused;
    for (n = 0; n < 20; n++)
    {
        assert_status(seal_with(key, CHAINING_GCM, n, 16, 0), n == 12 ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
        assert_status(seal_with(key, CHAINING_CCM, n, 16, 0),
                      n >= 7 && n <= 13 ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
        assert_status(seal_with(key, CHAINING_GCM, 12, n, 0),
                      n >= 12 && n <= 16 ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
        assert_status(seal_with(key, CHAINING_CCM, 12, n, 0),
                      n >= 4 && n <= 16 && n % 2 == 0 ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
    }
    assert_status(seal_with(key, CHAINING_GCM, 12, 16, CIPHER_BLOCK_PADDING), NTE_INVALID_PARAMETER);

    assert_status(crypt_to(key, &state, ENCRYPT, NULL, run(data, 16), data, 16, &result), NTE_INVALID_PARAMETER);
    assert_status(crypt_to(key, &state, ENCRYPT, &info, run(data, 16), data, 16, &result), NTE_INVALID_PARAMETER);
    info = (struct cipher_padding){.authenticated = 1, .nonce = pattern(12, 1), .tag_size = 16};
    assert_status(crypt_to(key, &state, ENCRYPT, &info, run(data, 16), data, 16, &result), NTE_INVALID_PARAMETER);
    info.tag = memset(tag, 0xcc, sizeof(tag));
    assert_status(crypt_to(key, &state, ENCRYPT, &info, run(data, 16), NULL, 0, &result), NTE_SUCCESS);
    assert_int_equal(result, 16);
    assert_status(crypt_to(key, &state, ENCRYPT, &info, run(data, 16), data, 15, &result), NTE_BUFFER_TOO_SMALL);
    assert_int_equal(result, 16);
    assert_int_equal(tag[0], 0xcc);
    cipher_family.free(key);
}

/* CCM has a limit that depends on the nonce. */
static void ccm_limit(void **unused)
{
    struct material *key = cipher_material("AES", pattern(16, 1));
    struct cipher_state state = chain(CHAINING_CCM, none);
    uint8_t tag[16];
    struct cipher_padding info = {.authenticated = 1, .nonce = pattern(13, 1), .tag = tag, .tag_size = 16};
    uint8_t *data = take(65536);
    uint32_t result;

    (void)unused;
    assert_status(crypt_to(key, &state, ENCRYPT, &info, run(data, 65535), data, 65536, &result), NTE_SUCCESS);
    assert_status(crypt_to(key, &state, ENCRYPT, &info, run(data, 65536), data, 65536, &result),
                  NTE_INVALID_PARAMETER);
    info.nonce.size = 12;
    assert_status(crypt_to(key, &state, ENCRYPT, &info, run(data, 65536), data, 65536, &result), NTE_SUCCESS);
    cipher_family.free(key);
}

/* Any bit that changes: NTE_BAD_DATA, the output as it was. In place as well. */
static void check_tampered(enum chaining_mode mode)
{
    struct material *key = cipher_material("AES", pattern(24, 1));
    struct cipher_state state = chain(mode, none);
    uint8_t tag[16], data[40], good[40], output[40], aad[5] = "label", nonce[12] = {1};
    struct cipher_padding info = {.authenticated = 1, .nonce = run(nonce, 12), .aad = run(aad, 5), .tag = tag,
                                  .tag_size = 16};
    struct { uint8_t *bytes; size_t size; } parts[] = {{tag, 16}, {data, 40}, {aad, 5}, {nonce, 12}};
    uint32_t result;
    size_t i, j;

    memset(data, 0x5a, sizeof(data));
    assert_status(crypt_to(key, &state, ENCRYPT, &info, run(data, 40), data, 40, &result), NTE_SUCCESS);
    memcpy(good, data, sizeof(good));
    for (i = 0; i < 4; i++)
    {
        for (j = 0; j < parts[i].size; j++)
        {
            parts[i].bytes[j] ^= 0x10;
            memset(output, 0xcc, sizeof(output));
            assert_status(crypt_to(key, &state, DECRYPT, &info, run(data, 40), output, 40, &result), NTE_BAD_DATA);
            assert_int_equal(output[0], 0xcc);
            assert_status(crypt_to(key, &state, DECRYPT, &info, run(data, 40), data, 40, &result), NTE_BAD_DATA);
            parts[i].bytes[j] ^= 0x10;
            assert_memory_equal(data, good, sizeof(data));
        }
    }
    assert_status(crypt_to(key, &state, DECRYPT, &info, run(data, 40), data, 40, &result), NTE_SUCCESS);
    assert_int_equal(data[39], 0x5a);
    cipher_family.free(key);
}

static void tampered(void **state)
{
    (void)state;
    check_tampered(CHAINING_GCM);
    check_tampered(CHAINING_CCM);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(authenticated_parameters, take_back),
        cmocka_unit_test_setup(ccm_limit, take_back),
        cmocka_unit_test_setup(tampered, take_back),
    };

    return cmocka_run_group_tests_name("cipher authentication", tests, NULL, NULL);
}
