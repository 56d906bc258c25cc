/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptGetProperty (rows 6.1 to 6.94): every property of RSA and EC keys, before and after they are made. What
 * stored keys have to say is in property_named.c. */
#include "ncrypt_test.h"
#include "vectors.h"

/* --- an RSA key of 1024 bits that has no name: the same answers whatever its state and origin --- */

static void test_rsa_values(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key)
{
    static const DWORD lengths[] = { 512, 16384, 8, 1024 };

    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"RSA");                             /* 6.3 */
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, L"RSA");                       /* 6.4 */
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 1024);                                 /* 6.5 */
    check_property(key, NCRYPT_LENGTHS_PROPERTY, lengths, sizeof(lengths));         /* 6.6, E10 */
    check_dword(key, NCRYPT_BLOCK_LENGTH_PROPERTY, 128);                            /* 6.7 */
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);                             /* 6.8, 6.75, 6.76 */
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_ALL_USAGES);           /* 6.9, 6.77 */
    check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, 0);                                  /* 6.10 */
    check_property(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, &provider, sizeof(provider)); /* 6.11 */
    check_success(NCryptFreeObject(provider));      /* the handle of the data read; the size query gave none */
    check_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, 128);                        /* 6.50 */
    check_dword(key, NCRYPT_PUBLIC_LENGTH_PROPERTY, 1024);                          /* 6.51 */
}

static void test_rsa_missing(NCRYPT_KEY_HANDLE key)
{
    static const struct
    {
        const WCHAR *name;
        SECURITY_STATUS status;
    }
    tests[] =
    {
        { L"Name", NTE_NOT_SUPPORTED },                                             /* 6.1 */
        { L"Unique Name", NTE_NOT_SUPPORTED },                                      /* 6.2 */
        { L"UI Policy", NTE_NOT_FOUND },                                            /* 6.12 */
        { L"HWND Handle", NTE_NOT_FOUND },                                          /* 6.13, 6.79 */
        { L"Use Context", NTE_NOT_FOUND },                                          /* 6.14 */
        { L"Modified", NTE_NOT_FOUND },                                             /* 6.15 */
        { L"SmartCardKeyCertificate", NTE_NOT_FOUND },                              /* 6.16 */
        { L"Security Descr", NTE_BAD_FLAGS },                                       /* 6.17 */
        { L"Impl Type", NTE_NOT_SUPPORTED },                                        /* 6.18, 1.5 */
        { L"Version", NTE_NOT_SUPPORTED },                                          /* 6.19, 1.5 */
        { L"Security Descr Support", NTE_NOT_SUPPORTED },                           /* 6.20, 1.5 */
        { L"Enabled Use Count", NTE_NOT_SUPPORTED },                                /* 6.21, 1.5 */
        { L"Use Count", NTE_NOT_SUPPORTED },                                        /* 6.22 */
        { L"Max Name Length", NTE_NOT_SUPPORTED },                                  /* 6.23, 1.5 */
        { L"SmartCardPin", NTE_NOT_SUPPORTED },                                     /* 6.24 */
        { L"SmartCardReader", NTE_NOT_SUPPORTED },                                  /* 6.25 */
        { L"SmartCardGuid", NTE_NOT_SUPPORTED },                                    /* 6.26 */
        { L"SmartCardPinPrompt", NTE_NOT_SUPPORTED },                               /* 6.27 */
        { L"SmartCardUserCertStore", NTE_NOT_SUPPORTED },                           /* 6.28 */
        { L"SmartcardRootCertStore", NTE_NOT_SUPPORTED },                           /* 6.29 */
        { L"SmartCardSecurePin", NTE_NOT_SUPPORTED },                               /* 6.30 */
        { L"SmartCardAssociatedECDHKey", NTE_NOT_SUPPORTED },                       /* 6.31 */
        { L"SmartCardPinId", NTE_NOT_SUPPORTED },                                   /* 6.32 */
        { L"SmartCardPinInfo", NTE_NOT_SUPPORTED },                                 /* 6.33 */
        { L"AlgorithmName", NTE_NOT_SUPPORTED },                                    /* 6.34 */
        { L"AuthTagLength", NTE_NOT_SUPPORTED },                                    /* 6.35 */
        { L"BlockLength", NTE_NOT_SUPPORTED },                                      /* 6.36 */
        { L"BlockSizeList", NTE_NOT_SUPPORTED },                                    /* 6.37 */
        { L"ChainingMode", NTE_NOT_SUPPORTED },                                     /* 6.38 */
        { L"EffectiveKeyLength", NTE_NOT_SUPPORTED },                               /* 6.39 */
        { L"HashBlockLength", NTE_NOT_SUPPORTED },                                  /* 6.40 */
        { L"HashDigestLength", NTE_NOT_SUPPORTED },                                 /* 6.41 */
        { L"HashOIDList", NTE_NOT_SUPPORTED },                                      /* 6.42 */
        { L"KeyLength", NTE_NOT_SUPPORTED },                                        /* 6.43 */
        { L"KeyLengths", NTE_NOT_SUPPORTED },                                       /* 6.44 */
        { L"KeyObjectLength", NTE_NOT_SUPPORTED },                                  /* 6.45 */
        { L"KeyStrength", NTE_NOT_SUPPORTED },                                      /* 6.46 */
        { L"ObjectLength", NTE_NOT_SUPPORTED },                                     /* 6.47 */
        { L"PaddingSchemes", NTE_NOT_SUPPORTED },                                   /* 6.48 */
        { L"ProviderHandle", NTE_NOT_SUPPORTED },                                   /* 6.49 */
        { L"No Such Property", NTE_NOT_SUPPORTED },                                 /* E2 */
    };
    BYTE data[64];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(tests); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(tests[i].name));
        check_status(tests[i].status, NCryptGetProperty(key, tests[i].name, data, sizeof(data), &size, 0));
        check_status(tests[i].status, NCryptGetProperty(key, tests[i].name, NULL, 0, &size, 0));
        winetest_pop_context();
    }
}

