/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The last error (rows 1.26, 1.27): 0 after a success, the status after a failure, for every function. Programs
 * read it instead of the status, and after a success take anything but 0 for a failure. */
#include "ncrypt_test.h"
#include "vectors.h"

static NCRYPT_PROV_HANDLE provider;
static BYTE data[2048];
static DWORD size;

/* The error of before is another one each time. */
#define check_last(expected, call) \
    do \
    { \
        SECURITY_STATUS status; \
        DWORD error; \
        SetLastError(0xdeadbeef); \
        status = call; \
        error = GetLastError(); \
        ok(status == expected, "%s: got %#lx, expected %#lx\n", #call, status, (SECURITY_STATUS)expected); \
        ok(error == (DWORD)expected, "%s: last error %#lx, expected %#lx\n", #call, error, (DWORD)expected); \
    } while (0)
#define check_last_success(call) check_last(ERROR_SUCCESS, call)

/* 1.26. open question: whether Windows clears an older error or leaves it; programs start from 0. */
static void test_success(void)
{
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM };
    BYTE hash[32] = { 1 }, signature[128];
    NCryptAlgorithmName *algorithms;
    NCryptProviderName *providers;
    NCRYPT_KEY_HANDLE key, other;
    NCryptKeyName *item;
    void *state = NULL;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"last error");
    DWORD count, length = 1024;

    check_last_success(NCryptOpenStorageProvider(&provider, NULL, 0));
    remove_key(provider, name, 0);
    check_last_success(NCryptEnumStorageProviders(&count, &providers, 0));
    check_last_success(NCryptFreeBuffer(providers));
    check_last_success(NCryptEnumAlgorithms(provider, 0, &count, &algorithms, 0));
    check_last_success(NCryptFreeBuffer(algorithms));
    check_last_success(NCryptIsAlgSupported(provider, L"RSA", 0));
    check_last_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, 0, 0));
    check_last_success(NCryptSetProperty(key, L"Length", (BYTE *)&length, 4, 0));
    check_last_success(NCryptFinalizeKey(key, 0));
    check_last_success(NCryptGetProperty(key, L"Unique Name", NULL, 0, &size, 0));
    check_last_success(NCryptGetProperty(key, L"Unique Name", data, sizeof(data), &size, 0));
    check_last_success(NCryptSetProperty(key, L"Custom", data, 4, NCRYPT_PERSIST_ONLY_FLAG));
    check_last_success(NCryptExportKey(key, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, NULL, 0, &size, 0));
    check_last_success(NCryptExportKey(key, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, data, sizeof(data), &size, 0));
    check_last_success(NCryptImportKey(provider, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, &other, data, size, 0));
    check_last_success(NCryptSignHash(key, &info, hash, 32, signature, 128, &size, BCRYPT_PAD_PKCS1));
    check_last_success(NCryptVerifySignature(other, &info, hash, 32, signature, 128, BCRYPT_PAD_PKCS1));
    check_last_success(NCryptEncrypt(other, hash, 32, NULL, data, 128, &size, BCRYPT_PAD_PKCS1));
    check_last_success(NCryptDecrypt(key, data, 128, NULL, data, 128, &size, BCRYPT_PAD_PKCS1));
    check_last_success(NCryptFreeObject(other));
    check_last_success(NCryptFreeObject(key));
    check_last_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_last_success(NCryptEnumKeys(provider, NULL, &item, &state, 0));
    check_last_success(NCryptFreeBuffer(item));
    check_last_success(NCryptFreeBuffer(state));
    SetLastError(0);
    ok(NCryptIsKeyHandle(key), "not a key handle\n");
    ok(!GetLastError(), "got %#lx\n", GetLastError());
    check_last_success(NCryptDeleteKey(key, 0));
    check_last_success(NCryptFreeObject(provider));
}

