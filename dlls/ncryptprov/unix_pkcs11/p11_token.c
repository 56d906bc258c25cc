/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Tokens in their slots. One is known by its serial number and label: its slot changes when readers come and go. */
#include <string.h>

#include "p11.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;    /* guards the list */
static struct token *all;

void p11_trim(char *field, const CK_UTF8CHAR *data, size_t size)
{
    while (size && (data[size - 1] == ' ' || !data[size - 1])) size--;
    memcpy(field, data, size);
    field[size] = 0;
}

static struct token *new_token(struct p11_module *module, const CK_TOKEN_INFO *info)
{
    struct token *token = engine.alloc(sizeof(*token));

    if (!token) return NULL;
    token->module = module;
    token->slot = P11_NO_SLOT;
    p11_trim(token->label, info->label, sizeof(info->label));
    p11_trim(token->serial, info->serialNumber, sizeof(info->serialNumber));
    pthread_mutex_init(&token->mutex, NULL);
    pthread_mutex_init(&token->pin_mutex, NULL);
    pthread_mutex_init(&token->write_mutex, NULL);
    pthread_cond_init(&token->given_back, NULL);
    return token;
}

static int is_token(const struct token *token, const struct p11_module *module, const CK_TOKEN_INFO *info)
{
    char label[33], serial[17];

    p11_trim(label, info->label, sizeof(info->label));
    p11_trim(serial, info->serialNumber, sizeof(info->serialNumber));
    return token->module == module && !strcmp(token->label, label) && !strcmp(token->serial, serial);
}

static struct token *intern(struct p11_module *module, const CK_TOKEN_INFO *info)
{
    struct token *token;

    pthread_mutex_lock(&lock);
    token = all;
    while (token && !is_token(token, module, info)) token = token->next;
    if (!token && (token = new_token(module, info)))
    {
        token->next = all;
        all = token;
    }
    pthread_mutex_unlock(&lock);
    return token;
}

/* A token that went to another slot has new sessions. */
static void seen_in(struct token *token, CK_SLOT_ID slot, const CK_SLOT_INFO *where, const CK_TOKEN_INFO *info)
{
    unsigned int life;
    int moved;

    pthread_mutex_lock(&token->mutex);
    moved = token->slot != P11_NO_SLOT && token->slot != slot;
    life = token->life;
    token->slot = slot;
    token->flags = info->flags;
    token->removable = !!(where->flags & CKF_REMOVABLE_DEVICE);
    p11_trim(token->reader, where->slotDescription, sizeof(where->slotDescription));
    pthread_mutex_unlock(&token->mutex);
    if (moved) p11_token_lost(token, life);
}

/* Whichever token was there before: numbers of its sessions may be those of the new one's. */
static void others_left(const struct token *token, CK_SLOT_ID slot)
{
    struct token *other;
    unsigned int life;
    int was_there;

    pthread_mutex_lock(&lock);
    other = all;
    pthread_mutex_unlock(&lock);
    for (; other; other = other->next)
    {
        if (other == token || other->module != token->module) continue;
        pthread_mutex_lock(&other->mutex);
        was_there = other->slot == slot;
        life = other->life;
        if (was_there) other->slot = P11_NO_SLOT;
        pthread_mutex_unlock(&other->mutex);
        if (was_there) p11_token_lost(other, life);
    }
}

/* The initialized token in a slot, if there is one. */
static struct token *look(struct p11_module *module, CK_SLOT_ID slot, CK_SLOT_INFO *where, CK_TOKEN_INFO *info)
{
    struct token *token;

