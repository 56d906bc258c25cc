/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One key and several threads: what they change is not lost, and nobody waits for a thread that generates. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "key_sample.h"

struct racer
{
    struct key *key;
    char name[16];
};

static void *set_many(void *arg)
{
    struct racer *racer = arg;
    uint16_t name[32];
    char value[32];
    nte_status status = NTE_SUCCESS;
    int i;

    u16_from_ascii(name, racer->name);
    for (i = 0; i < 20 && !status; i++)
    {
        snprintf(value, sizeof(value), "%s %d", racer->name, i);
        status = property_set(&racer->key->object, name, text(value), FLAG_PERSIST_ONLY);
    }
    return (void *)(intptr_t)status;
}

/* Four threads, two of them through a second handle: every last value is in the file. */
static void no_change_of_a_property_is_lost(void **state)
{
    struct key *first = final_key("ECDSA_P256", "busy"), *second = open_key("busy"), *found;
    struct racer racers[4];
    pthread_t threads[4];
    char expected[32], value[32];
    uint32_t size;
    void *result;
    int i;

    (void)state;
    for (i = 0; i < 4; i++)
    {
        racers[i].key = i & 1 ? first : second;
        snprintf(racers[i].name, sizeof(racers[i].name), "racer%d", i);
        assert_int_equal(pthread_create(&threads[i], NULL, set_many, &racers[i]), 0);
    }
    for (i = 0; i < 4; i++)
    {
        pthread_join(threads[i], &result);
        assert_int_equal((intptr_t)result, NTE_SUCCESS);
    }
    found = open_key("busy");
    for (i = 0; i < 4; i++)
    {
        snprintf(expected, sizeof(expected), "racer%d 19", i);
        assert_int_equal(property_get(&found->object, wide(racers[i].name), FLAG_PERSIST_ONLY, (uint8_t *)value,
                                      sizeof(value), &size), NTE_SUCCESS);
        assert_int_equal(size, strlen(expected));
        assert_memory_equal(value, expected, size);
    }
    key_free(found);
    key_free(second);
    assert_int_equal(key_delete(first), NTE_SUCCESS);
}

static void *sign_many(void *arg)
{
    struct key *key = arg;
    struct padding padding = {.scheme = PAD_PKCS1, .present = 1};
    struct bytes hash = text("a digest of thirty-two octets ..");
    uint8_t signature[4096];
    nte_status status = NTE_SUCCESS;
    uint32_t size;
    int i;

    for (i = 0; i < 50 && !status; i++)
    {
        status = key_sign(key, &padding, PAD_PKCS1, hash, signature, sizeof(signature), &size);
        if (!status) status = key_verify(key, &padding, PAD_PKCS1, hash, run(signature, size));
    }
    return (void *)(intptr_t)status;
}

static void many_threads_sign_with_one_key(void **state)
{
    struct key *key = final_key("RSA", NULL);
    pthread_t threads[4];
    void *result;
    int i;

    (void)state;
    for (i = 0; i < 4; i++) assert_int_equal(pthread_create(&threads[i], NULL, sign_many, key), 0);
    for (i = 0; i < 4; i++)
    {
        pthread_join(threads[i], &result);
        assert_int_equal((intptr_t)result, NTE_SUCCESS);
    }
    key_free(key);
}

static void *finalize(void *arg)
{
    return (void *)(intptr_t)key_finalize(arg, 0);
}

/* While one thread generates, others get answers and cannot change what is being made. */
static void reading_does_not_wait_for_generation(void **state)
{
    struct key *key = new_key("RSA", NULL);
    pthread_t thread;
    void *result;
    int seen = 0;

    assert_int_equal(set_u32(key, "Length", 3072), NTE_SUCCESS);
    assert_int_equal(pthread_create(&thread, NULL, finalize, key), 0);
    while (pthread_tryjoin_np(thread, &result))
    {
        assert_int_equal(get_u32(key, "Length"), 3072);
        if (set_u32(key, "Key Usage", USAGE_ALL) == NTE_BAD_KEY_STATE) seen = 1;
        take_back(state);
    }
    assert_int_equal((intptr_t)result, NTE_SUCCESS);
    assert_true(seen);
    assert_int_equal(key_finalize(key, 0), NTE_INVALID_HANDLE);
    key_free(key);
}

/* Deleted before, while and after it is finalized: no call waits for another, and nothing stays on the disk. */
static void a_key_deleted_meanwhile_stays_deleted(void **state)
{
    struct key *key = new_key("RSA", "deleted meanwhile"), *other;
    pthread_t thread;
    void *result;

    assert_int_equal(set_u32(key, "Length", 3072), NTE_SUCCESS);
    assert_int_equal(pthread_create(&thread, NULL, finalize, key), 0);
    while (set_u32(key, "Key Usage", USAGE_ALL) != NTE_BAD_KEY_STATE)
    {
        take_back(state);
        usleep(100);
    }
    assert_int_equal(key_remove(key), NTE_SUCCESS);
    pthread_join(thread, &result);
    assert_int_equal((intptr_t)result, NTE_INVALID_HANDLE);
    assert_int_equal(store_exists(key->store, key->unique), NTE_BAD_KEYSET);
    assert_int_equal(key_finalize(key, 0), NTE_INVALID_HANDLE);
    key_free(key);

    key = new_key("ECDSA_P256", "deleted meanwhile");
    assert_int_equal(key_remove(key), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_INVALID_HANDLE);
    key_free(key);

    key = final_key("ECDSA_P256", "deleted meanwhile");
    other = open_key("deleted meanwhile");
    assert_int_equal(key_remove(key), NTE_SUCCESS);
    assert_int_equal(key_remove(other), NTE_BAD_KEYSET);
    assert_int_equal(store_exists(key->store, key->unique), NTE_BAD_KEYSET);
    assert_int_equal(property_set(&key->object, wide("Anything"), text("any"), FLAG_PERSIST), NTE_BAD_KEYSET);
    key_free(other);
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(no_change_of_a_property_is_lost, take_back),
        cmocka_unit_test_teardown(many_threads_sign_with_one_key, take_back),
        cmocka_unit_test_teardown(reading_does_not_wait_for_generation, take_back),
        cmocka_unit_test_teardown(a_key_deleted_meanwhile_stays_deleted, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
