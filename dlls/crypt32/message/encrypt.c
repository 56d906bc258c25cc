/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptEncryptMessage with AES and 3DES, to RSA keys and to EC keys (RFC 5652, 5753). Wine does not know AES nor EC
 * keys here, and names no vector for 3DES, so that nobody else can read the first block. */
#include "recipient.h"

#include "../issuer_serial.h"

#define LONGEST_BLOCK 16            /* bytes of a cipher */

struct content_key
{
    const struct content_cipher *cipher;
    BYTE key[LONGEST_CONTENT_KEY];
    BYTE iv[LONGEST_BLOCK];
};

static SECURITY_STATUS make_content_key(const struct content_cipher *cipher, struct content_key *content)
{
    content->cipher = cipher;
    if (BCryptGenRandom(NULL, content->key, cipher->key_size, BCRYPT_USE_SYSTEM_PREFERRED_RNG)) return NTE_FAIL;
    return BCryptGenRandom(NULL, content->iv, cipher->block_size, BCRYPT_USE_SYSTEM_PREFERRED_RNG) ? NTE_FAIL
                                                                                                   : ERROR_SUCCESS;
}

/* --- recipients --- */

static SECURITY_STATUS append_encrypted(NCRYPT_KEY_HANDLE key, const struct content_key *content, struct der *der)
{
    SECURITY_STATUS status;
    BYTE *encrypted;
    DWORD size;

    if ((status = ncrypt()->NCryptEncrypt(key, (BYTE *)content->key, content->cipher->key_size, NULL, NULL, 0, &size,
                                          NCRYPT_PAD_PKCS1_FLAG))) return status;
    if (!(encrypted = allocate(size))) return NTE_NO_MEMORY;
    status = ncrypt()->NCryptEncrypt(key, (BYTE *)content->key, content->cipher->key_size, NULL, encrypted, size, &size,
                                     NCRYPT_PAD_PKCS1_FLAG);
    if (!status) der_value(der, DER_OCTET_STRING, encrypted, size);
    release(encrypted);
    return status;
}

/* KeyTransRecipientInfo. */
static SECURITY_STATUS append_transport(const CERT_INFO *cert, const struct content_key *content, struct der *der)
{
    static const BYTE version = 0;
    DWORD start = der->used, part;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if ((status = import_public_key(&cert->SubjectPublicKeyInfo, FALSE, &key))) return status;
    der_number(der, &version, 1);
    append_issuer_serial(&cert->Issuer, &cert->SerialNumber, der);
    part = der->used;
    der_oid(der, szOID_RSA_RSA);
    der_value(der, DER_NULL, NULL, 0);
    der_wrap(der, DER_SEQUENCE, part);
    status = append_encrypted(key, content, der);
    der_wrap(der, DER_SEQUENCE, start);
    ncrypt()->NCryptFreeObject(key);
    return status;
}

/* A key on the recipient's curve for this message alone. */
static SECURITY_STATUS make_ephemeral(const struct public_blob *public, NCRYPT_KEY_HANDLE *key)
{
    NCRYPT_PROV_HANDLE provider;
    SECURITY_STATUS status;

    if ((status = ncrypt()->NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0))) return status;
    status = ncrypt()->NCryptCreatePersistedKey(provider, key, public->algorithm, NULL, 0, 0);
    ncrypt()->NCryptFreeObject(provider);
    if (status) return status;
    if (public->curve)
        status = ncrypt()->NCryptSetProperty(*key, NCRYPT_ECC_CURVE_NAME_PROPERTY, (BYTE *)public->curve,
                                             (lstrlenW(public->curve) + 1) * sizeof(WCHAR), 0);
    if (!status) status = ncrypt()->NCryptFinalizeKey(*key, 0);
    if (status) ncrypt()->NCryptFreeObject(*key);
    return status;
}

/* [0], [1]: OriginatorPublicKey, with the curve. */
static SECURITY_STATUS append_originator(NCRYPT_KEY_HANDLE ephemeral, struct der *der)
{
    static const BYTE unused_bits = 0;
    DWORD start = der->used, part = start;
    struct public_key public;
    SECURITY_STATUS status = get_public_key(ephemeral, &public);

    if (!status)
    {
        der_oid(der, public.oid);
        der_bytes(der, public.parameters.data, public.parameters.used);
        der_wrap(der, DER_SEQUENCE, part);
        part = der->used;
        der_bytes(der, &unused_bits, 1);
        der_bytes(der, public.bits.data, public.bits.used);
        der_wrap(der, DER_BIT_STRING, part);
        der_wrap(der, DER_CONTEXT(1), start);
        der_wrap(der, DER_CONTEXT(0), start);
    }
    public_key_free(&public);
    return status;
}

/* KeyEncryptionAlgorithmIdentifier; what is read back of it is what the key is derived for. */
static SECURITY_STATUS append_agreement_algorithm(DWORD kek_size, struct der *der, struct agreement *agreement)
{
    DWORD start = der->used, wrapping;
    struct der_reader all;

    der_oid(der, OID_AGREEMENT_SHA256);
    wrapping = der->used;
    der_oid(der, wrapping_oid(kek_size));
    der_wrap(der, DER_SEQUENCE, wrapping);
    if (der->failed) return NTE_NO_MEMORY;
    all.data = der->data + start;
    all.left = der->used - start;
    all.failed = FALSE;
    return read_agreement(all, agreement);
}

