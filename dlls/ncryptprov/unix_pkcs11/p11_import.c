/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Numbers become objects: by C_CreateObject, or wrapped where a token takes nothing in clear (row C.35). */
#include <string.h>

#include "p11.h"

static void add_bytes(struct p11_template *template, CK_ATTRIBUTE_TYPE type, struct bytes value)
{
    p11_template_add(template, type, value.data, value.size);
}

static void add_private_numbers(struct p11_template *template, const struct token_new *new)
{
    if (new->type == TOKEN_EC)
    {
        add_bytes(template, CKA_EC_PARAMS, new->curve);
        add_bytes(template, CKA_VALUE, new->scalar);
        return;
    }
    add_bytes(template, CKA_MODULUS, new->n);
    add_bytes(template, CKA_PUBLIC_EXPONENT, new->e);
    add_bytes(template, CKA_PRIVATE_EXPONENT, new->d);
    add_bytes(template, CKA_PRIME_1, new->p);
    add_bytes(template, CKA_PRIME_2, new->q);
    add_bytes(template, CKA_EXPONENT_1, new->dp);
    add_bytes(template, CKA_EXPONENT_2, new->dq);
    add_bytes(template, CKA_COEFFICIENT, new->qinv);
}

static void add_public_numbers(struct p11_template *template, const struct token_new *new)
{
    if (new->type == TOKEN_EC)
    {
        add_bytes(template, CKA_EC_PARAMS, new->curve);
        add_bytes(template, CKA_EC_POINT, new->point);
        return;
    }
    add_bytes(template, CKA_MODULUS, new->n);
    add_bytes(template, CKA_PUBLIC_EXPONENT, new->e);
}

static CK_RV create(struct p11_use *use, const struct p11_template *template, CK_OBJECT_HANDLE *handle)
{
    return use->f->C_CreateObject(use->session->handle, (CK_ATTRIBUTE *)template->list, template->count, handle);
}

static int may_want_wrapping(CK_RV rv)
{
    return rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_ATTRIBUTE_VALUE_INVALID || rv == CKR_ATTRIBUTE_READ_ONLY ||
           rv == CKR_FUNCTION_NOT_SUPPORTED || rv == CKR_ACTION_PROHIBITED || rv == CKR_ATTRIBUTE_TYPE_INVALID ||
           rv == CKR_TEMPLATE_INCOMPLETE || rv == CKR_FUNCTION_FAILED;
}

static CK_RV import_private(struct p11_use *use, const struct token_new *new, const struct p11_pair *pair,
                            CK_OBJECT_HANDLE *private)
{
    struct p11_template plain = pair->private, wrapped = pair->private;
    CK_RV rv;

    add_private_numbers(&plain, new);
    rv = create(use, &plain, private);
    if (may_want_wrapping(rv) && !p11_unwrap(use, new->pkcs8, &wrapped, private)) return CKR_OK;
    return rv;
}

CK_RV p11_import(struct p11_use *use, const struct token_new *new, struct p11_pair *pair, CK_OBJECT_HANDLE *private)
{
    CK_OBJECT_HANDLE public;
    CK_RV rv;

    add_public_numbers(&pair->public, new);
    if ((rv = create(use, &pair->public, &public))) return rv;
    if ((rv = import_private(use, new, pair, private))) use->f->C_DestroyObject(use->session->handle, public);
    return rv;
}
