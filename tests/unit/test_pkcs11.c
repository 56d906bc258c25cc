/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys on a token of SoftHSM, through the engine: made, found, used, moved, deleted (rows C.24 to C.50). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "key/agreement.h"
#include "token_sample.h"

static const char pin_value[] = "&pin-value=" TOKEN_PIN;
static const struct provider_class *provider;       /* of the first token, with its PIN */

static int set_up(void **state)
{
    static const char *const labels[] = {"first", "second", NULL};

    (void)state;
    if (make_tokens(labels, 0)) return -1;
    provider = open_tokens(&token_provider, "token=first", pin_value);
    return 0;
}

/* --- what a key is used for --- */

static struct bytes digest_of(size_t size)
{
    uint8_t *digest = take(size);

    memset(digest, 0x5a, size);
    return bytes_of(digest, size);
}

/* The token signs, the engine verifies with the public numbers. */
static void check_signature(struct key *key, const struct padding *padding, struct bytes digest, uint32_t expected)
{
    uint8_t signature[512];
    uint32_t size = 0;

    assert_status(key_sign(key, padding, padding->scheme, digest, NULL, 0, &size), NTE_SUCCESS);
    assert_int_equal(size, expected);
    assert_status(key_sign(key, padding, padding->scheme, digest, signature, sizeof(signature), &size), NTE_SUCCESS);
    assert_int_equal(size, expected);
    assert_status(key_verify(key, padding, padding->scheme, digest, run(signature, size)), NTE_SUCCESS);
    signature[size - 1] ^= 1;
    assert_status(key_verify(key, padding, padding->scheme, digest, run(signature, size)), NTE_BAD_SIGNATURE);
}

static const struct padding unpadded;

static void signatures_of_rsa(void **state)
{
    struct padding pkcs1 = {.scheme = PAD_PKCS1, .present = 1}, pss = {.scheme = PAD_PSS, .present = 1};
    struct key *key = token_key(provider, "RSA", "rsa");

    (void)state;
    assert_int_equal(get_u32(key, "Length"), 2048);
    pkcs1.alg = pss.alg = wide("SHA256");
    check_signature(key, &pkcs1, digest_of(32), 256);
    pss.salt_size = 32;
    check_signature(key, &pss, digest_of(32), 256);
    pss.salt_size = 33;
    check_signature(key, &pss, digest_of(32), 256);
    pss.alg = wide("MD5");                          /* which the token does not know: padded here */
    pss.salt_size = 16;
    check_signature(key, &pss, digest_of(16), 256);
    pkcs1.alg = NULL;
    check_signature(key, &pkcs1, digest_of(36), 256);
    assert_status(key_delete(key), NTE_SUCCESS);
}

static void check_decrypts(struct key *key, const struct padding *padding, size_t length)
{
    uint8_t cipher[256], message[256];
    struct bytes plain = digest_of(length);
    uint32_t size = 0, flags = padding->scheme;

    assert_status(key_encrypt(key, padding, flags, plain, cipher, sizeof(cipher), &size), NTE_SUCCESS);
    assert_status(key_decrypt(key, padding, flags, run(cipher, 256), message, sizeof(message), &size), NTE_SUCCESS);
    assert_int_equal(size, length);
    assert_memory_equal(message, plain.data, length);
    if (length == 256) return;
    cipher[17] ^= 1;
    assert_status(key_decrypt(key, padding, flags, run(cipher, 256), message, sizeof(message), &size),
                  NTE_INVALID_PARAMETER);
}

static void decryption(void **state)
{
    struct padding pkcs1 = {.scheme = PAD_PKCS1}, none = {.scheme = PAD_NONE};
    struct padding oaep = {.scheme = PAD_OAEP, .present = 1};
    struct key *key = token_key(provider, "RSA", NULL);

    (void)state;
    check_decrypts(key, &pkcs1, 48);
    oaep.alg = wide("SHA1");
    check_decrypts(key, &oaep, 32);
    oaep.label = text("label");                     /* which SoftHSM ignores */
    check_decrypts(key, &oaep, 32);
    oaep.alg = wide("SHA256");                      /* which it refuses (row C.20) */
    check_decrypts(key, &oaep, 32);
    check_decrypts(key, &none, 256);
    key_free(key);
}

