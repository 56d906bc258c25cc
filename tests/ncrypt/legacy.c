/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of CAPI containers through NCryptOpenKey: which key is found, and that it is used like any other. */
#include "legacy.h"

static const WCHAR *container(WCHAR *buffer, const WCHAR *what)
{
    const WCHAR *name = key_name(buffer, what);

    remove_container(name, 0);
    remove_container(name, CRYPT_MACHINE_KEYSET);
    return name;
}

static SECURITY_STATUS open_spec(NCRYPT_PROV_HANDLE provider, const WCHAR *name, DWORD key_spec, DWORD flags)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = NCryptOpenKey(provider, &key, name, key_spec, flags);

    if (!status) check_success(NCryptFreeObject(key));
    return status;
}

/* 17.1, 17.3 to 17.5, 5.25 to 5.27: what CAPI itself answers, which the rest relies on. */
static void test_capi(void)
{
    HCRYPTPROV context, other;
    HCRYPTKEY key;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"capi");
    DWORD size, bits = 1024 << 16;
    char text[128];

    ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "got %#lx\n", container_error(name, 0));
    ok(!open_container(&context, name, CRYPT_DELETEKEYSET) && GetLastError() == (DWORD)NTE_BAD_KEYSET,
       "got %#lx\n", GetLastError());
    ok(!open_container(&context, name, CRYPT_VERIFYCONTEXT) && GetLastError() == (DWORD)NTE_BAD_FLAGS,       /* 17.2 */
       "got %#lx\n", GetLastError());
    check_capi(open_container(&context, name, CRYPT_NEWKEYSET));
    ok(!open_container(&other, name, CRYPT_NEWKEYSET) && GetLastError() == (DWORD)NTE_EXISTS,
       "got %#lx\n", GetLastError());
    ok(!CryptGetUserKey(context, AT_KEYEXCHANGE, &key) && GetLastError() == (DWORD)NTE_NO_KEY,
       "got %#lx\n", GetLastError());
    ok(!CryptGetUserKey(context, AT_SIGNATURE, &key) && GetLastError() == (DWORD)NTE_NO_KEY,
       "got %#lx\n", GetLastError());
    check_capi(CryptGenKey(context, AT_SIGNATURE, bits, &key));
    check_capi(CryptDestroyKey(key));
    ok(!CryptGetUserKey(context, AT_KEYEXCHANGE, &key) && GetLastError() == (DWORD)NTE_NO_KEY,
       "got %#lx\n", GetLastError());
    size = sizeof(text);
    check_capi(CryptGetProvParam(context, PP_UNIQUE_CONTAINER, (BYTE *)text, &size, 0));
    todo_wine ok(size == 70, "got %lu\n", size);
    check_capi(CryptReleaseContext(context, 0));
    remove_container(name, 0);
}

/* 5.7, 17.3: only NTE_BAD_KEYSET says that there is no such key. */
static void test_key_spec(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    HCRYPTPROV context;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"spec");

    check_status(NTE_BAD_KEYSET, open_spec(provider, name, 0, 0));
    check_capi(open_container(&context, name, CRYPT_NEWKEYSET));
    check_status(NTE_BAD_KEYSET, open_spec(provider, name, 0, 0));                          /* open question */
    check_status(NTE_BAD_KEYSET, open_spec(provider, name, AT_SIGNATURE, 0));
    check_capi(CryptReleaseContext(context, 0));

    make_container(name, 0, AT_SIGNATURE, 1024, FALSE);
    check_success(open_spec(provider, name, AT_SIGNATURE, 0));
    check_status(NTE_BAD_KEYSET, open_spec(provider, name, AT_KEYEXCHANGE, 0));             /* 5.7 */
    check_success(NCryptOpenKey(provider, &key, name, 3, 0));                               /* 18.7 */
    check_same(key, name, 0, AT_SIGNATURE);
    check_success(NCryptFreeObject(key));
    check_status(NTE_INVALID_PARAMETER, open_spec(provider, name, 4, 0));
    check_status(NTE_INVALID_PARAMETER, open_spec(provider, name, CERT_NCRYPT_KEY_SPEC, 0));
    check_status(NTE_BAD_FLAGS, open_spec(provider, name, 0, 0x01000000));
    check_status(NTE_BAD_FLAGS, open_spec(provider, name, 0, NCRYPT_PERSIST_FLAG));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));                               /* the only one there is */
    check_same(key, name, 0, AT_SIGNATURE);
    check_success(NCryptFreeObject(key));

    make_container(name, 0, AT_KEYEXCHANGE, 1024, FALSE);
    check_success(NCryptOpenKey(provider, &key, name, 0, NCRYPT_SILENT_FLAG));              /* 3.22 */
    check_same(key, name, 0, AT_KEYEXCHANGE);
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 3, NCRYPT_SILENT_FLAG));
    check_same(key, name, 0, AT_KEYEXCHANGE);
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, AT_SIGNATURE, 0));
    check_same(key, name, 0, AT_SIGNATURE);
    check_success(NCryptFreeObject(key));
    remove_container(name, 0);
}

