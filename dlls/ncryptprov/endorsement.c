/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Certificates of a TPM's endorsement keys, as properties whose value is an HCERTSTORE that the caller closes (row
 * T.17). The engine gives the certificate. */
#include "ksp.h"
#include "late_crypt32.h"

BOOL is_certificate_store(LPCWSTR name)
{
    static const WCHAR *const names[] =
    {
        NCRYPT_PCP_EKCERT_PROPERTY, NCRYPT_PCP_EKNVCERT_PROPERTY,
        NCRYPT_PCP_RSA_EKCERT_PROPERTY, NCRYPT_PCP_RSA_EKNVCERT_PROPERTY,
        NCRYPT_PCP_ECC_EKCERT_PROPERTY, NCRYPT_PCP_ECC_EKNVCERT_PROPERTY,
    };
    DWORD i;

    for (i = 0; name && i < ARRAYSIZE(names); i++) if (!lstrcmpW(name, names[i])) return TRUE;
    return FALSE;
}

static SECURITY_STATUS open_store(const BYTE *certificate, DWORD size, HCERTSTORE *store)
{
    if (!load_crypt32()) return NTE_PROVIDER_DLL_FAIL;
    if (!(*store = crypt32.CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL))) return NTE_NO_MEMORY;
    if (crypt32.CertAddEncodedCertificateToStore(*store, X509_ASN_ENCODING, certificate, size, CERT_STORE_ADD_ALWAYS,
                                                 NULL)) return ERROR_SUCCESS;
    crypt32.CertCloseStore(*store, 0);
    return NTE_BAD_DATA;
}

static SECURITY_STATUS give_store(UINT64 object, LPCWSTR name, DWORD length, PBYTE output, DWORD flags)
{
    SECURITY_STATUS status;
    HCERTSTORE store;
    BYTE *certificate;

    if (!(certificate = HeapAlloc(GetProcessHeap(), 0, length))) return NTE_NO_MEMORY;
    status = get_property(object, name, certificate, length, &length, flags);
    if (!status) status = open_store(certificate, length, &store);
    if (!status) CopyMemory(output, &store, sizeof(store));
    HeapFree(GetProcessHeap(), 0, certificate);
    return status;
}

SECURITY_STATUS get_certificate_store(UINT64 object, LPCWSTR name, PBYTE output, DWORD size, DWORD *result,
        DWORD flags)
{
    SECURITY_STATUS status;
    DWORD length;

    if ((status = get_property(object, name, NULL, 0, &length, flags))) return status;
    *result = sizeof(HCERTSTORE);
    if (!output) return ERROR_SUCCESS;
    return size < sizeof(HCERTSTORE) ? NTE_BUFFER_TOO_SMALL : give_store(object, name, length, output, flags);
}
