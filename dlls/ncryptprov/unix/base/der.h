/* SPDX-License-Identifier: LGPL-2.1-or-later
 * DER (X.690) over the cursors of memory.h: element by element, in place, so that no secret is copied on the way.
 * libtasn1 reads and writes tags, lengths and object identifiers; what only BER allows is refused. */
#ifndef ENGINE_DER_H
#define ENGINE_DER_H

#include "base/memory.h"

#define DER_INTEGER      0x02
#define DER_BIT_STRING   0x03
#define DER_OCTET_STRING 0x04
#define DER_NULL         0x05
#define DER_OID          0x06
#define DER_SEQUENCE     0x30
#define DER_SET          0x31
#define DER_IMPLICIT(n)  (0x80 | (n))       /* [n], primitive */
#define DER_CONTEXT(n)   (0xa0 | (n))       /* [n], constructed */

#define DER_OID_SIZE 128                    /* characters with NUL */

/* 1 when there is a next element and it has this tag. */
int der_next_is(const struct reader *r, uint8_t tag);

/* The content of the next element, which must have this tag. Any error makes r fail, as in memory.h. */
struct bytes der_read(struct reader *r, uint8_t tag);

/* The whole next element, tag and length included; any tag will do. */
struct bytes der_read_any(struct reader *r);

/* Enter an element, and leave it; der_leave makes r fail when inner has failed or was not read to its end. */
struct reader der_enter(struct reader *r, uint8_t tag);
void der_leave(struct reader *r, const struct reader *inner);

/* 1 when everything was read and nothing has failed. */
int der_done(const struct reader *r);

/* INTEGER, not negative, shortest form: its bytes without the zero that keeps it positive (0 is one zero byte). */
struct bytes der_read_unsigned(struct reader *r);
/* The same, below 2^31. */
uint32_t der_read_small(struct reader *r);
/* OBJECT IDENTIFIER as dotted numbers. */
void der_read_oid(struct reader *r, char oid[DER_OID_SIZE]);
/* BIT STRING of whole bytes. */
struct bytes der_read_bits(struct reader *r);

/* Writing an element: der_open, its content, der_close with what der_open returned. */
size_t der_open(struct writer *w, uint8_t tag);
size_t der_open_bits(struct writer *w);     /* BIT STRING of whole bytes */
void der_close(struct writer *w, size_t start);

void der_write(struct writer *w, uint8_t tag, struct bytes content);
void der_write_unsigned(struct writer *w, struct bytes number);    /* big-endian, leading zeros allowed */
void der_write_small(struct writer *w, uint32_t value);
void der_write_oid(struct writer *w, const char *oid);
void der_write_null(struct writer *w);

#endif
