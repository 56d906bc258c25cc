/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The types of blobs that keys are imported from and exported to, a row each. */
#ifndef ENGINE_BLOB_TYPE_H
#define ENGINE_BLOB_TYPE_H

#include "key/provider.h"

/* What a blob reveals of the key. */
enum content
{
    PUBLIC,
    PRIVATE,                        /* in clear: needs ALLOW_PLAINTEXT_EXPORT */
    SEALABLE,                       /* private, and sealed when the options have something to seal it with */
    SEALED,                         /* private, always sealed: ALLOW_EXPORT is enough */
    WRAPPED,                        /* what a device gave out, for itself alone: needs no policy */
};

struct blob_type
{
    const char *name;
    const char *magic;              /* how a blob of this type and family begins; "" when it has none */
    const struct family *family;    /* NULL: any; export then refuses what it cannot write */
    enum content content;
    unsigned int flags;             /* TYPE_* */
    blob_import *import;            /* NULL: not possible */
    blob_export *export;
};

#define TYPE_PROPERTY      1        /* its name can be used as a property (rows 7.26, 7.27) */
#define TYPE_NOT_PROTECTED 2        /* not exported from a key that needs consent */
#define TYPE_WHOLE_KEY     4        /* holds more of a key than its numbers: transport.c reads and writes it */

/* The row for a blob that the provider is to import; provider NULL: among those that all share. NTE_NOT_SUPPORTED:
 * nothing of that name can be imported; NTE_BAD_DATA and NTE_INVALID_PARAMETER: no row of that name has the magic of
 * data. */
nte_status blob_find_import(const struct provider_class *provider, const uint16_t *name, struct bytes data,
                            const struct blob_type **found);

/* The row for exporting a key of that family and provider, in the same way; NULL: there is none. */
const struct blob_type *blob_find_export(const struct provider_class *provider, const uint16_t *name,
                                         const struct family *family);

/* pq_private_blob.c: the private blobs of ML-DSA and ML-KEM in one frame. */
blob_import pq_import_private_blob;
blob_export pq_export_private_blob;

/* "RSAFULLPRIVATEBLOB" and the like as property name: the material of a key that is not finalized yet. */
int is_blob_property(const uint16_t *name);
/* Any blob type: a blob must not become a custom property, because those are stored in clear. */
int is_blob_type(const uint16_t *name);

#endif
