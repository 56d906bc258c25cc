/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Where this prefix keeps its keys (spec/windows-api.md 8.1) and which machine it is. */
#include "ksp.h"

#include <sddl.h>
#include <stdio.h>
#include <ntsecapi.h>

#define SHELL_FOLDERS L"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\Shell Folders"
#define CRYPTOGRAPHY  L"Software\\Microsoft\\Cryptography"

typedef char *(CDECL *get_unix_file_name)(const WCHAR *path);

static BOOL read_string(HKEY root, const WCHAR *key, const WCHAR *value, WCHAR *data, DWORD size)
{
    return !RegGetValueW(root, key, value, RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, NULL, data, &size) && *data;
}

/* What the registry says about the profile; programs change their environment for reasons of their own. */
static BOOL find_base(HKEY root, const WCHAR *value, const WCHAR *variable, WCHAR path[MAX_PATH])
{
    DWORD length;

    if (read_string(root, SHELL_FOLDERS, value, path, MAX_PATH * sizeof(WCHAR))) return TRUE;
    length = GetEnvironmentVariableW(variable, path, MAX_PATH);
    return length && length < MAX_PATH;
}

static BOOL enter(WCHAR path[MAX_PATH], const WCHAR *name)
{
    if (lstrlenW(path) + 1 + lstrlenW(name) + 1 > MAX_PATH) return FALSE;
    lstrcatW(path, L"\\");
    lstrcatW(path, name);
    return CreateDirectoryW(path, NULL) || GetLastError() == ERROR_ALREADY_EXISTS;
}

WCHAR *current_user_sid(void)
{
    BYTE buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    TOKEN_USER *user = (TOKEN_USER *)buffer;
    DWORD size = sizeof(buffer);
    WCHAR *sid = NULL;
    HANDLE token;

    if (!OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token)) return NULL;
    if (GetTokenInformation(token, TokenUser, buffer, size, &size)) ConvertSidToStringSidW(user->User.Sid, &sid);
    CloseHandle(token);
    return sid;
}

/* Programs list it without asking whether it is there; that it could not be made is no reason to fail. */
static void make_legacy_folder(const WCHAR *crypto, const WCHAR *owner)
{
    WCHAR path[MAX_PATH];

    lstrcpyW(path, crypto);
    if (owner && enter(path, L"RSA")) enter(path, owner);
}

static SECURITY_STATUS unix_path(const WCHAR *path, char **result)
{
    get_unix_file_name convert = (get_unix_file_name)(void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"),
                                                                            "wine_get_unix_file_name");

    if (!convert) return NTE_PROVIDER_DLL_FAIL;
    return (*result = convert(path)) ? ERROR_SUCCESS : NTE_NOT_FOUND;
}

static BOOL find_keys(BOOL machine, const WCHAR *owner, WCHAR path[MAX_PATH])
{
    HKEY root = machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;

    if (!find_base(root, machine ? L"Common AppData" : L"AppData", machine ? L"ProgramData" : L"APPDATA", path))
        return FALSE;
    if (enter(path, L"Microsoft") && enter(path, L"Crypto")) make_legacy_folder(path, owner);
    if (lstrlenW(path) + ARRAYSIZE(L"\\Keys") > MAX_PATH) return FALSE;
    lstrcatW(path, L"\\Keys");
    return TRUE;
}

/* A missing profile is not the end: the engine answers NTE_NOT_FOUND when a key is to be stored there. */
static SECURITY_STATUS find_store(BOOL machine, const WCHAR *owner, char **dir)
{
    WCHAR path[MAX_PATH];

    return find_keys(machine, owner, path) ? unix_path(path, dir) : NTE_NOT_FOUND;
}

BOOL find_keys_folder(BOOL machine, WCHAR path[MAX_PATH])
{
    return find_keys(machine, NULL, path);
}

static BOOL new_guid(WCHAR guid[64])
{
    BYTE b[16];

    if (!RtlGenRandom(b, sizeof(b))) return FALSE;
    b[6] = (b[6] & 0x0f) | 0x40;    /* version 4, RFC 4122 */
    b[8] = (b[8] & 0x3f) | 0x80;
    swprintf(guid, 64, L"%02x%02x%02x%02x-%02x%02x-%02x%02x-%02x%02x-%02x%02x%02x%02x%02x%02x", b[0], b[1], b[2], b[3],
             b[4], b[5], b[6], b[7], b[8], b[9], b[10], b[11], b[12], b[13], b[14], b[15]);
    return TRUE;
}

/* Two first processes of a prefix must not each write a GUID of their own. */
static BOOL make_machine_guid(WCHAR guid[64])
{
    HANDLE mutex = CreateMutexW(NULL, FALSE, L"Global\\ncryptprov MachineGuid");
    BOOL found;
    HKEY key;

    if (mutex) WaitForSingleObject(mutex, INFINITE);
    found = read_string(HKEY_LOCAL_MACHINE, CRYPTOGRAPHY, L"MachineGuid", guid, 64 * sizeof(WCHAR));
    if (!found && new_guid(guid) &&
        !RegCreateKeyExW(HKEY_LOCAL_MACHINE, CRYPTOGRAPHY, 0, NULL, 0, KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key,
                         NULL))
    {
        found = !RegSetValueExW(key, L"MachineGuid", 0, REG_SZ, (BYTE *)guid, (lstrlenW(guid) + 1) * sizeof(WCHAR));
        RegCloseKey(key);
    }
    if (mutex) ReleaseMutex(mutex);
    if (mutex) CloseHandle(mutex);
    return found;
}

static SECURITY_STATUS find_machine_guid(char **result)
{
    WCHAR guid[64];
    int i;

    if (!read_string(HKEY_LOCAL_MACHINE, CRYPTOGRAPHY, L"MachineGuid", guid, sizeof(guid)) && !make_machine_guid(guid))
        return NTE_SYS_ERR;
    if (!(*result = HeapAlloc(GetProcessHeap(), 0, ARRAYSIZE(guid)))) return NTE_NO_MEMORY;
    for (i = 0; i == 0 || guid[i - 1]; i++) (*result)[i] = guid[i] < 0x80 ? guid[i] : '-';
    return ERROR_SUCCESS;
}

SECURITY_STATUS find_folders(char **user_dir, char **machine_dir, char **machine_guid)
{
    WCHAR *sid = current_user_sid();
    SECURITY_STATUS status;

    *user_dir = *machine_dir = *machine_guid = NULL;
    status = find_store(FALSE, sid, user_dir);
    if (!status) status = find_store(TRUE, L"MachineKeys", machine_dir);
    if (!status) status = find_machine_guid(machine_guid);
    LocalFree(sid);
    if (!status) return ERROR_SUCCESS;
    HeapFree(GetProcessHeap(), 0, *user_dir);
    HeapFree(GetProcessHeap(), 0, *machine_dir);
    HeapFree(GetProcessHeap(), 0, *machine_guid);
    return status;
}
