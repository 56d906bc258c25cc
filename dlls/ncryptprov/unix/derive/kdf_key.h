/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a key of a derivation function ("PBKDF2", "SP800_108_CTR_HMAC", ...) contains. */
#ifndef ENGINE_KDF_KEY_H
#define ENGINE_KDF_KEY_H

#include "family.h"

#define KDF_MAX_SECRET 0xff000      /* bytes; fits in a key file */

struct kdf_key
{
    struct material material;       /* first: families cast; bits is the size of the secret */
    uint32_t size;                  /* bytes; 0 is an empty secret */
    uint8_t secret[];
};

/* KDFKeyBlob */
blob_import kdf_import_blob;
blob_export kdf_export_blob;

extern const struct family kdf_family;

#endif
