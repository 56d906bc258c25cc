/* SPDX-License-Identifier: LGPL-2.1-or-later
 * property.c: the table of properties, which names are custom ones, flags and sizes, and until when a property may be
 * set. What each value is, is told under Wine (tests/ncrypt/property_*.c). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "key_sample.h"

static nte_status get(struct object *object, const char *name, uint32_t flags, uint32_t *size)
{
    uint8_t data[8192];

    return property_get(object, wide(name), flags, data, sizeof(data), size);
}

static nte_status put(struct object *object, const char *name, struct bytes value, uint32_t flags)
{
    return property_set(object, wide(name), value, flags);
}

enum access { NEITHER, READ, WRITE, BOTH };

static void check_access(struct object *object, const char *name, enum access access)
{
    uint32_t size;
    nte_status status = get(object, name, 0, &size);

    if (access & READ) assert_status(status, NTE_SUCCESS);
    else assert_status(status, NTE_NOT_SUPPORTED);
    /* five octets are no value of any property that is a number: the setter was asked, if there is one */
    status = put(object, name, text("12345"), 0);
    if (access & WRITE) assert_int_not_equal((uint32_t)status, (uint32_t)NTE_NOT_SUPPORTED);
    else assert_status(status, NTE_NOT_SUPPORTED);
}

static void test_provider(void **state)
{
    static const struct { const char *name; enum access access; } rows[] =
    {
        {"Name", READ}, {"Impl Type", READ}, {"Version", READ}, {"Max Name Length", READ},
        {"Security Descr Support", READ}, {"Enabled Use Count", READ}, {"ECCCurveNameList", READ},
        {"SmartCardPin", WRITE}, {"Length", NEITHER}, {"Export Policy", NEITHER}, {"name", NEITHER}, {"", NEITHER},
    };
    struct provider *provider;
    uint32_t size, value = 0;
    size_t i;

    (void)state;
    assert_status(provider_open(&software_provider, &provider), NTE_SUCCESS);
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) check_access(&provider->object, rows[i].name, rows[i].access);
    assert_status(property_get(&provider->object, wide("Max Name Length"), 0, (uint8_t *)&value, 4, &size),
                  NTE_SUCCESS);
    assert_int_equal(value, MAX_NAME_LENGTH);
    assert_status(get(&provider->object, "Use Context", 0, &size), NTE_NOT_FOUND);
    assert_status(put(&provider->object, "Use Context", text("why"), 0), NTE_SUCCESS);
    assert_status(get(&provider->object, "Use Context", 0, &size), NTE_SUCCESS);
    assert_int_equal(size, 3);
    object_free(&provider->object);
}

static void test_key(void **state)
{
    static const struct { const char *name; enum access access; } rows[] =
    {
        {"Name", READ}, {"Unique Name", READ}, {"Algorithm Name", READ}, {"Algorithm Group", READ}, {"Length", BOTH},
        {"Lengths", READ}, {"PublicKeyLength", READ}, {"SignatureLength", READ}, {"ECCCurveNameList", NEITHER},
        {"Export Policy", BOTH}, {"Key Usage", BOTH}, {"Key Type", READ}, {"SmartCardPin", WRITE},
        {"KDFKeySecret", NEITHER}, {"Impl Type", NEITHER}, {"length", NEITHER}, {"HkdfHashAlgorithm", NEITHER},
    };
    struct key *key = new_key("RSA", "a key");
    uint32_t size;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++) check_access(&key->object, rows[i].name, rows[i].access);
    assert_status(get(&key->object, "UI Policy", 0, &size), NTE_NOT_FOUND);
    assert_status(put(&key->object, "UI Policy", text("12345"), 0), NTE_INVALID_PARAMETER);
    assert_status(put(&key->object, "UI Policy", text("12345"), FLAG_PERSIST_ONLY), NTE_INVALID_PARAMETER);
    key_free(key);
    key = new_key("RSA", NULL);
    assert_status(get(&key->object, "Name", 0, &size), NTE_NOT_SUPPORTED);
    assert_status(get(&key->object, "Unique Name", 0, &size), NTE_NOT_SUPPORTED);
    key_free(key);
}