static void test_rsa(NCRYPT_PROV_HANDLE provider)
{
    static const struct
    {
        const WCHAR *type;
        DWORD magic;
    }
    tests[] =
    {
        { BCRYPT_RSAPUBLIC_BLOB, BCRYPT_RSAPUBLIC_MAGIC },
        { BCRYPT_RSAPRIVATE_BLOB, BCRYPT_RSAPRIVATE_MAGIC },
        { BCRYPT_RSAFULLPRIVATE_BLOB, BCRYPT_RSAFULLPRIVATE_MAGIC },
    };
    NCRYPT_KEY_HANDLE key;
    BYTE blob[2048];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(tests); i++)
    {
        winetest_push_context("imported %s", wine_dbgstr_w(tests[i].type));
        size = make_rsa_blob(blob, tests[i].magic, rsa_1024);
        check_success(import_blob(provider, tests[i].type, blob, size, &key));
        test_rsa_values(provider, key);
        test_rsa_missing(key);
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }

    winetest_push_context("unfinalized");                                           /* 3.32 */
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    test_rsa_values(provider, key);
    test_rsa_missing(key);
    winetest_pop_context();
    winetest_push_context("finalized");
    check_success(NCryptFinalizeKey(key, 0));
    test_rsa_values(provider, key);
    test_rsa_missing(key);
    check_success(NCryptFreeObject(key));
    winetest_pop_context();
}

static void test_other_length(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 2048, 0));
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 2048);
    check_dword(key, NCRYPT_BLOCK_LENGTH_PROPERTY, 256);
    check_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, 256);
    check_dword(key, NCRYPT_PUBLIC_LENGTH_PROPERTY, 2048);
    check_success(NCryptFreeObject(key));
}

/* --- EC keys --- */

static void test_ec_values(NCRYPT_KEY_HANDLE key, const struct curve *curve, const WCHAR *alg, const WCHAR *group)
{
    DWORD lengths[] = { curve->bits, curve->bits, 0, curve->bits }, size;

    check_text(key, NCRYPT_ALGORITHM_PROPERTY, alg);                                /* 6.63, 6.64, E14 */
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, group);                        /* 6.63, 6.64 */
    check_dword(key, NCRYPT_LENGTH_PROPERTY, curve->bits);                          /* 6.66 */
    check_dword(key, NCRYPT_PUBLIC_LENGTH_PROPERTY, curve->bits);                   /* 6.67 */
    check_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, curve->name);                   /* 6.69 */
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_ALL_USAGES);           /* 6.77 */
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, 0);
    /* F7: open question: the values for EC keys */
    check_property(key, NCRYPT_LENGTHS_PROPERTY, lengths, sizeof(lengths));
    check_dword(key, NCRYPT_BLOCK_LENGTH_PROPERTY, curve->bytes);
    check_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, 2 * curve->bytes);
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_NAME_PROPERTY, NULL, 0, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, L"No Such Property", NULL, 0, &size, 0));
    check_status(NTE_NOT_FOUND, NCryptGetProperty(key, NCRYPT_UI_POLICY_PROPERTY, NULL, 0, &size, 0));
    check_status(NTE_BAD_FLAGS, NCryptGetProperty(key, NCRYPT_SECURITY_DESCR_PROPERTY, NULL, 0, &size, 0));
}

