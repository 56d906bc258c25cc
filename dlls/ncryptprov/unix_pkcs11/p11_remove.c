/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Deleting a key: its private half, its public one and its certificate (row C.31). */
#include "p11.h"

/* By what the objects that go with a private key are known. */
struct identity
{
    CK_ATTRIBUTE list[2];
    CK_ULONG count;
};

CK_RV p11_destroy_all(struct p11_use *use, CK_ATTRIBUTE *match, CK_ULONG match_count)
{
    CK_OBJECT_HANDLE *handles;
    size_t count, i;
    CK_RV rv;

    if ((rv = p11_find(use->token, use->session, match, match_count, &handles, &count))) return rv;
    for (i = 0; i < count && !rv; i++) rv = use->f->C_DestroyObject(use->session->handle, handles[i]);
    engine.free(handles);
    return rv;
}

static CK_RV destroy_class(struct p11_use *use, CK_OBJECT_CLASS class, const struct identity *identity)
{
    CK_ATTRIBUTE match[] = {{CKA_CLASS, &class, sizeof(class)}, identity->list[0], identity->list[1]};

    return p11_destroy_all(use, match, 1 + identity->count);
}

static CK_RV is_shared(struct p11_use *use, const struct identity *identity, int *shared)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_ATTRIBUTE match[] = {{CKA_CLASS, &class, sizeof(class)}, identity->list[0], identity->list[1]};
    CK_OBJECT_HANDLE handle;
    CK_RV rv = p11_find_one(use->token, use->session, match, 1 + identity->count, &handle);

    *shared = handle != CK_INVALID_HANDLE;
    return rv;
}

/* Where other private keys have the id, the label is to be that of the key as well. */
static CK_RV destroy_beside(struct p11_use *use, struct bytes id, struct bytes label)
{
    CK_ATTRIBUTE by_id = {CKA_ID, (void *)id.data, id.size}, by_label = {CKA_LABEL, (void *)label.data, label.size};
    struct identity identity = {{id.size ? by_id : by_label, by_label}, 1};
    int shared;
    CK_RV rv;

    if ((rv = is_shared(use, &identity, &shared))) return rv;
    if (shared && id.size && label.size)
    {
        identity.count = 2;
        if ((rv = is_shared(use, &identity, &shared))) return rv;
    }
    if (shared || (rv = destroy_class(use, CKO_PUBLIC_KEY, &identity)) || !id.size) return rv;
    return destroy_class(use, CKO_CERTIFICATE, &identity);
}

/* The private key first: what is left after a failure is of no use to anybody. */
CK_RV p11_destroy(struct p11_use *use, CK_OBJECT_HANDLE private)
{
    CK_ATTRIBUTE names[] = {{CKA_ID, NULL, 0}, {CKA_LABEL, NULL, 0}};
    CK_RV rv;

    if ((rv = p11_read(use->token, use->session, private, names, 2))) return rv;
    rv = use->f->C_DestroyObject(use->session->handle, private);
    if (!rv && (names[0].ulValueLen || names[1].ulValueLen))
        rv = destroy_beside(use, p11_value(&names[0]), p11_value(&names[1]));
    p11_free_attributes(names, 2);
    return rv;
}

static CK_RV run_remove(struct p11_use *use, void *context)
{
    (void)context;
    return p11_destroy(use, use->object);
}

nte_status p11_remove(struct token_key *key)
{
    return p11_with_key(key, 1, run_remove, NULL);
}
