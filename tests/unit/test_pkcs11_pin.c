/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PINs: each is tried once, and on no token that it was not given for (rows C.46, C.49, C.57, C.58, D.8). The mock
 * counts the tries. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#include "token_sample.h"

static const char *const labels[] = {"first", "second", NULL};

/* Each test is a process of its own: what a process knows of PINs does not end before it. */
static void in_child(void (*test)(void))
{
    int status;
    pid_t child = fork();

    if (!child)
    {
        test();
        _exit(0);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void expect(int line, uint32_t got, uint32_t expected)
{
    if (got == expected) return;
    printf("line %d: %#x, expected %#x\n", line, got, expected);
    fflush(stdout);
    _exit(1);
}
#define EXPECT(got, expected) expect(__LINE__, got, expected)

static struct bytes digest(void)
{
    static const uint8_t zeros[32];

    return bytes_of(zeros, sizeof(zeros));
}

static nte_status sign_with(struct key *key)
{
    static const struct padding unpadded;
    uint8_t signature[64];
    uint32_t size;

    return key_sign(key, &unpadded, 0, digest(), signature, sizeof(signature), &size);
}

static const struct provider_class *class_for(const struct provider_class *base, const char *attributes,
                                              const char *query)
{
    const struct provider_class *class;
    char uri[512];

    snprintf(uri, sizeof(uri), "pkcs11:%s?module-path=%s%s", attributes, softhsm, query);
    EXPECT(base->open(base, base->name, uri, &class), NTE_SUCCESS);
    return class;
}

static struct key *opened(const struct provider_class *class)
{
    struct key *key;

    EXPECT(key_open(class, named("key"), 0, 0, &key), NTE_SUCCESS);
    return key;
}

static void without_a_pin(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", "")), *new;

    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(key_delete(key), NTE_SILENT_CONTEXT);
    EXPECT(try_token_key(key->object.provider, "ECDSA_P256", "new", &new), NTE_SILENT_CONTEXT);
    EXPECT(count_calls("C_Login"), 0);
}

static void wrong_then_right(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", ""));

    EXPECT(set_pin(&key->object, "wrong"), SCARD_W_WRONG_CHV);
    EXPECT(set_pin(&key->object, "wrong"), SCARD_W_WRONG_CHV);
    EXPECT(count_calls("C_Login"), 1);
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(sign_with(opened(class_for(&token_provider, "token=first", ""))), NTE_SUCCESS);
    EXPECT(count_calls("C_Login"), 2);
    EXPECT(set_pin(&key->object, "other"), SCARD_W_WRONG_CHV);      /* it has none to try: this is not the one */
    EXPECT(count_calls("C_Login"), 2);
}

static void empty_costs_nothing(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", ""));
    struct key *card = opened(class_for(&card_provider, "token=first", ""));

    EXPECT(set_pin(&key->object, ""), NTE_SUCCESS);
    EXPECT(set_pin(&card->object, ""), SCARD_W_WRONG_CHV);
    EXPECT(property_set(&card->object, u"SmartCardPin", bytes_of(NULL, 0), 0), NTE_SUCCESS);
    EXPECT(count_calls("C_Login"), 0);
}

static void forgotten(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", ""));

    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(set_pin(&key->object, ""), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
}

static void configured(void)
{
    char query[128], path[96];
    FILE *file;

    EXPECT(sign_with(opened(class_for(&token_provider, "token=first", "&pin-value=" TOKEN_PIN))), NTE_SUCCESS);
    snprintf(path, sizeof(path), "%s/pin", token_root);
    if (!(file = fopen(path, "w"))) _exit(1);
    fputs(TOKEN_PIN "\n", file);
    fclose(file);
    snprintf(query, sizeof(query), "&pin-source=file:%s", path);
    EXPECT(sign_with(opened(class_for(&token_provider, "token=first", query))), NTE_SUCCESS);
}

static void configured_wrongly(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", "&pin-value=wrong"));

    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(count_calls("C_Login"), 1);
}

/* Two tokens: whose PIN is it? */
static void for_nobody(void)
{
    const struct provider_class *both = class_for(&token_provider, "", "&pin-value=" TOKEN_PIN);
    struct provider *provider;

    EXPECT(sign_with(opened(both)), NTE_SILENT_CONTEXT);
    EXPECT(provider_open(both, &provider), NTE_SUCCESS);
    EXPECT(set_pin(&provider->object, TOKEN_PIN), NTE_NOT_SUPPORTED);
    EXPECT(count_calls("C_Login"), 0);
}

/* One token, but by chance: nobody said that the PIN is for this one. */
static void for_whichever(void)
{
    const struct provider_class *any = class_for(&token_provider, "model=SoftHSM%20v2", "&pin-value=" TOKEN_PIN);
    struct key *key;

    EXPECT(sign_with(opened(any)), NTE_SILENT_CONTEXT);
    any = class_for(&token_provider, "", "");
    EXPECT(key_open(any, named("pkcs11:object=key?pin-value=" TOKEN_PIN), 0, 0, &key), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(count_calls("C_Login"), 0);
    EXPECT(key_open(any, named("pkcs11:token=first;object=key?pin-value=" TOKEN_PIN), 0, 0, &key), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SUCCESS);
}

/* The token was low before, and something else failed: that says nothing of the PIN. Unasked it is not tried again. */
static void something_failed(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", ""));

    EXPECT(set_pin(&key->object, TOKEN_PIN), 0x80090020);
    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SUCCESS);
}

static void something_failed_unasked(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", "&pin-value=" TOKEN_PIN));

    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    EXPECT(count_calls("C_Login 0x5 user"), 1);
    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
}

static void of_the_provider(void)
{
    const struct provider_class *class = class_for(&token_provider, "token=first", "");
    struct provider *provider;

    EXPECT(provider_open(class, &provider), NTE_SUCCESS);
    EXPECT(set_pin(&provider->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(sign_with(opened(class)), NTE_SUCCESS);
}

static void expect_prompt(struct key *key, const char *expected)
{
    uint16_t text[300];
    uint32_t size;

    EXPECT(property_get(&key->object, u"Token Prompt", 0, (uint8_t *)text, sizeof(text), &size), NTE_SUCCESS);
    EXPECT(u16_equal(text, expected), 1);
}

static void last_try(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", "&pin-value=" TOKEN_PIN));

    expect_prompt(key, "first, A reader. This is the last try: another wrong PIN blocks it.");
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);         /* not without somebody who decides it */
    EXPECT(count_calls("C_Login"), 0);
    EXPECT(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    EXPECT(sign_with(key), NTE_SUCCESS);
}

static void blocked(void)
{
    struct key *key = opened(class_for(&token_provider, "token=first", ""));

    EXPECT(set_pin(&key->object, TOKEN_PIN), SCARD_W_CHV_BLOCKED);
}

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

#define PIN_TEST(name, rules) static void test_##name(void **state) { (void)state; set_rules(rules); in_child(name); }
PIN_TEST(without_a_pin, "")
PIN_TEST(wrong_then_right, "")
PIN_TEST(empty_costs_nothing, "")
PIN_TEST(forgotten, "")
PIN_TEST(configured, "")
PIN_TEST(configured_wrongly, "")
PIN_TEST(for_nobody, "")
PIN_TEST(for_whichever, "swapped second first")
PIN_TEST(something_failed, "count-low\nfail C_Login 0x5 1")
PIN_TEST(something_failed_unasked, "count-low\nfail C_Login 0x5 1")
PIN_TEST(of_the_provider, "")
PIN_TEST(last_try, "final-try\nreader A reader")
PIN_TEST(blocked, "fail C_Login 0xa4")
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

static void make_key(void)
{
    token_key(class_for(&token_provider, "token=first", "&pin-value=" TOKEN_PIN), "ECDSA_P256", "key");
}

static int set_up(void **state)
{
    (void)state;
    if (make_tokens(labels, 1)) return -1;
    use_mock();
    set_rules("");
    in_child(make_key);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_without_a_pin),
        cmocka_unit_test(test_wrong_then_right),
        cmocka_unit_test(test_empty_costs_nothing),
        cmocka_unit_test(test_forgotten),
        cmocka_unit_test(test_configured),
        cmocka_unit_test(test_configured_wrongly),
        cmocka_unit_test(test_for_nobody),
        cmocka_unit_test(test_for_whichever),
        cmocka_unit_test(test_something_failed),
        cmocka_unit_test(test_something_failed_unasked),
        cmocka_unit_test(test_of_the_provider),
        cmocka_unit_test(test_last_try),
        cmocka_unit_test(test_blocked),
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
