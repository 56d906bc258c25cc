/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Wine's own crypt32: found, loaded beside this one, and its functions.
 *
 * Both modules are called crypt32.dll. Wine finds a loaded module by its base name, so the second one must have another,
 * or LoadLibrary("crypt32.dll") gives programs Wine's instead of ours. The name is changed in the loader's own record of
 * the module, whose fields every debugger reads. */
#include "bridge.h"
#include "../ncrypt/wine_directory.h"
#include "capi_calls.h"

#include <winternl.h>

FARPROC wine_crypt32[WINE_FUNCTION_COUNT];

static const char *const function_names[WINE_FUNCTION_COUNT] =
{
#define WINE_FUNCTION(name) #name,
#include "crypt32_names.h"
#undef WINE_FUNCTION
};

/* In a package Wine's DLL has moved to the first name and ours has taken the second. */
static const WCHAR moved_name[] = L"crypt32-wine.dll";
static const WCHAR *const file_names[] = { moved_name, L"crypt32.dll" };

/* What a stub of Wine's does, for a function that this Wine does not have. */
static void WINAPI missing_function(void)
{
    RaiseException(0x80000100, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

static BOOL is_bridge(HMODULE module)
{
    return GetProcAddress(module, "ncrypt_bridge") != NULL;
}

static HMODULE load_from(WCHAR *path, DWORD length)
{
    HMODULE module;
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(file_names); i++)
    {
        if (length + lstrlenW(file_names[i]) >= PATH_MAX_CHARS) continue;
        lstrcpyW(path + length, file_names[i]);
        if (GetFileAttributesW(path) == INVALID_FILE_ATTRIBUTES || !(module = LoadLibraryW(path))) continue;
        if (!is_bridge(module)) return module;
        FreeLibrary(module);
    }
    return NULL;
}

/* Where the installer has seen Wine's DLLs, for a program that has lost its environment. */
static DWORD recorded_directory(WCHAR *path)
{
    DWORD size = (PATH_MAX_CHARS - 1) * sizeof(*path), length;

    if (RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\ncrypt for Wine", WINE_ARCHITECTURE, RRF_RT_REG_SZ, NULL, path, &size))
        return 0;
    length = lstrlenW(path);
    if (length && path[length - 1] != '\\') path[length++] = '\\';
    path[length] = 0;
    return length;
}

static HMODULE find_module(void)
{
    WCHAR *path = HeapAlloc(GetProcessHeap(), 0, PATH_MAX_CHARS * sizeof(*path));
    HMODULE module = NULL;
    unsigned int i;
    DWORD length;

    if (!path) return NULL;
    for (i = 0; !module && (length = wine_directory(i, path)); i++) module = load_from(path, length);
    if (!module && (length = recorded_directory(path))) module = load_from(path, length);
    if (module) TRACE("%ls at %p", path, module);
    HeapFree(GetProcessHeap(), 0, path);
    return module;
}

NTSTATUS NTAPI LdrFindEntryForAddress(const void *address, LDR_DATA_TABLE_ENTRY **entry);

/* The loader's lock is held: we are being loaded. BaseDllName, which winternl.h leaves unnamed, follows FullDllName. */
static void rename_module(HMODULE module)
{
    LDR_DATA_TABLE_ENTRY *entry;
    UNICODE_STRING *base_name;

    if (LdrFindEntryForAddress(module, &entry)) return;
    base_name = &entry->FullDllName + 1;
    base_name->Buffer = (WCHAR *)moved_name;
    base_name->Length = sizeof(moved_name) - sizeof(*moved_name);
    base_name->MaximumLength = sizeof(moved_name);
}

/* Neither module is ever unloaded: one has the other's name, and both have addresses of the other. */
static void pin(HMODULE module)
{
    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN, (const WCHAR *)module,
                       &module);
}

static void fill_table(HMODULE module)
{
    unsigned int i;

    for (i = 0; i < WINE_FUNCTION_COUNT; i++)
        if (!(wine_crypt32[i] = GetProcAddress(module, function_names[i]))) wine_crypt32[i] = (FARPROC)missing_function;
}

BOOL load_wine_crypt32(HMODULE self)
{
    HMODULE module = find_module();

    if (!module)
    {
        complain("crypt32.dll: Wine's own crypt32.dll is in none of the directories that WINEDLLDIR0 and so on name");
        return FALSE;
    }
    pin(self);
    pin(module);
    fill_table(module);
    rename_module(module);
    if (!bridge_is_off) answer_capi_calls(module);
    return TRUE;
}

BOOL is_in_wine_dll(const void *address, const WCHAR *name)
{
    DWORD how = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    HMODULE module;

    return GetModuleHandleExW(how, address, &module) && module == GetModuleHandleW(name);
}
