/* SPDX-License-Identifier: LGPL-2.1-or-later
 * How a key is used: in a session that proves its password without showing it, and encrypts what crosses; or, where
 * nothing of it is secret, with an empty password, which costs one command less (row T.68). */
#include "chip.h"

static const TPMT_SYM_DEF cipher = {.algorithm = TPM2_ALG_AES, .keyBits.aes = 128, .mode.aes = TPM2_ALG_CFB};

/* Salted: only the chip that has the parent can follow. */
static TSS2_RC start(struct chip *chip, ESYS_TR *session)
{
    ESYS_TR parent;
    TSS2_RC rc;

    if ((rc = chip_parent(chip, &parent))) return rc;
    rc = Esys_StartAuthSession(chip->esys, parent, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL,
                               TPM2_SE_HMAC, &cipher, TPM2_ALG_SHA256, session);
    if (!rc) chip_hold(chip, *session);
    return rc;
}

TSS2_RC chip_session(struct chip *chip, const struct tpm_use *use, TPMA_SESSION secrets, ESYS_TR *session)
{
    TSS2_RC rc;

    *session = ESYS_TR_PASSWORD;
    if ((rc = chip_may_try(use))) return rc;
    if (!use->auth.size && !secrets) return TSS2_RC_SUCCESS;
    if ((rc = start(chip, session))) return rc;
    if (use->auth.size) chip->spent = 1;
    return Esys_TRSess_SetAttributes(chip->esys, *session, secrets | TPMA_SESSION_CONTINUESESSION, 0xff);
}
