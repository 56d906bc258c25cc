/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Secret agreement and key derivation. */
#include "ncrypt_private.h"

static void end_secret(struct object *secret)
{
    CALL(secret, FreeSecret, secret->provider->inner, secret->inner);
}

static SECURITY_STATUS agree_new(struct object *secret, struct object *private, struct object *public, DWORD flags)
{
    return CALL(secret, SecretAgreement, secret->provider->inner, private->inner, public->inner, &secret->inner, flags);
}

static SECURITY_STATUS agree(struct object *private, struct object *public, NCRYPT_SECRET_HANDLE *result,
                             DWORD flags)
{
    struct object *secret;
    SECURITY_STATUS status;

    if (private->module != public->module) return NTE_INVALID_PARAMETER;
    if (!(secret = object_new(OBJECT_SECRET, end_secret, private->module, private->provider))) return object_shortage();
    status = WITH_NEW_OBJECT(secret, agree_new, secret, private, public, flags);
    if (status) object_discard(secret);
    else *result = object_publish(secret);
    return status;
}

static SECURITY_STATUS agree_with(struct object *private, NCRYPT_KEY_HANDLE public_handle,
                                  NCRYPT_SECRET_HANDLE *result, DWORD flags)
{
    struct object *public = object_grab(public_handle, OBJECT_KEY);
    SECURITY_STATUS status = NTE_INVALID_PARAMETER;

    if (!public) return NTE_INVALID_HANDLE;
    if (result) status = WITH_OBJECT(public, agree, private, public, result, flags);
    object_release(public);
    return status;
}

SECURITY_STATUS WINAPI NCryptSecretAgreement(NCRYPT_KEY_HANDLE hPrivKey, NCRYPT_KEY_HANDLE hPubKey,
        NCRYPT_SECRET_HANDLE *phAgreedSecret, DWORD dwFlags)
{
    struct object *private;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %p, %#lx)", (void *)hPrivKey, (void *)hPubKey, phAgreedSecret, dwFlags);

    if (phAgreedSecret) *phAgreedSecret = 0;
    if (!(private = object_grab(hPrivKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(private, agree_with, private, hPubKey, phAgreedSecret, dwFlags);
    object_release(private);
    return finish(__func__, status);
}

static SECURITY_STATUS derive(struct object *secret, const WCHAR *kdf, NCryptBufferDesc *params, PBYTE output,
                              DWORD output_size, DWORD *result, ULONG flags)
{
    SECURITY_STATUS status;
    DWORD size = 0;

    if (!kdf || !result) return NTE_INVALID_PARAMETER;
    status = CALL(secret, DeriveKey, secret->provider->inner, secret->inner, kdf, params, output, output_size, &size,
                  flags);
    return give_size(status, size, result);
}

SECURITY_STATUS WINAPI NCryptDeriveKey(NCRYPT_SECRET_HANDLE hSharedSecret, LPCWSTR pwszKDF,
        NCryptBufferDesc *pParameterList, PBYTE pbDerivedKey, DWORD cbDerivedKey, DWORD *pcbResult,
        ULONG dwFlags)
{
    struct object *secret;
    SECURITY_STATUS status;

    TRACE("(%p, %ls, %p, %p, %lu, %p, %#lx)", (void *)hSharedSecret, pwszKDF, pParameterList, pbDerivedKey,
          cbDerivedKey, pcbResult, dwFlags);

    if (!(secret = object_grab(hSharedSecret, OBJECT_SECRET))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(secret, derive, secret, pwszKDF, pParameterList, pbDerivedKey, cbDerivedKey, pcbResult,
                         dwFlags);
    object_release(secret);
    return finish(__func__, status);
}

static SECURITY_STATUS derive_from_key(struct object *key, NCryptBufferDesc *params, PUCHAR output, DWORD output_size,
                                       DWORD *result, ULONG flags)
{
    SECURITY_STATUS status;
    DWORD size = 0;

    if (!output || !result) return NTE_INVALID_PARAMETER;
    status = CALL(key, KeyDerivation, key->provider->inner, key->inner, params, output, output_size, &size, flags);
    return give_size(status, size, result);
}

SECURITY_STATUS WINAPI NCryptKeyDerivation(NCRYPT_KEY_HANDLE hKey, NCryptBufferDesc *pParameterList,
        PUCHAR pbDerivedKey, DWORD cbDerivedKey, DWORD *pcbResult, ULONG dwFlags)
{
    struct object *key;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %p, %lu, %p, %#lx)", (void *)hKey, pParameterList, pbDerivedKey, cbDerivedKey, pcbResult,
          dwFlags);

    if (!(key = object_grab(hKey, OBJECT_KEY))) return finish(__func__, NTE_INVALID_HANDLE);
    status = WITH_OBJECT(key, derive_from_key, key, pParameterList, pbDerivedKey, cbDerivedKey, pcbResult, dwFlags);
    object_release(key);
    return finish(__func__, status);
}
