/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What `ncrypt-wine provider test` runs in a prefix: opens the provider named on the command line, lists its keys, and
 * makes a key that lasts for a moment, which needs the token and its PIN; nobody is asked for one. Lines NAME=VALUE:
 * `reader` is the token's slot, `key` the algorithm and name of a key, `unique` its name with that of the token. */
#include <windows.h>
#include <ncrypt.h>
#include <stdio.h>

typedef SECURITY_STATUS (WINAPI *open_provider_function)(NCRYPT_PROV_HANDLE *, const WCHAR *, DWORD);
typedef SECURITY_STATUS (WINAPI *enum_keys_function)(NCRYPT_PROV_HANDLE, const WCHAR *, NCryptKeyName **, void **,
        DWORD);
typedef SECURITY_STATUS (WINAPI *create_key_function)(NCRYPT_PROV_HANDLE, NCRYPT_KEY_HANDLE *, const WCHAR *,
        const WCHAR *, DWORD, DWORD);
typedef SECURITY_STATUS (WINAPI *open_key_function)(NCRYPT_PROV_HANDLE, NCRYPT_KEY_HANDLE *, const WCHAR *, DWORD,
        DWORD);
typedef SECURITY_STATUS (WINAPI *finalize_function)(NCRYPT_KEY_HANDLE, DWORD);
typedef SECURITY_STATUS (WINAPI *get_property_function)(NCRYPT_HANDLE, const WCHAR *, BYTE *, DWORD, DWORD *, DWORD);
typedef SECURITY_STATUS (WINAPI *free_function)(NCRYPT_HANDLE);
typedef SECURITY_STATUS (WINAPI *free_buffer_function)(void *);

/* By name and not by import: the program shall start even when Wine has no such DLL. */
#define FUNCTION(dll, type, name) type name = (type)(void *)GetProcAddress(dll, #name)

static void print(const char *format, const WCHAR *text)
{
    char utf8[1024];

    if (WideCharToMultiByte(CP_UTF8, 0, text, -1, utf8, sizeof(utf8), NULL, NULL)) printf(format, utf8);
}

static void print_property(HMODULE dll, NCRYPT_HANDLE object, const WCHAR *name, const char *format)
{
    FUNCTION(dll, get_property_function, NCryptGetProperty);
    WCHAR text[1024];
    DWORD size;

    if (!NCryptGetProperty) return;
    if (!NCryptGetProperty(object, name, (BYTE *)text, sizeof(text), &size, NCRYPT_SILENT_FLAG)) print(format, text);
}

static void print_key(HMODULE dll, NCRYPT_PROV_HANDLE provider, const NCryptKeyName *item)
{
    FUNCTION(dll, open_key_function, NCryptOpenKey);
    FUNCTION(dll, free_function, NCryptFreeObject);
    NCRYPT_KEY_HANDLE key;

    print("key=%s ", item->pszAlgid);
    print("%s\n", item->pszName);
    if (!NCryptOpenKey || !NCryptFreeObject) return;
    if (NCryptOpenKey(provider, &key, item->pszName, item->dwLegacyKeySpec, NCRYPT_SILENT_FLAG)) return;
    print_property(dll, key, L"Unique Name", "unique=%s\n");
    print_property(dll, key, L"SmartCardReader", "reader=%s\n");
    NCryptFreeObject(key);
}

static SECURITY_STATUS list_keys(HMODULE dll, NCRYPT_PROV_HANDLE provider)
{
    FUNCTION(dll, enum_keys_function, NCryptEnumKeys);
    FUNCTION(dll, free_buffer_function, NCryptFreeBuffer);
    SECURITY_STATUS status;
    NCryptKeyName *item;
    unsigned int count = 0;
    void *state = NULL;

    if (!NCryptEnumKeys || !NCryptFreeBuffer) return NTE_NOT_SUPPORTED;
    while (!(status = NCryptEnumKeys(provider, NULL, &item, &state, NCRYPT_SILENT_FLAG)))
    {
        print_key(dll, provider, item);
        NCryptFreeBuffer(item);
        count++;
    }
    if (state) NCryptFreeBuffer(state);
    printf("keys=%u\n", count);
    return status == NTE_NO_MORE_ITEMS ? ERROR_SUCCESS : status;
}

/* NTE_NOT_SUPPORTED: a card that makes no keys, which is no fault. */
static SECURITY_STATUS make_key(HMODULE dll, NCRYPT_PROV_HANDLE provider)
{
    FUNCTION(dll, create_key_function, NCryptCreatePersistedKey);
    FUNCTION(dll, finalize_function, NCryptFinalizeKey);
    FUNCTION(dll, free_function, NCryptFreeObject);
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (!NCryptCreatePersistedKey || !NCryptFinalizeKey || !NCryptFreeObject) return NTE_FAIL;
    if (!(status = NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", NULL, 0, 0)))
    {
        status = NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG);
        if (!status) print_property(dll, key, L"SmartCardReader", "reader=%s\n");
        NCryptFreeObject(key);
    }
    return status == NTE_NOT_SUPPORTED ? ERROR_SUCCESS : status;
}

static SECURITY_STATUS test(const WCHAR *name)
{
    HMODULE dll = LoadLibraryW(L"ncrypt.dll");
    FUNCTION(dll, open_provider_function, NCryptOpenStorageProvider);
    FUNCTION(dll, free_function, NCryptFreeObject);
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status;

    if (!NCryptOpenStorageProvider || !NCryptFreeObject) return NTE_NOT_SUPPORTED;
    if ((status = NCryptOpenStorageProvider(&provider, name, NCRYPT_SILENT_FLAG))) return status;
    status = list_keys(dll, provider);
    if (!status) status = make_key(dll, provider);
    NCryptFreeObject(provider);
    return status;
}

int main(int argc, char **argv)
{
    WCHAR name[256];
    SECURITY_STATUS status;

    if (argc != 2 || !MultiByteToWideChar(CP_ACP, 0, argv[1], -1, name, ARRAYSIZE(name))) return 2;
    status = test(name);
    printf("status=0x%08lx\n", (unsigned long)status);
    return status != 0;
}
