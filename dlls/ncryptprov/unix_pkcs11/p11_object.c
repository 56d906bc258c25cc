/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Objects on a token: finding them, and reading their attributes. */
#include <string.h>

#include "p11.h"

#define AT_ONCE 64
#define MOST_FOUND 0x10000          /* no token has so many objects, but a server that is no friend says so for ever */
#define LONGEST_VALUE 0x100000      /* bytes; for such an attribute there is no room */

struct handles
{
    CK_OBJECT_HANDLE *list;
    size_t count, capacity;
};

/* Room for some more. */
static int grow(struct handles *found)
{
    CK_OBJECT_HANDLE *longer;
    size_t capacity = 2 * found->capacity + AT_ONCE;

    if (found->capacity - found->count >= AT_ONCE) return 1;
    if (!(longer = engine.alloc(capacity * sizeof(*longer)))) return 0;
    if (found->count) memcpy(longer, found->list, found->count * sizeof(*longer));
    engine.free(found->list);
    found->list = longer;
    found->capacity = capacity;
    return 1;
}

static CK_RV collect(CK_FUNCTION_LIST *f, CK_SESSION_HANDLE session, struct handles *found)
{
    CK_ULONG count;
    CK_RV rv;

    do
    {
        if (!grow(found)) return CKR_HOST_MEMORY;
        count = 0;
        if ((rv = f->C_FindObjects(session, found->list + found->count, AT_ONCE, &count))) return rv;
        if (count > AT_ONCE || found->count > MOST_FOUND) return CKR_GENERAL_ERROR;
        found->count += count;
    }
    while (count);
    return CKR_OK;
}

/* Callers may go on without what they looked for, and the session is not to be used again. */
static CK_RV begin_search(CK_FUNCTION_LIST *f, struct p11_session *session, CK_ATTRIBUTE *match, CK_ULONG match_count)
{
    CK_RV rv = CKR_OPERATION_ACTIVE;

    if (!session->is_stuck) rv = f->C_FindObjectsInit(session->handle, match, match_count);
    p11_session_doubt(session, rv);
    return rv;
}

/* What was found is good all the same, but no other search can begin in this session. */
static void end_search(CK_FUNCTION_LIST *f, struct p11_session *session)
{
    if (f->C_FindObjectsFinal(session->handle)) session->is_stuck = 1;
}

CK_RV p11_find(struct token *token, struct p11_session *session, CK_ATTRIBUTE *match, CK_ULONG match_count,
               CK_OBJECT_HANDLE **handles, size_t *count)
{
    CK_FUNCTION_LIST *f = p11_f(token);
    struct handles found = {0};
    CK_RV rv;

    if ((rv = begin_search(f, session, match, match_count))) return rv;
    rv = collect(f, session->handle, &found);
    end_search(f, session);
    *handles = found.list;
    *count = found.count;
    if (rv) engine.free(found.list);
    return rv;
}

CK_RV p11_find_one(struct token *token, struct p11_session *session, CK_ATTRIBUTE *match, CK_ULONG match_count,
                   CK_OBJECT_HANDLE *handle)
{
    CK_FUNCTION_LIST *f = p11_f(token);
    CK_ULONG count = 0;
    CK_RV rv;

    *handle = CK_INVALID_HANDLE;
    if ((rv = begin_search(f, session, match, match_count))) return rv;
    rv = f->C_FindObjects(session->handle, handle, 1, &count);
    end_search(f, session);
    if (rv || !count) *handle = CK_INVALID_HANDLE;
    return rv;
}

/* Some attributes are missing or secret, and the others were read nevertheless. */
static int is_partly(CK_RV rv)
{
    return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE || rv == CKR_BUFFER_TOO_SMALL;
}

static CK_RV alloc_values(CK_ATTRIBUTE *attributes, CK_ULONG count, CK_ULONG *rooms)
{
    CK_ULONG i;

    for (i = 0; i < count; i++)
    {
        rooms[i] = attributes[i].ulValueLen;
        if (attributes[i].ulValueLen > LONGEST_VALUE) continue;         /* or there is none: ~0 */
        if (!(attributes[i].pValue = engine.alloc(attributes[i].ulValueLen))) return CKR_HOST_MEMORY;
    }
    return CKR_OK;
}

/* A value that grew between the two calls was not written, whatever the module answers: that of p11-kit, which asks
 * another process, answers CKR_OK. */
static void drop_missing(CK_ATTRIBUTE *attributes, CK_ULONG count, const CK_ULONG *rooms)
{
    CK_ULONG i;

    for (i = 0; i < count; i++)
    {
        if (attributes[i].pValue && attributes[i].ulValueLen <= rooms[i]) continue;
        engine.free(attributes[i].pValue);
        attributes[i].pValue = NULL;
        attributes[i].ulValueLen = 0;
    }
}

CK_RV p11_read(struct token *token, struct p11_session *session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *attributes,
               CK_ULONG count)
{
    CK_FUNCTION_LIST *f = p11_f(token);
    CK_ULONG rooms[P11_MOST_ATTRIBUTES], i;
    CK_RV rv;

    if (count > P11_MOST_ATTRIBUTES) return CKR_ARGUMENTS_BAD;
    for (i = 0; i < count; i++)
    {
        attributes[i].pValue = NULL;
        attributes[i].ulValueLen = 0;
    }
    rv = f->C_GetAttributeValue(session->handle, object, attributes, count);
    if (rv && !is_partly(rv)) return rv;
    if (!(rv = alloc_values(attributes, count, rooms)))
        rv = f->C_GetAttributeValue(session->handle, object, attributes, count);
    if (rv && !is_partly(rv)) p11_free_attributes(attributes, count);
    else drop_missing(attributes, count, rooms);
    return rv && !is_partly(rv) ? rv : CKR_OK;
}

void p11_free_attributes(CK_ATTRIBUTE *attributes, CK_ULONG count)
{
    CK_ULONG i;

    for (i = 0; i < count; i++)
    {
        engine.free(attributes[i].pValue);
        attributes[i].pValue = NULL;
        attributes[i].ulValueLen = 0;
    }
}

CK_ULONG p11_number(const CK_ATTRIBUTE *attribute, CK_ULONG missing)
{
    CK_ULONG value;

    if (!attribute->pValue || attribute->ulValueLen != sizeof(value)) return missing;
    memcpy(&value, attribute->pValue, sizeof(value));
    return value;
}

int p11_flag(const CK_ATTRIBUTE *attribute, int missing)
{
    return attribute->pValue && attribute->ulValueLen == sizeof(CK_BBOOL) ? !!*(CK_BBOOL *)attribute->pValue : missing;
}
