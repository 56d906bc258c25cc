/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One key in the hands of many threads: every property, operation and export at once, while it is made, when it is
 * finished, and when somebody deletes it. Says little by itself; check-threads runs it under the thread sanitizer,
 * which sees each access that no lock guards. Statuses are only counted: what they should be is proved elsewhere. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <cmocka.h>

#include "algorithm.h"
#include "rsa/rsa.h"
#include "../../dlls/ncryptprov/unixlib.h"
#include "protect_sample.h"
#include "key/agreement.h"

#define THREADS 8

static struct key_name key_name(uint16_t buffer[80], const char *name)
{
    u16_from_ascii(buffer, name);
    return (struct key_name){buffer, buffer, NULL};
}

static struct key *create(const char *algorithm, const char *name)
{
    uint16_t id[80], buffer[80];
    struct key_name pair = {NULL, NULL, NULL};
    struct key *key;

    u16_from_ascii(id, algorithm);
    if (name) pair = key_name(buffer, name);
    assert_int_equal(key_create(&software_provider, id, pair, 0, FLAG_OVERWRITE_KEY, &key), NTE_SUCCESS);
    return key;
}

/* --- properties --- */

/* check-threads compares these names with those of property.c. */
static const char *const properties[] =
{
    "Name", "Unique Name", "Algorithm Name", "Algorithm Group", "Length", "Lengths", "PublicKeyLength", "Block Length",
    "SignatureLength", "ECCCurveName", "ECCParameters", "ECCCurveNameList", "DHParameters", "ParameterSetName",
    "KEMSharedSecretLength", "KEMCiphertextLength", "KDFKeySecret", "Chaining Mode", "IV", "AuthTagLength",
    "Export Policy", "Key Usage", "Key Type", "Modified", "UI Policy", "SmartCardKeyCertificate", "Security Descr",
    "HWND Handle", "Use Context", "SmartCardPin", "HkdfHashAlgorithm", "HkdfSaltAndFinalize", "HkdfPrkAndFinalize",
    "a custom one",
};
#define PROPERTIES (sizeof(properties) / sizeof(properties[0]))

static uint32_t property_flags(const char *name)
{
    if (!strcmp(name, "a custom one")) return FLAG_PERSIST_ONLY;
    return strcmp(name, "Security Descr") ? 0 : 4;          /* DACL_SECURITY_INFORMATION */
}

static void get_property(struct key *key, const char *name)
{
    uint8_t output[4096];
    uint16_t wide[80];
    uint32_t size;

    u16_from_ascii(wide, name);
    property_get(&key->object, wide, property_flags(name), output, sizeof(output), &size);
}

/* Values that make sense for most; the rest is refused, and refusing looks at the key as well. */
static struct bytes property_value(const char *name, uint16_t buffer[80])
{
    static const uint32_t numbers[] = {512, 3, 0xffffff};
    static const char *const texts[][2] =
    {
        {"ECCCurveName", "nistP256"}, {"Chaining Mode", "ChainingModeCBC"}, {"HkdfHashAlgorithm", "SHA256"},
        {"SmartCardPin", "a password"}, {"ParameterSetName", "512"},
    };
    size_t i;

    for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
    {
        if (strcmp(name, texts[i][0])) continue;
        u16_from_ascii(buffer, texts[i][1]);
        return (struct bytes){(const uint8_t *)buffer, 2 * (strlen(texts[i][1]) + 1)};
    }
    if (!strcmp(name, "Export Policy")) return (struct bytes){(const uint8_t *)&numbers[1], 4};
    if (!strcmp(name, "Key Usage")) return (struct bytes){(const uint8_t *)&numbers[2], 4};
    if (!strcmp(name, "IV")) return (struct bytes){(const uint8_t *)"sixteen octets ..", 16};
    return (struct bytes){(const uint8_t *)&numbers[0], 4};
}

static void set_property(struct key *key, const char *name)
{
    uint16_t wide[80], buffer[80];

    u16_from_ascii(wide, name);
    property_set(&key->object, wide, property_value(name, buffer), property_flags(name));
}

/* --- operations and exports --- */

