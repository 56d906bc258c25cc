/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Cards that say the same of themselves are two. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "token_sample.h"

static const struct provider_class *any;

static int set_up(void **state)
{
    static const char *const labels[] = {"first", "second", NULL};

    (void)state;
    if (make_tokens(labels, 1)) return -1;
    use_mock();
    set_rules("");
    any = open_tokens(&token_provider, "", "");
    return 0;
}

static nte_status sign_with(struct key *key)
{
    static const uint8_t digest[32];
    static const struct padding unpadded;
    uint8_t signature[64];
    uint32_t size;
    nte_status status;

    status = key_sign(key, &unpadded, 0, bytes_of(digest, 32), signature, sizeof(signature), &size);
    return status ? status : key_verify(key, &unpadded, 0, bytes_of(digest, 32), bytes_of(signature, size));
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
        cmocka_unit_test(same_cards),
        cmocka_unit_test(no_pin_for_another),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up, remove_tokens);
}
