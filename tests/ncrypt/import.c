/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptImportKey: what a blob must look like (rows 8.1 to 8.28, 8.51, 8.52). Imports under a name are in
 * import_named.c. */
#include "ncrypt_test.h"
#include "vectors.h"

static SECURITY_STATUS try_import(NCRYPT_PROV_HANDLE provider, const WCHAR *type, const void *blob, DWORD size)
{
    NCRYPT_KEY_HANDLE key = 0xdeadbeef;
    SECURITY_STATUS status;

    status = NCryptImportKey(provider, 0, type, NULL, &key, (BYTE *)blob, size, 0);
    if (status) ok(!key, "got a handle\n");
    else check_success(NCryptFreeObject(key));
    return status;
}

static void test_rsa_public(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *types[] = { BCRYPT_RSAPUBLIC_BLOB, BCRYPT_PUBLIC_KEY_BLOB };
    BYTE blob[2048];
    BCRYPT_RSAKEY_BLOB *header = (BCRYPT_RSAKEY_BLOB *)blob;
    DWORD size = make_rsa_blob(blob, BCRYPT_RSAPUBLIC_MAGIC, rsa_1024);
    NCRYPT_KEY_HANDLE key;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(types); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(types[i]));
        check_success(try_import(provider, types[i], blob, size));                      /* 8.1, 8.2 */
        header->Magic = 0x12345678;
        check_status(NTE_INVALID_PARAMETER, try_import(provider, types[i], blob, size)); /* 8.4 */
        header->Magic = BCRYPT_RSAPUBLIC_MAGIC;

        header->BitLength = 0x300;
        check_success(import_blob(provider, types[i], blob, size, &key));               /* 8.5 */
        check_dword(key, NCRYPT_LENGTH_PROPERTY, 1024);
        check_success(NCryptFreeObject(key));
        header->BitLength = 1024;

        header->cbPublicExp = 9;
        check_status(NTE_BAD_DATA, try_import(provider, types[i], blob, size));         /* 8.6 */
        header->cbPublicExp = ~0u;
        check_status(NTE_BAD_DATA, try_import(provider, types[i], blob, size));
        header->cbPublicExp = 3;
        header->cbModulus = 0xfffffffd;
        check_status(NTE_BAD_DATA, try_import(provider, types[i], blob, size));
        header->cbModulus = 128;
        check_status(NTE_BAD_DATA, try_import(provider, types[i], blob, size - 1));     /* 8.7 */
        check_status(NTE_BAD_DATA, try_import(provider, types[i], blob, size + 1));     /* 8.8 */
        check_status(NTE_BAD_DATA, try_import(provider, types[i], blob, sizeof(*header)));
        check_failure(try_import(provider, types[i], blob, sizeof(*header) - 1));
        check_failure(try_import(provider, types[i], blob, 3));
        check_failure(try_import(provider, types[i], blob, 0));
        winetest_pop_context();
    }
}

