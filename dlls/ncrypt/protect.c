/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Protection of data to principals: descriptors and secrets. The provider's DLL does it (protection.h); here are
 * the arguments and the handles. */
#include "ncrypt_private.h"
#include "protect.h"

SECURITY_STATUS protect_load(const struct protection_table **table)
{
    struct module *module = &own_modules[SOFTWARE_MODULE];
    SECURITY_STATUS status;

    if ((status = module_load(module))) return status;
    if (!module->get_protection) return NTE_NOT_SUPPORTED;
    if ((status = module->get_protection(table))) return status;
    return (*table)->version == PROTECTION_TABLE_VERSION ? ERROR_SUCCESS : NTE_PROVIDER_DLL_FAIL;
}

static void free_inner(enum object_type type, ULONG_PTR inner)
{
    const struct protection_table *table;

    if (protect_load(&table)) return;           /* it made inner, so it is there */
    if (type == OBJECT_STREAM) table->FreeStream(inner);
    else table->FreeDescriptor(inner);
}

static void end_protection(struct object *object)
{
    free_inner(object->type, object->inner);
    if (object->sink) protect_free_sink(object->sink);
}

SECURITY_STATUS protect_publish(enum object_type type, ULONG_PTR inner, NCRYPT_HANDLE *handle)
{
    struct object *object = object_new(type, end_protection, &own_modules[SOFTWARE_MODULE], NULL);

    if (!object)
    {
        free_inner(type, inner);
        return object_shortage();
    }
    object->inner = inner;
    *handle = object_publish(object);
    return ERROR_SUCCESS;
}

SECURITY_STATUS protect_publish_stream(ULONG_PTR inner, void *sink, NCRYPT_HANDLE *handle)
{
    struct object *object = object_new(OBJECT_STREAM, end_protection, &own_modules[SOFTWARE_MODULE], NULL);

    if (!object)
    {
        free_inner(OBJECT_STREAM, inner);
        protect_free_sink(sink);
        return object_shortage();
    }
    object->inner = inner;
    object->sink = sink;
    *handle = object_publish(object);
    return ERROR_SUCCESS;
}

static BOOL is_memory(const NCRYPT_ALLOC_PARA *memory)
{
    return !memory || (memory->cbSize == sizeof(*memory) && memory->pfnAlloc && memory->pfnFree);
}

/* --- descriptors --- */

static SECURITY_STATUS create_descriptor(const WCHAR *rule, NCRYPT_DESCRIPTOR_HANDLE *result)
{
    const struct protection_table *table;
    SECURITY_STATUS status;
    NCRYPT_HANDLE handle;
    ULONG_PTR descriptor;

    if ((status = protect_load(&table))) return status;
    if ((status = table->CreateDescriptor(rule, &descriptor))) return status;
    if ((status = protect_publish(OBJECT_DESCRIPTOR, descriptor, &handle))) return status;
    *result = (NCRYPT_DESCRIPTOR_HANDLE)handle;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS create_named(const WCHAR *name, DWORD flags, NCRYPT_DESCRIPTOR_HANDLE *result)
{
    SECURITY_STATUS status;
    WCHAR *rule;

    if ((status = protect_find_rule(name, flags, &rule))) return status;
    status = create_descriptor(rule, result);
    HeapFree(GetProcessHeap(), 0, rule);
    return status;
}

SECURITY_STATUS WINAPI NCryptCreateProtectionDescriptor(LPCWSTR pwszDescriptorString, DWORD dwFlags,
        NCRYPT_DESCRIPTOR_HANDLE *phDescriptor)
{
    TRACE("(%ls, %#lx, %p)", pwszDescriptorString, dwFlags, phDescriptor);
    if (phDescriptor) *phDescriptor = NULL;
    if (!pwszDescriptorString || !phDescriptor) return finish(__func__, NTE_INVALID_PARAMETER);
    if (!dwFlags) return finish(__func__, create_descriptor(pwszDescriptorString, phDescriptor));
    if ((dwFlags & ~NCRYPT_MACHINE_KEY_FLAG) != NCRYPT_NAMED_DESCRIPTOR_FLAG) return finish(__func__, NTE_BAD_FLAGS);
    return finish(__func__, create_named(pwszDescriptorString, dwFlags, phDescriptor));
}

SECURITY_STATUS WINAPI NCryptCloseProtectionDescriptor(NCRYPT_DESCRIPTOR_HANDLE hDescriptor)
{
    TRACE("(%p)", hDescriptor);
    return finish(__func__, object_close_type((NCRYPT_HANDLE)hDescriptor, OBJECT_DESCRIPTOR));
}

static SECURITY_STATUS get_info(struct object *descriptor, const NCRYPT_ALLOC_PARA *memory, DWORD type, void **info)
{
    const struct protection_table *table;
    SECURITY_STATUS status;

    if (!info || !is_memory(memory)) return NTE_INVALID_PARAMETER;
    *info = NULL;
    if (type != NCRYPT_PROTECTION_INFO_TYPE_DESCRIPTOR_STRING) return NTE_BAD_TYPE;
    if ((status = protect_load(&table))) return status;
    return table->GetRule(descriptor->inner, memory, (WCHAR **)info);
}

SECURITY_STATUS WINAPI NCryptGetProtectionDescriptorInfo(NCRYPT_DESCRIPTOR_HANDLE hDescriptor,
        const NCRYPT_ALLOC_PARA *pMemPara, DWORD dwInfoType, void **ppvInfo)
{
    struct object *descriptor;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %lu, %p)", hDescriptor, pMemPara, dwInfoType, ppvInfo);
    if (!(descriptor = object_grab((NCRYPT_HANDLE)hDescriptor, OBJECT_DESCRIPTOR)))
        return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(descriptor, get_info, descriptor, pMemPara, dwInfoType, ppvInfo);
    object_release(descriptor);
    return finish(__func__, status);
}

