/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties of providers, keys and secrets. Two of a key are the router's: "Provider Handle", because handles are,
 * and "UI Policy", which providers see in another form (ui_policy.c). */
#include "ncrypt_private.h"

static BOOL is_name(const WCHAR *a, const WCHAR *b)
{
    while (*a && *a == *b) a++, b++;
    return *a == *b;
}

/* The value is the provider's one handle, which every read opens once more (windows-behaviour.md 1.29, 6.11). */
static SECURITY_STATUS get_provider_handle(struct object *key, PBYTE output, DWORD size, DWORD *result,
                                           DWORD flags)
{
    NCRYPT_PROV_HANDLE handle;

    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    *result = sizeof(handle);
    if (!output) return ERROR_SUCCESS;
    if (size < sizeof(handle)) return NTE_BUFFER_TOO_SMALL;
    handle = object_reopen(key->provider);
    CopyMemory(output, &handle, sizeof(handle));
    return ERROR_SUCCESS;
}

/* NCRYPT_PERSIST_ONLY_FLAG asks for what was stored under a name, whatever the name means otherwise. */
static SECURITY_STATUS get_key_property(struct object *key, const WCHAR *name, PBYTE output, DWORD size,
                                        DWORD *result, DWORD flags)
{
    if (is_name(name, NCRYPT_PROVIDER_HANDLE_PROPERTY) && !(flags & NCRYPT_PERSIST_ONLY_FLAG))
        return get_provider_handle(key, output, size, result, flags);
    if (is_name(name, NCRYPT_UI_POLICY_PROPERTY)) return ui_policy_get(key, output, size, result, flags);
    return CALL(key, GetKeyProperty, key->provider->inner, key->inner, name, output, size, result, flags);
}

static SECURITY_STATUS get_property(struct object *object, const WCHAR *name, PBYTE output, DWORD size,
                                    DWORD *result, DWORD flags)
{
    switch (object->type)
    {
    case OBJECT_PROVIDER:
        return CALL(object, GetProviderProperty, object->inner, name, output, size, result, flags);
    case OBJECT_KEY:
        return get_key_property(object, name, output, size, result, flags);
    default:
        return NTE_NOT_SUPPORTED;
    }
}

static SECURITY_STATUS get_and_tell_size(struct object *object, const WCHAR *name, PBYTE output, DWORD output_size,
                                         DWORD *result, DWORD flags)
{
    SECURITY_STATUS status;
    DWORD size = 0;

    if (!name || !result) return NTE_INVALID_PARAMETER;
    status = get_property(object, name, output, output_size, &size, flags);
    return give_size(status, size, result);
}

SECURITY_STATUS WINAPI NCryptGetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbOutput,
        DWORD cbOutput, DWORD *pcbResult, DWORD dwFlags)
{
    struct object *object;
    SECURITY_STATUS status;

    TRACE("(%p, %ls, %p, %lu, %p, %#lx)", (void *)hObject, pszProperty, pbOutput, cbOutput, pcbResult, dwFlags);

    if (!(object = object_grab(hObject, OBJECT_ANY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(object, get_and_tell_size, object, pszProperty, pbOutput, cbOutput, pcbResult, dwFlags);
    object_release(object);
    return finish(__func__, status);
}

static SECURITY_STATUS set_key_property(struct object *key, const WCHAR *name, PBYTE input, DWORD size,
                                        DWORD flags)
{
    if (is_name(name, NCRYPT_PROVIDER_HANDLE_PROPERTY) && !(flags & NCRYPT_PERSIST_ONLY_FLAG))
        return NTE_NOT_SUPPORTED;
    if (is_name(name, NCRYPT_UI_POLICY_PROPERTY)) return ui_policy_set(key, input, size, flags);
    return CALL(key, SetKeyProperty, key->provider->inner, key->inner, name, input, size, flags);
}

/* HKDF takes its hash and salt as properties of the secret, and the interface of providers has no function for
 * those: our own provider takes them through that of keys. Others may not expect a secret there. */
static SECURITY_STATUS set_secret_property(struct object *secret, const WCHAR *name, PBYTE input, DWORD size,
                                           DWORD flags)
{
    if (!secret->module->own) return NTE_NOT_SUPPORTED;
    return CALL(secret, SetKeyProperty, secret->provider->inner, secret->inner, name, input, size, flags);
}

static SECURITY_STATUS set_property(struct object *object, const WCHAR *name, PBYTE input, DWORD size,
                                    DWORD flags)
{
    switch (object->type)
    {
    case OBJECT_PROVIDER:
        return CALL(object, SetProviderProperty, object->inner, name, input, size, flags);
    case OBJECT_KEY:
        return set_key_property(object, name, input, size, flags);
    case OBJECT_SECRET:
        return set_secret_property(object, name, input, size, flags);
    default:
        return NTE_NOT_SUPPORTED;
    }
}

SECURITY_STATUS WINAPI NCryptSetProperty(NCRYPT_HANDLE hObject, LPCWSTR pszProperty, PBYTE pbInput,
        DWORD cbInput, DWORD dwFlags)
{
    struct object *object;
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;

    TRACE("(%p, %ls, %p, %lu, %#lx)", (void *)hObject, pszProperty, pbInput, cbInput, dwFlags);

    if (!(object = object_grab(hObject, OBJECT_ANY))) return finish(__func__, NTE_INVALID_HANDLE);
    if (pszProperty) status = WITH_OBJECT(object, set_property, object, pszProperty, pbInput, cbInput, dwFlags);
    object_release(object);
    return finish(__func__, status);
}
