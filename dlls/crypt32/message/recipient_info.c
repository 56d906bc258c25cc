/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CMSG_CMS_RECIPIENT_INFO: recipients of a message in the structures of Windows. Everything is in one block, whose
 * pointers point into it. */
#include "message.h"

/* --- the block --- */

struct room
{
    BYTE *base;
    DWORD used, size;               /* bytes */
};

/* More than the structures for that much DER can take: the smallest encrypted key has 8 bytes, and its structures have
 * less than 100. */
#define ROOM_FOR(der_size) (1024 + 20 * (der_size))

static void *take(struct room *room, DWORD size)
{
    void *taken = room->base + room->used;

    room->used += (size + 7) & ~7u;
    return room->used <= room->size ? ZeroMemory(taken, size) : NULL;
}

static void take_bytes(struct room *room, struct der_reader bytes, CRYPT_DATA_BLOB *blob)
{
    blob->cbData = bytes.left;
    blob->pbData = take(room, bytes.left);
    if (blob->pbData) CopyMemory(blob->pbData, bytes.data, bytes.left);
}

/* Last byte first. */
static void take_integer(struct room *room, struct der_reader number, CRYPT_INTEGER_BLOB *blob)
{
    DWORD i;

    blob->cbData = number.left;
    blob->pbData = take(room, number.left);
    for (i = 0; blob->pbData && i < number.left; i++) blob->pbData[i] = number.data[number.left - 1 - i];
}

static BOOL take_algorithm(struct room *room, struct der_reader algorithm, CRYPT_ALGORITHM_IDENTIFIER *identifier)
{
    struct der_reader oid = der_enter(&algorithm, DER_OID);
    char text[64];

    if (oid.failed || !der_oid_text(&oid, text, sizeof(text))) return FALSE;
    if ((identifier->pszObjId = take(room, lstrlenA(text) + 1))) lstrcpyA(identifier->pszObjId, text);
    take_bytes(room, algorithm, (CRYPT_DATA_BLOB *)&identifier->Parameters);
    return TRUE;
}

/* --- who --- */

static void take_issuer_serial(struct room *room, struct der_reader inside, CERT_ID *id)
{
    struct der_reader name = inside;

    der_enter(&inside, DER_SEQUENCE);
    name.left -= inside.left;
    id->dwIdChoice = CERT_ID_ISSUER_SERIAL_NUMBER;
    take_bytes(room, name, (CRYPT_DATA_BLOB *)&id->IssuerSerialNumber.Issuer);
    take_integer(room, der_enter(&inside, DER_INTEGER), &id->IssuerSerialNumber.SerialNumber);
}

/* Issuer and serial number, a bare key identifier, or one with company: a date and others (RecipientKeyIdentifier). */
static void take_id(struct room *room, struct der_reader *reader, CERT_ID *id)
{
    struct der_reader inside;

    if (der_next(reader) == DER_SEQUENCE)
    {
        take_issuer_serial(room, der_enter(reader, DER_SEQUENCE), id);
        return;
    }
    id->dwIdChoice = CERT_ID_KEY_IDENTIFIER;
    if (der_next(reader) == DER_CONTEXT_BYTES(0)) inside = der_enter(reader, DER_CONTEXT_BYTES(0));
    else
    {
        inside = der_enter(reader, DER_CONTEXT(0));
        inside = der_enter(&inside, DER_OCTET_STRING);
    }
    take_bytes(room, inside, (CRYPT_DATA_BLOB *)&id->KeyId);
}

/* --- the two kinds --- */

static BOOL take_transport(struct room *room, struct der_reader info, CMSG_KEY_TRANS_RECIPIENT_INFO *transport)
{
    BYTE version = 0;
    BOOL known;

    der_read_number(&info, &version, 1);
    transport->dwVersion = version;
    take_id(room, &info, &transport->RecipientId);
    known = take_algorithm(room, der_enter(&info, DER_SEQUENCE), &transport->KeyEncryptionAlgorithm);
    take_bytes(room, der_enter(&info, DER_OCTET_STRING), &transport->EncryptedKey);
    return known && !info.failed;
}

/* OriginatorPublicKey. */
static BOOL take_public_key(struct room *room, struct der_reader inside, CERT_PUBLIC_KEY_INFO *public)
{
    BOOL known = take_algorithm(room, der_enter(&inside, DER_SEQUENCE), &public->Algorithm);
    struct der_reader bits = der_enter(&inside, DER_BIT_STRING);

    if (!known || inside.failed || !bits.left) return FALSE;
    public->PublicKey.cUnusedBits = *bits.data++;
    bits.left--;
    take_bytes(room, bits, (CRYPT_DATA_BLOB *)&public->PublicKey);
    return TRUE;
}

