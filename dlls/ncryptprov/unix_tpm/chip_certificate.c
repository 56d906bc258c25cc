/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Certificates of the endorsement keys, where the TCG has makers of chips put them: indices of the NV memory that
 * everybody may read (EK Credential Profile 2.2.1.4; row T.17). */
#include "chip.h"

#define RSA_2048_CERTIFICATE 0x01c00002
#define EC_P256_CERTIFICATE  0x01c0000a

#define MOST_AT_ONCE 512            /* bytes; every chip gives out as many */
#define MOST_SIZE    0x2000

struct reading
{
    TPM2_HANDLE index;
    int is_missing;
    size_t size;
    uint8_t data[MOST_SIZE];
};

/* With its own password, which is empty, or with that of the owner. */
static ESYS_TR reader_of(const TPM2B_NV_PUBLIC *public, ESYS_TR index)
{
    return public->nvPublic.attributes & TPMA_NV_AUTHREAD ? index : ESYS_TR_RH_OWNER;
}

static TSS2_RC read_some(struct chip *chip, ESYS_TR reader, ESYS_TR index, UINT16 size, struct reading *reading)
{
    TPM2B_MAX_NV_BUFFER *part = NULL;
    TSS2_RC rc;
    UINT16 i;

    rc = Esys_NV_Read(chip->esys, reader, index, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, size, reading->size,
                      &part);
    if (rc) return rc;
    if (part->size != size) rc = TSS2_ESYS_RC_MALFORMED_RESPONSE;
    for (i = 0; !rc && i < size; i++) reading->data[reading->size++] = part->buffer[i];
    Esys_Free(part);
    return rc;
}

static TSS2_RC read_all(struct chip *chip, ESYS_TR index, const TPM2B_NV_PUBLIC *public, struct reading *reading)
{
    const UINT16 all = public->nvPublic.dataSize;
    TSS2_RC rc = TSS2_RC_SUCCESS;

    if (all > MOST_SIZE) return TPM2_RC_SIZE;
    for (reading->size = 0; !rc && reading->size < all;)
        rc = read_some(chip, reader_of(public, index), index,
                       all - reading->size < MOST_AT_ONCE ? all - reading->size : MOST_AT_ONCE, reading);
    return rc;
}

/* An index that was never written has nothing in it either. */
static int is_nothing(TSS2_RC rc)
{
    return chip_code(rc) == TPM2_RC_HANDLE || chip_code(rc) == TPM2_RC_NV_UNINITIALIZED;
}

static TSS2_RC read_index(struct chip *chip, void *context)
{
    struct reading *reading = context;
    TPM2B_NV_PUBLIC *public = NULL;
    ESYS_TR index;
    TSS2_RC rc;

    rc = Esys_TR_FromTPMPublic(chip->esys, reading->index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &index);
    if (!rc)
    {
        rc = Esys_NV_ReadPublic(chip->esys, index, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &public, NULL);
        if (!rc) rc = read_all(chip, index, public, reading);
        Esys_Free(public);
        Esys_TR_Close(chip->esys, &index);
    }
    if (!(reading->is_missing = is_nothing(rc))) return rc;
    return TSS2_RC_SUCCESS;
}

nte_status chip_certificate(enum tpm_kind kind, struct writer *der)
{
    struct reading reading = {.index = kind == TPM_RSA ? RSA_2048_CERTIFICATE : EC_P256_CERTIFICATE};
    nte_status status;

    if ((status = chip_run(read_index, &reading))) return status;
    if (reading.is_missing || !reading.size) return NTE_NOT_FOUND;
    engine.write(der, reading.data, reading.size);
    return NTE_SUCCESS;
}
