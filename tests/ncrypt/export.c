/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptExportKey: layouts and sizes, the export policy, what is not there to export (rows 9.1 to 9.34). */
#include "ncrypt_test.h"
#include "vectors.h"

/* Exports as every client does: the size, too little room, the exact room. Returns the size. */
static DWORD export_checked_(int line, NCRYPT_KEY_HANDLE key, const WCHAR *type, BYTE *blob, DWORD capacity)
{
    SECURITY_STATUS status;
    DWORD size, again;

    status = export_blob(key, type, NULL, 0, &size);                                    /* 9.3, E7 */
    ok_(__FILE__, line)(!status, "%s: size query got %#lx\n", wine_dbgstr_w(type), status);
    if (status || size > capacity)
    {
        ok_(__FILE__, line)(0, "%s: size %lu\n", wine_dbgstr_w(type), size);
        return 0;
    }
    memset(blob, 0xcc, capacity);
    status = export_blob(key, type, blob, size - 1, &again);                            /* 9.5 */
    ok_(__FILE__, line)(status == NTE_BUFFER_TOO_SMALL, "%s: got %#lx\n", wine_dbgstr_w(type), status);
    ok_(__FILE__, line)(again == size, "%s: got %lu, expected %lu\n", wine_dbgstr_w(type), again, size);
    ok_(__FILE__, line)(blob[0] == 0xcc, "%s: something was written\n", wine_dbgstr_w(type));
    status = export_blob(key, type, blob, size, &again);
    ok_(__FILE__, line)(!status, "%s: got %#lx\n", wine_dbgstr_w(type), status);
    ok_(__FILE__, line)(again == size, "%s: got %lu, expected %lu\n", wine_dbgstr_w(type), again, size);
    ok_(__FILE__, line)(capacity == size || blob[size] == 0xcc, "%s: wrote too much\n", wine_dbgstr_w(type));
    return size;
}
#define export_checked(key, type, blob) export_checked_(__LINE__, key, type, blob, sizeof(blob))

static void check_rsa_header_(int line, const BYTE *blob, DWORD magic, DWORD bits, DWORD primes)
{
    const BCRYPT_RSAKEY_BLOB *header = (const BCRYPT_RSAKEY_BLOB *)blob;

    ok_(__FILE__, line)(header->Magic == magic, "magic %#lx\n", header->Magic);
    ok_(__FILE__, line)(header->BitLength == bits, "bits %lu\n", header->BitLength);
    ok_(__FILE__, line)(header->cbPublicExp == 3, "exponent %lu\n", header->cbPublicExp);
    ok_(__FILE__, line)(header->cbModulus == bits / 8, "modulus %lu\n", header->cbModulus);
    ok_(__FILE__, line)(header->cbPrime1 == primes, "prime %lu\n", header->cbPrime1);
    ok_(__FILE__, line)(header->cbPrime2 == primes, "prime %lu\n", header->cbPrime2);
}
#define check_rsa_header(blob, magic, bits, primes) check_rsa_header_(__LINE__, blob, magic, bits, primes)

