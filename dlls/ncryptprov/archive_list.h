/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What is in a PKCS #12 file (RFC 7292), as it crosses the border: a list of one struct unix_archive_item after
 * another, each followed by its data, name, id and provider, without padding. Private keys cross in neither direction
 * in clear, but as EncryptedPrivateKeyInfo under a transfer password, which lasts for one import or export and which
 * NCryptImportKey and NCryptExportKey take as NCRYPTBUFFER_PKCS_SECRET. */
#ifndef NCRYPTPROV_ARCHIVE_LIST_H
#define NCRYPTPROV_ARCHIVE_LIST_H

#include <stdint.h>

#define UNIX_ARCHIVE_CERTIFICATE 1  /* data: DER */
#define UNIX_ARCHIVE_KEY         2  /* data: EncryptedPrivateKeyInfo under the transfer password */

struct unix_archive_item
{
    uint32_t kind;                  /* UNIX_ARCHIVE_* */
    uint32_t data_size;             /* bytes, as the next three */
    uint32_t name_size;             /* friendly name: UTF-16 without NUL */
    uint32_t id_size;               /* local key id: what a key has in common with its certificate */
    uint32_t provider_size;         /* of a key, as Windows writes it (1.3.6.1.4.1.311.17.1): UTF-16 without NUL */
    uint32_t is_machine_key;        /* likewise (1.3.6.1.4.1.311.17.2): its place is the store of the machine */
};

/* archive_read */
#define UNIX_ARCHIVE_LOOK        1  /* is it such a file? Nothing else is looked at, and there is no list */
#define UNIX_ARCHIVE_VERIFY      2  /* is that the password? There is no list */
#define UNIX_ARCHIVE_NO_KEYS     4  /* certificates alone */
#define UNIX_ARCHIVE_CLEAR       8  /* what is not encrypted alone, without a password */
#define UNIX_ARCHIVE_ANY_KEY     16 /* keys of any kind, and whatever their numbers are; for ncrypt-keys */

_Static_assert(sizeof(struct unix_archive_item) == 24, "unix_archive_item");

#endif
