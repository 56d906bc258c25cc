/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What include/wine/test.h promises, for tests/check-wine-test-header to run and compare line by line. A wide table:
 * each message stands in the line that prints it.
 *
 * A comment of the form "MODES> text" is the message that its own line must print, when the script asks for one
 * of MODES: a always, d unless WINETEST_DEBUG is 0, p on Wine, w on Windows, s when successes are reported.
 * "MODES>N text" is the same N times. */
#define STANDALONE
#include <stdio.h>
#include <wine/test.h>

static void test_checks(void)
{
    ok(1, "not seen\n");                                                    /*s> Test succeeded */
    ok(0, "got %d\n", 5);                                                   /*a> Test failed: got 5 */
    todo_if(1) ok(0, "later\n");                                            /*d> Test marked todo: later */
    todo_if(1) ok(1, "early\n");                                            /*a> Test succeeded inside todo block: early */
    todo_if(0) ok(0, "now\n");                                              /*a> Test failed: now */
    flaky ok(0, "shaky\n");                                                 /*a> Test marked flaky: shaky */
    flaky ok(1, "not seen\n");                                              /*s> Test succeeded */
    flaky_if(0) ok(0, "firm\n");                                            /*a> Test failed: firm */
    flaky todo_if(1) ok(1, "both\n");                                       /*a> Test succeeded inside flaky todo block: both */
    skip("no %s\n", "card");                                                /*a> Tests skipped: no card */
    trace("%s\n", "a trace");                                               /*d> a trace */
    subtest("part");                                                        /*a> Subtest part */
    ignore_exceptions(TRUE);                                                /*a> IgnoreExceptions=1 */
    ok_("dir/else.c", 3)(1, "not seen\n");
    if (winetest_get_failures() == 3) winetest_add_failures(2);
}

static void test_platform(void)
{
    todo_wine ok(winetest_platform_is_wine == 0, "wine\n");                 /*p> Test marked todo: wine */
    todo_wine_if(1) ok(winetest_platform_is_wine == 0, "if\n");             /*p> Test marked todo: if */
    todo_wine_if(0) ok(1, "not seen\n");
    flaky_wine ok(winetest_platform_is_wine == 0, "shaky\n");               /*p> Test marked flaky: shaky */
    flaky_wine_if(1) ok(winetest_platform_is_wine == 0, "if\n");            /*p> Test marked flaky: if */
    ok(broken(1), "broken\n");                                              /*p> Test failed: broken */
    ok(!broken(0), "not seen\n");
    win_skip("lacks\n");                                                    /*p> Test failed: lacks */ /*w> Tests skipped: lacks */
}

static void test_nesting(void)
{
    todo_if(1)
    {
        ok(0, "outer\n");                                                   /*a> Test marked todo: outer */
        todo_if(0)
        {
            ok(0, "inner\n");                                               /*a> Test marked todo: inner */
            flaky_if(0) ok(0, "innermost\n");                               /*a> Test marked todo: innermost */
        }
        ok(0, "outer again\n");                                             /*a> Test marked todo: outer again */
    }
    ok(1, "not seen\n");
}

static DWORD WINAPI thread_proc(void *arg)
{
    winetest_push_context("thread %d", *(int *)arg);
    ok(0, "own context\n");                                                 /*a> Test failed: thread 7: own context */
    todo_if(0) ok(1, "not seen\n");
    return 0;
}

static void test_contexts(void)
{
    int i, argument = 7;
    HANDLE thread;

    winetest_push_context("row %d", 1);
    ok(0, "bad\n");                                                         /*a> Test failed: row 1: bad */
    winetest_push_context("column %d", 2);
    trace("deep\n");                                                        /*a> row 1: column 2: deep */
    thread = CreateThread(NULL, 0, thread_proc, &argument, 0, NULL);
    WaitForSingleObject(thread, INFINITE);
    CloseHandle(thread);
    for (i = 3; i < 12; i++) winetest_push_context("%d", i);
    skip("full\n");                                                         /*a> Tests skipped: row 1: column 2: 3: 4: 5: 6: 7: 8: full */
    for (i = 3; i < 12; i++) winetest_pop_context();
    winetest_pop_context();
    skip("less\n");                                                         /*a> Tests skipped: row 1: less */
    winetest_pop_context();
    winetest_pop_context();
    trace("none\n");                                                        /*a> none */
}

/* Run with WINETEST_MUTE_THRESHOLD=2. The line after the second message says that the source line is silent. */
static void test_muting(void)
{
    int i;

    for (i = 0; i < 5; i++) todo_if(1) ok(0, "todo\n");                     /*a>2 Test marked todo: todo */ /*a> Line has been silenced after 2 occurrences */
    for (i = 0; i < 4; i++) skip("skip\n");                                 /*a>2 Tests skipped: skip */ /*a> Line has been silenced after 2 occurrences */
    for (i = 0; i < 3; i++) trace("trace\n");                               /*a>2 trace */ /*a> Line has been silenced after 2 occurrences */
    for (i = 0; i < 3; i++) ok(0, "failure\n");                             /*a>3 Test failed: failure */
    for (i = 0; i < 2; i++) trace("few\n");                                 /*a>2 few */
}

