/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Logging in again: keys that want it for each use, tokens that were away, and PINs that nobody could prove (rows C.49,
 * C.51, C.54). The mock counts the tries. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "pin_sample.h"

/* A key that wants the PIN for each signature (row C.49). */
static void again_and_again(void)
{
    const struct provider_class *class = class_for(&token_provider, "token=second", "&pin-value=" TOKEN_PIN);
    struct key *key = token_key(class, "ECDSA_P256", "always");

    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(count_calls("C_Login 0x0 user 2"), 2);
    EXPECT(key_delete(key), NTE_SUCCESS);
}

/* Nobody knows the PIN: the operation is not begun, and the session that began it is closed. */
static void not_again(void)
{
    struct key *key = token_key(class_for(&token_provider, "token=second", "&pin-value=" TOKEN_PIN), "ECDSA_P256",
                                "asks");

    set_rules("final-try");                         /* so it is not tried unasked */
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(count_calls("C_SignInit 0x0"), 1);
    EXPECT(count_calls("C_Sign "), 0);
    EXPECT(count_calls("C_CloseSession 0x0"), 1);
    set_rules("");
    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(key_delete(key), NTE_SUCCESS);
}

/* The card came back, and its first call is the login. */
static void gone_at_login(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", ""));

    set_rules("fail C_Login 0xb3 1");
    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(count_calls("C_Login 0x0"), 1);
    EXPECT(sign_with(key), NTE_SUCCESS);
}

/* A server that comes up after the program. */
static void starts_late(void)
{
    const struct provider_class *class = class_for(&token_provider, "token=first", "");
    struct key *key;

    EXPECT(key_open(class, named("key"), 0, 0, &key), NTE_DEVICE_NOT_READY);
    EXPECT(key_open(class, named("key"), 0, 0, &key), NTE_DEVICE_NOT_READY);
    EXPECT(count_calls("C_Initialize"), 1);
    sleep(3);
    EXPECT(key_open(class, named("key"), 0, 0, &key), NTE_SUCCESS);
}

static void gone_at_configured_login(void)
{
    EXPECT(sign_with(opened(class_for(&token_provider, "token=first", "&pin-value=" TOKEN_PIN))), NTE_SUCCESS);
}

/* Logged in already, and the PIN forgotten: whatever is given then is not known to be right. */
static void not_proven(void)
{
    const struct provider_class *class = class_for(&token_provider, "token=first", "");
    struct key *key = opened(class), *other = opened(class);

    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(set_pin(&key->object, ""), NTE_SUCCESS);
    EXPECT(sign_with(other), NTE_SUCCESS);          /* which relies on the login */
    EXPECT(set_pin(&key->object, "false"), NTE_SUCCESS);
    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(count_calls("C_Login"), 1);
    set_rules("removed");
    EXPECT(sign_with(key), NTE_DEVICE_NOT_READY);
    set_rules("");
    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(count_calls("C_Login"), 1);
    EXPECT(set_pin(&key->object, "false"), SCARD_W_WRONG_CHV);
}

static void falsely_unproven(void)
{
    const struct provider_class *class = class_for(&token_provider, "token=first", "");
    struct key *key = opened(class), *other = opened(class);

    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(set_pin(&key->object, ""), NTE_SUCCESS);
    EXPECT(set_pin(&other->object, "false"), NTE_SUCCESS);
    set_rules("removed");
    EXPECT(sign_with(key), NTE_DEVICE_NOT_READY);
    set_rules("");
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(sign_with(other), NTE_SILENT_CONTEXT);
    EXPECT(count_calls("C_Login"), 1);
    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(sign_with(other), NTE_SUCCESS);
}

/* A PIN that was wrong stays so, though a login of somebody else hides it. */
static void hidden_by_a_login(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", ""));

    EXPECT(set_pin(&key->object, "wrong"), SCARD_W_WRONG_CHV);
    set_rules("fail C_Login 0x100 1");
    EXPECT(set_pin(&key->object, "maybe"), NTE_SUCCESS);
    set_rules("");
    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(set_pin(&key->object, "wrong"), SCARD_W_WRONG_CHV);
    EXPECT(count_calls("C_Login"), 0);
}

/* Who typed the PIN for a key that always wants it was told that this is the last try. */
static void last_try_for_one_use(void)
{
    struct key *key = token_key(class_for(&token_provider, "token=second", "&pin-value=" TOKEN_PIN), "ECDSA_P256",
                                "last");

    set_rules("final-try");
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    set_rules("");
    EXPECT(key_delete(key), NTE_SUCCESS);
}

/* The reader asks, for each use; nobody can give it a PIN. */
static void pad_for_each_use(void)
{
    struct key *key = token_key(class_for(&token_provider, "token=second", "&pin-value=" TOKEN_PIN), "ECDSA_P256",
                                "pad");

    set_rules("pad " TOKEN_PIN);
    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(count_calls("C_Login 0x0 user 2, 0 bytes"), 2);
    set_rules("");
    EXPECT(key_delete(key), NTE_SUCCESS);
}

PIN_TEST(again_and_again, "always-authenticate")
PIN_TEST(not_proven, "")
PIN_TEST(falsely_unproven, "")
PIN_TEST(hidden_by_a_login, "")
PIN_TEST(last_try_for_one_use, "always-authenticate")
PIN_TEST(pad_for_each_use, "always-authenticate")
PIN_TEST(not_again, "always-authenticate")
PIN_TEST(gone_at_login, "")
PIN_TEST(starts_late, "fail C_Initialize 0x30 1")
PIN_TEST(gone_at_configured_login, "fail C_Login 0xb3 1")

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_again_and_again),
        cmocka_unit_test(test_not_proven),
        cmocka_unit_test(test_falsely_unproven),
        cmocka_unit_test(test_hidden_by_a_login),
        cmocka_unit_test(test_last_try_for_one_use),
        cmocka_unit_test(test_pad_for_each_use),
        cmocka_unit_test(test_not_again),
        cmocka_unit_test(test_gone_at_login),
        cmocka_unit_test(test_starts_late),
        cmocka_unit_test(test_gone_at_configured_login),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up, remove_tokens);
}
