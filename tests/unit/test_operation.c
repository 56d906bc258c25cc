/* SPDX-License-Identifier: LGPL-2.1-or-later
 * operation.c: what is checked for every family before its own code runs. Stand-ins for the families are not needed:
 * RSA signs and decrypts, EC signs without padding, AES has a chain, DH does none of it. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "key_sample.h"

#define BAD_FLAG 0x00000100u

static const struct padding unpadded;
static const uint8_t digest[32] = "a digest of thirty-two octets ..";

static nte_status sign(struct key *key, const struct padding *padding, uint32_t flags)
{
    uint8_t signature[256];
    uint32_t size;

    return key_sign(key, padding, flags, run(digest, sizeof(digest)), signature, sizeof(signature), &size);
}

static nte_status verify(struct key *key, const struct padding *padding, uint32_t flags)
{
    uint8_t signature[128] = {0};

    return key_verify(key, padding, flags, run(digest, sizeof(digest)), run(signature, sizeof(signature)));
}

static nte_status encrypt(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input)
{
    uint8_t output[256];
    uint32_t size;

    return key_encrypt(key, padding, flags, input, output, sizeof(output), &size);
}

static nte_status decrypt(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input)
{
    uint8_t output[256];
    uint32_t size;

    return key_decrypt(key, padding, flags, input, output, sizeof(output), &size);
}

static struct key *key_for(uint32_t usage)
{
    struct key *key = new_key("RSA", NULL);

    assert_status(set_u32(key, "Length", 1024), NTE_SUCCESS);
    assert_status(set_u32(key, "Key Usage", usage), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

/* What needs the private part needs the right to it, all else does not. */
static void test_usage(void **state)
{
    struct padding padding = pkcs1("SHA256"), plain = pkcs1(NULL);
    struct key *signer = key_for(USAGE_SIGNING), *decrypter = key_for(USAGE_DECRYPT), *none = key_for(0);
    struct bytes cipher = pattern(128, 1);
    uint32_t size;

    (void)state;
    assert_status(sign(signer, &padding, PAD_PKCS1), NTE_SUCCESS);
    assert_status(sign(decrypter, &padding, PAD_PKCS1), NTE_PERM);
    assert_status(sign(none, &padding, PAD_PKCS1), NTE_PERM);
    assert_status(decrypt(signer, &plain, PAD_PKCS1, cipher), NTE_PERM);
    assert_status(decrypt(none, &plain, PAD_PKCS1, cipher), NTE_PERM);
    assert_status(encrypt(decrypter, &plain, PAD_PKCS1, text("clear")), NTE_SUCCESS);
    assert_status(encrypt(none, &plain, PAD_PKCS1, text("clear")), NTE_SUCCESS);
    assert_status(verify(none, &padding, PAD_PKCS1), NTE_BAD_SIGNATURE);
    assert_status(key_sign(none, &padding, PAD_PKCS1, run(NULL, 0), NULL, 0, &size), NTE_SUCCESS);

    cipher = run(take(128), 128);
    assert_status(key_encrypt(decrypter, &plain, PAD_PKCS1, text("clear"), (uint8_t *)cipher.data, 128, &size),
                  NTE_SUCCESS);
    assert_status(decrypt(decrypter, &plain, PAD_PKCS1, cipher), NTE_SUCCESS);
    key_free(signer);
    key_free(decrypter);
    key_free(none);
}

