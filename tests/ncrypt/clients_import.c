/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What real programs call, second part: those that file keys for certificates, and tools that look at everything
 * (B.7 to B.20). PKCS#8 stands here as the plain blobs of the same keys. */
#include "ncrypt_test.h"
#include "vectors.h"

static NCRYPT_PROV_HANDLE open_named(void)
{
    NCRYPT_PROV_HANDLE provider = 0;

    check_success(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0));
    return provider;
}

/* B.7: google/certtostore: every function must resolve, the file must be where it looks. */
static void test_certtostore(void)
{
    static const char *functions[] =
    {
        "NCryptCreatePersistedKey", "NCryptDecrypt", "NCryptExportKey", "NCryptFinalizeKey", "NCryptFreeObject",
        "NCryptOpenKey", "NCryptOpenStorageProvider", "NCryptGetProperty", "NCryptSetProperty", "NCryptSignHash",
    };
    BCRYPT_OAEP_PADDING_INFO oaep = { BCRYPT_SHA256_ALGORITHM, (BYTE *)"", 0 };
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = { BCRYPT_SHA256_ALGORITHM };
    NCRYPT_PROV_HANDLE provider = open_named(), found;
    WCHAR buffer[128], unique[128], path[MAX_PATH];
    const WCHAR *name = key_name(buffer, L"certtostore");
    HMODULE module = LoadLibraryW(L"ncrypt.dll");
    BYTE hash[32] = { 1 }, data[512], plain[256];
    NCRYPT_KEY_HANDLE key;
    DWORD size, value, i;

    for (i = 0; i < ARRAY_SIZE(functions); i++)
        ok(GetProcAddress(module, functions[i]) != NULL, "no %s\n", functions[i]);

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, 0, NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(set_dword(key, L"Key Usage", 3, NCRYPT_PERSIST_FLAG));
    check_success(set_dword(key, L"Length", 2048, NCRYPT_PERSIST_FLAG));
    check_success(NCryptFinalizeKey(key, NCRYPT_WRITE_KEY_TO_LEGACY_STORE_FLAG));
    check_success(NCryptGetProperty(key, L"Unique Name", (BYTE *)unique, sizeof(unique), &size, 0));
    check_success(NCryptGetProperty(key, L"Provider Handle", (BYTE *)&found, sizeof(found), &size, 0));
    check_success(get_dword(found, L"Impl Type", &value));
    ok(value & NCRYPT_IMPL_SOFTWARE_FLAG, "got %#lx\n", value);
    check_success(NCryptFreeObject(found));

    GetEnvironmentVariableW(L"APPDATA", path, MAX_PATH - 128);
    lstrcatW(path, L"\\Microsoft\\Crypto\\Keys\\");
    lstrcatW(path, unique);
    ok(GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES, "no file %s\n", wine_dbgstr_w(path));

    check_success(export_blob(key, BCRYPT_RSAPUBLIC_BLOB, data, sizeof(data), &size));
    check_success(NCryptSignHash(key, &pkcs1, hash, 32, NULL, 0, &size, BCRYPT_PAD_PKCS1));
    check_success(NCryptSignHash(key, &pkcs1, hash, 32, data, size, &size, BCRYPT_PAD_PKCS1));
    check_success(NCryptEncrypt(key, hash, 32, &oaep, data, 256, &size, BCRYPT_PAD_OAEP));
    check_success(NCryptDecrypt(key, data, size, &oaep, NULL, 0, &value, BCRYPT_PAD_OAEP));
    check_success(NCryptDecrypt(key, data, size, &oaep, plain, value, &value, BCRYPT_PAD_OAEP));
    ok(value == 32 && !memcmp(plain, hash, 32), "got %lu bytes\n", value);
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(provider));
}

