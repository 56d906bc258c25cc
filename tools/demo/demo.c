/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The demo's Windows program. Three processes of it keep, use and delete two named keys; what they exchange
 * with OpenSSL lies in files of the current directory, as the API gives or takes it:
 *   demo create    makes the keys; writes rsa.blob, ec.blob (public keys)
 *   demo use       signs README.md's SHA-256 into rsa.sig, ec.sig; decrypts message.enc into message.dec
 *   demo finish    lists the keys, deletes them, finds them gone
 * Every call and its status is printed; the first status that is not the expected one ends it with exit code 1. */
#include "report.h"

#include <bcrypt.h>
#include <stdio.h>
#include <string.h>

struct key_row
{
    const WCHAR *name;
    const WCHAR *algorithm;
    const WCHAR *blob_type;
    const char *blob_file;
    const char *signature_file;
};

static const struct key_row keys[] =
{
    { L"demo-rsa", BCRYPT_RSA_ALGORITHM, BCRYPT_RSAPUBLIC_BLOB, "rsa.blob", "rsa.sig" },
    { L"demo-ec", BCRYPT_ECDSA_P256_ALGORITHM, BCRYPT_ECCPUBLIC_BLOB, "ec.blob", "ec.sig" },
};

#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

static BOOL is_rsa(const struct key_row *row)
{
    return !wcscmp(row->algorithm, BCRYPT_RSA_ALGORITHM);
}

static BOOL is_name_of(const NCryptKeyName *name, const struct key_row *row)
{
    return !wcscmp(name->pszName, row->name) && !wcscmp(name->pszAlgid, row->algorithm);
}

static size_t read_file(const char *name, void *data, size_t capacity)
{
    FILE *file = fopen(name, "rb");
    size_t size;

    if (!file) fail("cannot read %s", name);
    size = fread(data, 1, capacity, file);
    if (ferror(file) || size == capacity) fail("cannot read %s", name);
    fclose(file);
    return size;
}

/* As programs have it in their settings; run-demo --provider sets it. */
static const WCHAR *provider_name(void)
{
    static WCHAR name[256];
    DWORD length = GetEnvironmentVariableW(L"DEMO_PROVIDER", name, ARRAYSIZE(name));

    return length && length < ARRAYSIZE(name) ? name : MS_KEY_STORAGE_PROVIDER;
}

static NCRYPT_KEY_HANDLE open_key(NCRYPT_PROV_HANDLE provider, const struct key_row *row)
{
    NCRYPT_KEY_HANDLE key;

    report(NCryptOpenKey(provider, &key, row->name, 0, 0), ERROR_SUCCESS, "NCryptOpenKey(\"%ls\")", row->name);
    return key;
}

static void free_object(NCRYPT_HANDLE object, const char *name)
{
    report(NCryptFreeObject(object), ERROR_SUCCESS, "NCryptFreeObject(%s)", name);
}

/* --- process 1 --- */

static void create_key(NCRYPT_PROV_HANDLE provider, const struct key_row *row)
{
    NCRYPT_KEY_HANDLE key;
    DWORD length = 2048, size;
    BYTE blob[1024];

    report(NCryptCreatePersistedKey(provider, &key, row->algorithm, row->name, 0, NCRYPT_OVERWRITE_KEY_FLAG),
           ERROR_SUCCESS, "NCryptCreatePersistedKey(\"%ls\", %ls)", row->name, row->algorithm);
    if (is_rsa(row))
        report(NCryptSetProperty(key, NCRYPT_LENGTH_PROPERTY, (BYTE *)&length, sizeof(length), 0), ERROR_SUCCESS,
               "NCryptSetProperty(\"Length\", %lu)", (unsigned long)length);
    report(NCryptFinalizeKey(key, 0), ERROR_SUCCESS, "NCryptFinalizeKey()");
    report(NCryptExportKey(key, 0, row->blob_type, NULL, blob, sizeof(blob), &size, 0), ERROR_SUCCESS,
           "NCryptExportKey(%ls)", row->blob_type);
    write_file(row->blob_file, blob, size);
    free_object(key, "key");
}

static void create_keys(void)
{
    NCRYPT_PROV_HANDLE provider = open_provider(provider_name());
    size_t i;

    for (i = 0; i < KEY_COUNT; i++) create_key(provider, &keys[i]);
    free_object(provider, "provider");
}

/* --- process 2 --- */

static void hash_file(const char *name, BYTE hash[32])
{
    static BYTE data[1024 * 1024];
    ULONG size = read_file(name, data, sizeof(data));
    BCRYPT_ALG_HANDLE alg;

    report(BCryptOpenAlgorithmProvider(&alg, BCRYPT_SHA256_ALGORITHM, NULL, 0), ERROR_SUCCESS,
           "BCryptOpenAlgorithmProvider(SHA256)");
    report(BCryptHash(alg, NULL, 0, data, size, hash, 32), ERROR_SUCCESS, "BCryptHash(%s, %lu bytes)", name,
           (unsigned long)size);
    BCryptCloseAlgorithmProvider(alg, 0);
}

