/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys as the blobs of CAPI, in and out, read and written by CAPI itself too (rows 8.16, 8.30, 9.25, 16.12). */
#include "ncrypt_test.h"
#include "vectors.h"

static void reverse(BYTE *data, DWORD size)
{
    DWORD i;
    BYTE byte;

    for (i = 0; i < size / 2; i++)
    {
        byte = data[i];
        data[i] = data[size - 1 - i];
        data[size - 1 - i] = byte;
    }
}

static NCRYPT_KEY_HANDLE import_private(NCRYPT_PROV_HANDLE provider, const WCHAR *type, const void *blob,
                                        DWORD size)
{
    NCRYPT_KEY_HANDLE key;

    check_success(import_blob(provider, type, blob, size, &key));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    return key;
}

/* Exports key, imports that, exports again: the same bytes, which are returned. Less than that is no blob. */
static DWORD round_trip_(int line, NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, const WCHAR *type,
                         BYTE *blob, DWORD capacity)
{
    NCRYPT_KEY_HANDLE copy, none;
    SECURITY_STATUS status;
    BYTE *again = blob + capacity / 2;
    DWORD size, again_size;

    status = export_blob(key, type, blob, capacity / 2, &size);
    ok_(__FILE__, line)(!status, "%s: export got %#lx\n", wine_dbgstr_w(type), status);
    if (status) return 0;
    status = import_blob(provider, type, blob, size, &copy);
    ok_(__FILE__, line)(!status, "%s: import got %#lx\n", wine_dbgstr_w(type), status);
    if (status) return 0;
    check_success(set_dword(copy, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    status = export_blob(copy, type, again, capacity / 2, &again_size);
    ok_(__FILE__, line)(!status, "%s: export got %#lx\n", wine_dbgstr_w(type), status);
    ok_(__FILE__, line)(again_size == size && !memcmp(again, blob, size), "%s: not identical\n",
                        wine_dbgstr_w(type));
    check_success(NCryptFreeObject(copy));

    check_status(NTE_BAD_DATA, import_blob(provider, type, blob, size - 1, &none));
    check_status(NTE_BAD_DATA, import_blob(provider, type, blob, 15, &none));
    blob[0] ^= 1;                           /* bType of the other kind */
    check_status(NTE_INVALID_PARAMETER, import_blob(provider, type, blob, size, &none));
    blob[0] ^= 1;
    return size;
}
#define round_trip(provider, key, type, blob) round_trip_(__LINE__, provider, key, type, blob, sizeof(blob))

static void check_header_(int line, const BYTE *blob, BYTE type, BYTE version, ALG_ID alg, const char *magic)
{
    const BLOBHEADER *header = (const BLOBHEADER *)blob;

    ok_(__FILE__, line)(header->bType == type, "type %u\n", header->bType);
    ok_(__FILE__, line)(header->bVersion == version, "version %u\n", header->bVersion);
    ok_(__FILE__, line)(!header->reserved, "reserved %u\n", header->reserved);
    ok_(__FILE__, line)(header->aiKeyAlg == alg, "algorithm %#x\n", header->aiKeyAlg);
    ok_(__FILE__, line)(!memcmp(header + 1, magic, 4), "magic %#lx\n", *(DWORD *)(header + 1));
}
#define check_header(blob, type, version, alg, magic) check_header_(__LINE__, blob, type, version, alg, magic)

static void test_rsa(NCRYPT_PROV_HANDLE provider)
{
    BYTE full[2048], blob[8192];
    NCRYPT_KEY_HANDLE key, copy;
    DWORD size, full_size;

    full_size = make_rsa_blob(full, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);
    key = import_private(provider, BCRYPT_RSAFULLPRIVATE_BLOB, full, full_size);
    size = round_trip(provider, key, LEGACY_RSAPUBLIC_BLOB, blob);                          /* 9.25, 8.16 */
    ok(size == 20 + 128, "got %lu\n", size);
    check_header(blob, PUBLICKEYBLOB, 2, CALG_RSA_KEYX, "RSA1");
    size = round_trip(provider, key, LEGACY_RSAPRIVATE_BLOB, blob);                         /* 8.16, 16.12 */
    ok(size == 20 + 128 + 5 * 64 + 128, "got %lu\n", size);
    check_header(blob, PRIVATEKEYBLOB, 2, CALG_RSA_KEYX, "RSA2");
    check_success(NCryptFreeObject(key));

    copy = import_private(provider, LEGACY_RSAPRIVATE_BLOB, blob, size);
    check_success(export_blob(copy, BCRYPT_RSAFULLPRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == full_size && !memcmp(blob, full, size), "another key\n");
    check_success(NCryptFreeObject(copy));

    key = make_key(provider, L"RSA", NULL, 1032, 3, 0);
    size = round_trip(provider, key, LEGACY_RSAPRIVATE_BLOB, blob);
    ok(size == 20 + 129 + 5 * 65 + 129, "got %lu\n", size);
    check_success(NCryptFreeObject(key));

    size = rsa_blob(blob, BCRYPT_RSAPRIVATE_MAGIC, rsa_1024.n, RSA_1024_LONG_EXPONENT, rsa_1024.p, rsa_1024.q,
                    NULL, NULL, NULL, NULL);
    key = import_private(provider, BCRYPT_RSAPRIVATE_BLOB, blob, size);
    /* open question: an exponent of 64 bits has no place there */
    check_status(NTE_NOT_SUPPORTED, export_blob(key, LEGACY_RSAPUBLIC_BLOB, NULL, 0, &size));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, LEGACY_RSAPRIVATE_BLOB, NULL, 0, &size));
    check_success(NCryptFreeObject(key));
}

/* CAPI signs with our key, we with one of CAPI, and each has verified the other's. */
static void test_rsa_with_capi(NCRYPT_PROV_HANDLE provider)
{
    BCRYPT_PKCS1_PADDING_INFO sha1 = { BCRYPT_SHA1_ALGORITHM };
    BYTE blob[2048], exported[2048], digest[20], signature[256];
    DWORD size, exported_size, digest_size = sizeof(digest), signature_size;
    NCRYPT_KEY_HANDLE key = make_key(provider, L"RSA", NULL, 1024, 3, 0);
    HCRYPTPROV prov;
    HCRYPTHASH hash;
    HCRYPTKEY capi;

    ok(CryptAcquireContextW(&prov, NULL, NULL, PROV_RSA_FULL, CRYPT_VERIFYCONTEXT), "error %#lx\n",
       GetLastError());
    check_success(export_blob(key, LEGACY_RSAPRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(CryptImportKey(prov, blob, size, 0, CRYPT_EXPORTABLE, &capi), "error %#lx\n", GetLastError());
    exported_size = sizeof(exported);
    ok(CryptExportKey(capi, 0, PRIVATEKEYBLOB, 0, exported, &exported_size), "error %#lx\n", GetLastError());
    ok(exported_size == size && !memcmp(exported, blob, size), "CAPI writes another blob\n");
    check_success(export_blob(key, LEGACY_RSAPUBLIC_BLOB, blob, sizeof(blob), &size));
    exported_size = sizeof(exported);
    ok(CryptExportKey(capi, 0, PUBLICKEYBLOB, 0, exported, &exported_size), "error %#lx\n", GetLastError());
    ok(exported_size == size && !memcmp(exported, blob, size), "CAPI writes another blob\n");

    ok(CryptCreateHash(prov, CALG_SHA1, 0, 0, &hash), "error %#lx\n", GetLastError());
    ok(CryptHashData(hash, (const BYTE *)"abc", 3, 0), "error %#lx\n", GetLastError());
    ok(CryptGetHashParam(hash, HP_HASHVAL, digest, &digest_size, 0), "error %#lx\n", GetLastError());
    check_success(NCryptSignHash(key, &sha1, digest, 20, signature, sizeof(signature), &signature_size,
                                 BCRYPT_PAD_PKCS1));
    reverse(signature, signature_size);
    ok(CryptVerifySignatureW(hash, signature, signature_size, capi, NULL, 0), "error %#lx\n", GetLastError());
    check_success(NCryptFreeObject(key));
    CryptDestroyKey(capi);

    ok(CryptGenKey(prov, AT_KEYEXCHANGE, 1024 << 16 | CRYPT_EXPORTABLE, &capi), "error %#lx\n", GetLastError());
    exported_size = sizeof(exported);
    ok(CryptExportKey(capi, 0, PRIVATEKEYBLOB, 0, exported, &exported_size), "error %#lx\n", GetLastError());
    key = import_private(provider, LEGACY_RSAPRIVATE_BLOB, exported, exported_size);
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 1024);
    check_success(NCryptSignHash(key, &sha1, digest, 20, signature, sizeof(signature), &signature_size,
                                 BCRYPT_PAD_PKCS1));
    reverse(signature, signature_size);
    ok(CryptVerifySignatureW(hash, signature, signature_size, capi, NULL, 0), "error %#lx\n", GetLastError());
    check_success(NCryptFreeObject(key));
    CryptDestroyKey(capi);
    CryptDestroyHash(hash);
    CryptReleaseContext(prov, 0);
}

/* The blob types share their numbers with those of BCrypt: a key that comes back is the same. */
static void test_dsa(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"DSA", NULL, 1024, 3, 0), copy;
    BYTE own[2048], blob[8192];
    DWORD size, own_size;

    check_success(export_blob(key, BCRYPT_DSA_PRIVATE_BLOB, own, sizeof(own), &own_size));
    size = round_trip(provider, key, L"V2CAPIDSAPUBLICBLOB", blob);                         /* 8.30 */
    ok(size == 16 + 128 + 20 + 128 + 128 + 24, "got %lu\n", size);
    check_header(blob, PUBLICKEYBLOB, 2, CALG_DSS_SIGN, "DSS1");
    size = round_trip(provider, key, L"V2CAPIDSAPRIVATEBLOB", blob);                        /* 8.30 */
    ok(size == 16 + 128 + 20 + 128 + 20 + 24, "got %lu\n", size);
    check_header(blob, PRIVATEKEYBLOB, 2, CALG_DSS_SIGN, "DSS2");
    copy = import_private(provider, L"V2CAPIDSAPRIVATEBLOB", blob, size);
    check_success(export_blob(copy, BCRYPT_DSA_PRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == own_size && !memcmp(blob, own, size), "another key\n");
    check_success(NCryptFreeObject(copy));

    /* open question: of which version these are */
    size = round_trip(provider, key, LEGACY_DSA_PUBLIC_BLOB, blob);
    ok(size == 12 + 12 + 24 + 3 * 128 + 20, "got %lu\n", size);
    check_header(blob, PUBLICKEYBLOB, 3, CALG_DSS_SIGN, "DSS3");
    size = round_trip(provider, key, LEGACY_DSA_PRIVATE_BLOB, blob);
    ok(size == 12 + 16 + 24 + 3 * 128 + 20 + 20, "got %lu\n", size);
    check_header(blob, PRIVATEKEYBLOB, 3, CALG_DSS_SIGN, "DSS4");
    copy = import_private(provider, LEGACY_DSA_PRIVATE_BLOB, blob, size);
    check_success(export_blob(copy, BCRYPT_DSA_PRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == own_size && !memcmp(blob, own, size), "another key\n");
    check_success(NCryptFreeObject(copy));
    check_success(NCryptFreeObject(key));

    key = make_key(provider, L"DSA", NULL, 2048, 3, 0);
    check_status(NTE_NOT_SUPPORTED, export_blob(key, L"V2CAPIDSAPUBLICBLOB", NULL, 0, &size));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, L"V2CAPIDSAPRIVATEBLOB", NULL, 0, &size));
    round_trip(provider, key, LEGACY_DSA_PUBLIC_BLOB, blob);
    round_trip(provider, key, LEGACY_DSA_PRIVATE_BLOB, blob);
    check_success(NCryptFreeObject(key));
}

/* BCrypt reads our blob and signs with it (16.12). */
static void test_dsa_with_bcrypt(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"DSA", NULL, 1024, 3, 0);
    BYTE blob[1024], exported[1024], digest[20] = { 9 }, signature[40];
    DWORD size, exported_size;
    BCRYPT_ALG_HANDLE alg;
    BCRYPT_KEY_HANDLE copy;
    NTSTATUS status;

    check_success(export_blob(key, L"V2CAPIDSAPRIVATEBLOB", blob, sizeof(blob), &size));
    status = BCryptOpenAlgorithmProvider(&alg, BCRYPT_DSA_ALGORITHM, NULL, 0);
    ok(!status, "got %#lx\n", status);
    status = BCryptImportKeyPair(alg, NULL, L"V2CAPIDSAPRIVATEBLOB", &copy, blob, size, 0);
    ok(!status, "got %#lx\n", status);
    if (!status)
    {
        status = BCryptSignHash(copy, NULL, digest, sizeof(digest), signature, sizeof(signature), &size, 0);
        ok(!status && size == 40, "got %#lx, %lu\n", status, size);
        check_success(NCryptVerifySignature(key, NULL, digest, sizeof(digest), signature, size, 0));
        status = BCryptExportKey(copy, NULL, L"V2CAPIDSAPRIVATEBLOB", exported, sizeof(exported),
                                 &exported_size, 0);
        ok(!status, "got %#lx\n", status);
        check_success(export_blob(key, L"V2CAPIDSAPRIVATEBLOB", blob, sizeof(blob), &size));
        ok(exported_size == size && !memcmp(exported, blob, size - 24), "BCrypt writes another blob\n");
        BCryptDestroyKey(copy);
    }
    BCryptCloseAlgorithmProvider(alg, 0);
    check_success(NCryptFreeObject(key));
}

