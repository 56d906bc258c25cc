/* SPDX-License-Identifier: LGPL-2.1-or-later
 * mssign32.dll is loaded: Wine's own is behind it for what is not done here. Wine prefers a DLL of this name in
 * system32 to its own, without an override. */
#include "mssign32.h"

#include "../crypt32/wine_module.h"

enum wine_function
{
#define WINE_FUNCTION(name) WINE_##name,
#include "mssign32_names.h"
#undef WINE_FUNCTION
    WINE_FUNCTION_COUNT
};

FARPROC wine_mssign32[WINE_FUNCTION_COUNT];

static const char *const function_names[WINE_FUNCTION_COUNT] =
{
#define WINE_FUNCTION(name) #name,
#include "mssign32_names.h"
#undef WINE_FUNCTION
};

int ncrypt_bridge = 1;              /* exported: who has it is one of our DLLs, and not Wine's */

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    const struct wine_module wanted = {L"mssign32.dll", L"mssign32-wine.dll", function_names, wine_mssign32,
                                       WINE_FUNCTION_COUNT};

    (void)reserved;
    if (reason != DLL_PROCESS_ATTACH) return TRUE;
    DisableThreadLibraryCalls(instance);
    trace_init("mssign");
    load_wine_module(&wanted, instance);
    return TRUE;
}
