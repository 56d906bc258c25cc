/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which keys the chip makes: asked once, when it is connected to. */
#include "chip.h"

static const struct
{
    enum tpm_kind kind;
    uint32_t bits;
}
kinds[] =
{
    {TPM_RSA, 1024}, {TPM_RSA, 2048}, {TPM_RSA, 3072}, {TPM_RSA, 4096}, {TPM_EC, 256}, {TPM_EC, 384}, {TPM_EC, 521},
};

#define KIND_COUNT (sizeof(kinds) / sizeof(*kinds))

static int made[KIND_COUNT];        /* written while nobody else has a turn, atomically */

static TPMT_PUBLIC_PARMS parameters_of(size_t i)
{
    TPMT_PUBLIC_PARMS parms = {.type = kinds[i].kind == TPM_RSA ? TPM2_ALG_RSA : TPM2_ALG_ECC};

    if (kinds[i].kind == TPM_RSA)
        parms.parameters.rsaDetail = (TPMS_RSA_PARMS){.symmetric.algorithm = TPM2_ALG_NULL,
                                                      .scheme.scheme = TPM2_ALG_NULL, .keyBits = kinds[i].bits};
    else
        parms.parameters.eccDetail = (TPMS_ECC_PARMS){.symmetric.algorithm = TPM2_ALG_NULL,
                                                      .scheme.scheme = TPM2_ALG_NULL, .kdf.scheme = TPM2_ALG_NULL,
                                                      .curveID = chip_curve(kinds[i].bits)};
    return parms;
}

TSS2_RC chip_ask(struct chip *chip)
{
    TPMT_PUBLIC_PARMS parms;
    TSS2_RC rc;
    size_t i;

    for (i = 0; i < KIND_COUNT; i++)
    {
        parms = parameters_of(i);
        rc = Esys_TestParms(chip->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &parms);
        if (rc && !(chip_code(rc) & TPM2_RC_FMT1)) return rc;
        __atomic_store_n(&made[i], !rc, __ATOMIC_RELAXED);
    }
    return TSS2_RC_SUCCESS;
}

int chip_can(enum tpm_kind kind, uint32_t bits)
{
    size_t i;

    for (i = 0; i < KIND_COUNT; i++)
        if (kinds[i].kind == kind && kinds[i].bits == bits) return __atomic_load_n(&made[i], __ATOMIC_RELAXED);
    return 0;
}
