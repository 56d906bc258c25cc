/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys from elsewhere: imported for a moment and under a name, and what is no key at all (rows 8.1 to 8.52; C.35). */
#include "provider_test.h"
#include "../ncrypt/vectors.h"

static NCRYPT_PROV_HANDLE provider;

static DWORD known_blob(BYTE *blob, BOOL rsa, BOOL private)
{
    if (rsa) return make_rsa_blob(blob, private ? BCRYPT_RSAFULLPRIVATE_MAGIC : BCRYPT_RSAPUBLIC_MAGIC, rsa_2048);
    return ec_blob(blob, private ? BCRYPT_ECDSA_PRIVATE_P256_MAGIC : BCRYPT_ECDSA_PUBLIC_P256_MAGIC, ec_p256.x,
                   ec_p256.y, private ? ec_p256.d : NULL);
}

static const WCHAR *blob_type(BOOL rsa, BOOL private)
{
    if (rsa) return private ? BCRYPT_RSAFULLPRIVATE_BLOB : BCRYPT_RSAPUBLIC_BLOB;
    return private ? BCRYPT_ECCPRIVATE_BLOB : BCRYPT_ECCPUBLIC_BLOB;
}

static SECURITY_STATUS import_named(const WCHAR *name, const WCHAR *type, BYTE *blob, DWORD size, DWORD flags,
                                    NCRYPT_KEY_HANDLE *key)
{
    NCryptBuffer buffer = { (lstrlenW(name) + 1) * sizeof(WCHAR), NCRYPTBUFFER_PKCS_KEY_NAME, (void *)name };
    NCryptBufferDesc list = { NCRYPTBUFFER_VERSION, 1, &buffer };

    *key = 0;
    return NCryptImportKey(provider, 0, type, &list, key, blob, size, flags);
}

static void test_public(BOOL rsa)
{
    BYTE blob[2048], again[2048], hash[32] = { 0 }, signature[256];
    NCRYPT_KEY_HANDLE key;
    DWORD size, bytes;

    bytes = known_blob(blob, rsa, FALSE);
    check_success(import_blob(provider, blob_type(rsa, FALSE), blob, bytes, &key));
    check_success(export_blob(key, blob_type(rsa, FALSE), again, sizeof(again), &size));
    ok(size == bytes && !memcmp(blob, again, size), "another key\n");
    check_failure(NCryptSignHash(key, NULL, hash, 32, signature, sizeof(signature), &size, 0));
    check_success(NCryptFreeObject(key));
}

static void test_private(BOOL rsa)
{
    const WCHAR *type = blob_type(rsa, TRUE), *name;
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    BYTE blob[2048];
    DWORD size = known_blob(blob, rsa, TRUE);

    check_status(row->import, import_blob(provider, type, blob, size, &key));
    if (key)
    {
        check_signs(key, rsa);
        check_success(NCryptFreeObject(key));
    }
    name = key_name(buffer, L"imported");
    remove_key(provider, name, 0);
    check_status(row->import, import_named(name, type, blob, size, 0, &key));
    if (!key) return;
    check_success(NCryptFreeObject(key));
    check_status(NTE_EXISTS, import_named(name, type, blob, size, 0, &key));
    check_success(import_named(name, type, blob, size, NCRYPT_OVERWRITE_KEY_FLAG, &key));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_signs(key, rsa);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
}

/* Nothing is made of what is damaged. */
static void test_damaged(void)
{
    BYTE blob[2048];
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"damaged");
    DWORD size = known_blob(blob, FALSE, TRUE);

    remove_key(provider, name, 0);
    check_failure(import_named(name, BCRYPT_ECCPRIVATE_BLOB, blob, size - 1, 0, &key));
    check_failure(import_named(name, L"no such type", blob, size, 0, &key));
    blob[10] ^= 1;                                      /* not on the curve */
    check_failure(import_named(name, BCRYPT_ECCPRIVATE_BLOB, blob, size, 0, &key));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
}

START_TEST(transfer)
{
    if (!(provider = open_row())) return;
    test_public(TRUE);
    test_public(FALSE);
    test_private(TRUE);
    test_private(FALSE);
    test_damaged();
    check_success(NCryptFreeObject(provider));
}
