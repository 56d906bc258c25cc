/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptNotifyChangeKey: a handle that waits for changes of the keys of a user or a machine, by this process or
 * another one (windows-api 6.5).
 *
 * A child is this program with `notify MODE NAME FLAGS`; its exit code is the status of what it did. */
#include "ncrypt_test.h"

#define SOON 10000                  /* ms in which a change has to arrive */
#define QUIET 300                    /* ms in which something that is no change would have arrived */

static NCRYPT_PROV_HANDLE provider;

static SECURITY_STATUS make(const WCHAR *name, DWORD flags)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if ((status = NCryptCreatePersistedKey(provider, &key, L"ECDSA_P256", name, 0, flags))) return status;
    status = NCryptFinalizeKey(key, 0);
    NCryptFreeObject(key);
    return status;
}

static SECURITY_STATUS change(const WCHAR *name, DWORD flags)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if ((status = NCryptOpenKey(provider, &key, name, 0, flags))) return status;
    status = set_text(key, L"Notify Test", L"value", NCRYPT_PERSIST_FLAG | NCRYPT_PERSIST_ONLY_FLAG);
    NCryptFreeObject(key);
    return status;
}

static SECURITY_STATUS destroy(const WCHAR *name, DWORD flags)
{
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if ((status = NCryptOpenKey(provider, &key, name, 0, flags))) return status;
    return NCryptDeleteKey(key, 0);
}

/* All that changes nothing. */
static SECURITY_STATUS use(const WCHAR *name, DWORD flags)
{
    BYTE hash[32] = { 0 }, signature[64];
    NCRYPT_KEY_HANDLE key;
    NCryptKeyName *item;
    void *state = NULL;
    SECURITY_STATUS status;
    DWORD size;

    if ((status = NCryptOpenKey(provider, &key, name, 0, flags))) return status;
    status = NCryptSignHash(key, NULL, hash, sizeof(hash), signature, sizeof(signature), &size, 0);
    if (!status) status = NCryptGetProperty(key, NCRYPT_NAME_PROPERTY, NULL, 0, &size, 0);
    while (!NCryptEnumKeys(provider, NULL, &item, &state, flags)) NCryptFreeBuffer(item);
    NCryptFreeBuffer(state);
    NCryptFreeObject(key);
    return status;
}

static SECURITY_STATUS act(const char *mode, const WCHAR *name, DWORD flags)
{
    if (!strcmp(mode, "make")) return make(name, flags);
    if (!strcmp(mode, "replace")) return make(name, flags | NCRYPT_OVERWRITE_KEY_FLAG);
    if (!strcmp(mode, "change")) return change(name, flags);
    if (!strcmp(mode, "delete")) return destroy(name, flags);
    return use(name, flags);
}

static SECURITY_STATUS run_child(const char *mode, const WCHAR *name, DWORD flags)
{
    PROCESS_INFORMATION info;
    STARTUPINFOA startup;
    char command[1024], **argv;
    DWORD code = 0xdeadbeef;

    winetest_get_mainargs(&argv);
    memset(&startup, 0, sizeof(startup));
    startup.cb = sizeof(startup);
    _snprintf(command, sizeof(command), "\"%s\" notify %s \"%ls\" %lu", argv[0], mode, name, flags);
    if (!CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info)) return NTE_FAIL;
    ok(!WaitForSingleObject(info.hProcess, 30000), "child hangs\n");
    GetExitCodeProcess(info.hProcess, &code);
    CloseHandle(info.hProcess);
    CloseHandle(info.hThread);
    return code;
}

/* Until nothing more comes of what has been done. */
static void settle(HANDLE event)
{
    while (!WaitForSingleObject(event, QUIET)) FindNextChangeNotification(event);
}

static void check_changes(HANDLE event, BOOL other_process, const WCHAR *name, DWORD flags)
{
    static const char *changes[] = { "make", "replace", "change", "delete" };
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(changes); i++)
    {
        winetest_push_context("%s, %s, flags %#lx", changes[i], other_process ? "child" : "here", flags);
        settle(event);
        check_success(other_process ? run_child(changes[i], name, flags) : act(changes[i], name, flags));
        ok(!WaitForSingleObject(event, SOON), "no signal\n");
        winetest_pop_context();
    }
}

