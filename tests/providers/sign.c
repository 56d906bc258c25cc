/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signatures of every padding and hash; the software provider verifies them (rows 10.1 to 10.34; C.39 to C.42). */
#include "provider_test.h"

static NCRYPT_PROV_HANDLE provider;

static const struct
{
    const WCHAR *name;
    DWORD size;
}
hashes[] =
{
    { BCRYPT_SHA1_ALGORITHM, 20 }, { BCRYPT_SHA256_ALGORITHM, 32 }, { BCRYPT_SHA384_ALGORITHM, 48 },
    { BCRYPT_SHA512_ALGORITHM, 64 },
};

/* Both keys: that of the provider, and its public half in the software provider. */
static void check_signature(NCRYPT_KEY_HANDLE key, NCRYPT_KEY_HANDLE public, void *info, DWORD bytes, DWORD expected,
                            DWORD flags)
{
    BYTE hash[64] = { 1, 2, 3 }, signature[512];
    DWORD size = 0xdeadbeef;

    check_success(NCryptSignHash(key, info, hash, bytes, NULL, 0, &size, flags));
    ok(size == expected, "got %lu\n", size);
    size = 0xdeadbeef;
    check_status(NTE_BUFFER_TOO_SMALL, NCryptSignHash(key, info, hash, bytes, signature, 2, &size, flags));
    ok(size == expected, "got %lu\n", size);
    memset(signature, 0xcc, sizeof(signature));
    check_success(NCryptSignHash(key, info, hash, bytes, signature, sizeof(signature), &size, flags));
    ok(size == expected && signature[expected] == 0xcc, "got %lu\n", size);
    check_success(NCryptVerifySignature(public, info, hash, bytes, signature, size, flags));
    check_success(NCryptVerifySignature(key, info, hash, bytes, signature, size, flags));
    hash[0] ^= 1;
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, info, hash, bytes, signature, size, flags));
}

static void test_rsa(void)
{
    NCRYPT_KEY_HANDLE key = new_key(provider, L"RSA", NULL, 0), public = public_half(key, TRUE);
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = { NULL };
    BCRYPT_PSS_PADDING_INFO pss;
    BYTE hash[32] = { 0 }, signature[256];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(hashes); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(hashes[i].name));
        pkcs1.pszAlgId = pss.pszAlgId = hashes[i].name;
        check_signature(key, public, &pkcs1, hashes[i].size, 256, BCRYPT_PAD_PKCS1);
        pss.cbSalt = hashes[i].size;
        check_signature(key, public, &pss, hashes[i].size, 256, BCRYPT_PAD_PSS);
        pss.cbSalt = 0;
        check_signature(key, public, &pss, hashes[i].size, 256, BCRYPT_PAD_PSS);
        pss.cbSalt = 33;                                /* a size of no hash */
        check_signature(key, public, &pss, hashes[i].size, 256, BCRYPT_PAD_PSS);
        check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, &pkcs1, hash, hashes[i].size - 1, signature, 256,
                                                           &size, BCRYPT_PAD_PKCS1));
        winetest_pop_context();
    }
    pkcs1.pszAlgId = NULL;                              /* no DigestInfo: what TLS 1.1 signs */
    check_signature(key, public, &pkcs1, 36, 256, BCRYPT_PAD_PKCS1);
    check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, NULL, hash, 32, signature, 256, &size, 0));
    check_status(NTE_BAD_FLAGS, NCryptSignHash(key, NULL, hash, 32, signature, 256, &size, 0x80000000));
    check_success(NCryptFreeObject(public));
    check_success(NCryptFreeObject(key));
}

/* A hash that is longer than the curve's order is cut (C.42), a short one is not padded. */
static void test_ecdsa(void)
{
    NCRYPT_KEY_HANDLE key, public;
    unsigned int i, j;

    for (i = 0; i < ARRAY_SIZE(curves); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(curves[i].ecdsa));
        key = new_key(provider, curves[i].ecdsa, NULL, 0);
        public = public_half(key, FALSE);
        for (j = 0; j < ARRAY_SIZE(hashes); j++)
            check_signature(key, public, NULL, hashes[j].size, 2 * curves[i].bytes, 0);
        check_success(NCryptFreeObject(public));
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
}

/* A key for agreement signs as well (10.32), one for signatures does not agree. */
static void test_other_kind(void)
{
    NCRYPT_KEY_HANDLE agreeing = new_key(provider, L"ECDH_P256", NULL, 0);
    NCRYPT_KEY_HANDLE signing = new_key(provider, L"ECDSA_P256", NULL, 0);
    NCRYPT_SECRET_HANDLE secret;

    check_signs(agreeing, FALSE);
    check_failure(NCryptSecretAgreement(signing, agreeing, &secret, 0));
    check_success(NCryptFreeObject(signing));
    check_success(NCryptFreeObject(agreeing));
}

START_TEST(sign)
{
    if (!(provider = open_row())) return;
    test_rsa();
    test_ecdsa();
    test_other_kind();
    check_success(NCryptFreeObject(provider));
}
