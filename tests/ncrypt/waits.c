/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptDeleteKey waits for nobody, and a call that an exception ends leaves nothing held. */
#include <setjmp.h>

#include "waits.h"

/* --- exceptions that the program catches --- */

static jmp_buf caught;
static volatile DWORD catcher;          /* the thread that catches; 0: none */

static LONG CALLBACK catch_violation(EXCEPTION_POINTERS *exception)
{
    if (exception->ExceptionRecord->ExceptionCode != EXCEPTION_ACCESS_VIOLATION) return EXCEPTION_CONTINUE_SEARCH;
    if (GetCurrentThreadId() != catcher) return EXCEPTION_CONTINUE_SEARCH;
    catcher = 0;
    longjmp(caught, 1);
}

#define check_violation(call) \
    do \
    { \
        catcher = GetCurrentThreadId(); \
        if (!setjmp(caught)) ok(0, "%s gave %#lx\n", #call, (call)); \
        catcher = 0; \
    } \
    while (0)

/* --- the provider that calls back --- */

static struct
{
    NCRYPT_KEY_HANDLE key;
    HANDLE entered, leave;
    BOOL fault, block, delete;
    LONG freed, providers_freed;
    SECURITY_STATUS deleted;
} wait;

/* Nothing is there, which the compiler must not know. */
static BYTE *volatile nowhere = (BYTE *)16;

static void raise_violation(void)
{
    *(volatile BYTE *)nowhere = 1;
}

static SECURITY_STATUS at_sign(void)
{
    if (wait.fault) raise_violation();
    if (wait.delete) wait.deleted = NCryptDeleteKey(wait.key, 0);
    if (wait.block)
    {
        SetEvent(wait.entered);
        WaitForSingleObject(wait.leave, 30000);
    }
    return ERROR_SUCCESS;
}

static SECURITY_STATUS called_back(const char *where)
{
    if (!strcmp(where, "sign")) return at_sign();
    if (!strcmp(where, "create") && wait.fault) raise_violation();
    if (!strcmp(where, "delete") || !strcmp(where, "free")) wait.freed++;
    if (!strcmp(where, "free provider")) wait.providers_freed++;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS sign(NCRYPT_KEY_HANDLE key)
{
    BYTE hash[32] = { 1 }, signature[64];
    DWORD size;

    return NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0);
}

/* A key of that provider, which is freed with the key. */
static NCRYPT_KEY_HANDLE make_wait_key(void)
{
    NCRYPT_PROV_HANDLE provider = 0;

    memset(&wait, 0, sizeof(wait));
    check_success(NCryptOpenStorageProvider(&provider, WAIT_PROVIDER, 0));
    check_success(NCryptCreatePersistedKey(provider, &wait.key, L"ECDSA_P256", NULL, 0, 0));
    check_success(NCryptFreeObject(provider));
    ok(!wait.providers_freed, "freed with a key\n");
    return wait.key;
}

static void check_freed(void)
{
    ok(wait.freed == 1, "the key was freed %ld times\n", wait.freed);
    ok(wait.providers_freed == 1, "the provider was freed %ld times\n", wait.providers_freed);
}

/* In the provider, and in ncrypt.dll itself when it gives out the size. */
static void test_references_come_back(void)
{
    BYTE hash[32] = { 1 }, signature[64];
    NCRYPT_KEY_HANDLE key = make_wait_key();

    wait.fault = TRUE;
    check_violation(sign(key));
    check_violation(sign(key));
    wait.fault = FALSE;
    check_violation(NCryptSignHash(key, NULL, hash, 32, signature, 64, (DWORD *)16, 0));
    check_success(sign(key));
    check_success(NCryptFreeObject(key));
    check_freed();

    key = make_wait_key();
    wait.fault = TRUE;
    check_violation(sign(key));
    check_success(NCryptDeleteKey(key, 0));
    check_freed();
}

static void test_new_objects_come_back(void)
{
    NCRYPT_PROV_HANDLE provider = 0;
    NCRYPT_KEY_HANDLE key;

    memset(&wait, 0, sizeof(wait));
    check_success(NCryptOpenStorageProvider(&provider, WAIT_PROVIDER, 0));
    wait.fault = TRUE;
    check_violation(NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", NULL, 0, 0));
    check_success(NCryptFreeObject(provider));
    ok(wait.providers_freed == 1, "the provider was freed %ld times\n", wait.providers_freed);
}

/* The call of aids as on Windows: a bad pointer is an exception, and the key can be deleted after that. */
static void test_own_provider(NCRYPT_PROV_HANDLE provider)
{
    BYTE data[64] = { 1 };
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"waits");
    NCRYPT_KEY_HANDLE key;
    DWORD size;

    remove_key(provider, name, 0);
    key = make_key(provider, L"ECDSA_P256", name, 0, 0, 0);
    check_violation(NCryptSignHash(key, NULL, (BYTE *)16, 32, data, 64, &size, 0));
    check_violation(NCryptSignHash(key, NULL, data, 32, (BYTE *)16, 64, &size, 0));
    check_violation(NCryptSetProperty(key, L"Use Context", (BYTE *)16, 32, 0));
    check_violation(NCryptGetProperty(key, L"Name", (BYTE *)16, 32, &size, 0));
    check_violation(NCryptGetProperty(key, (WCHAR *)16, data, 32, &size, 0));
    check_violation(NCryptExportKey(key, 0, (WCHAR *)16, NULL, data, 64, &size, 0));
    check_violation(NCryptImportKey(provider, 0, BCRYPT_ECCPUBLIC_BLOB, NULL, &key, (BYTE *)16, 72, 0));
    check_success(NCryptOpenKey(provider, &key, name, 0, 0));
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
}

/* --- operations that are running --- */

static DWORD WINAPI sign_proc(void *key)
{
    return sign((NCRYPT_KEY_HANDLE)key);
}

static SECURITY_STATUS end_thread(HANDLE thread)
{
    DWORD status = 0xdeadbeef;

    ok(!WaitForSingleObject(thread, 60000), "the thread hangs\n");
    GetExitCodeThread(thread, &status);
    CloseHandle(thread);
    return status;
}

/* open question: DeleteKey of the interface frees the key, so the handle stays while it is in use */
static void test_delete_in_use(void)
{
    NCRYPT_KEY_HANDLE key = make_wait_key();
    HANDLE thread;

    wait.block = TRUE;
    wait.entered = CreateEventW(NULL, FALSE, FALSE, NULL);
    wait.leave = CreateEventW(NULL, FALSE, FALSE, NULL);
    thread = CreateThread(NULL, 0, sign_proc, (void *)key, 0, NULL);
    ok(!WaitForSingleObject(wait.entered, 30000), "no operation\n");
    check_status(NTE_DEVICE_NOT_READY, NCryptDeleteKey(key, 0));
    ok(NCryptIsKeyHandle(key), "the handle is gone\n");
    ok(!wait.freed, "freed while it was in use\n");
    SetEvent(wait.leave);
    check_success(end_thread(thread));
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));
    check_freed();
    CloseHandle(wait.entered);
    CloseHandle(wait.leave);

    key = make_wait_key();
    wait.delete = TRUE;
    check_success(sign(key));
    check_status(NTE_DEVICE_NOT_READY, wait.deleted);
    check_success(NCryptFreeObject(key));
    check_freed();
}

