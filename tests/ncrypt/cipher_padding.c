/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCRYPT_PAD_CIPHER_FLAG: block padding, the caller's IV, GCM and CCM. open question: of this flag no more is
 * known than the documentation says; the statuses of what goes wrong are those of doc/choices.md. */
#include "cipher_test.h"

static void test_block_padding(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key = import_key(provider, L"AES", KEY);
    BYTE iv[16], data[48], clear[48];
    NCRYPT_CIPHER_PADDING_INFO info = { sizeof(info), NCRYPT_CIPHER_BLOCK_PADDING_FLAG, iv, 16, NULL, 0 };
    DWORD size, result;

    from_hex(iv, IV);
    size = from_hex(data, CLEAR_1);
    check_success(NCryptEncrypt(key, data, size, &info, NULL, 0, &result, NCRYPT_PAD_CIPHER_FLAG));
    ok(result == 32, "got %lu\n", result);
    ok(equals_hex(iv, IV), "a question moved the IV\n");
    check_success(NCryptEncrypt(key, data, size, &info, data, 48, &result, NCRYPT_PAD_CIPHER_FLAG));
    ok(result == 32, "got %lu\n", result);
    ok(equals_hex(data, CBC_1), "wrong bytes\n");
    ok(!memcmp(iv, data + 16, 16), "the IV is not the last block\n");

    from_hex(iv, IV);
    check_success(NCryptDecrypt(key, data, 32, &info, clear, 16, &result, NCRYPT_PAD_CIPHER_FLAG));
    ok(result == 16, "got %lu\n", result);
    ok(equals_hex(clear, CLEAR_1), "wrong bytes\n");
    ok(!memcmp(iv, data + 16, 16), "the IV is not the last block\n");
    from_hex(iv, IV);
    check_status(NTE_BUFFER_TOO_SMALL,
                 NCryptDecrypt(key, data, 32, &info, clear, 15, &result, NCRYPT_PAD_CIPHER_FLAG));
    data[20] ^= 1;                  /* another last block: its padding is no padding any more */
    check_status(NTE_BAD_DATA, NCryptDecrypt(key, data, 32, &info, clear, 48, &result, NCRYPT_PAD_CIPHER_FLAG));
    ok(equals_hex(iv, IV), "a failure moved the IV\n");
    check_status(NTE_INVALID_PARAMETER,
                 NCryptDecrypt(key, data, 31, &info, clear, 48, &result, NCRYPT_PAD_CIPHER_FLAG));

    info.dwFlags = NCRYPT_CIPHER_NO_PADDING_FLAG;
    from_hex(data, CLEAR_1 CLEAR_2);
    check_success(NCryptEncrypt(key, data, 16, &info, data, 16, &result, NCRYPT_PAD_CIPHER_FLAG));
    check_success(NCryptEncrypt(key, data + 16, 16, &info, data + 16, 16, &result, NCRYPT_PAD_CIPHER_FLAG));
    ok(equals_hex(data, CBC_1 CBC_2), "wrong bytes\n");
    info.cbIV = 15;
    check_status(NTE_INVALID_PARAMETER,
                 NCryptEncrypt(key, data, 16, &info, data, 16, &result, NCRYPT_PAD_CIPHER_FLAG));
    info.dwFlags = NCRYPT_CIPHER_OTHER_PADDING_FLAG;
    check_status(NTE_NOT_SUPPORTED,
                 NCryptEncrypt(key, data, 16, &info, data, 16, &result, NCRYPT_PAD_CIPHER_FLAG));
    info.cbSize--;
    check_status(NTE_INVALID_PARAMETER,
                 NCryptEncrypt(key, data, 16, &info, data, 16, &result, NCRYPT_PAD_CIPHER_FLAG));
    check_success(NCryptFreeObject(key));
}

/* Test case 4 of "The Galois/Counter Mode of Operation"; example 1 of SP 800-38C */
static const struct authenticated
{
    const WCHAR *mode;
    const char *key, *nonce, *aad, *clear, *sealed, *tag;
    DWORD lengths[3];
}
authenticated[] =
{
    { BCRYPT_CHAIN_MODE_GCM, "feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
      "feedfacedeadbeeffeedfacedeadbeefabaddad2",
      "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525"
      "b16aedf5aa0de657ba637b39",
      "42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa05"
      "1ba30b396a0aac973d58e091",
      "5bc94fbc3221a5db94fae95ae7121a47", { 12, 16, 1 } },
    { BCRYPT_CHAIN_MODE_CCM, "404142434445464748494a4b4c4d4e4f", "10111213141516", "0001020304050607", "20212223",
      "7162015b", "4dac255d", { 4, 16, 2 } },
};

