/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptSetProperty (rows 7.1 to 7.36): which property takes what, when, and what lasts. */
#include "ncrypt_test.h"
#include "vectors.h"

static NCRYPT_KEY_HANDLE import_rsa(NCRYPT_PROV_HANDLE provider, DWORD magic)
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[2048];
    DWORD size = make_rsa_blob(blob, magic, rsa_1024);

    check_success(import_blob(provider, magic == BCRYPT_RSAPUBLIC_MAGIC ? BCRYPT_RSAPUBLIC_BLOB
                              : BCRYPT_RSAPRIVATE_BLOB, blob, size, &key));
    return key;
}

static NCRYPT_KEY_HANDLE start_key(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key;

    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, 0, 0));
    return key;
}

static void test_length(NCRYPT_PROV_HANDLE provider)
{
    static const DWORD bad[] = { 0, 504, 511, 513, 1025, 16392, 0x80000000, ~0u };
    NCRYPT_KEY_HANDLE key;
    WORD half = 1024;
    unsigned int i;

    key = import_rsa(provider, BCRYPT_RSAPUBLIC_MAGIC);
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));                         /* 7.1 */
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 1024);     /* open question: the key stays what it is */
    check_success(NCryptFreeObject(key));

    key = start_key(provider, L"RSA", NULL);
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));                         /* 7.2 */
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 2048);
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 1024, NCRYPT_PERSIST_FLAG));       /* 7.3 */
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 1032, NCRYPT_SILENT_FLAG));        /* 7.4 */
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 1032);
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 16384, 0));                        /* the limits of 6.6 */
    for (i = 0; i < ARRAY_SIZE(bad); i++)               /* open question: which status */
    {
        winetest_push_context("%lu", bad[i]);
        check_status(NTE_INVALID_PARAMETER, set_dword(key, NCRYPT_LENGTH_PROPERTY, bad[i], 0));
        winetest_pop_context();
    }
    /* 7.35: asserted for BCrypt */
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, L"Length", (BYTE *)&half, sizeof(half), 0));
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, L"Length", (BYTE *)bad, 8, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, L"Length", (BYTE *)bad, 0, 0));
    check_failure(NCryptSetProperty(key, L"Length", NULL, 4, 0));
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 16384);
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 512, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));                         /* 7.1, 16.7 */
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 512);
    check_success(NCryptFreeObject(key));

    key = start_key(provider, L"ECDSA_P521", NULL);
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 521, 0));
    check_status(NTE_INVALID_PARAMETER, set_dword(key, NCRYPT_LENGTH_PROPERTY, 528, 0));    /* 16.2 */
    check_status(NTE_INVALID_PARAMETER, set_dword(key, NCRYPT_LENGTH_PROPERTY, 256, 0));
    check_success(NCryptFreeObject(key));
}

/* 7.5, 7.6, 7.31: names that cannot be set. */
static void test_refused(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *names[] =
    {
        L"Name", L"Unique Name", L"Algorithm Name", L"Algorithm Group", L"Lengths", L"Block Length", L"Key Type",
        L"PublicKeyLength", L"SignatureLength", L"Provider Handle", L"Modified",
        L"My Custom Property", L"NgcCacheType", L"NgcCacheTypeProperty", L"KeyLength",
        L"Impl Type", L"Version", L"Max Name Length",
    };
    NCRYPT_KEY_HANDLE keys[2];
    unsigned int i, j;

    keys[0] = import_rsa(provider, BCRYPT_RSAPUBLIC_MAGIC);
    keys[1] = start_key(provider, L"RSA", NULL);
    for (j = 0; j < 2; j++)
    {
        for (i = 0; i < ARRAY_SIZE(names); i++)
        {
            winetest_push_context("%s, key %u", wine_dbgstr_w(names[i]), j);
            check_status(NTE_NOT_SUPPORTED, set_dword(keys[j], names[i], 1, 0));
            winetest_pop_context();
        }
        check_success(NCryptFreeObject(keys[j]));
    }
}

static void check_custom_(int line, NCRYPT_KEY_HANDLE key, const WCHAR *name, const void *value, DWORD size)
{
    static BYTE data[0x100000];
    DWORD result = 0xdeadbeef;
    SECURITY_STATUS status;

    status = NCryptGetProperty(key, name, data, sizeof(data), &result, NCRYPT_PERSIST_ONLY_FLAG);
    ok_(__FILE__, line)(!status, "%s: got %#lx\n", wine_dbgstr_w(name), status);
    ok_(__FILE__, line)(result == size && !memcmp(data, value, size), "%s: got %lu bytes\n", wine_dbgstr_w(name),
                        result);
}
#define check_custom(key, name, value, size) check_custom_(__LINE__, key, name, value, size)

