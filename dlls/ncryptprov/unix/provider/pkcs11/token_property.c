/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Properties that tokens answer otherwise than key files, or that they alone have (rows C.45 to C.47, D.8 to D.19). */
#include <stdio.h>
#include <string.h>

#include "shared.h"
#include "base/utf8.h"
#include "key/property_value.h"
#include "provider/pkcs11/token_provider.h"

static nte_status refuse(struct object *object, const uint16_t *name, struct bytes value)
{
    (void)object, (void)name, (void)value;
    return NTE_NOT_SUPPORTED;
}

static nte_status refuse_to_get(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name, (void)w;
    return NTE_NOT_SUPPORTED;
}

/* The key on its token, with a reference to be dropped; NULL: not finalized, or a public key. */
static struct token_key *hold_key(struct object *object)
{
    struct token_key *key;

    pthread_mutex_lock(&object->mutex);
    if ((key = token_key_of(as_key(object)->material))) token_calls()->key_hold(key);
    pthread_mutex_unlock(&object->mutex);
    return key;
}

static nte_status get_certificate(struct object *object, const uint16_t *name, struct writer *w)
{
    struct token_key *key = hold_key(object);
    nte_status status;

    (void)name;
    if (!key) return NTE_NOT_FOUND;
    status = token_calls()->certificate_get(key, w);
    token_calls()->key_drop(key);
    return status;
}

static nte_status set_certificate(struct object *object, const uint16_t *name, struct bytes value)
{
    struct token_key *key = hold_key(object);
    nte_status status;

    (void)name;
    if (!key) return NTE_BAD_KEY_STATE;
    status = token_calls()->certificate_set(key, value, token_certificate_subject(value));
    token_calls()->key_drop(key);
    return status;
}

/* Clients ask a key for its reader, whatever the documentation says of setting it (row D.10). */
static nte_status get_reader(struct object *object, const uint16_t *name, struct writer *w)
{
    char reader[TOKEN_READER];
    struct token *token;
    nte_status status;

    (void)name;
    if ((status = token_of(object, &token))) return status;
    token_calls()->token_reader(token, reader);
    utf16_from_utf8(w, bytes_of(reader, strlen(reader)));
    return NTE_SUCCESS;
}

/* "LABEL, READER", and what the user should know before he types a PIN. */
static nte_status get_prompt(struct object *object, const uint16_t *name, struct writer *w)
{
    char text[256], reader[TOKEN_READER];
    const char *warning;
    struct token *token;
    nte_status status;
    int is_last;

    (void)name;
    if ((status = token_of(object, &token))) return status;
    token_calls()->token_reader(token, reader);
    warning = token_calls()->pin_warning(token, &is_last);
    snprintf(text, sizeof(text), "%s%s%s%s%s", token_calls()->token_label(token), *reader ? ", " : "", reader,
             warning ? ". " : "", warning ? warning : "");
    utf16_from_utf8(w, bytes_of(text, strlen(text)));
    return NTE_SUCCESS;
}

#define PIN_OF_USER 1               /* ROLE_USER */

static nte_status get_pin_id(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name;
    return put_u32(w, PIN_OF_USER);
}

/* Row D.12; of a card that is none of PIV nobody knows one. */
static nte_status get_guid(struct object *object, const uint16_t *name, struct writer *w)
{
    struct token *token;
    uint8_t guid[16];
    nte_status status;

    (void)name;
    if ((status = token_of(object, &token))) return status;
    if ((status = token_calls()->card_guid(token_class_of(object)->scope, token, guid))) return status;
    write_bytes(w, guid, sizeof(guid));
    return NTE_SUCCESS;
}

/* PIN_INFO of cardmod.h (row D.14). */
enum { PIN_VERSION = 6, PIN_ALPHANUMERIC = 0, PIN_EXTERNAL = 1, PIN_PRIMARY = 5, PIN_USER_MAY = 1 << PIN_OF_USER,
       PIN_ADMIN_MAY = 1 << 2, PIN_CACHE_NORMAL = 0, PIN_CACHE_ALWAYS_PROMPT = 3 };

static nte_status put_pin_info(struct writer *w, uint32_t kind)
{
    const uint32_t info[] =
    {
        PIN_VERSION,
        kind & PIN_HAS_PAD ? PIN_EXTERNAL : PIN_ALPHANUMERIC,
        PIN_PRIMARY,
        PIN_USER_MAY,                                       /* change it */
        PIN_ADMIN_MAY,                                      /* unblock it */
        PIN_VERSION,                                        /* PIN_CACHE_POLICY: version, policy, seconds */
        kind & PIN_ALWAYS_ASKED ? PIN_CACHE_ALWAYS_PROMPT : PIN_CACHE_NORMAL,
        0,
        0,                                                  /* flags */
    };
    size_t i;

    for (i = 0; i < sizeof(info) / sizeof(*info); i++) write_u32(w, info[i]);
    return NTE_SUCCESS;
}

static nte_status get_pin_info(struct object *object, const uint16_t *name, struct writer *w)
{
    struct token_key *key = hold_key(object);
    uint32_t kind;

    (void)name;
    if (!key) return NTE_NOT_FOUND;
    kind = token_calls()->pin_kind(token_calls()->key_token(key), key);
    token_calls()->key_drop(key);
    return put_pin_info(w, kind);
}

static nte_status get_nothing(struct object *object, const uint16_t *name, struct writer *w)
{
    (void)object, (void)name, (void)w;
    return NTE_NOT_FOUND;
}

#define ROWS_OF_KEYS \
    {"SmartCardKeyCertificate", OBJECT_KEY, get_certificate, set_certificate, ROW_OWN_LOCK}, \
    {"SmartCardPin", OBJECT_KEY, NULL, set_password, ROW_MAY_BE_MISSING}, \
    {"SmartCardPin", OBJECT_PROVIDER, NULL, set_password, ROW_MAY_BE_MISSING}, \
    {UNIX_TOKEN_PROMPT, OBJECT_KEY, get_prompt, NULL, ROW_OWN_LOCK}, \
    {UNIX_TOKEN_PROMPT, OBJECT_PROVIDER, get_prompt, NULL, ROW_OWN_LOCK}, \
    {"UI Policy", OBJECT_KEY, refuse_to_get, refuse, 0}, \
    {"Security Descr", OBJECT_KEY, refuse_to_get, refuse, ROW_PARTS}

const struct property_row token_rows[TOKEN_ROW_COUNT] =
{
    ROWS_OF_KEYS,
    {"SmartCardReader", OBJECT_KEY, get_reader, NULL, ROW_OWN_LOCK},
};

const struct property_row card_rows[CARD_ROW_COUNT] =
{
    ROWS_OF_KEYS,
    {"SmartCardReader", OBJECT_KEY, get_reader, NULL, ROW_OWN_LOCK},
    {"SmartCardReader", OBJECT_PROVIDER, get_reader, refuse, ROW_OWN_LOCK},
    {"SmartCardGuid", OBJECT_KEY, get_guid, NULL, ROW_OWN_LOCK},
    {"SmartCardGuid", OBJECT_PROVIDER, get_guid, NULL, ROW_OWN_LOCK},
    {"SmartCardPinId", OBJECT_KEY, get_pin_id, NULL, 0},
    {"SmartCardPinInfo", OBJECT_KEY, get_pin_info, NULL, ROW_OWN_LOCK},
    {"SmartCardAssociatedECDHKey", OBJECT_KEY, get_nothing, NULL, 0},
};
