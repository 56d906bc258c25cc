/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What `ncrypt-wine verify` runs in a prefix: which ncrypt.dll a program gets, and whether it can make a key and
 * sign. Lines NAME=VALUE; exits with 0 when the DLL is ours and works. With the argument `load`: whether Wine can load
 * the engine ncryptprov.dll.so that lies beside this program. */
#include "version.h"

#include <bcrypt.h>
#include <ncrypt.h>
#include <stdio.h>
#include <string.h>

typedef SECURITY_STATUS (WINAPI *open_provider_function)(NCRYPT_PROV_HANDLE *, const WCHAR *, DWORD);
typedef SECURITY_STATUS (WINAPI *create_key_function)(NCRYPT_PROV_HANDLE, NCRYPT_KEY_HANDLE *, const WCHAR *,
        const WCHAR *, DWORD, DWORD);
typedef SECURITY_STATUS (WINAPI *finalize_function)(NCRYPT_KEY_HANDLE, DWORD);
typedef SECURITY_STATUS (WINAPI *sign_function)(NCRYPT_KEY_HANDLE, void *, BYTE *, DWORD, BYTE *, DWORD, DWORD *,
        DWORD);
typedef SECURITY_STATUS (WINAPI *verify_function)(NCRYPT_KEY_HANDLE, void *, BYTE *, DWORD, BYTE *, DWORD, DWORD);
typedef SECURITY_STATUS (WINAPI *free_function)(NCRYPT_HANDLE);

/* By name and not by import: the program shall start even when there is no such DLL. */
#define FUNCTION(type, name) type name = (type)(void *)GetProcAddress(dll, #name)

static SECURITY_STATUS make_and_use_a_key(HMODULE dll)
{
    FUNCTION(open_provider_function, NCryptOpenStorageProvider);
    FUNCTION(create_key_function, NCryptCreatePersistedKey);
    FUNCTION(finalize_function, NCryptFinalizeKey);
    FUNCTION(sign_function, NCryptSignHash);
    FUNCTION(verify_function, NCryptVerifySignature);
    FUNCTION(free_function, NCryptFreeObject);
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    BYTE digest[32] = {1}, signature[64];
    SECURITY_STATUS status;
    DWORD size;

    if (!NCryptOpenStorageProvider || !NCryptCreatePersistedKey || !NCryptFinalizeKey || !NCryptSignHash ||
        !NCryptVerifySignature || !NCryptFreeObject)
        return NTE_NOT_SUPPORTED;
    if ((status = NCryptOpenStorageProvider(&provider, NULL, 0))) return status;
    if (!(status = NCryptCreatePersistedKey(provider, &key, BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0, 0)))
    {
        status = NCryptFinalizeKey(key, 0);
        if (!status) status = NCryptSignHash(key, NULL, digest, sizeof(digest), signature, sizeof(signature), &size, 0);
        if (!status) status = NCryptVerifySignature(key, NULL, digest, sizeof(digest), signature, size, 0);
        NCryptFreeObject(key);
    }
    NCryptFreeObject(provider);
    return status;
}

static int load_engine(void)
{
    WCHAR path[MAX_PATH];
    DWORD length = GetModuleFileNameW(NULL, path, ARRAYSIZE(path));

    while (length && path[length - 1] != '\\') length--;
    if (length + ARRAYSIZE(L"ncryptprov.dll.so") > ARRAYSIZE(path)) return 1;
    lstrcpyW(path + length, L"ncryptprov.dll.so");
    if (LoadLibraryW(path)) return 0;
    printf("error=%lu\n", GetLastError());
    return 1;
}

static int verify(void)
{
    HMODULE dll = LoadLibraryW(L"ncrypt.dll");
    WCHAR path[MAX_PATH] = L"";
    const WCHAR *product;
    SECURITY_STATUS status;

    if (!dll)
    {
        printf("status=cannot be loaded, error %lu\n", GetLastError());
        return 1;
    }
    GetModuleFileNameW(dll, path, ARRAYSIZE(path));
    product = version_string(dll, L"ProductName");
    printf("file=%ls\nproduct=%ls\nversion=%ls\n", path, product, version_string(dll, L"ProductVersion"));
    status = make_and_use_a_key(dll);
    printf("status=0x%08lx\n", (unsigned long)status);
    return status || wcscmp(product, L"ncrypt for Wine");
}

int main(int argc, char **argv)
{
    return argc > 1 && !strcmp(argv[1], "load") ? load_engine() : verify();
}
