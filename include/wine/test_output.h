/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a test program knows while it runs, and how it reports things; the first part of wine/test_main.h. */
#ifndef __WINE_WINE_TEST_H
#error Include <wine/test.h> instead.
#endif

#include <stdio.h>
#include <string.h>

#define WINETEST_CONTEXTS     8
#define WINETEST_CONTEXT_SIZE 128
#define WINETEST_MUTE_SLOTS   16384
#define WINETEST_WAIT         30000     /* milliseconds, for a child or for the output */

const char *winetest_platform = "windows";
int winetest_platform_is_wine;
int winetest_debug = 1;
int winetest_interactive;
int winetest_report_success;
int winetest_report_flaky;
int winetest_time;
int winetest_mute_threshold = 42;

enum winetest_kind                      /* of a message */
{
    WINETEST_FAILED, WINETEST_TODO_SUCCEEDED, WINETEST_FLAKY, WINETEST_FLAKY_TODO_SUCCEEDED, WINETEST_TODO,
    WINETEST_SKIPPED, WINETEST_SUCCEEDED, WINETEST_PLAIN,
};

static const struct
{
    const char *words, *color;
} winetest_kinds[] =
{
    { "Test failed: ", "\x1b[1;31m" },
    { "Test succeeded inside todo block: ", "\x1b[1;31m" },
    { "Test marked flaky: ", "\x1b[35m" },
    { "Test succeeded inside flaky todo block: ", "\x1b[35m" },
    { "Test marked todo: ", "\x1b[33m" },
    { "Tests skipped: ", "\x1b[36m" },
    { "Test succeeded", "\x1b[32m" },
    { "", "" },
};

static struct
{
    const struct test *test;
    int argc;
    char **argv;
    int color;
    HANDLE output_mutex;
    DWORD tls, start;
    LONG successes, failures, todos, todo_failures, flakies, skipped;
    LONG muted_todos, muted_skips, muted_traces;
    LONG line_messages[WINETEST_MUTE_SLOTS];
} winetest;

struct winetest_thread
{
    const char *file;
    int line;
    unsigned int blocks[2];             /* todo, flaky: one bit a level, the innermost lowest */
    int enter_block;
    unsigned int contexts;              /* how many were pushed; only the first few are kept */
    char context[WINETEST_CONTEXTS][WINETEST_CONTEXT_SIZE];
};

static struct winetest_thread *winetest_thread(void)
{
    static struct winetest_thread fallback;
    DWORD error = GetLastError();
    struct winetest_thread *thread = TlsGetValue(winetest.tls);

    if (!thread && (thread = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, sizeof(*thread))))
        TlsSetValue(winetest.tls, thread);
    SetLastError(error);
    return thread ? thread : &fallback;
}

/* --- output: a message is put together, then written at once --- */

struct winetest_text
{
    size_t used;
    char data[4096];
};

/* Truncates what does not fit. */
static void winetest_vappend(struct winetest_text *text, const char *format, va_list args)
{
    size_t room = sizeof(text->data) - 1 - text->used;
    int length = _vsnprintf(text->data + text->used, room, format, args);

    text->used += length < 0 || (size_t)length > room ? room : (size_t)length;
}

static void __WINE_PRINTF_ATTR(2, 3) winetest_append(struct winetest_text *text, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    winetest_vappend(text, format, args);
    va_end(args);
}

/* One process at a time. */
static void winetest_write(const struct winetest_text *text)
{
    WaitForSingleObject(winetest.output_mutex, WINETEST_WAIT);
    fwrite(text->data, 1, text->used, stdout);
    ReleaseMutex(winetest.output_mutex);
}

static void winetest_append_elapsed(struct winetest_text *text)
{
    if (winetest_time) winetest_append(text, "%.3f", (GetTickCount() - winetest.start) / 1000.0);
}

static void winetest_vprint(enum winetest_kind kind, const char *format, va_list args)
{
    const char *color = winetest.color ? winetest_kinds[kind].color : "";
    struct winetest_thread *thread = winetest_thread();
    struct winetest_text text = { 0 };
    DWORD error = GetLastError();
    unsigned int i;

    winetest_append(&text, "%s:%d:", thread->file, thread->line);
    winetest_append_elapsed(&text);
    winetest_append(&text, " %s%s", color, winetest_kinds[kind].words);
    for (i = 0; i < thread->contexts && i < WINETEST_CONTEXTS; i++)
        winetest_append(&text, "%s: ", thread->context[i]);
    winetest_vappend(&text, format, args);
    if (*color) winetest_append(&text, "\x1b[0m");
    winetest_write(&text);
    SetLastError(error);
}

static void winetest_print(enum winetest_kind kind, const char *format, ...) __WINE_PRINTF_ATTR(2, 3);
static void winetest_print(enum winetest_kind kind, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    winetest_vprint(kind, format, args);
    va_end(args);
}

/* 1 when this source line has printed enough; counts what is left out. */
static int winetest_mute(LONG *muted)
{
    struct winetest_thread *thread = winetest_thread();
    LONG count = InterlockedIncrement(&winetest.line_messages[thread->line % WINETEST_MUTE_SLOTS]);

    if (winetest_debug > 1 || count <= winetest_mute_threshold) return 0;
    if (count == winetest_mute_threshold + 1)
        winetest_print(WINETEST_PLAIN, "Line has been silenced after %d occurrences\n", winetest_mute_threshold);
    InterlockedIncrement(muted);
    return 1;
}
