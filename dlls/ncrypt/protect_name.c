/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Registered names of protection descriptors: values of a registry key of the user or of the machine. Windows does
 * not say where it keeps them; the place is ours (doc/choices.md). */
#include "ncrypt_private.h"
#include "protect.h"

#define NAMES_KEY L"Software\\Microsoft\\Cryptography\\Protection\\Descriptors"
#define NAME_MAX_CHARS 255
#define RULE_MAX_CHARS 32767

static HKEY root(DWORD flags)
{
    return flags & NCRYPT_MACHINE_KEY_FLAG ? HKEY_LOCAL_MACHINE : HKEY_CURRENT_USER;
}

static BOOL is_name(const WCHAR *name)
{
    return name && *name && lstrlenW(name) <= NAME_MAX_CHARS;
}

static SECURITY_STATUS error_status(LSTATUS error)
{
    switch (error)
    {
    case ERROR_SUCCESS: return ERROR_SUCCESS;
    case ERROR_FILE_NOT_FOUND: return NTE_NOT_FOUND;
    case ERROR_ACCESS_DENIED: return NTE_PERM;
    case ERROR_OUTOFMEMORY:
    case ERROR_NOT_ENOUGH_MEMORY: return NTE_NO_MEMORY;
    default: return NTE_SYS_ERR;
    }
}

static SECURITY_STATUS remove_name(const WCHAR *name, DWORD flags)
{
    LSTATUS error;
    HKEY key;

    error = RegOpenKeyExW(root(flags), NAMES_KEY, 0, KEY_SET_VALUE | KEY_WOW64_64KEY, &key);
    if (error) return error_status(error);
    error = RegDeleteValueW(key, name);
    RegCloseKey(key);
    return error_status(error);
}

static SECURITY_STATUS check_rule(const WCHAR *rule)
{
    const struct protection_table *table;
    SECURITY_STATUS status;
    ULONG_PTR descriptor;

    if ((status = protect_load(&table))) return status;
    if (!(status = table->CreateDescriptor(rule, &descriptor))) table->FreeDescriptor(descriptor);
    return status;
}

static SECURITY_STATUS add_name(const WCHAR *name, const WCHAR *rule, DWORD flags)
{
    SECURITY_STATUS status;
    LSTATUS error;
    HKEY key;

    if ((status = check_rule(rule))) return status;
    error = RegCreateKeyExW(root(flags), NAMES_KEY, 0, NULL, 0, KEY_SET_VALUE | KEY_WOW64_64KEY, NULL, &key, NULL);
    if (error) return error_status(error);
    error = RegSetValueExW(key, name, 0, REG_SZ, (const BYTE *)rule, (lstrlenW(rule) + 1) * sizeof(WCHAR));
    RegCloseKey(key);
    return error_status(error);
}

SECURITY_STATUS WINAPI NCryptRegisterProtectionDescriptorName(LPCWSTR pwszName, LPCWSTR pwszDescriptorString,
        DWORD dwFlags)
{
    TRACE("(%ls, %ls, %#lx)", pwszName, pwszDescriptorString, dwFlags);
    if (!is_name(pwszName)) return finish(__func__, NTE_INVALID_PARAMETER);
    if (dwFlags & ~NCRYPT_MACHINE_KEY_FLAG) return finish(__func__, NTE_BAD_FLAGS);
    if (!pwszDescriptorString || !*pwszDescriptorString) return finish(__func__, remove_name(pwszName, dwFlags));
    return finish(__func__, add_name(pwszName, pwszDescriptorString, dwFlags));
}

SECURITY_STATUS protect_find_rule(const WCHAR *name, DWORD flags, WCHAR **rule)
{
    DWORD size = (RULE_MAX_CHARS + 1) * sizeof(WCHAR);
    LSTATUS error;

    if (!is_name(name)) return NTE_INVALID_PARAMETER;
    if (!(*rule = HeapAlloc(GetProcessHeap(), 0, size))) return NTE_NO_MEMORY;
    error = RegGetValueW(root(flags), NAMES_KEY, name, RRF_RT_REG_SZ | RRF_SUBKEY_WOW6464KEY, NULL, *rule, &size);
    if (error) HeapFree(GetProcessHeap(), 0, *rule);
    return error_status(error);
}

/* Sizes are characters with the NUL. */
static SECURITY_STATUS give_rule(const WCHAR *rule, WCHAR *output, SIZE_T *size)
{
    SIZE_T needed = lstrlenW(rule) + 1, capacity = *size;

    *size = needed;
    if (!output) return ERROR_SUCCESS;
    if (capacity < needed) return NTE_BUFFER_TOO_SMALL;
    CopyMemory(output, rule, needed * sizeof(WCHAR));
    return ERROR_SUCCESS;
}

SECURITY_STATUS WINAPI NCryptQueryProtectionDescriptorName(LPCWSTR pwszName, LPWSTR pwszDescriptorString,
        SIZE_T *pcDescriptorString, DWORD dwFlags)
{
    SECURITY_STATUS status;
    WCHAR *rule;

    TRACE("(%ls, %p, %p, %#lx)", pwszName, pwszDescriptorString, pcDescriptorString, dwFlags);
    if (!pcDescriptorString) return finish(__func__, NTE_INVALID_PARAMETER);
    if (dwFlags & ~NCRYPT_MACHINE_KEY_FLAG) return finish(__func__, NTE_BAD_FLAGS);
    if ((status = protect_find_rule(pwszName, dwFlags, &rule))) return finish(__func__, status);
    status = give_rule(rule, pwszDescriptorString, pcDescriptorString);
    HeapFree(GetProcessHeap(), 0, rule);
    return finish(__func__, status);
}
