/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Loading the DLLs of providers, and unloading those that are of no use. See ncrypt_private.h. */
#include "ncrypt_private.h"

static void complain_once(struct module *module, const WCHAR *path, const char *what, DWORD code)
{
    if (InterlockedExchange(&module->told, TRUE)) return;
    complain("no key storage provider: %ls %s (error %#lx)", path, what, code);
}

static DWORD system_directory(WCHAR *path)
{
    DWORD length = GetSystemDirectoryW(path, PATH_MAX_CHARS);

    if (!length || length + 1 >= PATH_MAX_CHARS) return 0;
    path[length++] = '\\';
    return length;
}

static BOOL is_file_name(const WCHAR *file)
{
    if (!*file) return FALSE;
    for (; *file; file++) if (*file == '\\' || *file == '/' || *file == ':') return FALSE;
    return TRUE;
}

/* Those of others lie in the system directory. path: PATH_MAX_CHARS. */
static BOOL find_file(const struct module *module, WCHAR *path)
{
    DWORD length;

    if (module->own) return own_file_find(module->file, path);
    length = system_directory(path);
    if (!length || !is_file_name(module->file)) return FALSE;
    if (length + lstrlenW(module->file) >= PATH_MAX_CHARS) return FALSE;
    lstrcpyW(path + length, module->file);
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static BOOL is_table(const NCRYPT_KEY_STORAGE_FUNCTION_TABLE *table)
{
    if (!table || !table->Version.MajorVersion) return FALSE;
    return table->OpenProvider && table->FreeProvider && table->FreeKey && table->FreeBuffer;
}

static void copy_table(struct module *module, const NCRYPT_KEY_STORAGE_FUNCTION_TABLE *table)
{
    SIZE_T size = sizeof(*table);

    if (table->Version.MajorVersion < 3) size = FIELD_OFFSET(NCRYPT_KEY_STORAGE_FUNCTION_TABLE, CreateClaim);
    if (table->Version.MajorVersion < 2) size = FIELD_OFFSET(NCRYPT_KEY_STORAGE_FUNCTION_TABLE, KeyDerivation);
    ZeroMemory(&module->table, sizeof(module->table));
    CopyMemory(&module->table, table, size);
}

static SECURITY_STATUS take_table(struct module *module, const WCHAR *path)
{
    NCRYPT_KEY_STORAGE_FUNCTION_TABLE *table = NULL;
    NTSTATUS status;

    module->get_interface = (void *)GetProcAddress(module->dll, "GetKeyStorageInterface");
    if (!module->get_interface)
    {
        complain_once(module, path, "has no GetKeyStorageInterface", GetLastError());
        return NTE_PROVIDER_DLL_FAIL;
    }
    if ((status = module->get_interface(module->name, &table, 0)))
    {
        /* ours has told the reason already when it says so */
        if (status != NTE_PROVIDER_DLL_FAIL || !module->own)
            complain_once(module, path, "GetKeyStorageInterface failed", status);
        return NTE_PROVIDER_DLL_FAIL;
    }
    if (!is_table(table))
    {
        complain_once(module, path, "lacks functions that every provider must have", 0);
        return NTE_BAD_PROVIDER;
    }
    copy_table(module, table);
    return ERROR_SUCCESS;
}

static void unload(struct module *module)
{
    FreeLibrary(module->dll);
    module->dll = NULL;
    module->loaded = FALSE;
}

/* Operations may run in other threads when a program unloads us, and handles outlive it: stay. */
static void pin_self(void)
{
    HMODULE self;

    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                       (const WCHAR *)pin_self, &self);
}

static SECURITY_STATUS load_from(struct module *module, const WCHAR *path)
{
    SECURITY_STATUS status;

    if (!(module->dll = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH)))
    {
        complain_once(module, path, "cannot be loaded", GetLastError());
        return NTE_PROVIDER_DLL_FAIL;
    }
    if ((status = take_table(module, path)))
    {
        unload(module);
        return status;
    }
    if (module->own) module->get_protection = (void *)GetProcAddress(module->dll, "GetKeyProtectionInterface");
    pin_self();
    return ERROR_SUCCESS;
}

static SECURITY_STATUS load(struct module *module)
{
    WCHAR *path = HeapAlloc(GetProcessHeap(), 0, PATH_MAX_CHARS * sizeof(*path));
    SECURITY_STATUS status;

    if (!path) return NTE_NO_MEMORY;
    if (find_file(module, path)) status = load_from(module, path);
    else
    {
        complain_once(module, module->file, "is not in the system directory", 0);
        status = module->own ? NTE_PROVIDER_DLL_FAIL : NTE_PROV_DLL_NOT_FOUND;
    }
    HeapFree(GetProcessHeap(), 0, path);
    return status;
}

SECURITY_STATUS module_load(struct module *module)
{
    SECURITY_STATUS status = ERROR_SUCCESS;

    if (module->own && __atomic_load_n(&module->loaded, __ATOMIC_ACQUIRE)) return ERROR_SUCCESS;
    AcquireSRWLockExclusive(&module->load_lock);
    if (!module->loaded && !(status = load(module))) __atomic_store_n(&module->loaded, TRUE, __ATOMIC_RELEASE);
    if (!status) module->users++;
    ReleaseSRWLockExclusive(&module->load_lock);
    return status;
}

void module_leave(struct module *module)
{
    if (module->own) return;
    AcquireSRWLockExclusive(&module->load_lock);
    if (!--module->users) unload(module);
    ReleaseSRWLockExclusive(&module->load_lock);
}
