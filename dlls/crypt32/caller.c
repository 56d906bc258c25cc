/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which module calls us. VirtualQuery is asked, not the loader: a thread that waits for the one that calls may have
 * the loader's lock. The module cannot go meanwhile, its code is being run. */
#include "bridge.h"
#include "imports.h"

static HMODULE module_of(const void *address)
{
    MEMORY_BASIC_INFORMATION memory;

    if (!VirtualQuery(address, &memory, sizeof(memory)) || memory.Type != MEM_IMAGE) return NULL;
    return memory.AllocationBase;
}

/* Wine writes this behind the DOS header of its own DLLs. */
static BOOL is_wine_builtin(HMODULE module)
{
    static const char mark[] = "Wine builtin DLL";

    return !memcmp((const char *)module + 0x40, mark, sizeof(mark));
}

HMODULE wine_dll_at(const void *address, const char *name)
{
    DWORD error = GetLastError();
    HMODULE module = module_of(address);
    const char *own_name = module && is_wine_builtin(module) ? export_name(module) : NULL;

    if (!own_name || lstrcmpiA(own_name, name)) module = NULL;
    SetLastError(error);
    return module;
}
