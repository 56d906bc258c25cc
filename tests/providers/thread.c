/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Many threads: one key for all, a key for each, handles that go away meanwhile (row 1.30; C.51 to C.54). */
#include "provider_test.h"

#define THREADS 8
#define ROUNDS 10

static NCRYPT_PROV_HANDLE provider;
static NCRYPT_KEY_HANDLE shared_key;
static HANDLE start;
static LONG signatures, failures, numbers;
static SECURITY_STATUS a_failure;

static BOOL sign_and_verify(NCRYPT_KEY_HANDLE key, BYTE seed)
{
    BYTE hash[32], signature[64];
    SECURITY_STATUS status;
    DWORD size;

    memset(hash, seed, sizeof(hash));
    status = NCryptSignHash(key, NULL, hash, 32, signature, 64, &size, 0);
    if (!status) status = NCryptVerifySignature(key, NULL, hash, 32, signature, size, 0);
    if (!status) InterlockedIncrement(&signatures);
    else if (status != NTE_INVALID_HANDLE)
    {
        InterlockedIncrement(&failures);
        a_failure = status;
    }
    return !status;
}

static DWORD WINAPI use_one_key(void *arg)
{
    int i;

    (void)arg;
    WaitForSingleObject(start, INFINITE);
    for (i = 0; i < ROUNDS; i++) sign_and_verify(shared_key, i);
    return 0;
}

static DWORD WINAPI use_own_key(void *arg)
{
    WCHAR what[32], name[128];
    NCRYPT_KEY_HANDLE key;
    int i;

    (void)arg;
    wsprintfW(what, L"thread %ld", InterlockedIncrement(&numbers));
    key_name(name, what);
    WaitForSingleObject(start, INFINITE);
    remove_key(provider, name, 0);
    key = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);
    for (i = 0; i < ROUNDS; i++) sign_and_verify(key, i);
    check_success(NCryptDeleteKey(key, 0));
    return 0;
}

static DWORD WINAPI use_until_gone(void *arg)
{
    (void)arg;
    WaitForSingleObject(start, INFINITE);
    while (sign_and_verify(shared_key, 1)) {}
    return 0;
}

static void run_threads(LPTHREAD_START_ROUTINE proc, BOOL free_key)
{
    HANDLE threads[THREADS];
    unsigned int i;

    signatures = failures = numbers = 0;
    ResetEvent(start);
    for (i = 0; i < THREADS; i++) threads[i] = CreateThread(NULL, 0, proc, NULL, 0, NULL);
    SetEvent(start);
    for (i = 0; free_key && i < 20000 && signatures < 2 * THREADS; i++) Sleep(1);
    if (free_key) check_success(NCryptFreeObject(shared_key));
    ok(!WaitForMultipleObjects(THREADS, threads, TRUE, 120000), "threads hang\n");
    for (i = 0; i < THREADS; i++) CloseHandle(threads[i]);
    ok(!failures, "%ld failures, such as %#lx\n", failures, a_failure);
}

START_TEST(thread)
{
    if (!(provider = open_row())) return;
    start = CreateEventA(NULL, TRUE, FALSE, NULL);
    shared_key = new_key(provider, L"ECDSA_P256", NULL, 0);
    run_threads(use_one_key, FALSE);
    ok(signatures == THREADS * ROUNDS, "%ld signatures\n", signatures);
    run_threads(use_own_key, FALSE);
    ok(signatures == THREADS * ROUNDS, "%ld signatures\n", signatures);
    run_threads(use_until_gone, TRUE);
    ok(signatures >= 2 * THREADS, "%ld signatures\n", signatures);
    CloseHandle(start);
    check_success(NCryptFreeObject(provider));
}
