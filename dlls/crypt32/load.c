/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Wine's own crypt32, and its functions. */
#include "bridge.h"
#include "capi/capi.h"
#include "owner.h"
#include "wine_module.h"

FARPROC wine_crypt32[WINE_FUNCTION_COUNT];

static const char *const function_names[WINE_FUNCTION_COUNT] =
{
#define WINE_FUNCTION(name) #name,
#include "crypt32_names.h"
#undef WINE_FUNCTION
};

/* Many programs import crypt32 and never call it: they run without one. The last TLS index is Wine's, and not ours. */
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
    if (!scope_start()) bridge_is_off = TRUE;
    if (bridge_is_off) return;
    answer_capi_calls(module);
    watch_certificates(module);
}
