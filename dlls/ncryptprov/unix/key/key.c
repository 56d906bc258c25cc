/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The life of a key: created or opened, changed, deleted, freed. key_finalize.c has its middle. */
#include <errno.h>
#include <string.h>

#include "key/key.h"

static nte_status name_key(struct key *key, struct key_name *name)
{
    nte_status status;

    key->store = provider_scope(key->object.provider, key->flags);
    if (name->unique) strcpy(key->unique, name->unique);
    else if ((status = vault_of(&key->object)->unique_name(key->store, *name, key->unique))) return status;
    name->unique = key->unique;
    return (key->name = u16_copy(name->name)) ? NTE_SUCCESS : NTE_NO_MEMORY;
}

void key_free(struct key *key)
{
    if (!key) return;
    if (key->material) key->material->family->free(key->material);
    if (key->public_material) key->public_material->family->free(key->public_material);
    bytes_free(&key->password);
    bytes_free(&key->locked);
    known_password_put(key->known);
    property_list_free(&key->parameters);
    property_list_free(&key->stored);
    secret_free(key->name);
    pthread_mutex_destroy(&key->chain_mutex);
    pthread_mutex_destroy(&key->write_mutex);
    object_fini(&key->object);
    secret_free(key);
}

static void free_object(struct object *object)
{
    key_free((struct key *)object);
}

/* Held while a file is written, so TerminateThread may well hit its owner. */
static void init_write_mutex(pthread_mutex_t *mutex)
{
    pthread_mutexattr_t robust;

    pthread_mutexattr_init(&robust);
    pthread_mutexattr_setrobust(&robust, PTHREAD_MUTEX_ROBUST);
    pthread_mutex_init(mutex, &robust);
    pthread_mutexattr_destroy(&robust);
}

static nte_status key_alloc(const struct provider_class *provider, const struct algorithm *alg, uint32_t key_spec,
                            uint32_t flags, struct key **key)
{
    struct key *new;
    nte_status status;

    if (!(new = secret_alloc(sizeof(*new)))) return NTE_NO_MEMORY;
    if ((status = object_init(&new->object, OBJECT_KEY, free_object, provider)))
    {
        secret_free(new);
        return status;
    }
    init_write_mutex(&new->write_mutex);
    pthread_mutex_init(&new->chain_mutex, NULL);            /* cannot fail with glibc */
    new->alg = alg;
    new->bits = alg->default_bits;
    new->key_spec = key_spec;
    new->flags = flags & (FLAG_MACHINE_KEY | FLAG_OVERWRITE_KEY);
    new->key_usage = USAGE_ALL;
    new->policy_limit = new->usage_limit = UINT32_MAX;
    new->may_archive = 1;
    *key = new;
    return NTE_SUCCESS;
}

static int is_taken(const struct key *key, struct key_name name)
{
    return !vault_of(&key->object)->exists(key->store, name);
}

nte_status key_new(const struct provider_class *provider, const struct algorithm *alg, struct key_name name,
                   uint32_t key_spec, uint32_t flags, struct key **key)
{
    struct key *new;
    nte_status status;

    if (key_spec > 2) return NTE_INVALID_PARAMETER;         /* 0, AT_KEYEXCHANGE, AT_SIGNATURE */
    if ((status = key_alloc(provider, alg, key_spec, flags, &new))) return status;
    if (name.name)
    {
        status = name_key(new, &name);
        if (!status && !(flags & FLAG_OVERWRITE_KEY) && is_taken(new, name)) status = NTE_EXISTS;
        if (status)
        {
            key_free(new);
            return status;
        }
    }
    *key = new;
    return NTE_SUCCESS;
}

#define CREATE_FLAGS (FLAG_MACHINE_KEY | FLAG_SILENT | FLAG_OVERWRITE_KEY | FLAG_PREFER_VBS | FLAG_REQUIRE_VBS | \
                      FLAG_PER_BOOT_KEY)

nte_status key_create(const struct provider_class *provider, const uint16_t *alg, struct key_name name,
                      uint32_t key_spec, uint32_t flags, struct key **key)
{
    const struct algorithm *algorithm;

    if (flags & ~CREATE_FLAGS) return NTE_BAD_FLAGS;
    if (!alg) return NTE_NULL_REFERENCE_POINTER;            /* row 3.2 */
    if (flags & (FLAG_REQUIRE_VBS | FLAG_PER_BOOT_KEY)) return NTE_VBS_UNAVAILABLE;
    if (!(algorithm = provider_algorithm(provider, alg))) return NTE_NOT_SUPPORTED;
    return key_new(provider, algorithm, name, key_spec, flags, key);
}