    if (module->f->C_GetSlotInfo(slot, where) || module->f->C_GetTokenInfo(slot, info)) return NULL;
    if (!(info->flags & CKF_TOKEN_INITIALIZED)) return NULL;        /* row C.18 */
    if (!(token = intern(module, info))) return NULL;
    others_left(token, slot);
    seen_in(token, slot, where, info);
    return token;
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

int p11_is_in_slot(struct token *token, CK_SLOT_ID slot, CK_FLAGS *flags)
{
    CK_TOKEN_INFO info;

    if (p11_f(token)->C_GetTokenInfo(slot, &info) || !is_token(token, token->module, &info)) return 0;
    if (flags) *flags = info.flags;
    return 1;
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

static int is_meant(const struct search *search, const struct token *token, CK_SLOT_ID slot, const CK_SLOT_INFO *where,
                    const CK_TOKEN_INFO *info)
{
    if (search->scope->is_card && !token->removable) return 0;
    if (!same_nocase(search->query->token, token->label)) return 0;
    if (!same_nocase(search->query->reader, token->reader)) return 0;
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
    size_t capacity = search->capacity ? 2 * search->capacity : 8;
    struct token **longer;

    if (search->count == search->capacity)
    {
        if (!(longer = engine.alloc(capacity * sizeof(*longer)))) return NTE_NO_MEMORY;
        if (search->count) memcpy(longer, search->found, search->count * sizeof(*longer));
        engine.free(search->found);
        search->found = longer;
        search->capacity = capacity;
    }
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

    if (list_slots(module, &slots, &count)) return NTE_SUCCESS;     /* the others may do */
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

nte_status p11_tokens(struct token_scope *scope, const struct token_query *query, struct token ***tokens,
                      size_t *count)
{
    struct search search = {.scope = scope, .query = query};
    nte_status status = NTE_SUCCESS;

    if (query->uri && !(search.uri = p11_kit_uri_new())) return NTE_NO_MEMORY;
    if (query->uri && p11_kit_uri_parse(query->uri, P11_KIT_URI_FOR_ANY, search.uri)) status = NTE_INVALID_PARAMETER;
    if (!status) status = search_modules(&search);
    if (search.uri) p11_kit_uri_free(search.uri);
    *tokens = search.found;
    *count = search.count;
    if (status) engine.free(search.found);
    return status;
}

nte_status p11_token_find(struct token_scope *scope, const struct token_query *query, int only, struct token **token)
{
    struct token **tokens;
    size_t count;
    nte_status status;

    if ((status = p11_tokens(scope, query, &tokens, &count))) return status;
    if (count > 1 && only) status = NTE_NOT_SUPPORTED;
    else if (count) *token = *tokens;
    else status = scope->is_card ? SCARD_E_NO_SMARTCARD : NTE_DEVICE_NOT_READY;
    engine.free(tokens);
    return status;
}

/* --- what a token can do --- */

#define MOST_MECHANISMS 4096

static CK_MECHANISM_TYPE *read_mechanisms(struct token *token, CK_ULONG *count)
{
    CK_MECHANISM_TYPE *list;
    CK_ULONG room = 0;

    *count = 0;
    if (p11_f(token)->C_GetMechanismList(token->slot, NULL, &room) || room > MOST_MECHANISMS) return NULL;
    if (!(list = engine.alloc((room + 1) * sizeof(*list)))) return NULL;
    *count = room;
    if (!p11_f(token)->C_GetMechanismList(token->slot, list, count) && *count <= room) return list;
    engine.free(list);
    return NULL;
}

static int is_listed(const struct token *token, CK_MECHANISM_TYPE type)
{
    CK_ULONG i;

    for (i = 0; i < token->mechanism_count; i++) if (token->mechanisms[i] == type) return 1;
    return !token->mechanisms;      /* unknown: the call will tell */
}

int p11_has_mechanism(struct token *token, CK_MECHANISM_TYPE type)
{
    CK_MECHANISM_TYPE *list = NULL;
    CK_ULONG count = 0;
    int missing, has;

    pthread_mutex_lock(&token->mutex);
    missing = !token->mechanisms;
    pthread_mutex_unlock(&token->mutex);
    if (missing) list = read_mechanisms(token, &count);
    pthread_mutex_lock(&token->mutex);
    if (list && !token->mechanisms)
    {
        token->mechanisms = list;
        token->mechanism_count = count;
        list = NULL;
    }
    has = is_listed(token, type);
    pthread_mutex_unlock(&token->mutex);
    engine.free(list);
    return has;
}
