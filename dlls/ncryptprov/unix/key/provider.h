/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What distinguishes our providers from each other: a row for each, which every object of the provider points to. The
 * rows are in provider/. */
#ifndef ENGINE_PROVIDER_H
#define ENGINE_PROVIDER_H

#include "key/property_row.h"
#include "store/vault.h"

struct blob_type;
struct claim;

struct provider_class
{
    const char *name;               /* "Name", and what NCryptOpenStorageProvider calls it */
    uint32_t impl_type;             /* "Impl Type": NCRYPT_IMPL_*_FLAG */
    uint32_t version;               /* "Version" */
    const struct algorithm_list *algorithms;    /* in the order in which NCryptEnumAlgorithms lists them */
    const struct vault *vault;
    struct store *scope;            /* the only one of this provider; NULL: the vault has one for each set of flags */
    const struct property_row *properties;  /* override or extend the rows of property.c */
    size_t property_count;
    const struct blob_type *blobs;  /* come before the rows of blob_type.c */
    size_t blob_count;

    /* NULL: keys are protected as their "UI Policy" says, by consent or by a password of their own. Otherwise by a PIN,
     * which belongs to a token and not to a key, and no policy can ask for more: a call that needs the PIN returns
     * NTE_SILENT_CONTEXT, and login gets what the user types or "SmartCardPin" is set to. object: the key in question,
     * or the provider when there is no key yet. pin: UTF-16 without NUL; NULL: forget it.
     * SCARD_W_WRONG_CHV: the user may try again. */
    nte_status (*login)(struct object *object, struct bytes pin);

    int may_ignore_salt;            /* signatures take PAD_IGNORE_SALT */

    /* Claims (key/claim.h), whose keys are of this provider; create appends one. NULL: NTE_NOT_SUPPORTED. */
    nte_status (*claim_create)(const struct claim *claim, struct writer *w);
    nte_status (*claim_verify)(const struct claim *claim, struct bytes blob);

    /* Called before the provider is opened: may refuse, or give the row to use instead, made for this configuration.
     * name is what the program called the provider, uri its configuration or NULL, both UTF-8. NULL: as it is. */
    nte_status (*open)(const struct provider_class *class, const char *name, const char *uri,
                       const struct provider_class **opened);
};

extern const struct provider_class software_provider;   /* provider/software.c */
extern const struct provider_class token_provider, card_provider;   /* provider/pkcs11/token_class.c */
extern const struct provider_class tpm_provider;        /* provider/tpm/tpm_class.c */

/* provider/provider.c: the row of that name; NULL: not one of ours. */
const struct provider_class *provider_find(const uint16_t *name);

static inline struct store *provider_scope(const struct provider_class *provider, uint32_t flags)
{
    return provider->scope ? provider->scope : provider->vault->scope(flags);
}

/* object.c: finds an algorithm of the provider by name; NULL: it has none of that name. */
const struct algorithm *provider_algorithm(const struct provider_class *provider, const uint16_t *id);

#endif
