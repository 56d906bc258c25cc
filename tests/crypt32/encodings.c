/* SPDX-License-Identifier: LGPL-2.1-or-later
 * OIDs by name, EC structures in DER, public keys as keys of bcrypt.dll, certificates that have a key: what Wine's
 * crypt32 lacks of these. */
#define CRYPT_OID_INFO_HAS_EXTRA_FIELDS
#include "crypt32_test.h"

#ifndef X509_ECC_PRIVATE_KEY
#define X509_ECC_PRIVATE_KEY ((LPCSTR)82)
#endif

static void test_names(void)
{
    static const struct { const WCHAR *name; const char *oid; DWORD group; } names[] =
    {
        { L"sha1", "1.3.14.3.2.26", CRYPT_HASH_ALG_OID_GROUP_ID },
        { L"SHA1", "1.3.14.3.2.26", CRYPT_HASH_ALG_OID_GROUP_ID },
        { L"SHA256", SHA256_OID, 0 },
        { L"Sha384", "2.16.840.1.101.3.4.2.2", 0 },
        { L"nistP256", "1.2.840.10045.3.1.7", CRYPT_PUBKEY_ALG_OID_GROUP_ID },
        { L"NISTP256", "1.2.840.10045.3.1.7", 0 },
        { L"secP384r1", "1.3.132.0.34", 0 },
        { L"ECDSA_P521", "1.3.132.0.35", 0 },
        { L"ECDH_P256", "1.2.840.10045.3.1.7", 0 },
        { L"brainpoolP256r1", "1.3.36.3.3.2.8.1.1.7", 0 },
        { L"aes256", "2.16.840.1.101.3.4.1.42", CRYPT_ENCRYPT_ALG_OID_GROUP_ID },
        { L"RSASSA-PSS", szOID_RSA_SSA_PSS, 0 },
        { L"RSAES_OAEP", szOID_RSAES_OAEP, 0 },
        { L"ECC", szOID_ECC_PUBLIC_KEY, 0 },
    };
    PCCRYPT_OID_INFO info;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(names); i++)
    {
        info = CryptFindOIDInfo(CRYPT_OID_INFO_NAME_KEY, (void *)names[i].name, names[i].group);
        ok(info && !lstrcmpA(info->pszOID, names[i].oid), "%ls: %s\n", names[i].name, info ? info->pszOID : "none");
    }
    ok(!CryptFindOIDInfo(CRYPT_OID_INFO_NAME_KEY, (void *)L"nistP256", CRYPT_HASH_ALG_OID_GROUP_ID),
       "a curve that is a hash\n");
    ok(!CryptFindOIDInfo(CRYPT_OID_INFO_NAME_KEY, (void *)L"no such name", 0), "found\n");
    ok(!CryptFindOIDInfo(CRYPT_OID_INFO_NAME_KEY, (void *)L"", 0), "found\n");
}

static void test_oids(void)
{
    /* open question: which of a curve's names Windows finds by its OID; .NET has these */
    static const struct { const char *oid; const WCHAR *name, *cng, *extra; } oids[] =
    {
        { "1.2.840.10045.3.1.7", L"ECDSA_P256", L"ECDSA_P256", L"ECDH_P256" },
        { "1.3.132.0.34", L"ECDSA_P384", L"ECDSA_P384", L"ECDH_P384" },
        { "1.3.132.0.35", L"ECDSA_P521", L"ECDSA_P521", L"ECDH_P521" },
        { "1.3.36.3.3.2.8.1.1.7", L"brainpoolP256r1", L"ECDSA", L"ECDH" },
        { "2.16.840.1.101.3.4.1.2", L"aes128", L"AES", L"" },
    };
    PCCRYPT_OID_INFO info;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(oids); i++)
    {
        info = CryptFindOIDInfo(CRYPT_OID_INFO_OID_KEY, (void *)oids[i].oid, 0);
        ok(info != NULL, "%s: none\n", oids[i].oid);
        if (!info) continue;
        ok(info->cbSize == sizeof(*info), "%s: size %lu\n", oids[i].oid, info->cbSize);
        ok(!lstrcmpW(info->pwszName, oids[i].name), "%s: name %ls\n", oids[i].oid, info->pwszName);
        ok(!lstrcmpW(info->pwszCNGAlgid, oids[i].cng), "%s: %ls\n", oids[i].oid, info->pwszCNGAlgid);
        ok(!lstrcmpW(info->pwszCNGExtraAlgid, oids[i].extra), "%s: %ls\n", oids[i].oid, info->pwszCNGExtraAlgid);
    }
    info = CryptFindOIDInfo(CRYPT_OID_INFO_CNG_ALGID_KEY, (void *)L"ECDSA_P384", 0);
    ok(info && !lstrcmpA(info->pszOID, "1.3.132.0.34"), "ECDSA_P384: %s\n", info ? info->pszOID : "none");
}