static void test_rsa(NCRYPT_PROV_HANDLE provider)
{
    BYTE full[2048], private[2048], public[2048], other[2048];
    NCRYPT_KEY_HANDLE key, copy;
    DWORD size;

    key = make_key(provider, L"RSA", NULL, 1024, 3, 0);
    size = export_checked(key, BCRYPT_RSAPRIVATE_BLOB, private);
    ok(size == 283, "got %lu\n", size);                                                 /* 9.1, 9.20 */
    check_rsa_header(private, BCRYPT_RSAPRIVATE_MAGIC, 1024, 64);
    size = export_checked(key, BCRYPT_RSAFULLPRIVATE_BLOB, full);
    ok(size == 603, "got %lu\n", size);                                                 /* 9.2, 9.20 */
    check_rsa_header(full, BCRYPT_RSAFULLPRIVATE_MAGIC, 1024, 64);
    size = export_checked(key, BCRYPT_RSAPUBLIC_BLOB, public);
    ok(size == 155, "got %lu\n", size);                                                 /* 9.20 */
    check_rsa_header(public, BCRYPT_RSAPUBLIC_MAGIC, 1024, 0);
    ok(!memcmp(private + 24, full + 24, 283 - 24), "private and full differ\n");
    ok(!memcmp(public + 24, full + 24, 155 - 24), "public and full differ\n");

    size = export_checked(key, BCRYPT_PUBLIC_KEY_BLOB, other);
    ok(size == 155 && !memcmp(other, public, size), "PUBLICBLOB: %lu bytes\n", size);
    size = export_checked(key, BCRYPT_PRIVATE_KEY_BLOB, other);     /* open question: which of the two it is */
    ok(size == 283 && !memcmp(other, private, size), "PRIVATEBLOB: %lu bytes\n", size);

    /* what went out comes in and goes out the same */
    check_success(import_blob(provider, BCRYPT_RSAFULLPRIVATE_BLOB, full, 603, &copy));
    check_success(set_dword(copy, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    size = export_checked(copy, BCRYPT_RSAFULLPRIVATE_BLOB, other);
    ok(size == 603 && !memcmp(other, full, size), "changed on the way\n");
    check_success(NCryptFreeObject(copy));
    check_success(NCryptFreeObject(key));

    key = make_key(provider, L"RSA", NULL, 2048, 3, 0);
    size = export_checked(key, BCRYPT_RSAPUBLIC_BLOB, public);
    ok(size == 24 + 3 + 256, "got %lu\n", size);
    check_rsa_header(public, BCRYPT_RSAPUBLIC_MAGIC, 2048, 0);
    check_success(NCryptFreeObject(key));
}

static void test_ec(NCRYPT_PROV_HANDLE provider)
{
    const struct curve *curve;
    NCRYPT_KEY_HANDLE key;
    BYTE public[512], private[512], other[512];
    const BCRYPT_ECCKEY_BLOB *header = (BCRYPT_ECCKEY_BLOB *)other;
    DWORD magics[2], size, i;

    for (curve = curves; curve < curves + ARRAY_SIZE(curves); curve++)
    {
        magics[0] = curve->ecdsa_public;
        magics[1] = curve->ecdh_public;
        for (i = 0; i < 2; i++)
        {
            winetest_push_context("%s", wine_dbgstr_w(i ? curve->ecdh : curve->ecdsa));
            key = make_key(provider, i ? curve->ecdh : curve->ecdsa, NULL, 0, 3, 0);
            size = export_checked(key, BCRYPT_ECCPUBLIC_BLOB, public);                  /* 9.13, 9.19 */
            ok(size == 8 + 2 * curve->bytes, "got %lu\n", size);                        /* 9.15, 9.21 */
            memcpy(other, public, size);
            ok(header->dwMagic == magics[i], "got %#lx\n", header->dwMagic);            /* 9.15, 9.17, E13 */
            ok(header->cbKey == curve->bytes, "got %lu\n", header->cbKey);
            size = export_checked(key, BCRYPT_PUBLIC_KEY_BLOB, other);                  /* 9.14 */
            ok(size == 8 + 2 * curve->bytes && !memcmp(public, other, size), "PUBLICBLOB: %lu bytes\n", size);

            size = export_checked(key, BCRYPT_ECCPRIVATE_BLOB, private);
            ok(size == 8 + 3 * curve->bytes, "got %lu\n", size);                        /* 9.21 */
            ok(!memcmp(private + 8, public + 8, 2 * curve->bytes), "private and public differ\n");
            memcpy(other, private, size);
            ok(header->dwMagic == PRIVATE_MAGIC(magics[i]), "got %#lx\n", header->dwMagic);
            size = export_checked(key, BCRYPT_PRIVATE_KEY_BLOB, other);
            ok(size == 8 + 3 * curve->bytes && !memcmp(private, other, size), "PRIVATEBLOB: %lu bytes\n", size);
            check_success(NCryptFreeObject(key));

            check_success(import_blob(provider, BCRYPT_ECCPRIVATE_BLOB, private, size, &key));
            size = export_checked(key, BCRYPT_ECCPUBLIC_BLOB, other);
            ok(!memcmp(public, other, size), "changed on the way\n");
            check_success(NCryptFreeObject(key));
            winetest_pop_context();
        }
    }
}

/* Which policy lets the plain private key go: 9.6, 9.11, 9.12 */
static void test_policy(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *public, const WCHAR *private)
{
    static const struct
    {
        DWORD policy;
        SECURITY_STATUS status;
    }
    tests[] =
    {
        { 0, NTE_NOT_SUPPORTED },                                                       /* 9.6, E11 */
        { NCRYPT_ALLOW_EXPORT_FLAG, NTE_NOT_SUPPORTED },                                /* 9.11 */
        { NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG, ERROR_SUCCESS },                          /* 9.12 */
        { NCRYPT_ALLOW_EXPORT_FLAG | NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG, ERROR_SUCCESS },
    };
    NCRYPT_KEY_HANDLE key;
    BYTE blob[2048];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(tests); i++)
    {
        winetest_push_context("%s, policy %lu", wine_dbgstr_w(private), tests[i].policy);
        key = make_key(provider, alg, NULL, 0, tests[i].policy, 0);
        check_status(tests[i].status, export_blob(key, private, NULL, 0, &size));
        check_status(tests[i].status, export_blob(key, private, blob, sizeof(blob), &size));
        check_success(export_blob(key, public, blob, sizeof(blob), &size));             /* 9.13 */
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
}

/* 9.34: documented: one export, through the handle that made the key. */
static void test_archiving(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, other;
    BYTE blob[256];
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"archive");
    DWORD size;

    remove_key(provider, name, 0);
    key = make_key(provider, L"ECDSA_P256", name, 0, NCRYPT_ALLOW_PLAINTEXT_ARCHIVING_FLAG, 0);
    check_success(NCryptOpenKey(provider, &other, name, 0, 0));
    check_status(NTE_NOT_SUPPORTED, export_blob(other, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptFreeObject(other));
    check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, NULL, 0, &size));
    check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptDeleteKey(key, 0));

    key = make_key(provider, L"ECDSA_P256", NULL, 0, NCRYPT_ALLOW_ARCHIVING_FLAG, 0);   /* not in plain text */
    check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptFreeObject(key));
}

