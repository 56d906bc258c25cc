/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Secret memory, growable buffers, cursors and UTF-16 helpers; see memory.h. */
#define _GNU_SOURCE
#include <string.h>

#include "base/memory.h"
#include "base/memory_pool.h"

struct block
{
    size_t size;
    size_t padding;                 /* keeps data aligned to 16 bytes */
    uint8_t data[];
};

void *secret_alloc(size_t size)
{
    struct block *block;

    if (size > SIZE_MAX - sizeof(*block)) return NULL;
    if (!(block = pool_alloc(sizeof(*block) + size))) return NULL;
    block->size = size;
    return block->data;
}

void secret_free(void *data)
{
    struct block *block;
    size_t size;

    if (!data) return;
    block = (struct block *)((uint8_t *)data - offsetof(struct block, data));
    size = block->size;
    wipe(block, sizeof(*block) + size);
    pool_free(block, sizeof(*block) + size);
}

void wipe(void *data, size_t size)
{
    explicit_bzero(data, size);
}

__attribute__((noinline)) void wipe_stack(void)
{
    uint8_t below[8192];            /* nettle's PBKDF2 keeps its blocks in the first 4 KiB */

    wipe(below, sizeof(below));
}

int equal_secret(const void *a, const void *b, size_t size)
{
    const volatile uint8_t *x = a, *y = b;
    uint32_t diff = 0;
    size_t i;

    for (i = 0; i < size; i++) diff |= x[i] ^ y[i];
    return (diff - 1) >> 31;
}

struct bytes trim_number(struct bytes number)
{
    while (number.size && !*number.data)
    {
        number.data++;
        number.size--;
    }
    return number;
}

uint8_t *write_space(struct writer *w, size_t size)
{
    uint8_t *grown;
    size_t capacity;

    if (w->failed) return NULL;
    if (size > SIZE_MAX / 2 - w->used)
    {
        w->failed = 1;
        return NULL;
    }
    if (w->used + size > w->capacity || !w->data)
    {
        capacity = (w->used + size) * 2;
        if (!(grown = secret_alloc(capacity)))
        {
            w->failed = 1;
            return NULL;
        }
        if (w->used) memcpy(grown, w->data, w->used);
        secret_free(w->data);
        w->data = grown;
        w->capacity = capacity;
    }
    w->used += size;
    return w->data + w->used - size;
}

void write_bytes(struct writer *w, const void *data, size_t size)
{
    uint8_t *p = write_space(w, size);

    if (p && size) memcpy(p, data, size);
}

static void write_little_endian(struct writer *w, uint64_t value, size_t size)
{
    uint8_t *p = write_space(w, size);
    size_t i;

    if (!p) return;
    for (i = 0; i < size; i++) p[i] = value >> (8 * i);
}

void write_u8(struct writer *w, uint8_t value)
{
    write_little_endian(w, value, 1);
}

void write_u32(struct writer *w, uint32_t value)
{
    write_little_endian(w, value, 4);
}

void write_u64(struct writer *w, uint64_t value)
{
    write_little_endian(w, value, 8);
}

void writer_free(struct writer *w)
{
    secret_free(w->data);
    memset(w, 0, sizeof(*w));
}

void bytes_free(struct bytes *run)
{
    secret_free((void *)run->data);
    *run = (struct bytes){NULL, 0};
}

struct bytes read_bytes(struct reader *r, size_t size)
{
    struct bytes run = {r->data, size};

    if (r->failed || size > r->left)
    {
        r->failed = 1;
        run.size = 0;
        return run;
    }
    if (size) r->data += size;
    r->left -= size;
    return run;
}

static uint64_t read_little_endian(struct reader *r, size_t size)
{
    struct bytes run = read_bytes(r, size);
    uint64_t value = 0;
    size_t i;

    for (i = run.size; i > 0; i--) value = value << 8 | run.data[i - 1];
    return value;
}

uint8_t read_u8(struct reader *r)
{
    return read_little_endian(r, 1);
}

uint32_t read_u32(struct reader *r)
{
    return read_little_endian(r, 4);
}

uint64_t read_u64(struct reader *r)
{
    return read_little_endian(r, 8);
}

int bytes_are_u32(struct bytes value, uint32_t *number)
{
    struct reader r = {value.data, value.size, 0};

    *number = read_u32(&r);
    return !r.failed && !r.left;
}

size_t u16_length(const uint16_t *s)
{
    size_t n = 0;

    while (s[n]) n++;
    return n;
}

uint16_t *u16_copy(const uint16_t *s)
{
    size_t size = (u16_length(s) + 1) * sizeof(*s);
    uint16_t *copy = secret_alloc(size);

    if (copy) memcpy(copy, s, size);
    return copy;
}

int u16_equal(const uint16_t *s, const char *t)
{
    while (*s && *s == (uint8_t)*t) s++, t++;
    return *s == (uint8_t)*t;
}

static uint16_t ascii_lower(uint16_t c)
{
    return c >= 'A' && c <= 'Z' ? c + 'a' - 'A' : c;
}

int u16_equal_nocase(const uint16_t *s, const char *t)
{
    while (*s && ascii_lower(*s) == ascii_lower((uint8_t)*t)) s++, t++;
    return ascii_lower(*s) == ascii_lower((uint8_t)*t);
}

size_t u16_from_ascii(uint16_t *dst, const char *t)
{
    size_t n = 0;

    do dst[n] = (uint8_t)t[n]; while (t[n++]);
    return n * sizeof(*dst);
}