static void test_dh(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"DH", NULL, 1024, 3, 0), copy;
    BYTE own[1024], blob[8192];
    DWORD size, own_size;

    check_success(export_blob(key, BCRYPT_DH_PRIVATE_BLOB, own, sizeof(own), &own_size));
    size = round_trip(provider, key, LEGACY_DH_PUBLIC_BLOB, blob);                          /* 8.30 */
    ok(size == 12 + 12 + 24 + 3 * 128, "got %lu\n", size);
    check_header(blob, PUBLICKEYBLOB, 3, CALG_DH_SF, "\0DH3");
    size = round_trip(provider, key, LEGACY_DH_PRIVATE_BLOB, blob);                         /* 8.30 */
    ok(size == 12 + 16 + 24 + 4 * 128, "got %lu\n", size);
    check_header(blob, PRIVATEKEYBLOB, 3, CALG_DH_SF, "\0DH4");
    copy = import_private(provider, LEGACY_DH_PRIVATE_BLOB, blob, size);
    check_success(export_blob(copy, BCRYPT_DH_PRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == own_size && !memcmp(blob, own, size), "another key\n");
    check_success(NCryptFreeObject(copy));
    check_success(NCryptFreeObject(key));
}

static const struct
{
    const WCHAR *alg, *type;
}
private_types[] =
{
    { L"RSA", LEGACY_RSAPRIVATE_BLOB },
    { L"DSA", LEGACY_DSA_PRIVATE_BLOB },
    { L"DSA", L"V2CAPIDSAPRIVATEBLOB" },
    { L"DH", LEGACY_DH_PRIVATE_BLOB },
};

