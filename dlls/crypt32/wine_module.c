/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A DLL of Wine's behind one of ours of the same name: found, loaded beside it, and its functions.
 *
 * Wine finds a loaded module by its base name, so the second one must have another, or LoadLibrary gives programs
 * Wine's instead of ours. The name is changed in the loader's own record of the module, whose fields every debugger
 * reads. */
#include "wine_module.h"

#include "../ncrypt/trace.h"
#include "../ncrypt/wine_directory.h"

#include <winternl.h>

/* What a stub of Wine's does, for a function that this Wine does not have. */
static void WINAPI missing_function(void)
{
    RaiseException(0x80000100, EXCEPTION_NONCONTINUABLE, 0, NULL);
}

static BOOL is_bridge(HMODULE module)
{
    return GetProcAddress(module, "ncrypt_bridge") != NULL;
}

/* In a package Wine's DLL has moved to the first name and ours has taken the second. */
static HMODULE load_from(const struct wine_module *wanted, WCHAR *path, DWORD length)
{
    const WCHAR *const file_names[] = {wanted->moved_name, wanted->name};
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

/* Where the file is kept that Wine had in our place: a DLL of its own by its mark, which Wine's loader takes for the
 * name of the one in its library directory, wherever that is today. It needs no environment, and goes along with a
 * copied prefix. */
static DWORD kept_directory(WCHAR *path)
{
    static const WCHAR folder[] = L"\\ncrypt-wine\\";
    DWORD length = GetSystemDirectoryW(path, PATH_MAX_CHARS);

    if (!length || length + ARRAYSIZE(folder) > PATH_MAX_CHARS) return 0;
    lstrcpyW(path + length, folder);
    return length + lstrlenW(folder);
}

/* Where the installer has seen Wine's DLLs, for a program that has lost its environment. */
static DWORD recorded_directory(WCHAR *path)
{
    DWORD size = (PATH_MAX_CHARS - 1) * sizeof(*path), length;

    if (RegGetValueW(HKEY_LOCAL_MACHINE, L"Software\\ncrypt for Wine", WINE_ARCHITECTURE, RRF_RT_REG_SZ, NULL, path,
                     &size))
        return 0;
    length = lstrlenW(path);
    if (length && path[length - 1] != '\\') path[length++] = '\\';
    path[length] = 0;
    return length;
}

static HMODULE find_module(const struct wine_module *wanted)
{
    WCHAR *path = HeapAlloc(GetProcessHeap(), 0, PATH_MAX_CHARS * sizeof(*path));
    HMODULE module = NULL;
    unsigned int i;
    DWORD length;

    if (!path) return NULL;
    for (i = 0; !module && (length = wine_directory(i, path)); i++) module = load_from(wanted, path, length);
    if (!module && (length = kept_directory(path))) module = load_from(wanted, path, length);
    if (!module && (length = recorded_directory(path))) module = load_from(wanted, path, length);
    if (module) TRACE("%ls at %p", path, module);
    HeapFree(GetProcessHeap(), 0, path);
    return module;
}

NTSTATUS NTAPI LdrFindEntryForAddress(const void *address, LDR_DATA_TABLE_ENTRY **entry);

/* The loader's lock is held: we are being loaded. BaseDllName, which winternl.h leaves unnamed, follows FullDllName. */
static void rename_module(HMODULE module, const WCHAR *name)
{
    LDR_DATA_TABLE_ENTRY *entry;
    UNICODE_STRING *base_name;

    if (LdrFindEntryForAddress(module, &entry)) return;
    base_name = &entry->FullDllName + 1;
    base_name->Buffer = (WCHAR *)name;
    base_name->Length = lstrlenW(name) * sizeof(*name);
    base_name->MaximumLength = base_name->Length + sizeof(*name);
}

/* Neither module is ever unloaded: one has the other's name, and both have addresses of the other. */
static void pin(HMODULE module)
{
    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN, (const WCHAR *)module,
                       &module);
}

static void fill_table(const struct wine_module *wanted, HMODULE module)
{
    unsigned int i;

    for (i = 0; i < wanted->count; i++)
    {
        wanted->table[i] = module ? GetProcAddress(module, wanted->functions[i]) : NULL;
        if (!wanted->table[i]) wanted->table[i] = (FARPROC)missing_function;
    }
}

HMODULE load_wine_module(const struct wine_module *wanted, HMODULE self)
{
    HMODULE module = find_module(wanted);

    fill_table(wanted, module);
    if (!module) return NULL;
    pin(self);
    pin(module);
    rename_module(module, wanted->moved_name);
    return module;
}
