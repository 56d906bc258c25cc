/* SPDX-License-Identifier: LGPL-2.1-or-later
 * DSA keys: made, imported, stored, exported, signing and verifying (rows 2.7, 3.15, 8.29, 10.15, 16.8). */
#include "ncrypt_test.h"

/* NIST CAVP: FIPS 186-2 SigVer and FIPS 186-3 SigVer (L=2048, N=256, SHA-256), of each the first that passes. */
struct numbers
{
    const char *p, *q, *g, *y, *x, *hash, *signature;
};

static const struct numbers old_key =
{
    .p =
        "aa9a0d6116807cf74e0ee63cdc6f38110f873affc6db2d9ad854ae27a384230dd904f8a6ceb11bb2983973c0d819ccf0"
        "2df04d82cc7926d61be78f5ad92a05b9308aca5a9ecd7461fc1b51da3e9d849fce5075d9c027f1afeb0ab7916df4a7b7"
        "2b3bb00461f43542313c8b82354f88c542a48bfa73bcc1db4ffed329b2cc5cff",
    .q =
        "f780e706db7e465dd0eeec3f1b929240157f476f",
    .g =
        "3b80103191e0b2d6b949e1dbfb621c5c8fb45bb9f9db5a52372728045015b56975b56b3f8b97659600194442d075a8c5"
        "c8c1588ee01d848e7b42905edda807209e1395a130cf7fb2630c2bfcf46cc2f8cdc2e0a11eed9189b35d92b2619daff9"
        "5ac18b0c0e2fd1c8e449e225f812b29815efd1d05d7bc1bf6efaa1766ec2a322",
    .y =
        "4029a121f6627127bc8aeb97bfeec2a80b0800ed015a91bcf39869187535e91b5db53ee840056529c1e4ccdbc21e64b8"
        "13cc3d2c170c6030a0d195645bd3657256647bafc0623944e44f1c5f7c50318182e68966b9a16f46da9e343301db694d"
        "8f3b62052b66dae25222c53125a7893416994055a0284393f67c6b2e3bbf0cd4",
    .x =
        "0ef58b26a800a7bf0aabe5d795acaff5a8c88be5",
    .hash =
        "8d8aa0d59fc27ec84581f29f5374cc26620fc3a2",
    .signature =
        "6834f49ea079dd8bb89ce0f9698039a734ce286f146eee21b375df3812ddc7f7ce81908e571cbf8a",
};

static const struct numbers new_key =
{
    .p =
        "cdf428329e226cf715f18eed005e439a8c7b927edd24c866be6c1b370057059ea426d06f584f8e3c89f02fe8d4042604"
        "a2fe0db63a87ff018dfaec7790b88fd1da8396561ae62df6f18d3540992efc5ecce63068f5f595687b8bbeed5801d5b6"
        "c6bdf362dadebb80e190d719d144db693fc43cefbd72b149570a96282fd9441c397d98b15d73f8cfaa8f6514a16f5992"
        "a0a02fd7b6e4932b1e7e7ef2db717815b11e867e187aae26f9c16ca0a5ca434acf8f3356c3711765fe5e548b1edce381"
        "bdd843580f9a881d702f00a0719c3bfa8576304decb616b08ef8db6f8c3d48923a2a30b9b505ad737af1cbb001955848"
        "7400379738fd89c1ee01285e76e2d98b",
    .q =
        "daf3ebd85f57a8731538596876e8a34e73c732bc69b4d64b010bd7d5b63a09ef",
    .g =
        "6cb6a8c1b8ea97173e5ae1d2a2d530468fd932b81a4f3c3e11042d56a61a504b9c207da7cdca293c04f78583cf218e1c"
        "d2c1a92637ab4ff61d2eaa5e8e8221bfe17e6a741791f21c799221ae4c703262a6dc2e295e36939e248dacaaffe67307"
        "1f6dc7a90d7ca3427556fb99fb1fdca9de3f745b5e56be5b5933ebcba4f0c60fef3798cdca519997ef74acd7000d3a28"
        "6d01c7000a66fe0066be4381842aa040c3bf465306c38752d41c29162c4d294f2b1f7e9ad9232aadb469047f4050b085"
        "bafa06283def7d84958528a3f129a3bc81466c0ccd493fcaa87e805e7bd4450090ce55652dba15271234fbe0cfef66f3"
        "ed9d569e565bd1218f2856637a5b26a4",
    .y =
        "1c3aa2f539438145b05dd13a17d666022944fe6e3dc2a14e41a32fbc85546e0da88b5b9d822a17f0c30ed317f4cc716f"
        "2847871c192ea4dda488aea291ec31fb5a73424d12b034b642e175f25b102217a0bf1de695923900c87f3f2911107ee0"
        "6bb9f58cef4d18c29a016ebf63a4bea851c3a7e85a7c3d69e8896f59f9c7f1d77386c1e80391a1b9c4f82eaf59b6d72c"
        "7e8663b121fdd3b5510d5db5971658d233e25b646a27b1e1ae0c859dc73f7763b91fff6b3140e284c3a4650d17beeca2"
        "319c5c4a545f6de728137f5bbac6e3027e5588294ae5532891b8053dc9cbd0449a09e54f4e3ac4eaf7e1bd2a727de8f1"
        "4a001db92870807898bb504f5f4389bc",
    .x =
        "a124cb4f3fcb44c929400019933955b68185988ef7014ac1a4829b1748e58a10",
    .hash =
        "a80f1c17ed1963354fc9843d10b3a5eab20159e3ff9a49c84c3611c50f49e8ee",
    .signature =
        "96246546c49d2a00c5605cc5bcb18e229e272374c4d7fa6c8ace99eafc080342b77d5dd30b6daae84580cf2b3cf31eca"
        "713c884dd5659cf5307c91e525991487",
};

