/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What real programs call, in their order and with their flags, as far as RSA keys and the P curves go. The
 * numbers like B.3 are those of the project's list of call sequences. The key stores of programs that are mostly
 * about certificates are in clients_import.c. */
#include "ncrypt_test.h"
#include "vectors.h"

static NCRYPT_PROV_HANDLE open_named(void)
{
    NCRYPT_PROV_HANDLE provider = 0;

    check_success(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0));
    return provider;
}

/* Size query and call; both must agree, or the program aborts. */
static DWORD sign_twice(NCRYPT_KEY_HANDLE key, void *info, BYTE *hash, DWORD hash_size, BYTE *signature,
                        DWORD flags)
{
    DWORD size = 0, again = 0;

    check_success(NCryptSignHash(key, info, hash, hash_size, NULL, 0, &size, flags));
    check_success(NCryptSignHash(key, info, hash, hash_size, signature, size, &again, flags));
    ok(size == again, "got %lu, then %lu\n", size, again);
    return again;
}

static DWORD export_twice(NCRYPT_KEY_HANDLE key, const WCHAR *type, BYTE *blob, DWORD flags)
{
    DWORD size = 0, again = 0;

    check_success(NCryptExportKey(key, 0, type, NULL, NULL, 0, &size, flags));
    check_success(NCryptExportKey(key, 0, type, NULL, blob, size, &again, flags));
    ok(size == again, "got %lu, then %lu\n", size, again);
    return again;
}

static DWORD get_twice(NCRYPT_HANDLE object, const WCHAR *name, void *data, DWORD flags)
{
    DWORD size = 0, again = 0;

    check_success(NCryptGetProperty(object, name, NULL, 0, &size, flags));
    check_success(NCryptGetProperty(object, name, data, size, &again, flags));
    ok(size == again, "got %lu, then %lu\n", size, again);
    return again;
}

/* --- B.1: .NET --- */

