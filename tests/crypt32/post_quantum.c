/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Certificates of ML-DSA keys, and public keys of ML-KEM in certificates (RFC 9881, RFC 9935): made, verified, led back
 * to their keys. Numbers like A.101 are rows of the project's list of what Windows 11 does with such keys. */
#define CRYPT_OID_INFO_HAS_EXTRA_FIELDS
#include "crypt32_test.h"
#include "../ncrypt/pq_test.h"

static const struct set
{
    const WCHAR *alg, *set, *cng;
    const char *oid;
    DWORD public_size, signature_size;
} sets[] =
{
    { NCRYPT_MLDSA_ALGORITHM, L"44", L"ML-DSA:44", "2.16.840.1.101.3.4.3.17", 1312, 2420 },
    { NCRYPT_MLDSA_ALGORITHM, L"65", L"ML-DSA:65", "2.16.840.1.101.3.4.3.18", 1952, 3309 },
    { NCRYPT_MLDSA_ALGORITHM, L"87", L"ML-DSA:87", "2.16.840.1.101.3.4.3.19", 2592, 4627 },
    { NCRYPT_MLKEM_ALGORITHM, L"512", L"ML-KEM:512", "2.16.840.1.101.3.4.4.1", 800, 0 },
    { NCRYPT_MLKEM_ALGORITHM, L"768", L"ML-KEM:768", "2.16.840.1.101.3.4.4.2", 1184, 0 },
    { NCRYPT_MLKEM_ALGORITHM, L"1024", L"ML-KEM:1024", "2.16.840.1.101.3.4.4.3", 1568, 0 },
};

#define SIGNING_SETS 3
#define ROOM 16384

/* --- OIDs --- */

static void check_oid(const struct set *s, DWORD group, const WCHAR *cng, const WCHAR *extra)
{
    PCCRYPT_OID_INFO info = CryptFindOIDInfo(CRYPT_OID_INFO_OID_KEY, (void *)s->oid, group);
    const DWORD *more = info ? (const DWORD *)info->ExtraInfo.pbData : NULL;

    ok(info && info->dwGroupId == group, "%ls: not found\n", s->cng);
    if (!info) return;
    ok(!lstrcmpW(info->pwszCNGAlgid, cng) && !lstrcmpW(info->pwszCNGExtraAlgid, extra), "%ls: %ls, %ls\n", s->cng,
       info->pwszCNGAlgid, info->pwszCNGExtraAlgid);
    ok(*more & CRYPT_OID_NO_NULL_ALGORITHM_PARA_FLAG, "%ls: flags %#lx\n", s->cng, *more);
    if (group == CRYPT_SIGN_ALG_OID_GROUP_ID) ok(more[1] == s->signature_size, "%ls: %lu\n", s->cng, more[1]);
    else ok(more[4] == s->public_size && more[6] == s->signature_size, "%ls: %lu, %lu\n", s->cng, more[4], more[6]);
    info = CryptFindOIDInfo(CRYPT_OID_INFO_NAME_KEY, (void *)info->pwszName, group);
    ok(info && !lstrcmpA(info->pszOID, s->oid), "%ls: not found by name\n", s->cng);
}

/* A.101; open question: the names */
static void test_oids(void)
{
    PCCRYPT_OID_INFO info;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(sets); i++)
    {
        check_oid(&sets[i], CRYPT_PUBKEY_ALG_OID_GROUP_ID, sets[i].cng, L"");
        if (i < SIGNING_SETS) check_oid(&sets[i], CRYPT_SIGN_ALG_OID_GROUP_ID, L"NoHash", sets[i].cng);
        info = CryptFindOIDInfo(CRYPT_OID_INFO_CNG_ALGID_KEY, (void *)sets[i].cng, 0);
        ok(info && !lstrcmpA(info->pszOID, sets[i].oid), "%ls: not found\n", sets[i].cng);
    }
    ok(!CryptFindOIDInfo(CRYPT_OID_INFO_OID_KEY, (void *)sets[3].oid, CRYPT_SIGN_ALG_OID_GROUP_ID), "a signature\n");
}

/* --- public keys --- */

/* SEQUENCE { SEQUENCE { OID }, BIT STRING }: 22 bytes and the key. */
static void check_encoded(const struct set *s, const CERT_PUBLIC_KEY_INFO *info)
{
    const DWORD bits = 1 + s->public_size, all = 17 + bits;
    const BYTE expected[] =
    {
        0x30, 0x82, all >> 8, all, 0x30, 0x0b, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04,
        s->signature_size ? 3 : 4, atoi(strrchr(s->oid, '.') + 1), 0x03, 0x82, bits >> 8, bits, 0,
    };
    BYTE *encoded, given[4096];
    DWORD size, given_size = sizeof(given);

    check_capi(CryptEncodeObjectEx(X509_ASN_ENCODING, X509_PUBLIC_KEY_INFO, info, CRYPT_ENCODE_ALLOC_FLAG, NULL,
                                   &encoded, &size));
    ok(size == sizeof(expected) + s->public_size, "%ls: %lu bytes\n", s->cng, size);                    /* A.60 */
    ok(!memcmp(encoded, expected, sizeof(expected)), "%ls: another beginning\n", s->cng);
    check_capi(CryptEncodeObject(X509_ASN_ENCODING, X509_PUBLIC_KEY_INFO, info, given, &given_size));
    ok(given_size == size && !memcmp(encoded, given, size), "%ls: two encodings\n", s->cng);
    LocalFree(encoded);
}

