/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Converts BER (X.690) to DER, as far as PKCS #12 files need it; see pkcs12.h. */
#include "pkcs12/pkcs12.h"

#define MAX_DEPTH 32
#define CONSTRUCTED 0x20
#define INDEFINITE 0x80
#define LONG_TAG 0x1f

struct element
{
    uint8_t tag;
    int is_indefinite;
    size_t size;                    /* bytes of the content; everything left if the length is indefinite */
};

static void read_length(struct reader *r, struct element *element)
{
    uint8_t first = read_u8(r), count = first & 0x7f;

    element->size = first;
    element->is_indefinite = first == INDEFINITE;
    if (element->is_indefinite) element->size = r->left;
    if (first <= INDEFINITE) return;
    for (element->size = 0; count && !r->failed; count--)
    {
        if (element->size > r->left >> 8) r->failed = 1;
        element->size = element->size << 8 | read_u8(r);
    }
}

static struct element read_header(struct reader *r)
{
    struct element element = {.tag = read_u8(r)};

    read_length(r, &element);
    if ((element.tag & LONG_TAG) == LONG_TAG || element.size > r->left) r->failed = 1;
    if (element.is_indefinite && !(element.tag & CONSTRUCTED)) r->failed = 1;
    return element;
}

static int is_end(const struct reader *r)
{
    return r->left >= 2 && !r->data[0] && !r->data[1];
}

static void convert(struct reader *r, unsigned int depth, int is_part, struct writer *w);

/* To the end given by the length, or to the two zeros. */
static void convert_content(struct reader *r, const struct element *element, unsigned int depth, int in_parts,
                            struct writer *w)
{
    struct reader inside = {r->data, element->size, r->failed};

    while (!inside.failed && inside.left && !(element->is_indefinite && is_end(&inside)))
        convert(&inside, depth + 1, in_parts, w);
    if (element->is_indefinite) read_bytes(&inside, 2);
    if (inside.failed) r->failed = 1;
    else read_bytes(r, inside.data - r->data);
}

/* is_part: the content alone is wanted, that of one OCTET STRING. */
static void convert(struct reader *r, unsigned int depth, int is_part, struct writer *w)
{
    struct element element = read_header(r);
    int in_parts = element.tag == (DER_OCTET_STRING | CONSTRUCTED);
    struct bytes content;
    size_t start = 0;

    if (depth > MAX_DEPTH || (is_part && (element.tag & ~CONSTRUCTED) != DER_OCTET_STRING)) r->failed = 1;
    if (r->failed) return;
    if (!is_part) start = der_open(w, in_parts ? DER_OCTET_STRING : element.tag);
    if (element.tag & CONSTRUCTED) convert_content(r, &element, depth, in_parts, w);
    else
    {
        content = read_bytes(r, element.size);
        write_bytes(w, content.data, content.size);
    }
    if (!is_part) der_close(w, start);
}

nte_status ber_to_der(struct bytes ber, struct writer *w)
{
    struct reader r = {ber.data, ber.size, 0};

    convert(&r, 0, 0, w);
    if (w->failed) return NTE_NO_MEMORY;
    return der_done(&r) ? NTE_SUCCESS : NTE_BAD_DATA;
}
