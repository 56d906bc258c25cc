/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ECDH between the recipient's key and one of the message: the wrapping key of it (RFC 5753, ANSI X9.63). */
#include "recipient.h"

static const struct
{
    const char *oid;
    const WCHAR *hash;
} derivations[] =
{
    {"1.3.133.16.840.63.0.2", BCRYPT_SHA1_ALGORITHM},
    {OID_AGREEMENT_SHA256, BCRYPT_SHA256_ALGORITHM},
    {"1.3.132.1.11.2", BCRYPT_SHA384_ALGORITHM},
    {"1.3.132.1.11.3", BCRYPT_SHA512_ALGORITHM},
};

static const struct
{
    const char *oid;
    DWORD kek_size;                 /* bytes */
} wrappings[] =
{
    {"2.16.840.1.101.3.4.1.5", 16},
    {"2.16.840.1.101.3.4.1.25", 24},
    {"2.16.840.1.101.3.4.1.45", 32},
};

static BOOL read_oid(struct der_reader *reader, char *text, DWORD size)
{
    struct der_reader oid = der_enter(reader, DER_OID);

    return !oid.failed && der_oid_text(&oid, text, size);
}

SECURITY_STATUS read_agreement(struct der_reader algorithm, struct agreement *agreement)
{
    struct der_reader inside;
    char text[64];
    unsigned int i;

    ZeroMemory(agreement, sizeof(*agreement));
    if (!read_oid(&algorithm, text, sizeof(text))) return NTE_BAD_DATA;
    for (i = 0; i < ARRAYSIZE(derivations); i++)
        if (!lstrcmpA(derivations[i].oid, text)) agreement->hash = derivations[i].hash;
    agreement->wrapping = algorithm;
    inside = der_enter(&algorithm, DER_SEQUENCE);
    agreement->wrapping.left -= algorithm.left;
    if (!read_oid(&inside, text, sizeof(text))) return NTE_BAD_DATA;
    for (i = 0; i < ARRAYSIZE(wrappings); i++)
        if (!lstrcmpA(wrappings[i].oid, text)) agreement->kek_size = wrappings[i].kek_size;
    return agreement->hash && agreement->kek_size ? ERROR_SUCCESS : NTE_NOT_SUPPORTED;
}

const char *wrapping_oid(DWORD kek_size)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(wrappings); i++) if (wrappings[i].kek_size == kek_size) return wrappings[i].oid;
    return NULL;
}

/* ECC-CMS-SharedInfo: how the key will be used, what the sender added, and its size in bits. */
static void append_shared_info(const struct agreement *agreement, struct der *der)
{
    DWORD bits = 8 * agreement->kek_size, start = der->used, part;
    const BYTE size[] = {0, 0, bits >> 8, bits};

    der_bytes(der, agreement->wrapping.data, agreement->wrapping.left);
    if (agreement->ukm.data)
    {
        part = der->used;
        der_value(der, DER_OCTET_STRING, agreement->ukm.data, agreement->ukm.left);
        der_wrap(der, DER_CONTEXT(0), part);
    }
    part = der->used;
    der_value(der, DER_OCTET_STRING, size, sizeof(size));
    der_wrap(der, DER_CONTEXT(2), part);
    der_wrap(der, DER_SEQUENCE, start);
}

/* The first hash of X9.63, or a later one: of the secret, a number and the shared information. */
static SECURITY_STATUS derive_block(NCRYPT_SECRET_HANDLE secret, const WCHAR *hash, struct der *numbered, BYTE number,
                                    BYTE *block, DWORD *size)
{
    BCryptBuffer buffers[] =
    {
        {(lstrlenW(hash) + 1) * sizeof(*hash), KDF_HASH_ALGORITHM, (void *)hash},
        {numbered->used, KDF_SECRET_APPEND, numbered->data},
    };
    BCryptBufferDesc list = {BCRYPTBUFFER_VERSION, ARRAYSIZE(buffers), buffers};

    numbered->data[3] = number;
    return ncrypt()->NCryptDeriveKey(secret, BCRYPT_KDF_HASH, &list, block, LONGEST_HASH, size, 0);
}

static SECURITY_STATUS derive(NCRYPT_SECRET_HANDLE secret, const struct agreement *agreement, BYTE *kek)
{
    static const BYTE number[4];
    struct der numbered = {0};
    BYTE block[LONGEST_HASH], i;
    SECURITY_STATUS status;
    DWORD done = 0, size = 0;

    der_bytes(&numbered, number, sizeof(number));
    append_shared_info(agreement, &numbered);
    status = numbered.failed ? NTE_NO_MEMORY : ERROR_SUCCESS;
    for (i = 1; !status && done < agreement->kek_size; i++, done += size)
    {
        if ((status = derive_block(secret, agreement->hash, &numbered, i, block, &size))) break;
        size = min(size, agreement->kek_size - done);
        CopyMemory(kek + done, block, size);
    }
    SecureZeroMemory(block, sizeof(block));
    der_free(&numbered);
    return status;
}

SECURITY_STATUS derive_kek(NCRYPT_KEY_HANDLE own, NCRYPT_KEY_HANDLE other, const struct agreement *agreement, BYTE *kek)
{
    NCRYPT_SECRET_HANDLE secret;
    SECURITY_STATUS status;

    if ((status = ncrypt()->NCryptSecretAgreement(own, other, &secret, 0))) return status;
    status = derive(secret, agreement, kek);
    ncrypt()->NCryptFreeObject(secret);
    return status;
}
