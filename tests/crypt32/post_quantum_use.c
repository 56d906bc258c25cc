/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What is done with ML-DSA keys and their certificates: certificates and requests are signed, a key is found by its
 * certificate, PKCS #12 files. Messages are refused. */
#include "pfx.h"
#include "../ncrypt/pq_test.h"

#define MLDSA_65 "2.16.840.1.101.3.4.3.18"
#define MLKEM_768 "2.16.840.1.101.3.4.4.2"
#define SIGNATURE_SIZE 3309

static CRYPT_ALGORITHM_IDENTIFIER signing = { (char *)MLDSA_65, { 0, NULL } };
static BYTE encoded[32768];

struct issuer
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    PCCERT_CONTEXT cert;
    WCHAR name[128];
    BYTE subject[128];
    CERT_NAME_BLOB subject_name;
};

static void make_issuer(struct issuer *issuer, const WCHAR *what, DWORD policy)
{
    issuer->provider = open_provider();
    issuer->key = make_pq_key(issuer->provider, NCRYPT_MLDSA_ALGORITHM, L"65", key_name(issuer->name, what), policy);
    issuer->subject_name = (CERT_NAME_BLOB){ sizeof(issuer->subject), issuer->subject };
    check_capi(make_name(L"CN=issuer", &issuer->subject_name));
    issuer->cert = CertCreateSelfSignCertificate(issuer->key, &issuer->subject_name, 0, NULL, NULL, NULL, NULL, NULL);
    ok(issuer->cert != NULL, "error %#lx\n", GetLastError());
}

static void remove_issuer(struct issuer *issuer)
{
    CertFreeCertificateContext(issuer->cert);
    check_success(NCryptDeleteKey(issuer->key, 0));
    NCryptFreeObject(issuer->provider);
}

static CERT_PUBLIC_KEY_INFO *get_info(NCRYPT_KEY_HANDLE key)
{
    static BYTE buffer[4096];
    DWORD size = sizeof(buffer);

    check_capi(CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, (CERT_PUBLIC_KEY_INFO *)buffer, &size));
    return (CERT_PUBLIC_KEY_INFO *)buffer;
}

/* The size that is said first is enough. */
static DWORD sign_encoded(const struct issuer *issuer, const char *type, const void *info)
{
    DWORD longest = 0, size = sizeof(encoded);

    check_capi(CryptSignAndEncodeCertificate(issuer->key, 0, X509_ASN_ENCODING, type, info, &signing, NULL, NULL,
                                             &longest));
    check_capi(CryptSignAndEncodeCertificate(issuer->key, 0, X509_ASN_ENCODING, type, info, &signing, NULL, encoded,
                                             &size));
    ok(size <= longest && size > SIGNATURE_SIZE, "%lu bytes, %lu were said\n", size, longest);
    return size;
}

static BOOL is_issued_by(PCCERT_CONTEXT cert, PCCERT_CONTEXT issuer)
{
    return CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, CRYPT_VERIFY_CERT_SIGN_SUBJECT_CERT, (void *)cert,
                                             CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT, (void *)issuer, 0, NULL);
}

/* A key that cannot sign gets its certificate from one that can. */
static void test_issuing(const struct issuer *issuer, const struct issuer *other)
{
    NCRYPT_KEY_HANDLE kem = make_pq_key(issuer->provider, NCRYPT_MLKEM_ALGORITHM, L"768", NULL, 0);
    BYTE serial[] = { 1, 2, 3 };
    CERT_INFO info = { .dwVersion = CERT_V3, .SerialNumber = { sizeof(serial), serial } };
    PCCERT_CONTEXT cert;

    ok(!CertCreateSelfSignCertificate(kem, (CERT_NAME_BLOB *)&issuer->subject_name, 0, NULL, NULL, NULL, NULL, NULL)
       && GetLastError() == (DWORD)NTE_BAD_ALGID, "error %#lx\n", GetLastError());
    info.SignatureAlgorithm = signing;
    info.Issuer = info.Subject = issuer->subject_name;
    info.NotBefore = issuer->cert->pCertInfo->NotBefore;
    info.NotAfter = issuer->cert->pCertInfo->NotAfter;
    info.SubjectPublicKeyInfo = *get_info(kem);
    cert = CertCreateCertificateContext(X509_ASN_ENCODING, encoded,
                                        sign_encoded(issuer, X509_CERT_TO_BE_SIGNED, &info));
    ok(cert != NULL, "error %#lx\n", GetLastError());
    ok(!strcmp(cert->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId, MLKEM_768), "another kind of key\n");
    ok(!cert->pCertInfo->SubjectPublicKeyInfo.Algorithm.Parameters.cbData, "parameters\n");
    ok(is_issued_by(cert, issuer->cert), "error %#lx\n", GetLastError());
    ok(!is_issued_by(cert, other->cert), "issued by another\n");
    ok(!is_issued_by(issuer->cert, cert), "issued with a key that cannot sign\n");
    CertFreeCertificateContext(cert);
    check_success(NCryptFreeObject(kem));
}