/* Under a name, by parameter and by property (7.26, 8.38); the policy holds (9.6, 9.11). */
static void test_ways_in(NCRYPT_PROV_HANDLE provider)
{
    NCryptBuffer buffer;
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, &buffer };
    BYTE blob[1024], exported[1024];
    NCRYPT_KEY_HANDLE key;
    DWORD size, exported_size;
    WCHAR name[128];
    unsigned int i;

    buffer.BufferType = NCRYPTBUFFER_PKCS_KEY_NAME;
    buffer.pvBuffer = (void *)key_name(name, L"capi");
    buffer.cbBuffer = (lstrlenW(name) + 1) * sizeof(WCHAR);
    for (i = 0; i < ARRAY_SIZE(private_types); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(private_types[i].type));
        key = make_key(provider, private_types[i].alg, NULL, 1024, 3, 0);
        check_success(export_blob(key, private_types[i].type, blob, sizeof(blob), &size));
        check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 1, NCRYPT_PERSIST_FLAG));
        check_status(NTE_NOT_SUPPORTED, export_blob(key, private_types[i].type, NULL, 0, &exported_size));
        check_success(NCryptFreeObject(key));

        check_success(NCryptImportKey(provider, 0, private_types[i].type, &desc, &key, blob, size,
                                      NCRYPT_OVERWRITE_KEY_FLAG));
        check_success(NCryptFreeObject(key));
        check_success(NCryptOpenKey(provider, &key, name, 0, 0));
        check_text(key, NCRYPT_ALGORITHM_PROPERTY, private_types[i].alg);
        check_status(NTE_NOT_SUPPORTED, export_blob(key, private_types[i].type, NULL, 0, &exported_size));
        check_success(NCryptDeleteKey(key, 0));

        check_success(NCryptCreatePersistedKey(provider, &key, private_types[i].alg, name, 0, 0));
        check_success(NCryptSetProperty(key, private_types[i].type, blob, size, 0));
        check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
        check_success(NCryptFinalizeKey(key, 0));
        check_success(export_blob(key, private_types[i].type, exported, sizeof(exported), &exported_size));
        ok(exported_size == size && !memcmp(exported, blob, size), "not identical\n");
        check_success(NCryptDeleteKey(key, 0));
        winetest_pop_context();
    }
}

START_TEST(capi_blob)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_rsa(provider);
    test_rsa_with_capi(provider);
    test_dsa(provider);
    test_dsa_with_bcrypt(provider);
    test_dh(provider);
    test_ways_in(provider);
    check_success(NCryptFreeObject(provider));
}
