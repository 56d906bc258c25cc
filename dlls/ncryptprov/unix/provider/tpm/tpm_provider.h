/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of the provider of the TPM share. The raw operations are tpm.h's. Rows T.n are of doc/facts/tpm.md. */
#ifndef ENGINE_TPM_PROVIDER_H
#define ENGINE_TPM_PROVIDER_H

#include "key/key.h"
#include "provider/tpm/tpm.h"

/* --- tpm_module.c --- */

/* The module, loaded from the engine's own directory when this is first called, and connected to the chip. Of any
 * failure one line on stderr says why, once: NTE_DEVICE_NOT_READY. */
nte_status tpm_module(void);

/* Once tpm_module has succeeded, which opening the provider makes sure of. */
const struct tpm_calls *tpm_calls(void);

/* For tests: the module is this file. */
void tpm_module_is(const char *path);

#endif