static CERT_PUBLIC_KEY_INFO *get_info(NCRYPT_KEY_HANDLE key)
{
    static BYTE buffer[4096];
    CERT_PUBLIC_KEY_INFO *info = (CERT_PUBLIC_KEY_INFO *)buffer;
    DWORD size = sizeof(buffer), needed = 0;

    check_capi(CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, NULL, &needed));
    check_capi(CryptExportPublicKeyInfoEx(key, 0, X509_ASN_ENCODING, NULL, 0, NULL, info, &size));
    ok(size == needed, "%lu bytes, then %lu\n", needed, size);
    return info;
}

static void test_public_key(NCRYPT_PROV_HANDLE provider, const struct set *s)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, s->alg, s->set, NULL, 0);
    CERT_PUBLIC_KEY_INFO *info = get_info(key);
    static BYTE blob[BLOB_ROOM];
    BCRYPT_KEY_HANDLE imported;
    DWORD size;

    ok(!strcmp(info->Algorithm.pszObjId, s->oid), "%ls: %s\n", s->cng, info->Algorithm.pszObjId);
    ok(!info->Algorithm.Parameters.cbData, "%ls: parameters\n", s->cng);                                /* A.59 */
    check_success(export_blob(key, L"PUBLICBLOB", blob, sizeof(blob), &size));
    ok(info->PublicKey.cbData == s->public_size && !info->PublicKey.cUnusedBits
       && !memcmp(info->PublicKey.pbData, blob + size - s->public_size, s->public_size), "%ls: another key\n", s->cng);
    check_encoded(s, info);
    check_fails(NTE_NOT_SUPPORTED, CryptImportPublicKeyInfoEx2(X509_ASN_ENCODING, info, 0, NULL, &imported));
    check_success(NCryptFreeObject(key));
}

/* --- certificates --- */

static BOOL verifies(const BYTE *data, DWORD size, CERT_PUBLIC_KEY_INFO *key)
{
    CRYPT_DATA_BLOB subject = { size, (BYTE *)data };
    BOOL plain = CryptVerifyCertificateSignature(0, X509_ASN_ENCODING, data, size, key);
    BOOL extended = CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, CRYPT_VERIFY_CERT_SIGN_SUBJECT_BLOB,
                                                      &subject, CRYPT_VERIFY_CERT_SIGN_ISSUER_PUBKEY, key, 0, NULL);

    ok(plain == extended, "plain %d, extended %d\n", plain, extended);
    return extended;
}

/* A bit of what is signed, one of the signature, and what comes behind that. */
static void check_tampering(const struct set *s, PCCERT_CONTEXT cert)
{
    CERT_PUBLIC_KEY_INFO *key = &cert->pCertInfo->SubjectPublicKeyInfo, with_parameters = *key;
    BYTE null[] = { 5, 0 };
    const DWORD size = cert->cbCertEncoded;
    BYTE *copy = malloc(size + 1);

    memcpy(copy, cert->pbCertEncoded, size);
    ok(verifies(copy, size, key), "%ls: error %#lx\n", s->cng, GetLastError());
    with_parameters.Algorithm.Parameters = (CRYPT_OBJID_BLOB){ sizeof(null), null };
    ok(!verifies(copy, size, &with_parameters), "%ls: a key with parameters\n", s->cng);
    copy[size - s->signature_size] ^= 1;
    ok(!verifies(copy, size, key), "%ls: another signature\n", s->cng);
    copy[size - s->signature_size] ^= 1;
    copy[20] ^= 1;                                          /* in the serial number */
    ok(!verifies(copy, size, key), "%ls: another certificate\n", s->cng);
    copy[20] ^= 1;
    copy[size] = 0;
    ok(copy[1] == 0x82 && ++copy[3], "%ls: a length of other form\n", s->cng);
    ok(!verifies(copy, size + 1, key), "%ls: a byte behind the signature\n", s->cng);
    free(copy);
}

