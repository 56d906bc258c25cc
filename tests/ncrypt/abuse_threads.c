/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Handles that one thread frees while another uses or frees them: every call does all of its work or none. */
#include "abuse_calls.h"

#define ROUNDS 60
#define FREERS 2
#define USERS 2

/* The objects of this round. The threads get them by value: what is stale is what this is about. */
static struct living shared;
static HANDLE start;
static volatile LONG freed;
static NCRYPT_HANDLE victim;
static volatile LONG next_user;

static DWORD WINAPI free_proc(void *arg)
{
    (void)arg;
    WaitForSingleObject(start, INFINITE);
    if (!NCryptFreeObject(victim)) InterlockedIncrement(&freed);
    return 0;
}

/* Every function that takes a handle first, with objects that may be gone by then. */
static DWORD WINAPI use_proc(void *arg)
{
    unsigned int first = InterlockedIncrement(&next_user) * 7, i;
    struct memory *memory = HeapAlloc(GetProcessHeap(), 0, sizeof(*memory));
    struct living living = shared;
    struct abuse_call call;

    (void)arg;
    WaitForSingleObject(start, INFINITE);
    for (i = 0; i < API_COUNT; i++)
    {
        const struct api *api = &apis[(first + i) % API_COUNT];

        if (!strchr("VKRAYSDT", api->arguments[0])) continue;
        prepare(&call, api, &living, memory);
        make_call(&call);
        NCryptFreeBuffer((void *)memory->pointer[0]);
        if (memory->handle[0]) NCryptFreeObject(memory->handle[0]);
    }
    HeapFree(GetProcessHeap(), 0, memory);
    return 0;
}

static void run_round(NCRYPT_HANDLE handle)
{
    HANDLE threads[FREERS + USERS];
    unsigned int i;

    victim = handle;
    freed = 0;
    ResetEvent(start);
    for (i = 0; i < FREERS + USERS; i++)
        threads[i] = CreateThread(NULL, 0, i < FREERS ? free_proc : use_proc, NULL, 0, NULL);
    SetEvent(start);
    ok(!WaitForMultipleObjects(FREERS + USERS, threads, TRUE, 60000), "threads hang\n");
    for (i = 0; i < FREERS + USERS; i++) CloseHandle(threads[i]);
    ok(freed == 1, "freed %ld times\n", freed);
    ok(NCryptFreeObject(handle) == NTE_INVALID_HANDLE, "still there\n");
}

/* Each kind in turn. A provider that its keys keep alive is gone for those who name it. */
static void test_freed_by_two(void)
{
    unsigned int i;

    for (i = 0; i < ROUNDS; i++)
    {
        make_ready(&shared);
        switch (i % 6)
        {
        case 0: run_round(shared.key); break;
        case 1: run_round(shared.secret); break;
        case 2: run_round(shared.derivation); break;
        case 3: run_round(shared.agreement); break;
        case 4: run_round(shared.fresh); break;
        case 5: run_round(shared.provider); break;
        }
    }
    end_living(&shared);
}

static DWORD WINAPI close_proc(void *arg)
{
    (void)arg;
    WaitForSingleObject(start, INFINITE);
    if (!NCryptCloseProtectionDescriptor((NCRYPT_DESCRIPTOR_HANDLE)victim)) InterlockedIncrement(&freed);
    return 0;
}

static DWORD WINAPI protect_proc(void *arg)
{
    SECURITY_STATUS status;
    BYTE *blob = NULL;
    ULONG size;
    int i;

    (void)arg;
    WaitForSingleObject(start, INFINITE);
    for (i = 0; i < 4; i++)
    {
        status = NCryptProtectSecret((NCRYPT_DESCRIPTOR_HANDLE)victim, NCRYPT_SILENT_FLAG, (const BYTE *)"secret",
                                     6, NULL, NULL, &blob, &size);
        ok(!status || status == NTE_INVALID_HANDLE, "got %#lx\n", status);
        if (!status) LocalFree(blob);
    }
    return 0;
}

static void test_descriptors(void)
{
    LPTHREAD_START_ROUTINE procs[] = { close_proc, protect_proc, close_proc, protect_proc };
    NCRYPT_DESCRIPTOR_HANDLE descriptor;
    HANDLE threads[ARRAYSIZE(procs)];
    unsigned int i, j;

    for (i = 0; i < ROUNDS / 4; i++)
    {
        check_success(NCryptCreateProtectionDescriptor(L"LOCAL=user", 0, &descriptor));
        victim = (NCRYPT_HANDLE)descriptor;
        freed = 0;
        ResetEvent(start);
        for (j = 0; j < ARRAYSIZE(procs); j++) threads[j] = CreateThread(NULL, 0, procs[j], NULL, 0, NULL);
        SetEvent(start);
        ok(!WaitForMultipleObjects(ARRAYSIZE(procs), threads, TRUE, 60000), "threads hang\n");
        for (j = 0; j < ARRAYSIZE(procs); j++) CloseHandle(threads[j]);
        ok(freed == 1, "closed %ld times\n", freed);
    }
}

START_TEST(abuse_threads)
{
    SetUnhandledExceptionFilter(report_crash);
    SetErrorMode(SEM_NOGPFAULTERRORBOX);
    start = CreateEventW(NULL, TRUE, FALSE, NULL);
    test_freed_by_two();
    test_descriptors();
    CloseHandle(start);
}
