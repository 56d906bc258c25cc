/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Messages with recipients or ciphers that Wine's decoder does not know: it is given the same message with recipients
 * in the form of recipient.h. CryptMsgUpdate does that when a message comes in one piece; one that comes in several is
 * Wine's. */
#include "recipient.h"

/* --- the recipients --- */

/* The key identifier as the Name that Windows has for it, with serial number 0: szOID_KEYID_RDN. */
static void append_key_id(const struct der_reader *key_id, struct der *der)
{
    static const BYTE zero = 0;
    DWORD start = der->used;

    der_oid(der, szOID_KEYID_RDN);
    der_value(der, DER_OCTET_STRING, key_id->data, key_id->left);
    der_wrap(der, DER_SEQUENCE, start);
    der_wrap(der, DER_SET, start);
    der_wrap(der, DER_SEQUENCE, start);
    der_number(der, &zero, 1);
    der_wrap(der, DER_SEQUENCE, start);
}

/* RecipientIdentifier: issuer and serial number, or [0], the key identifier: bare, or for a key agreement with more. */
static void append_identifier(struct der_reader *reader, struct der *der)
{
    struct der_reader inside, key_id;

    if (der_next(reader) == DER_SEQUENCE)
    {
        inside = der_enter(reader, DER_SEQUENCE);
        der_value(der, DER_SEQUENCE, inside.data, inside.left);
        return;
    }
    if (der_next(reader) == DER_CONTEXT(0))
    {
        inside = der_enter(reader, DER_CONTEXT(0));
        key_id = der_enter(&inside, DER_OCTET_STRING);
        if (inside.failed) reader->failed = TRUE;
    }
    else key_id = der_enter(reader, 0x80);
    if (!reader->failed) append_key_id(&key_id, der);
}

struct rewriting
{
    struct der_reader cipher;       /* of the content: its AlgorithmIdentifier, whole */
    BOOL is_known_cipher;           /* by us */
    struct der recipients;
    BOOL changed;
};

/* whole: the recipient, which becomes the encrypted key of another; identifier: whose it is. */
static void append_marked(const struct der_reader *whole, BYTE index, struct der_reader identifier,
                          struct rewriting *rewriting)
{
    struct der *der = &rewriting->recipients;
    static const BYTE version = 0;
    DWORD start = der->used, part;

    der_number(der, &version, 1);
    append_identifier(&identifier, der);
    part = der->used;
    der_oid(der, szOID_RSA_RSA);
    der_value(der, DER_NULL, NULL, 0);
    der_wrap(der, DER_SEQUENCE, part);
    part = der->used;
    der_bytes(der, RECIPIENT_MARK, RECIPIENT_MARK_SIZE);
    der_bytes(der, &index, 1);
    der_bytes(der, rewriting->cipher.data, rewriting->cipher.left);
    der_bytes(der, whole->data, whole->left);
    der_wrap(der, DER_OCTET_STRING, part);
    der_wrap(der, DER_SEQUENCE, start);
    rewriting->changed = TRUE;
}

static BOOL is_known_to_wine(struct der_reader info)
{
    struct der_reader algorithm, oid;
    char text[64];
    BYTE identifier;

    der_enter(&info, DER_INTEGER);
    identifier = der_next(&info);
    der_enter(&info, identifier);
    algorithm = der_enter(&info, DER_SEQUENCE);
    oid = der_enter(&algorithm, DER_OID);
    return identifier == DER_SEQUENCE && !oid.failed && der_oid_text(&oid, text, sizeof(text))
           && !lstrcmpA(text, szOID_RSA_RSA);
}

static void rewrite_transport(const struct der_reader *whole, struct der_reader info, struct rewriting *rewriting)
{
    if (!rewriting->is_known_cipher && is_known_to_wine(info))
    {
        der_bytes(&rewriting->recipients, whole->data, whole->left);
        return;
    }
    der_enter(&info, DER_INTEGER);
    if (!info.failed) append_marked(whole, 0, info, rewriting);
}

/* One for each of its encrypted keys. */
static void rewrite_agreement(const struct der_reader *whole, struct der_reader info, struct rewriting *rewriting)
{
    struct der_reader keys, key;
    BYTE index = 0;

    der_enter(&info, DER_INTEGER);
    der_enter(&info, DER_CONTEXT(0));
    if (der_next(&info) == DER_CONTEXT(1)) der_enter(&info, DER_CONTEXT(1));
    der_enter(&info, DER_SEQUENCE);
    keys = der_enter(&info, DER_SEQUENCE);
    while (!info.failed && !keys.failed && keys.left && index < 0xff)
    {
        key = der_enter(&keys, DER_SEQUENCE);
        if (!key.failed) append_marked(whole, index++, key, rewriting);
    }
}

