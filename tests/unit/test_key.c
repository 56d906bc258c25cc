/* SPDX-License-Identifier: LGPL-2.1-or-later
 * key.c, property.c, transfer.c, operation.c, enumerate.c: the objects behind the handles, without Windows.
 * What the API answers is proved under Wine (tests/ncrypt); here are the life of a key, threads and the disk,
 * where the sanitizers see them. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "algorithm.h"
#include "../../dlls/ncryptprov/unixlib.h"
#include "key/key.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

#define GUID "95bc46f5-3c31-4bdc-a198-e24071284e86"

static char root[] = "/tmp/test_key.XXXXXX";
static char user_dir[64], machine_dir[64];

static uint16_t *wide(const char *s)
{
    static uint16_t ring[8][80];
    static unsigned int next;
    uint16_t *buffer = ring[next++ % 8];

    assert_true(strlen(s) < 80);
    u16_from_ascii(buffer, s);
    return buffer;
}

static struct key_name named(const char *name)
{
    struct key_name pair = {name ? wide(name) : NULL, name ? wide(name) : NULL, NULL};

    return pair;
}

static struct bytes text(const char *s)
{
    struct bytes run = {(const uint8_t *)s, strlen(s)};

    return run;
}

static struct key *create(const char *alg, const char *name, uint32_t flags)
{
    struct key *key;

    assert_int_equal(key_create(&software_provider, wide(alg), named(name), 0, flags, &key), NTE_SUCCESS);
    return key;
}

static struct key *create_final(const char *alg, const char *name)
{
    struct key *key = create(alg, name, 0);

    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static struct key *open_key(const char *name)
{
    struct key *key;

    assert_int_equal(key_open(&software_provider, named(name), 0, 0, &key), NTE_SUCCESS);
    return key;
}

static uint32_t get_u32(struct key *key, const char *name)
{
    uint32_t value, size;

    assert_int_equal(property_get(&key->object, wide(name), 0, (uint8_t *)&value, sizeof(value), &size), NTE_SUCCESS);
    assert_int_equal(size, sizeof(value));
    return value;
}

static nte_status set_u32(struct key *key, const char *name, uint32_t value, uint32_t flags)
{
    struct bytes run = {(const uint8_t *)&value, sizeof(value)};

    return property_set(&key->object, wide(name), run, flags);
}

static nte_status set_custom(struct key *key, const char *name, const char *value)
{
    return property_set(&key->object, wide(name), text(value), FLAG_PERSIST_ONLY);
}

static void assert_custom(struct key *key, const char *name, const char *value)
{
    uint8_t data[256];
    uint32_t size;

    assert_int_equal(property_get(&key->object, wide(name), FLAG_PERSIST_ONLY, data, sizeof(data), &size), NTE_SUCCESS);
    assert_int_equal(size, strlen(value));
    assert_memory_equal(data, value, size);
}

static struct padding pkcs1(const char *alg)
{
    struct padding padding = {.scheme = PAD_PKCS1, .present = 1, .alg = alg ? wide(alg) : NULL};

    return padding;
}

static nte_status sign(struct key *key, const struct padding *padding, uint8_t *signature, uint32_t *size)
{
    static const uint8_t digest[32] = "a digest of thirty-two octets ..";
    struct bytes hash = {digest, sizeof(digest)};

    return key_sign(key, padding, padding->scheme, hash, signature, 4096, size);
}

static nte_status verify(struct key *key, const struct padding *padding, const uint8_t *signature, uint32_t size)
{
    static const uint8_t digest[32] = "a digest of thirty-two octets ..";
    struct bytes hash = {digest, sizeof(digest)}, run = {signature, size};

    return key_verify(key, padding, padding->scheme, hash, run);
}

static void assert_signs_for(struct key *signer, struct key *verifier, const struct padding *padding)
{
    uint8_t signature[4096];
    uint32_t size;

    assert_int_equal(sign(signer, padding, signature, &size), NTE_SUCCESS);
    assert_int_equal(verify(verifier, padding, signature, size), NTE_SUCCESS);
    signature[size / 2] ^= 1;
    assert_int_equal(verify(verifier, padding, signature, size), NTE_BAD_SIGNATURE);
}

static void stored_key_survives_its_handle(void **state)
{
    static const char *const algs[] = {"RSA", "ECDSA_P256", "ECDSA_P384", "ECDSA_P521", "ECDH_P256", "ECDH_P521"};
    struct padding rsa = pkcs1("SHA256"), none = {0};
    struct key *first, *second;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(algs) / sizeof(*algs); i++)
    {
        first = create_final(algs[i], "survivor");
        second = open_key("survivor");
        assert_ptr_equal(first->alg, second->alg);
        assert_int_equal(get_u32(first, "Length"), get_u32(second, "Length"));
        assert_signs_for(first, second, i ? &none : &rsa);
        assert_signs_for(second, first, i ? &none : &rsa);
        key_free(first);
        assert_int_equal(key_delete(second), NTE_SUCCESS);
        assert_int_equal(key_open(&software_provider, named("survivor"), 0, 0, &first), NTE_BAD_KEYSET);
    }
}

static void nothing_is_stored_before_finalize(void **state)
{
    struct key *key = create("ECDSA_P256", "early", 0), *other;

    (void)state;
    assert_int_equal(key_open(&software_provider, named("early"), 0, 0, &other), NTE_BAD_KEYSET);
    key_free(key);
    assert_int_equal(key_open(&software_provider, named("early"), 0, 0, &other), NTE_BAD_KEYSET);
}

static void overwrite_replaces_at_finalize(void **state)
{
    struct key *old = create_final("ECDSA_P256", "same"), *new, *found;
    struct padding none = {0};

    (void)state;
    assert_int_equal(key_create(&software_provider, wide("RSA"), named("same"), 0, 0, &new), NTE_EXISTS);
    new = create("ECDSA_P384", "same", FLAG_OVERWRITE_KEY);
    found = open_key("same");
    assert_ptr_equal(found->alg, old->alg);
    key_free(found);

    assert_int_equal(key_finalize(new, 0), NTE_SUCCESS);
    found = open_key("same");
    assert_signs_for(new, found, &none);
    key_free(found);

    /* the old handle works on, but neither deletes nor changes its successor */
    assert_signs_for(old, old, &none);
    assert_int_equal(set_custom(old, "mark", "x"), NTE_BAD_KEYSET);
    assert_int_equal(key_delete(old), NTE_BAD_KEYSET);
    key_free(old);
    assert_int_equal(key_delete(new), NTE_SUCCESS);
}