static void test_rsa_private(NCRYPT_PROV_HANDLE provider)
{
    static const struct
    {
        const WCHAR *type;
        DWORD magic;
    }
    tests[] =
    {
        { BCRYPT_RSAPRIVATE_BLOB, BCRYPT_RSAPRIVATE_MAGIC },
        { BCRYPT_RSAFULLPRIVATE_BLOB, BCRYPT_RSAFULLPRIVATE_MAGIC },
        { BCRYPT_PRIVATE_KEY_BLOB, BCRYPT_RSAPRIVATE_MAGIC },
        { BCRYPT_PRIVATE_KEY_BLOB, BCRYPT_RSAFULLPRIVATE_MAGIC },
    };
    BYTE blob[2048];
    BCRYPT_RSAKEY_BLOB *header = (BCRYPT_RSAKEY_BLOB *)blob;
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(tests); i++)
    {
        winetest_push_context("%s %#lx", wine_dbgstr_w(tests[i].type), tests[i].magic);
        size = make_rsa_blob(blob, tests[i].magic, rsa_1024);
        check_success(try_import(provider, tests[i].type, blob, size));                 /* 8.9 */
        check_status(NTE_BAD_DATA, try_import(provider, tests[i].type, blob, size - 1));
        check_status(NTE_BAD_DATA, try_import(provider, tests[i].type, blob, size + 1));
        header->cbPrime1 = 0xffffffc0;
        check_status(NTE_BAD_DATA, try_import(provider, tests[i].type, blob, size));
        header->cbPrime1 = 64;
        header->Magic = BCRYPT_ECDSA_PRIVATE_P256_MAGIC;
        check_failure(try_import(provider, tests[i].type, blob, size));
        winetest_pop_context();
    }

    /* open question: primes that do not belong to the modulus (8.12 is about other lengths) */
    size = make_rsa_blob(blob, BCRYPT_RSAPRIVATE_MAGIC, rsa_1024);
    blob[size - 1] ^= 2;
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_RSAPRIVATE_BLOB, blob, size));
}

/* Numbers that are unusual but fine: the key works. */
static void test_rsa_unusual(NCRYPT_PROV_HANDLE provider)
{
    BYTE blob[2 * 2048 + 64], hash[20] = { 1 }, signature[256];
    BCRYPT_RSAKEY_BLOB *header = (BCRYPT_RSAKEY_BLOB *)blob;
    BCRYPT_PKCS1_PADDING_INFO sha1 = { BCRYPT_SHA1_ALGORITHM }, none = { NULL };
    NCRYPT_KEY_HANDLE key, copy;
    DWORD size, signed_size;

    size = make_rsa_blob(blob, BCRYPT_RSAPRIVATE_MAGIC, rsa_384);                       /* 8.10 */
    check_success(import_blob(provider, BCRYPT_RSAPRIVATE_BLOB, blob, size, &key));
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 384);
    check_success(NCryptSignHash(key, &none, hash, 20, signature, 48, &signed_size, BCRYPT_PAD_PKCS1));
    ok(signed_size == 48, "got %lu\n", signed_size);
    check_success(NCryptVerifySignature(key, &none, hash, 20, signature, 48, BCRYPT_PAD_PKCS1));
    check_success(NCryptFreeObject(key));

    key = make_key(provider, L"RSA", NULL, 1032, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG | NCRYPT_ALLOW_EXPORT_FLAG, 0);
    check_success(export_blob(key, BCRYPT_RSAPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(import_blob(provider, BCRYPT_RSAPRIVATE_BLOB, blob, size, &copy));    /* 8.11 */
    check_dword(copy, NCRYPT_LENGTH_PROPERTY, 1032);
    check_success(NCryptSignHash(copy, &sha1, hash, 20, signature, 129, &signed_size, BCRYPT_PAD_PKCS1));
    ok(signed_size == 129, "got %lu\n", signed_size);
    check_success(NCryptVerifySignature(key, &sha1, hash, 20, signature, 129, BCRYPT_PAD_PKCS1));
    check_success(NCryptFreeObject(copy));
    check_success(NCryptFreeObject(key));

    size = rsa_blob(blob, BCRYPT_RSAPRIVATE_MAGIC, rsa_1024.n, RSA_1024_LONG_EXPONENT, rsa_1024.p, rsa_1024.q,
                    NULL, NULL, NULL, NULL);
    check_success(import_blob(provider, BCRYPT_RSAPRIVATE_BLOB, blob, size, &key));     /* 8.14 */
    check_success(NCryptSignHash(key, &sha1, hash, 20, signature, 128, &signed_size, BCRYPT_PAD_PKCS1));
    check_success(NCryptVerifySignature(key, &sha1, hash, 20, signature, 128, BCRYPT_PAD_PKCS1));
    check_success(NCryptFreeObject(key));
    size = rsa_blob(blob, BCRYPT_RSAPUBLIC_MAGIC, rsa_1024.n, "03", NULL, NULL, NULL, NULL, NULL, NULL);
    check_success(try_import(provider, BCRYPT_RSAPUBLIC_BLOB, blob, size));             /* 8.14 */

    header->BitLength = 16384;                                                          /* 8.15 */
    header->cbModulus = 2048;
    memset(blob + sizeof(*header) + header->cbPublicExp, 0xa5, 2048);
    size = sizeof(*header) + header->cbPublicExp + 2048;
    check_success(import_blob(provider, BCRYPT_RSAPUBLIC_BLOB, blob, size, &key));
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 16384);
    check_success(NCryptFreeObject(key));
}

