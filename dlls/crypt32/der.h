/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Writing DER: values are appended, and a container is closed around all that was written since a mark. A failure (no
 * memory, a bad OID) sticks; it is asked for once, at the end. */
#ifndef CRYPT32_DER_H
#define CRYPT32_DER_H

#include <windows.h>

#define DER_INTEGER         0x02
#define DER_BIT_STRING      0x03
#define DER_OCTET_STRING    0x04
#define DER_NULL            0x05
#define DER_OID             0x06
#define DER_SEQUENCE        0x30
#define DER_SET             0x31
#define DER_CONTEXT(n)      (0xa0 + (n))        /* [n], constructed */
#define DER_CONTEXT_BYTES(n) (0x80 + (n))       /* [n], primitive */

struct der
{
    BYTE *data;
    DWORD used;                     /* bytes */
    DWORD size;
    BOOL failed;
};

/* Wipes and frees what was written. */
void der_free(struct der *der);

/* size bytes as they are. */
void der_bytes(struct der *der, const void *data, DWORD size);

/* A value with its tag and length. */
void der_value(struct der *der, BYTE tag, const void *data, DWORD size);

/* Puts tag and length in front of everything from position `start` on: the way to close a container. */
void der_wrap(struct der *der, BYTE tag, DWORD start);

/* An unsigned number, big-endian, with any number of leading zeros. */
void der_number(struct der *der, const BYTE *number, DWORD size);

/* "1.2.840.113549". */
void der_oid(struct der *der, const char *oid);

/* A reader over DER that is not trusted: each call takes the next value off the front, or sets failed. */
struct der_reader
{
    const BYTE *data;
    DWORD left;
    BOOL failed;
};

/* The contents of the next value, which must be there and have that tag. */
struct der_reader der_enter(struct der_reader *reader, BYTE tag);

/* The tag of the next value; 0 at the end. */
BYTE der_next(const struct der_reader *reader);

/* An INTEGER that is not negative, without its leading zeros, into number (size bytes, big-endian, zeros in front). */
void der_read_number(struct der_reader *reader, BYTE *number, DWORD size);

/* The contents of an OBJECT IDENTIFIER as "1.2.840"; FALSE when it is malformed or longer than size characters. */
BOOL der_oid_text(const struct der_reader *oid, char *text, DWORD size);

#endif
