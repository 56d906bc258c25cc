/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The Wine side of the bench: measures one operation of the NCrypt API and prints microseconds a call.
 *
 * Usage: bench_wine OPERATION   a row of operations[] below
 *        bench_wine fill COUNT  makes the user's store hold 100 keys and the machine's COUNT, for enumeration
 *        bench_wine stay        keeps Wine's services running, whose start would be measured too, until it is ended
 *        bench_wine keep        leaves the key bench-open behind, for the other side to read its file */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CREATED 100000

static NCRYPT_PROV_HANDLE provider;
static NCRYPT_KEY_HANDLE key;
static BYTE hash[32];
static BYTE signature[256];
static DWORD signature_size;
static DWORD flags;
static void *padding;
static BCRYPT_PKCS1_PADDING_INFO pkcs1 = { BCRYPT_SHA256_ALGORITHM };
static unsigned int created, deleted;

static void check(SECURITY_STATUS status, const char *what)
{
    if (!status) return;
    fprintf(stderr, "bench_wine: %s: 0x%08lx\n", what, (unsigned long)status);
    exit(1);
}

static double now(void)
{
    LARGE_INTEGER count, frequency;

    QueryPerformanceCounter(&count);
    QueryPerformanceFrequency(&frequency);
    return (double)count.QuadPart / frequency.QuadPart;
}

#include "measure.h"

static NCRYPT_KEY_HANDLE create_key(const WCHAR *alg, const WCHAR *name, DWORD create_flags)
{
    NCRYPT_KEY_HANDLE handle;

    check(NCryptCreatePersistedKey(provider, &handle, alg, name, 0, create_flags), "NCryptCreatePersistedKey");
    check(NCryptFinalizeKey(handle, 0), "NCryptFinalizeKey");
    return handle;
}

/* --- operations on a key that is open --- */

static void sign(void)
{
    check(NCryptSignHash(key, padding, hash, sizeof(hash), signature, sizeof(signature), &signature_size, flags),
          "NCryptSignHash");
}

static void verify(void)
{
    check(NCryptVerifySignature(key, padding, hash, sizeof(hash), signature, signature_size, flags),
          "NCryptVerifySignature");
}

static void get_length(void)
{
    DWORD length, size;

    check(NCryptGetProperty(key, NCRYPT_LENGTH_PROPERTY, (BYTE *)&length, sizeof(length), &size, 0),
          "NCryptGetProperty");
}

static void is_key_handle(void)
{
    if (!NCryptIsKeyHandle(key)) check(NTE_INVALID_HANDLE, "NCryptIsKeyHandle");
}

static void rsa_setup(void)
{
    DWORD length = 2048;

    padding = &pkcs1;
    flags = BCRYPT_PAD_PKCS1;
    check(NCryptCreatePersistedKey(provider, &key, BCRYPT_RSA_ALGORITHM, NULL, 0, 0), "NCryptCreatePersistedKey");
    check(NCryptSetProperty(key, NCRYPT_LENGTH_PROPERTY, (BYTE *)&length, sizeof(length), 0), "NCryptSetProperty");
    check(NCryptFinalizeKey(key, 0), "NCryptFinalizeKey");
    sign();
    if (signature_size != length / 8) check(NTE_FAIL, "another key length");
}

static void ec_setup(void)
{
    key = create_key(BCRYPT_ECDSA_P256_ALGORITHM, NULL, 0);
    sign();
}

/* --- operations on the store --- */

static void open_setup(void)
{
    NCryptFreeObject(create_key(BCRYPT_ECDSA_P256_ALGORITHM, L"bench-open", NCRYPT_OVERWRITE_KEY_FLAG));
}

static void open_key(void)
{
    NCRYPT_KEY_HANDLE handle;

    check(NCryptOpenKey(provider, &handle, L"bench-open", 0, 0), "NCryptOpenKey");
    NCryptFreeObject(handle);
}

static void created_name(WCHAR name[64], unsigned int number)
{
    swprintf(name, 64, L"bench-create-%lu-%u", (unsigned long)GetCurrentProcessId(), number);
}

static void create_named(void)
{
    WCHAR name[64];

    if (created == MAX_CREATED) check(NTE_FAIL, "more keys than expected");
    created_name(name, created++);
    NCryptFreeObject(create_key(BCRYPT_ECDSA_P256_ALGORITHM, name, 0));
}

