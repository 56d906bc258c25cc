/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of the software provider, the Windows half: create, open, finalize, delete, import, export. */
#include "ksp.h"
#include "legacy/legacy.h"

WCHAR *fold_name(const WCHAR *name)
{
    int length = lstrlenW(name) + 1;
    WCHAR *folded = HeapAlloc(GetProcessHeap(), 0, length * sizeof(*folded));

    if (folded) LCMapStringW(LOCALE_INVARIANT, LCMAP_LOWERCASE, name, length, folded, length);
    return folded;
}

static SECURITY_STATUS open_key_file(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, LPCWSTR name,
        DWORD key_spec, DWORD flags)
{
    struct key_open_params params =
    {
        .provider = engine_object(provider),
        .name = address(name),
        .key_spec = key_spec,
        .flags = flags,
    };
    WCHAR *folded = NULL;
    SECURITY_STATUS status;

    if (name && !(folded = fold_name(name))) return NTE_NO_MEMORY;
    params.folded = address(folded);
    status = engine_call(unix_key_open, &params);
    HeapFree(GetProcessHeap(), 0, folded);
    return status ? status : ksp_object_new(params.key, key);
}

/* Key files first (row 5.15). */
SECURITY_STATUS WINAPI ksp_OpenKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, LPCWSTR name,
        DWORD key_spec, DWORD flags)
{
    SECURITY_STATUS status = NTE_BAD_KEYSET;

    key_spec = plain_key_spec(key_spec);
    if (!(flags & UNIX_OPEN_CONTAINER)) status = open_key_file(provider, key, name, key_spec, flags);
    if (status != NTE_BAD_KEYSET) return status;
    return ksp_object(provider)->containers->open(provider, key, name, key_spec, flags);
}

/* What NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG will have to know. */
static SECURITY_STATUS new_key(UINT64 object, DWORD key_spec, DWORD flags, NCRYPT_KEY_HANDLE *key)
{
    SECURITY_STATUS status;

    if ((status = ksp_object_new(object, key))) return status;
    ksp_object(*key)->key_spec = key_spec;
    ksp_object(*key)->flags = flags;
    return ERROR_SUCCESS;
}

SECURITY_STATUS WINAPI ksp_CreatePersistedKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE *key, LPCWSTR alg,
        LPCWSTR name, DWORD key_spec, DWORD flags)
{
    struct key_create_params params =
    {
        .provider = engine_object(provider),
        .alg = address(alg),
        .name = address(name),
        .key_spec = key_spec,
        .flags = flags,
    };
    WCHAR *folded = NULL;
    SECURITY_STATUS status;

    probe_string(alg);
    if (name && !(folded = fold_name(name))) return NTE_NO_MEMORY;
    params.folded = address(folded);
    status = engine_call(unix_key_create, &params);
    HeapFree(GetProcessHeap(), 0, folded);
    return status ? status : new_key(params.key, key_spec, flags, key);
}

SECURITY_STATUS WINAPI ksp_FinalizeKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, DWORD flags)
{
    struct key_finalize_params params = {.key = engine_object(key), .flags = flags};

    if (flags & NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG) return ksp_object(provider)->containers->finalize(key, flags);
    return engine_call_asking(params.key, unix_key_finalize, &params, flags);
}

SECURITY_STATUS WINAPI ksp_DeleteKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, DWORD flags)
{
    struct key_delete_params params = {.key = engine_object(key), .keep = TRUE};
    SECURITY_STATUS status;

    if (flags & ~(NCRYPT_SILENT_FLAG | UNIX_DELETE_KEEP)) return NTE_BAD_FLAGS;
    if ((status = ksp_object(provider)->containers->remove(key))) return status;
    if ((status = engine_call_asking(params.key, unix_key_delete, &params, flags))) return status;
    return flags & UNIX_DELETE_KEEP ? ERROR_SUCCESS : ksp_object_close(key);
}

