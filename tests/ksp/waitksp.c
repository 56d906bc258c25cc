/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A provider that calls the program back at each turn, also from its DllMain. The function's address is in the
 * environment (sampleksp.h), because a program cannot hand it to a DLL that is not loaded yet. */
#include <stdlib.h>
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <ncrypt_provider.h>

#include "sampleksp.h"

static SECURITY_STATUS call_back(const char *where)
{
    char text[32];
    wait_callback *callback;

    if (!GetEnvironmentVariableA(WAIT_CALLBACK, text, sizeof(text))) return ERROR_SUCCESS;
    callback = (wait_callback *)(ULONG_PTR)_strtoui64(text, NULL, 16);
    return callback(where);
}

static SECURITY_STATUS WINAPI open_provider(NCRYPT_PROV_HANDLE *provider, LPCWSTR name, DWORD flags)
{
    (void)name, (void)flags;
    *provider = 1;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI free_provider(NCRYPT_PROV_HANDLE provider)
{
    (void)provider;
    return call_back("free provider");
}

static SECURITY_STATUS WINAPI create_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, LPCWSTR alg,
        LPCWSTR name, DWORD key_spec, DWORD flags)
{
    (void)provider, (void)alg, (void)name, (void)key_spec, (void)flags;
    *key = 1;
    return call_back("create");
}

static SECURITY_STATUS WINAPI delete_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, DWORD flags)
{
    (void)provider, (void)key, (void)flags;
    return call_back("delete");
}

static SECURITY_STATUS WINAPI free_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key)
{
    (void)provider, (void)key;
    return call_back("free");
}

static SECURITY_STATUS WINAPI free_buffer(PVOID data)
{
    (void)data;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI sign_hash(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, VOID *padding, PBYTE hash,
        DWORD hash_size, PBYTE signature, DWORD size, DWORD *result, DWORD flags)
{
    (void)provider, (void)key, (void)padding, (void)hash, (void)hash_size, (void)signature, (void)flags;
    *result = size;
    return call_back("sign");
}

static NCRYPT_KEY_STORAGE_FUNCTION_TABLE table =
{
    .Version = NCRYPT_KEY_STORAGE_INTERFACE_VERSION_3,
    .OpenProvider = open_provider,
    .FreeProvider = free_provider,
    .CreatePersistedKey = create_key,
    .DeleteKey = delete_key,
    .FreeKey = free_key,
    .FreeBuffer = free_buffer,
    .SignHash = sign_hash,
};

NTSTATUS WINAPI GetKeyStorageInterface(LPCWSTR name, NCRYPT_KEY_STORAGE_FUNCTION_TABLE **result, DWORD flags)
{
    (void)name, (void)flags;
    *result = &table;
    return call_back("interface");
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)instance;
    if (reason == DLL_PROCESS_ATTACH) call_back("attach");
    if (reason == DLL_PROCESS_DETACH && reserved) call_back("process end");
    return TRUE;
}
