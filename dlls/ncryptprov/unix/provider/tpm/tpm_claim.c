/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims of the TPM: an identity key says that another key is in the same chip, or what the chip has measured (rows
 * T.34 to T.38). */
#include "provider/tpm/tpm_statement.h"

#define QUOTE_TRIES 5               /* a register may change between the quote and the look at it */

/* The chip says it with both keys. */
struct saying
{
    struct tpm_using identity, subject;
    struct writer attest, signature;
};

static void free_saying(struct saying *saying)
{
    writer_free(&saying->attest);
    writer_free(&saying->signature);
}

static nte_status written(const struct saying *saying)
{
    return saying->attest.failed || saying->signature.failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

/* NTE_NOT_SUPPORTED: it is none with which the chip speaks for itself (row T.38). */
static nte_status identity_of(struct key *key, const struct tpm_material **identity)
{
    const struct material *material;
    nte_status status;

    if (!key) return NTE_INVALID_PARAMETER;
    if ((status = key_material(key, &material))) return status;
    *identity = tpm_material_of(material);
    return tpm_check_identity(material);
}

/* --- of a key --- */

/* Of two passwords nobody knows which one was wrong. */
static nte_status end_both(struct saying *saying, nte_status status)
{
    int is_open = saying->identity.use.auth.size && saying->subject.use.auth.size;

    tpm_use_end(&saying->subject, is_open ? NTE_SUCCESS : status);
    tpm_use_end(&saying->identity, is_open ? NTE_SUCCESS : status);
    return status;
}

static nte_status certify(const struct tpm_material *identity, const struct tpm_material *subject, struct bytes nonce,
                          struct saying *saying)
{
    struct tpm_attest request = {.nonce = nonce, .attest = &saying->attest, .signature = &saying->signature};
    nte_status status;

    if ((status = tpm_use_begin(&identity->material, &saying->identity))) return status;
    if ((status = tpm_use_begin(&subject->material, &saying->subject)))
    {
        tpm_use_end(&saying->identity, NTE_SUCCESS);
        return status;
    }
    request.identity = saying->identity.use;
    request.subject = &saying->subject.use;
    status = end_both(saying, tpm_calls()->attest(&request));
    return status ? status : written(saying);
}

static void write_key_data(struct writer *w, const struct saying *saying, struct bytes opaque)
{
    write_u32(w, STATEMENT_KEY_DATA);
    write_u32(w, STATEMENT_OF_TPM20);
    write_u32(w, KEY_DATA_HEADER);
    write_u32(w, saying->attest.used);
    write_u32(w, saying->signature.used);
    write_u32(w, opaque.size);
    write_bytes(w, saying->attest.data, saying->attest.used);
    write_bytes(w, saying->signature.data, saying->signature.used);
    write_bytes(w, opaque.data, opaque.size);
}

static void write_key(struct writer *w, const struct tpm_material *identity, const struct tpm_material *subject,
                      const struct saying *saying)
{
    write_u32(w, STATEMENT_KEY);
    write_u32(w, 1);                /* version */
    write_u32(w, STATEMENT_OF_TPM20);
    write_u32(w, KEY_HEADER);
    write_u32(w, identity->binding.size);
    write_u32(w, KEY_DATA_HEADER + saying->attest.used + saying->signature.used + subject->opaque.size);
    write_u32(w, identity->opaque.size);
    write_bytes(w, identity->binding.data, identity->binding.size);
    write_key_data(w, saying, subject->opaque);
    write_bytes(w, identity->opaque.data, identity->opaque.size);
}

static nte_status claim_key(const struct claim *claim, struct writer *w)
{
    const struct tpm_material *identity;
    const struct material *subject;
    struct saying saying = {0};
    nte_status status;

    if (!claim->subject || claim->key_nonce.size > MOST_NONCE) return NTE_INVALID_PARAMETER;
    if ((status = identity_of(claim->authority, &identity))) return status;
    if ((status = key_material(claim->subject, &subject))) return status;
    if (!is_tpm_material(subject)) return NTE_NOT_SUPPORTED;
    if ((status = tpm_check_generated(tpm_material_of(subject)->blob.public))) return status;
    status = certify(identity, tpm_material_of(subject), claim->key_nonce, &saying);
    if (!status) write_key(w, identity, tpm_material_of(subject), &saying);
    free_saying(&saying);
    return status;
}

/* --- of the machine --- */

static nte_status quote(const struct tpm_material *identity, const struct claim *claim, uint32_t mask,
                        struct saying *saying)
{
    struct tpm_attest request = {.hash = TPM_SHA256, .pcrs = mask, .nonce = claim->platform_nonce,
                                 .attest = &saying->attest, .signature = &saying->signature};
    nte_status status;

    if ((status = tpm_use_begin(&identity->material, &saying->identity))) return status;
    request.identity = saying->identity.use;
    status = tpm_use_end(&saying->identity, tpm_calls()->attest(&request));
    return status ? status : written(saying);
}

/* Whether these are the registers that the chip spoke of. */
static int is_of(const struct saying *saying, struct bytes pcrs)
{
    struct bytes signature = bytes_of(saying->signature.data, saying->signature.used);
    struct attest attest;

    if (tpm_attest_read(bytes_of(saying->attest.data, saying->attest.used), &attest)) return 0;
    return !tpm_registers_verify(&attest, pcrs, pcrs.size / PCR_COUNT, signature);
}

static void write_platform(struct writer *w, const struct saying *saying, const struct writer *pcrs)
{
    write_u32(w, STATEMENT_PLATFORM);
    write_u32(w, 0);                /* version */
    write_u32(w, TPM_SHA256);
    write_u32(w, saying->signature.used);
    write_u32(w, saying->attest.used);
    write_u32(w, pcrs->used);
    write_bytes(w, saying->signature.data, saying->signature.used);
    write_bytes(w, saying->attest.data, saying->attest.used);
    write_bytes(w, pcrs->data, pcrs->used);
}

/* *fits: the quote is of the registers as they were read. */
static nte_status try_platform(const struct tpm_material *identity, const struct claim *claim, uint32_t mask,
                               struct writer *w, int *fits)
{
    struct saying saying = {0};
    struct writer pcrs = {0};
    nte_status status;

    status = quote(identity, claim, mask, &saying);
    if (!status) status = tpm_calls()->pcrs(TPM_SHA256, &pcrs);
    if (!status && pcrs.failed) status = NTE_NO_MEMORY;
    *fits = !status && is_of(&saying, bytes_of(pcrs.data, pcrs.used));
    if (*fits) write_platform(w, &saying, &pcrs);
    writer_free(&pcrs);
    free_saying(&saying);
    return status;
}

static nte_status claim_platform(const struct claim *claim, struct writer *w)
{
    const struct tpm_material *identity;
    nte_status status;
    int fits = 0, tries;
    uint32_t mask;

    if (!claim->has_parameters) return E_INVALIDARG;
    if ((status = identity_of(tpm_claim_identity(claim), &identity))) return status;
    if ((status = tpm_claim_registers(claim, &mask))) return status;
    for (tries = 0; !fits && tries < QUOTE_TRIES; tries++)
        if ((status = try_platform(identity, claim, mask, w, &fits))) return status;
    return fits ? NTE_SUCCESS : NTE_DEVICE_NOT_READY;
}

nte_status tpm_claim_create(const struct claim *claim, struct writer *w)
{
    switch (claim->type)
    {
    case CLAIM_AUTHORITY_AND_SUBJECT: return claim_key(claim, w);
    case CLAIM_PLATFORM: return claim_platform(claim, w);
    default: return NTE_NOT_SUPPORTED;
    }
}
