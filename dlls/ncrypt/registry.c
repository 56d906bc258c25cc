/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which providers are registered, as Windows keeps it (windows-api.md 7.1):
 *   Providers\NAME                                          Aliases    REG_MULTI_SZ
 *   Providers\NAME\UM                                       Image      REG_SZ, a file of system32
 *   Providers\NAME\UM\00010001                              Functions  REG_MULTI_SZ, "KEY_STORAGE"
 *   Configuration\Local\Default\00010001\KEY_STORAGE        Providers  REG_MULTI_SZ, the first is the default */
#include "registry.h"

#define CRYPTOGRAPHY  L"SYSTEM\\CurrentControlSet\\Control\\Cryptography\\"
#define PROVIDERS     CRYPTOGRAPHY L"Providers"
#define DEFAULT_ORDER CRYPTOGRAPHY L"Configuration\\Local\\Default\\00010001\\KEY_STORAGE"

BOOL is_same_name(const WCHAR *a, const WCHAR *b)
{
    return CompareStringOrdinal(a, -1, b, -1, TRUE) == CSTR_EQUAL;
}

BOOL has_string(const WCHAR *list, const WCHAR *s)
{
    for (; list && *list; list = next_string(list)) if (is_same_name(list, s)) return TRUE;
    return FALSE;
}

static HKEY open_key(HKEY root, const WCHAR *path)
{
    HKEY key;

    return RegOpenKeyExW(root, path, 0, KEY_READ, &key) ? NULL : key;
}

/* Strings in the registry need not end in a NUL, and their lists not in two. */
static WCHAR *read_strings(HKEY key, const WCHAR *value)
{
    DWORD size = 0, type, end = 2 * sizeof(WCHAR);
    WCHAR *data = NULL;
    LSTATUS error;

    do
    {
        HeapFree(GetProcessHeap(), 0, data);
        if (RegQueryValueExW(key, value, NULL, &type, NULL, &size) || size > 0x10000) return NULL;
        if (type != REG_SZ && type != REG_MULTI_SZ) return NULL;
        if (!(data = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, size + end + 1))) return NULL;
        error = RegQueryValueExW(key, value, NULL, &type, (BYTE *)data, &size);
    }
    while (error == ERROR_MORE_DATA);
    if (!error && (type == REG_SZ || type == REG_MULTI_SZ)) return data;
    HeapFree(GetProcessHeap(), 0, data);
    return NULL;
}

static WCHAR *read_strings_at(HKEY root, const WCHAR *path, const WCHAR *value)
{
    HKEY key = open_key(root, path);
    WCHAR *strings;

    if (!key) return NULL;
    strings = read_strings(key, value);
    RegCloseKey(key);
    return strings;
}

/* Providers of other things than keys are registered in the same place, with other numbers. This number has no
 * function but the one; and regedit of Wine 8.0 does not make a list of a REG_MULTI_SZ in an ASCII file. */
static BOOL stores_keys(HKEY provider)
{
    HKEY key = open_key(provider, L"UM\\00010001");

    if (key) RegCloseKey(key);
    return key != NULL;
}

static WCHAR *image_of(HKEY provider)
{
    return stores_keys(provider) ? read_strings_at(provider, L"UM", L"Image") : NULL;
}

static BOOL has_alias(HKEY provider, const WCHAR *name)
{
    WCHAR *aliases = read_strings(provider, L"Aliases");
    BOOL found = has_string(aliases, name);

    HeapFree(GetProcessHeap(), 0, aliases);
    return found;
}

static BOOL is_key_name(const WCHAR *name)
{
    const WCHAR *c;

    for (c = name; *c; c++) if (*c == '\\') return FALSE;
    return c != name && c - name < PROVIDER_NAME_CHARS;
}

static BOOL find_by_name(HKEY providers, const WCHAR *name, struct registration *found)
{
    HKEY key = open_key(providers, name);

    if (!key) return FALSE;
    found->image = image_of(key);
    RegCloseKey(key);
    if (!found->image) return FALSE;
    lstrcpyW(found->name, name);
    return TRUE;
}

static BOOL find_by_alias(HKEY providers, const WCHAR *alias, struct registration *found)
{
    WCHAR name[PROVIDER_NAME_CHARS];
    DWORD i, length;
    BOOL is_it;
    HKEY key;

    for (i = 0; ; i++)
    {
        length = PROVIDER_NAME_CHARS;
        if (RegEnumKeyExW(providers, i, name, &length, NULL, NULL, NULL, NULL)) return FALSE;
        if (!(key = open_key(providers, name))) continue;
        is_it = has_alias(key, alias);
        RegCloseKey(key);
        if (is_it && find_by_name(providers, name, found)) return TRUE;
    }
}

BOOL registry_find(const WCHAR *name, struct registration *found)
{
    HKEY providers;
    BOOL result;

    if (!is_key_name(name) || !(providers = open_key(HKEY_LOCAL_MACHINE, PROVIDERS))) return FALSE;
    result = find_by_name(providers, name, found) || find_by_alias(providers, name, found);
    RegCloseKey(providers);
    return result;
}

WCHAR *registry_order(void)
{
    return read_strings_at(HKEY_LOCAL_MACHINE, DEFAULT_ORDER, L"Providers");
}

BOOL registry_name(DWORD index, WCHAR *name)
{
    HKEY providers = open_key(HKEY_LOCAL_MACHINE, PROVIDERS);
    DWORD length = PROVIDER_NAME_CHARS;
    LSTATUS error;

    if (!providers) return FALSE;
    error = RegEnumKeyExW(providers, index, name, &length, NULL, NULL, NULL, NULL);
    RegCloseKey(providers);
    return !error;
}
