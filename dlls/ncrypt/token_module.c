/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Providers of tokens, for the list of providers: whether they can be opened, and the names that the prefix gives them.
 * See ncrypt_private.h. */
#include "ncrypt_private.h"
#include "registry.h"
#include "token_configuration.h"

#define MODULE_FILE L"ncryptprov_pkcs11.so"

static BOOL is_there(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

/* A Unix file in one of Wine's library directories. folder: that of an architecture, with a backslash. */
static BOOL is_in_wine(const WCHAR *folder, const WCHAR *file, WCHAR *path)
{
    unsigned int i;
    DWORD length;

    for (i = 0; (length = wine_directory(i, path)); i++)
    {
        length -= ARRAYSIZE(WINE_ARCHITECTURE L"\\") - 1;
        if (length + lstrlenW(folder) + lstrlenW(file) >= PATH_MAX_CHARS) continue;
        lstrcpyW(path + length, folder);
        lstrcatW(path, file);
        if (is_there(path)) return TRUE;
    }
    return FALSE;
}

/* Beside the engine of the builtin route. A 32-bit program in a Wine without 32-bit Unix libraries has the 64-bit
 * engine. */
static BOOL is_with_engine(WCHAR *path)
{
#ifndef _WIN64
    if (is_in_wine(L"i386-unix\\", L"ntdll.so", path)) return is_in_wine(L"i386-unix\\", MODULE_FILE, path);
#endif
    return is_in_wine(L"x86_64-unix\\", MODULE_FILE, path);
}

/* On the winelib route the engine is in our own directory. */
BOOL tokens_can_be_opened(void)
{
    WCHAR *path = HeapAlloc(GetProcessHeap(), 0, PATH_MAX_CHARS * sizeof(*path));
    BOOL there;

    if (!path) return FALSE;
    there = (own_module_find(MODULE_FILE, path) && is_there(path)) || is_with_engine(path);
    HeapFree(GetProcessHeap(), 0, path);
    return there;
}

struct module *token_module_find(const WCHAR *name)
{
    struct module *found;
    HKEY key;

    if (!token_configuration_open(name, &key)) return NULL;
    found = &own_modules[token_configuration_is_card(key) ? SMARTCARD_MODULE : TOKEN_MODULE];
    RegCloseKey(key);
    return found;
}

BOOL token_module_name(DWORD index, WCHAR *name)
{
    DWORD length = PROVIDER_NAME_CHARS;
    LSTATUS error;
    HKEY all;

    if (!token_configuration_open(NULL, &all)) return FALSE;
    error = RegEnumKeyExW(all, index, name, &length, NULL, NULL, NULL, NULL);
    RegCloseKey(all);
    return !error;
}
