/* SPDX-License-Identifier: LGPL-2.1-or-later
 * cipher_block.c, cipher_chain.c: vectors that NIST's files do not hold, block padding, chains from call to call,
 * buffers, what is refused. The NIST vectors are in test_vectors_cipher. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "cipher_sample.h"

static const struct bytes none;

/* --- known answers --- */

struct answer
{
    const char *alg;
    enum chaining_mode mode;
    const char *key, *iv, *clear, *sealed;
};

#define FIPS_KEY "0123456789abcdef"
#define FIPS_IV  "1234567890abcdef"
#define FIPS_TEXT "4e6f77206973207468652074696d6520666f7220616c6c20"

static const struct answer answers[] =
{
    /* FIPS 81, tables B1, C1 and D3 */
    {"DES", CHAINING_ECB, FIPS_KEY, "", FIPS_TEXT, "3fa40e8a984d48156a271787ab8883f9893d51ec4b563b53"},
    {"DES", CHAINING_CBC, FIPS_KEY, FIPS_IV, FIPS_TEXT, "e5c7cdde872bf27c43e934008c389c0f683788499a7c05f6"},
    {"DES", CHAINING_CFB, FIPS_KEY, FIPS_IV, FIPS_TEXT, "f31fda07011462ee187f43d80a7cd9b5b0d290da6e5b9a87"},
    /* RFC 2268, section 5: those whose effective length is that of the key */
    {"RC2", CHAINING_ECB, "ffffffffffffffff", "", "ffffffffffffffff", "278b27e42e2f0d49"},
    {"RC2", CHAINING_ECB, "3000000000000000", "", "1000000000000001", "30649edf9be7d2c2"},
    {"RC2", CHAINING_ECB, "88bca90e90875a7f0f79c384627bafb2", "", "0000000000000000", "2269552ab0f85ca6"},
    /* OpenSSL 3.0: enc -rc2-40-cbc, -rc2-64-cbc, -desx-cbc */
    {"RC2", CHAINING_CBC, "0123456789", FIPS_IV, FIPS_TEXT, "57423ac28c86900d2afbb7c085793fc61a48014d7b06dfb3"},
    {"RC2", CHAINING_CBC, FIPS_KEY, FIPS_IV, FIPS_TEXT, "995c10db7ccd3ba2458e8784ea21e8553204bd65eaaf7f2b"},
    {"DESX", CHAINING_CBC, FIPS_KEY "1122334455667788a0b1c2d3e4f50617", FIPS_IV, FIPS_TEXT,
     "75d5646c80163c7f77212b15adc55e4a770f3ab818c7fe48"},
};

static void check_answer(const struct answer *answer, int encrypt)
{
    struct material *key = cipher_material(answer->alg, hex(answer->key));
    struct cipher_state state = chain(answer->mode, hex(answer->iv));
    struct bytes clear = hex(answer->clear), sealed = hex(answer->sealed), got;
    nte_status status;

    got = crypt_once(key, &state, encrypt, NULL, encrypt ? clear : sealed, &status);
    assert_status(status, NTE_SUCCESS);
    assert_int_equal(got.size, clear.size);
    assert_memory_equal(got.data, encrypt ? sealed.data : clear.data, clear.size);
    cipher_family.free(key);
}

static void known_answers(void **state)
{
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(answers) / sizeof(*answers); i++)
    {
        check_answer(&answers[i], ENCRYPT);
        check_answer(&answers[i], DECRYPT);
    }
}

/* --- every kind of key --- */

static const struct kind
{
    const char *alg;
    unsigned int key_size, block;
}
kinds[] =
{
    {"AES", 16, 16}, {"AES", 24, 16}, {"AES", 32, 16}, {"DES", 8, 8}, {"3DES", 24, 8}, {"3DES_112", 16, 8},
    {"DESX", 24, 8}, {"RC2", 2, 8}, {"RC2", 5, 8}, {"RC2", 16, 8},
};

static const enum chaining_mode chains[] = {CHAINING_ECB, CHAINING_CBC, CHAINING_CFB};

typedef void check(const struct kind *kind, struct material *key, enum chaining_mode mode);

static void for_each(check *function)
{
    struct material *key;
    size_t i, j;

    for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++)
    {
        key = cipher_material(kinds[i].alg, pattern(kinds[i].key_size, i));
        assert_non_null(key);
        for (j = 0; j < sizeof(chains) / sizeof(*chains); j++)
        {
            function(&kinds[i], key, chains[j]);
            sample_used = 0;
        }
        cipher_family.free(key);
    }
}