static const struct
{
    const struct numbers *numbers;
    DWORD bits, q_size;
}
known[] =
{
    { &old_key, 1024, 20 },
    { &new_key, 2048, 32 },
};

/* Writes a BCRYPT_DSA_KEY_BLOB, or version 2 of it, with an unknown seed. Returns the size. */
static DWORD dsa_blob(BYTE *blob, const struct numbers *k, BOOL is_private)
{
    BCRYPT_DSA_KEY_BLOB *header = (BCRYPT_DSA_KEY_BLOB *)blob;
    BCRYPT_DSA_KEY_BLOB_V2 *header_v2 = (BCRYPT_DSA_KEY_BLOB_V2 *)blob;
    DWORD size;

    if (k == &old_key)
    {
        header->dwMagic = is_private ? BCRYPT_DSA_PRIVATE_MAGIC : BCRYPT_DSA_PUBLIC_MAGIC;
        header->cbKey = 128;
        memset(header->Count, 0xff, sizeof(header->Count) + sizeof(header->Seed));
        from_hex(header->q, k->q);
        size = sizeof(*header);
    }
    else
    {
        header_v2->dwMagic = is_private ? BCRYPT_DSA_PRIVATE_MAGIC_V2 : BCRYPT_DSA_PUBLIC_MAGIC_V2;
        header_v2->cbKey = 256;
        header_v2->hashAlgorithm = DSA_HASH_ALGORITHM_SHA256;
        header_v2->standardVersion = DSA_FIPS186_3;
        header_v2->cbSeedLength = header_v2->cbGroupSize = 32;
        memset(header_v2->Count, 0xff, sizeof(header_v2->Count));
        size = sizeof(*header_v2);
        memset(blob + size, 0xff, 32);
        size += 32;
        size += from_hex(blob + size, k->q);
    }
    size += from_hex(blob + size, k->p);
    size += from_hex(blob + size, k->g);
    size += from_hex(blob + size, k->y);
    return is_private ? size + from_hex(blob + size, k->x) : size;
}

static void test_properties(NCRYPT_PROV_HANDLE provider)
{
    static const DWORD lengths[] = { 512, 3072, 64, 2048 }, wrong[] = { 0, 448, 1000, 3136 };
    NCRYPT_KEY_HANDLE key;
    unsigned int i;
    DWORD value;

    check_success(NCryptIsAlgSupported(provider, L"DSA", 0));                               /* 2.7 */
    check_success(NCryptCreatePersistedKey(provider, &key, L"DSA", NULL, 0, 0));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"DSA");
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, L"DSA");
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 2048);                                         /* 3.15 */
    /* open question: 512 to 1024 before Windows 8 */
    check_property(key, NCRYPT_LENGTHS_PROPERTY, lengths, sizeof(lengths));
    check_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, 64);
    check_dword(key, NCRYPT_BLOCK_LENGTH_PROPERTY, 256);
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_ALL_USAGES);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    for (i = 0; i < ARRAY_SIZE(wrong); i++)
        check_status(NTE_INVALID_PARAMETER, set_dword(key, NCRYPT_LENGTH_PROPERTY, wrong[i], 0));
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 1024, 0));                         /* 3.15 */
    check_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, 40);                                 /* 10.15 */
    check_success(NCryptFinalizeKey(key, 0));
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 1024);
    check_dword(key, NCRYPT_PUBLIC_LENGTH_PROPERTY, 1024);
    check_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, 40);
    check_status(NTE_NOT_SUPPORTED, get_dword(key, L"PaddingSchemes", &value));             /* 16.8 */
    check_status(NTE_NOT_SUPPORTED, get_dword(key, NCRYPT_ECC_CURVE_NAME_PROPERTY, &value));
    check_status(NTE_NOT_SUPPORTED, get_dword(key, L"DHParameters", &value));
    check_success(NCryptFreeObject(key));
}