static void dotnet_create(NCRYPT_PROV_HANDLE provider, const WCHAR *name)
{
    NCRYPT_UI_POLICY policy = { 1, 0, L"title", L"friendly", L"description" };
    NCRYPT_KEY_HANDLE key;
    HWND window = NULL;
    BYTE one = 1, data[512];

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, 0, 0));
    check_success(set_dword(key, L"Export Policy", 3, NCRYPT_PERSIST_FLAG));
    check_success(set_dword(key, L"Key Usage", NCRYPT_ALLOW_ALL_USAGES, NCRYPT_PERSIST_FLAG));
    check_success(NCryptSetProperty(key, L"HWND Handle", (BYTE *)&window, sizeof(window), 0));
    check_success(NCryptSetProperty(key, L"UI Policy", (BYTE *)&policy, sizeof(policy), NCRYPT_PERSIST_FLAG));
    check_success(set_text(key, L"Use Context", L"context", NCRYPT_PERSIST_FLAG));
    check_success(set_dword(key, L"Length", 2048, 0));
    check_success(set_dword(key, L"My Property", 7, NCRYPT_PERSIST_ONLY_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    if (!name) check_success(NCryptSetProperty(key, L"CLR IsEphemeral", &one, 1, NCRYPT_PERSIST_ONLY_FLAG));

    get_twice(key, L"Algorithm Name", data, 0);
    get_twice(key, L"Algorithm Group", data, 0);
    get_twice(key, L"Export Policy", data, 0);
    get_twice(key, L"Key Type", data, 0);
    get_twice(key, L"PublicKeyLength", data, 0);
    ok(*(DWORD *)data == 2048, "got %lu\n", *(DWORD *)data);
    get_twice(key, L"Key Usage", data, 0);
    get_twice(key, L"UI Policy", data, 0);
    get_twice(key, L"Use Context", data, 0);
    if (name) get_twice(key, L"Unique Name", data, 0);
    check_success(NCryptFreeObject(key));
}

static void dotnet_use(NCRYPT_KEY_HANDLE key)
{
    BCRYPT_PSS_PADDING_INFO pss = { BCRYPT_SHA256_ALGORITHM, 32 };
    BCRYPT_OAEP_PADDING_INFO oaep = { BCRYPT_SHA256_ALGORITHM, NULL, 0 };
    BYTE hash[32] = { 1 }, buffer[256], plain[256], block[128] = { 0, 2 };
    DWORD size;

    check_status(NTE_BUFFER_TOO_SMALL, NCryptSignHash(key, &pss, hash, 32, buffer, 2, &size, BCRYPT_PAD_PSS));
    check_success(NCryptSignHash(key, &pss, hash, 32, buffer, size, &size, BCRYPT_PAD_PSS));
    check_success(NCryptVerifySignature(key, &pss, hash, 32, buffer, size, BCRYPT_PAD_PSS));
    check_success(NCryptEncrypt(key, hash, 32, &oaep, buffer, size, &size, BCRYPT_PAD_OAEP));
    check_success(NCryptDecrypt(key, buffer, size, &oaep, plain, size, &size, BCRYPT_PAD_OAEP));
    ok(size == 32 && !memcmp(plain, hash, 32), "got %lu bytes\n", size);

    memset(block + 2, 0xff, 125);                       /* an empty message, padded by .NET itself */
    check_success(NCryptEncrypt(key, block, 128, NULL, buffer, 128, &size, BCRYPT_PAD_NONE));
    check_success(NCryptDecrypt(key, buffer, 128, NULL, plain, 128, &size, BCRYPT_PAD_PKCS1));
    ok(!size, "got %lu\n", size);
}

static void test_dotnet(void)
{
    NCRYPT_PROV_HANDLE provider = open_named(), found;
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"dotnet");
    BYTE blob[2048], one = 0;
    DWORD size;

    remove_key(provider, name, 0);
    dotnet_create(provider, NULL);
    check_status(NTE_BAD_KEYSET, NCryptOpenKey(provider, &key, name, 0, 0));    /* CngKey.Exists */
    dotnet_create(provider, name);
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_status(NTE_NOT_FOUND, NCryptGetProperty(key, L"CLR IsEphemeral", &one, 1, &size,
                                                  NCRYPT_PERSIST_ONLY_FLAG));
    check_status(NTE_NOT_FOUND, NCryptGetProperty(key, L"HWND Handle", NULL, 0, &size, 0));
    check_success(NCryptDeleteKey(key, 0));

    /* import, raise the policy, export, hand the handle on */
    size = make_rsa_blob(blob, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);
    check_success(import_blob(provider, BCRYPT_RSAFULLPRIVATE_BLOB, blob, size, &key));
    one = 1;
    check_success(NCryptSetProperty(key, L"CLR IsEphemeral", &one, 1, NCRYPT_PERSIST_ONLY_FLAG));
    check_success(set_dword(key, L"Export Policy", 3, NCRYPT_PERSIST_FLAG));
    export_twice(key, BCRYPT_RSAPUBLIC_BLOB, blob, 0);
    export_twice(key, BCRYPT_RSAFULLPRIVATE_BLOB, blob, 0);
    one = 0;
    check_success(NCryptGetProperty(key, L"CLR IsEphemeral", &one, 1, &size, NCRYPT_PERSIST_ONLY_FLAG));
    ok(one == 1, "got %u\n", one);
    check_success(NCryptGetProperty(key, L"Provider Handle", (BYTE *)&found, sizeof(found), &size, 0));
    check_success(NCryptFreeObject(provider));
    dotnet_use(key);
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(found));

    provider = open_named();                            /* ECDsaCng */
    key = make_key(provider, L"ECDSA_P521", NULL, 0, 3, 0);
    size = sign_twice(key, NULL, blob, 64, blob + 64, 0);
    check_success(NCryptVerifySignature(key, NULL, blob, 64, blob + 64, size, 0));
    size = export_twice(key, BCRYPT_ECCPRIVATE_BLOB, blob, 0);
    check_success(NCryptFreeObject(key));
    check_success(import_blob(provider, BCRYPT_ECCPRIVATE_BLOB, blob, size, &key));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
}

/* --- B.3: Chromium: keys that never leave --- */

