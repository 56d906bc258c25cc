/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of the providers of tokens share. The raw operations are token.h's. Rows C.n and D.n are of
 * doc/facts/pkcs11.md and doc/facts/smartcard.md. */
#ifndef ENGINE_TOKEN_PROVIDER_H
#define ENGINE_TOKEN_PROVIDER_H

#include "key/key.h"
#include "provider/pkcs11/token.h"

/* --- token_module.c --- */

/* The module, loaded from the engine's own directory when this is first called. NTE_PROV_DLL_NOT_FOUND: its file is
 * not there; NTE_DEVICE_NOT_READY: it does not load. One line on stderr says why, once. */
nte_status token_module(void);

/* Once token_module has succeeded, which opening a provider makes sure of. */
const struct token_calls *token_calls(void);

/* For programs that are not in the directory of the engine: the module is this file. Before token_module. */
void token_module_is(const char *path);

/* --- token_class.c: the rows, and one more for each configuration --- */

struct token_class
{
    struct provider_class class;    /* class.scope is this structure, for the vault */
    struct token_class *next;
    struct token_scope *scope;
    int is_card;
    char *name, *uri;               /* uri NULL: none */
};

const struct algorithm_list *token_algorithms(void);

static inline struct token_class *token_class_of(const struct object *object)
{
    return (struct token_class *)object->provider;
}

/* --- token_name.c: what a program calls a key --- */

/* Memory of one name. A query points into it. */
struct token_name
{
    struct writer text;
    char *uri, *reader, *token, *label;     /* UTF-8; NULL: not said */
    const uint16_t *wide_label;     /* in the program's string */
};

/* "pkcs11:..." or "\\.\reader\label" or "label"; split: "token\label". NTE_INVALID_PARAMETER: empty, too long, half
 * characters, or nothing to split. */
nte_status token_name_read(const uint16_t *name, int split, struct token_name *parts);
/* The part of "token\" or "\\.\reader\" that names the keys of one token. */
nte_status token_name_read_scope(const uint16_t *name, struct token_name *parts);
void token_name_free(struct token_name *parts);
struct token_query token_name_query(const struct token_name *parts);

/* UTF-16 of it, secret_alloc'ed. NULL: it is no UTF-8, or no memory. */
uint16_t *token_widen(const char *text);

/* What the key is called: its label, or its URI; secret_alloc'ed. */
uint16_t *token_shown_name(const struct token_found *found, int is_card);

/* --- token_material.c: public numbers here, private ones there --- */

struct token_material
{
    struct material material;
    struct material *numbers;
    struct token_key *key;
};

/* NTE_NOT_SUPPORTED: a kind of key or a curve that the engine does not know; NTE_BAD_DATA: nonsense. */
nte_status token_material_new(const struct token_found *found, struct material **material);

/* The token's key of material, or NULL if it is another material. */
struct token_key *token_key_of(const struct material *material);

/* token_certificate.c: fills type, n and e or curve and point from the certificate. NTE_BAD_DATA; NTE_NOT_SUPPORTED:
 * neither RSA nor EC. */
nte_status token_certificate_read(struct bytes der, struct token_found *found);
/* The subject of a certificate, a Name in DER inside of it; empty when that is no certificate. */
struct bytes token_certificate_subject(struct bytes der);

/* --- token_rsa.c, token_ec.c --- */

extern const struct family token_rsa_family, token_ec_family;

/* What both have in common. */
void token_material_free(struct material *material);
const struct material *token_material_numbers(const struct material *material);
nte_status token_material_extract(const struct material *material, struct material **whole);

/* The private numbers of a software key, for the token. w holds them. */
nte_status token_new_rsa(const struct material *material, struct token_new *new, struct writer *w);
nte_status token_new_ec(const struct material *material, struct token_new *new, struct writer *w);
/* The curve in DER. */
nte_status token_curve_write(const struct curve *curve, struct writer *w);

/* --- token_vault.c, token_make.c --- */

extern const struct vault tokens;

nte_status token_make(struct store *store, const struct new_key *new, char unique[UNIQUE_NAME_MAX],
                      struct stored_key *stored);
/* The token that a key of that name is made on; name NULL: of a key without one. */
nte_status token_for_name(const struct token_class *class, const uint16_t *name, struct token **token);

/* stored gets what is known of a key, with its material; unique may be NULL. */
nte_status token_take(const struct token_class *class, const struct token_found *found, char *unique,
                      struct stored_key *stored);

/* --- token_property.c --- */

#define TOKEN_ROW_COUNT 8
#define CARD_ROW_COUNT 14

extern const struct property_row token_rows[TOKEN_ROW_COUNT], card_rows[CARD_ROW_COUNT];

/* token_login.c: "SmartCardPin" and the answer of the dialog, as struct provider_class has it (rows C.46, D.8). */
nte_status token_login(struct object *object, struct bytes pin);

/* The token of an object: where its key is, or where it will be made; of a provider the only one. */
nte_status token_of(struct object *object, struct token **token);

#endif