static void a_lost_race_leaves_the_handle_unfinalized(void **state)
{
    struct key *winner = create("ECDSA_P256", "race", 0), *loser = create("ECDSA_P256", "race", 0);

    (void)state;
    assert_int_equal(key_finalize(winner, 0), NTE_SUCCESS);
    assert_int_equal(key_finalize(loser, 0), NTE_EXISTS);
    assert_int_equal(set_u32(loser, "Key Usage", USAGE_SIGNING, 0), NTE_SUCCESS);
    assert_int_equal(key_delete(winner), NTE_SUCCESS);
    assert_int_equal(key_finalize(loser, 0), NTE_SUCCESS);
    assert_int_equal(key_delete(loser), NTE_SUCCESS);
}

static void user_and_machine_keys_are_apart(void **state)
{
    struct key *user = create_final("ECDSA_P256", "twin"), *machine, *found;

    (void)state;
    assert_int_equal(key_open(&software_provider, named("twin"), 0, FLAG_MACHINE_KEY, &found), NTE_BAD_KEYSET);
    machine = create("ECDSA_P384", "twin", FLAG_MACHINE_KEY);
    assert_int_equal(key_finalize(machine, 0), NTE_SUCCESS);
    assert_int_equal(get_u32(machine, "Key Type"), FLAG_MACHINE_KEY);
    assert_int_equal(key_delete(user), NTE_SUCCESS);
    assert_int_equal(key_open(&software_provider, named("twin"), 0, FLAG_MACHINE_KEY, &found), NTE_SUCCESS);
    assert_int_equal(get_u32(found, "Length"), 384);
    key_free(found);
    assert_int_equal(key_delete(machine), NTE_SUCCESS);
}

