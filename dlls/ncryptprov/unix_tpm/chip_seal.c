/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Secrets of a few bytes that the chip wraps for itself, with TPM2_Create and TPM2_Unseal (rows T.40, T.40b). */
#include <string.h>

#include "chip.h"

static TPM2B_PUBLIC template_of(const struct tpm_secret *secret)
{
    TPM2B_PUBLIC template = {.publicArea = {.type = TPM2_ALG_KEYEDHASH, .nameAlg = TPM2_ALG_SHA256}};

    template.publicArea.objectAttributes = TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_USERWITHAUTH;
    if (!secret->auth.size || secret->no_lockout) template.publicArea.objectAttributes |= TPMA_OBJECT_NODA;
    template.publicArea.parameters.keyedHashDetail.scheme.scheme = TPM2_ALG_NULL;
    return template;
}

struct sealing
{
    const struct tpm_secret *secret;
    struct writer *public, *private;
};

static TSS2_RC create(struct chip *chip, const struct sealing *sealing, const TPM2B_SENSITIVE_CREATE *sensitive,
                      TPM2B_PUBLIC **public, TPM2B_PRIVATE **private)
{
    const TPM2B_PUBLIC template = template_of(sealing->secret);
    const struct tpm_use use = {.auth = {NULL, 0}};
    const TPML_PCR_SELECTION no_pcrs = {0};
    const TPM2B_DATA outside = {0};
    ESYS_TR parent, session;
    TSS2_RC rc;

    if ((rc = chip_parent(chip, &parent))) return rc;
    if ((rc = chip_session(chip, &use, CHIP_SECRET_IN, &session))) return rc;
    return Esys_Create(chip->esys, parent, session, ESYS_TR_NONE, ESYS_TR_NONE, sensitive, &template, &outside,
                       &no_pcrs, private, public, NULL, NULL, NULL);
}

static TSS2_RC seal(struct chip *chip, void *context)
{
    const struct sealing *sealing = context;
    const struct tpm_secret *secret = sealing->secret;
    TPM2B_SENSITIVE_CREATE sensitive = {0};
    TPM2B_PRIVATE *private = NULL;
    TPM2B_PUBLIC *public = NULL;
    TSS2_RC rc;

    sensitive.sensitive.userAuth.size = secret->auth.size;
    if (secret->auth.size) memcpy(sensitive.sensitive.userAuth.buffer, secret->auth.data, secret->auth.size);
    sensitive.sensitive.data.size = secret->clear.size;
    memcpy(sensitive.sensitive.data.buffer, secret->clear.data, secret->clear.size);
    if (!(rc = create(chip, sealing, &sensitive, &public, &private))) rc = chip_write_public(public, sealing->public);
    if (!rc) rc = chip_write_private(private, sealing->private);
    explicit_bzero(&sensitive, sizeof(sensitive));
    Esys_Free(public);
    Esys_Free(private);
    return rc;
}

nte_status chip_seal(const struct tpm_secret *secret, struct writer *public, struct writer *private)
{
    struct sealing sealing = {secret, public, private};

    if (!secret->clear.size || secret->clear.size > TPM_MOST_SECRET ||
        secret->auth.size > sizeof(((TPM2B_AUTH *)NULL)->buffer)) return NTE_INVALID_PARAMETER;
    return chip_run(seal, &sealing);
}

struct opening
{
    const struct tpm_use *use;
    struct writer *clear;
};

static TSS2_RC open_secret(struct chip *chip, void *context)
{
    const struct opening *opening = context;
    TPM2B_SENSITIVE_DATA *secret = NULL;
    ESYS_TR object, session;
    TSS2_RC rc;

    if ((rc = chip_load(chip, opening->use, &object))) return rc;
    if ((rc = chip_session(chip, opening->use, CHIP_SECRET_OUT, &session))) return rc;
    rc = Esys_Unseal(chip->esys, object, session, ESYS_TR_NONE, ESYS_TR_NONE, &secret);
    if ((rc = chip_judge(opening->use, 1, rc))) return chip_code(rc) == TPM2_RC_TYPE ? TPM2_RC_INTEGRITY : rc;
    engine.write(opening->clear, secret->buffer, secret->size);
    explicit_bzero(secret, sizeof(*secret));
    Esys_Free(secret);
    return rc;
}

nte_status chip_unseal(const struct tpm_use *use, struct writer *clear)
{
    struct opening opening = {use, clear};

    return chip_run(open_secret, &opening);
}
