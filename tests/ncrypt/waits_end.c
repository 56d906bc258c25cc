/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Places in which a wait would never end: a DllMain, while a provider is loaded and when the process ends (row 18.10).
 *
 * A child is this program with `waits_end MODE`; its exit code is 0 when all went well. What it does when it ends comes
 * too late for that, and says so with one of two events. */
#include "waits.h"

#define STARTED  0x100              /* result: nothing was called yet */
#define ENDS     5
#define GOOD_END "waits_end_was_good"
#define BAD_END  "waits_end_was_bad"

static NCRYPT_PROV_HANDLE provider;
static NCRYPT_KEY_HANDLE key, other;
static volatile LONG operations;
static int result = STARTED;

static SECURITY_STATUS sign_with(NCRYPT_KEY_HANDLE handle)
{
    BYTE hash[32] = { 1 }, signature[64];
    DWORD size;

    return NCryptSignHash(handle, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0);
}

static const WCHAR *end_name(void)
{
    static WCHAR buffer[128];

    return key_name(buffer, L"process end");
}

/* --- the end of the process --- */

static DWORD WINAPI work_proc(void *arg)
{
    BYTE value[100] = { 1 };

    (void)arg;
    for (;;)
    {
        sign_with(key);
        NCryptSetProperty(key, L"Use Context", value, sizeof(value), 0);
        NCryptIsKeyHandle(key);
        InterlockedIncrement(&operations);
    }
    return 0;
}

/* Whether the other thread was in the engine when it was ended is luck: each call does all of its work, or says that it
 * cannot, or does not know the handle any more. */
static BOOL is_end_status(SECURITY_STATUS status)
{
    return !status || status == NTE_DEVICE_NOT_READY || status == NTE_INVALID_HANDLE;
}

static void tell_parent(BOOL good)
{
    HANDLE event = OpenEventA(EVENT_MODIFY_STATE, FALSE, good ? GOOD_END : BAD_END);

    SetEvent(event);
    CloseHandle(event);
}

/* From waitksp.dll's DllMain. */
static SECURITY_STATUS end_in_use(const char *where)
{
    NCRYPT_PROV_HANDLE again;
    BOOL good = TRUE;

    if (strcmp(where, "process end")) return ERROR_SUCCESS;
    good = good && is_end_status(sign_with(other));
    good = good && is_end_status(sign_with(key));
    good = good && is_end_status(NCryptFreeObject(other));
    good = good && is_end_status(NCryptDeleteKey(key, 0));
    good = good && is_end_status(NCryptOpenStorageProvider(&again, MS_KEY_STORAGE_PROVIDER, 0));
    good = good && is_end_status(NCryptFreeObject(provider));
    tell_parent(good);
    return ERROR_SUCCESS;
}

/* Nobody else is there: everything works. */
static SECURITY_STATUS end_alone(const char *where)
{
    BOOL good;

    if (strcmp(where, "process end")) return ERROR_SUCCESS;
    good = !sign_with(key) && !NCryptDeleteKey(key, 0) && !NCryptFreeObject(other) && !NCryptFreeObject(provider);
    tell_parent(good);
    return ERROR_SUCCESS;
}

static int end_process(wait_callback *at_end, BOOL in_use)
{
    int i;

    set_callback(at_end);
    if (!LoadLibraryW(WAIT_IMAGE)) return 2;
    remove_key(provider, end_name(), 0);
    key = make_key(provider, L"ECDSA_P256", end_name(), 0, 0, 0);
    other = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    for (i = 0; in_use && i < 3; i++) CloseHandle(CreateThread(NULL, 0, work_proc, NULL, 0, NULL));
    while (in_use && operations < 10) Sleep(1);
    return 0;
}

/* --- the loader --- */

static HANDLE started, entered;

static DWORD WINAPI open_proc(void *arg)
{
    (void)arg;
    SetEvent(started);                  /* a thread that starts needs the loader as well */
    WaitForSingleObject(entered, 30000);
    return open_as(MS_KEY_STORAGE_PROVIDER);
}

