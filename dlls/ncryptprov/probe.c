/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Touches callers' memory before the engine does; see ksp.h. */
#include "ksp.h"

#define PAGE 4096

void probe_input(const void *data, DWORD size)
{
    const volatile BYTE *p = data;

    if (!p || !size) return;
    for (; size > PAGE; p += PAGE, size -= PAGE) (void)*p;
    (void)*p;
    (void)p[size - 1];
}

BOOL probe_limited_input(const void *data, DWORD size, DWORD longest)
{
    if (size > longest) return FALSE;
    probe_input(data, size);
    return TRUE;
}

void probe_output(void *data, DWORD size, DWORD most)
{
    volatile BYTE *p = data;

    if (!p || !size) return;
    if (size > most) size = most;
    for (; size > PAGE; p += PAGE, size -= PAGE) *p = *p;
    *p = *p;
    p[size - 1] = p[size - 1];
}

void probe_string(const WCHAR *string)
{
    const volatile WCHAR *p = string;

    while (p && *p) p++;
}
