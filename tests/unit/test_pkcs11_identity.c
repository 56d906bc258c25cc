/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A key is this one and no other: with another token in its slot, with an id that other keys have as well, with numbers
 * of handles that come again (rows C.52 to C.54). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <dlfcn.h>
#include <cmocka.h>

#include "token_sample.h"

static const struct provider_class *first, *second;

static int set_up(void **state)
{
    static const char *const labels[] = {"first", "second", NULL};

    (void)state;
    if (make_tokens(labels, 1)) return -1;
    use_mock();
    set_rules("");
    first = open_tokens(&token_provider, "token=first", "&pin-value=" TOKEN_PIN);
    second = open_tokens(&token_provider, "token=second", "&pin-value=" TOKEN_PIN);
    return 0;
}

#define CKA_LABEL 3
#define CKA_ID    0x102

/* On the tokens, unseen by the engine: of all objects with this label. */
static void change(const char *label, unsigned long type, const char *value)
{
    unsigned int (*change_all)(const char *, unsigned long, const void *, unsigned long);
    void *mock = dlopen(softhsm, RTLD_NOW | RTLD_NOLOAD);

    assert_non_null(mock);
    *(void **)&change_all = dlsym(mock, "mock_change_all");
    assert_true(change_all(label, type, value, strlen(value)) > 0);
    dlclose(mock);
}

/* The token signs, the engine verifies with the numbers that it knows. */
static nte_status sign_with(struct key *key)
{
    static const uint8_t digest[32];
    struct padding padding = {.scheme = PAD_PKCS1, .present = 1, .alg = wide("SHA256")};
    uint32_t size, flags = !strcmp(key->alg->id, "RSA") ? PAD_PKCS1 : 0;
    uint8_t signature[512];
    nte_status status;

    if (!flags) memset(&padding, 0, sizeof(padding));
    status = key_sign(key, &padding, flags, bytes_of(digest, 32), signature, sizeof(signature), &size);
    return status ? status : key_verify(key, &padding, flags, bytes_of(digest, 32), bytes_of(signature, size));
}

/* Both cards have a key 01, as all PIV cards do, and here one PIN, too. */
static void another_card(void **state)
{
    struct key *ours, *theirs;

    (void)state;
    key_free(token_key(first, "ECDSA_P256", "key"));
    key_free(token_key(second, "ECDSA_P256", "key"));
    change("key", CKA_ID, "\1");
    assert_status(open_token_key(first, "key", &ours), NTE_SUCCESS);
    assert_status(sign_with(ours), NTE_SUCCESS);
    set_rules("swapped first second");
    assert_status(sign_with(ours), NTE_DEVICE_NOT_READY);
    assert_status(sign_with(ours), NTE_DEVICE_NOT_READY);
    assert_status(set_pin(&ours->object, TOKEN_PIN), NTE_DEVICE_NOT_READY);
    assert_int_equal(count_calls("C_Login"), 0);
    assert_int_equal(count_calls("C_Sign 0x0"), 0);

    assert_status(open_token_key(second, "key", &theirs), NTE_SUCCESS);
    assert_status(sign_with(theirs), NTE_SUCCESS);
    assert_status(sign_with(ours), NTE_DEVICE_NOT_READY);           /* though the other one is logged in */
    set_rules("");
    assert_status(sign_with(ours), NTE_SUCCESS);
    assert_status(sign_with(theirs), NTE_SUCCESS);
    assert_status(key_delete(ours), NTE_SUCCESS);
    assert_status(key_delete(theirs), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(another_card, take_back),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up, remove_tokens);
}
