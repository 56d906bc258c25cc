/* SPDX-License-Identifier: LGPL-2.1-or-later
 * OpaqueTransport, the blob of a provider's own making that brings a key back as it was, name and policies
 * included (row 8.48). open question: what is in real Windows' blob is not known; this is what ours promises. */
#include "ncrypt_test.h"

#define POLICY (NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_ARCHIVING_FLAG)

static BYTE secret[] = "secret";

static NCRYPT_KEY_HANDLE make(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *name, DWORD flags)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, 0, flags));
    if (!lstrcmpW(alg, L"PBKDF2"))
        check_success(NCryptSetProperty(key, NCRYPT_KDF_SECRET_VALUE, secret, sizeof(secret), 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, POLICY, 0));
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 5, 0));
    check_success(NCryptSetProperty(key, L"Custom", secret, sizeof(secret), NCRYPT_PERSIST_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    return key;
}

static SECURITY_STATUS import_transport(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, BYTE *blob,
                                        DWORD size, DWORD flags)
{
    *key = 0;
    return NCryptImportKey(provider, 0, NCRYPT_OPAQUETRANSPORT_BLOB, NULL, key, blob, size, flags);
}

static void check_same(NCRYPT_KEY_HANDLE key, const WCHAR *alg)
{
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, alg);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, POLICY);
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 5);
    check_property(key, L"Custom", secret, sizeof(secret));
}

static void test_named(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, DWORD flags)
{
    static BYTE blob[8192], again[8192];
    NCRYPT_KEY_HANDLE key, other;
    DWORD size, result;
    WCHAR name[128];

    remove_key(provider, key_name(name, L"transport"), flags);
    key = make(provider, alg, name, flags);
    check_success(export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, NULL, 0, &size));
    check_status(NTE_BUFFER_TOO_SMALL, export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, blob, size - 1, &result));
    check_success(export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, blob, sizeof(blob), &result));
    ok(result == size, "got %lu, then %lu\n", size, result);
    check_status(NTE_EXISTS, import_transport(provider, &other, blob, size, 0));
    check_success(NCryptDeleteKey(key, 0));

    check_success(import_transport(provider, &key, blob, size, NCRYPT_SILENT_FLAG));
    check_text(key, NCRYPT_NAME_PROPERTY, name);                                        /* 8.48 */
    check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, flags);
    check_same(key, alg);
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, flags));
    check_same(key, alg);
    check_success(export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, again, sizeof(again), &result));
    ok(result == size, "got %lu\n", result);
    check_success(import_transport(provider, &other, blob, size, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(NCryptFreeObject(other));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, flags));
    check_same(key, alg);
    check_success(NCryptDeleteKey(key, 0));

    check_success(import_transport(provider, &key, blob, size, NCRYPT_DO_NOT_FINALIZE_FLAG));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, flags));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, again, sizeof(again), &result));
    check_success(NCryptDeleteKey(key, 0));
}

/* What one key does, the other undoes. */
static void test_ephemeral(NCRYPT_PROV_HANDLE provider)
{
    BYTE blob[1024], data[16] = {0};
    NCRYPT_KEY_HANDLE key = make(provider, L"AES", NULL, 0), other;
    DWORD size, result;

    check_success(export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, blob, sizeof(blob), &size));
    check_success(import_transport(provider, &other, blob, size, 0));
    check_same(other, L"AES");
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(other, NCRYPT_NAME_PROPERTY, NULL, 0, &result, 0));
    check_success(NCryptEncrypt(key, data, 16, NULL, data, 16, &result, 0));
    check_success(NCryptDecrypt(other, data, 16, NULL, data, 16, &result, 0));
    ok(!data[0] && !memcmp(data, data + 1, 15), "another key\n");
    check_success(NCryptFreeObject(other));
    check_success(NCryptFreeObject(key));
}

/* open question: real Windows may well take the bits back. Ours is final, and has no archiving left. */
static void check_final(NCRYPT_KEY_HANDLE key)
{
    BYTE blob[1024];
    DWORD size;

    check_status(NTE_NOT_SUPPORTED, set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY,
                                              POLICY | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG, 0));
    check_status(NTE_NOT_SUPPORTED, set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, NCRYPT_ALLOW_PLAINTEXT_ARCHIVING_FLAG,
                                              NCRYPT_PERSIST_FLAG));
    check_status(NTE_BAD_KEY_STATE, set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 7, 0));
    check_status(NTE_BAD_KEY_STATE, set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_ALL_USAGES, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, POLICY);
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 5);
    check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
}

static void test_policies(NCRYPT_PROV_HANDLE provider, const WCHAR *label)
{
    WCHAR name[128];
    NCRYPT_KEY_HANDLE key;
    BYTE blob[1024];
    DWORD size;

    if (label) remove_key(provider, key_name(name, label), 0);
    key = make(provider, L"ECDSA_P256", label ? name : NULL, 0);
    check_success(export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, blob, sizeof(blob), &size));
    check_success(label ? NCryptDeleteKey(key, 0) : NCryptFreeObject(key));
    check_success(import_transport(provider, &key, blob, size, NCRYPT_DO_NOT_FINALIZE_FLAG));
    check_final(key);
    check_success(label ? NCryptDeleteKey(key, 0) : NCryptFreeObject(key));
}

