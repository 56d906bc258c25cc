/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Modules and slots: one that is slow to start holds up no other, and cards that say the same of themselves are two. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "token_sample.h"

#define SLOW "3"                    /* seconds */

static const struct provider_class *quick, *slow, *any;

static int set_up(void **state)
{
    static const char *const labels[] = {"first", "second", NULL};

    (void)state;
    if (make_tokens(labels, 1)) return -1;
    quick = open_tokens(&token_provider, "token=first", "");
    use_mock();
    set_rules("");
    slow = open_tokens(&token_provider, "token=first", "");
    any = open_tokens(&token_provider, "", "");
    return 0;
}

/* How many keys there are; with their names, each behind a space. */
static size_t list(const struct provider_class *class, char names[64])
{
    struct stored_key stored = {0};
    struct key_enum *keys;
    size_t count = 0, i;

    *names = 0;
    assert_status(key_enum_open(class, NULL, 0, &keys), NTE_SUCCESS);
    for (; !key_enum_next(keys, &stored); count++)
    {
        strcat(names, " ");
        for (i = 0; stored.name[i]; i++) strncat(names, (const char *)&stored.name[i], 1);
        stored_key_free(&stored);
    }
    key_enum_free(keys);
    return count;
}

/* --- a module that starts --- */

static double now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec + ts.tv_nsec / 1e9;
}

static void *list_slow(void *count)
{
    char names[64];

    *(size_t *)count = list(slow, names);
    return NULL;
}

static void slow_module(void **state)
{
    size_t count = 99;
    pthread_t thread;
    double began;
    char names[64];

    (void)state;
    set_rules("block C_Initialize " SLOW " 1");
    assert_int_equal(pthread_create(&thread, NULL, list_slow, &count), 0);
    began = now();
    while (!count_calls("C_Initialize") && now() - began < 1) nanosleep(&(struct timespec){0, 50000000}, NULL);
    assert_int_equal(list(quick, names), 0);
    assert_true(now() - began < 2);
    assert_int_equal(count, 99);                        /* that one is still waiting */
    pthread_join(thread, NULL);
    assert_int_equal(count, 0);
    set_rules("");
}

/* --- cards without a serial number, and with one label --- */

static struct key *make_on(const char *attributes, const char *name)
{
    return token_key(open_tokens(&token_provider, attributes, "&pin-value=" TOKEN_PIN), "ECDSA_P256", name);
}

static struct key *open_with_pin(const char *name)
{
    struct key *key = NULL;

    assert_status(open_token_key(any, name, &key), NTE_SUCCESS);
    assert_status(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    return key;
}

static void same_cards(void **state)
{
    struct key *one, *two;
    char names[64];

    (void)state;
    set_rules("");
    key_free(make_on("token=first", "one"));
    key_free(make_on("token=second", "two"));
    set_rules("same-tokens card");
    assert_int_equal(list(any, names), 2);
    assert_non_null(strstr(names, " one"));
    assert_non_null(strstr(names, " two"));
    one = open_with_pin("one");
    two = open_with_pin("two");
    assert_status(sign_with(one), NTE_SUCCESS);
    assert_status(sign_with(two), NTE_SUCCESS);
    assert_int_equal(list(any, names), 2);
    set_rules("same-tokens card");
    assert_status(sign_with(one), NTE_SUCCESS);
    assert_status(sign_with(two), NTE_SUCCESS);
    assert_int_equal(count_calls("C_OpenSession"), 0);  /* neither has lost its sessions to the other */
    assert_int_equal(count_calls("C_Login"), 0);
    key_free(one);
    key_free(two);
}

/* Whether what comes back is the card that went away, nobody knows. */
static void no_pin_for_another(void **state)
{
    struct key *key;

    (void)state;
    set_rules("same-tokens card");
    key = open_with_pin("one");
    assert_status(sign_with(key), NTE_SUCCESS);
    set_rules("same-tokens card\nremoved");
    assert_status(sign_with(key), NTE_DEVICE_NOT_READY);
    set_rules("same-tokens card");
    assert_status(sign_with(key), NTE_SILENT_CONTEXT);
    assert_int_equal(count_calls("C_Login"), 0);
    assert_status(set_pin(&key->object, TOKEN_PIN), NTE_SUCCESS);
    assert_status(sign_with(key), NTE_SUCCESS);
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(slow_module),
        cmocka_unit_test(same_cards),
        cmocka_unit_test(no_pin_for_another),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up, remove_tokens);
}
