/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptFindCertificateKeyProvInfo: which stored key belongs to a certificate? Ours are asked first, then those of CAPI
 * containers, each for its public key. What is left goes to Wine, which signs the certificate anew to find out: only
 * the key that has signed it, with the algorithm that the CSP would choose, gives the same. */
#include "bridge.h"

#define CONTAINERS L"Software\\Wine\\Crypto\\RSA"
#define NAME_CHARS 261              /* of the longest container, with NUL */

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

static BOOL is_key_of(NCRYPT_PROV_HANDLE provider, const WCHAR *name, DWORD spec, DWORD scope, PCCERT_CONTEXT cert)
{
    NCRYPT_KEY_HANDLE key;
    BOOL is_it;

    if (ncrypt()->NCryptOpenKey(provider, &key, name, spec, scope | NCRYPT_SILENT_FLAG)) return FALSE;
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
        found = is_key_of(provider, name->pszName, name->dwLegacyKeySpec, scope, cert) && link_key(cert, name, scope);
        ncrypt()->NCryptFreeBuffer(name);
    }
    if (state) ncrypt()->NCryptFreeBuffer(state);
    return found;
}

/* --- containers of CAPI --- */

static BOOL find_in_container(NCRYPT_PROV_HANDLE provider, WCHAR *name, DWORD scope, PCCERT_CONTEXT cert)
{
    CRYPT_KEY_PROV_INFO info = {.pwszContainerName = name, .pwszProvName = (WCHAR *)MS_ENH_RSA_AES_PROV_W,
                                .dwProvType = PROV_RSA_AES, .dwFlags = scope};

    for (info.dwKeySpec = AT_KEYEXCHANGE; info.dwKeySpec <= AT_SIGNATURE; info.dwKeySpec++)
        if (is_key_of(provider, name, info.dwKeySpec, scope, cert))
            return CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info);
    return FALSE;
}

/* As Wine's CSP keeps them, since CAPI lists those of the user alone, and in the ANSI code page. */
static BOOL find_in_containers(NCRYPT_PROV_HANDLE provider, DWORD scope, PCCERT_CONTEXT cert)
{
    DWORD i, size = NAME_CHARS;
    WCHAR name[NAME_CHARS];
    BOOL found = FALSE;
    HKEY key;

    if (RegOpenKeyExW(scope ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER, CONTAINERS, 0, KEY_READ, &key)) return FALSE;
    for (i = 0; !found && !RegEnumKeyExW(key, i, name, &size, NULL, NULL, NULL, NULL); i++, size = NAME_CHARS)
        found = find_in_container(provider, name, scope, cert);
    RegCloseKey(key);
    return found;
}

static BOOL find_in_scope(NCRYPT_PROV_HANDLE provider, DWORD scope, PCCERT_CONTEXT cert)
{
    return find_in(provider, scope, cert) || find_in_containers(provider, scope, cert);
}

/* Without one of the two flags both scopes are searched. */
static BOOL find_key(PCCERT_CONTEXT cert, DWORD flags)
{
    BOOL user = !(flags & CRYPT_FIND_MACHINE_KEYSET_FLAG) || (flags & CRYPT_FIND_USER_KEYSET_FLAG);
    BOOL machine = !(flags & CRYPT_FIND_USER_KEYSET_FLAG) || (flags & CRYPT_FIND_MACHINE_KEYSET_FLAG);
    NCRYPT_PROV_HANDLE provider;
    BOOL found;

    if (!ncrypt() || ncrypt()->NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0)) return FALSE;
    found = (user && find_in_scope(provider, 0, cert))
            || (machine && find_in_scope(provider, NCRYPT_MACHINE_KEY_FLAG, cert));
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
