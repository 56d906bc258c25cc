/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Looking at slots for the tokens that are meant. */
#include <string.h>

#include "p11.h"

/* The initialized token in a slot, if there is one. */
static struct token *look(struct p11_module *module, CK_SLOT_ID slot, CK_SLOT_INFO *where, CK_TOKEN_INFO *info)
{
    if (module->f->C_GetSlotInfo(slot, where) || module->f->C_GetTokenInfo(slot, info)) return NULL;
    if (!(info->flags & CKF_TOKEN_INITIALIZED)) return NULL;        /* row C.18 */
    return p11_token_seen(module, slot, where, info);
}

#define MOST_SLOTS 1024
#define MOST_LISTS 8                /* while others come in between */

/* The module may run elsewhere: what it says of sizes is not believed. */
static CK_RV list_slots(struct p11_module *module, CK_SLOT_ID **slots, CK_ULONG *count)
{
    CK_RV rv = CKR_BUFFER_TOO_SMALL;
    CK_ULONG room;
    int tries;

    *slots = NULL;
    for (tries = 0; rv == CKR_BUFFER_TOO_SMALL && tries < MOST_LISTS; tries++)
    {
        engine.free(*slots);
        *slots = NULL;
        room = *count = 0;
        if ((rv = module->f->C_GetSlotList(CK_TRUE, NULL, &room))) return rv;
        if (room > MOST_SLOTS) room = MOST_SLOTS;
        if (!(*slots = engine.alloc((room + 1) * sizeof(**slots)))) return CKR_HOST_MEMORY;
        *count = room;
        rv = module->f->C_GetSlotList(CK_TRUE, *slots, count);
        if (*count > room) *count = room;
    }
    if (!rv) return CKR_OK;
    engine.free(*slots);
    *slots = NULL;
    return rv;
}

int p11_token_return(struct token *token)
{
    CK_SLOT_ID *slots;
    CK_SLOT_INFO where;
    CK_TOKEN_INFO info;
    CK_ULONG i, count;
    int found = 0;

    if (list_slots(token->module, &slots, &count)) return 0;
    for (i = 0; i < count && !found; i++) found = look(token->module, slots[i], &where, &info) == token;
    engine.free(slots);
    return found;
}

/* --- which of them are meant --- */

struct search
{
    struct token_scope *scope;
    const struct token_query *query;
    P11KitUri *uri;                 /* of query; or NULL */
    struct token **found;
    size_t count, capacity;
    CK_RV failed;                   /* what a module answered that did not list its slots */
};

static int uri_matches(P11KitUri *uri, CK_SLOT_ID slot, const CK_SLOT_INFO *where, const CK_TOKEN_INFO *info)
{
    CK_SLOT_ID wanted;

    if (!uri) return 1;
    wanted = p11_kit_uri_get_slot_id(uri);
    if (wanted != (CK_SLOT_ID)-1 && wanted != slot) return 0;
    return p11_kit_uri_match_slot_info(uri, where) && p11_kit_uri_match_token_info(uri, info);
}

static int same_nocase(const char *wanted, const char *text)
{
    return !wanted || !strcasecmp(wanted, text);
}

static int is_meant(const struct search *search, struct token *token, CK_SLOT_ID slot, const CK_SLOT_INFO *where,
                    const CK_TOKEN_INFO *info)
{
    char reader[TOKEN_READER];

    if (!p11_where(token, reader) && search->scope->is_card) return 0;
    if (!same_nocase(search->query->token, token->label)) return 0;
    if (!same_nocase(search->query->reader, reader)) return 0;
    return uri_matches(search->scope->uri, slot, where, info) && uri_matches(search->uri, slot, where, info);
}

/* A card that two modules know is one card: the first module has it. */
static int is_double(const struct search *search, const struct token *token)
{
    const struct token *other;
    size_t i;

    for (i = 0; i < search->count; i++)
    {
        other = search->found[i];
        if (other == token) return 1;
        if (other->module != token->module && *token->serial && !strcmp(other->serial, token->serial)) return 1;
    }
    return 0;
}

static nte_status add(struct search *search, struct token *token)
{
    struct token **found = p11_grown(search->found, search->count, &search->capacity, sizeof(*found));

    if (!found) return NTE_NO_MEMORY;
    search->found = found;
    search->found[search->count++] = token;
    return NTE_SUCCESS;
}

static nte_status search_module(struct search *search, struct p11_module *module)
{
    nte_status status = NTE_SUCCESS;
    CK_SLOT_ID *slots;
    CK_SLOT_INFO where;
    CK_TOKEN_INFO info;
    struct token *token;
    CK_ULONG i, count;
    CK_RV rv;

    if ((rv = list_slots(module, &slots, &count)))
    {
        search->failed = rv;        /* the others may do */
        return NTE_SUCCESS;
    }
    for (i = 0; i < count && !status; i++)
        if ((token = look(module, slots[i], &where, &info)) && is_meant(search, token, slots[i], &where, &info) &&
            !is_double(search, token))
            status = add(search, token);
    engine.free(slots);
    return status;
}

static nte_status search_modules(struct search *search)
{
    struct p11_module **modules, **module;
    nte_status status;

    if ((status = p11_modules(search->scope, &modules))) return status;
    for (module = modules; *module && !status; module++) status = search_module(search, *module);
    engine.free(modules);
    return status;
}

nte_status p11_tokens(struct token_scope *scope, const struct token_query *query, P11KitUri *uri,
                      struct token ***tokens, size_t *count)
{
    struct search search = {.scope = scope, .query = query, .uri = uri};
    nte_status status = search_modules(&search);

    if (!status && !search.count && search.failed) status = p11_status(search.failed, scope->is_card);
    *tokens = search.found;
    *count = search.count;
    if (status) engine.free(search.found);
    return status;
}

nte_status p11_token_find(struct token_scope *scope, const struct token_query *query, int only, struct token **token)
{
    struct token **tokens;
    P11KitUri *uri = NULL;
    size_t count;
    nte_status status;

    if (query->uri && (status = p11_uri_parse(query->uri, &uri))) return status;
    status = p11_tokens(scope, query, uri, &tokens, &count);
    if (uri) p11_uri_free(uri);
    if (status) return status;
    if (count > 1 && only) status = NTE_NOT_SUPPORTED;
    else if (count) *token = *tokens;
    else status = scope->is_card ? SCARD_E_NO_SMARTCARD : NTE_DEVICE_NOT_READY;
    engine.free(tokens);
    return status;
}