/* 8.13: the private numbers are worked out again from p, q and e. */
static void test_rsa_recomputed(NCRYPT_PROV_HANDLE provider)
{
    BYTE blob[2048], exported[2048];
    NCRYPT_KEY_HANDLE key;
    DWORD size, exported_size;

    size = make_rsa_blob(blob, BCRYPT_RSAPRIVATE_MAGIC, rsa_1024);
    check_success(import_blob(provider, BCRYPT_RSAPRIVATE_BLOB, blob, size, &key));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(key, BCRYPT_RSAFULLPRIVATE_BLOB, exported, sizeof(exported), &exported_size));
    size = make_rsa_blob(blob, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);
    ok(exported_size == size, "got %lu, expected %lu\n", exported_size, size);
    /* E19: open question: d modulo (p-1)(q-1), as in this vector, or modulo their least common multiple */
    ok(!memcmp(exported, blob, size), "other numbers\n");
    check_success(NCryptFreeObject(key));
}

static void test_ec(NCRYPT_PROV_HANDLE provider)
{
    static const struct ec_numbers *numbers[] = { &ec_p256, &ec_p384, &ec_p521 };
    const struct curve *curve;
    const struct ec_numbers *k;
    NCRYPT_KEY_HANDLE key;
    DWORD magics[2], size, exported_size;
    BYTE blob[256], exported[256];
    unsigned int i, j;

    for (i = 0; i < ARRAY_SIZE(curves); i++)
    {
        curve = &curves[i];
        k = numbers[i];
        magics[0] = curve->ecdsa_public;
        magics[1] = curve->ecdh_public;
        for (j = 0; j < 2; j++)
        {
            winetest_push_context("%s", wine_dbgstr_w(j ? curve->ecdh : curve->ecdsa));
            size = ec_blob(blob, magics[j], k->x, k->y, NULL);
            check_success(try_import(provider, BCRYPT_PUBLIC_KEY_BLOB, blob, size));    /* 8.17 */
            check_success(import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, &key)); /* 8.17 */
            check_text(key, NCRYPT_ALGORITHM_PROPERTY, j ? curve->ecdh : curve->ecdsa);
            check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, exported, sizeof(exported), &exported_size));
            ok(exported_size == size && !memcmp(exported, blob, size), "not identical\n"); /* 8.17 */
            check_success(NCryptFreeObject(key));

            size = ec_blob(blob, PRIVATE_MAGIC(magics[j]), k->x, k->y, k->d);
            check_success(try_import(provider, BCRYPT_PRIVATE_KEY_BLOB, blob, size));
            check_success(import_blob(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size, &key)); /* 8.18, 8.19 */
            check_text(key, NCRYPT_ALGORITHM_PROPERTY, j ? curve->ecdh : curve->ecdsa);
            check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, j ? L"ECDH" : L"ECDSA");
            check_success(NCryptFreeObject(key));
            /* 8.27: asserted for BCrypt: the private part is ignored */
            check_success(import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, &key));
            check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
            check_failure(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, exported, sizeof(exported), &exported_size));
            check_success(NCryptFreeObject(key));
            winetest_pop_context();
        }
    }
}

