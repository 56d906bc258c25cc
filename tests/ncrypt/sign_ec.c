/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptSignHash and NCryptVerifySignature with EC keys (rows 10.11 to 10.18, 10.26, 10.30, 10.32). */
#include "ncrypt_test.h"
#include "vectors.h"

/* Signatures of RFC 6979 with hashes shorter than, as long as and longer than the field. 10.12, 10.30 */
static const struct
{
    const struct ec_numbers *numbers;
    const struct curve *curve;
    const char *hash, *signature;
}
known[] =
{
    { &ec_p256, &curves[0], SAMPLE_SHA1, ECDSA_P256_SHA1 },
    { &ec_p256, &curves[0], SAMPLE_SHA256, ECDSA_P256_SHA256 },
    { &ec_p256, &curves[0], SAMPLE_SHA512, ECDSA_P256_SHA512 },
    { &ec_p384, &curves[1], SAMPLE_SHA384, ECDSA_P384_SHA384 },
    { &ec_p521, &curves[2], SAMPLE_SHA512, ECDSA_P521_SHA512 },
};

static NCRYPT_KEY_HANDLE import_public(NCRYPT_PROV_HANDLE provider, DWORD magic, const struct ec_numbers *k)
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[256];
    DWORD size = ec_blob(blob, magic, k->x, k->y, NULL);

    check_success(import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, &key));
    return key;
}

static NCRYPT_KEY_HANDLE import_private(NCRYPT_PROV_HANDLE provider, DWORD magic, const struct ec_numbers *k)
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[256];
    DWORD size = ec_blob(blob, PRIVATE_MAGIC(magic), k->x, k->y, k->d);

    check_success(import_blob(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size, &key));
    return key;
}

static void test_known_answers(NCRYPT_PROV_HANDLE provider)
{
    BYTE hash[64], signature[132], bad[132];
    DWORD hash_size, size, i, j;
    NCRYPT_KEY_HANDLE key;

    for (i = 0; i < ARRAY_SIZE(known); i++)
    {
        winetest_push_context("%lu", i);
        key = import_public(provider, known[i].curve->ecdsa_public, known[i].numbers);
        hash_size = from_hex(hash, known[i].hash);
        size = from_hex(signature, known[i].signature);
        check_success(NCryptVerifySignature(key, NULL, hash, hash_size, signature, size, 0));
        check_success(NCryptVerifySignature(key, NULL, hash, hash_size, signature, size, NCRYPT_SILENT_FLAG));

        for (j = 0; j < size; j += size / 4)                                                /* 10.11 */
        {
            memcpy(bad, signature, size);
            bad[j + 1] ^= 1;
            check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, NULL, hash, hash_size, bad, size, 0));
        }
        hash[0] ^= 0x80;
        check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, NULL, hash, hash_size, signature, size, 0));
        hash[0] ^= 0x80;

        memset(bad, 0, sizeof(bad));                    /* r = s = 0, and both beyond the order */
        check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, NULL, hash, hash_size, bad, size, 0));
        memset(bad, 0xff, sizeof(bad));
        check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, NULL, hash, hash_size, bad, size, 0));
        /* 10.13: open question: asserted for BCrypt */
        check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, NULL, hash, hash_size, signature, size - 1, 0));
        check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, NULL, hash, hash_size, signature, 4, 0));
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
}