static void test_ec(NCRYPT_PROV_HANDLE provider)
{
    const struct curve *curve;
    NCRYPT_KEY_HANDLE key;
    BYTE blob[256];
    DWORD size;

    for (curve = curves; curve < curves + ARRAY_SIZE(curves); curve++)
    {
        winetest_push_context("%s", wine_dbgstr_w(curve->name));
        check_success(NCryptCreatePersistedKey(provider, &key, curve->ecdsa, NULL, 0, 0));
        test_ec_values(key, curve, curve->ecdsa, L"ECDSA");                         /* 3.32 */
        check_success(NCryptFinalizeKey(key, 0));
        test_ec_values(key, curve, curve->ecdsa, L"ECDSA");
        check_success(NCryptFreeObject(key));

        key = make_key(provider, curve->ecdh, NULL, 0, 0, 0);
        test_ec_values(key, curve, curve->ecdh, L"ECDH");
        check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));
        check_success(NCryptFreeObject(key));
        check_success(import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, &key));
        test_ec_values(key, curve, curve->ecdh, L"ECDH");                           /* 6.63 */
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }

    /* 6.65, 8.19 */
    size = ec_blob(blob, BCRYPT_ECDH_PRIVATE_P521_MAGIC, ec_p521.x, ec_p521.y, ec_p521.d);
    check_success(import_blob(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size, &key));
    test_ec_values(key, &curves[2], L"ECDH_P521", L"ECDH");
    check_success(NCryptFreeObject(key));
}

/* --- how the call behaves --- */

static void test_call(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    BYTE data[64];
    DWORD size;

    check_success(NCryptGetProperty(key, L"Length", data, 4, &size, NCRYPT_SILENT_FLAG));       /* 6.90 */
    ok(size == 4 && *(DWORD *)data == 256, "got %lu bytes, %lu\n", size, *(DWORD *)data);
    check_success(NCryptGetProperty(key, L"Length", data, sizeof(data), &size, 0));             /* 6.91 */
    ok(size == 4, "got %lu\n", size);
    check_success(NCryptGetProperty(key, L"Length", NULL, sizeof(data), &size, 0));
    ok(size == 4, "got %lu\n", size);
    check_success(NCryptGetProperty(key, L"Algorithm Group", data, 32, &size, 0));              /* 6.93 */
    ok(size == 12 && !lstrcmpW((WCHAR *)data, L"ECDSA"), "got %lu bytes\n", size);
    check_success(NCryptGetProperty(key, L"Algorithm Name", data, 32, &size, NCRYPT_SILENT_FLAG)); /* 6.93 */
    ok(size == 22 && !lstrcmpW((WCHAR *)data, L"ECDSA_P256"), "got %lu bytes\n", size);

    /* 6.94, F4: open question: third-party providers answer so */
    memset(data, 0xcc, sizeof(data));
    check_status(NTE_BUFFER_TOO_SMALL, NCryptGetProperty(key, L"Length", data, 3, &size, 0));
    ok(size == 4, "got %lu\n", size);
    check_status(NTE_BUFFER_TOO_SMALL, NCryptGetProperty(key, L"Length", data, 0, &size, 0));
    ok(size == 4, "got %lu\n", size);
    check_status(NTE_BUFFER_TOO_SMALL, NCryptGetProperty(key, L"Algorithm Name", data, 21, &size, 0));
    ok(size == 22, "got %lu\n", size);
    ok(data[0] == 0xcc, "written\n");

    check_status(NTE_INVALID_HANDLE, NCryptGetProperty(0, L"Length", data, 4, &size, 0));       /* 1.20 */
    check_status(NTE_INVALID_HANDLE, NCryptGetProperty(0, NULL, NULL, 0, NULL, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptGetProperty(key, L"Length", data, 4, NULL, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptGetProperty(key, NULL, data, 4, &size, 0));
    check_status(NTE_BAD_FLAGS, NCryptGetProperty(key, L"Length", data, 4, &size, 0x00100000));
    check_success(NCryptFreeObject(key));
}

/* 6.60 to 6.62; what NCryptSetProperty has to say is in property_set.c */
static void test_custom(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    BYTE data[64], value[] = { 1, 2, 3 };
    DWORD size;

    /* 6.60 */
    check_status(NTE_NOT_FOUND, NCryptGetProperty(key, L"Custom", NULL, 0, &size, NCRYPT_PERSIST_ONLY_FLAG));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, L"Custom", NULL, 0, &size, 0));      /* E2 */

    check_success(NCryptSetProperty(key, L"Custom", value, sizeof(value), NCRYPT_PERSIST_ONLY_FLAG));
    size = 0xdeadbeef;
    check_success(NCryptGetProperty(key, L"Custom", NULL, 0, &size, NCRYPT_PERSIST_ONLY_FLAG));
    ok(size == 3, "got %lu\n", size);
    /* 6.61 */
    check_success(NCryptGetProperty(key, L"Custom", data, sizeof(data), &size, NCRYPT_PERSIST_ONLY_FLAG));
    ok(size == 3 && !memcmp(data, value, 3), "got %lu bytes\n", size);

    check_success(NCryptSetProperty(key, L"Empty", value, 0, NCRYPT_PERSIST_ONLY_FLAG));
    size = 0xdeadbeef;
    check_success(NCryptGetProperty(key, L"Empty", NULL, 0, &size, NCRYPT_PERSIST_ONLY_FLAG));  /* 6.62 */
    ok(!size, "got %lu\n", size);
    check_success(NCryptFreeObject(key));
}

