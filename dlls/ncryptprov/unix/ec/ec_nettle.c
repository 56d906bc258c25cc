/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The curves that nettle has; see ec_backend.h. Scalars stay in our own memory, as limbs, and so does the
 * scratch of each signature, because nettle would not wipe them. */
#include <string.h>

#include <nettle/ecc.h>
#include <nettle/ecdsa.h>

#include "ec/ec_backend.h"

struct ec_native
{
    struct scalar_range range;
    struct ecc_point point;
    mp_limb_t d[EC_LIMBS];
};

static const struct ecc_curve *nettle_curve(const struct ec_key *key)
{
    return key->curve->nettle();
}

static nte_status nettle_open(struct ec_key *key)
{
    struct ec_numbers numbers;

    if (!(key->native = secret_alloc(sizeof(*key->native)))) return NTE_NO_MEMORY;
    curve_numbers(key->curve, &numbers);
    scalar_range_init(&key->native->range, &numbers);
    ecc_point_init(&key->native->point, nettle_curve(key));
    return NTE_SUCCESS;
}

static void nettle_close(struct ec_key *key)
{
    ecc_point_clear(&key->native->point);
    secret_free(key->native);
    key->native = NULL;
}

static nte_status nettle_take_point(struct ec_key *key)
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
    return valid ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status nettle_take_scalar(struct ec_key *key)
{
    return scalar_take(&key->native->range, key->native->d, key->d) ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

/* Scalar times point, or times the base point when that is NULL. Coordinates may be a secret. */
static void multiply(const struct ec_key *key, const struct ecc_point *point, uint8_t *x, uint8_t *y)
{
    struct ecc_scalar factor = {nettle_curve(key), key->native->d};
    uint32_t size = key->curve->size;
    struct ecc_point product;
    mpz_t mx, my;

    ecc_point_init(&product, nettle_curve(key));
    if (point) ecc_point_mul(&product, &factor, point);
    else ecc_point_mul_g(&product, &factor);
    mpz_init(mx);
    mpz_init(my);
    ecc_point_get(&product, mx, my);
    limbs_to_bytes(x, size, mpz_limbs_read(mx), mpz_size(mx));
    limbs_to_bytes(y, size, mpz_limbs_read(my), mpz_size(my));
    mpz_wipe_clear(mx);
    mpz_wipe_clear(my);
    wipe(product.p, 2 * ecc_size(nettle_curve(key)) * LIMB_BYTES);
    ecc_point_clear(&product);
}

static nte_status nettle_make_point(const struct ec_key *key, uint8_t *x, uint8_t *y)
{
    multiply(key, NULL, x, y);
    return NTE_SUCCESS;
}

/* The order is prime: the product is never infinity. */
static nte_status nettle_agree(const struct ec_key *key, const struct ec_key *peer, uint8_t *secret)
{
    uint8_t y[EC_MAX_SIZE];

    multiply(key, &peer->native->point, secret, y);
    wipe(y, sizeof(y));
    return NTE_SUCCESS;
}

struct signing
{
    mp_limb_t nonce[EC_LIMBS], r[EC_LIMBS], s[EC_LIMBS];
    mp_limb_t scratch[];
};

static nte_status nettle_sign(const struct ec_key *key, struct bytes digest, uint8_t *signature)
{
    const struct ecc_curve *ecc = nettle_curve(key);
    struct random_source random = {.for_key = 0};
    mp_size_t count = ecc_size(ecc);
    uint32_t size = key->curve->size;
    struct signing *w;
    nte_status status;

    if (!(w = secret_alloc(sizeof(*w) + ecc_ecdsa_sign_itch(ecc) * LIMB_BYTES))) return NTE_NO_MEMORY;
    do
    {
        if ((status = scalar_draw(&key->native->range, &random, w->nonce))) break;
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

/* Before version 3.9 nettle adds the two points by a formula that fails when they are equal, and rejects the signature.
 * So what it rejects is computed again by formulas that hold for every pair. */
static nte_status nettle_verify(const struct ec_key *key, struct bytes digest, const uint8_t *signature)
{
    const struct scalar_range *range = &key->native->range;
    const struct ecc_curve *ecc = nettle_curve(key);
    mp_limb_t r[EC_LIMBS], s[EC_LIMBS], *scratch;
    int valid;

    if (!scalar_take(range, r, signature)) return NTE_BAD_SIGNATURE;
    if (!scalar_take(range, s, signature + key->curve->size)) return NTE_BAD_SIGNATURE;
    if (!(scratch = secret_alloc(ecc_ecdsa_verify_itch(ecc) * LIMB_BYTES))) return NTE_NO_MEMORY;
    valid = ecc_ecdsa_verify(ecc, key->native->point.p, digest.size, digest.data, r, s, scratch);
    secret_free(scratch);
    return valid ? NTE_SUCCESS : ec_backend_weierstrass.verify(key, digest, signature);
}

const struct ec_backend ec_backend_nettle =
{
    .open = nettle_open,
    .close = nettle_close,
    .take_point = nettle_take_point,
    .take_scalar = nettle_take_scalar,
    .make_point = nettle_make_point,
    .sign = nettle_sign,
    .verify = nettle_verify,
    .agree = nettle_agree,
};
