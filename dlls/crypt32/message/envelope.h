/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encrypted messages (RFC 5652 6.1) that are made here, from their recipients to the bytes. */
#ifndef CRYPT32_ENVELOPE_H
#define CRYPT32_ENVELOPE_H

#include "recipient.h"

#define LONGEST_BLOCK 16            /* bytes of a cipher */

struct content_key
{
    const struct content_cipher *cipher;
    BYTE key[LONGEST_CONTENT_KEY];
    BYTE iv[LONGEST_BLOCK];
};

struct envelope
{
    struct content_key content;
    BYTE version;                   /* of EnvelopedData */
    struct der recipients;          /* the contents of the SET */
    struct der originator;          /* [0] whole: certificates and lists of revoked ones; nothing: none */
    struct der attributes;          /* [1] whole: not protected; nothing: none */
};

/* --- envelope_write.c --- */

/* A new key for the content; envelope_free in any case. */
SECURITY_STATUS envelope_start(const struct content_cipher *cipher, struct envelope *envelope);
void envelope_free(struct envelope *envelope);

/* Appends the message: ContentInfo, or EnvelopedData alone when it is bare. type: the OID of the content. */
SECURITY_STATUS envelope_write(const struct envelope *envelope, const char *type, const BYTE *data, DWORD size,
                               BOOL bare, struct der *message);

/* --- recipient_write.c --- */

struct recipient_key
{
    CERT_PUBLIC_KEY_INFO public;
    CERT_ID id;                     /* E_INVALIDARG for CERT_ID_SHA1_HASH: messages do not have it */
};

/* algorithm: szOID_RSA_RSA, or szOID_RSAES_OAEP with parameters as oaep.c reads them. */
SECURITY_STATUS append_transport(struct envelope *envelope, const struct recipient_key *recipient,
                                 const CRYPT_ALGORITHM_IDENTIFIER *algorithm);

struct agreement_choice
{
    const char *derivation, *wrapping;          /* OIDs: those that key_agreement.c reads */
    CRYPT_DATA_BLOB ukm;                        /* cbData 0: none */
};

/* One key of the message for all of them, on the curve of the first. */
SECURITY_STATUS append_agreement(struct envelope *envelope, const struct recipient_key *recipients, DWORD count,
                                 const struct agreement_choice *choice);

#endif
