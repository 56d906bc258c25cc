/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The implementation behind wine/test.h, compiled in the one file of a program that defines STANDALONE: checks,
 * blocks, the program itself. */
#ifndef __WINE_WINE_TEST_H
#error Include <wine/test.h> instead.
#endif

#include <wine/test_output.h>

/* --- checks --- */

int winetest_vok(int condition, const char *format, va_list args)
{
    struct winetest_thread *thread = winetest_thread();
    int todo = thread->blocks[0] != 0, flaky_block = thread->blocks[1] != 0;

    if ((condition == 0) == todo)        /* as expected */
    {
        InterlockedIncrement(todo ? &winetest.todos : &winetest.successes);
        if (todo && winetest_debug && !winetest_mute(&winetest.muted_todos))
            winetest_vprint(WINETEST_TODO, format, args);
        if (!todo && winetest_report_success) winetest_print(WINETEST_SUCCEEDED, "\n");
    }
    else if (flaky_block)
    {
        InterlockedIncrement(&winetest.flakies);
        winetest_vprint(todo ? WINETEST_FLAKY_TODO_SUCCEEDED : WINETEST_FLAKY, format, args);
    }
    else
    {
        InterlockedIncrement(todo ? &winetest.todo_failures : &winetest.failures);
        winetest_vprint(todo ? WINETEST_TODO_SUCCEEDED : WINETEST_FAILED, format, args);
    }
    return condition != 0;
}

void winetest_vskip(const char *format, va_list args)
{
    if (winetest_mute(&winetest.muted_skips)) return;
    winetest_vprint(WINETEST_SKIPPED, format, args);
    InterlockedIncrement(&winetest.skipped);
}

static int __WINE_PRINTF_ATTR(2, 3) winetest_ok(int condition, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    condition = winetest_vok(condition, format, args);
    va_end(args);
    return condition;
}

static void __WINE_PRINTF_ATTR(1, 2) winetest_skip(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    winetest_vskip(format, args);
    va_end(args);
}

static void __WINE_PRINTF_ATTR(1, 2) winetest_win_skip(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    if (winetest_platform_is_wine) winetest_vok(0, format, args);
    else winetest_vskip(format, args);
    va_end(args);
}

static void __WINE_PRINTF_ATTR(1, 2) winetest_trace(const char *format, ...)
{
    va_list args;

    if (!winetest_debug || winetest_mute(&winetest.muted_traces)) return;
    va_start(args, format);
    winetest_vprint(WINETEST_PLAIN, format, args);
    va_end(args);
}

static void winetest_subtest(const char *name)
{
    winetest_print(WINETEST_PLAIN, "Subtest %s\n", name);
}

static void winetest_ignore_exceptions(BOOL value)
{
    winetest_print(WINETEST_PLAIN, "IgnoreExceptions=%d\n", value ? 1 : 0);
}

static void winetest_wait_child(void *argument)
{
    HANDLE process = GetProcessId(argument) ? argument : ((PROCESS_INFORMATION *)argument)->hProcess;
    DWORD code;

    if (WaitForSingleObject(process, WINETEST_WAIT)) winetest_ok(0, "Timed out waiting for the child process\n");
    else if (!GetExitCodeProcess(process, &code)) winetest_ok(0, "No exit code, error %lu\n", GetLastError());
    else if (code > 255) winetest_ok(0, "Unhandled exception %08lx in the child process\n", code);
    else if (code)
    {
        winetest_print(WINETEST_FAILED, "%lu failure%s in the child process\n", code, code == 1 ? "" : "s");
        winetest_add_failures(code);
    }
    if (process == argument) return;
    CloseHandle(((PROCESS_INFORMATION *)argument)->hThread);
    CloseHandle(process);
}

static void winetest_set_place(const char *file, int line)
{
    struct winetest_thread *thread = winetest_thread();
    const char *p;

    thread->file = file;
    for (p = file; *p; p++)
        if (*p == '/' || *p == '\\') thread->file = p + 1;
    thread->line = line;
}

#define WINETEST_AT(name, type) \
    type *winetest_at_##name(const char *file, int line) \
    { \
        winetest_set_place(file, line); \
        return winetest_##name; \
    }

WINETEST_AT(ok, winetest_check_fn)
WINETEST_AT(trace, winetest_print_fn)
WINETEST_AT(skip, winetest_print_fn)
WINETEST_AT(win_skip, winetest_print_fn)
WINETEST_AT(subtest, winetest_mark_fn)
WINETEST_AT(ignore_exceptions, winetest_switch_fn)
WINETEST_AT(wait_child, winetest_wait_fn)

/* --- blocks and contexts --- */

void winetest_begin_block(int kind, int condition)
{
    struct winetest_thread *thread = winetest_thread();

    thread->blocks[kind] = thread->blocks[kind] << 1 | condition;
    thread->enter_block = 1;
}

int winetest_enter_block(void)
{
    struct winetest_thread *thread = winetest_thread();
    int enter = thread->enter_block;

    thread->enter_block = 0;
    return enter;
}

void winetest_end_block(int kind)
{
    winetest_thread()->blocks[kind] >>= 1;
}

void winetest_push_context(const char *format, ...)
{
    struct winetest_thread *thread = winetest_thread();
    va_list args;

    if (thread->contexts < WINETEST_CONTEXTS)
    {
        va_start(args, format);
        _vsnprintf(thread->context[thread->contexts], WINETEST_CONTEXT_SIZE - 1, format, args);
        va_end(args);
    }
    thread->contexts++;
}

void winetest_pop_context(void)
{
    struct winetest_thread *thread = winetest_thread();

    if (thread->contexts) thread->contexts--;
}