static const char *const blob_types[] =
{
    "PKCS8_PRIVATEKEY", "PKCS7_ENVELOPE", "RSAPUBLICBLOB", "RSAPRIVATEBLOB", "RSAFULLPRIVATEBLOB", "PUBLICBLOB",
    "PRIVATEBLOB", "ECCPUBLICBLOB", "ECCPRIVATEBLOB", "ECCFULLPUBLICBLOB", "ECCFULLPRIVATEBLOB", "CipherKeyBlob",
    "Rfc3565KeyWrapBlob", "KDFKeyBlob", "OpaqueTransport", "DSAPUBLICBLOB", "DSAPRIVATEBLOB", "DHPUBLICBLOB",
    "DHPRIVATEBLOB", "CAPIPUBLICBLOB", "CAPIPRIVATEBLOB", "CAPIDSAPUBLICBLOB", "CAPIDSAPRIVATEBLOB",
    "V2CAPIDSAPUBLICBLOB", "V2CAPIDSAPRIVATEBLOB", "CAPIDHPUBLICBLOB", "CAPIDHPRIVATEBLOB", "PQDSAPUBLICBLOB",
    "PQDSAPRIVATEBLOB", "PQDSAPRIVATESEEDBLOB", "MLKEMPUBLICBLOB", "MLKEMPRIVATEBLOB", "MLKEMPRIVATESEEDBLOB",
    "PQPrivateKeyBlob", "one that is not there",
};
#define BLOB_TYPES (sizeof(blob_types) / sizeof(blob_types[0]))

/* Operations that did something: sign, encrypt, export, agree or derive, encapsulate. */
static atomic_int done[5];

static void export_key(struct key *key, const char *type)
{
    static const struct blob_options none = {.algorithms = &all_algorithms};
    uint8_t output[4096];
    uint16_t wide[80];
    uint32_t size;

    u16_from_ascii(wide, type);
    if (!key_export(key, wide, &none, 0, output, sizeof(output), &size)) done[2]++;
}

static void sign_and_verify(struct key *key)
{
    struct padding padding = {.scheme = key->alg->family == &rsa_family ? PAD_PKCS1 : 0};
    struct bytes hash = {(const uint8_t *)"a hash of twenty oct", 20};
    uint8_t output[4096];
    uint32_t size;

    if (key_sign(key, &padding, padding.scheme, hash, output, sizeof(output), &size)) return;
    done[0]++;
    if (key_verify(key, &padding, padding.scheme, hash, (struct bytes){output, size})) abort();
}

static void encrypt_and_decrypt(struct key *key)
{
    struct padding padding = {.scheme = key->alg->family == &rsa_family ? PAD_PKCS1 : 0};
    struct bytes text = {(const uint8_t *)"sixteen octets ..", 16};
    uint8_t output[4096], again[4096];
    uint32_t size;

    if (key_encrypt(key, &padding, padding.scheme, text, output, sizeof(output), &size)) return;
    done[1]++;
    key_decrypt(key, &padding, padding.scheme, (struct bytes){output, size}, again, sizeof(again), &size);
}

static void agree_and_derive(struct key *key)
{
    static const struct kdf_parameters none;
    struct agreement *agreement;
    uint8_t output[64];
    uint16_t hash[8];
    uint32_t size;

    u16_from_ascii(hash, "HASH");
    if (!key_derive(key, &none, 0, output, sizeof(output), &size)) done[3]++;
    if (agreement_make(key, key, 0, &agreement)) return;
    if (!agreement_derive(agreement, hash, &none, 0, output, sizeof(output), &size)) done[3]++;
    agreement_free(agreement);
}

static void encapsulate_and_decapsulate(struct key *key)
{
    uint8_t secret[32], ciphertext[768], again[32];
    struct encapsulation e = {secret, ciphertext, sizeof(secret), sizeof(ciphertext)};
    uint32_t size;

    if (key_encapsulate(key, 0, &e)) return;
    done[4]++;
    if (key_decapsulate(key, 0, bytes_of(ciphertext, e.ciphertext_size), again, sizeof(again), &size)) abort();
    if (memcmp(secret, again, sizeof(secret))) abort();
}

/* What a CAPI container takes from a key that is not finished, and what fills one that is not. */
static void take_and_set_numbers(struct key *key)
{
    static const char *const types[] = {"RSAFULLPRIVATEBLOB", "ECCPRIVATEBLOB", "CipherKeyBlob", "KDFKeyBlob"};
    static const struct blob_options none = {.algorithms = &all_algorithms};
    uint8_t output[4096];
    uint16_t type[80];
    uint32_t size;
    size_t i;

    for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
    {
        u16_from_ascii(type, types[i]);
        if (key_export(key, type, &none, UNIX_EXPORT_UNFINISHED, output, sizeof(output), &size)) continue;
        property_set(&key->object, type, (struct bytes){output, size}, 0);
    }
}

