/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The keys of a list, one after the other, as the engine wants to know them. */
#include <string.h>

#include "base/constants.h"
#include "p11_list.h"

static const CK_ATTRIBUTE_TYPE attribute_types[ATTRIBUTE_COUNT] =
{
    CKA_ID, CKA_LABEL, CKA_KEY_TYPE, CKA_SENSITIVE, CKA_EXTRACTABLE, CKA_SIGN, CKA_DECRYPT, CKA_UNWRAP, CKA_DERIVE,
    CKA_VERIFY, CKA_ENCRYPT, CKA_MODULUS, CKA_PUBLIC_EXPONENT, CKA_EC_PARAMS, CKA_EC_POINT,
    CKA_ALWAYS_AUTHENTICATE, CKA_VALUE,
};

static void forget_last(struct token_list *list)
{
    p11_free_attributes(list->own, ATTRIBUTE_COUNT);
    p11_free_attributes(list->twin, ATTRIBUTE_COUNT);
    engine.free(list->uri);
    list->uri = NULL;
}

static void drop_key(struct token_list *list)
{
    if (list->key) p11_key_drop(list->key);
    list->key = NULL;
}

void p11_list_close(struct token_list *list)
{
    size_t i;

    forget_last(list);
    drop_key(list);
    for (i = 0; i < list->count; i++) p11_entry_free(&list->entries[i]);
    engine.free(list->entries);
    engine.free(list);
}

static CK_RV read_all(struct p11_use *use, CK_OBJECT_HANDLE object, CK_OBJECT_CLASS class, CK_ATTRIBUTE *attributes)
{
    CK_ULONG i, count = class == CKO_CERTIFICATE ? ATTRIBUTE_COUNT : VALUE;     /* no private number */

    for (i = 0; i < ATTRIBUTE_COUNT; i++) attributes[i] = (CK_ATTRIBUTE){attribute_types[i], NULL, 0};
    return p11_read(use->token, use->session, object, attributes, count);
}

static int lacks_numbers(const CK_ATTRIBUTE *a)
{
    if (p11_number(&a[TYPE], CKK_VENDOR_DEFINED) == CKK_RSA) return !a[MODULUS].ulValueLen || !a[EXPONENT].ulValueLen;
    return !a[PARAMS].ulValueLen || !a[POINT].ulValueLen;
}

/* Private EC keys have no point, and what they are for their public half says. */
static int has_all(const struct entry *entry, const CK_ATTRIBUTE *a)
{
    if (entry->class == CKO_CERTIFICATE || !entry->id.size) return 1;
    return !lacks_numbers(a) && (entry->class == CKO_PUBLIC_KEY || entry->type == CKK_RSA);
}

static int has_label(struct p11_use *use, CK_OBJECT_HANDLE handle, const char *label)
{
    CK_ATTRIBUTE a = {CKA_LABEL, NULL, 0};
    int has;

    if (p11_read(use->token, use->session, handle, &a, 1)) return 0;
    has = p11_is_text(p11_trimmed(p11_value(&a)), label);
    p11_free_attributes(&a, 1);
    return has;
}

/* The only one, else the only one with that label. CK_INVALID_HANDLE: nobody knows which. */
static CK_OBJECT_HANDLE choose(struct p11_use *use, const CK_OBJECT_HANDLE *handles, size_t count, const char *label)
{
    CK_OBJECT_HANDLE chosen = CK_INVALID_HANDLE;
    size_t i, fit = 0;

    if (count == 1) return *handles;
    for (i = 0; i < count; i++)
    {
        if (!has_label(use, handles[i], label)) continue;
        chosen = handles[i];
        fit++;
    }
    return fit == 1 ? chosen : CK_INVALID_HANDLE;
}

/* The public key, else the certificate, with the id of the key. */
static CK_RV read_twin(struct p11_use *use, const struct entry *entry, CK_OBJECT_CLASS class, CK_ATTRIBUTE *twin)
{
    CK_KEY_TYPE type = entry->type;
    CK_ATTRIBUTE match[] =
    {
        {CKA_CLASS, &class, sizeof(class)},
        {CKA_ID, (void *)entry->id.data, entry->id.size},
        {CKA_KEY_TYPE, &type, sizeof(type)},
    };
    CK_OBJECT_HANDLE *handles, handle;
    size_t count;
    CK_RV rv;

    rv = p11_find(use->token, use->session, match, class == CKO_PUBLIC_KEY ? 3 : 2, &handles, &count);
    if (rv) return rv;
    handle = choose(use, handles, count, entry->label);
    engine.free(handles);
    if (handle == CK_INVALID_HANDLE) return CKR_OK;
    p11_free_attributes(twin, ATTRIBUTE_COUNT);
    return read_all(use, handle, class, twin);
}

/* Of all keys of a card the GUID is the same. */
static CK_RV name_container(struct p11_use *use, struct token_list *list, struct bytes id)
{
    CK_RV rv = CKR_OK;

    if (list->guid_of != use->token) rv = p11_piv_guid(use->token, use->session, &list->guid);
    if (p11_is_gone(rv)) return rv;
    list->guid_of = use->token;                     /* or it has none, however the token says so */
    p11_piv_name(&list->guid, id, list->container);
    return CKR_OK;
}

