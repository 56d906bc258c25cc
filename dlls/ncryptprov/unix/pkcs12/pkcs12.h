/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PKCS #12 files (RFC 7292): their certificates and keys as the list of archive_list.h, and back. */
#ifndef ENGINE_PKCS12_H
#define ENGINE_PKCS12_H

#include "base/der.h"
#include "format/pbe.h"
#include "archive_list.h"

#define OID_PKCS7_DATA "1.2.840.113549.1.7.1"
#define OID_PKCS7_ENCRYPTED_DATA "1.2.840.113549.1.7.6"
#define OID_KEY_BAG "1.2.840.113549.1.12.10.1.1"
#define OID_SHROUDED_KEY_BAG "1.2.840.113549.1.12.10.1.2"
#define OID_CERT_BAG "1.2.840.113549.1.12.10.1.3"
#define OID_SAFE_CONTENTS_BAG "1.2.840.113549.1.12.10.1.6"
#define OID_X509_CERTIFICATE "1.2.840.113549.1.9.22.1"
#define OID_FRIENDLY_NAME "1.2.840.113549.1.9.20"
#define OID_LOCAL_KEY_ID "1.2.840.113549.1.9.21"
#define OID_KEY_PROVIDER_NAME "1.3.6.1.4.1.311.17.1"
#define OID_LOCAL_MACHINE_KEYSET "1.3.6.1.4.1.311.17.2"

#define DER_BMP_STRING 0x1e

struct pkcs12_item
{
    uint32_t kind;                  /* UNIX_ARCHIVE_* */
    uint32_t is_machine_key;
    struct bytes data, name, id, provider;      /* of the list: name and provider are UTF-16 of this machine */
};

/* --- pkcs12_read.c --- */

/* Appends the list; flags: UNIX_ARCHIVE_*. Before anything is appended, every key has been read and its numbers
 * checked, unless UNIX_ARCHIVE_ANY_KEY is given. password NULL: the same as "", for which both forms in which writers
 * hash it are tried.
 *   NTE_BAD_DATA             no such file, or malformed
 *   NTE_INCORRECT_PASSWORD   as its MAC says; in a file without one, as the padding says
 *   NTE_NOT_SUPPORTED        an encryption, MAC or kind of key that the engine does not know
 *   NTE_INVALID_PARAMETER    its password takes more work than is allowed, or a key has impossible numbers */
nte_status pkcs12_read(struct bytes file, const uint16_t *password, const uint16_t *transfer, uint32_t flags,
                       struct writer *list);

/* --- pkcs12_write.c --- */

/* Appends a file with what is on the list, which is no more trusted than a file: AES-256 under PBKDF2, MAC with
 * SHA-256. Its size depends on its content alone. NTE_BAD_DATA for a malformed list, or keys under another transfer
 * password. */
nte_status pkcs12_write(struct bytes list, const uint16_t *password, const uint16_t *transfer, struct writer *file);

/* --- pkcs12_mac.c --- */

struct pkcs12_mac
{
    char hash[DER_OID_SIZE];
    struct bytes digest, salt;
    uint32_t iterations;
};

/* MacData. It makes r fail when it is malformed. */
struct pkcs12_mac pkcs12_read_mac(struct reader *r);

/* Statuses as pkcs12_read. An empty password is tried in both forms. */
nte_status pkcs12_verify_mac(const struct pkcs12_mac *mac, const struct password *password, struct bytes content);

nte_status pkcs12_write_mac(const struct password *password, struct bytes content, struct writer *w);

/* --- pkcs12_list.c --- */

void pkcs12_list_add(struct writer *list, const struct pkcs12_item *item);

/* The next item; 0 at the end. A malformed list makes r fail. */
int pkcs12_list_next(struct reader *r, struct pkcs12_item *item);

/* A key of the list, in clear. NTE_INVALID_PARAMETER for an empty transfer password. */
nte_status pkcs12_seal_key(struct bytes pkcs8, const uint16_t *transfer, struct writer *w);

/* --- ber.c --- */

/* Appends the one element in ber, as DER: writers such as NSS use indefinite lengths, and strings in parts. The content
 * of strings is unchanged. NTE_BAD_DATA: more or less than one element. */
nte_status ber_to_der(struct bytes ber, struct writer *w);

#endif