/* A locked private part waits for its password. */
static nte_status load_material(struct stored_key *stored, struct key *key)
{
    const struct family *family = key->alg->family;
    const struct blob_options options = {.algorithms = key->object.provider->algorithms};
    nte_status status;

    if (stored->material)
    {
        key->material = stored->material;
        stored->material = NULL;
        return NTE_SUCCESS;
    }
    if (!stored->locked) return family->load(options.algorithms, stored->private_part, &key->material);
    if (!family->load_public) return NTE_NOT_SUPPORTED;
    if ((status = lock_binding(stored, key->binding))) return status;
    if ((status = family->load_public(stored->public_part, &options, &key->material))) return status;
    if (!(key->known = known_password_get(key->store, key->unique, stored->id))) return NTE_NO_MEMORY;
    key->locked = stored->private_part;
    stored->private_part.data = NULL;
    return NTE_SUCCESS;
}

/* Takes over what was read: strings and properties are moved, the private part becomes material. */
static nte_status key_from_stored(const struct provider_class *provider, struct stored_key *stored,
                                  struct store *store, const char *unique, struct key **key)
{
    const struct algorithm *alg = algorithm_in_ascii(provider->algorithms, stored->algorithm);
    struct key *new;
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;                     /* stored by a newer version of ours */
    if ((status = key_alloc(provider, alg, stored->key_spec, stored->flags, &new))) return status;
    new->store = store;
    strcpy(new->unique, unique);
    if ((status = load_material(stored, new)))
    {
        key_free(new);
        return status;
    }
    if (new->material->alg != alg)
    {
        key_free(new);
        return NTE_INTERNAL_ERROR;
    }
    new->name = stored->name;
    new->stored = stored->properties;
    stored->name = NULL;
    stored->properties.first = NULL;
    new->bits = new->material->bits;
    new->export_policy = stored->export_policy;
    new->key_usage = stored->key_usage;
    new->modified = stored->modified;
    new->may_archive = 0;
    memcpy(new->id, stored->id, sizeof(new->id));
    new->state = KEY_FINAL;
    key_settle_protection(new, 1);
    *key = new;
    return NTE_SUCCESS;
}

#define OPEN_FLAGS (FLAG_MACHINE_KEY | FLAG_SILENT | FLAG_AUTHORITY_KEY | FLAG_NO_CACHED_PASSWORD | \
                    FLAG_EXTENDED_ERRORS)

nte_status key_open(const struct provider_class *provider, struct key_name name, uint32_t key_spec, uint32_t flags,
                    struct key **key)
{
    struct store *store = provider_scope(provider, flags);
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    nte_status status;

    if (flags & ~OPEN_FLAGS) return NTE_BAD_FLAGS;
    if (!name.name || key_spec > 2) return NTE_INVALID_PARAMETER;
    if ((status = provider->vault->open(store, name, flags, unique, &stored))) return status;
    status = key_from_stored(provider, &stored, store, unique, key);
    if (!status) (*key)->asks_itself = !!(flags & FLAG_NO_CACHED_PASSWORD);
    stored_key_free(&stored);
    return status;
}

nte_status key_remove_stored(const struct key *key, const struct material *material)
{
    return vault_of(&key->object)->remove(key->store, key->unique, key->id, material);
}

nte_status key_remove(struct key *key)
{
    nte_status status = NTE_SUCCESS;
    enum key_state state;

    pthread_mutex_lock(&key->object.mutex);
    state = key->state;
    if (state != KEY_FINAL) key->removed = 1;
    pthread_mutex_unlock(&key->object.mutex);
    if (key->store && state == KEY_FINAL) status = key_remove_stored(key, key->material);
    if (!status && key->known) known_password_gone(key->known);
    return status;
}

nte_status key_delete(struct key *key)
{
    nte_status status = key_remove(key);

    if (!status) key_free(key);
    return status;
}

static nte_status set_stored_property(const struct key *key, const uint16_t *name, struct bytes value,
                                      uint64_t *modified)
{
    return vault_of(&key->object)->set_property(key->store, key->unique, key->id, name, value, modified);
}

static nte_status set_stored_in_memory(struct key *key, const uint16_t *name, struct bytes value)
{
    if (key->state == KEY_FINALIZING) return NTE_BAD_KEY_STATE;
    return property_list_set(&key->stored, name, value.data, value.size);
}

nte_status key_set_stored(struct key *key, const uint16_t *name, struct bytes value)
{
    uint64_t modified = 0;
    nte_status status = NTE_SUCCESS;
    int kept;

    if (pthread_mutex_lock(&key->write_mutex) == EOWNERDEAD) pthread_mutex_consistent(&key->write_mutex);
    pthread_mutex_lock(&key->object.mutex);
    kept = key->store && key->state == KEY_FINAL;
    if (!kept) status = set_stored_in_memory(key, name, value);
    pthread_mutex_unlock(&key->object.mutex);

    if (kept && !(status = set_stored_property(key, name, value, &modified)))
    {
        pthread_mutex_lock(&key->object.mutex);
        status = set_stored_in_memory(key, name, value);
        key->modified = modified;
        pthread_mutex_unlock(&key->object.mutex);
    }
    pthread_mutex_unlock(&key->write_mutex);
    return status;
}
