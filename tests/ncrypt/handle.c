/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Handles that are none: every function refuses every one of them and touches nothing (rows 1.13 to 1.20, 5.20,
 * E20; F10 for NCryptIsKeyHandle). */
#include "ncrypt_test.h"
#include "vectors.h"

static NCRYPT_PROV_HANDLE provider;
static NCRYPT_KEY_HANDLE good_key;
static BYTE data[2048];
static DWORD size;

/* --- each function, with arguments that suit a living handle --- */

static SECURITY_STATUS free_object(NCRYPT_HANDLE handle)
{
    return NCryptFreeObject(handle);
}

static SECURITY_STATUS get_property(NCRYPT_HANDLE handle)
{
    return NCryptGetProperty(handle, L"Name", data, sizeof(data), &size, 0);
}

static SECURITY_STATUS set_property(NCRYPT_HANDLE handle)
{
    return NCryptSetProperty(handle, L"Custom", data, 4, NCRYPT_PERSIST_ONLY_FLAG);
}

static SECURITY_STATUS delete_key(NCRYPT_HANDLE handle)
{
    return NCryptDeleteKey(handle, 0);
}

static SECURITY_STATUS finalize_key(NCRYPT_HANDLE handle)
{
    return NCryptFinalizeKey(handle, 0);
}

static SECURITY_STATUS encrypt(NCRYPT_HANDLE handle)
{
    return NCryptEncrypt(handle, data, 12, NULL, data, sizeof(data), &size, NCRYPT_PAD_PKCS1_FLAG);
}

static SECURITY_STATUS decrypt(NCRYPT_HANDLE handle)
{
    return NCryptDecrypt(handle, data, 128, NULL, data, sizeof(data), &size, NCRYPT_PAD_PKCS1_FLAG);
}

static SECURITY_STATUS sign_hash(NCRYPT_HANDLE handle)
{
    return NCryptSignHash(handle, NULL, data, 32, data, sizeof(data), &size, 0);
}

static SECURITY_STATUS verify_signature(NCRYPT_HANDLE handle)
{
    return NCryptVerifySignature(handle, NULL, data, 32, data, 64, 0);
}

static SECURITY_STATUS export_key(NCRYPT_HANDLE handle)
{
    return NCryptExportKey(handle, 0, BCRYPT_PUBLIC_KEY_BLOB, NULL, data, sizeof(data), &size, 0);
}

static SECURITY_STATUS agree_private(NCRYPT_HANDLE handle)
{
    NCRYPT_SECRET_HANDLE secret;

    return NCryptSecretAgreement(handle, good_key, &secret, 0);
}

static SECURITY_STATUS agree_public(NCRYPT_HANDLE handle)
{
    NCRYPT_SECRET_HANDLE secret;

    return NCryptSecretAgreement(good_key, handle, &secret, 0);
}

static SECURITY_STATUS key_derivation(NCRYPT_HANDLE handle)
{
    return NCryptKeyDerivation(handle, NULL, data, 32, &size, 0);
}

static SECURITY_STATUS open_key(NCRYPT_HANDLE handle)
{
    NCRYPT_KEY_HANDLE key;

    return NCryptOpenKey(handle, &key, L"no such key of these tests", 0, 0);
}

static SECURITY_STATUS create_key(NCRYPT_HANDLE handle)
{
    NCRYPT_KEY_HANDLE key;

    return NCryptCreatePersistedKey(handle, &key, L"RSA", NULL, 0, 0);
}

static SECURITY_STATUS import_key(NCRYPT_HANDLE handle)
{
    NCRYPT_KEY_HANDLE key;

    return NCryptImportKey(handle, 0, BCRYPT_RSAPUBLIC_BLOB, NULL, &key, data, 155, 0);
}

static SECURITY_STATUS is_alg_supported(NCRYPT_HANDLE handle)
{
    return NCryptIsAlgSupported(handle, L"RSA", 0);
}

static SECURITY_STATUS enum_algorithms(NCRYPT_HANDLE handle)
{
    NCryptAlgorithmName *list;
    DWORD count;

    return NCryptEnumAlgorithms(handle, 0, &count, &list, 0);
}

static SECURITY_STATUS enum_keys(NCRYPT_HANDLE handle)
{
    NCryptKeyName *item;
    void *state = NULL;

    return NCryptEnumKeys(handle, NULL, &item, &state, 0);
}

static SECURITY_STATUS notify_change(NCRYPT_HANDLE handle)
{
    HANDLE event;

    return NCryptNotifyChangeKey(handle, &event, NCRYPT_REGISTER_NOTIFY_FLAG);
}