/* The key is in the certificate as it is by itself, in every way to make one. */
static void check_certificate(const struct set *s, PCCERT_CONTEXT cert)
{
    const CERT_INFO *info = cert->pCertInfo;

    ok(is_self_signed(cert), "%ls: error %#lx\n", s->cng, GetLastError());
    ok(!strcmp(info->SignatureAlgorithm.pszObjId, s->oid), "%ls: %s\n", s->cng, info->SignatureAlgorithm.pszObjId);
    ok(!info->SignatureAlgorithm.Parameters.cbData, "%ls: parameters\n", s->cng);
    ok(!strcmp(info->SubjectPublicKeyInfo.Algorithm.pszObjId, s->oid), "%ls: another key\n", s->cng);
    ok(!info->SubjectPublicKeyInfo.Algorithm.Parameters.cbData, "%ls: parameters of the key\n", s->cng);
    ok(info->SubjectPublicKeyInfo.PublicKey.cbData == s->public_size, "%ls: another key\n", s->cng);
}

static void check_key_of(PCCERT_CONTEXT cert, const struct set *s)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 0;
    static BYTE signature[ROOM];
    BYTE message[] = "message";
    DWORD spec, size = 0;
    BOOL must_free;

    check_capi(CryptAcquireCertificatePrivateKey(
        cert, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG | CRYPT_ACQUIRE_COMPARE_KEY_FLAG, NULL, &key, &spec, &must_free));
    ok(spec == CERT_NCRYPT_KEY_SPEC, "%ls: spec %#lx\n", s->cng, spec);
    check_success(NCryptSignHash(key, NULL, message, sizeof(message), signature, sizeof(signature), &size, 0));
    ok(size == s->signature_size, "%ls: %lu bytes\n", s->cng, size);
    if (must_free) NCryptFreeObject(key);
}

static PCCERT_CONTEXT make_certificate(NCRYPT_KEY_HANDLE key, const char *oid)
{
    CRYPT_ALGORITHM_IDENTIFIER algorithm = { (char *)oid, { 0, NULL } };
    BYTE encoded[128];
    CERT_NAME_BLOB name = { sizeof(encoded), encoded };

    check_capi(make_name(L"CN=post-quantum", &name));
    return CertCreateSelfSignCertificate(key, &name, 0, NULL, oid ? &algorithm : NULL, NULL, NULL, NULL);
}

static void test_certificate(NCRYPT_PROV_HANDLE provider, const struct set *s)
{
    const struct set *other = s == sets ? s + 1 : sets;
    NCRYPT_KEY_HANDLE key;
    PCCERT_CONTEXT cert;
    WCHAR name[128];

    key = make_pq_key(provider, s->alg, s->set, key_name(name, L"post-quantum"), 0);
    cert = make_certificate(key, NULL);
    ok(cert != NULL, "%ls: error %#lx\n", s->cng, GetLastError());
    check_certificate(s, cert);
    check_tampering(s, cert);
    check_key_of(cert, s);
    CertFreeCertificateContext(cert);
    cert = make_certificate(key, s->oid);
    check_certificate(s, cert);
    CertFreeCertificateContext(cert);
    check_fails(NTE_BAD_ALGID, make_certificate(key, other->oid));
    check_fails(NTE_BAD_ALGID, make_certificate(key, SHA256_ECDSA));
    check_success(NCryptDeleteKey(key, 0));
}

/* --- signatures by themselves --- */

static BYTE signature[ROOM], reversed[ROOM];

/* Open question: the order of the bytes. Those functions have the last one first, whatever the key. */
static void test_signature(NCRYPT_PROV_HANDLE provider, const struct set *s)
{
    NCRYPT_KEY_HANDLE key = make_pq_key(provider, s->alg, s->set, NULL, 0);
    BYTE null[] = { 5, 0 }, data[] = "to be signed";
    CRYPT_ALGORITHM_IDENTIFIER algorithm = { (char *)s->oid, { 0, NULL } };
    DWORD size = 0, i;

    check_capi(CryptSignCertificate(key, 0, X509_ASN_ENCODING, data, sizeof(data), &algorithm, NULL, NULL, &size));
    ok(size == s->signature_size, "%ls: %lu bytes\n", s->cng, size);
    check_capi(CryptSignCertificate(key, 0, X509_ASN_ENCODING, data, sizeof(data), &algorithm, NULL, signature, &size));
    for (i = 0; i < size; i++) reversed[i] = signature[size - 1 - i];
    check_success(NCryptVerifySignature(key, NULL, data, sizeof(data), reversed, size, 0));
    algorithm.Parameters = (CRYPT_OBJID_BLOB){ sizeof(null), null };
    check_fails(NTE_BAD_ALGID, CryptSignCertificate(key, 0, X509_ASN_ENCODING, data, sizeof(data), &algorithm, NULL,
                                                    signature, &size));
    check_success(NCryptFreeObject(key));
}

START_TEST(post_quantum)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    unsigned int i;

    test_oids();
    for (i = 0; i < ARRAY_SIZE(sets); i++) test_public_key(provider, &sets[i]);
    for (i = 0; i < SIGNING_SETS; i++)
    {
        test_certificate(provider, &sets[i]);
        test_signature(provider, &sets[i]);
    }
    NCryptFreeObject(provider);
}
