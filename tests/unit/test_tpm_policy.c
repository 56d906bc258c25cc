/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Policies of keys of the TPM that the engine sees to, and not the chip: there is no way round them. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "key/claim.h"
#include "shared.h"
#include "tpm_sample.h"

static struct key *unfinished(const char *alg, const char *name)
{
    struct key *key;

    assert_status(key_create(&tpm_provider, wide(alg), named(name), 0, 0, &key), NTE_SUCCESS);
    return key;
}

static nte_status set_protection(struct key *key, uint32_t protection, uint32_t flags)
{
    const uint32_t policy[5] = {1, protection};

    return property_set(&key->object, wide("UI Policy"), run(policy, sizeof(policy)), flags);
}

static nte_status sign(struct key *key)
{
    const struct padding unpadded = {0};
    uint8_t signature[64];
    uint32_t size;

    return key_sign(key, &unpadded, 0, text("digest"), signature, sizeof(signature), &size);
}

/* The chip could not be asked for the password of such a policy: there is no such key, whatever the flags say. */
static void password_of_the_engine(void **state)
{
    static const uint32_t flags[] = {0, FLAG_PERSIST, FLAG_PERSIST_ONLY, FLAG_PERSIST_ONLY | FLAG_PERSIST};
    struct key *key = unfinished("ECDSA_P256", "password"), *opened;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(flags) / sizeof(*flags); i++)
    {
        assert_status(set_protection(key, UI_FORCE_HIGH_PROTECTION, flags[i]), NTE_NOT_SUPPORTED);
        assert_status(set_protection(key, UI_PROTECT_KEY | UI_FORCE_HIGH_PROTECTION, flags[i]), NTE_NOT_SUPPORTED);
    }
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_status(open_tpm_key("password", &opened), NTE_SUCCESS);
    assert_status(sign(opened), NTE_SUCCESS);
    key_free(opened);
    assert_status(key_delete(key), NTE_SUCCESS);
}

static void consent(void **state)
{
    static const uint32_t flags[] = {0, FLAG_PERSIST_ONLY};
    struct key *key, *opened;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(flags) / sizeof(*flags); i++)
    {
        key = unfinished("ECDSA_P256", "consent");
        assert_status(set_protection(key, UI_PROTECT_KEY, flags[i]), NTE_SUCCESS);
        assert_status(key_finalize(key, 0), NTE_SILENT_CONTEXT);
        assert_status(object_unlock(&key->object, run(NULL, 0)), NTE_SUCCESS);
        assert_status(key_finalize(key, 0), NTE_SUCCESS);
        assert_status(open_tpm_key("consent", &opened), NTE_SUCCESS);
        assert_status(sign(opened), NTE_SILENT_CONTEXT);
        assert_status(object_unlock(&opened->object, run(NULL, 0)), NTE_SUCCESS);
        assert_status(sign(opened), NTE_SUCCESS);
        key_free(opened);
        assert_status(key_delete(key), NTE_SUCCESS);
    }
}

/* --- a blob that leaves takes none of them along --- */

static nte_status export(struct key *key)
{
    const struct blob_options none = {0};
    uint32_t size;

    return key_export(key, wide("OpaqueKeyBlob"), &none, 0, NULL, 0, &size);
}

