/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BCRYPT_MLKEM_KEY_BLOB and BCRYPT_PQDSA_KEY_BLOB (doc/facts/windows-api.md 4.1), which are the same: magic,
 * cbParameterSet, cbKey, then the name of the parameter set in UTF-16 with its NUL, then the key. */
#ifndef ENGINE_SET_BLOB_H
#define ENGINE_SET_BLOB_H

#include "base/memory.h"
#include "base/status.h"

#define SET_NAME_MAX 16             /* characters of a name, with NUL; "1024" is the longest of ours */

/* key is inside data. NTE_BAD_DATA; NTE_INVALID_PARAMETER for another magic, and for a name that is too long for any
 * parameter set. */
nte_status set_blob_read(struct bytes data, uint32_t magic, uint16_t name[SET_NAME_MAX], struct bytes *key);

/* Everything before the key, and room for that, which the caller fills; NULL once w has failed. */
uint8_t *set_blob_open(struct writer *w, uint32_t magic, const char *name, size_t key_size);

/* A name as "ParameterSetName" is set: UTF-16, with or without a NUL. NTE_INVALID_PARAMETER: it cannot be one. */
nte_status set_name_read(struct bytes value, uint16_t name[SET_NAME_MAX]);

#endif
