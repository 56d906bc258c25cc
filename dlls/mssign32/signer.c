/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SignerSign and its relatives. What they cannot do - time stamps, which need a server, nested signatures, hashes of
 * pages, signatures of a callback, anything but PE files - they refuse with E_NOTIMPL before they touch the file. */
#include "mssign32.h"

static HRESULT sign_image(struct pe_file *pe, const struct signer *signer, const SIGNER_SIGNATURE_INFO *info,
                          struct der *signature)
{
    BYTE hash[LONGEST_HASH];
    HRESULT hr;

    if (FAILED(hr = pe_hash(pe, signer->hash, hash))) return hr;
    if (FAILED(hr = make_signature(signer, info, hash, signature))) return hr;
    return pe_write(pe, signature);
}

/* The image is read before a key is asked for: who signs a text file learns so without a dialog of the key. */
static HRESULT sign_with(struct signer *signer, const SIGNER_FILE_INFO *file, const SIGNER_CERT_STORE_INFO *certificate,
                         const SIGNER_PROVIDER_INFO *provider, const SIGNER_SIGNATURE_INFO *info, struct der *signature)
{
    struct signing_key key = {0};
    struct pe_file pe;
    HRESULT hr = pe_open(file, &pe);

    if (SUCCEEDED(hr)) hr = acquire_signing_key(certificate->pSigningCert, provider, &key);
    signer->key = key.handle;
    signer->key_spec = key.spec;
    if (SUCCEEDED(hr)) hr = sign_image(&pe, signer, info, signature);
    release_key(&key);
    pe_close(&pe);
    return hr;
}

static HRESULT sign_file(const SIGNER_FILE_INFO *file, const SIGNER_CERT_STORE_INFO *certificate,
                         const SIGNER_PROVIDER_INFO *provider, const SIGNER_SIGNATURE_INFO *info, struct der *signature)
{
    struct signer signer = {.cert = certificate->pSigningCert, .hash = find_hash(info->algidHash)};
    HRESULT hr;

    if (!signer.hash) return NTE_BAD_ALGID;
    if (FAILED(hr = collect_certificates(certificate, &signer.certificates))) return hr;
    hr = sign_with(&signer, file, certificate, provider, info, signature);
    CertCloseStore(signer.certificates, 0);
    return hr;
}

/* Takes what signature has. */
static HRESULT give_context(struct der *signature, SIGNER_CONTEXT **context)
{
    if (!context) return S_OK;
    if (!(*context = HeapAlloc(GetProcessHeap(), 0, sizeof(**context)))) return E_OUTOFMEMORY;
    (*context)->cbSize = sizeof(**context);
    (*context)->cbBlob = signature->used;
    (*context)->pbBlob = signature->data;
    ZeroMemory(signature, sizeof(*signature));
    return S_OK;
}

static HRESULT check_arguments(const SIGNER_SUBJECT_INFO *subject, const SIGNER_CERT *cert,
                               const SIGNER_SIGNATURE_INFO *info)
{
    if (!subject || subject->cbSize < sizeof(*subject) || !subject->pSignerFileInfo) return E_INVALIDARG;
    if (!cert || cert->cbSize < FIELD_OFFSET(SIGNER_CERT, hwnd) || !cert->pCertStoreInfo) return E_INVALIDARG;
    if (!info || info->cbSize < sizeof(*info)) return E_INVALIDARG;
    if (subject->dwSubjectChoice != SIGNER_SUBJECT_FILE || cert->dwCertChoice != SIGNER_CERT_STORE) return E_NOTIMPL;
    if (subject->pSignerFileInfo->cbSize < sizeof(SIGNER_FILE_INFO)) return E_INVALIDARG;
    if (cert->pCertStoreInfo->cbSize < sizeof(SIGNER_CERT_STORE_INFO) || !cert->pCertStoreInfo->pSigningCert)
        return E_INVALIDARG;
    return S_OK;
}