static void test_signature(void)
{
    /* the last byte first: 0x8001, 0x05 */
    BYTE r[] = { 0x01, 0x80, 0 }, s[] = { 0x05 }, encoded[32];
    static const BYTE expected[] = { 0x30, 0x08, 0x02, 0x03, 0x00, 0x80, 0x01, 0x02, 0x01, 0x05 };
    CERT_ECC_SIGNATURE signature = { { sizeof(r), r }, { sizeof(s), s } }, *decoded;
    DWORD size = 0, room;
    BYTE *allocated;

    check_capi(CryptEncodeObject(X509_ASN_ENCODING, X509_ECC_SIGNATURE, &signature, NULL, &size));
    ok(size == sizeof(expected), "size %lu\n", size);
    room = size - 1;
    check_fails(ERROR_MORE_DATA, CryptEncodeObject(X509_ASN_ENCODING, X509_ECC_SIGNATURE, &signature, encoded, &room));
    check_capi(CryptEncodeObject(X509_ASN_ENCODING, X509_ECC_SIGNATURE, &signature, encoded, &size));
    ok(!memcmp(encoded, expected, sizeof(expected)), "other bytes\n");
    check_capi(CryptEncodeObjectEx(X509_ASN_ENCODING, X509_ECC_SIGNATURE, &signature, CRYPT_ENCODE_ALLOC_FLAG, NULL,
                                   &allocated, &size));
    ok(size == sizeof(expected) && !memcmp(allocated, expected, size), "other bytes\n");
    LocalFree(allocated);
    check_capi(CryptDecodeObjectEx(X509_ASN_ENCODING, X509_ECC_SIGNATURE, expected, sizeof(expected),
                                   CRYPT_DECODE_ALLOC_FLAG, NULL, &decoded, &size));
    ok(decoded->s.cbData == 1 && decoded->s.pbData[0] == 5, "s: %lu bytes\n", decoded->s.cbData);
    LocalFree(decoded);
    check_fails(ERROR_FILE_NOT_FOUND, CryptEncodeObject(X509_ASN_ENCODING, (LPCSTR)199, &signature, NULL, &size));
}

/* As wincrypt.h has it since Windows 8. */
struct private_key
{
    DWORD version;
    CRYPT_DER_BLOB key;
    char *curve;
    CRYPT_BIT_BLOB public;
};

