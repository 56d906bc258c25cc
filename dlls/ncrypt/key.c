/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The life of a key: opened, created, finalized, deleted. */
#include "ncrypt_private.h"
#include "../ncryptprov/shared.h"

static void end_key(struct object *key)
{
    CALL(key, FreeKey, key->provider->inner, key->inner);
}

struct object *key_object_new(struct object *provider)
{
    return object_new(OBJECT_KEY, end_key, provider->module, provider);
}

/* Ends a call that was to make an object; *result is 0 already. */
static SECURITY_STATUS publish_or_discard(SECURITY_STATUS status, struct object *object, NCRYPT_HANDLE *result)
{
    if (status) object_discard(object);
    else *result = object_publish(object);
    return status;
}

static SECURITY_STATUS open_new(struct object *key, const WCHAR *name, DWORD key_spec, DWORD flags)
{
    return CALL(key, OpenKey, key->provider->inner, &key->inner, name, key_spec, flags);
}

SECURITY_STATUS object_open_key(struct object *provider, NCRYPT_KEY_HANDLE *result, const WCHAR *name, DWORD key_spec,
                                DWORD flags)
{
    struct object *key = key_object_new(provider);
    SECURITY_STATUS status;

    if (!key) return object_shortage();
    status = WITH_NEW_OBJECT(key, open_new, key, name, key_spec, flags);
    return publish_or_discard(status, key, result);
}

SECURITY_STATUS WINAPI NCryptOpenKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE *phKey, LPCWSTR pszKeyName,
        DWORD dwLegacyKeySpec, DWORD dwFlags)
{
    struct object *provider;
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;

    TRACE("(%p, %p, %ls, %#lx, %#lx)", (void *)hProvider, phKey, pszKeyName, dwLegacyKeySpec, dwFlags);

    if (phKey) *phKey = 0;
    if (!(provider = object_grab(hProvider, OBJECT_PROVIDER))) return finish(__func__, NTE_INVALID_HANDLE);
    if (provider->module->own && (dwFlags & UNIX_OPEN_CONTAINER)) status = NTE_BAD_FLAGS;
    else if (phKey && pszKeyName)
        status = WITH_OBJECT(provider, object_open_key, provider, phKey, pszKeyName, dwLegacyKeySpec, dwFlags);
    object_release(provider);
    return finish(__func__, status);
}

static SECURITY_STATUS create_new(struct object *key, const WCHAR *alg, const WCHAR *name, DWORD key_spec, DWORD flags)
{
    return CALL(key, CreatePersistedKey, key->provider->inner, &key->inner, alg, name, key_spec, flags);
}

static SECURITY_STATUS create_key(struct object *provider, NCRYPT_KEY_HANDLE *result, const WCHAR *alg,
                                  const WCHAR *name, DWORD key_spec, DWORD flags)
{
    struct object *key = key_object_new(provider);
    SECURITY_STATUS status;

    if (!key) return object_shortage();
    status = WITH_NEW_OBJECT(key, create_new, key, alg, name, key_spec, flags);
    return publish_or_discard(status, key, result);
}

SECURITY_STATUS WINAPI NCryptCreatePersistedKey(NCRYPT_PROV_HANDLE hProvider, NCRYPT_KEY_HANDLE *phKey,
        LPCWSTR pszAlgId, LPCWSTR pszKeyName, DWORD dwLegacyKeySpec, DWORD dwFlags)
{
    struct object *provider;
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;

    TRACE("(%p, %p, %ls, %ls, %#lx, %#lx)", (void *)hProvider, phKey, pszAlgId, pszKeyName, dwLegacyKeySpec,
          dwFlags);

    if (phKey) *phKey = 0;
    if (!(provider = object_grab(hProvider, OBJECT_PROVIDER))) return finish(__func__, NTE_INVALID_HANDLE);
    if (phKey)
        status = WITH_OBJECT(provider, create_key, provider, phKey, pszAlgId, pszKeyName, dwLegacyKeySpec, dwFlags);
    object_release(provider);
    return finish(__func__, status);
}

static SECURITY_STATUS finalize(struct object *key, DWORD flags)
{
    return CALL(key, FinalizeKey, key->provider->inner, key->inner, flags);
}

SECURITY_STATUS WINAPI NCryptFinalizeKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %#lx)", (void *)hKey, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(key, finalize, key, dwFlags);
    object_release(key);
    return finish(__func__, status);
}

/* Ours frees a deleted key when the last operation with it ends. The interface knows no such thing: of others
 * DeleteKey frees the key, which object_withdraw lets happen only when none is running. */
static SECURITY_STATUS delete_key(struct object *key, DWORD flags)
{
    BOOL own = key->module->own;
    SECURITY_STATUS status = NTE_BAD_FLAGS;

    if (!own || !(flags & UNIX_DELETE_KEEP))
        status = CALL(key, DeleteKey, key->provider->inner, key->inner, own ? flags | UNIX_DELETE_KEEP : flags);
    if (status) object_publish(key);
    else if (own) object_release(key);
    else object_discard(key);
    return status;
}

SECURITY_STATUS WINAPI NCryptDeleteKey(NCRYPT_KEY_HANDLE hKey, DWORD dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %#lx)", (void *)hKey, dwFlags);

    if ((status = object_withdraw(hKey, OBJECT_KEY, &key))) return finish(__func__, status);
    return finish(__func__, delete_key(key, dwFlags));
}

BOOL WINAPI NCryptIsKeyHandle(NCRYPT_KEY_HANDLE hKey)
{
    struct object *key;

    TRACE("(%p)", (void *)hKey);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish_bool(__func__, FALSE);
    object_release(key);
    return finish_bool(__func__, TRUE);
}
