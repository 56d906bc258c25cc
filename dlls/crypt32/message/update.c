/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encrypted messages that come: Wine's decoder is given the same message with recipients in the form of recipient.h,
 * and without what it does not read. */
#include "message.h"

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
    else key_id = der_enter(reader, DER_CONTEXT_BYTES(0));
    if (!reader->failed) append_key_id(&key_id, der);
}

struct rewriting
{
    struct der_reader cipher;       /* of the content: its AlgorithmIdentifier, whole */
    BOOL is_known_cipher;           /* by us */
    struct der recipients;
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
    struct der_reader keys = agreement_keys(info), key;
    BYTE index = 0;

    while (!keys.failed && keys.left && index < 0xff)
    {
        key = der_enter(&keys, DER_SEQUENCE);
        if (!key.failed) append_marked(whole, index++, key, rewriting);
    }
}

static void rewrite_recipients(struct der_reader recipients, struct rewriting *rewriting)
{
    struct der_reader whole, info;
    BYTE tag;

    while (next_recipient(&recipients, &whole, &tag, &info))
    {
        if (tag == DER_SEQUENCE) rewrite_transport(&whole, info, rewriting);
        else rewrite_agreement(&whole, info, rewriting);
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

/* EncryptedContentInfo. The content, a string called [0], may come in pieces. */
static void append_content(struct der_reader content, struct der *result)
{
    struct der_reader head = content, pieces, piece;
    DWORD start = result->used, part;

    der_enter(&content, DER_OID);
    der_enter(&content, DER_SEQUENCE);
    der_bytes(result, head.data, head.left - content.left);
    part = result->used;
    if (der_next(&content) != DER_CONTEXT(0)) der_bytes(result, content.data, content.left);
    else
    {
        pieces = der_enter(&content, DER_CONTEXT(0));
        while (!pieces.failed && pieces.left)
        {
            piece = der_enter(&pieces, DER_OCTET_STRING);
            der_bytes(result, piece.data, piece.left);
        }
        der_wrap(result, DER_CONTEXT_BYTES(0), part);
        if (pieces.failed) result->failed = TRUE;
    }
    der_wrap(result, DER_SEQUENCE, start);
}

/* EnvelopedData without what Wine does not read: originator's certificates, attributes, other kinds of recipients. */
static void rewrite_envelope(const struct envelope_parts *parts, struct der *result)
{
    static const BYTE version = 0;
    struct rewriting rewriting = {.is_known_cipher = FALSE};
    DWORD start = result->used;

    read_cipher(parts->content, &rewriting);
    rewrite_recipients(parts->recipients, &rewriting);
    der_number(result, &version, 1);
    der_value(result, DER_SET, rewriting.recipients.data, rewriting.recipients.used);
    append_content(parts->content, result);
    der_wrap(result, DER_SEQUENCE, start);
    if (rewriting.recipients.failed) result->failed = TRUE;
    der_free(&rewriting.recipients);
}

static BOOL is_enveloped(struct der_reader *oid)
{
    char text[64];

    return !oid->failed && der_oid_text(oid, text, sizeof(text)) && !lstrcmpA(text, szOID_RSA_envelopedData);
}

/* envelope: the contents of EnvelopedData. FALSE: it is no such message. */
static BOOL rewrite(const BYTE *data, DWORD size, struct der_reader *envelope, struct der *result)
{
    struct der_reader all = {data, size, FALSE}, info = der_enter(&all, DER_SEQUENCE), oid, content;
    struct envelope_parts parts;
    DWORD part;

    *envelope = info;
    if (der_next(&info) != DER_OID)
    {
        if (info.failed || !read_envelope(info, &parts)) return FALSE;
        rewrite_envelope(&parts, result);
        return !result->failed;
    }
    oid = der_enter(&info, DER_OID);
    if (!is_enveloped(&oid)) return FALSE;
    content = der_enter(&info, DER_CONTEXT(0));
    *envelope = der_enter(&content, DER_SEQUENCE);
    if (!read_envelope(*envelope, &parts)) return FALSE;
    der_oid(result, szOID_RSA_envelopedData);
    part = result->used;
    rewrite_envelope(&parts, result);
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

/* What came is kept for CryptMsgGetParam. */
static BOOL keep_envelope(HCRYPTMSG message, struct der_reader envelope)
{
    struct message_state *state = need_state(message);

    if (!state) return FALSE;
    der_free(&state->envelope);
    der_bytes(&state->envelope, envelope.data, envelope.left);
    return !state->envelope.failed || fail(ERROR_OUTOFMEMORY);
}

BOOL decode_message(HCRYPTMSG message, const BYTE *data, DWORD size)
{
    struct der whole = {0}, rewritten = {0};
    DWORD error = GetLastError();
    struct der_reader envelope;
    BOOL updated;

    if (ber_to_der(data, size, &whole) && rewrite(whole.data, whole.used, &envelope, &rewritten))
    {
        TRACE("an encrypted message of %lu bytes", size);
        updated = WINE(CryptMsgUpdate)(message, rewritten.data, rewritten.used, TRUE)
                  && keep_envelope(message, envelope);
    }
    else
    {
        SetLastError(error);
        updated = WINE(CryptMsgUpdate)(message, data, size, TRUE);
    }
    der_free(&whole);
    der_free(&rewritten);
    return updated;
}

BOOL WINAPI CryptMsgUpdate(HCRYPTMSG message, const BYTE *data, DWORD size, BOOL final)
{
    struct message_state *state = bridge_is_off ? NULL : find_state(message);
    DWORD error = GetLastError();
    BOOL ours;

    if (state && state->enveloping) return enveloping_update(state->enveloping, data, size, final);
    if (state && state->stream.pfnStreamOutput) return stream_update(state, data, size, final);
    ours = !bridge_is_off && final && data && begins_envelope(data, size) && is_fresh(message);
    SetLastError(error);
    return ours ? decode_message(message, data, size) : WINE(CryptMsgUpdate)(message, data, size, final);
}
