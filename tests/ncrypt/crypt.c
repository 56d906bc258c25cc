/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptEncrypt and NCryptDecrypt with RSA keys (rows 11.1 to 11.24). */
#include "ncrypt_test.h"
#include "vectors.h"

#define NONE NCRYPT_NO_PADDING_FLAG
#define PKCS1 NCRYPT_PAD_PKCS1_FLAG
#define OAEP NCRYPT_PAD_OAEP_FLAG

static NCRYPT_KEY_HANDLE import_numbers(NCRYPT_PROV_HANDLE provider, const struct rsa_numbers *k, DWORD magic)
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[2048];
    DWORD size = make_rsa_blob(blob, magic, *k);

    check_success(import_blob(provider, magic == BCRYPT_RSAPUBLIC_MAGIC ? BCRYPT_RSAPUBLIC_BLOB
                              : BCRYPT_RSAPRIVATE_BLOB, blob, size, &key));
    return key;
}

static void test_encrypt_call(NCRYPT_PROV_HANDLE provider)
{
    BYTE input[12] = "Hello World", out[256], again[256];
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    /* 11.1, 1.19 */
    check_status(NTE_INVALID_HANDLE, NCryptEncrypt(provider, input, 12, NULL, NULL, 0, &size, PKCS1));
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_status(NTE_BAD_KEY_STATE, NCryptEncrypt(key, input, 12, NULL, NULL, 0, &size, PKCS1)); /* 11.2 */
    check_status(NTE_BAD_KEY_STATE, NCryptDecrypt(key, out, 128, NULL, NULL, 0, &size, PKCS1));
    check_success(NCryptFinalizeKey(key, 0));
    check_status(NTE_BAD_FLAGS, NCryptEncrypt(key, input, 12, NULL, NULL, 0, &size, 51342)); /* 11.3 */
    check_status(NTE_BAD_FLAGS, NCryptDecrypt(key, out, 128, NULL, NULL, 0, &size, 51342));

    size = 0;
    check_success(NCryptEncrypt(key, input, 12, NULL, NULL, 0, &size, NONE)); /* 11.4 */
    ok(size == 128, "got %lu\n", size);
    check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, input, 12, NULL, out, 256, &size, NONE)); /* 11.5 */
    size = 0;
    check_success(NCryptEncrypt(key, input, 12, NULL, NULL, 0, &size, PKCS1)); /* 11.6 */
    ok(size == 128, "got %lu\n", size);
    size = 0;
    check_status(NTE_BUFFER_TOO_SMALL, NCryptEncrypt(key, input, 12, NULL, out, 12, &size, PKCS1)); /* 11.7 */
    ok(size == 128, "got %lu\n", size);
    check_success(NCryptEncrypt(key, input, 12, NULL, out, 256, &size, PKCS1));
    ok(size == 128, "got %lu\n", size);
    check_success(NCryptEncrypt(key, input, 12, NULL, again, 128, &size, PKCS1 | NCRYPT_SILENT_FLAG));
    ok(memcmp(out, again, 128), "deterministic\n"); /* 11.8 */

    check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, input, 12, NULL, out, 256, NULL, PKCS1));
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, out, 128, NULL, again, 256, NULL, PKCS1));
    check_failure(NCryptEncrypt(key, input, 12, NULL, out, 256, &size, 0));
    check_failure(NCryptEncrypt(key, NULL, 12, NULL, out, 256, &size, PKCS1));
    check_status(NTE_INVALID_HANDLE, NCryptEncrypt(0, NULL, 0, NULL, NULL, 0, NULL, 51342));
    check_status(NTE_INVALID_HANDLE, NCryptDecrypt(0, NULL, 0, NULL, NULL, 0, NULL, 51342));
    check_success(NCryptFreeObject(key));
}

