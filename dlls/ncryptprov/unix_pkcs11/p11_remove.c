/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Deleting a key: its private half, its public one and its certificate (row C.31). */
#include <string.h>

#include "p11.h"

static CK_RV destroy_class(struct p11_use *use, CK_OBJECT_CLASS class, CK_ATTRIBUTE identity)
{
    CK_ATTRIBUTE match[] = {{CKA_CLASS, &class, sizeof(class)}, identity};
    CK_OBJECT_HANDLE *handles;
    size_t count, i;
    CK_RV rv;

    if ((rv = p11_find(use->token, use->session, match, 2, &handles, &count))) return rv;
    for (i = 0; i < count && !rv; i++) rv = use->f->C_DestroyObject(use->session->handle, handles[i]);
    engine.free(handles);
    return rv;
}

/* The private key first: what is left after a failure is of no use to anybody. */
CK_RV p11_destroy(struct p11_use *use, struct bytes id, const char *label)
{
    CK_ATTRIBUTE by_id = {CKA_ID, (void *)id.data, id.size}, by_label = {CKA_LABEL, (void *)label, strlen(label)};
    CK_ATTRIBUTE identity = id.size ? by_id : by_label;
    CK_RV rv;

    if ((rv = destroy_class(use, CKO_PRIVATE_KEY, identity))) return rv;
    if ((rv = destroy_class(use, CKO_PUBLIC_KEY, identity)) || !id.size) return rv;
    return destroy_class(use, CKO_CERTIFICATE, identity);
}

static CK_RV run_remove(struct p11_use *use, void *context)
{
    (void)context;
    return p11_destroy(use, use->key->id, use->key->label);
}

nte_status p11_remove(struct token_key *key)
{
    return p11_with_key(key, 1, run_remove, NULL);
}