static void test_private_key(void)
{
    BYTE number[] = { 1, 2, 3 }, point[] = { 4, 5, 6, 7, 8 }, *encoded;
    struct private_key key = { 1, { 3, number }, (char *)"1.2.840.10045.3.1.7", { 5, point, 0 } }, *decoded;
    static const BYTE expected[] = {
        0x30, 0x1e, 0x02, 0x01, 0x01, 0x04, 0x03, 1,    2,    3,    0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86,
        0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0xa1, 0x08, 0x03, 0x06, 0x00, 4,    5,    6,    7,    8,
    };
    DWORD size, i;

    check_capi(CryptEncodeObjectEx(X509_ASN_ENCODING, X509_ECC_PRIVATE_KEY, &key, CRYPT_ENCODE_ALLOC_FLAG, NULL,
                                   &encoded, &size));
    ok(size == sizeof(expected) && !memcmp(encoded, expected, size), "other bytes (%lu)\n", size);
    LocalFree(encoded);
    check_capi(CryptDecodeObjectEx(X509_ASN_ENCODING, X509_ECC_PRIVATE_KEY, expected, sizeof(expected),
                                   CRYPT_DECODE_ALLOC_FLAG, NULL, &decoded, &size));
    ok(decoded->version == 1 && decoded->key.cbData == 3 && !memcmp(decoded->key.pbData, number, 3), "other key\n");
    ok(!lstrcmpA(decoded->curve, key.curve), "curve %s\n", decoded->curve);
    ok(decoded->public.cbData == 5 && !memcmp(decoded->public.pbData, point, 5), "other public key\n");
    LocalFree(decoded);
    for (i = 0; i < sizeof(expected); i++)
        ok(!CryptDecodeObject(X509_ASN_ENCODING, X509_ECC_PRIVATE_KEY, expected, i, 0, NULL, &size),
           "%lu bytes decoded\n", i);
}

static void test_import(const WCHAR *algorithm, BOOL for_encryption)
{
    BYTE hash[32] = { 1 }, signature[256];
    BCRYPT_KEY_HANDLE key = NULL;
    struct identity identity;
    NTSTATUS status;
    DWORD size;

    winetest_push_context("%ls", algorithm);
    make_identity(&identity, algorithm, L"import", 0);
    check_capi(CryptImportPublicKeyInfoEx2(X509_ASN_ENCODING, &identity.cert->pCertInfo->SubjectPublicKeyInfo,
                                           for_encryption ? CRYPT_OID_INFO_PUBKEY_ENCRYPT_KEY_FLAG : 0, NULL, &key));
    if (key && !for_encryption)
    {
        check_success(NCryptSignHash(identity.key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0));
        status = BCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, size, 0);
        ok(!status, "verify: %#lx\n", status);
        hash[0]++;
        status = BCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, size, 0);
        ok(status, "another hash was verified\n");
    }
    if (key) BCryptDestroyKey(key);
    remove_identity(&identity);
    winetest_pop_context();
}

/* Wine's bcrypt.dll has DSA keys of up to 1024 bits. */
static void test_import_dsa(void)
{
    BYTE hash[20] = { 1 }, signature[64], room[2048];
    CERT_PUBLIC_KEY_INFO *info = (CERT_PUBLIC_KEY_INFO *)room;
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE signer = make_key(provider, L"DSA", NULL, 1024, 0, 0);
    BCRYPT_KEY_HANDLE key = NULL;
    DWORD size = sizeof(room);
    NTSTATUS status;

    check_capi(CryptExportPublicKeyInfo(signer, 0, X509_ASN_ENCODING, info, &size));
    check_capi(CryptImportPublicKeyInfoEx2(X509_ASN_ENCODING, info, 0, NULL, &key));
    check_success(NCryptSignHash(signer, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0));
    status = BCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, size, 0);
    ok(!status, "verify: %#lx\n", status);
    hash[0]++;
    ok(BCryptVerifySignature(key, NULL, hash, sizeof(hash), signature, size, 0), "another hash was verified\n");
    BCryptDestroyKey(key);
    info->Algorithm.Parameters.cbData--;
    check_fails(NTE_BAD_DATA, CryptImportPublicKeyInfoEx2(X509_ASN_ENCODING, info, 0, NULL, &key));
    NCryptFreeObject(signer);
    NCryptFreeObject(provider);
}

