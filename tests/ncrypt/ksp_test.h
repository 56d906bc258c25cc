/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Registering the providers of tests/ksp as on Windows (windows-api 7.1), and looking for them. */
#ifndef KSP_TEST_H
#define KSP_TEST_H

#include "ncrypt_test.h"
#include "../ksp/sampleksp.h"

#define CRYPTOGRAPHY L"SYSTEM\\CurrentControlSet\\Control\\Cryptography\\"
#define PROVIDERS    CRYPTOGRAPHY L"Providers\\"
#define DEFAULT_LIST CRYPTOGRAPHY L"Configuration\\Local\\Default\\00010001\\KEY_STORAGE"

#ifdef _WIN64
#define SUFFIX L".dll"
#else
#define SUFFIX L"32.dll"
#endif

/* --- registration --- */

static inline LSTATUS set_strings(const WCHAR *path, const WCHAR *value, DWORD type, const void *data, DWORD size)
{
    LSTATUS error;
    HKEY key;

    if ((error = RegCreateKeyExW(HKEY_LOCAL_MACHINE, path, 0, NULL, 0, KEY_SET_VALUE, NULL, &key, NULL)))
        return error;
    error = RegSetValueExW(key, value, 0, type, data, size);
    RegCloseKey(key);
    return error;
}

/* For one interface, with its one function as REG_MULTI_SZ. */
static inline LSTATUS register_for(const WCHAR *name, const WCHAR *image, const WCHAR *interface_id,
                                   const WCHAR *function, DWORD size)
{
    WCHAR path[256];
    LSTATUS error;

    lstrcpyW(path, PROVIDERS);
    lstrcatW(path, name);
    lstrcatW(path, L"\\UM");
    error = set_strings(path, L"Image", REG_SZ, image, (lstrlenW(image) + 1) * sizeof(WCHAR));
    lstrcatW(path, interface_id);
    return error ? error : set_strings(path, L"Functions", REG_MULTI_SZ, function, size);
}

static inline LSTATUS register_provider(const WCHAR *name, const WCHAR *image)
{
    static const WCHAR function[] = L"KEY_STORAGE\0";

    return register_for(name, image, L"\\00010001", function, sizeof(function));
}

static inline void unregister_provider(const WCHAR *name)
{
    WCHAR path[256];

    lstrcpyW(path, PROVIDERS);
    lstrcatW(path, name);
    RegDeleteTreeW(HKEY_LOCAL_MACHINE, path);
}

static inline void system_path(WCHAR path[MAX_PATH], const WCHAR *file)
{
    GetSystemDirectoryW(path, MAX_PATH);
    lstrcatW(path, L"\\");
    lstrcatW(path, file);
}

/* From where it was built to where Windows looks. */
static inline BOOL install(const WCHAR *name, const WCHAR *file)
{
    WCHAR from[MAX_PATH], to[MAX_PATH], *end;

    GetModuleFileNameW(NULL, from, MAX_PATH);
    if ((end = wcsrchr(from, '\\'))) *end = 0;
    lstrcatW(from, L"\\..\\ksp\\");
    lstrcatW(from, name);
    lstrcatW(from, SUFFIX);
    system_path(to, file);
    return CopyFileW(from, to, FALSE);
}

static inline void uninstall(const WCHAR *file)
{
    WCHAR path[MAX_PATH];

    system_path(path, file);
    DeleteFileW(path);
}

static inline SECURITY_STATUS open_as(const WCHAR *name)
{
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status = NCryptOpenStorageProvider(&provider, name, 0);

    if (status) ok(!provider, "a handle from a failure\n");
    else NCryptFreeObject(provider);
    return status;
}

/* Where the provider stands in the list of all, or -1. */
static inline int place_of(const WCHAR *name)
{
    NCryptProviderName *list = NULL;
    DWORD count = 0, i;
    int place = -1;

    check_success(NCryptEnumStorageProviders(&count, &list, 0));
    for (i = 0; i < count; i++)
    {
        ok(list[i].pszComment && *list[i].pszComment, "no comment\n");
        if (lstrcmpW(list[i].pszName, name)) continue;
        ok(place == -1, "%s is there twice\n", wine_dbgstr_w(name));
        place = i;
    }
    check_success(NCryptFreeBuffer(list));
    return place;
}

/* FALSE: the test is to end. */
static inline BOOL can_install(const WCHAR *name, const WCHAR *file)
{
    if (install(name, file)) return TRUE;
    ok(!running_on_wine(), "the DLLs of tests/ksp are not there, error %lu\n", GetLastError());
    skip("an administrator is needed\n");
    return FALSE;
}

#endif
