/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Writing and reading DER. */
#include "der.h"

static BOOL reserve(struct der *der, DWORD more)
{
    DWORD size = der->size ? der->size : 256;
    BYTE *data;

    if (der->failed) return FALSE;
    while (size - der->used < more && size < 0x40000000) size *= 2;
    if (size == der->size) return TRUE;
    if (size - der->used >= more && (data = HeapAlloc(GetProcessHeap(), 0, size)))
    {
        CopyMemory(data, der->data, der->used);
        if (der->data) SecureZeroMemory(der->data, der->used);
        HeapFree(GetProcessHeap(), 0, der->data);
        der->data = data;
        der->size = size;
        return TRUE;
    }
    der->failed = TRUE;
    return FALSE;
}

void der_free(struct der *der)
{
    if (der->data) SecureZeroMemory(der->data, der->size);
    HeapFree(GetProcessHeap(), 0, der->data);
    ZeroMemory(der, sizeof(*der));
}

void der_bytes(struct der *der, const void *data, DWORD size)
{
    if (!size || !reserve(der, size)) return;
    CopyMemory(der->data + der->used, data, size);
    der->used += size;
}

static DWORD write_header(BYTE header[6], BYTE tag, DWORD length)
{
    DWORD bytes = length < 0x80 ? 0 : length < 0x100 ? 1 : length < 0x10000 ? 2 : length < 0x1000000 ? 3 : 4, i;

    header[0] = tag;
    header[1] = bytes ? 0x80 + bytes : length;
    for (i = 0; i < bytes; i++) header[2 + i] = length >> (8 * (bytes - 1 - i));
    return 2 + bytes;
}

void der_wrap(struct der *der, BYTE tag, DWORD start)
{
    BYTE header[6];
    DWORD size;

    if (der->failed) return;
    size = write_header(header, tag, der->used - start);
    if (!reserve(der, size)) return;
    MoveMemory(der->data + start + size, der->data + start, der->used - start);
    CopyMemory(der->data + start, header, size);
    der->used += size;
}

void der_value(struct der *der, BYTE tag, const void *data, DWORD size)
{
    DWORD start = der->used;

    der_bytes(der, data, size);
    der_wrap(der, tag, start);
}

void der_number(struct der *der, const BYTE *number, DWORD size)
{
    static const BYTE zero = 0;
    DWORD start = der->used;

    while (size && !*number) number++, size--;
    if (!size || *number & 0x80) der_bytes(der, &zero, 1);
    der_bytes(der, number, size);
    der_wrap(der, DER_INTEGER, start);
}

static void write_arc(struct der *der, DWORD arc)
{
    BYTE bytes[5];
    DWORD count = sizeof(bytes);

    bytes[--count] = arc & 0x7f;
    while (arc >>= 7) bytes[--count] = 0x80 | (arc & 0x7f);
    der_bytes(der, bytes + count, sizeof(bytes) - count);
}

/* The number at *text, and the dot behind it. */
static DWORD read_arc(const char **text)
{
    DWORD arc = 0;

    while (**text >= '0' && **text <= '9') arc = 10 * arc + *(*text)++ - '0';
    if (**text == '.') ++*text;
    return arc;
}

void der_oid(struct der *der, const char *oid)
{
    DWORD start = der->used, first = read_arc(&oid);

    write_arc(der, 40 * first + read_arc(&oid));
    while (*oid >= '0' && *oid <= '9') write_arc(der, read_arc(&oid));
    if (*oid) der->failed = TRUE;
    der_wrap(der, DER_OID, start);
}

/* --- reading --- */

static BOOL read_length(struct der_reader *reader, DWORD *length)
{
    DWORD bytes, i;

    if (!reader->left) return FALSE;
    *length = *reader->data++;
    reader->left--;
    if (*length < 0x80) return TRUE;
    bytes = *length & 0x7f;
    if (!bytes || bytes > 4 || bytes > reader->left) return FALSE;
    for (i = *length = 0; i < bytes; i++) *length = (*length << 8) | reader->data[i];
    reader->data += bytes;
    reader->left -= bytes;
    return TRUE;
}

struct der_reader der_enter(struct der_reader *reader, BYTE tag)
{
    struct der_reader inside = {NULL, 0, TRUE};
    DWORD length;

    if (reader->failed || !reader->left || *reader->data != tag) reader->failed = TRUE;
    else
    {
        reader->data++;
        reader->left--;
        if (!read_length(reader, &length) || length > reader->left) reader->failed = TRUE;
    }
    if (reader->failed) return inside;
    inside.data = reader->data;
    inside.left = length;
    inside.failed = FALSE;
    reader->data += length;
    reader->left -= length;
    return inside;
}

BYTE der_next(const struct der_reader *reader)
{
    return reader->failed || !reader->left ? 0 : *reader->data;
}

void der_read_number(struct der_reader *reader, BYTE *number, DWORD size)
{
    struct der_reader inside = der_enter(reader, DER_INTEGER);

    if (inside.failed || !inside.left || *inside.data & 0x80) reader->failed = TRUE;
    while (!inside.failed && inside.left && !*inside.data) inside.data++, inside.left--;
    if (reader->failed || inside.left > size)
    {
        reader->failed = TRUE;
        return;
    }
    ZeroMemory(number, size - inside.left);
    CopyMemory(number + size - inside.left, inside.data, inside.left);
}

BOOL der_oid_text(const struct der_reader *oid, char *text, DWORD size)
{
    DWORD i, arc = 0, used = 0;
    BOOL first = TRUE;

    for (i = 0; i < oid->left; i++)
    {
        if (arc >> 25 || size - used < 24) return FALSE;
        arc = (arc << 7) | (oid->data[i] & 0x7f);
        if (oid->data[i] & 0x80) continue;
        if (!first) used += wsprintfA(text + used, ".%u", arc);
        else used += arc < 80 ? wsprintfA(text, "%u.%u", arc / 40, arc % 40) : wsprintfA(text, "2.%u", arc - 80);
        first = FALSE;
        arc = 0;
    }
    return !first && !(oid->data[oid->left - 1] & 0x80);
}
