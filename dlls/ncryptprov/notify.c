/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptNotifyChangeKey: watches the directory of the keys. The handle is one of FindFirstChangeNotification's, which
 * the program then uses by itself (windows-api.md 6.5). */
#include "ksp.h"
#include "../ncrypt/lock.h"

/* Keys come with a rename, go with an unlink, and a new key under an old name comes with a rename as well. */
#define CHANGES (FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_LAST_WRITE)

/* What was given out and has not come back: any other handle is not ours to close. One that the program closed by
 * itself stays in the list until its value is given out again. */
static SRWLOCK lock = SRWLOCK_INIT;
static HANDLE *given;
static unsigned int given_count;

static BOOL take(HANDLE handle)
{
    unsigned int i;

    for (i = 0; i < given_count; i++)
    {
        if (given[i] != handle) continue;
        given[i] = given[--given_count];
        return TRUE;
    }
    return FALSE;
}

static BOOL give(HANDLE handle)
{
    SIZE_T size = (given_count + 1) * sizeof(*given);
    HANDLE *longer;

    take(handle);
    longer = given ? HeapReAlloc(GetProcessHeap(), 0, given, size) : HeapAlloc(GetProcessHeap(), 0, size);
    if (!longer) return FALSE;
    given = longer;
    given[given_count++] = handle;
    return TRUE;
}

static SECURITY_STATUS watch_folder(const WCHAR *path, HANDLE *event)
{
    HANDLE handle = FindFirstChangeNotificationW(path, FALSE, CHANGES);
    BOOL known = FALSE;

    if (handle == INVALID_HANDLE_VALUE) return NTE_FAIL;
    if (lock_exclusive(&lock))
    {
        known = give(handle);
        unlock_exclusive(&lock);
    }
    if (known) *event = handle;
    else FindCloseChangeNotification(handle);
    return known ? ERROR_SUCCESS : NTE_NO_MEMORY;
}

static SECURITY_STATUS unwatch(HANDLE *event)
{
    HANDLE handle = *event;
    BOOL known;

    if (!lock_exclusive(&lock)) return NTE_DEVICE_NOT_READY;
    known = take(handle);
    unlock_exclusive(&lock);
    if (!known || !FindCloseChangeNotification(handle)) return NTE_INVALID_HANDLE;
    *event = INVALID_HANDLE_VALUE;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS watch(NCRYPT_PROV_HANDLE provider, DWORD flags, HANDLE *event)
{
    struct store_make_params params = {.provider = engine_object(provider), .flags = flags};
    SECURITY_STATUS status;
    WCHAR path[MAX_PATH];

    if (!find_keys_folder(flags != 0, path)) return NTE_NOT_FOUND;
    if ((status = engine_call(unix_store_make, &params))) return status;
    return watch_folder(path, event);
}

SECURITY_STATUS WINAPI ksp_NotifyChangeKey(NCRYPT_PROV_HANDLE provider, HANDLE *event, DWORD flags)
{
    switch (flags & ~NCRYPT_SILENT_FLAG)
    {
    case NCRYPT_REGISTER_NOTIFY_FLAG: return watch(provider, 0, event);
    case NCRYPT_REGISTER_NOTIFY_FLAG | NCRYPT_MACHINE_KEY_FLAG: return watch(provider, NCRYPT_MACHINE_KEY_FLAG, event);
    case NCRYPT_UNREGISTER_NOTIFY_FLAG: return unwatch(event);
    }
    return NTE_BAD_FLAGS;
}
