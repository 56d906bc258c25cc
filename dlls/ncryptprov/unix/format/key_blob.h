/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCRYPT_KEY_BLOB_HEADER (doc/facts/windows-api.md 4.3): cbSize, magic, cbAlgName, cbKeyData, then the name of the
 * algorithm in UTF-16 with its NUL, then the key data. */
#ifndef ENGINE_KEY_BLOB_H
#define ENGINE_KEY_BLOB_H

#include "base/memory.h"
#include "base/status.h"

#define MAGIC_CIPHER_KEY 0x52485043u    /* "CPHR" */
#define MAGIC_KDF_KEY    0x3146444bu    /* "KDF1" */

#define KEY_BLOB_NAME_MAX 32            /* characters of a name, with NUL; none of ours is longer */

/* payload is inside data, alg is the name in it. NTE_BAD_DATA, NTE_INVALID_PARAMETER for another magic,
 * NTE_NOT_SUPPORTED for a name that is too long for any algorithm. */
nte_status key_blob_read(struct bytes data, uint32_t magic, uint16_t alg[KEY_BLOB_NAME_MAX], struct bytes *payload);

/* Everything before the payload; alg: the name. */
void key_blob_write(struct writer *w, uint32_t magic, const char *alg, size_t payload_size);

#endif
