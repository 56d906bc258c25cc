/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The directories in which Wine keeps its own DLLs. Shared by the DLLs of this project. */
#ifndef NCRYPT_WINE_DIRECTORY_H
#define NCRYPT_WINE_DIRECTORY_H

#include <windows.h>

#define PATH_MAX_CHARS 32768        /* characters with NUL */

/* This architecture's folder in a library directory of Wine. */
#ifdef _WIN64
#define WINE_ARCHITECTURE L"x86_64-windows"
#else
#define WINE_ARCHITECTURE L"i386-windows"
#endif

/* Wine names its library directory and those of WINEDLLPATH in the environment: WINEDLLDIR0, WINEDLLDIR1, ...
 * path (PATH_MAX_CHARS): that directory's folder for this architecture, with a backslash at its end. Returns the
 * length in characters; 0 when there are no more. */
DWORD wine_directory(unsigned int number, WCHAR *path);

#endif