/* --- secrets --- */

static SECURITY_STATUS protect(struct object *descriptor, DWORD flags, const BYTE *data, ULONG size,
                               const NCRYPT_ALLOC_PARA *memory, BYTE **blob, ULONG *blob_size)
{
    const struct protection_table *table;
    SECURITY_STATUS status;

    if (!blob || !blob_size) return NTE_INVALID_PARAMETER;
    *blob = NULL;
    *blob_size = 0;
    if (!data || !size || !is_memory(memory)) return NTE_INVALID_PARAMETER;
    if (flags & ~NCRYPT_SILENT_FLAG) return NTE_BAD_FLAGS;
    if ((status = protect_load(&table))) return status;
    return table->Protect(descriptor->inner, data, size, memory, blob, blob_size, flags);
}

SECURITY_STATUS WINAPI NCryptProtectSecret(NCRYPT_DESCRIPTOR_HANDLE hDescriptor, DWORD dwFlags,
        const BYTE *pbData, ULONG cbData, const NCRYPT_ALLOC_PARA *pMemPara, HWND hWnd, BYTE **ppbProtectedBlob,
        ULONG *pcbProtectedBlob)
{
    struct object *descriptor;
    SECURITY_STATUS status;

    TRACE("(%p, %#lx, %p, %lu, %p, %p, %p, %p)", hDescriptor, dwFlags, pbData, cbData, pMemPara, hWnd,
          ppbProtectedBlob, pcbProtectedBlob);
    if (!(descriptor = object_grab((NCRYPT_HANDLE)hDescriptor, OBJECT_DESCRIPTOR)))
        return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(descriptor, protect, descriptor, dwFlags, pbData, cbData, pMemPara, ppbProtectedBlob,
                         pcbProtectedBlob);
    object_release(descriptor);
    return finish(__func__, status);
}

static SECURITY_STATUS unprotect(const BYTE *blob, ULONG blob_size, NCRYPT_DESCRIPTOR_HANDLE *result,
                                 const NCRYPT_ALLOC_PARA *memory, BYTE **data, ULONG *size, DWORD flags)
{
    const struct protection_table *table;
    NCRYPT_HANDLE handle;
    SECURITY_STATUS status;
    ULONG_PTR descriptor;

    if ((status = protect_load(&table))) return status;
    status = table->Unprotect(blob, blob_size, result ? &descriptor : NULL, memory, data, size, flags);
    if (status || !result) return status;
    if (!(status = protect_publish(OBJECT_DESCRIPTOR, descriptor, &handle)))
    {
        *result = (NCRYPT_DESCRIPTOR_HANDLE)handle;
        return ERROR_SUCCESS;
    }
    if (data)
    {
        SecureZeroMemory(*data, *size);
        protection_free(memory, *data);
        *data = NULL;
        *size = 0;
    }
    return status;
}

SECURITY_STATUS WINAPI NCryptUnprotectSecret(NCRYPT_DESCRIPTOR_HANDLE *phDescriptor, DWORD dwFlags,
        const BYTE *pbProtectedBlob, ULONG cbProtectedBlob, const NCRYPT_ALLOC_PARA *pMemPara, HWND hWnd,
        BYTE **ppbData, ULONG *pcbData)
{
    BOOL decrypt = !(dwFlags & NCRYPT_UNPROTECT_NO_DECRYPT);

    TRACE("(%p, %#lx, %p, %lu, %p, %p, %p, %p)", phDescriptor, dwFlags, pbProtectedBlob, cbProtectedBlob, pMemPara,
          hWnd, ppbData, pcbData);
    if (phDescriptor) *phDescriptor = NULL;
    if (ppbData) *ppbData = NULL;
    if (pcbData) *pcbData = 0;
    if (!pbProtectedBlob || !cbProtectedBlob || !is_memory(pMemPara)) return finish(__func__, NTE_INVALID_PARAMETER);
    if (decrypt ? !ppbData || !pcbData : !phDescriptor) return finish(__func__, NTE_INVALID_PARAMETER);
    if (dwFlags & ~(NCRYPT_SILENT_FLAG | NCRYPT_UNPROTECT_NO_DECRYPT)) return finish(__func__, NTE_BAD_FLAGS);
    return finish(__func__, unprotect(pbProtectedBlob, cbProtectedBlob, phDescriptor, pMemPara,
                                      decrypt ? ppbData : NULL, pcbData, dwFlags));
}