/* 5.11, 17.6: user's and machine's containers. */
static void test_machine(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"machine");

    make_container(name, CRYPT_MACHINE_KEYSET, AT_KEYEXCHANGE, 1024, FALSE);
    check_status(NTE_BAD_KEYSET, open_spec(provider, name, 0, 0));
    check_success(NCryptOpenKey(provider, &key, name, 0, NCRYPT_MACHINE_KEY_FLAG));
    check_same(key, name, CRYPT_MACHINE_KEYSET, AT_KEYEXCHANGE);
    check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, NCRYPT_MACHINE_KEY_FLAG);
    check_success(NCryptDeleteKey(key, 0));
    ok(container_error(name, CRYPT_MACHINE_KEYSET) == (DWORD)NTE_BAD_KEYSET, "still there\n");
}

/* 5.15: the key file goes before the container. */
static void test_order(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"order");

    remove_key(provider, name, 0);
    make_container(name, 0, AT_KEYEXCHANGE, 1024, FALSE);
    check_success(NCryptFreeObject(make_key(provider, L"ECDSA_P256", name, 0, 0, 0)));
    check_success(NCryptOpenKey(provider, &key, name, AT_KEYEXCHANGE, 0));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"ECDSA_P256");
    check_success(NCryptDeleteKey(key, 0));
    ok(!container_error(name, 0), "the container is gone\n");                   /* it was none of that key's */
    check_success(NCryptOpenKey(provider, &key, name, AT_KEYEXCHANGE, 0));
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"RSA");
    check_success(NCryptFreeObject(key));
    remove_container(name, 0);
}

static void test_properties(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_PROV_HANDLE found;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"properties");
    DWORD size, value;

    make_container(name, 0, AT_KEYEXCHANGE, 2048, FALSE);
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_text(key, NCRYPT_ALGORITHM_GROUP_PROPERTY, L"RSA");                               /* 6.98 */
    check_text(key, NCRYPT_ALGORITHM_PROPERTY, L"RSA");
    check_text(key, NCRYPT_NAME_PROPERTY, name);
    check_dword(key, NCRYPT_LENGTH_PROPERTY, 2048);
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 0);
    check_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_ALL_USAGES);
    check_dword(key, NCRYPT_KEY_TYPE_PROPERTY, 0);
    check_success(NCryptGetProperty(key, NCRYPT_UNIQUE_NAME_PROPERTY, NULL, 0, &size, 0));
    check_success(NCryptGetProperty(key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&found, sizeof(found), &size, 0));
    ok(found == provider, "got another provider\n");
    check_success(NCryptFreeObject(found));
    status = NCryptGetProperty(key, NCRYPT_SECURITY_DESCR_PROPERTY, NULL, 0, &size, OWNER_SECURITY_INFORMATION);
    check_status(NTE_BAD_KEY_STATE, status);                                                /* 6.89 */

    /* what is not exportable stays so, and nothing can be stored beside a container */
    check_status(NTE_NOT_SUPPORTED, set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, 0));
    check_status(NTE_NOT_SUPPORTED, set_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3, NCRYPT_PERSIST_FLAG));
    check_failure(export_blob(key, BCRYPT_RSAPRIVATE_BLOB, NULL, 0, &value));
    check_failure(set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_SIGNING_FLAG, 0));
    check_status(NTE_NOT_SUPPORTED, set_dword(key, L"Custom", 3, NCRYPT_PERSIST_FLAG));
    check_success(set_text(key, NCRYPT_USE_CONTEXT_PROPERTY, L"signing", 0));
    check_success(NCryptFreeObject(key));
    remove_container(name, 0);
}

