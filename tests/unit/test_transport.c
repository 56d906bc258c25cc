/* SPDX-License-Identifier: LGPL-2.1-or-later
 * transport.c, store_seal.c: OpaqueTransport where the sanitizers see it, and where there is no store key; the
 * chain of a handle from many threads. What the API answers is proved under Wine (tests/ncrypt/transport.c). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "algorithm.h"
#include "crypto_sample.h"
#include "key/key.h"
#include "old_files.h"

#define GUID "95bc46f5-3c31-4bdc-a198-e24071284e86"

static const struct blob_options no_options = {.algorithms = &all_algorithms};
static char root[] = "/tmp/test_transport.XXXXXX";
static char user_dir[64], machine_dir[64];

static struct key_name named(const char *name)
{
    return (struct key_name){name ? wide(name) : NULL, name ? wide(name) : NULL, NULL};
}

static struct key *create(const char *alg, const char *name, uint32_t flags)
{
    struct key *key;

    assert_status(key_create(&software_provider, wide(alg), named(name), 0, flags, &key), NTE_SUCCESS);
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
    nte_status status = key_import(&software_provider, wide("OpaqueTransport"), copy, &no_options, named(NULL), 0, key);

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
        assert_status(key_open(&software_provider, named("round trip"), 0, i % 2 ? FLAG_MACHINE_KEY : 0, &again),
                      NTE_SUCCESS);
        assert_string_equal(again->alg->id, algorithms[i / 2]);
        assert_status(key_delete(again), NTE_SUCCESS);
    }
}

static int sealed, unsealed;

static nte_status count_seal(struct store *store, const struct stored_key *stored, struct writer *w)
{
    sealed++;
    return store_seal(store, stored, w);
}

static nte_status count_unseal(struct store *store, struct bytes image, struct stored_key *stored)
{
    unsealed++;
    return store_unseal(store, image, stored);
}

static nte_status import_for(const struct provider_class *provider, struct bytes blob, struct key **key)
{
    return key_import(provider, wide("OpaqueTransport"), blob, &no_options, named(NULL), 0, key);
}

/* Keys of a provider with a vault and algorithms of its own. */
static void other_provider(void **state)
{
    const struct algorithm_list only_aes = {algorithm_find_ascii("AES"), 1};
    struct provider_class provider = software_provider;
    struct vault vault = key_files;
    struct key *rsa = create("RSA", "rsa", 0), *aes = create("AES", "aes", 0), *key;
    struct bytes blob = export(rsa);

    (void)state;
    vault.seal = count_seal;
    vault.unseal = count_unseal;
    provider.vault = &vault;
    provider.algorithms = &only_aes;
    assert_status(import_for(&provider, blob, &key), NTE_NOT_SUPPORTED);
    assert_int_equal(unsealed, 1);
    assert_status(key_open(&provider, named("rsa"), 0, 0, &key), NTE_NOT_SUPPORTED);
    assert_status(key_delete(rsa), NTE_SUCCESS);

    blob = export(aes);
    assert_status(key_delete(aes), NTE_SUCCESS);
    assert_status(import_for(&provider, blob, &key), NTE_SUCCESS);
    assert_int_equal(unsealed, 2);
    assert_int_equal(sealed, 0);
    export(key);
    assert_int_equal(sealed, 1);
    assert_status(key_delete(key), NTE_SUCCESS);
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

/* --- what an image carries is final --- */

static struct key *import_unfinished(struct bytes blob)
{
    struct key *key;

    assert_status(key_import(&software_provider, wide("OpaqueTransport"), blob, &no_options, named(NULL),
                             FLAG_DO_NOT_FINALIZE, &key),
                  NTE_SUCCESS);
    return key;
}

static nte_status set_u32(struct key *key, const char *name, uint32_t value)
{
    return property_set(&key->object, wide(name), run(&value, sizeof(value)), 0);
}

static nte_status export_status(struct key *key, const char *type)
{
    uint8_t *blob = take(1024);
    uint32_t size;

    return key_export(key, wide(type), &no_options, 0, blob, 1024, &size);
}

/* Policy 1 and usage 1 are what the image says. */
static void check_final(struct key *key)
{
    assert_int_equal(key->export_policy, ALLOW_EXPORT);
    assert_status(set_u32(key, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT), NTE_NOT_SUPPORTED);
    assert_status(set_u32(key, "Export Policy", ALLOW_PLAINTEXT_ARCHIVING), NTE_NOT_SUPPORTED);
    assert_status(set_u32(key, "Key Usage", 3), NTE_BAD_KEY_STATE);
    assert_int_equal(key->export_policy, ALLOW_EXPORT);
    assert_int_equal(key->key_usage, 1);
}

static void policies_are_final(void **state)
{
    struct key *key;
    struct bytes blob;
    int i;

    (void)state;
    for (i = 0; i < 2; i++)
    {
        assert_status(key_create(&software_provider, wide("AES"), named(i ? "final" : NULL), 0, 0, &key), NTE_SUCCESS);
        key->export_policy = ALLOW_EXPORT;
        key->key_usage = 1;
        assert_status(key_finalize(key, 0), NTE_SUCCESS);
        blob = export(key);
        assert_status(key_delete(key), NTE_SUCCESS);

        key = import_unfinished(blob);
        check_final(key);
        assert_status(key_finalize(key, 0), NTE_SUCCESS);
        check_final(key);
        assert_status(export_status(key, "CipherKeyBlob"), NTE_NOT_SUPPORTED);
        assert_status(key_delete(key), NTE_SUCCESS);

        key = import_unfinished(blob);
        assert_status(set_u32(key, "Export Policy", 0), NTE_SUCCESS);
        assert_status(set_u32(key, "Key Usage", 0), NTE_SUCCESS);
        assert_status(key_finalize(key, 0), NTE_SUCCESS);
        assert_status(export_status(key, "OpaqueTransport"), NTE_NOT_SUPPORTED);
        assert_status(key_delete(key), NTE_SUCCESS);
    }
}

/* The one export of an archiving bit is not had again by way of an image, whether it was used or not. */
static void archiving_stays_used(void **state)
{
    struct key *key, *again;
    struct bytes blob;

    (void)state;
    assert_status(key_create(&software_provider, wide("AES"), named("archived"), 0, 0, &key), NTE_SUCCESS);
    key->export_policy = ALLOW_EXPORT | ALLOW_PLAINTEXT_ARCHIVING;
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    blob = export(key);
    assert_status(export_status(key, "CipherKeyBlob"), NTE_SUCCESS);
    assert_status(export_status(key, "CipherKeyBlob"), NTE_NOT_SUPPORTED);
    assert_status(key_delete(key), NTE_SUCCESS);
    again = import_unfinished(blob);
    assert_status(set_u32(again, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_ARCHIVING), NTE_SUCCESS);
    assert_status(key_finalize(again, 0), NTE_SUCCESS);
    assert_status(export_status(again, "CipherKeyBlob"), NTE_NOT_SUPPORTED);
    assert_status(key_delete(again), NTE_SUCCESS);

    assert_status(key_create(&software_provider, wide("AES"), named("archived"), 0, 0, &key), NTE_SUCCESS);
    key->export_policy = ALLOW_ARCHIVING;
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    blob = export(key);                             /* this is the one */
    assert_status(key_delete(key), NTE_SUCCESS);
    again = take_key(blob);
    assert_status(export_status(again, "OpaqueTransport"), NTE_NOT_SUPPORTED);
    assert_status(key_delete(again), NTE_SUCCESS);
}

/* No image of ours carries a policy that protects; one that does is of a key that asks. */
static struct bytes image_that_asks(uint32_t protection)
{
    const uint32_t policy[5] = {1, protection};
    struct key *key = create("ECDSA_P256", NULL, 0);
    struct stored_key stored = {0};
    struct writer w = {0};
    struct bytes blob;

    assert_status(key_describe(key, key->material, &stored), NTE_SUCCESS);
    stored.name = secret_alloc(10);
    u16_from_ascii(stored.name, "asks");
    assert_status(property_list_set(&stored.properties, wide("UI Policy"), policy, sizeof(policy)), NTE_SUCCESS);
    assert_status(store_seal(key_store(0), &stored, &w), NTE_SUCCESS);
    blob = run(memcpy(take(w.used), w.data, w.used), w.used);
    stored_key_free(&stored);
    writer_free(&w);
    key_free(key);
    return blob;
}

static void consent_stays(void **state)
{
    static const uint32_t none[5] = {1};
    uint32_t protection;
    struct key *key;

    (void)state;
    for (protection = UI_PROTECT_KEY; protection <= UI_FORCE_HIGH_PROTECTION; protection++)
    {
        key = import_unfinished(image_that_asks(protection));
        assert_status(property_set(&key->object, wide("UI Policy"), run(none, sizeof(none)), 0), NTE_BAD_KEY_STATE);
        assert_status(property_set(&key->object, wide("UI Policy"), run(none, sizeof(none)),
                                   FLAG_PERSIST | FLAG_PERSIST_ONLY), NTE_BAD_KEY_STATE);
        assert_status(key_finalize(key, 0), NTE_SILENT_CONTEXT);
        assert_int_equal(key_is_protected(key), 1);
        key_free(key);
        assert_status(import(image_that_asks(protection), &key), NTE_SILENT_CONTEXT);
    }
}

/* --- key files, and images of version 0.1.0 --- */

static void write_bytes_to(const char *name, struct bytes bytes)
{
    char path[128];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", user_dir, name);
    assert_non_null(file = fopen(path, "w"));
    assert_int_equal(fchmod(fileno(file), 0600), 0);
    assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
    fclose(file);
}

static struct bytes read_key_file(const struct key *key)
{
    uint8_t *image = take(4096);
    char path[PATH_MAX];
    FILE *file;
    size_t size;

    snprintf(path, sizeof(path), "%s/%s", user_dir, key->unique);
    assert_non_null(file = fopen(path, "r"));
    size = fread(image, 1, 4096, file);
    fclose(file);
    return run(image, size);
}

static void check_no_image(struct bytes file)
{
    struct key *key;

    assert_status(import(file, &key), NTE_BAD_DATA);
    assert_status(key_import(&software_provider, wide("OpaqueTransport"), file, &no_options, named("taken"),
                             FLAG_DO_NOT_FINALIZE, &key),
                  NTE_BAD_DATA);
}

static void key_file_is_no_image(void **state)
{
    struct key *key = create("ECDSA_P256", "file", 0);

    (void)state;
    check_no_image(read_key_file(key));
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* A process that has the store key of 0.1.0. */
static int with_old_store_key(void)
{
    struct key_name name;
    struct key *key;

    if (engine_attach(user_dir, machine_dir, GUID)) return 1;
    check_no_image(hex(old_alpha));
    check_no_image(hex(old_asks));
    if (import(hex(old_locked), &key) != NTE_BAD_DATA) return 2;
    key = import_unfinished(hex(old_carried));
    check_final(key);
    key_free(key);
    if (import(hex(old_carried), &key)) return 3;
    assert_status(export_status(key, "CipherKeyBlob"), NTE_NOT_SUPPORTED);
    name = (struct key_name){wide("Carried"), wide("carried"), NULL};
    assert_status(key_open(&software_provider, name, 0, 0, &key),
                  NTE_SUCCESS);     /* under the MachineGuid of this prefix */
    if (import(hex(old_ephemeral), &key)) return 4;
    assert_status(set_u32(key, "Export Policy", 3), NTE_NOT_SUPPORTED);
    return 0;
}

static void old_images(void **state)
{
    char line[160];
    int status;
    pid_t child;

    (void)state;
    snprintf(line, sizeof(line), "rm -r %s; mkdir -m 700 %s", user_dir, user_dir);
    assert_int_equal(system(line), 0);
    write_bytes_to(".store-key", hex(old_store_key));
    if (!(child = fork())) _exit(with_old_store_key());
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    snprintf(line, sizeof(line), "rm -r %s", user_dir);
    assert_int_equal(system(line), 0);
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
        cmocka_unit_test_setup(other_provider, take_back),
        cmocka_unit_test_setup(malformed, take_back),
        cmocka_unit_test_setup(policies_are_final, take_back),
        cmocka_unit_test_setup(archiving_stays_used, take_back),
        cmocka_unit_test_setup(consent_stays, take_back),
        cmocka_unit_test_setup(key_file_is_no_image, take_back),
        cmocka_unit_test_setup(old_images, take_back),
        cmocka_unit_test_setup(threads, take_back),
        cmocka_unit_test_setup(other_store_key, take_back),
    };

    return cmocka_run_group_tests_name("transport", tests, make_root, remove_root);
}
