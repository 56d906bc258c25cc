/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the two halves of a new key are to be like (rows C.29, C.32, C.33, C.36). */
#include <string.h>

#include "base/constants.h"
#include "p11.h"

static const CK_BBOOL yes = CK_TRUE, no = CK_FALSE;

void p11_template_add(struct p11_template *template, CK_ATTRIBUTE_TYPE type, const void *data, size_t size)
{
    template->list[template->count++] = (CK_ATTRIBUTE){type, (void *)data, size};
}

static void add_flag(struct p11_template *template, CK_ATTRIBUTE_TYPE type, int on)
{
    p11_template_add(template, type, on ? &yes : &no, sizeof(yes));
}

static void add_common(struct p11_template *template, const struct token_new *new, const struct p11_pair *pair,
                       const CK_OBJECT_CLASS *class)
{
    template->count = 0;
    p11_template_add(template, CKA_CLASS, class, sizeof(*class));
    p11_template_add(template, CKA_KEY_TYPE, &pair->type, sizeof(pair->type));
    add_flag(template, CKA_TOKEN, new->label != NULL);
    p11_template_add(template, CKA_ID, pair->id, sizeof(pair->id));
    if (new->label) p11_template_add(template, CKA_LABEL, new->label, strlen(new->label));
}

/* Some tokens in FIPS mode let a key do one thing only, and some do not know DERIVE of a public key. */
static uint32_t usage_of(const struct token_new *new, int attempt)
{
    if (!attempt || !(new->usage & USAGE_SIGNING)) return new->usage;
    return USAGE_SIGNING;
}

/* The public half of a key for agreement does not verify: p11_found.c knows such a key by that. */
void p11_pair_make(struct p11_pair *pair, const struct token_new *new, int attempt)
{
    uint32_t usage = usage_of(new, attempt);
    int is_rsa = new->type == TOKEN_RSA;

    pair->type = is_rsa ? CKK_RSA : CKK_EC;
    pair->public_class = CKO_PUBLIC_KEY;
    pair->private_class = CKO_PRIVATE_KEY;

    add_common(&pair->public, new, pair, &pair->public_class);
    add_flag(&pair->public, CKA_PRIVATE, 0);
    add_flag(&pair->public, CKA_VERIFY, (usage & USAGE_SIGNING) && (is_rsa || !(usage & USAGE_KEY_AGREEMENT)));
    if (is_rsa) add_flag(&pair->public, CKA_ENCRYPT, !!(usage & USAGE_DECRYPT));
    if (!is_rsa && !attempt) add_flag(&pair->public, CKA_DERIVE, !!(usage & USAGE_KEY_AGREEMENT));

    add_common(&pair->private, new, pair, &pair->private_class);
    add_flag(&pair->private, CKA_PRIVATE, 1);
    add_flag(&pair->private, CKA_SENSITIVE, !(new->export_policy & ALLOW_PLAINTEXT_EXPORT));
    add_flag(&pair->private, CKA_EXTRACTABLE, new->export_policy != 0);
    add_flag(&pair->private, CKA_SIGN, !!(usage & USAGE_SIGNING));
    if (is_rsa) add_flag(&pair->private, CKA_DECRYPT, !!(usage & USAGE_DECRYPT));
    else add_flag(&pair->private, CKA_DERIVE, !!(usage & USAGE_KEY_AGREEMENT));
}
