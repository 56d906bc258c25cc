/* SPDX-License-Identifier: LGPL-2.1-or-later
 * EnvelopedData (RFC 5652 6.1): the content encrypted, and everything put together. */
#include "envelope.h"

SECURITY_STATUS envelope_start(const struct content_cipher *cipher, struct envelope *envelope)
{
    struct content_key *content = &envelope->content;

    ZeroMemory(envelope, sizeof(*envelope));
    content->cipher = cipher;
    if (BCryptGenRandom(NULL, content->key, cipher->key_size, BCRYPT_USE_SYSTEM_PREFERRED_RNG)) return NTE_FAIL;
    return BCryptGenRandom(NULL, content->iv, cipher->block_size, BCRYPT_USE_SYSTEM_PREFERRED_RNG) ? NTE_FAIL
                                                                                                   : ERROR_SUCCESS;
}

void envelope_free(struct envelope *envelope)
{
    SecureZeroMemory(&envelope->content, sizeof(envelope->content));
    der_free(&envelope->recipients);
    der_free(&envelope->originator);
    der_free(&envelope->attributes);
}

static NTSTATUS encrypt_with(BCRYPT_KEY_HANDLE key, const struct content_key *content, const BYTE *data, DWORD size,
                             struct der *der)
{
    BYTE iv[LONGEST_BLOCK], *encrypted;
    DWORD padded = size + content->cipher->block_size;
    NTSTATUS status;

    if (!(encrypted = allocate(padded))) return NTE_NO_MEMORY;
    CopyMemory(iv, content->iv, sizeof(iv));
    status = BCryptEncrypt(key, (BYTE *)data, size, NULL, iv, content->cipher->block_size, encrypted, padded, &padded,
                           BCRYPT_BLOCK_PADDING);
    if (!status) der_value(der, DER_CONTEXT_BYTES(0), encrypted, padded);
    release(encrypted);
    return status;
}

static SECURITY_STATUS append_encrypted_content(const struct content_key *content, const BYTE *data, DWORD size,
                                                struct der *der)
{
    BCRYPT_ALG_HANDLE algorithm;
    BCRYPT_KEY_HANDLE key;
    NTSTATUS status;

    if (BCryptOpenAlgorithmProvider(&algorithm, content->cipher->name, NULL, 0)) return NTE_BAD_ALGID;
    status = BCryptGenerateSymmetricKey(algorithm, &key, NULL, 0, (BYTE *)content->key, content->cipher->key_size, 0);
    if (!status)
    {
        status = encrypt_with(key, content, data, size, der);
        BCryptDestroyKey(key);
    }
    BCryptCloseAlgorithmProvider(algorithm, 0);
    return status ? NTE_FAIL : ERROR_SUCCESS;
}

/* EncryptedContentInfo. */
static SECURITY_STATUS append_content(const struct content_key *content, const char *type, const BYTE *data, DWORD size,
                                      struct der *der)
{
    DWORD start = der->used, part;
    SECURITY_STATUS status;

    der_oid(der, type);
    part = der->used;
    der_oid(der, content->cipher->oid);
    der_value(der, DER_OCTET_STRING, content->iv, content->cipher->block_size);
    der_wrap(der, DER_SEQUENCE, part);
    status = append_encrypted_content(content, data, size, der);
    der_wrap(der, DER_SEQUENCE, start);
    return status;
}

static SECURITY_STATUS append_envelope(const struct envelope *envelope, const char *type, const BYTE *data, DWORD size,
                                       struct der *message)
{
    DWORD start = message->used;
    SECURITY_STATUS status;

    der_number(message, &envelope->version, 1);
    der_bytes(message, envelope->originator.data, envelope->originator.used);
    der_value(message, DER_SET, envelope->recipients.data, envelope->recipients.used);
    status = append_content(&envelope->content, type, data, size, message);
    der_bytes(message, envelope->attributes.data, envelope->attributes.used);
    der_wrap(message, DER_SEQUENCE, start);
    return status;
}

SECURITY_STATUS envelope_write(const struct envelope *envelope, const char *type, const BYTE *data, DWORD size,
                               BOOL bare, struct der *message)
{
    DWORD start = message->used, part;
    SECURITY_STATUS status;

    if (envelope->recipients.failed || envelope->originator.failed || envelope->attributes.failed) return NTE_NO_MEMORY;
    if (!bare) der_oid(message, szOID_RSA_envelopedData);
    part = message->used;
    status = append_envelope(envelope, type, data, size, message);
    if (!bare) der_wrap(message, DER_CONTEXT(0), part);
    if (!bare) der_wrap(message, DER_SEQUENCE, start);
    return !status && message->failed ? NTE_NO_MEMORY : status;
}
