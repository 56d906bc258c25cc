/* SPDX-License-Identifier: LGPL-2.1-or-later
 * New keys on tokens: from what a program has asked for to what the token is told (rows C.29 to C.37). */
#include <string.h>

#include "ec/ec.h"
#include "pkcs8_key.h"
#include "provider/pkcs11/token_provider.h"
#include "rsa/rsa.h"

/* --- where it goes --- */

static nte_status find_token(const struct token_class *class, const struct token_name *parts, struct token **token)
{
    struct token_query query = token_name_query(parts);

    return token_calls()->token_find(class->scope, &query, 0, token);
}

/* "token\label", if there is a token of that name. */
static nte_status find_split(const struct token_class *class, const uint16_t *name, struct token_name *parts,
                             struct token **token)
{
    nte_status status;

    if ((status = token_name_read(name, 1, parts))) return status;
    if (!(status = find_token(class, parts, token))) return NTE_SUCCESS;
    token_name_free(parts);
    return status;
}

/* parts is to be freed; name NULL: any token, and parts is empty. */
static nte_status choose_token(const struct token_class *class, const uint16_t *name, struct token_name *parts,
                               struct token **token)
{
    nte_status status;

    memset(parts, 0, sizeof(*parts));
    if (!name) return find_token(class, parts, token);
    if (!find_split(class, name, parts, token)) return NTE_SUCCESS;
    if ((status = token_name_read(name, 0, parts))) return status;
    if ((status = find_token(class, parts, token))) token_name_free(parts);
    return status;
}

nte_status token_for_name(const struct token_class *class, const uint16_t *name, struct token **token)
{
    struct token_name parts;
    nte_status status;

    if (!(status = choose_token(class, name, &parts, token))) token_name_free(&parts);
    return status;
}

/* --- what it is like --- */

#define POLICIES (ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT)

/* A token cannot let a key go once and keep it then, and has no room for other values. */
static nte_status set_policies(const struct algorithm *alg, const struct stored_key *stored, struct token_new *new)
{
    uint32_t can = USAGE_SIGNING;

    if (alg->family == &rsa_family) can |= USAGE_DECRYPT;
    if (alg->operations & OPERATION_SECRET_AGREEMENT) can |= USAGE_KEY_AGREEMENT;
    new->usage = stored->key_usage & can;
    new->export_policy = stored->export_policy;
    if (!new->usage || (new->export_policy & ~POLICIES) || stored->properties.first) return NTE_NOT_SUPPORTED;
    return NTE_SUCCESS;
}

static nte_status set_curve(const struct new_key *new, struct token_new *request, struct writer *w)
{
    struct ec_group group;
    nte_status status;

    request->type = TOKEN_EC;
    if ((status = ec_group_of_parameters(new->alg, new->parameters, &group))) return status;
    status = token_curve_write(group.curve, w);
    ec_group_free(&group);
    request->curve = bytes_of(w->data, w->used);
    return status;
}

static nte_status set_numbers(const struct new_key *new, struct token_new *request, struct writer *w)
{
    int is_rsa = new->alg->family == &rsa_family;

    request->bits = new->bits;
    if (new->imported && is_rsa) return token_new_rsa(new->imported, request, w);
    if (new->imported) return token_new_ec(new->imported, request, w);
    if (!is_rsa) return set_curve(new, request, w);
    request->type = TOKEN_RSA;
    return NTE_SUCCESS;
}

static nte_status set_pkcs8(const struct new_key *new, struct token_new *request, struct writer *w)
{
    const struct blob_options none = {0};
    nte_status status;

    if (!new->imported) return NTE_SUCCESS;
    if ((status = pkcs8_write_plain(new->imported, &none, w))) return status;
    request->pkcs8 = bytes_of(w->data, w->used);
    return w->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

/* --- and there it is --- */

/* A key that the engine cannot use afterwards is taken away again, and those that it was to replace stay. */
static nte_status take_made(const struct token_class *class, struct token_list *list, char unique[UNIQUE_NAME_MAX],
                            struct stored_key *stored)
{
    struct token_found found;
    nte_status status, settled;

    status = token_calls()->list_next(list, &found);
    if (!status) status = token_take(class, &found, unique, stored);
    settled = token_calls()->settle(list, !status);
    return status ? status : settled;
}

static nte_status make_on(const struct token_class *class, struct token *token, const struct token_new *request,
                          char unique[UNIQUE_NAME_MAX], struct stored_key *stored)
{
    struct token_list *list;
    nte_status status;

    if ((status = token_calls()->make(class->scope, token, request, &list))) return status;
    status = take_made(class, list, unique, stored);
    token_calls()->list_close(list);
    return status;
}

nte_status token_make(struct store *store, const struct new_key *new, char unique[UNIQUE_NAME_MAX],
                      struct stored_key *stored)
{
    const struct token_class *class = (const struct token_class *)store;
    struct token_new request = {.overwrite = new->overwrite};
    struct writer numbers = {0}, pkcs8 = {0};
    struct token_name parts = {0};
    struct token *token;
    nte_status status;

    if ((status = set_policies(new->alg, stored, &request))) return status;
    status = set_numbers(new, &request, &numbers);
    if (!status) status = set_pkcs8(new, &request, &pkcs8);
    if (!status) status = choose_token(class, stored->name, &parts, &token);
    if (!status)
    {
        request.label = parts.label;
        status = make_on(class, token, &request, unique, stored);
    }
    token_name_free(&parts);
    writer_free(&numbers);
    writer_free(&pkcs8);
    return status;
}
