/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which tokens a provider has, read from the registry; see token_configuration.h. */
#include "token_configuration.h"

#define LONGEST_URI 0x2000          /* bytes */

BOOL token_configuration_open(const WCHAR *name, HKEY *key)
{
    const DWORD access = KEY_READ | KEY_WOW64_64KEY;
    LSTATUS error;
    HKEY all;

    if (RegOpenKeyExW(HKEY_LOCAL_MACHINE, TOKEN_PROVIDERS, 0, access, &all)) return FALSE;
    if (!name)
    {
        *key = all;
        return TRUE;
    }
    error = *name && lstrlenW(name) < TOKEN_NAME_CHARS ? RegOpenKeyExW(all, name, 0, access, key) : ERROR_INVALID_NAME;
    RegCloseKey(all);
    return !error;
}

/* A copy with its NUL; NULL: no such string. */
static WCHAR *read_string(HKEY key, const WCHAR *value)
{
    DWORD size = 0, type;
    WCHAR *text;

    if (RegQueryValueExW(key, value, NULL, &type, NULL, &size) || type != REG_SZ || size > LONGEST_URI) return NULL;
    if (!(text = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size + sizeof(*text)))) return NULL;
    if (!RegQueryValueExW(key, value, NULL, &type, (BYTE *)text, &size) && type == REG_SZ) return text;
    HeapFree(GetProcessHeap(), 0, text);
    return NULL;
}

BOOL token_configuration_is_card(HKEY key)
{
    WCHAR *class = read_string(key, L"Class");
    BOOL is_card = class && CompareStringOrdinal(class, -1, L"smartcard", -1, TRUE) == CSTR_EQUAL;

    HeapFree(GetProcessHeap(), 0, class);
    return is_card;
}

WCHAR *token_configuration_uri(HKEY key)
{
    WCHAR *uri = read_string(key, L"Uri");

    if (uri && *uri) return uri;
    HeapFree(GetProcessHeap(), 0, uri);
    return NULL;
}