static void none_without_consent(void **state)
{
    struct key *key = unfinished("ECDSA_P256", "protected"), *opened;

    (void)state;
    assert_status(set_protection(key, UI_PROTECT_KEY, 0), NTE_SUCCESS);
    assert_status(object_unlock(&key->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_status(export(key), NTE_NOT_SUPPORTED);
    assert_status(open_tpm_key("protected", &opened), NTE_SUCCESS);
    assert_status(object_unlock(&opened->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(export(opened), NTE_NOT_SUPPORTED);
    key_free(opened);
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* A limit that the chip does not know is one of the key file alone. */
static void limited_usage(void **state)
{
    static const struct { const char *alg, *property; uint32_t value; nte_status status; } rows[] =
    {
        {"RSA", "Key Usage", USAGE_SIGNING, NTE_NOT_SUPPORTED},
        {"RSA", "Key Usage", USAGE_DECRYPT, NTE_NOT_SUPPORTED},
        {"RSA", "Key Usage", 0, NTE_NOT_SUPPORTED},
        {"RSA", "Key Usage", USAGE_SIGNING | USAGE_DECRYPT, NTE_SUCCESS},
        {"RSA", "PCP_KEY_USAGE_POLICY", 1, NTE_NOT_SUPPORTED},
        {"RSA", "PCP_KEY_USAGE_POLICY", 2, NTE_NOT_SUPPORTED},
        {"RSA", "PCP_KEY_USAGE_POLICY", 3, NTE_SUCCESS},
        {"RSA", "PCP_KEY_USAGE_POLICY", 8, NTE_SUCCESS},
        {"ECDSA_P256", "Key Usage", USAGE_SIGNING, NTE_SUCCESS},
        {"ECDSA_P256", "PCP_KEY_USAGE_POLICY", 1, NTE_SUCCESS},
        {"ECDSA_P256", "PCP_KEY_USAGE_POLICY", 2, NTE_NOT_SUPPORTED},
        {"ECDH_P256", "Key Usage", USAGE_KEY_AGREEMENT, NTE_SUCCESS},
        {"ECDH_P256", "Key Usage", USAGE_SIGNING, NTE_NOT_SUPPORTED},
    };
    struct key *key;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
    {
        key = unfinished(rows[i].alg, "limited");
        assert_status(set_u32(key, rows[i].property, rows[i].value), NTE_SUCCESS);
        assert_status(key_finalize(key, 0), NTE_SUCCESS);
        assert_status(export(key), rows[i].status);
        assert_status(key_delete(key), NTE_SUCCESS);
    }
}

/* The chip itself sees to what such a key signs. */
static void identity_with_usage(void **state)
{
    struct key *key = unfinished("RSA", NULL);

    (void)state;
    assert_status(set_u32(key, "PCP_KEY_USAGE_POLICY", 8), NTE_SUCCESS);
    assert_status(set_u32(key, "Key Usage", USAGE_SIGNING), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_status(export(key), NTE_SUCCESS);
    key_free(key);
}

/* --- claims use two keys --- */

static struct key *protected_key(uint32_t usage, const char *name)
{
    struct key *key = unfinished("ECDSA_P256", name), *opened;

    assert_status(set_u32(key, "PCP_KEY_USAGE_POLICY", usage), NTE_SUCCESS);
    assert_status(set_protection(key, UI_PROTECT_KEY, 0), NTE_SUCCESS);
    assert_status(object_unlock(&key->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_status(open_tpm_key(name, &opened), NTE_SUCCESS);
    key_free(key);
    return opened;
}

/* The user is asked about each of them. */
static void consent_to_claims(void **state)
{
    struct key *subject = protected_key(3, "subject"), *authority = protected_key(8, "authority"), *second;
    struct claim claim = {.subject = subject, .authority = authority, .type = CLAIM_AUTHORITY_AND_SUBJECT};
    uint32_t size;

    (void)state;
    assert_status(claim_create(&claim, 0, NULL, 0, &size), NTE_SILENT_CONTEXT);
    assert_true(claim_waits_for_subject(&claim));
    assert_status(object_unlock(&authority->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(claim_create(&claim, 0, NULL, 0, &size), NTE_SILENT_CONTEXT);
    assert_true(claim_waits_for_subject(&claim));
    assert_status(object_unlock(&subject->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(claim_create(&claim, 0, NULL, 0, &size), NTE_SUCCESS);

    assert_status(open_tpm_key("authority", &second), NTE_SUCCESS);
    claim.authority = second;
    assert_status(claim_create(&claim, 0, NULL, 0, &size), NTE_SILENT_CONTEXT);
    assert_false(claim_waits_for_subject(&claim));
    assert_status(object_unlock(&second->object, run(NULL, 0)), NTE_SUCCESS);
    assert_status(claim_create(&claim, 0, NULL, 0, &size), NTE_SUCCESS);
    key_free(second);
    assert_status(key_delete(subject), NTE_SUCCESS);
    assert_status(key_delete(authority), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(password_of_the_engine, take_back),
        cmocka_unit_test_teardown(consent, take_back),
        cmocka_unit_test_teardown(none_without_consent, take_back),
        cmocka_unit_test_teardown(limited_usage, take_back),
        cmocka_unit_test_teardown(identity_with_usage, take_back),
        cmocka_unit_test_teardown(consent_to_claims, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
