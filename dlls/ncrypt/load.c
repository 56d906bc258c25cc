/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Loading the DLLs of providers, and unloading those that cannot be used. See ncrypt_private.h. */
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

/* Third-party DLLs are in the system directory. path: PATH_MAX_CHARS. */
static BOOL find_file(const struct module *module, WCHAR *path)
{
    DWORD length;

    if (module->own) return own_module_find(module->file, path);
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

/* What loading finds; the module gets it when no other thread was first. */
struct code
{
    HMODULE dll;
    GetKeyStorageInterfaceFn get_interface;
    GetKeyProtectionInterfaceFn get_protection;
    const struct encapsulation_table *encapsulation;
    NCRYPT_KEY_STORAGE_FUNCTION_TABLE table;
};

static void copy_table(struct code *code, const NCRYPT_KEY_STORAGE_FUNCTION_TABLE *table)
{
    SIZE_T size = sizeof(*table);

    if (table->Version.MajorVersion < 3) size = FIELD_OFFSET(NCRYPT_KEY_STORAGE_FUNCTION_TABLE, CreateClaim);
    if (table->Version.MajorVersion < 2) size = FIELD_OFFSET(NCRYPT_KEY_STORAGE_FUNCTION_TABLE, KeyDerivation);
    CopyMemory(&code->table, table, size);
}

static SECURITY_STATUS take_table(struct module *module, const WCHAR *path, struct code *code)
{
    NCRYPT_KEY_STORAGE_FUNCTION_TABLE *table = NULL;
    NTSTATUS status;

    code->get_interface = (void *)GetProcAddress(code->dll, "GetKeyStorageInterface");
    if (!code->get_interface)
    {
        complain_once(module, path, "has no GetKeyStorageInterface", GetLastError());
        return NTE_PROVIDER_DLL_FAIL;
    }
    if ((status = code->get_interface(module->name, &table, 0)))
    {
        /* ours has already printed the reason */
        if (status != NTE_PROVIDER_DLL_FAIL || !module->own)
            complain_once(module, path, "GetKeyStorageInterface failed", status);
        return NTE_PROVIDER_DLL_FAIL;
    }
    if (!is_table(table))
    {
        complain_once(module, path, "lacks functions that every provider must have", 0);
        return NTE_BAD_PROVIDER;
    }
    copy_table(code, table);
    return ERROR_SUCCESS;
}

/* Operations may run in other threads when a program unloads us, and handles outlive it: stay. */
static void pin_self(void)
{
    HMODULE self;

    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                       (const WCHAR *)pin_self, &self);
}

/* What the public interface has no place for. */
static void take_own_tables(struct code *code)
{
    GetKeyEncapsulationInterfaceFn get = (void *)GetProcAddress(code->dll, "GetKeyEncapsulationInterface");

    code->get_protection = (void *)GetProcAddress(code->dll, "GetKeyProtectionInterface");
    if (get) code->encapsulation = get();
}

static SECURITY_STATUS load_from(struct module *module, const WCHAR *path, struct code *code)
{
    SECURITY_STATUS status;

    if (!(code->dll = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH)))
    {
        complain_once(module, path, "cannot be loaded", GetLastError());
        return NTE_PROVIDER_DLL_FAIL;
    }
    if ((status = take_table(module, path, code)))
    {
        FreeLibrary(code->dll);
        return status;
    }
    if (module->own) take_own_tables(code);
    pin_self();
    return ERROR_SUCCESS;
}

static SECURITY_STATUS load(struct module *module, struct code *code)
{
    WCHAR *path = HeapAlloc(GetProcessHeap(), 0, PATH_MAX_CHARS * sizeof(*path));
    SECURITY_STATUS status;

    if (!path) return NTE_NO_MEMORY;
    if (find_file(module, path)) status = load_from(module, path, code);
    else
    {
        complain_once(module, module->file, "is not in the system directory", 0);
        status = module->own ? NTE_PROVIDER_DLL_FAIL : NTE_PROV_DLL_NOT_FOUND;
    }
    HeapFree(GetProcessHeap(), 0, path);
    return status;
}

/* --- threads that load one module --- */

struct loading
{
    struct loading *next;
    struct module *module;
    DWORD thread;
};

static BOOL is_loading(const struct module *module, DWORD thread)
{
    const struct loading *loading = module->loading;

    while (loading && loading->thread != thread) loading = loading->next;
    return loading != NULL;
}

/* TRUE: it is loaded, and has a user more. */
static BOOL use_loaded(struct module *module)
{
    if (module->loaded) module->users++;
    return module->loaded;
}

/* *done: there is nothing to load, or it must not be. */
static SECURITY_STATUS begin_loading(struct loading *loading, BOOL *done)
{
    struct module *module = loading->module;
    SECURITY_STATUS status = ERROR_SUCCESS;

    *done = TRUE;
    if (!lock_exclusive(&module->lock)) return NTE_PROVIDER_DLL_FAIL;
    if (is_loading(module, loading->thread)) status = NTE_PROVIDER_DLL_FAIL;
    else if (!use_loaded(module))
    {
        *done = FALSE;
        loading->next = module->loading;
        module->loading = loading;
    }
    unlock_exclusive(&module->lock);
    return status;
}

static void end_loading(struct loading *loading)
{
    struct loading **link = &loading->module->loading;

    if (!lock_exclusive(&loading->module->lock)) return;
    while (*link != loading) link = &(*link)->next;
    *link = loading->next;
    unlock_exclusive(&loading->module->lock);
}

static void take_code(struct module *module, const struct code *code)
{
    module->dll = code->dll;
    module->get_interface = code->get_interface;
    module->get_protection = code->get_protection;
    module->encapsulation = code->encapsulation;
    module->table = code->table;
    module->users = 1;
    __atomic_store_n(&module->loaded, TRUE, __ATOMIC_RELEASE);
}

/* The DLL was loaded once for each thread, and stays loaded once. */
static SECURITY_STATUS publish_code(struct module *module, const struct code *code)
{
    BOOL late;

    if (!lock_exclusive(&module->lock)) return NTE_PROVIDER_DLL_FAIL;
    if (!(late = use_loaded(module))) take_code(module, code);
    unlock_exclusive(&module->lock);
    if (late) FreeLibrary(code->dll);
    return ERROR_SUCCESS;
}

SECURITY_STATUS module_load(struct module *module)
{
    struct loading loading = {NULL, module, GetCurrentThreadId()};
    struct code code = {0};
    SECURITY_STATUS status;
    BOOL done;

    if (module->own && __atomic_load_n(&module->loaded, __ATOMIC_ACQUIRE)) return ERROR_SUCCESS;
    status = begin_loading(&loading, &done);
    if (done) return status;
    status = HOLDING(end_loading, &loading, load, module, &code);
    end_loading(&loading);
    return status ? status : publish_code(module, &code);
}

void module_leave(struct module *module)
{
    HMODULE dll = NULL;

    if (module->own || !lock_exclusive(&module->lock)) return;
    if (!--module->users)
    {
        dll = module->dll;
        module->loaded = FALSE;
    }
    unlock_exclusive(&module->lock);
    if (dll) FreeLibrary(dll);
}
