/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What p11_list.c, which finds keys, and p11_found.c, which describes them, share. */
#ifndef NCRYPTPROV_P11_LIST_H
#define NCRYPTPROV_P11_LIST_H

#include "p11.h"

struct entry
{
    struct token *token;
    CK_OBJECT_CLASS class;          /* of what says that there is this key: private key, public key, certificate */
    CK_OBJECT_HANDLE handle;
    struct bytes id;
    char *label;
    CK_ULONG type;                  /* CKK_*; of a certificate nothing */
    int same_label;
};

enum { ID, LABEL, TYPE, SENSITIVE, EXTRACTABLE, SIGN, DECRYPT, UNWRAP, DERIVE, VERIFY, ENCRYPT, MODULUS, EXPONENT,
       PARAMS, POINT, ALWAYS, VALUE, ATTRIBUTE_COUNT };

void p11_entry_free(struct entry *entry);

struct token_list
{
    struct token_scope *scope;
    struct entry *entries;
    size_t count, capacity, next;

    /* of the key that was given last */
    struct token_key *key;
    int is_made;                    /* key is the one of this list */
    int overwrite;                  /* of a made one: it replaces others of its name */
    CK_ATTRIBUTE own[ATTRIBUTE_COUNT], twin[ATTRIBUTE_COUNT];
    char *uri;
    char container[40], reader[TOKEN_READER];
    struct token *guid_of;          /* the token that guid was read from */
    struct p11_guid guid;
};

#endif