static void test_changes(BOOL other_process, DWORD flags, DWORD other_flags)
{
    WCHAR buffer[128];
    const WCHAR *name = key_name(buffer, L"notify");
    HANDLE event = NULL, other = NULL;

    remove_key(provider, name, flags);
    check_success(NCryptNotifyChangeKey(provider, &event, NCRYPT_REGISTER_NOTIFY_FLAG | flags));
    check_success(NCryptNotifyChangeKey(provider, &other, NCRYPT_REGISTER_NOTIFY_FLAG | other_flags));
    ok(event && event != INVALID_HANDLE_VALUE && event != other, "got %p\n", event);
    check_changes(event, other_process, name, flags);
    ok(WaitForSingleObject(other, 0) == WAIT_TIMEOUT, "the other store has not changed\n");

    /* reading is no change */
    check_success(make(name, flags));
    settle(event);
    check_success(other_process ? run_child("use", name, flags) : use(name, flags));
    ok(WaitForSingleObject(event, QUIET) == WAIT_TIMEOUT, "signalled\n");
    check_success(destroy(name, flags));

    check_success(NCryptNotifyChangeKey(provider, &event, NCRYPT_UNREGISTER_NOTIFY_FLAG));
    ok(event == INVALID_HANDLE_VALUE, "got %p\n", event);
    check_status(NTE_INVALID_HANDLE, NCryptNotifyChangeKey(provider, &event, NCRYPT_UNREGISTER_NOTIFY_FLAG));
    check_success(NCryptNotifyChangeKey(provider, &other, NCRYPT_UNREGISTER_NOTIFY_FLAG));
}

static void test_arguments(void)
{
    static const DWORD flags[] = { 0, 3, NCRYPT_MACHINE_KEY_FLAG, 0x22, 0x80000001, 0x81 };
    NCRYPT_KEY_HANDLE key = make_key(provider, L"ECDSA_P256", NULL, 0, 0, 0);
    HANDLE event = (HANDLE)0x1234, own;
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(flags); i++)
        check_status(NTE_BAD_FLAGS, NCryptNotifyChangeKey(provider, &event, flags[i]));
    ok(event == (HANDLE)0x1234, "got %p\n", event);
    check_status(NTE_INVALID_PARAMETER, NCryptNotifyChangeKey(provider, NULL, NCRYPT_REGISTER_NOTIFY_FLAG));
    check_status(NTE_INVALID_HANDLE, NCryptNotifyChangeKey(0, &event, NCRYPT_REGISTER_NOTIFY_FLAG));
    check_status(NTE_INVALID_HANDLE, NCryptNotifyChangeKey(key, &event, NCRYPT_REGISTER_NOTIFY_FLAG));
    event = NULL;
    check_status(NTE_INVALID_HANDLE, NCryptNotifyChangeKey(provider, &event, NCRYPT_UNREGISTER_NOTIFY_FLAG));
    event = CreateEventW(NULL, TRUE, FALSE, NULL);
    own = event;
    check_status(NTE_INVALID_HANDLE, NCryptNotifyChangeKey(provider, &own, NCRYPT_UNREGISTER_NOTIFY_FLAG));
    ok(own == event && CloseHandle(event), "not ours to close\n");
    check_success(NCryptFreeObject(key));
}

static void remove_file(const WCHAR *folder, const WCHAR *name)
{
    WCHAR path[MAX_PATH];

    lstrcpyW(path, folder);
    lstrcatW(path, name);
    ok(DeleteFileW(path), "%s not removed, error %lu\n", wine_dbgstr_w(path), GetLastError());
}

/* On Wine only: there the directory is ours to take away. */
static void test_missing_folder(void)
{
    WCHAR path[MAX_PATH], aside[MAX_PATH], buffer[128];
    const WCHAR *name = key_name(buffer, L"notify first");
    HANDLE event = NULL;

    GetEnvironmentVariableW(L"APPDATA", path, MAX_PATH);
    lstrcatW(path, L"\\Microsoft\\Crypto\\Keys");
    lstrcpyW(aside, path);
    lstrcatW(aside, L".aside");
    ok(MoveFileW(path, aside), "not moved, error %lu\n", GetLastError());
    check_success(NCryptNotifyChangeKey(provider, &event, NCRYPT_REGISTER_NOTIFY_FLAG));
    check_success(run_child("make", name, 0));
    ok(!WaitForSingleObject(event, SOON), "no signal\n");
    check_success(NCryptNotifyChangeKey(provider, &event, NCRYPT_UNREGISTER_NOTIFY_FLAG));
    check_success(destroy(name, 0));
    remove_file(path, L"\\.lock");
    remove_file(path, L"\\.store-key");
    ok(RemoveDirectoryW(path), "not removed, error %lu\n", GetLastError());
    ok(MoveFileW(aside, path), "not moved, error %lu\n", GetLastError());
}

START_TEST(notify)
{
    WCHAR name[128];
    char **argv;

    provider = open_provider();
    if (winetest_get_mainargs(&argv) > 4)
    {
        MultiByteToWideChar(CP_ACP, 0, argv[3], -1, name, ARRAY_SIZE(name));
        ExitProcess(act(argv[2], name, strtoul(argv[4], NULL, 0)));
    }
    test_arguments();
    test_changes(FALSE, 0, NCRYPT_MACHINE_KEY_FLAG);
    test_changes(TRUE, 0, NCRYPT_MACHINE_KEY_FLAG);
    test_changes(FALSE, NCRYPT_MACHINE_KEY_FLAG, 0);
    test_changes(TRUE, NCRYPT_MACHINE_KEY_FLAG, 0);
    if (running_on_wine()) test_missing_folder();
    check_success(NCryptFreeObject(provider));
}
