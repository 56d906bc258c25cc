/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Tokens that fail, go and come back, are slow, or speak their own way (rows C.51 to C.59, and the map of statuses).
 * Making keys: test_pkcs11_making.c; sessions: test_pkcs11_sessions.c; modules that lie: test_pkcs11_lies.c. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "mock_sample.h"

static const struct provider_class *card;

static int set_up(void **state)
{
    if (set_up_shared(state)) return -1;
    card = open_tokens(&card_provider, "token=first", "&pin-value=" TOKEN_PIN);
    return 0;
}

/* --- statuses --- */

static const struct { uint32_t answer, status; } answers[] =
{
    {0x03, 0x80090035}, {0x05, 0x80090020}, {0x30, 0x80090030}, {0x31, 0x80090023}, {0x50, 0x80090036},
    {0x21, 0x80090027}, {0x54, 0x80090029}, {0x62, 0x80090027}, {0x68, 0x80090010}, {0x70, 0x80090029},
    {0x71, 0x80090029}, {0x100, 0x80090020}, {0xe0, 0x80090030}, {0xe1, 0x80090030}, {0x02, 0x8009000e},
    {0x101, 0x80090022},
};

static void statuses(void **state)
{
    char rule[64];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(answers) / sizeof(*answers); i++)
    {
        snprintf(rule, sizeof(rule), "fail C_Sign %#x", answers[i].answer);
        set_rules(rule);
        if ((uint32_t)sign_with(shared) != answers[i].status) fail_msg("answer %#x: another status", answers[i].answer);
    }
    set_rules("fail C_Sign 0x32");                      /* DEVICE_REMOVED */
    assert_status(sign_with(shared), NTE_DEVICE_NOT_READY);
    set_rules("");
    assert_status(sign_with(shared), NTE_SUCCESS);
}

/* Whatever a token says of a message that it does not decrypt, the program is told one thing. */
static void one_verdict(void **state)
{
    static const uint32_t failures[] = {0x05, 0x06, 0x20, 0x21, 0x30, 0x40, 0x41, 0x50, 0x70, 0x71};
    struct padding pkcs1 = {.scheme = PAD_PKCS1};
    struct key *key = token_key(provider, "RSA", NULL);
    uint8_t cipher[256] = {1}, message[256];
    char rule[64];
    uint32_t size;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(failures) / sizeof(*failures); i++)
    {
        snprintf(rule, sizeof(rule), "fail C_Decrypt %#x", failures[i]);
        set_rules(rule);
        if (key_decrypt(key, &pkcs1, PAD_PKCS1, bytes_of(cipher, 256), message, 256, &size) != NTE_INVALID_PARAMETER)
            fail_msg("answer %#x: another status", failures[i]);
    }
    set_rules("");
    key_free(key);
}

/* --- one more try --- */

static void comes_back(void **state)
{
    static const char *const once[] =
    {
        "fail C_Sign 0xb3 1", "fail C_SignInit 0x60 1", "fail C_SignInit 0x32 1", "fail C_Sign 0x101 1",
        "fail C_SignInit 0x82 1",
    };
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(once) / sizeof(*once); i++)
    {
        set_rules(once[i]);
        if (sign_with(shared)) fail_msg("%s", once[i]);
    }
}

static void removal(void **state)
{
    struct key *key, *on_card;

    (void)state;
    set_rules("");
    assert_status(open_token_key(card, "shared", &on_card), NTE_SUCCESS);
    set_rules("removed");
    assert_status(sign_with(shared), NTE_DEVICE_NOT_READY);
    assert_status(sign_with(on_card), SCARD_W_REMOVED_CARD);
    assert_status(open_token_key(card, "shared", &key), SCARD_E_NO_SMARTCARD);
    assert_status(key_create(card, wide("ECDSA_P256"), named("new"), 0, 0, &key), NTE_BAD_KEYSET);
    set_rules("");
    assert_status(sign_with(shared), NTE_SUCCESS);
    assert_status(sign_with(on_card), NTE_SUCCESS);
    key_free(on_card);
}

/* --- modules with ways of their own --- */

