/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Providers of others that are old, new, incomplete or broken (rows 1.9, 1.10). The DLL is tests/ksp/oddksp.c. */
#include "ksp_test.h"

#define IMAGE  L"ncrypt_odd.dll"
#define IMAGE2 L"ncrypt_odd2.dll"

static void test_versions(void)
{
    static const WCHAR *names[] = { ODD_VERSION_1, ODD_VERSION_2, ODD_VERSION_3, ODD_VERSION_4 };
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key, authority;
    NCryptBufferDesc answer;
    BYTE data[4], claim[4];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(names); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(names[i]));
        ok(!register_provider(names[i], IMAGE), "not registered\n");
        check_success(NCryptOpenStorageProvider(&provider, names[i], 0));
        check_success(NCryptCreatePersistedKey(provider, &key, L"X", NULL, 0, 0));
        check_success(NCryptCreatePersistedKey(provider, &authority, L"X", NULL, 0, 0));

        memset(data, 0, sizeof(data));
        check_status(i < 1 ? NTE_NOT_SUPPORTED : 0, NCryptKeyDerivation(key, NULL, data, 4, &size, 0));
        ok(data[3] == (i < 1 ? 0 : 0x27), "got %#x\n", data[3]);

        memset(claim, 0, sizeof(claim));
        check_status(i < 2 ? NTE_NOT_SUPPORTED : 0,
                     NCryptCreateClaim(key, authority, 2, NULL, claim, 4, &size, 0));
        ok(claim[0] == (i < 2 ? 0 : 19), "got %u\n", claim[0]);
        check_status(i < 2 ? NTE_NOT_SUPPORTED : 0, NCryptVerifyClaim(key, authority, 2, NULL, claim, 1, NULL, 0));
        if (i >= 2)
        {
            memset(&answer, 0, sizeof(answer));
            check_status(NTE_BAD_DATA, NCryptVerifyClaim(key, 0, 2, NULL, claim, 1, &answer, 0));
            ok(!answer.pBuffers, "an answer from a failure\n");
            check_success(NCryptVerifyClaim(key, authority, 2, NULL, claim, 1, &answer, 0));
            ok(answer.cBuffers == 1 && answer.pBuffers->BufferType == 94, "got %lu\n", answer.cBuffers);
            check_success(NCryptFreeBuffer(answer.pBuffers->pvBuffer));             /* windows-api 6.6 */
            check_success(NCryptFreeBuffer(answer.pBuffers));
            check_success(NCryptCreateClaim(0, authority, 2, NULL, claim, 4, &size, 0));
            ok(claim[0] == 3, "got %u\n", claim[0]);
        }
        check_success(NCryptFreeObject(authority));
        check_success(NCryptFreeObject(key));
        check_success(NCryptFreeObject(provider));
        unregister_provider(names[i]);
        winetest_pop_context();
    }
}

