/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The address of a function that is imported late is written when the function is first called. It is in .idata, which
 * ld of binutils 2.44 makes read-only, whatever is in it; so it is made writable just before. It stays so: another
 * thread may be about to write the address beside it. */
#include <windows.h>
#include <delayimp.h>

static FARPROC WINAPI make_writable(unsigned int event, PDelayLoadInfo info)
{
    DWORD before;

    if (event == dliStartProcessing) VirtualProtect(info->ppfn, sizeof(*info->ppfn), PAGE_READWRITE, &before);
    return NULL;
}

PfnDliHook __pfnDliNotifyHook2 = make_writable;