/* Any cut of a message gives what one call gives, in both directions, also in place. */
static void check_carried(const struct kind *kind, struct material *key, enum chaining_mode mode)
{
    unsigned int unit = mode == CHAINING_CFB ? 1 : kind->block, cut;
    struct bytes iv = pattern(kind->block, 9), clear = pattern(6 * kind->block, 10), sealed;
    struct cipher_state state = chain(mode, iv);
    uint8_t data[6 * CIPHER_MAX_BLOCK];
    uint32_t result;
    nte_status status;

    sealed = crypt_once(key, &state, ENCRYPT, NULL, clear, &status);
    assert_status(status, NTE_SUCCESS);
    for (cut = 0; cut <= clear.size; cut += unit)
    {
        state = chain(mode, iv);
        memcpy(data, clear.data, clear.size);
        assert_status(crypt_to(key, &state, ENCRYPT, NULL, run(data, cut), data, cut, &result), NTE_SUCCESS);
        assert_int_equal(result, cut);
        assert_status(crypt_to(key, &state, ENCRYPT, NULL, run(data + cut, clear.size - cut), data + cut,
                               clear.size - cut, &result), NTE_SUCCESS);
        assert_memory_equal(data, sealed.data, clear.size);
        state = chain(mode, iv);
        assert_status(crypt_to(key, &state, DECRYPT, NULL, run(data, cut), data, cut, &result), NTE_SUCCESS);
        assert_status(crypt_to(key, &state, DECRYPT, NULL, run(data + cut, clear.size - cut), data + cut,
                               clear.size - cut, &result), NTE_SUCCESS);
        assert_memory_equal(data, clear.data, clear.size);
    }
}

static void carried(void **state)
{
    (void)state;
    for_each(check_carried);
}

/* Sizes are told without touching the chain; what is refused does not touch it either. */
static void check_sizes(const struct kind *kind, struct material *key, enum chaining_mode mode)
{
    struct cipher_state state = chain(mode, pattern(kind->block, 11)), before = state;
    struct bytes input = pattern(3 * kind->block, 12);
    uint8_t output[4 * CIPHER_MAX_BLOCK];
    uint32_t result, n, encrypt;

    for (encrypt = 0; encrypt < 2; encrypt++)
    {
        assert_status(crypt_to(key, &state, encrypt, NULL, input, NULL, 0, &result), NTE_SUCCESS);
        assert_int_equal(result, input.size);
        result = 0;
        assert_status(crypt_to(key, &state, encrypt, NULL, input, output, input.size - 1, &result),
                      NTE_BUFFER_TOO_SMALL);
        assert_int_equal(result, input.size);
        for (n = 1; n < kind->block && mode != CHAINING_CFB; n++)
            assert_status(crypt_to(key, &state, encrypt, NULL, run(input.data, input.size - n), output,
                                   sizeof(output), &result), NTE_INVALID_PARAMETER);
        assert_status(crypt_to(key, &state, encrypt, NULL, none, output, 0, &result), NTE_SUCCESS);
        assert_int_equal(result, 0);
        assert_memory_equal(&state, &before, sizeof(state));
    }
}

static void sizes(void **state)
{
    (void)state;
    for_each(check_sizes);
}

/* --- block padding, with an IV of the caller --- */

static void check_padded(const struct kind *kind, struct material *key, enum chaining_mode mode)
{
    struct cipher_state state = chain(mode, pattern(kind->block, 13)), before = state;
    struct bytes iv = pattern(kind->block, 14), clear, sealed;
    uint8_t data[5 * CIPHER_MAX_BLOCK], own[CIPHER_MAX_BLOCK];
    struct cipher_padding info = {.flags = CIPHER_BLOCK_PADDING, .iv = own, .iv_size = kind->block};
    uint32_t n, result, whole;
    nte_status status;

    for (n = 0; n <= 3 * kind->block; n++)
    {
        whole = (n / kind->block + 1) * kind->block;
        clear = pattern(n, n);
        memcpy(own, iv.data, kind->block);
        assert_status(crypt_to(key, &state, ENCRYPT, &info, clear, NULL, 0, &result), NTE_SUCCESS);
        assert_int_equal(result, whole);
        assert_status(crypt_to(key, &state, ENCRYPT, &info, clear, data, whole - 1, &result),
                      NTE_BUFFER_TOO_SMALL);
        assert_int_equal(result, whole);
        assert_memory_equal(own, iv.data, kind->block);
        sealed = crypt_once(key, &state, ENCRYPT, &info, clear, &status);
        assert_status(status, NTE_SUCCESS);
        assert_int_equal(sealed.size, whole);
        if (mode == CHAINING_ECB) assert_memory_equal(own, iv.data, kind->block);
        else assert_memory_equal(own, sealed.data + whole - kind->block, kind->block);

        memcpy(own, iv.data, kind->block);
        memcpy(data, clear.data, n);
        assert_status(crypt_to(key, &state, ENCRYPT, &info, run(data, n), data, whole, &result), NTE_SUCCESS);
        assert_memory_equal(data, sealed.data, whole);

        memcpy(own, iv.data, kind->block);
        assert_status(crypt_to(key, &state, DECRYPT, &info, sealed, NULL, 0, &result), NTE_SUCCESS);
        assert_int_equal(result, whole);
        if (n) assert_status(crypt_to(key, &state, DECRYPT, &info, sealed, data, n - 1, &result),
                             NTE_BUFFER_TOO_SMALL);
        assert_memory_equal(own, iv.data, kind->block);
        assert_status(crypt_to(key, &state, DECRYPT, &info, run(data, whole), data, n, &result), NTE_SUCCESS);
        assert_int_equal(result, n);
        assert_memory_equal(data, clear.data, n);
        if (mode != CHAINING_ECB) assert_memory_equal(own, sealed.data + whole - kind->block, kind->block);
    }
    assert_memory_equal(&state, &before, sizeof(state));
}

