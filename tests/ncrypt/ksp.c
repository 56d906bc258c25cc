/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A provider of somebody else: registered as on Windows (windows-api 7.1), found by name, alias and order, used
 * (rows 1.7, 1.9, 1.12). The DLL is tests/ksp/sampleksp.c.
 *
 * A child is this program with `ksp MODE`; its exit code is the status of what it did. */
#include "ksp_test.h"

#define IMAGE L"ncrypt_sample.dll"

/* list: as REG_MULTI_SZ; NULL: none. The default is remembered for a second. */
static void set_default_list(const WCHAR *list, DWORD size)
{
    if (list) ok(!set_strings(DEFAULT_LIST, L"Providers", REG_MULTI_SZ, list, size), "not set\n");
    else RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, DEFAULT_LIST, L"Providers");
    Sleep(1100);
}

static NCRYPT_PROV_HANDLE open_sample(void)
{
    NCRYPT_PROV_HANDLE provider = 0;

    check_success(NCryptOpenStorageProvider(&provider, SAMPLE_PROVIDER, 0));
    return provider;
}

/* --- finding --- */

static void test_registration(void)
{
    static const WCHAR hash[] = L"SHA256\0";

    unregister_provider(SAMPLE_PROVIDER);
    check_status(NTE_BAD_PROVIDER, open_as(SAMPLE_PROVIDER));           /* open question: 1.9 */
    ok(place_of(SAMPLE_PROVIDER) == -1, "listed\n");

    ok(!register_provider(SAMPLE_PROVIDER, IMAGE), "not registered\n");
    check_success(open_as(SAMPLE_PROVIDER));
    check_success(open_as(L"sample KEY storage provider"));
    check_success(open_as(SAMPLE_PROVIDER));
    ok(place_of(SAMPLE_PROVIDER) > place_of(MS_KEY_STORAGE_PROVIDER), "wrong place\n");
    check_status(NTE_BAD_PROVIDER, open_as(SAMPLE_PROVIDER L"\\UM"));
    check_status(NTE_BAD_PROVIDER, open_as(L"Sample"));

    /* what is registered for other interfaces alone is no provider of keys */
    unregister_provider(SAMPLE_PROVIDER);
    ok(!register_for(SAMPLE_PROVIDER, IMAGE, L"\\00000002", hash, sizeof(hash)), "not registered\n");
    check_status(NTE_BAD_PROVIDER, open_as(SAMPLE_PROVIDER));
    ok(place_of(SAMPLE_PROVIDER) == -1, "listed\n");
    ok(!register_provider(SAMPLE_PROVIDER, IMAGE), "not registered\n");
    check_success(open_as(SAMPLE_PROVIDER));

    unregister_provider(SAMPLE_PROVIDER);
    check_status(NTE_BAD_PROVIDER, open_as(SAMPLE_PROVIDER));
    ok(!register_provider(SAMPLE_PROVIDER, IMAGE), "not registered\n");
    check_success(open_as(SAMPLE_PROVIDER));
}

/* mingw-w64's bcrypt.h lacks these. */
typedef NTSTATUS (WINAPI *register_fn)(LPCWSTR name, ULONG flags, CRYPT_PROVIDER_REG *reg);
typedef NTSTATUS (WINAPI *unregister_fn)(LPCWSTR name);
typedef NTSTATUS (WINAPI *add_fn)(ULONG table, LPCWSTR context, ULONG id, LPCWSTR function, LPCWSTR name,
        ULONG place);
typedef NTSTATUS (WINAPI *remove_fn)(ULONG table, LPCWSTR context, ULONG id, LPCWSTR function, LPCWSTR name);

