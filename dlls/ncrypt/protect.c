/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Protection of data to principals, and of keys. Not built yet: nothing makes a descriptor, a stream or a key
 * protector, so no handle to one is valid. */
#include "ncrypt_private.h"
#include <ncryptprotect.h>

SECURITY_STATUS WINAPI NCryptRegisterProtectionDescriptorName(LPCWSTR pwszName, LPCWSTR pwszDescriptorString,
        DWORD dwFlags)
{
    TRACE("(%ls, %ls, %#lx)", pwszName, pwszDescriptorString, dwFlags);
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI NCryptQueryProtectionDescriptorName(LPCWSTR pwszName, LPWSTR pwszDescriptorString,
        SIZE_T *pcDescriptorString, DWORD dwFlags)
{
    TRACE("(%ls, %p, %p, %#lx)", pwszName, pwszDescriptorString, pcDescriptorString, dwFlags);
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI NCryptCreateProtectionDescriptor(LPCWSTR pwszDescriptorString, DWORD dwFlags,
        NCRYPT_DESCRIPTOR_HANDLE *phDescriptor)
{
    TRACE("(%ls, %#lx, %p)", pwszDescriptorString, dwFlags, phDescriptor);
    if (phDescriptor) *phDescriptor = NULL;
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI NCryptCloseProtectionDescriptor(NCRYPT_DESCRIPTOR_HANDLE hDescriptor)
{
    TRACE("(%p)", hDescriptor);
    return finish(__func__, NTE_INVALID_HANDLE);
}

SECURITY_STATUS WINAPI NCryptGetProtectionDescriptorInfo(NCRYPT_DESCRIPTOR_HANDLE hDescriptor,
        const NCRYPT_ALLOC_PARA *pMemPara, DWORD dwInfoType, void **ppvInfo)
{
    TRACE("(%p, %p, %lu, %p)", hDescriptor, pMemPara, dwInfoType, ppvInfo);
    return finish(__func__, NTE_INVALID_HANDLE);
}

SECURITY_STATUS WINAPI NCryptProtectSecret(NCRYPT_DESCRIPTOR_HANDLE hDescriptor, DWORD dwFlags,
        const BYTE *pbData, ULONG cbData, const NCRYPT_ALLOC_PARA *pMemPara, HWND hWnd, BYTE **ppbProtectedBlob,
        ULONG *pcbProtectedBlob)
{
    TRACE("(%p, %#lx, %p, %lu, %p, %p, %p, %p)", hDescriptor, dwFlags, pbData, cbData, pMemPara, hWnd,
          ppbProtectedBlob, pcbProtectedBlob);
    return finish(__func__, NTE_INVALID_HANDLE);
}

SECURITY_STATUS WINAPI NCryptUnprotectSecret(NCRYPT_DESCRIPTOR_HANDLE *phDescriptor, DWORD dwFlags,
        const BYTE *pbProtectedBlob, ULONG cbProtectedBlob, const NCRYPT_ALLOC_PARA *pMemPara, HWND hWnd,
        BYTE **ppbData, ULONG *pcbData)
{
    TRACE("(%p, %#lx, %p, %lu, %p, %p, %p, %p)", phDescriptor, dwFlags, pbProtectedBlob, cbProtectedBlob, pMemPara,
          hWnd, ppbData, pcbData);
    if (phDescriptor) *phDescriptor = NULL;
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI NCryptStreamOpenToProtect(NCRYPT_DESCRIPTOR_HANDLE hDescriptor, DWORD dwFlags, HWND hWnd,
        NCRYPT_PROTECT_STREAM_INFO *pStreamInfo, NCRYPT_STREAM_HANDLE *phStream)
{
    TRACE("(%p, %#lx, %p, %p, %p)", hDescriptor, dwFlags, hWnd, pStreamInfo, phStream);
    if (phStream) *phStream = NULL;
    return finish(__func__, NTE_INVALID_HANDLE);
}

SECURITY_STATUS WINAPI NCryptStreamOpenToUnprotect(NCRYPT_PROTECT_STREAM_INFO *pStreamInfo, DWORD dwFlags,
        HWND hWnd, NCRYPT_STREAM_HANDLE *phStream)
{
    TRACE("(%p, %#lx, %p, %p)", pStreamInfo, dwFlags, hWnd, phStream);
    if (phStream) *phStream = NULL;
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI NCryptStreamOpenToUnprotectEx(NCRYPT_PROTECT_STREAM_INFO_EX *pStreamInfo, DWORD dwFlags,
        HWND hWnd, NCRYPT_STREAM_HANDLE *phStream)
{
    TRACE("(%p, %#lx, %p, %p)", pStreamInfo, dwFlags, hWnd, phStream);
    if (phStream) *phStream = NULL;
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI NCryptStreamUpdate(NCRYPT_STREAM_HANDLE hStream, const BYTE *pbData, SIZE_T cbData,
        BOOL fFinal)
{
    TRACE("(%p, %p, %p, %u)", hStream, pbData, (void *)cbData, fFinal);
    return finish(__func__, NTE_INVALID_HANDLE);
}

SECURITY_STATUS WINAPI NCryptStreamClose(NCRYPT_STREAM_HANDLE hStream)
{
    TRACE("(%p)", hStream);
    return finish(__func__, NTE_INVALID_HANDLE);
}

/* --- Key protectors: no public header declares them; the sizes of their arguments are all that is known --- */

SECURITY_STATUS WINAPI NCryptOpenKeyProtector(ULONG_PTR a, ULONG_PTR b, ULONG_PTR c)
{
    TRACE("(%p, %p, %p)", (void *)a, (void *)b, (void *)c);
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI NCryptCloseKeyProtector(ULONG_PTR a)
{
    TRACE("(%p)", (void *)a);
    return finish(__func__, NTE_INVALID_HANDLE);
}

SECURITY_STATUS WINAPI NCryptDuplicateKeyProtectorHandle(ULONG_PTR a, ULONG_PTR b, ULONG_PTR c)
{
    TRACE("(%p, %p, %p)", (void *)a, (void *)b, (void *)c);
    return finish(__func__, NTE_INVALID_HANDLE);
}

SECURITY_STATUS WINAPI NCryptProtectKey(ULONG_PTR a, ULONG_PTR b, ULONG_PTR c, ULONG_PTR d, ULONG_PTR e,
        ULONG_PTR f, ULONG_PTR g, ULONG_PTR h)
{
    TRACE("(%p, %p, %p, %p, %p, %p, %p, %p)", (void *)a, (void *)b, (void *)c, (void *)d, (void *)e, (void *)f,
          (void *)g, (void *)h);
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI NCryptUnprotectKey(ULONG_PTR a, ULONG_PTR b, ULONG_PTR c, ULONG_PTR d, ULONG_PTR e,
        ULONG_PTR f, ULONG_PTR g)
{
    TRACE("(%p, %p, %p, %p, %p, %p, %p)", (void *)a, (void *)b, (void *)c, (void *)d, (void *)e, (void *)f,
          (void *)g);
    return finish(__func__, NTE_NOT_SUPPORTED);
}

SECURITY_STATUS WINAPI NCryptSetAuditingInterface(ULONG_PTR a)
{
    TRACE("(%p)", (void *)a);
    return finish(__func__, NTE_NOT_SUPPORTED);
}

NTSTATUS WINAPI GetIsolationServerInterface(LPCWSTR name, ULONG_PTR b, ULONG_PTR c)
{
    TRACE("(%ls, %p, %p)", name, (void *)b, (void *)c);
    return finish(__func__, NT_NOT_SUPPORTED);
}