SECURITY_STATUS WINAPI ksp_FreeKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key)
{
    (void)provider;
    return ksp_object_close(key);
}

static UINT64 optional_object(NCRYPT_KEY_HANDLE key)
{
    return key ? engine_object(key) : 0;
}

/* The PIN of a token is asked for where the key goes to. */
static UINT64 asked(const struct key_import_params *import)
{
    return import->import_key ? import->import_key : import->provider;
}

static SECURITY_STATUS import_key_blob(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE import_key,
        LPCWSTR blob_type, NCryptBufferDesc *desc, NCRYPT_KEY_HANDLE *key, PBYTE data, DWORD size, DWORD flags)
{
    struct key_import_params import =
    {
        .provider = engine_object(provider),
        .import_key = optional_object(import_key),
        .blob_type = address(blob_type),
        .data = address(data),
        .size = size,
        .flags = flags,
    };
    struct parameters params;
    SECURITY_STATUS status;

    probe_string(blob_type);
    if (!probe_limited_input(data, size, LONGEST_BLOB)) return NTE_INVALID_PARAMETER;
    if ((status = read_parameters(desc, &params))) return status;
    import.buffers = address(params.buffers);
    import.buffer_count = params.count;
    import.name = address(params.name);
    import.folded = address(params.folded);
    if (!lstrcmpW(blob_type, NCRYPT_PKCS7_ENVELOPE_BLOB)) status = import_envelope(&import, &params);
    else status = engine_call_asking(asked(&import), unix_key_import, &import, flags);
    free_parameters(&params);
    return status ? status : new_key(import.key, 0, flags, key);
}

/* The container is written when the key is finalized: here and now, or by the call that does that. */
static SECURITY_STATUS import_with_copy(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE import_key,
        LPCWSTR blob_type, NCryptBufferDesc *desc, NCRYPT_KEY_HANDLE *key, PBYTE data, DWORD size, DWORD flags)
{
    SECURITY_STATUS status;

    if (flags & NCRYPT_DO_NOT_FINALIZE_FLAG) return NTE_BAD_FLAGS;
    flags &= ~NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG;
    status = import_key_blob(provider, import_key, blob_type, desc, key, data, size,
                             flags | NCRYPT_DO_NOT_FINALIZE_FLAG);
    if (status) return status;
    status = ksp_object(provider)->containers->finalize(*key, flags & NCRYPT_NO_KEY_VALIDATION);
    if (status) ksp_object_close(*key);
    return status;
}

SECURITY_STATUS WINAPI ksp_ImportKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE import_key,
        LPCWSTR blob_type, NCryptBufferDesc *desc, NCRYPT_KEY_HANDLE *key, PBYTE data, DWORD size, DWORD flags)
{
    if (flags & NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG)
        return import_with_copy(provider, import_key, blob_type, desc, key, data, size, flags);
    return import_key_blob(provider, import_key, blob_type, desc, key, data, size, flags);
}

SECURITY_STATUS WINAPI ksp_ExportKey(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key,
        NCRYPT_KEY_HANDLE export_key, LPCWSTR blob_type, NCryptBufferDesc *desc, PBYTE output, DWORD size,
        DWORD *result, DWORD flags)
{
    struct key_export_params export =
    {
        .key = engine_object(key),
        .export_key = optional_object(export_key),
        .blob_type = address(blob_type),
        .output = address(output),
        .output_size = size,
        .flags = flags,
    };
    struct parameters params;
    SECURITY_STATUS status;

    (void)provider;
    probe_string(blob_type);
    probe_output(output, size, MOST_VALUE);
    if ((status = read_parameters(desc, &params))) return status;
    export.buffers = address(params.buffers);
    export.buffer_count = params.count;
    status = engine_call_asking(export.key, unix_key_export, &export, flags);
    free_parameters(&params);
    *result = export.result;
    return status;
}
