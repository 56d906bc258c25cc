/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ncrypt.dll is loaded. Providers are looked for when the first one is opened, not here. */
#include "ncrypt_private.h"

BOOL WINAPI DllMain(HINSTANCE instance, DWORD reason, LPVOID reserved)
{
    (void)reserved;
    if (reason == DLL_PROCESS_ATTACH)
    {
        DisableThreadLibraryCalls(instance);
        trace_init("ncrypt");
    }
    return TRUE;
}
