/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the registry says about providers. Each call reads it again: a provider may come or go at any time.
 *
 * A list is a REG_MULTI_SZ: strings one after the other, each with its NUL, and an empty one at the end. */
#ifndef NCRYPT_REGISTRY_H
#define NCRYPT_REGISTRY_H

#include <windows.h>

#define PROVIDER_NAME_CHARS 256     /* of a registry key, with NUL */

struct registration
{
    WCHAR name[PROVIDER_NAME_CHARS];
    WCHAR *image;                   /* file name of the DLL; HeapFree */
};

/* Finds a key storage provider by its name or an alias, ignoring case. FALSE: none. */
BOOL registry_find(const WCHAR *name, struct registration *found);

/* The list of the default context, which may name unregistered providers. HeapFree; NULL: there is no list. */
WCHAR *registry_order(void);

/* Name number index of everything registered, not only key storage providers. FALSE: no more. */
BOOL registry_name(DWORD index, WCHAR *name);

BOOL is_same_name(const WCHAR *a, const WCHAR *b);
BOOL has_string(const WCHAR *list, const WCHAR *s);

static inline const WCHAR *next_string(const WCHAR *s)
{
    return s + lstrlenW(s) + 1;
}

#endif
