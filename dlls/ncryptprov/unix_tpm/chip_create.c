/* SPDX-License-Identifier: LGPL-2.1-or-later
 * TPM2_Create: keys that the chip generates, and that leave it wrapped. */
#include <string.h>
#include <tss2/tss2_mu.h>

#include "chip.h"

/* --- what comes back --- */

TSS2_RC chip_write_public(const TPM2B_PUBLIC *public, struct writer *w)
{
    uint8_t bytes[sizeof(*public) + 2];
    size_t used = 0;
    TSS2_RC rc;

    if (!(rc = Tss2_MU_TPM2B_PUBLIC_Marshal(public, bytes, sizeof(bytes), &used))) engine.write(w, bytes, used);
    return rc;
}

TSS2_RC chip_write_private(const TPM2B_PRIVATE *private, struct writer *w)
{
    uint8_t bytes[sizeof(*private) + 2];
    size_t used = 0;
    TSS2_RC rc;

    if (!(rc = Tss2_MU_TPM2B_PRIVATE_Marshal(private, bytes, sizeof(bytes), &used))) engine.write(w, bytes, used);
    return rc;
}

/* --- and in between --- */

static TSS2_RC create_under(struct chip *chip, const TPM2B_PUBLIC *template, const TPM2B_SENSITIVE_CREATE *sensitive,
                            TPM2B_PUBLIC **public, TPM2B_PRIVATE **private)
{
    const int is_secret = sensitive->sensitive.userAuth.size || sensitive->sensitive.data.size;
    const struct tpm_use use = {.auth = {NULL, 0}};
    const TPML_PCR_SELECTION no_pcrs = {0};
    const TPM2B_DATA outside = {0};
    ESYS_TR parent, session;
    TSS2_RC rc;

    if ((rc = chip_parent(chip, &parent))) return rc;
    if ((rc = chip_session(chip, &use, is_secret ? CHIP_SECRET_IN : 0, &session))) return rc;
    return Esys_Create(chip->esys, parent, session, ESYS_TR_NONE, ESYS_TR_NONE, sensitive, template, &outside,
                       &no_pcrs, private, public, NULL, NULL, NULL);
}

static TSS2_RC create(struct chip *chip, void *context)
{
    const struct chip_creation *creation = context;
    struct bytes auth = creation->auth, data = creation->data;
    TPM2B_SENSITIVE_CREATE sensitive = {.sensitive = {.userAuth.size = auth.size, .data.size = data.size}};
    TPM2B_PRIVATE *private = NULL;
    TPM2B_PUBLIC *public = NULL;
    TSS2_RC rc;

    if (auth.size > sizeof(sensitive.sensitive.userAuth.buffer)) return TPM2_RC_SIZE;
    if (data.size > sizeof(sensitive.sensitive.data.buffer)) return TPM2_RC_SIZE;
    if (auth.size) memcpy(sensitive.sensitive.userAuth.buffer, auth.data, auth.size);
    if (data.size) memcpy(sensitive.sensitive.data.buffer, data.data, data.size);
    if (!(rc = create_under(chip, &creation->template, &sensitive, &public, &private)))
        rc = chip_write_public(public, creation->public);
    if (!rc) rc = chip_write_private(private, creation->private);
    explicit_bzero(&sensitive, sizeof(sensitive));
    Esys_Free(public);
    Esys_Free(private);
    return rc;
}

nte_status chip_create_object(const struct chip_creation *creation)
{
    return chip_run(create, (void *)creation);
}

nte_status chip_create(const struct tpm_new *new, struct writer *public, struct writer *private)
{
    struct chip_creation creation = {.auth = new->auth, .public = public, .private = private};

    if (!chip_can(new->kind, new->bits)) return NTE_NOT_SUPPORTED;
    if (new->secret.size) return chip_import(new, public, private);
    creation.template = chip_template(new);
    return chip_create_object(&creation);
}
