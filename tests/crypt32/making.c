/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Certificates made with keys of the key store. Each signature is checked with the public key itself, and by
 * crypt32 where it knows the algorithm. */
#include "crypt32_test.h"

/* --- what a signature is checked with --- */

struct signature_kind
{
    const char *oid;
    const WCHAR *hash;
    const char *parameters;         /* hexadecimal DER; NULL: none */
    ULONG salt;                     /* bytes; PSS alone */
};

#define PSS "1.2.840.113549.1.1.10"

/* RSASSA-PSS-params of RFC 4055 3.1: hash, MGF1 with the same hash, salt. */
static const struct signature_kind rsa_kinds[] =
{
    { "1.2.840.113549.1.1.5", BCRYPT_SHA1_ALGORITHM, NULL, 0 },
    { "1.3.14.3.2.29", BCRYPT_SHA1_ALGORITHM, NULL, 0 },
    { SHA256_RSA, BCRYPT_SHA256_ALGORITHM, NULL, 0 },
    { "1.2.840.113549.1.1.12", BCRYPT_SHA384_ALGORITHM, NULL, 0 },
    { "1.2.840.113549.1.1.13", BCRYPT_SHA512_ALGORITHM, NULL, 0 },
};

static const struct signature_kind pss_kinds[] = {
    {PSS, BCRYPT_SHA1_ALGORITHM, NULL, 20},
    {PSS, BCRYPT_SHA1_ALGORITHM, "3000", 20},
    {PSS, BCRYPT_SHA1_ALGORITHM, "3005a203020108", 8},
    {PSS, BCRYPT_SHA1_ALGORITHM, "300aa203020108a303020101", 8},
    {PSS, BCRYPT_SHA256_ALGORITHM,
     "3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120",
     32},
    {PSS, BCRYPT_SHA384_ALGORITHM,
     "3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d06096086480165030402020500a203020100", 0},
};

static const struct signature_kind ec_kinds[] =
{
    { "1.2.840.10045.4.1", BCRYPT_SHA1_ALGORITHM, NULL, 0 },
    { SHA256_ECDSA, BCRYPT_SHA256_ALGORITHM, NULL, 0 },
    { "1.2.840.10045.4.3.3", BCRYPT_SHA384_ALGORITHM, NULL, 0 },
    { "1.2.840.10045.4.3.4", BCRYPT_SHA512_ALGORITHM, NULL, 0 },
};

static const struct signature_kind dsa_kinds[] =
{
    { "1.2.840.10040.4.3", BCRYPT_SHA1_ALGORITHM, NULL, 0 },
    { SHA256_DSA, BCRYPT_SHA256_ALGORITHM, NULL, 0 },
};

/* parameters: 128 bytes, which the result points to. */
static CRYPT_ALGORITHM_IDENTIFIER identifier_of(const struct signature_kind *kind, BYTE *parameters)
{
    CRYPT_ALGORITHM_IDENTIFIER identifier = { .pszObjId = (char *)kind->oid };

    if (!kind->parameters) return identifier;
    identifier.Parameters.cbData = from_hex(parameters, kind->parameters);
    identifier.Parameters.pbData = parameters;
    return identifier;
}

static DWORD hash_of(const WCHAR *algorithm, const BYTE *data, DWORD size, BYTE *hash)
{
    BCRYPT_ALG_HANDLE provider;
    DWORD length = 0, got;

    check_status(0, BCryptOpenAlgorithmProvider(&provider, algorithm, NULL, 0));
    check_status(0, BCryptGetProperty(provider, BCRYPT_HASH_LENGTH, (BYTE *)&length, sizeof(length), &got, 0));
    check_status(0, BCryptHash(provider, NULL, 0, (BYTE *)data, size, hash, length));
    BCryptCloseAlgorithmProvider(provider, 0);
    return length;
}

/* SEQUENCE { r, s } with short lengths to numbers of width bytes each; P-521 has a long length in front. */
static void split_numbers(const BYTE *der, DWORD width, BYTE *raw)
{
    DWORD i, size;

    der += der[1] & 0x80 ? 3 : 2;
    memset(raw, 0, 2 * width);
    for (i = 0; i < 2; i++)
    {
        size = der[1];
        der += 2;
        if (size == width + 1) { der++; size--; }
        memcpy(raw + (i + 1) * width - size, der, size);
        der += size;
    }
}

static SECURITY_STATUS verify(NCRYPT_KEY_HANDLE key, const struct signature_kind *kind, const BYTE *data, DWORD size,
                              BYTE *signature, DWORD signature_size)
{
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = { kind->hash };
    BCRYPT_PSS_PADDING_INFO pss = { kind->hash, kind->salt };
    BYTE hash[64], raw[256];
    DWORD hash_size = hash_of(kind->hash, data, size, hash), width = 0, got;
    WCHAR group[16] = L"";

    NCryptGetProperty(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, (BYTE *)group, sizeof(group), &got, 0);
    if (!lstrcmpW(group, L"RSA") && !strcmp(kind->oid, PSS))
        return NCryptVerifySignature(key, &pss, hash, hash_size, signature, signature_size, BCRYPT_PAD_PSS);
    if (!lstrcmpW(group, L"RSA"))
        return NCryptVerifySignature(key, &pkcs1, hash, hash_size, signature, signature_size, BCRYPT_PAD_PKCS1);
    check_success(get_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, &width));
    split_numbers(signature, width / 2, raw);
    return NCryptVerifySignature(key, NULL, hash, hash_size, raw, width, 0);
}

