/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Modules that lie about numbers and sizes: one may be a server elsewhere, and no friend. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "mock_sample.h"

static void about_numbers(void **state)
{
    struct key *key;

    (void)state;
    set_rules("removed");
    assert_status(sign_with(shared), NTE_DEVICE_NOT_READY);
    set_rules("many-listed 0xfffffff0");
    assert_status(open_token_key(provider, "shared", &key), NTE_SUCCESS);
    assert_status(sign_with(key), NTE_SUCCESS);
    key_free(key);
    set_rules("many-listed 0x1fffffffffffffff");    /* the size in bytes is 0 */
    assert_status(open_token_key(provider, "shared", &key), NTE_SUCCESS);
    key_free(key);
    set_rules("many-found 100000");
    if (!open_token_key(provider, "shared", &key)) fail_msg("a key of 100000");
    set_rules("");
    assert_status(sign_with(shared), NTE_SUCCESS);
}

/* More was written than there was room for, it says. What lies behind the buffer is nobody's. */
static void about_results(void **state)
{
    struct padding pkcs1 = {.scheme = PAD_PKCS1}, pss = {.scheme = PAD_PSS, .present = 1, .alg = wide("SHA256")};
    struct key *key = token_key(provider, "RSA", NULL);
    uint8_t cipher[256], output[1024];
    static const uint8_t digest[32];
    uint32_t size = 0;

    (void)state;
    assert_status(key_encrypt(key, &pkcs1, PAD_PKCS1, text("message"), cipher, 256, &size), NTE_SUCCESS);
    set_rules("no-mechanism 0x3\nlong-results 600");
    assert_status(key_decrypt(key, &pkcs1, PAD_PKCS1, bytes_of(cipher, 256), output, 1024, &size),
                  NTE_INVALID_PARAMETER);
    assert_status(key_sign(key, &pss, PAD_PSS, bytes_of(digest, 32), output, 1024, &size), NTE_DEVICE_NOT_READY);
    set_rules("long-results 600");
    assert_status(key_decrypt(key, &pkcs1, PAD_PKCS1, bytes_of(cipher, 256), output, 1024, &size),
                  NTE_INVALID_PARAMETER);
    assert_status(sign_with(shared), NTE_DEVICE_NOT_READY);
    set_rules("");
    assert_status(key_decrypt(key, &pkcs1, PAD_PKCS1, bytes_of(cipher, 256), output, 1024, &size), NTE_SUCCESS);
    assert_int_equal(size, 7);
    key_free(key);
}

/* Wrapped by the token for us; the size comes from it, twice. */
static void about_wrapped_keys(void **state)
{
    struct blob_options options = {.has_secret = 1, .secret = wide("password")};
    uint8_t blob[4096];
    struct key *key;
    uint32_t size;

    (void)state;
    assert_status(key_create(provider, wide("RSA"), named(NULL), 0, 0, &key), NTE_SUCCESS);
    assert_status(set_u32(key, "Export Policy", ALLOW_EXPORT), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    set_rules("long-results 600");
    assert_status(key_export(key, wide("PKCS8_PRIVATEKEY"), &options, 0, blob, 4096, &size), NTE_NOT_SUPPORTED);
    set_rules("long-wrapped 0x7fffffffffffff");
    assert_status(key_export(key, wide("PKCS8_PRIVATEKEY"), &options, 0, blob, 4096, &size), NTE_NOT_SUPPORTED);
    set_rules("");
    assert_status(key_export(key, wide("PKCS8_PRIVATEKEY"), &options, 0, blob, 4096, &size), NTE_SUCCESS);
    key_free(key);
}

/* There is no room for it, and nobody tries to make any. */
static void about_values(void **state)
{
    static const char *const rules[] =
    {
        "long-value 0x11 0x7fffffffffffff", "long-value 0x11 0xfffffffffffffffe", "long-value 0x120 0x7fffffffffffff",
        "long-value 0x180 0x7fffffffffffff", "long-value 0x181 0x7fffffffffffff", "long-value 0x102 0x7fffffffffffff",
        "long-value 0x3 0x7fffffffffffff", "long-value 0x100 0x7fffffffffffff",
    };
    struct key *key = token_key(provider, "ECDSA_P256", "long"), *opened;
    uint8_t value[64];
    uint32_t size;
    size_t i;

    (void)state;
    assert_status(property_set(&key->object, wide("SmartCardKeyCertificate"), text("certificate"), 0), NTE_SUCCESS);
    for (i = 0; i < sizeof(rules) / sizeof(*rules); i++)
    {
        set_rules(rules[i]);
        if (!open_token_key(provider, "long", &opened)) key_free(opened);
        if (i < 2) assert_status(property_get(&key->object, wide("SmartCardKeyCertificate"), 0, value, 64, &size),
                                 NTE_NOT_FOUND);
    }
    set_rules("endless");
    assert_status(open_token_key(provider, "long", &opened), 0x80090020);
    set_rules("");
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* The room was for the shorter value: there is none then. */
static void growing_values(void **state)
{
    struct key *key = token_key(provider, "ECDSA_P256", "grows");
    uint8_t value[256];
    uint32_t size = 0;

    (void)state;
    assert_status(property_set(&key->object, wide("SmartCardKeyCertificate"), text("certificate"), 0), NTE_SUCCESS);
    assert_status(property_get(&key->object, wide("SmartCardKeyCertificate"), 0, value, 256, &size), NTE_SUCCESS);
    assert_int_equal(size, 11);
    set_rules("growing 0x11");
    assert_status(property_get(&key->object, wide("SmartCardKeyCertificate"), 0, value, 256, &size), NTE_NOT_FOUND);
    set_rules("");
    assert_status(key_delete(key), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(about_numbers, take_back),
        cmocka_unit_test_teardown(about_results, take_back),
        cmocka_unit_test_teardown(about_wrapped_keys, take_back),
        cmocka_unit_test_teardown(about_values, take_back),
        cmocka_unit_test_teardown(growing_values, take_back),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up_shared, remove_shared);
}
