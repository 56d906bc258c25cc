/* SPDX-License-Identifier: LGPL-2.1-or-later
 * curve25519 (RFC 7748) over nettle; see ec_backend.h. Such keys can only agree. */
#include <string.h>

#include <nettle/curve25519.h>

#include "ec/ec_backend.h"

/* An agreement can be tried with every x; there is no y. */
static nte_status x25519_take_point(struct ec_key *key)
{
    static const uint8_t zero[CURVE25519_SIZE];

    return memcmp(key->y, zero, sizeof(zero)) ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

/* Stored as it was given; nettle sets and clears the required bits while it computes. */
static nte_status x25519_take_scalar(struct ec_key *key)
{
    (void)key;
    return NTE_SUCCESS;
}

static void x25519_shape_scalar(uint8_t *d)
{
    d[0] &= 0xf8;
    d[CURVE25519_SIZE - 1] = (d[CURVE25519_SIZE - 1] & 0x7f) | 0x40;
}

static nte_status x25519_make_point(const struct ec_key *key, uint8_t *x, uint8_t *y)
{
    curve25519_mul_g(x, key->d);
    memset(y, 0, CURVE25519_SIZE);
    return NTE_SUCCESS;
}

static nte_status x25519_agree(const struct ec_key *key, const struct ec_key *peer, uint8_t *secret)
{
    static const uint8_t zero[CURVE25519_SIZE];

    curve25519_mul(secret, key->d, peer->x);
    return equal_secret(secret, zero, sizeof(zero)) ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

const struct ec_backend ec_backend_x25519 =
{
    .take_point = x25519_take_point,
    .take_scalar = x25519_take_scalar,
    .shape_scalar = x25519_shape_scalar,
    .make_point = x25519_make_point,
    .agree = x25519_agree,
};
