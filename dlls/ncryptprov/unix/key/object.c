/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the objects behind the handles have in common. */
#include "key/key.h"

nte_status object_init(struct object *object, enum object_type type, void (*free)(struct object *object),
                       const struct provider_class *provider)
{
    if (pthread_mutex_init(&object->mutex, NULL)) return NTE_NO_MEMORY;
    object->type = type;
    object->free = free;
    object->provider = provider;
    return NTE_SUCCESS;
}

void object_fini(struct object *object)
{
    property_list_free(&object->local);
    pthread_mutex_destroy(&object->mutex);
}

const struct algorithm *provider_algorithm(const struct provider_class *provider, const uint16_t *id)
{
    return algorithm_in(provider->algorithms, id);
}

static void provider_free(struct object *object)
{
    object_fini(object);
    secret_free(object);
}

nte_status provider_open(const struct provider_class *class, struct provider **provider)
{
    struct provider *new;
    nte_status status;

    if (!(new = secret_alloc(sizeof(*new)))) return NTE_NO_MEMORY;
    if ((status = object_init(&new->object, OBJECT_PROVIDER, provider_free, class)))
    {
        secret_free(new);
        return status;
    }
    *provider = new;
    return NTE_SUCCESS;
}

void object_free(struct object *object)
{
    object->free(object);
}