static void padded(void **state)
{
    (void)state;
    for_each(check_padded);
}

/* Every last block that is no padding: one status, nothing written, no chain moved. */
static void wrong_padding(void **unused)
{
    struct material *key = cipher_material("AES", pattern(16, 1));
    struct cipher_state state = chain(CHAINING_CBC, none), start = state, after;
    struct cipher_padding info = {.flags = CIPHER_BLOCK_PADDING};
    uint8_t clear[32], output[32];
    unsigned int count, place, good;
    struct bytes sealed;
    uint32_t result;
    nte_status status;

    (void)unused;
    for (count = 0; count < 256; count++)
    {
        for (place = 1; place <= 16; place++)       /* counted from the end */
        {
            memset(clear, count, sizeof(clear));
            if (place > 1) clear[32 - place] ^= 0x80;
            good = count >= 1 && count <= 16 && (place == 1 || place > count);
            after = start;
            sealed = crypt_once(key, &after, ENCRYPT, NULL, run(clear, 32), &status);
            memset(output, 0xcc, sizeof(output));
            assert_status(crypt_to(key, &state, DECRYPT, &info, sealed, output, 32, &result),
                          good ? NTE_SUCCESS : NTE_BAD_DATA);
            if (good)
            {
                assert_int_equal(result, 32 - count);
                assert_memory_equal(output, clear, result);
                assert_memory_equal(&state, &after, sizeof(state));
                state = start;
            }
            else assert_int_equal(output[0], 0xcc);
            assert_memory_equal(&state, &start, sizeof(state));
        }
        sample_used = 0;
    }
    assert_status(crypt_to(key, &state, DECRYPT, &info, none, output, 32, &result), NTE_INVALID_PARAMETER);
    assert_status(crypt_to(key, &state, DECRYPT, &info, run(clear, 31), output, 32, &result),
                  NTE_INVALID_PARAMETER);
    cipher_family.free(key);
}

/* --- buffers and parameters --- */

static void overlap(void **unused)
{
    static const enum chaining_mode modes[] = {CHAINING_ECB, CHAINING_CBC, CHAINING_CFB, CHAINING_GCM,
                                               CHAINING_CCM};
    struct material *key = cipher_material("AES", pattern(32, 1));
    uint8_t data[96], tag[16] = {0};
    struct cipher_padding auth = {.authenticated = 1, .nonce = pattern(12, 1), .tag = tag, .tag_size = 16};
    const struct cipher_padding *info;
    struct cipher_state state;
    uint32_t result, encrypt;
    size_t i;

    (void)unused;
    for (i = 0; i < sizeof(modes) / sizeof(*modes); i++)
    {
        info = i < 3 ? NULL : &auth;
        for (encrypt = 0; encrypt < 2; encrypt++)
        {
            memset(data, 0, sizeof(data));
            state = chain(modes[i], none);
            assert_status(crypt_to(key, &state, encrypt, info, run(data, 32), data + 1, 32, &result),
                          NTE_BUFFERS_OVERLAP);
            assert_status(crypt_to(key, &state, encrypt, info, run(data + 31, 32), data, 32, &result),
                          NTE_BUFFERS_OVERLAP);
            assert_int_equal(data[0], 0);
        }
        assert_status(crypt_to(key, &state, ENCRYPT, info, run(data, 32), data + 32, 32, &result), NTE_SUCCESS);
        state = chain(modes[i], none);
        assert_status(crypt_to(key, &state, DECRYPT, info, run(data + 32, 32), data, 64, &result), NTE_SUCCESS);
    }
    cipher_family.free(key);
}