static void create_cleanup(void)
{
    NCRYPT_KEY_HANDLE handle;
    WCHAR name[64];

    while (deleted < created)
    {
        created_name(name, deleted++);
        check(NCryptOpenKey(provider, &handle, name, 0, 0), "NCryptOpenKey");
        check(NCryptDeleteKey(handle, 0), "NCryptDeleteKey");
    }
}

static unsigned int enumerate(DWORD enum_flags)
{
    SECURITY_STATUS status;
    unsigned int count = 0;
    NCryptKeyName *name;
    void *state = NULL;

    for (; !(status = NCryptEnumKeys(provider, NULL, &name, &state, enum_flags)); count++) NCryptFreeBuffer(name);
    if (status != NTE_NO_MORE_ITEMS) check(status, "NCryptEnumKeys");
    NCryptFreeBuffer(state);
    return count;
}

static void enum_user(void)
{
    enumerate(0);
}

static void enum_machine(void)
{
    enumerate(NCRYPT_MACHINE_KEY_FLAG);
}

static void open_provider(void)
{
    NCRYPT_PROV_HANDLE handle;

    check(NCryptOpenStorageProvider(&handle, MS_KEY_STORAGE_PROVIDER, 0), "NCryptOpenStorageProvider");
    NCryptFreeObject(handle);
}

/* --- measuring --- */

static DWORD WINAPI sign_thread(void *arg)
{
    BYTE own_signature[256];
    double end = now() + SECONDS;
    DWORD size;

    while (now() < end)
    {
        check(NCryptSignHash(key, padding, hash, sizeof(hash), own_signature, sizeof(own_signature), &size, flags),
              "NCryptSignHash");
        ++*(unsigned int *)arg;
    }
    return 0;
}

/* Microseconds a signature when two threads sign with one key. */
static double measure_two_threads(void)
{
    unsigned int counts[2] = { 0, 0 };
    double start = now();
    HANDLE threads[2];

    threads[0] = CreateThread(NULL, 0, sign_thread, &counts[0], 0, NULL);
    threads[1] = CreateThread(NULL, 0, sign_thread, &counts[1], 0, NULL);
    WaitForMultipleObjects(2, threads, TRUE, INFINITE);
    return (now() - start) / (counts[0] + counts[1]) * 1e6;
}

static void fill_store(DWORD create_flags, unsigned int wanted)
{
    unsigned int have = enumerate(create_flags);
    WCHAR name[64];

    for (; have < wanted; have++)
    {
        swprintf(name, 64, L"bench-fill-%u", have);
        NCryptFreeObject(create_key(BCRYPT_ECDSA_P256_ALGORITHM, name, create_flags | NCRYPT_OVERWRITE_KEY_FLAG));
    }
    if (enumerate(create_flags) != wanted) check(NTE_FAIL, "the store holds another number of keys");
}

static const struct operation
{
    const char *name;
    void (*setup)(void);
    void (*op)(void);
    void (*cleanup)(void);
}
operations[] =
{
    { "rsa-sign", rsa_setup, sign, NULL },
    { "rsa-verify", rsa_setup, verify, NULL },
    { "ec-sign", ec_setup, sign, NULL },
    { "ec-verify", ec_setup, verify, NULL },
    { "get-length", rsa_setup, get_length, NULL },
    { "is-key-handle", ec_setup, is_key_handle, NULL },
    { "open-key", open_setup, open_key, NULL },
    { "create-key", NULL, create_named, create_cleanup },
    { "enum-user", NULL, enum_user, NULL },
    { "enum-machine", NULL, enum_machine, NULL },
    { "open-provider", NULL, open_provider, NULL },
};

static const struct operation *find_operation(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
        if (!strcmp(name, operations[i].name)) return &operations[i];
    check(NTE_INVALID_PARAMETER, name);
    return NULL;
}

static void run(const struct operation *operation)
{
    if (operation->setup) operation->setup();
    printf("%.4f\n", measure(operation->op));
    if (operation->cleanup) operation->cleanup();
}

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    check(NCryptOpenStorageProvider(&provider, NULL, 0), "NCryptOpenStorageProvider");
    if (!strcmp(name, "fill"))
    {
        fill_store(0, 100);
        fill_store(NCRYPT_MACHINE_KEY_FLAG, argc > 2 ? atoi(argv[2]) : 10000);
    }
    else if (!strcmp(name, "keep")) open_setup();
    else if (!strcmp(name, "stay")) Sleep(INFINITE);
    else if (!strcmp(name, "rsa-sign-2-threads"))
    {
        rsa_setup();
        printf("%.4f\n", measure_two_threads());
    }
    else run(find_operation(name));
    return 0;
}
