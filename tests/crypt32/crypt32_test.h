/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the topics share: keys with certificates, and checks of functions that return BOOL. All certificates are made by
 * CertCreateSelfSignCertificate, which the topic `making` looks at. */
#ifndef CRYPT32_TEST_H
#define CRYPT32_TEST_H

#include "../ncrypt/legacy.h"

#define SHA256_RSA "1.2.840.113549.1.1.11"
#define SHA256_ECDSA "1.2.840.10045.4.3.2"
#define SHA256_DSA "2.16.840.1.101.3.4.3.2"
#define SHA256_OID "2.16.840.1.101.3.4.2.1"
#define MESSAGE_ENCODING (X509_ASN_ENCODING | PKCS_7_ASN_ENCODING)

/* Names that older wincrypt.h lack. */
#ifndef CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID
#define CERT_NCRYPT_KEY_HANDLE_TRANSFER_PROP_ID 99
#endif
#ifndef CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID
#define CERT_HCRYPTPROV_OR_NCRYPT_KEY_HANDLE_PROP_ID 79
#endif

static inline void fails_(const char *file, int line, DWORD error, BOOL result, const char *call)
{
    DWORD got = GetLastError();

    ok_(file, line)(!result, "%s: succeeded\n", call);
    ok_(file, line)(got == error, "%s: error %#lx, expected %#lx\n", call, got, error);
}
#define check_fails(error, call) \
    do { BOOL result_; SetLastError(0xdeadbeef); result_ = !!(call); \
         fails_(__FILE__, __LINE__, error, result_, #call); } while (0)

/* --- certificates --- */

static inline BOOL make_name(const WCHAR *text, CERT_NAME_BLOB *name)
{
    return CertStrToNameW(X509_ASN_ENCODING, text, CERT_X500_NAME_STR, NULL, name->pbData, &name->cbData, NULL);
}

/* info: NULL, or what becomes a property of the certificate. */
static inline PCCERT_CONTEXT self_sign_with(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, const WCHAR *subject,
                                            const char *algorithm, CRYPT_KEY_PROV_INFO *info)
{
    CRYPT_ALGORITHM_IDENTIFIER identifier = { .pszObjId = (char *)algorithm };
    DWORD flags = info ? 0 : CERT_CREATE_SELFSIGN_NO_KEY_INFO;
    BYTE encoded[512];
    CERT_NAME_BLOB name = { sizeof(encoded), encoded };
    PCCERT_CONTEXT cert;

    check_capi(CertStrToNameW(X509_ASN_ENCODING, subject, CERT_X500_NAME_STR, NULL, encoded, &name.cbData, NULL));
    cert = CertCreateSelfSignCertificate(key, &name, flags, info, &identifier, NULL, NULL, NULL);
    ok(cert != NULL, "%ls: error %#lx\n", subject, GetLastError());
    return cert;
}

static inline PCCERT_CONTEXT self_sign(NCRYPT_KEY_HANDLE key, const WCHAR *subject, const char *algorithm)
{
    return self_sign_with(key, subject, algorithm, NULL);
}

/* The same certificate without its properties. */
static inline PCCERT_CONTEXT bare_copy(PCCERT_CONTEXT cert)
{
    return CertCreateCertificateContext(X509_ASN_ENCODING, cert->pbCertEncoded, cert->cbCertEncoded);
}

/* Gives the certificate the property that leads to a key of the key store. */
static inline void link_to(PCCERT_CONTEXT cert, const WCHAR *name, DWORD flags)
{
    CRYPT_KEY_PROV_INFO info =
    {
        .pwszContainerName = (WCHAR *)name,
        .pwszProvName = (WCHAR *)MS_KEY_STORAGE_PROVIDER,
        .dwFlags = flags,
    };

    check_capi(CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info));
}

/* A key of the key store with its certificate, which knows its key. */
struct identity
{
    WCHAR name[128], subject[136];
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    PCCERT_CONTEXT cert;
    DWORD flags;                    /* NCRYPT_MACHINE_KEY_FLAG or 0 */
};

static inline const char *usual_signature(const WCHAR *algorithm)
{
    if (!lstrcmpW(algorithm, L"RSA")) return SHA256_RSA;
    return lstrcmpW(algorithm, L"DSA") ? SHA256_ECDSA : SHA256_DSA;
}

static inline void make_identity(struct identity *identity, const WCHAR *algorithm, const WCHAR *what, DWORD flags)
{
    DWORD bits = !lstrcmpW(algorithm, L"RSA") ? 1024 : 0;

    memset(identity, 0, sizeof(*identity));
    identity->provider = open_provider();
    identity->flags = flags;
    key_name(identity->name, what);
    _snwprintf(identity->subject, ARRAY_SIZE(identity->subject), L"CN=%ls", identity->name);
    identity->key = make_key(identity->provider, algorithm, identity->name, bits, 0, flags | NCRYPT_OVERWRITE_KEY_FLAG);
    identity->cert = self_sign(identity->key, identity->subject, usual_signature(algorithm));
    link_to(identity->cert, identity->name, flags);
}

/* Another certificate context of the same certificate, that knows the key as well. */
static inline PCCERT_CONTEXT linked_copy(const struct identity *identity)
{
    PCCERT_CONTEXT cert = bare_copy(identity->cert);

    link_to(cert, identity->name, identity->flags);
    return cert;
}

static inline void remove_identity(struct identity *identity)
{
    CertFreeCertificateContext(identity->cert);
    check_success(NCryptDeleteKey(identity->key, 0));
    NCryptFreeObject(identity->provider);
}

/* A signature of a SHA-256 digest with each kind of key that the topics have. Returns its size; 0: there is none. */
static inline DWORD sign_digest(NCRYPT_KEY_HANDLE key, const BYTE *digest, BYTE *signature, DWORD size)
{
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = { BCRYPT_SHA256_ALGORITHM };
    WCHAR group[16] = L"";
    DWORD got = 0;
    BOOL is_rsa;

    NCryptGetProperty(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, (BYTE *)group, sizeof(group), &got, 0);
    is_rsa = !lstrcmpW(group, L"RSA");
    if (NCryptSignHash(key, is_rsa ? &pkcs1 : NULL, (BYTE *)digest, 32, signature, size, &got,
                       is_rsa ? BCRYPT_PAD_PKCS1 : 0)) return 0;
    return got;
}

/* Does this handle sign for the key of the identity? */
static inline BOOL signs_for(const struct identity *identity, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle)
{
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = { BCRYPT_SHA256_ALGORITHM };
    BOOL is_rsa = !lstrcmpA(identity->cert->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId, szOID_RSA_RSA);
    BYTE digest[32] = "what is signed", signature[512];
    DWORD size = sign_digest(handle, digest, signature, sizeof(signature));

    return size
           && !NCryptVerifySignature(identity->key, is_rsa ? &pkcs1 : NULL, digest, sizeof(digest), signature, size,
                                     is_rsa ? BCRYPT_PAD_PKCS1 : 0);
}

/* --- keys of CAPI --- */

struct capi_identity
{
    WCHAR name[128];
    HCRYPTPROV context;
    PCCERT_CONTEXT cert;
};

static inline void link_to_container(PCCERT_CONTEXT cert, const WCHAR *name, DWORD spec)
{
    CRYPT_KEY_PROV_INFO info =
    {
        .pwszContainerName = (WCHAR *)name,
        .pwszProvName = (WCHAR *)CSP_NAME,
        .dwProvType = CSP_TYPE,
        .dwKeySpec = spec,
    };

    check_capi(CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info));
}

