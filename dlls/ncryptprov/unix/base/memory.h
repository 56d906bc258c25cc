/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Memory that may hold a secret, the growable buffer that encoders write to and the cursor that parsers read
 * from. Nothing here aborts: allocation failure is NULL, or a flag that the encoder checks once at its end. */
#ifndef ENGINE_MEMORY_H
#define ENGINE_MEMORY_H

#include <stddef.h>
#include <stdint.h>

/* Zeroed memory of size bytes (size 0 gives a valid pointer); NULL when out of memory. The size is stored with the
 * block, so that secret_free can wipe all of it. secret_free accepts NULL. The memory is left out of core dumps. */
void *secret_alloc(size_t size);
void secret_free(void *block);

/* Overwrites size bytes; the compiler cannot leave that out. */
void wipe(void *data, size_t size);

/* Overwrites what functions left on the stack when they returned. Call it after a library that does not clean up
 * itself. */
void wipe_stack(void);

/* 1 when the two areas are equal. The time depends on size alone. */
int equal_secret(const void *a, const void *b, size_t size);

/* A run of bytes; this structure does not own them. */
struct bytes
{
    const uint8_t *data;
    size_t size;
};

static inline struct bytes bytes_of(const void *data, size_t size)
{
    struct bytes bytes = {data, size};

    return bytes;
}

/* Frees a run that owns its secret_alloc'ed memory, and empties it. */
void bytes_free(struct bytes *run);

/* A big-endian number without its leading zero bytes. For public numbers: the time depends on how many there are. */
struct bytes trim_number(struct bytes number);

/* Encoders write here. Start with a zeroed struct; the first failure sticks, later writes do nothing.
 * End with writer_free, which wipes. */
struct writer
{
    uint8_t *data;
    size_t used, capacity;          /* bytes */
    int failed;
};

void write_bytes(struct writer *w, const void *data, size_t size);
void write_u8(struct writer *w, uint8_t value);
void write_u32(struct writer *w, uint32_t value);       /* little-endian */
void write_u64(struct writer *w, uint64_t value);       /* little-endian */
/* Appends size zero bytes and returns their address, for the caller to fill them; NULL once failed. Valid until the
 * next write. */
uint8_t *write_space(struct writer *w, size_t size);
void writer_free(struct writer *w);

/* Parsers read here. A read past the end sets failed, which sticks, and returns zero or an empty run. */
struct reader
{
    const uint8_t *data;
    size_t left;                    /* bytes */
    int failed;
};

struct bytes read_bytes(struct reader *r, size_t size);
uint8_t read_u8(struct reader *r);
uint32_t read_u32(struct reader *r);                    /* little-endian */
uint64_t read_u64(struct reader *r);                    /* little-endian */
/* 1 when value is exactly one such number of 4 bytes. */
int bytes_are_u32(struct bytes value, uint32_t *number);

/* UTF-16 strings with a NUL, as the border carries them. Lengths are characters without the NUL. */
size_t u16_length(const uint16_t *s);
uint16_t *u16_copy(const uint16_t *s);                  /* secret_alloc'ed; NULL: no memory */
/* 1 when s spells the ASCII string t; the second form ignores the case of ASCII letters. */
int u16_equal(const uint16_t *s, const char *t);
int u16_equal_nocase(const uint16_t *s, const char *t);
/* Writes the ASCII string t with its NUL; returns its size in bytes, for which dst must have room. */
size_t u16_from_ascii(uint16_t *dst, const char *t);

#endif
