/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signs programs through mssign32.dll, for check-authenticode:
 *   authenticode sign KIND HASH FILE CERTIFICATE   signs FILE with a new key, and writes its certificate (DER)
 *   authenticode refuse FILE                       asks for what must be refused, with a key that is there
 *   authenticode malformed FILE STATUS             FILE must be refused with STATUS (hexadecimal)
 * KIND: rsa, ec256, ec384 (stored keys that the certificate names), named (a stored key that the caller names), capi.
 * The structures are in no header; these are our own. */
#include <stdio.h>
#include <stdlib.h>
#include <windows.h>
#include <wincrypt.h>
#include <ncrypt.h>

#include "../../dlls/mssign32/mssign32.h"

#define KEY_NAME L"ncrypt test authenticode"

typedef HRESULT(WINAPI *sign_function)(DWORD flags, SIGNER_SUBJECT_INFO *, SIGNER_CERT *, SIGNER_SIGNATURE_INFO *,
                                       SIGNER_PROVIDER_INFO *, DWORD, const char *, const WCHAR *, CRYPT_ATTRIBUTES *,
                                       void *, SIGNER_CONTEXT **, const void *, const void *, void *);
typedef HRESULT (WINAPI *free_function)(SIGNER_CONTEXT *);

static sign_function sign_ex3;
static free_function free_context;

static int failed_with(const char *what, HRESULT hr)
{
    printf("%s: %08lx\n", what, hr);
    return 1;
}

static const struct kind
{
    const WCHAR *name;
    const WCHAR *algorithm;         /* NULL: a key of CAPI */
    const char *signature;          /* of the certificate */
} kinds[] =
{
    {L"rsa", L"RSA", szOID_RSA_SHA256RSA},
    {L"ec256", L"ECDSA_P256", "1.2.840.10045.4.3.2"},
    {L"ec384", L"ECDSA_P384", "1.2.840.10045.4.3.3"},
    {L"named", L"RSA", szOID_RSA_SHA256RSA},
    {L"capi", NULL, szOID_RSA_SHA256RSA},
};

static const struct kind *find_kind(const WCHAR *name)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(kinds); i++) if (!lstrcmpW(kinds[i].name, name)) return &kinds[i];
    return NULL;
}

static BOOL make_stored_key(const WCHAR *algorithm, CRYPT_KEY_PROV_INFO *info)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;

    info->pwszProvName = (WCHAR *)MS_KEY_STORAGE_PROVIDER;
    if (NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0)) return FALSE;
    if (NCryptCreatePersistedKey(provider, &key, algorithm, KEY_NAME, 0, NCRYPT_OVERWRITE_KEY_FLAG)) return FALSE;
    if (NCryptFinalizeKey(key, 0)) return FALSE;
    NCryptFreeObject(key);
    NCryptFreeObject(provider);
    return TRUE;
}

static BOOL make_container(CRYPT_KEY_PROV_INFO *info)
{
    HCRYPTPROV context;
    HCRYPTKEY key;

    info->pwszProvName = (WCHAR *)MS_ENH_RSA_AES_PROV_W;
    info->dwProvType = PROV_RSA_AES;
    info->dwKeySpec = AT_SIGNATURE;
    CryptAcquireContextW(&context, KEY_NAME, info->pwszProvName, info->dwProvType, CRYPT_DELETEKEYSET);
    if (!CryptAcquireContextW(&context, KEY_NAME, info->pwszProvName, info->dwProvType, CRYPT_NEWKEYSET)) return FALSE;
    if (!CryptGenKey(context, AT_SIGNATURE, 2048 << 16, &key)) return FALSE;
    CryptDestroyKey(key);
    CryptReleaseContext(context, 0);
    return TRUE;
}

