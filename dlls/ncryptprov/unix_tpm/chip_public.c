/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The numbers in a TPM2B_PUBLIC. */
#include <string.h>
#include <tss2/tss2_mu.h>

#include "chip.h"

#define IDENTITY (TPMA_OBJECT_RESTRICTED | TPMA_OBJECT_SIGN_ENCRYPT)
#define DEFAULT_EXPONENT 65537      /* what 0 stands for */

static const struct
{
    uint32_t bits;
    TPM2_ECC_CURVE id;
}
curves[] =
{
    {256, TPM2_ECC_NIST_P256}, {384, TPM2_ECC_NIST_P384}, {521, TPM2_ECC_NIST_P521},
};

TPM2_ECC_CURVE chip_curve(uint32_t bits)
{
    size_t i;

    for (i = 0; i < sizeof(curves) / sizeof(*curves); i++) if (curves[i].bits == bits) return curves[i].id;
    return TPM2_ECC_NONE;
}

static uint32_t curve_bits(TPM2_ECC_CURVE id)
{
    size_t i;

    for (i = 0; i < sizeof(curves) / sizeof(*curves); i++) if (curves[i].id == id) return curves[i].bits;
    return 0;
}

/* The modulus is what the structure ends with. */
static nte_status read_rsa(const TPMT_PUBLIC *area, struct bytes public, struct tpm_public *numbers)
{
    const TPMS_RSA_PARMS *parameters = &area->parameters.rsaDetail;
    size_t size = area->unique.rsa.size;

    if (!size || 8 * size != parameters->keyBits) return NTE_BAD_DATA;
    numbers->kind = TPM_RSA;
    numbers->bits = parameters->keyBits;
    numbers->exponent = parameters->exponent ? parameters->exponent : DEFAULT_EXPONENT;
    numbers->modulus = (struct bytes){public.data + public.size - size, size};
    return NTE_SUCCESS;
}

/* A chip may leave out leading zeros. */
static int pad(uint8_t *number, size_t size, const TPM2B_ECC_PARAMETER *from)
{
    if (from->size > size) return 0;
    memset(number, 0, size - from->size);
    memcpy(number + size - from->size, from->buffer, from->size);
    return 1;
}

static nte_status read_ec(const TPMT_PUBLIC *area, struct tpm_public *numbers)
{
    const TPMS_ECC_PARMS *parameters = &area->parameters.eccDetail;
    size_t size;

    if (!(numbers->bits = curve_bits(parameters->curveID))) return NTE_NOT_SUPPORTED;
    size = (numbers->bits + 7) / 8;
    numbers->kind = TPM_EC;
    if (!pad(numbers->x, size, &area->unique.ecc.x) || !pad(numbers->y, size, &area->unique.ecc.y)) return NTE_BAD_DATA;
    return NTE_SUCCESS;
}

nte_status chip_read_public(struct bytes public, struct tpm_public *numbers)
{
    TPM2B_PUBLIC read = {0};
    size_t used = 0;

    memset(numbers, 0, sizeof(*numbers));
    if (Tss2_MU_TPM2B_PUBLIC_Unmarshal(public.data, public.size, &used, &read) || used != public.size)
        return NTE_BAD_DATA;
    numbers->attributes = read.publicArea.objectAttributes;
    numbers->is_identity = (numbers->attributes & IDENTITY) == IDENTITY;
    switch (read.publicArea.type)
    {
    case TPM2_ALG_RSA: return read_rsa(&read.publicArea, public, numbers);
    case TPM2_ALG_ECC: return read_ec(&read.publicArea, numbers);
    default: return NTE_NOT_SUPPORTED;
    }
}