static void encodings(void **state)
{
    struct key *key;

    (void)state;
    set_rules("raw-point\npadded-labels");
    assert_status(open_token_key(provider, "shared", &key), NTE_SUCCESS);
    assert_true(u16_equal(key->name, "shared"));
    assert_status(sign_with(key), NTE_SUCCESS);
    key_free(key);
    set_rules("");
}

static void check_rsa(struct key *key)
{
    struct padding pss = {.scheme = PAD_PSS, .present = 1, .alg = wide("SHA256"), .salt_size = 32};
    struct padding oaep = {.scheme = PAD_OAEP, .present = 1, .alg = wide("SHA1")}, pkcs1 = {.scheme = PAD_PKCS1};
    static const uint8_t digest[32] = {9};
    uint8_t output[256], message[256];
    uint32_t size;

    assert_status(key_sign(key, &pss, PAD_PSS, bytes_of(digest, 32), output, 256, &size), NTE_SUCCESS);
    assert_status(key_verify(key, &pss, PAD_PSS, bytes_of(digest, 32), bytes_of(output, 256)), NTE_SUCCESS);
    assert_status(key_encrypt(key, &oaep, PAD_OAEP, bytes_of(digest, 32), output, 256, &size), NTE_SUCCESS);
    assert_status(key_decrypt(key, &oaep, PAD_OAEP, bytes_of(output, 256), message, 256, &size), NTE_SUCCESS);
    assert_int_equal(size, 32);
    assert_status(key_encrypt(key, &pkcs1, PAD_PKCS1, bytes_of(digest, 32), output, 256, &size), NTE_SUCCESS);
    assert_status(key_decrypt(key, &pkcs1, PAD_PKCS1, bytes_of(output, 256), message, 256, &size), NTE_SUCCESS);
    assert_int_equal(size, 32);
}

/* What a token learns to do or not is asked when it comes into its slot. */
static void come_anew(const char *rules)
{
    set_rules("removed");
    assert_status(sign_with(shared), NTE_DEVICE_NOT_READY);
    set_rules(rules);
    assert_status(sign_with(shared), NTE_SUCCESS);
}

static void missing_mechanisms(void **state)
{
    struct key *key = token_key(provider, "RSA", "missing");

    (void)state;
    come_anew("no-mechanism 0xd\nno-mechanism 0x9");    /* neither PSS nor OAEP: padded here */
    check_rsa(key);
    come_anew("no-mechanism 0x3");                      /* nothing without padding: padded there */
    check_rsa(key);
    come_anew("no-mechanism 0x3\nno-mechanism 0xd");
    assert_status(key_sign(key, &(struct padding){.scheme = PAD_PSS, .present = 1, .alg = wide("SHA256")}, PAD_PSS,
                           bytes_of(sample_pool, 32), sample_pool + 1024, 256, &(uint32_t){0}), NTE_NOT_SUPPORTED);
    come_anew("");
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* --- time --- */

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

static void *block_in_generate(void *arg)
{
    (void)arg;
    return token_key(provider, "ECDSA_P256", "slow");
}

/* A call that takes long holds up neither other keys of the token, nor the end of a handle. */
static void slow_calls(void **state)
{
    struct key *key, *slow;
    pthread_t thread;
    double start;

    (void)state;
    assert_status(open_token_key(provider, "shared", &key), NTE_SUCCESS);
    set_rules("block C_GenerateKeyPair 3");
    assert_int_equal(pthread_create(&thread, NULL, block_in_generate, NULL), 0);
    usleep(300000);
    start = now();
    assert_status(sign_with(key), NTE_SUCCESS);
    key_free(key);
    assert_true(now() - start < 2);
    pthread_join(thread, (void **)&slow);
    set_rules("");
    assert_status(key_delete(slow), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(statuses, take_back),
        cmocka_unit_test_teardown(one_verdict, take_back),
        cmocka_unit_test_teardown(comes_back, take_back),
        cmocka_unit_test_teardown(removal, take_back),
        cmocka_unit_test_teardown(encodings, take_back),
        cmocka_unit_test_teardown(missing_mechanisms, take_back),
        cmocka_unit_test_teardown(slow_calls, take_back),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up, remove_shared);
}
