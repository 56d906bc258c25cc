/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Operations that fail half-way: the session in which one was begun and not ended is not used for another one (row
 * C.52). The mock keeps a call that fails from the token, where the operation stays active; whoever begins another one
 * in that session is told 0x90. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mock_sample.h"

#define OPERATION_ACTIVE 0x90

static struct key *rsa;             /* on the token */

static int set_up(void **state)
{
    if (set_up_shared(state)) return -1;
    rsa = token_key(provider, "RSA", "rsa");
    return 0;
}

static int tear_down(void **state)
{
    key_free(rsa);
    return remove_shared(state);
}

/* --- one of each kind of call --- */

static nte_status sign(void)
{
    return sign_with(shared);
}

static nte_status decrypt(void)
{
    struct padding pkcs1 = {.scheme = PAD_PKCS1};
    uint8_t cipher[256], message[256];
    uint32_t size;

    assert_status(key_encrypt(rsa, &pkcs1, PAD_PKCS1, text("message"), cipher, 256, &size), NTE_SUCCESS);
    return key_decrypt(rsa, &pkcs1, PAD_PKCS1, bytes_of(cipher, 256), message, 256, &size);
}

static nte_status open_one(void)
{
    struct key *key;
    nte_status status = open_token_key(provider, "shared", &key);

    if (!status) key_free(key);
    return status;
}

static nte_status list(void)
{
    struct stored_key stored = {0};
    struct key_enum *keys;
    nte_status status;

    if ((status = key_enum_open(provider, NULL, 0, &keys))) return status;
    while (!(status = key_enum_next(keys, &stored))) stored_key_free(&stored);
    key_enum_free(keys);
    return status == NTE_NO_MORE_ITEMS ? NTE_SUCCESS : status;
}

static nte_status make(void)
{
    struct key *key;
    nte_status status = try_token_key(provider, "ECDSA_P256", "made", &key);

    if (!status && key_delete(key)) key_delete(key);
    return status;
}

static nte_status read_certificate(void)
{
    uint8_t value[64];
    uint32_t size;
    nte_status status = property_get(&shared->object, wide("SmartCardKeyCertificate"), 0, value, 64, &size);

    return status == NTE_NOT_FOUND ? NTE_SUCCESS : status;
}

static uint8_t blob[2048];
static uint32_t blob_size;

static nte_status import(void)
{
    struct blob_options none = {0};
    struct key *key;
    nte_status status = key_import(provider, wide("RSAFULLPRIVATEBLOB"), run(blob, blob_size), &none, named("moved"), 0,
                                   &key);

    if (!status && key_delete(key)) key_delete(key);
    return status;
}

static void make_blob(void)
{
    struct blob_options none = {0};
    struct key *key;

    assert_status(key_create(provider, wide("RSA"), named("source"), 0, 0, &key), NTE_SUCCESS);
    assert_status(set_u32(key, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_status(key_export(key, wide("RSAFULLPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &blob_size), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
}

static nte_status (*const calls[])(void) = {sign, decrypt, open_one, list, make, read_certificate, import};

#define CALL_COUNT (sizeof(calls) / sizeof(*calls))

/* Each operation fails once in each of these ways. Then it works, and so do others in whatever session they get. */
static const char *const ways[] =
{
    "fail C_SignInit 0x5 1", "fail C_Sign 0x5 1", "fail C_Sign 0x150 1", "fail C_Sign 0x20 1", "fail C_Sign 0x70 1",
    "fail C_DecryptInit 0x5 1", "fail C_Decrypt 0x5 1", "fail C_Decrypt 0x40 1", "fail C_Decrypt 0x150 1",
    "fail C_FindObjectsInit 0x5 1", "fail C_FindObjects 0x5 1", "fail C_FindObjectsFinal 0x5 1",
    "fail C_FindObjects 0x82 1", "fail C_GetAttributeValue 0x5 1", "fail C_GetAttributeValue 0x82 1",
    "fail C_GenerateKeyPair 0x5 1", "fail C_CreateObject 0x31 1", "fail C_DestroyObject 0x5 1",
    "many-found 100000",
};

static void half_way(void **state)
{
    size_t way, call;
    int active = 0;

    (void)state;
    make_blob();
    for (way = 0; way < sizeof(ways) / sizeof(*ways); way++)
        for (call = 0; call < CALL_COUNT; call++)
        {
            set_rules(ways[way]);
            calls[call]();
            active += count_answers(OPERATION_ACTIVE);
            set_rules("");
            if (calls[call]() || sign() || decrypt() || open_one())
                fail_msg("after \"%s\" in call %zu something fails", ways[way], call);
            active += count_answers(OPERATION_ACTIVE);
            if (active) fail_msg("\"%s\" in call %zu: an operation is active", ways[way], call);
        }
}

/* --- on a token that has no other session --- */

/* Sessions of before do not count: the token was out. */
static void come_with(const char *rules)
{
    set_rules("removed");
    assert_status(sign_with(shared), NTE_DEVICE_NOT_READY);
    set_rules(rules);
    assert_status(sign_with(shared), NTE_SUCCESS);
}

/* While there are others, no operation runs where a key lives: if it fails, the session is closed. */
static void others_first(void **state)
{
    struct key *temporary;

    (void)state;
    come_with("");
    temporary = token_key(provider, "ECDSA_P256", NULL);
    set_rules("fail C_Sign 0x30 1");
    assert_status(sign_with(temporary), NTE_DEVICE_NOT_READY);
    assert_status(sign_with(shared), NTE_SUCCESS);
    assert_status(sign_with(temporary), NTE_SUCCESS);
    assert_int_equal(count_answers(0x90), 0);
    key_free(temporary);
}

/* One that does not end the operation: nothing can be done in the session, so it goes, and others can work. */
static void stuck_beside_one(void **state)
{
    struct key *temporary;

    (void)state;
    come_with("sessions 1");
    temporary = token_key(provider, "ECDSA_P256", NULL);
    set_rules("sessions 1\nfail C_Sign 0x30 1");
    assert_status(sign_with(temporary), NTE_DEVICE_NOT_READY);
    assert_status(sign_with(shared), NTE_SUCCESS);
    assert_status(sign_with(temporary), NTE_BAD_KEYSET);
    assert_status(sign_with(shared), NTE_SUCCESS);
    assert_int_equal(count_answers(0x90), 1);
    key_free(temporary);
    assert_status(sign_with(shared), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(half_way, take_back),
        cmocka_unit_test_teardown(others_first, take_back),
        cmocka_unit_test_teardown(stuck_beside_one, take_back),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
