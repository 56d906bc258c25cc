/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptFindCertificateKeyProvInfo: which stored key belongs to a certificate? Ours are asked first, by their public
 * keys; then Wine looks through the CAPI containers. */
#include "bridge.h"

/* Gives the certificate the property that names the key. */
static BOOL link_key(PCCERT_CONTEXT cert, const NCryptKeyName *name, DWORD scope)
{
    CRYPT_KEY_PROV_INFO info =
    {
        .pwszContainerName = name->pszName,
        .pwszProvName = (WCHAR *)MS_KEY_STORAGE_PROVIDER,
        .dwFlags = scope,
        .dwKeySpec = name->dwLegacyKeySpec,
    };

    return CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info);
}

static BOOL is_key_of(NCRYPT_PROV_HANDLE provider, const NCryptKeyName *name, DWORD scope, PCCERT_CONTEXT cert)
{
    NCRYPT_KEY_HANDLE key;
    BOOL is_it;

    if (ncrypt()->NCryptOpenKey(provider, &key, name->pszName, name->dwLegacyKeySpec, scope | NCRYPT_SILENT_FLAG))
        return FALSE;
    is_it = has_public_key(key, &cert->pCertInfo->SubjectPublicKeyInfo);
    ncrypt()->NCryptFreeObject(key);
    return is_it;
}

/* scope: 0, or NCRYPT_MACHINE_KEY_FLAG, which CRYPT_KEY_PROV_INFO calls CRYPT_MACHINE_KEYSET. */
static BOOL find_in(NCRYPT_PROV_HANDLE provider, DWORD scope, PCCERT_CONTEXT cert)
{
    NCryptKeyName *name;
    void *state = NULL;
    BOOL found = FALSE;

    while (!found && !ncrypt()->NCryptEnumKeys(provider, NULL, &name, &state, scope | NCRYPT_SILENT_FLAG))
    {
        found = is_key_of(provider, name, scope, cert) && link_key(cert, name, scope);
        ncrypt()->NCryptFreeBuffer(name);
    }
    if (state) ncrypt()->NCryptFreeBuffer(state);
    return found;
}

/* Without one of the two flags both scopes are searched. */
static BOOL find_key(PCCERT_CONTEXT cert, DWORD flags)
{
    BOOL user = !(flags & CRYPT_FIND_MACHINE_KEYSET_FLAG) || (flags & CRYPT_FIND_USER_KEYSET_FLAG);
    BOOL machine = !(flags & CRYPT_FIND_USER_KEYSET_FLAG) || (flags & CRYPT_FIND_MACHINE_KEYSET_FLAG);
    NCRYPT_PROV_HANDLE provider;
    BOOL found;

    if (!ncrypt() || ncrypt()->NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0)) return FALSE;
    found = (user && find_in(provider, 0, cert)) || (machine && find_in(provider, NCRYPT_MACHINE_KEY_FLAG, cert));
    ncrypt()->NCryptFreeObject(provider);
    return found;
}

BOOL WINAPI CryptFindCertificateKeyProvInfo(PCCERT_CONTEXT cert, DWORD flags, void *reserved)
{
    DWORD error = GetLastError();

    if (!bridge_is_off && cert && find_key(cert, flags)) return TRUE;
    SetLastError(error);
    return WINE(CryptFindCertificateKeyProvInfo)(cert, flags, reserved);
}
