/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of the generic algorithms ECDSA and ECDH: choosing a curve, properties, blobs, storage (rows 3.9 to 3.14,
 * 6.67 to 6.74, 7.23 to 7.25, 8.20 to 8.25, 9.29, 13.22, 16.3, 16.4). */
#include "ncrypt_test.h"

#ifndef BCRYPT_ECCFULLPUBLIC_BLOB
#define BCRYPT_ECCFULLPUBLIC_BLOB  L"ECCFULLPUBLICBLOB"
#define BCRYPT_ECCFULLPRIVATE_BLOB L"ECCFULLPRIVATEBLOB"
#endif

#define GENERIC_ECDSA_PUBLIC  0x50444345            /* "ECDP" */
#define GENERIC_ECDSA_PRIVATE 0x56444345
#define GENERIC_ECDH_PUBLIC   0x504b4345            /* "ECKP" */
#define GENERIC_ECDH_PRIVATE  0x564b4345

static const struct
{
    const WCHAR *name;
    DWORD bits, bytes;
}
samples[] =
{
    { L"brainpoolP160r1", 160, 20 }, { L"brainpoolP256t1", 256, 32 }, { L"brainpoolP512r1", 512, 64 },
    { L"ec192wapi", 192, 24 }, { L"nistP192", 192, 24 }, { L"nistP224", 224, 28 }, { L"nistP256", 256, 32 },
    { L"nistP521", 521, 66 }, { L"secP160k1", 160, 20 }, { L"secP224k1", 224, 28 }, { L"secP256k1", 256, 32 },
    { L"secP256r1", 256, 32 }, { L"wtls9", 160, 20 }, { L"x962P239v1", 239, 30 },
};

static SECURITY_STATUS create_on(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, const WCHAR *name,
                                 const WCHAR *curve, NCRYPT_KEY_HANDLE *key)
{
    SECURITY_STATUS status;

    check_success(NCryptCreatePersistedKey(provider, key, alg, name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(set_dword(*key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    status = set_text(*key, NCRYPT_ECC_CURVE_NAME_PROPERTY, curve, 0);                      /* 7.23 */
    if (!status) status = NCryptFinalizeKey(*key, 0);
    if (status) NCryptFreeObject(*key);
    return status;
}

static SECURITY_STATUS import_on(NCRYPT_PROV_HANDLE provider, const WCHAR *type, const void *blob, DWORD size,
                                 const WCHAR *curve, NCRYPT_KEY_HANDLE *key)
{
    BCryptBuffer buffer = { (lstrlenW(curve) + 1) * sizeof(WCHAR), NCRYPTBUFFER_ECC_CURVE_NAME, (void *)curve };
    BCryptBufferDesc desc = { BCRYPTBUFFER_VERSION, 1, &buffer };

    return NCryptImportKey(provider, 0, type, &desc, key, (BYTE *)blob, size, 0);
}

static void check_signature_(int line, NCRYPT_KEY_HANDLE key, NCRYPT_KEY_HANDLE public, DWORD bytes)
{
    BYTE hash[64] = { 1, 2, 3 }, signature[132];
    SECURITY_STATUS status;
    DWORD size;

    status = NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0);
    ok_(__FILE__, line)(!status, "sign: got %#lx\n", status);
    ok_(__FILE__, line)(size == 2 * bytes, "got %lu bytes\n", size);
    status = NCryptVerifySignature(public, NULL, hash, sizeof(hash), signature, size, 0);
    ok_(__FILE__, line)(!status, "verify: got %#lx\n", status);
    hash[0] ^= 1;
    status = NCryptVerifySignature(public, NULL, hash, sizeof(hash), signature, size, 0);
    ok_(__FILE__, line)(status == NTE_BAD_SIGNATURE, "verify: got %#lx\n", status);
}
#define check_signature(key, public, bytes) check_signature_(__LINE__, key, public, bytes)

static void test_properties(NCRYPT_KEY_HANDLE key, const WCHAR *alg, unsigned int i)
{
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, alg);                                        /* 3.12, 6.68 */
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, alg);
    check_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, samples[i].name);
    check_dword(key, NCRYPT_PUBLIC_LENGTH_PROPERTY, samples[i].bits);                       /* 6.67 */
    check_dword(key, NCRYPT_LENGTH_PROPERTY, samples[i].bits);
    check_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, 2 * samples[i].bytes);
    check_dword(key, NCRYPT_BLOCK_LENGTH_PROPERTY, samples[i].bytes);
    check_status(NTE_BAD_KEY_STATE, set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"secP256k1", 0));    /* 7.24 */
}