static DWORD WINAPI finalize_proc(void *key)
{
    return NCryptFinalizeKey((NCRYPT_KEY_HANDLE)key, 0);
}

/* NTE_INVALID_HANDLE says that the key was deleted while it was being made. By chance it may be ready before that. */
static SECURITY_STATUS delete_while_finalizing(NCRYPT_PROV_HANDLE provider, const WCHAR *name)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    HANDLE thread;

    check_success(NCryptCreatePersistedKey(provider, &key, L"RSA", name, 0, 0));
    check_success(set_dword(key, NCRYPT_LENGTH_PROPERTY, 4096, 0));
    thread = CreateThread(NULL, 0, finalize_proc, (void *)key, 0, NULL);
    while (!set_dword(key, NCRYPT_KEY_USAGE_PROPERTY, NCRYPT_ALLOW_ALL_USAGES, 0)) Sleep(1);
    check_success(NCryptDeleteKey(key, 0));
    check_status(NTE_INVALID_HANDLE, NCryptFreeObject(key));
    status = end_thread(thread);
    ok(!status || status == NTE_INVALID_HANDLE, "got %#lx\n", status);
    check_status(NTE_BAD_KEYSET, open_status(provider, name, 0));
    return status;
}

static void test_delete_while_finalizing(NCRYPT_PROV_HANDLE provider)
{
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"waits");
    SECURITY_STATUS status = ERROR_SUCCESS;
    int tries;

    remove_key(provider, name, 0);
    for (tries = 0; !status && tries < 10; tries++) status = delete_while_finalizing(provider, name);
    ok(status == NTE_INVALID_HANDLE, "NCryptDeleteKey waited\n");
}

START_TEST(waits)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    void *handler = AddVectoredExceptionHandler(1, catch_violation);

    test_own_provider(provider);
    test_delete_while_finalizing(provider);
    if (install_wait_provider())
    {
        set_callback(called_back);
        test_references_come_back();
        test_new_objects_come_back();
        test_delete_in_use();
        set_callback(NULL);
        uninstall_wait_provider();
    }
    RemoveVectoredExceptionHandler(handler);
    check_success(NCryptFreeObject(provider));
}