/* A certificate: the parts of it, and the signature as it stands there. */
static void check_signed_content(NCRYPT_KEY_HANDLE key, const struct signature_kind *kind, const BYTE *encoded,
                                 DWORD size)
{
    CERT_SIGNED_CONTENT_INFO *content;
    BYTE parameters[128];
    CRYPT_ALGORITHM_IDENTIFIER identifier = identifier_of(kind, parameters);

    check_capi(CryptDecodeObjectEx(X509_ASN_ENCODING, X509_CERT, encoded, size,
                                   CRYPT_DECODE_ALLOC_FLAG | CRYPT_DECODE_NO_SIGNATURE_BYTE_REVERSAL_FLAG, NULL,
                                   &content, &size));
    ok(!strcmp(content->SignatureAlgorithm.pszObjId, kind->oid), "algorithm %s\n",
       content->SignatureAlgorithm.pszObjId);
    if (kind->parameters)
        ok(content->SignatureAlgorithm.Parameters.cbData == identifier.Parameters.cbData
           && !memcmp(content->SignatureAlgorithm.Parameters.pbData, parameters, identifier.Parameters.cbData),
           "%s: other parameters\n", kind->oid);
    ok(!verify(key, kind, content->ToBeSigned.pbData, content->ToBeSigned.cbData, content->Signature.pbData,
               content->Signature.cbData), "%s %ls: a wrong signature\n", kind->oid, kind->hash);
    LocalFree(content);
}

/* --- CryptSignCertificate: the signature alone, last byte first --- */

static void test_sign(NCRYPT_KEY_HANDLE key, const struct signature_kind *kind)
{
    static const BYTE data[] = "what is to be signed";
    BYTE parameters[128], signature[512];
    CRYPT_ALGORITHM_IDENTIFIER identifier = identifier_of(kind, parameters);
    DWORD size = 0, longest;

    check_capi(CryptSignCertificate(key, CERT_NCRYPT_KEY_SPEC, X509_ASN_ENCODING, data, sizeof(data), &identifier, NULL,
                                    NULL, &size));
    longest = size;
    memset(signature, 0xcc, sizeof(signature));
    check_capi(
        CryptSignCertificate(key, 0, X509_ASN_ENCODING, data, sizeof(data), &identifier, NULL, signature, &size));
    ok(size && size <= longest && signature[longest] == 0xcc, "%s: %lu bytes, %lu were said\n", kind->oid, size,
       longest);
    reverse(signature, size);
    ok(!verify(key, kind, data, sizeof(data), signature, size), "%s %ls: a wrong signature\n", kind->oid, kind->hash);
    size = 4;
    check_fails(ERROR_MORE_DATA, CryptSignCertificate(key, 0, X509_ASN_ENCODING, data, sizeof(data), &identifier, NULL,
                                                      signature, &size));
    ok(size > 4 && size <= longest, "size %lu\n", size);
}

/* --- CryptSignAndEncodeCertificate: for an issuer --- */

static CERT_PUBLIC_KEY_INFO *get_public_key(NCRYPT_KEY_HANDLE key)
{
    CERT_PUBLIC_KEY_INFO *info;
    DWORD size = 0;

    check_capi(CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, NULL, &size));
    info = malloc(size);
    check_capi(CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, info, &size));
    return info;
}

static void sign_and_encode(NCRYPT_KEY_HANDLE key, const CERT_INFO *info, const struct signature_kind *kind)
{
    BYTE parameters[128], encoded[4096];
    CRYPT_ALGORITHM_IDENTIFIER identifier = identifier_of(kind, parameters);
    DWORD size = 0, longest;

    check_capi(CryptSignAndEncodeCertificate(key, 0, X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED, info, &identifier, NULL,
                                             NULL, &size));
    longest = size;
    check_capi(CryptSignAndEncodeCertificate(key, 0, X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED, info, &identifier, NULL,
                                             encoded, &size));
    ok(size <= longest, "%lu bytes, %lu were said\n", size, longest);
    check_signed_content(key, kind, encoded, size);
    if (!strcmp(kind->oid, SHA256_RSA))
        check_capi(CryptVerifyCertificateSignature(0, X509_ASN_ENCODING, encoded, size,
                                                   (CERT_PUBLIC_KEY_INFO *)&info->SubjectPublicKeyInfo));
    size = 4;
    check_fails(ERROR_MORE_DATA, CryptSignAndEncodeCertificate(key, 0, X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED, info,
                                                               &identifier, NULL, encoded, &size));
}

