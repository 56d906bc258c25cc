/* SPDX-License-Identifier: LGPL-2.1-or-later
 * sign-file FILE: signs a file with the key "sign-file", which is made the first time and found again ever after.
 * Prints whether the key was made or found, and the ECDSA signature of the file's SHA-256 as hexadecimal digits. */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <stdio.h>
#include <stdlib.h>

static const WCHAR key_name[] = L"sign-file";

static void check(LONG status, const char *what)
{
    if (!status) return;
    fprintf(stderr, "sign-file: %s: 0x%08lx\n", what, (unsigned long)status);
    exit(1);
}

/* The stored key, or a new one of that name. */
static NCRYPT_KEY_HANDLE take_key(NCRYPT_PROV_HANDLE provider)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status = NCryptOpenKey(provider, &key, key_name, 0, 0);

    if (status == NTE_BAD_KEYSET)
    {
        check(NCryptCreatePersistedKey(provider, &key, NCRYPT_ECDSA_P256_ALGORITHM, key_name, 0, 0), "create");
        check(NCryptFinalizeKey(key, 0), "finalize");
        puts("key: made");
        return key;
    }
    check(status, "open");
    puts("key: found");
    return key;
}

static void hash_file(const char *name, BYTE digest[32])
{
    BCRYPT_ALG_HANDLE sha256;
    BCRYPT_HASH_HANDLE hash;
    BYTE buffer[4096];
    size_t size;
    FILE *file = fopen(name, "rb");

    check(!file, name);
    check(BCryptOpenAlgorithmProvider(&sha256, BCRYPT_SHA256_ALGORITHM, NULL, 0), "SHA-256");
    check(BCryptCreateHash(sha256, &hash, NULL, 0, NULL, 0, 0), "hash");
    while ((size = fread(buffer, 1, sizeof(buffer), file)))
        check(BCryptHashData(hash, buffer, (ULONG)size, 0), "hash data");
    check(ferror(file), name);
    check(BCryptFinishHash(hash, digest, 32, 0), "finish hash");
    BCryptDestroyHash(hash);
    BCryptCloseAlgorithmProvider(sha256, 0);
    fclose(file);
}

int main(int argc, char **argv)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    BYTE digest[32], signature[64];
    DWORD size, i;

    if (argc != 2)
    {
        fprintf(stderr, "usage: sign-file FILE\n");
        return 2;
    }
    hash_file(argv[1], digest);
    check(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0), "open provider");
    key = take_key(provider);
    check(NCryptSignHash(key, NULL, digest, sizeof(digest), signature, sizeof(signature), &size, 0), "sign");
    check(NCryptVerifySignature(key, NULL, digest, sizeof(digest), signature, size, 0), "verify");
    printf("signature: ");
    for (i = 0; i < size; i++)
        printf("%02x", signature[i]);
    puts("");
    NCryptFreeObject(key);
    NCryptFreeObject(provider);
    return 0;
}
