/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The test kit: same interface, environment, output and exit code as the header of this name in Wine, so that a
 * test file compiles against either. Depends on nothing but <windows.h>.
 *
 * Each foo.c holds one test, START_TEST(foo). A generated testlist.c defines STANDALONE, includes this header,
 * which then also brings the implementation and main(), and lists the tests in winetest_testlist[]. A file that
 * itself defines STANDALONE before including this header is a program of one test.
 *
 * Usage: PROGRAM [TEST [ARGUMENTS...]] or PROGRAM --list. Exit code: the number of failures, at most 255.
 *
 * Environment (a number each, unless said otherwise):
 *   WINETEST_PLATFORM        "wine" or "windows"; detected when not given. On Wine, todo_wine counts, broken()
 *                            is false and win_skip() is a failure
 *   WINETEST_DEBUG           0: no traces, no todo lines, no summary; 1: default; 2: nothing is muted
 *   WINETEST_INTERACTIVE     1: run what needs a user, let the system show its error boxes
 *   WINETEST_REPORT_SUCCESS  1: print the checks that pass
 *   WINETEST_REPORT_FLAKY    1: failures inside flaky count in the exit code
 *   WINETEST_MUTE_THRESHOLD  todo, skip and trace messages that one source line may print; 42
 *   WINETEST_TIME            1: print seconds since the start
 *   WINETEST_COLOR           1, or "auto" for a terminal: failures red, todos yellow, skips cyan */
#ifndef __WINE_WINE_TEST_H
#define __WINE_WINE_TEST_H

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <io.h>
#include <windef.h>
#include <winbase.h>
#include <wine/debug.h>

#ifndef INVALID_FILE_ATTRIBUTES
#define INVALID_FILE_ATTRIBUTES ((DWORD)-1)
#endif
#ifndef INVALID_SET_FILE_POINTER
#define INVALID_SET_FILE_POINTER ((DWORD)-1)
#endif
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

/* The settings above, for tests that want to know them. */
extern const char *winetest_platform;
extern int winetest_platform_is_wine;
extern int winetest_debug;
extern int winetest_interactive;
extern int winetest_report_success;
extern int winetest_report_flaky;
extern int winetest_time;
extern int winetest_mute_threshold;

/* Members of unnamed unions and structures, as tests older than Wine 8.13 write them. */
#ifndef U
#define U(object) (object)
#define S(object) (object)
#endif

#ifdef WINETEST_NO_LINE_NUMBERS
#define winetest_line(line) 0
#else
#define winetest_line(line) (line)
#endif

/* --- checks; every message is printf-style and ends in a newline --- */

/* ok(condition, format, ...): the check. */
#define ok_(file, line) (*winetest_at_ok(file, winetest_line(line)))
#define ok ok_(__FILE__, __LINE__)
/* trace(format, ...): something worth knowing. */
#define trace_(file, line) (*winetest_at_trace(file, winetest_line(line)))
#define trace trace_(__FILE__, __LINE__)
/* skip(format, ...): a check that cannot run here. win_skip: the same, where only Windows may lack something. */
#define skip_(file, line) (*winetest_at_skip(file, winetest_line(line)))
#define skip skip_(__FILE__, __LINE__)
#define win_skip_(file, line) (*winetest_at_win_skip(file, winetest_line(line)))
#define win_skip win_skip_(__FILE__, __LINE__)
/* subtest(name), ignore_exceptions(bool): marks for programs that read the log. */
#define subtest_(file, line) (*winetest_at_subtest(file, winetest_line(line)))
#define subtest subtest_(__FILE__, __LINE__)
#define ignore_exceptions_(file, line) (*winetest_at_ignore_exceptions(file, winetest_line(line)))
#define ignore_exceptions ignore_exceptions_(__FILE__, __LINE__)
/* wait_child_process(process): waits 30 s for a child and takes over its failures. A PROCESS_INFORMATION * has
 * both its handles closed; the HANDLE that older Wine wants here is left open. */
#define wait_child_process_(file, line) (*winetest_at_wait_child(file, winetest_line(line)))
#define wait_child_process wait_child_process_(__FILE__, __LINE__)

/* A statement whose checks still fail: on Wine, or when the condition holds. */
#define todo_if(condition) \
    for (winetest_begin_block(0, (condition) != 0); winetest_enter_block(); winetest_end_block(0))
#define todo_wine todo_if(winetest_platform_is_wine)
#define todo_wine_if(condition) todo_if((condition) && winetest_platform_is_wine)
/* A statement whose checks fail occasionally: counted separately. */
#define flaky_if(condition) \
    for (winetest_begin_block(1, (condition) != 0); winetest_enter_block(); winetest_end_block(1))
#define flaky flaky_if(1)
#define flaky_wine flaky_if(winetest_platform_is_wine)
#define flaky_wine_if(condition) flaky_if((condition) && winetest_platform_is_wine)

/* True for a result that only some versions of Windows give; never on Wine. */
static inline int broken(int condition)
{
    return condition && !winetest_platform_is_wine;
}

/* Text in front of every message of this thread, up to eight deep. */
void winetest_push_context(const char *format, ...) __WINE_PRINTF_ATTR(1, 2);
void winetest_pop_context(void);

/* argv[0] is the program, argv[1] the test, the rest belongs to the test (for its child processes). */
int winetest_get_mainargs(char ***argv);
LONG winetest_get_failures(void);
void winetest_add_failures(LONG count);

/* --- the other side of the macros --- */

typedef int winetest_check_fn(int condition, const char *format, ...) __WINE_PRINTF_ATTR(2, 3);
typedef void winetest_print_fn(const char *format, ...) __WINE_PRINTF_ATTR(1, 2);
typedef void winetest_mark_fn(const char *name);
typedef void winetest_switch_fn(BOOL value);
typedef void winetest_wait_fn(void *process);

/* Each records its place for the messages of this thread and returns the function that does the work. */
winetest_check_fn *winetest_at_ok(const char *file, int line);
winetest_print_fn *winetest_at_trace(const char *file, int line);
winetest_print_fn *winetest_at_skip(const char *file, int line);
winetest_print_fn *winetest_at_win_skip(const char *file, int line);
winetest_mark_fn *winetest_at_subtest(const char *file, int line);
winetest_switch_fn *winetest_at_ignore_exceptions(const char *file, int line);
winetest_wait_fn *winetest_at_wait_child(const char *file, int line);

int winetest_vok(int condition, const char *format, va_list args);
void winetest_vskip(const char *format, va_list args);

/* kind: 0 todo, 1 flaky. Blocks nest: any true condition around a check counts. */
void winetest_begin_block(int kind, int condition);
int winetest_enter_block(void);
void winetest_end_block(int kind);

struct test
{
    const char *name;
    void (*func)(void);
};
extern const struct test winetest_testlist[];

#ifdef STANDALONE
#define START_TEST(name) \
    static void func_##name(void); \
    const struct test winetest_testlist[] = { { #name, func_##name }, { 0, 0 } }; \
    static void func_##name(void)
#include <wine/test_main.h>
#else
#define START_TEST(name) void func_##name(void); void func_##name(void)
#endif

#endif
