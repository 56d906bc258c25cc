/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CertFindChainInStore: which certificates could a client show to a server that trusts these issuers? Chromium looks
 * for its client certificates so. A stub in every Wine. */
#include "bridge.h"

static BOOL has_property(PCCERT_CONTEXT cert, DWORD id)
{
    DWORD size;

    return WINE(CertGetCertificateContextProperty)(cert, id, NULL, &size);
}

static BOOL has_key(PCCERT_CONTEXT cert)
{
    return has_property(cert, CERT_KEY_PROV_INFO_PROP_ID) || has_property(cert, CERT_KEY_CONTEXT_PROP_ID);
}

/* An empty list means any usage when the last error is CRYPT_E_NOT_FOUND, and none otherwise. */
static BOOL allows(const CERT_ENHKEY_USAGE *usages, const char *wanted, DWORD error)
{
    DWORD i;

    if (!usages->cUsageIdentifier) return error == (DWORD)CRYPT_E_NOT_FOUND;
    for (i = 0; i < usages->cUsageIdentifier; i++)
        if (!lstrcmpA(usages->rgpszUsageIdentifier[i], wanted)) return TRUE;
    return FALSE;
}

static BOOL may_be_used_for(PCCERT_CONTEXT cert, const char *usage)
{
    CERT_ENHKEY_USAGE *usages;
    BOOL allowed = FALSE;
    DWORD size;

    if (!usage) return TRUE;
    if (!WINE(CertGetEnhancedKeyUsage)(cert, 0, NULL, &size)) return GetLastError() == (DWORD)CRYPT_E_NOT_FOUND;
    if (!(usages = allocate(size))) return FALSE;
    SetLastError(ERROR_SUCCESS);
    if (WINE(CertGetEnhancedKeyUsage)(cert, 0, usages, &size)) allowed = allows(usages, usage, GetLastError());
    release(usages);
    return allowed;
}

static BOOL is_issued_by(const CERT_SIMPLE_CHAIN *chain, DWORD encoding, CERT_NAME_BLOB *issuer)
{
    DWORD i;

    for (i = 0; i < chain->cElement; i++)
        if (WINE(CertCompareCertificateName)(encoding, issuer, &chain->rgpElement[i]->pCertContext->pCertInfo->Issuer))
            return TRUE;
    return FALSE;
}

/* No issuers: any will do. */
static BOOL leads_to_issuer(PCCERT_CHAIN_CONTEXT chain, DWORD encoding, const CERT_CHAIN_FIND_BY_ISSUER_PARA *para)
{
    DWORD i, k;

    for (i = 0; i < para->cIssuer; i++)
        for (k = 0; k < chain->cChain; k++)
            if (is_issued_by(chain->rgpChain[k], encoding, &para->rgIssuer[i])) return TRUE;
    return !para->cIssuer;
}

/* NULL: the certificate does not fit. */
static PCCERT_CHAIN_CONTEXT chain_of(HCERTSTORE store, DWORD encoding, DWORD flags,
                                     const CERT_CHAIN_FIND_BY_ISSUER_PARA *para, PCCERT_CONTEXT cert)
{
    CERT_CHAIN_PARA how = {.cbSize = sizeof(how)};
    PCCERT_CHAIN_CONTEXT chain;

    if (!(flags & CERT_CHAIN_FIND_BY_ISSUER_NO_KEY_FLAG) && !has_key(cert)) return NULL;
    if (!may_be_used_for(cert, para->pszUsageIdentifier)) return NULL;
    if (para->pfnFindCallback && !para->pfnFindCallback(cert, para->pvFindArg)) return NULL;
    if (!WINE(CertGetCertificateChain)(NULL, cert, NULL, store, &how, CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL, NULL,
                                       &chain))
        return NULL;
    if (leads_to_issuer(chain, encoding, para)) return chain;
    WINE(CertFreeCertificateChain)(chain);
    return NULL;
}

/* The context in the store from which an earlier chain was built: the search goes on behind it. */
static PCCERT_CONTEXT resume_after(HCERTSTORE store, DWORD encoding, PCCERT_CHAIN_CONTEXT previous)
{
    PCCERT_CONTEXT cert;

    if (!previous) return NULL;
    cert = WINE(CertFindCertificateInStore)(store, encoding, 0, CERT_FIND_EXISTING,
                                            previous->rgpChain[0]->rgpElement[0]->pCertContext, NULL);
    WINE(CertFreeCertificateChain)(previous);
    return cert;
}

PCCERT_CHAIN_CONTEXT WINAPI CertFindChainInStore(HCERTSTORE store, DWORD encoding, DWORD flags, DWORD type,
                                                 const void *parameter, PCCERT_CHAIN_CONTEXT previous)
{
    const CERT_CHAIN_FIND_BY_ISSUER_PARA *para = parameter;
    PCCERT_CHAIN_CONTEXT chain = NULL;
    PCCERT_CONTEXT cert;

    if (bridge_is_off) return WINE(CertFindChainInStore)(store, encoding, flags, type, parameter, previous);
    TRACE("(%p, %#lx, %#lx, %lu, %p, %p)", store, encoding, flags, type, parameter, previous);
    if (type != CERT_CHAIN_FIND_BY_ISSUER || !para
        || para->cbSize < FIELD_OFFSET(CERT_CHAIN_FIND_BY_ISSUER_PARA, pvFindArg) + sizeof(para->pvFindArg))
    {
        SetLastError(E_INVALIDARG);
        return NULL;
    }
    cert = resume_after(store, encoding, previous);
    while (!chain && (cert = WINE(CertEnumCertificatesInStore)(store, cert)))
        chain = chain_of(store, encoding, flags, para, cert);
    if (cert) WINE(CertFreeCertificateContext)(cert);
    if (!chain) SetLastError(CRYPT_E_NOT_FOUND);
    return chain;
}
