/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Whose signature it is: the key, and the certificates that go into the message. */
#include "mssign32.h"

#include <ncrypt.h>

static HRESULT last_error(void)
{
    return HRESULT_FROM_WIN32(GetLastError());
}

/* --- certificates --- */

static BOOL is_root(PCCERT_CONTEXT cert)
{
    return CertCompareCertificateName(X509_ASN_ENCODING, &cert->pCertInfo->Issuer, &cert->pCertInfo->Subject);
}

static BOOL add(HCERTSTORE store, PCCERT_CONTEXT cert)
{
    return CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_USE_EXISTING, NULL);
}

static HRESULT add_chain(const SIGNER_CERT_STORE_INFO *info, HCERTSTORE store)
{
    CERT_CHAIN_PARA para = {.cbSize = sizeof(para)};
    const CERT_CHAIN_CONTEXT *chain;
    const CERT_SIMPLE_CHAIN *simple;
    BOOL added = TRUE;
    DWORD i;

    if (!CertGetCertificateChain(NULL, info->pSigningCert, NULL, info->hCertStore, &para, 0, NULL, &chain))
        return last_error();
    simple = chain->rgpChain[0];
    for (i = 1; added && i < simple->cElement; i++)
        if ((info->dwCertPolicy & SIGNER_CERT_POLICY_CHAIN) || !is_root(simple->rgpElement[i]->pCertContext))
            added = add(store, simple->rgpElement[i]->pCertContext);
    CertFreeCertificateChain(chain);
    return added ? S_OK : last_error();
}

static HRESULT add_store(HCERTSTORE from, HCERTSTORE store)
{
    PCCERT_CONTEXT cert = NULL;

    while ((cert = CertEnumCertificatesInStore(from, cert)))
        if (!add(store, cert))
        {
            CertFreeCertificateContext(cert);
            return last_error();
        }
    return S_OK;
}

static HRESULT add_all(const SIGNER_CERT_STORE_INFO *info, HCERTSTORE store)
{
    HRESULT hr = S_OK;

    if (!add(store, info->pSigningCert)) return last_error();
    if (info->dwCertPolicy & (SIGNER_CERT_POLICY_CHAIN | SIGNER_CERT_POLICY_CHAIN_NO_ROOT)) hr = add_chain(info, store);
    if (SUCCEEDED(hr) && (info->dwCertPolicy & SIGNER_CERT_POLICY_STORE) && info->hCertStore)
        hr = add_store(info->hCertStore, store);
    return hr;
}

HRESULT collect_certificates(const SIGNER_CERT_STORE_INFO *info, HCERTSTORE *store)
{
    HRESULT hr;

    if (!(*store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL))) return last_error();
    if (SUCCEEDED(hr = add_all(info, *store))) return hr;
    CertCloseStore(*store, 0);
    return hr;
}

/* --- the key --- */

static HRESULT open_container(const SIGNER_PROVIDER_INFO *provider, struct signing_key *key)
{
    if (!CryptAcquireContextW(&key->handle, provider->pwszKeyContainer, provider->pwszProviderName,
                              provider->dwProviderType, 0))
        return last_error();
    key->spec = provider->dwKeySpec;
    return S_OK;
}

static HRESULT open_stored_key(const SIGNER_PROVIDER_INFO *provider, struct signing_key *key)
{
    NCRYPT_PROV_HANDLE storage;
    SECURITY_STATUS status;

    if ((status = NCryptOpenStorageProvider(&storage, provider->pwszProviderName, 0))) return status;
    status = NCryptOpenKey(storage, &key->handle, provider->pwszKeyContainer, provider->dwKeySpec, 0);
    NCryptFreeObject(storage);
    key->spec = CERT_NCRYPT_KEY_SPEC;
    return status;
}

/* SignTool gives a structure without names when the certificate is to say where its key is. */
static BOOL names_key(const SIGNER_PROVIDER_INFO *provider)
{
    return provider && provider->pwszKeyContainer && *provider->pwszKeyContainer;
}

HRESULT acquire_signing_key(PCCERT_CONTEXT cert, const SIGNER_PROVIDER_INFO *provider, struct signing_key *key)
{
    HRESULT hr;

    ZeroMemory(key, sizeof(*key));
    if (!names_key(provider))
        return CryptAcquireCertificatePrivateKey(cert, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG, NULL, &key->handle,
                                                 &key->spec, &key->must_free)
                   ? S_OK
                   : last_error();
    if (provider->dwPvkChoice != PVK_TYPE_KEYCONTAINER) return E_NOTIMPL;
    hr = provider->dwProviderType ? open_container(provider, key) : open_stored_key(provider, key);
    key->must_free = SUCCEEDED(hr);
    return hr;
}

void release_key(const struct signing_key *key)
{
    if (!key->must_free) return;
    if (key->spec == CERT_NCRYPT_KEY_SPEC) NCryptFreeObject(key->handle);
    else CryptReleaseContext(key->handle, 0);
}
