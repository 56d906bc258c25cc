/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the topics about waiting share: the provider that calls back, and children that may hang. */
#ifndef WAITS_H
#define WAITS_H

#include "ksp_test.h"

#define WAIT_IMAGE L"ncrypt_wait.dll"

static inline BOOL install_wait_provider(void)
{
    if (!can_install(L"waitksp", WAIT_IMAGE)) return FALSE;
    ok(!register_provider(WAIT_PROVIDER, WAIT_IMAGE), "not registered\n");
    return TRUE;
}

static inline void uninstall_wait_provider(void)
{
    unregister_provider(WAIT_PROVIDER);
    uninstall(WAIT_IMAGE);
}

/* What waitksp.dll calls; children of this process inherit nothing that matters. */
static inline void set_callback(wait_callback *callback)
{
    char text[32];

    sprintf(text, "%p", (void *)callback);
    SetEnvironmentVariableA(WAIT_CALLBACK, callback ? text : NULL);
}

/* This program as a child with `TOPIC MODE`; its exit code. One that hangs is ended, which fails the test. */
static inline DWORD run_child(const char *topic, const char *mode)
{
    char command[1024], **argv;
    PROCESS_INFORMATION info;
    STARTUPINFOA startup;
    DWORD code = 0xdeadbeef;

    winetest_get_mainargs(&argv);
    memset(&startup, 0, sizeof(startup));
    startup.cb = sizeof(startup);
    _snprintf(command, sizeof(command), "\"%s\" %s %s", argv[0], topic, mode);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info))
    {
        ok(0, "no child, error %lu\n", GetLastError());
        return code;
    }
    if (WaitForSingleObject(info.hProcess, 30000))
    {
        ok(0, "%s hangs\n", mode);
        TerminateProcess(info.hProcess, code);
    }
    GetExitCodeProcess(info.hProcess, &code);
    CloseHandle(info.hThread);
    CloseHandle(info.hProcess);
    return code;
}

#endif