/* --- the program --- */

int winetest_get_mainargs(char ***argv)
{
    *argv = winetest.argv;
    return winetest.argc;
}

LONG winetest_get_failures(void)
{
    return winetest.failures;
}

void winetest_add_failures(LONG count)
{
    while (count-- > 0) InterlockedIncrement(&winetest.failures);
}

static void winetest_number(int *setting, const char *name)
{
    const char *value = getenv(name);

    if (value) *setting = atoi(value);
}

static void winetest_init(int argc, char **argv)
{
    const char *platform = getenv("WINETEST_PLATFORM"), *color = getenv("WINETEST_COLOR");

    setvbuf(stdout, NULL, _IONBF, 0);
    winetest.argc = argc;
    winetest.argv = argv;
    winetest.start = GetTickCount();
    winetest.tls = TlsAlloc();
    winetest.output_mutex = CreateMutexA(NULL, FALSE, "winetest_output");
    winetest.color = color && (atoi(color) || (!strcmp(color, "auto") && _isatty(1)));

    if (platform) winetest_platform = platform;
    else if (GetProcAddress(GetModuleHandleA("ntdll.dll"), "wine_server_call")) winetest_platform = "wine";
    winetest_platform_is_wine = !strcmp(winetest_platform, "wine");

    winetest_number(&winetest_debug, "WINETEST_DEBUG");
    winetest_number(&winetest_interactive, "WINETEST_INTERACTIVE");
    winetest_number(&winetest_report_success, "WINETEST_REPORT_SUCCESS");
    winetest_number(&winetest_report_flaky, "WINETEST_REPORT_FLAKY");
    winetest_number(&winetest_time, "WINETEST_TIME");
    winetest_number(&winetest_mute_threshold, "WINETEST_MUTE_THRESHOLD");
}

/* NAME, NAME.c or DIRECTORY/NAME.c */
static const struct test *winetest_find(const char *argument)
{
    const struct test *test;
    const char *p, *name = argument;
    size_t length;

    for (p = argument; *p; p++)
        if (*p == '/' || *p == '\\') name = p + 1;
    length = strlen(name);
    if (length > 2 && !strcmp(name + length - 2, ".c")) length -= 2;
    for (test = winetest_testlist; test->name; test++)
        if (strlen(test->name) == length && !strncmp(test->name, name, length)) return test;
    return NULL;
}

static void winetest_list(struct winetest_text *text)
{
    const struct test *test;

    winetest_append(text, "Valid test names:\n");
    for (test = winetest_testlist; test->name; test++) winetest_append(text, "    %s\n", test->name);
}

static LONG CALLBACK winetest_exception(EXCEPTION_POINTERS *exception)
{
    struct winetest_thread *thread = winetest_thread();
    struct winetest_text text = { 0 };

    winetest_append(&text, "%s:%d: this is the last test seen before the exception\n", thread->file, thread->line);
    winetest_append(&text, "%04lx:%s: unhandled exception %08lx at %p\n", GetCurrentProcessId(),
                    winetest.test->name, exception->ExceptionRecord->ExceptionCode,
                    exception->ExceptionRecord->ExceptionAddress);
    winetest_write(&text);
    return EXCEPTION_EXECUTE_HANDLER;
}

static void winetest_summary(void)
{
    LONG failures = winetest.failures + winetest.todo_failures;
    LONG executed = winetest.successes + winetest.todos + winetest.flakies + failures;
    struct winetest_text text = { 0 };

    if (!winetest_debug) return;
    if (winetest.muted_todos || winetest.muted_skips || winetest.muted_traces)
    {
        winetest_append(&text, "%04lx:%s:", GetCurrentProcessId(), winetest.test->name);
        winetest_append_elapsed(&text);
        winetest_append(&text, " Silenced %ld todos, %ld skips and %ld traces.\n", winetest.muted_todos,
                        winetest.muted_skips, winetest.muted_traces);
    }
    winetest_append(&text, "%04lx:%s:", GetCurrentProcessId(), winetest.test->name);
    winetest_append_elapsed(&text);
    winetest_append(&text, " %ld tests executed (%ld marked as todo, %ld as flaky, %ld failure%s), %ld skipped.\n",
                    executed, winetest.todos, winetest.flakies, failures, failures == 1 ? "" : "s",
                    winetest.skipped);
    winetest_write(&text);
}

static int winetest_run(const struct test *test)
{
    LONG failures;

    winetest.test = test;
    winetest_set_place(test->name, 0);
    if (!winetest_interactive) SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX);
    if (!winetest_platform_is_wine) SetUnhandledExceptionFilter(winetest_exception);
    test->func();
    winetest_summary();
    failures = winetest.failures + winetest.todo_failures + (winetest_report_flaky ? winetest.flakies : 0);
    return failures > 255 ? 255 : failures;
}

int main(int argc, char **argv)
{
    const struct test *only = winetest_testlist[0].name && !winetest_testlist[1].name ? winetest_testlist : NULL;
    const struct test *test = argc > 1 ? winetest_find(argv[1]) : only;
    BOOL list = argc > 1 && !strcmp(argv[1], "--list");
    struct winetest_text text = { 0 };

    winetest_init(argc, argv);
    if (test) return winetest_run(test);
    if (argc > 1 && !list) winetest_append(&text, "Fatal: test '%s' does not exist.\n", argv[1]);
    if (argc <= 1) winetest_append(&text, "Usage: %s TEST [ARGUMENTS], or --list\n\n", argv[0]);
    if (argc <= 1 || list) winetest_list(&text);
    winetest_write(&text);
    return list ? 0 : 1;
}