/* There and back: sizes of both directions, and both buffer styles of clients. */
static void check_round_trip(NCRYPT_KEY_HANDLE key, const BYTE *message, DWORD message_size, void *info,
                             DWORD flags)
{
    BYTE cipher[256], plain[512];
    DWORD modulus, cipher_size, size;

    check_success(get_dword(key, NCRYPT_BLOCK_LENGTH_PROPERTY, &modulus));
    check_success(NCryptEncrypt(key, (BYTE *)message, message_size, info, NULL, 0, &cipher_size, flags));
    ok(cipher_size == modulus, "got %lu\n", cipher_size);
    check_success(NCryptEncrypt(key, (BYTE *)message, message_size, info, cipher, 256, &cipher_size, flags));
    ok(cipher_size == modulus, "got %lu\n", cipher_size);

    size = 0xdeadbeef;
    check_success(NCryptDecrypt(key, cipher, cipher_size, info, NULL, 0, &size, flags));
    ok(size == message_size, "got %lu, expected %lu\n", size, message_size); /* 11.18 */
    memset(plain, 0xcc, sizeof(plain));
    size = 0xdeadbeef;
    check_success(NCryptDecrypt(key, cipher, cipher_size, info, plain, modulus, &size, flags)); /* 11.18 */
    ok(size == message_size && !memcmp(plain, message, size), "got %lu bytes\n", size);
    ok(plain[modulus] == 0xcc, "wrote too much\n");
    memset(plain, 0xcc, sizeof(plain));
    check_success(NCryptDecrypt(key, cipher, cipher_size, info, plain, message_size, &size, flags));
    ok(size == message_size && !memcmp(plain, message, size), "got %lu bytes\n", size);
    ok(plain[message_size] == 0xcc, "wrote too much\n");
    if (!message_size) return;
    memset(plain, 0xcc, sizeof(plain));
    check_status(NTE_BUFFER_TOO_SMALL, NCryptDecrypt(key, cipher, cipher_size, info, plain, message_size - 1,
                                                     &size, flags));
    ok(size == message_size, "got %lu\n", size);
    ok(plain[0] == 0xcc, "written\n");
}

static void test_pkcs1(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_1024, BCRYPT_RSAPRIVATE_MAGIC);
    BYTE message[128], out[128];
    BCRYPT_PKCS1_PADDING_INFO ignored = { BCRYPT_SHA256_ALGORITHM };
    DWORD size, i;

    for (i = 0; i < sizeof(message); i++) message[i] = i; /* zero bytes are part of a message */
    check_round_trip(key, message, 12, NULL, PKCS1);
    check_round_trip(key, message, 1, NULL, PKCS1);
    check_round_trip(key, message, 0, NULL, PKCS1); /* 11.21 */
    check_round_trip(key, message, 117, NULL, PKCS1); /* 11.12 */
    check_round_trip(key, message, 12, &ignored, PKCS1); /* 11.23 */
    /* 11.12: open question: which status */
    check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, message, 118, NULL, out, 128, &size, PKCS1));
    check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, message, 128, NULL, out, 128, &size, PKCS1));
    check_success(NCryptFreeObject(key));
}

static const struct
{
    const WCHAR *name;
    DWORD size;
}
hashes[] =
{
    { BCRYPT_MD5_ALGORITHM, 16 }, { BCRYPT_SHA1_ALGORITHM, 20 }, { BCRYPT_SHA256_ALGORITHM, 32 },
    { BCRYPT_SHA384_ALGORITHM, 48 }, { BCRYPT_SHA512_ALGORITHM, 64 },
};

static void test_oaep(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_2048, BCRYPT_RSAPRIVATE_MAGIC);
    BYTE message[256], cipher[256], out[256], label[] = { 'l', 0, 'b' };
    BCRYPT_OAEP_PADDING_INFO info, other;
    DWORD size, max, i;

    for (i = 0; i < sizeof(message); i++) message[i] = i;
    for (i = 0; i < ARRAY_SIZE(hashes); i++) /* 11.9 */
    {
        winetest_push_context("%s", wine_dbgstr_w(hashes[i].name));
        max = 256 - 2 - 2 * hashes[i].size;
        info.pszAlgId = hashes[i].name;
        info.pbLabel = NULL;
        info.cbLabel = 0;
        check_round_trip(key, message, 32, &info, OAEP);
        check_round_trip(key, message, 0, &info, OAEP); /* 11.21 */
        check_round_trip(key, message, max, &info, OAEP); /* 11.13 */
        /* 11.13: open question: which status */
        check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, message, max + 1, &info, out, 256, &size, OAEP));

        /* 11.10: an empty label is no label */
        check_success(NCryptEncrypt(key, message, 32, &info, cipher, 256, &size, OAEP));
        info.pbLabel = (BYTE *)"";
        check_success(NCryptDecrypt(key, cipher, 256, &info, out, 256, &size, OAEP));
        ok(size == 32 && !memcmp(out, message, 32), "got %lu bytes\n", size);

        info.pbLabel = label;
        info.cbLabel = sizeof(label);
        check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 256, &info, out, 256, &size, OAEP));
        check_round_trip(key, message, 32, &info, OAEP);
        check_success(NCryptEncrypt(key, message, 32, &info, cipher, 256, &size, OAEP));
        other = info;
        other.cbLabel--;
        check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 256, &other, out, 256, &size, OAEP));
        other = info; /* 11.14: open question: which status */
        other.pszAlgId = hashes[(i + 1) % ARRAY_SIZE(hashes)].name;
        check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 256, &other, out, 256, &size, OAEP));
        winetest_pop_context();
    }

    /* 11.11: asserted for BCrypt */
    check_success(NCryptEncrypt(key, message, 32, NULL, NULL, 0, &size, OAEP));
    ok(size == 256, "got %lu\n", size);
    check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, message, 32, NULL, out, 256, &size, OAEP));
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 256, NULL, NULL, 0, &size, OAEP));
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 256, NULL, out, 256, &size, OAEP));
    info.pszAlgId = BCRYPT_AES_ALGORITHM;
    check_failure(NCryptEncrypt(key, message, 32, &info, out, 256, &size, OAEP));
    check_success(NCryptFreeObject(key));
}

