/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Who the caller is, and so which protectors can be answered for on this machine; see protect_private.h. */
#include "protect/protect_private.h"

#include <sddl.h>

#define RIGHT_TO_READ 1             /* CC in SDDL: the right that decryption takes */

SECURITY_STATUS answer_data(struct unix_answer *answer, const void *data, DWORD size)
{
    void *copy = HeapAlloc(GetProcessHeap(), 0, size);

    if (!copy) return NTE_NO_MEMORY;
    CopyMemory(copy, data, size);
    answer->data = address(copy);
    answer->size = size;
    return ERROR_SUCCESS;
}

void free_answers(struct answers *answers)
{
    DWORD i;

    for (i = 0; i < answers->count; i++)
    {
        void *data = (void *)(ULONG_PTR)answers->list[i].data;

        if (data) SecureZeroMemory(data, answers->list[i].size);
        HeapFree(GetProcessHeap(), 0, data);
    }
}

/* --- SIDs --- */

SECURITY_STATUS check_sid(const WCHAR *value)
{
    PSID sid;

    if (!ConvertStringSidToSidW(value, &sid)) return NTE_INVALID_PARAMETER;
    LocalFree(sid);
    return ERROR_SUCCESS;
}

static BOOL is_current_user(const WCHAR *value)
{
    WCHAR *user = current_user_sid();
    BOOL same = user && CompareStringOrdinal(user, -1, value, -1, TRUE) == CSTR_EQUAL;

    LocalFree(user);
    return same;
}

static BOOL is_logon_sid(PSID sid)
{
    static const SID_IDENTIFIER_AUTHORITY authority = {SECURITY_NT_AUTHORITY};

    return !memcmp(GetSidIdentifierAuthority(sid), &authority, sizeof(authority)) &&
           *GetSidSubAuthorityCount(sid) == SECURITY_LOGON_IDS_RID_COUNT &&
           *GetSidSubAuthority(sid, 0) == SECURITY_LOGON_IDS_RID;
}

/* UNIX_KEY_NONE: a SID that the caller's token does not have. */
static DWORD key_of_sid(const WCHAR *value)
{
    DWORD key = UNIX_KEY_MACHINE;
    BOOL member = FALSE;
    PSID sid;

    if (is_current_user(value)) return UNIX_KEY_USER;
    if (!ConvertStringSidToSidW(value, &sid)) return UNIX_KEY_NONE;
    if (!CheckTokenMembership(NULL, sid, &member) || !member) key = UNIX_KEY_NONE;
    else if (is_logon_sid(sid)) key = UNIX_KEY_LOGON;
    LocalFree(sid);
    return key;
}

/* --- security descriptors --- */

SECURITY_STATUS check_sddl(const WCHAR *value)
{
    SECURITY_DESCRIPTOR *sd;

    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(value, SDDL_REVISION_1, (void **)&sd, NULL))
        return NTE_INVALID_PARAMETER;
    LocalFree(sd);
    return ERROR_SUCCESS;
}

/* An access check wants an owner and a group, a rule need not name them. */
static BOOL complete(PSECURITY_DESCRIPTOR parsed, PSID everyone, SECURITY_DESCRIPTOR *sd)
{
    BOOL present = FALSE, defaulted;
    PSID owner = NULL, group = NULL;
    PACL dacl = NULL;

    if (!GetSecurityDescriptorDacl(parsed, &present, &dacl, &defaulted) || !present || !dacl) return FALSE;
    if (!GetSecurityDescriptorOwner(parsed, &owner, &defaulted)) return FALSE;
    if (!GetSecurityDescriptorGroup(parsed, &group, &defaulted)) return FALSE;
    return InitializeSecurityDescriptor(sd, SECURITY_DESCRIPTOR_REVISION) &&
           SetSecurityDescriptorOwner(sd, owner ? owner : everyone, FALSE) &&
           SetSecurityDescriptorGroup(sd, group ? group : everyone, FALSE) &&
           SetSecurityDescriptorDacl(sd, TRUE, dacl, FALSE);
}

static HANDLE identification_token(void)
{
    HANDLE token, copy = NULL;

    if (OpenThreadToken(GetCurrentThread(), TOKEN_QUERY | TOKEN_DUPLICATE, TRUE, &token) ||
        OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY | TOKEN_DUPLICATE, &token))
    {
        DuplicateToken(token, SecurityIdentification, &copy);
        CloseHandle(token);
    }
    return copy;
}

