/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PINs from a program or its user: tried at once, and once (rows C.46, D.8). */
#include <string.h>

#include "base/utf8.h"
#include "provider/pkcs11/token_provider.h"

/* The token of its key; while there is none, the one that it will be made on. */
static nte_status token_of_key(struct key *key, struct token **token)
{
    struct token_key *token_key;

    pthread_mutex_lock(&key->object.mutex);
    token_key = token_key_of(key->material);
    pthread_mutex_unlock(&key->object.mutex);
    if (!token_key) return token_for_name(token_class_of(&key->object), key->name, token);
    *token = token_calls()->key_token(token_key);
    return NTE_SUCCESS;
}

/* A PIN for a provider is for its only token: where there are several, it would cost the others a try. */
nte_status token_of(struct object *object, struct token **token)
{
    static const struct token_query anything;

    if (object->type == OBJECT_KEY) return token_of_key((struct key *)object, token);
    return token_calls()->token_find(token_class_of(object)->scope, &anything, 1, token);
}

/* UTF-8 with its NUL. */
static nte_status narrow(struct bytes pin, struct writer *w)
{
    uint16_t *wide = secret_alloc(pin.size + sizeof(*wide));
    int valid;

    if (!wide) return NTE_NO_MEMORY;
    if (pin.size) memcpy(wide, pin.data, pin.size - pin.size % sizeof(*wide));
    valid = utf8_from_utf16(w, wide, wide + u16_length(wide));
    secret_free(wide);
    return !valid ? NTE_INVALID_PARAMETER : w->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

static nte_status give_pin(struct token_scope *scope, struct token *token, struct bytes pin)
{
    struct writer w = {0};
    nte_status status;

    if (!(status = narrow(pin, &w))) status = token_calls()->pin(scope, token, (const char *)w.data);
    writer_free(&w);
    return status;
}

/* An empty PIN never costs a try: without a value it makes the process forget the one that it knows, and so it does
 * where the provider is not that of smart cards, which calls it wrong (rows C.46, D.8). */
nte_status token_login(struct object *object, struct bytes pin)
{
    const struct token_class *class = token_class_of(object);
    struct token *token;
    nte_status status;

    if (class->is_card && pin.data && !pin.size) return SCARD_W_WRONG_CHV;
    if ((status = token_of(object, &token))) return status;
    if (!pin.size) return token_calls()->pin(class->scope, token, NULL);
    return give_pin(class->scope, token, pin);
}
