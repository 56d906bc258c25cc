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

/* Two keys of one id on the first token. */
static void make_of_one_id(const char *alg, const char *label, struct key **one, struct key **other)
{
    key_free(token_key(first, alg, "one"));
    key_free(token_key(first, alg, label));
    change("one", CKA_ID, "\1");
    change(label, CKA_ID, "\1");
    assert_status(open_token_key(first, "one", one), NTE_SUCCESS);
    assert_status(open_token_key(first, label, other), NTE_SUCCESS);
}

/* Each is itself while label or number tells them apart, and the end of one is not the other's. */
static void check_one_id(const char *alg, const char *label)
{
    struct key *one, *other;

    make_of_one_id(alg, label, &one, &other);
    assert_status(sign_with(one), NTE_SUCCESS);
    assert_status(sign_with(other), NTE_SUCCESS);
    assert_status(key_delete(one), NTE_SUCCESS);
    assert_status(sign_with(other), NTE_SUCCESS);
    key_free(other);
    assert_status(open_token_key(first, "one", &one), NTE_BAD_KEYSET);
    assert_status(open_token_key(first, label, &other), NTE_SUCCESS);
    assert_status(sign_with(other), NTE_SUCCESS);
    assert_status(key_delete(other), NTE_SUCCESS);
}

static void one_id(void **state)
{
    (void)state;
    check_one_id("RSA", "other");
    check_one_id("ECDSA_P256", "other");
    check_one_id("ECDSA_P256", "one more");        /* which begins with the label of the first */
}

static void check_certificate(struct key *key, const char *expected)
{
    uint8_t value[64];
    uint32_t size;

    assert_status(property_get(&key->object, wide("SmartCardKeyCertificate"), 0, value, sizeof(value), &size),
                  NTE_SUCCESS);
    assert_int_equal(size, strlen(expected));
    assert_memory_equal(value, expected, size);
}

static void certificates_of_one_id(void **state)
{
    struct key *one, *other;

    (void)state;
    make_of_one_id("ECDSA_P256", "other", &one, &other);
    assert_status(property_set(&one->object, wide("SmartCardKeyCertificate"), text("of one"), 0), NTE_SUCCESS);
    assert_status(property_set(&other->object, wide("SmartCardKeyCertificate"), text("of the other"), 0), NTE_SUCCESS);
    assert_status(property_set(&one->object, wide("SmartCardKeyCertificate"), text("a new one"), 0), NTE_SUCCESS);
    check_certificate(one, "a new one");
    check_certificate(other, "of the other");
    assert_status(key_delete(one), NTE_SUCCESS);
    assert_status(key_delete(other), NTE_SUCCESS);
}

static void kinds_of_one_id(void **state)
{
    struct key *ec, *rsa;

    (void)state;
    key_free(token_key(first, "RSA", "rsa"));
    key_free(token_key(first, "ECDSA_P256", "ec"));
    change("rsa", CKA_ID, "\1");
    change("ec", CKA_ID, "\1");
    assert_status(open_token_key(first, "ec", &ec), NTE_SUCCESS);
    assert_status(open_token_key(first, "rsa", &rsa), NTE_SUCCESS);
    assert_status(sign_with(ec), NTE_SUCCESS);
    assert_status(sign_with(rsa), NTE_SUCCESS);
    assert_status(key_delete(rsa), NTE_SUCCESS);
    assert_status(sign_with(ec), NTE_SUCCESS);
    assert_status(key_delete(ec), NTE_SUCCESS);
}

/* RSA keys are told by their moduli; of two EC keys with one id and one label nobody knows which is meant. */
static void one_id_and_label(void **state)
{
    struct key *one, *other;

    (void)state;
    one = token_key(first, "RSA", "one");
    other = token_key(first, "RSA", "other");
    change("one", CKA_ID, "");
    change("other", CKA_ID, "");
    key_free(one);
    key_free(other);
    assert_status(open_token_key(first, "one", &one), NTE_SUCCESS);
    change("other", CKA_LABEL, "one");
    assert_status(sign_with(one), NTE_SUCCESS);
    assert_status(key_delete(one), NTE_SUCCESS);
    assert_status(open_token_key(first, "one", &other), NTE_SUCCESS);
    assert_status(sign_with(other), NTE_SUCCESS);
    assert_status(key_delete(other), NTE_SUCCESS);

    key_free(token_key(first, "ECDSA_P256", "one"));
    key_free(token_key(first, "ECDSA_P256", "other"));
    change("one", CKA_ID, "\1");
    assert_status(open_token_key(first, "one", &one), NTE_SUCCESS);
    assert_status(sign_with(one), NTE_SUCCESS);
    key_free(one);
    assert_status(open_token_key(first, "one", &one), NTE_SUCCESS);
    change("other", CKA_ID, "\1");
    change("other", CKA_LABEL, "one");
    assert_status(sign_with(one), NTE_BAD_KEYSET);
    assert_status(key_delete(one), NTE_BAD_KEYSET);
    key_free(one);
}