/* B.8: OpenVPN, one call with the whole buffer; B.9: GnuTLS, B.10: rustls-cng, by key name. */
static void test_tls_libraries(void)
{
    BCRYPT_PKCS1_PADDING_INFO sha384 = { BCRYPT_SHA384_ALGORITHM };
    BYTE hash[48] = { 2 }, buffer[4096], cipher[128];
    NCRYPT_PROV_HANDLE provider = open_named();
    NCRYPT_KEY_HANDLE key;
    WCHAR name_buffer[128], text[64];
    const WCHAR *name = key_name(name_buffer, L"tls");
    DWORD size, again, bits;

    remove_key(provider, name, 0);
    check_success(NCryptFreeObject(make_key(provider, L"RSA", name, 1024, 0, 0)));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptGetProperty(key, L"Algorithm Name", (BYTE *)text, sizeof(text), &size, 0));
    ok(size / 2 - 1 == 3 && !lstrcmpW(text, L"RSA"), "got %s\n", wine_dbgstr_w(text));
    check_success(NCryptFreeObject(provider));
    check_success(NCryptSignHash(key, &sha384, hash, 48, buffer, sizeof(buffer), &size, BCRYPT_PAD_PKCS1));
    check_success(NCryptEncrypt(key, hash, 48, NULL, cipher, 128, &size, BCRYPT_PAD_PKCS1));
    check_success(NCryptDecrypt(key, cipher, 128, NULL, NULL, 0, &size, BCRYPT_PAD_PKCS1));
    check_success(NCryptDecrypt(key, cipher, 128, NULL, buffer, size, &again, BCRYPT_PAD_PKCS1));
    ok(again == 48 && !memcmp(buffer, hash, 48), "got %lu bytes\n", again);
    check_success(get_dword(key, L"Length", &bits));
    ok(bits == 1024, "got %lu\n", bits);
    check_success(NCryptSignHash(key, &sha384, hash, 48, buffer, 128, &size,
                                 BCRYPT_PAD_PKCS1 | NCRYPT_SILENT_FLAG));
    check_success(NCryptDeleteKey(key, 0));
}

/* B.11: PuTTY-CAC */
static void test_putty(void)
{
    BCRYPT_PKCS1_PADDING_INFO sha512 = { BCRYPT_SHA512_ALGORITHM };
    NCRYPT_PROV_HANDLE provider = open_named();
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"putty");
    BYTE hash[64] = { 3 }, signature[256];
    DWORD size;

    remove_key(provider, name, 0);
    check_success(NCryptFreeObject(make_key(provider, L"RSA", name, 1024, 0, 0)));
    check_success(NCryptOpenKey(provider, &key, name, AT_KEYEXCHANGE, 0));
    set_text(key, L"SmartCardPin", L"123456", 0);
    check_success(NCryptSignHash(key, &sha512, hash, 64, NULL, 0, &size, BCRYPT_PAD_PKCS1));
    check_success(NCryptSignHash(key, &sha512, hash, 64, signature, size, &size, BCRYPT_PAD_PKCS1));
    check_success(NCryptFreeObject(provider));
    check_success(NCryptFreeObject(key));

    provider = open_named();
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(provider));
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));            /* 1.17 */
}

