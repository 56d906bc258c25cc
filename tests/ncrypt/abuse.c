/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Calls that no careful program makes, one thing wrong at a time: a status each time, never a crash or a hang.
 * Windows itself ends in an exception for some of them (D2). */
#include "abuse_one.h"

/* --- each function, one thing wrong at a time --- */

/* These three take any object, so that only what is none is wrong. */
static BOOL takes_any_object(const struct api *api)
{
    return api->function == (void *)NCryptFreeObject || api->function == (void *)NCryptGetProperty ||
           api->function == (void *)NCryptSetProperty;
}

static BOOL is_object(ULONG_PTR handle)
{
    return handle == living.provider || handle == living.key || handle == living.secret;
}

static void test_handles(const struct api *api)
{
    ULONG_PTR handles[32];
    SECURITY_STATUS status;
    unsigned int i, j, count;

    for (i = 0; api->arguments[i]; i++)
    {
        if (!is_handle(api->arguments[i])) continue;
        ready(api);
        count = wrong_handles(api->arguments[i], handles);
        for (j = 0; j < count; j++)
        {
            if (takes_any_object(api) && is_object(handles[j])) continue;
            prepare(&call, api, &living, &memory);
            call.arguments[i] = handles[j];
            status = run();
            if (api->function == (void *)NCryptIsKeyHandle) ok(!status, "%s: TRUE\n", describe(&call));
            else ok(status == NTE_INVALID_HANDLE, "%s: got %#lx\n", describe(&call), status);
        }
    }
}

/* Handles that may be missing: wrong ones are refused, or not looked at. */
static void test_other_handles(const struct api *api)
{
    ULONG_PTR handles[32];
    unsigned int i, j, count;

    for (i = 0; api->arguments[i]; i++)
    {
        if (api->arguments[i] != '0') continue;
        ready(api);
        count = wrong_handles('D', handles);
        for (j = 0; j < count; j++)
        {
            prepare(&call, api, &living, &memory);
            call.arguments[i] = handles[j];
            if (api->function == (void *)NCryptStreamClose && handles[j] == (ULONG_PTR)living.stream) continue;
            run();
        }
    }
}

static void test_nulls(const struct api *api)
{
    unsigned int i, j;

    for (i = 0; api->arguments[i]; i++)
    {
        if (!is_pointer(api->arguments[i])) continue;
        ready(api);
        call.arguments[i] = 0;
        run();
        ready(api);                 /* sizes of nothing, too */
        for (j = 0; api->arguments[j]; j++)
            if (j == i || strchr("nm", api->arguments[j])) call.arguments[j] = 0;
        run();
    }
    ready(api);
    for (i = 0; api->arguments[i]; i++) if (is_pointer(api->arguments[i])) call.arguments[i] = 0;
    run();
}

static void test_flags(const struct api *api)
{
    unsigned int i, bit;

    for (i = 0; api->arguments[i]; i++)
    {
        if (!strchr("fd", api->arguments[i])) continue;
        for (bit = 0; bit <= 32; bit++)
        {
            ready(api);
            call.arguments[i] = bit < 32 ? call.arguments[i] | 1u << bit : 0xffffffff;
            run();
        }
    }
}

/* These take inputs of any length: a wrong size is a bad pointer to them, and an exception as on Windows. */
static BOOL takes_any_size(const struct api *api)
{
    return api->function == (void *)NCryptEncrypt || api->function == (void *)NCryptDecrypt ||
           api->function == (void *)NCryptProtectSecret || api->function == (void *)NCryptUnprotectSecret ||
           api->function == (void *)NCryptStreamUpdate;
}

/* Outputs may claim to be longer than they are, as long as what is written fits. */
static void test_sizes(const struct api *api)
{
    static const DWORD output_sizes[] = { 0, 1, 7, 63, 64, 65, BUFFER_SIZE - 1, 0x7fffffff, 0xffffffff };
    static const DWORD input_sizes[] =
    {
        0, 1, 7, 8, 15, 16, 17, 31, 33, 1000, BUFFER_SIZE, 0x7fffffff, 0xffffffff,
    };
    SECURITY_STATUS status;
    unsigned int i, j;

    for (i = 0; api->arguments[i]; i++)
    {
        if (api->arguments[i] == 'm')
            for (j = 0; j < ARRAYSIZE(output_sizes); j++)
            {
                ready(api);
                call.arguments[i] = output_sizes[j];
                memset(memory.output, 0xcc, sizeof(memory.output));
                status = run();
                if (status && output_sizes[j] < 64)
                    ok(memory.output[64] == 0xcc, "%s: written past the end\n", describe(&call));
            }
        if (api->arguments[i] == 'n')
            for (j = 0; j < ARRAYSIZE(input_sizes) + 2; j++)
            {
                ready(api);
                if (j < ARRAYSIZE(input_sizes)) call.arguments[i] = input_sizes[j];
                else call.arguments[i] += j > ARRAYSIZE(input_sizes) ? 1 : -1;
                if (call.arguments[i] > BUFFER_SIZE && takes_any_size(api)) continue;
                run();
            }
    }
}

static void test_places(const struct api *api)
{
    unsigned int i, j, offset;

    for (offset = 1; offset < 8; offset++)          /* unaligned, whatever it is */
    {
        ready(api);
        for (i = 0; api->arguments[i]; i++)
        {
            if (!strchr("IOrHQ", api->arguments[i])) continue;
            call.arguments[i] = (ULONG_PTR)memory.input + 1024 * i + offset;
        }
        run();
        memset(&memory.handle, 0, sizeof(memory.handle));
    }
    for (i = 0; api->arguments[i]; i++)             /* all of them in the same place, or a byte apart */
    {
        for (j = 0; api->arguments[j]; j++)
        {
            if (i == j || !strchr("IOr", api->arguments[i]) || !strchr("IOr", api->arguments[j])) continue;
            for (offset = 0; offset < 3; offset++)
            {
                ready(api);
                call.arguments[i] = (ULONG_PTR)memory.input + 16;
                call.arguments[j] = (ULONG_PTR)memory.input + 15 + offset;
                run();
            }
        }
    }
}

/* A key that is not finalized can do nothing but take properties. */
static void test_unfinalized(const struct api *api)
{
    SECURITY_STATUS status;

    if (!strchr("KREAY", api->arguments[0]) || takes_any_object(api) || api->function == (void *)NCryptIsKeyHandle)
        return;
    ready(api);
    call.arguments[0] = living.fresh;
    status = run();
    ok(status == NTE_BAD_KEY_STATE || status == NTE_NOT_SUPPORTED, "%s: got %#lx\n", describe(&call), status);
}

START_TEST(abuse)
{
    unsigned int i;

    begin();
    for (i = 0; i < API_COUNT; i++)
    {
        test_handles(&apis[i]);
        test_other_handles(&apis[i]);
        test_nulls(&apis[i]);
        test_flags(&apis[i]);
        test_sizes(&apis[i]);
        test_places(&apis[i]);
        test_unfinalized(&apis[i]);
    }
    end();
}