static PCCERT_CONTEXT make_certificate(const struct kind *kind)
{
    CRYPT_KEY_PROV_INFO info = {.pwszContainerName = (WCHAR *)KEY_NAME};
    CRYPT_ALGORITHM_IDENTIFIER algorithm = {.pszObjId = (char *)kind->signature};
    BYTE encoded[256], usage[] = {0x30, 0x0a, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x03};
    CERT_EXTENSION extension = {(char *)szOID_ENHANCED_KEY_USAGE, FALSE, {sizeof(usage), usage}};
    CERT_EXTENSIONS extensions = {1, &extension};
    CERT_NAME_BLOB name = {sizeof(encoded), encoded};

    if (!(kind->algorithm ? make_stored_key(kind->algorithm, &info) : make_container(&info))) return NULL;
    if (!CertStrToNameW(X509_ASN_ENCODING, L"CN=ncrypt test authenticode", CERT_X500_NAME_STR, NULL, encoded,
                        &name.cbData, NULL))
        return NULL;
    return CertCreateSelfSignCertificate(0, &name, 0, &info, &algorithm, NULL, NULL, &extensions);
}

static BOOL write_certificate(const WCHAR *name, PCCERT_CONTEXT cert)
{
    HANDLE file = CreateFileW(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written = 0;

    if (file == INVALID_HANDLE_VALUE) return FALSE;
    WriteFile(file, cert->pbCertEncoded, cert->cbCertEncoded, &written, NULL);
    CloseHandle(file);
    return written == cert->cbCertEncoded;
}

struct request
{
    DWORD flags;
    ALG_ID hash;
    BOOL names_key;
    const WCHAR *time_stamp;
    const void *digest_sign;
    DWORD subject_choice, cert_choice;
};

static HRESULT sign(const WCHAR *name, PCCERT_CONTEXT cert, const struct request *request)
{
    SIGNER_FILE_INFO file = {.cbSize = sizeof(file), .pwszFileName = name};
    SIGNER_SUBJECT_INFO subject = {.cbSize = sizeof(subject),
                                   .pdwIndex = &(DWORD){0},
                                   .dwSubjectChoice = SIGNER_SUBJECT_FILE,
                                   .pSignerFileInfo = &file};
    SIGNER_CERT_STORE_INFO store
        = {.cbSize = sizeof(store), .pSigningCert = cert, .dwCertPolicy = SIGNER_CERT_POLICY_CHAIN};
    SIGNER_CERT signer = {.cbSize = sizeof(signer), .dwCertChoice = SIGNER_CERT_STORE, .pCertStoreInfo = &store};
    SIGNER_ATTR_AUTHCODE authcode
        = {.cbSize = sizeof(authcode), .pwszName = L"a program", .pwszInfo = L"http://localhost/"};
    SIGNER_SIGNATURE_INFO info = {.cbSize = sizeof(info),
                                  .algidHash = request->hash,
                                  .dwAttrChoice = SIGNER_AUTHCODE_ATTR,
                                  .pAttrAuthcode = &authcode};
    SIGNER_PROVIDER_INFO provider = {.cbSize = sizeof(provider), .pwszProviderName = MS_KEY_STORAGE_PROVIDER,
                                     .dwPvkChoice = PVK_TYPE_KEYCONTAINER, .pwszKeyContainer = (WCHAR *)KEY_NAME};
    SIGNER_CONTEXT *context = NULL;
    HRESULT hr;

    if (request->subject_choice) subject.dwSubjectChoice = request->subject_choice;
    if (request->cert_choice) signer.dwCertChoice = request->cert_choice;
    hr = sign_ex3(request->flags, &subject, &signer, &info, request->names_key ? &provider : NULL, 0, NULL,
                  request->time_stamp, NULL, NULL, &context, NULL, request->digest_sign, NULL);
    if (FAILED(hr)) return context ? E_UNEXPECTED : hr;
    if (!context || context->cbSize != sizeof(*context) || !context->cbBlob || context->pbBlob[0] != 0x30)
        return E_UNEXPECTED;
    return free_context(context);
}

static ALG_ID hash_named(const WCHAR *name)
{
    static const struct { const WCHAR *name; ALG_ID id; } hashes[] =
    {
        {L"sha1", CALG_SHA1}, {L"sha256", CALG_SHA_256}, {L"sha384", CALG_SHA_384}, {L"sha512", CALG_SHA_512},
    };
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(hashes); i++) if (!lstrcmpW(hashes[i].name, name)) return hashes[i].id;
    return 0;
}

