/* SPDX-License-Identifier: LGPL-2.1-or-later
 * crypt32.dll is loaded, and what makes it known as the bridge. */
#include "bridge.h"

BOOL bridge_is_off;

int ncrypt_bridge = 1;              /* exported: who has it is this DLL, and not Wine's */

static BOOL is_switched_off(void)
{
    WCHAR value[4];

    return GetEnvironmentVariableW(L"NCRYPT_CERTIFICATES", value, ARRAYSIZE(value)) == 3 && !lstrcmpiW(value, L"off");
}

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (void)reserved;
    if (reason != DLL_PROCESS_ATTACH) return TRUE;
    DisableThreadLibraryCalls(instance);
    trace_init("crypt");
    bridge_is_off = is_switched_off();
    load_wine_crypt32(instance);
    return TRUE;
}