static void chromium_key(const WCHAR *alg, const WCHAR *blob_type)
{
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM };
    BOOL rsa = !lstrcmpW(alg, L"RSA");
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    BYTE hash[32] = { 3 }, signature[256], blob[512];
    WCHAR buffer[128], text[64];
    const WCHAR *name = key_name(buffer, L"unexportable-key-a+b/c==");
    DWORD size;

    check_success(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0));
    remove_key(provider, name, 0);
    check_success(NCryptIsAlgSupported(provider, alg, 0));
    check_success(NCryptCreatePersistedKey(provider, &key, alg, name, 0, 0));
    check_success(NCryptFreeObject(provider));          /* frees the provider first */
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    size = export_twice(key, blob_type, blob, 0);
    ok(size == (rsa ? 24 + 3 + 128 : 72), "got %lu\n", size);
    if (rsa) sign_twice(key, &info, hash, 32, signature, NCRYPT_SILENT_FLAG | BCRYPT_PAD_PKCS1);
    else check_success(NCryptSignHash(key, NULL, hash, 32, signature, 64, &size, NCRYPT_SILENT_FLAG));
    check_success(NCryptFreeObject(key));

    check_success(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0));    /* the next start */
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptFreeObject(provider));
    size = get_twice(key, L"Algorithm Name", text, 0);
    ok(size == (lstrlenW(alg) + 1) * sizeof(WCHAR) && !lstrcmpW(text, alg), "got %s\n", wine_dbgstr_w(text));
    check_success(NCryptDeleteKey(key, NCRYPT_SILENT_FLAG));
}

static void test_chromium(void)
{
    BCRYPT_PKCS1_PADDING_INFO none = { NULL };
    NCRYPT_PROV_HANDLE provider = open_named(), found;
    NCRYPT_KEY_HANDLE key = make_key(provider, L"RSA", NULL, 1024, 0, 0);
    BYTE md5_sha1[36] = { 1 }, signature[128];
    WCHAR name[64];
    DWORD size;

    chromium_key(L"ECDSA_P256", BCRYPT_ECCPUBLIC_BLOB);
    chromium_key(L"RSA", BCRYPT_RSAPUBLIC_BLOB);

    /* a client certificate's key: whose is it? then TLS 1.0 wants MD5 and SHA-1 signed together */
    check_success(NCryptGetProperty(key, L"Provider Handle", (BYTE *)&found, sizeof(found), &size,
                                    NCRYPT_SILENT_FLAG));
    get_twice(found, L"Name", name, NCRYPT_SILENT_FLAG);
    ok(!lstrcmpW(name, MS_KEY_STORAGE_PROVIDER), "got %s\n", wine_dbgstr_w(name));
    check_success(NCryptFreeObject(found));
    size = sign_twice(key, &none, md5_sha1, 36, signature, BCRYPT_PAD_PKCS1);           /* B.4: Firefox, too */
    check_success(NCryptVerifySignature(key, &none, md5_sha1, 36, signature, size, BCRYPT_PAD_PKCS1));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
}

/* --- B.5: Java --- */

static void test_java(void)
{
    NCRYPT_PROV_HANDLE provider = open_named();
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P384", NULL, 0, 0, 0), public;
    BYTE blob[256], hash[48] = { 4 }, signature[96];
    WCHAR name[16];
    DWORD size;

    check_success(NCryptGetProperty(key, L"Algorithm Name", (BYTE *)name, 32, &size, NCRYPT_SILENT_FLAG));
    ok(!wcsncmp(name, L"EC", 2), "got %s\n", wine_dbgstr_w(name));
    size = export_twice(key, BCRYPT_ECCPUBLIC_BLOB, blob, NCRYPT_SILENT_FLAG);
    check_success(import_blob(provider, BCRYPT_ECCPUBLIC_BLOB, blob, size, &public));
    check_success(NCryptFreeObject(provider));
    size = sign_twice(key, NULL, hash, 48, signature, 0);
    check_success(NCryptVerifySignature(public, NULL, hash, 48, signature, size, 0));
    check_success(NCryptFreeObject(public));
    check_success(NCryptDeleteKey(key, 0));
}

/* --- B.6: smallstep, which takes any last error for a failure --- */

