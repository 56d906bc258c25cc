/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The table that the engine calls, and what it lends. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "p11.h"

struct engine_services engine;

void p11_write_u32(struct writer *w, uint32_t value)
{
    uint8_t bytes[4] = {value, value >> 8, value >> 16, value >> 24};

    engine.write(w, bytes, sizeof(bytes));
}

void *p11_copy(const void *data, size_t size)
{
    void *copy = engine.alloc(size);

    if (copy && size) memcpy(copy, data, size);
    return copy;
}

char *p11_copy_string(const char *s)
{
    return p11_copy(s, strlen(s) + 1);
}

struct bytes p11_trimmed(struct bytes text)
{
    while (text.size && (text.data[text.size - 1] == ' ' || !text.data[text.size - 1])) text.size--;
    return text;
}

int p11_is_text(struct bytes bytes, const char *text)
{
    return bytes.size == strlen(text) && (!bytes.size || !memcmp(bytes.data, text, bytes.size));
}

void *p11_grown(void *array, size_t used, size_t *capacity, size_t item_size)
{
    size_t more = *capacity ? 2 * *capacity : 16;
    void *longer;

    if (used < *capacity) return array;
    if (!(longer = engine.alloc(more * item_size))) return NULL;
    if (used) memcpy(longer, array, used * item_size);
    engine.free(array);
    *capacity = more;
    return longer;
}

void p11_tell(const char *format, ...)
{
    char line[512];
    va_list args;

    va_start(args, format);
    vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    engine.tell(line);
}

static struct token *key_token(struct token_key *key)
{
    return key->token;
}

static const char *token_label(struct token *token)
{
    return token->label;
}

static void token_reader(struct token *token, char reader[TOKEN_READER])
{
    p11_where(token, reader);
}

static const struct token_calls calls =
{
    .interface = TOKEN_INTERFACE,
    .scope_open = p11_scope_open,
    .list_open = p11_list_open,
    .list_next = p11_list_next,
    .list_close = p11_list_close,
    .key_hold = p11_key_hold,
    .key_drop = p11_key_drop,
    .key_token = key_token,
    .token_find = p11_token_find,
    .pin = p11_pin,
    .token_label = token_label,
    .token_reader = token_reader,
    .pin_kind = p11_pin_kind,
    .card_guid = p11_card_guid,
    .pin_warning = p11_pin_warning,
    .sign = p11_sign,
    .decrypt = p11_decrypt,
    .derive = p11_derive,
    .make = p11_make,
    .settle = p11_settle,
    .remove = p11_remove,
    .extract = p11_extract,
    .certificate_get = p11_certificate_get,
    .certificate_set = p11_certificate_set,
};

__attribute__((visibility("default"))) module_entry ncryptprov_pkcs11;

const void *ncryptprov_pkcs11(const struct engine_services *lent)
{
    engine = *lent;
    return &calls;
}
