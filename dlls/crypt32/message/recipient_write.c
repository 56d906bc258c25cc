/* SPDX-License-Identifier: LGPL-2.1-or-later
 * RecipientInfo of messages that are made here: RSA with PKCS #1 or OAEP, and ECDH (RFC 5652 6.2, 5753). */
#include "envelope.h"

#include "../issuer_serial.h"

/* RecipientIdentifier. A key identifier is bare in a key transport, and the first of several fields in an agreement. */
static SECURITY_STATUS append_identifier(const CERT_ID *id, BOOL agreement, struct der *der)
{
    DWORD start = der->used;

    switch (id->dwIdChoice)
    {
    case CERT_ID_ISSUER_SERIAL_NUMBER:
        append_issuer_serial(&id->IssuerSerialNumber.Issuer, &id->IssuerSerialNumber.SerialNumber, der);
        return ERROR_SUCCESS;
    case CERT_ID_KEY_IDENTIFIER:
        der_value(der, agreement ? DER_OCTET_STRING : DER_CONTEXT_BYTES(0), id->KeyId.pbData, id->KeyId.cbData);
        if (agreement) der_wrap(der, DER_CONTEXT(0), start);
        return ERROR_SUCCESS;
    }
    return E_INVALIDARG;
}

/* --- RSA --- */

static SECURITY_STATUS append_encrypted(NCRYPT_KEY_HANDLE key, void *padding, DWORD flags,
                                        const struct content_key *content, struct der *der)
{
    DWORD key_size = content->cipher->key_size, size;
    SECURITY_STATUS status;
    BYTE *encrypted;

    if ((status = ncrypt()->NCryptEncrypt(key, (BYTE *)content->key, key_size, padding, NULL, 0, &size, flags)))
        return status;
    if (!(encrypted = allocate(size))) return NTE_NO_MEMORY;
    status = ncrypt()->NCryptEncrypt(key, (BYTE *)content->key, key_size, padding, encrypted, size, &size, flags);
    if (!status) der_value(der, DER_OCTET_STRING, encrypted, size);
    release(encrypted);
    return status;
}

/* RFC 3560 wants parameters for OAEP, even when they say nothing. */
static void append_transport_algorithm(const CRYPT_ALGORITHM_IDENTIFIER *algorithm, BOOL oaep, struct der *der)
{
    const CRYPT_OBJID_BLOB *parameters = &algorithm->Parameters;
    DWORD start = der->used;

    der_oid(der, algorithm->pszObjId);
    if (oaep && parameters->cbData) der_bytes(der, parameters->pbData, parameters->cbData);
    else der_value(der, oaep ? DER_SEQUENCE : DER_NULL, NULL, 0);
    der_wrap(der, DER_SEQUENCE, start);
}

/* NTE_BAD_ALGID: no algorithm of key transport. */
static SECURITY_STATUS choose_padding(const CRYPT_ALGORITHM_IDENTIFIER *algorithm, BCRYPT_OAEP_PADDING_INFO *oaep,
                                      void **padding, DWORD *flags)
{
    struct der_reader parameters = {algorithm->Parameters.pbData, algorithm->Parameters.cbData, FALSE};

    *padding = NULL;
    *flags = NCRYPT_PAD_PKCS1_FLAG;
    if (!algorithm->pszObjId) return NTE_BAD_ALGID;
    if (!lstrcmpA(algorithm->pszObjId, szOID_RSA_RSA)) return ERROR_SUCCESS;
    *padding = oaep;
    *flags = NCRYPT_PAD_OAEP_FLAG;
    return lstrcmpA(algorithm->pszObjId, szOID_RSAES_OAEP) ? NTE_BAD_ALGID : read_oaep(&parameters, oaep);
}

SECURITY_STATUS append_transport(struct envelope *envelope, const struct recipient_key *recipient,
                                 const CRYPT_ALGORITHM_IDENTIFIER *algorithm)
{
    const BYTE version = recipient->id.dwIdChoice == CERT_ID_ISSUER_SERIAL_NUMBER ? 0 : 2;
    struct der *der = &envelope->recipients;
    BCRYPT_OAEP_PADDING_INFO oaep;
    DWORD start = der->used, flags;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    void *padding;

    if ((status = choose_padding(algorithm, &oaep, &padding, &flags))) return status;
    if ((status = import_public_key(&recipient->public, FALSE, &key))) return status;
    if (version) envelope->version = version;
    der_number(der, &version, 1);
    status = append_identifier(&recipient->id, FALSE, der);
    append_transport_algorithm(algorithm, padding != NULL, der);
    if (!status) status = append_encrypted(key, padding, flags, &envelope->content, der);
    der_wrap(der, DER_SEQUENCE, start);
    ncrypt()->NCryptFreeObject(key);
    return status;
}