/* Custom properties on a key of any kind and state: 7.7, 7.9, 7.10, 7.11 */
static void test_custom(NCRYPT_KEY_HANDLE key)
{
    static const BYTE first[] = { 1, 2, 3 }, second[] = { 9, 8, 7, 6, 5 };
    BYTE one = 1;

    check_success(NCryptSetProperty(key, L"Custom", (BYTE *)first, 3, NCRYPT_PERSIST_ONLY_FLAG));       /* 7.7 */
    check_custom(key, L"Custom", first, 3);
    check_success(NCryptSetProperty(key, L"Custom", (BYTE *)second, 5, NCRYPT_PERSIST_ONLY_FLAG));      /* 7.11 */
    check_custom(key, L"Custom", second, 5);
    check_failure(NCryptSetProperty(key, L"Custom", NULL, 3, NCRYPT_PERSIST_ONLY_FLAG));                /* 7.9 */
    check_custom(key, L"Custom", second, 5);
    check_success(NCryptSetProperty(key, L"Custom", (BYTE *)first, 0, NCRYPT_PERSIST_ONLY_FLAG));       /* 7.10 */
    check_custom(key, L"Custom", first, 0);
    check_success(NCryptSetProperty(key, L"CLR IsEphemeral", &one, 1, NCRYPT_PERSIST_ONLY_FLAG));       /* 7.7 */
    check_custom(key, L"CLR IsEphemeral", &one, 1);
    check_success(NCryptSetProperty(key, L"Another", (BYTE *)first, 3,
                                    NCRYPT_PERSIST_ONLY_FLAG | NCRYPT_SILENT_FLAG));
    check_custom(key, L"Another", first, 3);
}

static void test_custom_everywhere(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;

    key = import_rsa(provider, BCRYPT_RSAPUBLIC_MAGIC);
    test_custom(key);
    check_success(NCryptFreeObject(key));
    key = import_rsa(provider, BCRYPT_RSAPRIVATE_MAGIC);
    test_custom(key);
    check_success(NCryptFreeObject(key));
    key = start_key(provider, L"ECDSA_P256", NULL);
    test_custom(key);
    check_success(NCryptFinalizeKey(key, 0));
    test_custom(key);
    check_success(NCryptFreeObject(key));
}

/* 7.33; open question: which status */
static void test_limits(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    static BYTE data[0x100001];
    WCHAR name[66];
    int i;

    for (i = 0; i < 65; i++) name[i] = 'n';
    name[65] = 0;
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, name, data, 4, NCRYPT_PERSIST_ONLY_FLAG));
    name[64] = 0;
    check_success(NCryptSetProperty(key, name, data, 4, NCRYPT_PERSIST_ONLY_FLAG));
    check_custom(key, name, data, 4);
    data[0xfffff] = 1;
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, L"Big", data, 0x100001, NCRYPT_PERSIST_ONLY_FLAG));
    check_success(NCryptSetProperty(key, L"Big", data, 0x100000, NCRYPT_PERSIST_ONLY_FLAG));
    check_custom(key, L"Big", data, 0x100000);

    check_status(NTE_INVALID_HANDLE, NCryptSetProperty(0, L"Big", data, 4, 0));                         /* 1.20 */
    check_status(NTE_INVALID_HANDLE, NCryptSetProperty(0, NULL, NULL, 0, 0x1));
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, NULL, data, 4, 0));
    check_status(NTE_BAD_FLAGS, NCryptSetProperty(key, L"Big", data, 4, 0x00100000));
    check_success(NCryptFreeObject(key));
}

