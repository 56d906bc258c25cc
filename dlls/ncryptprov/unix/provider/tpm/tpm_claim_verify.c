/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Whether a claim is true: signed by the identity key, of this key or these registers, and with this nonce. Whether the
 * identity key is one of a chip is for its certificate to say. */
#include "crypto/hash.h"
#include "provider/tpm/tpm_statement.h"

/* Of the key that is to have signed: any but an identity key signs whatever a program gives it. Of a public key alone
 * only its certificate says what it is. */
static nte_status identity_numbers(struct key *identity, const struct material **numbers)
{
    const struct material *material;
    nte_status status;

    if (!identity) return NTE_INVALID_PARAMETER;
    if ((status = key_material(identity, &material))) return status;
    *numbers = material_numbers(material);
    return is_tpm_material(material) ? tpm_check_identity(material) : NTE_SUCCESS;
}

/* signature over said, which says nonce. */
static nte_status verify_said(struct key *identity, struct bytes said, struct bytes signature, struct bytes nonce,
                              uint32_t kind, struct attest *attest)
{
    const struct material *numbers;
    nte_status status;

    if ((status = identity_numbers(identity, &numbers))) return status;
    if ((status = tpm_attest_read(said, attest))) return status;
    if (attest->kind != kind) return NTE_BAD_DATA;
    if ((status = tpm_signature_verify(numbers, said, signature))) return status;
    return is_same(attest->nonce, nonce) ? NTE_SUCCESS : NTE_BAD_SIGNATURE;
}

/* --- of a key --- */

struct key_statement
{
    struct bytes attest, signature, opaque;
};

static nte_status read_key_data(struct bytes data, struct key_statement *parts)
{
    struct reader r = {data.data, data.size, 0};
    uint32_t attest_size, signature_size, opaque_size;

    if (read_u32(&r) != STATEMENT_KEY_DATA || read_u32(&r) != STATEMENT_OF_TPM20 || read_u32(&r) != KEY_DATA_HEADER)
        return NTE_BAD_DATA;
    attest_size = read_u32(&r);
    signature_size = read_u32(&r);
    opaque_size = read_u32(&r);
    parts->attest = read_bytes(&r, attest_size);
    parts->signature = read_bytes(&r, signature_size);
    parts->opaque = read_bytes(&r, opaque_size);
    return r.failed || r.left ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status read_key(struct bytes blob, struct key_statement *parts)
{
    struct reader r = {blob.data, blob.size, 0};
    uint32_t binding_size, data_size, identity_size;
    struct bytes data;

    if (read_u32(&r) != STATEMENT_KEY || read_u32(&r) != 1 || read_u32(&r) != STATEMENT_OF_TPM20 ||
        read_u32(&r) != KEY_HEADER) return NTE_BAD_DATA;
    binding_size = read_u32(&r);
    data_size = read_u32(&r);
    identity_size = read_u32(&r);
    read_bytes(&r, binding_size);
    data = read_bytes(&r, data_size);
    read_bytes(&r, identity_size);
    return r.failed || r.left ? NTE_BAD_DATA : read_key_data(data, parts);
}

/* The statement brings the public part that its name is of, and a subject must have the same numbers. A chip certifies
 * imported keys, too, of which there are copies outside. */
static nte_status verify_subject(struct key *subject, const struct key_statement *parts, struct bytes name)
{
    const struct material *material, *numbers;
    struct material *said = NULL;
    struct tpm_blob blob;
    uint8_t expected[34];
    nte_status status;
    int has_auth;

    if ((status = tpm_opaque_read(parts->opaque, &blob, &has_auth))) return status;
    if ((status = tpm_name_of(blob.public, expected))) return status;
    if (!is_same(name, bytes_of(expected, sizeof(expected)))) return NTE_BAD_SIGNATURE;
    if (tpm_check_generated(blob.public)) return NTE_BAD_SIGNATURE;
    if (!subject) return NTE_SUCCESS;
    if ((status = key_material(subject, &material))) return status;
    numbers = material_numbers(material);
    if ((status = tpm_public_numbers(numbers->alg, blob.public, &said)))
        return status == NTE_BAD_DATA ? NTE_BAD_SIGNATURE : status;
    status = tpm_same_numbers(numbers, said);
    said->family->free(said);
    return status;
}

static nte_status verify_key(const struct claim *claim, struct bytes blob)
{
    struct key_statement parts;
    struct attest attest;
    nte_status status;

    if ((status = read_key(blob, &parts))) return status;
    status = verify_said(claim->authority, parts.attest, parts.signature, claim->key_nonce, ATTEST_CERTIFY, &attest);
    return status ? status : verify_subject(claim->subject, &parts, attest.name);
}

/* --- of the machine --- */

/* A quote of other registers than those that were asked for is true, and says nothing of these. */
static nte_status verify_registers(const struct attest *attest, uint32_t mask, uint32_t bank, struct bytes pcrs,
                                   struct bytes signature)
{
    const struct hash *hash = tpm_find_hash(bank);

    if (!hash || attest->hash != bank || pcrs.size != PCR_COUNT * hash->size) return NTE_BAD_DATA;
    if (attest->pcrs != mask) return NTE_BAD_SIGNATURE;
    return tpm_registers_verify(attest, pcrs, hash->size, signature);
}

static nte_status verify_platform(const struct claim *claim, struct bytes blob)
{
    struct reader r = {blob.data, blob.size, 0};
    uint32_t mask, bank, signature_size, attest_size, pcrs_size;
    struct bytes signature, said, pcrs;
    struct attest attest;
    nte_status status;

    if ((status = tpm_claim_registers(claim, &mask))) return status;
    if (read_u32(&r) != STATEMENT_PLATFORM || read_u32(&r)) return NTE_BAD_DATA;
    bank = read_u32(&r);
    signature_size = read_u32(&r);
    attest_size = read_u32(&r);
    pcrs_size = read_u32(&r);
    signature = read_bytes(&r, signature_size);
    said = read_bytes(&r, attest_size);
    pcrs = read_bytes(&r, pcrs_size);
    if (r.failed || r.left) return NTE_BAD_DATA;
    status = verify_said(tpm_claim_identity(claim), said, signature, claim->platform_nonce, ATTEST_QUOTE, &attest);
    return status ? status : verify_registers(&attest, mask, bank, pcrs, signature);
}

nte_status tpm_claim_verify(const struct claim *claim, struct bytes blob)
{
    switch (claim->type)
    {
    case CLAIM_AUTHORITY_AND_SUBJECT: return verify_key(claim, blob);
    case CLAIM_PLATFORM: return claim->has_parameters ? verify_platform(claim, blob) : E_INVALIDARG;
    default: return NTE_NOT_SUPPORTED;
    }
}
