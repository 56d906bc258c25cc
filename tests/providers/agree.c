/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Two keys agree on a secret: one of this provider, one of the software provider (rows of A.13; C.44). */
#include "provider_test.h"

static DWORD derive(NCRYPT_KEY_HANDLE private, NCRYPT_KEY_HANDLE public, const WCHAR *kdf, BYTE secret[128])
{
    NCRYPT_SECRET_HANDLE agreed = 0;
    DWORD size = 0;

    check_success(NCryptSecretAgreement(private, public, &agreed, 0));
    check_success(NCryptDeriveKey(agreed, kdf, NULL, secret, 128, &size, 0));
    check_success(NCryptFreeObject(agreed));
    return size;
}

/* The public half of key as a key of provider. */
static NCRYPT_KEY_HANDLE hand_over(NCRYPT_KEY_HANDLE key, NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE public = 0;
    BYTE blob[256];
    DWORD size = 0;

    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));
    check_success(import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, &public));
    return public;
}

static void test_curve(NCRYPT_PROV_HANDLE provider, NCRYPT_PROV_HANDLE software, const WCHAR *algorithm, DWORD bytes)
{
    NCRYPT_KEY_HANDLE ours = new_key(provider, algorithm, NULL, 0), theirs = new_key(software, algorithm, NULL, 0);
    NCRYPT_KEY_HANDLE our_public = hand_over(ours, software), their_public = hand_over(theirs, provider);
    BYTE one[128], other[128];
    DWORD size;

    winetest_push_context("%s", wine_dbgstr_w(algorithm));
    size = derive(ours, their_public, BCRYPT_KDF_RAW_SECRET, one);
    ok(size == bytes, "got %lu\n", size);
    ok(derive(theirs, our_public, BCRYPT_KDF_RAW_SECRET, other) == size && !memcmp(one, other, size),
       "another secret\n");
    size = derive(ours, their_public, BCRYPT_KDF_HASH, one);
    ok(derive(theirs, our_public, BCRYPT_KDF_HASH, other) == size && !memcmp(one, other, size), "another key\n");
    winetest_pop_context();
    NCryptFreeObject(ours);
    NCryptFreeObject(theirs);
    NCryptFreeObject(our_public);
    NCryptFreeObject(their_public);
}

START_TEST(agree)
{
    NCRYPT_PROV_HANDLE provider = open_row(), software;
    unsigned int i;

    if (!provider) return;
    software = open_provider();
    for (i = 0; i < ARRAY_SIZE(curves); i++) test_curve(provider, software, curves[i].ecdh, curves[i].bytes);
    check_success(NCryptFreeObject(software));
    check_success(NCryptFreeObject(provider));
}