/* B.12: MongoDB: the same certificate twice; B.13: AWS: overwriting; B.14: ntex and its kin: in two steps. */
static void test_importers(void)
{
    NCryptBuffer name_buffer = { 0, NCRYPTBUFFER_PKCS_KEY_NAME, NULL };
    NCryptBufferDesc list = { NCRYPTBUFFER_VERSION, 1, &name_buffer };
    NCRYPT_PROV_HANDLE provider = open_named();
    BYTE rsa[2048], ec[256], out[2048];
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"libmongoc-0a1b-pkcs8");
    DWORD rsa_size, ec_size, size, i;

    rsa_size = make_rsa_blob(rsa, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);
    ec_size = ec_blob(ec, BCRYPT_ECDSA_PRIVATE_P256_MAGIC, ec_p256.x, ec_p256.y, ec_p256.d);
    name_buffer.pvBuffer = (void *)name;
    name_buffer.cbBuffer = (lstrlenW(name) + 1) * sizeof(WCHAR);

    remove_key(provider, name, 0);
    for (i = 0; i < 2; i++)                                             /* B.12 */
    {
        key = 0;
        check_status(i ? NTE_EXISTS : ERROR_SUCCESS,
                     NCryptImportKey(provider, 0, BCRYPT_RSAFULLPRIVATE_BLOB, &list, &key, rsa, rsa_size,
                                     NCRYPT_SILENT_FLAG));
        ok(!key == !!i, "key %p\n", (void *)key);
        if (key) check_success(NCryptFreeObject(key));
    }
    check_success(open_status(provider, name, 0));

    for (i = 0; i < 2; i++)                                             /* B.13 */
    {
        check_success(NCryptImportKey(provider, 0, BCRYPT_ECCPRIVATE_BLOB, &list, &key, ec, ec_size,
                                      NCRYPT_OVERWRITE_KEY_FLAG));
        check_success(NCryptFreeObject(key));
    }
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_text(key, L"Algorithm Name", L"ECDSA_P256");
    check_success(NCryptFreeObject(key));

    check_success(NCryptImportKey(provider, 0, BCRYPT_RSAFULLPRIVATE_BLOB, NULL, &key, rsa, rsa_size,
                                  NCRYPT_DO_NOT_FINALIZE_FLAG | NCRYPT_SILENT_FLAG)); /* B.14 */
    check_success(set_dword(key, L"Export Policy", 3, NCRYPT_PERSIST_FLAG | NCRYPT_SILENT_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(export_blob(key, BCRYPT_RSAFULLPRIVATE_BLOB, out, sizeof(out), &size));
    check_success(NCryptFreeObject(key));
    check_success(NCryptImportKey(provider, 0, BCRYPT_RSAFULLPRIVATE_BLOB, &list, &key, out, size,
                                  NCRYPT_OVERWRITE_KEY_FLAG));
    check_success(NCryptFreeObject(key));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_text(key, L"Algorithm Name", L"RSA");
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(provider));
}

/* B.16: SSH agents: what can sign, which keys are there, a key brought along. */
static void test_ssh_agents(void)
{
    BCRYPT_PKCS1_PADDING_INFO info = { BCRYPT_SHA512_ALGORITHM };
    NCRYPT_PROV_HANDLE provider = open_named();
    NCryptAlgorithmName *algorithms;
    NCryptKeyName *item;
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"ssh-637-me@example.org");
    BYTE blob[2048], hash[64] = { 4 }, signature[128];
    DWORD count, size, lengths[4], i, found = 0;
    void *state = NULL;

    remove_key(provider, name, 0);
    check_success(NCryptEnumAlgorithms(provider, NCRYPT_SIGNATURE_OPERATION, &count, &algorithms,
                                       NCRYPT_SILENT_FLAG));
    for (i = 0; i < count; i++) found += !lstrcmpW(algorithms[i].pszName, L"RSA");
    ok(found == 1, "RSA listed %lu times\n", found);
    check_success(NCryptFreeBuffer(algorithms));
    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", NULL, 0, 0));
    check_success(NCryptGetProperty(key, L"Lengths", (BYTE *)lengths, sizeof(lengths), &size, 0));
    check_success(NCryptFreeObject(key));

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, 0, 0));
    size = make_rsa_blob(blob, BCRYPT_RSAFULLPRIVATE_MAGIC, rsa_1024);
    check_success(NCryptSetProperty(key, BCRYPT_RSAFULLPRIVATE_BLOB, blob, size, NCRYPT_SILENT_FLAG));
    check_success(NCryptFinalizeKey(key, NCRYPT_SILENT_FLAG));
    check_success(NCryptFreeObject(key));

    for (found = 0; !NCryptEnumKeys(provider, NULL, &item, &state, NCRYPT_SILENT_FLAG); NCryptFreeBuffer(item))
    {
        if (lstrcmpW(item->pszName, name)) continue;
        found++;
        check_success(NCryptOpenKey(provider, &key, item->pszName, item->dwLegacyKeySpec, NCRYPT_SILENT_FLAG));
        check_success(export_blob(key, BCRYPT_RSAPUBLIC_BLOB, blob, sizeof(blob), &size));
        check_success(NCryptSignHash(key, &info, hash, 64, signature, 128, &size, BCRYPT_PAD_PKCS1));
        check_success(NCryptFreeObject(key));
    }
    ok(found == 1, "found %lu times\n", found);
    if (state) NCryptFreeBuffer(state);
    remove_key(provider, name, 0);
    check_success(NCryptFreeObject(provider));
}

