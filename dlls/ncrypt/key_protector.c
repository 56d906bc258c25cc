/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Key protectors and other functions without a public prototype: no header declares them, and only the sizes of their
 * arguments are known. Nothing makes a key protector, so no handle to one is valid. */
#include "ncrypt_private.h"

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