static SECURITY_STATUS derive_key(NCRYPT_HANDLE handle)
{
    return NCryptDeriveKey(handle, BCRYPT_KDF_HASH, NULL, data, 20, &size, 0);
}

#define TAKES_PROVIDER 1
#define TAKES_KEY 2

static const struct
{
    const char *name;
    SECURITY_STATUS (*call)(NCRYPT_HANDLE handle);
    int takes;
}
functions[] =
{
    { "FreeObject", free_object, TAKES_PROVIDER | TAKES_KEY },
    { "GetProperty", get_property, TAKES_PROVIDER | TAKES_KEY },
    { "SetProperty", set_property, TAKES_PROVIDER | TAKES_KEY },
    { "DeleteKey", delete_key, TAKES_KEY },
    { "FinalizeKey", finalize_key, TAKES_KEY },
    { "Encrypt", encrypt, TAKES_KEY },
    { "Decrypt", decrypt, TAKES_KEY },
    { "SignHash", sign_hash, TAKES_KEY },
    { "VerifySignature", verify_signature, TAKES_KEY },
    { "ExportKey", export_key, TAKES_KEY },
    { "SecretAgreement, private", agree_private, TAKES_KEY },
    { "SecretAgreement, public", agree_public, TAKES_KEY },
    { "KeyDerivation", key_derivation, TAKES_KEY },
    { "OpenKey", open_key, TAKES_PROVIDER },
    { "CreatePersistedKey", create_key, TAKES_PROVIDER },
    { "ImportKey", import_key, TAKES_PROVIDER },
    { "IsAlgSupported", is_alg_supported, TAKES_PROVIDER },
    { "EnumAlgorithms", enum_algorithms, TAKES_PROVIDER },
    { "EnumKeys", enum_keys, TAKES_PROVIDER },
    { "NotifyChangeKey", notify_change, TAKES_PROVIDER },
    { "DeriveKey", derive_key, 0 },
};

/* kinds: what the handle is after all; functions that take that are left out. */
static void check_refused(NCRYPT_HANDLE handle, int kinds, const char *what)
{
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(functions); i++)
    {
        if (functions[i].takes & kinds) continue;
        winetest_push_context("%s of %s", functions[i].name, what);
        check_status(NTE_INVALID_HANDLE, functions[i].call(handle));
        winetest_pop_context();
    }
    if (!(kinds & TAKES_KEY)) ok(!NCryptIsKeyHandle(handle), "%s is a key handle\n", what);     /* F10 */
}

static void test_foreign(void)
{
    BYTE zeros[50] = { 0 };
    BCRYPT_ALG_HANDLE alg;
    HANDLE event;
    void *block;

    check_refused(0, 0, "zero");                                    /* 1.14, 1.20, 5.20 */
    check_refused((NCRYPT_HANDLE)zeros, 0, "fifty zero bytes");     /* 1.15 */
    block = HeapAlloc(GetProcessHeap(), 0, 512);
    memset(block, 0xa5, 512);
    *(DWORD *)block = 0;
    check_refused((NCRYPT_HANDLE)block, 0, "a block of the heap");  /* 1.16 */
    ok(((BYTE *)block)[4] == 0xa5, "the block was written to\n");
    HeapFree(GetProcessHeap(), 0, block);

    if (!running_on_wine()) return;                                 /* where handles are pointers, these crash */
    check_refused(1, 0, "one");
    check_refused(0xdeadbeef, 0, "0xdeadbeef");
    check_refused(~(NCRYPT_HANDLE)0, 0, "minus one");
    check_refused((NCRYPT_HANDLE)block, 0, "a freed block");
    check_refused((NCRYPT_HANDLE)GetModuleHandleW(NULL), 0, "this program");
    event = CreateEventW(NULL, FALSE, FALSE, NULL);
    check_refused((NCRYPT_HANDLE)event, 0, "an event");
    CloseHandle(event);
    BCryptOpenAlgorithmProvider(&alg, BCRYPT_SHA256_ALGORITHM, NULL, 0);
    check_refused((NCRYPT_HANDLE)alg, 0, "a BCrypt handle");
    BCryptCloseAlgorithmProvider(alg, 0);
}

