/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CertFindChainInStore: which certificates could a client show to a server that trusts these issuers? Chromium looks
 * for its client certificates so. A stub in every Wine. */
#include "bridge.h"

static BOOL has_property(PCCERT_CONTEXT cert, DWORD id)
{
    DWORD size;

    return WINE(CertGetCertificateContextProperty)(cert, id, NULL, &size);
}

/* Has the certificate a key, and with CERT_CHAIN_FIND_BY_ISSUER_COMPARE_KEY_FLAG the right one? */
static BOOL has_key(PCCERT_CONTEXT cert, DWORD flags)
{
    DWORD how = CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_COMPARE_KEY_FLAG | CRYPT_ACQUIRE_SILENT_FLAG;
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key;
    BOOL must_free = FALSE;
    DWORD spec;

    if (!(flags & CERT_CHAIN_FIND_BY_ISSUER_COMPARE_KEY_FLAG))
        return has_property(cert, CERT_KEY_PROV_INFO_PROP_ID) || has_property(cert, CERT_KEY_CONTEXT_PROP_ID);
    if (!acquire_key(cert, how, NULL, &key, &spec, &must_free)) return FALSE;
    if (must_free) free_acquired(key);
    return TRUE;
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

    if (!(flags & CERT_CHAIN_FIND_BY_ISSUER_NO_KEY_FLAG) && !has_key(cert, flags)) return NULL;
    if (!may_be_used_for(cert, para->pszUsageIdentifier)) return NULL;
    if (para->pfnFindCallback && !para->pfnFindCallback(cert, para->pvFindArg)) return NULL;
    if (!WINE(CertGetCertificateChain)(NULL, cert, NULL, store, &how, CERT_CHAIN_CACHE_ONLY_URL_RETRIEVAL, NULL,
                                       &chain))
        return NULL;
    if (leads_to_issuer(chain, encoding, para)) return chain;
    WINE(CertFreeCertificateChain)(chain);
    return NULL;
}

/* The same certificate may be in a store more than once, and each context that a collection gives has an address of its
 * own: what tells them apart is where Wine has the encoded bytes. */
static PCCERT_CONTEXT find_context(HCERTSTORE store, DWORD encoding, PCCERT_CONTEXT wanted)
{
    PCCERT_CONTEXT cert = NULL;

    while ((cert = WINE(CertEnumCertificatesInStore)(store, cert)))
        if (cert->pbCertEncoded == wanted->pbCertEncoded) return cert;
    return WINE(CertFindCertificateInStore)(store, encoding, 0, CERT_FIND_EXISTING, wanted, NULL);
}

/* The search goes on behind the context from which an earlier chain was built. */
static PCCERT_CONTEXT resume_after(HCERTSTORE store, DWORD encoding, PCCERT_CHAIN_CONTEXT previous)
{
    PCCERT_CONTEXT cert;

    if (!previous) return NULL;
    cert = find_context(store, encoding, previous->rgpChain[0]->rgpElement[0]->pCertContext);
    WINE(CertFreeCertificateChain)(previous);
    return cert;
}

static PCCERT_CHAIN_CONTEXT find_chain(HCERTSTORE store, DWORD encoding, DWORD flags,
                                       const CERT_CHAIN_FIND_BY_ISSUER_PARA *para, PCCERT_CHAIN_CONTEXT previous)
{
    PCCERT_CONTEXT cert = resume_after(store, encoding, previous);
    PCCERT_CHAIN_CONTEXT chain = NULL;

    while (!chain && (cert = WINE(CertEnumCertificatesInStore)(store, cert)))
        chain = chain_of(store, encoding, flags, para, cert);
    if (cert) WINE(CertFreeCertificateContext)(cert);
    if (!chain) SetLastError(CRYPT_E_NOT_FOUND);
    return chain;
}

/* The earlier chain is freed in any case. */
PCCERT_CHAIN_CONTEXT WINAPI CertFindChainInStore(HCERTSTORE store, DWORD encoding, DWORD flags, DWORD type,
                                                 const void *parameter, PCCERT_CHAIN_CONTEXT previous)
{
    const CERT_CHAIN_FIND_BY_ISSUER_PARA *para = parameter;

    if (bridge_is_off) return WINE(CertFindChainInStore)(store, encoding, flags, type, parameter, previous);
    TRACE("(%p, %#lx, %#lx, %lu, %p, %p)", store, encoding, flags, type, parameter, previous);
    if (type == CERT_CHAIN_FIND_BY_ISSUER && para
        && para->cbSize >= FIELD_OFFSET(CERT_CHAIN_FIND_BY_ISSUER_PARA, pvFindArg) + sizeof(para->pvFindArg))
        return find_chain(store, encoding, flags, para, previous);
    if (previous) WINE(CertFreeCertificateChain)(previous);
    SetLastError(E_INVALIDARG);
    return NULL;
}
