/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptExportPublicKeyInfo(Ex): keys of every kind and curve as certificates have them. The engine's own PKCS #8
 * encoding of the same key says which algorithm it must be. */
#include "crypt32_test.h"

struct info
{
    CERT_PUBLIC_KEY_INFO info;
    BYTE room[4096];
};

/* Both ways to ask must agree. FALSE: the last error says why. */
static BOOL get_info(NCRYPT_KEY_HANDLE key, struct info *info)
{
    DWORD size = 0, again;

    if (!CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, NULL, &size)) return FALSE;
    ok(size <= sizeof(*info), "size %lu\n", size);
    again = size - 1;
    check_fails(ERROR_MORE_DATA, CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, &info->info, &again));
    ok(again == size, "got %lu, then %lu\n", size, again);
    memset(info, 0xcc, sizeof(*info));
    check_capi(
        CryptExportPublicKeyInfoEx(key, CERT_NCRYPT_KEY_SPEC, X509_ASN_ENCODING, NULL, 0, NULL, &info->info, &again));
    ok(again == size && ((BYTE *)info)[size] == 0xcc, "wrote past the end\n");
    return TRUE;
}

/* The bytes of an element of DER, and in *header those in front of its content. */
static DWORD element_size(const BYTE *der, DWORD *header)
{
    DWORD size = der[1], count, i;

    *header = 2;
    if (size < 0x80) return 2 + size;
    count = size & 0x7f;
    for (size = 0, i = 0; i < count; i++) size = size << 8 | der[2 + i];
    *header += count;
    return *header + size;
}

/* PrivateKeyInfo is SEQUENCE { version, algorithm, ... }, SubjectPublicKeyInfo SEQUENCE { algorithm, ... }. */
static void check_algorithm(const WCHAR *what, NCRYPT_KEY_HANDLE key, const CERT_PUBLIC_KEY_INFO *info)
{
    BYTE private[4096], *encoded, *expected = private;
    DWORD size, header, inner;

    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, private, sizeof(private), &size));
    check_capi(CryptEncodeObjectEx(X509_ASN_ENCODING, X509_PUBLIC_KEY_INFO, info, CRYPT_ENCODE_ALLOC_FLAG, NULL,
                                   &encoded, &size));
    element_size(expected, &header);
    expected += header;
    expected += element_size(expected, &header);
    element_size(encoded, &header);
    size = element_size(expected, &inner);
    ok(!memcmp(encoded + header, expected, size), "%ls: another algorithm than %s\n", what, info->Algorithm.pszObjId);
    LocalFree(encoded);
}

static NCRYPT_KEY_HANDLE make_exportable(NCRYPT_PROV_HANDLE provider, const WCHAR *algorithm, DWORD bits)
{
    return make_key(provider, algorithm, NULL, bits, NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG, 0);
}

/* --- RSA --- */

static void test_rsa(NCRYPT_PROV_HANDLE provider, DWORD bits)
{
    NCRYPT_KEY_HANDLE key = make_exportable(provider, L"RSA", bits);
    BCRYPT_RSAKEY_BLOB *header;
    BYTE blob[2048], *modulus;
    RSAPUBKEY *decoded;
    PUBLICKEYSTRUC *csp;
    struct info info;
    DWORD size;

    check_capi(get_info(key, &info));
    check_algorithm(L"RSA", key, &info.info);
    check_success(export_blob(key, BCRYPT_RSAPUBLIC_BLOB, blob, sizeof(blob), &size));
    header = (BCRYPT_RSAKEY_BLOB *)blob;
    modulus = blob + sizeof(*header) + header->cbPublicExp;
    check_capi(CryptDecodeObjectEx(X509_ASN_ENCODING, RSA_CSP_PUBLICKEYBLOB, info.info.PublicKey.pbData,
                                   info.info.PublicKey.cbData, CRYPT_DECODE_ALLOC_FLAG, NULL, &csp, &size));
    decoded = (RSAPUBKEY *)(csp + 1);
    ok(decoded->bitlen == bits && decoded->pubexp == 65537, "%lu bits, exponent %lu\n", decoded->bitlen,
       decoded->pubexp);
    reverse(modulus, header->cbModulus);
    ok(!memcmp(decoded + 1, modulus, header->cbModulus), "another modulus\n");
    LocalFree(csp);
    NCryptFreeObject(key);
}

/* --- curves --- */

static void check_point(const WCHAR *name, NCRYPT_KEY_HANDLE key, const CRYPT_BIT_BLOB *bits)
{
    BCRYPT_ECCKEY_BLOB *header;
    BYTE blob[512];
    DWORD size;

    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));
    header = (BCRYPT_ECCKEY_BLOB *)blob;
    ok(bits->cbData == 1 + 2 * header->cbKey && bits->pbData[0] == 4 && !bits->cUnusedBits, "%ls: %lu bytes, %lu\n",
       name, bits->cbData, header->cbKey);
    ok(!memcmp(bits->pbData + 1, header + 1, 2 * header->cbKey), "%ls: another point\n", name);
}