static void test_certificate(NCRYPT_KEY_HANDLE key, const struct signature_kind *kind)
{
    CERT_PUBLIC_KEY_INFO *public = get_public_key(key);
    BYTE name[128], serial[] = { 1, 2, 3 }, parameters[128];
    CERT_INFO info =
    {
        .dwVersion = CERT_V3,
        .SerialNumber = { sizeof(serial), serial },
        .SignatureAlgorithm = identifier_of(kind, parameters),
        .NotAfter = { 0, 0x01e00000 },
        .NotBefore = { 0, 0x01d00000 },
        .Subject = { sizeof(name), name },
        .SubjectPublicKeyInfo = *public,
    };

    check_capi(make_name(L"CN=issued", &info.Subject));
    info.Issuer = info.Subject;
    sign_and_encode(key, &info, kind);
    free(public);
}

/* --- CertCreateSelfSignCertificate --- */

static void test_self_signed(NCRYPT_KEY_HANDLE key, const struct signature_kind *kind)
{
    BYTE parameters[128], encoded[128];
    CRYPT_ALGORITHM_IDENTIFIER identifier = identifier_of(kind, parameters);
    CERT_NAME_BLOB name = { sizeof(encoded), encoded };
    PCCERT_CONTEXT cert;

    check_capi(make_name(L"CN=self", &name));
    cert = CertCreateSelfSignCertificate(key, &name, 0, NULL, &identifier, NULL, NULL, NULL);
    ok(cert != NULL, "%s: error %#lx\n", kind->oid, GetLastError());
    if (!cert) return;
    check_signed_content(key, kind, cert->pbCertEncoded, cert->cbCertEncoded);
    ok(!strcmp(cert->pCertInfo->SignatureAlgorithm.pszObjId, kind->oid), "the inner algorithm is %s\n",
       cert->pCertInfo->SignatureAlgorithm.pszObjId);
    CertFreeCertificateContext(cert);
}

static void test_kinds(const WCHAR *algorithm, DWORD bits, const struct signature_kind *kinds, unsigned int count)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key = make_key(provider, algorithm, NULL, bits, 0, 0);
    unsigned int i;

    for (i = 0; i < count; i++)
    {
        winetest_push_context("%ls %u", algorithm, i);
        test_sign(key, &kinds[i]);
        test_certificate(key, &kinds[i]);
        test_self_signed(key, &kinds[i]);
        winetest_pop_context();
    }
    NCryptFreeObject(key);
    NCryptFreeObject(provider);
}

/* --- what cannot be signed --- */

static void test_refused(void)
{
    static const struct { const char *oid, *parameters; DWORD error; } refused[] =
    {
        { SHA256_ECDSA, NULL, NTE_BAD_ALGID },                          /* not for this key */
        { "1.2.3.4", NULL, NTE_BAD_ALGID },
        { PSS, "3003020100", NTE_BAD_ALGID },                           /* no such field */
        { PSS, "30", NTE_BAD_ALGID },
        { PSS, "3005a003020100", NTE_BAD_ALGID },
        { PSS, "300da00b300906052b0e03021a", NTE_BAD_ALGID },           /* shorter than it says */
        { PSS, "3005a303020102", NTE_BAD_ALGID },                       /* another trailer */
        { PSS, "300000", NTE_BAD_ALGID },                               /* something behind it */
        { PSS, "301ba11930170609608648016503040202300a06082a864886f70d0205", NTE_BAD_ALGID },   /* not MGF1 */
        { PSS, "3011a00f300d06096086480165030402010500", NTE_NOT_SUPPORTED },   /* SHA-256, and MGF1 with SHA-1 */
    };
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key = make_key(provider, L"RSA", NULL, 1024, 0, 0);
    struct signature_kind kind = { NULL, NULL, NULL, 0 };
    CRYPT_ALGORITHM_IDENTIFIER identifier;
    BYTE parameters[128], signature[256];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(refused); i++)
    {
        kind.oid = refused[i].oid;
        kind.parameters = refused[i].parameters;
        identifier = identifier_of(&kind, parameters);
        size = sizeof(signature);
        winetest_push_context("%u", i);
        check_fails(refused[i].error, CryptSignCertificate(key, 0, X509_ASN_ENCODING, parameters, 1, &identifier, NULL,
                                                           signature, &size));
        winetest_pop_context();
    }
    NCryptFreeObject(key);
    NCryptFreeObject(provider);
}

START_TEST(making)
{
    unsigned int i;

    test_kinds(L"RSA", 2048, rsa_kinds, ARRAY_SIZE(rsa_kinds));
    test_kinds(L"RSA", 2048, pss_kinds, ARRAY_SIZE(pss_kinds));
    for (i = 0; i < ARRAY_SIZE(curves); i++) test_kinds(curves[i].ecdsa, 0, ec_kinds, ARRAY_SIZE(ec_kinds));
    test_kinds(L"DSA", 1024, dsa_kinds, 1);
    test_kinds(L"DSA", 2048, dsa_kinds + 1, 1);
    test_refused();
}