/* CertificationRequestInfo (RFC 2986 4.1): [0] is there without attributes, too. */
static void test_request(void)
{
    static BYTE name[] = { 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 'x' };
    static BYTE null[] = { 0x05, 0x00 }, key[] = { 0x30, 0x00 }, octets[] = { 0x04, 0x01, 0x2a };
    static const BYTE without[] = { 0x30, 0x26, 0x02, 0x01, 0x00, 0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55,
                                    0x04, 0x03, 0x0c, 0x01, 'x', 0x30, 0x11, 0x30, 0x0a, 0x06, 0x06, 0x2a, 0x86, 0x48,
                                    0x86, 0xf7, 0x0d, 0x05, 0x00, 0x03, 0x03, 0x00, 0x30, 0x00, 0xa0, 0x00 };
    static const BYTE with[] = { 0xa0, 0x0c, 0x30, 0x0a, 0x06, 0x03, 0x2a, 0x03, 0x04, 0x31, 0x03, 0x04, 0x01, 0x2a };
    CRYPT_ATTR_BLOB value = { sizeof(octets), octets };
    CRYPT_ATTRIBUTE attribute = { (char *)"1.2.3.4", 1, &value };
    CERT_REQUEST_INFO request = { .Subject = { sizeof(name), name } };
    BYTE encoded[128];
    DWORD size = sizeof(encoded);

    request.SubjectPublicKeyInfo.Algorithm.pszObjId = (char *)"1.2.840.113549";
    request.SubjectPublicKeyInfo.Algorithm.Parameters.cbData = sizeof(null);
    request.SubjectPublicKeyInfo.Algorithm.Parameters.pbData = null;
    request.SubjectPublicKeyInfo.PublicKey.cbData = sizeof(key);
    request.SubjectPublicKeyInfo.PublicKey.pbData = key;
    check_capi(CryptEncodeObject(X509_ASN_ENCODING, X509_CERT_REQUEST_TO_BE_SIGNED, &request, encoded, &size));
    ok(size == sizeof(without) && !memcmp(encoded, without, size), "%lu bytes of another request\n", size);
    request.cAttribute = 1;
    request.rgAttribute = &attribute;
    size = sizeof(encoded);
    check_capi(CryptEncodeObject(X509_ASN_ENCODING, X509_CERT_REQUEST_TO_BE_SIGNED, &request, encoded, &size));
    ok(size == sizeof(without) + sizeof(with) - 2 && !memcmp(encoded + size - sizeof(with), with, sizeof(with)),
       "%lu bytes with other attributes\n", size);
    size = 4;
    check_fails(ERROR_MORE_DATA,
                CryptEncodeObject(X509_ASN_ENCODING, X509_CERT_REQUEST_TO_BE_SIGNED, &request, encoded, &size));
}

static void test_has_private_key(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
    PCCERT_CONTEXT bare, found;
    struct identity identity, other;

    make_identity(&identity, L"ECDSA_P256", L"has key", 0);
    make_identity(&other, L"ECDSA_P256", L"has none", 0);
    bare = bare_copy(other.cert);
    check_capi(CertAddCertificateContextToStore(store, bare, CERT_STORE_ADD_ALWAYS, NULL));
    found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_HAS_PRIVATE_KEY, NULL, NULL);
    ok(!found && GetLastError() == (DWORD)CRYPT_E_NOT_FOUND, "error %#lx\n", GetLastError());
    check_capi(CertAddCertificateContextToStore(store, identity.cert, CERT_STORE_ADD_ALWAYS, NULL));
    found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_HAS_PRIVATE_KEY, NULL, NULL);
    ok(found && CertCompareCertificate(X509_ASN_ENCODING, found->pCertInfo, identity.cert->pCertInfo), "not found\n");
    ok(!CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_HAS_PRIVATE_KEY, NULL, found),
       "a second one\n");
    CertFreeCertificateContext(bare);
    CertCloseStore(store, 0);
    remove_identity(&identity);
    remove_identity(&other);
}

START_TEST(encodings)
{
    test_names();
    test_oids();
    test_signature();
    test_private_key();
    test_import(L"ECDSA_P256", FALSE);
    test_import(L"ECDSA_P384", FALSE);
    test_import(L"ECDSA_P256", TRUE);
    test_import_dsa();
    test_request();
    test_has_private_key();
}
