/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Making keys where something goes wrong meanwhile: what fails leaves nothing, and of two that make a key of one name
 * one gets it (rows C.29, C.30). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mock_sample.h"

static int count_named(const char *name)
{
    struct stored_key stored = {0};
    struct key_enum *list;
    int count = 0;

    assert_status(key_enum_open(provider, NULL, 0, &list), NTE_SUCCESS);
    while (!key_enum_next(list, &stored))
    {
        count += u16_equal(stored.name, name);
        stored_key_free(&stored);
    }
    key_enum_free(list);
    return count;
}

/* Whatever goes wrong, the key that was to be replaced stays, and the new one goes. */
static void overwriting_fails(void **state)
{
    static const char *const rules[] =
    {
        "fail C_GetAttributeValue 0x31 1", "fail C_GetAttributeValue 0x82 1", "fail C_DestroyObject 0x31 1",
    };
    struct key *old = token_key(provider, "ECDSA_P256", "over"), *new;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rules) / sizeof(*rules); i++)
    {
        set_rules("");
        assert_status(key_create(provider, wide("ECDSA_P256"), named("over"), 0, FLAG_OVERWRITE_KEY, &new), 0);
        set_rules(rules[i]);
        if (!key_finalize(new, 0)) fail_msg("%s: success", rules[i]);
        set_rules("");
        key_free(new);
        if (sign_with(old) || count_named("over") != 1) fail_msg("%s: the old key", rules[i]);
    }
    assert_status(key_delete(old), NTE_SUCCESS);
}

static void two_processes(void **state)
{
    struct key *key;

    (void)state;
    set_rules("intruder 0 0");
    assert_status(try_token_key(provider, "ECDSA_P256", "raced", &key), NTE_EXISTS);
    set_rules("");
    assert_status(open_token_key(provider, "raced", &key), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
    set_rules("intruder 0xff 0");                   /* was there first, and does not give way */
    assert_status(try_token_key(provider, "ECDSA_P256", "raced", &key), NTE_EXISTS);
    set_rules("");
    assert_status(open_token_key(provider, "raced", &key), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
    set_rules("intruder 0xff 4");
    assert_status(try_token_key(provider, "ECDSA_P256", "raced", &key), NTE_SUCCESS);
    set_rules("");
    assert_int_equal(count_named("raced"), 1);
    assert_status(sign_with(key), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* The other process takes its key away at the moment when it is looked at: that is nobody's name any more. */
static void gone_when_looked_at(void **state)
{
    struct key *key, *old;

    (void)state;
    set_rules("intruder 0 0\nintruder-vanishes");
    assert_status(try_token_key(provider, "ECDSA_P256", "raced", &key), NTE_SUCCESS);
    set_rules("");
    assert_int_equal(count_named("raced"), 1);
    assert_status(sign_with(key), NTE_SUCCESS);
    old = key;

    assert_status(key_create(provider, wide("ECDSA_P256"), named("raced"), 0, FLAG_OVERWRITE_KEY, &key), NTE_SUCCESS);
    set_rules("intruder 0 0\nintruder-vanishes");
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    set_rules("");
    assert_int_equal(count_named("raced"), 1);
    assert_status(sign_with(key), NTE_SUCCESS);
    assert_status(sign_with(old), NTE_BAD_KEYSET);
    key_free(old);
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* What cannot be destroyed stays, and so the new key goes, after a while. */
static void stays_for_ever(void **state)
{
    struct key *old = token_key(provider, "ECDSA_P256", "stays"), *new;

    (void)state;
    assert_status(key_create(provider, wide("ECDSA_P256"), named("stays"), 0, FLAG_OVERWRITE_KEY, &new), NTE_SUCCESS);
    set_rules("fail C_DestroyObject 0x5 20");
    assert_status(key_finalize(new, 0), 0x80090020);
    set_rules("");
    key_free(new);
    assert_int_equal(count_named("stays"), 1);
    assert_status(sign_with(old), NTE_SUCCESS);
    assert_status(key_delete(old), NTE_SUCCESS);
}

static void expect_certificate(struct key *key, const char *expected)
{
    uint8_t value[64];
    uint32_t size = 0;

    assert_status(property_get(&key->object, wide("SmartCardKeyCertificate"), 0, value, 64, &size), NTE_SUCCESS);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(value, expected, size);
}

/* The old one goes when the new one is there; if it stays, the new one goes. */
static void certificates(void **state)
{
    struct key *key = token_key(provider, "ECDSA_P256", "certified");

    (void)state;
    assert_status(property_set(&key->object, wide("SmartCardKeyCertificate"), text("old"), 0), NTE_SUCCESS);
    set_rules("fail C_DestroyObject 0x31 1");
    assert_status(property_set(&key->object, wide("SmartCardKeyCertificate"), text("new"), 0),
                  NTE_TOKEN_KEYSET_STORAGE_FULL);
    set_rules("");
    expect_certificate(key, "old");
    set_rules("fail C_DestroyObject 0xb3 1");                   /* the token was lost, and there are two */
    assert_status(property_set(&key->object, wide("SmartCardKeyCertificate"), text("new"), 0), NTE_SUCCESS);
    assert_int_equal(count_calls("C_DestroyObject 0x0"), 2);
    set_rules("");
    expect_certificate(key, "new");
    assert_status(key_delete(key), NTE_SUCCESS);
}

static void made_once(void **state)
{
    struct key *key;

    (void)state;
    set_rules("lose-answer 0x32");
    assert_status(try_token_key(provider, "ECDSA_P256", "once", &key), NTE_DEVICE_NOT_READY);
    assert_int_equal(count_calls("C_GenerateKeyPair"), 1);
    set_rules("");
    assert_status(open_token_key(provider, "once", &key), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* A call that failed and has made nothing is tried again, but not for ever. */
static void fails_at_random(void **state)
{
    struct key *key;

    (void)state;
    set_rules("fail C_GenerateKeyPair 0x5 2");
    assert_status(try_token_key(provider, "ECDSA_P256", "third", &key), NTE_SUCCESS);
    assert_int_equal(count_calls("C_GenerateKeyPair"), 3);
    assert_status(key_delete(key), NTE_SUCCESS);
    set_rules("fail C_GenerateKeyPair 0x5");
    assert_status(try_token_key(provider, "ECDSA_P256", "never", &key), 0x80090020);
    assert_int_equal(count_calls("C_GenerateKeyPair"), 5);
    set_rules("");
}

/* What fails leaves nothing on the token, whatever the module made of it. */
static void fails_and_makes(void **state)
{
    struct key *key;

    (void)state;
    set_rules("lose-answer 0x5");
    assert_status(try_token_key(provider, "ECDSA_P256", "half", &key), 0x80090020);
    set_rules("");
    assert_int_equal(count_named("half"), 0);
    assert_status(try_token_key(provider, "ECDSA_P256", "half", &key), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(overwriting_fails, take_back),
        cmocka_unit_test_teardown(two_processes, take_back),
        cmocka_unit_test_teardown(gone_when_looked_at, take_back),
        cmocka_unit_test_teardown(stays_for_ever, take_back),
        cmocka_unit_test_teardown(certificates, take_back),
        cmocka_unit_test_teardown(made_once, take_back),
        cmocka_unit_test_teardown(fails_at_random, take_back),
        cmocka_unit_test_teardown(fails_and_makes, take_back),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up_provider, remove_tokens);
}
