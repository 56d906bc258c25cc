/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which tokens a provider has, as the prefix says it. ncrypt.dll and the Windows half read the same:
 *   HKLM\Software\ncrypt for Wine\Providers\NAME    Uri    REG_SZ, RFC 7512
 *                                                   Class  REG_SZ, "smartcard"; else the one of PKCS #11
 * NAME may be that of a provider of tokens, which the URI narrows, or any other name for it (an HSM vendor's). 32-bit
 * programs read the same key as 64-bit ones. */
#ifndef NCRYPTPROV_TOKEN_CONFIGURATION_H
#define NCRYPTPROV_TOKEN_CONFIGURATION_H

#include <windows.h>

#define TOKEN_PROVIDERS   L"Software\\ncrypt for Wine\\Providers"
#define TOKEN_PROVIDER    L"PKCS#11 Key Storage Provider"

#define TOKEN_NAME_CHARS  256       /* of a registry key, with NUL */

/* Opens the key of all, or of that name. FALSE: there is none. Close it with RegCloseKey. */
BOOL token_configuration_open(const WCHAR *name, HKEY *key);

/* TRUE: "Class" of that key is "smartcard". */
BOOL token_configuration_is_card(HKEY key);

/* "Uri" of that key; HeapFree. NULL: there is none. */
WCHAR *token_configuration_uri(HKEY key);

#endif
