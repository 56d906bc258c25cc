/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Registry files of Wine; see registry.h. Lines are [key] time, "name"=value, @=value, #option, ;comment, and the
 * hex digits that go on after a value line that ends with a backslash. */
#include <string.h>

#include "base/utf8.h"
#include "registry.h"

#define HEADER "WINE REGISTRY Version 2\n"

/* Characters up to the end of the line. */
static struct bytes next_line(struct reader *r)
{
    const uint8_t *end = memchr(r->data, '\n', r->left);
    struct bytes line = read_bytes(r, end ? (size_t)(end - r->data) : r->left);

    if (end) read_u8(r);
    return line;
}

static int hex_value(int c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Up to max digits of a number; -1 when there is none. */
static int32_t read_number(struct reader *r, int base, int max)
{
    int32_t value = -1;
    int digit;

    while (max-- && r->left && (digit = hex_value(*r->data)) >= 0 && digit < base)
    {
        value = (value < 0 ? 0 : value) * base + digit;
        read_u8(r);
    }
    return value;
}

/* What stands for a character behind a backslash; -1: nothing that Wine writes. */
static int32_t read_escaped(struct reader *r)
{
    static const char letters[] = "abefnrtv", codes[] = "\a\b\033\f\n\r\t\v";
    const char *letter;
    int c;

    if (!r->left) return -1;
    if (*r->data >= '0' && *r->data <= '7') return read_number(r, 8, 3);
    if ((c = read_u8(r)) == 'x') return read_number(r, 16, 4);
    if ((letter = strchr(letters, c)) && *letter) return codes[letter - letters];
    return strchr("\\\"[]", c) && c ? c : -1;
}

/* Half a surrogate pair waits for the other half in *high. */
static int add_unit(struct writer *w, uint32_t *high, uint32_t unit)
{
    if (*high)
    {
        if (unit < 0xdc00 || unit > 0xdfff) return 0;
        utf8_write(w, 0x10000 + ((*high - 0xd800) << 10) + (unit - 0xdc00));
        *high = 0;
        return 1;
    }
    if (unit >= 0xdc00 && unit <= 0xdfff) return 0;
    if (unit >= 0xd800 && unit <= 0xdbff) *high = unit;
    else utf8_write(w, unit);
    return 1;
}

/* Up to the character end, which is taken as well. Text that no UTF-8 can say is told apart from a malformed line:
 * *strange. A string of REG_SZ ends at its first NUL. */
static int read_text(struct reader *r, char end, struct writer *w, int *strange)
{
    uint32_t high = 0;
    int ended = 0;
    int32_t c;

    *strange = 0;
    while (r->left)
    {
        c = read_u8(r);
        if (c == end)
        {
            if (high) *strange = 1;
            write_u8(w, 0);
            return !w->failed;
        }
        if (c < 0x20 || c > 0x7e) return 0;
        if (c == '\\' && (c = read_escaped(r)) < 0) return 0;
        if (!c) ended = 1;
        if (!ended && !add_unit(w, &high, c)) *strange = 1;
    }
    return 0;
}

static int same_text(const struct writer *w, const char *text)
{
    size_t size = strlen(text) + 1, i;

    if (w->used != size) return 0;
    for (i = 0; i < size; i++)
    {
        int a = w->data[i], b = (uint8_t)text[i];

        if (a >= 'A' && a <= 'Z') a += 'a' - 'A';
        if (b >= 'A' && b <= 'Z') b += 'a' - 'A';
        if (a != b) return 0;
    }
    return 1;
}

struct search
{
    const char *key, *value;
    char *text;
    size_t size;
    int in_key;                     /* the lines are of that key */
    int continued;                  /* the line before ended with a backslash */
    enum registry_result result;
};

static int only_blank_and_digits(struct reader *r)
{
    while (r->left && (*r->data == ' ' || (*r->data >= '0' && *r->data <= '9'))) read_u8(r);
    return !r->left;
}

static int read_key_line(struct search *search, struct reader *r)
{
    struct writer w = {0};
    int strange, good = read_text(r, ']', &w, &strange) && only_blank_and_digits(r);

    if (good) search->in_key = !strange && same_text(&w, search->key);
    writer_free(&w);
    return good;
}

static int keep_value(struct search *search, const struct writer *w, int strange)
{
    if (search->result == REGISTRY_FOUND || strange || w->used > search->size) return 0;
    if (w->used < 2) return 1;                              /* empty: as if missing */
    memcpy(search->text, w->data, w->used);
    search->result = REGISTRY_FOUND;
    return 1;
}

/* Another type than a string: hex(7):..., dword:..., str(2):"...". */
static int read_other_value(struct search *search, struct reader *r)
{
    struct writer w = {0};
    size_t i;
    int strange, good = 1;

    for (i = 0; i < r->left && r->data[i] != '"'; i++) if (r->data[i] < 0x20 || r->data[i] > 0x7e) return 0;
    if (!i) return 0;
    search->continued = i == r->left && r->data[i - 1] == '\\';
    read_bytes(r, i);
    if (r->left)
    {
        read_u8(r);
        good = read_text(r, '"', &w, &strange) && !r->left;
        writer_free(&w);
    }
    return good;
}

static int read_value(struct search *search, struct reader *r, int wanted)
{
    struct writer w = {0};
    int strange, good;

    if (read_u8(r) != '=') return 0;
    if (!r->left || *r->data != '"') return read_other_value(search, r);
    read_u8(r);
    good = read_text(r, '"', &w, &strange) && !r->left;
    if (good && wanted) good = keep_value(search, &w, strange);
    writer_free(&w);
    return good;
}

static int read_value_line(struct search *search, struct reader *r)
{
    struct writer w = {0};
    int strange, good = read_text(r, '"', &w, &strange);
    int wanted = good && search->in_key && !strange && same_text(&w, search->value);

    writer_free(&w);
    return good && read_value(search, r, wanted);
}

static int read_continuation(struct search *search, struct reader *r)
{
    size_t i;

    for (i = 0; i < r->left; i++) if (r->data[i] < 0x20 || r->data[i] > 0x7e) return 0;
    search->continued = r->left && r->data[r->left - 1] == '\\';
    return 1;
}

static int read_line(struct search *search, struct bytes line)
{
    struct reader r = {line.data, line.size, 0};

    if (search->continued) return read_continuation(search, &r);
    if (!r.left) return 1;
    switch (read_u8(&r))
    {
    case '[': return read_key_line(search, &r);
    case '"': return read_value_line(search, &r);
    case '@': return read_value(search, &r, 0);
    case '#':
    case ';': return 1;
    default: return 0;
    }
}

enum registry_result registry_read(struct bytes file, const char *key, const char *value, char *text, size_t size)
{
    struct search search = {key, value, text, size, 0, 0, REGISTRY_MISSING};
    struct reader r = {file.data, file.size, 0};
    struct bytes header = read_bytes(&r, strlen(HEADER));

    if (r.failed || memcmp(header.data, HEADER, header.size)) return REGISTRY_MALFORMED;
    if (r.left && r.data[r.left - 1] != '\n') return REGISTRY_MALFORMED;    /* cut off */
    while (r.left) if (!read_line(&search, next_line(&r))) return REGISTRY_MALFORMED;
    return search.continued ? REGISTRY_MALFORMED : search.result;
}