static void ask_about_protection(struct key *key)
{
    key_is_protected(key);
    object_asks_for(&key->object);
    object_unlock(&key->object, (struct bytes){NULL, 0});
}

static void (*const operations[])(struct key *key) =
{
    sign_and_verify, encrypt_and_decrypt, agree_and_derive, encapsulate_and_decapsulate, take_and_set_numbers,
    ask_about_protection,
};
#define OPERATIONS (sizeof(operations) / sizeof(operations[0]))
#define ACTIONS    (2 * PROPERTIES + BLOB_TYPES + OPERATIONS)

static void act(struct key *key, size_t action)
{
    if (action < PROPERTIES) get_property(key, properties[action]);
    else if ((action -= PROPERTIES) < PROPERTIES) set_property(key, properties[action]);
    else if ((action -= PROPERTIES) < BLOB_TYPES) export_key(key, blob_types[action]);
    else operations[action - BLOB_TYPES](key);
}

/* --- everything at once --- */

struct hammer
{
    pthread_t thread;
    pthread_barrier_t *start;
    struct key *key;
    int number, rounds;
};

/* No number has a factor in common with ACTIONS, else a thread would leave some out. */
static const size_t steps[THREADS] = {1, 3, 5, 7, 9, 11, 13, 15};

/* Each thread begins with another action, and goes through them in steps of another width. */
static void *swing(void *arg)
{
    struct hammer *hammer = arg;
    size_t i, action = hammer->number * (ACTIONS / THREADS);

    pthread_barrier_wait(hammer->start);
    for (i = 0; i < hammer->rounds * ACTIONS; i++)
    {
        if (i == ACTIONS / 2) key_finalize(hammer->key, 0);
        act(hammer->key, action);
        action = (action + steps[hammer->number]) % ACTIONS;
    }
    return NULL;
}

static void test_steps_reach_every_action(void **state)
{
    size_t i, n, action;

    (void)state;
    for (i = 0; i < THREADS; i++)
    {
        for (n = 1, action = steps[i]; action % ACTIONS; n++) action += steps[i];
        assert_int_equal(n, ACTIONS);
    }
}

static void run_threads(void *(*work)(void *arg), struct key *key, int rounds)
{
    struct hammer hammers[THREADS];
    pthread_barrier_t start;
    int i;

    pthread_barrier_init(&start, NULL, THREADS);
    for (i = 0; i < THREADS; i++)
    {
        hammers[i] = (struct hammer){.start = &start, .key = key, .number = i, .rounds = rounds};
        assert_int_equal(pthread_create(&hammers[i].thread, NULL, work, &hammers[i]), 0);
    }
    for (i = 0; i < THREADS; i++) pthread_join(hammers[i].thread, NULL);
    pthread_barrier_destroy(&start);
}

/* A key of each family, stored or not. */
static void test_one_key_in_many_hands(void **state)
{
    static const struct { const char *algorithm, *name; } kinds[] =
    {
        {"RSA", "rsa"}, {"RSA", NULL}, {"DSA", NULL}, {"DH", NULL}, {"ECDSA_P256", "ecdsa"}, {"ECDSA", "curve"},
        {"ECDH_P256", NULL}, {"AES", "aes"}, {"AES", NULL}, {"HKDF", NULL}, {"PBKDF2", NULL},
        {"ML-KEM", "encapsulation"}, {"ML-KEM", NULL},
    };
    struct key *key;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
    {
        key = create(kinds[i].algorithm, kinds[i].name);
        set_property(key, "Length");
        set_property(key, "Export Policy");
        set_property(key, "ECCCurveName");
        set_property(key, "ParameterSetName");
        run_threads(swing, key, 2);
        if (!key->name || key_delete(key)) key_free(key);
    }
    for (i = 0; i < sizeof(done) / sizeof(done[0]); i++) assert_true(done[i] > 0);
}

/* --- the chain of a symmetric key, which properties and operations change alike --- */

static void *use_chain(void *arg)
{
    struct hammer *hammer = arg;
    int i;

    pthread_barrier_wait(hammer->start);
    for (i = 0; i < 100; i++)
    {
        if (hammer->number % 2) encrypt_and_decrypt(hammer->key);
        else set_property(hammer->key, i % 2 ? "IV" : "Chaining Mode");
        get_property(hammer->key, "AuthTagLength");
    }
    return NULL;
}

