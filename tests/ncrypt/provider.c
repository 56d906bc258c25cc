/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Providers: opening and listing them, their properties, how long they live (rows 1.1 to 1.29). */
#include "ncrypt_test.h"

static void test_open(void)
{
    static const WCHAR passport[] = L"Microsoft Passport Key Storage Provider";
    NCRYPT_PROV_HANDLE provider, other;

    provider = 0;
    check_success(NCryptOpenStorageProvider(&provider, NULL, 0));                       /* 1.1 */
    ok(provider != 0, "no handle\n");
    check_text(provider, NCRYPT_NAME_PROPERTY, MS_KEY_STORAGE_PROVIDER);                /* 1.1, 1.3 */

    other = 0;
    check_success(NCryptOpenStorageProvider(&other, MS_KEY_STORAGE_PROVIDER, 0));       /* 1.2 */
    ok(other != 0, "no handle\n");
    check_text(other, NCRYPT_NAME_PROPERTY, MS_KEY_STORAGE_PROVIDER);                   /* 1.3 */
    check_success(NCryptFreeObject(other));
    check_text(provider, NCRYPT_NAME_PROPERTY, MS_KEY_STORAGE_PROVIDER);
    check_success(NCryptFreeObject(provider));

    /* 1.9, E4: open question: which status, NTE_BAD_PROVIDER is what registration scripts expect */
    check_status(NTE_BAD_PROVIDER, NCryptOpenStorageProvider(&provider, L"No Such Provider", 0));
    check_status(NTE_BAD_PROVIDER, NCryptOpenStorageProvider(&provider, L"", 0));

    /* 1.10, B.17, B.18: programs hide the feature when these cannot be opened. A Windows machine may have them. */
    if (running_on_wine())
    {
        check_status(NTE_BAD_PROVIDER, NCryptOpenStorageProvider(&provider, passport, 0));
        check_status(NTE_DEVICE_NOT_READY, NCryptOpenStorageProvider(&provider, MS_PLATFORM_KEY_STORAGE_PROVIDER, 0));
    }

    check_status(NTE_INVALID_PARAMETER, NCryptOpenStorageProvider(NULL, NULL, 0));
}

/* 1.6: the software provider under the names of the software CSPs. */
static void test_aliases(void)
{
    static const WCHAR *aliases[] =
    {
        MS_DEF_PROV_W, MS_ENHANCED_PROV_W, MS_STRONG_PROV_W, MS_ENH_RSA_AES_PROV_W, MS_DEF_RSA_SIG_PROV_W,
        MS_DEF_RSA_SCHANNEL_PROV_W, MS_DEF_DSS_PROV_W, MS_DEF_DSS_DH_PROV_W, MS_ENH_DSS_DH_PROV_W,
        MS_DEF_DH_SCHANNEL_PROV_W, L"microsoft STRONG cryptographic provider",
    };
    NCRYPT_PROV_HANDLE provider;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(aliases); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(aliases[i]));
        provider = 0;
        check_success(NCryptOpenStorageProvider(&provider, aliases[i], 0));
        check_text(provider, NCRYPT_NAME_PROPERTY, MS_KEY_STORAGE_PROVIDER);    /* open question: or the alias */
        check_success(NCryptIsAlgSupported(provider, L"ECDSA_P256", 0));
        check_success(NCryptFreeObject(provider));
        winetest_pop_context();
    }
    check_status(NTE_BAD_PROVIDER, NCryptOpenStorageProvider(&provider, MS_SCARD_PROV_W, 0));
}

static void test_open_flags(void)
{
    NCRYPT_PROV_HANDLE provider;

    /* 1.11; windows-api 0 */
    check_success(NCryptOpenStorageProvider(&provider, NULL, NCRYPT_SILENT_FLAG));
    check_success(NCryptFreeObject(provider));
    check_success(NCryptOpenStorageProvider(&provider, NULL, NCRYPT_IGNORE_DEVICE_STATE_FLAG));
    check_success(NCryptFreeObject(provider));
    /* open question: F1, E21 */
    check_status(NTE_BAD_FLAGS, NCryptOpenStorageProvider(&provider, NULL, 0x1));
    check_status(NTE_BAD_FLAGS, NCryptOpenStorageProvider(&provider, NULL, NCRYPT_MACHINE_KEY_FLAG));
    check_status(NTE_BAD_FLAGS, NCryptOpenStorageProvider(&provider, NULL, 0x80000000));
}

