/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CipherKeyBlob and Rfc3565KeyWrapBlob: in, out, under a name, in two steps (rows 7.26, 8.39, 8.50, 8.52, 9.12,
 * 9.27, 9.28, 12.7). */
#include "cipher_test.h"

static const struct sample
{
    const WCHAR *alg;
    const char *key, *clear, *sealed;       /* one block, ECB */
}
samples[] =
{
    { L"AES", "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",       /* FIPS 197, C.1 */
      "69c4e0d86a7b0430d8cdb78070b4c55a" },
    { L"AES", "000102030405060708090a0b0c0d0e0f1011121314151617", "00112233445566778899aabbccddeeff", /* C.2 */
      "dda97ca4864cdfe06eaf70a0ec0d7191" },
    { L"AES", "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f",           /* C.3 */
      "00112233445566778899aabbccddeeff", "8ea2b7ca516745bfeafc49904b496089" },
    { L"DES", "0123456789abcdef", "4e6f772069732074", "3fa40e8a984d4815" },                 /* FIPS 81 */
    { L"3DES", "0123456789abcdef0123456789abcdef0123456789abcdef", "4e6f772069732074", "3fa40e8a984d4815" },
    { L"3DES_112", "0123456789abcdef0123456789abcdef", "4e6f772069732074", "3fa40e8a984d4815" },
    { L"DESX", "0123456789abcdef00000000000000000000000000000000", "4e6f772069732074", "3fa40e8a984d4815" },
    { L"RC2", "88bca90e90875a7f0f79c384627bafb2", "0000000000000000", "2269552ab0f85ca6" }, /* RFC 2268 */
};

static void check_works(NCRYPT_KEY_HANDLE key, const struct sample *sample)
{
    BYTE data[16], out[16];
    DWORD size = from_hex(data, sample->clear), result;

    check_text(key, NCRYPT_ALGORITHM_PROPERTY, sample->alg);
    check_dword(key, NCRYPT_LENGTH_PROPERTY, strlen(sample->key) * 4);
    check_success(set_text(key, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_ECB, 0));
    check_success(NCryptEncrypt(key, data, size, NULL, out, sizeof(out), &result, 0));
    ok(result == size && equals_hex(out, sample->sealed), "another key\n");
}

static void check_exported(NCRYPT_KEY_HANDLE key, const BYTE *blob, DWORD size)
{
    BYTE out[128];
    DWORD result;

    check_success(export_blob(key, NCRYPT_CIPHER_KEY_BLOB, NULL, 0, &result));
    ok(result == size, "got %lu\n", result);
    check_status(NTE_BUFFER_TOO_SMALL, export_blob(key, NCRYPT_CIPHER_KEY_BLOB, out, size - 1, &result));
    ok(result == size, "got %lu\n", result);
    check_success(export_blob(key, NCRYPT_CIPHER_KEY_BLOB, out, sizeof(out), &result));
    ok(result == size && !memcmp(out, blob, size), "another blob\n");                   /* 9.27 */
}

static void test_policies(NCRYPT_KEY_HANDLE key, const BYTE *blob, DWORD size)
{
    BYTE out[128];
    DWORD policy, result;

    for (policy = 0; policy < 4; policy++)
    {
        check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy, 0));
        if (policy & NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG) check_exported(key, blob, size);       /* 9.12, 9.27 */
        else check_status(NTE_NOT_SUPPORTED, export_blob(key, NCRYPT_CIPHER_KEY_BLOB, out, sizeof(out), &result));
    }                                                                                   /* 9.28, 12.7 */
    check_status(NTE_BAD_TYPE, export_blob(key, BCRYPT_RSAPRIVATE_BLOB, out, sizeof(out), &result));
    check_status(NTE_BAD_TYPE, export_blob(key, BCRYPT_PUBLIC_KEY_BLOB, out, sizeof(out), &result));
}

