/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptMsgOpenToEncode for encrypted messages whose recipients are those of CMS: named by certificate or by key, with
 * RSA (PKCS #1, OAEP) or ECDH. The handle is that of an empty message of Wine's. */
#define CMSG_ENVELOPED_ENCODE_INFO_HAS_CMS_FIELDS
#include "message.h"

/* --- what is asked for --- */

BOOL is_cms_envelope(DWORD flags, const void *data)
{
    const CMSG_ENVELOPED_ENCODE_INFO *info = data;
    DWORD i, choice;

    if (!info || (flags & ~CMSG_BARE_CONTENT_FLAG)) return FALSE;
    if (info->cbSize < FIELD_OFFSET(CMSG_ENVELOPED_ENCODE_INFO, cCertEncoded)) return FALSE;
    if (!info->cRecipients || !info->rgCmsRecipients || !asked_cipher(&info->ContentEncryptionAlgorithm)) return FALSE;
    for (i = 0; i < info->cRecipients; i++)
    {
        choice = info->rgCmsRecipients[i].dwRecipientChoice;
        if (choice != CMSG_KEY_TRANS_RECIPIENT && choice != CMSG_KEY_AGREE_RECIPIENT) return FALSE;
    }
    return TRUE;
}

/* --- recipients --- */

static SECURITY_STATUS add_transport(const CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO *info, struct envelope *envelope)
{
    struct recipient_key recipient = {.id = info->RecipientId};

    if (info->cbSize < sizeof(*info)) return E_INVALIDARG;
    recipient.public.Algorithm.pszObjId = (char *)szOID_RSA_RSA;
    recipient.public.PublicKey = info->RecipientPublicKey;
    return append_transport(envelope, &recipient, &info->KeyEncryptionAlgorithm);
}

/* Its OID says what kind of key there is, its parameters which curve. */
static BOOL is_for_ephemeral_ec(const CMSG_KEY_AGREE_RECIPIENT_ENCODE_INFO *info)
{
    return info->dwKeyChoice == CMSG_KEY_AGREE_EPHEMERAL_KEY_CHOICE && info->pEphemeralAlgorithm
           && info->pEphemeralAlgorithm->pszObjId
           && !lstrcmpA(info->pEphemeralAlgorithm->pszObjId, szOID_ECC_PUBLIC_KEY);
}

static SECURITY_STATUS add_agreement(const CMSG_KEY_AGREE_RECIPIENT_ENCODE_INFO *info, struct envelope *envelope)
{
    struct agreement_choice choice =
    {
        .derivation = info->KeyEncryptionAlgorithm.pszObjId,
        .wrapping = info->KeyWrapAlgorithm.pszObjId,
        .ukm = info->UserKeyingMaterial,
    };
    DWORD count = info->cRecipientEncryptedKeys, i;
    struct recipient_key *recipients;
    SECURITY_STATUS status;

    if (info->cbSize < sizeof(*info) || !count || !choice.derivation || !choice.wrapping) return E_INVALIDARG;
    if (!is_for_ephemeral_ec(info)) return NTE_NOT_SUPPORTED;
    if (!(recipients = allocate(count * sizeof(*recipients)))) return NTE_NO_MEMORY;
    for (i = 0; i < count; i++)
    {
        recipients[i].public.Algorithm = *info->pEphemeralAlgorithm;
        recipients[i].public.PublicKey = info->rgpRecipientEncryptedKeys[i]->RecipientPublicKey;
        recipients[i].id = info->rgpRecipientEncryptedKeys[i]->RecipientId;
    }
    status = append_agreement(envelope, recipients, count, &choice);
    release(recipients);
    return status;
}

static SECURITY_STATUS add_recipients(const CMSG_ENVELOPED_ENCODE_INFO *info, struct envelope *envelope)
{
    SECURITY_STATUS status = ERROR_SUCCESS;
    const CMSG_RECIPIENT_ENCODE_INFO *one;
    DWORD i;

    for (i = 0; !status && i < info->cRecipients; i++)
    {
        one = &info->rgCmsRecipients[i];
        if (!one->pKeyTrans) return E_INVALIDARG;
        if (one->dwRecipientChoice == CMSG_KEY_TRANS_RECIPIENT) status = add_transport(one->pKeyTrans, envelope);
        else status = add_agreement(one->pKeyAgree, envelope);
    }
    return status;
}

/* --- what else is in it --- */

static void add_blobs(const CRYPT_DATA_BLOB *blobs, DWORD count, BYTE tag, struct der *der)
{
    DWORD start = der->used, i;

    for (i = 0; i < count; i++) der_bytes(der, blobs[i].pbData, blobs[i].cbData);
    if (count) der_wrap(der, tag, start);
}

static SECURITY_STATUS add_originator(const CMSG_ENVELOPED_ENCODE_INFO *info, struct envelope *envelope)
{
    struct der *der = &envelope->originator;

    if (info->cAttrCertEncoded) return NTE_NOT_SUPPORTED;
    if (!info->cCertEncoded && !info->cCrlEncoded) return ERROR_SUCCESS;
    add_blobs((const CRYPT_DATA_BLOB *)info->rgCertEncoded, info->cCertEncoded, DER_CONTEXT(0), der);
    add_blobs((const CRYPT_DATA_BLOB *)info->rgCrlEncoded, info->cCrlEncoded, DER_CONTEXT(1), der);
    der_wrap(der, DER_CONTEXT(0), 0);
    envelope->version = 2;
    return ERROR_SUCCESS;
}

static SECURITY_STATUS add_attributes(const CMSG_ENVELOPED_ENCODE_INFO *info, struct envelope *envelope)
{
    CRYPT_ATTRIBUTES attributes = {info->cUnprotectedAttr, info->rgUnprotectedAttr};
    BYTE *encoded;
    DWORD size;

    if (!attributes.cAttr) return ERROR_SUCCESS;
    if (!WINE(CryptEncodeObjectEx)(X509_ASN_ENCODING | PKCS_7_ASN_ENCODING, PKCS_ATTRIBUTES, &attributes,
                                   CRYPT_ENCODE_ALLOC_FLAG, NULL, &encoded, &size)) return GetLastError();
    *encoded = DER_CONTEXT(1);      /* a SET that is called [1] */
    der_bytes(&envelope->attributes, encoded, size);
    LocalFree(encoded);
    envelope->version = 2;
    return ERROR_SUCCESS;
}

/* --- the message --- */

static char *copy_oid(const char *oid)
{
    char *copy = allocate(lstrlenA(oid) + 1);

    return copy ? lstrcpyA(copy, oid) : NULL;
}

static SECURITY_STATUS prepare(const CMSG_ENVELOPED_ENCODE_INFO *given, const char *type,
                               struct enveloping *enveloping)
{
    CMSG_ENVELOPED_ENCODE_INFO info = {0};
    SECURITY_STATUS status;

    CopyMemory(&info, given, min(given->cbSize, sizeof(info)));
    if ((status = envelope_start(asked_cipher(&info.ContentEncryptionAlgorithm), &enveloping->envelope))) return status;
    if (!(enveloping->type = copy_oid(type ? type : szOID_RSA_data))) return NTE_NO_MEMORY;
    if ((status = add_recipients(&info, &enveloping->envelope))) return status;
    if ((status = add_originator(&info, &enveloping->envelope))) return status;
    return add_attributes(&info, &enveloping->envelope);
}

/* An empty message whose handle this one has. */
static HCRYPTMSG open_carrier(struct enveloping *enveloping)
{
    HCRYPTMSG message = WINE(CryptMsgOpenToEncode)(PKCS_7_ASN_ENCODING, 0, CMSG_DATA, NULL, NULL, NULL);
    struct message_state *state = message ? need_state(message) : NULL;

    if (state) state->enveloping = enveloping;
    else if (message) WINE(CryptMsgClose)(message);
    return state ? message : NULL;
}

HCRYPTMSG open_enveloped(DWORD flags, const void *info, const char *type, const CMSG_STREAM_INFO *stream)
{
    struct enveloping *enveloping = allocate(sizeof(*enveloping));
    HCRYPTMSG message = NULL;
    SECURITY_STATUS status;

    if (!enveloping) return NULL;
    enveloping->is_bare = !!(flags & CMSG_BARE_CONTENT_FLAG);
    if (stream) enveloping->stream = *stream;
    if ((status = prepare(info, type, enveloping))) SetLastError(status);
    else message = open_carrier(enveloping);
    if (!message) enveloping_free(enveloping);
    return message;
}

void enveloping_free(struct enveloping *enveloping)
{
    envelope_free(&enveloping->envelope);
    der_free(&enveloping->content);
    der_free(&enveloping->message);
    release(enveloping->type);
    release(enveloping);
}

/* Content of another type than data comes encoded; encrypted is what is inside of its first value (PKCS #7 10.3). */
static SECURITY_STATUS write_message(struct enveloping *enveloping)
{
    struct der_reader all = {enveloping->content.data, enveloping->content.used, FALSE}, content = all;

    if (enveloping->content.failed) return NTE_NO_MEMORY;
    if (all.left && lstrcmpA(enveloping->type, szOID_RSA_data)) content = der_enter(&all, der_next(&all));
    if (content.failed) return CRYPT_E_ASN1_CORRUPT;
    return envelope_write(&enveloping->envelope, enveloping->type, content.data, content.left, enveloping->is_bare,
                          &enveloping->message);
}

BOOL enveloping_update(struct enveloping *enveloping, const BYTE *data, DWORD size, BOOL final)
{
    const CMSG_STREAM_INFO *stream = &enveloping->stream;
    SECURITY_STATUS status;

    if (enveloping->is_done) return fail(CRYPT_E_MSG_ERROR);
    der_bytes(&enveloping->content, data, size);
    if (!final) return enveloping->content.failed ? fail(ERROR_OUTOFMEMORY) : TRUE;
    enveloping->is_done = TRUE;
    status = write_message(enveloping);
    der_free(&enveloping->content);
    if (status) return der_free(&enveloping->message), fail(status);
    if (!stream->pfnStreamOutput) return TRUE;
    return stream->pfnStreamOutput(stream->pvArg, enveloping->message.data, enveloping->message.used, TRUE);
}

/* EnvelopedData is what is inside of ContentInfo. */
static BOOL give_bare(const struct der *message, void *output, DWORD *size)
{
    struct der_reader all = {message->data, message->used, FALSE}, inside = der_enter(&all, DER_SEQUENCE);

    der_enter(&inside, DER_OID);
    inside = der_enter(&inside, DER_CONTEXT(0));
    return give_bytes(inside.data, inside.left, output, size);
}

BOOL enveloping_get(const struct enveloping *enveloping, DWORD type, void *output, DWORD *size)
{
    if (type != CMSG_CONTENT_PARAM && type != CMSG_BARE_CONTENT_PARAM) return fail(CRYPT_E_INVALID_MSG_TYPE);
    if (!enveloping->message.used) return fail(CRYPT_E_MSG_ERROR);
    if (type == CMSG_BARE_CONTENT_PARAM && !enveloping->is_bare) return give_bare(&enveloping->message, output, size);
    return give_bytes(enveloping->message.data, enveloping->message.used, output, size);
}
