/* SPDX-License-Identifier: LGPL-2.1-or-later
 * New keys: generated in the token, or brought into it (rows C.29, C.30, C.35). */
#include <string.h>
#include <sys/random.h>

#include "p11.h"

struct make
{
    struct token_scope *scope;
    const struct token_new *new;
    struct token_list *made;
};

/* --- keys that have the name already --- */

struct old_keys
{
    CK_OBJECT_HANDLE *handles;
    size_t count;
};

static CK_RV find_old(struct p11_use *use, const char *label, struct old_keys *old)
{
    CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
    CK_BBOOL yes = CK_TRUE;
    CK_ATTRIBUTE match[] =
    {
        {CKA_CLASS, &class, sizeof(class)},
        {CKA_TOKEN, &yes, sizeof(yes)},
        {CKA_LABEL, (void *)label, label ? strlen(label) : 0},
    };

    old->handles = NULL;
    old->count = 0;
    return label ? p11_find(use->token, use->session, match, 3, &old->handles, &old->count) : CKR_OK;
}

/* The new key is there already: a process that ends here leaves both, and loses none. */
static void destroy_old(struct p11_use *use, const struct old_keys *old)
{
    size_t i;

    for (i = 0; i < old->count; i++) p11_destroy(use, old->handles[i]);
}

/* --- making one --- */

static CK_RV generate(struct p11_use *use, const struct token_new *new, struct p11_pair *pair,
                      CK_OBJECT_HANDLE *private)
{
    static const CK_BYTE exponent[] = {1, 0, 1};
    CK_MECHANISM rsa = {CKM_RSA_PKCS_KEY_PAIR_GEN, NULL, 0}, ec = {CKM_EC_KEY_PAIR_GEN, NULL, 0};
    struct p11_template *public = &pair->public;
    CK_OBJECT_HANDLE other;

    pair->bits = new->bits;
    if (new->type == TOKEN_RSA)
    {
        p11_template_add(public, CKA_MODULUS_BITS, &pair->bits, sizeof(pair->bits));
        p11_template_add(public, CKA_PUBLIC_EXPONENT, exponent, sizeof(exponent));
    }
    else p11_template_add(public, CKA_EC_PARAMS, new->curve.data, new->curve.size);
    return use->f->C_GenerateKeyPair(use->session->handle, new->type == TOKEN_RSA ? &rsa : &ec, public->list,
                                     public->count, pair->private.list, pair->private.count, &other, private);
}

static int may_be_narrow(CK_RV rv)
{
    return rv == CKR_TEMPLATE_INCONSISTENT || rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_VALUE_INVALID;
}

static CK_RV make_pair(struct p11_use *use, const struct token_new *new, struct p11_pair *pair,
                       CK_OBJECT_HANDLE *private)
{
    int attempt;
    CK_RV rv = CKR_OK;

    if (getrandom(pair->id, sizeof(pair->id), 0) != sizeof(pair->id)) return CKR_HOST_MEMORY;
    for (attempt = 0; attempt < 2; attempt++)
    {
        p11_pair_make(pair, new, attempt);
        rv = new->pkcs8.size ? p11_import(use, new, pair, private) : generate(use, new, pair, private);
        if (!may_be_narrow(rv)) break;
    }
    return rv;
}

/* A session object lives as long as its session, which the key keeps. */
static nte_status describe(struct p11_use *use, struct make *make, struct p11_pair *pair, CK_OBJECT_HANDLE private)
{
    const struct token_new *new = make->new;
    struct token_key *key;
    nte_status status;

    key = p11_key_new(make->scope, use->token, bytes_of(pair->id, sizeof(pair->id)), new->label ? new->label : "",
                      new->type);
    if (!key) return NTE_NO_MEMORY;
    key->handle = private;
    key->life = use->session->life;
    status = p11_list_of(key, &make->made);
    if (!status && !new->label)
    {
        key->home = use->session;
        use->session = NULL;
    }
    p11_key_drop(key);
    return status;
}

static CK_RV run_make(struct p11_use *use, void *context)
{
    struct make *make = context;
    const struct token_new *new = make->new;
    CK_OBJECT_HANDLE private;
    struct old_keys old;
    struct p11_pair pair;
    CK_RV rv;

    if ((rv = find_old(use, new->label, &old))) return rv;
    if (old.count && !new->overwrite) use->status = NTE_EXISTS;
    else rv = make_pair(use, new, &pair, &private);
    if (!rv && !use->status) use->status = describe(use, make, &pair, private);
    if (!rv && !use->status) destroy_old(use, &old);
    engine.free(old.handles);
    return use->status ? CKR_FUNCTION_CANCELED : rv;
}

nte_status p11_make(struct token_scope *scope, struct token *token, const struct token_new *new,
                    struct token_list **made)
{
    struct make make = {scope, new, NULL};
    nte_status status;

    if ((status = p11_with_token(scope, token, 1, 1, run_make, &make))) return status;
    *made = make.made;
    return NTE_SUCCESS;
}
