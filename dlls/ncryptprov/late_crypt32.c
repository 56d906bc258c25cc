/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "late_crypt32.h"

struct crypt32_functions crypt32;

/* No lock: threads that come together all find the same, and none waits for one that waits for the loader. */
BOOL load_crypt32(void)
{
    static BOOL loaded;
    BOOL found = TRUE;
    HMODULE dll;

    if (__atomic_load_n(&loaded, __ATOMIC_ACQUIRE)) return TRUE;
    if (!(dll = LoadLibraryW(L"crypt32.dll"))) return FALSE;
#define FUNCTION(name) if (!(crypt32.name = (void *)GetProcAddress(dll, #name))) found = FALSE;
    CRYPT32_FUNCTIONS
#undef FUNCTION
    __atomic_store_n(&loaded, found, __ATOMIC_RELEASE);
    return found;
}
