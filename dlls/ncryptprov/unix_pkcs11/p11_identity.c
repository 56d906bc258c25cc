/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which of the private keys on a token a reference means. Neither id nor label need be of one key alone; where nothing
 * tells two apart, neither is used. */
#include <string.h>

#include "p11.h"

enum { ALWAYS, LABEL, NUMBER, READ_COUNT };

/* One of them may have a header of DER or a zero in front. */
static int same_number(struct bytes a, struct bytes b)
{
    struct bytes longer = a.size < b.size ? b : a, shorter = a.size < b.size ? a : b;
    size_t more = longer.size - shorter.size;

    return shorter.size && more <= 3 && !memcmp(longer.data + more, shorter.data, shorter.size);
}

void p11_key_has_number(struct token_key *key, struct bytes number)
{
    if (!key->number.size) key->number = bytes_of(p11_copy(number.data, number.size), number.size);
    if (!key->number.data) key->number.size = 0;
}

static CK_ATTRIBUTE_TYPE number_type(const struct token_key *key)
{
    return key->type == TOKEN_RSA ? CKA_MODULUS : CKA_EC_POINT;
}

static CK_RV find_class(struct token_key *key, struct p11_session *session, CK_OBJECT_CLASS class,
                        CK_OBJECT_HANDLE **handles, size_t *count)
{
    CK_KEY_TYPE type = key->type == TOKEN_RSA ? CKK_RSA : CKK_EC;
    CK_ATTRIBUTE match[3];
    CK_ULONG match_count = p11_key_match(key, &class, match);

    if (key->type != TOKEN_UNKNOWN) match[match_count++] = (CK_ATTRIBUTE){CKA_KEY_TYPE, &type, sizeof(type)};
    return p11_find(key->token, session, match, match_count, handles, count);
}

/* 1: public keys beside it have numbers, and none has that of this key. */
static int is_public_another(struct token_key *key, struct p11_session *session)
{
    CK_ATTRIBUTE number = {number_type(key), NULL, 0};
    CK_OBJECT_HANDLE *handles;
    int others = 0, ours = 0;
    size_t count, i;

    if (find_class(key, session, CKO_PUBLIC_KEY, &handles, &count)) return 0;
    for (i = 0; i < count; i++)
    {
        if (p11_read(key->token, session, handles[i], &number, 1)) continue;
        ours += same_number(p11_value(&number), key->number);
        others += number.ulValueLen != 0;
        p11_free_attributes(&number, 1);
    }
    engine.free(handles);
    return others && !ours;
}

/* 0: another; 1: maybe, for what it says; 2: with its label, too. */
static int likeness(struct token_key *key, struct p11_session *session, const CK_ATTRIBUTE *a)
{
    struct bytes label = p11_trimmed(p11_value(&a[LABEL])), number = p11_value(&a[NUMBER]);

    if (key->number.size && number.size && !same_number(number, key->number)) return 0;
    if (key->number.size && !number.size && is_public_another(key, session)) return 0;
    return p11_is_text(label, key->label) ? 2 : 1;
}

struct best
{
    CK_OBJECT_HANDLE handle;
    int likeness, rivals, always_asks;
};

static CK_RV compare(struct token_key *key, struct p11_session *session, CK_OBJECT_HANDLE handle, struct best *best)
{
    CK_ATTRIBUTE a[] = {{CKA_ALWAYS_AUTHENTICATE, NULL, 0}, {CKA_LABEL, NULL, 0}, {number_type(key), NULL, 0}};
    int like;
    CK_RV rv;

    if ((rv = p11_read(key->token, session, handle, a, READ_COUNT))) return rv;
    like = likeness(key, session, a);
    if (like && like == best->likeness) best->rivals++;
    if (like > best->likeness) *best = (struct best){handle, like, 0, p11_flag(&a[ALWAYS], 0)};
    p11_free_attributes(a, READ_COUNT);
    return CKR_OK;
}

CK_RV p11_find_private(struct token_key *key, struct p11_session *session, CK_OBJECT_HANDLE *handle)
{
    struct best best = {CK_INVALID_HANDLE, 0, 0, 0};
    CK_OBJECT_HANDLE *handles;
    size_t count, i;
    CK_RV rv;

    *handle = CK_INVALID_HANDLE;
    if ((rv = find_class(key, session, CKO_PRIVATE_KEY, &handles, &count))) return rv;
    for (i = 0; i < count && !rv; i++) rv = compare(key, session, handles[i], &best);
    engine.free(handles);
    if (rv || !best.likeness || best.rivals) return rv;
    __atomic_store_n(&key->always_asks, best.always_asks, __ATOMIC_RELAXED);
    *handle = best.handle;
    return CKR_OK;
}
