/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Many threads, few objects (row 1.30): one key for all, handles that go away meanwhile, names that all want. */
#include "ncrypt_test.h"

#define THREADS 8

/* What all threads of one test see. */
static struct
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    HANDLE start;
    WCHAR name[128];
    LONG next;                          /* gives each thread its number */
    LONG rounds;                        /* of property_proc */
    volatile LONG successes, refusals, others;
    SECURITY_STATUS other;              /* one of the others */
} shared;

static void count_status(SECURITY_STATUS status, SECURITY_STATUS refusal)
{
    if (!status) InterlockedIncrement(&shared.successes);
    else if (status == refusal) InterlockedIncrement(&shared.refusals);
    else
    {
        InterlockedIncrement(&shared.others);
        shared.other = status;
    }
}

/* Starts THREADS threads at one moment and waits for them; main_part runs beside them. */
static void run_threads(LPTHREAD_START_ROUTINE proc, void (*main_part)(void))
{
    HANDLE threads[THREADS];
    unsigned int i;

    shared.next = shared.successes = shared.refusals = shared.others = 0;
    ResetEvent(shared.start);
    for (i = 0; i < THREADS; i++) threads[i] = CreateThread(NULL, 0, proc, NULL, 0, NULL);
    SetEvent(shared.start);
    if (main_part) main_part();
    ok(!WaitForMultipleObjects(THREADS, threads, TRUE, 60000), "threads hang\n");
    for (i = 0; i < THREADS; i++) CloseHandle(threads[i]);
    ok(!shared.others, "%ld times another status, such as %#lx\n", shared.others, shared.other);
}

static LONG wait_for_start(void)
{
    WaitForSingleObject(shared.start, INFINITE);
    return InterlockedIncrement(&shared.next) - 1;
}

/* --- one key, every operation: 1.30 --- */

static DWORD WINAPI sign_proc(void *arg)
{
    BCRYPT_PKCS1_PADDING_INFO pkcs1 = { BCRYPT_SHA256_ALGORITHM };
    BCRYPT_PSS_PADDING_INFO pss = { BCRYPT_SHA1_ALGORITHM, 20 };
    BYTE hash[32], signature[128], plain[128];
    LONG number = wait_for_start();
    DWORD size, value;
    int i;

    (void)arg;
    for (i = 0; i < 20; i++)
    {
        memset(hash, number * 20 + i, sizeof(hash));
        count_status(NCryptSignHash(shared.key, &pkcs1, hash, 32, signature, 128, &size, BCRYPT_PAD_PKCS1), 0);
        count_status(NCryptVerifySignature(shared.key, &pkcs1, hash, 32, signature, 128, BCRYPT_PAD_PKCS1), 0);
        count_status(NCryptSignHash(shared.key, &pss, hash, 20, signature, 128, &size, BCRYPT_PAD_PSS), 0);
        count_status(NCryptVerifySignature(shared.key, &pss, hash, 20, signature, 128, BCRYPT_PAD_PSS), 0);
        count_status(NCryptEncrypt(shared.key, hash, 32, NULL, signature, 128, &size, BCRYPT_PAD_PKCS1), 0);
        count_status(NCryptDecrypt(shared.key, signature, 128, NULL, plain, 128, &size, BCRYPT_PAD_PKCS1), 0);
        ok(size == 32 && !memcmp(plain, hash, 32), "another message\n");
        count_status(get_dword(shared.key, NCRYPT_LENGTH_PROPERTY, &value), 0);
    }
    return 0;
}

static void test_one_key(void)
{
    shared.key = make_key(shared.provider, L"RSA", NULL, 1024, 0, 0);
    run_threads(sign_proc, NULL);
    ok(shared.successes == THREADS * 20 * 7, "%ld successes\n", shared.successes);
    check_success(NCryptFreeObject(shared.key));
}

/* --- a key goes away while it is used: each call does all of its work or none --- */

static DWORD WINAPI use_proc(void *arg)
{
    BYTE hash[32] = { 1 }, signature[64];
    SECURITY_STATUS status;
    DWORD size, start;
    int i;

    (void)arg;
    wait_for_start();
    start = GetTickCount();
    do
    {
        status = NCryptSignHash(shared.key, NULL, hash, 32, signature, 64, &size, 0);
        count_status(status, NTE_INVALID_HANDLE);
    } while (!status && GetTickCount() - start < 20000);

    for (i = 0; i < 20; i++)
    {
        status = NCryptSignHash(shared.key, NULL, hash, 32, signature, 64, &size, 0);
        ok(status == NTE_INVALID_HANDLE, "after the end got %#lx\n", status);
    }
    return 0;
}

