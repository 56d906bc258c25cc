/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The keys on tokens. Many tokens hide private keys until somebody logs in; then public keys and certificates say which
 * there are (row C.27). */
#include <stdlib.h>
#include <string.h>

#include "p11_list.h"

static const CK_ATTRIBUTE_TYPE light_types[] = {CKA_ID, CKA_LABEL, CKA_KEY_TYPE};

/* --- collecting --- */

static nte_status add_entry(struct token_list *list, const struct entry *entry)
{
    struct entry *entries = p11_grown(list->entries, list->count, &list->capacity, sizeof(*entries));

    if (!entries) return NTE_NO_MEMORY;
    list->entries = entries;
    list->entries[list->count++] = *entry;
    return NTE_SUCCESS;
}

void p11_entry_free(struct entry *entry)
{
    engine.free((void *)entry->id.data);
    engine.free(entry->label);
}

/* Another object of the same token has said so already. */
static int is_known(const struct token_list *list, const struct entry *entry)
{
    const struct entry *other;
    size_t i;

    if (!entry->id.size) return 0;
    for (i = list->count; i-- && list->entries[i].token == entry->token; )
    {
        other = &list->entries[i];
        if (other->class == entry->class || other->id.size != entry->id.size) continue;
        if (entry->class != CKO_CERTIFICATE && other->type != entry->type) continue;
        if (!memcmp(other->id.data, entry->id.data, entry->id.size)) return 1;
    }
    return 0;
}

static char *label_of(const CK_ATTRIBUTE *attribute)
{
    struct bytes value = p11_trimmed(p11_value(attribute));
    char *label;

    if ((label = engine.alloc(value.size + 1)) && value.size) memcpy(label, value.data, value.size);
    return label;
}

static CK_RV read_entry(struct p11_session *session, struct entry *entry)
{
    CK_ATTRIBUTE light[3] = {{light_types[0], NULL, 0}, {light_types[1], NULL, 0}, {light_types[2], NULL, 0}};
    struct bytes id;
    CK_RV rv;

    rv = p11_read(entry->token, session, entry->handle, light, entry->class == CKO_CERTIFICATE ? 2 : 3);
    if (rv) return rv;
    id = p11_value(&light[0]);
    entry->id = bytes_of(p11_copy(id.data, id.size), id.size);
    entry->label = label_of(&light[1]);
    entry->type = p11_number(&light[2], CKK_VENDOR_DEFINED);
    p11_free_attributes(light, 3);
    return entry->id.data && entry->label ? CKR_OK : CKR_HOST_MEMORY;
}

static int can_be_listed(const struct token_list *list, const struct entry *entry)
{
    if (entry->class != CKO_CERTIFICATE && entry->type != CKK_RSA && entry->type != CKK_EC) return 0;
    if (entry->class == CKO_CERTIFICATE && !entry->id.size) return 0;
    return (entry->id.size || *entry->label) && !is_known(list, entry);
}

/* An object that cannot be read is left out: it is gone, or of a kind that its token cannot show. */
static CK_RV add_object(struct token_list *list, struct p11_session *session, struct entry *entry)
{
    CK_RV rv = read_entry(session, entry);

    if (rv && rv != CKR_HOST_MEMORY) return p11_is_gone(rv) ? rv : CKR_OK;
    if (!rv && can_be_listed(list, entry))
    {
        if (!add_entry(list, entry)) return CKR_OK;
        rv = CKR_HOST_MEMORY;
    }
    p11_entry_free(entry);
    return rv;
}

/* What the objects must be like. */
struct match
{
    CK_OBJECT_CLASS class;
    CK_ATTRIBUTE list[8];
    CK_ULONG count;
};

static void match_uri(struct match *match, P11KitUri *uri)
{
    CK_ATTRIBUTE *attribute;

    if ((attribute = p11_kit_uri_get_attribute(uri, CKA_ID))) match->list[match->count++] = *attribute;
    if ((attribute = p11_kit_uri_get_attribute(uri, CKA_LABEL))) match->list[match->count++] = *attribute;
}

static CK_BBOOL yes = CK_TRUE;

static void make_match(struct match *match, struct token_scope *scope, const struct token_query *query, P11KitUri *uri)
{
    match->list[0] = (CK_ATTRIBUTE){CKA_CLASS, &match->class, sizeof(match->class)};
    match->list[1] = (CK_ATTRIBUTE){CKA_TOKEN, &yes, sizeof(yes)};
    match->count = 2;
    match_uri(match, scope->uri);
    if (uri) match_uri(match, uri);
    if (query->label)
        match->list[match->count++] = (CK_ATTRIBUTE){CKA_LABEL, (void *)query->label, strlen(query->label)};
}

struct collect
{
    struct token_list *list;
    struct match *match;
    int is_named;
};

