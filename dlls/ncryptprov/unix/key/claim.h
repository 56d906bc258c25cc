/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims: what a key, or the device that it is in, says of another key or of the machine. Only providers whose keys are
 * in a device that others believe have any. */
#ifndef ENGINE_CLAIM_H
#define ENGINE_CLAIM_H

#include "key/key.h"

/* What NCryptCreateClaim and NCryptVerifyClaim were asked. */
struct claim
{
    struct key *subject, *authority;    /* one may be NULL */
    uint32_t type;
    int has_parameters;
    struct bytes key_nonce;         /* BUFFER_KEYATTESTATION_NONCE */
    struct bytes platform_nonce;
    struct bytes pcr_mask;          /* bit i: register i; empty: not given */
};

/* claim.c. NTE_NOT_SUPPORTED: keys of this provider say nothing. output and *result as those of key_export. */
nte_status claim_create(const struct claim *claim, uint32_t flags, uint8_t *output, uint32_t size, uint32_t *result);
/* After NTE_SILENT_CONTEXT: the user is to be asked about the subject; 0: about the authority. */
int claim_waits_for_subject(const struct claim *claim);
/* NTE_BAD_SIGNATURE: nobody has said that, or of another key or nonce; NTE_BAD_DATA: it is no claim. */
nte_status claim_verify(const struct claim *claim, uint32_t flags, struct bytes blob);

#endif