static void properties_come_back(void **state)
{
    struct key *key = create("RSA", "props", 0), *found;

    (void)state;
    assert_int_equal(set_u32(key, "Length", 2048, 0), NTE_SUCCESS);
    assert_int_equal(set_u32(key, "Length", 2049, 0), NTE_INVALID_PARAMETER);
    assert_int_equal(set_u32(key, "Export Policy", 3, FLAG_PERSIST), NTE_SUCCESS);
    assert_int_equal(set_u32(key, "Key Usage", USAGE_SIGNING, FLAG_PERSIST), NTE_SUCCESS);
    assert_int_equal(set_custom(key, "before", "one"), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(set_custom(key, "after", "two"), NTE_SUCCESS);
    assert_int_equal(set_custom(key, "empty", ""), NTE_SUCCESS);
    assert_int_equal(set_u32(key, "Export Policy", 0, FLAG_PERSIST), NTE_NOT_SUPPORTED);
    assert_int_equal(set_u32(key, "Key Usage", USAGE_ALL, FLAG_PERSIST), NTE_BAD_KEY_STATE);

    found = open_key("props");
    assert_int_equal(get_u32(found, "Length"), 2048);
    assert_int_equal(get_u32(found, "Export Policy"), 3);
    assert_int_equal(get_u32(found, "Key Usage"), USAGE_SIGNING);
    assert_custom(found, "before", "one");
    assert_custom(found, "after", "two");
    assert_custom(found, "empty", "");
    key_free(found);
    assert_int_equal(key_delete(key), NTE_SUCCESS);
}

static void usage_forbids(void **state)
{
    struct key *key = create("RSA", NULL, 0);
    struct padding padding = pkcs1("SHA256");
    uint8_t buffer[512] = {0};
    struct bytes input = {buffer, 128};
    uint32_t size;

    (void)state;
    assert_int_equal(set_u32(key, "Key Usage", USAGE_DECRYPT, 0), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(sign(key, &padding, buffer, &size), NTE_PERM);
    key_free(key);

    key = create("RSA", NULL, 0);
    assert_int_equal(set_u32(key, "Key Usage", USAGE_SIGNING, 0), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(key_decrypt(key, &padding, PAD_PKCS1, input, NULL, 0, &size), NTE_PERM);
    key_free(key);
}

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
    struct key *first = create_final("ECDSA_P256", "busy"), *second = open_key("busy"), *found;
    struct racer racers[4];
    pthread_t threads[4];
    char expected[32];
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
        assert_custom(found, racers[i].name, expected);
    }
    key_free(found);
    key_free(second);
    assert_int_equal(key_delete(first), NTE_SUCCESS);
}

static void *sign_many(void *arg)
{
    struct key *key = arg;
    struct padding padding = {.scheme = PAD_PKCS1, .present = 1};
    uint8_t signature[4096];
    nte_status status = NTE_SUCCESS;
    uint32_t size;
    int i;

    for (i = 0; i < 50 && !status; i++)
        if (!(status = sign(key, &padding, signature, &size))) status = verify(key, &padding, signature, size);
    return (void *)(intptr_t)status;
}

static void many_threads_sign_with_one_key(void **state)
{
    struct key *key = create_final("RSA", NULL);
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
    struct key *key = create("RSA", NULL, 0);
    pthread_t thread;
    void *result;
    int seen = 0;

    (void)state;
    assert_int_equal(set_u32(key, "Length", 3072, 0), NTE_SUCCESS);
    assert_int_equal(pthread_create(&thread, NULL, finalize, key), 0);
    while (pthread_tryjoin_np(thread, &result))
    {
        assert_int_equal(get_u32(key, "Length"), 3072);
        if (set_u32(key, "Key Usage", USAGE_ALL, 0) == NTE_BAD_KEY_STATE) seen = 1;
    }
    assert_int_equal((intptr_t)result, NTE_SUCCESS);
    assert_true(seen);
    assert_int_equal(key_finalize(key, 0), NTE_INVALID_HANDLE);
    key_free(key);
}

/* Deleted before, while and after it is finalized: no call waits for another, and nothing stays on the disk. */
static void a_key_deleted_meanwhile_stays_deleted(void **state)
{
    struct key *key = create("RSA", "deleted meanwhile", 0), *other;
    pthread_t thread;
    void *result;

    (void)state;
    assert_int_equal(set_u32(key, "Length", 3072, 0), NTE_SUCCESS);
    assert_int_equal(pthread_create(&thread, NULL, finalize, key), 0);
    while (set_u32(key, "Key Usage", USAGE_ALL, 0) != NTE_BAD_KEY_STATE) usleep(100);
    assert_int_equal(key_remove(key), NTE_SUCCESS);
    pthread_join(thread, &result);
    assert_int_equal((intptr_t)result, NTE_INVALID_HANDLE);
    assert_int_equal(store_exists(key->store, key->unique), NTE_BAD_KEYSET);
    assert_int_equal(key_finalize(key, 0), NTE_INVALID_HANDLE);
    key_free(key);

    key = create("ECDSA_P256", "deleted meanwhile", 0);
    assert_int_equal(key_remove(key), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_INVALID_HANDLE);
    key_free(key);

    key = create_final("ECDSA_P256", "deleted meanwhile");
    other = open_key("deleted meanwhile");
    assert_int_equal(key_remove(key), NTE_SUCCESS);
    assert_int_equal(key_remove(other), NTE_BAD_KEYSET);
    assert_int_equal(store_exists(key->store, key->unique), NTE_BAD_KEYSET);
    assert_int_equal(set_u32(key, "Anything", 1, FLAG_PERSIST), NTE_BAD_KEYSET);
    key_free(other);
    key_free(key);
}

static void export_obeys_the_policy(void **state)
{
    struct key *key = create_final("ECDSA_P256", NULL), *copy;
    struct blob_options wrapping = {.algorithms = &all_algorithms, .wrapping = key->material};
    struct padding padding = {0};
    uint8_t blob[256];
    struct bytes run = {blob, 0};
    uint32_t size;

    (void)state;
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_NOT_SUPPORTED);
    assert_int_equal(set_u32(key, "Export Policy", ALLOW_EXPORT, FLAG_PERSIST), NTE_SUCCESS);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_NOT_SUPPORTED);
    assert_int_equal(set_u32(key, "Export Policy", ALLOW_PLAINTEXT_EXPORT, FLAG_PERSIST), NTE_SUCCESS);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &wrapping, 0, blob, sizeof(blob), &size),
                     NTE_NOT_SUPPORTED);
    assert_int_equal(key_export(key, wide("RSAPUBLICBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_BAD_TYPE);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, 103, &size), NTE_BUFFER_TOO_SMALL);
    assert_int_equal(size, 104);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    run.size = size;
    assert_int_equal(key_import(&software_provider, wide("PRIVATEBLOB"), run, &none, named(NULL), 0, &copy),
                     NTE_SUCCESS);
    assert_signs_for(key, copy, &padding);
    assert_signs_for(copy, key, &padding);
    assert_int_equal(get_u32(copy, "Export Policy"), 0);
    key_free(copy);
    key_free(key);
}

static void import_under_a_name(void **state)
{
    struct key *key = create("ECDSA_P256", NULL, 0), *first, *second, *found;
    struct padding padding = {0};
    uint8_t blob[256], public_blob[256];
    struct bytes run = {blob, 0}, public_run = {public_blob, 0};
    uint32_t size;

    (void)state;
    assert_int_equal(set_u32(key, "Export Policy", 3, 0), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    run.size = size;
    assert_int_equal(key_export(key, wide("ECCPUBLICBLOB"), &none, 0, public_blob, sizeof(public_blob), &size),
                     NTE_SUCCESS);
    public_run.size = size;

    assert_int_equal(key_import(&software_provider, wide("ECCPUBLICBLOB"), public_run, &none, named("guest"), 0,
                                &first),
                     NTE_NOT_SUPPORTED);
    assert_int_equal(key_import(&software_provider, wide("ECCPRIVATEBLOB"), run, &none, named("guest"), 0, &first),
                     NTE_SUCCESS);
    assert_int_equal(key_import(&software_provider, wide("ECCPRIVATEBLOB"), run, &none, named("guest"), 0, &second),
                     NTE_EXISTS);
    assert_int_equal(key_import(&software_provider, wide("ECCPRIVATEBLOB"), run, &none, named("guest"),
                                FLAG_OVERWRITE_KEY | FLAG_DO_NOT_FINALIZE, &second), NTE_SUCCESS);
    assert_int_equal(set_u32(second, "Export Policy", 1, 0), NTE_SUCCESS);
    assert_int_equal(key_finalize(second, 0), NTE_SUCCESS);
    found = open_key("guest");
    assert_int_equal(get_u32(found, "Export Policy"), 1);
    assert_signs_for(found, key, &padding);
    key_free(found);
    key_free(first);
    key_free(key);
    assert_int_equal(key_delete(second), NTE_SUCCESS);

    /* and by property: the blob type is the name */
    key = create("ECDSA_P256", "guest", 0);
    assert_int_equal(property_set(&key->object, wide("ECCPRIVATEBLOB"), public_run, FLAG_SILENT),
                     NTE_INVALID_PARAMETER);
    assert_int_equal(property_set(&key->object, wide("ECCPRIVATEBLOB"), run, FLAG_SILENT), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    found = open_key("guest");
    assert_signs_for(found, key, &padding);
    key_free(found);
    assert_int_equal(key_delete(key), NTE_SUCCESS);
}

static void enumeration_tells_each_key_once(void **state)
{
    static const char *const names[] = {"one", "two", "three"};
    struct stored_key stored = {0};
    struct key_enum *key_enum;
    struct key *keys[3];
    int i, seen[3] = {0};
    nte_status status;

    (void)state;
    for (i = 0; i < 3; i++) keys[i] = create_final("ECDSA_P256", names[i]);
    assert_int_equal(key_enum_open(&software_provider, NULL, 0x10, &key_enum), NTE_BAD_FLAGS);
    assert_int_equal(key_enum_open(&software_provider, NULL, 0, &key_enum), NTE_SUCCESS);
    while (!(status = key_enum_next(key_enum, &stored)))
    {
        for (i = 0; i < 3; i++) seen[i] += u16_equal(stored.name, names[i]);
        assert_string_equal(stored.algorithm, "ECDSA_P256");
        stored_key_free(&stored);
    }
    assert_int_equal(status, NTE_NO_MORE_ITEMS);
    key_enum_free(key_enum);
    for (i = 0; i < 3; i++)
    {
        assert_int_equal(seen[i], 1);
        assert_int_equal(key_delete(keys[i]), NTE_SUCCESS);
    }
}

static void names_are_data(void **state)
{
    static const char *const names[] = {"../../etc/passwd", "a/b+c=", "C:\\x", ".", "..", "con", ".lock", ".store-key"};
    struct key *key, *found;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(names) / sizeof(*names); i++)
    {
        key = create_final("ECDSA_P256", names[i]);
        found = open_key(names[i]);
        key_free(found);
        found = open_key(key->unique);
        key_free(found);
        assert_int_equal(key_delete(key), NTE_SUCCESS);
    }
    assert_int_equal(key_create(&software_provider, wide("RSA"), named(""), 0, 0, &key), NTE_INVALID_PARAMETER);
}

static uint32_t export_unfinished(struct key *key, uint8_t *blob, uint32_t size)
{
    uint32_t result = 0;

    assert_int_equal(key_export(key, wide("CAPIPRIVATEBLOB"), &none, UNIX_EXPORT_UNFINISHED, blob, size, &result),
                     NTE_SUCCESS);
    return result;
}

/* For the copy in a CAPI container, which is written first: the numbers stay the same from then on. */
static void numbers_before_finalize(void **state)
{
    uint8_t first[700], second[700], policy[4] = {3, 0, 0, 0};
    struct key *key = create("RSA", "unfinished", 0);
    struct bytes both = {policy, sizeof(policy)};
    uint32_t size, again;

    (void)state;
    assert_int_equal(property_set(&key->object, wide("Export Policy"), both, 0), NTE_SUCCESS);
    size = export_unfinished(key, NULL, 0);
    assert_int_equal(export_unfinished(key, first, sizeof(first)), size);
    assert_int_equal(key->state, KEY_NEW);
    assert_int_equal(store_exists(key->store, key->unique), NTE_BAD_KEYSET);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(key_export(key, wide("CAPIPRIVATEBLOB"), &none, 0, second, sizeof(second), &again), NTE_SUCCESS);
    assert_int_equal(again, size);
    assert_memory_equal(first, second, size);
    assert_int_equal(key_export(key, wide("CAPIPRIVATEBLOB"), &none, UNIX_EXPORT_UNFINISHED, first, sizeof(first),
                                &again), NTE_INVALID_HANDLE);
    assert_int_equal(key_delete(key), NTE_SUCCESS);
}

static int make_stores(void **state)
{
    (void)state;
    if (!mkdtemp(root)) return -1;
    snprintf(user_dir, sizeof(user_dir), "%s/user", root);
    snprintf(machine_dir, sizeof(machine_dir), "%s/machine", root);
    return engine_attach(user_dir, machine_dir, GUID);
}

static void remove_dir(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *entry;
    char file[512];

    while (dir && (entry = readdir(dir)))
    {
        snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
        unlink(file);
    }
    if (dir) closedir(dir);
    rmdir(path);
}

static int remove_stores(void **state)
{
    (void)state;
    remove_dir(user_dir);
    remove_dir(machine_dir);
    store_close(key_store(0));
    store_close(key_store(FLAG_MACHINE_KEY));
    return rmdir(root);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(stored_key_survives_its_handle),
        cmocka_unit_test(nothing_is_stored_before_finalize),
        cmocka_unit_test(overwrite_replaces_at_finalize),
        cmocka_unit_test(a_lost_race_leaves_the_handle_unfinalized),
        cmocka_unit_test(user_and_machine_keys_are_apart),
        cmocka_unit_test(properties_come_back),
        cmocka_unit_test(usage_forbids),
        cmocka_unit_test(no_change_of_a_property_is_lost),
        cmocka_unit_test(many_threads_sign_with_one_key),
        cmocka_unit_test(reading_does_not_wait_for_generation),
        cmocka_unit_test(a_key_deleted_meanwhile_stays_deleted),
        cmocka_unit_test(export_obeys_the_policy),
        cmocka_unit_test(import_under_a_name),
        cmocka_unit_test(enumeration_tells_each_key_once),
        cmocka_unit_test(names_are_data),
        cmocka_unit_test(numbers_before_finalize),
    };

    return cmocka_run_group_tests(tests, make_stores, remove_stores);
}
