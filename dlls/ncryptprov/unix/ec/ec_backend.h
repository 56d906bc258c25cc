/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The backends that compute on a curve: nettle, our own code for P-256 and for the curves that nettle lacks, and
 * curve25519. A key is given to its backend with curve, x, y and d filled in as far as they are known. */
#ifndef ENGINE_EC_BACKEND_H
#define ENGINE_EC_BACKEND_H

#include "ec/ec.h"
#include "number/limbs.h"
#include "base/random.h"

#define EC_LIMBS ((EC_MAX_SIZE + sizeof(mp_limb_t) - 1) / sizeof(mp_limb_t))

struct ec_backend
{
    nte_status (*open)(struct ec_key *key);             /* sets key->native; NULL: there is none */
    void (*close)(struct ec_key *key);                  /* wipes and frees it */

    /* NTE_INVALID_PARAMETER unless key->x, key->y is on the curve, key->d in range. The point first. */
    nte_status (*take_point)(struct ec_key *key);
    nte_status (*take_scalar)(struct ec_key *key);

    void (*shape_scalar)(uint8_t *d);                   /* what else must be done to a new random d; NULL: nothing */
    nte_status (*make_point)(const struct ec_key *key, uint8_t *x, uint8_t *y);     /* of d */

    nte_status (*sign)(const struct ec_key *key, struct bytes digest, uint8_t *signature);
    nte_status (*verify)(const struct ec_key *key, struct bytes digest, const uint8_t *signature);
    nte_status (*agree)(const struct ec_key *key, const struct ec_key *peer, uint8_t *secret);
};

extern const struct ec_backend ec_backend_nettle, ec_backend_weierstrass, ec_backend_x25519;

/* Of P-256, for processors that have what p256.h asks for; ec_faster_p256 is NULL on others. */
extern const struct ec_backend ec_backend_p256;
const struct ec_backend *ec_faster_p256(void);

/* Numbers from 1 to order - 1, as limbs. */
struct scalar_range
{
    mp_limb_t order[EC_LIMBS];
    uint32_t size;                  /* bytes of a number of the curve */
    uint32_t top_mask;              /* bits that can be set in the first byte of such a number */
};

void scalar_range_init(struct scalar_range *range, const struct ec_numbers *numbers);

/* 1 when the number is in the range. If the order takes one byte more than a coordinate, the numbers that do not fit
 * are out of reach: at most one in 2^79, as there are 160 bits or more. */
int scalar_take(const struct scalar_range *range, mp_limb_t *scalar, const uint8_t *data);
nte_status scalar_draw(const struct scalar_range *range, struct random_source *random, mp_limb_t *scalar);

#endif
