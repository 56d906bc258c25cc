/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Where this prefix keeps its keys (doc/facts/windows-api.md 8.1) and which machine it is. */
#include "ksp.h"

#include <stdio.h>
#include <ntsecapi.h>
#include <winternl.h>

#define SHELL_FOLDERS L"Software\\Microsoft\\Windows\\CurrentVersion\\Explorer\\Shell Folders"
#define CRYPTOGRAPHY  L"Software\\Microsoft\\Cryptography"

#define MAX_SID_CHARACTERS 192      /* S-1-, 48 bits, and 15 times 32 bits with a hyphen */

typedef char *(CDECL *get_unix_file_name)(const WCHAR *path);

static BOOL read_string(HKEY root, const WCHAR *key, const WCHAR *value, WCHAR *data, DWORD size)
{
    return !RegGetValueW(root, key, value, RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, NULL, data, &size) && *data;
}

/* Where Wine has it in every unchanged prefix. */
static BOOL default_base(BOOL machine, WCHAR path[MAX_PATH])
{
    WCHAR user[MAX_PATH];
    DWORD size = ARRAYSIZE(user);

    if (machine) return swprintf(path, MAX_PATH, L"C:\\ProgramData") > 0;
    return GetUserNameW(user, &size) && swprintf(path, MAX_PATH, L"C:\\users\\%ls\\AppData\\Roaming", user) > 0;
}

/* What the registry says about the profile; programs change their environment for reasons of their own. */
static BOOL find_base(BOOL machine, WCHAR path[MAX_PATH])
{
    HKEY root = machine ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
    const WCHAR *value = machine ? L"Common AppData" : L"AppData";
    DWORD length;

    if (read_string(root, SHELL_FOLDERS, value, path, MAX_PATH * sizeof(WCHAR))) return TRUE;
    length = GetEnvironmentVariableW(machine ? L"ProgramData" : L"APPDATA", path, MAX_PATH);
    return (length && length < MAX_PATH) || default_base(machine, path);
}

static BOOL append(WCHAR path[MAX_PATH], const WCHAR *name)
{
    if (lstrlenW(path) + 1 + lstrlenW(name) + 1 > MAX_PATH) return FALSE;
    lstrcatW(path, L"\\");
    lstrcatW(path, name);
    return TRUE;
}

/* A folder that cannot be made is missed when a key is to be stored in it, and not before (row 18.6). */
static BOOL enter(WCHAR path[MAX_PATH], const WCHAR *name)
{
    if (!append(path, name)) return FALSE;
    CreateDirectoryW(path, NULL);
    return TRUE;
}

/* Not by ConvertSidToStringSidW, for which Wine would load three more DLLs. */
static WCHAR *sid_text(PSID sid)
{
    UNICODE_STRING text = {0, MAX_SID_CHARACTERS * sizeof(WCHAR), NULL};

    if (!(text.Buffer = LocalAlloc(LPTR, text.MaximumLength + sizeof(WCHAR)))) return NULL;
    if (!RtlConvertSidToUnicodeString(&text, sid, FALSE)) return text.Buffer;
    LocalFree(text.Buffer);
    return NULL;
}

