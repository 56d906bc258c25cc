/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Providers that are old, new, incomplete or broken, all in one DLL: the name under which it was registered says
 * which (sampleksp.h). Those that work have keys without any content. */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <ncrypt_provider.h>

#include "sampleksp.h"

/* A table of version 4, as far as it is ours to know. */
static struct
{
    NCRYPT_KEY_STORAGE_FUNCTION_TABLE known;
    void *newer[2];
} table;

static SECURITY_STATUS WINAPI open_provider(NCRYPT_PROV_HANDLE *provider, LPCWSTR name, DWORD flags)
{
    (void)flags;
    if (!lstrcmpW(name, ODD_OPEN_FAILS)) return NTE_DEVICE_NOT_READY;
    *provider = 0;                  /* a provider may do without: the handle is its own affair */
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI free_provider(NCRYPT_PROV_HANDLE provider)
{
    return provider ? NTE_INVALID_HANDLE : ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI create_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, LPCWSTR alg,
        LPCWSTR name, DWORD key_spec, DWORD flags)
{
    (void)provider, (void)alg, (void)name, (void)key_spec, (void)flags;
    *key = 1;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI free_key(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key)
{
    return provider || key != 1 ? NTE_INVALID_HANDLE : ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI free_buffer(PVOID data)
{
    HeapFree(GetProcessHeap(), 0, data);
    return ERROR_SUCCESS;
}

/* Success without a list. */
static SECURITY_STATUS WINAPI enum_algorithms(NCRYPT_PROV_HANDLE provider, DWORD operations, DWORD *count,
        NCryptAlgorithmName **list, DWORD flags)
{
    (void)provider, (void)operations, (void)flags;
    *count = 0;
    *list = NULL;
    return ERROR_SUCCESS;
}

/* Ends the state itself with the last item. */
static SECURITY_STATUS WINAPI enum_keys(NCRYPT_PROV_HANDLE provider, LPCWSTR scope, NCryptKeyName **name,
        PVOID *state, DWORD flags)
{
    (void)provider, (void)scope, (void)flags;
    if (*state)
    {
        HeapFree(GetProcessHeap(), 0, *state);
        *state = NULL;
        return NTE_NO_MORE_ITEMS;
    }
    *state = HeapAlloc(GetProcessHeap(), 0, 1);
    *name = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(**name));
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI key_derivation(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key,
        NCryptBufferDesc *params, PUCHAR output, DWORD size, DWORD *result, ULONG flags)
{
    (void)provider, (void)key, (void)params, (void)flags;
    FillMemory(output, size, 0x27);
    *result = size;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS WINAPI create_claim(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE subject,
        NCRYPT_KEY_HANDLE authority, DWORD type, NCryptBufferDesc *params, PBYTE blob, DWORD size, DWORD *result,
        DWORD flags)
{
    (void)provider, (void)params, (void)flags;
    if (blob && size) blob[0] = (BYTE)(16 * subject + authority + type);
    *result = 1;
    return ERROR_SUCCESS;
}

/* Answers with one buffer; it and the array are for NCryptFreeBuffer. */
static SECURITY_STATUS WINAPI verify_claim(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE subject,
        NCRYPT_KEY_HANDLE authority, DWORD type, NCryptBufferDesc *params, PBYTE blob, DWORD size,
        NCryptBufferDesc *output, DWORD flags)
{
    (void)provider, (void)params, (void)flags;
    if (size != 1 || blob[0] != (BYTE)(16 * subject + authority + type)) return NTE_BAD_DATA;
    if (!output) return ERROR_SUCCESS;
    output->cBuffers = 1;
    output->pBuffers = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*output->pBuffers));
    output->pBuffers->cbBuffer = 4;
    output->pBuffers->BufferType = 94;
    output->pBuffers->pvBuffer = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 4);
    return ERROR_SUCCESS;
}

static void fill(USHORT version, BOOL with_optional)
{
    void *rubbish = (void *)0xdead;

    ZeroMemory(&table, sizeof(table));
    table.newer[0] = table.newer[1] = rubbish;
    table.known.Version.MajorVersion = version;
    table.known.OpenProvider = open_provider;
    table.known.FreeProvider = free_provider;
    table.known.FreeKey = free_key;
    table.known.FreeBuffer = free_buffer;
    if (!with_optional) return;
    table.known.CreatePersistedKey = create_key;
    table.known.EnumAlgorithms = enum_algorithms;
    table.known.EnumKeys = enum_keys;
    table.known.KeyDerivation = version < 2 ? rubbish : key_derivation;
    table.known.CreateClaim = version < 3 ? rubbish : create_claim;
    table.known.VerifyClaim = version < 3 ? rubbish : verify_claim;
}

NTSTATUS WINAPI GetKeyStorageInterface(LPCWSTR name, NCRYPT_KEY_STORAGE_FUNCTION_TABLE **result, DWORD flags)
{
    static const WCHAR versions[] = ODD_VERSION_0;
    const int digit = ARRAYSIZE(versions) - 2;

    (void)flags;
    *result = &table.known;
    if (!lstrcmpW(name, ODD_ENTRY_FAILS)) return 0xc0000001;
    if (lstrlenW(name) == digit + 1 && name[digit] >= '0' && name[digit] <= '4') fill(name[digit] - '0', TRUE);
    else fill(3, lstrcmpW(name, ODD_NO_OPTIONAL));
    if (!lstrcmpW(name, ODD_NO_TABLE)) *result = NULL;
    if (!lstrcmpW(name, ODD_NO_FREEBUFFER)) table.known.FreeBuffer = NULL;
    return 0;
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, void *reserved)
{
    (void)instance, (void)reserved;
    return reason != DLL_PROCESS_ATTACH || !GetEnvironmentVariableW(ODD_REFUSES, NULL, 0);
}
