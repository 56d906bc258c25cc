/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The Wine side of the bench: measures one operation of the NCrypt API and prints microseconds a call.
 *
 * Usage: bench_wine OPERATION [BITS]
 *                               a row of operations[] below; BITS of an RSA key, if not 2048
 *        bench_wine fill        makes the user's store hold FEW_KEYS keys and the machine's KEYS, for enumeration
 *        bench_wine stay        keeps Wine's services running, whose start would be measured too, until it is ended
 *        bench_wine keep        leaves the key bench-open behind, for the other side to read its file */
#include <windows.h>
#include <bcrypt.h>
#include <ncrypt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MAX_CREATED 100000
#define KEYS        10000
#define FEW_KEYS    100
#define SIGNATURES  16      /* of two threads together */

static NCRYPT_PROV_HANDLE provider;
static NCRYPT_KEY_HANDLE key;
static BYTE hash[32];
static BYTE signature[512], message[512];
static DWORD bits = 2048;
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

static void generate(void)
{
    check(NCryptCreatePersistedKey(provider, &key, BCRYPT_RSA_ALGORITHM, NULL, 0, 0), "NCryptCreatePersistedKey");
    check(NCryptSetProperty(key, NCRYPT_LENGTH_PROPERTY, (BYTE *)&bits, sizeof(bits), 0), "NCryptSetProperty");
    check(NCryptFinalizeKey(key, 0), "NCryptFinalizeKey");
}

static void generate_and_free(void)
{
    generate();
    NCryptFreeObject(key);
}

static void rsa_setup(void)
{
    padding = &pkcs1;
    flags = BCRYPT_PAD_PKCS1;
    generate();
    sign();
    if (signature_size != bits / 8) check(NTE_FAIL, "another key length");
}

static void decrypt(void)
{
    DWORD size;

    check(NCryptDecrypt(key, signature, signature_size, NULL, message, sizeof(message), &size, NCRYPT_PAD_PKCS1_FLAG),
          "NCryptDecrypt");
}

static void decrypt_setup(void)
{
    generate();
    check(NCryptEncrypt(key, hash, sizeof(hash), NULL, signature, sizeof(signature), &signature_size,
                        NCRYPT_PAD_PKCS1_FLAG), "NCryptEncrypt");
}

/* Waits for the other of two processes that are started together. */
static void beside_setup(void)
{
    HANDLE mapping = CreateFileMappingW(INVALID_HANDLE_VALUE, NULL, PAGE_READWRITE, 0, sizeof(LONG), L"bench-beside");
    volatile LONG *arrived = MapViewOfFile(mapping, FILE_MAP_ALL_ACCESS, 0, 0, sizeof(LONG));

    if (!arrived) check(NTE_FAIL, "MapViewOfFile");
    rsa_setup();
    InterlockedIncrement(arrived);
    while (*arrived < 2) YieldProcessor();
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

/* As many keys as enum_machine, 100 at a time. */
static void enum_user(void)
{
    unsigned int keys;

    for (keys = 0; keys < KEYS; keys += FEW_KEYS) enumerate(0);
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

/* Two threads with one key. They wait for each other without a system call, to be measured and not Wine's events. */
static volatile LONG turn, ended;

static void sign_often(void)
{
    BYTE own_signature[512];
    unsigned int i;
    DWORD size;

    for (i = 0; i < SIGNATURES / 2; i++)
        check(NCryptSignHash(key, padding, hash, sizeof(hash), own_signature, sizeof(own_signature), &size, flags),
              "NCryptSignHash");
}

static DWORD WINAPI second_thread(void *arg)
{
    LONG seen = 0;

    (void)arg;
    for (;;)
    {
        while (turn == seen) YieldProcessor();
        seen = turn;
        sign_often();
        ended = seen;
    }
}

static void two_threads_setup(void)
{
    rsa_setup();
    CloseHandle(CreateThread(NULL, 0, second_thread, NULL, 0, NULL));
}

static void sign_in_two_threads(void)
{
    turn++;
    sign_often();
    while (ended != turn) YieldProcessor();
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

static const struct operation operations[] =
{
    { "rsa-sign", .setup = rsa_setup, .op = sign },
    { "rsa-sign-beside", .setup = beside_setup, .op = sign },
    { "rsa-sign-2-threads", .setup = two_threads_setup, .op = sign_in_two_threads, .count = SIGNATURES },
    { "rsa-verify", .setup = rsa_setup, .op = verify },
    { "rsa-decrypt", .setup = decrypt_setup, .op = decrypt },
    { "rsa-generate", .op = generate_and_free, .batch = GENERATED },
    { "ec-sign", .setup = ec_setup, .op = sign },
    { "ec-verify", .setup = ec_setup, .op = verify },
    { "get-length", .setup = rsa_setup, .op = get_length },
    { "is-key-handle", .setup = ec_setup, .op = is_key_handle },
    { "open-key", .setup = open_setup, .op = open_key },
    { "create-key", .op = create_named, .cleanup = create_cleanup },
    { "enum-user", .op = enum_user, .count = KEYS },
    { "enum-machine", .op = enum_machine, .count = KEYS },
    { "open-provider", .op = open_provider },
};

int main(int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : "";

    if (argc > 2) bits = atoi(argv[2]);
    check(NCryptOpenStorageProvider(&provider, NULL, 0), "NCryptOpenStorageProvider");
    if (!strcmp(name, "fill"))
    {
        fill_store(0, FEW_KEYS);
        fill_store(NCRYPT_MACHINE_KEY_FLAG, KEYS);
    }
    else if (!strcmp(name, "keep")) open_setup();
    else if (!strcmp(name, "stay")) Sleep(INFINITE);
    else if (!RUN_OPERATION(operations, name)) check(NTE_INVALID_PARAMETER, name);
    return 0;
}
