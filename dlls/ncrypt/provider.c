/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Opening providers, asking what they can do, and ending any object. */
#include "ncrypt_private.h"

#define OPEN_FLAGS (NCRYPT_SILENT_FLAG | NCRYPT_IGNORE_DEVICE_STATE_FLAG)

static void end_provider(struct object *provider)
{
    CALL(provider, FreeProvider, provider->inner);
}

/* Ours learns the name that was asked for, which may be that of a CSP. Others may compare it with their own. */
static SECURITY_STATUS open_loaded(NCRYPT_PROV_HANDLE *handle, struct module *module, const WCHAR *name,
                                   DWORD flags)
{
    struct object *provider = object_new(OBJECT_PROVIDER, end_provider, module, NULL);
    SECURITY_STATUS status;

    if (!provider) return object_shortage();
    status = WITH_NEW_OBJECT(provider, provider->table->OpenProvider, &provider->inner,
                             module->own && name ? name : module->name, flags);
    if (status) object_discard(provider);
    else *handle = object_publish(provider);
    return status;
}

static SECURITY_STATUS open_provider(NCRYPT_PROV_HANDLE *handle, struct module *module, const WCHAR *name,
                                     DWORD flags)
{
    SECURITY_STATUS status;

    if ((status = module_load(module))) return status;
    if ((status = HOLDING(module_leave, module, open_loaded, handle, module, name, flags))) module_leave(module);
    return status;
}

SECURITY_STATUS WINAPI NCryptOpenStorageProvider(NCRYPT_PROV_HANDLE *phProvider, LPCWSTR pszProviderName,
        DWORD dwFlags)
{
    struct module *module;

    TRACE("(%p, %ls, %#lx)", phProvider, pszProviderName, dwFlags);

    if (!phProvider) return finish(__func__, NTE_INVALID_PARAMETER);
    *phProvider = 0;
    if (dwFlags & ~OPEN_FLAGS) return finish(__func__, NTE_BAD_FLAGS);
    /* What Windows says to an unknown name is not known; no program looks (windows-behaviour.md E4). */
    if (!(module = module_find(pszProviderName))) return finish(__func__, NTE_BAD_PROVIDER);
    return finish(__func__, open_provider(phProvider, module, pszProviderName, dwFlags));
}

static SECURITY_STATUS is_alg_supported(struct object *provider, const WCHAR *alg, DWORD flags)
{
    return CALL(provider, IsAlgSupported, provider->inner, alg, flags);
}

SECURITY_STATUS WINAPI NCryptIsAlgSupported(NCRYPT_PROV_HANDLE hProvider, LPCWSTR pszAlgId, DWORD dwFlags)
{
    struct object *provider;
    SECURITY_STATUS status;

    TRACE("(%p, %ls, %#lx)", (void *)hProvider, pszAlgId, dwFlags);

    if (!(provider = object_grab(hProvider, OBJECT_PROVIDER))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(provider, is_alg_supported, provider, pszAlgId, dwFlags);
    object_release(provider);
    return finish(__func__, status);
}

static SECURITY_STATUS notify_change(struct object *provider, HANDLE *event, DWORD flags)
{
    return CALL(provider, NotifyChangeKey, provider->inner, event, flags);
}

SECURITY_STATUS WINAPI NCryptNotifyChangeKey(NCRYPT_PROV_HANDLE hProvider, HANDLE *phEvent, DWORD dwFlags)
{
    struct object *provider;
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;

    TRACE("(%p, %p, %#lx)", (void *)hProvider, phEvent, dwFlags);

    if (!(provider = object_grab(hProvider, OBJECT_PROVIDER))) return finish(__func__, NTE_INVALID_HANDLE);
    if (phEvent) status = WITH_OBJECT(provider, notify_change, provider, phEvent, dwFlags);
    object_release(provider);
    return finish(__func__, status);
}

SECURITY_STATUS WINAPI NCryptFreeObject(NCRYPT_HANDLE hObject)
{
    TRACE("(%p)", (void *)hObject);
    return finish(__func__, object_close(hObject));
}

/* Windows' own ncrypt.dll hands out the table of its software provider; so do we. */
NTSTATUS WINAPI GetKeyStorageInterface(LPCWSTR pszProviderName,
        NCRYPT_KEY_STORAGE_FUNCTION_TABLE **ppFunctionTable, DWORD dwFlags)
{
    struct module *module;
    SECURITY_STATUS status;

    TRACE("(%ls, %p, %#lx)", pszProviderName, ppFunctionTable, dwFlags);

    if (!ppFunctionTable) return finish(__func__, NT_INVALID_PARAMETER);
    if (!(module = module_find(pszProviderName))) return finish(__func__, NTE_BAD_PROVIDER);
    if ((status = module_load(module))) return finish(__func__, status);
    return finish(__func__, module->get_interface(module->name, ppFunctionTable, dwFlags));
}
