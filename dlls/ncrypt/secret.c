/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Secret agreement and key derivation. */
#include "ncrypt_private.h"

static SECURITY_STATUS agree(struct object *private, struct object *public, NCRYPT_SECRET_HANDLE *result,
                             DWORD flags)
{
    struct object *secret;
    SECURITY_STATUS status;

    if (private->module != public->module) return NTE_INVALID_PARAMETER;
    if (!(secret = object_new(OBJECT_SECRET, private->module, private->provider))) return NTE_NO_MEMORY;
    status = CALL(secret, SecretAgreement, secret->provider->inner, private->inner, public->inner, &secret->inner,
                  flags);
    if (status) object_discard(secret);
    else *result = object_publish(secret);
    return status;
}

SECURITY_STATUS WINAPI NCryptSecretAgreement(NCRYPT_KEY_HANDLE hPrivKey, NCRYPT_KEY_HANDLE hPubKey,
        NCRYPT_SECRET_HANDLE *phAgreedSecret, DWORD dwFlags)
{
    struct object *private, *public;
    SECURITY_STATUS status = NTE_INVALID_HANDLE;

    TRACE("(%p, %p, %p, %#lx)", (void *)hPrivKey, (void *)hPubKey, phAgreedSecret, dwFlags);

    if (phAgreedSecret) *phAgreedSecret = 0;
    if (!(private = object_grab(hPrivKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    if ((public = object_grab(hPubKey, OBJECT_KEY)))
    {
        if (phAgreedSecret) status = agree(private, public, phAgreedSecret, dwFlags);
        else status = NTE_INVALID_PARAMETER;
        object_release(public);
    }
    object_release(private);
    return finish(__func__, status);
}

SECURITY_STATUS WINAPI NCryptDeriveKey(NCRYPT_SECRET_HANDLE hSharedSecret, LPCWSTR pwszKDF,
        NCryptBufferDesc *pParameterList, PBYTE pbDerivedKey, DWORD cbDerivedKey, DWORD *pcbResult,
        ULONG dwFlags)
{
    struct object *secret;
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;
    DWORD size = 0;

    TRACE("(%p, %ls, %p, %p, %lu, %p, %#lx)", (void *)hSharedSecret, pwszKDF, pParameterList, pbDerivedKey,
          cbDerivedKey, pcbResult, dwFlags);

    if (!(secret = object_grab(hSharedSecret, OBJECT_SECRET))) return finish(__func__, NTE_INVALID_HANDLE);
    if (pwszKDF && pcbResult)
    {
        status = CALL(secret, DeriveKey, secret->provider->inner, secret->inner, pwszKDF, pParameterList,
                      pbDerivedKey, cbDerivedKey, &size, dwFlags);
        give_size(status, size, pcbResult);
    }
    object_release(secret);
    return finish(__func__, status);
}

SECURITY_STATUS WINAPI NCryptKeyDerivation(NCRYPT_KEY_HANDLE hKey, NCryptBufferDesc *pParameterList,
        PUCHAR pbDerivedKey, DWORD cbDerivedKey, DWORD *pcbResult, ULONG dwFlags)
{
    struct object *key;
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;
    DWORD size = 0;

    TRACE("(%p, %p, %p, %lu, %p, %#lx)", (void *)hKey, pParameterList, pbDerivedKey, cbDerivedKey, pcbResult,
          dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    if (pbDerivedKey && pcbResult)
    {
        status = CALL(key, KeyDerivation, key->provider->inner, key->inner, pParameterList, pbDerivedKey,
                      cbDerivedKey, &size, dwFlags);
        give_size(status, size, pcbResult);
    }
    object_release(key);
    return finish(__func__, status);
}
