/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Tokens as a vault: keys are found by their names, and stay where they are (rows C.25 to C.31). */
#include <stdio.h>
#include <string.h>

#include "provider/pkcs11/token_provider.h"

static struct token_class *class_of(struct store *store)
{
    return (struct token_class *)store;
}

/* --- a key that was found --- */

/* Which key it is: the first bytes of its id. */
static void set_id(const struct token_found *found, struct stored_key *stored)
{
    size_t size = found->id.size < sizeof(stored->id) ? found->id.size : sizeof(stored->id);

    if (size) memcpy(stored->id, found->id.data, size);
}

/* Of a card with its reader, else the URI (row C.28), also where another key has the label, too. One that is too long
 * is no name to find the key by again. */
static void set_unique(const struct token_class *class, const struct token_found *found, char unique[UNIQUE_NAME_MAX])
{
    const char *name = found->container ? found->container : found->label;
    int is_short = *name && (found->container || !(found->flags & FOUND_SAME_LABEL)), length;

    if (class->is_card && is_short) length = snprintf(unique, UNIQUE_NAME_MAX, "\\\\.\\%s\\%s", found->reader, name);
    else length = snprintf(unique, UNIQUE_NAME_MAX, "%s", found->uri);
    if (length >= UNIQUE_NAME_MAX) *unique = 0;
}

nte_status token_take(const struct token_class *class, const struct token_found *found, char *unique,
                      struct stored_key *stored)
{
    nte_status status;

    if ((status = token_material_new(found, &stored->material))) return status;
    secret_free(stored->name);
    if (!(stored->name = token_shown_name(found, class->is_card))) return NTE_NO_MEMORY;
    snprintf(stored->algorithm, sizeof(stored->algorithm), "%s", stored->material->alg->id);
    stored->export_policy = found->export_policy;
    stored->key_usage = found->usage;
    set_id(found, stored);
    if (unique) set_unique(class, found, unique);
    return NTE_SUCCESS;
}

/* --- finding one --- */

static int same_text(const uint16_t *wanted, const char *name)
{
    uint16_t *wide = name ? token_widen(name) : NULL;
    int same = wide && same_folded(wide, wanted);

    secret_free(wide);
    return same;
}

/* Windows does not tell names by case, and tokens do: the label as it is written comes first. "" means any key. */
static int is_wanted(const struct token_found *found, const uint16_t *wanted)
{
    if (!wanted || !*wanted) return 1;
    return same_text(wanted, found->label) || same_text(wanted, found->container);
}

/* The first key of a list that has that name. A key of which the engine knows nothing is passed over. */
static nte_status first_of(const struct token_class *class, const struct token_query *query, const uint16_t *wanted,
                           char unique[UNIQUE_NAME_MAX], struct stored_key *stored)
{
    struct token_found found;
    struct token_list *list;
    nte_status status;

    if ((status = token_calls()->list_open(class->scope, query, &list))) return status;
    while (!(status = token_calls()->list_next(list, &found)))
    {
        if (!is_wanted(&found, wanted)) continue;
        status = token_take(class, &found, unique, stored);
        if (status != NTE_NOT_SUPPORTED && status != NTE_BAD_DATA) break;
    }
    token_calls()->list_close(list);
    return status == NTE_NO_MORE_ITEMS ? NTE_BAD_KEYSET : status;
}

static nte_status find_named(const struct token_class *class, const struct token_name *parts,
                             char unique[UNIQUE_NAME_MAX], struct stored_key *stored)
{
    struct token_query query = token_name_query(parts);
    nte_status status = NTE_BAD_KEYSET;

    if (parts->label && *parts->label)
    {
        query.label = parts->label;
        status = first_of(class, &query, NULL, unique, stored);
        query.label = NULL;
    }
    return status == NTE_BAD_KEYSET ? first_of(class, &query, parts->wide_label, unique, stored) : status;
}

/* "token\label" is tried when no label is the whole of it. */
static nte_status find_key(const struct token_class *class, const uint16_t *name, int split,
                           char unique[UNIQUE_NAME_MAX], struct stored_key *stored)
{
    struct token_name parts;
    nte_status status;

    if ((status = token_name_read(name, split, &parts))) return split ? NTE_BAD_KEYSET : status;
    status = find_named(class, &parts, unique, stored);
    token_name_free(&parts);
    return status;
}

