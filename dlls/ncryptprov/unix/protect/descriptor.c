/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Rules of protection descriptors: text to protectors and back; see protect.h. */
#include <string.h>

#include "base/utf8.h"
#include "protect/protect.h"

static int is_blank(uint16_t c)
{
    return c == ' ' || c == '\t';
}

static const uint16_t *skip_blanks(const uint16_t *p)
{
    while (is_blank(*p)) p++;
    return p;
}

static int is_name_character(uint16_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* 1 when p, which follows a blank, points to this operator. */
static int is_operator(const uint16_t *p, const char *operator)
{
    for (; *operator; p++, operator++) if (*p != *operator) return 0;
    return !*p || is_blank(*p);
}

static int is_value_end(const uint16_t *p)
{
    const uint16_t *next = skip_blanks(p);

    if (!*next) return 1;
    return next != p && (is_operator(next, "AND") || is_operator(next, "OR"));
}

static int hex_value(uint16_t c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int is_escapable(uint16_t c)
{
    return c && c < 0x80 && strchr("\"+,;<> #=\\", c) != NULL;
}

/* Two hex digits are one byte of UTF-8. NULL: they are not such digits. */
static const uint16_t *read_pair(const uint16_t *p, struct writer *w)
{
    int high = hex_value(p[0]), low;

    if (high < 0 || (low = hex_value(p[1])) < 0) return NULL;
    write_u8(w, high << 4 | low);
    return p + 2;
}

static const uint16_t *read_hex_value(const uint16_t *p, struct writer *w)
{
    while (p && !is_value_end(p)) p = read_pair(p, w);
    return p;
}

static const uint16_t *read_character(const uint16_t *p, struct writer *w)
{
    int32_t c;

    if (*p == '\\' && !is_escapable(p[1])) return read_pair(p + 1, w);
    if (*p == '\\') p++;
    if ((c = utf16_read(&p)) < 0) return NULL;
    utf8_write(w, c);
    return p;
}

static const uint16_t *read_value(const uint16_t *p, struct writer *w)
{
    if (*p == '#') return read_hex_value(p + 1, w);
    while (p && !is_value_end(p)) p = read_character(p, w);
    return p;
}

static const uint16_t *read_name(const uint16_t *p, struct writer *w)
{
    while (is_name_character(*p)) write_u8(w, *p++);
    p = skip_blanks(p);
    return *p == '=' ? skip_blanks(p + 1) : NULL;
}

static int is_text(struct bytes value)
{
    struct reader r = {value.data, value.size, 0};

    while (r.left) if (utf8_read(&r) < 0) return 0;
    return 1;
}

nte_status descriptor_add(struct descriptor *descriptor, int new_clause, struct bytes name, struct bytes value)
{
    uint32_t type = protector_find(name);
    struct protector *protector = &descriptor->protectors[descriptor->count];
    uint8_t *copy;

    if (!type || descriptor->count == PROTECTORS_MAX || !is_text(value)) return NTE_INVALID_PARAMETER;
    if (!(copy = secret_alloc(value.size + 1))) return NTE_NO_MEMORY;
    if (value.size) memcpy(copy, value.data, value.size);
    if (!protector_check(type, copy, value.size))
    {
        secret_free(copy);
        return NTE_INVALID_PARAMETER;
    }
    descriptor->clauses += new_clause;
    protector->type = type;
    protector->clause = descriptor->clauses - 1;
    protector->value = copy;
    protector->size = value.size;
    descriptor->count++;
    return NTE_SUCCESS;
}

static nte_status add_element(struct descriptor *descriptor, int new_clause, const uint16_t **p)
{
    struct writer name = {0}, value = {0};
    struct bytes name_run, value_run;
    nte_status status = NTE_INVALID_PARAMETER;

    *p = read_name(*p, &name);
    if (*p) *p = read_value(*p, &value);
    name_run.data = name.data;
    name_run.size = name.used;
    value_run.data = value.data;
    value_run.size = value.used;
    if (name.failed || value.failed) status = NTE_NO_MEMORY;
    else if (*p) status = descriptor_add(descriptor, new_clause, name_run, value_run);
    writer_free(&name);
    writer_free(&value);
    return status;
}

/* Moves past the operator; after the last element there must be nothing. */
static const uint16_t *skip_operator(const uint16_t *p, int *is_or)
{
    p = skip_blanks(p);
    *is_or = is_operator(p, "OR");
    return skip_blanks(p + (*is_or ? strlen("OR") : strlen("AND")));
}

static nte_status parse(const uint16_t *p, struct descriptor *descriptor)
{
    nte_status status;
    int new_clause = 1;

    p = skip_blanks(p);
    while (!(status = add_element(descriptor, new_clause, &p)))
    {
        if (!*skip_blanks(p)) return NTE_SUCCESS;
        p = skip_operator(p, &new_clause);
    }
    return status;
}

nte_status descriptor_parse(const uint16_t *rule, struct descriptor **descriptor)
{
    struct descriptor *new;
    nte_status status;

    if (u16_length(rule) > RULE_MAX) return NTE_INVALID_PARAMETER;
    if (!(new = secret_alloc(sizeof(*new)))) return NTE_NO_MEMORY;
    if ((status = parse(rule, new))) descriptor_free(new);
    else *descriptor = new;
    return status;
}

static void write_ascii(struct writer *w, const char *text)
{
    while (*text) utf16_write(w, *text++);
}

static void write_value(struct writer *w, const struct protector *protector)
{
    static const char digits[] = "0123456789abcdef";
    struct reader r = {protector->value, protector->size, 0};
    int32_t c;

    while (r.left)
    {
        int first = r.left == protector->size;

        c = utf8_read(&r);
        if (c == '\\' || c == ' ' || (first && c == '#') || c < ' ') utf16_write(w, '\\');
        if (c >= ' ') utf16_write(w, c);
        else
        {
            utf16_write(w, digits[c >> 4]);
            utf16_write(w, digits[c & 15]);
        }
    }
}

void descriptor_text(const struct descriptor *descriptor, struct writer *w)
{
    const struct protector *protector = descriptor->protectors;
    uint32_t i;

    for (i = 0; i < descriptor->count; i++, protector++)
    {
        if (i) write_ascii(w, protector->clause == protector[-1].clause ? " AND " : " OR ");
        write_ascii(w, protector_name(protector->type));
        utf16_write(w, '=');
        write_value(w, protector);
    }
    utf16_write(w, 0);
}

void descriptor_fini(struct descriptor *descriptor)
{
    uint32_t i;

    for (i = 0; i < descriptor->count; i++) secret_free(descriptor->protectors[i].value);
    descriptor->count = 0;
}

void descriptor_free(struct descriptor *descriptor)
{
    if (!descriptor) return;
    descriptor_fini(descriptor);
    secret_free(descriptor);
}