static BOOL is_granted(SECURITY_DESCRIPTOR *sd)
{
    GENERIC_MAPPING mapping = {RIGHT_TO_READ, 2, 4, 7};
    BYTE buffer[sizeof(PRIVILEGE_SET) + 8 * sizeof(LUID_AND_ATTRIBUTES)];
    DWORD size = sizeof(buffer), granted = 0;
    HANDLE token = identification_token();
    BOOL allowed = FALSE;

    if (!token) return FALSE;
    if (!AccessCheck(sd, token, RIGHT_TO_READ, &mapping, (PRIVILEGE_SET *)buffer, &size, &granted, &allowed))
        allowed = FALSE;
    CloseHandle(token);
    return allowed;
}

/* UNIX_KEY_NONE: the descriptor does not let the caller read. */
static DWORD key_of_sddl(const WCHAR *value)
{
    BYTE everyone[SECURITY_MAX_SID_SIZE];
    DWORD size = sizeof(everyone);
    PSECURITY_DESCRIPTOR parsed;
    SECURITY_DESCRIPTOR sd;
    BOOL granted;

    if (!CreateWellKnownSid(WinWorldSid, NULL, everyone, &size)) return UNIX_KEY_NONE;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(value, SDDL_REVISION_1, &parsed, NULL))
        return UNIX_KEY_NONE;
    granted = complete(parsed, everyone, &sd) && is_granted(&sd);
    LocalFree(parsed);
    return granted ? UNIX_KEY_MACHINE : UNIX_KEY_NONE;
}

/* --- one protector --- */

static DWORD key_of_local(const WCHAR *value)
{
    if (!lstrcmpW(value, L"user")) return UNIX_KEY_USER;
    return lstrcmpW(value, L"machine") ? UNIX_KEY_LOGON : UNIX_KEY_MACHINE;
}

static DWORD key_of(const struct protector *protector)
{
    switch (protector->type)
    {
    case UNIX_PROTECTOR_LOCAL: return key_of_local(protector->value);
    case UNIX_PROTECTOR_SID: return key_of_sid(protector->value);
    case UNIX_PROTECTOR_SDDL: return key_of_sddl(protector->value);
    case UNIX_PROTECTOR_CERTIFICATE: return UNIX_KEY_CERTIFICATE;
    default: return UNIX_KEY_NONE;
    }
}

static SECURITY_STATUS add_session_key(struct unix_answer *answer, BOOL create)
{
    BYTE key[SESSION_KEY_SIZE];
    SECURITY_STATUS status;

    if ((status = session_key(key, create))) return status;
    status = answer_data(answer, key, sizeof(key));
    SecureZeroMemory(key, sizeof(key));
    return status;
}

/* Under which key the caller may protect. */
static SECURITY_STATUS answer_protect(const struct protector *protector, struct unix_answer *answer)
{
    answer->key = key_of(protector);
    switch (answer->key)
    {
    case UNIX_KEY_NONE: return NTE_NOT_SUPPORTED;
    case UNIX_KEY_LOGON: return add_session_key(answer, TRUE);
    case UNIX_KEY_CERTIFICATE: return certificate_answer(protector->value, answer);
    default: return ERROR_SUCCESS;
    }
}

/* The key that the blob names, if the caller is still who may have it. */
static SECURITY_STATUS answer_unprotect(const struct protector *protector, DWORD flags, struct unix_answer *answer)
{
    DWORD key;

    if (protector->key == UNIX_KEY_NONE) return NTE_DECRYPTION_FAILURE;     /* a blob from elsewhere */
    if ((key = key_of(protector)) == UNIX_KEY_NONE) return NTE_NOT_SUPPORTED;
    if (key != protector->key) return NTE_DECRYPTION_FAILURE;
    answer->key = key;
    switch (key)
    {
    case UNIX_KEY_LOGON: return add_session_key(answer, FALSE);
    case UNIX_KEY_CERTIFICATE:
        return certificate_unwrap(protector->value, protector->wrapped, protector->wrapped_size, flags, answer);
    default: return ERROR_SUCCESS;
    }
}

static SECURITY_STATUS answer_one(UINT64 descriptor, DWORD index, BOOL protect, DWORD flags, struct unix_answer *answer)
{
    struct protector protector;
    SECURITY_STATUS status;

    if ((status = get_protector(descriptor, index, &protector))) return status;
    if (protect) answer->status = answer_protect(&protector, answer);
    else answer->status = answer_unprotect(&protector, flags, answer);
    if (answer->status) answer->key = UNIX_KEY_NONE;
    free_protector(&protector);
    return ERROR_SUCCESS;
}

SECURITY_STATUS answer_all(UINT64 descriptor, DWORD count, BOOL protect, DWORD flags, struct answers *answers)
{
    SECURITY_STATUS status;

    ZeroMemory(answers, sizeof(*answers));
    while (answers->count < count)
    {
        status = answer_one(descriptor, answers->count, protect, flags, &answers->list[answers->count]);
        answers->count++;
        if (!status) continue;
        free_answers(answers);
        return status;
    }
    return ERROR_SUCCESS;
}
