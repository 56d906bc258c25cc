/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptSignHash and NCryptVerifySignature with RSA keys (rows 10.1 to 10.34). EC keys are in sign_ec.c. */
#include "ncrypt_test.h"
#include "vectors.h"

#define PKCS1 NCRYPT_PAD_PKCS1_FLAG
#define PSS NCRYPT_PAD_PSS_FLAG

static BCRYPT_PKCS1_PADDING_INFO pkcs1_sha256 = { BCRYPT_SHA256_ALGORITHM };

static NCRYPT_KEY_HANDLE import_numbers(NCRYPT_PROV_HANDLE provider, const struct rsa_numbers *k)
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[2048];
    DWORD size = make_rsa_blob(blob, BCRYPT_RSAFULLPRIVATE_MAGIC, *k);

    check_success(import_blob(provider, BCRYPT_RSAFULLPRIVATE_BLOB, blob, size, &key));
    return key;
}

/* The RSA-2048 public key of NIST's vectors, with the hash and signature that belong to it. */
static NCRYPT_KEY_HANDLE import_nist(NCRYPT_PROV_HANDLE provider, BYTE hash[32], BYTE signature[256])
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[2048];
    DWORD size;

    size = rsa_blob(blob, BCRYPT_RSAPUBLIC_MAGIC, NIST_2048_MODULUS, NIST_2048_EXPONENT, NULL, NULL, NULL, NULL,
                    NULL, NULL);
    check_success(import_blob(provider, BCRYPT_RSAPUBLIC_BLOB, blob, size, &key));
    from_hex(hash, NIST_2048_HASH);
    from_hex(signature, NIST_2048_SIGNATURE);
    return key;
}

static void test_verify(NCRYPT_PROV_HANDLE provider)
{
    BCRYPT_PKCS1_PADDING_INFO md5 = { BCRYPT_MD5_ALGORITHM }, aes = { BCRYPT_AES_ALGORITHM };
    BCRYPT_PKCS1_PADDING_INFO *info = &pkcs1_sha256;
    NCRYPT_KEY_HANDLE key;
    BYTE hash[32], good[256], bad[256];

    key = import_nist(provider, hash, good);
    check_success(NCryptVerifySignature(key, info, hash, 32, good, 256, PKCS1)); /* 10.1 */
    memcpy(bad, good, 256);
    bad[100] ^= 1;
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, info, hash, 32, bad, 256, PKCS1)); /* 10.2 */
    memset(bad, 0xff, 256);                             /* a number above the modulus */
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, info, hash, 32, bad, 256, PKCS1));
    memset(bad, 0, 256);
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, info, hash, 32, bad, 256, PKCS1));

    check_status(NTE_INVALID_PARAMETER, NCryptVerifySignature(key, NULL, hash, 32, good, 256, 0)); /* 10.3 */
    check_status(NTE_INVALID_HANDLE, NCryptVerifySignature(0, info, hash, 32, good, 256, PKCS1)); /* 10.4 */
    check_status(NULL_REFERENCE, NCryptVerifySignature(key, info, NULL, 32, good, 256, PKCS1)); /* 10.5 */
    check_status(NULL_REFERENCE, NCryptVerifySignature(key, info, hash, 32, NULL, 256, PKCS1)); /* 10.6 */
    check_status(NTE_INVALID_PARAMETER, NCryptVerifySignature(key, info, hash, 4, good, 256, PKCS1)); /* 10.7 */
    check_status(NTE_INVALID_PARAMETER, NCryptVerifySignature(key, info, hash, 32, good, 4, PKCS1)); /* 10.8 */
    check_status(NTE_INVALID_PARAMETER, NCryptVerifySignature(key, &md5, hash, 32, good, 256, PKCS1)); /* 10.9 */
    check_status(NTE_NOT_SUPPORTED, NCryptVerifySignature(key, &aes, hash, 32, good, 256, PKCS1)); /* 10.27 */

    check_success(NCryptVerifySignature(key, info, hash, 32, good, 256, PKCS1 | NCRYPT_SILENT_FLAG));
    check_status(NTE_INVALID_PARAMETER, NCryptVerifySignature(key, NULL, hash, 32, good, 256, PKCS1));
    check_status(NTE_INVALID_PARAMETER, NCryptVerifySignature(key, info, hash, 32, good, 256, 0));
    check_status(NTE_BAD_FLAGS, NCryptVerifySignature(key, info, hash, 32, good, 256, 0x80000000));
    hash[0] ^= 1;
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, info, hash, 32, good, 256, PKCS1));
    check_success(NCryptFreeObject(key));
}

