/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Where our own provider is. See ncrypt_private.h. */
#include "ncrypt_private.h"

static DWORD directory_of_us(WCHAR *path)
{
    DWORD flags = GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT;
    HMODULE self;
    DWORD length;

    if (!GetModuleHandleExW(flags, (const WCHAR *)directory_of_us, &self)) return 0;
    length = GetModuleFileNameW(self, path, PATH_MAX_CHARS);
    if (length >= PATH_MAX_CHARS) return 0;
    while (length && path[length - 1] != '\\') length--;
    return length;
}

static BOOL append(WCHAR *path, DWORD length, const WCHAR *name)
{
    if (length + lstrlenW(name) >= PATH_MAX_CHARS) return FALSE;
    lstrcpyW(path + length, name);
    return TRUE;
}

static BOOL is_there(const WCHAR *path)
{
    return GetFileAttributesW(path) != INVALID_FILE_ATTRIBUTES;
}

static BOOL find_in_wine(const WCHAR *file, WCHAR *path)
{
    unsigned int i;
    DWORD length;

    for (i = 0; (length = wine_directory(i, path)); i++)
        if (append(path, length, file) && is_there(path)) return TRUE;
    return FALSE;
}

static BOOL find_beside_us(const WCHAR *file, WCHAR *path)
{
    DWORD length = directory_of_us(path);

    return length && append(path, length, file);
}

BOOL own_module_find(const WCHAR *file, WCHAR *path)
{
    if (find_beside_us(file, path) && is_there(path)) return TRUE;
    return find_in_wine(file, path) || find_beside_us(file, path);
}
