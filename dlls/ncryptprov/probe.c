/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Touches callers' memory before the engine does; see ksp.h. */
#include "ksp.h"

#define PAGE 4096

void probe_input(const void *data, DWORD size)
{
    const volatile BYTE *p = data;
    DWORD i;

    if (!p || !size) return;
    for (i = 0; i < size; i += PAGE) (void)p[i];
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
    DWORD i;

    if (!p || !size) return;
    if (size > most) size = most;
    for (i = 0; i < size; i += PAGE) p[i] = p[i];
    p[size - 1] = p[size - 1];
}

void probe_string(const WCHAR *string)
{
    const volatile WCHAR *p = string;

    while (p && *p) p++;
}
