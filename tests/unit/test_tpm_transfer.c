/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys into a TPM and out of it: wrapped, as Windows writes them, and software keys that it takes over (rows T.9, T.31,
 * T.32). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_sample.h"

static const struct blob_options none;
static const struct padding unpadded;

static struct bytes export(struct key *key, const char *type)
{
    uint8_t *blob = take(2048);
    uint32_t size = 0;

    assert_status(key_export(key, wide(type), &none, 0, NULL, 0, &size), NTE_SUCCESS);
    assert_true(size <= 2048);
    assert_status(key_export(key, wide(type), &none, 0, blob, size, &size), NTE_SUCCESS);
    return bytes_of(blob, size);
}

static nte_status import_to(const struct provider_class *provider, const char *type, struct bytes blob,
                            const char *name, struct key **key)
{
    return key_import(provider, wide(type), blob, &none, named(name), FLAG_SILENT, key);
}

static nte_status import(const char *type, struct bytes blob, const char *name, struct key **key)
{
    return import_to(&tpm_provider, type, blob, name, key);
}

static void check_same(struct key *a, struct key *b, const char *type)
{
    struct bytes one = export(a, type), other = export(b, type);

    assert_int_equal(one.size, other.size);
    assert_memory_equal(one.data, other.data, one.size);
}

/* signer signs, and the other key verifies: PKCS #1, or ECDSA. */
static void check_signs(struct key *signer, struct key *verifier, int is_rsa)
{
    struct padding pkcs1 = {.scheme = PAD_PKCS1, .present = 1, .alg = wide("SHA256")};
    const struct padding *padding = is_rsa ? &pkcs1 : &unpadded;
    struct bytes digest = hex("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    uint8_t signature[256];
    uint32_t size;

    assert_status(key_sign(signer, padding, padding->scheme, digest, signature, sizeof(signature), &size), NTE_SUCCESS);
    assert_status(key_verify(verifier, padding, padding->scheme, digest, run(signature, size)), NTE_SUCCESS);
}

/* --- wrapped --- */

static uint32_t number_at(struct bytes blob, size_t offset)
{
    struct reader r = {blob.data + offset, 4, 0};

    return read_u32(&r);
}

static void layout(void **state)
{
    struct key *key = tpm_key("ECDSA_P256", NULL);
    struct bytes blob = export(key, "OpaqueKeyBlob");

    (void)state;
    assert_memory_equal(blob.data, "PCPM", 4);
    assert_int_equal(number_at(blob, 4), 56);
    assert_int_equal(number_at(blob, 8), 2);
    assert_int_equal(number_at(blob, 12), 0);
    assert_int_equal(number_at(blob, 16) + number_at(blob, 20) + 56, blob.size);
    assert_int_equal(blob.size, 272);               /* row T.33 */
    /* each part begins with the length of the rest, big-endian: clients strip it */
    assert_int_equal(blob.data[56] << 8 | blob.data[57], number_at(blob, 16) - 2);
    assert_int_equal(blob.data[56 + 88] << 8 | blob.data[57 + 88], number_at(blob, 20) - 2);
    key_free(key);
}

static void round_trip(void **state)
{
    static const char *const algorithms[] = {"RSA", "ECDSA_P256", "ECDSA_P384", "ECDH_P256", "ECDH_P521"};
    struct key *key, *same;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(algorithms) / sizeof(*algorithms); i++)
    {
        key = tpm_key(algorithms[i], NULL);
        assert_status(import("OpaqueKeyBlob", export(key, "OpaqueKeyBlob"), NULL, &same), NTE_SUCCESS);
        assert_string_equal(same->alg->id, algorithms[i]);
        check_same(key, same, i ? "ECCPUBLICBLOB" : "RSAPUBLICBLOB");
        check_same(key, same, "OpaqueKeyBlob");
        check_signs(same, key, !i);
        key_free(key);
        key_free(same);
    }
}

static void under_a_name(void **state)
{
    struct key *key = tpm_key("ECDSA_P256", NULL), *named, *again;
    struct bytes blob = export(key, "OpaqueKeyBlob");

    (void)state;
    assert_status(import("OpaqueKeyBlob", blob, "from elsewhere", &named), NTE_SUCCESS);
    assert_status(import("OpaqueKeyBlob", blob, "from elsewhere", &again), NTE_EXISTS);
    key_free(named);
    assert_status(open_tpm_key("from elsewhere", &named), NTE_SUCCESS);
    check_signs(named, key, 0);
    assert_status(key_delete(named), NTE_SUCCESS);
    check_signs(key, key, 0);
    key_free(key);
}