/* Signatures that were made elsewhere, and that our own must equal. */
static void test_known_answers(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_sign);
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = { BCRYPT_SHA1_ALGORITHM };
    BCRYPT_PSS_PADDING_INFO pss = { BCRYPT_SHA1_ALGORITHM, 20 };
    BYTE hash[20], signature[128];
    DWORD size;

    from_hex(hash, PKCS1_SHA1_HASH);
    check_success(NCryptSignHash(key, &pkcs1, hash, 20, signature, 128, &size, PKCS1));
    ok(size == 128 && equals_hex(signature, PKCS1_SHA1_SIGNATURE), "another signature\n");

    from_hex(hash, PSS_SHA1_HASH);
    from_hex(signature, PSS_SHA1_SIGNATURE);
    check_success(NCryptVerifySignature(key, &pss, hash, 20, signature, 128, PSS)); /* 10.23 */
    signature[5] ^= 1;
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, &pss, hash, 20, signature, 128, PSS));
    check_success(NCryptFreeObject(key));
}

/* The two calls of every client, the one call of some, and a buffer that is too small. */
static void check_sizes(NCRYPT_KEY_HANDLE key, void *info, DWORD hash_size, DWORD expected, DWORD flags)
{
    BYTE hash[64] = { 1, 2, 3 }, signature[512];
    DWORD size;

    size = 0xdeadbeef;
    check_success(NCryptSignHash(key, info, hash, hash_size, NULL, 0, &size, flags)); /* 10.14 */
    ok(size == expected, "got %lu, expected %lu\n", size, expected); /* 10.15 */
    size = 0xdeadbeef;
    check_success(NCryptSignHash(key, info, NULL, 0, NULL, 0, &size, flags));   /* asked without a hash */
    ok(size == expected, "got %lu, expected %lu\n", size, expected);
    size = 0xdeadbeef;
    memset(signature, 0xcc, sizeof(signature));
    check_status(NTE_BUFFER_TOO_SMALL, NCryptSignHash(key, info, hash, hash_size, signature, 2, &size,
                                                      flags)); /* 10.16 */
    ok(size == expected, "got %lu, expected %lu\n", size, expected);
    ok(signature[0] == 0xcc, "written\n");
    size = 0xdeadbeef;
    check_success(NCryptSignHash(key, info, hash, hash_size, signature, expected, &size, flags)); /* 10.17 */
    ok(size == expected, "got %lu, expected %lu\n", size, expected); /* 10.18 */
    ok(signature[expected] == 0xcc, "wrote too much\n");
    check_success(NCryptVerifySignature(key, info, hash, hash_size, signature, size, flags));
    size = 0xdeadbeef;
    check_success(NCryptSignHash(key, info, hash, hash_size, signature, 512, &size, flags)); /* 10.17 */
    ok(size == expected, "got %lu, expected %lu\n", size, expected);
    check_success(NCryptVerifySignature(key, info, hash, hash_size, signature, size, flags));
}

static const struct
{
    const WCHAR *name;
    DWORD size;
}
hashes[] =
{
    { BCRYPT_MD5_ALGORITHM, 16 }, { BCRYPT_SHA1_ALGORITHM, 20 }, { BCRYPT_SHA256_ALGORITHM, 32 },
    { BCRYPT_SHA384_ALGORITHM, 48 }, { BCRYPT_SHA512_ALGORITHM, 64 },
};