static void test_sign(NCRYPT_PROV_HANDLE provider)
{
    static const DWORD hash_sizes[] = { 1, 16, 20, 31, 32, 33, 48, 64 };
    BYTE hash[64], signature[256], again[256];
    const struct curve *curve;
    NCRYPT_KEY_HANDLE key;
    DWORD size, i;

    for (i = 0; i < sizeof(hash); i++) hash[i] = 3 * i + 1;
    for (curve = curves; curve < curves + ARRAY_SIZE(curves); curve++)
    {
        winetest_push_context("%s", wine_dbgstr_w(curve->ecdsa));
        key = make_key(provider, curve->ecdsa, NULL, 0, 0, 0);
        for (i = 0; i < ARRAY_SIZE(hash_sizes); i++)                                        /* 10.12 */
        {
            winetest_push_context("hash of %lu bytes", hash_sizes[i]);
            size = 0xdeadbeef;
            check_success(NCryptSignHash(key, NULL, hash, hash_sizes[i], NULL, 0, &size, 0)); /* 10.14 */
            ok(size == 2 * curve->bytes, "got %lu\n", size);                                /* 10.15 */
            size = 0xdeadbeef;
            check_success(NCryptSignHash(key, NULL, hash, hash_sizes[i], signature, 2 * curve->bytes, &size,
                                         0));                                               /* 10.17 */
            ok(size == 2 * curve->bytes, "got %lu\n", size);                                /* 10.18 */
            check_success(NCryptVerifySignature(key, NULL, hash, hash_sizes[i], signature, size, 0));
            winetest_pop_context();
        }
        /* the leftmost bits are used: what follows them does not matter */
        check_success(NCryptSignHash(key, NULL, hash, 64, signature, 256, &size, 0));
        hash[63] ^= 1;
        if (curve->bytes < 64) check_success(NCryptVerifySignature(key, NULL, hash, 64, signature, size, 0));
        else check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, NULL, hash, 64, signature, size, 0));
        hash[63] ^= 1;

        memset(signature, 0xcc, sizeof(signature));
        /* 10.16 */
        check_status(NTE_BUFFER_TOO_SMALL, NCryptSignHash(key, NULL, hash, 32, signature, 2, &size, 0));
        ok(size == 2 * curve->bytes, "got %lu\n", size);
        ok(signature[0] == 0xcc, "written\n");
        check_success(NCryptSignHash(key, NULL, hash, 32, signature, 2 * curve->bytes, &size, NCRYPT_SILENT_FLAG));
        ok(signature[2 * curve->bytes] == 0xcc, "wrote too much\n");
        check_success(NCryptSignHash(key, NULL, hash, 32, again, 256, &size, 0));
        ok(memcmp(signature, again, size), "one nonce twice\n");
        check_success(NCryptSignHash(key, NULL, NULL, 0, NULL, 0, &size, 0));
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
}

/* 10.32: keys of the ECDH group sign and verify like those of the ECDSA group with the same numbers. */
static void test_groups(NCRYPT_PROV_HANDLE provider)
{
    static const struct ec_numbers *numbers[] = { &ec_p256, &ec_p384, &ec_p521 };
    NCRYPT_KEY_HANDLE ecdsa_private, ecdsa_public, ecdh_private, ecdh_public;
    BYTE hash[32] = { 4, 5, 6 }, signature[132];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(curves); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(curves[i].name));
        ecdsa_private = import_private(provider, curves[i].ecdsa_public, numbers[i]);
        ecdsa_public = import_public(provider, curves[i].ecdsa_public, numbers[i]);
        ecdh_private = import_private(provider, curves[i].ecdh_public, numbers[i]);
        ecdh_public = import_public(provider, curves[i].ecdh_public, numbers[i]);

        check_success(NCryptSignHash(ecdh_private, NULL, hash, 32, signature, sizeof(signature), &size, 0));
        ok(size == 2 * curves[i].bytes, "got %lu\n", size);
        check_success(NCryptVerifySignature(ecdsa_public, NULL, hash, 32, signature, size, 0));
        check_success(NCryptVerifySignature(ecdh_public, NULL, hash, 32, signature, size, 0));
        check_success(NCryptSignHash(ecdsa_private, NULL, hash, 32, signature, sizeof(signature), &size, 0));
        check_success(NCryptVerifySignature(ecdh_private, NULL, hash, 32, signature, size, 0));
        check_success(NCryptVerifySignature(ecdsa_public, NULL, hash, 32, signature, size, 0));

        check_success(NCryptFreeObject(ecdsa_private));
        check_success(NCryptFreeObject(ecdsa_public));
        check_success(NCryptFreeObject(ecdh_private));
        check_success(NCryptFreeObject(ecdh_public));
        winetest_pop_context();
    }
}

static void check_sign(SECURITY_STATUS expected, NCRYPT_KEY_HANDLE key, void *info, DWORD flags)
{
    BYTE hash[32] = { 9, 8, 7 }, signature[64];
    DWORD size = 64;

    winetest_push_context("flags %#lx", flags);
    check_status(expected, NCryptSignHash(key, info, hash, 32, NULL, 0, &size, flags));
    check_status(expected, NCryptSignHash(key, info, hash, 32, signature, 64, &size, flags));
    if (expected) check_success(NCryptSignHash(key, NULL, hash, 32, signature, 64, &size, 0));
    check_success(NCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0));
    check_status(expected, NCryptVerifySignature(key, info, hash, 32, signature, 64, flags));
    if (!expected)
    {
        hash[0] ^= 1;
        check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, info, hash, 32, signature, 64, flags));
    }
    winetest_pop_context();
}