static void wait_for_use(void)
{
    int i;

    for (i = 0; i < 20000 && shared.successes < 10 * THREADS; i++) Sleep(1);
}

static void free_soon(void)
{
    wait_for_use();
    check_success(NCryptFreeObject(shared.key));
}

static void delete_soon(void)
{
    wait_for_use();
    check_success(NCryptDeleteKey(shared.key, 0));
}

static void test_free_in_use(void)
{
    int i;

    for (i = 0; i < 5; i++)
    {
        shared.key = make_key(shared.provider, L"ECDSA_P256", NULL, 0, 0, 0);
        run_threads(use_proc, free_soon);
        ok(shared.successes && shared.refusals == THREADS, "%ld and %ld\n", shared.successes, shared.refusals);
        check_status(NTE_INVALID_HANDLE, NCryptFreeObject(shared.key));
    }
    key_name(shared.name, L"threads");
    remove_key(shared.provider, shared.name, 0);
    shared.key = make_key(shared.provider, L"ECDSA_P256", shared.name, 0, 0, 0);
    run_threads(use_proc, delete_soon);
    ok(shared.successes && shared.refusals == THREADS, "%ld and %ld\n", shared.successes, shared.refusals);
    check_status(NTE_BAD_KEYSET, open_status(shared.provider, shared.name, 0));
}

/* --- all free one handle: one of them does --- */

static DWORD WINAPI free_proc(void *arg)
{
    (void)arg;
    wait_for_start();
    count_status(NCryptFreeObject(shared.key), NTE_INVALID_HANDLE);
    return 0;
}

static DWORD WINAPI delete_proc(void *arg)
{
    (void)arg;
    count_status(wait_for_start() % 2 ? NCryptDeleteKey(shared.key, 0) : NCryptFreeObject(shared.key),
                 NTE_INVALID_HANDLE);
    return 0;
}

static void test_free_together(void)
{
    int i;

    for (i = 0; i < 20; i++)
    {
        shared.key = make_key(shared.provider, L"ECDSA_P256", NULL, 0, 0, 0);
        run_threads(i % 2 ? delete_proc : free_proc, NULL);
        ok(shared.successes == 1 && shared.refusals == THREADS - 1, "%ld freed it\n", shared.successes);
    }
    for (i = 0; i < 5; i++)
    {
        check_success(NCryptOpenStorageProvider((NCRYPT_PROV_HANDLE *)&shared.key, NULL, 0));
        run_threads(free_proc, NULL);
        ok(shared.successes == 1 && shared.refusals == THREADS - 1, "%ld freed it\n", shared.successes);
    }
}

/* --- names: all want one, then each has its own --- */

static DWORD WINAPI create_proc(void *arg)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    (void)arg;
    wait_for_start();
    status = NCryptCreatePersistedKey(shared.provider, &key, L"ECDSA_P256", shared.name, 0, 0);
    if (!status)
    {
        status = NCryptFinalizeKey(key, 0);
        NCryptFreeObject(key);
    }
    count_status(status, NTE_EXISTS);
    return 0;
}

static void test_one_name(void)
{
    NCRYPT_KEY_HANDLE key;
    int i;

    key_name(shared.name, L"threads");
    for (i = 0; i < 5; i++)
    {
        remove_key(shared.provider, shared.name, 0);
        run_threads(create_proc, NULL);
        ok(shared.successes == 1 && shared.refusals == THREADS - 1, "%ld made it\n", shared.successes);
        check_success(NCryptOpenKey(shared.provider, &key, shared.name, 0, 0));
        check_success(NCryptDeleteKey(key, 0));
    }
}

