/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What an identity key, which signs nothing else, says of another key and of the machine (rows T.34 to T.37); and what
 * it gets told (row T.25). */
#include <string.h>
#include <tss2/tss2_mu.h>

#include "chip.h"

static const TPMT_SIG_SCHEME own_scheme = {.scheme = TPM2_ALG_NULL};

static int put(UINT16 *size, BYTE *buffer, size_t room, struct bytes value)
{
    if (value.size > room) return 0;
    *size = value.size;
    if (value.size) memcpy(buffer, value.data, value.size);
    return 1;
}

/* TPMS_ATTEST without the length, and TPMT_SIGNATURE. */
static TSS2_RC write_both(const TPM2B_ATTEST *attest, const TPMT_SIGNATURE *signature, struct tpm_attest *out)
{
    uint8_t bytes[sizeof(*signature)];
    size_t used = 0;
    TSS2_RC rc;

    if ((rc = Tss2_MU_TPMT_SIGNATURE_Marshal(signature, bytes, sizeof(bytes), &used))) return rc;
    engine.write(out->attest, attest->attestationData, attest->size);
    engine.write(out->signature, bytes, used);
    return rc;
}

/* The identity key and a session for it, and the other one, if there is one. */
static TSS2_RC load(struct chip *chip, const struct tpm_attest *request, ESYS_TR *identity, ESYS_TR *session,
                    ESYS_TR *subject, ESYS_TR *subject_session)
{
    TSS2_RC rc;

    if ((rc = chip_load(chip, &request->identity, identity))) return rc;
    if ((rc = chip_session(chip, &request->identity, 0, session)) || !request->subject) return rc;
    if ((rc = chip_load(chip, request->subject, subject))) return rc;
    return chip_session(chip, request->subject, 0, subject_session);
}

static TSS2_RC attest(struct chip *chip, void *context)
{
    struct tpm_attest *request = context;
    TPML_PCR_SELECTION pcrs = {.count = 1};
    ESYS_TR identity, session, subject, subject_session;
    TPMT_SIGNATURE *signature = NULL;
    TPM2B_ATTEST *said = NULL;
    TPM2B_DATA nonce = {0};
    TSS2_RC rc;

    if (!put(&nonce.size, nonce.buffer, sizeof(nonce.buffer), request->nonce)) return TPM2_RC_SIZE;
    if ((rc = load(chip, request, &identity, &session, &subject, &subject_session))) return rc;
    pcrs.pcrSelections[0] = (TPMS_PCR_SELECTION){request->hash, 3, {request->pcrs, request->pcrs >> 8,
                                                                    request->pcrs >> 16}};
    if (request->subject)
        rc = Esys_Certify(chip->esys, subject, identity, subject_session, session, ESYS_TR_NONE, &nonce, &own_scheme,
                          &said, &signature);
    else
        rc = Esys_Quote(chip->esys, identity, session, ESYS_TR_NONE, ESYS_TR_NONE, &nonce, &own_scheme, &pcrs, &said,
                        &signature);
    if (request->subject) chip_judge(request->subject, 1, rc);
    chip_judge(&request->identity, request->subject ? 2 : 1, rc);
    if (!rc) rc = write_both(said, signature, request);
    Esys_Free(said);
    Esys_Free(signature);
    return rc;
}

nte_status chip_attest(struct tpm_attest *request)
{
    return chip_run(attest, request);
}

/* --- a secret for the chip that has both keys --- */

struct activation
{
    const struct tpm_use *identity;
    TPM2B_ID_OBJECT credential;
    TPM2B_ENCRYPTED_SECRET secret;
    struct writer *out;
};

/* The endorsement key is used by a policy: that the password of its hierarchy is known, which is none. */
static TSS2_RC start_policy(struct chip *chip, ESYS_TR *session)
{
    static const TPMT_SYM_DEF none = {.algorithm = TPM2_ALG_NULL};
    TSS2_RC rc;

    rc = Esys_StartAuthSession(chip->esys, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, ESYS_TR_NONE, NULL,
                               TPM2_SE_POLICY, &none, TPM2_ALG_SHA256, session);
    if (rc) return rc;
    chip_hold(chip, *session);
    if ((rc = Esys_TRSess_SetAttributes(chip->esys, *session, TPMA_SESSION_CONTINUESESSION, 0xff))) return rc;
    return Esys_PolicySecret(chip->esys, ESYS_TR_RH_ENDORSEMENT, *session, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE,
                             NULL, NULL, NULL, 0, NULL, NULL);
}

static TSS2_RC activate(struct chip *chip, void *context)
{
    const struct activation *activation = context;
    ESYS_TR identity, session, endorsement, policy;
    TPM2B_DIGEST *found = NULL;
    TSS2_RC rc;

    if ((rc = chip_load(chip, activation->identity, &identity))) return rc;
    if (!chip->managed) chip_parent_forget(chip);   /* its place is needed */
    if ((rc = chip_session(chip, activation->identity, 0, &session))) return rc;
    if ((rc = chip_endorsement_load(chip, TPM_RSA, &endorsement))) return rc;
    if ((rc = start_policy(chip, &policy))) return rc;
    rc = Esys_ActivateCredential(chip->esys, identity, endorsement, session, policy, ESYS_TR_NONE,
                                 &activation->credential, &activation->secret, &found);
    if ((rc = chip_judge(activation->identity, 1, rc))) return rc;
    engine.write(activation->out, found->buffer, found->size);
    explicit_bzero(found, sizeof(*found));
    Esys_Free(found);
    return rc;
}

nte_status chip_activate(const struct tpm_use *identity, struct bytes request, struct writer *secret)
{
    struct activation activation = {.identity = identity, .out = secret};
    size_t used = 0;

    if (Tss2_MU_TPM2B_ID_OBJECT_Unmarshal(request.data, request.size, &used, &activation.credential) ||
        Tss2_MU_TPM2B_ENCRYPTED_SECRET_Unmarshal(request.data, request.size, &used, &activation.secret) ||
        used != request.size) return NTE_INVALID_PARAMETER;
    return chip_run(activate, &activation);
}