static void test_ephemeral(NCRYPT_PROV_HANDLE provider, const struct sample *sample)
{
    BYTE blob[128];
    NCRYPT_KEY_HANDLE key;
    DWORD n, size = cipher_blob(blob, sample->alg, sample->key);

    check_success(import_blob(provider, NCRYPT_CIPHER_KEY_BLOB, blob, size, &key));     /* 8.50 */
    check_works(key, sample);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    test_policies(key, blob, size);
    check_success(NCryptFreeObject(key));

    for (n = 0; n < size; n++)
        check_status(NTE_BAD_DATA, import_blob(provider, NCRYPT_CIPHER_KEY_BLOB, blob, n, &key));
    check_status(NTE_BAD_DATA, import_blob(provider, NCRYPT_CIPHER_KEY_BLOB, blob, size + 1, &key));
    blob[4]++;
    check_status(NTE_INVALID_PARAMETER, import_blob(provider, NCRYPT_CIPHER_KEY_BLOB, blob, size, &key));
    ok(!key, "got a handle\n");
}

/* 8.39, 8.37, 8.36 */
static void test_named(NCRYPT_PROV_HANDLE provider, const struct sample *sample)
{
    WCHAR name[128];
    NCryptBuffer buffer = { 0, NCRYPTBUFFER_PKCS_KEY_NAME, name };
    NCryptBufferDesc list = { NCRYPTBUFFER_VERSION, 1, &buffer };
    NCRYPT_KEY_HANDLE key;
    BYTE blob[128];
    DWORD size = cipher_blob(blob, sample->alg, sample->key);

    buffer.cbBuffer = (lstrlenW(key_name(name, L"cipher blob")) + 1) * sizeof(WCHAR);
    remove_key(provider, name, 0);
    check_success(NCryptImportKey(provider, 0, NCRYPT_CIPHER_KEY_BLOB, &list, &key, blob, size,
                                  NCRYPT_DO_NOT_FINALIZE_FLAG));                        /* 8.39 */
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG | NCRYPT_SILENT_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_works(key, sample);
    check_exported(key, blob, size);
    check_success(NCryptFreeObject(key));

    check_status(NTE_EXISTS, NCryptImportKey(provider, 0, NCRYPT_CIPHER_KEY_BLOB, &list, &key, blob, size, 0));
    check_success(NCryptImportKey(provider, 0, NCRYPT_CIPHER_KEY_BLOB, &list, &key, blob, size,
                                  NCRYPT_OVERWRITE_KEY_FLAG));
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_success(NCryptDeleteKey(key, 0));

    check_success(NCryptImportKey(provider, 0, NCRYPT_CIPHER_KEY_BLOB, &list, &key, blob, size,
                                  NCRYPT_MACHINE_KEY_FLAG));
    check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, NCRYPT_MACHINE_KEY_FLAG);
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    check_success(NCryptDeleteKey(key, 0));
}

