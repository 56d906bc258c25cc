/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signatures of certificates checked: ECDSA on every kind of curve, and those whose numbers differ in length. */
#include "crypt32_test.h"

static const BYTE subject[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 'x' };

static BOOL verify(DWORD subject_type, const void *what, DWORD issuer_type, const void *issuer)
{
    return CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, subject_type, (void *)what, issuer_type,
                                             (void *)issuer, 0, NULL);
}

static BOOL verify_encoded(const BYTE *encoded, DWORD size, PCCERT_CONTEXT issuer)
{
    CRYPT_DATA_BLOB blob = { size, (BYTE *)encoded };
    CERT_PUBLIC_KEY_INFO *key = &issuer->pCertInfo->SubjectPublicKeyInfo;
    BOOL simple = CryptVerifyCertificateSignature(0, X509_ASN_ENCODING, encoded, size, key);

    ok(verify(CRYPT_VERIFY_CERT_SIGN_SUBJECT_BLOB, &blob, CRYPT_VERIFY_CERT_SIGN_ISSUER_PUBKEY, key) == simple,
       "the extended function says something else\n");
    return simple;
}

static void test_issuers(PCCERT_CONTEXT cert)
{
    CERT_CHAIN_ELEMENT element = { .cbSize = sizeof(element), .pCertContext = cert }, *elements = &element;
    CERT_SIMPLE_CHAIN simple = { .cbSize = sizeof(simple), .cElement = 1, .rgpElement = &elements };
    CERT_SIMPLE_CHAIN *simples = &simple;
    CERT_CHAIN_CONTEXT chain = { .cbSize = sizeof(chain), .cChain = 1, .rgpChain = &simples };
    DWORD certificate = CRYPT_VERIFY_CERT_SIGN_SUBJECT_CERT;

    check_capi(verify(certificate, cert, CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT, cert));
    check_capi(verify(certificate, cert, CRYPT_VERIFY_CERT_SIGN_ISSUER_CHAIN, &chain));
    ok(!verify(certificate, cert, CRYPT_VERIFY_CERT_SIGN_ISSUER_NULL, NULL), "verified by nobody\n");
    check_capi(verify_encoded(cert->pbCertEncoded, cert->cbCertEncoded, cert));
}

#define AFTER_CONTENT 150           /* bytes, at most: algorithm and signature */

/* Neither another key, nor other bytes that were signed, nor another signature. (Of the lengths around the signature
 * Wine looks at few.) */
static void test_wrong(PCCERT_CONTEXT cert, PCCERT_CONTEXT stranger)
{
    DWORD size = cert->cbCertEncoded, i;
    BYTE *changed = malloc(size);

    ok(!verify_encoded(cert->pbCertEncoded, size, stranger), "verified with another key\n");
    for (i = 0; i < size; i += 5)
    {
        memcpy(changed, cert->pbCertEncoded, size);
        changed[i < size - AFTER_CONTENT ? i : size - 1] ^= 0x01;
        ok(!verify_encoded(changed, size, cert), "verified with byte %lu changed\n", i);
        ok(!verify_encoded(cert->pbCertEncoded, i, cert), "verified %lu of %lu bytes\n", i, size);
    }
    free(changed);
}

/* What this makes has been signed for a list of revoked certificates. */
static void test_list(const struct identity *identity)
{
    CRYPT_ALGORITHM_IDENTIFIER algorithm = { .pszObjId = (char *)SHA256_ECDSA };
    CRL_INFO info = { .Issuer = { sizeof(subject), (BYTE *)subject }, .SignatureAlgorithm = algorithm };
    BYTE encoded[1024];
    DWORD size = sizeof(encoded);
    PCCRL_CONTEXT crl;

    GetSystemTimeAsFileTime(&info.ThisUpdate);
    check_capi(CryptSignAndEncodeCertificate(identity->key, 0, X509_ASN_ENCODING, X509_CERT_CRL_TO_BE_SIGNED, &info,
                                             &algorithm, NULL, encoded, &size));
    crl = CertCreateCRLContext(X509_ASN_ENCODING, encoded, size);
    ok(crl != NULL, "error %#lx\n", GetLastError());
    check_capi(verify(CRYPT_VERIFY_CERT_SIGN_SUBJECT_CRL, crl, CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT, identity->cert));
    encoded[size - 1] ^= 1;
    ok(!verify_encoded(encoded, size, identity->cert), "a changed list is verified\n");
    CertFreeCRLContext(crl);
}

