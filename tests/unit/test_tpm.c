/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of a TPM, through the engine: made, found, used, moved, deleted (rows T.1 to T.13, T.29 to T.33). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "key/agreement.h"
#include "tpm_sample.h"

static int set_up(void **state)
{
    const struct provider_class *opened;

    if (attach_stores(state) || start_swtpm(&tpm)) return -1;
    return tpm_provider.open(&tpm_provider, tpm_provider.name, NULL, &opened) || opened != &tpm_provider ? -1 : 0;
}

static int clear_up(void **state)
{
    return remove_swtpm(&tpm) || remove_stores(state) ? -1 : 0;
}

/* --- what a key is used for --- */

static struct bytes digest_of(size_t size)
{
    uint8_t *digest = take(size);

    memset(digest, 0x5a, size);
    return bytes_of(digest, size);
}

/* The chip signs, the engine verifies with the public numbers. */
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
    struct key *key = tpm_key("RSA", NULL);

    (void)state;
    assert_int_equal(get_u32(key, "Length"), 2048);
    pkcs1.alg = pss.alg = wide("SHA256");
    check_signature(key, &pkcs1, digest_of(32), 256);
    pss.salt_size = 33;                             /* chips have one length of salt (row T.11) */
    check_signature(key, &pss, digest_of(32), 256);
    pss.alg = pkcs1.alg = wide("MD5");              /* which no chip knows */
    pss.salt_size = 16;
    check_signature(key, &pss, digest_of(16), 256);
    pkcs1.alg = NULL;
    check_signature(key, &pkcs1, digest_of(36), 256);
    key_free(key);
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
    memset(cipher, 0xff, sizeof(cipher));           /* not below the modulus */
    assert_status(key_decrypt(key, padding, flags, run(cipher, 256), message, sizeof(message), &size),
                  NTE_INVALID_PARAMETER);
}

static void decryption(void **state)
{
    struct padding pkcs1 = {.scheme = PAD_PKCS1}, none = {.scheme = PAD_NONE};
    struct padding oaep = {.scheme = PAD_OAEP, .present = 1};
    struct key *key = tpm_key("RSA", NULL);

    (void)state;
    check_decrypts(key, &pkcs1, 48);
    oaep.alg = wide("SHA256");
    check_decrypts(key, &oaep, 32);
    oaep.label = text("label");                     /* without a NUL, which chips want (row T.12) */
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
        key = tpm_key(curves[i].alg, NULL);
        check_signature(key, &unpadded, digest_of(20), curves[i].size);
        check_signature(key, &unpadded, digest_of(64), curves[i].size);         /* cut (row T.10) */
        key_free(key);
    }
}

static void agreements(void **state)
{
    struct key *ours = tpm_key("ECDH_P384", NULL), *theirs = final_key("ECDH_P384", NULL), *signer;
    struct agreement *one, *other;

    (void)state;
    assert_status(agreement_make(ours, theirs, 0, &one), NTE_SUCCESS);
    assert_status(agreement_make(theirs, ours, 0, &other), NTE_SUCCESS);
    assert_int_equal(one->z.used, 48);
    assert_memory_equal(one->z.data, other->z.data, 48);
    agreement_free(one);
    agreement_free(other);
    signer = tpm_key("ECDSA_P384", NULL);
    assert_status(agreement_make(signer, theirs, 0, &one), NTE_NOT_SUPPORTED);
    key_free(signer);
    key_free(ours);
    key_free(theirs);
}

/* --- where it is kept --- */

static void life(void **state)
{
    struct key *key = tpm_key("ECDSA_P256", "life"), *same;

    (void)state;
    assert_int_equal(get_u32(key, "Export Policy"), 0);
    assert_status(open_tpm_key("life", &same), NTE_SUCCESS);
    check_signature(same, &unpadded, digest_of(32), 64);
    key_free(key);
    assert_status(try_tpm_key("ECDSA_P256", "life", 0, &key), NTE_EXISTS);
    assert_status(try_tpm_key("RSA", "life", FLAG_OVERWRITE_KEY, &key), NTE_SUCCESS);
    assert_status(key_delete(same), NTE_BAD_KEYSET);            /* it is another one now */
    key_free(same);
    assert_status(key_delete(key), NTE_SUCCESS);
    assert_status(open_tpm_key("life", &key), NTE_BAD_KEYSET);
}

/* The provider of files has nothing of it, and the other way round. */
static void apart_from_files(void **state)
{
    struct key *in_chip = tpm_key("ECDSA_P256", "one name"), *in_file = final_key("ECDSA_P256", "one name"), *key;

    (void)state;
    assert_status(key_delete(in_file), NTE_SUCCESS);
    assert_status(open_tpm_key("one name", &key), NTE_SUCCESS);
    key_free(key);
    assert_status(key_delete(in_chip), NTE_SUCCESS);
}

