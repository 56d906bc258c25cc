/* SPDX-License-Identifier: LGPL-2.1-or-later
 * OpaqueTransport: a key with its name and policies, sealed as in a key file; doc/key-file.md describes it. Policies in
 * an image are final: an image gives no more rights to the key than its owner granted. */
#include <string.h>

#include "key/key.h"

/* The file name for storing the key again is included as a property that no program can set, because the property's
 * name is too long. Without it the key was ephemeral. */
static const char unique_property[] = "OpaqueTransport: unique name, from which the file of the key is named";
static const char no_name[] = "ephemeral";

static nte_status carry_name(const struct key *key, struct stored_key *stored)
{
    uint16_t name[sizeof(unique_property)];

    if (key->name)
    {
        u16_from_ascii(name, unique_property);
        return property_list_set(&stored->properties, name, key->unique, strlen(key->unique));
    }
    if (!(stored->name = secret_alloc(sizeof(no_name) * sizeof(*stored->name)))) return NTE_NO_MEMORY;
    u16_from_ascii(stored->name, no_name);
    return NTE_SUCCESS;
}

static nte_status describe(struct key *key, const struct material *material, struct stored_key *stored)
{
    nte_status status;

    pthread_mutex_lock(&key->object.mutex);
    if (!(status = key_describe(key, material, stored))) status = carry_name(key, stored);
    stored->modified = key->modified;
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

nte_status transport_export(struct key *key, const struct material *material, struct writer *w)
{
    struct store *store = provider_scope(key->object.provider, key->flags);
    const struct vault *vault = vault_of(&key->object);
    struct stored_key stored = {0};
    nte_status status;

    if (!(status = describe(key, material, &stored)))
        status = vault->seal ? vault->seal(store, &stored, w) : NTE_NOT_SUPPORTED;
    stored_key_free(&stored);
    return status;
}

static nte_status load(const struct algorithm_list *algorithms, const struct stored_key *stored,
                       struct material **material)
{
    const struct algorithm *alg = algorithm_in_ascii(algorithms, stored->algorithm);
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;
    if ((status = alg->family->load(algorithms, stored->private_part, material))) return status;
    if ((*material)->alg == alg) return NTE_SUCCESS;
    (*material)->family->free(*material);
    return NTE_BAD_DATA;
}

/* The clear part names the store that holds the sealing key. */
nte_status transport_import(const struct provider_class *provider, struct bytes data, struct material **material,
                            struct stored_key *carried)
{
    const struct vault *vault = provider->vault;
    struct stored_key peeked = {0}, stored = {0};
    struct store *store;
    nte_status status;

    if ((status = keyfile_decode(data, NULL, &peeked))) return status;
    store = provider_scope(provider, peeked.flags);
    stored_key_free(&peeked);
    if (!vault->unseal) return NTE_NOT_SUPPORTED;
    if ((status = vault->unseal(store, data, &stored))) return status;
    if ((status = load(provider->algorithms, &stored, material))) stored_key_free(&stored);
    else *carried = stored;
    return status;
}

static nte_status take_properties(struct key *key, const struct stored_key *carried)
{
    const struct property *property;
    nte_status status = NTE_SUCCESS;

    for (property = carried->properties.first; property && !status; property = property->next)
        if (!u16_equal(property->name, unique_property))
            status = property_list_set(&key->stored, property->name, property->data, property->size);
    return status;
}

/* For an ephemeral key, and for one that the caller renames, the name in the blob has no meaning. */
static nte_status carried_name(const struct vault *vault, const struct stored_key *carried,
                               char unique[UNIQUE_NAME_MAX], struct key_name *name)
{
    const struct property *property;
    char there[UNIQUE_NAME_MAX];
    nte_status status;

    property = property_list_find_ascii(&carried->properties, unique_property);
    if (name->name || !property) return NTE_SUCCESS;
    if (property->size >= UNIQUE_NAME_MAX) return NTE_BAD_DATA;
    memcpy(there, property->data, property->size);
    there[property->size] = 0;
    if ((status = vault->unique_here(there, unique))) return status;
    name->name = carried->name;
    name->unique = unique;
    return NTE_SUCCESS;
}

/* The one export that archiving bits allow belongs to the handle that made the key, from which the image was taken. */
static void take_policies(struct key *key, const struct stored_key *carried)
{
    key->carried = 1;
    key->export_policy = key->policy_limit = carried->export_policy;
    key->key_usage = key->usage_limit = carried->key_usage;
    key->may_archive = 0;
}

nte_status transport_new_key(const struct provider_class *provider, const struct algorithm *alg,
                             const struct stored_key *carried, struct key_name name, uint32_t flags,
                             struct key **key)
{
    char unique[UNIQUE_NAME_MAX];
    nte_status status;

    if ((status = carried_name(provider->vault, carried, unique, &name))) return status;
    if (name.unique) flags |= carried->flags & FLAG_MACHINE_KEY;
    if ((status = key_new(provider, alg, name, carried->key_spec, flags, key))) return status;
    take_policies(*key, carried);
    if ((status = take_properties(*key, carried))) key_free(*key);
    return status;
}
