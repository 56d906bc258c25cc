/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CertFindCertificateInStore for CERT_FIND_HAS_PRIVATE_KEY, which Wine does not have. */
#include "bridge.h"

#ifndef CERT_COMPARE_HAS_PRIVATE_KEY
#define CERT_COMPARE_HAS_PRIVATE_KEY 21
#endif

static BOOL has_property(PCCERT_CONTEXT cert, DWORD id)
{
    DWORD size = 0;

    return WINE(CertGetCertificateContextProperty)(cert, id, NULL, &size);
}

PCCERT_CONTEXT WINAPI CertFindCertificateInStore(HCERTSTORE store, DWORD encoding, DWORD flags, DWORD type,
                                                 const void *para, PCCERT_CONTEXT previous)
{
    PCCERT_CONTEXT cert = previous;

    if (bridge_is_off || type >> CERT_COMPARE_SHIFT != CERT_COMPARE_HAS_PRIVATE_KEY)
        return WINE(CertFindCertificateInStore)(store, encoding, flags, type, para, previous);
    while ((cert = WINE(CertEnumCertificatesInStore)(store, cert)))
        if (has_property(cert, CERT_KEY_PROV_INFO_PROP_ID) || has_property(cert, CERT_KEY_CONTEXT_PROP_ID)) return cert;
    SetLastError(CRYPT_E_NOT_FOUND);
    return NULL;
}
