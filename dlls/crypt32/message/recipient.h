/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Recipients of messages (RFC 5652 6.2, 4056, 5753): what those files share that know how a content key gets to them.
 */
#ifndef CRYPT32_RECIPIENT_H
#define CRYPT32_RECIPIENT_H

#include "../bridge.h"

#define LONGEST_CONTENT_KEY 128     /* bytes */
#define LONGEST_KEK 32              /* bytes: AES-256 */

/* --- key_wrap.c: AES key wrap --- */

/* wrapped: size + 8 bytes. NTE_BAD_LEN: size is no multiple of 8 from 16 to LONGEST_CONTENT_KEY. */
SECURITY_STATUS wrap_key(const BYTE *kek, DWORD kek_size, const BYTE *key, DWORD size, BYTE *wrapped);

/* key: size - 8 bytes. NTE_BAD_DATA: it was not wrapped with that key. */
SECURITY_STATUS unwrap_key(const BYTE *kek, DWORD kek_size, const BYTE *wrapped, DWORD size, BYTE *key);

/* --- key_agreement.c: an EC key of the recipient and one of the message (RFC 5753) --- */

struct agreement
{
    const WCHAR *hash;              /* of the key derivation */
    DWORD kek_size;                 /* bytes of the wrapping key */
    struct der_reader wrapping;     /* its AlgorithmIdentifier, whole */
    struct der_reader ukm;          /* data NULL: none */
};

/* algorithm: the contents of KeyEncryptionAlgorithmIdentifier. NTE_NOT_SUPPORTED: not one of ours. */
SECURITY_STATUS read_agreement(struct der_reader algorithm, struct agreement *agreement);

/* What those identifiers are for a wrapping key of kek_size bytes and SHA-256; NULL: there is none. */
#define OID_AGREEMENT_SHA256 "1.3.132.1.11.1"
const char *wrapping_oid(DWORD kek_size);

/* kek: LONGEST_KEK bytes, of which the first agreement->kek_size are set. */
SECURITY_STATUS derive_kek(NCRYPT_KEY_HANDLE own, NCRYPT_KEY_HANDLE other, const struct agreement *agreement,
                           BYTE *kek);

/* --- oaep.c: parameters of RSAES-OAEP --- */

/* NTE_NOT_SUPPORTED: two hashes. padding points into parameters. */
SECURITY_STATUS read_oaep(const struct der_reader *parameters, BCRYPT_OAEP_PADDING_INFO *padding);

/* --- content.c: how the content itself is encrypted --- */

struct content_cipher
{
    const char *oid;
    ALG_ID id;
    const WCHAR *name;              /* of CNG; NULL: nothing is encrypted so any more */
    DWORD key_size, block_size;     /* bytes */
};

/* NULL: not one that we know. */
const struct content_cipher *find_content_cipher(const char *oid);

/* The cipher that a caller asks for, to encrypt with. NULL: none that we encrypt with. */
const struct content_cipher *asked_cipher(const CRYPT_ALGORITHM_IDENTIFIER *algorithm);

/* algorithm: the contents of ContentEncryptionAlgorithmIdentifier. NULL as above, or no vector of the right size in it.
 */
const struct content_cipher *read_content_cipher(struct der_reader algorithm, struct der_reader *iv);

/* --- recipient_open.c: the content key of a message --- */

/* Wine's decoder knows one kind of recipient: RSA PKCS #1, named by issuer and serial number. It does not know AES, and
 * starts every cipher with zeros where the message has the vector to start with. So it is shown each recipient in the
 * form that it knows, with this mark in place of the encrypted key, then a byte that says which of several keys is
 * meant, then the algorithm of the content and the recipient itself (DER). */
#define RECIPIENT_MARK "ncrypt recipient"
#define RECIPIENT_MARK_SIZE 16

struct marked_recipient
{
    BYTE index;
    const struct content_cipher *cipher;        /* NULL: one that is left to Wine */
    struct der_reader iv;
    struct der_reader recipient;                /* whole */
};

/* FALSE: no such mark, or what follows it is malformed. */
BOOL read_marked_recipient(const BYTE *encrypted, DWORD size, struct marked_recipient *marked);

/* The encrypted key of a recipient of RSA PKCS #1; FALSE when it is another. */
BOOL read_plain_transport(const struct marked_recipient *marked, struct der_reader *encrypted);

/* plain: LONGEST_CONTENT_KEY bytes. Every failure that comes of the message has one code, NTE_BAD_DATA. */
SECURITY_STATUS open_content_key(NCRYPT_KEY_HANDLE key, const struct marked_recipient *marked, BYTE *plain,
                                 DWORD *plain_size);

/* The same without a mark: RSA PKCS #1. */
SECURITY_STATUS open_plain_content_key(NCRYPT_KEY_HANDLE key, const BYTE *encrypted, DWORD size, BYTE *plain,
                                       DWORD *plain_size);

#endif
