/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Lists: of providers, of algorithms, of keys; and giving them back. */
#include "ncrypt_private.h"
#include "registry.h"

static SIZE_T string_size(const WCHAR *s)
{
    return (lstrlenW(s) + 1) * sizeof(*s);
}

static WCHAR *append_string(WCHAR **end, const WCHAR *s)
{
    WCHAR *copy = *end;

    lstrcpyW(copy, s);
    *end += lstrlenW(s) + 1;
    return copy;
}

static const WCHAR *comment_on(const WCHAR *name)
{
    const struct module *own = module_own(name);

    return own ? own->comment : name;
}

/* One block: the array, then the strings it points to. */
static NCryptProviderName *provider_list(const WCHAR *names, DWORD *count)
{
    NCryptProviderName *list;
    SIZE_T size = 0;
    const WCHAR *name;
    WCHAR *end;
    DWORD i = 0;

    for (*count = 0, name = names; *name; name = next_string(name), ++*count)
        size += sizeof(*list) + string_size(name) + string_size(comment_on(name));
    if (!(list = HeapAlloc(GetProcessHeap(), 0, size))) return NULL;
    end = (WCHAR *)(list + *count);
    for (name = names; *name; name = next_string(name), i++)
    {
        list[i].pszName = append_string(&end, name);
        list[i].pszComment = append_string(&end, comment_on(name));
    }
    return list;
}

static SECURITY_STATUS enum_providers(DWORD *count, NCryptProviderName **list)
{
    struct buffer *buffer = buffer_new(NULL, FALSE);
    WCHAR *names;

    if (!buffer) return NTE_NO_MEMORY;
    *list = (names = module_names()) ? provider_list(names, count) : NULL;
    HeapFree(GetProcessHeap(), 0, names);
    if (*list) buffer_put(buffer, *list);
    else buffer_drop(buffer);
    return *list ? ERROR_SUCCESS : NTE_NO_MEMORY;
}

SECURITY_STATUS WINAPI NCryptEnumStorageProviders(DWORD *pdwProviderCount, NCryptProviderName **ppProviderList,
        DWORD dwFlags)
{
    NCryptProviderName *list;
    SECURITY_STATUS status;
    DWORD count;

    TRACE("(%p, %p, %#lx)", pdwProviderCount, ppProviderList, dwFlags);

    if (!pdwProviderCount || !ppProviderList) return finish(__func__, NTE_INVALID_PARAMETER);
    if (dwFlags & ~NCRYPT_SILENT_FLAG) return finish(__func__, NTE_BAD_FLAGS);
    if ((status = enum_providers(&count, &list))) return finish(__func__, status);
    *ppProviderList = list;
    *pdwProviderCount = count;
    return finish(__func__, ERROR_SUCCESS);
}

static SECURITY_STATUS enum_algorithms(struct object *provider, DWORD operations, DWORD *count,
                                       NCryptAlgorithmName **list, DWORD flags)
{
    struct buffer *buffer = buffer_new(provider->module, FALSE);
    SECURITY_STATUS status;

    if (!buffer) return NTE_NO_MEMORY;
    status = CALL(provider, EnumAlgorithms, provider->inner, operations, count, list, flags);
    if (!status && *list) buffer_put(buffer, *list);
    else buffer_drop(buffer);
    return status;
}

static SECURITY_STATUS give_algorithms(struct object *provider, DWORD operations, DWORD *count,
                                       NCryptAlgorithmName **list, DWORD flags)
{
    NCryptAlgorithmName *found = NULL;
    SECURITY_STATUS status;
    DWORD found_count = 0;

    if (!count || !list) return NTE_INVALID_PARAMETER;
    if ((status = enum_algorithms(provider, operations, &found_count, &found, flags))) return status;
    *count = found_count;
    *list = found;
    return ERROR_SUCCESS;
}

SECURITY_STATUS WINAPI NCryptEnumAlgorithms(NCRYPT_PROV_HANDLE hProvider, DWORD dwAlgOperations,
        DWORD *pdwAlgCount, NCryptAlgorithmName **ppAlgList, DWORD dwFlags)
{
    struct object *provider;
    SECURITY_STATUS status;

    TRACE("(%p, %#lx, %p, %p, %#lx)", (void *)hProvider, dwAlgOperations, pdwAlgCount, ppAlgList, dwFlags);

    if (!(provider = object_grab(hProvider, OBJECT_PROVIDER))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(provider, give_algorithms, provider, dwAlgOperations, pdwAlgCount, ppAlgList, dwFlags);
    object_release(provider);
    return finish(__func__, status);
}

/* The state is out of NCryptFreeBuffer's reach during the call, so that no other thread ends or uses it. */
static SECURITY_STATUS enum_keys(struct object *provider, const WCHAR *scope, NCryptKeyName **name,
                                 void **state, DWORD flags)
{
    struct buffer *state_buffer, *name_buffer = buffer_new(provider->module, FALSE);
    SECURITY_STATUS status;

    if (!name_buffer) return NTE_NO_MEMORY;
    if (*state) state_buffer = buffer_take_state(*state, provider->module);
    else state_buffer = buffer_new(provider->module, TRUE);
    if (!state_buffer)
    {
        buffer_drop(name_buffer);
        return *state ? NTE_INVALID_PARAMETER : NTE_NO_MEMORY;
    }
    status = CALL(provider, EnumKeys, provider->inner, scope, name, state, flags);
    if (!status && *name) buffer_put(name_buffer, *name);
    else buffer_drop(name_buffer);
    if (*state) buffer_put(state_buffer, *state);
    else buffer_drop(state_buffer);
    return status;
}

static SECURITY_STATUS give_key(struct object *provider, const WCHAR *scope, NCryptKeyName **key_name, void **state,
                                DWORD flags)
{
    NCryptKeyName *name = NULL;
    SECURITY_STATUS status;
    void *changed;

    if (!key_name || !state) return NTE_INVALID_PARAMETER;
    changed = *state;
    status = enum_keys(provider, scope && *scope ? scope : NULL, &name, &changed, flags);
    *state = changed;
    if (!status) *key_name = name;
    return status;
}

SECURITY_STATUS WINAPI NCryptEnumKeys(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszScope, NCryptKeyName **ppKeyName,
        PVOID *ppEnumState, DWORD dwFlags)
{
    struct object *provider;
    SECURITY_STATUS status;

    TRACE("(%p, %ls, %p, %p, %#lx)", (void *)hProvider, pszScope, ppKeyName, ppEnumState, dwFlags);

    if (!(provider = object_grab(hProvider, OBJECT_PROVIDER))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(provider, give_key, provider, pszScope, ppKeyName, ppEnumState, dwFlags);
    object_release(provider);
    return finish(__func__, status);
}

SECURITY_STATUS WINAPI NCryptFreeBuffer(PVOID pvInput)
{
    struct buffer *buffer;

    TRACE("(%p)", pvInput);

    if (!(buffer = buffer_take(pvInput))) return finish(__func__, NTE_INVALID_PARAMETER);
    return finish(__func__, buffer_end(buffer));
}
