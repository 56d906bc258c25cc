/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Wine's own crypt32 and secur32 take private keys through NCryptExportKey (doc/architecture.md, "Wine's own
 * callers"; windows-behaviour.md B.23). The call is made from inside those modules: a few instructions, put in
 * place of one of their functions for a moment, pass the arguments on. */
#include "ncrypt_test.h"

#ifdef __x86_64__

typedef SECURITY_STATUS (WINAPI *export_function)(NCRYPT_KEY_HANDLE, NCRYPT_KEY_HANDLE, LPCWSTR, NCryptBufferDesc *,
                                                  PBYTE, DWORD, DWORD *, DWORD);

/* Four arguments are in registers, four on the stack; then the call to TARGET. */
static const BYTE pass_on[] =
{
    0x48, 0x83, 0xec, 0x48,                                     /* sub rsp, 0x48 */
    0x48, 0x8b, 0x44, 0x24, 0x70, 0x48, 0x89, 0x44, 0x24, 0x20,
    0x48, 0x8b, 0x44, 0x24, 0x78, 0x48, 0x89, 0x44, 0x24, 0x28,
    0x48, 0x8b, 0x84, 0x24, 0x80, 0, 0, 0, 0x48, 0x89, 0x44, 0x24, 0x30,
    0x48, 0x8b, 0x84, 0x24, 0x88, 0, 0, 0, 0x48, 0x89, 0x44, 0x24, 0x38,
    0x48, 0xb8,                                                 /* mov rax, ... */
#define TARGET 52
    0, 0, 0, 0, 0, 0, 0, 0,
    0xff, 0xd0,                                                 /* call rax */
    0x48, 0x83, 0xc4, 0x48,                                     /* add rsp, 0x48 */
    0xc3,
};

struct patch
{
    BYTE *code;
    BYTE saved[sizeof(pass_on)];
    DWORD protection;
};

static BOOL install(struct patch *patch, const char *module, const char *function)
{
    export_function target = NCryptExportKey;
    HMODULE dll = LoadLibraryA(module);

    ok(dll != NULL, "cannot load %s\n", module);
    patch->code = (BYTE *)GetProcAddress(dll, function);
    ok(patch->code != NULL, "%s has no %s\n", module, function);
    if (!patch->code) return FALSE;
    if (!VirtualProtect(patch->code, sizeof(pass_on), PAGE_EXECUTE_READWRITE, &patch->protection)) return FALSE;
    memcpy(patch->saved, patch->code, sizeof(pass_on));
    memcpy(patch->code, pass_on, sizeof(pass_on));
    memcpy(patch->code + TARGET, &target, sizeof(target));
    FlushInstructionCache(GetCurrentProcess(), patch->code, sizeof(pass_on));
    return TRUE;
}

static void remove_patch(struct patch *patch)
{
    DWORD protection;

    memcpy(patch->code, patch->saved, sizeof(pass_on));
    VirtualProtect(patch->code, sizeof(pass_on), patch->protection, &protection);
}

static void test_caller(const char *module, const char *function, DWORD policy, SECURITY_STATUS expected)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key;
    struct patch patch;
    BYTE blob[1024];
    SECURITY_STATUS status;
    DWORD size = 0;

    winetest_push_context("%s, policy %lu", module, policy);
    check_success(NCryptCreatePersistedKey(provider, &key, BCRYPT_RSA_ALGORITHM, NULL, 0, 0));
    check_success(NCryptSetProperty(key, NCRYPT_EXPORT_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), 0));
    check_success(NCryptFinalizeKey(key, 0));

    /* 9.6: the program itself is refused all the time */
    check_status(NTE_NOT_SUPPORTED, NCryptExportKey(key, 0, BCRYPT_RSAFULLPRIVATE_BLOB, NULL, blob, sizeof(blob),
                                                    &size, 0));
    if (install(&patch, module, function))
    {
        status = ((export_function)(void *)patch.code)(key, 0, BCRYPT_RSAFULLPRIVATE_BLOB, NULL, NULL, 0, &size, 0);
        ok(status == expected, "size query: got %#lx\n", status);
        status = ((export_function)(void *)patch.code)(key, 0, BCRYPT_RSAFULLPRIVATE_BLOB, NULL, blob, sizeof(blob),
                                                       &size, 0);
        ok(status == expected, "got %#lx\n", status);
        if (!status) ok(size == 603 && !memcmp(blob, "RSA3", 4), "got %lu bytes\n", size);
        remove_patch(&patch);
    }
    check_status(NTE_NOT_SUPPORTED, NCryptExportKey(key, 0, BCRYPT_RSAFULLPRIVATE_BLOB, NULL, blob, sizeof(blob),
                                                    &size, 0));
    check_success(NCryptFreeObject(key));
    check_success(NCryptFreeObject(provider));
    winetest_pop_context();
}

