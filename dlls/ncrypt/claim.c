/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims about keys. Providers make and check them; of ours, that of the TPM. */
#include "ncrypt_private.h"

struct claim_keys
{
    struct object *subject, *authority;     /* one of them may be NULL */
    struct object *any;
};

static void release_keys(struct claim_keys *keys)
{
    if (keys->subject) object_release(keys->subject);
    if (keys->authority) object_release(keys->authority);
}

/* FALSE: none was given, or a wrong one, or they are of different providers. */
static BOOL grab_keys(NCRYPT_KEY_HANDLE subject, NCRYPT_KEY_HANDLE authority, struct claim_keys *keys)
{
    keys->subject = subject ? object_grab(subject, OBJECT_KEY) : NULL;
    keys->authority = authority ? object_grab(authority, OBJECT_KEY) : NULL;
    keys->any = keys->subject ? keys->subject : keys->authority;

    if (keys->any && !keys->subject == !subject && !keys->authority == !authority
        && (!keys->authority || keys->authority->module == keys->any->module))
        return TRUE;
    release_keys(keys);
    return FALSE;
}

static ULONG_PTR inner(const struct object *key)
{
    return key ? key->inner : 0;
}

static SECURITY_STATUS create_claim(struct claim_keys *keys, DWORD type, NCryptBufferDesc *params, PBYTE blob,
                                    DWORD blob_size, DWORD *result, DWORD flags)
{
    SECURITY_STATUS status;
    DWORD size = 0;

    if (!result) return NTE_INVALID_PARAMETER;
    status = CALL(keys->any, CreateClaim, keys->any->provider->inner, inner(keys->subject), inner(keys->authority),
                  type, params, blob, blob_size, &size, flags);
    return give_size(status, size, result);
}

SECURITY_STATUS WINAPI NCryptCreateClaim(NCRYPT_KEY_HANDLE hSubjectKey, NCRYPT_KEY_HANDLE hAuthorityKey,
        DWORD dwClaimType, NCryptBufferDesc *pParameterList, PBYTE pbClaimBlob, DWORD cbClaimBlob,
        DWORD *pcbResult, DWORD dwFlags)
{
    SECURITY_STATUS status;
    struct claim_keys keys;

    TRACE("(%p, %p, %#lx, %p, %p, %lu, %p, %#lx)", (void *)hSubjectKey, (void *)hAuthorityKey, dwClaimType,
          pParameterList, pbClaimBlob, cbClaimBlob, pcbResult, dwFlags);

    if (!grab_keys(hSubjectKey, hAuthorityKey, &keys)) return finish(__func__, NTE_INVALID_HANDLE);
    status = HOLDING(release_keys, &keys, create_claim, &keys, dwClaimType, pParameterList, pbClaimBlob, cbClaimBlob,
                     pcbResult, dwFlags);
    release_keys(&keys);
    return finish(__func__, status);
}

static SECURITY_STATUS publish_buffer(struct module *module, void *data)
{
    struct buffer *buffer;

    if (!data) return ERROR_SUCCESS;
    if (!(buffer = buffer_new(module, FALSE))) return NTE_NO_MEMORY;
    buffer_put(buffer, data);
    return ERROR_SUCCESS;
}

/* The program frees each buffer of the answer and then their array with NCryptFreeBuffer. */
static SECURITY_STATUS publish_answer(struct module *module, const NCryptBufferDesc *answer)
{
    SECURITY_STATUS status = publish_buffer(module, answer->pBuffers);
    ULONG i;

    for (i = 0; !status && answer->pBuffers && i < answer->cBuffers; i++)
        status = publish_buffer(module, answer->pBuffers[i].pvBuffer);
    return status;
}

static SECURITY_STATUS verify_claim(struct claim_keys *keys, DWORD type, NCryptBufferDesc *params, PBYTE blob,
                                    DWORD size, NCryptBufferDesc *output, DWORD flags)
{
    NCryptBufferDesc answer = {0};
    SECURITY_STATUS status;

    status = CALL(keys->any, VerifyClaim, keys->any->provider->inner, inner(keys->subject), inner(keys->authority),
                  type, params, blob, size, output ? &answer : NULL, flags);
    if (!status && output) status = publish_answer(keys->any->module, &answer);
    if (!status && output) *output = answer;
    return status;
}

SECURITY_STATUS WINAPI NCryptVerifyClaim(NCRYPT_KEY_HANDLE hSubjectKey, NCRYPT_KEY_HANDLE hAuthorityKey,
        DWORD dwClaimType, NCryptBufferDesc *pParameterList, PBYTE pbClaimBlob, DWORD cbClaimBlob,
        NCryptBufferDesc *pOutput, DWORD dwFlags)
{
    struct claim_keys keys;
    SECURITY_STATUS status;

    TRACE("(%p, %p, %#lx, %p, %p, %lu, %p, %#lx)", (void *)hSubjectKey, (void *)hAuthorityKey, dwClaimType,
          pParameterList, pbClaimBlob, cbClaimBlob, pOutput, dwFlags);

    if (!grab_keys(hSubjectKey, hAuthorityKey, &keys)) return finish(__func__, NTE_INVALID_HANDLE);
    status = HOLDING(release_keys, &keys, verify_claim, &keys, dwClaimType, pParameterList, pbClaimBlob, cbClaimBlob,
                     pOutput, dwFlags);
    release_keys(&keys);
    return finish(__func__, status);
}