static void test_authenticated(NCRYPT_PROV_HANDLE provider, const struct authenticated *test)
{
    NCRYPT_KEY_HANDLE key = import_key(provider, L"AES", test->key);
    struct
    {
        BCRYPT_AUTHENTICATED_CIPHER_MODE_INFO mode;
        BYTE nonce[16], aad[32], tag[16];
    } other;
    NCRYPT_CIPHER_PADDING_INFO info = { sizeof(info), 0, NULL, 0, (BYTE *)&other, sizeof(other) };
    BYTE data[64], out[64];
    DWORD size, result = 0;

    winetest_push_context("%s", wine_dbgstr_w(test->mode));
    check_status(NTE_NOT_SUPPORTED, NCryptGetProperty(key, NCRYPT_AUTH_TAG_LENGTH, out, 12, &result, 0));
    set_mode(key, test->mode);
    check_property(key, NCRYPT_AUTH_TAG_LENGTH, test->lengths, sizeof(test->lengths));
    memset(&other, 0, sizeof(other));
    BCRYPT_INIT_AUTH_MODE_INFO(other.mode);
    other.mode.pbNonce = other.nonce;
    other.mode.cbNonce = from_hex(other.nonce, test->nonce);
    other.mode.pbAuthData = other.aad;
    other.mode.cbAuthData = from_hex(other.aad, test->aad);
    other.mode.pbTag = other.tag;
    other.mode.cbTag = strlen(test->tag) / 2;
    size = from_hex(data, test->clear);

    check_success(NCryptEncrypt(key, data, size, &info, NULL, 0, &result, NCRYPT_PAD_CIPHER_FLAG));
    ok(result == size, "got %lu\n", result);
    check_success(NCryptEncrypt(key, data, size, &info, out, size, &result, NCRYPT_PAD_CIPHER_FLAG));
    ok(result == size, "got %lu\n", result);
    ok(equals_hex(out, test->sealed), "wrong bytes\n");
    ok(equals_hex(other.tag, test->tag), "wrong tag\n");
    check_success(NCryptDecrypt(key, out, size, &info, out, size, &result, NCRYPT_PAD_CIPHER_FLAG));
    ok(equals_hex(out, test->clear), "wrong bytes\n");

    from_hex(data, test->sealed);
    other.tag[0] ^= 1;
    memset(out, 0xcc, sizeof(out));
    check_status(NTE_BAD_DATA, NCryptDecrypt(key, data, size, &info, out, size, &result, NCRYPT_PAD_CIPHER_FLAG));
    ok(out[0] == 0xcc, "wrote without the right tag\n");
    other.tag[0] ^= 1;
    other.mode.cbAuthData--;
    check_status(NTE_BAD_DATA, NCryptDecrypt(key, data, size, &info, out, size, &result, NCRYPT_PAD_CIPHER_FLAG));
    other.mode.cbAuthData++;

    other.mode.cbTag = 3;
    check_status(NTE_INVALID_PARAMETER,
                 NCryptEncrypt(key, data, size, &info, out, size, &result, NCRYPT_PAD_CIPHER_FLAG));
    other.mode.cbTag = strlen(test->tag) / 2;
    info.dwFlags = NCRYPT_CIPHER_BLOCK_PADDING_FLAG;
    check_status(NTE_INVALID_PARAMETER,
                 NCryptEncrypt(key, data, size, &info, out, size, &result, NCRYPT_PAD_CIPHER_FLAG));
    info.dwFlags = 0;
    info.cbOtherInfo = sizeof(other.mode) - 1;
    check_status(NTE_INVALID_PARAMETER,
                 NCryptEncrypt(key, data, size, &info, out, size, &result, NCRYPT_PAD_CIPHER_FLAG));
    check_status(NTE_INVALID_PARAMETER, NCryptEncrypt(key, data, size, NULL, out, size, &result, 0));
    check_success(NCryptFreeObject(key));
    winetest_pop_context();
}

START_TEST(cipher_padding)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    unsigned int i;

    test_block_padding(provider);
    for (i = 0; i < ARRAY_SIZE(authenticated); i++) test_authenticated(provider, &authenticated[i]);
    check_success(NCryptFreeObject(provider));
}
