/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Providers of tokens, for the list of providers: the names that the prefix gives them. See ncrypt_private.h. */
#include "ncrypt_private.h"
#include "registry.h"
#include "token_configuration.h"

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