static void test_pkcs1(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_2048), small = import_numbers(provider, &rsa_1024);
    BCRYPT_PKCS1_PADDING_INFO info;
    BYTE data[256] = { 1, 2, 3 }, signature[256], again[256], prefixed[51];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(hashes); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(hashes[i].name));
        info.pszAlgId = hashes[i].name;
        check_sizes(key, &info, hashes[i].size, 256, PKCS1);
        check_sizes(small, &info, hashes[i].size, 128, PKCS1 | NCRYPT_SILENT_FLAG); /* 10.24 */
        check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, &info, data, hashes[i].size + 1, signature, 256,
                                                           &size, PKCS1));
        winetest_pop_context();
    }

    info.pszAlgId = NULL; /* 10.19 */
    check_sizes(key, &info, 36, 256, PKCS1);
    check_sizes(key, &info, 1, 256, PKCS1);
    check_success(NCryptSignHash(key, &info, data, 245, signature, 256, &size, PKCS1));
    check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, &info, data, 246, signature, 256, &size, PKCS1));

    /* 10.19, 16.9: a DigestInfo given without algorithm is the same signature; the bare hash is not */
    from_hex(prefixed, "3031300d060960864801650304020105000420");
    memcpy(prefixed + 19, data, 32);
    check_success(NCryptSignHash(key, &info, prefixed, 51, signature, 256, &size, PKCS1));
    check_success(NCryptSignHash(key, &pkcs1_sha256, data, 32, again, 256, &size, PKCS1));
    ok(!memcmp(signature, again, 256), "two signatures\n");
    check_success(NCryptVerifySignature(key, &pkcs1_sha256, data, 32, signature, 256, PKCS1));
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, &info, data, 32, signature, 256, PKCS1));
    check_success(NCryptSignHash(key, &info, data, 32, signature, 256, &size, PKCS1));
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, &pkcs1_sha256, data, 32, signature, 256, PKCS1));
    check_success(NCryptFreeObject(small));
    check_success(NCryptFreeObject(key));
}

static void test_pss(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_2048);
    BCRYPT_PSS_PADDING_INFO info;
    BYTE data[64] = { 1, 2, 3 }, signature[256], again[256];
    DWORD salts[4], size, max;
    unsigned int i, j;

    for (i = 0; i < ARRAY_SIZE(hashes); i++) /* 10.21 */
    {
        max = 256 - 2 - hashes[i].size;
        salts[0] = 0;
        salts[1] = 7;
        salts[2] = hashes[i].size;
        salts[3] = max;
        info.pszAlgId = hashes[i].name;
        for (j = 0; j < ARRAY_SIZE(salts); j++)
        {
            winetest_push_context("%s, salt %lu", wine_dbgstr_w(hashes[i].name), salts[j]);
            info.cbSalt = salts[j];
            check_sizes(key, &info, hashes[i].size, 256, PSS); /* 10.22 */
            winetest_pop_context();
        }
        info.cbSalt = max + 1;
        check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, &info, data, hashes[i].size, signature, 256, &size,
                                                           PSS));
        info.cbSalt = ~0u;
        check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, &info, data, hashes[i].size, signature, 256, &size,
                                                           PSS));
    }

    info.pszAlgId = BCRYPT_SHA256_ALGORITHM;
    info.cbSalt = 32;
    check_success(NCryptSignHash(key, &info, data, 32, signature, 256, &size, PSS));
    check_success(NCryptSignHash(key, &info, data, 32, again, 256, &size, PSS));
    ok(memcmp(signature, again, 256), "deterministic\n"); /* 10.22 */
    info.cbSalt = 31;                                       /* the salt has another length than was agreed */
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, &info, data, 32, signature, 256, PSS));
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, &pkcs1_sha256, data, 32, signature, 256, PKCS1));
    info.pszAlgId = NULL;
    check_failure(NCryptSignHash(key, &info, data, 32, signature, 256, &size, PSS));
    check_success(NCryptFreeObject(key));
}

static void test_sign_arguments(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_1024), unfinalized;
    BCRYPT_PKCS1_PADDING_INFO aes = { BCRYPT_AES_ALGORITHM }, *info = &pkcs1_sha256;
    BYTE hash[32] = { 0 }, out[128];
    DWORD size;

    check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, NULL, hash, 32, out, 128, &size, PKCS1)); /* 10.20 */
    check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, NULL, hash, 32, out, 128, &size, PSS));
    check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, NULL, hash, 32, out, 128, &size, 0)); /* 10.25 */
    check_status(NTE_NOT_SUPPORTED, NCryptSignHash(key, &aes, hash, 32, out, 128, &size, PKCS1)); /* 10.27 */
    check_status(NULL_REFERENCE, NCryptSignHash(key, info, NULL, 32, out, 128, &size, PKCS1));
    check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, info, hash, 4, out, 128, &size, PKCS1));
    check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, info, hash, 32, out, 128, NULL, PKCS1));
    check_status(NTE_BAD_FLAGS, NCryptSignHash(key, info, hash, 32, out, 128, &size, 0x80000000));
    check_status(NTE_INVALID_HANDLE, NCryptSignHash(0, info, hash, 32, out, 128, &size, PKCS1));
    check_status(NTE_INVALID_HANDLE, NCryptSignHash(provider, info, hash, 32, out, 128, &size, PKCS1));
    check_status(NTE_INVALID_HANDLE, NCryptSignHash(0, NULL, NULL, 0, NULL, 0, NULL, 0x80000000));
    check_success(NCryptFreeObject(key));

    check_success(NCryptCreatePersistedKey(provider, &unfinalized, L"RSA", NULL, 0, 0));
    check_status(NTE_BAD_KEY_STATE, NCryptSignHash(unfinalized, info, hash, 32, out, 128, &size, PKCS1));
    check_status(NTE_BAD_KEY_STATE, NCryptVerifySignature(unfinalized, info, hash, 32, out, 128, PKCS1));
    check_success(NCryptFreeObject(unfinalized));
}

