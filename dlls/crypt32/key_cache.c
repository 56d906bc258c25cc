/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Handles that certificates keep: one for each key that is named, not for each certificate. */
#include "key_cache.h"

struct kept_key
{
    struct kept_key *next;
    NCRYPT_KEY_HANDLE key;
    DWORD spec;
    DWORD flags;                    /* CRYPT_MACHINE_KEYSET of the name, NCRYPT_SILENT_FLAG of the opening */
    WCHAR *provider;                /* these two lie behind the structure */
    WCHAR *name;
};

static SRWLOCK lock = SRWLOCK_INIT;             /* never held over a call of ncrypt.dll */
static struct kept_key *kept_keys;

/* Not lstrcmpW: to it, names that differ by a character without weight are the same. */
static BOOL is_same_string(const WCHAR *a, const WCHAR *b)
{
    return CompareStringOrdinal(a ? a : L"", -1, b ? b : L"", -1, FALSE) == CSTR_EQUAL;
}

/* The caller holds the lock. */
static struct kept_key *find(const CRYPT_KEY_PROV_INFO *info, DWORD flags)
{
    struct kept_key *kept;

    for (kept = kept_keys; kept; kept = kept->next)
        if (kept->flags == flags && kept->spec == info->dwKeySpec && is_same_string(kept->name, info->pwszContainerName)
            && is_same_string(kept->provider, info->pwszProvName)) return kept;
    return NULL;
}

static struct kept_key *new_kept_key(const CRYPT_KEY_PROV_INFO *info, DWORD flags)
{
    const WCHAR *provider = info->pwszProvName ? info->pwszProvName : L"";
    const WCHAR *name = info->pwszContainerName ? info->pwszContainerName : L"";
    struct kept_key *kept = allocate(sizeof(*kept) + (lstrlenW(provider) + lstrlenW(name) + 2) * sizeof(WCHAR));

    if (!kept) return NULL;
    kept->spec = info->dwKeySpec;
    kept->flags = flags;
    kept->provider = lstrcpyW((WCHAR *)(kept + 1), provider);
    kept->name = lstrcpyW(kept->provider + lstrlenW(provider) + 1, name);
    return kept;
}

/* A second thread may have kept the same key meanwhile: its handle is replaced and stays open, as certificates have it.
 */
static void keep(const CRYPT_KEY_PROV_INFO *info, DWORD flags, NCRYPT_KEY_HANDLE key)
{
    struct kept_key *new = new_kept_key(info, flags), *kept;

    enter_lock(&lock);
    if ((kept = find(info, flags))) kept->key = key;
    else if (new)
    {
        new->key = key;
        new->next = kept_keys;
        kept_keys = new;
    }
    leave_lock(&lock);
    if (kept) release(new);
}

static NCRYPT_KEY_HANDLE find_kept(const CRYPT_KEY_PROV_INFO *info, DWORD flags)
{
    struct kept_key *kept;
    NCRYPT_KEY_HANDLE key;

    enter_lock(&lock);
    key = (kept = find(info, flags)) ? kept->key : 0;
    leave_lock(&lock);
    return key;
}

BOOL key_cache_has(NCRYPT_KEY_HANDLE key)
{
    const struct kept_key *kept;

    enter_lock(&lock);
    for (kept = kept_keys; kept && kept->key != key; kept = kept->next) continue;
    leave_lock(&lock);
    return kept != NULL;
}

/* The name is opened each time: its key may have been deleted, or made anew, since the handle was kept. */
SECURITY_STATUS key_cache_open(const CRYPT_KEY_PROV_INFO *info, DWORD flags, NCRYPT_KEY_HANDLE *key)
{
    DWORD how = flags | (info->dwFlags & CRYPT_MACHINE_KEYSET);
    NCRYPT_KEY_HANDLE kept;
    SECURITY_STATUS status;

    if ((status = open_named_key(info, flags, key))) return status;
    kept = find_kept(info, how);
    if (!is_ncrypt_key(kept) || !have_one_public_key(kept, *key)) keep(info, how, *key);
    else
    {
        ncrypt()->NCryptFreeObject(*key);
        *key = kept;
    }
    return ERROR_SUCCESS;
}