/* The calls of Windows' own installers. Wine 8.0's bcrypt takes them and keeps nothing. */
static void test_registration_calls(void)
{
    WCHAR key_storage[] = L"KEY_STORAGE", image_name[] = IMAGE, *functions[] = { key_storage };
    CRYPT_INTERFACE_REG interface_reg = { 0x00010001, 1, 1, functions }, *interfaces[] = { &interface_reg };
    CRYPT_IMAGE_REG image = { image_name, 1, interfaces };
    CRYPT_PROVIDER_REG reg = { 0, NULL, &image, NULL };
    static const WCHAR name[] = L"Sample Provider by Calls";
    HMODULE bcrypt = LoadLibraryW(L"bcrypt.dll");
    register_fn pRegister = (register_fn)(void *)GetProcAddress(bcrypt, "BCryptRegisterProvider");
    unregister_fn pUnregister = (unregister_fn)(void *)GetProcAddress(bcrypt, "BCryptUnregisterProvider");
    add_fn pAdd = (add_fn)(void *)GetProcAddress(bcrypt, "BCryptAddContextFunctionProvider");
    remove_fn pRemove = (remove_fn)(void *)GetProcAddress(bcrypt, "BCryptRemoveContextFunctionProvider");
    NTSTATUS status;

    if (!pRegister || !pAdd || !pRemove || !pUnregister)
    {
        skip("this bcrypt.dll has no calls for registration\n");
        return;
    }
    status = pRegister(name, 1 /* CRYPT_OVERWRITE */, &reg);
    ok(!status, "got %#lx\n", status);
    status = pAdd(1 /* CRYPT_LOCAL */, NULL, 0x00010001, key_storage, name, 0xffffffff);
    ok(!status, "got %#lx\n", status);
    if (place_of(name) == -1) skip("this bcrypt.dll keeps no registrations\n");
    else check_success(open_as(name));
    pRemove(1, NULL, 0x00010001, key_storage, name);
    pUnregister(name);
    check_status(NTE_BAD_PROVIDER, open_as(name));
}

static void test_aliases(void)
{
    static const WCHAR aliases[] = L"Sample CSP\0Sample Enhanced CSP\0" MS_STRONG_PROV_W L"\0";
    static const WCHAR one[] = L"Only CSP";
    NCRYPT_PROV_HANDLE provider;

    check_status(NTE_BAD_PROVIDER, open_as(L"Sample CSP"));
    ok(!set_strings(PROVIDERS SAMPLE_PROVIDER, L"Aliases", REG_MULTI_SZ, aliases, sizeof(aliases)), "not set\n");
    check_success(NCryptOpenStorageProvider(&provider, L"Sample enhanced CSP", 0));     /* 1.7 */
    check_text(provider, NCRYPT_NAME_PROPERTY, SAMPLE_PROVIDER);
    check_text(provider, SAMPLE_OPENED_AS, SAMPLE_PROVIDER);        /* open question: or the alias */
    check_success(NCryptFreeObject(provider));
    check_success(open_as(L"Sample CSP"));
    check_status(NTE_BAD_PROVIDER, open_as(L"Sample"));
    ok(place_of(L"Sample CSP") == -1, "an alias is listed\n");

    check_success(NCryptOpenStorageProvider(&provider, MS_STRONG_PROV_W, 0));           /* 1.6: not theirs */
    check_text(provider, NCRYPT_NAME_PROPERTY, MS_KEY_STORAGE_PROVIDER);
    check_success(NCryptFreeObject(provider));

    /* a list that does not end as lists do, and a plain string */
    set_strings(PROVIDERS SAMPLE_PROVIDER, L"Aliases", REG_MULTI_SZ, one, sizeof(one) - sizeof(WCHAR));
    check_success(open_as(L"Only CSP"));
    check_status(NTE_BAD_PROVIDER, open_as(L"Sample CSP"));
    set_strings(PROVIDERS SAMPLE_PROVIDER, L"Aliases", REG_SZ, one, sizeof(one));
    check_success(open_as(L"Only CSP"));
    set_strings(PROVIDERS SAMPLE_PROVIDER, L"Aliases", REG_BINARY, one, sizeof(one));
    check_status(NTE_BAD_PROVIDER, open_as(L"Only CSP"));
}

static void check_default_(int line, const WCHAR *name)
{
    NCRYPT_PROV_HANDLE provider;

    check_status_(__FILE__, line, 0, NCryptOpenStorageProvider(&provider, NULL, 0), "NULL");
    check_text_(__FILE__, line, provider, NCRYPT_NAME_PROPERTY, name);
    check_success(NCryptFreeObject(provider));
}
#define check_default(name) check_default_(__LINE__, name)

