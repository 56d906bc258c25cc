/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys on elliptic curves; see ec.h. The arithmetic is in the backends. */
#include <string.h>

#include "ec/ec_backend.h"

static const struct ec_backend *backend_for(const struct curve *curve)
{
    const struct ec_backend *faster = curve->faster ? curve->faster() : NULL;

    return faster ? faster : curve->backend;
}

static nte_status alloc_key(struct ec_group *group, struct ec_key **key)
{
    struct ec_key *k;
    nte_status status;

    if (!(k = secret_alloc(sizeof(*k))))
    {
        ec_group_free(group);
        return NTE_NO_MEMORY;
    }
    k->material.alg = group->alg;
    k->material.family = &ec_family;
    k->material.bits = group->curve->bits;
    k->curve = group->curve;
    k->group = *group;
    k->backend = backend_for(k->curve);
    if (k->backend->open && (status = k->backend->open(k)))
    {
        ec_group_free(&k->group);
        secret_free(k);
        return status;
    }
    *key = k;
    return NTE_SUCCESS;
}

void ec_free(struct ec_key *key)
{
    if (!key) return;
    if (key->native) key->backend->close(key);
    ec_group_free(&key->group);
    secret_free(key);
}

static nte_status take_point(struct ec_key *key, const uint8_t *x, const uint8_t *y)
{
    memcpy(key->x, x, key->curve->size);
    memcpy(key->y, y, key->curve->size);
    return key->backend->take_point(key);
}

static nte_status take_scalar(struct ec_key *key, const uint8_t *d)
{
    memcpy(key->d, d, key->curve->size);
    key->material.has_private = 1;
    return key->backend->take_scalar(key);
}

static nte_status make_point(struct ec_key *key)
{
    uint8_t x[EC_MAX_SIZE] = {0}, y[EC_MAX_SIZE] = {0};
    nte_status status;

    if ((status = key->backend->make_point(key, x, y))) return status;
    return take_point(key, x, y);
}

/* No curve here contains this point, so it stands for a missing one. */
static int is_zero_point(const struct ec_key *key, const uint8_t *x, const uint8_t *y)
{
    static const uint8_t zero[EC_MAX_SIZE];

    return !memcmp(x, zero, key->curve->size) && !memcmp(y, zero, key->curve->size);
}

static nte_status fill(struct ec_key *key, const uint8_t *x, const uint8_t *y, const uint8_t *d,
                       enum ec_check check)
{
    nte_status status;

    if (x && d && check == EC_CHECKED && is_zero_point(key, x, y)) x = NULL;
    if (x && (status = take_point(key, x, y))) return status;
    if (!d) return NTE_SUCCESS;
    if ((status = take_scalar(key, d))) return status;
    return x && check == EC_TRUSTED ? NTE_SUCCESS : make_point(key);
}

nte_status ec_new(struct ec_group *group, const uint8_t *x, const uint8_t *y, const uint8_t *d,
                  enum ec_check check, struct ec_key **key)
{
    struct ec_key *k;
    nte_status status;

    if ((status = alloc_key(group, &k))) return status;
    if ((status = fill(k, x, y, d, check)))
    {
        ec_free(k);
        return status;
    }
    *key = k;
    return NTE_SUCCESS;
}

/* On curve25519 every byte string is a scalar. */
static nte_status draw(const struct curve *curve, uint8_t *d)
{
    struct random_source random = {.for_key = 1};
    mp_limb_t scalar[EC_LIMBS];
    struct scalar_range range;
    struct ec_numbers numbers;
    nte_status status;

    if (!curve_has_numbers(curve))
    {
        random_fill(&random, curve->size, d);
        return random.failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
    }
    curve_numbers(curve, &numbers);
    scalar_range_init(&range, &numbers);
    status = scalar_draw(&range, &random, scalar);
    limbs_to_bytes(d, curve->size, scalar, EC_LIMBS);
    wipe(scalar, sizeof(scalar));
    return status;
}

nte_status ec_new_random(struct ec_group *group, struct ec_key **key)
{
    const struct curve *curve = group->curve;
    uint8_t d[EC_MAX_SIZE];
    nte_status status;

    if ((status = draw(curve, d)))
    {
        wipe(d, sizeof(d));
        ec_group_free(group);
        return status;
    }
    if (curve->backend->shape_scalar) curve->backend->shape_scalar(d);
    status = ec_new(group, NULL, NULL, d, EC_CHECKED, key);
    wipe(d, sizeof(d));
    return status;
}

nte_status ec_sign(const struct ec_key *key, struct bytes digest, uint8_t *signature)
{
    if (!key->backend->sign) return NTE_NOT_SUPPORTED;
    return key->backend->sign(key, digest, signature);
}

nte_status ec_verify(const struct ec_key *key, struct bytes digest, const uint8_t *signature)
{
    if (!key->backend->verify) return NTE_NOT_SUPPORTED;
    return key->backend->verify(key, digest, signature);
}

nte_status ec_agree(const struct ec_key *key, const struct ec_key *peer, uint8_t *secret)
{
    if (!curve_equal(key->curve, peer->curve)) return NTE_INVALID_PARAMETER;
    return key->backend->agree(key, peer, secret);
}
