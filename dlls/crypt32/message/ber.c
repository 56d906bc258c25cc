/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BER as DER: lengths that are not said before the end, and octet strings in pieces, as programs write them that do not
 * know the size of a message when they begin it. */
#include "message.h"

#define MOST_LEVELS 32              /* of values in values; certificates have less than 20 */
#define CONSTRUCTED 0x20
#define IN_PIECES (DER_OCTET_STRING | CONSTRUCTED)

/* Takes tag and length off the front, and the contents with them, unless these are *open: they go on to an end of their
 * own then. */
static BOOL take_header(struct der_reader *reader, BYTE *tag, struct der_reader *inside, BOOL *open)
{
    *open = reader->left >= 2 && reader->data[1] == 0x80;
    *tag = der_next(reader);
    if ((*tag & 0x1f) == 0x1f) return FALSE;                            /* numbers that no message has */
    if (!*open) *inside = der_enter(reader, *tag);
    else
    {
        *inside = *reader;
        inside->data += 2;
        inside->left -= 2;
    }
    return !reader->failed && (!*open || (*tag & CONSTRUCTED));
}

static BOOL is_end(const struct der_reader *reader)
{
    return reader->left >= 2 && !reader->data[0] && !reader->data[1];
}

/* in_pieces: of a string is written what is inside of it. */
static BOOL convert(struct der_reader *reader, unsigned int level, BOOL in_pieces, struct der *der)
{
    struct der_reader inside;
    DWORD start = der->used;
    BOOL open, is_string;
    BYTE tag;

    if (!level || !take_header(reader, &tag, &inside, &open)) return FALSE;
    is_string = tag == IN_PIECES;
    if (in_pieces && tag != DER_OCTET_STRING && !is_string) return FALSE;
    if (!(tag & CONSTRUCTED)) der_bytes(der, inside.data, inside.left);
    else
    {
        while (open ? !is_end(&inside) : inside.left != 0)
            if (!convert(&inside, level - 1, is_string, der)) return FALSE;
    }
    if (open)
    {
        reader->data = inside.data + 2;
        reader->left = inside.left - 2;
    }
    if (!in_pieces) der_wrap(der, is_string ? DER_OCTET_STRING : tag, start);
    return !der->failed;
}

BOOL ber_to_der(const BYTE *data, DWORD size, struct der *der)
{
    struct der_reader reader = {data, size, FALSE};

    return convert(&reader, MOST_LEVELS, FALSE, der);
}

BOOL begins_envelope(const BYTE *data, DWORD size)
{
    static const BYTE enveloped[] = {DER_OID, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3};
    DWORD header;

    if (size < 2 || *data != DER_SEQUENCE) return FALSE;
    header = 2 + (data[1] > 0x80 ? data[1] & 0x7f : 0);
    if (header > 6 || size < header + sizeof(enveloped)) return FALSE;
    return data[header] == DER_INTEGER || !memcmp(data + header, enveloped, sizeof(enveloped));
}
