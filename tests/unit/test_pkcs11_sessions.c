/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Tokens with few sessions, where keys without a name live in one of them (rows C.51, C.52). */
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

/* Sessions of before do not count: the token was out. */
static void come_with(const char *rules)
{
    set_rules("removed");
    assert_status(sign_with(shared), NTE_DEVICE_NOT_READY);
    set_rules(rules);
    assert_status(sign_with(shared), NTE_SUCCESS);
}

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + t.tv_nsec * 1e-9;
}

/* --- one session --- */

static void one_session(void **state)
{
    struct key *key;

    (void)state;
    come_with("sessions 1");
    key = token_key(provider, "ECDSA_P256", "alone");
    assert_int_equal(count_calls("C_GenerateKeyPair 0x101"), 0);    /* the login went with the session, and it knew */
    assert_status(sign_with(key), NTE_SUCCESS);
    assert_status(sign_with(shared), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* All that can be done on a token, while a key without a name lives in its only session. */
static void work_beside_one(struct key *temporary)
{
    struct key *named_key, *again;

    assert_status(sign_with(temporary), NTE_SUCCESS);
    assert_status(sign_with(shared), NTE_SUCCESS);
    named_key = token_key(provider, "ECDSA_P256", "beside");
    assert_status(sign_with(named_key), NTE_SUCCESS);
    assert_status(open_token_key(provider, "beside", &again), NTE_SUCCESS);
    assert_status(sign_with(again), NTE_SUCCESS);
    key_free(again);
    assert_status(key_delete(named_key), NTE_SUCCESS);
    assert_status(sign_with(temporary), NTE_SUCCESS);
}

static void beside_a_key_without_name(void **state)
{
    struct key *temporary;
    double start = now();

    (void)state;
    come_with("sessions 1");
    temporary = token_key(provider, "ECDSA_P256", NULL);
    set_rules("sessions 1");                        /* the log starts anew */
    work_beside_one(temporary);
    assert_int_equal(count_calls("C_Login"), 0);
    set_rules("sessions 1");
    key_free(temporary);
    assert_int_equal(count_calls("C_"), 0);
    assert_status(sign_with(shared), NTE_SUCCESS);
    assert_int_equal(count_calls("C_CloseSession 0x0"), 1);
    assert_true(now() - start < 30);                /* nobody waited for a session that nobody gives back */
}

/* Two of them live there, and the one that goes first leaves nothing behind. */
static void two_without_name(void **state)
{
    struct key *first, *second;

    (void)state;
    come_with("sessions 1");
    first = token_key(provider, "ECDSA_P256", NULL);
    second = token_key(provider, "RSA", NULL);
    assert_status(sign_with(first), NTE_SUCCESS);
    assert_status(sign_with(second), NTE_SUCCESS);
    set_rules("sessions 1");
    key_free(first);
    assert_int_equal(count_calls("C_"), 0);
    assert_status(sign_with(second), NTE_SUCCESS);
    assert_int_equal(count_calls("C_DestroyObject 0x0"), 2);
    assert_int_equal(count_calls("C_CloseSession"), 0);
    assert_status(sign_with(shared), NTE_SUCCESS);
    assert_int_equal(count_calls("C_DestroyObject"), 2);
    key_free(second);
    assert_status(sign_with(shared), NTE_SUCCESS);
    assert_int_equal(count_calls("C_CloseSession 0x0"), 1);
}

/* A failure that ends the operation, as it has to, ends no key. */
static void failures_beside_one(void **state)
{
    static const char *const rules[] =
    {
        "sessions 1\nfail C_SignInit 0x30 1", "sessions 1\nfail C_FindObjectsInit 0x30 1",
        "sessions 1\nfail C_GetAttributeValue 0x30 1", "sessions 1\nfail C_GenerateKeyPair 0x30 1",
    };
    struct key *temporary, *none;
    size_t i;

    (void)state;
    come_with("sessions 1");
    temporary = token_key(provider, "ECDSA_P256", NULL);
    for (i = 0; i < sizeof(rules) / sizeof(*rules); i++)
    {
        set_rules(rules[i]);
        if (!try_token_key(provider, "ECDSA_P256", "none", &none)) key_delete(none);
        if (sign_with(temporary)) sign_with(temporary);
        if (sign_with(temporary) || sign_with(shared)) fail_msg("%s", rules[i]);
    }
    key_free(temporary);
}

static void goes_with_the_token(void **state)
{
    struct key *first, *second;

    (void)state;
    come_with("sessions 1");
    first = token_key(provider, "ECDSA_P256", NULL);
    second = token_key(provider, "ECDSA_P256", NULL);
    key_free(first);
    come_with("sessions 1");
    assert_status(sign_with(second), NTE_BAD_KEYSET);
    assert_status(sign_with(shared), NTE_SUCCESS);
    key_free(second);
    assert_status(sign_with(shared), NTE_SUCCESS);
    assert_int_equal(count_calls("C_DestroyObject"), 0);
}

/* Nobody waits where waiting is no use: others than this process have the sessions. */
static void no_session_at_all(void **state)
{
    double start = now();

    (void)state;
    set_rules("removed");
    assert_status(sign_with(shared), NTE_DEVICE_NOT_READY);
    set_rules("sessions 0");
    assert_status(sign_with(shared), NTE_DEVICE_NOT_READY);
    assert_true(now() - start < 10);
    set_rules("");
    assert_status(sign_with(shared), NTE_SUCCESS);
}

/* --- one session, and many who want it --- */

static struct key *living;          /* in it */

static void *work_often(void *arg)
{
    struct key *key;
    nte_status status = NTE_SUCCESS;
    int i;

    for (i = 0; i < 25 && !status; i++)
    {
        status = sign_with(shared);
        if (!status && living) status = sign_with(living);
        if (status || (i % 5 && arg)) continue;
        if (!(status = try_token_key(provider, "ECDSA_P256", NULL, &key)))
        {
            status = sign_with(key);
            key_free(key);
        }
    }
    return (void *)(intptr_t)status;
}

static void work_in_turns(void)
{
    pthread_t threads[8];
    void *status;
    intptr_t i;

    for (i = 0; i < 8; i++) assert_int_equal(pthread_create(&threads[i], NULL, work_often, (void *)i), 0);
    for (i = 0; i < 8; i++)
    {
        pthread_join(threads[i], &status);
        assert_status((nte_status)(intptr_t)status, NTE_SUCCESS);
    }
}

/* Whoever opens the session next logs in again, whatever was being opened when the last one was closed. */
static void in_turns(void **state)
{
    (void)state;
    come_with("sessions 1");
    living = NULL;
    work_in_turns();
    living = token_key(provider, "ECDSA_P256", NULL);
    work_in_turns();
    come_with("sessions 3");
    key_free(living);
    living = token_key(provider, "ECDSA_P256", NULL);
    work_in_turns();
    key_free(living);
}

static void *sign_once(void *arg)
{
    return (void *)(intptr_t)sign_with(arg);
}

static void waits_for_its_turn(void **state)
{
    pthread_t thread;
    void *status;

    (void)state;
    come_with("sessions 1");
    living = token_key(provider, "ECDSA_P256", NULL);
    set_rules("sessions 1\nblock C_Sign 2 1");
    assert_int_equal(pthread_create(&thread, NULL, sign_once, living), 0);
    usleep(500000);
    assert_status(sign_with(shared), NTE_SUCCESS);
    pthread_join(thread, &status);
    assert_status((nte_status)(intptr_t)status, NTE_SUCCESS);
    key_free(living);
}

/* The session is closed after the token has refused another, before that is known. */
static void closed_meanwhile(void **state)
{
    pthread_t thread;

    (void)state;
    come_with("sessions 1");
    set_rules("sessions 1\nblock C_Sign 1 1\nfail C_Sign 0x30 1\nlate-refusal 1");
    assert_int_equal(pthread_create(&thread, NULL, sign_once, shared), 0);
    usleep(500000);
    assert_status(sign_with(shared), NTE_SUCCESS);
    pthread_join(thread, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(one_session, take_back),
        cmocka_unit_test_teardown(beside_a_key_without_name, take_back),
        cmocka_unit_test_teardown(two_without_name, take_back),
        cmocka_unit_test_teardown(failures_beside_one, take_back),
        cmocka_unit_test_teardown(goes_with_the_token, take_back),
        cmocka_unit_test_teardown(no_session_at_all, take_back),
        cmocka_unit_test_teardown(in_turns, take_back),
        cmocka_unit_test_teardown(waits_for_its_turn, take_back),
        cmocka_unit_test_teardown(closed_meanwhile, take_back),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up_shared, remove_shared);
}
