/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties of provider and keys (rows 6.1 to 6.90; C.25, C.28, C.36, C.37, C.47, C.48, D.19). */
#include "provider_test.h"

static NCRYPT_PROV_HANDLE provider;

static void test_provider(void)
{
    WCHAR name[128];
    DWORD size;

    check_success(NCryptGetProperty(provider, NCRYPT_NAME_PROPERTY, (BYTE *)name, sizeof(name), &size, 0));
    ok(!lstrcmpW(name, row->provider), "name %s\n", wine_dbgstr_w(name));
    check_dword(provider, NCRYPT_IMPL_TYPE_PROPERTY, row->impl_type);
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(provider, L"no such property", NULL, 0, &size, 0));
}

/* What the numbers say, while the key is new and when it was opened by its name. */
static void check_numbers(NCRYPT_KEY_HANDLE key, const WCHAR *name, BOOL rsa)
{
    NCRYPT_PROV_HANDLE owner = 0;
    DWORD size;

    check_text(key, NCRYPT_NAME_PROPERTY, name);
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, rsa ? L"RSA" : row->ecdsa ? row->ecdsa : L"ECDSA_P256");
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, rsa ? L"RSA" : L"ECDSA");
    check_dword(key, NCRYPT_LENGTH_PROPERTY, rsa ? 2048 : 256);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_success(NCryptGetProperty(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&owner, sizeof(owner), &size, 0));
    ok(size == sizeof(owner) && owner, "no provider\n");
    check_text(owner, NCRYPT_NAME_PROPERTY, row->provider);
    NCryptFreeObject(owner);
}

static void test_key(const WCHAR *algorithm, BOOL rsa)
{
    WCHAR buffer[128], unique[512];
    const WCHAR *name = key_name(buffer, L"property");
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    winetest_push_context("%s", wine_dbgstr_w(algorithm));
    remove_key(provider, name, 0);
    key = new_key(provider, algorithm, name, 0);
    check_numbers(key, name, rsa);
    check_success(NCryptGetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, (BYTE *)unique, sizeof(unique), &size, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, unique, 0, 0));         /* C.26, C.28 */
    check_numbers(key, name, rsa);
    check_signs(key, rsa);
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, unique, 0));
    winetest_pop_context();
}

/* A value in the store and a UI Policy: each is kept or refused, never forgotten without a word. */
static void test_kept(void)
{
    NCRYPT_UI_POLICY policy = { 1, NCRYPT_UI_PROTECT_KEY_FLAG, NULL, NULL, NULL };
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"kept");
    DWORD size;

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_status(row->ui_policy, NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy),
                                                   NCRYPT_PERSIST_FLAG));
    check_success(NCryptFreeObject(key));

    key = new_key(provider, L"ECDSA_P256", name, 0);
    check_status(NTE_NOT_SUPPORTED, set_dword(key, L"of the handle", 5, 0));
    check_status(row->persistent, set_dword(key, L"of the key", 7, NCRYPT_PERSIST_FLAG));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    if (!row->persistent) check_dword(key, L"of the key", 7);
    else check_failure(NCryptGetProperty(key, L"of the key", NULL, 0, &size, 0));
    check_success(NCryptDeleteKey(key, 0));
}

static void test_usage(void)
{
    NCRYPT_KEY_HANDLE key = 0;
    BYTE hash[32] = { 0 }, signature[256];
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM };
    DWORD size;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_DECRYPT_FLAG, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_DECRYPT_FLAG);
    check_status(NTE_PERM, NCryptSignHash(key, &info, hash, 32, signature, 256, &size, BCRYPT_PAD_PKCS1));
    check_success(NCryptFreeObject(key));
}

static void test_lengths(void)
{
    NCRYPT_KEY_HANDLE key = 0;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_failure(set_dword(key, NCRYPT_LENGTH_PROPERTY, 100, 0));
    check_failure(set_dword(key, NCRYPT_LENGTH_PROPERTY, 1000000, 0));
    check_success(NCryptFreeObject(key));
}

/* C.45, D.11: a certificate that was set is there for the next who opens the key. */
static void test_certificate(void)
{
    BYTE der[] = { 0x30, 0x03, 0x02, 0x01, 0x05 };
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"certificate");
    DWORD size;

    remove_key(provider, name, 0);
    key = new_key(provider, L"ECDSA_P256", name, 0);
    check_status(NTE_NOT_FOUND, NCryptGetProperty(key, NCRYPT_CERTIFICATE_PROPERTY, NULL, 0, &size, 0));
    check_success(NCryptSetProperty(key, NCRYPT_CERTIFICATE_PROPERTY, der, sizeof(der), NCRYPT_PERSIST_FLAG));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_property(key, NCRYPT_CERTIFICATE_PROPERTY, der, sizeof(der));
    check_success(NCryptDeleteKey(key, 0));
}

/* D.12 to D.18: what a card says of itself and of its PIN. SoftHSM's is none of PIV, and has no GUID. */
static void test_card(void)
{
    static const WCHAR *const refused[] = { L"SmartCardSecurePin", L"SmartCardReaderIcon",
                                            L"SmartCardNgcKeyName" };
    static const DWORD pin_info[] = { 6, 0, 5, 2, 4, 6, 0, 0, 0 };
    BOOL is_card = !!(row->impl_type & NCRYPT_IMPL_REMOVABLE_FLAG);
    NCRYPT_KEY_HANDLE key = new_key(provider, L"ECDSA_P256", NULL, 0);
    BYTE value[64];
    DWORD size, i;

    for (i = 0; i < ARRAY_SIZE(refused); i++)
        check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, refused[i], value, sizeof(value), &size, 0));
    if (is_card)
    {
        check_dword(key, NCRYPT_SCARD_PIN_ID, 1);
        check_property(key, NCRYPT_SCARD_PIN_INFO, pin_info, sizeof(pin_info));
    }
    else check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_SCARD_PIN_INFO, NULL, 0, &size, 0));
    check_status(is_card ? NTE_NOT_FOUND : NTE_NOT_SUPPORTED,
                 NCryptGetProperty(key, NCRYPT_SMARTCARD_GUID_PROPERTY, value, sizeof(value), &size, 0));
    check_status(is_card ? NTE_NOT_FOUND : NTE_NOT_SUPPORTED,
                 NCryptGetProperty(provider, NCRYPT_SMARTCARD_GUID_PROPERTY, value, sizeof(value), &size, 0));
    check_success(NCryptFreeObject(key));
}

START_TEST(property)
{
    if (!(provider = open_row())) return;
    test_provider();
    test_key(L"RSA", TRUE);
    test_key(L"ECDSA_P256", FALSE);
    test_kept();
    test_usage();
    test_lengths();
    test_certificate();
    test_card();
    check_success(NCryptFreeObject(provider));
}