static void test_order(void)
{
    static const WCHAR ours_first[] = MS_KEY_STORAGE_PROVIDER L"\0" SAMPLE_PROVIDER L"\0";
    static const WCHAR theirs_first[] = L"Gone Provider\0" SAMPLE_PROVIDER L"\0" MS_KEY_STORAGE_PROVIDER L"\0";
    static const WCHAR theirs_alone[] = SAMPLE_PROVIDER L"\0";

    check_default(MS_KEY_STORAGE_PROVIDER);
    set_default_list(ours_first, sizeof(ours_first));
    check_default(MS_KEY_STORAGE_PROVIDER);
    ok(place_of(MS_KEY_STORAGE_PROVIDER) == 0 && place_of(SAMPLE_PROVIDER) == 1, "wrong order\n");

    /* what is listed and not registered is passed over */
    set_default_list(theirs_first, sizeof(theirs_first));
    check_default(SAMPLE_PROVIDER);
    ok(place_of(SAMPLE_PROVIDER) == 0 && place_of(MS_KEY_STORAGE_PROVIDER) == 1, "wrong order\n");
    ok(place_of(L"Gone Provider") == -1, "listed\n");

    /* open question: a list without the software provider, as an installer makes it that finds none */
    set_default_list(theirs_alone, sizeof(theirs_alone));
    check_default(MS_KEY_STORAGE_PROVIDER);
    ok(place_of(MS_KEY_STORAGE_PROVIDER) == 0 && place_of(SAMPLE_PROVIDER) == 1, "wrong order\n");
    set_default_list(NULL, 0);
    check_default(MS_KEY_STORAGE_PROVIDER);
}

/* --- using --- */

static void check_signature(NCRYPT_KEY_HANDLE key)
{
    BYTE hash[32] = { 1, 2, 3 }, signature[64], blob[72];
    NCRYPT_PROV_HANDLE ours = 0;
    NCRYPT_KEY_HANDLE public;
    DWORD size;

    check_success(NCryptOpenStorageProvider(&ours, MS_KEY_STORAGE_PROVIDER, 0));
    check_success(NCryptSignHash(key, NULL, hash, 32, NULL, 0, &size, 0));
    ok(size == 64, "got %lu\n", size);
    check_success(NCryptSignHash(key, NULL, hash, 32, signature, 64, &size, 0));
    check_status(NTE_BUFFER_TOO_SMALL, NCryptSignHash(key, NULL, hash, 32, signature, 63, &size, 0));
    check_success(NCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0));
    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));

    check_success(import_blob(ours, BCRYPT_ECCPUBLIC_BLOB, blob, size, &public));
    check_success(NCryptVerifySignature(public, NULL, hash, 32, signature, 64, 0));
    hash[0]++;
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(public, NULL, hash, 32, signature, 64, 0));
    check_status(NTE_BAD_SIGNATURE, NCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0));
    check_success(NCryptFreeObject(public));
    check_success(NCryptFreeObject(ours));
}