/* Recipients that need a password or a key of both sides are left out: there is none here who could open them. */
static void rewrite_recipients(struct der_reader recipients, struct rewriting *rewriting)
{
    struct der_reader whole, info;
    BYTE tag;

    while (!recipients.failed && recipients.left)
    {
        whole = recipients;
        tag = der_next(&recipients);
        info = der_enter(&recipients, tag);
        whole.left -= recipients.left;
        if (recipients.failed) return;
        if (tag == DER_SEQUENCE) rewrite_transport(&whole, info, rewriting);
        else if (tag == DER_CONTEXT(1)) rewrite_agreement(&whole, info, rewriting);
        else rewriting->changed = TRUE;
    }
}

/* --- the message --- */

static void read_cipher(struct der_reader content, struct rewriting *rewriting)
{
    struct der_reader algorithm, iv;

    der_enter(&content, DER_OID);
    rewriting->cipher = content;
    algorithm = der_enter(&content, DER_SEQUENCE);
    rewriting->cipher.left -= content.left;
    if (content.failed) rewriting->cipher.left = 0;
    rewriting->is_known_cipher = !content.failed && read_content_cipher(algorithm, &iv);
}

/* EnvelopedData without what Wine does not read: originator's certificates, unprotected attributes. */
static BOOL rewrite_enveloped(struct der_reader data, struct der *result)
{
    static const BYTE version = 0;
    struct rewriting rewriting = {.changed = FALSE};
    struct der_reader recipients, content;
    DWORD start = result->used;

    der_enter(&data, DER_INTEGER);
    if (der_next(&data) == DER_CONTEXT(0))
    {
        der_enter(&data, DER_CONTEXT(0));
        rewriting.changed = TRUE;
    }
    recipients = der_enter(&data, DER_SET);
    content = der_enter(&data, DER_SEQUENCE);
    if (data.left) rewriting.changed = TRUE;
    read_cipher(content, &rewriting);
    if (!data.failed) rewrite_recipients(recipients, &rewriting);
    der_number(result, &version, 1);
    der_value(result, DER_SET, rewriting.recipients.data, rewriting.recipients.used);
    der_value(result, DER_SEQUENCE, content.data, content.left);
    der_wrap(result, DER_SEQUENCE, start);
    if (rewriting.recipients.failed) result->failed = TRUE;
    der_free(&rewriting.recipients);
    return !data.failed && rewriting.changed;
}

static BOOL is_enveloped(struct der_reader *oid)
{
    char text[64];

    return !oid->failed && der_oid_text(oid, text, sizeof(text)) && !lstrcmpA(text, szOID_RSA_envelopedData);
}

/* FALSE: it is no such message, or one that Wine understands. */
static BOOL rewrite(const BYTE *data, DWORD size, struct der *result)
{
    struct der_reader all = {data, size, FALSE}, info = der_enter(&all, DER_SEQUENCE), oid, content;
    DWORD part;

    if (der_next(&info) != DER_OID) return !info.failed && rewrite_enveloped(info, result);
    oid = der_enter(&info, DER_OID);
    if (!is_enveloped(&oid)) return FALSE;
    content = der_enter(&info, DER_CONTEXT(0));
    der_oid(result, szOID_RSA_envelopedData);
    part = result->used;
    if (!rewrite_enveloped(der_enter(&content, DER_SEQUENCE), result)) return FALSE;
    der_wrap(result, DER_CONTEXT(0), part);
    der_wrap(result, DER_SEQUENCE, 0);
    return !result->failed;
}

/* A message that is being decoded and of which nothing is known yet says 0 for its type; one that is being encoded does
 * not answer. */
static BOOL is_fresh(HCRYPTMSG message)
{
    DWORD type, size = sizeof(type);

    if (!message || !WINE(CryptMsgGetParam)(message, CMSG_TYPE_PARAM, 0, &type, &size)) return FALSE;
    return !type || type == CMSG_ENVELOPED;
}

BOOL WINAPI CryptMsgUpdate(HCRYPTMSG message, const BYTE *data, DWORD size, BOOL final)
{
    DWORD error = GetLastError();
    struct der rewritten = {0};
    BOOL updated;

    if (bridge_is_off || !final || !data || !is_fresh(message) || !rewrite(data, size, &rewritten))
    {
        der_free(&rewritten);
        SetLastError(error);
        return WINE(CryptMsgUpdate)(message, data, size, final);
    }
    TRACE("a message of %lu bytes for recipients of other kinds", size);
    updated = WINE(CryptMsgUpdate)(message, rewritten.data, rewritten.used, TRUE);
    der_free(&rewritten);
    return updated;
}
