/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys that come and go: import, export. */
#include "ncrypt_private.h"
#include "../ncryptprov/shared.h"

#define PRIVATE_FLAGS (UNIX_EXPORT_FOR_PFX | UNIX_EXPORT_FOR_SCHANNEL | UNIX_EXPORT_UNFINISHED)

/* The other key of an operation: none for 0, else it must be of the same provider DLL. TRUE: *key is right. */
static BOOL grab_wrapping_key(NCRYPT_KEY_HANDLE handle, const struct object *with, struct object **key)
{
    *key = NULL;
    if (!handle) return TRUE;
    if (!(*key = object_grab(handle, OBJECT_KEY))) return FALSE;
    if ((*key)->module == with->module) return TRUE;
    object_release(*key);
    return FALSE;
}

/* There need be no wrapping key. */
static void release_wrapping_key(struct object *key)
{
    if (key) object_release(key);
}

static SECURITY_STATUS import_new(struct object *key, struct object *wrapping, const WCHAR *type,
                                  NCryptBufferDesc *params, PBYTE data, DWORD size, DWORD flags)
{
    return CALL(key, ImportKey, key->provider->inner, wrapping ? wrapping->inner : 0, type, params, &key->inner, data,
                size, flags);
}

static SECURITY_STATUS import_with(struct object *provider, struct object *wrapping, const WCHAR *type,
                                   NCryptBufferDesc *params, NCRYPT_KEY_HANDLE *result, PBYTE data, DWORD size,
                                   DWORD flags)
{
    struct object *key = key_object_new(provider);
    SECURITY_STATUS status;

    if (!key) return object_shortage();
    status = WITH_NEW_OBJECT(key, import_new, key, wrapping, type, params, data, size, flags);
    if (status) object_discard(key);
    else *result = object_publish(key);
    return status;
}

static SECURITY_STATUS import_key(struct object *provider, NCRYPT_KEY_HANDLE import_handle, const WCHAR *type,
                                  NCryptBufferDesc *params, NCRYPT_KEY_HANDLE *result, PBYTE data, DWORD size,
                                  DWORD flags)
{
    struct object *wrapping;
    SECURITY_STATUS status;

    if (!grab_wrapping_key(import_handle, provider, &wrapping)) return NTE_INVALID_HANDLE;
    status = HOLDING(release_wrapping_key, wrapping, import_with, provider, wrapping, type, params, result, data, size,
                     flags);
    release_wrapping_key(wrapping);
    return status;
}

SECURITY_STATUS WINAPI NCryptImportKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE hImportKey,
        LPCWSTR pszBlobType, NCryptBufferDesc *pParameterList, NCRYPT_KEY_HANDLE *phKey, PBYTE pbData,
        DWORD cbData, DWORD dwFlags)
{
    struct object *provider;
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;

    TRACE("(%p, %p, %ls, %p, %p, %p, %lu, %#lx)", (void *)hProvider, (void *)hImportKey, pszBlobType,
          pParameterList, phKey, pbData, cbData, dwFlags);

    if (phKey) *phKey = 0;
    if (!(provider = object_grab(hProvider, OBJECT_PROVIDER))) return finish(__func__, NTE_INVALID_HANDLE);
    if (phKey && pszBlobType)
        status = WITH_OBJECT(provider, import_key, provider, hImportKey, pszBlobType, pParameterList, phKey, pbData,
                             cbData, dwFlags);
    object_release(provider);
    return finish(__func__, status);
}

/* Wine writes this behind the DOS header of its own DLLs. */
static BOOL is_wine_builtin(HMODULE module)
{
    static const char marker[] = "Wine builtin DLL";
    const char *found = (const char *)module + 0x40;
    unsigned int i;

    for (i = 0; i < sizeof(marker); i++) if (found[i] != marker[i]) return FALSE;
    return TRUE;
}

static HMODULE module_at(const void *address)
{
    DWORD how = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    HMODULE module;

    return GetModuleHandleExW(how, address, &module) ? module : NULL;
}