/* 7.26; open question: the row knows of RSAFULLPRIVATEBLOB alone */
static void test_property(NCRYPT_PROV_HANDLE provider, const struct sample *sample)
{
    NCRYPT_KEY_HANDLE key;
    BYTE blob[128];
    WCHAR name[128];
    DWORD size = cipher_blob(blob, sample->alg, sample->key);

    remove_key(provider, key_name(name, L"cipher property"), 0);
    check_success(NCryptCreatePersistedKey(provider, &key, sample->alg, name, 0, 0));
    check_success(NCryptSetProperty(key, NCRYPT_CIPHER_KEY_BLOB, blob, size, NCRYPT_SILENT_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    check_works(key, sample);
    check_success(NCryptDeleteKey(key, 0));

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptSetProperty(key, NCRYPT_CIPHER_KEY_BLOB, blob, size, 0));
    check_success(NCryptFreeObject(key));
}

/* --- RFC 3394, 4.1 and 4.6 --- */

#define KEK_128     "000102030405060708090a0b0c0d0e0f"
#define WRAPPED_128 "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"
#define CLEAR_128   "00112233445566778899aabbccddeeff"
#define KEK_256     "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define WRAPPED_256 "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21"
#define CLEAR_256   "00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f"

static void test_wrap(NCRYPT_PROV_HANDLE provider, const char *kek, const char *wrapped, const char *clear)
{
    NCRYPT_KEY_HANDLE wrapping = import_key(provider, L"AES", kek), key = import_key(provider, L"AES", clear);
    NCRYPT_KEY_HANDLE again;
    BYTE out[64], blob[128];
    DWORD size = strlen(wrapped) / 2, blob_size, result;

    check_status(NTE_NOT_SUPPORTED,
                 NCryptExportKey(key, wrapping, BCRYPT_AES_WRAP_KEY_BLOB, NULL, out, 64, &result, 0));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, NCRYPT_ALLOW_EXPORT_FLAG, 0));
    check_success(NCryptExportKey(key, wrapping, BCRYPT_AES_WRAP_KEY_BLOB, NULL, NULL, 0, &result, 0));
    ok(result == size, "got %lu\n", result);
    check_success(NCryptExportKey(key, wrapping, BCRYPT_AES_WRAP_KEY_BLOB, NULL, out, 64, &result, 0));
    ok(result == size && equals_hex(out, wrapped), "wrong bytes\n");
    check_failure(NCryptExportKey(key, 0, BCRYPT_AES_WRAP_KEY_BLOB, NULL, out, 64, &result, 0));
    check_failure(NCryptExportKey(key, wrapping, NCRYPT_CIPHER_KEY_BLOB, NULL, out, 64, &result, 0));

    from_hex(out, wrapped);
    check_success(NCryptImportKey(provider, wrapping, BCRYPT_AES_WRAP_KEY_BLOB, NULL, &again, out, size, 0));
    check_text(again, NCRYPT_ALGORITHM_PROPERTY, L"AES");
    check_success(set_dword(again, NCRYPT_EXPORT_POLICY_PROPERTY, NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG, 0));
    blob_size = cipher_blob(blob, L"AES", clear);
    check_exported(again, blob, blob_size);
    check_success(NCryptFreeObject(again));

    check_status(NTE_BAD_DATA,
                 NCryptImportKey(provider, key, BCRYPT_AES_WRAP_KEY_BLOB, NULL, &again, out, size, 0));
    check_status(NTE_BAD_DATA,
                 NCryptImportKey(provider, wrapping, BCRYPT_AES_WRAP_KEY_BLOB, NULL, &again, out, size - 1, 0));
    check_status(NTE_INVALID_PARAMETER,
                 NCryptImportKey(provider, 0, BCRYPT_AES_WRAP_KEY_BLOB, NULL, &again, out, size, 0));
    out[size - 1] ^= 1;
    check_status(NTE_BAD_DATA,
                 NCryptImportKey(provider, wrapping, BCRYPT_AES_WRAP_KEY_BLOB, NULL, &again, out, size, 0));

    /* 8.52: a blob in clear comes in, whatever key is named */
    check_success(NCryptImportKey(provider, wrapping, NCRYPT_CIPHER_KEY_BLOB, NULL, &again, blob, blob_size, 0));
    check_success(NCryptFreeObject(again));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(wrapping));
}

START_TEST(cipher_blob)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(samples); i++)
    {
        winetest_push_context("%s, %u bits", wine_dbgstr_w(samples[i].alg),
                              (unsigned int)strlen(samples[i].key) * 4);
        test_ephemeral(provider, &samples[i]);
        test_named(provider, &samples[i]);
        test_property(provider, &samples[i]);
        winetest_pop_context();
    }
    test_wrap(provider, KEK_128, WRAPPED_128, CLEAR_128);
    test_wrap(provider, KEK_256, WRAPPED_256, CLEAR_256);
    check_success(NCryptFreeObject(provider));
}