static inline void make_capi_identity(struct capi_identity *identity, const WCHAR *what)
{
    CRYPT_KEY_PROV_INFO info =
    {
        .pwszContainerName = identity->name,
        .pwszProvName = (WCHAR *)CSP_NAME,
        .dwProvType = CSP_TYPE,
        .dwKeySpec = AT_KEYEXCHANGE,
    };

    key_name(identity->name, what);
    remove_container(identity->name, 0);
    make_container(identity->name, 0, AT_KEYEXCHANGE, 1024, TRUE);
    check_capi(open_container(&identity->context, identity->name, 0));
    identity->cert = self_sign_with(identity->context, L"CN=capi", SHA256_RSA, &info);
}

static inline void remove_capi_identity(struct capi_identity *identity)
{
    CertFreeCertificateContext(identity->cert);
    CryptReleaseContext(identity->context, 0);
    remove_container(identity->name, 0);
}

/* --- looking at certificates --- */

static inline BOOL is_self_signed(PCCERT_CONTEXT cert)
{
    return CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, CRYPT_VERIFY_CERT_SIGN_SUBJECT_CERT, (void *)cert,
                                             CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT, (void *)cert, 0, NULL);
}

static inline BOOL has_property(PCCERT_CONTEXT cert, DWORD id)
{
    DWORD size;

    return CertGetCertificateContextProperty(cert, id, NULL, &size);
}

#endif