#define step(call) \
    do \
    { \
        SetLastError(0); \
        check_success(call); \
        ok(!GetLastError(), "%s: last error %#lx\n", #call, GetLastError()); \
    } while (0)

static void test_smallstep(void)
{
    static const DWORD specs[] = { 0, AT_KEYEXCHANGE, AT_SIGNATURE };
    BCRYPT_PSS_PADDING_INFO info = { BCRYPT_SHA256_ALGORITHM, 32 };
    DWORD i, size, bits = 2048;
    BYTE hash[32] = { 5 }, data[512];
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128], unique[128], group[16];
    const WCHAR *name = key_name(buffer, L"step");

    for (i = 0; i < ARRAY_SIZE(specs); i++)
    {
        step(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0));
        step(NCryptCreatePersistedKey(provider, &key, i ? L"RSA" : L"ECDSA_P256", name, specs[i], 0));
        if (i) step(NCryptSetProperty(key, L"Length", (BYTE *)&bits, 4, 0));
        step(NCryptFinalizeKey(key, 0));
        step(NCryptGetProperty(key, L"Unique Name", (BYTE *)unique, sizeof(unique), &size, 0));
        step(NCryptGetProperty(key, L"Algorithm Group", (BYTE *)group, sizeof(group), &size, 0));
        step(NCryptExportKey(key, 0, BCRYPT_PUBLIC_KEY_BLOB, NULL, data, 512, &size, 0));
        if (!i) check_text(key, L"ECCCurveName", L"nistP256");
        step(NCryptFreeObject(key));
        step(NCryptOpenKey(provider, &key, unique, specs[i], 0));
        step(NCryptSignHash(key, i ? &info : NULL, hash, 32, NULL, 0, &size, i ? BCRYPT_PAD_PSS : 0));
        step(NCryptSignHash(key, i ? &info : NULL, hash, 32, data, size, &size, i ? BCRYPT_PAD_PSS : 0));
        step(NCryptDeleteKey(key, 0));
        check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));        /* deferred */
        step(NCryptFreeObject(provider));
    }
}

/* --- B.15: OpenZiti --- */

static void test_ziti(void)
{
    static const WCHAR *choice[] = { L"ECDSA_P521", L"ECDSA_P384", L"ECDSA_P256" };
    NCRYPT_PROV_HANDLE provider = open_named();
    BYTE hash[64] = { 6 }, signature[512], blob[512];
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128], group[16];
    const WCHAR *name = key_name(buffer, L"ziti");
    DWORD lengths[4], size, i;

    remove_key(provider, name, 0);
    for (i = 0; i < 3 && NCryptIsAlgSupported(provider, choice[i], 0); i++);
    ok(i == 0, "choice %lu\n", i);                      /* 2.11 */
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P521", name, 0, 0));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptGetProperty(key, L"Algorithm Group", (BYTE *)group, sizeof(group), &size, 0));
    check_success(NCryptGetProperty(key, L"Lengths", (BYTE *)lengths, sizeof(lengths), &size, 0));
    size = export_twice(key, BCRYPT_PUBLIC_KEY_BLOB, blob, 0);
    ok(*(DWORD *)blob == BCRYPT_ECDSA_PUBLIC_P521_MAGIC, "got %#lx\n", *(DWORD *)blob);
    check_success(NCryptSignHash(key, NULL, hash, 64, signature, sizeof(signature), &size, 0));
    ok(size == 132, "got %lu\n", size);
    ok(NCryptIsKeyHandle(key), "not a key handle\n");
    check_success(NCryptDeleteKey(key, 0));

    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", NULL, 0, 0));
    check_success(set_dword(key, L"Export Policy", 3, 0));
    check_success(NCryptFinalizeKey(key, 0));
    export_twice(key, BCRYPT_ECCPRIVATE_BLOB, blob, 0);
    check_success(NCryptFreeObject(key));
    check_status(NTE_INVALID_HANDLE, NCryptDeleteKey(0, 0));            /* 5.20 */
    check_success(NCryptFreeObject(provider));
}

/* --- B.21: Epic Games Launcher --- */

static void test_epic(void)
{
    NCRYPT_PROV_HANDLE provider = open_named();
    BYTE hash[32] = { 7 }, signature[64], first[72], second[72];
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"DPoP");

    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_success(NCryptFinalizeKey(key, 0));
    export_twice(key, BCRYPT_ECCPUBLIC_BLOB, first, 0);
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));

    provider = open_named();
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    export_twice(key, BCRYPT_ECCPUBLIC_BLOB, second, 0);
    ok(!memcmp(first, second, 72), "another device\n");
    sign_twice(key, NULL, hash, 32, signature, 0);
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(provider));
}

START_TEST(clients)
{
    test_dotnet();
    test_chromium();
    test_java();
    test_smallstep();
    test_ziti();
    test_epic();
}