static void test_one_chain(void **state)
{
    struct key *key = create("AES", NULL);
    int before = done[1];

    (void)state;
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    run_threads(use_chain, key, 1);
    assert_true(done[1] > before);
    key_free(key);
}

/* --- short lives: what happens in the moment when a key is finished --- */

static void *look_while_it_is_finished(void *arg)
{
    static const char *const seen[] = {"Modified", "Length", "Export Policy", "a custom one"};
    struct hammer *hammer = arg;
    size_t i;

    pthread_barrier_wait(hammer->start);
    for (i = 0; i < 60; i++)
    {
        if (i == 10 && !hammer->number) key_finalize(hammer->key, 0);
        get_property(hammer->key, seen[i % 4]);
        if (i % 16 == 8) set_property(hammer->key, "Length");
    }
    return NULL;
}

static void test_many_short_lives(void **state)
{
    struct key *key;
    int i;

    (void)state;
    for (i = 0; i < 60; i++)
    {
        key = create("AES", "short");
        run_threads(look_while_it_is_finished, key, 1);
        assert_int_equal(key_delete(key), NTE_SUCCESS);
    }
}

/* --- one after the other, with nothing but the locks of the key between them --- */

struct pair
{
    struct key *key;
    atomic_int finished;
};

static void *finish(void *arg)
{
    struct pair *pair = arg;

    if (key_finalize(pair->key, 0)) abort();
    atomic_store_explicit(&pair->finished, 1, memory_order_relaxed);
    return NULL;
}

/* Without a word between the two threads that would put them in order. */
static void *delete_when_finished(void *arg)
{
    struct pair *pair = arg;

    while (!atomic_load_explicit(&pair->finished, memory_order_relaxed)) sched_yield();
    if (key_delete(pair->key)) abort();
    return NULL;
}

static void test_finished_here_deleted_there(void **state)
{
    struct pair pair = {create("AES", "pair"), 0};
    pthread_t threads[2];

    (void)state;
    assert_int_equal(pthread_create(&threads[0], NULL, delete_when_finished, &pair), 0);
    assert_int_equal(pthread_create(&threads[1], NULL, finish, &pair), 0);
    pthread_join(threads[0], NULL);
    pthread_join(threads[1], NULL);
}

/* --- under a password --- */

static void *sign_many(void *arg)
{
    struct hammer *hammer = arg;
    int i;

    pthread_barrier_wait(hammer->start);
    for (i = 0; i < 20; i++)
    {
        if (!hammer->number && !i) object_unlock(&hammer->key->object, (struct bytes){(const uint8_t *)"p\0", 2});
        ask_about_protection(hammer->key);
        sign_and_verify(hammer->key);
        export_key(hammer->key, "ECCPUBLICBLOB");
        get_property(hammer->key, "SignatureLength");
    }
    return NULL;
}

static void test_unlocked_while_in_use(void **state)
{
    static const uint32_t policy[5] = {1, 2};               /* NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG */
    struct key *key = create("ECDSA_P256", "locked"), *opened;
    uint16_t name[80], buffer[80];
    int before = done[0];

    (void)state;
    u16_from_ascii(name, "UI Policy");
    assert_int_equal(property_set(&key->object, name, (struct bytes){(const uint8_t *)policy, 20}, 0), NTE_SUCCESS);
    assert_int_equal(object_unlock(&key->object, (struct bytes){(const uint8_t *)"p\0", 2}), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(key_open(&software_provider, key_name(buffer, "locked"), 0, 0, &opened), NTE_SUCCESS);
    run_threads(sign_many, opened, 1);
    assert_true(done[0] > before);
    key_free(opened);
    assert_int_equal(key_delete(key), NTE_SUCCESS);
}

/* --- what check-threads runs first: a race that the sanitizer must see --- */

static int unguarded;

static void *touch(void *arg)
{
    struct hammer *hammer = arg;

    pthread_barrier_wait(hammer->start);
    unguarded += hammer->number;
    return NULL;
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_steps_reach_every_action),
        place_test(test_one_key_in_many_hands),
        place_test(test_one_chain),
        place_test(test_many_short_lives),
        place_test(test_finished_here_deleted_there),
        place_test(test_unlocked_while_in_use),
    };

    if (argc > 1 && !strcmp(argv[1], "race"))
    {
        run_threads(touch, NULL, 1);
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
