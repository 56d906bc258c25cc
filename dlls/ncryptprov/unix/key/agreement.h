/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Key agreement and derivation as programs ask for them: NCryptSecretAgreement, NCryptDeriveKey,
 * NCryptKeyDerivation (doc/facts/windows-api.md 5, doc/facts/windows-behaviour.md A.13). */
#ifndef ENGINE_AGREEMENT_H
#define ENGINE_AGREEMENT_H

#include "derive/kdf_parameter.h"
#include "key/key.h"

struct hkdf;

/* --- agreement.c: what two keys agreed upon --- */

struct agreement
{
    struct object object;           /* first; local holds the HKDF properties */
    const struct algorithm *alg;    /* of both keys */
    uint32_t bits;                  /* of both keys */
    struct writer z;                /* the output of family.agree; constant */
};

/* NTE_BAD_KEY_STATE: one of the keys is not finalized. NTE_NOT_SUPPORTED: own cannot agree. NTE_PERM: its usage
 * forbids it. NTE_INVALID_PARAMETER: own is public, or peer does not match it. NTE_BAD_FLAGS: any flag but SILENT. */
nte_status agreement_make(struct key *own, struct key *peer, uint32_t flags, struct agreement **agreement);
void agreement_free(struct agreement *agreement);

/* --- key_derive.c --- */

/* output NULL asks for the full size. "HASH", "HMAC", "TRUNCATE" fill as much of output as they can and *result is
 * the number of bytes written; "TLS_PRF" needs room for its 48 bytes, else NTE_BUFFER_TOO_SMALL; "HKDF" and
 * "SP800_56A_CONCAT" fill output (their full size is that of the hash). NTE_NOT_SUPPORTED for unknown functions and
 * hashes; NTE_INVALID_PARAMETER for buffers that are missing, repeated or invalid. Buffers that the function does not
 * use are ignored. */
nte_status agreement_derive(struct agreement *agreement, const uint16_t *kdf,
                            const struct kdf_parameters *parameters, uint32_t flags, uint8_t *output,
                            uint32_t size, uint32_t *result);

/* key belongs to a derivation function, which its algorithm names. Fills all size bytes of output. */
nte_status key_derive(struct key *key, const struct kdf_parameters *parameters, uint32_t flags, uint8_t *output,
                      uint32_t size, uint32_t *result);

/* --- property_hkdf.c: "HkdfHashAlgorithm", then one of "HkdfSaltAndFinalize" and "HkdfPrkAndFinalize" --- */

/* object is an agreement or an HKDF key. NTE_BAD_KEY_STATE when they are set in another order, or once more
 * after the second. A salt may be NULL; the other takes no value. */
nte_status hkdf_set(struct object *object, const uint16_t *name, struct bytes value);

/* What was set, for derive.h. */
struct hkdf hkdf_get(struct object *object);

#endif