static void test_known_answer(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_1024, BCRYPT_RSAPRIVATE_MAGIC);
    BCRYPT_OAEP_PADDING_INFO info = { BCRYPT_SHA1_ALGORITHM, NULL, 0 };
    BYTE message[128], cipher[128], out[128];
    DWORD message_size, size;

    message_size = from_hex(message, OAEP_SHA1_MESSAGE);
    from_hex(cipher, OAEP_SHA1_CIPHERTEXT);
    check_success(NCryptDecrypt(key, cipher, 128, &info, out, 128, &size, OAEP));
    ok(size == message_size && !memcmp(out, message, size), "got %lu bytes\n", size);
    check_success(NCryptFreeObject(key));
}

static void test_no_padding(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_1024, BCRYPT_RSAPRIVATE_MAGIC);
    BYTE message[256] = { 0, 1, 2, 3 }, out[128], again[128];
    DWORD size;

    check_round_trip(key, message, 128, NULL, NONE);
    check_success(NCryptEncrypt(key, message, 128, NULL, out, 128, &size, NONE));
    check_success(NCryptEncrypt(key, message, 128, NULL, again, 128, &size, NONE));
    ok(!memcmp(out, again, 128), "not deterministic\n"); /* 11.26 */
    /* 11.5 */
    check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, message, 127, NULL, out, 128, &size, NONE));
    check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, message, 129, NULL, out, 128, &size, NONE));
    memset(message, 0xff, 128); /* above the modulus */
    check_failure(NCryptEncrypt(key, message, 128, NULL, out, 128, &size, NONE));
    check_failure(NCryptDecrypt(key, message, 128, NULL, out, 128, &size, NONE));
    check_success(NCryptFreeObject(key));
}

/* 11.14, 11.15, 11.17, F6: open question: which status; .NET asserts that there is one */
static void test_damaged(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_1024, BCRYPT_RSAPRIVATE_MAGIC);
    NCRYPT_KEY_HANDLE public = import_numbers(provider, &rsa_1024, BCRYPT_RSAPUBLIC_MAGIC);
    BCRYPT_OAEP_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM, NULL, 0 };
    BYTE encoded[128], cipher[129] = { 0 }, out[128];
    DWORD size;
    int i;

    check_success(NCryptEncrypt(public, (BYTE *)"message", 7, &info, cipher, 128, &size, OAEP));
    check_success(NCryptDecrypt(key, cipher, 128, &info, out, 128, &size, OAEP));
    cipher[64] ^= 1;
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 128, &info, out, 128, &size, OAEP)); /* 11.14 */
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 128, &info, NULL, 0, &size, OAEP));
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 127, &info, out, 128, &size, OAEP)); /* 11.15 */
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 129, &info, out, 128, &size, OAEP)); /* 11.15 */

    /* 11.14: padding of PKCS #1 v1.5 that is wrong in each of the ways there are */
    for (i = 0; i < 5; i++)
    {
        winetest_push_context("damage %d", i);
        memset(encoded, 0x55, sizeof(encoded));
        encoded[0] = 0;
        encoded[1] = 2;
        encoded[100] = 0;
        if (i == 1) encoded[0] = 1;
        if (i == 2) encoded[1] = 1;
        if (i == 3) encoded[100] = 1; /* no end */
        if (i == 4) encoded[9] = 0; /* seven bytes of padding */
        check_success(NCryptEncrypt(public, encoded, 128, NULL, cipher, 128, &size, NONE));
        check_status(i ? NTE_INVALID_PARAMETER : ERROR_SUCCESS,
                     NCryptDecrypt(key, cipher, 128, NULL, out, 128, &size, PKCS1));
        if (!i) ok(size == 27, "got %lu\n", size);
        winetest_pop_context();
    }
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 127, NULL, out, 128, &size, PKCS1)); /* 11.15 */
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 129, NULL, out, 128, &size, PKCS1)); /* 11.15 */
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, cipher, 0, NULL, out, 128, &size, PKCS1)); /* 11.15 */

    /* 11.17 */
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(public, cipher, 128, NULL, out, 128, &size, PKCS1));
    check_success(NCryptFreeObject(public));
    check_success(NCryptFreeObject(key));
}