/* The policy of a stored key holds for those who open it. */
static void test_stored_policy(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"export");
    BYTE blob[256];
    DWORD size, policy;

    for (policy = 0; policy <= 3; policy++)
    {
        remove_key(provider, name, 0);
        check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, policy, 0)));
        check_success(NCryptOpenKey(provider, &key, name, 0, 0));
        check_status(policy & NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG ? ERROR_SUCCESS : NTE_NOT_SUPPORTED,
                     export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
        check_success(NCryptDeleteKey(key, 0));
    }
}

static void test_public_only(NCRYPT_PROV_HANDLE provider)
{
    BYTE blob[2048];
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    size = make_rsa_blob(blob, BCRYPT_RSAPUBLIC_MAGIC, rsa_1024);
    check_success(import_blob(provider, BCRYPT_RSAPUBLIC_BLOB, blob, size, &key));
    size = export_checked(key, BCRYPT_RSAPUBLIC_BLOB, blob);
    ok(size == 155, "got %lu\n", size);
    /* 9.18: open question: or NTE_INVALID_PARAMETER */
    check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_RSAPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_status(NTE_NOT_SUPPORTED, export_blob(key, BCRYPT_RSAFULLPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_failure(export_blob(key, BCRYPT_RSAPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptFreeObject(key));
}

static void test_call(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE rsa, ec, key;
    BYTE blob[2048];
    DWORD size;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    /* 9.24 */
    check_status(NTE_BAD_KEY_STATE, export_blob(key, BCRYPT_RSAPUBLIC_BLOB, NULL, 0, &size));
    check_status(NTE_BAD_KEY_STATE, export_blob(key, BCRYPT_RSAPUBLIC_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptFreeObject(key));

    rsa = make_key(provider, L"RSA", NULL, 0, 3, 0);
    ec = make_key(provider, L"ECDSA_P256", NULL, 0, 3, 0);
    /* 9.32: open question: or NTE_NOT_SUPPORTED */
    check_status(NTE_BAD_TYPE, export_blob(rsa, L"No Such Blob", blob, sizeof(blob), &size));
    check_status(NTE_BAD_TYPE, export_blob(rsa, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));
    check_status(NTE_BAD_TYPE, export_blob(ec, BCRYPT_RSAPUBLIC_BLOB, blob, sizeof(blob), &size));
    check_failure(export_blob(rsa, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_failure(export_blob(rsa, NULL, blob, sizeof(blob), &size));
    check_success(NCryptExportKey(rsa, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, blob, sizeof(blob), &size,
                                  NCRYPT_SILENT_FLAG));                                 /* 9.33 */
    check_status(NTE_BAD_FLAGS, NCryptExportKey(rsa, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, NULL, 0, &size, 0x1));
    check_status(NTE_BAD_FLAGS, NCryptExportKey(rsa, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, NULL, 0, &size, 0x01000000));
    check_status(NTE_BAD_FLAGS, NCryptExportKey(rsa, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, NULL, 0, &size, 0x02000000));
    check_status(NTE_INVALID_PARAMETER, NCryptExportKey(rsa, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, NULL, 0, NULL, 0));
    check_status(NTE_INVALID_HANDLE, NCryptExportKey(rsa, 0xdeadbeef, L"RSAPUBLICBLOB", NULL, NULL, 0, &size, 0));
    check_status(NTE_INVALID_HANDLE, NCryptExportKey(rsa, provider, L"RSAPUBLICBLOB", NULL, NULL, 0, &size, 0));
    check_success(NCryptFreeObject(ec));
    check_success(NCryptFreeObject(rsa));
}

/* 9.26: Java asks for everything, with a list of no buffers whose pointer was never set. */
static void test_every_type(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *types[] =
    {
        L"RSAPUBLICBLOB", L"RSAPRIVATEBLOB", L"RSAFULLPRIVATEBLOB", L"CAPIPUBLICBLOB", L"CAPIPRIVATEBLOB",
        L"ECCPUBLICBLOB", L"ECCPRIVATEBLOB", L"DSAPUBLICBLOB", L"DSAPRIVATEBLOB", L"CAPIDSAPUBLICBLOB",
        L"CAPIDSAPRIVATEBLOB", L"DHPUBLICBLOB", L"DHPRIVATEBLOB", L"PUBLICBLOB", L"PRIVATEBLOB",
        L"PKCS7_ENVELOPE", L"PKCS8_PRIVATEKEY", L"OpaqueTransport", L"CipherKeyBlob", L"ProtectedKeyBlob",
    };
    static const WCHAR *algorithms[] = { L"RSA", L"ECDSA_P256" };
    NCryptBufferDesc list = { 0, 0, (void *)(ULONG_PTR)0xdeadbeef };
    NCRYPT_KEY_HANDLE key;
    BYTE blob[8192];
    unsigned int i, j, exported;
    SECURITY_STATUS status;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(algorithms); i++)
    {
        key = make_key(provider, algorithms[i], NULL, 0, 0, 0);
        for (j = exported = 0; j < ARRAY_SIZE(types); j++)
        {
            status = NCryptExportKey(key, 0, types[j], &list, blob, sizeof(blob), &size, NCRYPT_SILENT_FLAG);
            if (!status) exported++;
        }
        ok(exported >= 2, "%s: got %u\n", wine_dbgstr_w(algorithms[i]), exported);
        check_success(NCryptFreeObject(key));
    }
}

START_TEST(export)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_rsa(provider);
    test_ec(provider);
    test_policy(provider, L"RSA", BCRYPT_RSAPUBLIC_BLOB, BCRYPT_RSAPRIVATE_BLOB);
    test_policy(provider, L"RSA", BCRYPT_PUBLIC_KEY_BLOB, BCRYPT_RSAFULLPRIVATE_BLOB);
    test_policy(provider, L"ECDSA_P256", BCRYPT_ECCPUBLIC_BLOB, BCRYPT_ECCPRIVATE_BLOB);
    test_policy(provider, L"ECDH_P384", BCRYPT_PUBLIC_KEY_BLOB, BCRYPT_PRIVATE_KEY_BLOB);
    test_archiving(provider);
    test_stored_policy(provider);
    test_public_only(provider);
    test_call(provider);
    test_every_type(provider);
    check_success(NCryptFreeObject(provider));
}