static void schemes(void **unused)
{
    struct material *key = cipher_material("AES", pattern(16, 1));
    struct cipher_state state = chain(CHAINING_CBC, none);
    uint8_t data[32] = {0}, iv[16] = {0};
    struct cipher_padding info = {.iv = iv, .iv_size = 16};
    struct padding padding;
    uint32_t result;

    (void)unused;
#define CRYPT(bits, cipher_info) (padding = no_padding(bits), padding.cipher = (cipher_info), \
    cipher_family.cipher(key, &state, ENCRYPT, &padding, run(data, 16), data, 32, &result))
    assert_status(CRYPT(0, NULL), NTE_SUCCESS);
    assert_status(CRYPT(PAD_NONE, NULL), NTE_SUCCESS);
    assert_status(CRYPT(PAD_CIPHER, &info), NTE_SUCCESS);
    assert_status(CRYPT(PAD_CIPHER, NULL), NTE_INVALID_PARAMETER);
    assert_status(CRYPT(PAD_PKCS1, NULL), NTE_INVALID_PARAMETER);
    assert_status(CRYPT(PAD_OAEP, NULL), NTE_INVALID_PARAMETER);
    assert_status(CRYPT(PAD_CIPHER | PAD_NONE, &info), NTE_INVALID_PARAMETER);
    info.flags = CIPHER_OTHER_PADDING;
    assert_status(CRYPT(PAD_CIPHER, &info), NTE_NOT_SUPPORTED);
    info.flags = 4;
    assert_status(CRYPT(PAD_CIPHER, &info), NTE_INVALID_PARAMETER);
    info.flags = 0;
    info.iv_size = 15;
    assert_status(CRYPT(PAD_CIPHER, &info), NTE_INVALID_PARAMETER);
    info.iv_size = 16;
    info.authenticated = 1;
    assert_status(CRYPT(PAD_CIPHER, &info), NTE_INVALID_PARAMETER);
#undef CRYPT
    cipher_family.free(key);
}

static void modes_and_iv(void **unused)
{
    const struct algorithm *aes = algorithm_find_ascii("AES"), *des = algorithm_find_ascii("DES");
    struct cipher_state state = {0};
    struct writer w = {0};
    size_t i;
    static const char *const names[] = {"ChainingModeECB", "ChainingModeCBC", "ChainingModeCFB", "ChainingModeCCM",
                                        "ChainingModeGCM"};

    (void)unused;
    for (i = 0; i < 5; i++)
    {
        assert_status(cipher_set_mode(aes, &state, run(wide(names[i]), 32)), NTE_SUCCESS);
        assert_status(cipher_get_mode(&state, &w), NTE_SUCCESS);
        assert_int_equal(w.used, 32);
        assert_memory_equal(w.data, wide(names[i]), 32);
        writer_free(&w);
        assert_status(cipher_get_tag_length(&state, &w), i < 3 ? NTE_NOT_SUPPORTED : NTE_SUCCESS);
        assert_int_equal(w.used, i < 3 ? 0 : 12);
        writer_free(&w);
        assert_status(cipher_set_mode(des, &state, run(wide(names[i]), 32)),
                      i < 3 ? NTE_SUCCESS : NTE_NOT_SUPPORTED);
    }
    assert_status(cipher_set_mode(aes, &state, run(wide("ChainingModeN/A"), 32)), NTE_NOT_SUPPORTED);
    assert_status(cipher_set_mode(aes, &state, run(wide(""), 2)), NTE_NOT_SUPPORTED);
    assert_status(cipher_set_mode(aes, &state, run(wide(names[0]), 31)), NTE_NOT_SUPPORTED);
    assert_status(cipher_set_mode(aes, &state, run(wide("ChainingModeECBs"), 34)), NTE_NOT_SUPPORTED);

    assert_status(cipher_set_iv(aes, &state, pattern(16, 3)), NTE_SUCCESS);
    assert_memory_equal(state.iv, pattern(16, 3).data, 16);
    assert_status(cipher_set_iv(aes, &state, pattern(15, 3)), NTE_INVALID_PARAMETER);
    assert_status(cipher_set_iv(aes, &state, pattern(17, 3)), NTE_INVALID_PARAMETER);
    assert_status(cipher_set_iv(des, &state, pattern(16, 3)), NTE_INVALID_PARAMETER);
    assert_status(cipher_set_iv(des, &state, pattern(8, 4)), NTE_SUCCESS);
    assert_memory_equal(state.iv, pattern(8, 4).data, 8);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(known_answers, take_back),
        cmocka_unit_test_setup(carried, take_back),
        cmocka_unit_test_setup(sizes, take_back),
        cmocka_unit_test_setup(padded, take_back),
        cmocka_unit_test_setup(wrong_padding, take_back),
        cmocka_unit_test_setup(overlap, take_back),
        cmocka_unit_test_setup(schemes, take_back),
        cmocka_unit_test_setup(modes_and_iv, take_back),
    };

    return cmocka_run_group_tests_name("cipher", tests, NULL, NULL);
}
