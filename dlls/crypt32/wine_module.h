/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A DLL of Wine's behind one of ours of the same name. */
#ifndef CRYPT32_WINE_MODULE_H
#define CRYPT32_WINE_MODULE_H

#include <windows.h>

struct wine_module
{
    const WCHAR *name;              /* L"crypt32.dll" */
    const WCHAR *moved_name; /* L"crypt32-wine.dll": what it is called beside ours, in a package and once loaded */
    const char *const *functions;   /* their names; the next two are as many */
    FARPROC *table;                 /* filled in: a function that this Wine does not have raises 0x80000100 */
    unsigned int count;
};

/* When our DLL (self) is loaded, before anything else. Neither module is ever unloaded afterwards. NULL: Wine has no
 * such DLL; the table then raises throughout. */
HMODULE load_wine_module(const struct wine_module *wanted, HMODULE self);

#endif
