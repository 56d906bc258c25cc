/* SPDX-License-Identifier: LGPL-2.1-or-later
 * "OpaqueKeyBlob": a key as the chip wraps it, which programs keep where they like (rows T.31, T.32). It needs no
 * export policy, because it is of use in this chip only; but the chip knows no policy of the engine's, and so none that
 * limits the key may be left behind. */
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

/* What the chip lets the key do for whoever has the blob. */
static uint32_t usage_in_chip(const struct material *material)
{
    const uint32_t operations = material->alg->operations;

    return (operations & OPERATION_SIGNATURE ? USAGE_SIGNING : 0) |
           (operations & OPERATION_ASYMMETRIC ? USAGE_DECRYPT : 0) |
           (operations & OPERATION_SECRET_AGREEMENT ? USAGE_KEY_AGREEMENT : 0);
}

/* The chip itself sees to what an identity key signs. */
static int is_limited(const struct material *material, uint32_t usage)
{
    return usage_in_chip(material) & ~usage && !tpm_material_of(material)->is_identity;
}

static nte_status export_opaque(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct bytes opaque = tpm_material_of(material)->opaque;

    if (options->wrapping || is_limited(material, options->usage)) return NTE_NOT_SUPPORTED;
    write_bytes(w, opaque.data, opaque.size);
    return NTE_SUCCESS;
}

const struct blob_type tpm_blobs[TPM_BLOB_COUNT] =
{
    {"OpaqueKeyBlob", "PCPM", NULL, WRAPPED, TYPE_NOT_PROTECTED, import_opaque, export_opaque},
};