WCHAR *current_user_sid(void)
{
    BYTE buffer[sizeof(TOKEN_USER) + SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof(buffer);

    if (!GetTokenInformation(GetCurrentProcessToken(), TokenUser, buffer, size, &size)) return NULL;
    return sid_text(((TOKEN_USER *)buffer)->User.Sid);
}

/* Programs list it without asking whether it is there; failing to make it is not an error. */
static void make_legacy_folder(const WCHAR *crypto, const WCHAR *owner)
{
    WCHAR path[MAX_PATH];

    lstrcpyW(path, crypto);
    if (owner && enter(path, L"RSA")) enter(path, owner);
}

/* Below something that is not a directory: nothing can be found or made there. */
#define NOWHERE "/dev/null/Keys"

static char *copy_text(const char *text)
{
    char *copy = HeapAlloc(GetProcessHeap(), 0, lstrlenA(text) + 1);

    if (copy) lstrcpyA(copy, text);
    return copy;
}

static char *join(const char *dir, const WCHAR *rest)
{
    int dir_size = lstrlenA(dir), size = WideCharToMultiByte(CP_UTF8, 0, rest, -1, NULL, 0, NULL, NULL);
    char *path = HeapAlloc(GetProcessHeap(), 0, dir_size + 1 + size);

    if (!path) return NULL;
    lstrcpyA(path, dir);
    path[dir_size] = '/';
    WideCharToMultiByte(CP_UTF8, 0, rest, -1, path + dir_size + 1, size, NULL, NULL);
    return path;
}

static BOOL is_absolute(const WCHAR *path)
{
    return path[0] && ((path[1] == ':' && path[2] == '\\') || (path[0] == '\\' && path[1] == '\\'));
}

/* The Unix path of a folder that need not exist. Wine knows that of an existing one and of what is directly in it;
 * the rest is put behind the longest part that it knows. NULL: no memory. */
static char *unix_path(get_unix_file_name convert, WCHAR path[MAX_PATH])
{
    WCHAR *end = path + lstrlenW(path), *cut = end, *shorter;
    char *dir, *joined;

    if (!is_absolute(path)) return copy_text(NOWHERE);
    if ((dir = convert(path))) return dir;
    do
    {
        for (shorter = cut - 1; shorter > path + 2 && *shorter != '\\'; shorter--);
        if (shorter <= path + 2) return copy_text(NOWHERE);
        if (cut != end) *cut = '/';
        cut = shorter;
        *cut = 0;
    }
    while (!(dir = convert(path)));
    joined = join(dir, cut + 1);
    HeapFree(GetProcessHeap(), 0, dir);
    return joined;
}

static BOOL find_keys(BOOL machine, const WCHAR *owner, WCHAR path[MAX_PATH])
{
    if (!find_base(machine, path) || !enter(path, L"Microsoft") || !enter(path, L"Crypto")) return FALSE;
    make_legacy_folder(path, owner);
    return append(path, L"Keys");
}

BOOL find_keys_folder(BOOL machine, WCHAR path[MAX_PATH])
{
    return find_keys(machine, NULL, path);
}

/* NTE_PROVIDER_DLL_FAIL: not Wine's kernel32. */
static SECURITY_STATUS find_store(BOOL machine, const WCHAR *owner, char **dir)
{
    get_unix_file_name convert = (get_unix_file_name)(void *)GetProcAddress(GetModuleHandleW(L"kernel32.dll"),
                                                                            "wine_get_unix_file_name");
    WCHAR path[MAX_PATH];

    if (!convert) return NTE_PROVIDER_DLL_FAIL;
    *dir = find_keys(machine, owner, path) ? unix_path(convert, path) : copy_text(NOWHERE);
    return *dir ? ERROR_SUCCESS : NTE_NO_MEMORY;
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

static LSTATUS read_guid(WCHAR guid[64])
{
    DWORD size = 64 * sizeof(WCHAR);
    LSTATUS error;

    error = RegGetValueW(HKEY_LOCAL_MACHINE, CRYPTOGRAPHY, L"MachineGuid", RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, NULL,
                         guid, &size);
    if (error) *guid = 0;
    return error;
}

static BOOL write_guid(const WCHAR *guid)
{
    LSTATUS error;
    HKEY key;

    if (RegCreateKeyExW(HKEY_LOCAL_MACHINE, CRYPTOGRAPHY, 0, NULL, 0, KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key,
                        NULL)) return FALSE;
    error = RegSetValueExW(key, L"MachineGuid", 0, REG_SZ, (const BYTE *)guid, (lstrlenW(guid) + 1) * sizeof(WCHAR));
    RegCloseKey(key);
    return !error;
}

/* Two first processes of a prefix must not each write a GUID of their own. One that is there and makes no sense stays:
 * keys may have been named after it. */
static void make_machine_guid(WCHAR guid[64])
{
    HANDLE mutex = CreateMutexW(NULL, FALSE, L"Global\\ncryptprov MachineGuid");

    if (mutex) WaitForSingleObject(mutex, INFINITE);
    if (read_guid(guid) == ERROR_FILE_NOT_FOUND && (!new_guid(guid) || !write_guid(guid))) *guid = 0;
    if (mutex) ReleaseMutex(mutex);
    if (mutex) CloseHandle(mutex);
}

/* "" when there is none: then keys have no file names, and those without a name need none. */
static SECURITY_STATUS find_machine_guid(char **result)
{
    WCHAR guid[64];
    int i;

    if (read_guid(guid)) make_machine_guid(guid);
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