static void test_flags(void **state)
{
    struct padding padding = pkcs1("SHA256"), plain = pkcs1(NULL);
    struct key *key = key_for(USAGE_ALL);
    struct bytes cipher = pattern(128, 1);

    (void)state;
    assert_status(sign(key, &padding, PAD_PKCS1 | BAD_FLAG), NTE_BAD_FLAGS);
    assert_status(verify(key, &padding, PAD_PKCS1 | BAD_FLAG), NTE_BAD_FLAGS);
    assert_status(encrypt(key, &plain, PAD_PKCS1 | BAD_FLAG, text("clear")), NTE_BAD_FLAGS);
    assert_status(decrypt(key, &plain, PAD_PKCS1 | BAD_FLAG, cipher), NTE_BAD_FLAGS);
    assert_status(encrypt(key, &plain, PAD_PSS, text("clear")), NTE_BAD_FLAGS);
    assert_status(decrypt(key, &plain, PAD_PSS, cipher), NTE_BAD_FLAGS);
    assert_status(sign(key, &padding, PAD_PKCS1 | FLAG_SILENT), NTE_SUCCESS);
    assert_status(encrypt(key, &plain, PAD_PKCS1 | FLAG_SILENT, text("clear")), NTE_SUCCESS);
    key_free(key);
}

/* A signature is measured without a hash and without a private key, and written only where it fits. */
static void test_signature_sizes(void **state)
{
    struct key *key = final_key("ECDSA_P256", NULL);
    uint8_t signature[64] = {0}, zero[64] = {0};
    struct bytes hash = run(digest, sizeof(digest));
    uint32_t size = 0;

    (void)state;
    assert_status(key_sign(key, &unpadded, 0, run(NULL, 0), NULL, 0, &size), NTE_SUCCESS);
    assert_int_equal(size, 64);
    size = 0;
    assert_status(key_sign(key, &unpadded, 0, hash, signature, 63, &size), NTE_BUFFER_TOO_SMALL);
    assert_int_equal(size, 64);
    assert_memory_equal(signature, zero, sizeof(zero));
    assert_status(key_sign(key, &unpadded, 0, run(NULL, 0), signature, 64, &size), NTE_NULL_REFERENCE_POINTER);
    assert_status(key_sign(key, &unpadded, 0, hash, signature, 64, &size), NTE_SUCCESS);
    assert_status(key_verify(key, &unpadded, 0, hash, run(signature, 64)), NTE_SUCCESS);
    assert_status(key_verify(key, &unpadded, 0, run(NULL, 0), run(signature, 64)), NTE_NULL_REFERENCE_POINTER);
    assert_status(key_verify(key, &unpadded, 0, hash, run(NULL, 64)), NTE_NULL_REFERENCE_POINTER);
    key_free(key);
}

