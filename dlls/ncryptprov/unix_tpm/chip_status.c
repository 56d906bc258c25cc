/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What response codes of a chip mean here, and to programs (rows T.41 to T.42a). */
#include "chip.h"

#define LAYER_MANAGER_OF_TPM TSS2_RESMGR_TPM_RC_LAYER   /* the kernel's, in the codes of the chip */
#define HRESULT_OF_CHIP 0x80280000u

TSS2_RC chip_code(TSS2_RC rc)
{
    TSS2_RC layer = rc & TSS2_RC_LAYER_MASK, code = rc & ~TSS2_RC_LAYER_MASK;

    if (layer != TSS2_TPM_RC_LAYER && layer != LAYER_MANAGER_OF_TPM) return 0;
    return code & TPM2_RC_FMT1 ? code & (TPM2_RC_FMT1 | 0x3f) : code;
}

int chip_is_broken(TSS2_RC rc)
{
    TSS2_RC layer = rc & TSS2_RC_LAYER_MASK;

    return layer != TSS2_TPM_RC_LAYER && layer != LAYER_MANAGER_OF_TPM && layer != TSS2_RESMGR_RC_LAYER;
}

/* What may be said of a command before it is sent is not of the chip. */
int chip_is_lost(TSS2_RC rc)
{
    switch (rc & ~TSS2_RC_LAYER_MASK)
    {
    case TSS2_BASE_RC_MEMORY: case TSS2_BASE_RC_BAD_VALUE: case TSS2_BASE_RC_NOT_SUPPORTED: return 0;
    default: return chip_is_broken(rc);
    }
}

int chip_is_full(TSS2_RC rc)
{
    switch (chip_code(rc))
    {
    case TPM2_RC_OBJECT_MEMORY: case TPM2_RC_SESSION_MEMORY: case TPM2_RC_MEMORY: case TPM2_RC_SESSION_HANDLES:
    case TPM2_RC_OBJECT_HANDLES: case TPM2_RC_RETRY: case TPM2_RC_YIELDED: case TPM2_RC_TESTING:
        return 1;
    default:
        return 0;
    }
}

int chip_forgot(TSS2_RC rc)
{
    TSS2_RC code = chip_code(rc);

    return code == TPM2_RC_HANDLE || (code >= TPM2_RC_REFERENCE_H0 && code <= TPM2_RC_REFERENCE_S6);
}

static nte_status of_chip(TSS2_RC code)
{
    switch (code)
    {
    case TPM2_RC_AUTH_FAIL: case TPM2_RC_BAD_AUTH: return NTE_PERM;
    case TPM2_RC_INTEGRITY: return NTE_BAD_DATA;
    case TPM2_RC_FAILURE: case TPM2_RC_INITIALIZE: return NTE_DEVICE_NOT_READY;
    case TPM2_RC_NV_SPACE: return NTE_TOKEN_KEYSET_STORAGE_FULL;
    default: return (nte_status)(HRESULT_OF_CHIP | code);
    }
}

nte_status chip_status(TSS2_RC rc)
{
    TSS2_RC code = chip_code(rc);

    if (!rc) return NTE_SUCCESS;
    if (chip_is_lost(rc) || chip_is_full(rc)) return NTE_DEVICE_NOT_READY;
    if (code) return of_chip(code);
    switch (rc & ~TSS2_RC_LAYER_MASK)
    {
    case TSS2_BASE_RC_MEMORY: return NTE_NO_MEMORY;
    case TSS2_BASE_RC_NOT_SUPPORTED: return NTE_NOT_SUPPORTED;
    default: return NTE_INTERNAL_ERROR;
    }
}