static void test_properties(void)
{
    static const WCHAR *key_only[] =
    {
        L"Algorithm Name", L"Algorithm Group", L"Length", L"Lengths", L"Block Length", L"Export Policy",
        L"Key Usage", L"Key Type", L"Unique Name", L"Modified", L"Provider Handle", L"No Such Property",
    };
    NCRYPT_PROV_HANDLE provider = open_provider();
    HWND window = (HWND)(ULONG_PTR)0x1234;
    DWORD size, value;
    unsigned int i;

    check_dword(provider, NCRYPT_IMPL_TYPE_PROPERTY, NCRYPT_IMPL_SOFTWARE_FLAG);        /* 1.4 */
    /* open question: F9; documented as provider properties, the values are not */
    check_dword(provider, NCRYPT_VERSION_PROPERTY, 0x00010000);
    check_dword(provider, NCRYPT_MAX_NAME_LENGTH_PROPERTY, 260);
    check_dword(provider, NCRYPT_SECURITY_DESCR_SUPPORT_PROPERTY, 1);
    check_dword(provider, NCRYPT_USE_COUNT_ENABLED_PROPERTY, 0);

    for (i = 0; i < ARRAY_SIZE(key_only); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(key_only[i]));
        check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(provider, key_only[i], (BYTE *)&value, sizeof(value),
                                                          &size, 0));
        winetest_pop_context();
    }

    /* windows-api 2.1: these belong to the handle */
    check_status(NTE_NOT_FOUND, NCryptGetProperty(provider, NCRYPT_USE_CONTEXT_PROPERTY, NULL, 0, &size, 0));
    check_success(set_text(provider, NCRYPT_USE_CONTEXT_PROPERTY, L"context", 0));
    check_text(provider, NCRYPT_USE_CONTEXT_PROPERTY, L"context");
    check_status(NTE_NOT_FOUND, NCryptGetProperty(provider, NCRYPT_WINDOW_HANDLE_PROPERTY, NULL, 0, &size, 0));
    check_success(NCryptSetProperty(provider, NCRYPT_WINDOW_HANDLE_PROPERTY, (BYTE *)&window, sizeof(window), 0));
    check_property(provider, NCRYPT_WINDOW_HANDLE_PROPERTY, &window, sizeof(window));
    check_status(NTE_NOT_SUPPORTED, set_text(provider, NCRYPT_NAME_PROPERTY, L"x", 0));
    check_status(NTE_NOT_SUPPORTED, set_dword(provider, NCRYPT_VERSION_PROPERTY, 1, 0));

    check_success(NCryptGetProperty(provider, L"Name", NULL, 0, &size, NCRYPT_SILENT_FLAG)); /* 6.90 */
    check_status(NTE_BUFFER_TOO_SMALL, NCryptGetProperty(provider, NCRYPT_IMPL_TYPE_PROPERTY, (BYTE *)&value, 3,
                                                         &size, 0));
    ok(size == 4, "got %lu\n", size);
    check_success(NCryptFreeObject(provider));
}

/* 1.12, 1.29: the order in which handles are freed does not matter, and each read gives one of its own. */
static void test_lifetime(void)
{
    NCRYPT_PROV_HANDLE provider = open_provider(), again = 0;
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    BYTE hash[32] = { 1 }, signature[64];
    DWORD size;
    int i;

    for (i = 0; i < 3; i++)                                                             /* 1.29 */
    {
        check_success(NCryptGetProperty(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&again, sizeof(again),
                                        &size, 0));
        ok(again == provider, "got %#Ix, expected %#Ix\n", again, provider);            /* 6.11 */
        check_success(NCryptFreeObject(again));
        check_success(NCryptIsAlgSupported(provider, L"RSA", 0));
    }

    check_success(NCryptFreeObject(provider));                                          /* 1.12 */
    check_status(NTE_INVALID_HANDLE, NCryptIsAlgSupported(provider, L"RSA", 0));
    check_success(NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0));

    check_success(NCryptGetProperty(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&again, sizeof(again), &size,
                                    0));
    check_text(again, NCRYPT_NAME_PROPERTY, MS_KEY_STORAGE_PROVIDER);
    check_success(NCryptFreeObject(again));
    check_success(NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0));
    check_success(NCryptFreeObject(key));                                               /* 1.12, 1.13 */
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));
}

static void test_enumerate(void)
{
    static const DWORD flags[] = { 0, NCRYPT_SILENT_FLAG };
    NCryptProviderName *list;
    DWORD count, i, j, found;

    for (i = 0; i < ARRAY_SIZE(flags); i++)                                             /* 1.21, 1.22 */
    {
        count = 0;
        list = NULL;
        check_success(NCryptEnumStorageProviders(&count, &list, flags[i]));
        ok(count > 0 && list, "got %lu\n", count);
        for (j = found = 0; list && j < count; j++)
        {
            ok(list[j].pszName && list[j].pszName[0], "%lu: no name\n", j);
            ok(list[j].pszComment && list[j].pszComment[0], "%lu: no comment\n", j);
            if (!lstrcmpW(list[j].pszName, MS_KEY_STORAGE_PROVIDER)) found++;
        }
        ok(found == 1, "software provider found %lu times\n", found);                   /* 1.23 */
        check_success(NCryptFreeBuffer(list));                                          /* 1.21, 1.24 */
    }
    check_status(NTE_INVALID_PARAMETER, NCryptEnumStorageProviders(NULL, &list, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptEnumStorageProviders(&count, NULL, 0));
    check_status(NTE_BAD_FLAGS, NCryptEnumStorageProviders(&count, &list, 0x1));
    check_status(NTE_INVALID_PARAMETER, NCryptFreeBuffer(NULL));                        /* 1.25; windows-api 1.3 */
}

START_TEST(provider)
{
    test_open();
    test_aliases();
    test_open_flags();
    test_properties();
    test_lifetime();
    test_enumerate();
}
