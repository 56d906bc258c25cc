/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Where our own provider is. See ncrypt_private.h. */
#include "ncrypt_private.h"

#ifdef _WIN64
#define ARCHITECTURE L"\\x86_64-windows\\"
#else
#define ARCHITECTURE L"\\i386-windows\\"
#endif

#define MOST_DIRECTORIES 100

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

/* NT's name of a file as programs write it: without the prefix where there is a drive. */
static void nt_to_dos(WCHAR *path)
{
    if (path[0] != '\\' || path[1] != '?' || path[2] != '?' || path[3] != '\\') return;
    if (path[4] && path[5] == ':') MoveMemory(path, path + 4, (lstrlenW(path + 4) + 1) * sizeof(*path));
    else path[1] = '\\';
}

/* WINEDLLDIR0, WINEDLLDIR1, ...: Wine's own directory and those of WINEDLLPATH. 0: no more. */
static DWORD wine_directory(unsigned int number, WCHAR *path)
{
    WCHAR name[] = L"WINEDLLDIR\0\0";
    WCHAR *digit = name + lstrlenW(name);
    DWORD length;

    if (number >= 10) *digit++ = '0' + number / 10;
    *digit = '0' + number % 10;
    length = GetEnvironmentVariableW(name, path, PATH_MAX_CHARS);
    if (!length || length >= PATH_MAX_CHARS) return 0;
    nt_to_dos(path);
    return lstrlenW(path);
}

static BOOL find_in_wine(const WCHAR *file, WCHAR *path)
{
    unsigned int i;
    DWORD length;

    for (i = 0; i < MOST_DIRECTORIES && (length = wine_directory(i, path)); i++)
    {
        if (!append(path, length, ARCHITECTURE) || !append(path, lstrlenW(path), file)) continue;
        if (is_there(path)) return TRUE;
    }
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
