/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Touches callers' memory before the engine does; see ksp.h. */
#include "ksp.h"

#define PAGE 4096
#define LONGEST_OUTPUT 0x200000     /* a custom property takes at most 1 MiB */

void probe_input(const void *data, DWORD size)
{
    const volatile BYTE *p = data;
    DWORD i;

    if (!p || !size) return;
    for (i = 0; i < size; i += PAGE) (void)p[i];
    (void)p[size - 1];
}

void probe_output(void *data, DWORD size)
{
    volatile BYTE *p = data;
    DWORD i;

    if (!p || !size) return;
    if (size > LONGEST_OUTPUT) size = LONGEST_OUTPUT;
    for (i = 0; i < size; i += PAGE) p[i] = p[i];
    p[size - 1] = p[size - 1];
}

void probe_string(const WCHAR *string)
{
    const volatile WCHAR *p = string;

    while (p && *p) p++;
}