static void test_keys(void)
{
    static const WCHAR name[] = L"sample key";
    NCRYPT_PROV_HANDLE provider = open_sample(), again;
    NCRYPT_KEY_HANDLE key, other;
    BYTE blob[72], data[4];
    DWORD size;

    check_success(NCryptIsAlgSupported(provider, L"ECDSA_P256", 0));
    check_status(NTE_NOT_SUPPORTED, NCryptIsAlgSupported(provider, L"RSA", 0));
    check_status(NTE_NOT_SUPPORTED, NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_status(NTE_BAD_KEY_STATE, NCryptSignHash(key, NULL, data, 4, NULL, 0, &size, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_status(NTE_BAD_KEY_STATE, NCryptFinalizeKey(key, 0));
    check_signature(key);
    check_text(key, NCRYPT_NAME_PROPERTY, name);
    ok(NCryptIsKeyHandle(key), "no key\n");

    /* the two stores of the two providers have nothing in common, and their handles do not mix */
    check_success(NCryptOpenStorageProvider(&again, MS_KEY_STORAGE_PROVIDER, 0));
    check_status(NTE_BAD_KEYSET, open_status(again, name, 0));
    other = make_key(again, L"ECDH_P256", NULL, 0, 0, 0);
    check_status(NTE_INVALID_HANDLE, NCryptExportKey(key, other, BCRYPT_ECCPUBLIC_BLOB, NULL, NULL, 0, &size, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptSecretAgreement(other, key, &again, 0));
    check_success(NCryptFreeObject(other));

    /* slots that it leaves empty */
    check_status(NTE_NOT_SUPPORTED, NCryptEncrypt(key, data, 4, NULL, NULL, 0, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptSecretAgreement(key, key, &other, 0));
    check_status(NTE_NOT_SUPPORTED, set_dword(provider, L"Anything", 1, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptKeyDerivation(key, NULL, data, 4, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptCreateClaim(key, 0, 1, NULL, data, 4, &size, 0));

    check_success(NCryptGetProperty(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&again, sizeof(again), &size,
                                    0));
    ok(again == provider, "another handle\n");
    check_success(NCryptFreeObject(again));
    check_success(NCryptFreeObject(provider));                  /* 1.12 */
    check_signature(key);
    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptFreeObject(key));

    provider = open_sample();
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_signature(key);
    check_success(import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, &other));
    check_success(NCryptFreeObject(other));
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_dword(provider, SAMPLE_HANDLES, 1);
    check_success(NCryptFreeObject(provider));
}

static void test_properties(void)
{
    static const WCHAR description[] = L"What it is for";
    NCRYPT_UI_POLICY policy = { 1, 2, NULL, NULL, description };
    NCRYPT_PROV_HANDLE provider = open_sample();
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    BYTE buffer[256];
    DWORD size;

    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, L"Colour", NULL, 0, &size, 0));
    check_success(set_text(key, L"Colour", L"blue", NCRYPT_PERSIST_FLAG | 0x40));
    check_text(key, L"Colour", L"blue");
    check_dword(key, SAMPLE_LAST_FLAGS, NCRYPT_PERSIST_FLAG | 0x40);
    check_status(NTE_BUFFER_TOO_SMALL, NCryptGetProperty(key, L"Colour", buffer, 9, &size, 0));
    ok(size == 10, "got %lu\n", size);
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, L"Colour", NULL, 0, 0));

    /* windows-api 7: providers get and give "UI Policy" in one piece */
    check_success(NCryptSetProperty(key, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), 0));
    check_success(NCryptGetProperty(key, NCRYPT_UI_POLICY_PROPERTY, buffer, sizeof(buffer), &size, 0));
    ok(!lstrcmpW(((NCRYPT_UI_POLICY *)buffer)->pszDescription, description), "wrong text\n");
    check_success(set_text(key, L"Colour", L"blue", 0));
    check_failure(NCryptGetProperty(key, NCRYPT_UI_POLICY_PROPERTY, buffer, sizeof(buffer), &size, 0));

    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
}

/* --- memory --- */

static void check_buffers(NCRYPT_PROV_HANDLE provider, DWORD count)
{
    check_dword(provider, SAMPLE_BUFFERS, count);
}

static void test_lists(void)
{
    static const WCHAR *names[] = { L"one", L"two", L"three" };
    NCRYPT_PROV_HANDLE provider = open_sample(), ours = 0;
    NCryptAlgorithmName *algorithms = NULL;
    NCryptKeyName *items[3];
    NCRYPT_KEY_HANDLE keys[3];
    void *state = NULL, *other = NULL;
    DWORD count = 0;
    unsigned int i;

    check_buffers(provider, 0);
    check_success(NCryptEnumAlgorithms(provider, 0, &count, &algorithms, 0));
    ok(count == 1 && !lstrcmpW(algorithms->pszName, L"ECDSA_P256"), "got %lu\n", count);
    check_buffers(provider, 1);
    check_success(NCryptFreeBuffer(algorithms));
    check_status(NTE_INVALID_PARAMETER, NCryptFreeBuffer(algorithms));
    check_status(NTE_NOT_SUPPORTED, NCryptEnumAlgorithms(provider, NCRYPT_CIPHER_OPERATION, &count, &algorithms,
                                                         0));
    check_buffers(provider, 0);

    for (i = 0; i < 3; i++) keys[i] = make_key(provider, L"ECDSA_P256", names[i], 0, 0, 0);
    check_status(NTE_INVALID_PARAMETER, NCryptEnumKeys(provider, L"scope", &items[0], &state, 0));
    check_status(NTE_BAD_FLAGS, NCryptEnumKeys(provider, NULL, &items[0], &state, NCRYPT_MACHINE_KEY_FLAG));
    ok(!state, "a state from a failure\n");
    for (i = 0; i < 3; i++) check_success(NCryptEnumKeys(provider, L"", &items[i], &state, 0));
    check_buffers(provider, 4);

    /* a state belongs to its provider */
    check_success(NCryptOpenStorageProvider(&ours, MS_KEY_STORAGE_PROVIDER, 0));
    other = state;
    check_status(NTE_INVALID_PARAMETER, NCryptEnumKeys(ours, NULL, &items[0], &other, 0));
    ok(other == state, "state changed\n");
    check_success(NCryptFreeObject(ours));

    check_status(NTE_NO_MORE_ITEMS, NCryptEnumKeys(provider, NULL, &items[0], &state, 0));
    for (i = 0; i < 3; i++)
    {
        ok(!lstrcmpW(items[i]->pszName, names[2 - i]), "got %s\n", wine_dbgstr_w(items[i]->pszName));
        check_success(NCryptFreeBuffer(items[i]));
    }
    check_buffers(provider, 1);
    check_success(NCryptFreeBuffer(state));
    check_buffers(provider, 0);
    for (i = 0; i < 3; i++) check_success(NCryptDeleteKey(keys[i], 0));
    check_dword(provider, SAMPLE_HANDLES, 1);
    check_success(NCryptFreeObject(provider));
}

