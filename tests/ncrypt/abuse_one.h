/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One thread that makes the calls of abuse_calls.h, and one that watches it. */
#ifndef ABUSE_ONE_H
#define ABUSE_ONE_H

#include "abuse_calls.h"

#define HANG 60000                  /* ms that one call may take */

static struct living living;
static struct memory memory;
static struct abuse_call call;
static NCRYPT_HANDLE stale_key, stale_secret;
static HANDLE event, stop_watching, watcher;
static volatile LONG calls;         /* made; the watcher looks at it */

static DWORD WINAPI watch_proc(void *stop)
{
    LONG before = -1;

    while (WaitForSingleObject(stop, HANG) == WAIT_TIMEOUT)
    {
        if (calls != before)
        {
            before = calls;
            continue;
        }
        ok(0, "hangs: %s\n", describe(&call));
        fflush(stdout);
        TerminateProcess(GetCurrentProcess(), 1);
    }
    return 0;
}

static inline void ready(const struct api *api)
{
    make_ready(&living);
    prepare(&call, api, &living, &memory);
}

/* What the call has made is given back. A handle that was output, too, is one of the API. */
static inline SECURITY_STATUS run(void)
{
    SECURITY_STATUS status = make_call(&call);
    unsigned int i;

    calls++;
    for (i = 0; i < 2; i++)
    {
        NCryptFreeBuffer((void *)memory.pointer[i]);
        if (NCryptFreeObject(memory.handle[i]) && NCryptStreamClose((NCRYPT_STREAM_HANDLE)memory.handle[i]))
            NCryptCloseProtectionDescriptor((NCRYPT_DESCRIPTOR_HANDLE)memory.handle[i]);
    }
    return status;
}

static inline BOOL is_handle(char kind)
{
    return strchr("VKREUAYSDT", kind) != NULL;
}

static inline BOOL is_pointer(char kind)
{
    return strchr("HQrwPLMCIO", kind) != NULL;
}

/* Everything that is a handle of something else, or of nothing. */
static inline unsigned int wrong_handles(char kind, ULONG_PTR *handles)
{
    static BYTE zeros[64];
    ULONG_PTR all[] =
    {
        0, ~(ULONG_PTR)0, 1, 3, (ULONG_PTR)zeros, (ULONG_PTR)&living, (ULONG_PTR)event,
        (ULONG_PTR)GetModuleHandleW(NULL), stale_key, stale_secret,
        living.key & ~(ULONG_PTR)1, living.key | 0xffff,
        living.key ^ ((ULONG_PTR)1 << (8 * sizeof(ULONG_PTR) - 1)),
    };
    ULONG_PTR typed[] =
    {
        living.provider, living.key, living.secret, (ULONG_PTR)living.descriptor, (ULONG_PTR)living.stream,
    };
    static const char kinds[] = "VKSDT";
    unsigned int count = ARRAYSIZE(all), i;

    memcpy(handles, all, sizeof(all));
    for (i = 0; i < ARRAYSIZE(typed); i++)
        if (kinds[i] != kind && !(kinds[i] == 'K' && strchr("REUAY", kind))) handles[count++] = typed[i];
    return count;
}

static inline void begin(void)
{
    SetUnhandledExceptionFilter(report_crash);
    SetErrorMode(SEM_NOGPFAULTERRORBOX);
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    stop_watching = CreateEventW(NULL, TRUE, FALSE, NULL);
    watcher = CreateThread(NULL, 0, watch_proc, stop_watching, 0, NULL);
    make_ready(&living);
    stale_key = living.key;
    stale_secret = living.secret;
    check_success(NCryptFreeObject(stale_key));
    check_success(NCryptFreeObject(stale_secret));
}

static inline void end(void)
{
    trace("%ld calls\n", calls);
    end_living(&living);
    SetEvent(stop_watching);
    ok(!WaitForSingleObject(watcher, 10000), "the watcher hangs\n");
    CloseHandle(watcher);
    CloseHandle(stop_watching);
    CloseHandle(event);
}

#endif