static void test_blobs(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, BOOL ecdsa, unsigned int i)
{
    BCRYPT_ECCKEY_BLOB *header;
    BYTE blob[256], again[256];
    NCRYPT_KEY_HANDLE copy;
    DWORD size;

    header = (BCRYPT_ECCKEY_BLOB *)blob;
    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));      /* 9.16 */
    ok(header->dwMagic == (ecdsa ? GENERIC_ECDSA_PUBLIC : GENERIC_ECDH_PUBLIC), "magic %#lx\n", header->dwMagic);
    ok(header->cbKey == samples[i].bytes, "cbKey %lu\n", header->cbKey);
    ok(size == 8 + 2 * samples[i].bytes, "size %lu\n", size);
    check_status(NTE_INVALID_PARAMETER,                                                     /* 8.20 */
                 import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, &copy));
    check_status(NTE_INVALID_PARAMETER,                                                     /* 8.22 */
                 import_on(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, L"nistP255", &copy));
    check_success(import_on(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, samples[i].name, &copy));      /* 8.21 */
    check_signature(key, copy, samples[i].bytes);
    check_success(NCryptFreeObject(copy));
    blob[size - 1] ^= 1;
    check_status(NTE_INVALID_PARAMETER,
                 import_on(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, samples[i].name, &copy));

    check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(header->dwMagic == (ecdsa ? GENERIC_ECDSA_PRIVATE : GENERIC_ECDH_PRIVATE), "magic %#lx\n", header->dwMagic);
    ok(size == 8 + 3 * samples[i].bytes, "size %lu\n", size);
    check_success(import_on(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size, samples[i].name, &copy));
    check_text(copy, NCRYPT_ECC_CURVE_NAME_PROPERTY, samples[i].name);
    check_success(set_dword(copy, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(copy, BCRYPT_ECCPRIVATE_BLOB, again, sizeof(again), &size));
    ok(!memcmp(blob, again, size), "other bytes\n");
    check_success(NCryptFreeObject(copy));
}

/* The header of BCRYPT_ECCFULLKEY_BLOB: magic, version, type, generation, five sizes. */
static void test_full_blobs(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE key, BOOL ecdsa, unsigned int i)
{
    BYTE blob[1024], again[1024], parameters[1024];
    DWORD *header = (DWORD *)blob, size, size_again;
    NCRYPT_KEY_HANDLE copy;

    check_success(export_blob(key, BCRYPT_ECCFULLPUBLIC_BLOB, blob, sizeof(blob), &size));  /* 9.29 */
    ok(header[0] == (ecdsa ? GENERIC_ECDSA_PUBLIC : GENERIC_ECDH_PUBLIC), "magic %#lx\n", header[0]);
    check_success(import_blob(provider, BCRYPT_ECCFULLPUBLIC_BLOB, blob, size, &copy));     /* 8.23 */
    check_signature(key, copy, samples[i].bytes);
    check_status(NTE_NOT_FOUND, NCryptGetProperty(copy, NCRYPT_ECC_CURVE_NAME_PROPERTY, NULL, 0, &size_again, 0));
    check_success(NCryptFreeObject(copy));
    blob[size - 1] ^= 1;
    check_status(NTE_INVALID_PARAMETER, import_blob(provider, BCRYPT_ECCFULLPUBLIC_BLOB, blob, size, &copy));
    check_status(NTE_BAD_DATA, import_blob(provider, BCRYPT_ECCFULLPUBLIC_BLOB, blob, size - 1, &copy));

    check_success(export_blob(key, BCRYPT_ECCFULLPRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(header[0] == (ecdsa ? GENERIC_ECDSA_PRIVATE : GENERIC_ECDH_PRIVATE), "magic %#lx\n", header[0]);
    ok(header[1] == 1 && header[2] == 1, "version %lu, type %lu\n", header[1], header[2]);
    ok(header[4] == samples[i].bytes, "field %lu\n", header[4]);
    ok(size == 32 + 7 * header[4] + 2 * header[5] + header[6] + header[7], "size %lu\n", size);
    check_success(import_blob(provider, BCRYPT_ECCFULLPRIVATE_BLOB, blob, size, &copy));
    check_dword(copy, NCRYPT_LENGTH_PROPERTY, samples[i].bits);
    check_success(set_dword(copy, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(copy, BCRYPT_ECCFULLPRIVATE_BLOB, again, sizeof(again), &size_again));
    ok(size_again == size && !memcmp(blob, again, size), "other bytes\n");
    check_success(NCryptGetProperty(copy, L"ECCParameters", parameters, sizeof(parameters), &size, 0)); /* 6.74 */
    ok(size == size_again - 4 - 2 * header[4] - header[5], "size %lu\n", size);
    ok(!memcmp(parameters, blob + 4, size), "other parameters\n");
    check_success(NCryptFreeObject(copy));
}

static void test_curves(NCRYPT_PROV_HANDLE provider, const WCHAR *alg)
{
    BOOL ecdsa = !lstrcmpW(alg, L"ECDSA");
    NCRYPT_KEY_HANDLE key;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(samples); i++)
    {
        winetest_push_context("%ls %ls", alg, samples[i].name);
        check_success(create_on(provider, alg, NULL, samples[i].name, &key));               /* 3.10 */
        test_properties(key, alg, i);
        test_blobs(provider, key, ecdsa, i);
        test_full_blobs(provider, key, ecdsa, i);
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
}

static void test_no_curve(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *const algs[] = { L"ECDSA", L"ECDH" };
    NCRYPT_KEY_HANDLE key;
    unsigned int i;
    DWORD size;

    for (i = 0; i < 2; i++)
    {
        check_success(NCryptIsAlgSupported(provider, algs[i], 0));
        check_success(NCryptCreatePersistedKey(provider, &key, algs[i], NULL, 0, 0));
        check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, NULL, 0, &size, 0));
        check_status(NTE_INVALID_PARAMETER, NCryptFinalizeKey(key, 0));                     /* 3.9, 4.10 */
        check_status(NTE_INVALID_PARAMETER,                                                 /* 3.11 */
                     set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"no curve", 0));
        check_success(set_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"SECP256R1", 0));
        check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 255, 0));
        check_status(NTE_INVALID_PARAMETER, NCryptFinalizeKey(key, 0));                     /* 16.3 */
        check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 256, 0));
        check_success(NCryptFinalizeKey(key, 0));
        check_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"secP256r1");
        check_success(NCryptFreeObject(key));
    }
}

