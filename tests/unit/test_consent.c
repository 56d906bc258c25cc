/* SPDX-License-Identifier: LGPL-2.1-or-later
 * key_consent.c: "UI Policy" behind a handle. Who is asked and when, what a password opens and who else knows it then.
 * What lies in the file is test_lock.c's. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "key_sample.h"
#include "shared.h"

#define NO_CACHED_PASSWORD 0x00004000u

static struct key *create(const char *alg, const char *name, uint32_t flags)
{
    const uint32_t policy[5] = {1, flags};
    struct key *key = new_key(alg, name);

    assert_status(set(key, "UI Policy", policy, sizeof(policy)), NTE_SUCCESS);
    return key;
}

static struct bytes password(const char *typed)
{
    return run(wide(typed), strlen(typed) * sizeof(uint16_t));
}

static const uint8_t digest[32] = "a digest of thirty-two octets ..";

static nte_status sign(struct key *key, uint8_t signature[64])
{
    struct padding padding = {0};
    uint32_t size;

    return key_sign(key, &padding, 0, run(digest, sizeof(digest)), signature, 64, &size);
}

static nte_status verify(struct key *key, const uint8_t signature[64])
{
    struct padding padding = {0};

    return key_verify(key, &padding, 0, run(digest, sizeof(digest)), run(signature, 64));
}

static void give(struct key *key, const char *pin)
{
    assert_status(set(key, "SmartCardPin", wide(pin), (strlen(pin) + 1) * 2), NTE_SUCCESS);
}

static void test_high(void **state)
{
    struct key *key = create("ECDSA_P256", "high", UI_FORCE_HIGH_PROTECTION), *second;
    uint8_t signature[64], value[64];
    uint32_t size;

    (void)state;
    assert_status(key_finalize(key, 0), NTE_SILENT_CONTEXT);
    assert_status(object_unlock(&key->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SILENT_CONTEXT);     /* consent is no password */
    give(key, "");
    assert_status(key_finalize(key, 0), NTE_SILENT_CONTEXT);
    give(key, "Sesam");
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_status(sign(key, signature), NTE_SUCCESS);            /* who made it may use it */

    second = open_key("high");
    assert_status(verify(second, signature), NTE_SUCCESS);
    assert_status(property_get(&second->object, wide("Length"), 0, value, sizeof(value), &size), NTE_SUCCESS);
    give(second, "");                                               /* or the process would know it (row 18.5) */
    assert_status(sign(second, signature), NTE_SILENT_CONTEXT);
    assert_status(object_unlock(&second->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(sign(second, signature), NTE_SILENT_CONTEXT);
    give(second, "sesam");
    assert_status(sign(second, signature), NTE_INCORRECT_PASSWORD);
    assert_status(sign(second, signature), NTE_SILENT_CONTEXT);  /* a wrong one is forgotten */
    assert_status(object_unlock(&second->object, password("wrong")), NTE_INCORRECT_PASSWORD);
    assert_status(object_unlock(&second->object, password("Sesam")), NTE_SUCCESS);
    assert_status(sign(second, signature), NTE_SUCCESS);
    assert_status(verify(key, signature), NTE_SUCCESS);
    give(second, "wrong");
    assert_status(sign(second, signature), NTE_SUCCESS);
    key_free(second);

    second = open_key("high");
    assert_status(property_set(&second->object, wide("note"), text("kept"), FLAG_PERSIST_ONLY), NTE_SUCCESS);
    key_free(second);
    second = open_key("high");                                      /* written anew, without the password */
    assert_status(property_get(&second->object, wide("note"), 0, value, sizeof(value), &size), NTE_SUCCESS);
    give(second, "Sesam");
    assert_status(sign(second, signature), NTE_SUCCESS);
    assert_status(verify(key, signature), NTE_SUCCESS);
    assert_status(key_delete(second), NTE_SUCCESS);
    key_free(key);
}

static void test_medium(void **state)
{
    const uint32_t none[5] = {1};
    struct key *key = create("ECDSA_P256", "medium", UI_PROTECT_KEY), *second;
    uint8_t signature[64];

    (void)state;
    assert_status(key_finalize(key, 0), NTE_SILENT_CONTEXT);
    assert_status(object_unlock(&key->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_status(sign(key, signature), NTE_SUCCESS);

    second = open_key("medium");
    assert_status(verify(second, signature), NTE_SUCCESS);
    assert_status(sign(second, signature), NTE_SILENT_CONTEXT);
    give(second, "a password is not consent");
    assert_status(sign(second, signature), NTE_SILENT_CONTEXT);
    assert_status(property_set(&second->object, wide("UI Policy"), run(none, 20),
                                  FLAG_PERSIST_ONLY), NTE_BAD_KEY_STATE);
    assert_status(object_unlock(&second->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(sign(second, signature), NTE_SUCCESS);
    assert_status(key_delete(second), NTE_SUCCESS);
    key_free(key);

    key = create("ECDSA_P256", "medium", UI_PROTECT_KEY);           /* with a password it is under the password */
    give(key, "Sesam");
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    give(key, "");
    second = open_key("medium");
    assert_status(object_unlock(&second->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(sign(second, signature), NTE_SILENT_CONTEXT);
    give(second, "Sesam");
    assert_status(sign(second, signature), NTE_SUCCESS);
    assert_status(key_delete(second), NTE_SUCCESS);
    key_free(key);
}

static void test_every_family(void **state)
{
    static const char *const algs[] = {"RSA", "ECDSA_P521", "ECDH_P256", "ECDSA", "DH", "DSA"};
    const uint32_t policy[5] = {1, UI_FORCE_HIGH_PROTECTION}, bits = 1024;
    struct key *key, *second;
    const struct material *material;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(algs) / sizeof(*algs); i++)
    {
        key = create(algs[i], "family", UI_FORCE_HIGH_PROTECTION);
        if (!strcmp(algs[i], "ECDSA"))
            assert_status(set(key, "ECCCurveName", wide("brainpoolP256r1"), 32), NTE_SUCCESS);
        else set(key, "Length", &bits, sizeof(bits));
        give(key, "Sesam");
        assert_status(key_finalize(key, 0), NTE_SUCCESS);
        give(key, "");
        second = open_key("family");
        assert_ptr_equal(second->alg, key->alg);
        assert_int_equal(second->bits, key->bits);
        assert_false(second->material->has_private);
        assert_status(key_private(second, &material), NTE_SILENT_CONTEXT);
        assert_status(object_unlock(&second->object, password("Sesam")), NTE_SUCCESS);
        assert_status(key_private(second, &material), NTE_SUCCESS);
        assert_true(material->has_private);
        assert_status(key_delete(second), NTE_SUCCESS);
        key_free(key);
    }
    assert_status(key_create(&software_provider, wide("AES"), named("aes"), 0, 0, &key), NTE_SUCCESS);
    assert_status(set(key, "UI Policy", policy, sizeof(policy)), NTE_NOT_SUPPORTED);
    key_free(key);
}

static void test_export(void **state)
{
    const struct blob_options none = {.algorithms = &all_algorithms};
    const uint32_t both = 3;
    struct key *key = create("ECDSA_P256", "export", UI_FORCE_HIGH_PROTECTION), *second;
    uint8_t blob[512];
    uint32_t size;

    (void)state;
    assert_status(set(key, "Export Policy", &both, sizeof(both)), NTE_SUCCESS);
    give(key, "Sesam");
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    give(key, "");
    key_free(key);
    second = open_key("export");
    assert_status(key_export(second, wide("ECCPUBLICBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_status(key_export(second, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size),
                     NTE_SILENT_CONTEXT);
    assert_status(key_export(second, wide("OpaqueTransport"), &none, 0, blob, sizeof(blob), &size),
                     NTE_NOT_SUPPORTED);
    give(second, "Sesam");
    assert_status(key_export(second, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_status(key_delete(second), NTE_SUCCESS);
}

/* What a password has opened is known to every handle of the key in this process (row 18.5), but for those that do not
 * want to know; and an empty one makes all of them forget (row 18.4). */
static void test_who_knows(void **state)
{
    struct key *key = create("ECDSA_P256", "known", UI_FORCE_HIGH_PROTECTION), *second, *strict;
    uint8_t signature[64];

    (void)state;
    give(key, "Sesam");
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    second = open_key("known");
    assert_status(sign(second, signature), NTE_SUCCESS);
    assert_status(key_open(&software_provider, named("known"), 0, NO_CACHED_PASSWORD, &strict), NTE_SUCCESS);
    assert_status(sign(strict, signature), NTE_SILENT_CONTEXT);
    assert_status(object_unlock(&strict->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(sign(strict, signature), NTE_SILENT_CONTEXT);     /* consent opens no lock */
    give(second, "");
    assert_status(sign(second, signature), NTE_SILENT_CONTEXT);
    assert_status(sign(key, signature), NTE_SILENT_CONTEXT);
    give(strict, "Sesam");
    assert_status(sign(strict, signature), NTE_SUCCESS);
    assert_status(sign(second, signature), NTE_SILENT_CONTEXT);     /* it keeps what it knows to itself */
    give(second, "Sesam");
    assert_status(sign(second, signature), NTE_SUCCESS);
    assert_status(sign(key, signature), NTE_SUCCESS);
    key_free(strict);
    key_free(second);
    assert_status(key_delete(key), NTE_SUCCESS);
}

static void test_what_is_wanted(void **state)
{
    struct key *medium = create("ECDSA_P256", "wanted", UI_PROTECT_KEY), *high, *none = new_key("ECDSA_P256", NULL);
    uint16_t longest[MAX_PASSWORD_SIZE / 2 + 1];
    size_t i;

    (void)state;
    high = create("ECDSA_P256", "wanted too", UI_FORCE_HIGH_PROTECTION);
    assert_false(key_is_protected(none));
    assert_int_equal(object_asks_for(&none->object), UNIX_ASK_CONSENT);
    assert_true(key_is_protected(medium));
    assert_int_equal(object_asks_for(&medium->object), UNIX_ASK_CONSENT);
    assert_true(key_is_protected(high));
    assert_int_equal(object_asks_for(&high->object), UNIX_ASK_PASSWORD);

    for (i = 0; i < sizeof(longest) / 2; i++) longest[i] = 'p';
    assert_status(set(high, "SmartCardPin", longest, sizeof(longest)), NTE_INVALID_PARAMETER);
    assert_status(set(high, "SmartCardPin", longest, sizeof(longest) - 2), NTE_SUCCESS);
    key_free(none);
    key_free(high);
    key_free(medium);
}

/* --- a provider that asks for a PIN --- */

static struct
{
    const struct object *object;
    uint16_t pin[16];
    size_t size;
    int forgotten;
} asked;

static nte_status login(struct object *object, struct bytes pin)
{
    asked.object = object;
    asked.forgotten = !pin.data;
    asked.size = pin.size;
    if (pin.size) memcpy(asked.pin, pin.data, pin.size);
    return pin.size == 8 && !memcmp(pin.data, wide("1234"), 8) ? NTE_SUCCESS : NTE_INCORRECT_PASSWORD;
}

static struct provider_class token_class(void)
{
    struct provider_class class = software_provider;

    class.login = login;
    return class;
}

static void test_pin_of_key(void **state)
{
    const uint32_t policy[5] = {1, UI_FORCE_HIGH_PROTECTION};
    const struct provider_class class = token_class();
    struct key *key;

    (void)state;
    assert_status(key_create(&class, wide("ECDSA_P256"), named("on a token"), 0, 0, &key), NTE_SUCCESS);
    assert_int_equal(object_asks_for(&key->object), UNIX_ASK_PIN);
    assert_status(set(key, "UI Policy", policy, sizeof(policy)), NTE_NOT_SUPPORTED);

    give(key, "1234");
    assert_ptr_equal(asked.object, &key->object);
    assert_int_equal(asked.size, 8);                /* without its NUL */
    assert_null(key->password.data);
    assert_status(set(key, "SmartCardPin", wide("4321"), 10), NTE_INCORRECT_PASSWORD);
    assert_status(set(key, "SmartCardPin", wide(""), 2), NTE_INCORRECT_PASSWORD);
    assert_false(asked.forgotten);
    assert_status(object_unlock(&key->object, password("4321")), NTE_INCORRECT_PASSWORD);
    assert_status(object_unlock(&key->object, password("1234")), NTE_SUCCESS);
    key_free(key);
}

static void test_pin_of_provider(void **state)
{
    const struct provider_class class = token_class();
    struct provider *provider;

    (void)state;
    assert_status(provider_open(&class, &provider), NTE_SUCCESS);
    assert_int_equal(object_asks_for(&provider->object), UNIX_ASK_PIN);
    assert_status(property_set(&provider->object, wide("SmartCardPin"), run(wide("1234"), 10), 0), NTE_SUCCESS);
    assert_ptr_equal(asked.object, &provider->object);
    assert_status(object_unlock(&provider->object, password("12345")), NTE_INCORRECT_PASSWORD);
    object_free(&provider->object);

    assert_status(provider_open(&software_provider, &provider), NTE_SUCCESS);
    assert_status(property_set(&provider->object, wide("SmartCardPin"), run(wide("1234"), 10), 0), NTE_SUCCESS);
    assert_status(object_unlock(&provider->object, password("1234")), NTE_SILENT_CONTEXT);
    object_free(&provider->object);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_high, take_back),
        cmocka_unit_test_teardown(test_medium, take_back),
        cmocka_unit_test_teardown(test_every_family, take_back),
        cmocka_unit_test_teardown(test_export, take_back),
        cmocka_unit_test_teardown(test_who_knows, take_back),
        cmocka_unit_test_teardown(test_what_is_wanted, take_back),
        cmocka_unit_test_teardown(test_pin_of_key, take_back),
        cmocka_unit_test_teardown(test_pin_of_provider, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