/* Microsoft's signtool sends PKCS #1 padding information for every key, in the size query as well. Open question:
 * 10.26, which is asserted for BCrypt, refuses it; the other schemes are refused as there. */
static void test_padding(NCRYPT_PROV_HANDLE provider)
{
    static const DWORD refused[] =
    {
        NCRYPT_NO_PADDING_FLAG, NCRYPT_PAD_OAEP_FLAG, BCRYPT_PAD_PSS, NCRYPT_PAD_CIPHER_FLAG,
        BCRYPT_PAD_PKCS1 | BCRYPT_PAD_PSS,
    };
    NCRYPT_KEY_HANDLE key = import_private(provider, BCRYPT_ECDSA_PUBLIC_P256_MAGIC, &ec_p256);
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM }, other = { L"no hash" }, none = { NULL };
    BCRYPT_OAEP_PADDING_INFO any = { BCRYPT_SHA256_ALGORITHM, NULL, 0 };    /* the longest structure */
    DWORD i;

    check_sign(ERROR_SUCCESS, key, &info, BCRYPT_PAD_PKCS1);
    check_sign(ERROR_SUCCESS, key, &info, BCRYPT_PAD_PKCS1 | NCRYPT_SILENT_FLAG);
    check_sign(ERROR_SUCCESS, key, &other, BCRYPT_PAD_PKCS1);
    check_sign(ERROR_SUCCESS, key, &none, BCRYPT_PAD_PKCS1);
    check_sign(ERROR_SUCCESS, key, NULL, BCRYPT_PAD_PKCS1);
    check_sign(ERROR_SUCCESS, key, &info, 0);
    for (i = 0; i < ARRAY_SIZE(refused); i++) check_sign(NTE_INVALID_PARAMETER, key, &any, refused[i]);
    check_success(NCryptFreeObject(key));
}

static void test_arguments(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_private(provider, BCRYPT_ECDSA_PUBLIC_P256_MAGIC, &ec_p256);
    BYTE hash[32], out[64], good[64];
    DWORD size;

    from_hex(hash, SAMPLE_SHA256);
    from_hex(good, ECDSA_P256_SHA256);
    check_status(NULL_REFERENCE, NCryptSignHash(key, NULL, NULL, 32, out, 64, &size, 0));
    check_status(NULL_REFERENCE, NCryptVerifySignature(key, NULL, NULL, 32, good, 64, 0));
    check_status(NULL_REFERENCE, NCryptVerifySignature(key, NULL, hash, 32, NULL, 64, 0));
    check_status(NTE_BAD_FLAGS, NCryptSignHash(key, NULL, hash, 32, out, 64, &size, 0x80000000));
    check_status(NTE_BAD_FLAGS, NCryptVerifySignature(key, NULL, hash, 32, good, 64, 0x80000000));
    check_success(NCryptFreeObject(key));

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", NULL, 0, 0));
    check_status(NTE_BAD_KEY_STATE, NCryptSignHash(key, NULL, hash, 32, out, 64, &size, 0));
    check_status(NTE_BAD_KEY_STATE, NCryptVerifySignature(key, NULL, hash, 32, good, 64, 0));
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_KEY_AGREEMENT_FLAG, NCRYPT_PERSIST_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    check_status(NTE_PERM, NCryptSignHash(key, NULL, hash, 32, out, 64, &size, 0));     /* 10.29: open question */
    check_success(NCryptFreeObject(key));

    key = import_public(provider, BCRYPT_ECDSA_PUBLIC_P256_MAGIC, &ec_p256);
    check_success(NCryptSignHash(key, NULL, hash, 32, NULL, 0, &size, 0));              /* 10.28 */
    ok(size == 64, "got %lu\n", size);
    /* 10.28, F6: open question: asserted for BCrypt */
    check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, NULL, hash, 32, out, 64, &size, 0));
    check_success(NCryptFreeObject(key));
}

START_TEST(sign_ec)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_known_answers(provider);
    test_sign(provider);
    test_groups(provider);
    test_padding(provider);
    test_arguments(provider);
    check_success(NCryptFreeObject(provider));
}
