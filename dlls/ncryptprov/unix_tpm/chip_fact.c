/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the chip is, and what it has measured (rows T.14, T.18, T.26). */
#include <string.h>

#include "chip.h"

/* --- who made it --- */

static uint32_t value_of(const TPMS_CAPABILITY_DATA *data, TPM2_PT property)
{
    const TPML_TAGGED_TPM_PROPERTY *list = &data->data.tpmProperties;
    UINT32 i;

    for (i = 0; i < list->count && i < TPM2_MAX_TPM_PROPERTIES; i++)
        if (list->tpmProperty[i].property == property) return list->tpmProperty[i].value;
    return 0;
}

static void read_version(const TPMS_CAPABILITY_DATA *data, struct tpm_version *version)
{
    uint32_t vendor = value_of(data, TPM2_PT_MANUFACTURER);
    int i;

    version->level = value_of(data, TPM2_PT_LEVEL);
    version->revision = value_of(data, TPM2_PT_REVISION);
    version->firmware[0] = value_of(data, TPM2_PT_FIRMWARE_VERSION_1);
    version->firmware[1] = value_of(data, TPM2_PT_FIRMWARE_VERSION_2);
    version->manufacturer = vendor;
    for (i = 0; i < 4; i++) version->vendor[i] = vendor >> (24 - 8 * i);
    version->vendor[4] = 0;
}

static TSS2_RC ask_version(struct chip *chip, void *context)
{
    TPMS_CAPABILITY_DATA *data = NULL;
    TPMI_YES_NO more;
    TSS2_RC rc;

    rc = Esys_GetCapability(chip->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, TPM2_CAP_TPM_PROPERTIES,
                            TPM2_PT_FAMILY_INDICATOR, TPM2_PT_FIRMWARE_VERSION_2 - TPM2_PT_FAMILY_INDICATOR + 1, &more,
                            &data);
    if (!rc) read_version(data, context);
    Esys_Free(data);
    return rc;
}

nte_status chip_version(struct tpm_version *version)
{
    memset(version, 0, sizeof(*version));
    return chip_run(ask_version, version);
}

/* --- the registers --- */

#define PCR_COUNT 24

struct measuring
{
    TPM2_ALG_ID hash;
    uint32_t size;                  /* of its digests */
    uint8_t *values;                /* PCR_COUNT of these */
};

static uint32_t mask_of(const TPMS_PCR_SELECTION *selection)
{
    return selection->pcrSelect[0] | selection->pcrSelect[1] << 8 | (uint32_t)selection->pcrSelect[2] << 16;
}

/* The digests of those registers, in their order. 0: more, fewer, or of another size. */
static int take(const struct measuring *measuring, uint32_t mask, const TPML_DIGEST *digests)
{
    uint32_t i, taken = 0;

    for (i = 0; i < PCR_COUNT; i++)
    {
        if (!(mask & 1u << i)) continue;
        if (taken == digests->count || digests->digests[taken].size != measuring->size) return 0;
        memcpy(measuring->values + i * measuring->size, digests->digests[taken++].buffer, measuring->size);
    }
    return taken == digests->count;
}

/* Some of what was asked for, and nothing else; none: the bank is not there, or the rest of it is not. */
static TSS2_RC take_given(const struct measuring *measuring, const TPML_PCR_SELECTION *given,
                          const TPML_DIGEST *digests, uint32_t *left)
{
    uint32_t mask = given->count ? mask_of(given->pcrSelections) : 0;

    if (!mask) return TPM2_RC_HASH;
    if (given->count != 1 || given->pcrSelections[0].hash != measuring->hash || mask & ~*left ||
        !take(measuring, mask, digests)) return TSS2_ESYS_RC_MALFORMED_RESPONSE;
    *left &= ~mask;
    return TSS2_RC_SUCCESS;
}

/* A chip gives out eight at a time, or fewer, and says which. */
static TSS2_RC read_some(struct chip *chip, const struct measuring *measuring, uint32_t *left)
{
    TPML_PCR_SELECTION wanted = {.count = 1}, *given = NULL;
    TPML_DIGEST *digests = NULL;
    TSS2_RC rc;

    wanted.pcrSelections[0] = (TPMS_PCR_SELECTION){measuring->hash, 3, {*left, *left >> 8, *left >> 16}};
    rc = Esys_PCR_Read(chip->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, &wanted, NULL, &given, &digests);
    if (!rc) rc = take_given(measuring, given, digests, left);
    Esys_Free(given);
    Esys_Free(digests);
    return rc;
}

static TSS2_RC measure(struct chip *chip, void *context)
{
    uint32_t left = (1u << PCR_COUNT) - 1;
    TSS2_RC rc = TSS2_RC_SUCCESS;

    while (left && !rc) rc = read_some(chip, context, &left);
    return rc;
}

uint32_t chip_hash_size(uint16_t hash)
{
    switch (hash)
    {
    case TPM2_ALG_SHA1: return 20;
    case TPM2_ALG_SHA256: return 32;
    case TPM2_ALG_SHA384: return 48;
    case TPM2_ALG_SHA512: return 64;
    default: return 0;
    }
}

nte_status chip_pcrs(uint16_t hash, struct writer *w)
{
    uint8_t values[PCR_COUNT * 64] = {0};
    struct measuring measuring = {hash, chip_hash_size(hash), values};
    nte_status status;

    if (!measuring.size) return NTE_NOT_SUPPORTED;
    if ((status = chip_run(measure, &measuring))) return status == (nte_status)0x80280083 ? NTE_NOT_SUPPORTED : status;
    engine.write(w, values, PCR_COUNT * measuring.size);
    return NTE_SUCCESS;
}