static void test_sign(NCRYPT_KEY_HANDLE key)
{
    static const WCHAR *const hashes[] = { L"SHA1", L"SHA256", L"SHA384", L"SHA512" };
    static const DWORD sizes[] = { 20, 32, 48, 64 };
    BYTE digest[64] = { 7 }, signature[256];
    BCRYPT_PKCS1_PADDING_INFO pkcs1;
    BCRYPT_PSS_PADDING_INFO pss;
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(hashes); i++)
    {
        pkcs1.pszAlgId = pss.pszAlgId = hashes[i];
        pss.cbSalt = sizes[i];
        check_success(NCryptSignHash(key, &pkcs1, digest, sizes[i], signature, 256, &size, BCRYPT_PAD_PKCS1));
        check_success(NCryptVerifySignature(key, &pkcs1, digest, sizes[i], signature, size, BCRYPT_PAD_PKCS1));
        check_success(NCryptSignHash(key, &pss, digest, sizes[i], signature, 256, &size, BCRYPT_PAD_PSS));
        check_success(NCryptVerifySignature(key, &pss, digest, sizes[i], signature, size, BCRYPT_PAD_PSS));
    }
    pkcs1.pszAlgId = NULL;
    check_success(NCryptSignHash(key, &pkcs1, digest, 36, signature, 256, &size, BCRYPT_PAD_PKCS1));
    check_success(NCryptVerifySignature(key, &pkcs1, digest, 36, signature, size, BCRYPT_PAD_PKCS1));
}

/* What CAPI encrypts comes out here. */
static void test_decrypt(NCRYPT_KEY_HANDLE key, const WCHAR *name)
{
    BCRYPT_OAEP_PADDING_INFO oaep = { BCRYPT_SHA256_ALGORITHM, (BYTE *)"label", 5 };
    BYTE data[256] = "attack at dawn", plain[256];
    HCRYPTPROV context;
    HCRYPTKEY capi_key = 0;
    DWORD size = 14;

    check_capi(open_container(&context, name, 0));
    check_capi(CryptGetUserKey(context, AT_KEYEXCHANGE, &capi_key));
    check_capi(CryptEncrypt(capi_key, 0, TRUE, 0, data, &size, sizeof(data)));
    CryptDestroyKey(capi_key);
    CryptReleaseContext(context, 0);
    reverse(data, size);
    check_success(NCryptDecrypt(key, data, size, NULL, plain, sizeof(plain), &size, NCRYPT_PAD_PKCS1_FLAG));
    ok(size == 14 && !memcmp(plain, "attack at dawn", 14), "got %lu bytes\n", size);

    check_success(NCryptEncrypt(key, plain, 14, &oaep, data, sizeof(data), &size, NCRYPT_PAD_OAEP_FLAG));
    check_success(NCryptDecrypt(key, data, size, &oaep, plain, sizeof(plain), &size, NCRYPT_PAD_OAEP_FLAG));
    ok(size == 14 && !memcmp(plain, "attack at dawn", 14), "got %lu bytes\n", size);
}

static void test_use(NCRYPT_PROV_HANDLE provider, BOOL exportable)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"use");

    winetest_push_context("exportable %d", exportable);
    make_container(name, 0, AT_KEYEXCHANGE, 2048, exportable);
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_same(key, name, 0, AT_KEYEXCHANGE);
    test_sign(key);
    test_decrypt(key, name);
    check_success(NCryptFreeObject(key));
    remove_container(name, 0);
    winetest_pop_context();
}

