/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptEnumKeys: a walk over the keys of one scope. */
#include "key/key.h"

struct key_enum
{
    struct object object;
    struct store_list *list;
};

static void free_object(struct object *object)
{
    key_enum_free((struct key_enum *)object);
}

nte_status key_enum_open(const struct provider_class *provider, const uint16_t *part, uint32_t flags,
                         struct key_enum **key_enum)
{
    struct key_enum *new;
    nte_status status;

    if (flags & ~(FLAG_MACHINE_KEY | FLAG_SILENT)) return NTE_BAD_FLAGS;
    if (!(new = secret_alloc(sizeof(*new)))) return NTE_NO_MEMORY;
    if ((status = object_init(&new->object, OBJECT_KEY_ENUM, free_object, provider)))
    {
        secret_free(new);
        return status;
    }
    if ((status = provider->vault->list_open(provider_scope(provider, flags), part, &new->list)))
    {
        key_enum_free(new);
        return status;
    }
    *key_enum = new;
    return NTE_SUCCESS;
}

nte_status key_enum_next(struct key_enum *key_enum, struct stored_key *stored)
{
    nte_status status;

    pthread_mutex_lock(&key_enum->object.mutex);
    status = vault_of(&key_enum->object)->list_next(key_enum->list, stored);
    pthread_mutex_unlock(&key_enum->object.mutex);
    return status;
}

void key_enum_free(struct key_enum *key_enum)
{
    if (key_enum->list) vault_of(&key_enum->object)->list_close(key_enum->list);
    object_fini(&key_enum->object);
    secret_free(key_enum);
}
