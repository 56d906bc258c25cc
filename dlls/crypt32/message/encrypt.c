/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptEncryptMessage with AES and 3DES, to RSA keys and to EC keys (RFC 5652, 5753). Wine does not know AES nor EC
 * keys here, and names no vector for 3DES, so that nobody else can read the first block. */
#include "envelope.h"

static BOOL is_ec(PCCERT_CONTEXT cert)
{
    return !lstrcmpA(cert->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId, szOID_ECC_PUBLIC_KEY);
}

static SECURITY_STATUS append_recipient(PCCERT_CONTEXT cert, struct envelope *envelope)
{
    static const CRYPT_ALGORITHM_IDENTIFIER transport = {.pszObjId = (char *)szOID_RSA_RSA};
    const struct content_cipher *cipher = envelope->content.cipher;
    struct agreement_choice choice = {.derivation = OID_AGREEMENT_SHA256};
    struct recipient_key recipient = {.public = cert->pCertInfo->SubjectPublicKeyInfo};

    recipient.id.dwIdChoice = CERT_ID_ISSUER_SERIAL_NUMBER;
    recipient.id.IssuerSerialNumber.Issuer = cert->pCertInfo->Issuer;
    recipient.id.IssuerSerialNumber.SerialNumber = cert->pCertInfo->SerialNumber;
    if (!is_ec(cert)) return append_transport(envelope, &recipient, &transport);
    choice.wrapping = wrapping_oid(cipher->id == CALG_3DES ? 24 : cipher->key_size);
    return append_agreement(envelope, &recipient, 1, &choice);
}

static SECURITY_STATUS write_message(const struct content_cipher *cipher, const PCCERT_CONTEXT *certs, DWORD count,
                                     const BYTE *data, DWORD size, struct der *message)
{
    struct envelope envelope;
    SECURITY_STATUS status = envelope_start(cipher, &envelope);
    DWORD i;

    for (i = 0; !status && i < count; i++) status = append_recipient(certs[i], &envelope);
    if (!status) status = envelope_write(&envelope, szOID_RSA_data, data, size, FALSE, message);
    envelope_free(&envelope);
    return status;
}

/* NULL: this is left to Wine. */
static const struct content_cipher *cipher_for(const CRYPT_ENCRYPT_MESSAGE_PARA *para, const PCCERT_CONTEXT *certs,
                                               DWORD count)
{
    const char *key;
    DWORD i;

    if (para->cbSize != sizeof(*para) || para->dwFlags || para->dwInnerContentType || !count || !certs) return NULL;
    for (i = 0; i < count; i++)
    {
        key = certs[i]->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId;
        if (lstrcmpA(key, szOID_RSA_RSA) && lstrcmpA(key, szOID_ECC_PUBLIC_KEY)) return NULL;
    }
    return asked_cipher(&para->ContentEncryptionAlgorithm);
}

BOOL WINAPI CryptEncryptMessage(PCRYPT_ENCRYPT_MESSAGE_PARA para, DWORD count, PCCERT_CONTEXT certs[], const BYTE *data,
                                DWORD data_size, BYTE *output, DWORD *size)
{
    const struct content_cipher *cipher = bridge_is_off || !para ? NULL : cipher_for(para, certs, count);
    struct der message = {0};
    SECURITY_STATUS status;
    BOOL given = FALSE;

    if (!cipher || !size) return WINE(CryptEncryptMessage)(para, count, certs, data, data_size, output, size);
    TRACE("(%p, %lu, %p, %p, %lu, %p, %p)", para, count, certs, data, data_size, output, size);
    if ((status = write_message(cipher, certs, count, data, data_size, &message))) fail(status);
    else given = give_bytes(message.data, message.used, output, size);
    der_free(&message);
    return given;
}
