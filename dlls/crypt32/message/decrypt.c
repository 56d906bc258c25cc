/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CMSG_CTRL_DECRYPT, and CryptDecryptMessage, a stub in every Wine: whose key of the stores that are given opens this
 * message? */
#include "message.h"

/* --- CMSG_CTRL_DECRYPT and its relatives --- */

/* A key that did not open goes on as another one, so that who asks cannot tell where it went wrong, and fails here. */
static BOOL decrypt_from(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_DECRYPT_PARA *para,
                         const CRYPT_BIT_BLOB *originator)
{
    SECURITY_STATUS status = ERROR_SUCCESS;
    struct scope scope = {.status = &status, .originator = originator};
    BOOL is_ours = para && is_ncrypt_key(para->hCryptProv), decrypted;
    HRESULT error;

    decrypted = WITH_SCOPE(&scope, WINE(CryptMsgControl), message, flags, CMSG_CTRL_DECRYPT, para);
    if (status) return fail(status);
    error = GetLastError();
    if (!decrypted && is_ours && error != CRYPT_E_ALREADY_DECRYPTED && error != CRYPT_E_INVALID_INDEX)
        error = NTE_BAD_DATA;
    return decrypted || fail(error);
}

BOOL message_decrypt(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_DECRYPT_PARA *para)
{
    return decrypt_from(message, flags, para, NULL);
}

/* The recipient's number is set here; the rest of para is the caller's. */
static BOOL decrypt_for_one(HCRYPTMSG message, DWORD flags, CMSG_CTRL_DECRYPT_PARA *para, BYTE tag, DWORD recipient,
                            DWORD key, const CRYPT_BIT_BLOB *originator)
{
    const struct message_state *state = find_state(message);
    struct envelope_parts parts;
    struct der_reader envelope;

    if (!state || !state->envelope.used) return fail(CRYPT_E_INVALID_MSG_TYPE);
    envelope = (struct der_reader){state->envelope.data, state->envelope.used, FALSE};
    para->cbSize = sizeof(*para);
    if (!read_envelope(envelope, &parts) || !find_recipient(&parts, tag, recipient, key, &para->dwRecipientIndex))
        return fail(CRYPT_E_INVALID_INDEX);
    return decrypt_from(message, flags, para, originator);
}

BOOL message_decrypt_transport(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_KEY_TRANS_DECRYPT_PARA *para)
{
    CMSG_CTRL_DECRYPT_PARA plain;

    if (!para || para->cbSize < sizeof(*para)) return fail(E_INVALIDARG);
    plain.hCryptProv = para->hCryptProv;
    plain.dwKeySpec = para->dwKeySpec;
    return decrypt_for_one(message, flags, &plain, DER_SEQUENCE, para->dwRecipientIndex, 0, NULL);
}

BOOL message_decrypt_agreement(HCRYPTMSG message, DWORD flags, const CMSG_CTRL_KEY_AGREE_DECRYPT_PARA *para)
{
    CMSG_CTRL_DECRYPT_PARA plain;

    if (!para || para->cbSize < sizeof(*para)) return fail(E_INVALIDARG);
    plain.hCryptProv = para->hCryptProv;
    plain.dwKeySpec = para->dwKeySpec;
    return decrypt_for_one(message, flags, &plain, DER_CONTEXT(1), para->dwRecipientIndex,
                           para->dwRecipientEncryptedKeyIndex,
                           para->OriginatorPublicKey.cbData ? &para->OriginatorPublicKey : NULL);
}

/* --- CryptDecryptMessage --- */

static BOOL decrypt_with(HCRYPTMSG message, DWORD index, PCCERT_CONTEXT cert)
{
    CMSG_CTRL_DECRYPT_PARA para = {.cbSize = sizeof(para), .dwRecipientIndex = index};
    BOOL must_free = FALSE, decrypted;
    DWORD error;

    if (!acquire_key(cert, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG, NULL, &para.hCryptProv, &para.dwKeySpec, &must_free))
        return FALSE;
    decrypted = message_decrypt(message, 0, &para);
    error = GetLastError();
    if (must_free) free_acquired(para.hCryptProv);
    return decrypted || fail(error);
}

/* The certificate whose key has opened the message, or NULL; *error: why the last one that was there has not. */
static PCCERT_CONTEXT decrypt_for(HCRYPTMSG message, DWORD index, const CRYPT_DECRYPT_MESSAGE_PARA *para, DWORD *error)
{
    CERT_INFO *recipient = get_parameter(message, CMSG_RECIPIENT_INFO_PARAM, index);
    PCCERT_CONTEXT cert = NULL;
    BOOL decrypted = FALSE;
    DWORD i;

    for (i = 0; recipient && !decrypted && i < para->cCertStore; i++)
    {
        cert = find_named_certificate(para->rghCertStore[i], para->dwMsgAndCertEncodingType, recipient);
        if (!cert) continue;
        if ((decrypted = decrypt_with(message, index, cert))) break;
        *error = GetLastError();
        WINE(CertFreeCertificateContext)(cert);
    }
    release(recipient);
    return decrypted ? cert : NULL;
}

static HCRYPTMSG open_message(DWORD encoding, const BYTE *data, DWORD size)
{
    HCRYPTMSG message = WINE(CryptMsgOpenToDecode)(encoding, 0, 0, 0, NULL, NULL);

    if (!message || CryptMsgUpdate(message, data, size, TRUE)) return message;
    CryptMsgClose(message);
    return NULL;
}

static BOOL decrypt(HCRYPTMSG message, const CRYPT_DECRYPT_MESSAGE_PARA *para, BYTE *output, DWORD *size,
                    PCCERT_CONTEXT *used)
{
    DWORD count, i, got = sizeof(count), error = CRYPT_E_NO_DECRYPT_CERT;
    PCCERT_CONTEXT cert = NULL;
    BOOL given = TRUE;

    if (!WINE(CryptMsgGetParam)(message, CMSG_RECIPIENT_COUNT_PARAM, 0, &count, &got)) return FALSE;
    for (i = 0; !cert && i < count; i++) cert = decrypt_for(message, i, para, &error);
    if (!cert) return fail(error);
    if (size) given = WINE(CryptMsgGetParam)(message, CMSG_CONTENT_PARAM, 0, output, size);
    if (given && used) *used = cert;
    else WINE(CertFreeCertificateContext)(cert);
    return given;
}

BOOL WINAPI CryptDecryptMessage(PCRYPT_DECRYPT_MESSAGE_PARA para, const BYTE *data, DWORD data_size, BYTE *output,
                                DWORD *size, PCCERT_CONTEXT *used)
{
    HCRYPTMSG message;
    BOOL decrypted;

    if (bridge_is_off) return WINE(CryptDecryptMessage)(para, data, data_size, output, size, used);
    TRACE("(%p, %p, %lu, %p, %p, %p)", para, data, data_size, output, size, used);
    if (used) *used = NULL;
    if (!para || para->cbSize < FIELD_OFFSET(CRYPT_DECRYPT_MESSAGE_PARA, rghCertStore) + sizeof(para->rghCertStore))
        return fail(E_INVALIDARG);
    if (!(message = open_message(para->dwMsgAndCertEncodingType, data, data_size))) return FALSE;
    decrypted = decrypt(message, para, output, size, used);
    CryptMsgClose(message);
    return decrypted;
}