/* 1.27: failures of the handle check, which every function has. */
static void test_no_handle(void)
{
    NCryptAlgorithmName *algorithms;
    NCRYPT_SECRET_HANDLE secret;
    NCRYPT_KEY_HANDLE key;
    NCryptKeyName *item;
    void *state = NULL;
    HANDLE event;
    DWORD count;

    check_last(NTE_INVALID_HANDLE, NCryptEnumAlgorithms(0, 0, &count, &algorithms, 0));
    check_last(NTE_INVALID_HANDLE, NCryptIsAlgSupported(0, L"RSA", 0));
    check_last(NTE_INVALID_HANDLE, NCryptEnumKeys(0, NULL, &item, &state, 0));
    check_last(NTE_INVALID_HANDLE, NCryptOpenKey(0, &key, L"x", 0, 0));
    check_last(NTE_INVALID_HANDLE, NCryptCreatePersistedKey(0, &key, L"RSA", NULL, 0, 0));
    check_last(NTE_INVALID_HANDLE, NCryptImportKey(0, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, &key, data, 155, 0));
    check_last(NTE_INVALID_HANDLE, NCryptNotifyChangeKey(0, &event, NCRYPT_REGISTER_NOTIFY_FLAG));
    check_last(NTE_INVALID_HANDLE, NCryptGetProperty(0, L"Name", data, 4, &size, 0));
    check_last(NTE_INVALID_HANDLE, NCryptSetProperty(0, L"Name", data, 4, 0));
    check_last(NTE_INVALID_HANDLE, NCryptFinalizeKey(0, 0));
    check_last(NTE_INVALID_HANDLE, NCryptDeleteKey(0, 0));
    check_last(NTE_INVALID_HANDLE, NCryptFreeObject(0));
    check_last(NTE_INVALID_HANDLE, NCryptEncrypt(0, data, 4, NULL, data, 128, &size, BCRYPT_PAD_PKCS1));
    check_last(NTE_INVALID_HANDLE, NCryptDecrypt(0, data, 128, NULL, data, 128, &size, BCRYPT_PAD_PKCS1));
    check_last(NTE_INVALID_HANDLE, NCryptSignHash(0, NULL, data, 32, data, 64, &size, 0));
    check_last(NTE_INVALID_HANDLE, NCryptVerifySignature(0, NULL, data, 32, data, 64, 0));
    check_last(NTE_INVALID_HANDLE, NCryptExportKey(0, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, NULL, 0, &size, 0));
    check_last(NTE_INVALID_HANDLE, NCryptSecretAgreement(0, 0, &secret, 0));
    check_last(NTE_INVALID_HANDLE, NCryptDeriveKey(0, BCRYPT_KDF_HASH, NULL, data, 20, &size, 0));
    check_last(NTE_INVALID_HANDLE, NCryptKeyDerivation(0, NULL, data, 32, &size, 0));
}

/* 1.27: failures further in, of each part that can fail. */
static void test_failure(void)
{
    NCRYPT_KEY_HANDLE key, other;
    NCryptProviderName *providers;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"last error");
    NCryptKeyName *item;
    void *state = NULL;
    DWORD count;

    check_last(NTE_BAD_PROVIDER, NCryptOpenStorageProvider(&provider, L"No Such Provider", 0));
    check_last(NTE_BAD_FLAGS, NCryptEnumStorageProviders(&count, &providers, 0x1));
    check_last(NTE_INVALID_PARAMETER, NCryptFreeBuffer(NULL));
    provider = open_provider();
    remove_key(provider, name, 0);
    key = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);
    check_last(NTE_NOT_SUPPORTED, NCryptIsAlgSupported(provider, L"Foo", 0));
    check_last(NULL_REFERENCE, NCryptIsAlgSupported(provider, NULL, 0));
    check_last(NTE_BAD_KEYSET, NCryptOpenKey(provider, &other, L"no such key of these tests", 0, 0));
    check_last(NTE_EXISTS, NCryptCreatePersistedKey(provider, &other, L"RSA", name, 0, 0));
    check_last(NTE_INVALID_HANDLE, NCryptFinalizeKey(key, 0));
    check_last(NTE_NOT_SUPPORTED, NCryptGetProperty(key, L"Foo", data, 4, &size, 0));
    check_last(NTE_BUFFER_TOO_SMALL, NCryptGetProperty(key, L"Length", data, 3, &size, 0));
    check_last(NTE_NOT_SUPPORTED, NCryptSetProperty(key, L"Foo", data, 4, 0));
    check_last(NTE_NOT_SUPPORTED, NCryptExportKey(key, 0, BCRYPT_ECCPRIVATE_BLOB, NULL, NULL, 0, &size, 0));
    check_last(NTE_BUFFER_TOO_SMALL, NCryptSignHash(key, NULL, data, 32, data, 2, &size, 0));
    memset(data, 1, 96);
    check_last(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, NULL, data, 32, data + 32, 64, 0));
    check_last(NTE_NOT_SUPPORTED, NCryptEncrypt(key, data, 4, NULL, data, 128, &size, BCRYPT_PAD_PKCS1));
    check_last(NTE_NOT_SUPPORTED, NCryptDecrypt(key, data, 64, NULL, data, 128, &size, BCRYPT_PAD_PKCS1));
    check_last(NTE_BAD_FLAGS, NCryptDeleteKey(key, 0x1));
    size = make_rsa_blob(data, BCRYPT_RSAPUBLIC_MAGIC, rsa_1024);
    check_last(NTE_BAD_DATA, NCryptImportKey(provider, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, &other, data, size - 1, 0));
    while (!NCryptEnumKeys(provider, NULL, &item, &state, 0)) NCryptFreeBuffer(item);
    check_last(NTE_NO_MORE_ITEMS, NCryptEnumKeys(provider, NULL, &item, &state, 0));
    check_success(NCryptFreeBuffer(state));
    check_success(NCryptDeleteKey(key, 0));
    check_last(NTE_INVALID_HANDLE, NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
}

START_TEST(lasterror)
{
    test_success();
    test_no_handle();
    test_failure();
}
