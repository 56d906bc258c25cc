/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What `ncrypt-wine provider test` runs in a prefix: opens the provider named on the command line and lists its keys,
 * without asking anybody for a PIN. Lines NAME=VALUE; `token` is the unique name of the provider, where it has one. */
#include <windows.h>
#include <ncrypt.h>
#include <stdio.h>

typedef SECURITY_STATUS (WINAPI *open_provider_function)(NCRYPT_PROV_HANDLE *, const WCHAR *, DWORD);
typedef SECURITY_STATUS (WINAPI *enum_keys_function)(NCRYPT_PROV_HANDLE, const WCHAR *, NCryptKeyName **, void **,
        DWORD);
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

static void print_token(HMODULE dll, NCRYPT_PROV_HANDLE provider)
{
    FUNCTION(dll, get_property_function, NCryptGetProperty);
    WCHAR text[1024];
    DWORD size;

    if (!NCryptGetProperty) return;
    if (NCryptGetProperty(provider, L"Unique Name", (BYTE *)text, sizeof(text), &size, NCRYPT_SILENT_FLAG)) return;
    print("token=%s\n", text);
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
        print("key=%s ", item->pszAlgid);
        print("%s\n", item->pszName);
        NCryptFreeBuffer(item);
        count++;
    }
    if (state) NCryptFreeBuffer(state);
    printf("keys=%u\n", count);
    return status == NTE_NO_MORE_ITEMS ? ERROR_SUCCESS : status;
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
    print_token(dll, provider);
    status = list_keys(dll, provider);
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
