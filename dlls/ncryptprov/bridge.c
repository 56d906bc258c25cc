/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The way to the engine (doc/architecture.md, doc/facts/platform.md 3). Two routes, tried in this order,
 * never chosen by version:
 *   builtin   Wine has found ncryptprov.so for this module, in its library directory or on WINEDLLPATH
 *   winelib   ncryptprov.dll.so, the same engine, is beside this DLL and Wine can load ELF modules */
#include "ksp.h"
#include "../ncrypt/lock.h"
#include "../ncrypt/trace.h"

#include <winternl.h>

#define WINELIB_SUFFIX L".so"
#define MEMORY_WINE_UNIX_FUNCS 1000 /* class of NtQueryVirtualMemory: the table of this module's engine */

typedef NTSTATUS (WINAPI *dispatcher)(UINT64 table, unsigned int code, void *params);
typedef NTSTATUS (WINAPI *query_virtual_memory)(HANDLE process, const void *base, int info_class, void *info,
        SIZE_T size, SIZE_T *result);
typedef const void *(WINAPI *winelib_entry)(void);

extern IMAGE_DOS_HEADER __ImageBase;

static struct
{
    dispatcher dispatch;
    UINT64 table;
    SRWLOCK lock;                   /* one thread attaches; the others have found the same by then */
    SECURITY_STATUS attached;
    volatile LONG is_attached;      /* all of this is final */
    volatile LONG told;             /* the reason why there is no engine was printed */
    volatile LONG running;          /* calls into the engine */
} engine = {.lock = SRWLOCK_INIT};

static BOOL find_dispatcher(void)
{
    dispatcher *dispatch = (void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "__wine_unix_call_dispatcher");

    if (!dispatch) return FALSE;
    engine.dispatch = *dispatch;
    return TRUE;
}

static NTSTATUS builtin_route(void)
{
    query_virtual_memory query = (void *)GetProcAddress(GetModuleHandleW(L"ntdll.dll"), "NtQueryVirtualMemory");

    return query(GetCurrentProcess(), &__ImageBase, MEMORY_WINE_UNIX_FUNCS, &engine.table, sizeof(engine.table), NULL);
}

static DWORD winelib_route(WCHAR *path, DWORD size)
{
    DWORD length = GetModuleFileNameW((HMODULE)&__ImageBase, path, size);
    winelib_entry entry;
    HMODULE module;

    if (!length || length + ARRAYSIZE(WINELIB_SUFFIX) > size) return ERROR_FILENAME_EXCED_RANGE;
    lstrcatW(path, WINELIB_SUFFIX);
    if (!(module = LoadLibraryW(path))) return GetLastError();
    if (!(entry = (winelib_entry)(void *)GetProcAddress(module, "ncryptprov_unix_funcs"))) return GetLastError();
    engine.table = (ULONG_PTR)entry();
    return ERROR_SUCCESS;
}

static BOOL find_engine(void)
{
    WCHAR path[MAX_PATH];
    NTSTATUS status;
    DWORD error;

    if (!find_dispatcher())
    {
        if (InterlockedExchange(&engine.told, TRUE)) return FALSE;
        complain("ncryptprov.dll needs Wine 8.0 or newer: ntdll.dll has no __wine_unix_call_dispatcher");
        return FALSE;
    }
    if (!(status = builtin_route()))
    {
        TRACE("route: builtin");
        return TRUE;
    }
    if (!(error = winelib_route(path, ARRAYSIZE(path))))
    {
        TRACE("route: winelib, %ls", path);
        return TRUE;
    }
    if (InterlockedExchange(&engine.told, TRUE)) return FALSE;
    complain("no key storage engine: ncryptprov.so is neither in Wine's library directory nor on WINEDLLPATH"
             " (status %#lx), and %ls did not load (error %lu)", status, path, error);
    return FALSE;
}

/* When the process ends, its threads do as well, wherever they are: if one was in the engine, it may have left any lock
 * taken, also one of the C library, and no call can enter the engine any more. */
static BOOL is_abandoned(void)
{
    return engine.running && is_process_ending();
}

SECURITY_STATUS engine_call(enum unix_call code, void *params)
{
    NTSTATUS status;

    if (is_abandoned()) return NTE_DEVICE_NOT_READY;
    InterlockedIncrement(&engine.running);
    status = engine.dispatch(engine.table, code, params);
    InterlockedDecrement(&engine.running);
    clear_vector_registers();

    /* the engine answers 0, an NTE code or one of smart cards; anything else is the exception that ended the call */
    if (!status || HRESULT_FACILITY(status) == FACILITY_SECURITY || HRESULT_FACILITY(status) == FACILITY_WIN32 ||
        HRESULT_FACILITY(status) == FACILITY_SCARD)
        return status;
    complain("call %u into the key storage engine ended with exception %#lx", code, status);
    return NTE_INTERNAL_ERROR;
}

static SECURITY_STATUS settle(SECURITY_STATUS status)
{
    engine.attached = status;
    __atomic_store_n(&engine.is_attached, TRUE, __ATOMIC_RELEASE);
    return status;
}

/* params NULL: it has failed before. The first result is that of the process. */
static SECURITY_STATUS settle_once(struct attach_params *params, SECURITY_STATUS status)
{
    if (!lock_exclusive(&engine.lock)) return NTE_DEVICE_NOT_READY;
    if (engine.is_attached) status = engine.attached;
    else status = settle(params ? engine_call(unix_attach, params) : status);
    unlock_exclusive(&engine.lock);
    return status;
}

static SECURITY_STATUS attach(void)
{
    struct attach_params params = {0};
    char *user_dir, *machine_dir, *machine_guid;
    SECURITY_STATUS status;

    if (!find_engine()) return NTE_PROVIDER_DLL_FAIL;
    if ((status = find_folders(&user_dir, &machine_dir, &machine_guid))) return status;
    TRACE("user keys: %s", user_dir);
    TRACE("machine keys: %s", machine_dir);
    TRACE("MachineGuid: %s", machine_guid);
    params.user_dir = address(user_dir);
    params.machine_dir = address(machine_dir);
    params.machine_guid = address(machine_guid);
    status = settle_once(&params, ERROR_SUCCESS);
    TRACE("engine: GnuTLS %s", params.gnutls);
    HeapFree(GetProcessHeap(), 0, user_dir);
    HeapFree(GetProcessHeap(), 0, machine_dir);
    HeapFree(GetProcessHeap(), 0, machine_guid);
    return status;
}

/* Threads that come together all look, and no lock is held meanwhile: one of them may be in a DllMain and hold the
 * loader's lock, for which the others wait. */
SECURITY_STATUS engine_attach(void)
{
    SECURITY_STATUS status;

    if (__atomic_load_n(&engine.is_attached, __ATOMIC_ACQUIRE)) return engine.attached;
    return (status = attach()) ? settle_once(NULL, status) : status;
}