static BOOL take_originator(struct room *room, struct der_reader originator, CMSG_KEY_AGREE_RECIPIENT_INFO *agreement)
{
    agreement->dwOriginatorChoice = CMSG_KEY_AGREE_ORIGINATOR_PUBLIC_KEY;
    if (der_next(&originator) == DER_CONTEXT(1))
        return take_public_key(room, der_enter(&originator, DER_CONTEXT(1)), &agreement->OriginatorPublicKeyInfo);
    agreement->dwOriginatorChoice = CMSG_KEY_AGREE_ORIGINATOR_CERT;
    take_id(room, &originator, &agreement->OriginatorCertId);
    return !originator.failed;
}

static BOOL take_keys(struct room *room, struct der_reader keys, CMSG_KEY_AGREE_RECIPIENT_INFO *agreement)
{
    struct der_reader count = keys, key;
    CMSG_RECIPIENT_ENCRYPTED_KEY_INFO *info;
    DWORD i;

    while (!count.failed && count.left) der_enter(&count, DER_SEQUENCE), agreement->cRecipientEncryptedKeys++;
    if (count.failed) return FALSE;
    agreement->rgpRecipientEncryptedKeys = take(room, agreement->cRecipientEncryptedKeys * sizeof(info));
    if (!agreement->rgpRecipientEncryptedKeys) return FALSE;
    for (i = 0; i < agreement->cRecipientEncryptedKeys; i++)
    {
        key = der_enter(&keys, DER_SEQUENCE);
        if (!(info = agreement->rgpRecipientEncryptedKeys[i] = take(room, sizeof(*info)))) return FALSE;
        take_id(room, &key, &info->RecipientId);
        take_bytes(room, der_enter(&key, DER_OCTET_STRING), &info->EncryptedKey);
        if (key.failed) return FALSE;
    }
    return TRUE;
}

static BOOL take_agreement(struct room *room, struct der_reader info, CMSG_KEY_AGREE_RECIPIENT_INFO *agreement)
{
    struct der_reader field;
    BYTE version = 0;

    der_read_number(&info, &version, 1);
    agreement->dwVersion = version;
    if (!take_originator(room, der_enter(&info, DER_CONTEXT(0)), agreement)) return FALSE;
    if (der_next(&info) == DER_CONTEXT(1))
    {
        field = der_enter(&info, DER_CONTEXT(1));
        take_bytes(room, der_enter(&field, DER_OCTET_STRING), &agreement->UserKeyingMaterial);
    }
    if (!take_algorithm(room, der_enter(&info, DER_SEQUENCE), &agreement->KeyEncryptionAlgorithm)) return FALSE;
    return take_keys(room, der_enter(&info, DER_SEQUENCE), agreement) && !info.failed;
}

static BOOL take_recipient(struct room *room, BYTE tag, struct der_reader info)
{
    CMSG_CMS_RECIPIENT_INFO *recipient = take(room, sizeof(*recipient));

    if (tag == DER_SEQUENCE)
    {
        recipient->dwRecipientChoice = CMSG_KEY_TRANS_RECIPIENT;
        recipient->pKeyTrans = take(room, sizeof(*recipient->pKeyTrans));
        return take_transport(room, info, recipient->pKeyTrans);
    }
    recipient->dwRecipientChoice = CMSG_KEY_AGREE_RECIPIENT;
    recipient->pKeyAgree = take(room, sizeof(*recipient->pKeyAgree));
    return take_agreement(room, info, recipient->pKeyAgree);
}

static BOOL take_identifier(struct room *room, BYTE tag, struct der_reader algorithm)
{
    (void)tag;
    return take_algorithm(room, algorithm, take(room, sizeof(CRYPT_ALGORITHM_IDENTIFIER)));
}

/* --- for a caller --- */

/* Into memory of ours first: then its size is known. */
static BOOL give(BOOL (*fill)(struct room *room, BYTE tag, struct der_reader info), BYTE tag, struct der_reader info,
                 void *output, DWORD *size)
{
    struct room room = {.size = ROOM_FOR(info.left)};
    DWORD given = *size;
    BOOL done;

    if (!(room.base = allocate(room.size))) return FALSE;
    done = fill(&room, tag, info) && room.used <= room.size;
    release(room.base);
    if (!done) return fail(CRYPT_E_ASN1_CORRUPT);
    *size = room.used;
    if (!output) return TRUE;
    if (given < room.used) return fail(ERROR_MORE_DATA);
    room.base = output;
    room.size = room.used;
    room.used = 0;
    return fill(&room, tag, info);
}

BOOL give_recipient_info(const struct envelope_parts *parts, DWORD index, void *output, DWORD *size)
{
    struct der_reader recipients = parts->recipients, whole, info;
    BYTE tag;

    do if (!next_recipient(&recipients, &whole, &tag, &info)) return fail(CRYPT_E_INVALID_INDEX); while (index--);
    return give(take_recipient, tag, info, output, size);
}

BOOL give_algorithm(struct der_reader algorithm, void *output, DWORD *size)
{
    return give(take_identifier, 0, algorithm, output, size);
}