static void test_many(void)
{
    int i;

    for (i = 0; i < 300; i++) ok(0, "many\n");
}

static void test_one(void)
{
    ok(0, "single\n");                                                      /*a> Test failed: single */
}

static void run_child(const char *exit_code, PROCESS_INFORMATION *info)
{
    char command[MAX_PATH + 64], **argv;
    STARTUPINFOA startup;

    winetest_get_mainargs(&argv);
    memset(&startup, 0, sizeof(startup));
    startup.cb = sizeof(startup);
    sprintf(command, "\"%s\" children %s", argv[0], exit_code);
    ok(CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, info), "no child\n");
}

static void test_children(void)
{
    PROCESS_INFORMATION info;
    char **argv;
    int argc = winetest_get_mainargs(&argv);

    if (argc > 2)                                   /* in the child */
    {
        winetest_add_failures(strtoul(argv[2], NULL, 0));
        if (strtoul(argv[2], NULL, 0) > 255) ExitProcess(strtoul(argv[2], NULL, 0));
        winetest_debug = 0;
        return;
    }
    run_child("0", &info);
    wait_child_process(&info);
    run_child("3", &info);
    wait_child_process(&info);                      /*a> Test failed: 3 failures in the child process */
    run_child("1", &info);
    wait_child_process(info.hProcess);              /*a> Test failed: 1 failure in the child process */
    ok(GetProcessId(info.hProcess) == info.dwProcessId, "handle was closed\n");
    CloseHandle(info.hThread);
    CloseHandle(info.hProcess);
    run_child("0xc0000017", &info);
    wait_child_process(&info);                      /*a> Test failed: Unhandled exception c0000017 in the child process */
}

static void test_strings(void)
{
    static const GUID guid = { 0x01234567, 0x89ab, 0xcdef, { 1, 2, 3, 4, 5, 6, 7, 0xff } };
    POINT point = { -1, 2 };
    RECT rect = { 1, 2, 3, 4 };
    char text[400];
    WCHAR wide[400];
    int i;

    trace("%s\n", wine_dbgstr_a("a\tb\\\"\r\n\x80"));                       /*a> "a\tb\\\"\r\n\x80" */
    trace("%s\n", debugstr_w(L"w\x20ac"));                                  /*a> L"w\20ac" */
    trace("%s %s\n", wine_dbgstr_an("abc", 2), wine_dbgstr_wn(L"abc", 0));  /*a> "ab" L"" */
    trace("%s %s\n", wine_dbgstr_a(NULL), wine_dbgstr_w((WCHAR *)0x1234));  /*a> (null) #1234 */
    trace("%s\n", wine_dbgstr_a((char *)(ULONG_PTR)0x7fff0000));            /*a> (invalid) */
    trace("%s\n", wine_dbgstr_guid(&guid));                                 /*a> {01234567-89ab-cdef-0102-0304050607ff} */
    trace("%s %s\n", wine_dbgstr_longlong(0x123456789), wine_dbgstr_longlong(10)); /*a> 123456789 a */
    trace("%s %s\n", wine_dbgstr_point(&point), wine_dbgstr_rect(&rect));   /*a> (-1,2) (1,2)-(3,4) */
    trace("%s %s\n", wine_dbgstr_fourcc(0x31415352), debugstr_fourcc(1));   /*a> 'RSA1' 0x00000001 */

    for (i = 0; i < 399; i++) text[i] = wide[i] = 'x';
    text[i] = wide[i] = 0;
    ok(strlen(wine_dbgstr_a(text)) < 300, "not cut\n");
    ok(!strcmp(wine_dbgstr_w(wide) + strlen(wine_dbgstr_w(wide)) - 4, "\"..."), "no mark\n");

    SetLastError(0xdeadbeef);                       /* messages leave it alone, seen or unseen */
    ok(1, "%s\n", wine_dbgstr_w(L"not seen"));
    trace("%s\n", wine_dbgstr_w(L"seen"));                                  /*a> L"seen" */
    ok(GetLastError() == 0xdeadbeef, "got %#lx\n", GetLastError());
}

static void test_crash(void)
{
    ok(1, "not seen\n");
    RaiseException(0xc0001234, 0, 0, NULL);
}

const struct test winetest_testlist[] =
{
    { "checks", test_checks },
    { "platform", test_platform },
    { "nesting", test_nesting },
    { "contexts", test_contexts },
    { "muting", test_muting },
    { "many", test_many },
    { "one", test_one },
    { "children", test_children },
    { "strings", test_strings },
    { "crash", test_crash },
    { 0, 0 }
};