/* 6.99, 11.19 */
static void test_signature_key(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"signature");
    BYTE data[128] = { 0 };
    DWORD size;

    make_container(name, 0, AT_SIGNATURE, 1024, TRUE);
    check_success(NCryptOpenKey(provider, &key, name, AT_SIGNATURE, 0));
    check_same(key, name, 0, AT_SIGNATURE);
    check_success(NCryptEncrypt(key, data, 10, NULL, data, sizeof(data), &size, NCRYPT_PAD_PKCS1_FLAG));
    check_status(NTE_PERM, NCryptDecrypt(key, data, size, NULL, data, sizeof(data), &size, NCRYPT_PAD_PKCS1_FLAG));
    check_success(NCryptFreeObject(key));
    remove_container(name, 0);
}

/* CRYPT_EXPORTABLE is the policy to export in clear; the blob is CAPI's own. */
static void test_export(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    HCRYPTPROV context;
    HCRYPTKEY capi_key = 0;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"export");
    BYTE ours[2048], theirs[2048];
    DWORD size, capi_size = sizeof(theirs);

    make_container(name, 0, AT_KEYEXCHANGE, 1024, TRUE);
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_dword(key, NCRYPT_EXPORT_POLICY_PROPERTY, 3);
    check_success(export_blob(key, LEGACY_RSAPRIVATE_BLOB, ours, sizeof(ours), &size));
    check_capi(open_container(&context, name, 0));
    check_capi(CryptGetUserKey(context, AT_KEYEXCHANGE, &capi_key));
    check_capi(CryptExportKey(capi_key, 0, PRIVATEKEYBLOB, 0, theirs, &capi_size));
    /* CAPI may have the primes the other way round */
    ok(size == capi_size && !memcmp(ours, theirs, 20 + 128), "another blob, %lu and %lu bytes\n", size, capi_size);
    check_success(export_blob(key, NCRYPT_PKCS8_PRIVATE_KEY_BLOB, ours, sizeof(ours), &size));
    CryptDestroyKey(capi_key);
    CryptReleaseContext(context, 0);
    check_success(NCryptFreeObject(key));
    remove_container(name, 0);
}

static void test_delete(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key, stale;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"delete");

    make_container(name, 0, AT_KEYEXCHANGE, 1024, FALSE);
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptOpenKey(provider, &stale, name, 0, 0));
    check_status(NTE_BAD_FLAGS, NCryptDeleteKey(key, NCRYPT_MACHINE_KEY_FLAG));
    check_success(NCryptDeleteKey(key, NCRYPT_SILENT_FLAG));
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));
    ok(container_error(name, 0) == (DWORD)NTE_BAD_KEYSET, "still there\n");
    check_status(NTE_BAD_KEYSET, open_spec(provider, name, 0, 0));

    /* only the key that the handle names is deleted */
    check_status(NTE_BAD_KEYSET, NCryptDeleteKey(stale, 0));
    make_container(name, 0, AT_KEYEXCHANGE, 1024, FALSE);
    check_status(NTE_BAD_KEYSET, NCryptDeleteKey(stale, 0));
    ok(!container_error(name, 0), "another key was deleted\n");
    check_success(NCryptFreeObject(stale));
    remove_container(name, 0);
}

struct reader
{
    NCRYPT_PROV_HANDLE provider;
    const WCHAR *name;
    volatile LONG stop;
    LONG found;
};

static DWORD WINAPI read_all_the_time(void *arg)
{
    struct reader *reader = arg;
    NCRYPT_KEY_HANDLE key;

    while (!reader->stop)
    {
        if (NCryptOpenKey(reader->provider, &key, reader->name, 0, 0)) continue;
        reader->found++;
        NCryptFreeObject(key);
    }
    return 0;
}

/* CAPI contexts write what they had read when they are released: OpenKey must not bring back what is deleted. */
static void test_reader(NCRYPT_PROV_HANDLE provider)
{
    WCHAR buffer[128];
    struct reader reader = { provider, container(buffer, L"reader"), FALSE, 0 };
    HANDLE thread = CreateThread(NULL, 0, read_all_the_time, &reader, 0, NULL);
    unsigned int i;

    for (i = 0; i < 30; i++)
    {
        make_container(reader.name, 0, AT_KEYEXCHANGE, 512, FALSE);
        Sleep(10);
        remove_container(reader.name, 0);
        Sleep(10);
        ok(container_error(reader.name, 0) == (DWORD)NTE_BAD_KEYSET, "%u: the container came back\n", i);
    }
    reader.stop = TRUE;
    ok(!WaitForSingleObject(thread, 60000), "thread does not end\n");
    CloseHandle(thread);
    ok(reader.found, "never found\n");
}

