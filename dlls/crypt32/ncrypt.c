/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ncrypt.dll, when it is needed: most programs that load crypt32 never meet a CNG key. */
#include "bridge.h"

#include "../ncryptprov/unixlib.h"

static struct ncrypt functions;
static volatile LONG loaded;

static BOOL find_functions(HMODULE module, struct ncrypt *found)
{
    BOOL complete = TRUE;

#define X(name) if (!(found->name = (__typeof__(&name))(void *)GetProcAddress(module, #name))) complete = FALSE;
    NCRYPT_FUNCTIONS(X)
#undef X
    return complete;
}

/* Two threads may do this at once; both find the same. The module is never let go. */
const struct ncrypt *ncrypt(void)
{
    struct ncrypt found;
    HMODULE module;

    if (__atomic_load_n(&loaded, __ATOMIC_ACQUIRE)) return &functions;
    if (!(module = LoadLibraryW(L"ncrypt.dll")) || !find_functions(module, &found)) return NULL;
    functions = found;
    __atomic_store_n(&loaded, TRUE, __ATOMIC_RELEASE);
    return &functions;
}

BOOL is_ncrypt_key(ULONG_PTR handle)
{
    DWORD error = GetLastError();
    BOOL is_key = !bridge_is_off && (handle & 1) && ncrypt() && ncrypt()->NCryptIsKeyHandle(handle);

    SetLastError(error);
    return is_key;
}

SECURITY_STATUS export_for_schannel(NCRYPT_KEY_HANDLE key, const WCHAR *type, BYTE *output, DWORD size, DWORD *result)
{
    return ncrypt()->NCryptExportKey(key, 0, type, NULL, output, size, result, UNIX_EXPORT_FOR_SCHANNEL);
}
