/* SPDX-License-Identifier: LGPL-2.1-or-later
 * key.c, property.c, transfer.c, operation.c, enumerate.c: the objects behind the handles, without Windows.
 * What the API answers is proved under Wine (tests/ncrypt); here are the life of a key and the disk, where the
 * sanitizers see them. Several threads: test_key_threads.c. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "key_sample.h"
#include "shared.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

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

static nte_status persist_u32(struct key *key, const char *name, uint32_t value)
{
    return property_set(&key->object, wide(name), run(&value, sizeof(value)), FLAG_PERSIST);
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

static nte_status sign(struct key *key, const struct padding *padding, uint8_t *signature, uint32_t *size)
{
    static const uint8_t digest[32] = "a digest of thirty-two octets ..";

    return key_sign(key, padding, padding->scheme, run(digest, sizeof(digest)), signature, 4096, size);
}

static nte_status verify(struct key *key, const struct padding *padding, const uint8_t *signature, uint32_t size)
{
    static const uint8_t digest[32] = "a digest of thirty-two octets ..";

    return key_verify(key, padding, padding->scheme, run(digest, sizeof(digest)), run(signature, size));
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
    assert_int_equal(set_u32(loser, "Key Usage", USAGE_SIGNING), NTE_SUCCESS);
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
    assert_int_equal(set_u32(key, "Length", 2048), NTE_SUCCESS);
    assert_int_equal(set_u32(key, "Length", 2049), NTE_INVALID_PARAMETER);
    assert_int_equal(persist_u32(key, "Export Policy", 3), NTE_SUCCESS);
    assert_int_equal(persist_u32(key, "Key Usage", USAGE_SIGNING), NTE_SUCCESS);
    assert_int_equal(set_custom(key, "before", "one"), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(set_custom(key, "after", "two"), NTE_SUCCESS);
    assert_int_equal(set_custom(key, "empty", ""), NTE_SUCCESS);
    assert_int_equal(persist_u32(key, "Export Policy", 0), NTE_NOT_SUPPORTED);
    assert_int_equal(persist_u32(key, "Key Usage", USAGE_ALL), NTE_BAD_KEY_STATE);

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
    assert_int_equal(set_u32(key, "Key Usage", USAGE_DECRYPT), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(sign(key, &padding, buffer, &size), NTE_PERM);
    key_free(key);

    key = create("RSA", NULL, 0);
    assert_int_equal(set_u32(key, "Key Usage", USAGE_SIGNING), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(key_decrypt(key, &padding, PAD_PKCS1, input, NULL, 0, &size), NTE_PERM);
    key_free(key);
}

static void export_obeys_the_policy(void **state)
{
    struct key *key = create_final("ECDSA_P256", NULL), *copy;
    struct blob_options wrapping = {.algorithms = &all_algorithms, .wrapping = key->material};
    struct padding padding = {0};
    uint8_t blob[256];
    struct bytes whole = {blob, 0};
    uint32_t size;

    (void)state;
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_NOT_SUPPORTED);
    assert_int_equal(persist_u32(key, "Export Policy", ALLOW_EXPORT), NTE_SUCCESS);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_NOT_SUPPORTED);
    assert_int_equal(persist_u32(key, "Export Policy", ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &wrapping, 0, blob, sizeof(blob), &size),
                     NTE_NOT_SUPPORTED);
    assert_int_equal(key_export(key, wide("RSAPUBLICBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_BAD_TYPE);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, 103, &size), NTE_BUFFER_TOO_SMALL);
    assert_int_equal(size, 104);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    whole.size = size;
    assert_int_equal(key_import(&software_provider, wide("PRIVATEBLOB"), whole, &none, named(NULL), 0, &copy),
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
    struct bytes whole = {blob, 0}, public_part = {public_blob, 0};
    uint32_t size;

    (void)state;
    assert_int_equal(set_u32(key, "Export Policy", 3), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(key_export(key, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    whole.size = size;
    assert_int_equal(key_export(key, wide("ECCPUBLICBLOB"), &none, 0, public_blob, sizeof(public_blob), &size),
                     NTE_SUCCESS);
    public_part.size = size;

    assert_int_equal(key_import(&software_provider, wide("ECCPUBLICBLOB"), public_part, &none, named("guest"), 0,
                                &first),
                     NTE_NOT_SUPPORTED);
    assert_int_equal(key_import(&software_provider, wide("ECCPRIVATEBLOB"), whole, &none, named("guest"), 0, &first),
                     NTE_SUCCESS);
    assert_int_equal(key_import(&software_provider, wide("ECCPRIVATEBLOB"), whole, &none, named("guest"), 0, &second),
                     NTE_EXISTS);
    assert_int_equal(key_import(&software_provider, wide("ECCPRIVATEBLOB"), whole, &none, named("guest"),
                                FLAG_OVERWRITE_KEY | FLAG_DO_NOT_FINALIZE, &second), NTE_SUCCESS);
    assert_int_equal(set_u32(second, "Export Policy", 1), NTE_SUCCESS);
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
    assert_int_equal(property_set(&key->object, wide("ECCPRIVATEBLOB"), public_part, FLAG_SILENT),
                     NTE_INVALID_PARAMETER);
    assert_int_equal(property_set(&key->object, wide("ECCPRIVATEBLOB"), whole, FLAG_SILENT), NTE_SUCCESS);
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

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(stored_key_survives_its_handle, take_back),
        cmocka_unit_test_teardown(nothing_is_stored_before_finalize, take_back),
        cmocka_unit_test_teardown(overwrite_replaces_at_finalize, take_back),
        cmocka_unit_test_teardown(a_lost_race_leaves_the_handle_unfinalized, take_back),
        cmocka_unit_test_teardown(user_and_machine_keys_are_apart, take_back),
        cmocka_unit_test_teardown(properties_come_back, take_back),
        cmocka_unit_test_teardown(usage_forbids, take_back),
        cmocka_unit_test_teardown(export_obeys_the_policy, take_back),
        cmocka_unit_test_teardown(import_under_a_name, take_back),
        cmocka_unit_test_teardown(enumeration_tells_each_key_once, take_back),
        cmocka_unit_test_teardown(names_are_data, take_back),
        cmocka_unit_test_teardown(numbers_before_finalize, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
