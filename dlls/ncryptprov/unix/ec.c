/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys on elliptic curves over nettle; see ec.h. Scalars stay in our own memory, as limbs, and so does the
 * scratch of each signature, because nettle would not wipe them. */
#include <string.h>

#include <nettle/ecc.h>
#include <nettle/ecdsa.h>

#include "ec.h"
#include "limbs.h"
#include "random.h"

#define MAX_LIMBS ((EC_MAX_SIZE + LIMB_BYTES - 1) / LIMB_BYTES)

struct ec_native
{
    struct ecc_point point;
    mp_limb_t d[MAX_LIMBS];
};

static const struct ecc_curve *backend(const struct curve *curve)
{
    return curve->backend();
}

static struct ec_key *alloc_key(const struct algorithm *alg)
{
    struct ec_key *key;

    if (!(key = secret_alloc(sizeof(*key)))) return NULL;
    if (!(key->native = secret_alloc(sizeof(*key->native))))
    {
        secret_free(key);
        return NULL;
    }
    key->material.alg = alg;
    key->material.bits = alg->curve->bits;
    key->curve = alg->curve;
    ecc_point_init(&key->native->point, backend(key->curve));
    return key;
}

void ec_free(struct ec_key *key)
{
    if (!key) return;
    ecc_point_clear(&key->native->point);
    secret_free(key->native);
    secret_free(key);
}

/* 1 when 0 < scalar < order. */
static int take_scalar(const struct curve *curve, mp_limb_t *scalar, const uint8_t *data)
{
    struct bytes number = {data, curve->size}, order = {curve->order, curve->size};
    mp_limb_t limit[MAX_LIMBS];

    limbs_from_bytes(scalar, MAX_LIMBS, number);
    limbs_from_bytes(limit, MAX_LIMBS, order);
    return limbs_less(scalar, limit, MAX_LIMBS) & !limbs_zero(scalar, MAX_LIMBS);
}

static nte_status draw_scalar(const struct curve *curve, struct random_source *random, mp_limb_t *scalar)
{
    uint8_t data[EC_MAX_SIZE];

    do
    {
        random_fill(random, curve->size, data);
        data[0] &= 0xff >> (8 * curve->size - curve->bits);
    } while (!take_scalar(curve, scalar, data));
    wipe(data, sizeof(data));
    return random->failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}

static int set_point(struct ec_key *key)
{
    mpz_t x, y;
    int valid;

    mpz_init(x);
    mpz_init(y);
    mpz_import(x, key->curve->size, 1, 1, 0, 0, key->x);
    mpz_import(y, key->curve->size, 1, 1, 0, 0, key->y);
    valid = ecc_point_set(&key->native->point, x, y);
    mpz_clear(x);
    mpz_clear(y);
    return valid;
}

/* x, y = scalar * base point */
static void multiply_base(const struct curve *curve, mp_limb_t *scalar, struct ecc_point *point, uint8_t *x,
                          uint8_t *y)
{
    struct ecc_scalar factor = {backend(curve), scalar};
    mpz_t mx, my;

    ecc_point_mul_g(point, &factor);
    mpz_init(mx);
    mpz_init(my);
    ecc_point_get(point, mx, my);
    limbs_to_bytes(x, curve->size, mpz_limbs_read(mx), mpz_size(mx));
    limbs_to_bytes(y, curve->size, mpz_limbs_read(my), mpz_size(my));
    mpz_clear(mx);
    mpz_clear(my);
}

static int belongs(struct ec_key *key)
{
    uint8_t x[EC_MAX_SIZE], y[EC_MAX_SIZE];
    struct ecc_point point;

    ecc_point_init(&point, backend(key->curve));
    multiply_base(key->curve, key->native->d, &point, x, y);
    ecc_point_clear(&point);
    return equal_secret(x, key->x, key->curve->size) && equal_secret(y, key->y, key->curve->size);
}

nte_status ec_generate(const struct algorithm *alg, struct ec_key **key)
{
    struct random_source random = {.for_key = 1};
    const struct curve *curve = alg->curve;
    struct ec_key *k;
    nte_status status;

    if (!(k = alloc_key(alg))) return NTE_NO_MEMORY;
    k->material.has_private = 1;
    if ((status = draw_scalar(curve, &random, k->native->d)))
    {
        ec_free(k);
        return status;
    }
    limbs_to_bytes(k->d, curve->size, k->native->d, MAX_LIMBS);
    multiply_base(curve, k->native->d, &k->native->point, k->x, k->y);
    *key = k;
    return NTE_SUCCESS;
}

