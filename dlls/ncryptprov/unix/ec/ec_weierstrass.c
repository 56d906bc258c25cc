/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The curves that we compute ourselves; see ec_backend.h. Nothing is stored with a key: setting up a curve costs a
 * hundredth of an operation on it. Every secret is in one block of memory, which is wiped. */
#include <string.h>

#include "ec/ec_backend.h"
#include "ec/weierstrass.h"

struct computation
{
    struct weierstrass *w;
    struct scalar_range range;
    struct point point;
    number d, k, e, r, s;
};

static struct computation *begin(const struct ec_key *key)
{
    struct computation *c = secret_alloc(sizeof(*c));
    struct ec_numbers numbers;

    if (!c) return NULL;
    curve_numbers(key->curve, &numbers);
    scalar_range_init(&c->range, &numbers);
    if (!(c->w = weierstrass_open(&numbers)))
    {
        secret_free(c);
        return NULL;
    }
    return c;
}

static void end(struct computation *c)
{
    weierstrass_close(c->w);
    secret_free(c);
}

static nte_status weierstrass_take_point(struct ec_key *key)
{
    struct computation *c = begin(key);
    int valid;

    if (!c) return NTE_NO_MEMORY;
    valid = weierstrass_take(c->w, key->x, key->y, &c->point);
    end(c);
    return valid ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status weierstrass_take_scalar(struct ec_key *key)
{
    struct computation *c = begin(key);
    int valid;

    if (!c) return NTE_NO_MEMORY;
    valid = scalar_take(&c->range, c->d, key->d);
    end(c);
    return valid ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

/* x, y = d * point */
static void multiply(struct computation *c, const struct ec_key *key, const struct point *point, uint8_t *x,
                     uint8_t *y)
{
    const struct term term = {point, c->d};

    scalar_take(&c->range, c->d, key->d);
    weierstrass_multiply(c->w, &term, 1, c->r, c->s);
    limbs_to_bytes(x, key->curve->size, c->r, MODULUS_LIMBS);
    if (y) limbs_to_bytes(y, key->curve->size, c->s, MODULUS_LIMBS);
}

static nte_status weierstrass_make_point(const struct ec_key *key, uint8_t *x, uint8_t *y)
{
    struct computation *c = begin(key);

    if (!c) return NTE_NO_MEMORY;
    multiply(c, key, &c->w->base, x, y);
    end(c);
    return NTE_SUCCESS;
}

/* The order is prime: the product is never infinity. */
static nte_status weierstrass_agree(const struct ec_key *key, const struct ec_key *peer, uint8_t *secret)
{
    struct computation *c = begin(key);
    int valid;

    if (!c) return NTE_NO_MEMORY;
    valid = weierstrass_take(c->w, peer->x, peer->y, &c->point);
    if (valid) multiply(c, key, &c->point, secret, NULL);
    end(c);
    return valid ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

/* 1 when a number is short enough for a signature, and not zero. */
static int fits(const number r, uint32_t size)
{
    uint8_t bytes[sizeof(number)], any = 0;
    size_t i;

    limbs_to_bytes(bytes, sizeof(bytes), r, MODULUS_LIMBS);
    for (i = 0; i < sizeof(bytes) - size; i++) any |= bytes[i];
    return !any && !limbs_zero(r, MODULUS_LIMBS);
}

static nte_status weierstrass_sign(const struct ec_key *key, struct bytes digest, uint8_t *signature)
{
    struct random_source random = {.for_key = 0};
    uint32_t size = key->curve->size;
    struct computation *c;
    nte_status status;

    if (!(c = begin(key))) return NTE_NO_MEMORY;
    scalar_take(&c->range, c->d, key->d);
    ecdsa_digest(c->w, digest, c->e);
    do
    {
        if ((status = scalar_draw(&c->range, &random, c->k))) break;
        ecdsa_sign(c->w, c->d, c->k, c->e, c->r, c->s);
    } while (!fits(c->r, size) || !fits(c->s, size));
    if (!status)
    {
        limbs_to_bytes(signature, size, c->r, MODULUS_LIMBS);
        limbs_to_bytes(signature + size, size, c->s, MODULUS_LIMBS);
    }
    end(c);
    return status;
}

static int is_valid(struct computation *c, const struct ec_key *key, struct bytes digest, const uint8_t *signature)
{
    if (!scalar_take(&c->range, c->r, signature)) return 0;
    if (!scalar_take(&c->range, c->s, signature + key->curve->size)) return 0;
    if (!weierstrass_take(c->w, key->x, key->y, &c->point)) return 0;
    ecdsa_digest(c->w, digest, c->e);
    return ecdsa_verify(c->w, &c->point, c->e, c->r, c->s);
}

static nte_status weierstrass_verify(const struct ec_key *key, struct bytes digest, const uint8_t *signature)
{
    struct computation *c = begin(key);
    int valid;

    if (!c) return NTE_NO_MEMORY;
    valid = is_valid(c, key, digest, signature);
    end(c);
    return valid ? NTE_SUCCESS : NTE_BAD_SIGNATURE;
}

const struct ec_backend ec_backend_weierstrass =
{
    .take_point = weierstrass_take_point,
    .take_scalar = weierstrass_take_scalar,
    .make_point = weierstrass_make_point,
    .sign = weierstrass_sign,
    .verify = weierstrass_verify,
    .agree = weierstrass_agree,
};