static void test_notification(void)
{
    NCRYPT_PROV_HANDLE provider = open_sample();
    NCRYPT_KEY_HANDLE key;
    HANDLE event = NULL;

    check_status(NTE_INVALID_PARAMETER, NCryptNotifyChangeKey(provider, &event, 0));
    check_success(NCryptNotifyChangeKey(provider, &event, NCRYPT_REGISTER_NOTIFY_FLAG));
    ok(WaitForSingleObject(event, 0) == WAIT_TIMEOUT, "signalled\n");
    key = make_key(provider, L"ECDSA_P256", L"watched", 0, 0, 0);
    ok(WaitForSingleObject(event, 0) == WAIT_OBJECT_0, "not signalled\n");
    check_success(NCryptDeleteKey(key, 0));
    ok(WaitForSingleObject(event, 0) == WAIT_OBJECT_0, "not signalled\n");
    check_success(NCryptNotifyChangeKey(provider, &event, NCRYPT_UNREGISTER_NOTIFY_FLAG));
    ok(event == INVALID_HANDLE_VALUE, "got %p\n", event);
    check_success(NCryptFreeObject(provider));
}

/* --- processes --- */

/* Makes a key under a name that the parent has as well. */
static SECURITY_STATUS child(const char *mode)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if ((status = NCryptOpenStorageProvider(&provider, SAMPLE_PROVIDER, 0))) return status;
    if (!strcmp(mode, "open")) return open_status(provider, L"shared", 0);
    if ((status = NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", L"shared", 0, 0))) return status;
    if ((status = NCryptFinalizeKey(key, 0))) return status;
    check_signature(key);
    return winetest_get_failures() ? NTE_FAIL : NCryptDeleteKey(key, 0);
}

static SECURITY_STATUS run_child(const char *mode)
{
    PROCESS_INFORMATION info;
    STARTUPINFOA startup;
    char command[MAX_PATH + 32], **argv;
    DWORD code = 0xdeadbeef;

    winetest_get_mainargs(&argv);
    memset(&startup, 0, sizeof(startup));
    startup.cb = sizeof(startup);
    _snprintf(command, sizeof(command), "\"%s\" ksp %s", argv[0], mode);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info)) return NTE_FAIL;
    ok(!WaitForSingleObject(info.hProcess, 30000), "child hangs\n");
    GetExitCodeProcess(info.hProcess, &code);
    CloseHandle(info.hProcess);
    CloseHandle(info.hThread);
    return code;
}

static void test_processes(void)
{
    NCRYPT_PROV_HANDLE provider = open_sample();
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", L"shared", 0, 0, 0);

    check_status(NTE_BAD_KEYSET, run_child("open"));
    check_success(run_child("make"));
    check_signature(key);
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(provider));
    unregister_provider(SAMPLE_PROVIDER);
    check_status(NTE_BAD_PROVIDER, run_child("open"));
    ok(!register_provider(SAMPLE_PROVIDER, IMAGE), "not registered\n");
}

START_TEST(ksp)
{
    char **argv;

    if (winetest_get_mainargs(&argv) > 2) ExitProcess(child(argv[2]));
    if (!can_install(L"sampleksp", IMAGE)) return;
    RegDeleteKeyValueW(HKEY_LOCAL_MACHINE, DEFAULT_LIST, L"Providers");     /* of a run that was ended */
    test_registration();
    test_registration_calls();
    test_aliases();
    test_order();
    test_keys();
    test_properties();
    test_lists();
    test_notification();
    test_processes();
    unregister_provider(SAMPLE_PROVIDER);
    uninstall(IMAGE);
}