static CK_RV collect_class(struct p11_use *use, struct collect *collect, CK_OBJECT_CLASS class)
{
    struct entry entry = {.token = use->token, .class = class};
    CK_OBJECT_HANDLE *handles;
    size_t count, i;
    CK_RV rv;

    collect->match->class = class;
    rv = p11_find(use->token, use->session, collect->match->list, collect->match->count, &handles, &count);
    if (rv) return rv;
    for (i = 0; i < count && !rv; i++)
    {
        entry.handle = handles[i];
        rv = add_object(collect->list, use->session, &entry);
    }
    engine.free(handles);
    return rv;
}

/* A program may know a key by the name of its public half, which was all that it saw before somebody logged in. */
static CK_RV run_collect(struct p11_use *use, void *context)
{
    struct collect *collect = context;
    int is_open;
    CK_RV rv;

    if (p11_is_gone(rv = p11_login(collect->list->scope, use))) return rv;
    use->status = NTE_SUCCESS;                      /* without a PIN there is less to see */
    is_open = p11_is_open(use->token, use->session);
    if ((rv = collect_class(use, collect, CKO_PRIVATE_KEY)) || (is_open && !collect->is_named)) return rv;
    if ((rv = collect_class(use, collect, CKO_PUBLIC_KEY))) return rv;
    return collect_class(use, collect, CKO_CERTIFICATE);
}

/* The PIN that comes with the name of a key is for its token. */
static void use_pin_of(struct token_scope *scope, P11KitUri *uri, struct token **tokens, size_t count)
{
    const char *pin = uri ? p11_kit_uri_get_pin_value(uri) : NULL;

    if (!pin || !*pin || count != 1) return;
    if (p11_names_token(uri) || p11_names_token(scope->uri)) p11_pin(scope, *tokens, pin);
}

static nte_status collect_keys(struct token_list *list, const struct token_query *query, P11KitUri *uri)
{
    struct match match;
    struct collect collect = {list, &match, query->label != NULL};
    struct token **tokens;
    size_t count, i;
    nte_status status;

    if ((status = p11_tokens(list->scope, query, uri, &tokens, &count))) return status;
    use_pin_of(list->scope, uri, tokens, count);
    make_match(&match, list->scope, query, uri);
    for (i = 0; i < count && status != NTE_NO_MEMORY; i++)
        status = p11_with_token(list->scope, tokens[i], 0, 0, run_collect, &collect);
    engine.free(tokens);
    if (!count && list->scope->is_card) return SCARD_E_NO_SMARTCARD;
    return status == NTE_NO_MEMORY || count == 1 ? status : NTE_SUCCESS;    /* one that fails hides no other */
}

/* --- labels that are not unique --- */

static int compare_labels(const void *a, const void *b)
{
    const struct entry *const *one = a, *const *two = b;

    return strcmp((*one)->label, (*two)->label);
}

static nte_status mark_same_labels(struct token_list *list)
{
    struct entry **sorted = engine.alloc((list->count + 1) * sizeof(*sorted));
    size_t i;

    if (!sorted) return NTE_NO_MEMORY;
    for (i = 0; i < list->count; i++) sorted[i] = &list->entries[i];
    qsort(sorted, list->count, sizeof(*sorted), compare_labels);
    for (i = 1; i < list->count; i++)
        if (!strcmp(sorted[i - 1]->label, sorted[i]->label)) sorted[i - 1]->same_label = sorted[i]->same_label = 1;
    engine.free(sorted);
    return NTE_SUCCESS;
}

nte_status p11_list_open(struct token_scope *scope, const struct token_query *query, struct token_list **list)
{
    struct token_list *new = engine.alloc(sizeof(*new));
    nte_status status = NTE_SUCCESS;
    P11KitUri *uri = NULL;

    if (!new) return NTE_NO_MEMORY;
    new->scope = scope;
    if (query->uri) status = p11_uri_parse(query->uri, &uri);
    if (!status) status = collect_keys(new, query, uri);
    if (!status) status = mark_same_labels(new);
    if (uri) p11_uri_free(uri);
    if (status) p11_list_close(new);
    else *list = new;
    return status;
}

nte_status p11_list_of(struct token_key *key, struct token_list **list)
{
    struct token_list *new = engine.alloc(sizeof(*new));
    struct entry entry = {.token = key->token, .class = CKO_PRIVATE_KEY, .handle = key->handle};

    if (!new) return NTE_NO_MEMORY;
    new->scope = key->scope;
    entry.id = bytes_of(p11_copy(key->id.data, key->id.size), key->id.size);
    entry.label = p11_copy_string(key->label);
    entry.type = key->type == TOKEN_RSA ? CKK_RSA : CKK_EC;
    if (entry.id.data && entry.label && !add_entry(new, &entry))
    {
        new->key = p11_key_hold(key);
        new->is_made = 1;
        *list = new;
        return NTE_SUCCESS;
    }
    p11_entry_free(&entry);
    p11_list_close(new);
    return NTE_NO_MEMORY;
}