static void sign(NCRYPT_KEY_HANDLE key, const struct key_row *row, BYTE hash[32])
{
    BCRYPT_PKCS1_PADDING_INFO padding = { BCRYPT_SHA256_ALGORITHM };
    BOOL rsa = is_rsa(row);
    const char *name = rsa ? "PKCS #1, SHA256" : "no padding";
    DWORD size, flags = rsa ? BCRYPT_PAD_PKCS1 : 0;
    void *info = rsa ? &padding : NULL;
    BYTE signature[512];

    report(NCryptSignHash(key, info, hash, 32, NULL, 0, &size, flags), ERROR_SUCCESS,
           "NCryptSignHash(%s, size?)", name);
    if (size > sizeof(signature)) fail("a signature of %lu bytes", (unsigned long)size);
    report(NCryptSignHash(key, info, hash, 32, signature, size, &size, flags), ERROR_SUCCESS,
           "NCryptSignHash(%s, %lu bytes)", name, (unsigned long)size);
    write_file(row->signature_file, signature, size);

    report(NCryptVerifySignature(key, info, hash, 32, signature, size, flags), ERROR_SUCCESS,
           "NCryptVerifySignature()");
    hash[0] ^= 1;
    report(NCryptVerifySignature(key, info, hash, 32, signature, size, flags), NTE_BAD_SIGNATURE,
           "NCryptVerifySignature(another hash)");
    hash[0] ^= 1;
}

static void decrypt(NCRYPT_KEY_HANDLE key)
{
    BCRYPT_OAEP_PADDING_INFO padding = { BCRYPT_SHA256_ALGORITHM, NULL, 0 };
    BYTE input[512], output[512];
    DWORD size = read_file("message.enc", input, sizeof(input));

    report(NCryptDecrypt(key, input, size, &padding, output, sizeof(output), &size, NCRYPT_PAD_OAEP_FLAG),
           ERROR_SUCCESS, "NCryptDecrypt(OAEP, SHA256)");
    printf("    the message: %.*s\n", (int)size, (char *)output);
    write_file("message.dec", output, size);
}

static void use_keys(void)
{
    NCRYPT_PROV_HANDLE provider = open_provider(provider_name());
    NCRYPT_KEY_HANDLE key;
    BYTE hash[32];
    size_t i;

    hash_file("README.md", hash);
    for (i = 0; i < KEY_COUNT; i++)
    {
        key = open_key(provider, &keys[i]);
        sign(key, &keys[i], hash);
        if (is_rsa(&keys[i])) decrypt(key);
        free_object(key, "key");
    }
    free_object(provider, "provider");
}

/* --- process 3 --- */

static void list_keys(NCRYPT_PROV_HANDLE provider)
{
    unsigned int found = 0;
    SECURITY_STATUS status;
    NCryptKeyName *name;
    void *state = NULL;
    size_t i;

    while (!(status = NCryptEnumKeys(provider, NULL, &name, &state, NCRYPT_SILENT_FLAG)))
    {
        report(status, ERROR_SUCCESS, "NCryptEnumKeys() -> \"%ls\", %ls", name->pszName, name->pszAlgid);
        for (i = 0; i < KEY_COUNT; i++)
            if (is_name_of(name, &keys[i])) found |= 1u << i;
        NCryptFreeBuffer(name);
    }
    report(status, NTE_NO_MORE_ITEMS, "NCryptEnumKeys()");
    NCryptFreeBuffer(state);
    if (found != (1u << KEY_COUNT) - 1) fail("a key is missing from the list");
}

static void delete_keys(void)
{
    NCRYPT_PROV_HANDLE provider = open_provider(provider_name());
    NCRYPT_KEY_HANDLE key;
    size_t i;

    list_keys(provider);
    for (i = 0; i < KEY_COUNT; i++)
    {
        key = open_key(provider, &keys[i]);
        report(NCryptDeleteKey(key, 0), ERROR_SUCCESS, "NCryptDeleteKey(\"%ls\")", keys[i].name);
        report(NCryptOpenKey(provider, &key, keys[i].name, 0, 0), NTE_BAD_KEYSET, "NCryptOpenKey(\"%ls\")",
               keys[i].name);
    }
    free_object(provider, "provider");
}

int main(int argc, char **argv)
{
    const char *step = argc > 1 ? argv[1] : "";

    setvbuf(stdout, NULL, _IONBF, 0);
    if (!strcmp(step, "create")) create_keys();
    else if (!strcmp(step, "use")) use_keys();
    else if (!strcmp(step, "finish")) delete_keys();
    else fail("usage: demo create|use|finish");
    return 0;
}
