/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The directories in which Wine keeps its own DLLs. */
#include "wine_directory.h"

#define MOST_DIRECTORIES 100

/* An NT file name becomes one that programs use: without the prefix where there is a drive. */
static void nt_to_dos(WCHAR *path)
{
    if (path[0] != '\\' || path[1] != '?' || path[2] != '?' || path[3] != '\\') return;
    if (path[4] && path[5] == ':') MoveMemory(path, path + 4, (lstrlenW(path + 4) + 1) * sizeof(*path));
    else path[1] = '\\';
}

DWORD wine_directory(unsigned int number, WCHAR *path)
{
    WCHAR name[] = L"WINEDLLDIR\0\0";
    WCHAR *digit = name + lstrlenW(name);
    DWORD length;

    if (number >= MOST_DIRECTORIES) return 0;
    if (number >= 10) *digit++ = '0' + number / 10;
    *digit = '0' + number % 10;
    length = GetEnvironmentVariableW(name, path, PATH_MAX_CHARS);
    if (!length || length >= PATH_MAX_CHARS) return 0;
    nt_to_dos(path);
    length = lstrlenW(path);
    if (length + ARRAYSIZE(L"\\" WINE_ARCHITECTURE L"\\") > PATH_MAX_CHARS) return 0;
    lstrcpyW(path + length, L"\\" WINE_ARCHITECTURE L"\\");
    return lstrlenW(path);
}