static unsigned int count_keys(uint32_t flags)
{
    struct key_enum *list;
    struct stored_key stored = {0};
    unsigned int count = 0;
    nte_status status;

    assert_status(key_enum_open(&tpm_provider, NULL, flags, &list), NTE_SUCCESS);
    while (!(status = key_enum_next(list, &stored)))
    {
        count++;
        stored_key_free(&stored);
        memset(&stored, 0, sizeof(stored));
    }
    assert_status(status, NTE_NO_MORE_ITEMS);
    key_enum_free(list);
    return count;
}

static void lists(void **state)
{
    struct key *user = tpm_key("ECDSA_P256", "of the user"), *machine = NULL;

    (void)state;
    assert_status(try_tpm_key("ECDSA_P384", "of the machine", FLAG_MACHINE_KEY, &machine), NTE_SUCCESS);
    assert_int_equal(count_keys(0), 1);
    assert_int_equal(count_keys(FLAG_MACHINE_KEY), 1);
    assert_int_equal(get_u32(machine, "Key Type"), FLAG_MACHINE_KEY);
    assert_status(key_delete(user), NTE_SUCCESS);
    assert_status(key_delete(machine), NTE_SUCCESS);
    assert_int_equal(count_keys(0) + count_keys(FLAG_MACHINE_KEY), 0);
}

/* --- what a chip does not do --- */

static void refusals(void **state)
{
    struct key *key = NULL;

    (void)state;
    assert_status(key_create(&tpm_provider, wide("DSA"), named(NULL), 0, 0, &key), NTE_NOT_SUPPORTED);
    assert_status(key_create(&tpm_provider, wide("AES"), named(NULL), 0, 0, &key), NTE_NOT_SUPPORTED);
    assert_status(key_create(&tpm_provider, wide("RSA"), named(NULL), 0, 0, &key), NTE_SUCCESS);
    assert_status(set_u32(key, "Export Policy", ALLOW_EXPORT), NTE_NOT_SUPPORTED);
    assert_status(set_u32(key, "Export Policy", 0), NTE_SUCCESS);
    assert_status(set_u32(key, "Length", 2056), NTE_INVALID_PARAMETER);
    assert_status(set_u32(key, "Length", 16384), NTE_INVALID_PARAMETER);
    key_free(key);
}

static void nothing_comes_out(void **state)
{
    static const char *const types[] = {"RSAFULLPRIVATEBLOB", "RSAPRIVATEBLOB", "PKCS8_PRIVATEKEY", "OpaqueTransport",
                                        "CAPIPRIVATEBLOB"};
    const struct blob_options none = {0};
    struct key *key = tpm_key("RSA", "kept in");
    uint8_t blob[2048];
    uint32_t size;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(types) / sizeof(*types); i++)
        assert_status(key_export(key, wide(types[i]), &none, 0, blob, sizeof(blob), &size), NTE_NOT_SUPPORTED);
    assert_status(key_export(key, wide("RSAPUBLICBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_int_equal(size, 24 + 3 + 256);           /* row T.16 */
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* A key of another chip is there, and cannot be used: a program must not make a new one in its place. */
static void another_chip(void **state)
{
    struct key *key = tpm_key("ECDSA_P256", "of the first chip"), *same;
    struct swtpm other = {0};

    (void)state;
    key_free(key);
    stop_swtpm(&tpm);
    assert_int_equal(start_swtpm(&other), 0);
    assert_status(open_tpm_key("of the first chip", &same), NTE_BAD_KEY_STATE);
    assert_status(try_tpm_key("ECDSA_P256", "of the first chip", 0, &same), NTE_EXISTS);
    assert_int_equal(remove_swtpm(&other), 0);
    assert_int_equal(start_swtpm(&tpm), 0);
    assert_status(open_tpm_key("of the first chip", &same), NTE_SUCCESS);
    check_signature(same, &unpadded, digest_of(32), 64);
    assert_status(key_delete(same), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(signatures_of_rsa, take_back),
        cmocka_unit_test_teardown(decryption, take_back),
        cmocka_unit_test_teardown(signatures_of_ec, take_back),
        cmocka_unit_test_teardown(agreements, take_back),
        cmocka_unit_test_teardown(life, take_back),
        cmocka_unit_test_teardown(apart_from_files, take_back),
        cmocka_unit_test_teardown(lists, take_back),
        cmocka_unit_test_teardown(refusals, take_back),
        cmocka_unit_test_teardown(nothing_comes_out, take_back),
        cmocka_unit_test_teardown(another_chip, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up, clear_up);
}
