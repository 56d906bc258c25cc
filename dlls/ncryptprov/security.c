/* SPDX-License-Identifier: LGPL-2.1-or-later
 * "Security Descr": a self-relative security descriptor that is kept with the key. It is not enforced: a
 * prefix has one owner (doc/architecture.md). */
#include "ksp.h"

#include <sddl.h>
#include <stdio.h>

/* The default of a key (row 6.88): full control for the system, and for the
 * administrators or the owner. */
#define MACHINE_DEFAULT L"O:BAG:SYD:P(A;;0xd01f01ff;;;SY)(A;;0xd01f01ff;;;BA)"
#define USER_DEFAULT    L"O:%lsG:%lsD:P(A;;0xd01f01ff;;;SY)(A;;0xd01f01ff;;;%ls)"

/* The parts of a descriptor, pointing into it. */
struct parts
{
    SID *owner, *group;
    ACL *dacl, *sacl;
    BOOL has_dacl, has_sacl;
};

static void split(SECURITY_DESCRIPTOR *sd, DWORD which, struct parts *parts)
{
    BOOL defaulted;

    if (which & OWNER_SECURITY_INFORMATION) GetSecurityDescriptorOwner(sd, (PSID *)&parts->owner, &defaulted);
    if (which & GROUP_SECURITY_INFORMATION) GetSecurityDescriptorGroup(sd, (PSID *)&parts->group, &defaulted);
    if (which & DACL_SECURITY_INFORMATION)
        GetSecurityDescriptorDacl(sd, &parts->has_dacl, &parts->dacl, &defaulted);
    if (which & (SACL_SECURITY_INFORMATION | LABEL_SECURITY_INFORMATION))
        GetSecurityDescriptorSacl(sd, &parts->has_sacl, &parts->sacl, &defaulted);
}

/* A self-relative descriptor of the parts, HeapAlloc'ed; control: the one whose DACL protection to keep. */
static SECURITY_DESCRIPTOR *join(const struct parts *parts, SECURITY_DESCRIPTOR *control, DWORD *size)
{
    SECURITY_DESCRIPTOR absolute, *relative;
    SECURITY_DESCRIPTOR_CONTROL bits = 0;
    DWORD revision;

    InitializeSecurityDescriptor(&absolute, SECURITY_DESCRIPTOR_REVISION);
    if (parts->owner) SetSecurityDescriptorOwner(&absolute, parts->owner, FALSE);
    if (parts->group) SetSecurityDescriptorGroup(&absolute, parts->group, FALSE);
    if (parts->has_dacl) SetSecurityDescriptorDacl(&absolute, TRUE, parts->dacl, FALSE);
    if (parts->has_sacl) SetSecurityDescriptorSacl(&absolute, TRUE, parts->sacl, FALSE);
    GetSecurityDescriptorControl(control, &bits, &revision);
    if (parts->has_dacl) SetSecurityDescriptorControl(&absolute, SE_DACL_PROTECTED, bits & SE_DACL_PROTECTED);

    *size = 0;
    MakeSelfRelativeSD(&absolute, NULL, size);
    if (!(relative = HeapAlloc(GetProcessHeap(), 0, *size))) return NULL;
    if (MakeSelfRelativeSD(&absolute, relative, size)) return relative;
    HeapFree(GetProcessHeap(), 0, relative);
    return NULL;
}

