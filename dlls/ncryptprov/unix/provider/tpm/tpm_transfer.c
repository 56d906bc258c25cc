/* SPDX-License-Identifier: LGPL-2.1-or-later
 * "OpaqueKeyBlob": a key as the chip wraps it, which programs keep where they like (rows T.31, T.32). It needs no
 * export policy, because it is of use in this chip only. */
#include "key/blob_type.h"
#include "provider/tpm/tpm_provider.h"

static nte_status import_opaque(struct bytes data, const struct blob_options *options, struct material **material)
{
    nte_status status;

    (void)options;
    if ((status = tpm_material_new(NULL, data, material))) return status;
    if ((status = tpm_calls()->check(&tpm_material_of(*material)->blob))) tpm_material_free(*material);
    return status;
}

static nte_status export_opaque(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct bytes opaque = tpm_material_of(material)->opaque;

    if (options->wrapping) return NTE_NOT_SUPPORTED;
    write_bytes(w, opaque.data, opaque.size);
    return NTE_SUCCESS;
}

const struct blob_type tpm_blobs[TPM_BLOB_COUNT] =
{
    {"OpaqueKeyBlob", "PCPM", NULL, WRAPPED, 0, import_opaque, export_opaque},
};
