/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the topics about PKCS #12 files share: imports, the key of an imported certificate, and its end. */
#ifndef CRYPT32_PFX_TEST_H
#define CRYPT32_PFX_TEST_H

#include "crypt32_test.h"

#define MACHINE CRYPT_MACHINE_KEYSET
#define ANY_CNG (PKCS12_PREFER_CNG_KSP | PKCS12_ALWAYS_CNG_KSP)
#define IN_MEMORY PKCS12_NO_PERSIST_KEY

/* Every way to import: the first four are those of .NET, Kestrel among them. */
static const DWORD import_flags[] =
{
    0,
    CRYPT_EXPORTABLE | CRYPT_USER_KEYSET,
    PKCS12_ALWAYS_CNG_KSP | IN_MEMORY | CRYPT_EXPORTABLE,
    MACHINE | CRYPT_EXPORTABLE,
    IN_MEMORY | CRYPT_EXPORTABLE,
    PKCS12_PREFER_CNG_KSP,
    PKCS12_ALWAYS_CNG_KSP | CRYPT_EXPORTABLE,
    PKCS12_ALWAYS_CNG_KSP | MACHINE,
    PKCS12_PREFER_CNG_KSP | IN_MEMORY,
    PKCS12_IMPORT_SILENT | PKCS12_INCLUDE_EXTENDED_PROPERTIES,
};

static inline HCERTSTORE import_pfx(const CRYPT_DATA_BLOB *pfx, const WCHAR *password, DWORD flags)
{
    CRYPT_DATA_BLOB copy = *pfx;

    return PFXImportCertStore(&copy, password, flags);
}

static inline CRYPT_KEY_PROV_INFO *prov_info(PCCERT_CONTEXT cert)
{
    static BYTE buffer[2048];
    DWORD size = sizeof(buffer);

    return CertGetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, buffer, &size) ? (void *)buffer : NULL;
}

static inline BOOL names_key(PCCERT_CONTEXT cert)
{
    return has_property(cert, CERT_KEY_PROV_INFO_PROP_ID) || has_property(cert, CERT_KEY_CONTEXT_PROP_ID);
}

/* The first certificate that has a key; free it. */
static inline PCCERT_CONTEXT cert_with_key(HCERTSTORE store)
{
    PCCERT_CONTEXT cert = NULL;

    while ((cert = CertEnumCertificatesInStore(store, cert))) if (names_key(cert)) break;
    return cert;
}

static inline DWORD count_certs(HCERTSTORE store)
{
    PCCERT_CONTEXT cert = NULL;
    DWORD count = 0;

    while ((cert = CertEnumCertificatesInStore(store, cert))) count++;
    return count;
}

static inline BOOL is_public_key_of(PCCERT_CONTEXT cert, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, DWORD spec)
{
    BYTE buffer[4096];
    CERT_PUBLIC_KEY_INFO *info = (void *)buffer;
    DWORD size = sizeof(buffer);

    check_capi(CryptExportPublicKeyInfo(key, spec == CERT_NCRYPT_KEY_SPEC ? 0 : spec, X509_ASN_ENCODING, info, &size));
    return CertComparePublicKeyInfo(X509_ASN_ENCODING, info, &cert->pCertInfo->SubjectPublicKeyInfo);
}

/* What is left of an import goes: the key, and what lies in the store. */
static inline void remove_key_of(PCCERT_CONTEXT cert)
{
    CRYPT_KEY_PROV_INFO *info = prov_info(cert);
    NCRYPT_PROV_HANDLE provider;

    if (!info) return;
    if (info->dwProvType) remove_container(info->pwszContainerName, info->dwFlags & MACHINE);
    else
    {
        provider = open_provider();
        check_success(open_status(provider, info->pwszContainerName, info->dwFlags & MACHINE));
        remove_key(provider, info->pwszContainerName, info->dwFlags & MACHINE);
        NCryptFreeObject(provider);
    }
}

static inline void end_import(HCERTSTORE store)
{
    PCCERT_CONTEXT cert = NULL;

    if (!store) return;
    while ((cert = CertEnumCertificatesInStore(store, cert))) remove_key_of(cert);
    CertCloseStore(store, 0);
}

/* Where Wine has the containers of user and machine: CAPI does not enumerate those of the machine. */
static inline DWORD count_containers(HKEY root)
{
    DWORD count = 0;
    HKEY key;

    if (RegOpenKeyExW(root, L"Software\\Wine\\Crypto\\RSA", 0, KEY_READ, &key)) return 0;
    RegQueryInfoKeyW(key, NULL, NULL, NULL, &count, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
    RegCloseKey(key);
    return count;
}

/* In the key store, of user or machine. */
static inline DWORD count_keys(DWORD machine)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCryptKeyName *name;
    void *state = NULL;
    DWORD count = 0;

    for (; !NCryptEnumKeys(provider, NULL, &name, &state, machine); count++) NCryptFreeBuffer(name);
    if (state) NCryptFreeBuffer(state);
    NCryptFreeObject(provider);
    return count;
}

static inline DWORD count_all_keys(void)
{
    return count_keys(0) + count_keys(MACHINE) + count_containers(HKEY_CURRENT_USER)
           + count_containers(HKEY_LOCAL_MACHINE);
}

/* A copy of the whole file, to be freed by free. */
static inline CRYPT_DATA_BLOB export_store(HCERTSTORE store, const WCHAR *password, DWORD flags)
{
    CRYPT_DATA_BLOB pfx = { 0, NULL };
    DWORD size;

    check_capi(PFXExportCertStoreEx(store, &pfx, password, NULL, flags));
    size = pfx.cbData;
    pfx.pbData = malloc(size + 1);
    check_capi(PFXExportCertStoreEx(store, &pfx, password, NULL, flags));
    ok(pfx.cbData == size, "size %lu, was %lu\n", pfx.cbData, size);
    return pfx;
}

#endif