/* 1.19 and its like: living handles of the other kind. */
static void test_wrong_kind(void)
{
    NCRYPT_KEY_HANDLE unfinalized;

    check_refused(provider, TAKES_PROVIDER, "a provider");
    check_refused(good_key, TAKES_KEY, "a key");
    check_success(NCryptCreatePersistedKey(provider, &unfinalized, L"RSA", NULL, 0, 0));
    check_refused(unfinalized, TAKES_KEY, "an unfinalized key");
    ok(NCryptIsKeyHandle(unfinalized), "not a key handle\n");
    check_success(NCryptFreeObject(unfinalized));
    ok(NCryptIsKeyHandle(good_key), "not a key handle\n");
    ok(!NCryptIsKeyHandle(provider), "a key handle\n");
}

static void test_freed(void)
{
    NCRYPT_PROV_HANDLE gone_provider;
    NCRYPT_KEY_HANDLE key;

    key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    check_success(NCryptFreeObject(key));
    check_refused(key, 0, "a freed key");
    key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    check_success(NCryptDeleteKey(key, 0));
    check_refused(key, 0, "a deleted key");                         /* 1.17 */
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(NCryptFreeObject(key));
    check_refused(key, 0, "a freed key that never was");
    check_success(NCryptOpenStorageProvider(&gone_provider, NULL, 0));
    check_success(NCryptFreeObject(gone_provider));
    check_refused(gone_provider, 0, "a freed provider");
}

/* A freed handle does not come back with the next objects. */
static void test_stale(void)
{
    NCRYPT_KEY_HANDLE stale, key;
    unsigned int i, hits = 0;

    check_success(NCryptCreatePersistedKey(provider, &stale, L"RSA", NULL, 0, 0));
    check_success(NCryptFreeObject(stale));
    for (i = 0; i < 5000; i++)
    {
        if (NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0)) break;
        if (key == stale || NCryptIsKeyHandle(stale)) hits++;
        NCryptFreeObject(key);
    }
    ok(i == 5000, "failed after %u\n", i);
    if (running_on_wine()) ok(!hits, "came back %u times\n", hits);
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(stale));
}

/* Many at once, freed in another order. */
static void test_many(void)
{
    static NCRYPT_KEY_HANDLE keys[2000];
    unsigned int i, j, failures = 0;

    for (i = 0; i < ARRAY_SIZE(keys); i++)
        if (NCryptCreatePersistedKey(provider, &keys[i], L"RSA", NULL, 0, 0)) failures++;
    for (i = 0; i < ARRAY_SIZE(keys); i++)
        if (!NCryptIsKeyHandle(keys[i])) failures++;
    for (i = 0, j = 7; i < ARRAY_SIZE(keys); i++, j = (j + 1601) % ARRAY_SIZE(keys))
        if (NCryptFreeObject(keys[j])) failures++;
    for (i = 0; i < ARRAY_SIZE(keys); i++)
        if (NCryptIsKeyHandle(keys[i])) failures++;
    ok(!failures, "%u failures\n", failures);
}

/* What NCryptFreeBuffer is given, on Windows a pointer that is believed. */
static void test_buffers(void)
{
    NCryptProviderName *list;
    void *block, *state = NULL;
    DWORD count;

    check_status(NTE_INVALID_PARAMETER, NCryptFreeBuffer(NULL));    /* 1.25 */
    if (!running_on_wine()) return;
    block = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, 64);
    check_status(NTE_INVALID_PARAMETER, NCryptFreeBuffer(block));
    check_status(NTE_INVALID_PARAMETER, NCryptFreeBuffer((void *)good_key));
    check_status(NTE_INVALID_PARAMETER, NCryptFreeBuffer((void *)(ULONG_PTR)0xdeadbeef));
    check_success(NCryptEnumStorageProviders(&count, &list, 0));
    check_status(NTE_INVALID_PARAMETER, NCryptFreeBuffer((BYTE *)list + 8));
    check_success(NCryptFreeBuffer(list));
    check_status(NTE_INVALID_PARAMETER, NCryptFreeBuffer(list));

    state = block;                                                  /* a state that is none */
    check_status(NTE_INVALID_PARAMETER, NCryptEnumKeys(provider, NULL, (NCryptKeyName **)&list, &state, 0));
    HeapFree(GetProcessHeap(), 0, block);
}

START_TEST(handle)
{
    provider = open_provider();
    good_key = make_key(provider, L"ECDH_P256", NULL, 0, 0, 0);
    make_rsa_blob(data, BCRYPT_RSAPUBLIC_MAGIC, rsa_1024);
    test_foreign();
    test_wrong_kind();
    test_freed();
    test_stale();
    test_many();
    test_buffers();
    check_success(NCryptFreeObject(good_key));
    check_success(NCryptFreeObject(provider));
}