static void test_odd_lists(void)
{
    NCRYPT_PROV_HANDLE provider;
    NCryptAlgorithmName *algorithms;
    NCryptKeyName *item;
    void *state = NULL, *old;
    DWORD count;

    ok(!register_provider(ODD_VERSION_3, IMAGE), "not registered\n");
    check_success(NCryptOpenStorageProvider(&provider, ODD_VERSION_3, 0));
    check_success(NCryptEnumAlgorithms(provider, 0, &count, &algorithms, 0));
    ok(!count && !algorithms, "got %lu, %p\n", count, algorithms);
    check_success(NCryptEnumKeys(provider, NULL, &item, &state, 0));
    check_success(NCryptFreeBuffer(item));
    old = state;
    check_status(NTE_NO_MORE_ITEMS, NCryptEnumKeys(provider, NULL, &item, &state, 0));
    ok(!state, "got %p\n", state);
    check_status(NTE_INVALID_PARAMETER, NCryptFreeBuffer(old));         /* the provider has ended it */
    check_success(NCryptFreeObject(provider));

    ok(!register_provider(ODD_NO_OPTIONAL, IMAGE), "not registered\n");
    check_success(NCryptOpenStorageProvider(&provider, ODD_NO_OPTIONAL, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptEnumAlgorithms(provider, 0, &count, &algorithms, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptEnumKeys(provider, NULL, &item, &state, 0));
    check_status(NTE_NOT_SUPPORTED, open_status(provider, L"x", 0));
    check_status(NTE_NOT_SUPPORTED, set_dword(provider, L"x", 0, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(provider, L"Name", NULL, 0, &count, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptIsAlgSupported(provider, L"RSA", 0));
    check_success(NCryptFreeObject(provider));
    unregister_provider(ODD_VERSION_3);
    unregister_provider(ODD_NO_OPTIONAL);
}

/* open question: which status Windows has for each */
static void test_broken(void)
{
    static const struct
    {
        const WCHAR *name, *image;
        SECURITY_STATUS status;
    }
    broken[] =
    {
        { L"Odd: no file", L"ncrypt_no_such.dll", NTE_PROV_DLL_NOT_FOUND },
        { L"Odd: path", L"C:\\windows\\system32\\" IMAGE, NTE_PROV_DLL_NOT_FOUND },
        { L"Odd: path upwards", L"..\\system32\\" IMAGE, NTE_PROV_DLL_NOT_FOUND },
        { L"Odd: empty", L"", NTE_PROV_DLL_NOT_FOUND },
        { L"Odd: no entry point", L"version.dll", NTE_PROVIDER_DLL_FAIL },
        { L"Odd: no DLL", L"ncrypt_text.dll", NTE_PROVIDER_DLL_FAIL },
        { ODD_ENTRY_FAILS, IMAGE, NTE_PROVIDER_DLL_FAIL },
        { ODD_NO_TABLE, IMAGE, NTE_BAD_PROVIDER },
        { ODD_VERSION_0, IMAGE, NTE_BAD_PROVIDER },
        { ODD_NO_FREEBUFFER, IMAGE, NTE_BAD_PROVIDER },
        { ODD_OPEN_FAILS, IMAGE, NTE_DEVICE_NOT_READY },
    };
    unsigned int i;
    DWORD round;
    WCHAR path[MAX_PATH];
    HANDLE file;

    system_path(path, L"ncrypt_text.dll");
    file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    WriteFile(file, "not a DLL", 9, &round, NULL);
    CloseHandle(file);
    for (i = 0; i < ARRAY_SIZE(broken); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(broken[i].name));
        ok(!register_provider(broken[i].name, broken[i].image), "not registered\n");
        for (round = 0; round < 2; round++) check_status(broken[i].status, open_as(broken[i].name));
        ok(place_of(broken[i].name) > 0, "not listed\n");
        unregister_provider(broken[i].name);
        check_status(NTE_BAD_PROVIDER, open_as(broken[i].name));
        winetest_pop_context();
    }
    DeleteFileW(path);
    check_success(open_as(MS_KEY_STORAGE_PROVIDER));
}

/* What cannot be used does not stay loaded, and is looked at again the next time. */
static void test_unloading(void)
{
    NCRYPT_PROV_HANDLE provider;

    ok(install(L"oddksp", IMAGE2), "not installed\n");
    ok(!register_provider(ODD_OPEN_FAILS, IMAGE2), "not registered\n");
    check_status(NTE_DEVICE_NOT_READY, open_as(ODD_OPEN_FAILS));
    ok(!GetModuleHandleW(IMAGE2), "still loaded\n");
    ok(!register_provider(ODD_NO_TABLE, IMAGE2), "not registered\n");
    check_status(NTE_BAD_PROVIDER, open_as(ODD_NO_TABLE));
    ok(!GetModuleHandleW(IMAGE2), "still loaded\n");

    ok(!register_provider(ODD_VERSION_2, IMAGE2), "not registered\n");
    SetEnvironmentVariableW(ODD_REFUSES, L"1");
    check_status(NTE_PROVIDER_DLL_FAIL, open_as(ODD_VERSION_2));
    SetEnvironmentVariableW(ODD_REFUSES, NULL);
    check_success(NCryptOpenStorageProvider(&provider, ODD_VERSION_2, 0));
    check_status(NTE_DEVICE_NOT_READY, open_as(ODD_OPEN_FAILS));
    ok(GetModuleHandleW(IMAGE2) != NULL, "unloaded\n");
    check_success(NCryptFreeObject(provider));
    unregister_provider(ODD_OPEN_FAILS);
    unregister_provider(ODD_NO_TABLE);
    unregister_provider(ODD_VERSION_2);
}

START_TEST(ksp_odd)
{
    if (!can_install(L"oddksp", IMAGE)) return;
    test_versions();
    test_odd_lists();
    test_broken();
    test_unloading();
    uninstall(IMAGE);
    uninstall(IMAGE2);
}