static void test_known_answers(NCRYPT_PROV_HANDLE provider)
{
    BYTE blob[2048], hash[64], signature[64];
    DWORD size, hash_size, signature_size;
    NCRYPT_KEY_HANDLE key;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(known); i++)
    {
        winetest_push_context("%lu", known[i].bits);
        size = dsa_blob(blob, known[i].numbers, FALSE);
        check_success(import_blob(provider, BCRYPT_DSA_PUBLIC_BLOB, blob, size, &key));
        hash_size = from_hex(hash, known[i].numbers->hash);
        signature_size = from_hex(signature, known[i].numbers->signature);
        check_success(NCryptVerifySignature(key, NULL, hash, hash_size, signature, signature_size, 0));
        hash[0] ^= 1;
        check_status(NTE_BAD_SIGNATURE,
                     NCryptVerifySignature(key, NULL, hash, hash_size, signature, signature_size, 0));
        hash[0] ^= 1;
        signature[signature_size - 1] ^= 1;
        check_status(NTE_BAD_SIGNATURE,
                     NCryptVerifySignature(key, NULL, hash, hash_size, signature, signature_size, 0));
        signature[signature_size - 1] ^= 1;
        check_status(NTE_BAD_SIGNATURE,
                     NCryptVerifySignature(key, NULL, hash, hash_size, signature, signature_size - 1, 0));
        /* a public key does not sign (10.28) */
        check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, NULL, hash, hash_size, signature, 64, &size, 0));
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
}

/* Somebody else's DSA takes what ours made. Wine's bcrypt knows version 1 of the blob only. */
static void check_with_bcrypt(NCRYPT_KEY_HANDLE key, BYTE *hash, DWORD hash_size, BYTE *signature, DWORD size)
{
    BCRYPT_ALG_HANDLE alg;
    BCRYPT_KEY_HANDLE copy;
    BYTE blob[1024];
    DWORD blob_size;
    NTSTATUS status;

    check_success(export_blob(key, BCRYPT_DSA_PUBLIC_BLOB, blob, sizeof(blob), &blob_size));
    status = BCryptOpenAlgorithmProvider(&alg, BCRYPT_DSA_ALGORITHM, NULL, 0);
    ok(!status, "got %#lx\n", status);
    status = BCryptImportKeyPair(alg, NULL, BCRYPT_DSA_PUBLIC_BLOB, &copy, blob, blob_size, 0);
    ok(!status, "got %#lx\n", status);
    if (!status)
    {
        status = BCryptVerifySignature(copy, NULL, hash, hash_size, signature, size, 0);
        ok(!status, "got %#lx\n", status);
        signature[0] ^= 1;
        status = BCryptVerifySignature(copy, NULL, hash, hash_size, signature, size, 0);
        ok(status, "a changed signature was taken\n");
        signature[0] ^= 1;
        BCryptDestroyKey(copy);
    }
    BCryptCloseAlgorithmProvider(alg, 0);
}

