/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The endorsement keys, by which a chip is known, made from the templates of the TCG (EK Credential Profile, L-1 and
 * L-2), which give the same keys each time; and the key under which ours are wrapped. */
#include <string.h>

#include "chip.h"

/* PolicySecret of the endorsement hierarchy. */
static const uint8_t policy[] =
{
    0x83, 0x71, 0x97, 0x67, 0x44, 0x84, 0xb3, 0xf8, 0x1a, 0x90, 0xcc, 0x8d, 0x46, 0xa5, 0xd7, 0x24,
    0xfd, 0x52, 0xd7, 0x6e, 0x06, 0x52, 0x0b, 0x64, 0xf2, 0xa1, 0xda, 0x1b, 0x33, 0x14, 0x69, 0xaa,
};

static const TPMT_SYM_DEF_OBJECT cipher = {.algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB};

static TPM2B_PUBLIC template_of(enum tpm_kind kind)
{
    TPM2B_PUBLIC template = {.publicArea = {.nameAlg = TPM2_ALG_SHA256}};
    TPMT_PUBLIC *area = &template.publicArea;

    area->objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN |
                             TPMA_OBJECT_ADMINWITHPOLICY | TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_DECRYPT;
    area->authPolicy.size = sizeof(policy);
    memcpy(area->authPolicy.buffer, policy, sizeof(policy));
    if (kind == TPM_RSA)
    {
        area->type = TPM2_ALG_RSA;
        area->parameters.rsaDetail = (TPMS_RSA_PARMS){.symmetric = cipher, .scheme.scheme = TPM2_ALG_NULL,
                                                      .keyBits = 2048};
        area->unique.rsa.size = 256;
        return template;
    }
    area->type = TPM2_ALG_ECC;
    area->parameters.eccDetail = (TPMS_ECC_PARMS){.symmetric = cipher, .scheme.scheme = TPM2_ALG_NULL,
                                                  .kdf.scheme = TPM2_ALG_NULL, .curveID = TPM2_ECC_NIST_P256};
    area->unique.ecc.x.size = area->unique.ecc.y.size = 32;
    return template;
}

TSS2_RC chip_endorsement_load(struct chip *chip, enum tpm_kind kind, ESYS_TR *key)
{
    static const TPM2B_SENSITIVE_CREATE sensitive;
    static const TPM2B_DATA outside;
    static const TPML_PCR_SELECTION no_pcrs;
    const TPM2B_PUBLIC template = template_of(kind);
    TSS2_RC rc;

    rc = Esys_CreatePrimary(chip->esys, ESYS_TR_RH_ENDORSEMENT, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                            &sensitive, &template, &outside, &no_pcrs, key, NULL, NULL, NULL, NULL);
    if (!rc) chip_hold(chip, *key);
    return rc;
}

struct asking
{
    int is_root;
    enum tpm_kind kind;
    struct writer *public;
};

static TSS2_RC ask(struct chip *chip, void *context)
{
    const struct asking *asking = context;
    TPM2B_PUBLIC *public = NULL;
    ESYS_TR key;
    TSS2_RC rc;

    if (asking->is_root) rc = chip_parent(chip, &key);
    else rc = chip_endorsement_load(chip, asking->kind, &key);
    if (rc) return rc;
    rc = Esys_ReadPublic(chip->esys, key, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &public, NULL, NULL);
    if (!rc) rc = chip_write_public(public, asking->public);
    Esys_Free(public);
    return rc;
}

nte_status chip_endorsement(enum tpm_kind kind, struct writer *public)
{
    struct asking asking = {0, kind, public};

    return chip_run(ask, &asking);
}

nte_status chip_root(struct writer *public)
{
    struct asking asking = {1, TPM_EC, public};

    return chip_run(ask, &asking);
}
