/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of derivation functions: creating them with a secret, storing them, KDFKeyBlob (rows 3.30, 7.28). */
#include "ncrypt_test.h"

static const WCHAR *const functions[] =
{
    L"SP800_108_CTR_HMAC", L"SP800_56A_CONCAT", L"PBKDF2", L"CAPI_KDF", L"HKDF", L"TLS1_1_KDF", L"TLS1_2_KDF",
};

static BYTE secret[] = "what the derived key comes from";

static DWORD make_blob(BYTE *blob, const WCHAR *alg, const BYTE *bytes, DWORD size)
{
    DWORD name = (lstrlenW(alg) + 1) * sizeof(WCHAR), header[] = { 16, 0x3146444b, name, size };

    memcpy(blob, header, 16);
    memcpy(blob + 16, alg, name);
    memcpy(blob + 16 + name, bytes, size);
    return 16 + name + size;
}

static void check_blob(NCRYPT_KEY_HANDLE key, const WCHAR *alg)
{
    BYTE blob[128], out[128];
    DWORD size = make_blob(blob, alg, secret, sizeof(secret)), result;

    check_success(export_blob(key, NCRYPT_KDF_KEY_BLOB, NULL, 0, &result));
    ok(result == size, "got %lu\n", result);
    check_success(export_blob(key, NCRYPT_KDF_KEY_BLOB, out, sizeof(out), &result));
    ok(result == size && !memcmp(out, blob, size), "another blob\n");
}

/* 3.30, 7.28 */
static void test_named(NCRYPT_PROV_HANDLE provider, const WCHAR *alg)
{
    NCRYPT_KEY_HANDLE key;
    BYTE out[128];
    WCHAR name[128];
    DWORD size;

    remove_key(provider, key_name(name, L"kdf"), 0);
    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, alg);
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, NCRYPT_KEY_DERIVATION_GROUP);
    check_status(NTE_INVALID_PARAMETER, NCryptFinalizeKey(key, 0));     /* open question: the code */
    check_success(NCryptSetProperty(key, NCRYPT_KDF_SECRET_VALUE, secret, sizeof(secret), 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 2, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_failure(NCryptSetProperty(key, NCRYPT_KDF_SECRET_VALUE, secret, sizeof(secret), 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_KDF_SECRET_VALUE, out, sizeof(out), &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptEncrypt(key, secret, 16, NULL, out, sizeof(out), &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptSignHash(key, NULL, secret, 16, out, sizeof(out), &size, 0));
    check_success(NCryptFreeObject(key));

    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, alg);
    check_dword(key, NCRYPT_LENGTH_PROPERTY, sizeof(secret) * 8);
    check_blob(key, alg);
    check_success(NCryptDeleteKey(key, 0));
}

static void test_import(NCRYPT_PROV_HANDLE provider, const WCHAR *alg)
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[128], out[128];
    DWORD n, size = make_blob(blob, alg, secret, sizeof(secret)), result;

    check_success(import_blob(provider, NCRYPT_KDF_KEY_BLOB, blob, size, &key));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, alg);
    check_status(NTE_NOT_SUPPORTED, export_blob(key, NCRYPT_KDF_KEY_BLOB, out, sizeof(out), &result));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 1, 0));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, NCRYPT_KDF_KEY_BLOB, out, sizeof(out), &result));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 2, 0));
    check_blob(key, alg);
    check_status(NTE_BAD_TYPE, export_blob(key, NCRYPT_CIPHER_KEY_BLOB, out, sizeof(out), &result));
    check_success(NCryptFreeObject(key));

    for (n = 0; n < size; n++)
        check_status(NTE_BAD_DATA, import_blob(provider, NCRYPT_KDF_KEY_BLOB, blob, n, &key));
    check_status(NTE_BAD_DATA, import_blob(provider, NCRYPT_KDF_KEY_BLOB, blob, size + 1, &key));
    check_status(NTE_INVALID_PARAMETER, import_blob(provider, NCRYPT_CIPHER_KEY_BLOB, blob, size, &key));
}

/* An empty secret is a secret. */
static void test_empty(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    check_success(NCryptCreatePersistedKey(provider, &key, L"PBKDF2", NULL, 0, 0));
    check_success(NCryptSetProperty(key, NCRYPT_KDF_SECRET_VALUE, secret, 0, 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 2, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(export_blob(key, NCRYPT_KDF_KEY_BLOB, NULL, 0, &size));
    ok(size == 16 + sizeof(L"PBKDF2"), "got %lu\n", size);
    check_success(NCryptFreeObject(key));
}

START_TEST(kdf_key)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCryptAlgorithmName *list;
    unsigned int i;
    DWORD count, n;

    for (i = 0; i < ARRAY_SIZE(functions); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(functions[i]));
        check_success(NCryptIsAlgSupported(provider, functions[i], 0));
        test_named(provider, functions[i]);
        test_import(provider, functions[i]);
        winetest_pop_context();
    }
    test_empty(provider);

    check_success(NCryptEnumAlgorithms(provider, NCRYPT_KEY_DERIVATION_OPERATION, &count, &list, 0));
    ok(count == ARRAY_SIZE(functions), "got %lu\n", count);
    for (n = 0; n < count; n++)
        ok(list[n].dwClass == NCRYPT_KEY_DERIVATION_INTERFACE &&
           list[n].dwAlgOperations == NCRYPT_KEY_DERIVATION_OPERATION, "%s: class %lu, operations %#lx\n",
           wine_dbgstr_w(list[n].pszName), list[n].dwClass, list[n].dwAlgOperations);
    check_success(NCryptFreeBuffer(list));
    check_success(NCryptFreeObject(provider));
}
