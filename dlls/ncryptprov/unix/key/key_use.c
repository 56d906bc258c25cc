/* SPDX-License-Identifier: LGPL-2.1-or-later
 * One operation with a key: one look at it under its lock and, for a chain, waiting its turn; see key.h. */
#include "key/key.h"

nte_status key_begin(struct key *key, uint32_t usage, struct key_use *use)
{
    enum key_state state;

    use->key = key;
    use->usage = usage & ~USE_CHAIN;
    use->chained = (usage & USE_CHAIN) && key->alg->family->cipher;
    if (use->chained) pthread_mutex_lock(&key->chain_mutex);

    pthread_mutex_lock(&key->object.mutex);
    state = key->state;
    use->material = key->material;
    use->allowed = key->key_usage;
    use->may_use = key_may_use(key);
    if (use->chained) use->chain = key->cipher;
    pthread_mutex_unlock(&key->object.mutex);

    use->family = state == KEY_FINAL ? use->material->family : NULL;
    if (state == KEY_FINAL) return NTE_SUCCESS;
    if (use->chained) pthread_mutex_unlock(&key->chain_mutex);
    return NTE_BAD_KEY_STATE;
}

nte_status key_end(struct key_use *use, nte_status status)
{
    if (!use->chained) return status;
    if (!status)
    {
        pthread_mutex_lock(&use->key->object.mutex);
        use->key->cipher = use->chain;
        pthread_mutex_unlock(&use->key->object.mutex);
    }
    pthread_mutex_unlock(&use->key->chain_mutex);
    return status;
}

static nte_status open_private(struct key_use *use)
{
    nte_status status;

    if (use->may_use) return NTE_SUCCESS;
    return (status = key_open_private(use->key)) ? status : key_material(use->key, &use->material);
}

nte_status key_use_private(struct key_use *use)
{
    nte_status status;

    if (!(use->allowed & use->usage)) return NTE_PERM;
    if ((status = open_private(use))) return status;
    return use->material->has_private ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

nte_status key_material(struct key *key, const struct material **material)
{
    struct key_use use;
    nte_status status = key_begin(key, 0, &use);

    *material = use.material;
    return status;
}

nte_status key_private(struct key *key, const struct material **material)
{
    struct key_use use;
    nte_status status;

    if (!(status = key_begin(key, 0, &use))) status = open_private(&use);
    *material = use.material;
    return status;
}