static int do_sign(const WCHAR *kind_name, const WCHAR *hash, const WCHAR *file, const WCHAR *certificate)
{
    struct request request = {.hash = hash_named(hash), .names_key = !lstrcmpW(kind_name, L"named")};
    const struct kind *kind = find_kind(kind_name);
    PCCERT_CONTEXT cert = kind ? make_certificate(kind) : NULL, bare;
    HRESULT hr;

    if (!cert) return failed_with("no certificate", GetLastError());
    if (!write_certificate(certificate, cert)) return failed_with("not written", GetLastError());
    bare = CertCreateCertificateContext(X509_ASN_ENCODING, cert->pbCertEncoded, cert->cbCertEncoded);
    hr = sign(file, request.names_key ? bare : cert, &request);
    return FAILED(hr) ? failed_with("not signed", hr) : 0;
}

static const struct
{
    const char *what;
    HRESULT answer;
    struct request request;
} refusals[] =
{
    {"a time stamp", E_NOTIMPL, {.hash = CALG_SHA_256, .time_stamp = L"http://localhost/"}},
    {"a nested signature", E_NOTIMPL, {.hash = CALG_SHA_256, .flags = SIG_APPEND}},
    {"hashes of pages", E_NOTIMPL, {.hash = CALG_SHA_256, .flags = SPC_INC_PE_PAGE_HASHES_FLAG}},
    {"a callback", E_NOTIMPL, {.hash = CALG_SHA_256, .digest_sign = &refusals}},
    {"another subject", E_NOTIMPL, {.hash = CALG_SHA_256, .subject_choice = 2}},
    {"a certificate file", E_NOTIMPL, {.hash = CALG_SHA_256, .cert_choice = 1}},
    {"an unknown hash", NTE_BAD_ALGID, {.hash = CALG_MD2}},
};

static int do_refuse(const WCHAR *file)
{
    struct request request = {.hash = CALG_SHA_256};
    PCCERT_CONTEXT cert = make_certificate(&kinds[0]);
    int failed = 0;
    unsigned int i;
    HRESULT hr;

    if (!cert) return failed_with("no certificate", GetLastError());
    for (i = 0; i < ARRAYSIZE(refusals); i++)
        if ((hr = sign(file, cert, &refusals[i].request)) != refusals[i].answer)
            failed = failed_with(refusals[i].what, hr);
    if (free_context(NULL) != E_INVALIDARG) failed = failed_with("no context", 0);
    if (sign_ex3(0, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL) != E_INVALIDARG)
        failed = failed_with("no arguments", 0);
    if ((hr = sign(L"no such file", cert, &request)) != HRESULT_FROM_WIN32(ERROR_FILE_NOT_FOUND))
        failed = failed_with("no file", hr);
    return failed;
}

/* Of files that are no image at all, and of images whose headers contradict: one answer each. */
static int do_malformed(const WCHAR *file, const WCHAR *answer)
{
    struct request request = {.hash = CALG_SHA_256};
    PCCERT_CONTEXT cert = make_certificate(&kinds[0]);
    HRESULT hr;

    if (!cert) return failed_with("no certificate", GetLastError());
    hr = sign(file, cert, &request);
    return hr == (HRESULT)wcstoul(answer, NULL, 16) ? 0 : failed_with("malformed", hr);
}

int wmain(int argc, WCHAR **argv)
{
    HMODULE module = LoadLibraryW(L"mssign32.dll");

    sign_ex3 = (void *)GetProcAddress(module, "SignerSignEx3");
    free_context = (void *)GetProcAddress(module, "SignerFreeSignerContext");
    if (!sign_ex3 || !free_context) return failed_with("mssign32.dll is not ours", 0);
    if (argc == 6 && !lstrcmpW(argv[1], L"sign")) return do_sign(argv[2], argv[3], argv[4], argv[5]);
    if (argc == 3 && !lstrcmpW(argv[1], L"refuse")) return do_refuse(argv[2]);
    if (argc == 4 && !lstrcmpW(argv[1], L"malformed")) return do_malformed(argv[2], argv[3]);
    return 2;
}
