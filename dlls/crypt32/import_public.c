/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptImportPublicKeyInfoEx2: the public key of a certificate as a key of bcrypt.dll. Wine is asked first; it knows
 * what its version knows. EC keys are for signatures unless the caller says encryption. */
#include "bridge.h"

#ifndef CRYPT_OID_INFO_PUBKEY_ENCRYPT_KEY_FLAG
#define CRYPT_OID_INFO_PUBKEY_ENCRYPT_KEY_FLAG 0x40000000
#endif

static SECURITY_STATUS import_with(const WCHAR *algorithm, const struct public_blob *public, BCRYPT_KEY_HANDLE *key)
{
    BCRYPT_ALG_HANDLE provider;
    NTSTATUS status;

    if (BCryptOpenAlgorithmProvider(&provider, algorithm, NULL, 0)) return NTE_NOT_SUPPORTED;
    status = BCryptImportKeyPair(provider, NULL, public->type, key, public->blob.data, public->blob.used, 0);
    BCryptCloseAlgorithmProvider(provider, 0);
    return status ? NTE_NOT_SUPPORTED : ERROR_SUCCESS;
}

static SECURITY_STATUS import(const CERT_PUBLIC_KEY_INFO *info, BOOL for_encryption, BCRYPT_KEY_HANDLE *key)
{
    struct public_blob public;
    SECURITY_STATUS status = read_public_key(info, for_encryption, &public);

    if (!status) status = public.curve ? NTE_NOT_SUPPORTED : import_with(public.algorithm, &public, key);
    der_free(&public.blob);
    return status;
}

BOOL WINAPI CryptImportPublicKeyInfoEx2(DWORD encoding, PCERT_PUBLIC_KEY_INFO info, DWORD flags, void *aux,
                                        BCRYPT_KEY_HANDLE *key)
{
    SECURITY_STATUS status;

    if (WINE(CryptImportPublicKeyInfoEx2)(encoding, info, flags, aux, key)) return TRUE;
    if (bridge_is_off || !info || !key) return FALSE;
    status = import(info, (flags & CRYPT_OID_INFO_PUBKEY_ENCRYPT_KEY_FLAG) != 0, key);
    return status ? fail(status) : TRUE;
}