static void test_export_policy(NCRYPT_PROV_HANDLE provider)
{
    static const DWORD flags[] = { 0, NCRYPT_PERSIST_FLAG, NCRYPT_PERSIST_FLAG | NCRYPT_SILENT_FLAG };
    NCRYPT_KEY_HANDLE key;
    BYTE blob[512];
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"policy");
    DWORD i, policy, size;

    for (i = 0; i < ARRAY_SIZE(flags); i++)                                     /* 7.12, 7.13, 7.36 */
    {
        key = start_key(provider, L"ECDSA_P256", NULL);
        for (policy = 1; policy <= 3; policy++)
        {
            check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy, flags[i]));
            check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy);
        }
        check_success(NCryptFinalizeKey(key, 0));
        check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3);
        check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));

        check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 1, flags[i]));          /* 7.14 lowered */
        check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 1);
        check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
        check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, flags[i]));          /* 7.15 raised */
        check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
        check_success(NCryptFreeObject(key));
    }

    key = import_rsa(provider, BCRYPT_RSAPRIVATE_MAGIC);
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));   /* 7.14 raised */
    check_success(export_blob(key, BCRYPT_RSAPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptFreeObject(key));

    remove_key(provider, name, 0);
    key = make_key(provider, L"ECDSA_P256", name, 0, NCRYPT_ALLOW_EXPORT_FLAG, 0);
    for (i = 0; i < 2; i++)                 /* the handle that made it, then one that opened it */
    {
        check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, NCRYPT_ALLOW_EXPORT_FLAG);
        check_status(NTE_NOT_SUPPORTED, set_dword(key, L"Export Policy", 3, NCRYPT_PERSIST_FLAG)); /* 7.16 */
        check_status(NTE_NOT_SUPPORTED, set_dword(key, L"Export Policy", 3, 0));                /* 7.16 */
        check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, NCRYPT_ALLOW_EXPORT_FLAG);
        check_success(NCryptFreeObject(key));
        check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    }
    check_success(NCryptDeleteKey(key, 0));
}

static void test_key_usage(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"usage");

    key = start_key(provider, L"RSA", NULL);
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 3, NCRYPT_PERSIST_FLAG));       /* 7.17 */
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 3);
    check_success(set_dword(key, L"Key Usage", 2, NCRYPT_PERSIST_FLAG | NCRYPT_SILENT_FLAG)); /* 7.36 */
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 2);
    check_success(NCryptFinalizeKey(key, 0));
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 2);
    /* F8: open question: documented as too late, the status is not known */
    check_status(NTE_BAD_KEY_STATE, set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, 2);
    check_success(NCryptFreeObject(key));

    remove_key(provider, name, 0);
    key = start_key(provider, L"ECDSA_P256", name);
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG, NCRYPT_PERSIST_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG);
    check_success(NCryptDeleteKey(key, 0));
}

static void test_handle_properties(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = start_key(provider, L"ECDSA_P256", NULL);
    HWND window = (HWND)(ULONG_PTR)0x4321;
    DWORD size;

    check_success(NCryptSetProperty(key, L"HWND Handle", (BYTE *)&window, sizeof(window), 0)); /* 7.18 */
    check_property(key, L"HWND Handle", &window, sizeof(window));
    check_success(set_text(key, NCRYPT_USE_CONTEXT_PROPERTY, L"context", NCRYPT_PERSIST_FLAG)); /* 7.21 */
    check_text(key, NCRYPT_USE_CONTEXT_PROPERTY, L"context");                               /* 6.82 */
    check_success(NCryptFinalizeKey(key, 0));
    check_text(key, NCRYPT_USE_CONTEXT_PROPERTY, L"context");
    check_property(key, L"HWND Handle", &window, sizeof(window));

    /* 7.22: clients ignore the answer; what matters is that nothing else changes */
    set_text(key, L"SmartCardPin", L"1234", 0);
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, L"SmartCardPin", NULL, 0, &size, 0)); /* 6.24 */
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 256);
    check_success(NCryptFreeObject(key));
}

static void test_ui_policy(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_UI_POLICY policy = { 1, 0, L"title", L"name", NULL };
    NCRYPT_KEY_HANDLE key = start_key(provider, L"RSA", NULL);
    DWORD size;

    check_success(NCryptSetProperty(key, L"UI Policy", (BYTE *)&policy, sizeof(policy),
                                    NCRYPT_PERSIST_FLAG));                                  /* 7.19 */
    policy.dwVersion = 2;
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, L"UI Policy", (BYTE *)&policy, sizeof(policy), 0));
    policy.dwVersion = 1;
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, L"UI Policy", (BYTE *)&policy, 8, 0));
    /* 7.20: no dialogs yet, and a key may not be less protected than was asked for */
    policy.dwFlags = NCRYPT_UI_PROTECT_KEY_FLAG;
    check_status(NTE_NOT_SUPPORTED, NCryptSetProperty(key, L"UI Policy", (BYTE *)&policy, sizeof(policy), 0));
    policy.dwFlags = NCRYPT_UI_FORCE_HIGH_PROTECTION_FLAG;
    check_status(NTE_NOT_SUPPORTED, NCryptSetProperty(key, L"UI Policy", (BYTE *)&policy, sizeof(policy), 0));
    check_success(NCryptGetProperty(key, L"UI Policy", NULL, 0, &size, 0));
    check_success(NCryptFinalizeKey(key, 0));

    policy.dwFlags = 0;                     /* F8: open question: documented as read-only by now */
    check_status(NTE_BAD_KEY_STATE, NCryptSetProperty(key, L"UI Policy", (BYTE *)&policy, sizeof(policy), 0));
    check_success(NCryptFreeObject(key));
}

