/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Passwords of keys in a TPM: which texts they are, when they are tried, and that a wrong one is tried once (rows T.21,
 * T.21a, T.72). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "crypto/hash.h"
#include "tpm_sample.h"

#define LOCKED_OUT ((nte_status)0x80280921)     /* row T.42a */

static const struct padding unpadded;

static nte_status sign(struct key *key)
{
    uint8_t signature[64];
    uint32_t size;

    return key_sign(key, &unpadded, 0, text("what is signed"), signature, sizeof(signature), &size);
}

static nte_status set_auth(struct key *key, const char *auth)
{
    return set(key, "PCP_USAGEAUTH", auth, strlen(auth));
}

static struct key *guarded_key(const char *name, const char *auth)
{
    struct key *key;

    assert_status(key_create(&tpm_provider, wide("ECDSA_P256"), named(name), 0, FLAG_OVERWRITE_KEY, &key), NTE_SUCCESS);
    assert_status(set_auth(key, auth), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static struct key *opened_key(const char *name)
{
    struct key *key = NULL;

    assert_status(open_tpm_key(name, &key), NTE_SUCCESS);
    return key;
}

static uint8_t get_byte(struct key *key, const char *name)
{
    uint8_t value = 0xee;
    uint32_t size;

    assert_status(property_get(&key->object, wide(name), 0, &value, 1, &size), NTE_SUCCESS);
    assert_int_equal(size, 1);
    return value;
}

static void needed_after_opening(void **state)
{
    struct key *key = guarded_key("guarded", "usage auth");
    uint8_t back[32];
    uint32_t size;

    (void)state;
    assert_status(sign(key), NTE_SUCCESS);          /* the handle that it was set on */
    assert_int_equal(get_byte(key, "PCP_PASSWORD_REQUIRED"), 1);
    assert_int_equal(get_byte(key, "PCP_EXPORT_ALLOWED"), 0);
    key_free(key);
    key = opened_key("guarded");
    assert_status(sign(key), NTE_PERM);
    assert_status(property_get(&key->object, wide("PCP_USAGEAUTH"), 0, back, sizeof(back), &size), NTE_NOT_FOUND);
    assert_status(set_auth(key, "usage auth"), NTE_SUCCESS);
    assert_status(sign(key), NTE_SUCCESS);
    assert_status(property_get(&key->object, wide("PCP_USAGEAUTH"), 0, back, sizeof(back), &size), NTE_SUCCESS);
    assert_int_equal(size, 10);
    assert_memory_equal(back, "usage auth", 10);
    assert_status(set(key, "PCP_USAGEAUTH", NULL, 0), NTE_SUCCESS);
    assert_status(sign(key), NTE_PERM);
    assert_status(key_delete(key), NTE_SUCCESS);
}

static void too_long(void **state)
{
    struct key *key;

    (void)state;
    assert_status(key_create(&tpm_provider, wide("ECDSA_P256"), named(NULL), 0, 0, &key), NTE_SUCCESS);
    assert_status(set_auth(key, "a value of more than thirty-two bytes"), NTE_INVALID_PARAMETER);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(get_byte(key, "PCP_PASSWORD_REQUIRED"), 0);
    assert_status(sign(key), NTE_SUCCESS);
    key_free(key);
}

/* SHA-256 of the text in UTF-16, without its NUL. */
static void pin_is_a_digest(void **state)
{
    uint16_t pin[8];
    size_t size = u16_from_ascii(pin, "secret");
    uint8_t digest[33] = {0};
    struct key *key;

    (void)state;
    assert_status(hash_once(hash_find_ascii("SHA256"), run(pin, size - 2), digest), NTE_SUCCESS);
    assert_status(key_create(&tpm_provider, wide("ECDSA_P256"), named("pin"), 0, 0, &key), NTE_SUCCESS);
    assert_status(set(key, "SmartCardPin", pin, size), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    key_free(key);
    key = opened_key("pin");
    assert_status(set(key, "PCP_USAGEAUTH", digest, 32), NTE_SUCCESS);
    assert_status(sign(key), NTE_SUCCESS);
    assert_status(set(key, "SmartCardPin", pin, 2 * 3), NTE_SUCCESS);
    assert_status(sign(key), NTE_PERM);
    assert_status(set(key, "SmartCardPin", pin, size - 2), NTE_SUCCESS);        /* the NUL may be missing */
    assert_status(sign(key), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* swtpm locks after three wrong ones: the same one costs a single try, whatever handle it is set on. */
static void wrong_one_is_tried_once(void **state)
{
    struct key *key = guarded_key("once", "right"), *other = opened_key("once"), *free_key = tpm_key("RSA", NULL);
    int i;

    (void)state;
    for (i = 0; i < 10; i++)
    {
        assert_status(set_auth(i % 2 ? key : other, "wrong"), NTE_SUCCESS);
        assert_status(sign(i % 2 ? key : other), NTE_PERM);
    }
    assert_status(set_auth(key, "right"), NTE_SUCCESS);
    assert_status(sign(key), NTE_SUCCESS);
    key_free(other);
    key_free(free_key);
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* A chip that lost its power may have counted that as a wrong password. */
static int clear_lockout(void)
{
    if (access("/usr/bin/tpm2_dictionarylockout", X_OK)) return 0;
    return !system("tpm2_dictionarylockout -T \"$NCRYPT_TPM_TCTI\" --clear-lockout");
}

/* Somebody has cleared the bit that says so in the blob: the empty password is wrong as well, and tried once. */
static void hidden_one(void **state)
{
    struct key *key = guarded_key(NULL, "right"), *same;
    const struct blob_options none = {0};
    uint8_t blob[2048];
    uint32_t size;
    int i;

    (void)state;
    clear_lockout();
    assert_status(key_export(key, wide("OpaqueKeyBlob"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_int_equal(blob[12], 1);                  /* row T.31 */
    blob[12] = 0;
    assert_status(key_import(&tpm_provider, wide("OpaqueKeyBlob"), run(blob, size), &none, named(NULL), 0, &same),
                  NTE_SUCCESS);
    for (i = 0; i < 10; i++) assert_status(sign(same), NTE_PERM);
    assert_status(sign(key), NTE_SUCCESS);
    key_free(same);
    key_free(key);
}

/* A key without a password is not concerned. */
static void lockout(void **state)
{
    struct key *key = guarded_key("lockout", "right"), *plain = tpm_key("ECDSA_P256", NULL);
    static const char *const wrong[] = {"1", "2", "3", "4", "5", "6"};
    nte_status status = NTE_SUCCESS;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(wrong) / sizeof(*wrong) && status != LOCKED_OUT; i++)
    {
        assert_status(set_auth(key, wrong[i]), NTE_SUCCESS);
        status = sign(key);
        assert_true(status == NTE_PERM || status == LOCKED_OUT);
    }
    assert_status(status, LOCKED_OUT);
    assert_status(set_auth(key, "right"), NTE_SUCCESS);
    assert_status(sign(key), LOCKED_OUT);
    assert_status(sign(plain), NTE_SUCCESS);

    if (!clear_lockout()) skip();
    assert_status(sign(key), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
    key_free(plain);
}

static void reset(void **state)
{
    struct key *key = guarded_key("reset", "right");

    (void)state;
    stop_swtpm(&tpm);
    assert_status(sign(key), NTE_DEVICE_NOT_READY);
    assert_int_equal(start_swtpm(&tpm), 0);
    if (!clear_lockout()) skip();
    assert_status(sign(key), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(needed_after_opening, take_back),
        cmocka_unit_test_teardown(too_long, take_back),
        cmocka_unit_test_teardown(pin_is_a_digest, take_back),
        cmocka_unit_test_teardown(wrong_one_is_tried_once, take_back),
        cmocka_unit_test_teardown(hidden_one, take_back),
        cmocka_unit_test_teardown(reset, take_back),
        cmocka_unit_test_teardown(lockout, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
