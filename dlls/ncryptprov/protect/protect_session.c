/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key of the logon session: random, in a volatile registry key, which Wine's server keeps in memory and drops
 * when it ends; see protect_private.h and doc/protection.md. */
#include "protect/protect_private.h"

#include <ntsecapi.h>

#define PARENT  L"Software\\Microsoft\\Cryptography\\Protection"
#define SESSION L"Session"
#define VALUE   L"Key"

static LSTATUS open_session(HKEY *session)
{
    LSTATUS error;
    HKEY parent;

    /* the parents stay, or nothing else could be kept in them */
    error = RegCreateKeyExW(HKEY_CURRENT_USER, PARENT, 0, NULL, 0, KEY_CREATE_SUB_KEY, NULL, &parent, NULL);
    if (error) return error;
    error = RegCreateKeyExW(parent, SESSION, 0, NULL, REG_OPTION_VOLATILE, KEY_QUERY_VALUE | KEY_SET_VALUE, NULL,
                            session, NULL);
    RegCloseKey(parent);
    return error;
}

static BOOL read_key(HKEY session, BYTE key[SESSION_KEY_SIZE])
{
    DWORD size = SESSION_KEY_SIZE, type;

    return !RegQueryValueExW(session, VALUE, NULL, &type, key, &size) && type == REG_BINARY && size == SESSION_KEY_SIZE;
}

static SECURITY_STATUS read_or_make(HKEY session, BYTE key[SESSION_KEY_SIZE], BOOL create)
{
    if (read_key(session, key)) return ERROR_SUCCESS;
    if (!create) return NTE_DECRYPTION_FAILURE;
    if (!RtlGenRandom(key, SESSION_KEY_SIZE)) return NTE_INTERNAL_ERROR;
    return RegSetValueExW(session, VALUE, 0, REG_BINARY, key, SESSION_KEY_SIZE) ? NTE_SYS_ERR : ERROR_SUCCESS;
}

SECURITY_STATUS session_key(BYTE key[SESSION_KEY_SIZE], BOOL create)
{
    HANDLE mutex = CreateMutexW(NULL, FALSE, L"Local\\ncryptprov session key");
    SECURITY_STATUS status = NTE_SYS_ERR;
    HKEY session;

    if (!mutex) return NTE_NO_MEMORY;
    WaitForSingleObject(mutex, INFINITE);       /* two first processes must not each make one */
    if (!open_session(&session))
    {
        status = read_or_make(session, key, create);
        RegCloseKey(session);
    }
    ReleaseMutex(mutex);
    CloseHandle(mutex);
    return status;
}
