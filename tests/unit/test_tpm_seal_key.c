/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key that seals, which is always there and does nothing else (row T.40). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_sample.h"

#define ROOM 4096

static const struct padding unpadded;

static struct key *seal_key(uint32_t flags)
{
    struct key *key = NULL;

    assert_status(key_open(&tpm_provider, named(TPM_SEAL_KEY), 0, flags, &key), NTE_SUCCESS);
    return key;
}

static int is_listed(const char *name)
{
    struct stored_key stored = {0};
    struct key_enum *keys;
    int found = 0;

    assert_status(key_enum_open(&tpm_provider, NULL, 0, &keys), NTE_SUCCESS);
    while (!key_enum_next(keys, &stored))
    {
        found |= u16_equal_nocase(stored.name, name);
        stored_key_free(&stored);
    }
    key_enum_free(keys);
    return found;
}

/* In any case, and for user and machine the same. */
static void always_there(void **state)
{
    struct key *key = seal_key(0), *other = seal_key(FLAG_MACHINE_KEY), *new;
    uint8_t blob[ROOM], secret[ROOM];
    uint32_t size;

    (void)state;
    assert_status(key_encrypt(key, &unpadded, FLAG_SEALING, text("secret"), blob, sizeof(blob), &size), NTE_SUCCESS);
    key_free(key);
    assert_status(key_decrypt(other, &unpadded, FLAG_SEALING, run(blob, size), secret, sizeof(secret), &size),
                  NTE_SUCCESS);
    key_free(other);
    assert_status(open_tpm_key("microsoft_PCP_KSP_RSA_SEAL_KEY_3bd1c4bf-004e-4e2f-8a4d-0bf633dcb074", &key),
                  NTE_SUCCESS);
    assert_int_equal(get_u32(key, "Length"), 2048);
    key_free(key);
    assert_false(is_listed(TPM_SEAL_KEY));
    assert_status(key_create(&tpm_provider, wide("RSA"), named(TPM_SEAL_KEY), 0, 0, &new), NTE_EXISTS);
    assert_status(try_tpm_key("RSA", TPM_SEAL_KEY, FLAG_OVERWRITE_KEY, &new), NTE_EXISTS);
}

static void nothing_else(void **state)
{
    const struct blob_options none = {0};
    struct key *key = seal_key(0);
    uint8_t output[ROOM];
    uint32_t size;

    (void)state;
    assert_status(set(key, "PCP_USAGEAUTH", "auth", 4), NTE_NOT_SUPPORTED);
    assert_status(property_set(&key->object, wide("mine"), text("value"), FLAG_PERSIST), NTE_NOT_SUPPORTED);
    assert_status(key_export(key, wide("OpaqueKeyBlob"), &none, 0, output, sizeof(output), &size), NTE_NOT_SUPPORTED);
    assert_status(key_export(key, wide("RSAPUBLICBLOB"), &none, 0, output, sizeof(output), &size), NTE_BAD_TYPE);
    assert_status(key_sign(key, &unpadded, PAD_PKCS1, text("digest"), output, sizeof(output), &size),
                  NTE_NOT_SUPPORTED);
    assert_status(key_verify(key, &unpadded, PAD_PKCS1, text("digest"), text("signature")), NTE_NOT_SUPPORTED);
    assert_status(key_encrypt(key, &unpadded, PAD_PKCS1, text("secret"), output, sizeof(output), &size),
                  NTE_NOT_SUPPORTED);
    assert_status(key_decrypt(key, &unpadded, PAD_PKCS1, text("secret"), output, sizeof(output), &size),
                  NTE_NOT_SUPPORTED);
    assert_status(key_encrypt(key, &unpadded, FLAG_SEALING | PAD_PKCS1, text("secret"), output, sizeof(output), &size),
                  NTE_BAD_FLAGS);
    assert_status(key_delete(key), NTE_PERM);
    key_free(key);
}

static void other_keys(void **state)
{
    struct key *file = final_key("RSA", NULL), *key = tpm_key("RSA", NULL);
    uint8_t output[ROOM];
    uint32_t size;

    (void)state;
    assert_status(key_encrypt(file, &unpadded, FLAG_SEALING, text("secret"), output, sizeof(output), &size),
                  NTE_BAD_FLAGS);
    assert_status(key_decrypt(key, &unpadded, FLAG_SEALING, text("secret"), output, sizeof(output), &size),
                  NTE_BAD_FLAGS);
    key_free(file);
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(always_there, take_back),
        cmocka_unit_test_teardown(nothing_else, take_back),
        cmocka_unit_test_teardown(other_keys, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
