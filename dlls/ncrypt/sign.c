/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signatures. */
#include "ncrypt_private.h"

SECURITY_STATUS WINAPI NCryptSignHash(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PBYTE pbHashValue,
        DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature, DWORD *pcbResult, DWORD dwFlags)
{
    struct object *key;
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;
    DWORD size = 0;

    TRACE("(%p, %p, %p, %lu, %p, %lu, %p, %#lx)", (void *)hKey, pPaddingInfo, pbHashValue, cbHashValue,
          pbSignature, cbSignature, pcbResult, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    if (pcbResult)
    {
        status = CALL(key, SignHash, key->provider->inner, key->inner, pPaddingInfo, pbHashValue, cbHashValue,
                      pbSignature, cbSignature, &size, dwFlags);
        give_size(status, size, pcbResult);
    }
    object_release(key);
    return finish(__func__, status);
}

SECURITY_STATUS WINAPI NCryptVerifySignature(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PBYTE pbHashValue,
        DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature, DWORD dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %p, %lu, %p, %lu, %#lx)", (void *)hKey, pPaddingInfo, pbHashValue, cbHashValue, pbSignature,
          cbSignature, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = CALL(key, VerifySignature, key->provider->inner, key->inner, pPaddingInfo, pbHashValue, cbHashValue,
                  pbSignature, cbSignature, dwFlags);
    object_release(key);
    return finish(__func__, status);
}