static void test_public_key(void **state)
{
    const struct blob_options none = {.algorithms = &all_algorithms};
    struct padding padding = pkcs1("SHA256"), plain = pkcs1(NULL);
    struct key *key = key_for(USAGE_ALL), *public;
    uint8_t blob[256];
    uint32_t size;

    (void)state;
    assert_status(key_export(key, wide("RSAPUBLICBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_status(key_import(&software_provider, wide("RSAPUBLICBLOB"),
                  run(blob, size), &none, named(NULL), 0, &public),
                  NTE_SUCCESS);
    assert_status(key_sign(public, &padding, PAD_PKCS1, run(NULL, 0), NULL, 0, &size), NTE_SUCCESS);
    assert_int_equal(size, 128);
    assert_status(sign(public, &padding, PAD_PKCS1), NTE_INVALID_PARAMETER);
    assert_status(decrypt(public, &plain, PAD_PKCS1, pattern(128, 1)), NTE_INVALID_PARAMETER);
    assert_status(encrypt(public, &plain, PAD_PKCS1, text("clear")), NTE_SUCCESS);
    key_free(public);
    key_free(key);
}

static void test_what_a_family_cannot(void **state)
{
    struct key *ec = final_key("ECDSA_P256", NULL), *x25519 = new_key("ECDH", NULL), *aes = final_key("AES", NULL);

    (void)state;
    assert_status(set(x25519, "ECCCurveName", wide("curve25519"), 22), NTE_SUCCESS);
    assert_status(key_finalize(x25519, 0), NTE_SUCCESS);
    assert_status(encrypt(ec, &unpadded, 0, text("clear")), NTE_NOT_SUPPORTED);
    assert_status(decrypt(ec, &unpadded, 0, text("cipher")), NTE_NOT_SUPPORTED);
    assert_status(sign(x25519, &unpadded, 0), NTE_NOT_SUPPORTED);
    assert_status(verify(x25519, &unpadded, 0), NTE_NOT_SUPPORTED);
    assert_status(sign(aes, &unpadded, 0), NTE_NOT_SUPPORTED);
    assert_status(verify(aes, &unpadded, 0), NTE_NOT_SUPPORTED);
    key_free(ec);
    key_free(x25519);
    key_free(aes);
}

/* Row 10.26. */
static void test_padding_without_need(void **state)
{
    struct padding padding = pkcs1("SHA256"), other = pss("SHA256", 32);
    struct key *key = final_key("ECDSA_P256", NULL);

    (void)state;
    assert_status(sign(key, &padding, PAD_PKCS1), NTE_SUCCESS);
    assert_status(sign(key, &other, PAD_PSS), NTE_INVALID_PARAMETER);
    assert_status(verify(key, &other, PAD_PSS), NTE_INVALID_PARAMETER);
    key_free(key);
}

static void test_before_finalize(void **state)
{
    struct padding padding = pkcs1("SHA256"), plain = pkcs1(NULL);
    struct key *key = new_key("RSA", NULL);

    (void)state;
    assert_status(sign(key, &padding, PAD_PKCS1), NTE_BAD_KEY_STATE);
    assert_status(verify(key, &padding, PAD_PKCS1), NTE_BAD_KEY_STATE);
    assert_status(encrypt(key, &plain, PAD_PKCS1, text("clear")), NTE_BAD_KEY_STATE);
    assert_status(decrypt(key, &plain, PAD_PKCS1, text("cipher")), NTE_BAD_KEY_STATE);
    key_free(key);
}

/* The handle's chain goes on with what succeeds, and with nothing else. */
static void test_chain(void **state)
{
    struct key *key = final_key("AES", NULL);
    struct bytes clear = pattern(32, 7);
    uint8_t whole[32], parts[32], back[32];
    uint32_t size;

    (void)state;
    assert_status(set(key, "IV", digest, 16), NTE_SUCCESS);
    assert_status(key_encrypt(key, &unpadded, 0, clear, whole, 32, &size), NTE_SUCCESS);
    assert_status(set(key, "IV", digest, 16), NTE_SUCCESS);
    assert_status(key_encrypt(key, &unpadded, 0, run(clear.data, 16), parts, 16, &size), NTE_SUCCESS);
    assert_status(key_encrypt(key, &unpadded, 0, run(clear.data, 16), NULL, 0, &size), NTE_SUCCESS);
    assert_int_equal(size, 16);
    assert_status(key_encrypt(key, &unpadded, 0, run(clear.data, 16), parts + 16, 15, &size), NTE_BUFFER_TOO_SMALL);
    assert_status(key_encrypt(key, &unpadded, 0, run(clear.data + 16, 16), parts + 16, 16, &size), NTE_SUCCESS);
    assert_memory_equal(parts, whole, sizeof(whole));
    assert_memory_not_equal(parts, clear.data, sizeof(whole));
    assert_status(set(key, "IV", digest, 16), NTE_SUCCESS);
    assert_status(key_decrypt(key, &unpadded, 0, run(whole, 32), back, 32, &size), NTE_SUCCESS);
    assert_memory_equal(back, clear.data, sizeof(back));
    assert_status(encrypt(key, &unpadded, 0, run(NULL, 16)), NTE_INVALID_PARAMETER);
    assert_status(decrypt(key, &unpadded, 0, run(NULL, 16)), NTE_INVALID_PARAMETER);
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_usage, take_back),
        cmocka_unit_test_teardown(test_flags, take_back),
        cmocka_unit_test_teardown(test_signature_sizes, take_back),
        cmocka_unit_test_teardown(test_public_key, take_back),
        cmocka_unit_test_teardown(test_what_a_family_cannot, take_back),
        cmocka_unit_test_teardown(test_padding_without_need, take_back),
        cmocka_unit_test_teardown(test_before_finalize, take_back),
        cmocka_unit_test_teardown(test_chain, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
