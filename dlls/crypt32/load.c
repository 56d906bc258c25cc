/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Wine's own crypt32, and its functions. */
#include "bridge.h"
#include "capi_calls.h"
#include "wine_module.h"

FARPROC wine_crypt32[WINE_FUNCTION_COUNT];

static const char *const function_names[WINE_FUNCTION_COUNT] =
{
#define WINE_FUNCTION(name) #name,
#include "crypt32_names.h"
#undef WINE_FUNCTION
};

/* Many programs import crypt32 and never call it: they run without one. */
void load_wine_crypt32(HMODULE self)
{
    const struct wine_module wanted
        = {L"crypt32.dll", L"crypt32-wine.dll", function_names, wine_crypt32, WINE_FUNCTION_COUNT};
    HMODULE module = load_wine_module(&wanted, self);

    if (!module)
    {
        bridge_is_off = TRUE;
        complain("crypt32.dll: Wine's own crypt32.dll is not found: not where WINEDLLDIR0 and so on lead, not in "
                 "system32\\ncrypt-wine, not where the registry says");
    }
    if (!bridge_is_off) answer_capi_calls(module);
}

BOOL is_in_wine_dll(const void *address, const WCHAR *name)
{
    DWORD how = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    DWORD error = GetLastError();
    HMODULE module;
    BOOL is_in;

    is_in = GetModuleHandleExW(how, address, &module) && module == GetModuleHandleW(name);
    SetLastError(error);
    return is_in;
}
