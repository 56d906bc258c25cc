/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The middle of a key's life: a new key gets its numbers and its place in the vault. */
#include <string.h>

#include "key/key.h"

static nte_status save_part(blob_export *save, const struct material *material, struct bytes *part)
{
    const struct blob_options none = {0};
    struct writer w = {0};
    nte_status status;

    if (!save) return NTE_SUCCESS;
    status = save(material, &none, &w);
    if (!status && w.failed) status = NTE_NO_MEMORY;
    if (status)
    {
        writer_free(&w);
        return status;
    }
    part->data = w.data;            /* moves: stored_key_free frees it */
    part->size = w.used;
    return NTE_SUCCESS;
}

static nte_status describe_policies(const struct key *key, struct stored_key *stored)
{
    if (key->name && !(stored->name = u16_copy(key->name))) return NTE_NO_MEMORY;
    strcpy(stored->algorithm, key->alg->id);
    stored->key_spec = key->key_spec;
    stored->flags = key->flags & FLAG_MACHINE_KEY;
    stored->export_policy = key->export_policy;
    stored->key_usage = key->key_usage;
    return property_list_copy(&stored->properties, &key->stored);
}

nte_status key_describe(const struct key *key, const struct material *material, struct stored_key *stored)
{
    const struct family *family = material->family;
    nte_status status;

    if ((status = describe_policies(key, stored))) return status;
    if ((status = save_part(family->save_public, material, &stored->public_part))) return status;
    return save_part(family->save_private, material, &stored->private_part);
}

static nte_status create_stored(const struct key *key, struct stored_key *stored)
{
    return vault_of(&key->object)->create(key->store, key->unique, stored, !!(key->flags & FLAG_OVERWRITE_KEY));
}

/* Runs in state KEY_FINALIZING, in which nobody changes the key. */
static nte_status store_key(struct key *key, const struct material *material)
{
    uint8_t lock_key[LOCK_KEY_SIZE];
    struct stored_key stored = {0};
    nte_status status;

    status = key_describe(key, material, &stored);
    if (!status) status = key_lock_stored(key, &stored, lock_key);
    if (!status) status = create_stored(key, &stored);
    if (!status)
    {
        pthread_mutex_lock(&key->object.mutex);
        memcpy(key->id, stored.id, sizeof(key->id));
        key->modified = stored.modified;
        pthread_mutex_unlock(&key->object.mutex);
        known_password_replaced(key->store, key->unique, stored.id);
        key_keep_lock(key, &stored, lock_key);
    }
    wipe(lock_key, sizeof(lock_key));
    stored_key_free(&stored);
    return status;
}

/* From here to settle_finalized or key_prepared nobody else changes the key. */
static nte_status begin_finalizing(struct key *key)
{
    nte_status status = NTE_SUCCESS;

    pthread_mutex_lock(&key->object.mutex);
    if (key->state != KEY_NEW || key->removed) status = NTE_INVALID_HANDLE;     /* row 4.2 */
    else key->state = KEY_FINALIZING;
    pthread_mutex_unlock(&key->object.mutex);
    return status;
}

/* What was imported, or else new numbers, which are not the key's yet; *generated says which. */
static nte_status make_material(struct key *key, struct material **material, int *generated)
{
    *material = key->material;
    if ((*generated = !*material)) return key->alg->family->generate(key->alg, key->bits, &key->parameters, material);
    return NTE_SUCCESS;
}

nte_status key_prepare(struct key *key, const struct material **material)
{
    struct material *made;
    nte_status status;
    int generated;

    if (vault_of(&key->object)->make) return NTE_NOT_SUPPORTED;     /* its numbers are nowhere else */
    if ((status = begin_finalizing(key))) return status;
    if ((status = make_material(key, &made, &generated)))
    {
        key_prepared(key);
        return status;
    }
    pthread_mutex_lock(&key->object.mutex);
    key->material = made;
    key->bits = made->bits;
    pthread_mutex_unlock(&key->object.mutex);
    *material = made;
    return NTE_SUCCESS;
}

void key_prepared(struct key *key)
{
    pthread_mutex_lock(&key->object.mutex);
    key->state = KEY_NEW;
    pthread_mutex_unlock(&key->object.mutex);
}

/* The end of key_finalize. A key that was deleted meanwhile leaves nothing behind. */
static nte_status settle_finalized(struct key *key, struct material *material, nte_status status)
{
    struct material *imported = NULL;
    int removed;

    pthread_mutex_lock(&key->object.mutex);
    removed = key->removed;
    if (!status && !removed)
    {
        if (key->material != material) imported = key->material;
        key->material = material;
        key->bits = material->bits;
        key_settle_protection(key, 0);
    }
    key->state = status || removed ? KEY_NEW : KEY_FINAL;
    pthread_mutex_unlock(&key->object.mutex);
    if (imported) imported->family->free(imported);         /* the vault has the numbers now */
    if (status || !removed) return status;
    if (key->store) key_remove_stored(key, material);
    return NTE_INVALID_HANDLE;
}

/* The vault generates or takes over the key, and says what became of it. */
static nte_status make_in_vault(struct key *key, struct material **material)
{
    struct new_key new = {key->alg, key->bits, &key->parameters, key->material, !!(key->flags & FLAG_OVERWRITE_KEY)};
    struct store *store = provider_scope(key->object.provider, key->flags);
    struct stored_key stored = {0};
    nte_status status;

    status = describe_policies(key, &stored);
    if (!status) status = vault_of(&key->object)->make(store, &new, key->unique, &stored);
    if (!status)
    {
        pthread_mutex_lock(&key->object.mutex);
        memcpy(key->id, stored.id, sizeof(key->id));
        key->modified = stored.modified;
        key->export_policy = stored.export_policy;
        key->key_usage = stored.key_usage;
        pthread_mutex_unlock(&key->object.mutex);
        *material = stored.material;
        stored.material = NULL;
    }
    stored_key_free(&stored);
    return status;
}

/* Public keys have nothing to keep, wherever the others are. */
static int is_made_in_vault(const struct key *key)
{
    return vault_of(&key->object)->make && (!key->material || key->material->has_private);
}

static nte_status make_and_store(struct key *key, struct material **material, int *made)
{
    nte_status status;

    if (is_made_in_vault(key))
    {
        status = make_in_vault(key, material);
        *made = !status;
        return status;
    }
    if ((status = make_material(key, material, made)) || !key->store) return status;
    return store_key(key, *material);
}

#define FINALIZE_FLAGS (FLAG_NO_KEY_VALIDATION | FLAG_SILENT)

nte_status key_finalize(struct key *key, uint32_t flags)
{
    struct material *material = NULL;
    nte_status status;
    int made = 0;

    if (flags & ~FINALIZE_FLAGS) return NTE_BAD_FLAGS;
    if ((status = begin_finalizing(key))) return status;

    status = key_check_protection(key);
    if (!status) status = make_and_store(key, &material, &made);

    status = settle_finalized(key, material, status);
    if (status && made && material) material->family->free(material);
    return status;
}