/* A name that is in no row: custom when it was said to be one. */
static void test_custom(void **state)
{
    struct key *key = new_key("RSA", "custom");
    struct provider *provider;
    uint32_t size;

    (void)state;
    assert_status(get(&key->object, "note", 0, &size), NTE_NOT_SUPPORTED);
    assert_status(get(&key->object, "note", FLAG_PERSIST_ONLY, &size), NTE_NOT_FOUND);
    assert_status(put(&key->object, "note", text("kept"), 0), NTE_NOT_SUPPORTED);           /* row 7.6 */
    assert_status(put(&key->object, "note", text("kept"), FLAG_PERSIST), NTE_SUCCESS);
    assert_status(get(&key->object, "note", 0, &size), NTE_SUCCESS);
    assert_int_equal(size, 4);
    assert_status(put(&key->object, "Length", text("a custom one"), FLAG_PERSIST_ONLY), NTE_SUCCESS);
    assert_int_equal(get_u32(key, "Length"), key->bits);
    assert_status(get(&key->object, "Length", FLAG_PERSIST_ONLY, &size), NTE_SUCCESS);
    assert_int_equal(size, 12);
    assert_status(put(&key->object, "ECCPUBLICBLOB", text("blob"), FLAG_PERSIST), NTE_NOT_SUPPORTED);
    assert_status(put(&key->object, "RSAPRIVATEBLOB", text("blob"), FLAG_PERSIST), NTE_INVALID_PARAMETER);
    key_free(key);

    assert_status(provider_open(&software_provider, &provider), NTE_SUCCESS);
    assert_status(put(&provider->object, "note", text("kept"), FLAG_PERSIST), NTE_NOT_SUPPORTED);
    assert_status(get(&provider->object, "note", FLAG_PERSIST_ONLY, &size), NTE_NOT_FOUND);
    object_free(&provider->object);
}

static void test_flags(void **state)
{
    struct key *key = new_key("RSA", "flags"), *ephemeral = new_key("RSA", NULL);
    const uint32_t dacl = 4;
    uint32_t size;

    (void)state;
    assert_status(get(&key->object, "Length", 0x100, &size), NTE_BAD_FLAGS);
    assert_status(get(&key->object, "Length", FLAG_PERSIST, &size), NTE_BAD_FLAGS);
    assert_status(get(&key->object, "Length", FLAG_SILENT, &size), NTE_SUCCESS);
    assert_status(put(&key->object, "note", text("x"), FLAG_PERSIST | 0x100), NTE_BAD_FLAGS);
    assert_status(get(&key->object, "Length", dacl, &size), NTE_BAD_FLAGS);
    assert_status(put(&key->object, "Security Descr", text("x"), 0), NTE_BAD_FLAGS);        /* row 6.17 */
    assert_status(put(&key->object, "Security Descr", text("x"), dacl), NTE_SUCCESS);
    assert_status(get(&key->object, "Security Descr", 0, &size), NTE_BAD_FLAGS);
    assert_status(get(&key->object, "Security Descr", dacl, &size), NTE_SUCCESS);
    assert_status(put(&ephemeral->object, "Security Descr", text("x"), dacl), NTE_NOT_SUPPORTED);
    assert_status(get(&ephemeral->object, "Security Descr", dacl, &size), NTE_NOT_SUPPORTED);
    key_free(ephemeral);
    key_free(key);
}

