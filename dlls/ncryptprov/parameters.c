/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptBufferDesc, as import, export and derivation get it (doc/facts/windows-api.md 4.4, 5). */
#include "ksp.h"

#define MAX_BUFFERS 256
#define MAX_BUFFER_SIZE 0x100000

/* Some callers count the NUL of a string in cbBuffer and some leave it out (row 8.42): a copy has one. Derivation
 * has a numbering of its own, in which the one string is KDF_HASH_ALGORITHM. */
static BOOL is_string(BOOL is_derivation, ULONG type)
{
    if (is_derivation) return type == KDF_HASH_ALGORITHM;
    switch (type)
    {
    case NCRYPTBUFFER_PKCS_OID:
    case NCRYPTBUFFER_PKCS_ALG_OID:
    case NCRYPTBUFFER_PKCS_KEY_NAME:
    case NCRYPTBUFFER_PKCS_SECRET:
    case NCRYPTBUFFER_ECC_CURVE_NAME:
        return TRUE;
    default:
        return FALSE;
    }
}

static BOOL is_narrow(ULONG type)
{
    return type == NCRYPTBUFFER_PKCS_OID || type == NCRYPTBUFFER_PKCS_ALG_OID;
}

static SECURITY_STATUS copy_string(const NCryptBuffer *buffer, struct unix_buffer *copy)
{
    void *string;

    if (!is_narrow(buffer->BufferType) && buffer->cbBuffer % sizeof(WCHAR)) return NTE_INVALID_PARAMETER;
    string = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, buffer->cbBuffer + 2 * sizeof(WCHAR));

    if (!string) return NTE_NO_MEMORY;
    CopyMemory(string, buffer->pvBuffer, buffer->cbBuffer);
    copy->data = address(string);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS read_buffer(const NCryptBuffer *buffer, BOOL is_derivation, struct unix_buffer *copy)
{
    copy->size = buffer->pvBuffer ? buffer->cbBuffer : 0;
    copy->type = buffer->BufferType;
    if (!copy->size) return ERROR_SUCCESS;
    if (copy->size > MAX_BUFFER_SIZE) return NTE_INVALID_PARAMETER;
    if (is_string(is_derivation, copy->type)) return copy_string(buffer, copy);
    probe_input(buffer->pvBuffer, copy->size);
    copy->data = address(buffer->pvBuffer);
    return ERROR_SUCCESS;
}

static SECURITY_STATUS read_all(const NCryptBufferDesc *desc, struct parameters *params)
{
    SECURITY_STATUS status;
    ULONG i;

    for (i = 0; i < desc->cBuffers; i++)
    {
        params->count++;
        status = read_buffer(&desc->pBuffers[i], params->is_derivation, &params->buffers[i]);
        if (status) return status;
        if (params->is_derivation || desc->pBuffers[i].BufferType != NCRYPTBUFFER_PKCS_KEY_NAME) continue;
        if (params->name || !params->buffers[i].data) return NTE_INVALID_PARAMETER;
        params->name = (const WCHAR *)(ULONG_PTR)params->buffers[i].data;
    }
    if (params->name && !(params->folded = fold_name(params->name))) return NTE_NO_MEMORY;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS read_list(const NCryptBufferDesc *desc, BOOL is_derivation, struct parameters *params)
{
    SECURITY_STATUS status;

    ZeroMemory(params, sizeof(*params));
    params->is_derivation = is_derivation;
    if (!desc || !desc->cBuffers) return ERROR_SUCCESS;         /* pBuffers may be anything then (row 9.26) */
    if (desc->cBuffers > MAX_BUFFERS || !desc->pBuffers) return NTE_INVALID_PARAMETER;
    params->buffers = HeapAlloc(GetProcessHeap(), HEAP_ZERO_MEMORY, desc->cBuffers * sizeof(*params->buffers));
    if (!params->buffers) return NTE_NO_MEMORY;
    if ((status = read_all(desc, params))) free_parameters(params);
    return status;
}

SECURITY_STATUS read_parameters(const NCryptBufferDesc *desc, struct parameters *params)
{
    return read_list(desc, FALSE, params);
}

SECURITY_STATUS read_kdf_parameters(const NCryptBufferDesc *desc, struct parameters *params)
{
    return read_list(desc, TRUE, params);
}

/* Passwords are among the strings, and not every list reaches the engine. */
void free_parameters(struct parameters *params)
{
    void *data;
    DWORD i;

    clear_vector_registers();
    for (i = 0; i < params->count; i++)
    {
        if (!is_string(params->is_derivation, params->buffers[i].type)) continue;
        data = (void *)(ULONG_PTR)params->buffers[i].data;
        if (data) SecureZeroMemory(data, params->buffers[i].size);
        HeapFree(GetProcessHeap(), 0, data);
    }
    HeapFree(GetProcessHeap(), 0, params->buffers);
    HeapFree(GetProcessHeap(), 0, params->folded);
    ZeroMemory(params, sizeof(*params));
}
