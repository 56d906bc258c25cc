/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What of a key comes out, by its export policy (rows 9.10 to 9.19; C.32 to C.34). */
#include "provider_test.h"

#define PLAIN (NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG)

static NCRYPT_PROV_HANDLE provider;

static void check_kept_in(NCRYPT_KEY_HANDLE key, const WCHAR *type)
{
    BYTE blob[2048];
    DWORD size;

    memset(blob, 0xcc, sizeof(blob));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, type, blob, sizeof(blob), &size));
    ok(blob[0] == 0xcc, "something was written\n");
}

static void test_not_exportable(const WCHAR *algorithm, const WCHAR *type)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"policy");

    winetest_push_context("%s", wine_dbgstr_w(algorithm));
    remove_key(provider, name, 0);
    key = new_key(provider, algorithm, name, 0);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_kept_in(key, type);
    check_kept_in(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB);
    check_failure(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, PLAIN, NCRYPT_PERSIST_FLAG));
    check_kept_in(key, type);
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_kept_in(key, type);
    check_success(NCryptDeleteKey(key, 0));
    winetest_pop_context();
}

/* What comes out is the key: the software provider signs with it, this provider's key verifies. */
static void test_no_such_policy(const WCHAR *algorithm)
{
    NCRYPT_KEY_HANDLE key;

    check_success(NCryptCreatePersistedKey(provider, &key, algorithm, NULL, 0, 0));
    check_status(row->exportable, set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, PLAIN, NCRYPT_PERSIST_FLAG));
    check_status(row->exportable, set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, NCRYPT_ALLOW_EXPORT_FLAG, 0));
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_success(NCryptFreeObject(key));
}

static void test_exportable(const WCHAR *algorithm, const WCHAR *type, BOOL rsa)
{
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM };
    NCRYPT_PROV_HANDLE software = open_provider();
    NCRYPT_KEY_HANDLE key, copy = 0;
    BYTE blob[2048], hash[32] = { 1 }, signature[512];
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"exportable");
    DWORD size = 0, flags = rsa ? BCRYPT_PAD_PKCS1 : 0;

    if (row->exportable)
    {
        test_no_such_policy(algorithm);
        return;
    }
    winetest_push_context("%s", wine_dbgstr_w(algorithm));
    remove_key(provider, name, 0);
    key = new_key(provider, algorithm, name, PLAIN);
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, PLAIN);
    check_status(row->plain_export, export_blob(key, type, blob, sizeof(blob), &size));
    if (!row->plain_export)
    {
        check_success(import_blob(software, type, blob, size, &copy));
        check_success(NCryptSignHash(copy, rsa ? &info : NULL, hash, 32, signature, sizeof(signature), &size, flags));
        check_success(NCryptVerifySignature(key, rsa ? &info : NULL, hash, 32, signature, size, flags));
        check_success(NCryptFreeObject(copy));
    }
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(software));
    winetest_pop_context();
}

START_TEST(policy)
{
    if (!(provider = open_row())) return;
    test_not_exportable(L"RSA", BCRYPT_RSAFULLPRIVATE_BLOB);
    test_not_exportable(L"ECDSA_P256", BCRYPT_ECCPRIVATE_BLOB);
    test_exportable(L"RSA", BCRYPT_RSAFULLPRIVATE_BLOB, TRUE);
    test_exportable(L"ECDSA_P256", BCRYPT_ECCPRIVATE_BLOB, FALSE);
    check_success(NCryptFreeObject(provider));
}
