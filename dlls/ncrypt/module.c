/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The providers and how their DLLs are found and loaded. One row a provider: one registered by somebody else
 * becomes a row with a file found elsewhere. */
#include "ncrypt_private.h"

#define PATH_MAX_CHARS 32768

/* The software CSPs of Windows (windows-behaviour.md 1.6): keys of their containers are opened through the handle,
 * and the provider learns which name it was opened by. */
static const WCHAR *const csp_names[] =
{
    MS_DEF_PROV_W,
    MS_ENHANCED_PROV_W,
    MS_STRONG_PROV_W,
    MS_ENH_RSA_AES_PROV_W,
    MS_ENH_RSA_AES_PROV_XP_W,
    MS_DEF_RSA_SIG_PROV_W,
    MS_DEF_RSA_SCHANNEL_PROV_W,
    MS_DEF_DSS_PROV_W,
    MS_DEF_DSS_DH_PROV_W,
    MS_ENH_DSS_DH_PROV_W,
    MS_DEF_DH_SCHANNEL_PROV_W,
    NULL
};

/* No rows for the Passport, Platform and Smart Card providers: opening one must fail, because programs hide
 * Windows Hello, TPM and card features then; a false success is worse (windows-behaviour.md B.17, B.18, G.13). */
struct module modules[] =
{
    {
        .name = MS_KEY_STORAGE_PROVIDER,
        .comment = L"Keys kept in files of the Wine prefix",
        .aliases = csp_names,
        .file = L"ncryptprov.dll",
        .own = TRUE,
        .load_lock = SRWLOCK_INIT,
    },
};
const unsigned int module_count = ARRAYSIZE(modules);

static BOOL is_same_name(const WCHAR *a, const WCHAR *b)
{
    return CompareStringOrdinal(a, -1, b, -1, TRUE) == CSTR_EQUAL;
}

static BOOL has_name(const struct module *module, const WCHAR *name)
{
    const WCHAR *const *alias;

    if (is_same_name(name, module->name)) return TRUE;
    for (alias = module->aliases; alias && *alias; alias++) if (is_same_name(name, *alias)) return TRUE;
    return FALSE;
}

struct module *module_find(const WCHAR *name)
{
    unsigned int i;

    if (!name) return &modules[0];
    for (i = 0; i < module_count; i++) if (has_name(&modules[i], name)) return &modules[i];
    return NULL;
}

static void complain_once(const WCHAR *path, const char *what, DWORD code)
{
    static volatile LONG told;

    if (InterlockedExchange(&told, TRUE)) return;
    complain("no key storage provider: %ls %s (error %#lx)", path, what, code);
}

/* path: PATH_MAX_CHARS. FALSE: does not fit. */
static BOOL path_beside_us(WCHAR *path, const WCHAR *file)
{
    DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    HMODULE self;
    DWORD length;

    if (!GetModuleHandleExW(flags, (const WCHAR *)path_beside_us, &self)) return FALSE;
    length = GetModuleFileNameW(self, path, PATH_MAX_CHARS);
    if (!length || length >= PATH_MAX_CHARS) return FALSE;
    while (length && path[length - 1] != '\\') length--;
    if (length + lstrlenW(file) >= PATH_MAX_CHARS) return FALSE;
    lstrcpyW(path + length, file);
    return TRUE;
}

static SECURITY_STATUS check_table(const NCRYPT_KEY_STORAGE_FUNCTION_TABLE *table)
{
    if (!table || !table->Version.MajorVersion) return NTE_PROVIDER_DLL_FAIL;
    if (!table->OpenProvider || !table->FreeProvider) return NTE_PROVIDER_DLL_FAIL;
    if (!table->FreeKey || !table->FreeBuffer) return NTE_PROVIDER_DLL_FAIL;
    return ERROR_SUCCESS;
}

static void copy_table(struct module *module, const NCRYPT_KEY_STORAGE_FUNCTION_TABLE *table)
{
    SIZE_T size = sizeof(*table);

    if (table->Version.MajorVersion < 3) size = FIELD_OFFSET(NCRYPT_KEY_STORAGE_FUNCTION_TABLE, CreateClaim);
    if (table->Version.MajorVersion < 2) size = FIELD_OFFSET(NCRYPT_KEY_STORAGE_FUNCTION_TABLE, KeyDerivation);
    CopyMemory(&module->table, table, size);
}

static SECURITY_STATUS load_from(struct module *module, const WCHAR *path)
{
    NCRYPT_KEY_STORAGE_FUNCTION_TABLE *table = NULL;
    HMODULE dll = LoadLibraryExW(path, NULL, LOAD_WITH_ALTERED_SEARCH_PATH);
    NTSTATUS status;

    if (!dll)
    {
        complain_once(path, "cannot be loaded", GetLastError());
        return NTE_PROVIDER_DLL_FAIL;
    }
    module->get_interface = (void *)GetProcAddress(dll, "GetKeyStorageInterface");
    if (!module->get_interface)
    {
        complain_once(path, "has no GetKeyStorageInterface", GetLastError());
        FreeLibrary(dll);
        return NTE_PROVIDER_DLL_FAIL;
    }
    status = module->get_interface(module->name, &table, 0);
    if (status)
    {
        if (status != NTE_PROVIDER_DLL_FAIL) complain_once(path, "GetKeyStorageInterface failed", status);
        FreeLibrary(dll);
        return NTE_PROVIDER_DLL_FAIL;
    }
    if (check_table(table))
    {
        complain_once(path, "lacks functions that every provider must have", 0);
        FreeLibrary(dll);
        return NTE_PROVIDER_DLL_FAIL;
    }
    copy_table(module, table);
    if (module->own) module->get_protection = (void *)GetProcAddress(dll, "GetKeyProtectionInterface");
    return ERROR_SUCCESS;
}

/* Operations may run in other threads when a program unloads us, and handles outlive it: stay. */
static void pin_self(void)
{
    HMODULE self;

    GetModuleHandleExW(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_PIN,
                       (const WCHAR *)pin_self, &self);
}

static SECURITY_STATUS load(struct module *module)
{
    WCHAR *path = HeapAlloc(GetProcessHeap(), 0, PATH_MAX_CHARS * sizeof(*path));
    SECURITY_STATUS status = NTE_PROVIDER_DLL_FAIL;

    if (!path) return NTE_NO_MEMORY;
    if (path_beside_us(path, module->file)) status = load_from(module, path);
    else complain_once(module->file, "has a path that is too long", 0);
    HeapFree(GetProcessHeap(), 0, path);
    if (!status) pin_self();
    return status;
}

SECURITY_STATUS module_load(struct module *module)
{
    SECURITY_STATUS status = ERROR_SUCCESS;

    if (__atomic_load_n(&module->loaded, __ATOMIC_ACQUIRE)) return ERROR_SUCCESS;
    AcquireSRWLockExclusive(&module->load_lock);
    if (!module->loaded)
    {
        status = load(module);
        if (!status) __atomic_store_n(&module->loaded, TRUE, __ATOMIC_RELEASE);
    }
    ReleaseSRWLockExclusive(&module->load_lock);
    return status;
}