static void signatures_of_ec(void **state)
{
    static const struct { const char *alg; uint32_t size; } curves[] =
    {
        {"ECDSA_P256", 64}, {"ECDSA_P384", 96}, {"ECDSA_P521", 132}, {"ECDH_P256", 64},
    };
    struct key *key;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(curves) / sizeof(*curves); i++)
    {
        key = token_key(provider, curves[i].alg, "ec");
        check_signature(key, &unpadded, digest_of(20), curves[i].size);
        check_signature(key, &unpadded, digest_of(64), curves[i].size);
        assert_status(key_delete(key), NTE_SUCCESS);
    }
}

static void agreements(void **state)
{
    struct key *ours = token_key(provider, "ECDH_P384", "agreement"), *theirs = final_key("ECDH_P384", NULL), *signer;
    struct agreement *one, *other;

    (void)state;
    assert_status(agreement_make(ours, theirs, 0, &one), NTE_SUCCESS);
    assert_status(agreement_make(theirs, ours, 0, &other), NTE_SUCCESS);
    assert_int_equal(one->z.used, 48);
    assert_memory_equal(one->z.data, other->z.data, 48);
    agreement_free(one);
    agreement_free(other);
    key_free(ours);
    assert_status(open_token_key(provider, "agreement", &ours), NTE_SUCCESS);
    assert_string_equal(ours->alg->id, "ECDH_P384");
    signer = token_key(provider, "ECDSA_P384", NULL);
    assert_status(agreement_make(signer, theirs, 0, &one), NTE_NOT_SUPPORTED);
    key_free(signer);
    key_free(theirs);
    assert_status(key_delete(ours), NTE_SUCCESS);
}

/* --- names --- */

static void names(void **state)
{
    struct key *key = token_key(provider, "ECDSA_P256", "Name"), *same;
    uint16_t unique[UNIQUE_NAME_MAX];
    char ascii[UNIQUE_NAME_MAX];
    uint32_t size, i;

    (void)state;
    assert_status(property_get(&key->object, wide("Unique Name"), 0, (uint8_t *)unique, sizeof(unique), &size), 0);
    for (i = 0; i < size / 2; i++) ascii[i] = unique[i];
    assert_memory_equal(ascii, "pkcs11:", 7);
    assert_status(open_token_key(provider, ascii, &same), NTE_SUCCESS);
    assert_true(u16_equal(same->name, "Name"));
    key_free(same);
    assert_status(open_token_key(provider, "first\\Name", &same), NTE_SUCCESS);
    key_free(same);
    assert_status(open_token_key(provider, "nAME", &same), NTE_SUCCESS);
    key_free(same);
    assert_status(open_token_key(provider, "second\\Name", &same), NTE_BAD_KEYSET);
    assert_status(open_token_key(provider, "Names", &same), NTE_BAD_KEYSET);
    assert_status(open_token_key(provider, "", &same), NTE_INVALID_PARAMETER);
    assert_status(key_create(provider, wide("RSA"), named("NAME"), 0, 0, &same), NTE_EXISTS);
    assert_status(key_delete(key), NTE_SUCCESS);
    assert_status(open_token_key(provider, "Name", &same), NTE_BAD_KEYSET);
    assert_status(open_token_key(provider, ascii, &same), NTE_BAD_KEYSET);
}

static int count_listed(const struct provider_class *class, const char *part, const char *name)
{
    struct stored_key stored = {0};
    struct key_enum *list;
    nte_status status;
    int count = 0;

    assert_status(key_enum_open(class, part ? wide(part) : NULL, 0, &list), NTE_SUCCESS);
    while (!(status = key_enum_next(list, &stored)))
    {
        count += !name || u16_equal(stored.name, name);
        stored_key_free(&stored);
    }
    assert_status(status, NTE_NO_MORE_ITEMS);
    key_enum_free(list);
    return count;
}

static void lists(void **state)
{
    const struct provider_class *both = open_tokens(&token_provider, "", "");
    const struct provider_class *second = open_tokens(&token_provider, "token=second", pin_value);
    struct key *one = token_key(provider, "ECDSA_P256", "listed"), *two = token_key(second, "RSA", "listed");
    struct key_enum *list;

    (void)state;
    assert_int_equal(count_listed(provider, NULL, "listed"), 1);
    assert_int_equal(count_listed(second, NULL, "listed"), 1);
    assert_int_equal(count_listed(both, "first\\", NULL), 1);
    assert_int_equal(count_listed(both, NULL, NULL), 2);
    assert_int_equal(count_listed(both, NULL, "listed"), 0);        /* of two with one label nobody is meant: URIs */
    assert_status(key_enum_open(both, wide("first\\listed"), 0, &list), NTE_INVALID_PARAMETER);
    assert_status(key_delete(one), NTE_SUCCESS);
    assert_int_equal(count_listed(provider, NULL, NULL), 0);
    assert_status(key_delete(two), NTE_SUCCESS);
}