static BOOL lists(const BCRYPT_ECC_CURVE_NAMES *names, const WCHAR *name)
{
    ULONG i;

    for (i = 0; i < names->dwEccCurveNames; i++)
        if (!lstrcmpW(names->pEccCurveNames[i], name)) return TRUE;
    return FALSE;
}

static void test_list(NCRYPT_HANDLE object, BOOL has_25519)
{
    BYTE data[8192];
    const BCRYPT_ECC_CURVE_NAMES *names = (BCRYPT_ECC_CURVE_NAMES *)data;
    DWORD size, again;
    unsigned int i;

    check_success(NCryptGetProperty(object, L"ECCCurveNameList", NULL, 0, &size, 0));       /* 6.73 */
    ok(size <= sizeof(data), "size %lu\n", size);
    check_status(NTE_BUFFER_TOO_SMALL,
                 NCryptGetProperty(object, L"ECCCurveNameList", data, size - 1, &again, 0));
    check_success(NCryptGetProperty(object, L"ECCCurveNameList", data, size, &again, 0));
    ok(again == size, "size %lu, then %lu\n", size, again);
    for (i = 0; i < names->dwEccCurveNames; i++)
        ok((BYTE *)names->pEccCurveNames[i] > data && (BYTE *)names->pEccCurveNames[i] < data + size,
           "name %u is elsewhere\n", i);
    for (i = 0; i < ARRAY_SIZE(samples); i++)
        ok(lists(names, samples[i].name), "%ls is missing\n", samples[i].name);
    ok(lists(names, L"curve25519") == has_25519, "curve25519\n");
}

static void test_lists(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    test_list(provider, TRUE);
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA", NULL, 0, 0));
    test_list(key, FALSE);
    check_success(NCryptFreeObject(key));
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDH", NULL, 0, 0));
    test_list(key, TRUE);
    check_success(NCryptFreeObject(key));
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, L"ECCCurveNameList", NULL, 0, &size, 0));
    check_success(NCryptFreeObject(key));
}