/* 11.16 */
static void test_leading_zero(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_1024, BCRYPT_RSAPRIVATE_MAGIC);
    BYTE cipher[128], out[128];
    DWORD size;
    int i;

    for (i = 0, cipher[0] = 1; i < 10000 && cipher[0]; i++)
        if (NCryptEncrypt(key, (BYTE *)"message", 7, NULL, cipher, 128, &size, PKCS1)) break;
    ok(!cipher[0], "none in %d\n", i);
    check_success(NCryptDecrypt(key, cipher, 128, NULL, out, 128, &size, PKCS1));
    ok(size == 7 && !memcmp(out, "message", 7), "got %lu bytes\n", size);
    check_success(NCryptFreeObject(key));
}

/* 11.20: Java works in place. */
static void test_in_place(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_numbers(provider, &rsa_1024, BCRYPT_RSAPRIVATE_MAGIC);
    BCRYPT_OAEP_PADDING_INFO info = { BCRYPT_SHA1_ALGORITHM, NULL, 0 };
    static const DWORD flags[] = { PKCS1, OAEP };
    BYTE buffer[128];
    DWORD size, i;
    void *padding;

    for (i = 0; i < ARRAY_SIZE(flags); i++)
    {
        padding = flags[i] == OAEP ? &info : NULL;
        memset(buffer, 0, sizeof(buffer));
        memcpy(buffer, "in place", 8);
        check_success(NCryptEncrypt(key, buffer, 8, padding, buffer, 128, &size, flags[i]));
        ok(size == 128 && memcmp(buffer, "in place", 8), "got %lu bytes\n", size);
        check_success(NCryptDecrypt(key, buffer, 128, padding, buffer, 128, &size, flags[i]));
        ok(size == 8 && !memcmp(buffer, "in place", 8), "got %lu bytes\n", size);
    }
    check_success(NCryptFreeObject(key));
}

/* 11.19 */
static void test_usage(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    BYTE cipher[128], out[128];
    DWORD size;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG, NCRYPT_PERSIST_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    memset(cipher, 1, sizeof(cipher));
    check_status(NTE_PERM, NCryptDecrypt(key, cipher, 128, NULL, out, 128, &size, PKCS1));
    check_success(NCryptFreeObject(key));
}

/* 11.24: one key for everything, in any order. */
static void test_mixed(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"RSA", NULL, 1024, 3, 0);
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = { BCRYPT_SHA256_ALGORITHM };
    BCRYPT_PSS_PADDING_INFO pss = { BCRYPT_SHA256_ALGORITHM, 32 };
    BCRYPT_OAEP_PADDING_INFO oaep = { BCRYPT_SHA256_ALGORITHM, NULL, 0 };
    BYTE hash[32] = { 1 }, signature[128], blob[1024];
    DWORD size;
    int i;

    for (i = 0; i < 2; i++)
    {
        check_success(export_blob(key, BCRYPT_RSAFULLPRIVATE_BLOB, blob, sizeof(blob), &size));
        check_round_trip(key, hash, 32, &oaep, OAEP);
        check_success(NCryptSignHash(key, &pss, hash, 32, signature, 128, &size, NCRYPT_PAD_PSS_FLAG));
        check_success(NCryptVerifySignature(key, &pss, hash, 32, signature, 128, NCRYPT_PAD_PSS_FLAG));
        check_round_trip(key, hash, 32, NULL, PKCS1);
        check_success(NCryptSignHash(key, &pkcs1, hash, 32, signature, 128, &size, PKCS1));
        check_success(NCryptVerifySignature(key, &pkcs1, hash, 32, signature, 128, PKCS1));
    }
    check_success(NCryptFreeObject(key));
}

static void test_ec_key(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDH_P256", NULL, 0, 0, 0);
    BYTE data[64] = { 0 }, out[64];
    DWORD size;

    check_status(NTE_NOT_SUPPORTED, NCryptEncrypt(key, data, 12, NULL, out, 64, &size, PKCS1));
    check_status(NTE_NOT_SUPPORTED, NCryptDecrypt(key, data, 64, NULL, out, 64, &size, PKCS1));
    check_success(NCryptFreeObject(key));
}

START_TEST(crypt)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_encrypt_call(provider);
    test_pkcs1(provider);
    test_oaep(provider);
    test_known_answer(provider);
    test_no_padding(provider);
    test_damaged(provider);
    test_leading_zero(provider);
    test_in_place(provider);
    test_usage(provider);
    test_mixed(provider);
    test_ec_key(provider);
    check_success(NCryptFreeObject(provider));
}
