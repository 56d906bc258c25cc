/* SPDX-License-Identifier: LGPL-2.1-or-later
 * EC keys of the TPM. A chip refuses digests that are longer than the order (row T.10), so they are cut here. */
#include "ec/ec.h"
#include "provider/tpm/tpm_provider.h"

static const struct ec_key *numbers_of(const struct material *material)
{
    return (const struct ec_key *)tpm_material_numbers(material);
}

/* The orders of these curves are as long as their fields. */
static nte_status sign(const struct material *material, const struct padding *padding, struct bytes digest,
                       uint8_t *signature)
{
    const struct curve *curve = numbers_of(material)->curve;
    struct tpm_using using;
    nte_status status;

    (void)padding;
    if (tpm_material_of(material)->is_identity) return NTE_NOT_SUPPORTED;
    if (!digest.size) return NTE_INVALID_PARAMETER;
    if (digest.size > curve->size) digest.size = curve->size;
    if ((status = tpm_use_begin(material, &using))) return status;
    return tpm_use_end(&using, tpm_calls()->ecdsa(&using.use, digest, curve->size, signature));
}

static nte_status agree(const struct material *own, const struct material *peer, struct writer *z)
{
    const struct ec_key *ours = numbers_of(own), *theirs = (const struct ec_key *)peer;
    struct tpm_using using;
    uint8_t x[EC_MAX_SIZE];
    nte_status status;

    if (!curve_equal(ours->curve, theirs->curve)) return NTE_INVALID_PARAMETER;
    if ((status = tpm_use_begin(own, &using))) return status;
    status = tpm_use_end(&using, tpm_calls()->ecdh(&using.use, theirs->x, theirs->y, ours->curve->size, x));
    if (!status) write_bytes(z, x, ours->curve->size);
    wipe(x, sizeof(x));
    return status;
}

const struct family tpm_ec_family =
{
    .free = tpm_material_free,
    .numbers = tpm_material_numbers,
    .extract = tpm_material_extract,
    .unpadded = 1,
    .sign = sign,
    .agree = agree,
};
