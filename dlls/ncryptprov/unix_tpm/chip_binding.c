/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Identity keys: the chip makes one and says so at once, under the new key itself (row T.23). */
#include <string.h>
#include <tss2/tss2_mu.h>

#include "chip.h"

struct birth                        /* what TPM2_Create says of a new key */
{
    TPM2B_PUBLIC *public;
    TPM2B_PRIVATE *private;
    TPM2B_CREATION_DATA *data;
    TPM2B_DIGEST *hash;
    TPMT_TK_CREATION *ticket;
};

static void free_birth(struct birth *birth)
{
    Esys_Free(birth->public);
    Esys_Free(birth->private);
    Esys_Free(birth->data);
    Esys_Free(birth->hash);
    Esys_Free(birth->ticket);
}

struct making
{
    const struct tpm_new *new;
    struct writer *public, *private, *binding;
};

static TSS2_RC create(struct chip *chip, const struct tpm_new *new, ESYS_TR parent, struct birth *birth)
{
    TPM2B_SENSITIVE_CREATE sensitive = {.sensitive.userAuth.size = new->auth.size};
    const TPM2B_PUBLIC template = chip_template(new);
    const struct tpm_use use = {.auth = {NULL, 0}};
    const TPML_PCR_SELECTION no_pcrs = {0};
    TPM2B_DATA outside = {.size = new->nonce.size};
    ESYS_TR session;
    TSS2_RC rc;

    if (new->auth.size > sizeof(sensitive.sensitive.userAuth.buffer) || new->nonce.size > sizeof(outside.buffer))
        return TPM2_RC_SIZE;
    if (new->auth.size) memcpy(sensitive.sensitive.userAuth.buffer, new->auth.data, new->auth.size);
    if (new->nonce.size) memcpy(outside.buffer, new->nonce.data, new->nonce.size);
    if (!(rc = chip_session(chip, &use, new->auth.size ? CHIP_SECRET_IN : 0, &session)))
        rc = Esys_Create(chip->esys, parent, session, ESYS_TR_NONE, ESYS_TR_NONE, &sensitive, &template, &outside,
                         &no_pcrs, &birth->private, &birth->public, &birth->data, &birth->hash, &birth->ticket);
    explicit_bzero(&sensitive, sizeof(sensitive));
    return rc;
}

/* The new key signs what the chip says of it. */
static TSS2_RC certify(struct chip *chip, const struct tpm_new *new, ESYS_TR parent, const struct birth *birth,
                       TPM2B_ATTEST **attest, TPMT_SIGNATURE **signature)
{
    static const TPMT_SIG_SCHEME own_scheme = {.scheme = TPM2_ALG_NULL};
    const struct tpm_use use = {.auth = new->auth};
    TPM2B_DATA nonce = {.size = new->nonce.size};
    ESYS_TR key, session;
    TSS2_RC rc;

    rc = Esys_Load(chip->esys, parent, ESYS_TR_PASSWORD, ESYS_TR_NONE, ESYS_TR_NONE, birth->private, birth->public,
                   &key);
    if (rc) return rc;
    chip_hold(chip, key);
    if ((rc = chip_set_auth(chip, key, new->auth)) || (rc = chip_session(chip, &use, 0, &session))) return rc;
    if (new->nonce.size) memcpy(nonce.buffer, new->nonce.data, new->nonce.size);
    return Esys_CertifyCreation(chip->esys, key, key, session, ESYS_TR_NONE, ESYS_TR_NONE, &nonce, birth->hash,
                                &own_scheme, birth->ticket, attest, signature);
}

/* TPM2B_PUBLIC, TPM2B_CREATION_DATA, TPM2B_ATTEST, TPMT_SIGNATURE. */
static TSS2_RC write_binding(const struct birth *birth, const TPM2B_ATTEST *attest, const TPMT_SIGNATURE *signature,
                             struct writer *w)
{
    uint8_t bytes[sizeof(*birth->data) + sizeof(*attest) + sizeof(*signature)];
    size_t used = 0;
    TSS2_RC rc;

    if ((rc = chip_write_public(birth->public, w))) return rc;
    rc = Tss2_MU_TPM2B_CREATION_DATA_Marshal(birth->data, bytes, sizeof(bytes), &used);
    if (!rc) rc = Tss2_MU_TPM2B_ATTEST_Marshal(attest, bytes, sizeof(bytes), &used);
    if (!rc) rc = Tss2_MU_TPMT_SIGNATURE_Marshal(signature, bytes, sizeof(bytes), &used);
    if (!rc) engine.write(w, bytes, used);
    return rc;
}

static TSS2_RC make(struct chip *chip, void *context)
{
    const struct making *making = context;
    TPMT_SIGNATURE *signature = NULL;
    TPM2B_ATTEST *attest = NULL;
    struct birth birth = {0};
    ESYS_TR parent;
    TSS2_RC rc;

    rc = chip_parent(chip, &parent);
    if (!rc) rc = create(chip, making->new, parent, &birth);
    if (!rc) rc = certify(chip, making->new, parent, &birth, &attest, &signature);
    if (!rc) rc = write_binding(&birth, attest, signature, making->binding);
    if (!rc) rc = chip_write_public(birth.public, making->public);
    if (!rc) rc = chip_write_private(birth.private, making->private);
    Esys_Free(attest);
    Esys_Free(signature);
    free_birth(&birth);
    return rc;
}

nte_status chip_identity(const struct tpm_new *new, struct writer *public, struct writer *private,
                         struct writer *binding)
{
    struct making making = {new, public, private, binding};

    if (!chip_can(new->kind, new->bits)) return NTE_NOT_SUPPORTED;
    return chip_run(make, &making);
}
