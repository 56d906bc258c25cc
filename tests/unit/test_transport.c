/* SPDX-License-Identifier: LGPL-2.1-or-later
 * transport.c, store_seal.c: OpaqueTransport where the sanitizers see it, and where there is no store key; the
 * chain of a handle from many threads. What the API answers is proved under Wine (tests/ncrypt/transport.c). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "key.h"

#define GUID "95bc46f5-3c31-4bdc-a198-e24071284e86"

static const struct options no_options;
static char root[] = "/tmp/test_transport.XXXXXX";
static char user_dir[64], machine_dir[64];

static struct key_name named(const char *name)
{
    return (struct key_name){name ? wide(name) : NULL, name ? wide(name) : NULL, NULL};
}

static struct key *create(const char *alg, const char *name, uint32_t flags)
{
    struct key *key;

    assert_status(key_create(wide(alg), named(name), 0, flags, &key), NTE_SUCCESS);
    key->export_policy = ALLOW_EXPORT;
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static struct bytes export(struct key *key)
{
    uint8_t *blob = take(4096);
    uint32_t size;

    assert_status(key_export(key, wide("OpaqueTransport"), &no_options, 0, blob, 4096, &size), NTE_SUCCESS);
    return run(blob, size);
}

static nte_status import(struct bytes blob, struct key **key)
{
    struct bytes copy = exact(blob);
    nte_status status = key_import(wide("OpaqueTransport"), copy, &no_options, named(NULL), 0, key);

    free((void *)copy.data);
    return status;
}

static struct key *take_key(struct bytes blob)
{
    struct key *key;

    assert_status(import(blob, &key), NTE_SUCCESS);
    return key;
}

static void round_trip(void **state)
{
    static const char *const algorithms[] = {"RSA", "ECDH_P384", "AES", "DESX"};
    struct key *key, *again;
    struct bytes blob;
    size_t i;

    (void)state;
    for (i = 0; i < 2 * sizeof(algorithms) / sizeof(*algorithms); i++)
    {
        key = create(algorithms[i / 2], "round trip", i % 2 ? FLAG_MACHINE_KEY : 0);
        blob = export(key);
        assert_status(import(blob, &again), NTE_EXISTS);
        assert_status(key_delete(key), NTE_SUCCESS);
        again = take_key(blob);
        assert_int_equal(again->flags & FLAG_MACHINE_KEY, i % 2 ? FLAG_MACHINE_KEY : 0);
        assert_int_equal(again->export_policy, ALLOW_EXPORT);
        assert_null(again->stored.first);
        key_free(again);
        assert_status(key_open(named("round trip"), 0, i % 2 ? FLAG_MACHINE_KEY : 0, &again), NTE_SUCCESS);
        assert_string_equal(again->alg->id, algorithms[i / 2]);
        assert_status(key_delete(again), NTE_SUCCESS);
    }
}

static void malformed(void **state)
{
    struct key *key = create("AES", "malformed", 0), *made;
    struct bytes blob = export(key);
    size_t n;

    (void)state;
    assert_status(key_delete(key), NTE_SUCCESS);
    for (n = 0; n < blob.size; n++)
    {
        assert_status(import(run(blob.data, n), &made), NTE_BAD_DATA);
        ((uint8_t *)blob.data)[n] ^= 1;
        assert_true(import(blob, &made) != NTE_SUCCESS);
        ((uint8_t *)blob.data)[n] ^= 1;
    }
    assert_status(key_delete(take_key(blob)), NTE_SUCCESS);
}

/* A process that never saw the key of the seal; then a store key is made for a blob as for a file. */
static int without_store_key(struct key *key, struct bytes blob)
{
    struct key *made;

    if (engine_attach(user_dir, machine_dir, GUID)) return 1;
    if (import(blob, &made) != NTE_BAD_KEY_STATE) return 2;
    if (import(export(key), &made)) return 3;
    return import(blob, &made) == NTE_BAD_KEY_STATE ? 0 : 4;
}

static void other_store_key(void **state)
{
    struct key *key = create("AES", NULL, 0);
    struct bytes blob = export(key);
    char line[160];
    int status;
    pid_t child;

    (void)state;
    snprintf(line, sizeof(line), "rm -r %s", user_dir);
    assert_int_equal(system(line), 0);
    key_free(take_key(blob));                   /* this process still knows the key of the seal */
    if (!(child = fork())) _exit(without_store_key(key, blob));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    key_free(key);
}

/* --- one chain, many threads --- */

#define THREADS 4
#define ROUNDS  500

static void *run_chain(void *arg)
{
    struct padding padding = {0};
    uint8_t data[16] = {0}, *outputs = malloc(ROUNDS * 16);
    uint32_t result;
    int i;

    for (i = 0; i < ROUNDS; i++)
        if (key_encrypt(arg, &padding, 0, run(data, 16), outputs + 16 * i, 16, &result)) abort();
    return outputs;
}

static int compare_blocks(const void *a, const void *b)
{
    return memcmp(a, b, 16);
}

/* CBC over zeros: whoever calls, the blocks are those of one chain, each exactly once. */
static void threads(void **state)
{
    struct key *key = create("AES", NULL, 0);
    uint8_t (*all)[16] = malloc(THREADS * ROUNDS * 16), (*one)[16] = calloc(THREADS * ROUNDS, 16);
    struct padding padding = {0};
    pthread_t ids[THREADS];
    void *outputs;
    uint32_t result;
    int i;

    (void)state;
    for (i = 0; i < THREADS; i++) assert_int_equal(pthread_create(&ids[i], NULL, run_chain, key), 0);
    for (i = 0; i < THREADS; i++)
    {
        pthread_join(ids[i], &outputs);
        memcpy(all[i * ROUNDS], outputs, ROUNDS * 16);
        free(outputs);
    }
    assert_status(cipher_set_iv(key->alg, &key->cipher, run(take(16), 16)), NTE_SUCCESS);
    assert_status(key_encrypt(key, &padding, 0, run(one, THREADS * ROUNDS * 16), (uint8_t *)one,
                              THREADS * ROUNDS * 16, &result), NTE_SUCCESS);
    qsort(all, THREADS * ROUNDS, 16, compare_blocks);
    qsort(one, THREADS * ROUNDS, 16, compare_blocks);
    assert_memory_equal(all, one, THREADS * ROUNDS * 16);
    free(all);
    free(one);
    key_free(key);
}

static int make_root(void **state)
{
    (void)state;
    if (!mkdtemp(root)) return -1;
    snprintf(user_dir, sizeof(user_dir), "%s/user", root);
    snprintf(machine_dir, sizeof(machine_dir), "%s/machine", root);
    return engine_attach(user_dir, machine_dir, GUID);
}

static int remove_root(void **state)
{
    char line[64];

    (void)state;
    snprintf(line, sizeof(line), "rm -r %s", root);
    return system(line);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(round_trip, take_back),
        cmocka_unit_test_setup(malformed, take_back),
        cmocka_unit_test_setup(threads, take_back),
        cmocka_unit_test_setup(other_store_key, take_back),
    };

    return cmocka_run_group_tests_name("transport", tests, make_root, remove_root);
}