/* Nothing behind the bytes is read: there is no memory. */
static void test_nothing(PCCERT_CONTEXT issuer)
{
    static const BYTE empty[] = { 0x30, 0x00 };
    BYTE *pages = VirtualAlloc(NULL, 0x2000, MEM_RESERVE, PAGE_NOACCESS);
    BYTE *end = (BYTE *)VirtualAlloc(pages, 0x1000, MEM_COMMIT, PAGE_READWRITE) + 0x1000 - sizeof(empty);

    memcpy(end, empty, sizeof(empty));
    ok(!verify_encoded(end, sizeof(empty), issuer), "verified nothing\n");
    VirtualFree(pages, 0, MEM_RELEASE);
}

static void test_curve(const WCHAR *algorithm)
{
    struct identity identity, stranger;

    winetest_push_context("%ls", algorithm);
    make_identity(&identity, algorithm, L"verifying", 0);
    make_identity(&stranger, algorithm, L"verifying stranger", 0);
    test_issuers(identity.cert);
    test_wrong(identity.cert, stranger.cert);
    test_list(&identity);
    test_nothing(identity.cert);
    remove_identity(&identity);
    remove_identity(&stranger);
    winetest_pop_context();
}

/* --- numbers that are shorter than the curve --- */

/* The contents of the DER value at *p, which is passed over. */
static const BYTE *enter_der(const BYTE **p, DWORD *size)
{
    const BYTE *content = *p + 2;
    DWORD count;

    *size = (*p)[1];
    if (*size & 0x80)
        for (count = *size & 0x7f, *size = 0; count; count--) *size = *size << 8 | *content++;
    *p = content + *size;
    return content;
}

static DWORD number_length(const BYTE **p)
{
    DWORD size;
    const BYTE *number = enter_der(p, &size);

    return size && !*number ? size - 1 : size;
}

/* Of the two numbers of the signature, in bytes. */
static void number_lengths(const BYTE *p, DWORD *r, DWORD *s)
{
    DWORD size;

    p = enter_der(&p, &size);
    enter_der(&p, &size);                   /* what is signed, and how */
    enter_der(&p, &size);
    p = enter_der(&p, &size) + 1;           /* no unused bits */
    p = enter_der(&p, &size);
    *r = number_length(&p);
    *s = number_length(&p);
}

#define P256_BYTES 32

/* One signature of 256 has a short r, and one a short s: they are made until both have turned up. */
static void test_short_numbers(void)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    BOOL short_r = FALSE, short_s = FALSE;
    unsigned int tries;
    PCCERT_CONTEXT cert;
    DWORD r, s;

    for (tries = 0; tries < 20000 && !(short_r && short_s); tries++)
    {
        if (!(cert = self_sign(key, L"CN=short", SHA256_ECDSA))) break;
        number_lengths(cert->pbCertEncoded, &r, &s);
        if (r != s)
        {
            ok(is_self_signed(cert), "numbers of %lu and %lu bytes: not verified: %#lx\n", r, s, GetLastError());
            short_r = short_r || r < P256_BYTES;
            short_s = short_s || s < P256_BYTES;
        }
        CertFreeCertificateContext(cert);
    }
    ok(short_r && short_s, "none of %u signatures has such numbers\n", tries);
    NCryptFreeObject(key);
    NCryptFreeObject(provider);
}

START_TEST(verifying)
{
    test_curve(L"ECDSA_P256");
    test_curve(L"ECDSA_P384");
    test_curve(L"ECDSA_P521");
    test_short_numbers();
}