/* 10.28, 10.29: keys that cannot, or may not. */
static void test_forbidden(NCRYPT_PROV_HANDLE provider)
{
    BCRYPT_PKCS1_PADDING_INFO *info = &pkcs1_sha256;
    NCRYPT_KEY_HANDLE key;
    BYTE hash[32], signature[256];
    DWORD size = 0;

    key = import_nist(provider, hash, signature);
    check_success(NCryptSignHash(key, info, NULL, 0, NULL, 0, &size, PKCS1)); /* 10.28 */
    ok(size == 256, "got %lu\n", size);
    /* 10.28, F6: open question: asserted for BCrypt */
    check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, info, hash, 32, signature, 256, &size, PKCS1));
    check_success(NCryptFreeObject(key));

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_DECRYPT_FLAG, NCRYPT_PERSIST_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    /* 10.29, F6: open question: by analogy with 11.19 */
    check_status(NTE_PERM, NCryptSignHash(key, info, hash, 32, signature, 128, &size, PKCS1));
    check_success(NCryptFreeObject(key));
}

/* A page of memory, 0x1000 bytes, behind which there is none. VirtualFree takes it back. */
static BYTE *guarded_page(void)
{
    BYTE *pages = VirtualAlloc(NULL, 0x2000, MEM_COMMIT | MEM_RESERVE, PAGE_READWRITE);
    DWORD old;

    ok(VirtualProtect(pages + 0x1000, 0x1000, PAGE_NOACCESS, &old), "got %lu\n", GetLastError());
    return pages;
}

/* Only what a signature takes is written to, whatever the caller says of its buffer. */
static void test_overstated_size(NCRYPT_PROV_HANDLE provider)
{
    BYTE hash[32] = {1}, *pages, *out;
    NCRYPT_KEY_HANDLE key;
    DWORD size = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(NCryptFinalizeKey(key, 0));
    pages = guarded_page();
    out = pages + 0x1000 - 128;
    check_success(NCryptSignHash(key, &pkcs1_sha256, hash, 32, out, 0x12000, &size, PKCS1));
    ok(size == 128, "got %lu\n", size);
    check_success(NCryptVerifySignature(key, &pkcs1_sha256, hash, 32, out, 128, PKCS1));
    VirtualFree(pages, 0, MEM_RELEASE);
    check_success(NCryptFreeObject(key));
}

/* NCRYPT_PAD_PQDSA_FLAG is for keys of ML-DSA: no other key's structure is as long as theirs, so it is not read. */
static void test_flag_of_others(NCRYPT_PROV_HANDLE provider)
{
    BYTE hash[32] = {1}, signature[128], *pages;
    BCRYPT_PKCS1_PADDING_INFO *info;
    NCRYPT_KEY_HANDLE key;
    DWORD size = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(NCryptFinalizeKey(key, 0));
    pages = guarded_page();
    info = (BCRYPT_PKCS1_PADDING_INFO *)(pages + 0x1000) - 1;
    info->pszAlgId = BCRYPT_SHA256_ALGORITHM;
    check_status(NTE_BAD_FLAGS, NCryptSignHash(key, info, hash, 32, signature, 128, &size, NCRYPT_PAD_PQDSA_FLAG));
    check_status(NTE_BAD_FLAGS, NCryptVerifySignature(key, info, hash, 32, signature, 128, NCRYPT_PAD_PQDSA_FLAG));
    check_success(NCryptSignHash(key, info, hash, 32, signature, 128, &size, PKCS1));
    VirtualFree(pages, 0, MEM_RELEASE);
    check_success(NCryptFreeObject(key));
}

START_TEST(sign)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_verify(provider);
    test_known_answers(provider);
    test_pkcs1(provider);
    test_pss(provider);
    test_sign_arguments(provider);
    test_forbidden(provider);
    test_overstated_size(provider);
    test_flag_of_others(provider);
    check_success(NCryptFreeObject(provider));
}
