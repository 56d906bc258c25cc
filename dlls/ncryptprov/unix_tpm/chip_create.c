/* SPDX-License-Identifier: LGPL-2.1-or-later
 * TPM2_Create: keys that the chip generates, and that leave it wrapped. They have no scheme, so that every padding can be
 * done outside of the chip, over the bare operation (row T.71). */
#include <string.h>
#include <tss2/tss2_mu.h>

#include "chip.h"

#define OURS (TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN | \
              TPMA_OBJECT_USERWITHAUTH)

/* Without a password there is none to guess: use of the key must not be refused because others guess at theirs. */
static TPMA_OBJECT attributes_of(const struct tpm_new *new)
{
    TPMA_OBJECT attributes = OURS | TPMA_OBJECT_SIGN_ENCRYPT;

    if (!new->auth.size) attributes |= TPMA_OBJECT_NODA;
    if (new->kind == TPM_RSA || new->agrees) attributes |= TPMA_OBJECT_DECRYPT;
    return attributes;
}

static TPM2B_PUBLIC template_of(const struct tpm_new *new)
{
    TPM2B_PUBLIC template = {.publicArea = {.nameAlg = TPM2_ALG_SHA256, .objectAttributes = attributes_of(new)}};
    TPMT_PUBLIC *area = &template.publicArea;

    if (new->kind == TPM_RSA)
    {
        area->type = TPM2_ALG_RSA;
        area->parameters.rsaDetail = (TPMS_RSA_PARMS){.symmetric.algorithm = TPM2_ALG_NULL,
                                                      .scheme.scheme = TPM2_ALG_NULL, .keyBits = new->bits};
        return template;
    }
    area->type = TPM2_ALG_ECC;
    area->parameters.eccDetail = (TPMS_ECC_PARMS){.symmetric.algorithm = TPM2_ALG_NULL, .scheme.scheme = TPM2_ALG_NULL,
                                                  .kdf.scheme = TPM2_ALG_NULL, .curveID = chip_curve(new->bits)};
    return template;
}

/* --- what comes back --- */

static TSS2_RC write_public(const TPM2B_PUBLIC *public, struct writer *w)
{
    uint8_t bytes[sizeof(*public) + 2];
    size_t used = 0;
    TSS2_RC rc;

    if (!(rc = Tss2_MU_TPM2B_PUBLIC_Marshal(public, bytes, sizeof(bytes), &used))) engine.write(w, bytes, used);
    return rc;
}

static TSS2_RC write_private(const TPM2B_PRIVATE *private, struct writer *w)
{
    uint8_t bytes[sizeof(*private) + 2];
    size_t used = 0;
    TSS2_RC rc;

    if (!(rc = Tss2_MU_TPM2B_PRIVATE_Marshal(private, bytes, sizeof(bytes), &used))) engine.write(w, bytes, used);
    return rc;
}

/* --- and in between --- */

struct creation
{
    const struct tpm_new *new;
    struct writer *public, *private;
};

static TSS2_RC create_under(struct chip *chip, const struct creation *creation, const TPM2B_SENSITIVE_CREATE *sensitive,
                            TPM2B_PUBLIC **public, TPM2B_PRIVATE **private)
{
    const TPM2B_PUBLIC template = template_of(creation->new);
    const struct tpm_use use = {.auth = {NULL, 0}};
    const TPML_PCR_SELECTION no_pcrs = {0};
    const TPM2B_DATA outside = {0};
    ESYS_TR parent, session;
    TSS2_RC rc;

    if ((rc = chip_parent(chip, &parent))) return rc;
    if ((rc = chip_session(chip, &use, sensitive->sensitive.userAuth.size ? CHIP_SECRET_IN : 0, &session))) return rc;
    return Esys_Create(chip->esys, parent, session, ESYS_TR_NONE, ESYS_TR_NONE, sensitive, &template, &outside, &no_pcrs,
                       private, public, NULL, NULL, NULL);
}

static TSS2_RC create(struct chip *chip, void *context)
{
    const struct creation *creation = context;
    struct bytes auth = creation->new->auth;
    TPM2B_SENSITIVE_CREATE sensitive = {.sensitive.userAuth.size = auth.size};
    TPM2B_PRIVATE *private = NULL;
    TPM2B_PUBLIC *public = NULL;
    TSS2_RC rc;

    if (auth.size > sizeof(sensitive.sensitive.userAuth.buffer)) return TPM2_RC_SIZE;
    if (auth.size) memcpy(sensitive.sensitive.userAuth.buffer, auth.data, auth.size);
    if (!(rc = create_under(chip, creation, &sensitive, &public, &private)))
        rc = write_public(public, creation->public);
    if (!rc) rc = write_private(private, creation->private);
    explicit_bzero(&sensitive, sizeof(sensitive));
    Esys_Free(public);
    Esys_Free(private);
    return rc;
}

nte_status chip_create(const struct tpm_new *new, struct writer *public, struct writer *private)
{
    struct creation creation = {new, public, private};

    if (!chip_can(new->kind, new->bits)) return NTE_NOT_SUPPORTED;
    return chip_run(create, &creation);
}