static SECURITY_STATUS default_text(UINT64 key, WCHAR text[512])
{
    DWORD type = 0, size;
    SECURITY_STATUS status;
    WCHAR *sid;

    if ((status = get_property(key, NCRYPT_KEY_TYPE_PROPERTY, (BYTE *)&type, sizeof(type), &size, 0))) return status;
    if (type)
    {
        lstrcpyW(text, MACHINE_DEFAULT);
        return ERROR_SUCCESS;
    }
    if (!(sid = current_user_sid())) return NTE_FAIL;
    swprintf(text, 512, USER_DEFAULT, sid, sid, sid);
    LocalFree(sid);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS make_default(UINT64 key, SECURITY_DESCRIPTOR **sd)
{
    SECURITY_DESCRIPTOR *local;
    SECURITY_STATUS status;
    WCHAR text[512];
    ULONG size;

    if ((status = default_text(key, text))) return status;
    if (!ConvertStringSecurityDescriptorToSecurityDescriptorW(text, SDDL_REVISION_1, (PSECURITY_DESCRIPTOR *)&local,
                                                              &size))
        return NTE_FAIL;
    if ((*sd = HeapAlloc(GetProcessHeap(), 0, size))) CopyMemory(*sd, local, size);
    LocalFree(local);
    return *sd ? ERROR_SUCCESS : NTE_NO_MEMORY;
}

/* The whole descriptor of a key, HeapAlloc'ed. */
static SECURITY_STATUS read_current(UINT64 key, SECURITY_DESCRIPTOR **sd)
{
    DWORD size;
    SECURITY_STATUS status;

    status = get_property(key, NCRYPT_SECURITY_DESCR_PROPERTY, NULL, 0, &size, SECURITY_INFORMATION_PARTS);
    if (status == NTE_NOT_FOUND) return make_default(key, sd);
    if (status) return status;
    if (!(*sd = HeapAlloc(GetProcessHeap(), 0, size))) return NTE_NO_MEMORY;
    status = get_property(key, NCRYPT_SECURITY_DESCR_PROPERTY, (BYTE *)*sd, size, &size, SECURITY_INFORMATION_PARTS);
    if (status) HeapFree(GetProcessHeap(), 0, *sd);
    return status;
}

SECURITY_STATUS get_security_descr(UINT64 key, PBYTE output, DWORD size, DWORD *result, DWORD flags)
{
    SECURITY_DESCRIPTOR *current, *asked;
    struct parts parts = {0};
    SECURITY_STATUS status;

    if (flags & ~(SECURITY_INFORMATION_PARTS | NCRYPT_SILENT_FLAG)) return NTE_BAD_FLAGS;
    if ((status = read_current(key, &current))) return status;
    split(current, flags, &parts);
    asked = join(&parts, current, result);
    HeapFree(GetProcessHeap(), 0, current);
    if (!asked) return NTE_NO_MEMORY;
    if (output && size < *result) status = NTE_BUFFER_TOO_SMALL;
    else if (output) CopyMemory(output, asked, *result);
    HeapFree(GetProcessHeap(), 0, asked);
    return status;
}

static BOOL sid_fits(const BYTE *sd, DWORD size, DWORD offset)
{
    const SID *sid = (const SID *)(sd + offset);

    if (!offset) return TRUE;
    if (offset > size || size - offset < FIELD_OFFSET(SID, SubAuthority)) return FALSE;
    return size - offset >= FIELD_OFFSET(SID, SubAuthority) + sid->SubAuthorityCount * sizeof(DWORD);
}

static BOOL acl_fits(const BYTE *sd, DWORD size, DWORD offset)
{
    const ACL *acl = (const ACL *)(sd + offset);

    if (!offset) return TRUE;
    return offset <= size && size - offset >= sizeof(*acl) && size - offset >= acl->AclSize;
}

/* Bounds first: IsValidSecurityDescriptor follows the offsets wherever they lead. */
static BOOL is_valid(BYTE *input, DWORD size)
{
    const SECURITY_DESCRIPTOR_RELATIVE *sd = (const SECURITY_DESCRIPTOR_RELATIVE *)input;

    if (!sd || size < sizeof(*sd) || !(sd->Control & SE_SELF_RELATIVE)) return FALSE;
    if (!sid_fits(input, size, sd->Owner) || !sid_fits(input, size, sd->Group)) return FALSE;
    if (!acl_fits(input, size, sd->Dacl) || !acl_fits(input, size, sd->Sacl)) return FALSE;
    return IsValidSecurityDescriptor(input);
}

SECURITY_STATUS set_security_descr(UINT64 key, PBYTE input, DWORD size, DWORD flags)
{
    SECURITY_DESCRIPTOR *given = (SECURITY_DESCRIPTOR *)input, *current, *merged;
    struct parts parts = {0};
    SECURITY_STATUS status;
    DWORD merged_size;

    if (flags & ~(SECURITY_INFORMATION_PARTS | NCRYPT_SILENT_FLAG | NCRYPT_PERSIST_FLAG)) return NTE_BAD_FLAGS;
    if (!is_valid(input, size)) return NTE_INVALID_PARAMETER;
    if ((status = read_current(key, &current))) return status;
    split(current, SECURITY_INFORMATION_PARTS & ~flags, &parts);
    split(given, flags, &parts);
    merged = join(&parts, flags & DACL_SECURITY_INFORMATION ? given : current, &merged_size);
    if (!merged) status = NTE_NO_MEMORY;
    else status = set_property(key, NCRYPT_SECURITY_DESCR_PROPERTY, (BYTE *)merged, merged_size, flags);
    HeapFree(GetProcessHeap(), 0, merged);
    HeapFree(GetProcessHeap(), 0, current);
    return status;
}
