/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Symmetric keys: creating them, their properties, chains of NCryptEncrypt and NCryptDecrypt (rows 3.4 to 3.6,
 * 6.95 to 6.97, 7.29, 7.30, 12.1 to 12.10). */
#include "cipher_test.h"

/* F.1.1 and F.3.7 of the same */
#define ECB_1    "3ad77bb40d7a3660a89ecaf32466ef97"
#define ECB_2    "f5d3d58503b9699de785895a96fdbaaf"
#define CFB8     "3b79424c9c0dd436bace9e0ed4586a4f32b9"     /* of 18 bytes */

static const struct kind
{
    const WCHAR *alg, *group;
    DWORD min, max, step, block;
}
kinds[] =
{
    { L"AES", L"AES", 128, 256, 64, 16 },
    { L"3DES", L"DES", 192, 192, 0, 8 },
    { L"3DES_112", L"DES", 128, 128, 0, 8 },
    { L"DES", L"DES", 64, 64, 0, 8 },
    { L"DESX", L"DES", 192, 192, 0, 8 },
    { L"RC2", L"RC2", 16, 128, 8, 8 },
};

static void set_iv(NCRYPT_KEY_HANDLE key, const char *hex)
{
    BYTE iv[16];
    DWORD size = from_hex(iv, hex);

    check_success(NCryptSetProperty(key, NCRYPT_INITIALIZATION_VECTOR, iv, size, 0));   /* 7.30 */
}

/* A call without padding structure, whose output has the size of its input. 12.3 */
static void check_crypt_(int line, NCRYPT_KEY_HANDLE key, BOOL encrypt, const char *input, const char *expected)
{
    BYTE in[64], out[80];
    DWORD size = from_hex(in, input), result = 0xdeadbeef;
    SECURITY_STATUS status;

    memset(out, 0xcc, sizeof(out));
    status = encrypt ? NCryptEncrypt(key, in, size, NULL, out, size, &result, 0)
                     : NCryptDecrypt(key, in, size, NULL, out, size, &result, 0);
    ok_(__FILE__, line)(!status, "got %#lx\n", status);
    ok_(__FILE__, line)(result == size, "got %lu bytes\n", result);
    ok_(__FILE__, line)(equals_hex(out, expected), "wrong bytes\n");
    ok_(__FILE__, line)(out[size] == 0xcc, "wrote past the end\n");
}
#define check_encrypt(key, clear, sealed) check_crypt_(__LINE__, key, TRUE, clear, sealed)
#define check_decrypt(key, sealed, clear) check_crypt_(__LINE__, key, FALSE, sealed, clear)

/* 3.4, 3.6, 6.95, 6.97, 12.1 */
static void test_kind(NCRYPT_PROV_HANDLE provider, const struct kind *kind)
{
    NCRYPT_SUPPORTED_LENGTHS lengths;
    NCRYPT_KEY_HANDLE key;
    BYTE data[32] = {0}, out[32];
    DWORD bits, size;

    winetest_push_context("%s", wine_dbgstr_w(kind->alg));
    check_success(NCryptCreatePersistedKey(provider, &key, kind->alg, NULL, 0, 0));     /* 3.4 */
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, kind->alg);                              /* 6.97, 12.10 */
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, kind->group);
    check_dword(key, NCRYPT_BLOCK_LENGTH_PROPERTY, kind->block);
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_ALL_USAGES);
    check_success(NCryptGetProperty(key, NCRYPT_LENGTHS_PROPERTY, (BYTE *)&lengths, sizeof(lengths), &size, 0));
    ok(lengths.dwMinLength == kind->min && lengths.dwMaxLength == kind->max, "lengths %lu to %lu\n",
       lengths.dwMinLength, lengths.dwMaxLength);
    ok(lengths.dwIncrement == kind->step, "step %lu\n", lengths.dwIncrement);
    check_dword(key, NCRYPT_LENGTH_PROPERTY, lengths.dwDefaultLength);
    check_status(NTE_BAD_KEY_STATE, NCryptEncrypt(key, data, 16, NULL, out, 16, &size, 0));     /* 11.2 */
    check_status(NTE_INVALID_PARAMETER, set_dword(key, NCRYPT_LENGTH_PROPERTY, kind->min - 8, 0));
    check_status(NTE_INVALID_PARAMETER, set_dword(key, NCRYPT_LENGTH_PROPERTY, kind->max + 8, 0));
    check_success(NCryptFinalizeKey(key, 0));                                           /* 3.6 */
    check_success(NCryptEncrypt(key, data, 16, NULL, out, 16, &size, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptSignHash(key, NULL, data, 16, out, sizeof(out), &size, 0));
    check_success(NCryptFreeObject(key));

    for (bits = kind->min; bits <= kind->max && bits; bits += kind->step ? kind->step : ~bits + 1)
    {
        key = make_key(provider, kind->alg, NULL, bits, 0, 0);
        check_dword(key, NCRYPT_LENGTH_PROPERTY, bits);                                 /* 6.95 */
        set_mode(key, BCRYPT_CHAIN_MODE_ECB);
        check_success(NCryptEncrypt(key, data, 16, NULL, out, 16, &size, 0));
        check_success(NCryptDecrypt(key, out, 16, NULL, out, 16, &size, 0));
        ok(!memcmp(out, data, 16), "%lu bits: not the clear text\n", bits);
        check_success(NCryptFreeObject(key));
        if (!kind->step) break;
    }
    winetest_pop_context();
}

