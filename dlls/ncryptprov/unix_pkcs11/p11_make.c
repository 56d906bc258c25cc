/* SPDX-License-Identifier: LGPL-2.1-or-later
 * New keys: generated in the token, or brought into it (rows C.29, C.30, C.35). */
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "p11_list.h"

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

static CK_RV try_pair(struct p11_use *use, const struct token_new *new, struct p11_pair *pair, int narrow,
                      CK_OBJECT_HANDLE *private)
{
    p11_pair_make(pair, new, narrow);
    use->once = 1;
    return new->pkcs8.size ? p11_import(use, new, pair, private) : generate(use, new, pair, private);
}

/* The id is random: what has it was made by this call, whatever that answered. */
static CK_RV remove_made(struct p11_use *use, struct p11_pair *pair)
{
    CK_ATTRIBUTE match = {CKA_ID, pair->id, sizeof(pair->id)};

    return p11_destroy_all(use, &match, 1);
}

#define TRIES 5                     /* SoftHSM 2.6 fails now and then while other threads use its keys */

static CK_RV make_pair(struct p11_use *use, const struct token_new *new, struct p11_pair *pair,
                       CK_OBJECT_HANDLE *private)
{
    CK_RV rv = CKR_GENERAL_ERROR;
    int narrow = 0, i;

    if (getrandom(pair->id, sizeof(pair->id), 0) != sizeof(pair->id)) return CKR_HOST_MEMORY;
    for (i = 0; i < TRIES; i++)
    {
        rv = try_pair(use, new, pair, narrow, private);
        if (!rv || p11_is_gone(rv) || remove_made(use, pair)) break;
        if (may_be_narrow(rv) && !narrow) narrow = 1;
        else if (rv != CKR_GENERAL_ERROR) break;
    }
    return rv;
}

/* A session object lives as long as its session. */
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
    if (!status) make->made->overwrite = new->overwrite;
    if (!status && !new->label) p11_home_enter(key, use->session);
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
    engine.free(old.handles);
    if (old.count && !new->overwrite) use->status = NTE_EXISTS;
    else rv = make_pair(use, new, &pair, &private);
    if (!rv && !use->status && (use->status = describe(use, make, &pair, private))) remove_made(use, &pair);
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

/* --- and the others of that name --- */

#define LOOKS 20
#define BETWEEN 100000              /* microseconds */

/* Its process takes it away at this moment, maybe: SoftHSM says no more than that something failed. */
static int is_vanishing(CK_RV rv)
{
    return p11_is_object_gone(rv) || rv == CKR_GENERAL_ERROR || rv == CKR_FUNCTION_FAILED;
}

/* The id of another key with that of this one: < 0, 0: it is this one, > 0. Without an id it is as good as smaller. */
static CK_RV order_of(struct p11_use *use, CK_OBJECT_HANDLE other, int *order)
{
    CK_ATTRIBUTE id = {CKA_ID, NULL, 0};
    struct bytes own = use->key->id;
    size_t common;
    CK_RV rv;

    *order = 0;
    if (other == use->object) return CKR_OK;
    if ((rv = p11_read(use->token, use->session, other, &id, 1))) return rv;
    common = id.ulValueLen < own.size ? id.ulValueLen : own.size;
    *order = common ? memcmp(id.pValue, own.data, common) : 0;
    if (!*order && id.ulValueLen != own.size) *order = id.ulValueLen < own.size ? -1 : 1;
    p11_free_attributes(&id, 1);
    return CKR_OK;
}

/* The new key is complete by now: a process that ends here leaves both, and loses none. */
static CK_RV destroy_other(struct p11_use *use, CK_OBJECT_HANDLE other)
{
    int order;
    CK_RV rv = order_of(use, other, &order);

    return rv || !order ? rv : p11_destroy(use, other);
}

static CK_RV look_at_other(struct p11_use *use, CK_OBJECT_HANDLE other, int *others)
{
    int order;
    CK_RV rv = order_of(use, other, &order);

    if (!rv && order < 0) use->status = NTE_EXISTS;     /* this one has to go */
    *others += order > 0;
    return rv;
}

/* *others: there may be some after this. */
static CK_RV settle_with(struct p11_use *use, const struct old_keys *old, int overwrite, int *others)
{
    CK_RV rv;
    size_t i;

    for (i = 0, *others = 0; i < old->count && !use->status; i++)
    {
        if (overwrite) rv = destroy_other(use, old->handles[i]);
        else rv = look_at_other(use, old->handles[i], others);
        if (rv && !is_vanishing(rv)) return rv;
        *others += rv != CKR_OK;
    }
    return CKR_OK;
}

/* Two processes may have looked for the name, found nothing, and made a key each. The one with the larger id gives way;
 * if it does not, it was done before the other one was there. */
static CK_RV run_settle(struct p11_use *use, void *context)
{
    const struct token_list *list = context;
    int look, others = 1;
    struct old_keys old;
    CK_RV rv;

    for (look = 0; look < LOOKS && others && !use->status; look++)
    {
        if (look) usleep(BETWEEN);
        if ((rv = find_old(use, use->key->label, &old))) return rv;
        rv = settle_with(use, &old, list->overwrite, &others);
        engine.free(old.handles);
        if (rv) return rv;
    }
    if (others && !use->status) use->status = list->overwrite ? NTE_FAIL : NTE_EXISTS;
    return use->status ? CKR_FUNCTION_CANCELED : CKR_OK;
}

nte_status p11_settle(struct token_list *made, int keep)
{
    struct token_key *key = made->key;
    nte_status status = NTE_SUCCESS;

    if (key->home) return NTE_SUCCESS;              /* it has no name, and goes with its session */
    if (keep) status = p11_with_key(key, 1, run_settle, made);
    if (!keep || status) p11_remove(key);
    return status;
}
