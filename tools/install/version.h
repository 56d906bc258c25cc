/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a loaded module says of itself. */
#ifndef NCRYPT_INSTALL_VERSION_H
#define NCRYPT_INSTALL_VERSION_H

#include <windows.h>

/* The value of name, such as L"ProductName", in the version resource of the loaded image: a file's name does not tell
 * whether Wine took its own instead. L"unknown" when there is none. */
const WCHAR *version_string(HMODULE module, const WCHAR *name);

#endif