/* 1.6, 5.8: by the name of the CSP. */
static void test_csp_names(void)
{
    static const WCHAR *const rsa[] =
    {
        MS_DEF_PROV_W, MS_ENHANCED_PROV_W, MS_STRONG_PROV_W, MS_ENH_RSA_AES_PROV_W, MS_DEF_RSA_SCHANNEL_PROV_W,
    };
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"csp");
    unsigned int i;

    make_container(name, 0, AT_SIGNATURE, 1024, FALSE);
    for (i = 0; i < ARRAY_SIZE(rsa); i++)
    {
        winetest_push_context("%ls", rsa[i]);
        check_success(NCryptOpenStorageProvider(&provider, rsa[i], 0));
        check_status(NTE_BAD_KEYSET, open_spec(provider, name, AT_KEYEXCHANGE, 0));         /* 5.7 */
        check_success(NCryptOpenKey(provider, &key, name, AT_SIGNATURE, 0));
        check_success(NCryptFreeObject(provider));
        check_same(key, name, 0, AT_SIGNATURE);
        check_success(NCryptFreeObject(key));
        winetest_pop_context();
    }
    check_success(NCryptOpenStorageProvider(&provider, MS_DEF_DSS_PROV_W, 0));
    check_status(NTE_BAD_KEYSET, open_spec(provider, name, 0, 0));      /* open question; 5.8 is that of Windows 7 */
    check_success(NCryptFreeObject(provider));
    remove_container(name, 0);
}

/* Names that CAPI would mangle have no container. */
static void test_names(NCRYPT_PROV_HANDLE provider)
{
    static const WCHAR question[] = L"ncrypt test ??", cyrillic[] = L"ncrypt test \x416\x4d8";
    WCHAR name[261];
    unsigned int i;

    if (!running_on_wine()) return;
    make_container(question, 0, AT_KEYEXCHANGE, 512, FALSE);
    check_success(open_spec(provider, question, 0, 0));
    check_status(NTE_BAD_KEYSET, open_spec(provider, cyrillic, 0, 0));
    remove_container(question, 0);

    for (i = 0; i < 260; i++) name[i] = 'n';
    name[200] = 0;
    make_container(name, 0, AT_KEYEXCHANGE, 512, FALSE);
    check_success(open_spec(provider, name, 0, 0));
    remove_container(name, 0);
    name[200] = 'n', name[260] = 0;
    check_status(NTE_BAD_KEYSET, open_spec(provider, name, 0, 0));
}

/* 14.11: EnumKeys tells of key files alone. */
static void test_enumerate(NCRYPT_PROV_HANDLE provider)
{
    NCryptKeyName *item;
    WCHAR buffer[128];
    const WCHAR *name = container(buffer, L"enumerate");
    void *state = NULL;

    make_container(name, 0, AT_KEYEXCHANGE, 512, FALSE);
    while (!NCryptEnumKeys(provider, NULL, &item, &state, 0))
    {
        ok(lstrcmpiW(item->pszName, name), "container listed\n");                           /* open question */
        check_success(NCryptFreeBuffer(item));
    }
    if (state) check_success(NCryptFreeBuffer(state));
    remove_container(name, 0);
}

START_TEST(legacy)
{
    NCRYPT_PROV_HANDLE provider = open_provider();

    test_capi();
    test_key_spec(provider);
    test_machine(provider);
    test_order(provider);
    test_properties(provider);
    test_use(provider, TRUE);
    test_use(provider, FALSE);
    test_signature_key(provider);
    test_export(provider);
    test_delete(provider);
    test_reader(provider);
    test_csp_names();
    test_names(provider);
    test_enumerate(provider);
    check_success(NCryptFreeObject(provider));
}
