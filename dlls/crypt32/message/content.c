/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The ciphers of the content of messages (RFC 3370, 3565). */
#include "recipient.h"

static const struct content_cipher ciphers[] =
{
    {"2.16.840.1.101.3.4.1.2", CALG_AES_128, BCRYPT_AES_ALGORITHM, 16, 16},
    {"2.16.840.1.101.3.4.1.22", CALG_AES_192, BCRYPT_AES_ALGORITHM, 24, 16},
    {"2.16.840.1.101.3.4.1.42", CALG_AES_256, BCRYPT_AES_ALGORITHM, 32, 16},
    {szOID_RSA_DES_EDE3_CBC, CALG_3DES, BCRYPT_3DES_ALGORITHM, 24, 8},
    {szOID_OIWSEC_desCBC, CALG_DES, NULL, 8, 8},
};

const struct content_cipher *find_content_cipher(const char *oid)
{
    unsigned int i;

    for (i = 0; i < ARRAYSIZE(ciphers); i++) if (!lstrcmpA(ciphers[i].oid, oid)) return &ciphers[i];
    return NULL;
}

const struct content_cipher *asked_cipher(const CRYPT_ALGORITHM_IDENTIFIER *algorithm)
{
    const struct content_cipher *cipher;

    if (!algorithm->pszObjId || algorithm->Parameters.cbData > 2) return NULL;         /* a vector of the caller's */
    cipher = find_content_cipher(algorithm->pszObjId);
    return cipher && cipher->name ? cipher : NULL;
}

const struct content_cipher *read_content_cipher(struct der_reader algorithm, struct der_reader *iv)
{
    struct der_reader oid = der_enter(&algorithm, DER_OID);
    const struct content_cipher *cipher;
    char text[64];

    *iv = der_enter(&algorithm, DER_OCTET_STRING);
    if (oid.failed || iv->failed || !der_oid_text(&oid, text, sizeof(text))) return NULL;
    cipher = find_content_cipher(text);
    return cipher && cipher->block_size == iv->left ? cipher : NULL;
}