/* --- ECDH --- */

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

/* What is read back of it is what the key is derived for. */
static SECURITY_STATUS append_agreement_algorithm(const struct agreement_choice *choice, struct der *der,
                                                  struct der_reader *written)
{
    DWORD start = der->used, part;

    der_oid(der, choice->derivation);
    part = der->used;
    der_oid(der, choice->wrapping);
    der_wrap(der, DER_SEQUENCE, part);
    if (der->failed) return NTE_NO_MEMORY;
    written->data = der->data + start;
    written->left = der->used - start;
    written->failed = FALSE;
    return ERROR_SUCCESS;
}

/* RecipientEncryptedKey. */
static SECURITY_STATUS append_wrapped(NCRYPT_KEY_HANDLE ephemeral, const struct recipient_key *recipient,
                                      const struct agreement *agreement, const struct content_key *content,
                                      struct der *der)
{
    BYTE kek[LONGEST_KEK], wrapped[LONGEST_CONTENT_KEY + 8];
    DWORD size = content->cipher->key_size, start = der->used;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if ((status = import_public_key(&recipient->public, TRUE, &key))) return status;
    status = derive_kek(ephemeral, key, agreement, kek);
    if (!status) status = wrap_key(kek, agreement->kek_size, content->key, size, wrapped);
    SecureZeroMemory(kek, sizeof(kek));
    ncrypt()->NCryptFreeObject(key);
    if (!status) status = append_identifier(&recipient->id, TRUE, der);
    if (!status) der_value(der, DER_OCTET_STRING, wrapped, size + 8);
    der_wrap(der, DER_SEQUENCE, start);
    return status;
}

/* The algorithm and the keys: it is read where it stays, for the keys are written into memory of their own. */
static SECURITY_STATUS append_wrapped_keys(NCRYPT_KEY_HANDLE ephemeral, const struct recipient_key *recipients,
                                           DWORD count, const struct agreement_choice *choice,
                                           const struct content_key *content, struct der *der)
{
    struct der algorithm = {0}, keys = {0};
    struct der_reader written;
    struct agreement agreement;
    SECURITY_STATUS status;
    DWORD i;

    status = append_agreement_algorithm(choice, &algorithm, &written);
    if (!status) status = read_agreement(written, &agreement);
    if (choice->ukm.cbData && !status)
    {
        agreement.ukm.data = choice->ukm.pbData;
        agreement.ukm.left = choice->ukm.cbData;
    }
    for (i = 0; !status && i < count; i++)
        status = append_wrapped(ephemeral, &recipients[i], &agreement, content, &keys);
    if (keys.failed) der->failed = TRUE;
    der_value(der, DER_SEQUENCE, algorithm.data, algorithm.used);
    der_value(der, DER_SEQUENCE, keys.data, keys.used);
    der_free(&algorithm);
    der_free(&keys);
    return status;
}

static void append_ukm(const CRYPT_DATA_BLOB *ukm, struct der *der)
{
    DWORD start = der->used;

    if (!ukm->cbData) return;
    der_value(der, DER_OCTET_STRING, ukm->pbData, ukm->cbData);
    der_wrap(der, DER_CONTEXT(1), start);
}

SECURITY_STATUS append_agreement(struct envelope *envelope, const struct recipient_key *recipients, DWORD count,
                                 const struct agreement_choice *choice)
{
    static const BYTE version = 3;
    struct der *der = &envelope->recipients;
    NCRYPT_KEY_HANDLE ephemeral = 0;
    DWORD start = der->used;
    struct public_blob public;
    SECURITY_STATUS status = read_public_key(&recipients->public, TRUE, &public);

    if (!status) status = ncrypt() ? make_ephemeral(&public, &ephemeral) : NTE_PROVIDER_DLL_FAIL;
    der_free(&public.blob);
    envelope->version = 2;
    der_number(der, &version, 1);
    if (!status) status = append_originator(ephemeral, der);
    append_ukm(&choice->ukm, der);
    if (!status) status = append_wrapped_keys(ephemeral, recipients, count, choice, &envelope->content, der);
    der_wrap(der, DER_CONTEXT(1), start);
    if (ephemeral) ncrypt()->NCryptFreeObject(ephemeral);
    return status;
}