/* Another process makes a key anew under the id: the handle is not of that one. */
static void made_anew(void **state)
{
    struct key *old, *again;

    (void)state;
    key_free(token_key(first, "ECDSA_P256", "old"));
    assert_status(open_token_key(first, "old", &old), NTE_SUCCESS);
    key_free(token_key(first, "ECDSA_P256", "new"));
    change("old", CKA_ID, "\7");
    assert_status(sign_with(old), NTE_BAD_KEYSET);
    key_free(old);
    assert_status(open_token_key(first, "old", &old), NTE_SUCCESS);
    assert_status(open_token_key(first, "old", &again), NTE_SUCCESS);
    assert_status(key_delete(old), NTE_SUCCESS);
    change("new", CKA_ID, "\7");
    assert_status(sign_with(again), NTE_BAD_KEYSET);
    key_free(again);
    assert_status(open_token_key(first, "new", &again), NTE_SUCCESS);
    assert_status(key_delete(again), NTE_SUCCESS);
}

static void expect_unique(const struct provider_class *class, const char *name, const char *expected)
{
    uint16_t unique[UNIQUE_NAME_MAX];
    struct key *key;
    uint32_t size;
    size_t i;

    assert_status(open_token_key(class, name, &key), NTE_SUCCESS);
    assert_status(property_get(&key->object, wide("Unique Name"), 0, (uint8_t *)unique, sizeof(unique), &size), 0);
    for (i = 0; expected[i]; i++) assert_int_equal(unique[i], expected[i]);
    key_free(key);
}

/* The unique name of a card's key has its label, unless that means another one as well. */
static void one_label_on_a_card(void **state)
{
    const struct provider_class *card = open_tokens(&card_provider, "token=first", "&pin-value=" TOKEN_PIN);
    struct key *key;
    int i;

    (void)state;
    key_free(token_key(first, "RSA", "twin"));
    key_free(token_key(first, "RSA", "second twin"));
    expect_unique(card, "twin", "\\\\.\\");
    change("second twin", CKA_LABEL, "twin");
    expect_unique(card, "twin", "pkcs11:");
    for (i = 0; i < 2; i++)
    {
        assert_status(open_token_key(first, "twin", &key), NTE_SUCCESS);
        assert_status(key_delete(key), NTE_SUCCESS);
    }
}

/* A key without a name ends with the token's stay in its slot: its handle may be another key's afterwards. */
static void ends_with_its_session(void **state)
{
    struct key *kept, *temporary;

    (void)state;
    kept = token_key(first, "ECDSA_P256", "kept");
    temporary = token_key(first, "ECDSA_P256", NULL);
    assert_status(sign_with(temporary), NTE_SUCCESS);
    set_rules("removed");
    assert_status(sign_with(temporary), NTE_DEVICE_NOT_READY);
    set_rules("recycled");
    assert_status(sign_with(kept), NTE_SUCCESS);
    assert_status(sign_with(temporary), NTE_BAD_KEYSET);
    assert_int_equal(count_calls("C_Sign 0x0"), 1);
    key_free(temporary);
    assert_status(sign_with(kept), NTE_SUCCESS);
    assert_int_equal(count_calls("C_DestroyObject"), 0);
    set_rules("");
    assert_status(key_delete(kept), NTE_SUCCESS);
}

/* The same where the call of the key itself is the first to see it. */
static void ends_unseen(void **state)
{
    struct key *temporary = token_key(first, "ECDSA_P256", NULL), *kept = token_key(first, "ECDSA_P256", "kept");
    struct key *none;

    (void)state;
    set_rules("removed");
    assert_status(open_token_key(first, "kept", &none), NTE_BAD_KEYSET);
    set_rules("recycled");
    assert_status(sign_with(temporary), NTE_DEVICE_NOT_READY);
    assert_status(sign_with(kept), NTE_SUCCESS);
    assert_status(sign_with(temporary), NTE_BAD_KEYSET);
    key_free(temporary);
    set_rules("");
    assert_status(key_delete(kept), NTE_SUCCESS);
}

/* The end of a handle waits for no token. */
static void ends_without_a_call(void **state)
{
    struct key *temporary = token_key(first, "ECDSA_P256", NULL), *kept = token_key(first, "ECDSA_P256", "kept");

    (void)state;
    set_rules("");
    key_free(temporary);
    assert_int_equal(count_calls("C_"), 0);
    assert_status(sign_with(kept), NTE_SUCCESS);
    assert_int_equal(count_calls("C_CloseSession 0x0"), 1);
    assert_status(key_delete(kept), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(another_card, take_back),
        cmocka_unit_test_teardown(one_id, take_back),
        cmocka_unit_test_teardown(certificates_of_one_id, take_back),
        cmocka_unit_test_teardown(kinds_of_one_id, take_back),
        cmocka_unit_test_teardown(made_anew, take_back),
        cmocka_unit_test_teardown(one_id_and_label, take_back),
        cmocka_unit_test_teardown(one_label_on_a_card, take_back),
        cmocka_unit_test_teardown(ends_with_its_session, take_back),
        cmocka_unit_test_teardown(ends_unseen, take_back),
        cmocka_unit_test_teardown(ends_without_a_call, take_back),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up, remove_tokens);
}
