/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PINs: each is tried once, and on no token that it was not given for (rows C.46, C.57, C.58, D.8). The mock counts the
 * tries. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <cmocka.h>

#include "pin_sample.h"

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
    EXPECT(sign_with(opened(class_for(&token_provider, "token=first", "&pin-value=" TOKEN_PIN))), NTE_SUCCESS);
}

static char pin_path[96];           /* beside the token */

static struct key *with_pin_source(void)
{
    char query[128];

    snprintf(query, sizeof(query), "&pin-source=file:%s", pin_path);
    return opened(class_for(&token_provider, "token=first", query));
}

static void write_pin(size_t zeros)
{
    FILE *file = fopen(pin_path, "w");

    if (!file) _exit(1);
    while (zeros--) fputc('0', file);
    fputs(TOKEN_PIN "\n", file);
    fclose(file);
}

static void in_a_file(void)
{
    struct key *key;

    snprintf(pin_path, sizeof(pin_path), "%s/pin", token_root);
    key = with_pin_source();
    EXPECT(sign_with(key), NTE_SILENT_CONTEXT);
    write_pin(0);
    EXPECT(sign_with(key), NTE_SUCCESS);
    EXPECT(count_calls("C_Login"), 1);
}

/* The beginning of a PIN is another PIN, and would cost a try. */
static void too_long_for_a_pin(void)
{
    char query[400] = "&pin-value=";

    snprintf(pin_path, sizeof(pin_path), "%s/long", token_root);
    write_pin(252);
    EXPECT(sign_with(with_pin_source()), NTE_SILENT_CONTEXT);
    memset(query + strlen(query), '0', 256);
    EXPECT(sign_with(opened(class_for(&token_provider, "token=first", query))), NTE_SILENT_CONTEXT);
    EXPECT(count_calls("C_Login"), 0);
}

/* Nobody writes to it, and nobody waits for ever. */
static void in_an_empty_pipe(void)
{
    time_t start = time(NULL);

    snprintf(pin_path, sizeof(pin_path), "%s/pipe", token_root);
    if (mkfifo(pin_path, 0600)) _exit(1);
    EXPECT(sign_with(with_pin_source()), NTE_SILENT_CONTEXT);
    EXPECT(time(NULL) - start < 30, 1);
    EXPECT(count_calls("C_Login"), 0);
}

/* Half of it would cost a try. */
static void in_a_slow_pipe(void)
{
    const char *pin = TOKEN_PIN "\n";
    int out;

    snprintf(pin_path, sizeof(pin_path), "%s/slow", token_root);
    if (mkfifo(pin_path, 0600)) _exit(1);
    if (!fork())
    {
        out = open(pin_path, O_WRONLY);
        if (write(out, pin, 2) != 2) _exit(1);
        nanosleep(&(struct timespec){0, 300000000}, NULL);
        if (write(out, pin + 2, strlen(pin) - 2) < 0) _exit(1);
        _exit(0);
    }
    EXPECT(sign_with(with_pin_source()), NTE_SUCCESS);
    EXPECT(count_calls("C_Login"), 1);
    while (wait(NULL) > 0);
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

/* Two have the name that the configuration says. */
static void for_one_of_two(void)
{
    EXPECT(sign_with(opened(class_for(&token_provider, "token=card", "&pin-value=" TOKEN_PIN))), NTE_SILENT_CONTEXT);
    EXPECT(count_calls("C_Login"), 0);
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

PIN_TEST(without_a_pin, "")
PIN_TEST(wrong_then_right, "")
PIN_TEST(empty_costs_nothing, "")
PIN_TEST(forgotten, "")
PIN_TEST(configured, "")
PIN_TEST(in_a_file, "")
PIN_TEST(too_long_for_a_pin, "")
PIN_TEST(in_an_empty_pipe, "")
PIN_TEST(in_a_slow_pipe, "")
PIN_TEST(configured_wrongly, "")
PIN_TEST(for_nobody, "")
PIN_TEST(for_whichever, "swapped second first")
PIN_TEST(for_one_of_two, "same-tokens card")
PIN_TEST(something_failed, "count-low\nfail C_Login 0x5 1")
PIN_TEST(something_failed_unasked, "count-low\nfail C_Login 0x5 1")
PIN_TEST(of_the_provider, "")
PIN_TEST(last_try, "final-try\nreader A reader")
PIN_TEST(blocked, "fail C_Login 0xa4")

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_without_a_pin),
        cmocka_unit_test(test_wrong_then_right),
        cmocka_unit_test(test_empty_costs_nothing),
        cmocka_unit_test(test_forgotten),
        cmocka_unit_test(test_configured),
        cmocka_unit_test(test_in_a_file),
        cmocka_unit_test(test_too_long_for_a_pin),
        cmocka_unit_test(test_in_an_empty_pipe),
        cmocka_unit_test(test_in_a_slow_pipe),
        cmocka_unit_test(test_configured_wrongly),
        cmocka_unit_test(test_for_nobody),
        cmocka_unit_test(test_for_whichever),
        cmocka_unit_test(test_for_one_of_two),
        cmocka_unit_test(test_something_failed),
        cmocka_unit_test(test_something_failed_unasked),
        cmocka_unit_test(test_of_the_provider),
        cmocka_unit_test(test_last_try),
        cmocka_unit_test(test_blocked),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up, remove_tokens);
}