/* 7.26: a key made from numbers under a name. */
static void test_blob_property(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[2048], exported[512];
    DWORD size, exported_size;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"blob property");

    remove_key(provider, name, 0);
    key = start_key(provider, L"RSA", name);
    size = make_rsa_blob(blob, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);
    blob[0]++;
    check_failure(NCryptSetProperty(key, BCRYPT_RSAFULLPRIVATE_BLOB, blob, size, NCRYPT_SILENT_FLAG));
    blob[0]--;
    check_success(NCryptSetProperty(key, BCRYPT_RSAFULLPRIVATE_BLOB, blob, size, NCRYPT_SILENT_FLAG));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(NCryptFreeObject(key));

    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(export_blob(key, BCRYPT_RSAPUBLIC_BLOB, exported, sizeof(exported), &exported_size));
    size = make_rsa_blob(blob, BCRYPT_RSAPUBLIC_MAGIC, rsa_1024);
    ok(exported_size == size && !memcmp(exported, blob, size), "another key\n");
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_failure(NCryptSetProperty(key, BCRYPT_RSAFULLPRIVATE_BLOB, blob, size, 0));
    check_success(NCryptDeleteKey(key, 0));

    key = start_key(provider, L"ECDSA_P256", name);
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    size = ec_blob(blob, BCRYPT_ECDSA_PRIVATE_P256_MAGIC, ec_p256.x, ec_p256.y, ec_p256.d);
    check_success(NCryptSetProperty(key, BCRYPT_ECCPRIVATE_BLOB, blob, size, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, exported, sizeof(exported), &exported_size));
    ok(exported_size == size && !memcmp(exported, blob, size), "another key\n");
    check_success(NCryptDeleteKey(key, 0));
}

/* What a stored key keeps: custom properties set with either flag, and nothing that belongs to the handle. */
static void test_stored(NCRYPT_PROV_HANDLE provider)
{
    HWND window = (HWND)(ULONG_PTR)1;
    NCRYPT_KEY_HANDLE key, other;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"stored");
    BYTE value[] = { 5, 6, 7 };
    DWORD size;

    remove_key(provider, name, 0);
    key = start_key(provider, L"ECDSA_P256", name);
    check_success(NCryptSetProperty(key, L"Before", value, 3, NCRYPT_PERSIST_ONLY_FLAG));
    check_success(NCryptSetProperty(key, L"Both", value, 2, NCRYPT_PERSIST_FLAG));
    check_success(NCryptSetProperty(key, L"HWND Handle", (BYTE *)&window, sizeof(window), 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptSetProperty(key, L"After", value, 1, NCRYPT_PERSIST_ONLY_FLAG));
    check_success(NCryptSetProperty(key, L"Before", value + 1, 2, NCRYPT_PERSIST_ONLY_FLAG));

    check_success(NCryptOpenKey(provider, &other, name, 0, 0));
    check_custom(other, L"Before", value + 1, 2);
    check_custom(other, L"Both", value, 2);
    check_custom(other, L"After", value, 1);
    check_status(NTE_NOT_FOUND, NCryptGetProperty(other, L"HWND Handle", NULL, 0, &size, 0));
    check_status(NTE_NOT_FOUND, NCryptGetProperty(other, L"Never", NULL, 0, &size, NCRYPT_PERSIST_ONLY_FLAG));
    check_success(NCryptSetProperty(other, L"Later", value, 3, NCRYPT_PERSIST_ONLY_FLAG));
    check_success(NCryptFreeObject(other));
    check_success(NCryptFreeObject(key));

    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_custom(key, L"Before", value + 1, 2);
    check_custom(key, L"Later", value, 3);
    check_success(NCryptDeleteKey(key, 0));

    key = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);         /* a new key of the name has none of them */
    check_status(NTE_NOT_FOUND, NCryptGetProperty(key, L"Before", NULL, 0, &size, NCRYPT_PERSIST_ONLY_FLAG));
    check_success(NCryptDeleteKey(key, 0));
}

START_TEST(property_set)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_length(provider);
    test_refused(provider);
    test_custom_everywhere(provider);
    test_limits(provider);
    test_export_policy(provider);
    test_key_usage(provider);
    test_handle_properties(provider);
    test_ui_policy(provider);
    test_blob_property(provider);
    test_stored(provider);
    check_success(NCryptFreeObject(provider));
}