/* 12.1, 3.5, 12.6 */
static void test_named(NCRYPT_PROV_HANDLE provider, const WCHAR *alg, DWORD bits, DWORD flags)
{
    NCRYPT_KEY_HANDLE key, again;
    BYTE sealed[32], data[32] = "sixteen bytes + sixteen bytes +";
    DWORD size, policy = NCRYPT_ALLOW_PLAINTEXT_EXPORT_FLAG;
    WCHAR name[128];

    winetest_push_context("%s, %lu bits, flags %#lx", wine_dbgstr_w(alg), bits, flags);
    key_name(name, L"cipher");
    remove_key(provider, name, flags);
    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, 0, flags));
    check_success(set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, policy, NCRYPT_PERSIST_FLAG));
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, bits, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptEncrypt(key, data, 32, NULL, sealed, 32, &size, 0));

    check_success(NCryptOpenKey(provider, &again, name, 0, flags & NCRYPT_MACHINE_KEY_FLAG));
    check_text(again, NCRYPT_ALGORITHM_PROPERTY, alg);                                  /* 6.97 */
    check_dword(again, NCRYPT_LENGTH_PROPERTY, bits);
    check_dword(again, NCRYPT_EXPORT_POLICY_PROPERTY, policy);
    check_success(NCryptDecrypt(again, sealed, 32, NULL, sealed, 32, &size, 0));
    ok(!memcmp(sealed, data, 32), "another key\n");
    check_success(NCryptFreeObject(again));
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, flags & NCRYPT_MACHINE_KEY_FLAG));
    winetest_pop_context();
}

/* 12.2: mode and IV belong to the handle and are never stored. */
static void test_two_handles(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE first, second;
    BYTE a[32], b[32], zeros[32] = {0};
    WCHAR name[128];
    DWORD size;

    key_name(name, L"two handles");
    remove_key(provider, name, 0);
    first = make_key(provider, L"AES", name, 128, 0, 0);
    check_success(NCryptOpenKey(provider, &second, name, 0, 0));
    check_text(second, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_CBC);
    set_mode(first, BCRYPT_CHAIN_MODE_ECB);
    check_text(second, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_CBC);
    set_iv(second, IV);
    check_success(NCryptEncrypt(first, zeros, 16, NULL, a, 16, &size, 0));
    check_success(NCryptEncrypt(second, zeros, 16, NULL, b, 16, &size, 0));
    ok(memcmp(a, b, 16), "modes are shared\n");
    set_mode(first, BCRYPT_CHAIN_MODE_CBC);
    set_iv(first, IV);
    check_success(NCryptEncrypt(first, zeros, 32, NULL, a, 32, &size, 0));
    check_success(NCryptEncrypt(second, zeros, 16, NULL, b + 16, 16, &size, 0));
    ok(!memcmp(a, b, 32), "chains are shared\n");
    check_success(NCryptFreeObject(second));
    check_success(NCryptOpenKey(provider, &second, name, 0, 0));
    check_text(second, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_CBC);
    check_success(NCryptEncrypt(second, zeros, 16, NULL, b, 16, &size, 0));
    ok(memcmp(a, b, 16), "the IV is stored\n");
    check_success(NCryptFreeObject(second));
    check_success(NCryptDeleteKey(first, 0));
}

