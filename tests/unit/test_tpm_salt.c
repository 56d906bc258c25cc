/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCRYPT_TPM_PAD_PSS_IGNORE_SALT: a key of the TPM then chooses the salt of PSS itself (row T.11). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_sample.h"

#define DIGEST 32

static const uint8_t digest[DIGEST] = {1, 2, 3};

static nte_status sign(struct key *key, uint32_t scheme, uint32_t salt, uint8_t signature[256])
{
    const struct padding padding = {.scheme = scheme, .present = 1, .alg = wide("SHA256"), .salt_size = salt};
    uint32_t size;

    return key_sign(key, &padding, scheme, run(digest, DIGEST), signature, 256, &size);
}

static nte_status verify(struct key *key, uint32_t scheme, uint32_t salt, const uint8_t signature[256])
{
    const struct padding padding = {.scheme = scheme, .present = 1, .alg = wide("SHA256"), .salt_size = salt};

    return key_verify(key, &padding, scheme, run(digest, DIGEST), run(signature, 256));
}

/* Without the flag the salt is the one that was asked for; with it, as long as the hash. */
static void chosen(void **state)
{
    struct key *key = tpm_key("RSA", NULL);
    uint8_t signature[256];

    (void)state;
    assert_status(sign(key, PAD_PSS, 7, signature), NTE_SUCCESS);
    assert_status(verify(key, PAD_PSS, 7, signature), NTE_SUCCESS);
    assert_status(verify(key, PAD_PSS, DIGEST, signature), NTE_BAD_SIGNATURE);
    assert_status(verify(key, PAD_PSS | PAD_IGNORE_SALT, 7, signature), NTE_BAD_SIGNATURE);
    assert_status(sign(key, PAD_PSS | PAD_IGNORE_SALT, 7, signature), NTE_SUCCESS);
    assert_status(verify(key, PAD_PSS, DIGEST, signature), NTE_SUCCESS);
    assert_status(verify(key, PAD_PSS | PAD_IGNORE_SALT, 1000, signature), NTE_SUCCESS);
    assert_status(verify(key, PAD_PSS, 7, signature), NTE_BAD_SIGNATURE);
    key_free(key);
}

/* Where there is no salt there is nothing to ignore. */
static void elsewhere(void **state)
{
    struct key *rsa = tpm_key("RSA", NULL), *ec = tpm_key("ECDSA_P256", NULL), *file = final_key("RSA", NULL);
    uint8_t signature[256];

    (void)state;
    assert_status(sign(rsa, PAD_PKCS1 | PAD_IGNORE_SALT, 0, signature), NTE_SUCCESS);
    assert_status(verify(rsa, PAD_PKCS1, 0, signature), NTE_SUCCESS);
    assert_status(sign(ec, PAD_IGNORE_SALT, 0, signature), NTE_INVALID_PARAMETER);
    assert_status(sign(file, PAD_PSS | PAD_IGNORE_SALT, 7, signature), NTE_BAD_FLAGS);
    assert_status(verify(file, PAD_PSS | PAD_IGNORE_SALT, 7, signature), NTE_BAD_FLAGS);
    key_free(rsa);
    key_free(ec);
    key_free(file);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(chosen, take_back),
        cmocka_unit_test_teardown(elsewhere, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
