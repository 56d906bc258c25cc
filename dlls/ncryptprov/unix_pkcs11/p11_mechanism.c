/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a token can do, as it says itself. */
#include "p11.h"

#define MOST_MECHANISMS 4096

static struct p11_mechanisms *read_mechanisms(struct token *token)
{
    CK_SLOT_ID slot = p11_slot_of(token);
    struct p11_mechanisms *list;
    CK_ULONG room = 0;

    if (p11_f(token)->C_GetMechanismList(slot, NULL, &room) || room > MOST_MECHANISMS) return NULL;
    if (!(list = engine.alloc(sizeof(*list) + room * sizeof(*list->types)))) return NULL;
    list->count = room;
    if (!p11_f(token)->C_GetMechanismList(slot, list->types, &list->count) && list->count <= room) return list;
    engine.free(list);
    return NULL;
}

/* The first list that was read stays. */
static const struct p11_mechanisms *keep_mechanisms(struct token *token)
{
    struct p11_mechanisms *list = read_mechanisms(token), *none = NULL;

    if (!list) return NULL;
    if (__atomic_compare_exchange_n(&token->mechanisms, &none, list, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return list;
    engine.free(list);
    return none;
}

int p11_has_mechanism(struct token *token, CK_MECHANISM_TYPE type)
{
    const struct p11_mechanisms *list = __atomic_load_n(&token->mechanisms, __ATOMIC_ACQUIRE);
    CK_ULONG i;

    if (!list && !(list = keep_mechanisms(token))) return 1;        /* unknown: the call will tell */
    for (i = 0; i < list->count; i++) if (list->types[i] == type) return 1;
    return 0;
}