/* 12.3 to 12.5, 6.96 */
static void test_chain(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_key(provider, L"AES", KEY);
    BYTE data[32], iv[16];
    DWORD size, filled;

    check_text(key, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_CBC);              /* 6.96 */
    set_iv(key, IV);
    check_encrypt(key, CLEAR_1, CBC_1);
    check_encrypt(key, CLEAR_2, CBC_2);                                                 /* 12.4 */
    set_iv(key, IV);                                                                    /* 12.5 */
    check_decrypt(key, CBC_1, CLEAR_1);
    check_decrypt(key, CBC_2, CLEAR_2);
    set_iv(key, IV);
    check_encrypt(key, CLEAR_1 CLEAR_2, CBC_1 CBC_2);

    size = from_hex(iv, IV);
    check_success(NCryptSetProperty(key, NCRYPT_INITIALIZATION_VECTOR, iv, size, 0));
    filled = from_hex(data, CLEAR_1 CLEAR_2);
    check_success(NCryptEncrypt(key, data, filled, NULL, NULL, 0, &size, 0));           /* a question only */
    ok(size == 32, "got %lu\n", size);
    check_status(NTE_BUFFER_TOO_SMALL, NCryptEncrypt(key, data, filled, NULL, data, 16, &size, 0));
    ok(size == 32, "got %lu\n", size);
    check_success(NCryptEncrypt(key, data, filled, NULL, data, filled, &size, 0));      /* in place */
    ok(equals_hex(data, CBC_1 CBC_2), "wrong bytes\n");
    ok(equals_hex(iv, IV), "the IV was written back\n");                                /* 12.4 */
    check_success(NCryptEncrypt(key, data, 0, NULL, data, 0, &size, 0));
    ok(!size, "got %lu\n", size);

    set_mode(key, BCRYPT_CHAIN_MODE_ECB);
    check_text(key, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_ECB);
    check_encrypt(key, CLEAR_1 CLEAR_2, ECB_1 ECB_2);
    check_decrypt(key, ECB_2, CLEAR_2);

    set_mode(key, BCRYPT_CHAIN_MODE_CFB);
    set_iv(key, IV);
    check_encrypt(key, "6b", "3b");
    check_encrypt(key, "c1bee22e409f96e93d7e117393172aae2d", CFB8 + 2);
    set_iv(key, IV);
    check_decrypt(key, CFB8, CLEAR_1 "ae2d");
    check_success(NCryptFreeObject(key));
}