static BOOL can_do(DWORD flags, const WCHAR *time_stamp, const CRYPT_ATTRIBUTES *request, const void *digest_sign)
{
    if (time_stamp || request) TRACE("time stamps need a server and are not supported");
    else if (digest_sign || (flags & (SPC_DIGEST_SIGN_FLAG | SPC_DIGEST_SIGN_EX_FLAG)))
        TRACE("no signatures of a callback");
    else if (flags & SIG_APPEND) TRACE("no nested signatures");
    else if (flags & SPC_INC_PE_PAGE_HASHES_FLAG) TRACE("no hashes of pages");
    else return TRUE;
    return FALSE;
}

HRESULT WINAPI SignerSignEx3(DWORD flags, SIGNER_SUBJECT_INFO *subject, SIGNER_CERT *cert, SIGNER_SIGNATURE_INFO *info,
                             SIGNER_PROVIDER_INFO *provider, DWORD time_stamp_flags, const char *time_stamp_algorithm,
                             const WCHAR *time_stamp, CRYPT_ATTRIBUTES *request, void *sip, SIGNER_CONTEXT **context,
                             const CERT_STRONG_SIGN_PARA *policy, const void *digest_sign, void *reserved)
{
    struct der signature = {0};
    HRESULT hr;

    TRACE("(%#lx, %p, %p, %p, %p, %#lx, %p, %ls, %p, %p, %p, %p, %p, %p)", flags, subject, cert, info, provider,
          time_stamp_flags, time_stamp_algorithm, time_stamp, request, sip, context, policy, digest_sign, reserved);
    if (context) *context = NULL;
    if (FAILED(hr = check_arguments(subject, cert, info))) return hr;
    if (!can_do(flags, time_stamp, request, digest_sign)) return E_NOTIMPL;
    hr = sign_file(subject->pSignerFileInfo, cert->pCertStoreInfo, provider, info, &signature);
    if (SUCCEEDED(hr)) hr = give_context(&signature, context);
    der_free(&signature);
    TRACE("%08lx", hr);
    return hr;
}

HRESULT WINAPI SignerSignEx2(DWORD flags, SIGNER_SUBJECT_INFO *subject, SIGNER_CERT *cert, SIGNER_SIGNATURE_INFO *info,
                             SIGNER_PROVIDER_INFO *provider, DWORD time_stamp_flags, const char *time_stamp_algorithm,
                             const WCHAR *time_stamp, CRYPT_ATTRIBUTES *request, void *sip, SIGNER_CONTEXT **context,
                             const CERT_STRONG_SIGN_PARA *policy, void *reserved)
{
    return SignerSignEx3(flags, subject, cert, info, provider, time_stamp_flags, time_stamp_algorithm, time_stamp,
                         request, sip, context, policy, NULL, reserved);
}

HRESULT WINAPI SignerSignEx(DWORD flags, SIGNER_SUBJECT_INFO *subject, SIGNER_CERT *cert, SIGNER_SIGNATURE_INFO *info,
                            SIGNER_PROVIDER_INFO *provider, const WCHAR *time_stamp, CRYPT_ATTRIBUTES *request,
                            void *sip, SIGNER_CONTEXT **context)
{
    return SignerSignEx3(flags, subject, cert, info, provider, 0, NULL, time_stamp, request, sip, context, NULL, NULL,
                         NULL);
}

HRESULT WINAPI SignerSign(SIGNER_SUBJECT_INFO *subject, SIGNER_CERT *cert, SIGNER_SIGNATURE_INFO *info,
                          SIGNER_PROVIDER_INFO *provider, const WCHAR *time_stamp, CRYPT_ATTRIBUTES *request, void *sip)
{
    return SignerSignEx3(0, subject, cert, info, provider, 0, NULL, time_stamp, request, sip, NULL, NULL, NULL, NULL);
}

HRESULT WINAPI SignerFreeSignerContext(SIGNER_CONTEXT *context)
{
    if (!context) return E_INVALIDARG;
    HeapFree(GetProcessHeap(), 0, context->pbBlob);
    HeapFree(GetProcessHeap(), 0, context);
    return S_OK;
}