static void test_sign(NCRYPT_PROV_HANDLE provider)
{
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA1_ALGORITHM };
    BYTE blob[2048], hash[64], signature[100], again[100];
    DWORD size, blob_size, q_size, n;
    NCRYPT_KEY_HANDLE key;
    unsigned int i;

    for (n = 0; n < sizeof(hash); n++) hash[n] = n * 7 + 1;
    for (i = 0; i < ARRAY_SIZE(known); i++)
    {
        winetest_push_context("%lu", known[i].bits);
        q_size = known[i].q_size;
        blob_size = dsa_blob(blob, known[i].numbers, TRUE);
        check_success(import_blob(provider, BCRYPT_DSA_PRIVATE_BLOB, blob, blob_size, &key));
        check_success(NCryptSignHash(key, NULL, hash, 20, NULL, 0, &size, 0));              /* 10.14 */
        ok(size == 2 * q_size, "got %lu\n", size);                                          /* 10.15 */
        check_dword(key, NCRYPT_SIGNATURE_LENGTH_PROPERTY, 2 * q_size);
        /* 10.16 */
        check_status(NTE_BUFFER_TOO_SMALL, NCryptSignHash(key, NULL, hash, 20, signature, 2, &size, 0));
        ok(size == 2 * q_size, "got %lu\n", size);
        for (n = 1; n <= sizeof(hash); n += 9)
        {
            memset(signature, 0xcc, sizeof(signature));
            check_success(NCryptSignHash(key, NULL, hash, n, signature, 2 * q_size, &size, 0));
            ok(size == 2 * q_size && signature[size] == 0xcc, "got %lu\n", size);
            check_success(NCryptVerifySignature(key, NULL, hash, n, signature, size, 0));
        }
        check_success(NCryptSignHash(key, NULL, hash, q_size, signature, sizeof(signature), &size,
                                     NCRYPT_SILENT_FLAG));
        check_success(NCryptSignHash(key, NULL, hash, q_size, again, sizeof(again), &size, 0));
        ok(memcmp(signature, again, size), "twice the same signature\n");
        check_success(NCryptVerifySignature(key, NULL, hash, q_size + 4, signature, size, 0));  /* leftmost bits */
        if (q_size == 20) check_with_bcrypt(key, hash, q_size, signature, size);

        /* open question: as for ECDSA, see sign_ec.c */
        check_success(NCryptSignHash(key, &info, hash, 20, NULL, 0, &size, BCRYPT_PAD_PKCS1));
        check_success(NCryptSignHash(key, &info, hash, 20, signature, sizeof(signature), &size, BCRYPT_PAD_PKCS1));
        check_success(NCryptVerifySignature(key, NULL, hash, 20, signature, size, 0));
        check_success(NCryptVerifySignature(key, &info, hash, 20, signature, size, BCRYPT_PAD_PKCS1));
        check_status(NTE_INVALID_PARAMETER, NCryptSignHash(key, &info, hash, 20, NULL, 0, &size, BCRYPT_PAD_PSS));
        check_status(NTE_INVALID_PARAMETER,
                     NCryptSignHash(key, &info, hash, 20, signature, sizeof(signature), &size, BCRYPT_PAD_PSS));
        check_status(NTE_INVALID_PARAMETER,
                     NCryptVerifySignature(key, &info, hash, 20, signature, size, BCRYPT_PAD_PSS));
        check_status(NULL_REFERENCE, NCryptSignHash(key, NULL, NULL, 20, signature, sizeof(signature), &size, 0));
        check_status(NTE_NOT_SUPPORTED, NCryptEncrypt(key, hash, 20, NULL, NULL, 0, &size, NCRYPT_PAD_PKCS1_FLAG));
        check_status(NTE_NOT_SUPPORTED, NCryptDecrypt(key, hash, 20, NULL, NULL, 0, &size, NCRYPT_PAD_PKCS1_FLAG));
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
}