static void test_sizes(void **state)
{
    static uint8_t much[0x100001];
    struct key *key = new_key("RSA", "sizes");
    char name[66] = "";
    uint8_t lengths[16] = {0}, zero[16] = {0};
    uint32_t size = 0;

    (void)state;
    assert_status(property_get(&key->object, wide("Lengths"), 0, NULL, 0, &size), NTE_SUCCESS);
    assert_int_equal(size, 16);
    size = 0;
    assert_status(property_get(&key->object, wide("Lengths"), 0, lengths, 15, &size), NTE_BUFFER_TOO_SMALL);
    assert_int_equal(size, 16);
    assert_memory_equal(lengths, zero, sizeof(zero));
    assert_status(property_get(&key->object, wide("Lengths"), 0, lengths, 16, &size), NTE_SUCCESS);

    assert_status(put(&key->object, "much", run(much, sizeof(much)), FLAG_PERSIST), NTE_INVALID_PARAMETER);
    assert_status(put(&key->object, "much", run(much, sizeof(much) - 1), FLAG_PERSIST), NTE_SUCCESS);
    assert_status(put(&key->object, "none", run(NULL, 0), FLAG_PERSIST), NTE_INVALID_PARAMETER);
    assert_status(put(&key->object, "", text("x"), FLAG_PERSIST), NTE_INVALID_PARAMETER);
    memset(name, 'n', 65);
    assert_status(put(&key->object, name, text("x"), FLAG_PERSIST), NTE_INVALID_PARAMETER);
    name[64] = 0;
    assert_status(put(&key->object, name, text("x"), FLAG_PERSIST), NTE_SUCCESS);
    key_free(key);
}

/* Rows 7.1, 7.12 to 7.16. */
static void test_when(void **state)
{
    struct key *stored = final_key("ECDSA_P256", "when"), *ephemeral = final_key("ECDSA_P256", NULL), *rsa;

    (void)state;
    assert_status(set_u32(stored, "Export Policy", ALLOW_EXPORT), NTE_NOT_SUPPORTED);
    assert_status(set_u32(ephemeral, "Export Policy", ALLOW_EXPORT), NTE_SUCCESS);
    assert_int_equal(get_u32(ephemeral, "Export Policy"), ALLOW_EXPORT);
    assert_status(set_u32(ephemeral, "Key Usage", USAGE_SIGNING), NTE_BAD_KEY_STATE);
    assert_status(set_u32(stored, "Key Usage", USAGE_SIGNING), NTE_BAD_KEY_STATE);

    rsa = new_key("RSA", NULL);
    assert_status(set_u32(rsa, "Length", 513), NTE_INVALID_PARAMETER);
    assert_status(set_u32(rsa, "Length", 1024), NTE_SUCCESS);
    assert_status(key_finalize(rsa, 0), NTE_SUCCESS);
    assert_status(set_u32(rsa, "Length", 2048), NTE_SUCCESS);
    assert_int_equal(get_u32(rsa, "Length"), 1024);
    key_free(rsa);
    assert_status(key_delete(stored), NTE_SUCCESS);
    key_free(ephemeral);
}

/* Row 7.9: a salt may be missing, a hash not; and no other key has either. */
static void test_hkdf(void **state)
{
    struct key *key = new_key("HKDF", NULL), *ec = new_key("ECDSA_P256", NULL);

    (void)state;
    assert_status(set(ec, "HkdfHashAlgorithm", wide("SHA256"), 14), NTE_NOT_SUPPORTED);
    assert_status(set(key, "KDFKeySecret", "a secret", 8), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_status(set(key, "HkdfHashAlgorithm", wide("SHA256"), 14), NTE_SUCCESS);
    assert_status(set(key, "HkdfSaltAndFinalize", NULL, 4), NTE_INVALID_PARAMETER);
    assert_status(set(key, "HkdfSaltAndFinalize", NULL, 0), NTE_SUCCESS);
    assert_status(set(ec, "Use Context", NULL, 0), NTE_INVALID_PARAMETER);
    key_free(ec);
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_provider, take_back),
        cmocka_unit_test_teardown(test_key, take_back),
        cmocka_unit_test_teardown(test_custom, take_back),
        cmocka_unit_test_teardown(test_flags, take_back),
        cmocka_unit_test_teardown(test_sizes, take_back),
        cmocka_unit_test_teardown(test_when, take_back),
        cmocka_unit_test_teardown(test_hkdf, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