/* The certificate bridge says itself when it exports a key for Schannel. */
static BOOL is_bridge(const void *caller)
{
    HMODULE module = module_at(caller);

    return module && GetProcAddress(module, "ncrypt_bridge") && module == GetModuleHandleW(L"crypt32.dll");
}

static BOOL may_pass(DWORD flags, const void *caller)
{
    if (!(flags & PRIVATE_FLAGS)) return TRUE;
    return (flags & PRIVATE_FLAGS) == UNIX_EXPORT_FOR_SCHANNEL && is_bridge(caller);
}

/* Wine's crypt32 and secur32 read private keys through this API to make a PFX file or a TLS session of them;
 * Windows has other ways for that, which no export policy bars (windows-behaviour.md B.23). */
static DWORD flags_for_caller(const void *caller)
{
    HMODULE module = module_at(caller);
    WCHAR path[MAX_PATH];
    DWORD length;

    if (!module || !is_wine_builtin(module)) return 0;
    length = GetModuleFileNameW(module, path, MAX_PATH);
    while (length && path[length - 1] != '\\') length--;
    if (CompareStringOrdinal(path + length, -1, L"crypt32.dll", -1, TRUE) == CSTR_EQUAL)
        return UNIX_EXPORT_FOR_PFX;
    if (CompareStringOrdinal(path + length, -1, L"secur32.dll", -1, TRUE) == CSTR_EQUAL)
        return UNIX_EXPORT_FOR_SCHANNEL;
    return 0;
}

static SECURITY_STATUS export_with(struct object *key, struct object *wrapping, const WCHAR *type,
                                   NCryptBufferDesc *params, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    return CALL(key, ExportKey, key->provider->inner, key->inner, wrapping ? wrapping->inner : 0, type, params, output,
                size, result, flags);
}

static SECURITY_STATUS export_key(struct object *key, NCRYPT_KEY_HANDLE export_handle, const WCHAR *type,
                                  NCryptBufferDesc *params, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    struct object *wrapping;
    SECURITY_STATUS status;

    if (!grab_wrapping_key(export_handle, key, &wrapping)) return NTE_INVALID_HANDLE;
    status = HOLDING(release_wrapping_key, wrapping, export_with, key, wrapping, type, params, output, size, result,
                     flags);
    release_wrapping_key(wrapping);
    return status;
}

/* Who calls is asked after a refusal only: the answer needs the loader's lock. */
static SECURITY_STATUS export_for(const void *caller, struct object *key, NCRYPT_KEY_HANDLE export_handle,
                                  const WCHAR *type, NCryptBufferDesc *params, PBYTE output, DWORD output_size,
                                  DWORD *result, DWORD flags)
{
    SECURITY_STATUS status;
    DWORD size = 0, more;

    if (!type || !result) return NTE_INVALID_PARAMETER;
    if (!may_pass(flags, caller)) return NTE_BAD_FLAGS;
    status = export_key(key, export_handle, type, params, output, output_size, &size, flags);
    if (status == NTE_NOT_SUPPORTED && key->module->own && (more = flags_for_caller(caller)))
        status = export_key(key, export_handle, type, params, output, output_size, &size, flags | more);
    return give_size(status, size, result);
}

SECURITY_STATUS WINAPI NCryptExportKey(NCRYPT_KEY_HANDLE hKey, NCRYPT_KEY_HANDLE hExportKey, LPCWSTR pszBlobType,
        NCryptBufferDesc *pParameterList, PBYTE pbOutput, DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %ls, %p, %p, %lu, %p, %#lx)", (void *)hKey, (void *)hExportKey, pszBlobType, pParameterList,
          pbOutput, cbOutput, pcbResult, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(key, export_for, __builtin_return_address(0), key, hExportKey, pszBlobType, pParameterList,
                         pbOutput, cbOutput, pcbResult, dwFlags);
    object_release(key);
    return finish(__func__, status);
}
