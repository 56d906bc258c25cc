/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of the software provider, the Windows half: create, open, finalize, delete, import, export. */
#include "ksp.h"

WCHAR *fold_name(const WCHAR *name)
{
    int length = lstrlenW(name) + 1;
    WCHAR *folded = HeapAlloc(GetProcessHeap(), 0, length * sizeof(*folded));

    if (folded) LCMapStringW(LOCALE_INVARIANT, LCMAP_LOWERCASE, name, length, folded, length);
    return folded;
}

SECURITY_STATUS WINAPI ksp_OpenKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, LPCWSTR name,
        DWORD key_spec, DWORD flags)
{
    struct key_open_params params = {engine_object(provider), address(name), 0, 0, key_spec, flags};
    WCHAR *folded = NULL;
    SECURITY_STATUS status;

    if (name && !(folded = fold_name(name))) return NTE_NO_MEMORY;
    params.folded = address(folded);
    status = engine_call(unix_key_open, &params);
    HeapFree(GetProcessHeap(), 0, folded);
    return status ? status : ksp_object_new(params.key, key);
}

SECURITY_STATUS WINAPI ksp_CreatePersistedKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, LPCWSTR alg,
        LPCWSTR name, DWORD key_spec, DWORD flags)
{
    struct key_create_params params = {engine_object(provider), address(alg), address(name), 0, 0, key_spec, flags};
    WCHAR *folded = NULL;
    SECURITY_STATUS status;

    probe_string(alg);
    if (name && !(folded = fold_name(name))) return NTE_NO_MEMORY;
    params.folded = address(folded);
    status = engine_call(unix_key_create, &params);
    HeapFree(GetProcessHeap(), 0, folded);
    return status ? status : ksp_object_new(params.key, key);
}

SECURITY_STATUS WINAPI ksp_FinalizeKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, DWORD flags)
{
    struct key_finalize_params params = {engine_object(key), flags, 0};

    (void)provider;
    return engine_call(unix_key_finalize, &params);
}

SECURITY_STATUS WINAPI ksp_DeleteKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, DWORD flags)
{
    struct key_delete_params params = {engine_object(key)};
    SECURITY_STATUS status;

    (void)provider;
    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    if ((status = engine_call(unix_key_delete, &params))) return status;
    HeapFree(GetProcessHeap(), 0, (void *)key);
    return ERROR_SUCCESS;
}

SECURITY_STATUS WINAPI ksp_FreeKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key)
{
    (void)provider;
    return ksp_object_free(key);
}

/* Some callers count the NUL of the name in cbBuffer and some leave it out (row 8.42): a copy has one. */
static SECURITY_STATUS copy_key_name(const NCryptBufferDesc *params, WCHAR **name)
{
    const NCryptBuffer *buffer;
    ULONG i;

    *name = NULL;
    for (i = 0; params && i < params->cBuffers; i++)
    {
        buffer = &params->pBuffers[i];
        if (buffer->BufferType != NCRYPTBUFFER_PKCS_KEY_NAME) continue;
        if (*name || !buffer->pvBuffer || buffer->cbBuffer % sizeof(WCHAR) || buffer->cbBuffer > 0x10000)
        {
            HeapFree(GetProcessHeap(), 0, *name);
            return NTE_INVALID_PARAMETER;
        }
        if (!(*name = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, buffer->cbBuffer + sizeof(WCHAR))))
            return NTE_NO_MEMORY;
        CopyMemory(*name, buffer->pvBuffer, buffer->cbBuffer);
    }
    return ERROR_SUCCESS;
}

SECURITY_STATUS WINAPI ksp_ImportKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE import_key,
        LPCWSTR blob_type, NCryptBufferDesc *params, NCRYPT_KEY_HANDLE *key, PBYTE data, DWORD size, DWORD flags)
{
    struct key_import_params import = {engine_object(provider), address(blob_type), address(data), 0, 0, 0,
                                       size, flags};
    WCHAR *name, *folded = NULL;
    SECURITY_STATUS status;

    (void)import_key;                           /* these blob types are not wrapped (row 8.52) */
    probe_string(blob_type);
    probe_input(data, size);
    if ((status = copy_key_name(params, &name))) return status;
    if (name && !(folded = fold_name(name))) status = NTE_NO_MEMORY;
    import.name = address(name);
    import.folded = address(folded);
    if (!status) status = engine_call(unix_key_import, &import);
    HeapFree(GetProcessHeap(), 0, folded);
    HeapFree(GetProcessHeap(), 0, name);
    return status ? status : ksp_object_new(import.key, key);
}

SECURITY_STATUS WINAPI ksp_ExportKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key,
        NCRYPT_KEY_HANDLE export_key, LPCWSTR blob_type, NCryptBufferDesc *params, PBYTE output, DWORD size,
        DWORD *result, DWORD flags)
{
    struct key_export_params export = {engine_object(key), export_key, address(blob_type), address(output), size, 0,
                                       flags, 0};
    SECURITY_STATUS status;

    (void)provider, (void)params;
    probe_string(blob_type);
    probe_output(output, size);
    status = engine_call(unix_key_export, &export);
    *result = export.result;
    return status;
}