static void overwriting(void **state)
{
    struct key *old = token_key(provider, "ECDSA_P256", "again"), *new, *late;

    (void)state;
    assert_status(key_create(provider, wide("ECDSA_P256"), named("again"), 0, 0, &new), NTE_EXISTS);
    assert_status(key_create(provider, wide("ECDSA_P256"), named("again"), 0, FLAG_OVERWRITE_KEY, &new), NTE_SUCCESS);
    assert_status(key_finalize(new, 0), NTE_SUCCESS);
    assert_int_equal(count_listed(provider, NULL, NULL), 1);
    check_signature(new, &unpadded, digest_of(32), 64);
    key_free(old);
    assert_status(key_delete(new), NTE_SUCCESS);

    assert_status(key_create(provider, wide("ECDSA_P256"), named("late"), 0, 0, &late), NTE_SUCCESS);
    new = token_key(provider, "ECDSA_P256", "late");
    assert_status(key_finalize(late, 0), NTE_EXISTS);
    key_free(late);
    assert_status(key_delete(new), NTE_SUCCESS);
}

/* --- numbers that go in or out --- */

static void check_moves(const char *alg, const char *blob, uint32_t policy)
{
    struct blob_options none = {0};
    uint8_t first[2048], second[2048];
    uint32_t size, again;
    struct key *key, *copy;

    assert_status(key_create(provider, wide(alg), named("moved"), 0, 0, &key), NTE_SUCCESS);
    assert_status(set_u32(key, "Export Policy", policy), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(get_u32(key, "Export Policy"), policy);
    key_free(key);
    assert_status(open_token_key(provider, "moved", &key), NTE_SUCCESS);
    assert_int_equal(get_u32(key, "Export Policy"), policy);
    if (policy == ALLOW_EXPORT)
    {
        none.has_secret = 1;
        none.secret = wide("password");
    }
    assert_status(key_export(key, wide(blob), &none, 0, first, sizeof(first), &size), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);

    assert_status(key_import(provider, wide(blob), run(first, size), &none, named("moved"), 0, &copy), NTE_SUCCESS);
    assert_int_equal(get_u32(copy, "Export Policy"), 0);
    if (!strcmp(alg, "RSA")) check_decrypts(copy, &(struct padding){.scheme = PAD_PKCS1}, 16);
    else check_signature(copy, &unpadded, digest_of(32), 64);
    assert_status(key_export(copy, wide(blob), &none, 0, second, sizeof(second), &again), NTE_NOT_SUPPORTED);
    assert_status(key_delete(copy), NTE_SUCCESS);
}

static void moving(void **state)
{
    (void)state;
    check_moves("RSA", "RSAFULLPRIVATEBLOB", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT);
    check_moves("ECDSA_P256", "ECCPRIVATEBLOB", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT);
    check_moves("RSA", "PKCS8_PRIVATEKEY", ALLOW_EXPORT);           /* wrapped by the token, and sealed here */
}

static void what_a_token_has_no_room_for(void **state)
{
    struct key *key;

    (void)state;
    assert_status(key_create(provider, wide("DSA"), named("no"), 0, 0, &key), NTE_NOT_SUPPORTED);
    assert_status(key_create(provider, wide("AES"), named("no"), 0, 0, &key), NTE_NOT_SUPPORTED);
    key = token_key(provider, "ECDSA_P256", "value");
    assert_status(property_set(&key->object, wide("Custom"), text("abcd"), FLAG_PERSIST), NTE_NOT_SUPPORTED);
    key_delete(key);
    assert_status(key_create(provider, wide("ECDSA_P256"), named("once"), 0, 0, &key), NTE_SUCCESS);
    assert_status(set_u32(key, "Export Policy", ALLOW_ARCHIVING), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_NOT_SUPPORTED);
    key_free(key);
}

/* The smallest thing that has a subject. */
static void certificates(void **state)
{
    struct bytes der = hex("30 1a 30 18 a0 03 02 01 02 02 01 05 30 00 30 00 30 00 30 04 31 02 30 00 30 00 05 00");
    struct key *key = token_key(provider, "ECDSA_P256", "certified");
    uint8_t value[64];
    uint32_t size;

    (void)state;
    assert_status(property_get(&key->object, wide("SmartCardKeyCertificate"), 0, NULL, 0, &size), NTE_NOT_FOUND);
    assert_status(property_set(&key->object, wide("SmartCardKeyCertificate"), text("old!"), 0), NTE_SUCCESS);
    assert_status(property_set(&key->object, wide("SmartCardKeyCertificate"), der, FLAG_PERSIST), NTE_SUCCESS);
    key_free(key);
    assert_status(open_token_key(provider, "certified", &key), NTE_SUCCESS);
    assert_status(property_get(&key->object, wide("SmartCardKeyCertificate"), 0, value, sizeof(value), &size), 0);
    assert_int_equal(size, der.size);
    assert_memory_equal(value, der.data, size);
    assert_status(key_delete(key), NTE_SUCCESS);
}

static void usages(void **state)
{
    struct padding pkcs1 = {.scheme = PAD_PKCS1, .present = 1};
    uint8_t signature[256];
    struct key *key;
    uint32_t size;

    (void)state;
    assert_status(key_create(provider, wide("RSA"), named("usage"), 0, 0, &key), NTE_SUCCESS);
    assert_status(set_u32(key, "Key Usage", USAGE_DECRYPT), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    key_free(key);
    assert_status(open_token_key(provider, "usage", &key), NTE_SUCCESS);
    assert_int_equal(get_u32(key, "Key Usage"), USAGE_DECRYPT);
    assert_status(key_sign(key, &pkcs1, PAD_PKCS1, digest_of(32), signature, 256, &size), NTE_PERM);
    assert_status(key_delete(key), NTE_SUCCESS);
}

#define THREADS 8
#define ROUNDS 4

static void *use_own_key(void *arg)
{
    uint16_t name[16];
    char text[16];
    struct key *key;
    uint8_t signature[64];
    uint32_t size;
    nte_status status = NTE_SUCCESS;
    int i;

    snprintf(text, sizeof(text), "thread %d", (int)(intptr_t)arg);
    u16_from_ascii(name, text);
    for (i = 0; i < ROUNDS && !status; i++)
    {
        static uint16_t alg[] = u"ECDSA_P256";
        uint8_t digest[32] = {i};

        status = key_create(provider, alg, (struct key_name){name, name, NULL}, 0, 0, &key);
        if (status) break;
        status = key_finalize(key, 0);
        if (!status) status = key_sign(key, &unpadded, 0, bytes_of(digest, 32), signature, 64, &size);
        if (!status) status = key_verify(key, &unpadded, 0, bytes_of(digest, 32), bytes_of(signature, 64));
        if (status) printf("round %d: %#x\n", i, (unsigned)status);
        if (status || (status = key_delete(key))) key_free(key);
    }
    return (void *)(intptr_t)status;
}

static void threads(void **state)
{
    pthread_t thread[THREADS];
    void *status;
    int i;

    (void)state;
    for (i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&thread[i], NULL, use_own_key, (void *)(intptr_t)i), 0);
    for (i = 0; i < THREADS; i++)
    {
        pthread_join(thread[i], &status);
        assert_ptr_equal(status, NULL);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(signatures_of_rsa, take_back),
        cmocka_unit_test_teardown(signatures_of_ec, take_back),
        cmocka_unit_test_teardown(decryption, take_back),
        cmocka_unit_test_teardown(agreements, take_back),
        cmocka_unit_test_teardown(names, take_back),
        cmocka_unit_test_teardown(lists, take_back),
        cmocka_unit_test_teardown(overwriting, take_back),
        cmocka_unit_test_teardown(moving, take_back),
        cmocka_unit_test_teardown(what_a_token_has_no_room_for, take_back),
        cmocka_unit_test_teardown(certificates, take_back),
        cmocka_unit_test_teardown(usages, take_back),
        cmocka_unit_test_teardown(threads, take_back),
    };

    need_tokens();
    return cmocka_run_group_tests(tests, set_up, remove_tokens);
}
