/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ncryptprov_pkcs11.so, the module for programs that open a provider of tokens: nothing else needs p11-kit. */
#include "base/module.h"
#include "provider/pkcs11/token_provider.h"

static struct module module =
{
    .file = "ncryptprov_pkcs11.so",
    .entry = TOKEN_MODULE_ENTRY,
    .subject = "keys on tokens",
    .package = "ncrypt-wine-pkcs11",
    .interface = TOKEN_INTERFACE,
    .missing = NTE_PROV_DLL_NOT_FOUND,
    .mutex = PTHREAD_MUTEX_INITIALIZER,
};

void token_module_is(const char *path)
{
    module_is(&module, path);
}

nte_status token_module(void)
{
    return module_load(&module);
}

const struct token_calls *token_calls(void)
{
    return module_calls(&module);
}