static nte_status open_key(struct store *store, struct key_name name, uint32_t flags, char unique[UNIQUE_NAME_MAX],
                           struct stored_key *stored)
{
    const struct token_class *class = class_of(store);
    nte_status status = find_key(class, name.name, 0, unique, stored);

    (void)flags;
    if (status == NTE_BAD_KEYSET) status = find_key(class, name.name, 1, unique, stored);
    if (status) stored_key_free(stored);
    return status;
}

static nte_status exists(struct store *store, struct key_name name)
{
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    nte_status status = open_key(store, name, 0, unique, &stored);

    if (!status) stored_key_free(&stored);
    return status;
}

/* --- new ones --- */

/* A card that is not there has no room for a key (row D.20). */
static nte_status check_card(const struct token_class *class)
{
    static const struct token_query anything;
    struct token *token;
    nte_status status;

    if (!class->is_card) return NTE_SUCCESS;
    status = token_calls()->token_find(class->scope, &anything, 0, &token);
    return status == SCARD_E_NO_SMARTCARD ? NTE_BAD_KEYSET : status;
}

/* It is known once the key is there. */
static nte_status unique_name(struct store *store, struct key_name name, char unique[UNIQUE_NAME_MAX])
{
    struct token_name parts;
    nte_status status;

    if (u16_length(name.name) > MAX_NAME_LENGTH) return NTE_INVALID_PARAMETER;
    if ((status = token_name_read(name.name, 0, &parts))) return status;
    if (parts.uri || !*parts.label) status = NTE_INVALID_PARAMETER;
    token_name_free(&parts);
    *unique = 0;
    return status ? status : check_card(class_of(store));
}

static nte_status unique_here(const char *unique, char here[UNIQUE_NAME_MAX])
{
    (void)unique, (void)here;
    return NTE_BAD_DATA;
}

/* There is no room for values of programs in a token (row C.47). */
static nte_status set_property(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                               const uint16_t *name, struct bytes value, uint64_t *modified)
{
    (void)store, (void)unique, (void)id, (void)name, (void)value, (void)modified;
    return NTE_NOT_SUPPORTED;
}

static nte_status remove_key(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                             const struct material *material)
{
    struct token_key *key = token_key_of(material);

    (void)store, (void)unique, (void)id;
    return key ? token_calls()->remove(key) : NTE_BAD_KEYSET;
}

/* --- all of them --- */

struct store_list
{
    const struct token_class *class;
    struct token_list *list;
};

static nte_status open_part(const struct token_class *class, const uint16_t *part, struct token_list **list)
{
    struct token_query query = {0};
    struct token_name parts = {0};
    nte_status status;

    if (part && (status = token_name_read_scope(part, &parts))) return status;
    if (part) query = token_name_query(&parts);
    status = token_calls()->list_open(class->scope, &query, list);
    token_name_free(&parts);
    return status;
}

static nte_status list_open(struct store *store, const uint16_t *part, struct store_list **list)
{
    struct store_list *new = secret_alloc(sizeof(*new));
    nte_status status;

    if (!new) return NTE_NO_MEMORY;
    new->class = class_of(store);
    if ((status = open_part(new->class, part, &new->list))) secret_free(new);
    else *list = new;
    return status;
}

static nte_status list_next(struct store_list *list, struct stored_key *stored)
{
    struct token_found found;
    nte_status status;

    while (!(status = token_calls()->list_next(list->list, &found)))
    {
        status = token_take(list->class, &found, NULL, stored);
        if (!status) return NTE_SUCCESS;
        stored_key_free(stored);
        if (status != NTE_NOT_SUPPORTED && status != NTE_BAD_DATA) return status;
    }
    return status;
}

static void list_close(struct store_list *list)
{
    token_calls()->list_close(list->list);
    secret_free(list);
}

const struct vault tokens =
{
    .unique_name = unique_name,
    .unique_here = unique_here,
    .open = open_key,
    .exists = exists,
    .make = token_make,
    .set_property = set_property,
    .remove = remove_key,
    .list_open = list_open,
    .list_next = list_next,
    .list_close = list_close,
};
