/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a module of Wine says that it imports, and what its name is. */
#ifndef CRYPT32_IMPORTS_H
#define CRYPT32_IMPORTS_H

#include "bridge.h"

/* The name by which a module exports its functions; NULL: it exports none. */
const char *export_name(HMODULE module);

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