static DWORD read_key_file(NCRYPT_KEY_HANDLE key, BYTE *data, DWORD size)
{
    WCHAR path[MAX_PATH], unique[128];
    HANDLE file;
    DWORD result = 0;

    check_success(NCryptGetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, (BYTE *)unique, sizeof(unique), &result, 0));
    ok(GetEnvironmentVariableW(L"APPDATA", path, ARRAY_SIZE(path)) > 0, "no APPDATA\n");
    lstrcatW(path, L"\\Microsoft\\Crypto\\Keys\\");
    lstrcatW(path, unique);
    file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE, NULL, OPEN_EXISTING,
                       0, NULL);
    ok(file != INVALID_HANDLE_VALUE, "no file %s\n", wine_dbgstr_w(path));
    ok(ReadFile(file, data, size, &result, NULL), "not read: %lu\n", GetLastError());
    CloseHandle(file);
    return result;
}

/* A key file is sealed as an image is, and is none. */
static void test_key_file(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, other;
    BYTE file[1024];
    WCHAR name[128];
    DWORD size;

    remove_key(provider, key_name(name, L"transport of a file"), 0);
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_success(NCryptFinalizeKey(key, 0));
    size = read_key_file(key, file, sizeof(file));
    ok(size > 100, "got %lu\n", size);
    check_status(NTE_BAD_DATA, import_transport(provider, &other, file, size, 0));
    check_status(NTE_BAD_DATA, import_transport(provider, &other, file, size, NCRYPT_DO_NOT_FINALIZE_FLAG));
    check_status(NTE_BAD_DATA, import_transport(provider, &other, file, size, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(NCryptDeleteKey(key, 0));
}

/* The caller's name goes before that in the blob. */
static void test_renamed(NCRYPT_PROV_HANDLE provider)
{
    WCHAR name[128], new_name[128];
    NCryptBuffer buffer = { 0, NCRYPTBUFFER_PKCS_KEY_NAME, new_name };
    NCryptBufferDesc list = { NCRYPTBUFFER_VERSION, 1, &buffer };
    NCRYPT_KEY_HANDLE key;
    BYTE blob[1024];
    DWORD size;

    remove_key(provider, key_name(name, L"transport"), 0);
    remove_key(provider, key_name(new_name, L"transport again"), 0);
    buffer.cbBuffer = (lstrlenW(new_name) + 1) * sizeof(WCHAR);
    key = make(provider, L"ECDSA_P256", name, 0);
    check_success(export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptImportKey(provider, 0, NCRYPT_OPAQUETRANSPORT_BLOB, &list, &key, blob, size, 0));
    check_text(key, NCRYPT_NAME_PROPERTY, new_name);
    check_same(key, L"ECDSA_P256");
    check_success(open_status(provider, new_name, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_success(NCryptDeleteKey(key, 0));
}

static void test_refused(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make(provider, L"ECDSA_P256", NULL, 0), other;
    BYTE blob[1024], public[128];
    DWORD size, public_size, n;
    SECURITY_STATUS status;

    check_success(export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, blob, sizeof(blob), &size));
    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, public, sizeof(public), &public_size));
    check_success(NCryptFreeObject(key));
    for (n = 0; n < size; n++)
        check_status(NTE_BAD_DATA, import_transport(provider, &other, blob, n, 0));
    for (n = 0; n < size; n++)
    {
        blob[n] ^= 0x20;
        status = import_transport(provider, &other, blob, size, 0);
        ok(status == NTE_BAD_DATA || status == NTE_BAD_VER || status == NTE_BAD_KEY_STATE ||
           status == NTE_INVALID_PARAMETER, "byte %lu changed: got %#lx\n", n, status);
        blob[n] ^= 0x20;
    }
    check_success(import_transport(provider, &other, blob, size, 0));
    check_success(NCryptFreeObject(other));

    check_success(import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, public, public_size, &key));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, NCRYPT_OPAQUETRANSPORT_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptFreeObject(key));
}

START_TEST(transport)
{
    static const WCHAR *algorithms[] = { L"RSA", L"ECDSA_P256", L"ECDH_P521", L"AES", L"3DES", L"RC2", L"PBKDF2" };
    NCRYPT_PROV_HANDLE provider = open_provider();
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(algorithms); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(algorithms[i]));
        test_named(provider, algorithms[i], 0);
        test_named(provider, algorithms[i], NCRYPT_MACHINE_KEY_FLAG);
        winetest_pop_context();
    }
    test_ephemeral(provider);
    test_renamed(provider);
    test_policies(provider, NULL);
    test_policies(provider, L"transport of policies");
    test_key_file(provider);
    test_refused(provider);
    check_success(NCryptFreeObject(provider));
}