static void test_stored(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *const stored[] = { L"secP256k1", L"x962P256v1", L"brainpoolP384r1" };
    BYTE blob[1024], again[1024], parameters[1024];
    DWORD size, size_again, parameters_size;
    NCRYPT_KEY_HANDLE key, opened;
    unsigned int i;
    WCHAR name[128];

    key_name(name, L"ec_generic");
    for (i = 0; i < ARRAY_SIZE(stored); i++)
    {
        check_success(create_on(provider, L"ECDSA", name, stored[i], &key));
        check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
        check_success(NCryptOpenKey(provider, &opened, name, 0, 0));
        check_text(opened, NCRYPT_ALGORITHM_PROPERTY, L"ECDSA");
        check_text(opened, NCRYPT_ECC_CURVE_NAME_PROPERTY, stored[i]);
        check_success(export_blob(opened, BCRYPT_ECCPRIVATE_BLOB, again, sizeof(again), &size_again));
        ok(size == size_again && !memcmp(blob, again, size), "other bytes\n");
        check_signature(opened, key, (size - 8) / 3);
        check_success(NCryptGetProperty(key, L"ECCParameters", parameters, sizeof(parameters),
                                        &parameters_size, 0));
        check_success(NCryptFreeObject(opened));
        check_success(NCryptDeleteKey(key, 0));
    }

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDH", name, 0, 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_success(NCryptSetProperty(key, L"ECCParameters", parameters, parameters_size, 0));            /* 7.25 */
    check_success(NCryptFinalizeKey(key, 0));
    check_success(export_blob(key, BCRYPT_ECCFULLPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptOpenKey(provider, &opened, name, 0, 0));
    check_status(NTE_NOT_FOUND, NCryptGetProperty(opened, NCRYPT_ECC_CURVE_NAME_PROPERTY, NULL, 0, &size_again, 0));
    check_property(opened, L"ECCParameters", parameters, parameters_size);
    check_success(export_blob(opened, BCRYPT_ECCFULLPRIVATE_BLOB, again, sizeof(again), &size_again));
    ok(size == size_again && !memcmp(blob, again, size), "other bytes\n");
    check_success(NCryptFreeObject(opened));
    check_success(NCryptDeleteKey(key, 0));
}

/* A blob as a property takes the curve that was set before (7.26). */
static void test_blob_property(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, copy;
    BYTE blob[256], again[256];
    DWORD size;

    check_success(create_on(provider, L"ECDSA", NULL, L"secP256k1", &key));
    check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    check_success(NCryptCreatePersistedKey(provider, &copy, L"ECDSA", NULL, 0, 0));
    check_success(set_dword(copy, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(copy, BCRYPT_ECCPRIVATE_BLOB, blob, size, 0));
    check_success(set_text(copy, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"secP256k1", 0));
    check_success(NCryptSetProperty(copy, BCRYPT_ECCPRIVATE_BLOB, blob, size, 0));
    check_success(NCryptFinalizeKey(copy, 0));
    check_success(export_blob(copy, BCRYPT_ECCPRIVATE_BLOB, again, sizeof(again), &size));
    ok(!memcmp(blob, again, size), "other bytes\n");
    check_success(NCryptFreeObject(copy));
    check_success(NCryptFreeObject(key));
}

static void test_25519(NCRYPT_PROV_HANDLE provider)
{
    static const BYTE zero[32];
    BYTE blob[256], again[256], hash[32] = { 1 }, signature[64];
    BCRYPT_ECCKEY_BLOB *header = (BCRYPT_ECCKEY_BLOB *)blob;
    NCRYPT_KEY_HANDLE key, copy;
    WCHAR name[128];
    DWORD size;

    check_status(NTE_NOT_SUPPORTED, create_on(provider, L"ECDSA", NULL, L"curve25519", &key));          /* 3.13 */
    check_success(create_on(provider, L"ECDH", key_name(name, L"25519"), L"curve25519", &key));         /* 3.14 */
    check_text(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"curve25519");
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 255);          /* open question */
    check_success(export_blob(key, BCRYPT_ECCPRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == 8 + 3 * 32, "size %lu\n", size);
    ok(header->dwMagic == GENERIC_ECDH_PRIVATE, "magic %#lx\n", header->dwMagic);
    ok(header->cbKey == 32, "cbKey %lu\n", header->cbKey);
    ok(!memcmp(blob + 40, zero, 32), "y is not zero\n");                                    /* 16.4 */
    check_success(import_on(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size, L"curve25519", &copy));
    check_success(set_dword(copy, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_success(export_blob(copy, BCRYPT_ECCPRIVATE_BLOB, again, sizeof(again), &size));
    ok(!memcmp(blob, again, size), "other bytes\n");
    check_status(NTE_NOT_SUPPORTED, export_blob(copy, BCRYPT_ECCFULLPRIVATE_BLOB, NULL, 0, &size));
    check_status(NTE_NOT_SUPPORTED,
                 NCryptSignHash(copy, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptSignHash(copy, NULL, hash, sizeof(hash), NULL, 0, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptVerifySignature(copy, NULL, hash, sizeof(hash), signature, 64, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(copy, NCRYPT_SIGNATURE_LENGTH_PROPERTY, NULL, 0, &size, 0));
    check_success(NCryptFreeObject(copy));
    check_success(NCryptOpenKey(provider, &copy, name, 0, 0));
    check_text(copy, NCRYPT_ECC_CURVE_NAME_PROPERTY, L"curve25519");
    check_success(NCryptFreeObject(copy));
    check_success(NCryptDeleteKey(key, 0));
}

START_TEST(ec_generic)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_no_curve(provider);
    test_lists(provider);
    test_curves(provider, L"ECDSA");
    test_curves(provider, L"ECDH");
    test_stored(provider);
    test_blob_property(provider);
    test_25519(provider);
    check_success(NCryptFreeObject(provider));
}
