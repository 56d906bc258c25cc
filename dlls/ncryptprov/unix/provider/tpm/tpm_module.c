/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ncryptprov_tpm.so, the module for programs that open the provider of the TPM: nothing else needs tpm2-tss. Programs
 * look for this provider to see whether there is a TPM, so whatever is missing has one status (row T.1). */
#include "provider/tpm/tpm_provider.h"

static struct module module =
{
    .file = "ncryptprov_tpm.so",
    .entry = TPM_MODULE_ENTRY,
    .subject = "keys in the TPM",
    .package = "ncrypt-wine-tpm",
    .interface = TPM_INTERFACE,
    .missing = NTE_DEVICE_NOT_READY,
    .mutex = PTHREAD_MUTEX_INITIALIZER,
};

void tpm_module_is(const char *path)
{
    module_is(&module, path);
}

nte_status tpm_module(void)
{
    nte_status status = module_load(&module);

    return status ? status : tpm_calls()->connect();
}

const struct tpm_calls *tpm_calls(void)
{
    return module_calls(&module);
}