static void test_curve(NCRYPT_PROV_HANDLE provider, const WCHAR *algorithm, const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key;
    struct info info;

    check_success(NCryptCreatePersistedKey(provider, &key, algorithm, NULL, 0, 0));
    check_success(set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, name, 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_success(NCryptFinalizeKey(key, 0));
    ok(get_info(key, &info), "%ls: error %#lx\n", name, GetLastError());
    if (get_info(key, &info))
    {
        check_algorithm(name, key, &info.info);
        check_point(name, key, &info.info.PublicKey);
    }
    NCryptFreeObject(key);
}

/* Every name that the engine lists has its OID here. curve25519 is no curve of ECDSA. */
static void test_curves(NCRYPT_PROV_HANDLE provider)
{
    BCRYPT_ECC_CURVE_NAMES *names;
    BYTE buffer[8192];
    DWORD size, tested = 0;
    ULONG i;

    check_success(NCryptGetProperty(provider, NCRYPT_ECC_CURVE_NAME_LIST_PROPERTY, buffer, sizeof(buffer), &size, 0));
    names = (BCRYPT_ECC_CURVE_NAMES *)buffer;
    for (i = 0; i < names->dwEccCurveNames; i++)
    {
        if (!lstrcmpiW(names->pEccCurveNames[i], L"curve25519")) continue;
        test_curve(provider, L"ECDSA", names->pEccCurveNames[i]);
        tested++;
    }
    ok(tested > 30, "%lu curves\n", tested);
    test_curve(provider, L"ECDH", L"nistP521");
    test_curve(provider, L"ECDH", L"brainpoolP320t1");
}

static void test_own_algorithms(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    struct info info;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(curves); i++)
    {
        key = make_exportable(provider, curves[i].ecdsa, 0);
        check_capi(get_info(key, &info));
        check_algorithm(curves[i].ecdsa, key, &info.info);
        check_point(curves[i].ecdsa, key, &info.info.PublicKey);
        NCryptFreeObject(key);
        key = make_exportable(provider, curves[i].ecdh, 0);
        check_capi(get_info(key, &info));
        check_algorithm(curves[i].ecdh, key, &info.info);
        NCryptFreeObject(key);
    }
}

/* --- DSA: both layouts of the blob --- */

static void test_dsa(NCRYPT_PROV_HANDLE provider, DWORD bits)
{
    NCRYPT_KEY_HANDLE key = make_exportable(provider, L"DSA", bits);
    BYTE blob[2048], *y;
    CRYPT_UINT_BLOB *decoded;
    struct info info;
    DWORD size;

    check_capi(get_info(key, &info));
    check_algorithm(L"DSA", key, &info.info);
    check_success(export_blob(key, BCRYPT_DSA_PUBLIC_BLOB, blob, sizeof(blob), &size));
    y = blob + size - bits / 8;
    reverse(y, bits / 8);
    check_capi(CryptDecodeObjectEx(X509_ASN_ENCODING, X509_MULTI_BYTE_UINT, info.info.PublicKey.pbData,
                                   info.info.PublicKey.cbData, CRYPT_DECODE_ALLOC_FLAG, NULL, &decoded, &size));
    ok(decoded->cbData <= bits / 8 && !memcmp(decoded->pbData, y, decoded->cbData), "another number\n");
    LocalFree(decoded);
    NCryptFreeObject(key);
}

/* Kinds of keys that no certificate has, and no keys at all. */
static void test_refused(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    DWORD size = 0;

    key = make_key(provider, L"DH", NULL, 0, 0, 0);
    check_fails(NTE_NOT_SUPPORTED, CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, NULL, &size));
    NCryptFreeObject(key);
    ok(!CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, NULL, &size), "a freed handle\n");
    ok(!CryptExportPublicKeyInfo(provider, 0, X509_ASN_ENCODING, NULL, &size), "a provider\n");
}

/* Programs name the algorithm of the key; it is of no use but must not be in the way. */
static void test_oid(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    struct info info;
    DWORD size = sizeof(info);

    check_capi(
        CryptExportPublicKeyInfoEx(key, 0, X509_ASN_ENCODING, (char *)"1.2.840.10045.2.1", 0, NULL, &info.info, &size));
    ok(!strcmp(info.info.Algorithm.pszObjId, "1.2.840.10045.2.1"), "%s\n", info.info.Algorithm.pszObjId);
    NCryptFreeObject(key);
}

START_TEST(public_key)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_rsa(provider, 1024);
    test_rsa(provider, 2048);
    test_own_algorithms(provider);
    test_curves(provider);
    test_dsa(provider, 1024);
    test_dsa(provider, 2048);
    test_refused(provider);
    test_oid(provider);
    NCryptFreeObject(provider);
}