static DWORD WINAPI names_proc(void *arg)
{
    BYTE hash[32] = { 2 }, signature[64];
    NCRYPT_KEY_HANDLE key, opened;
    WCHAR tail[32], name[128];
    DWORD size;
    int i;

    (void)arg;
    _snwprintf(tail, ARRAY_SIZE(tail), L"thread %ld", wait_for_start());
    key_name(name, tail);
    for (i = 0; i < 10; i++)
    {
        check_success(NCryptCreatePersistedKey(shared.provider, &key, L"ECDSA_P256", name, 0, 0));
        check_success(NCryptFinalizeKey(key, 0));
        check_success(NCryptOpenKey(shared.provider, &opened, name, 0, 0));
        check_success(NCryptSignHash(opened, NULL, hash, 32, signature, 64, &size, 0));
        check_success(NCryptVerifySignature(key, NULL, hash, 32, signature, 64, 0));
        check_success(NCryptFreeObject(key));
        check_success(NCryptDeleteKey(opened, 0));
        check_status(NTE_BAD_KEYSET, open_status(shared.provider, name, 0));
    }
    return 0;
}

/* All create, open, overwrite and delete one name. Nothing but the statuses of that may come out. */
static DWORD WINAPI turmoil_proc(void *arg)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    LONG number = wait_for_start();
    int i;

    (void)arg;
    for (i = 0; i < 20; i++)
    {
        if ((number + i) % 2)
        {
            status = NCryptOpenKey(shared.provider, &key, shared.name, 0, 0);
            count_status(status, NTE_BAD_KEYSET);
            if (status) continue;
            status = NCryptDeleteKey(key, 0);
            if (status) NCryptFreeObject(key);
            count_status(status, NTE_BAD_KEYSET);
            continue;
        }
        status = NCryptCreatePersistedKey(shared.provider, &key, L"ECDSA_P256", shared.name, 0,
                                          i % 4 ? NCRYPT_OVERWRITE_KEY_FLAG : 0);
        count_status(status, NTE_EXISTS);
        if (status) continue;
        count_status(NCryptFinalizeKey(key, 0), NTE_EXISTS);
        count_status(NCryptFreeObject(key), 0);
    }
    return 0;
}

static void test_names(void)
{
    run_threads(names_proc, NULL);
    key_name(shared.name, L"turmoil");
    run_threads(turmoil_proc, NULL);
    remove_key(shared.provider, shared.name, 0);
    check_status(NTE_BAD_KEYSET, open_status(shared.provider, shared.name, 0));
}

/* --- properties and the provider handle --- */

static DWORD WINAPI property_proc(void *arg)
{
    NCRYPT_PROV_HANDLE provider;
    WCHAR name[32];
    LONG number = wait_for_start(), value, back;
    DWORD size;

    (void)arg;
    _snwprintf(name, ARRAY_SIZE(name), L"Thread %ld", number);
    for (value = 0; value < shared.rounds; value++)
    {
        count_status(NCryptSetProperty(shared.key, name, (BYTE *)&value, 4, NCRYPT_PERSIST_ONLY_FLAG), 0);
        back = -1;
        count_status(NCryptGetProperty(shared.key, name, (BYTE *)&back, 4, &size, NCRYPT_PERSIST_ONLY_FLAG), 0);
        ok(back == value, "got %ld, expected %ld\n", back, value);
        count_status(NCryptGetProperty(shared.key, NCRYPT_PROVIDER_HANDLE_PROPERTY, (BYTE *)&provider,
                                       sizeof(provider), &size, 0), 0);
        count_status(NCryptFreeObject(provider), 0);
    }
    return 0;
}

static void test_properties(void)
{
    shared.rounds = 100;
    shared.key = make_key(shared.provider, L"ECDSA_P256", NULL, 0, 0, 0);
    run_threads(property_proc, NULL);
    check_success(NCryptFreeObject(shared.key));
    check_success(NCryptIsAlgSupported(shared.provider, L"RSA", 0));

    /* a stored key keeps what each thread wrote last */
    shared.rounds = 10;
    key_name(shared.name, L"thread properties");
    remove_key(shared.provider, shared.name, 0);
    shared.key = make_key(shared.provider, L"ECDSA_P256", shared.name, 0, 0, 0);
    run_threads(property_proc, NULL);
    check_success(NCryptFreeObject(shared.key));
    check_success(NCryptOpenKey(shared.provider, &shared.key, shared.name, 0, 0));
    run_threads(property_proc, NULL);
    check_success(NCryptDeleteKey(shared.key, 0));
}

START_TEST(threads)
{
    shared.provider = open_provider();
    shared.start = CreateEventW(NULL, TRUE, FALSE, NULL);
    test_one_key();
    test_free_in_use();
    test_free_together();
    test_one_name();
    test_names();
    test_properties();
    CloseHandle(shared.start);
    check_success(NCryptFreeObject(shared.provider));
}
