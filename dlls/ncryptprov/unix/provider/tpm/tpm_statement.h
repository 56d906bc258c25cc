/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The blobs of claims (rows T.36, T.37): little-endian headers, then parts as the chip gives them, big-endian. */
#ifndef ENGINE_TPM_STATEMENT_H
#define ENGINE_TPM_STATEMENT_H

#include <string.h>

#include "key/claim.h"
#include "provider/tpm/tpm_provider.h"

#define STATEMENT_KEY        0x5453414bu    /* KAST */
#define STATEMENT_KEY_DATA   0x5344414bu    /* KADS */
#define STATEMENT_PLATFORM   0x414c5054u    /* TPLA */
#define STATEMENT_OF_TPM20   2u
#define KEY_HEADER           28u            /* bytes */
#define KEY_DATA_HEADER      24u
#define PLATFORM_HEADER      24u

#define PCR_COUNT            24
#define LEAST_PLATFORM_NONCE 16             /* bytes */
#define MOST_NONCE           64

#define E_INVALIDARG         ((nte_status)0x80070057)   /* row T.38 */

/* What TPMS_ATTEST says, by kind. */
#define ATTEST_CERTIFY       0x8017u
#define ATTEST_QUOTE         0x8018u

struct attest
{
    uint32_t kind;
    struct bytes nonce;
    struct bytes name;              /* certify: of the key */
    uint32_t hash, pcrs;            /* quote: bank, bit i: register i */
    struct bytes digest;            /* quote: of those registers, one after the other */
};

static inline int is_same(struct bytes a, struct bytes b)
{
    return a.size == b.size && (!a.size || !memcmp(a.data, b.data, a.size));
}

/* --- tpm_attest.c --- */

/* NTE_BAD_DATA: not one of a chip, or of another kind, or of several banks. */
nte_status tpm_attest_read(struct bytes data, struct attest *attest);
/* By its TPM_ALG_ID; NULL: none that the engine takes from a chip. */
const struct hash *tpm_find_hash(uint32_t id);
/* Whether numbers have signed data; signature: TPMT_SIGNATURE. NTE_BAD_SIGNATURE, NTE_BAD_DATA. */
nte_status tpm_signature_verify(const struct material *numbers, struct bytes data, struct bytes signature);
/* Whether both are one public key. NTE_BAD_SIGNATURE: they are not. */
nte_status tpm_same_numbers(const struct material *a, const struct material *b);
/* Whether the TPM2B_PUBLIC is of a key that a chip has made and never gives away. NTE_NOT_SUPPORTED: it may be known
 * outside. */
nte_status tpm_check_generated(struct bytes public);
/* Whether the chip speaks for itself with the key, and nobody else can. NTE_NOT_SUPPORTED (row T.38). */
nte_status tpm_check_identity(const struct material *material);
/* The name of a key: name has 34 bytes. */
nte_status tpm_name_of(struct bytes public, uint8_t name[34]);
/* Whether attest is a quote of those of values, registers of size bytes, that are in its mask. Chips digest them with
 * the hash of the signature, whatever the bank is (part 3, TPM2_Quote). NTE_BAD_SIGNATURE; NTE_BAD_DATA. */
nte_status tpm_registers_verify(const struct attest *attest, struct bytes values, uint32_t size,
                                struct bytes signature);

/* The registers that were asked for, else all of them, in *mask. NTE_INVALID_PARAMETER: none, or one that no chip has;
 * or a nonce of fewer than 16 or more than 64 bytes (row T.37). */
nte_status tpm_claim_registers(const struct claim *claim, uint32_t *mask);
/* The key that speaks for the chip: callers pass it in either place for PLATFORM (row T.37). */
static inline struct key *tpm_claim_identity(const struct claim *claim)
{
    return claim->authority ? claim->authority : claim->subject;
}

/* --- tpm_claim.c, tpm_claim_verify.c: as struct provider_class has them --- */

nte_status tpm_claim_create(const struct claim *claim, struct writer *w);
nte_status tpm_claim_verify(const struct claim *claim, struct bytes blob);

#endif
