/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The import table of a module of Wine. */
#ifndef CRYPT32_IMPORTS_H
#define CRYPT32_IMPORTS_H

#include "bridge.h"

/* Does the module import from a DLL of that name, at once or delayed? */
BOOL imports_from(HMODULE module, const char *dll);

struct import
{
    const char *name;
    void *replacement;
};

/* Lets the module call the replacements instead of the functions of `dll`. Returns how many it imports; the others are
 * left out without a word. */
unsigned int replace_imports(HMODULE module, const char *dll, const struct import *imports, unsigned int count);

#endif