/* Any DLL that is not Wine's serves as the planted one; ours is such a DLL. */
static HMODULE plant(const WCHAR *name, WCHAR path[MAX_PATH])
{
    WCHAR from[MAX_PATH];

    GetModuleFileNameW(GetModuleHandleA("ncrypt.dll"), from, MAX_PATH);
    GetTempPathW(MAX_PATH, path);
    lstrcatW(path, L"planted\\");
    CreateDirectoryW(path, NULL);
    lstrcatW(path, name);
    ok(CopyFileW(from, path, FALSE), "cannot copy %ls: %lu\n", from, GetLastError());
    return LoadLibraryW(path);
}

/* The name alone makes nobody one of Wine's own modules. */
static void test_planted(const WCHAR *name)
{
    WCHAR path[MAX_PATH];
    char narrow[MAX_PATH];
    HMODULE planted = plant(name, path);

    ok(planted != NULL, "cannot load %ls: %lu\n", path, GetLastError());
    if (!planted) return;
    ok(memcmp((char *)planted + 0x40, "Wine builtin DLL", 16), "%ls is one of Wine's\n", path);
    WideCharToMultiByte(CP_ACP, 0, path, -1, narrow, sizeof(narrow), NULL, NULL);
    test_caller(narrow, "NCryptIsKeyHandle", NCRYPT_ALLOW_EXPORT_FLAG, NTE_NOT_SUPPORTED);
    FreeLibrary(planted);
    DeleteFileW(path);
}

/* Wine loads its own DLL of that name instead, unless the registry says otherwise when the process starts; the asterisk
 * stands for files outside of the system directories. */
static void run_planted(void)
{
    static const char overrides[] = "Software\\Wine\\AppDefaults\\ncrypt_test.exe\\DllOverrides";
    static const char native[] = "native,builtin";
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION info;
    char command[MAX_PATH + 32], **argv;
    HKEY key;

    RegCreateKeyExA(HKEY_CURRENT_USER, overrides, 0, NULL, REG_OPTION_VOLATILE, KEY_ALL_ACCESS, NULL, &key, NULL);
    RegSetValueExA(key, "*crypt32", 0, REG_SZ, (const BYTE *)native, sizeof(native));
    RegSetValueExA(key, "*secur32", 0, REG_SZ, (const BYTE *)native, sizeof(native));
    RegCloseKey(key);
    winetest_get_mainargs(&argv);
    _snprintf(command, sizeof(command), "\"%s\" wine_callers planted", argv[0]);
    if (CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &info)) wait_child_process(&info);
    else ok(FALSE, "cannot start %s\n", command);
    RegDeleteKeyA(HKEY_CURRENT_USER, overrides);
}

START_TEST(wine_callers)
{
    char **argv;

    if (strcmp(winetest_platform, "wine"))
    {
        skip("Windows' own modules have other ways\n");
        return;
    }
    if (winetest_get_mainargs(&argv) > 2)
    {
        test_planted(L"crypt32.dll");
        test_planted(L"secur32.dll");
        return;
    }
    /* Schannel: the key stays in the process */
    test_caller("secur32.dll", "AddCredentialsW", 0, ERROR_SUCCESS);
    test_caller("secur32.dll", "AddCredentialsW", NCRYPT_ALLOW_EXPORT_FLAG, ERROR_SUCCESS);
    /* PFX: Windows demands the export flag, not the plaintext flag */
    test_caller("crypt32.dll", "CertAddEncodedCRLToStore", 0, NTE_NOT_SUPPORTED);
    test_caller("crypt32.dll", "CertAddEncodedCRLToStore", NCRYPT_ALLOW_EXPORT_FLAG, ERROR_SUCCESS);
    /* any other module is a program like others */
    test_caller("msvcrt.dll", "wcsxfrm", NCRYPT_ALLOW_EXPORT_FLAG, NTE_NOT_SUPPORTED);
    run_planted();
}

#else

START_TEST(wine_callers)
{
    skip("the instructions are for x86_64\n");
}

#endif