/* The other thread comes as far as it can without the loader's lock, which this one holds. */
static SECURITY_STATUS open_in_dllmain(const char *where)
{
    if (strcmp(where, "attach")) return ERROR_SUCCESS;
    SetEvent(entered);
    Sleep(300);
    result = open_as(MS_KEY_STORAGE_PROVIDER);
    return ERROR_SUCCESS;
}

static int first_use_in_dllmain(void)
{
    DWORD status = STARTED;
    HANDLE thread;

    set_callback(open_in_dllmain);
    started = CreateEventW(NULL, FALSE, FALSE, NULL);
    entered = CreateEventW(NULL, FALSE, FALSE, NULL);
    thread = CreateThread(NULL, 0, open_proc, NULL, 0, NULL);
    WaitForSingleObject(started, 30000);
    if (!LoadLibraryW(WAIT_IMAGE) || result) return 2;
    WaitForSingleObject(thread, INFINITE);
    GetExitCodeThread(thread, &status);
    return status ? 3 : open_as(MS_KEY_STORAGE_PROVIDER);
}

/* Once in DllMain and once in GetKeyStorageInterface; open question: what Windows answers. */
static SECURITY_STATUS open_itself(const char *where)
{
    if (strcmp(where, "attach") && strcmp(where, "interface")) return ERROR_SUCCESS;
    if (open_as(WAIT_PROVIDER) == NTE_PROVIDER_DLL_FAIL) result++;
    return ERROR_SUCCESS;
}

static int provider_that_opens_itself(void)
{
    set_callback(open_itself);
    result = 0;
    if (open_as(WAIT_PROVIDER)) return 2;
    return result == 2 ? open_as(WAIT_PROVIDER) : 3;
}

static int child(const char *mode)
{
    if (!strcmp(mode, "first-use")) return first_use_in_dllmain();
    if (!strcmp(mode, "itself")) return provider_that_opens_itself();
    provider = open_provider();
    if (!strcmp(mode, "in-use")) return end_process(end_in_use, TRUE);
    if (!strcmp(mode, "alone")) return end_process(end_alone, FALSE);
    return 4;
}

static void check_child(const char *mode)
{
    DWORD code = run_child("waits_end", mode);

    ok(!code, "%s ended with %#lx\n", mode, code);
}

/* Whether it came as far as to say that it ended well. */
static BOOL check_end(const char *mode)
{
    HANDLE good = CreateEventA(NULL, FALSE, FALSE, GOOD_END), bad = CreateEventA(NULL, FALSE, FALSE, BAD_END);
    BOOL ended;

    check_child(mode);
    ok(WaitForSingleObject(bad, 0) == WAIT_TIMEOUT, "%s: a wrong status\n", mode);
    ended = !WaitForSingleObject(good, 0);
    CloseHandle(good);
    CloseHandle(bad);
    return ended;
}

/* Wine's i386 side crashes in one of twenty such ends, be the threads in our engine or in CreateFile (platform.md 3.7).
 * Its exit code is 0 then, too. */
static void check_ends_in_use(void)
{
    int i, good = 0;

    for (i = 0; i < ENDS; i++) good += check_end("in-use");
    ok(sizeof(void *) == 4 ? good > 0 : good == ENDS, "%d of %d ended well\n", good, ENDS);
}

START_TEST(waits_end)
{
    char **argv;

    if (winetest_get_mainargs(&argv) > 2) ExitProcess(child(argv[2]));
    provider = open_provider();
    if (!install_wait_provider()) return;
    check_child("first-use");
    check_child("itself");
    check_ends_in_use();
    remove_key(provider, end_name(), 0);
    ok(check_end("alone"), "it did not end well\n");
    check_status(NTE_BAD_KEYSET, open_status(provider, end_name(), 0));
    uninstall_wait_provider();
    check_success(NCryptFreeObject(provider));
}
