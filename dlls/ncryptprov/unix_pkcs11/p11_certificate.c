/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The certificate that lies beside a key: the object of equal CKA_ID (row C.45). Reading it needs no PIN. */
#include <string.h>

#include "p11.h"

struct get
{
    struct token_key *key;
    struct writer *w;
};

/* As p11_key_match, and the label. */
static CK_ULONG match_label(struct token_key *key, CK_OBJECT_CLASS *class, CK_ATTRIBUTE *match)
{
    CK_ULONG count = p11_key_match(key, class, match);

    match[count++] = (CK_ATTRIBUTE){CKA_LABEL, key->label, strlen(key->label)};
    return count;
}

/* Other keys may have the id, with certificates of their own: the one with the label of the key comes first. */
static CK_RV find_certificate(struct p11_use *use, struct token_key *key, CK_OBJECT_HANDLE *handle)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE match[3];
    CK_ULONG count = match_label(key, &class, match);
    CK_RV rv = p11_find_one(use->token, use->session, match, count, handle);

    if (rv || *handle != CK_INVALID_HANDLE) return rv;
    return p11_find_one(use->token, use->session, match, count - 1, handle);
}

static CK_RV run_get(struct p11_use *use, void *context)
{
    struct get *get = context;
    CK_ATTRIBUTE value = {CKA_VALUE, NULL, 0};
    CK_OBJECT_HANDLE handle;
    CK_RV rv;

    if ((rv = find_certificate(use, get->key, &handle))) return rv;
    if (handle != CK_INVALID_HANDLE && (rv = p11_read(use->token, use->session, handle, &value, 1))) return rv;
    if (value.ulValueLen) engine.write(get->w, value.pValue, value.ulValueLen);
    else use->status = NTE_NOT_FOUND;
    p11_free_attributes(&value, 1);
    return use->status ? CKR_FUNCTION_CANCELED : CKR_OK;
}

nte_status p11_certificate_get(struct token_key *key, struct writer *w)
{
    struct get get = {key, w};

    return p11_with_token(key->scope, key->token, 0, 0, run_get, &get);
}

struct set
{
    struct bytes der, subject;
};

static CK_RV create_certificate(struct p11_use *use, const struct set *set, CK_OBJECT_HANDLE *handle)
{
    struct token_key *key = use->key;
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_CERTIFICATE_TYPE type = CKC_X_509;
    CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
    CK_ATTRIBUTE template[] =
    {
        {CKA_CLASS, &class, sizeof(class)},
        {CKA_CERTIFICATE_TYPE, &type, sizeof(type)},
        {CKA_TOKEN, &yes, sizeof(yes)},
        {CKA_PRIVATE, &no, sizeof(no)},
        {CKA_LABEL, key->label, strlen(key->label)},
        {CKA_SUBJECT, (void *)set->subject.data, set->subject.size},
        {CKA_VALUE, (void *)set->der.data, set->der.size},
        {CKA_ID, (void *)key->id.data, key->id.size},
    };

    return use->f->C_CreateObject(use->session->handle, template, sizeof(template) / sizeof(*template), handle);
}

/* The new one first: a failure leaves the old one, alone. */
static CK_RV replace(struct p11_use *use, const struct set *set, const CK_OBJECT_HANDLE *old, size_t count)
{
    CK_OBJECT_HANDLE new;
    size_t i;
    CK_RV rv;

    if ((rv = create_certificate(use, set, &new))) return rv;
    for (i = 0; i < count && !rv; i++)
    {
        rv = use->f->C_DestroyObject(use->session->handle, old[i]);
        if (p11_is_object_gone(rv)) rv = CKR_OK;
    }
    if (rv) use->f->C_DestroyObject(use->session->handle, new);
    return rv;
}

static CK_RV count_keys(struct p11_use *use, size_t *count)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_OBJECT_HANDLE *keys;
    CK_ATTRIBUTE match[3];
    CK_ULONG match_count = p11_key_match(use->key, &class, match);
    CK_RV rv = p11_find(use->token, use->session, match, match_count, &keys, count);

    if (!rv) engine.free(keys);
    return rv;
}

/* There are several after a call that lost its token in the middle. Where other keys have the id, their certificates
 * are known by another label. */
static CK_RV find_certificates(struct p11_use *use, CK_OBJECT_HANDLE **handles, size_t *count)
{
    CK_OBJECT_CLASS class = CKO_CERTIFICATE;
    CK_ATTRIBUTE match[3];
    CK_ULONG match_count = match_label(use->key, &class, match);
    size_t keys;
    CK_RV rv;

    if ((rv = count_keys(use, &keys))) return rv;
    return p11_find(use->token, use->session, match, keys > 1 ? match_count : match_count - 1, handles, count);
}

static CK_RV run_set(struct p11_use *use, void *context)
{
    CK_OBJECT_HANDLE *old;
    size_t count;
    CK_RV rv;

    if ((rv = find_certificates(use, &old, &count))) return rv;
    rv = replace(use, context, old, count);
    engine.free(old);
    return rv;
}

nte_status p11_certificate_set(struct token_key *key, struct bytes der, struct bytes subject)
{
    struct set set = {der, subject};

    if (!key->id.size || key->home) return NTE_NOT_SUPPORTED;
    return p11_with_key(key, 1, run_set, &set);
}