/* open question: what real Windows answers to these is not known, but for the documented rule on overlap */
static void test_refused(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_key(provider, L"AES", KEY), des;
    BYTE data[64] = {0};
    DWORD size;

    check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, data, 15, NULL, data, 64, &size, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptDecrypt(key, data, 17, NULL, data, 64, &size, 0));
    check_status(NTE_BUFFERS_OVERLAP, NCryptEncrypt(key, data, 32, NULL, data + 1, 32, &size, 0));
    check_status(NTE_BUFFERS_OVERLAP, NCryptDecrypt(key, data + 16, 32, NULL, data, 32, &size, 0));
    check_status(NTE_INVALID_PARAMETER,
                 NCryptEncrypt(key, data, 16, NULL, data, 64, &size, NCRYPT_PAD_PKCS1_FLAG));
    check_status(NTE_INVALID_PARAMETER,
                 NCryptEncrypt(key, data, 16, NULL, data, 64, &size, NCRYPT_PAD_CIPHER_FLAG));
    check_status(NTE_BAD_FLAGS, NCryptEncrypt(key, data, 16, NULL, data, 64, &size, 0x100));
    check_success(NCryptEncrypt(key, data, 16, NULL, data, 64, &size, NCRYPT_SILENT_FLAG));

    check_status(NTE_NOT_SUPPORTED, set_text(key, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_NA, 0));
    check_status(NTE_NOT_SUPPORTED, set_text(key, NCRYPT_CHAINING_MODE_PROPERTY, L"ECB", 0));
    check_status(NTE_NOT_SUPPORTED, set_text(key, L"ChainingMode", BCRYPT_CHAIN_MODE_ECB, 0));  /* 6.38 */
    check_failure(NCryptSetProperty(key, NCRYPT_INITIALIZATION_VECTOR, data, 15, 0));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_INITIALIZATION_VECTOR, data, 16, &size, 0));
    check_text(key, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_CBC);
    check_success(NCryptFreeObject(key));

    des = import_key(provider, L"DES", "0123456789abcdef");
    check_status(NTE_NOT_SUPPORTED, set_text(des, NCRYPT_CHAINING_MODE_PROPERTY, BCRYPT_CHAIN_MODE_GCM, 0));
    check_failure(NCryptSetProperty(des, NCRYPT_INITIALIZATION_VECTOR, data, 16, 0));
    check_success(NCryptFreeObject(des));
}

static void test_usage(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    BYTE data[16] = {0};
    DWORD size;

    check_success(NCryptCreatePersistedKey(provider, &key, L"AES", NULL, 0, 0));
    check_success(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptEncrypt(key, data, 16, NULL, data, 16, &size, 0));
    check_status(NTE_PERM, NCryptDecrypt(key, data, 16, NULL, data, 16, &size, 0));     /* 11.19 */
    check_success(NCryptFreeObject(key));
}

/* --- threads --- */

#define THREADS 4
#define ROUNDS  200

static DWORD WINAPI encrypt_blocks(void *arg)
{
    NCRYPT_KEY_HANDLE key = *(NCRYPT_KEY_HANDLE *)arg;
    BYTE data[16], clear[16];
    DWORD i, size, wrong = 0;

    from_hex(clear, CLEAR_1);
    for (i = 0; i < ROUNDS; i++)
    {
        if (NCryptEncrypt(key, clear, 16, NULL, data, 16, &size, 0) || !equals_hex(data, ECB_1)) wrong++;
        if (NCryptDecrypt(key, data, 16, NULL, data, 16, &size, 0) || !equals_hex(data, CLEAR_1)) wrong++;
    }
    return wrong;
}

/* 1.30 */
static void test_threads(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_key(provider, L"AES", KEY);
    HANDLE threads[THREADS];
    DWORD i, wrong;

    set_mode(key, BCRYPT_CHAIN_MODE_ECB);
    for (i = 0; i < THREADS; i++) threads[i] = CreateThread(NULL, 0, encrypt_blocks, &key, 0, NULL);
    for (i = 0; i < THREADS; i++)
    {
        WaitForSingleObject(threads[i], INFINITE);
        GetExitCodeThread(threads[i], &wrong);
        ok(!wrong, "thread %lu: %lu wrong\n", i, wrong);
        CloseHandle(threads[i]);
    }
    check_success(NCryptFreeObject(key));
}

START_TEST(cipher)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(kinds); i++) test_kind(provider, &kinds[i]);
    test_named(provider, L"AES", 128, 0);
    test_named(provider, L"AES", 192, 0);
    test_named(provider, L"AES", 256, NCRYPT_OVERWRITE_KEY_FLAG);
    test_named(provider, L"3DES", 192, 0);
    test_named(provider, L"3DES_112", 128, 0);
    test_named(provider, L"RC2", 40, 0);
    test_named(provider, L"AES", 256, NCRYPT_MACHINE_KEY_FLAG);
    test_two_handles(provider);
    test_chain(provider);
    test_refused(provider);
    test_usage(provider);
    test_threads(provider);
    check_success(NCryptFreeObject(provider));
}
