/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Characters as UTF-8 and UTF-16; see utf8.h. */
#include "base/utf8.h"

#define HIGH_SURROGATE 0xd800
#define LOW_SURROGATE  0xdc00
#define AFTER_SURROGATES 0xe000
#define SUPPLEMENTARY 0x10000

static int is_surrogate(uint32_t c)
{
    return c >= HIGH_SURROGATE && c < AFTER_SURROGATES;
}

static int more_bytes(uint8_t first)
{
    if (first < 0x80) return 0;
    if (first >= 0xc2 && first < 0xe0) return 1;
    if (first >= 0xe0 && first < 0xf0) return 2;
    return first >= 0xf0 && first < 0xf5 ? 3 : -1;
}

int32_t utf8_read(struct reader *r)
{
    static const uint32_t least[] = {1, 0x80, 0x800, SUPPLEMENTARY};
    uint8_t byte = read_u8(r);
    int more = more_bytes(byte), i;
    uint32_t c = byte;

    if (more < 0) return -1;
    if (more) c = byte & (0x3f >> more);
    for (i = 0; i < more; i++)
    {
        byte = read_u8(r);
        if (r->failed || (byte & 0xc0) != 0x80) return -1;
        c = c << 6 | (byte & 0x3f);
    }
    return c < least[more] || c > 0x10ffff || is_surrogate(c) ? -1 : (int32_t)c;
}

void utf8_write(struct writer *w, uint32_t c)
{
    if (c < 0x80)
    {
        write_u8(w, c);
        return;
    }
    if (c < 0x800) write_u8(w, 0xc0 | c >> 6);
    else if (c < SUPPLEMENTARY) write_u8(w, 0xe0 | c >> 12);
    else
    {
        write_u8(w, 0xf0 | c >> 18);
        write_u8(w, 0x80 | (c >> 12 & 0x3f));
    }
    if (c >= 0x800) write_u8(w, 0x80 | (c >> 6 & 0x3f));
    write_u8(w, 0x80 | (c & 0x3f));
}

int32_t utf16_read(const uint16_t **s)
{
    uint32_t c = *(*s)++, low;

    if (!is_surrogate(c)) return c;
    low = **s;
    if (c >= LOW_SURROGATE || low < LOW_SURROGATE || low >= AFTER_SURROGATES) return -1;
    ++*s;
    return SUPPLEMENTARY + ((c - HIGH_SURROGATE) << 10) + (low - LOW_SURROGATE);
}

static void write_unit(struct writer *w, uint16_t unit)
{
    write_bytes(w, &unit, sizeof(unit));
}

void utf16_write(struct writer *w, uint32_t c)
{
    if (c >= SUPPLEMENTARY)
    {
        write_unit(w, HIGH_SURROGATE + ((c - SUPPLEMENTARY) >> 10));
        c = LOW_SURROGATE + ((c - SUPPLEMENTARY) & 0x3ff);
    }
    write_unit(w, c);
}

int utf8_from_utf16(struct writer *w, const uint16_t *s, const uint16_t *end)
{
    int32_t c;

    while (s < end)
    {
        if ((c = utf16_read(&s)) < 0 || s > end) return 0;
        utf8_write(w, c);
    }
    write_u8(w, 0);
    return 1;
}

void utf16_from_utf8(struct writer *w, struct bytes text)
{
    struct reader r = {text.data, text.size, 0};

    while (r.left) utf16_write(w, utf8_read(&r));
    utf16_write(w, 0);
}
