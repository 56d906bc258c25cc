/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims: what the keys of a provider say of others and of the machine. */
#include "ksp.h"

#define LONGEST_CLAIM 0x100000      /* bytes */

static UINT64 optional_key(NCRYPT_KEY_HANDLE key)
{
    return key ? engine_object(key) : 0;
}

/* The user is asked about each key that needs it, one after the other. */
static SECURITY_STATUS call_asking(enum unix_call code, struct claim_params *claim, DWORD flags)
{
    SECURITY_STATUS status = engine_call(code, claim);
    UINT64 key;
    int turn;

    for (turn = 0; turn < 2 && status == NTE_SILENT_CONTEXT && !(flags & NCRYPT_SILENT_FLAG); turn++)
    {
        key = claim->waits_for_subject ? claim->subject : claim->authority;
        status = engine_call_asking(key, code, claim, flags);
    }
    return status;
}

static SECURITY_STATUS call(enum unix_call code, struct claim_params *claim, const NCryptBufferDesc *desc, DWORD flags)
{
    struct parameters params;
    SECURITY_STATUS status;

    if ((status = read_parameters(desc, &params))) return status;
    claim->buffers = address(params.buffers);
    claim->buffer_count = params.count;
    status = call_asking(code, claim, flags);
    free_parameters(&params);
    return status;
}

SECURITY_STATUS WINAPI ksp_CreateClaim(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE subject,
        NCRYPT_KEY_HANDLE authority, DWORD type, NCryptBufferDesc *desc, PBYTE blob, DWORD size, DWORD *result,
        DWORD flags)
{
    struct claim_params claim =
    {
        .subject = optional_key(subject),
        .authority = optional_key(authority),
        .blob = address(blob),
        .blob_size = blob ? size : 0,
        .type = type,
        .flags = flags,
    };
    SECURITY_STATUS status;

    (void)provider;
    probe_output(blob, blob ? size : 0, LONGEST_CLAIM);
    status = call(unix_claim_create, &claim, desc, flags);
    if (!status || status == NTE_BUFFER_TOO_SMALL) *result = claim.result;
    return status;
}

SECURITY_STATUS WINAPI ksp_VerifyClaim(NCRYPT_PROV_HANDLE provider, NCRYPT_KEY_HANDLE subject,
        NCRYPT_KEY_HANDLE authority, DWORD type, NCryptBufferDesc *desc, PBYTE blob, DWORD size,
        NCryptBufferDesc *output, DWORD flags)
{
    struct claim_params claim =
    {
        .subject = optional_key(subject),
        .authority = optional_key(authority),
        .blob = address(blob),
        .blob_size = size,
        .type = type,
        .flags = flags,
    };

    (void)provider, (void)output;
    if (!probe_limited_input(blob, size, LONGEST_CLAIM)) return NTE_INVALID_PARAMETER;
    return call(unix_claim_verify, &claim, desc, flags);
}
