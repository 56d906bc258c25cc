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

nte_status chip_seal(const struct tpm_secret *secret, struct writer *public, struct writer *private)
{
    const struct chip_creation creation = {template_of(secret), secret->auth, secret->clear, public, private};

    if (!secret->clear.size || secret->clear.size > TPM_MOST_SECRET ||
        secret->auth.size > sizeof(((TPM2B_AUTH *)NULL)->buffer)) return NTE_INVALID_PARAMETER;
    return chip_create_object(&creation);
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
