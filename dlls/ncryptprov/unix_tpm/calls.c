/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The table that the engine calls. */
#include <stdlib.h>

#include "chip.h"

struct engine_services engine;

static TSS2_RC nothing(struct chip *chip, void *context)
{
    (void)chip, (void)context;
    return TSS2_RC_SUCCESS;
}

static nte_status connect_chip(void)
{
    return chip_run(nothing, NULL);
}

static const struct tpm_calls calls =
{
    .interface = TPM_INTERFACE,
    .connect = connect_chip,
    .most_wait = chip_most_wait,
    .can = chip_can,
    .create = chip_create,
    .read_public = chip_read_public,
    .check = chip_check,
    .rsa = chip_rsa,
    .ecdsa = chip_ecdsa,
    .ecdh = chip_ecdh,
    .version = chip_version,
    .endorsement = chip_endorsement,
    .root = chip_root,
    .certificate = chip_certificate,
    .pcrs = chip_pcrs,
    .identity = chip_identity,
    .attest = chip_attest,
    .activate = chip_activate,
    .seal = chip_seal,
    .unseal = chip_unseal,
};

__attribute__((visibility("default"))) module_entry ncryptprov_tpm;

/* tpm2-tss writes what a chip refuses to stderr, which belongs to the program (row T.80). */
const void *ncryptprov_tpm(const struct engine_services *lent)
{
    engine = *lent;
    setenv("TSS2_LOG", "all+NONE", 0);
    return &calls;
}