static void test_ec_bad(NCRYPT_PROV_HANDLE provider)
{
    BYTE blob[256];
    BCRYPT_ECCKEY_BLOB *header = (BCRYPT_ECCKEY_BLOB *)blob;
    DWORD size = ec_blob(blob, BCRYPT_ECDSA_PRIVATE_P256_MAGIC, ec_p256.x, ec_p256.y, ec_p256.d);

    header->cbKey = 256;
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size)); /* 8.28 */
    header->cbKey = 31;
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size)); /* 8.26 */
    header->cbKey = 32;
    header->dwMagic = BCRYPT_ECDSA_PRIVATE_P384_MAGIC;
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size)); /* 8.26 */
    header->dwMagic = 0x12345678;
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size));
    header->dwMagic = BCRYPT_ECDSA_PRIVATE_P256_MAGIC;
    check_failure(try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size - 1));
    check_failure(try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size + 1));
    check_failure(try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(*header)));
    check_failure(try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, 5));

    /* open question: status of a point off the curve, of zero */
    blob[8] ^= 1;
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size));
    blob[8] ^= 1;
    blob[size - 1] ^= 1;
    check_success(try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size));        /* 18.1 */
    memset(blob + 8 + 64, 0, 32);
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size));
    size = ec_blob(blob, BCRYPT_ECDH_PUBLIC_P256_MAGIC, ec_p256.x, ec_p256.y, NULL);
    blob[size - 1] ^= 1;
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size));
    memset(blob + 8, 0, 64);
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size));
    memset(blob + 8, 0xff, 64);
    check_status(NTE_INVALID_PARAMETER, try_import(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size));
}

static void test_call(NCRYPT_PROV_HANDLE provider)
{
    BYTE blob[2048];
    DWORD size = make_rsa_blob(blob, BCRYPT_RSAPUBLIC_MAGIC, rsa_1024);
    NCryptBufferDesc empty = { NCRYPTBUFFER_VERSION, 0, NULL };
    const WCHAR *type = BCRYPT_RSAPUBLIC_BLOB;
    NCRYPT_KEY_HANDLE key;

    check_status(NTE_BAD_FLAGS, NCryptImportKey(provider, 0, type, NULL, &key, blob, size, 49));    /* 8.3 */
    check_status(NTE_BAD_FLAGS, NCryptImportKey(provider, 0, type, NULL, &key, blob, size, 0x80000000));
    check_success(NCryptImportKey(provider, 0, type, NULL, &key, blob, size, NCRYPT_SILENT_FLAG));
    check_success(NCryptFreeObject(key));
    check_success(NCryptImportKey(provider, 0, type, &empty, &key, blob, size, 0));
    check_success(NCryptFreeObject(key));
    check_status(NTE_INVALID_HANDLE, NCryptImportKey(0, 0, type, NULL, &key, blob, size, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptImportKey(provider, 0, type, NULL, NULL, blob, size, 0));
    /* 8.51: open question: or the code for a NULL reference */
    check_status(NTE_INVALID_PARAMETER, NCryptImportKey(provider, 0, type, NULL, &key, NULL, size, 0));
    check_failure(NCryptImportKey(provider, 0, NULL, NULL, &key, blob, size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptImportKey(provider, 0, L"No Such Blob", NULL, &key, blob, size, 0));
    /* 8.52 */
    check_status(NTE_INVALID_HANDLE, NCryptImportKey(provider, 0xdeadbeef, type, NULL, &key, blob, size, 0));
    check_status(NTE_INVALID_HANDLE, NCryptImportKey(provider, provider, type, NULL, &key, blob, size, 0));
}

START_TEST(import)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_rsa_public(provider);
    test_rsa_private(provider);
    test_rsa_unusual(provider);
    test_rsa_recomputed(provider);
    test_ec(provider);
    test_ec_bad(provider);
    test_call(provider);
    check_success(NCryptFreeObject(provider));
}
