/* SPDX-License-Identifier: LGPL-2.1-or-later
 * "UI Policy" between its two forms: programs have NCRYPT_UI_POLICY, a struct with pointers to its strings;
 * providers have NCRYPT_UI_POLICY_BLOB, sizes and then the strings (windows-api.md 2.1, windows-behaviour.md
 * 6.80, 6.81). */
#include "ncrypt_private.h"

#define STRINGS 3

/* --- To the provider --- */

static SIZE_T string_size(const WCHAR *s)
{
    return s ? (lstrlenW(s) + 1) * sizeof(*s) : 0;
}

SECURITY_STATUS ui_policy_set(struct object *key, const BYTE *input, DWORD size, DWORD flags)
{
    const WCHAR *strings[STRINGS];
    SIZE_T sizes[STRINGS], total = sizeof(NCRYPT_UI_POLICY_BLOB);
    NCRYPT_UI_POLICY_BLOB *blob;
    NCRYPT_UI_POLICY policy;
    SECURITY_STATUS status;
    unsigned int i;
    BYTE *end;

    if (!input || size < sizeof(policy)) return NTE_INVALID_PARAMETER;
    CopyMemory(&policy, input, sizeof(policy));
    if (policy.dwVersion != NCRYPT_UI_POLICY_VERSION) return NTE_INVALID_PARAMETER;

    strings[0] = policy.pszCreationTitle;
    strings[1] = policy.pszFriendlyName;
    strings[2] = policy.pszDescription;
    for (i = 0; i < STRINGS; i++) total += sizes[i] = string_size(strings[i]);
    if (total > NCRYPT_MAX_PROPERTY_DATA) return NTE_INVALID_PARAMETER;

    if (!(blob = HeapAlloc(GetProcessHeap(), 0, total))) return NTE_NO_MEMORY;
    blob->dwVersion = policy.dwVersion;
    blob->dwFlags = policy.dwFlags;
    blob->cbCreationTitle = (DWORD)sizes[0];
    blob->cbFriendlyName = (DWORD)sizes[1];
    blob->cbDescription = (DWORD)sizes[2];
    end = (BYTE *)(blob + 1);
    for (i = 0; i < STRINGS; end += sizes[i++]) if (sizes[i]) CopyMemory(end, strings[i], sizes[i]);

    status = CALL(key, SetKeyProperty, key->provider->inner, key->inner, NCRYPT_UI_POLICY_PROPERTY, (BYTE *)blob,
                  (DWORD)total, flags);
    HeapFree(GetProcessHeap(), 0, blob);
    return status;
}

/* --- From the provider --- */

/* *blob is the caller's to free after a success. */
static SECURITY_STATUS read_blob(struct object *key, DWORD flags, BYTE **blob, DWORD *size)
{
    SECURITY_STATUS status;
    DWORD capacity;

    *size = 0;
    status = CALL(key, GetKeyProperty, key->provider->inner, key->inner, NCRYPT_UI_POLICY_PROPERTY, NULL, 0, size,
                  flags);
    if (status) return status;
    do
    {
        capacity = *size;
        if (!(*blob = HeapAlloc(GetProcessHeap(), 0, capacity))) return NTE_NO_MEMORY;
        status = CALL(key, GetKeyProperty, key->provider->inner, key->inner, NCRYPT_UI_POLICY_PROPERTY, *blob,
                      capacity, size, flags);
        if (status) HeapFree(GetProcessHeap(), 0, *blob);
    }
    while (status == NTE_BUFFER_TOO_SMALL && *size > capacity);     /* another thread has set a longer one */
    return status == NTE_BUFFER_TOO_SMALL ? NTE_INTERNAL_ERROR : status;
}

/* A provider's blob is data from outside as well: each string inside, and ended. */
static BOOL is_well_formed(const BYTE *blob, DWORD size)
{
    const NCRYPT_UI_POLICY_BLOB *header = (const NCRYPT_UI_POLICY_BLOB *)blob;
    DWORD sizes[STRINGS], left, i;
    const WCHAR *s;

    if (size < sizeof(*header)) return FALSE;
    sizes[0] = header->cbCreationTitle;
    sizes[1] = header->cbFriendlyName;
    sizes[2] = header->cbDescription;
    left = size - sizeof(*header);
    s = (const WCHAR *)(header + 1);
    for (i = 0; i < STRINGS; i++)
    {
        if (sizes[i] > left || sizes[i] % sizeof(*s)) return FALSE;
        if (sizes[i] && s[sizes[i] / sizeof(*s) - 1]) return FALSE;
        left -= sizes[i];
        s += sizes[i] / sizeof(*s);
    }
    return !left;
}

static const WCHAR *take_string(const WCHAR **end, DWORD size)
{
    const WCHAR *s = *end;

    *end += size / sizeof(*s);
    return size ? s : NULL;
}

static void fill_policy(PBYTE output, const BYTE *blob, DWORD size)
{
    const NCRYPT_UI_POLICY_BLOB *header = (const NCRYPT_UI_POLICY_BLOB *)blob;
    const WCHAR *end = (const WCHAR *)(output + sizeof(NCRYPT_UI_POLICY));
    NCRYPT_UI_POLICY policy;

    ZeroMemory(&policy, sizeof(policy));
    policy.dwVersion = header->dwVersion;
    policy.dwFlags = header->dwFlags;
    policy.pszCreationTitle = take_string(&end, header->cbCreationTitle);
    policy.pszFriendlyName = take_string(&end, header->cbFriendlyName);
    policy.pszDescription = take_string(&end, header->cbDescription);
    CopyMemory(output, &policy, sizeof(policy));
    CopyMemory(output + sizeof(policy), header + 1, size - sizeof(*header));
}

SECURITY_STATUS ui_policy_get(struct object *key, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    SECURITY_STATUS status;
    DWORD blob_size;
    BYTE *blob;

    if ((status = read_blob(key, flags, &blob, &blob_size))) return status;
    if (is_well_formed(blob, blob_size))
    {
        *result = sizeof(NCRYPT_UI_POLICY) + blob_size - sizeof(NCRYPT_UI_POLICY_BLOB);
        if (output && size < *result) status = NTE_BUFFER_TOO_SMALL;
        else if (output) fill_policy(output, blob, blob_size);
    }
    else status = NTE_INTERNAL_ERROR;
    HeapFree(GetProcessHeap(), 0, blob);
    return status;
}
