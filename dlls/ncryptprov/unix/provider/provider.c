/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The providers of ours: a row each. */
#include "key/provider.h"

static const struct provider_class *const providers[] =
{
    &software_provider,
    &token_provider,
    &card_provider,
    &tpm_provider,
};

const struct provider_class *provider_find(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < sizeof(providers) / sizeof(*providers); i++)
        if (u16_equal_nocase(name, providers[i]->name)) return providers[i];
    return NULL;
}
