/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What two keys agreed upon: the object behind a secret handle; see agreement.h. */
#include "key/agreement.h"

void agreement_free(struct agreement *agreement)
{
    writer_free(&agreement->z);
    object_fini(&agreement->object);
    secret_free(agreement);
}

static void free_object(struct object *object)
{
    agreement_free((struct agreement *)object);
}

static nte_status agreement_new(const struct key_use *own, struct agreement **agreement)
{
    struct agreement *new;
    nte_status status;

    if (!(new = secret_alloc(sizeof(*new)))) return NTE_NO_MEMORY;
    if ((status = object_init(&new->object, OBJECT_SECRET, free_object, own->key->object.provider)))
    {
        secret_free(new);
        return status;
    }
    new->alg = own->material->alg;
    new->bits = own->material->bits;
    *agreement = new;
    return NTE_SUCCESS;
}

/* ECDSA keys have the numbers for it but are not meant for it (row 10.33). */
static int can_agree(const struct material *material)
{
    return material->family->agree && (material->alg->operations & OPERATION_SECRET_AGREEMENT);
}

static int same_kind(const struct material *a, const struct material *b)
{
    return material_numbers(a)->family == material_numbers(b)->family;
}

static nte_status agree(struct key_use *own, const struct key_use *peer, struct agreement **agreement)
{
    struct agreement *new;
    nte_status status;

    if (!can_agree(own->material)) return NTE_NOT_SUPPORTED;
    if ((status = key_use_private(own))) return status;
    if (!can_agree(peer->material) || !same_kind(own->material, peer->material)) return NTE_INVALID_PARAMETER;

    if ((status = agreement_new(own, &new))) return status;
    status = own->family->agree(own->material, material_numbers(peer->material), &new->z);
    if (!status && new->z.failed) status = NTE_NO_MEMORY;
    if (status) agreement_free(new);
    else *agreement = new;
    return status;
}

nte_status agreement_make(struct key *own, struct key *peer, uint32_t flags, struct agreement **agreement)
{
    struct key_use ours, theirs;
    nte_status status;

    if (flags & ~FLAG_SILENT) return NTE_BAD_FLAGS;
    if ((status = key_begin(own, USAGE_KEY_AGREEMENT, &ours))) return status;
    if ((status = key_begin(peer, 0, &theirs))) return key_end(&ours, status);
    return key_end(&ours, key_end(&theirs, agree(&ours, &theirs, agreement)));
}
