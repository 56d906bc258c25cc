/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What distinguishes our providers from each other: a row for each, which every object of the provider points to. The
 * rows are in provider/. */
#ifndef ENGINE_PROVIDER_H
#define ENGINE_PROVIDER_H

#include "key/property_row.h"
#include "store/vault.h"

struct provider_class
{
    const char *name;               /* "Name", and what NCryptOpenStorageProvider calls it */
    uint32_t impl_type;             /* "Impl Type": NCRYPT_IMPL_*_FLAG */
    uint32_t version;               /* "Version" */
    const struct algorithm_list *algorithms;    /* in the order in which NCryptEnumAlgorithms lists them */
    const struct vault *vault;
    const struct property_row *properties;  /* override or extend the rows of property.c */
    size_t property_count;
};

extern const struct provider_class software_provider;   /* provider/software.c */

/* provider/provider.c: the row of that name; NULL: not one of ours. */
const struct provider_class *provider_find(const uint16_t *name);

/* object.c: finds an algorithm of the provider by name; NULL: it has none of that name. */
const struct algorithm *provider_algorithm(const struct provider_class *provider, const uint16_t *id);

#endif
