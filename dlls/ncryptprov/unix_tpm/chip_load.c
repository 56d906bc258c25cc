/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A key into the chip, for one call. */
#include <string.h>
#include <tss2/tss2_mu.h>

#include "chip.h"

/* Both parts to their last byte; a public part that the chip would not take is not worth asking it. */
static TSS2_RC read_parts(const struct tpm_blob *blob, TPM2B_PUBLIC *public, TPM2B_PRIVATE *private)
{
    size_t public_used = 0, private_used = 0;

    memset(public, 0, sizeof(*public));
    memset(private, 0, sizeof(*private));
    if (Tss2_MU_TPM2B_PUBLIC_Unmarshal(blob->public.data, blob->public.size, &public_used, public) ||
        Tss2_MU_TPM2B_PRIVATE_Unmarshal(blob->private.data, blob->private.size, &private_used, private) ||
        public_used != blob->public.size || private_used != blob->private.size) return TPM2_RC_INTEGRITY;
    return TSS2_RC_SUCCESS;
}

static TSS2_RC load_under(struct chip *chip, const TPM2B_PUBLIC *public, const TPM2B_PRIVATE *private, ESYS_TR *key)
{
    ESYS_TR parent;
    TSS2_RC rc;

    if ((rc = chip_parent(chip, &parent))) return rc;
    return Esys_Load(chip->esys, parent, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, private, public, key);
}

TSS2_RC chip_set_auth(struct chip *chip, ESYS_TR key, struct bytes value)
{
    TPM2B_AUTH auth = {.size = value.size};
    TSS2_RC rc;

    if (!value.size) return TSS2_RC_SUCCESS;
    if (value.size > sizeof(auth.buffer)) return TPM2_RC_AUTH_FAIL;
    memcpy(auth.buffer, value.data, value.size);
    rc = Esys_TR_SetAuth(chip->esys, key, &auth);
    explicit_bzero(&auth, sizeof(auth));
    return rc;
}

/* A chip names what is wrong with a key of another one in several ways. */
static TSS2_RC verdict(TSS2_RC rc)
{
    switch (chip_code(rc))
    {
    case TPM2_RC_INTEGRITY: case TPM2_RC_BINDING: case TPM2_RC_SIZE: case TPM2_RC_VALUE: case TPM2_RC_INSUFFICIENT:
    case TPM2_RC_ATTRIBUTES: case TPM2_RC_TYPE: case TPM2_RC_HASH: case TPM2_RC_SENSITIVE: case TPM2_RC_KEY:
        return TPM2_RC_INTEGRITY;
    default:
        return rc;
    }
}

/* Of another chip, or of the primary that cannot be made: nobody can tell. */
static TSS2_RC reject(const struct chip *chip, TSS2_RC rc)
{
    if (!chip->refused) return rc;
    chip_link_refused();
    return chip->refused;
}

/* A machine where Windows ran has keys under the persistent root key. */
static TSS2_RC load(struct chip *chip, const TPM2B_PUBLIC *public, const TPM2B_PRIVATE *private, ESYS_TR *key)
{
    TSS2_RC rc, other;

    if ((rc = verdict(load_under(chip, public, private, key))) != TPM2_RC_INTEGRITY) return rc;
    chip->other_parent = 1;
    other = load_under(chip, public, private, key);
    if (other) chip->other_parent = 0;
    return other && !chip_is_broken(other) && !chip_is_full(other) ? reject(chip, rc) : other;
}

TSS2_RC chip_load(struct chip *chip, const struct tpm_use *use, ESYS_TR *key)
{
    TPM2B_PRIVATE private;
    TPM2B_PUBLIC public;
    TSS2_RC rc;

    chip->other_parent = 0;
    if ((rc = read_parts(&use->blob, &public, &private))) return rc;
    if ((rc = load(chip, &public, &private, key))) return rc;
    chip_hold(chip, *key);
    return chip_set_auth(chip, *key, use->auth);
}