static void test_blobs(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR *types[] = { BCRYPT_DSA_PUBLIC_BLOB, BCRYPT_PUBLIC_KEY_BLOB, BCRYPT_DSA_PRIVATE_BLOB,
                                    BCRYPT_PRIVATE_KEY_BLOB };
    BYTE blob[2048], exported[2048];
    NCRYPT_KEY_HANDLE key;
    DWORD size, exported_size;
    unsigned int i, j;

    for (i = 0; i < ARRAY_SIZE(known); i++)
        for (j = 0; j < ARRAY_SIZE(types); j++)
        {
            winetest_push_context("%lu %s", known[i].bits, wine_dbgstr_w(types[j]));
            size = dsa_blob(blob, known[i].numbers, j > 1);
            check_success(import_blob(provider, types[j], blob, size, &key));               /* 8.29 */
            check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"DSA");
            check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, L"DSA");
            check_dword(key, NCRYPT_LENGTH_PROPERTY, known[i].bits);
            check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);                             /* 6.75, 6.76 */
            if (j > 1)                                                                      /* 9.6 */
                check_status(NTE_NOT_SUPPORTED, export_blob(key, types[j], NULL, 0, &exported_size));
            check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
            check_success(export_blob(key, types[j], exported, sizeof(exported), &exported_size));
            ok(exported_size == size && !memcmp(exported, blob, size), "not identical\n");
            if (j < 2) check_failure(export_blob(key, BCRYPT_DSA_PRIVATE_BLOB, exported, sizeof(exported), &size));
            check_success(NCryptFreeObject(key));

            check_status(NTE_BAD_DATA, import_blob(provider, types[j], blob, exported_size - 1, &key));
            check_status(NTE_BAD_DATA, import_blob(provider, types[j], blob, exported_size + 1, &key));
            check_status(NTE_BAD_DATA, import_blob(provider, types[j], blob, 30, &key));
            blob[4]++;
            check_status(NTE_BAD_DATA, import_blob(provider, types[j], blob, exported_size, &key));
            blob[4]--;
            blob[0]++;
            check_status(NTE_INVALID_PARAMETER, import_blob(provider, types[j], blob, exported_size, &key));
            blob[0]--;
            blob[exported_size - 1] ^= 1;
            check_status(NTE_INVALID_PARAMETER, import_blob(provider, types[j], blob, exported_size, &key));
            winetest_pop_context();
        }
    size = dsa_blob(blob, &old_key, TRUE);
    check_status(NTE_INVALID_PARAMETER, import_blob(provider, BCRYPT_DSA_PUBLIC_BLOB, blob, size, &key));
    check_status(NTE_INVALID_PARAMETER, import_blob(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size, &key));
    check_status(NTE_INVALID_PARAMETER, import_blob(provider, BCRYPT_DH_PRIVATE_BLOB, blob, size, &key));
}

/* What went to the disk is the key. */
static void test_stored(NCRYPT_PROV_HANDLE provider)
{
    BYTE blob[2048], exported[2048], hash[20] = { 5 }, signature[40];
    NCRYPT_KEY_HANDLE key, opened;
    NCryptBuffer buffer;
    NCryptBufferDesc desc = { NCRYPTBUFFER_VERSION, 1, &buffer };
    WCHAR name[128];
    DWORD size, other;

    key_name(name, L"dsa");
    key = make_key(provider, L"DSA", name, 1024, 3, NCRYPT_OVERWRITE_KEY_FLAG);             /* 3.15 */
    check_success(NCryptSignHash(key, NULL, hash, 20, signature, sizeof(signature), &size, 0));
    check_success(export_blob(key, BCRYPT_DSA_PRIVATE_BLOB, blob, sizeof(blob), &size));
    ok(size == 52 + 3 * 128 + 20, "got %lu\n", size);
    check_success(NCryptOpenKey(provider, &opened, name, 0, 0));
    check_text(opened, NCRYPT_ALGORITHM_PROPERTY, L"DSA");
    check_dword(opened, NCRYPT_LENGTH_PROPERTY, 1024);
    check_success(NCryptVerifySignature(opened, NULL, hash, 20, signature, 40, 0));
    check_success(export_blob(opened, BCRYPT_DSA_PRIVATE_BLOB, exported, sizeof(exported), &other));
    ok(other == size && !memcmp(exported, blob, size), "not identical\n");
    check_success(NCryptFreeObject(opened));
    check_success(NCryptDeleteKey(key, 0));

    buffer.BufferType = NCRYPTBUFFER_PKCS_KEY_NAME;
    buffer.cbBuffer = (lstrlenW(name) + 1) * sizeof(WCHAR);
    buffer.pvBuffer = name;
    size = dsa_blob(blob, &new_key, TRUE);
    check_success(NCryptImportKey(provider, 0, BCRYPT_DSA_PRIVATE_BLOB, &desc, &key, blob, size, 0));   /* 8.38 */
    check_status(NTE_EXISTS, NCryptImportKey(provider, 0, BCRYPT_DSA_PRIVATE_BLOB, &desc, &opened, blob, size, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 2048);
    check_success(NCryptDeleteKey(key, 0));

    check_success(NCryptCreatePersistedKey(provider, &key, L"DSA", name, 0, 0));            /* 7.26 */
    check_success(NCryptSetProperty(key, BCRYPT_DSA_PRIVATE_BLOB, blob, size, NCRYPT_SILENT_FLAG));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(export_blob(key, BCRYPT_PRIVATE_KEY_BLOB, exported, sizeof(exported), &other));
    ok(other == size && !memcmp(exported, blob, size), "not identical\n");
    check_success(NCryptDeleteKey(key, 0));
}

START_TEST(dsa)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_properties(provider);
    test_known_answers(provider);
    test_sign(provider);
    test_blobs(provider);
    test_stored(provider);
    check_success(NCryptFreeObject(provider));
}
