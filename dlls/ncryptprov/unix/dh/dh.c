/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Diffie-Hellman keys: made from random numbers, from the numbers of a blob, from our own key file; agreement; see
 * dh.h. */
#include <string.h>

#include "dh/dh.h"
#include "number/modp.h"

static struct dh_key *alloc_key(size_t size)
{
    mp_size_t count = limbs_for_bytes(size);
    struct dh_key *key;

    if (!(key = secret_alloc(sizeof(*key) + 4 * count * LIMB_BYTES))) return NULL;
    key->material.family = &dh_family;
    key->size = size;
    key->count = count;
    key->p = key->limbs;
    key->g = key->p + count;
    key->y = key->g + count;
    key->x = key->y + count;
    return key;
}

void dh_free(struct dh_key *key)
{
    secret_free(key);
}

/* p and g; the rest of the numbers is zero. */
static nte_status start_key(const struct dh_numbers *numbers, struct dh_key **key)
{
    struct bytes p = trim_number(numbers->p);
    size_t bits = number_bits(p);
    struct dh_key *k;

    if (bits < DH_MIN_BITS || bits > DH_MAX_BITS) return NTE_INVALID_PARAMETER;
    if (!(k = alloc_key(p.size))) return NTE_NO_MEMORY;
    k->material.bits = bits;
    limbs_from_bytes(k->p, k->count, p);
    if ((k->p[0] & 1) && modp_take(k->g, k->count, numbers->g) && modp_is_proper(k->g, k->p, k->count))
    {
        *key = k;
        return NTE_SUCCESS;
    }
    dh_free(k);
    return NTE_INVALID_PARAMETER;
}

nte_status dh_check_group(const struct dh_numbers *numbers, uint32_t *bits)
{
    struct dh_key *key;
    nte_status status;

    if ((status = start_key(numbers, &key))) return status;
    *bits = key->material.bits;
    dh_free(key);
    return NTE_SUCCESS;
}

static int take_y(struct dh_key *key, struct bytes y)
{
    return modp_take(key->y, key->count, y) && modp_is_proper(key->y, key->p, key->count);
}

/* Below p - 1. Compared with p instead, p - 1 would pass as well, and so would 0. */
static int take_x(struct dh_key *key, struct bytes x)
{
    int fits = modp_take(key->x, key->count, x), in_range;

    key->p[0] ^= 1;
    in_range = modp_is_unit(key->x, key->p, key->count);
    key->p[0] ^= 1;
    key->material.has_private = 1;
    return fits & in_range;
}

nte_status dh_import_public(const struct dh_numbers *numbers, struct dh_key **key)
{
    struct dh_key *k;
    nte_status status;

    if ((status = start_key(numbers, &k))) return status;
    if (take_y(k, numbers->y))
    {
        *key = k;
        return NTE_SUCCESS;
    }
    dh_free(k);
    return NTE_INVALID_PARAMETER;
}

static nte_status power(const struct dh_key *key, mp_limb_t *result, const mp_limb_t *base)
{
    return modp_power_secret(result, base, key->x, key->material.bits, key->p, key->count);
}

/* y = g ^ x; if one was given, it is the same. */
static nte_status make_y(struct dh_key *key, struct bytes given)
{
    nte_status status;
    mp_limb_t *made;

    if (!(made = secret_alloc(key->count * LIMB_BYTES))) return NTE_NO_MEMORY;
    status = power(key, made, key->g);
    if (!status && !modp_is_proper(made, key->p, key->count)) status = NTE_INVALID_PARAMETER;
    if (!status && given.size && !(take_y(key, given) && equal_secret(made, key->y, key->count * LIMB_BYTES)))
        status = NTE_INVALID_PARAMETER;
    if (!status) memcpy(key->y, made, key->count * LIMB_BYTES);
    secret_free(made);
    return status;
}

nte_status dh_import_private(const struct dh_numbers *numbers, struct dh_key **key)
{
    struct dh_key *k;
    nte_status status;

    if ((status = start_key(numbers, &k))) return status;
    status = take_x(k, numbers->x) ? make_y(k, numbers->y) : NTE_INVALID_PARAMETER;
    if (status) dh_free(k);
    else *key = k;
    return status;
}

nte_status dh_import_trusted(const struct dh_numbers *numbers, struct dh_key **key)
{
    struct dh_key *k;
    nte_status status;

    if ((status = start_key(numbers, &k))) return status;
    if (take_x(k, numbers->x) && take_y(k, numbers->y))
    {
        *key = k;
        return NTE_SUCCESS;
    }
    dh_free(k);
    return NTE_INVALID_PARAMETER;
}

static nte_status draw_x(struct dh_key *key, struct random_source *random)
{
    nte_status status;

    key->p[0] ^= 1;
    status = modp_draw(random, key->x, key->p, key->count, key->material.bits);
    key->p[0] ^= 1;
    return status;
}

/* In a useful group the power is practically never 1 or p - 1; in one that yields nothing else we give up. */
#define MAX_TRIES 32

nte_status dh_generate(const struct dh_numbers *numbers, struct dh_key **key)
{
    struct random_source random = {.for_key = 1};
    struct bytes none = {NULL, 0};
    struct dh_key *k;
    nte_status status;
    int tries = 0;

    if ((status = start_key(numbers, &k))) return status;
    k->material.has_private = 1;
    do
    {
        if (!(status = draw_x(k, &random))) status = make_y(k, none);
    } while (status == NTE_INVALID_PARAMETER && ++tries < MAX_TRIES);
    if (status) dh_free(k);
    else *key = k;
    return status;
}

static const struct dh_key *key_of(const struct material *material)
{
    return (const struct dh_key *)material;
}

static int same_group(const struct dh_key *a, const struct dh_key *b)
{
    size_t size = a->count * LIMB_BYTES;

    return a->count == b->count && !memcmp(a->p, b->p, size) && !memcmp(a->g, b->g, size);
}

size_t dh_secret_size(const struct material *own)
{
    return key_of(own)->size;
}

nte_status dh_agree(const struct material *own, const struct material *peer, uint8_t *secret)
{
    const struct dh_key *key = key_of(own);
    mp_limb_t *shared;
    nte_status status;

    if (!own->has_private || !same_group(key, key_of(peer))) return NTE_INVALID_PARAMETER;
    if (!(shared = secret_alloc(key->count * LIMB_BYTES))) return NTE_NO_MEMORY;
    status = power(key, shared, key_of(peer)->y);
    if (!status && !modp_is_proper(shared, key->p, key->count)) status = NTE_INVALID_PARAMETER;
    if (!status) limbs_to_bytes(secret, key->size, shared, key->count);
    secret_free(shared);
    return status;
}