static void password_stays(void **state)
{
    struct key *key, *same;
    struct bytes blob;
    uint8_t signature[64];
    uint32_t size;

    (void)state;
    assert_status(key_create(&tpm_provider, wide("ECDSA_P256"), named(NULL), 0, 0, &key), NTE_SUCCESS);
    assert_status(set(key, "PCP_USAGEAUTH", "password", 8), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    blob = export(key, "OpaqueKeyBlob");
    assert_int_equal(number_at(blob, 12), 1);
    assert_status(import("OpaqueKeyBlob", blob, NULL, &same), NTE_SUCCESS);
    assert_status(key_sign(same, &unpadded, 0, text("digest"), signature, 64, &size), NTE_PERM);
    assert_status(set(same, "PCP_USAGEAUTH", "password", 8), NTE_SUCCESS);
    assert_status(key_sign(same, &unpadded, 0, text("digest"), signature, 64, &size), NTE_SUCCESS);
    key_free(key);
    key_free(same);
}

/* Whatever is wrong with a blob, there is a status, and no key. */
static void damaged(void **state)
{
    struct key *key = tpm_key("ECDSA_P256", NULL), *none_of_it;
    struct bytes blob = export(key, "OpaqueKeyBlob");
    uint8_t *bytes = (uint8_t *)blob.data;
    size_t i;

    (void)state;
    for (i = 0; i < blob.size; i++)
        assert_true(import("OpaqueKeyBlob", bytes_of(bytes, i), NULL, &none_of_it) != NTE_SUCCESS);
    for (i = 0; i < blob.size; i++)
    {
        if ((i >= 12 && i < 16) || (i >= 52 && i < 56)) continue;   /* flags of the header, padding */
        bytes[i] ^= 0x80;
        assert_true(import("OpaqueKeyBlob", blob, NULL, &none_of_it) != NTE_SUCCESS);
        bytes[i] ^= 0x80;
    }
    bytes[8] = 1;                                   /* of a TPM 1.2 */
    assert_status(import("OpaqueKeyBlob", blob, NULL, &none_of_it), NTE_NOT_SUPPORTED);
    bytes[8] = 2;
    bytes[blob.size - 1] ^= 1;
    assert_status(import("OpaqueKeyBlob", blob, NULL, &none_of_it), NTE_BAD_DATA);
    assert_status(import("OpaqueKeyBlob", text("PCP"), NULL, &none_of_it), NTE_BAD_DATA);
    assert_status(import("OpaqueKeyBlob", text("KSPM is no such blob"), NULL, &none_of_it), NTE_INVALID_PARAMETER);
    key_free(key);
}

static void not_of_public_keys(void **state)
{
    struct key *key = tpm_key("ECDSA_P256", NULL), *public, *software = final_key("ECDSA_P256", NULL);
    uint32_t size;

    (void)state;
    assert_status(import("ECCPUBLICBLOB", export(key, "ECCPUBLICBLOB"), NULL, &public), NTE_SUCCESS);
    assert_status(key_export(public, wide("OpaqueKeyBlob"), &none, 0, NULL, 0, &size), NTE_NOT_SUPPORTED);
    assert_status(key_export(software, wide("OpaqueKeyBlob"), &none, 0, NULL, 0, &size), NTE_BAD_TYPE);
    assert_status(import_to(&software_provider, "OpaqueKeyBlob", export(key, "OpaqueKeyBlob"), NULL, &public),
                  NTE_NOT_SUPPORTED);
    key_free(public);
    key_free(software);
    key_free(key);
}

/* --- taken over --- */

static struct bytes software_blob(const char *alg, const char *type, struct key **key)
{
    *key = new_key(alg, NULL);
    if (!strcmp(alg, "RSA")) assert_status(set_u32(*key, "Length", 2048), NTE_SUCCESS);
    assert_status(set_u32(*key, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    assert_status(key_finalize(*key, 0), NTE_SUCCESS);
    return export(*key, type);
}

static void check_import(const char *alg, const char *type, const char *public_type, const char *name)
{
    struct key *software, *taken, *opened;
    struct bytes blob = software_blob(alg, type, &software);
    int is_rsa = !strcmp(alg, "RSA");

    assert_status(import(type, blob, name, &taken), NTE_SUCCESS);
    check_same(software, taken, public_type);
    check_signs(taken, software, is_rsa);
    check_signs(software, taken, is_rsa);
    if (name)
    {
        assert_status(open_tpm_key(name, &opened), NTE_SUCCESS);
        check_signs(opened, software, is_rsa);
        key_free(opened);
        assert_status(key_delete(taken), NTE_SUCCESS);
    }
    else key_free(taken);
    key_free(software);
}

static void software_keys(void **state)
{
    (void)state;
    check_import("RSA", "RSAFULLPRIVATEBLOB", "RSAPUBLICBLOB", "taken over");
    check_import("RSA", "PKCS8_PRIVATEKEY", "RSAPUBLICBLOB", NULL);
    check_import("ECDSA_P256", "ECCPRIVATEBLOB", "ECCPUBLICBLOB", NULL);
    check_import("ECDSA_P384", "ECCPRIVATEBLOB", "ECCPUBLICBLOB", "taken over");
    check_import("ECDH_P521", "ECCPRIVATEBLOB", "ECCPUBLICBLOB", NULL);
}

static void odd_numbers(void **state)
{
    struct key *software = new_key("RSA", NULL), *taken;
    struct bytes blob;

    (void)state;
    assert_status(set_u32(software, "Length", 2056), NTE_SUCCESS);
    assert_status(set_u32(software, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    assert_status(key_finalize(software, 0), NTE_SUCCESS);
    blob = export(software, "RSAFULLPRIVATEBLOB");
    assert_status(import("RSAFULLPRIVATEBLOB", blob, NULL, &taken), NTE_NOT_SUPPORTED);
    key_free(software);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(layout, take_back),
        cmocka_unit_test_teardown(round_trip, take_back),
        cmocka_unit_test_teardown(under_a_name, take_back),
        cmocka_unit_test_teardown(password_stays, take_back),
        cmocka_unit_test_teardown(damaged, take_back),
        cmocka_unit_test_teardown(not_of_public_keys, take_back),
        cmocka_unit_test_teardown(software_keys, take_back),
        cmocka_unit_test_teardown(odd_numbers, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