static void test_ui_policy(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_UI_POLICY policy = { 1, 0, L"title", L"friendly", L"described" }, *copy;
    BYTE data[512];
    NCRYPT_KEY_HANDLE key;
    DWORD size, again;

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", NULL, 0, 0));
    check_success(NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy),
                                    NCRYPT_PERSIST_FLAG));
    check_success(NCryptFinalizeKey(key, 0));

    check_success(NCryptGetProperty(key, NCRYPT_UI_POLICY_PROPERTY, NULL, 0, &size, 0));
    ok(size >= sizeof(policy) && size <= sizeof(data), "got %lu\n", size);                      /* 6.81 */
    check_success(NCryptGetProperty(key, NCRYPT_UI_POLICY_PROPERTY, data, size, &again, 0));
    ok(again == size, "got %lu, then %lu\n", size, again);                                      /* 6.92 */

    copy = (NCRYPT_UI_POLICY *)data;                                                            /* 6.80 */
    ok(copy->dwVersion == 1 && !copy->dwFlags, "version %lu, flags %lu\n", copy->dwVersion, copy->dwFlags);
    ok((BYTE *)copy->pszCreationTitle >= data && (BYTE *)copy->pszCreationTitle < data + size, "outside\n");
    ok((BYTE *)copy->pszFriendlyName >= data && (BYTE *)copy->pszFriendlyName < data + size, "outside\n");
    ok((BYTE *)copy->pszDescription >= data && (BYTE *)copy->pszDescription < data + size, "outside\n");
    ok(!lstrcmpW(copy->pszCreationTitle, L"title"), "got %s\n", wine_dbgstr_w(copy->pszCreationTitle));
    ok(!lstrcmpW(copy->pszFriendlyName, L"friendly"), "got %s\n", wine_dbgstr_w(copy->pszFriendlyName));
    ok(!lstrcmpW(copy->pszDescription, L"described"), "got %s\n", wine_dbgstr_w(copy->pszDescription));

    check_status(NTE_BUFFER_TOO_SMALL, NCryptGetProperty(key, L"UI Policy", data, size - 1, &again, 0));
    ok(again == size, "got %lu\n", again);
    check_success(NCryptFreeObject(key));
}

START_TEST(property_get)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_rsa(provider);
    test_other_length(provider);
    test_ec(provider);
    test_call(provider);
    test_custom(provider);
    test_ui_policy(provider);
    check_success(NCryptFreeObject(provider));
}
