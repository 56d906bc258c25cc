/* SPDX-License-Identifier: LGPL-2.1-or-later
 * DER elements; see der.h. */
#include <limits.h>
#include <string.h>

#include <libtasn1.h>

#include "base/der.h"

#define MAX_LENGTH_SIZE 9           /* of the length octets libtasn1 writes */

struct header
{
    uint8_t tag;
    size_t header_size, size;       /* bytes of tag and length, of the content */
};

/* libtasn1 accepts a length in more octets than it needs; DER forbids that. */
static int is_shortest(const uint8_t *octets, int count, long length)
{
    uint8_t shortest[MAX_LENGTH_SIZE];
    int size = 0;

    asn1_length_der(length, shortest, &size);
    return size == count && !memcmp(octets, shortest, size);
}

static int parse_header(const struct reader *r, struct header *header)
{
    int tag_size, length_size;
    unsigned char class;
    unsigned long tag;
    long length;

    if (r->failed || r->left > INT_MAX) return 0;
    if (asn1_get_tag_der(r->data, r->left, &class, &tag_size, &tag) != ASN1_SUCCESS || tag_size != 1) return 0;
    length = asn1_get_length_der(r->data + 1, r->left - 1, &length_size);
    if (length < 0 || !is_shortest(r->data + 1, length_size, length)) return 0;
    header->tag = *r->data;
    header->header_size = 1 + length_size;
    header->size = length;
    return header->header_size + header->size <= r->left;
}

static struct bytes fail(struct reader *r)
{
    static const struct bytes nothing;

    r->failed = 1;
    return nothing;
}

int der_next_is(const struct reader *r, uint8_t tag)
{
    struct header header;

    return parse_header(r, &header) && header.tag == tag;
}

struct bytes der_read(struct reader *r, uint8_t tag)
{
    struct header header;

    if (!parse_header(r, &header) || header.tag != tag) return fail(r);
    read_bytes(r, header.header_size);
    return read_bytes(r, header.size);
}

struct bytes der_read_any(struct reader *r)
{
    struct header header;

    if (!parse_header(r, &header)) return fail(r);
    return read_bytes(r, header.header_size + header.size);
}

struct reader der_enter(struct reader *r, uint8_t tag)
{
    struct bytes content = der_read(r, tag);
    struct reader inner = {content.data, content.size, r->failed};

    return inner;
}

void der_leave(struct reader *r, const struct reader *inner)
{
    if (!der_done(inner)) r->failed = 1;
}

int der_done(const struct reader *r)
{
    return !r->failed && !r->left;
}

struct bytes der_read_unsigned(struct reader *r)
{
    struct bytes number = der_read(r, DER_INTEGER);

    if (!number.size || number.data[0] & 0x80) return fail(r);
    if (number.size == 1 || number.data[0]) return number;
    if (!(number.data[1] & 0x80)) return fail(r);
    number.data++;
    number.size--;
    return number;
}

uint32_t der_read_small(struct reader *r)
{
    struct bytes number = der_read_unsigned(r);
    uint32_t value = 0;
    size_t i;

    if (number.size > 4 || (number.size == 4 && number.data[0] & 0x80)) fail(r);
    if (r->failed) return 0;
    for (i = 0; i < number.size; i++) value = value << 8 | number.data[i];
    return value;
}

/* libtasn1 accepts a truncated last component, and leading zeros. */
static int is_same_oid(struct bytes element, const char *oid)
{
    unsigned char again[DER_OID_SIZE];
    int size = sizeof(again);

    if (asn1_object_id_der(oid, again, &size, 0) != ASN1_SUCCESS) return 0;
    return (size_t)size == element.size && !memcmp(again, element.data, size);
}

void der_read_oid(struct reader *r, char oid[DER_OID_SIZE])
{
    struct bytes element = {0};
    int used;

    oid[0] = 0;
    if (der_next_is(r, DER_OID)) element = der_read_any(r);
    if (element.size > 2 &&
        asn1_get_object_id_der(element.data + 1, element.size - 1, &used, oid, DER_OID_SIZE) == ASN1_SUCCESS &&
        is_same_oid(element, oid))
        return;
    oid[0] = 0;
    fail(r);
}

struct bytes der_read_bits(struct reader *r)
{
    struct bytes bits = der_read(r, DER_BIT_STRING);

    if (!bits.size || bits.data[0]) return fail(r);
    bits.data++;
    bits.size--;
    return bits;
}

size_t der_open(struct writer *w, uint8_t tag)
{
    write_u8(w, tag);
    return w->used;
}

size_t der_open_bits(struct writer *w)
{
    size_t start = der_open(w, DER_BIT_STRING);

    write_u8(w, 0);                 /* unused bits */
    return start;
}

void der_close(struct writer *w, size_t start)
{
    uint8_t length[MAX_LENGTH_SIZE];
    size_t content = w->used - start;
    int size = 0;

    if (w->failed) return;
    asn1_length_der(content, length, &size);
    if (!write_space(w, size)) return;
    memmove(w->data + start + size, w->data + start, content);
    memcpy(w->data + start, length, size);
}

void der_write(struct writer *w, uint8_t tag, struct bytes content)
{
    size_t start = der_open(w, tag);

    write_bytes(w, content.data, content.size);
    der_close(w, start);
}

void der_write_unsigned(struct writer *w, struct bytes number)
{
    size_t start = der_open(w, DER_INTEGER);

    number = trim_number(number);
    if (!number.size || number.data[0] & 0x80) write_u8(w, 0);
    write_bytes(w, number.data, number.size);
    der_close(w, start);
}

void der_write_small(struct writer *w, uint32_t value)
{
    uint8_t data[] = {value >> 24, value >> 16, value >> 8, value};
    struct bytes number = {data, sizeof(data)};

    der_write_unsigned(w, number);
}

void der_write_oid(struct writer *w, const char *oid)
{
    unsigned char element[DER_OID_SIZE];
    int size = sizeof(element);

    if (asn1_object_id_der(oid, element, &size, 0) == ASN1_SUCCESS) write_bytes(w, element, size);
    else w->failed = 1;
}

void der_write_null(struct writer *w)
{
    der_close(w, der_open(w, DER_NULL));
}
