/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCRYPT_KEY_BLOB_HEADER (doc/facts/windows-api.md 4.3): cbSize, magic, cbAlgName, cbKeyData, then the name of the
 * algorithm in UTF-16 with its NUL, then the key data. */
#ifndef ENGINE_KEY_BLOB_H
#define ENGINE_KEY_BLOB_H

#include "family.h"

#define MAGIC_CIPHER_KEY 0x52485043u    /* "CPHR" */
#define MAGIC_KDF_KEY    0x3146444bu    /* "KDF1" */

/* payload lies within data. NTE_BAD_DATA, NTE_INVALID_PARAMETER for another magic, NTE_NOT_SUPPORTED for an
 * algorithm that is not of this family. */
nte_status key_blob_read(struct bytes data, uint32_t magic, const struct family *family,
                         const struct algorithm **alg, struct bytes *payload);

/* Everything before the payload. */
void key_blob_write(struct writer *w, uint32_t magic, const struct algorithm *alg, size_t payload_size);

#endif
