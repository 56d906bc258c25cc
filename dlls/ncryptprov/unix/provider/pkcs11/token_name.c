/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Names of keys: a label, "token\label", "\\.\reader\label" or a URI (rows C.26, D.2). */
#include <string.h>

#include "base/utf8.h"
#include "provider/pkcs11/token_provider.h"

#define READER_PREFIX 4             /* characters of \\.\ */

static int is_reader_form(const uint16_t *name)
{
    return name[0] == '\\' && name[1] == '\\' && name[2] == '.' && name[3] == '\\';
}

static int is_uri(const uint16_t *name)
{
    static const char prefix[] = "pkcs11:";
    size_t i;

    for (i = 0; prefix[i]; i++) if ((name[i] | 0x20) != prefix[i]) return 0;
    return 1;
}

/* Appends the characters up to end with a NUL; *offset is where they begin. */
static nte_status put(struct writer *w, const uint16_t *s, const uint16_t *end, size_t *offset)
{
    *offset = w->used;
    if (!utf8_from_utf16(w, s, end)) return NTE_INVALID_PARAMETER;
    return w->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

static const uint16_t *end_of(const uint16_t *s)
{
    return s + u16_length(s);
}

/* The first backslash, or NULL. */
static const uint16_t *backslash(const uint16_t *s)
{
    while (*s && *s != '\\') s++;
    return *s ? s : NULL;
}

static nte_status put_label(const uint16_t *label, struct token_name *parts, size_t *offset)
{
    parts->wide_label = label;
    return put(&parts->text, label, end_of(label), offset);
}

/* owner is the reader or the token, up to the backslash at end. */
static nte_status put_both(const uint16_t *owner, const uint16_t *end, struct token_name *parts, size_t offsets[2])
{
    nte_status status;

    if (!end || end == owner) return NTE_INVALID_PARAMETER;
    if ((status = put(&parts->text, owner, end, &offsets[0]))) return status;
    return put_label(end + 1, parts, &offsets[1]);
}

static nte_status read_uri(const uint16_t *name, struct token_name *parts)
{
    size_t offset;
    nte_status status;

    if ((status = put(&parts->text, name, end_of(name), &offset))) return status;
    parts->uri = (char *)parts->text.data + offset;
    return NTE_SUCCESS;
}

static nte_status read_parts(const uint16_t *name, int split, struct token_name *parts)
{
    size_t offsets[2];
    nte_status status;

    if (is_uri(name)) return split ? NTE_INVALID_PARAMETER : read_uri(name, parts);
    if (is_reader_form(name) || split)
    {
        if (is_reader_form(name) && split) return NTE_INVALID_PARAMETER;
        if (!split) name += READER_PREFIX;
        if ((status = put_both(name, backslash(name), parts, offsets))) return status;
        *(split ? &parts->token : &parts->reader) = (char *)parts->text.data + offsets[0];
        parts->label = (char *)parts->text.data + offsets[1];
        return NTE_SUCCESS;
    }
    if ((status = put_label(name, parts, &offsets[1]))) return status;
    parts->label = (char *)parts->text.data + offsets[1];
    return NTE_SUCCESS;
}

nte_status token_name_read(const uint16_t *name, int split, struct token_name *parts)
{
    size_t length = u16_length(name);
    nte_status status = NTE_INVALID_PARAMETER;

    memset(parts, 0, sizeof(*parts));
    if (length && length < MAX_STORED_NAME) status = read_parts(name, split, parts);
    if (status) token_name_free(parts);
    return status;
}

nte_status token_name_read_scope(const uint16_t *name, struct token_name *parts)
{
    nte_status status = token_name_read(name, !is_uri(name) && !is_reader_form(name), parts);

    if (status || !parts->label || !*parts->label) return status;
    token_name_free(parts);         /* that is a key */
    return NTE_INVALID_PARAMETER;
}

void token_name_free(struct token_name *parts)
{
    writer_free(&parts->text);
    memset(parts, 0, sizeof(*parts));
}

struct token_query token_name_query(const struct token_name *parts)
{
    return (struct token_query){parts->uri, parts->token, parts->reader, NULL};
}

uint16_t *token_widen(const char *text)
{
    struct bytes bytes = {(const uint8_t *)text, strlen(text)};
    struct reader check = {bytes.data, bytes.size, 0};
    struct writer w = {0};

    while (check.left) if (utf8_read(&check) < 0) return NULL;
    utf16_from_utf8(&w, bytes);
    if (!w.failed) return (uint16_t *)w.data;
    writer_free(&w);
    return NULL;
}

uint16_t *token_shown_name(const struct token_found *found, int is_card)
{
    const char *name = is_card && found->container ? found->container : found->label;
    int is_name = *name && (found->container || !(found->flags & FOUND_SAME_LABEL));
    uint16_t *wide = is_name && strlen(name) <= MAX_NAME_LENGTH ? token_widen(name) : NULL;

    return wide ? wide : token_widen(found->uri);
}
