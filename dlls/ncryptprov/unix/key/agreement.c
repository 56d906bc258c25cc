/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What two keys agreed upon: the object behind a secret handle; see agreement.h. */
#include "key/agreement.h"

void agreement_free(struct agreement *agreement)
{
    writer_free(&agreement->z);
    object_fini(&agreement->object);
    secret_free(agreement);
}

static nte_status agreement_new(const struct material *own, struct agreement **agreement)
{
    struct agreement *new;
    nte_status status;

    if (!(new = secret_alloc(sizeof(*new)))) return NTE_NO_MEMORY;
    if ((status = object_init(&new->object, OBJECT_SECRET)))
    {
        secret_free(new);
        return status;
    }
    new->alg = own->alg;
    new->bits = own->bits;
    *agreement = new;
    return NTE_SUCCESS;
}

/* ECDSA keys have the numbers for it and are not meant for it (row 10.33). */
static int can_agree(const struct algorithm *alg)
{
    return alg->family->agree && (alg->operations & OPERATION_SECRET_AGREEMENT);
}

nte_status agreement_make(struct key *own, struct key *peer, uint32_t flags, struct agreement **agreement)
{
    const struct material *private, *public;
    struct agreement *new;
    nte_status status;

    if (flags & ~FLAG_SILENT) return NTE_BAD_FLAGS;
    if ((status = key_material(own, &private)) || (status = key_material(peer, &public))) return status;
    if (!can_agree(own->alg)) return NTE_NOT_SUPPORTED;
    if ((status = key_check_private(own, USAGE_KEY_AGREEMENT, &private))) return status;
    if (!can_agree(peer->alg) || peer->alg->family != own->alg->family) return NTE_INVALID_PARAMETER;

    if ((status = agreement_new(private, &new))) return status;
    status = own->alg->family->agree(private, public, &new->z);
    if (!status && new->z.failed) status = NTE_NO_MEMORY;
    if (status) agreement_free(new);
    else *agreement = new;
    return status;
}
