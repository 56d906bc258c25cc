/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key that wraps ours. A primary made from a fixed template is the same key each time, until the owner clears the
 * chip, and takes no place in it (row T.58). Where the owner has a password, which nobody here knows, and for keys that
 * Windows has made in the same machine, it is the storage root key that stays in the chip. */
#include "chip.h"

#define STORAGE_ROOT_KEY 0x81000001

/* The template of the TCG for such keys, without the zeros in "unique" that Windows has. */
static const TPM2B_PUBLIC template =
{
    .publicArea =
    {
        .type = TPM2_ALG_ECC,
        .nameAlg = TPM2_ALG_SHA256,
        .objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                            TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_NODA | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT,
        .parameters.eccDetail =
        {
            .symmetric = {.algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB},
            .scheme.scheme = TPM2_ALG_NULL,
            .curveID = TPM2_ECC_NIST_P256,
            .kdf.scheme = TPM2_ALG_NULL,
        },
    },
};

static TSS2_RC make_primary(struct chip *chip, ESYS_TR *parent)
{
    static const TPM2B_SENSITIVE_CREATE sensitive;
    static const TPM2B_DATA outside;
    static const TPML_PCR_SELECTION no_pcrs;

    return Esys_CreatePrimary(chip->esys, ESYS_TR_RH_OWNER, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive,
                              &template, &outside, &no_pcrs, parent, NULL, NULL, NULL, NULL);
}

static TSS2_RC find_persistent(struct chip *chip, ESYS_TR *parent)
{
    TSS2_RC rc = TSS2_RC_SUCCESS;

    if (chip->root == ESYS_TR_NONE)
        rc = Esys_TR_FromTPMPublic(chip->esys, STORAGE_ROOT_KEY, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &chip->root);
    if (rc) chip->root = ESYS_TR_NONE;
    *parent = chip->root;
    return rc;
}

/* Where the owner has a password: that one, if there is one. */
static TSS2_RC without_primary(struct chip *chip, TSS2_RC refusal, ESYS_TR *parent)
{
    TSS2_RC rc = find_persistent(chip, parent);

    chip->refused = refusal;
    if (!rc || chip_is_broken(rc) || chip_is_full(rc)) return rc;
    chip_link_refused();
    return refusal;
}

TSS2_RC chip_parent(struct chip *chip, ESYS_TR *parent)
{
    TSS2_RC rc;

    if (chip->other_parent) return find_persistent(chip, parent);
    if (chip->parent == ESYS_TR_NONE)
    {
        rc = make_primary(chip, &chip->parent);
        if (rc) chip->parent = ESYS_TR_NONE;
        if (chip_status(rc) == NTE_PERM) return without_primary(chip, rc, parent);
        if (rc) return rc;
    }
    *parent = chip->parent;
    return TSS2_RC_SUCCESS;
}

/* A chip that was reset knows neither. */
void chip_parent_forget(struct chip *chip)
{
    if (chip->parent != ESYS_TR_NONE && Esys_FlushContext(chip->esys, chip->parent))
        Esys_TR_Close(chip->esys, &chip->parent);
    if (chip->root != ESYS_TR_NONE) Esys_TR_Close(chip->esys, &chip->root);
    chip->parent = chip->root = ESYS_TR_NONE;
}