nte_status ec_import_public(const struct algorithm *alg, const uint8_t *x, const uint8_t *y, struct ec_key **key)
{
    struct ec_key *k;

    if (!(k = alloc_key(alg))) return NTE_NO_MEMORY;
    memcpy(k->x, x, k->curve->size);
    memcpy(k->y, y, k->curve->size);
    if (!set_point(k))
    {
        ec_free(k);
        return NTE_INVALID_PARAMETER;
    }
    *key = k;
    return NTE_SUCCESS;
}

nte_status ec_import_trusted(const struct algorithm *alg, const uint8_t *x, const uint8_t *y, const uint8_t *d,
                             struct ec_key **key)
{
    struct ec_key *k;
    nte_status status;

    if ((status = ec_import_public(alg, x, y, &k))) return status;
    if (!take_scalar(k->curve, k->native->d, d))
    {
        ec_free(k);
        return NTE_INVALID_PARAMETER;
    }
    memcpy(k->d, d, k->curve->size);
    k->material.has_private = 1;
    *key = k;
    return NTE_SUCCESS;
}

nte_status ec_import_private(const struct algorithm *alg, const uint8_t *x, const uint8_t *y, const uint8_t *d,
                             struct ec_key **key)
{
    struct ec_key *k;
    nte_status status;

    if ((status = ec_import_trusted(alg, x, y, d, &k))) return status;
    if (!belongs(k))
    {
        ec_free(k);
        return NTE_INVALID_PARAMETER;
    }
    *key = k;
    return NTE_SUCCESS;
}

nte_status ec_import_scalar(const struct algorithm *alg, const uint8_t *d, struct ec_key **key)
{
    struct ec_key *k;

    if (!(k = alloc_key(alg))) return NTE_NO_MEMORY;
    if (!take_scalar(k->curve, k->native->d, d))
    {
        ec_free(k);
        return NTE_INVALID_PARAMETER;
    }
    memcpy(k->d, d, k->curve->size);
    k->material.has_private = 1;
    multiply_base(k->curve, k->native->d, &k->native->point, k->x, k->y);
    *key = k;
    return NTE_SUCCESS;
}

struct signing
{
    mp_limb_t nonce[MAX_LIMBS], r[MAX_LIMBS], s[MAX_LIMBS];
    mp_limb_t scratch[];
};

nte_status ec_sign(const struct ec_key *key, struct bytes digest, uint8_t *signature)
{
    const struct ecc_curve *ecc = backend(key->curve);
    struct random_source random = {.for_key = 0};
    mp_size_t count = ecc_size(ecc);
    uint32_t size = key->curve->size;
    struct signing *w;
    nte_status status;

    if (!(w = secret_alloc(sizeof(*w) + ecc_ecdsa_sign_itch(ecc) * LIMB_BYTES))) return NTE_NO_MEMORY;
    do
    {
        if ((status = draw_scalar(key->curve, &random, w->nonce))) break;
        ecc_ecdsa_sign(ecc, key->native->d, w->nonce, digest.size, digest.data, w->r, w->s, w->scratch);
    } while (limbs_zero(w->r, count) || limbs_zero(w->s, count));
    if (!status)
    {
        limbs_to_bytes(signature, size, w->r, count);
        limbs_to_bytes(signature + size, size, w->s, count);
    }
    secret_free(w);
    return status;
}

nte_status ec_verify(const struct ec_key *key, struct bytes digest, const uint8_t *signature)
{
    const struct ecc_curve *ecc = backend(key->curve);
    mp_limb_t r[MAX_LIMBS], s[MAX_LIMBS], *scratch;
    int valid;

    if (!take_scalar(key->curve, r, signature)) return NTE_BAD_SIGNATURE;
    if (!take_scalar(key->curve, s, signature + key->curve->size)) return NTE_BAD_SIGNATURE;
    if (!(scratch = secret_alloc(ecc_ecdsa_verify_itch(ecc) * LIMB_BYTES))) return NTE_NO_MEMORY;
    valid = ecc_ecdsa_verify(ecc, key->native->point.p, digest.size, digest.data, r, s, scratch);
    secret_free(scratch);
    return valid ? NTE_SUCCESS : NTE_BAD_SIGNATURE;
}