/* B.20: hcrypt: every provider, every key of both stores, every property; Leosac: policy before the end. */
static void test_tools(void)
{
    static const DWORD flags[] = { NCRYPT_SILENT_FLAG, NCRYPT_SILENT_FLAG | NCRYPT_MACHINE_KEY_FLAG };
    static const WCHAR *properties[] =
    {
        L"Name", L"Unique Name", L"Algorithm Name", L"Length", L"Security Descr"
    };
    NCryptProviderName *providers;
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    NCryptKeyName *item;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"hcrypt");
    DWORD count, size, i, j, k, seen = 0;
    BYTE data[1024];
    void *state;

    provider = open_named();
    remove_key(provider, name, 0);
    check_success(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, 0));
    check_success(set_dword(key, L"Key Usage", 2, NCRYPT_PERSIST_FLAG | NCRYPT_SILENT_FLAG));
    check_success(set_dword(key, L"Export Policy", 3, NCRYPT_PERSIST_FLAG | NCRYPT_SILENT_FLAG));
    check_success(NCryptFinalizeKey(key, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));

    check_success(NCryptEnumStorageProviders(&count, &providers, NCRYPT_SILENT_FLAG));
    for (i = 0; i < count; i++)
    {
        if (NCryptOpenStorageProvider(&provider, providers[i].pszName, 0)) continue;
        for (j = 0; j < ARRAY_SIZE(flags); j++)
        {
            state = NULL;
            while (!NCryptEnumKeys(provider, NULL, &item, &state, flags[j]))
            {
                if (!NCryptOpenKey(provider, &key, item->pszName, item->dwLegacyKeySpec, item->dwFlags))
                {
                    for (k = 0; k < ARRAY_SIZE(properties); k++)
                        NCryptGetProperty(key, properties[k], data, sizeof(data), &size, 0);
                    NCryptFreeObject(key);
                    if (!lstrcmpW(item->pszName, name)) seen++;
                }
                NCryptFreeBuffer(item);
            }
            if (state) NCryptFreeBuffer(state);
        }
        check_success(NCryptFreeObject(provider));
    }
    check_success(NCryptFreeBuffer(providers));
    ok(seen == 1, "seen %lu times\n", seen);

    provider = open_named();
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));            /* 5.24 */
    check_success(NCryptFreeObject(provider));
}

/* B.19: Microsoft's signing sample checks its own signature with BCrypt. */
static void test_sample(void)
{
    NCRYPT_PROV_HANDLE provider = open_named();
    BYTE hash[32] = { 5 }, signature[64], blob[128];
    BCRYPT_ALG_HANDLE alg;
    BCRYPT_KEY_HANDLE public;
    NCRYPT_KEY_HANDLE key;
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"sample");
    DWORD size, signature_size;

    remove_key(provider, name, 0);
    key = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);
    check_success(NCryptSignHash(key, NULL, hash, 32, NULL, 0, &signature_size, 0));
    check_success(NCryptSignHash(key, NULL, hash, 32, signature, signature_size, &signature_size, 0));
    check_success(export_blob(key, BCRYPT_ECCPUBLIC_BLOB, blob, sizeof(blob), &size));
    check_success(BCryptOpenAlgorithmProvider(&alg, BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0));
    check_success(BCryptImportKeyPair(alg, NULL, BCRYPT_ECCPUBLIC_BLOB, &public, blob, size, 0));
    check_success(BCryptVerifySignature(public, NULL, hash, 32, signature, signature_size, 0));
    signature[0] ^= 1;
    check_failure(BCryptVerifySignature(public, NULL, hash, 32, signature, signature_size, 0));
    check_success(BCryptDestroyKey(public));
    check_success(BCryptCloseAlgorithmProvider(alg, 0));
    check_success(NCryptDeleteKey(key, 0));
    check_success(NCryptFreeObject(provider));
}

START_TEST(clients_import)
{
    test_certtostore();
    test_tls_libraries();
    test_putty();
    test_importers();
    test_ssh_agents();
    test_tools();
    test_sample();
}