static void test_request(const struct issuer *issuer)
{
    CERT_REQUEST_INFO request = { .dwVersion = CERT_REQUEST_V1, .Subject = issuer->subject_name };
    CRYPT_DATA_BLOB subject = { 0, encoded };
    unsigned int i;

    request.SubjectPublicKeyInfo = *get_info(issuer->key);
    subject.cbData = sign_encoded(issuer, X509_CERT_REQUEST_TO_BE_SIGNED, &request);
    for (i = 0; i < 2; i++)
    {
        BOOL verified = CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, CRYPT_VERIFY_CERT_SIGN_SUBJECT_BLOB,
                                                          &subject, CRYPT_VERIFY_CERT_SIGN_ISSUER_PUBKEY,
                                                          &request.SubjectPublicKeyInfo, 0, NULL);

        ok(verified == !i, "changed %u: verified %d\n", i, verified);
        encoded[subject.cbData - 1] ^= 0x80;
    }
}

static void test_find(const struct issuer *issuer)
{
    PCCERT_CONTEXT bare = bare_copy(issuer->cert);
    CRYPT_KEY_PROV_INFO *info;

    check_capi(CryptFindCertificateKeyProvInfo(bare, 0, NULL));
    info = prov_info(bare);
    ok(info && !lstrcmpW(info->pwszContainerName, issuer->name), "another key\n");
    CertFreeCertificateContext(bare);
}

/* RFC 9882 has the attributes signed as they are, and Wine's crypt32 hands out no more than their hash. */
static void test_message(const struct issuer *issuer)
{
    CRYPT_SIGN_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING };
    const BYTE *parts[] = { encoded };
    DWORD sizes[] = { 10 }, size = sizeof(encoded);

    para.pSigningCert = issuer->cert;
    para.HashAlgorithm.pszObjId = (char *)SHA256_OID;
    ok(!CryptSignMessage(&para, FALSE, 1, parts, sizes, NULL, &size), "a size\n");
    ok(GetLastError() == (DWORD)NTE_BAD_ALGID, "error %#lx\n", GetLastError());
    size = sizeof(encoded);
    ok(!CryptSignMessage(&para, FALSE, 1, parts, sizes, encoded, &size), "a message\n");
    ok(GetLastError() == (DWORD)NTE_BAD_ALGID, "error %#lx\n", GetLastError());
}

/* --- PKCS #12 --- */

static void check_imported(PCCERT_CONTEXT cert, const struct issuer *issuer)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    BYTE message[] = "message";
    DWORD spec, size = 0;
    BOOL must_free;

    check_capi(CryptAcquireCertificatePrivateKey(
        cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_COMPARE_KEY_FLAG, NULL, &key, &spec, &must_free));
    check_text(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, L"65");
    check_success(NCryptSignHash(key, NULL, message, sizeof(message), encoded, sizeof(encoded), &size, 0));
    check_success(NCryptVerifySignature(issuer->key, NULL, message, sizeof(message), encoded, size, 0));
    if (must_free) NCryptFreeObject(key);
}

static void test_pfx(const struct issuer *issuer)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
    const DWORD before = count_all_keys();
    CRYPT_DATA_BLOB pfx;
    PCCERT_CONTEXT cert;
    unsigned int i;

    check_capi(CertAddCertificateContextToStore(store, issuer->cert, CERT_STORE_ADD_ALWAYS, NULL));
    pfx = export_store(store, L"secret", EXPORT_PRIVATE_KEYS | REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY);
    CertCloseStore(store, 0);
    for (i = 0; i < ARRAY_SIZE(import_flags); i++)
    {
        winetest_push_context("flags %#lx", import_flags[i]);
        store = import_pfx(&pfx, L"secret", import_flags[i]);
        ok(store != NULL, "error %#lx\n", GetLastError());
        cert = cert_with_key(store);
        ok(cert != NULL, "no key\n");
        check_imported(cert, issuer);
        CertFreeCertificateContext(cert);
        end_import(store);
        winetest_pop_context();
    }
    ok(count_all_keys() == before, "keys are left\n");
    free(pfx.pbData);
}

/* A key that may not be exported stays where it is. */
static void test_closed_pfx(const struct issuer *issuer)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
    CRYPT_DATA_BLOB pfx = { 0, NULL };

    check_capi(CertAddCertificateContextToStore(store, issuer->cert, CERT_STORE_ADD_ALWAYS, NULL));
    ok(!PFXExportCertStoreEx(store, &pfx, L"secret", NULL,
                             EXPORT_PRIVATE_KEYS | REPORT_NOT_ABLE_TO_EXPORT_PRIVATE_KEY), "exported\n");
    CertCloseStore(store, 0);
}

START_TEST(post_quantum_use)
{
    struct issuer open, closed;

    make_issuer(&open, L"pq open", NCRYPT_ALLOW_EXPORT_FLAG);
    make_issuer(&closed, L"pq closed", 0);
    test_issuing(&open, &closed);
    test_request(&open);
    test_find(&closed);
    test_message(&open);
    test_pfx(&open);
    test_closed_pfx(&closed);
    remove_issuer(&closed);
    remove_issuer(&open);
}