static SECURITY_STATUS append_wrapped(NCRYPT_KEY_HANDLE ephemeral, NCRYPT_KEY_HANDLE recipient, const CERT_INFO *cert,
                                      const struct content_key *content, struct der *der)
{
    BYTE kek[LONGEST_KEK], wrapped[LONGEST_CONTENT_KEY + 8];
    DWORD size = content->cipher->key_size, start = der->used;
    struct agreement agreement;
    SECURITY_STATUS status;

    status = append_agreement_algorithm(content->cipher->id == CALG_3DES ? 24 : size, der, &agreement);
    if (!status) status = derive_kek(ephemeral, recipient, &agreement, kek);
    if (!status) status = wrap_key(kek, agreement.kek_size, content->key, size, wrapped);
    SecureZeroMemory(kek, sizeof(kek));
    if (status) return status;
    der_wrap(der, DER_SEQUENCE, start);
    start = der->used;
    append_issuer_serial(&cert->Issuer, &cert->SerialNumber, der);
    der_value(der, DER_OCTET_STRING, wrapped, size + 8);
    der_wrap(der, DER_SEQUENCE, start);
    der_wrap(der, DER_SEQUENCE, start);
    return ERROR_SUCCESS;
}

/* KeyAgreeRecipientInfo, [1]. */
static SECURITY_STATUS append_agreement(const CERT_INFO *cert, const struct content_key *content, struct der *der)
{
    static const BYTE version = 3;
    NCRYPT_KEY_HANDLE recipient = 0, ephemeral = 0;
    DWORD start = der->used;
    struct public_blob public;
    SECURITY_STATUS status = read_public_key(&cert->SubjectPublicKeyInfo, TRUE, &public);

    if (!status) status = import_blob(&public, &recipient);
    if (!status) status = make_ephemeral(&public, &ephemeral);
    der_free(&public.blob);
    der_number(der, &version, 1);
    if (!status) status = append_originator(ephemeral, der);
    if (!status) status = append_wrapped(ephemeral, recipient, cert, content, der);
    der_wrap(der, DER_CONTEXT(1), start);
    if (ephemeral) ncrypt()->NCryptFreeObject(ephemeral);
    if (recipient) ncrypt()->NCryptFreeObject(recipient);
    return status;
}

static BOOL is_ec(PCCERT_CONTEXT cert)
{
    return !lstrcmpA(cert->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId, szOID_ECC_PUBLIC_KEY);
}

static SECURITY_STATUS append_recipients(const PCCERT_CONTEXT *certs, DWORD count, const struct content_key *content,
                                         struct der *der)
{
    DWORD start = der->used, i;
    SECURITY_STATUS status = ERROR_SUCCESS;

    for (i = 0; !status && i < count; i++)
        status = (is_ec(certs[i]) ? append_agreement : append_transport)(certs[i]->pCertInfo, content, der);
    der_wrap(der, DER_SET, start);
    return status;
}

/* --- the content --- */

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
    if (!status) der_value(der, 0x80, encrypted, padded);
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
static SECURITY_STATUS append_content(const struct content_key *content, const BYTE *data, DWORD size, struct der *der)
{
    DWORD start = der->used, part;
    SECURITY_STATUS status;

    der_oid(der, szOID_RSA_data);
    part = der->used;
    der_oid(der, content->cipher->oid);
    der_value(der, DER_OCTET_STRING, content->iv, content->cipher->block_size);
    der_wrap(der, DER_SEQUENCE, part);
    status = append_encrypted_content(content, data, size, der);
    der_wrap(der, DER_SEQUENCE, start);
    return status;
}

static SECURITY_STATUS write_message(const struct content_cipher *cipher, const PCCERT_CONTEXT *certs, DWORD count,
                                     const BYTE *data, DWORD size, struct der *der)
{
    struct content_key content;
    SECURITY_STATUS status;
    BYTE version = 0;
    DWORD part, i;

    for (i = 0; i < count; i++) if (is_ec(certs[i])) version = 2;
    der_oid(der, szOID_RSA_envelopedData);
    part = der->used;
    der_number(der, &version, 1);
    status = make_content_key(cipher, &content);
    if (!status) status = append_recipients(certs, count, &content, der);
    if (!status) status = append_content(&content, data, size, der);
    SecureZeroMemory(&content, sizeof(content));
    der_wrap(der, DER_SEQUENCE, part);
    der_wrap(der, DER_CONTEXT(0), part);
    der_wrap(der, DER_SEQUENCE, 0);
    return !status && der->failed ? NTE_NO_MEMORY : status;
}

/* --- CryptEncryptMessage --- */

/* NULL: this is left to Wine. */
static const struct content_cipher *cipher_for(const CRYPT_ENCRYPT_MESSAGE_PARA *para, const PCCERT_CONTEXT *certs,
                                               DWORD count)
{
    const CRYPT_ALGORITHM_IDENTIFIER *algorithm = &para->ContentEncryptionAlgorithm;
    const struct content_cipher *cipher;
    const char *key;
    DWORD i;

    if (para->cbSize != sizeof(*para) || para->dwFlags || para->dwInnerContentType || !count || !certs) return NULL;
    if (!algorithm->pszObjId || algorithm->Parameters.cbData > 2) return NULL;
    for (i = 0; i < count; i++)
    {
        key = certs[i]->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId;
        if (lstrcmpA(key, szOID_RSA_RSA) && lstrcmpA(key, szOID_ECC_PUBLIC_KEY)) return NULL;
    }
    cipher = find_content_cipher(algorithm->pszObjId);
    return cipher && cipher->name ? cipher : NULL;
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
