/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the software provider encrypts for a key of this one, it decrypts (rows 11.1 to 11.26; C.41). */
#include "provider_test.h"

static NCRYPT_PROV_HANDLE provider;
static NCRYPT_KEY_HANDLE key, public;

static void check_decrypts(void *info, DWORD bytes, DWORD flags)
{
    BYTE plain[256], cipher[256], again[256];
    DWORD size = 0, i;

    for (i = 0; i < bytes; i++) plain[i] = i + 1;
    check_success(NCryptEncrypt(public, plain, bytes, info, cipher, sizeof(cipher), &size, flags));
    ok(size == 256, "got %lu\n", size);
    memset(again, 0xcc, sizeof(again));
    check_success(NCryptDecrypt(key, cipher, 256, info, again, sizeof(again), &size, flags));
    ok(size == bytes && !memcmp(plain, again, bytes), "another message of %lu bytes\n", size);
    check_status(NTE_BUFFER_TOO_SMALL, NCryptDecrypt(key, cipher, 256, info, again, bytes - 1, &size, flags));
    cipher[200] ^= 1;
    check_failure(NCryptDecrypt(key, cipher, 256, info, again, sizeof(again), &size, flags));
    check_failure(NCryptDecrypt(key, cipher, 255, info, again, sizeof(again), &size, flags));
}

static void test_oaep(void)
{
    static const WCHAR *const hashes[] = { BCRYPT_SHA1_ALGORITHM, BCRYPT_SHA256_ALGORITHM, BCRYPT_SHA512_ALGORITHM };
    BCRYPT_OAEP_PADDING_INFO info = { NULL, NULL, 0 };
    BYTE label[] = "label";
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(hashes); i++)
    {
        winetest_push_context("%s", wine_dbgstr_w(hashes[i]));
        info.pszAlgId = hashes[i];
        info.pbLabel = NULL;
        info.cbLabel = 0;
        check_decrypts(&info, 32, BCRYPT_PAD_OAEP);
        info.pbLabel = label;
        info.cbLabel = sizeof(label);
        check_decrypts(&info, 32, BCRYPT_PAD_OAEP);
        winetest_pop_context();
    }
}

/* Without padding each block has a message: only that a whole number comes back can be seen. */
static void test_no_padding(void)
{
    BYTE plain[256] = { 0 }, cipher[256], again[256];
    DWORD size;

    plain[255] = 7;
    plain[1] = 1;
    check_success(NCryptEncrypt(public, plain, 256, NULL, cipher, 256, &size, NCRYPT_NO_PADDING_FLAG));
    check_success(NCryptDecrypt(key, cipher, 256, NULL, again, 256, &size, NCRYPT_NO_PADDING_FLAG));
    ok(size == 256 && !memcmp(plain, again, 256), "another message\n");
}

START_TEST(decrypt)
{
    if (!(provider = open_row())) return;
    key = new_key(provider, L"RSA", NULL, 0);
    public = public_half(key, TRUE);
    check_decrypts(NULL, 48, BCRYPT_PAD_PKCS1);
    test_oaep();
    test_no_padding();
    check_success(NCryptFreeObject(public));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
}
