/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The parts of EnvelopedData (RFC 5652 6.1), and which recipient is which. */
#include "message.h"

/* OriginatorInfo: both lists may be left out. */
static void read_originator(struct der_reader info, struct envelope_parts *parts)
{
    if (der_next(&info) == DER_CONTEXT(0)) parts->certificates = der_enter(&info, DER_CONTEXT(0));
    if (der_next(&info) == DER_CONTEXT(1)) parts->crls = der_enter(&info, DER_CONTEXT(1));
}

BOOL read_envelope(struct der_reader data, struct envelope_parts *parts)
{
    ZeroMemory(parts, sizeof(*parts));
    der_read_number(&data, &parts->version, sizeof(parts->version));
    if (der_next(&data) == DER_CONTEXT(0)) read_originator(der_enter(&data, DER_CONTEXT(0)), parts);
    parts->recipients = der_enter(&data, DER_SET);
    parts->content = der_enter(&data, DER_SEQUENCE);
    if (der_next(&data) == DER_CONTEXT(1)) parts->attributes = der_enter(&data, DER_CONTEXT(1));
    return !data.failed;
}

BOOL next_recipient(struct der_reader *recipients, struct der_reader *whole, BYTE *tag, struct der_reader *info)
{
    do
    {
        *whole = *recipients;
        *tag = der_next(recipients);
        *info = der_enter(recipients, *tag);
        whole->left -= recipients->left;
    } while (!recipients->failed && *tag != DER_SEQUENCE && *tag != DER_CONTEXT(1));
    return !recipients->failed;
}

struct der_reader agreement_keys(struct der_reader info)
{
    der_enter(&info, DER_INTEGER);
    der_enter(&info, DER_CONTEXT(0));
    if (der_next(&info) == DER_CONTEXT(1)) der_enter(&info, DER_CONTEXT(1));
    der_enter(&info, DER_SEQUENCE);
    return der_enter(&info, DER_SEQUENCE);
}

static DWORD count_keys(BYTE tag, struct der_reader info)
{
    struct der_reader keys;
    DWORD count = 0;

    if (tag == DER_SEQUENCE) return 1;
    for (keys = agreement_keys(info); !keys.failed && keys.left; count++) der_enter(&keys, DER_SEQUENCE);
    return keys.failed && count ? count - 1 : count;
}

BOOL find_recipient(const struct envelope_parts *parts, BYTE tag, DWORD recipient, DWORD key, DWORD *index)
{
    struct der_reader recipients = parts->recipients, whole, info;
    DWORD count;
    BYTE next;

    for (*index = 0; next_recipient(&recipients, &whole, &next, &info); *index += count)
    {
        count = count_keys(next, info);
        if (recipient--) continue;
        *index += key;
        return next == tag && key < count;
    }
    return FALSE;
}