static CK_RV read_entry_and_twin(struct p11_use *use, struct token_list *list)
{
    const struct entry *entry = &list->entries[list->next];
    CK_RV rv;

    forget_last(list);
    if ((rv = read_all(use, entry->handle, entry->class, list->own))) return rv;
    if (list->scope->is_card && (rv = name_container(use, list, entry->id))) return rv;
    if (has_all(entry, list->own)) return CKR_OK;
    if ((rv = read_twin(use, entry, CKO_PUBLIC_KEY, list->twin))) return rv;
    if (list->twin[0].pValue && !lacks_numbers(list->twin)) return CKR_OK;
    return read_twin(use, entry, CKO_CERTIFICATE, list->twin);
}

/* Of an object that somebody deletes meanwhile SoftHSM says no more than that something failed. */
static CK_RV run_read(struct p11_use *use, void *context)
{
    CK_RV rv = read_entry_and_twin(use, context);

    return rv == CKR_GENERAL_ERROR || rv == CKR_FUNCTION_FAILED ? CKR_OBJECT_HANDLE_INVALID : rv;
}

static struct bytes number_of(const struct token_list *list, int which)
{
    struct bytes own = p11_value(&list->own[which]);

    return own.size ? own : p11_value(&list->twin[which]);
}

/* A key that Windows made for agreement signs as well (row 10.32). Its public half does not verify, and so the key is
 * told from one that does both because nobody chose. */
static int agrees(const struct token_list *list, const struct entry *entry)
{
    const CK_ATTRIBUTE *a = list->own, *public = list->twin[ID].pValue ? list->twin : list->own;

    if (entry->type != CKK_EC || !p11_flag(&a[DERIVE], 0)) return 0;
    return !p11_flag(&a[SIGN], 0) ? !p11_flag(&a[VERIFY], 0) : !p11_flag(&public[VERIFY], 1);
}

static uint32_t usage_of(const CK_ATTRIBUTE *a)
{
    uint32_t usage = 0;

    if (p11_flag(&a[SIGN], 0) || p11_flag(&a[VERIFY], 0)) usage |= USAGE_SIGNING;
    if (p11_flag(&a[DECRYPT], 0) || p11_flag(&a[UNWRAP], 0) || p11_flag(&a[ENCRYPT], 0)) usage |= USAGE_DECRYPT;
    if (p11_flag(&a[DERIVE], 0)) usage |= USAGE_KEY_AGREEMENT;
    return usage & (usage - 1) || !usage ? USAGE_ALL : usage;       /* several: nobody chose */
}

/* Row C.34. */
static uint32_t policy_of(const CK_ATTRIBUTE *a, const struct entry *entry)
{
    if (entry->class != CKO_PRIVATE_KEY || !p11_flag(&a[EXTRACTABLE], 0)) return 0;
    return p11_flag(&a[SENSITIVE], 1) ? ALLOW_EXPORT : ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT;
}

static enum token_key_type type_of(const struct entry *entry)
{
    if (entry->class == CKO_CERTIFICATE) return TOKEN_UNKNOWN;
    return entry->type == CKK_RSA ? TOKEN_RSA : TOKEN_EC;
}

/* The reader as well. */
static uint32_t flags_of(struct token_list *list, const struct entry *entry)
{
    uint32_t flags = p11_where(entry->token, list->reader) ? FOUND_REMOVABLE : 0;

    if (entry->same_label) flags |= FOUND_SAME_LABEL;
    return agrees(list, entry) ? flags | FOUND_AGREES : flags;
}

static nte_status describe(struct token_list *list, const struct entry *entry, struct token_found *found)
{
    if (!list->key) list->key = p11_key_new(list->scope, entry->token, entry->id, entry->label, type_of(entry));
    if (list->key) p11_key_has_number(list->key, number_of(list, entry->type == CKK_RSA ? MODULUS : POINT));
    if (!list->key || !(list->uri = p11_key_uri(entry->token, entry->id, entry->label))) return NTE_NO_MEMORY;
    if (p11_flag(&list->own[ALWAYS], 0)) __atomic_store_n(&list->key->always_asks, 1, __ATOMIC_RELAXED);
    *found = (struct token_found)
    {
        .key = list->key,
        .label = entry->label,
        .token = entry->token->label,
        .reader = list->reader,
        .uri = list->uri,
        .container = *list->container ? list->container : NULL,
        .type = type_of(entry),
        .flags = flags_of(list, entry),
        .usage = usage_of(list->own),
        .export_policy = policy_of(list->own, entry),
        .id = entry->id,
        .n = number_of(list, MODULUS),
        .e = number_of(list, EXPONENT),
        .curve = number_of(list, PARAMS),
        .point = number_of(list, POINT),
        .certificate = entry->class == CKO_CERTIFICATE ? p11_value(&list->own[VALUE]) : p11_value(&list->twin[VALUE]),
    };
    return NTE_SUCCESS;
}

nte_status p11_list_next(struct token_list *list, struct token_found *found)
{
    const struct entry *entry;
    nte_status status;

    for (; list->next < list->count; list->next++)
    {
        entry = &list->entries[list->next];
        if (!list->is_made) drop_key(list);
        status = p11_with_token(list->scope, entry->token, 0, 0, run_read, list);
        if (status == NTE_BAD_KEYSET) continue;     /* gone meanwhile */
        if (!status) status = describe(list, entry, found);
        list->next++;
        return status;
    }
    return NTE_NO_MORE_ITEMS;
}
