/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys as PrivateKeyInfo (format/pkcs8.h), whatever their family. */
#ifndef ENGINE_PKCS8_KEY_H
#define ENGINE_PKCS8_KEY_H

#include "family.h"
#include "format/pkcs8.h"

/* A whole PrivateKeyInfo in clear. NTE_BAD_DATA when it is none, NTE_NOT_SUPPORTED for an algorithm that no family
 * knows. */
nte_status pkcs8_read_plain(struct bytes data, const struct algorithm_list *algorithms, struct material **material);
nte_status pkcs8_write_plain(const struct material *material, const struct blob_options *options, struct writer *w);

/* PKCS8_PRIVATEKEY: in clear, or encrypted under options->secret. */
blob_import pkcs8_import;
blob_export pkcs8_export;

#endif
