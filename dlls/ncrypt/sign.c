/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signatures. */
#include "ncrypt_private.h"

static SECURITY_STATUS sign(struct object *key, void *padding, PBYTE hash, DWORD hash_size, PBYTE signature,
                            DWORD signature_size, DWORD *result, DWORD flags)
{
    SECURITY_STATUS status;
    DWORD size = 0;

    if (!result) return NTE_INVALID_PARAMETER;
    status = CALL(key, SignHash, key->provider->inner, key->inner, padding, hash, hash_size, signature, signature_size,
                  &size, flags);
    return give_size(status, size, result);
}

SECURITY_STATUS WINAPI NCryptSignHash(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PBYTE pbHashValue,
        DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature, DWORD *pcbResult, DWORD dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %p, %lu, %p, %lu, %p, %#lx)", (void *)hKey, pPaddingInfo, pbHashValue, cbHashValue,
          pbSignature, cbSignature, pcbResult, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(key, sign, key, pPaddingInfo, pbHashValue, cbHashValue, pbSignature, cbSignature, pcbResult,
                         dwFlags);
    object_release(key);
    return finish(__func__, status);
}

static SECURITY_STATUS verify(struct object *key, void *padding, PBYTE hash, DWORD hash_size, PBYTE signature,
                              DWORD signature_size, DWORD flags)
{
    return CALL(key, VerifySignature, key->provider->inner, key->inner, padding, hash, hash_size, signature,
                signature_size, flags);
}

SECURITY_STATUS WINAPI NCryptVerifySignature(NCRYPT_KEY_HANDLE hKey, VOID *pPaddingInfo, PBYTE pbHashValue,
        DWORD cbHashValue, PBYTE pbSignature, DWORD cbSignature, DWORD dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %p, %lu, %p, %lu, %#lx)", (void *)hKey, pPaddingInfo, pbHashValue, cbHashValue, pbSignature,
          cbSignature, dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(key, verify, key, pPaddingInfo, pbHashValue, cbHashValue, pbSignature, cbSignature, dwFlags);
    object_release(key);
    return finish(__func__, status);
}
