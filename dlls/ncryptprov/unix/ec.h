/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Elliptic curves and keys on them. Numbers are big-endian, curve->size bytes. Only ec.c knows which library
 * computes. */
#ifndef ENGINE_EC_H
#define ENGINE_EC_H

#include "engine.h"

#define EC_MAX_SIZE 66              /* bytes: P-521 */

struct ec_magics                    /* BCRYPT_ECCKEY_BLOB.dwMagic */
{
    uint32_t public_key, private_key;
};

struct curve
{
    const char *name;               /* "nistP256", as bcrypt.h */
    const char *oid;
    uint32_t bits;                  /* of the field, and of the order */
    uint32_t size;                  /* bytes of a number */
    struct ec_magics ecdh, ecdsa;
    uint8_t order[EC_MAX_SIZE];     /* of the base point, size bytes */
    const void *(*backend)(void);   /* ec.c */
};

extern const struct curve curve_p256, curve_p384, curve_p521;   /* ec_curve.c */

struct ec_key
{
    struct material material;
    const struct curve *curve;
    uint8_t x[EC_MAX_SIZE], y[EC_MAX_SIZE];
    uint8_t d[EC_MAX_SIZE];         /* when material.has_private */
    struct ec_native *native;
};

/* The magics that blobs of such keys carry: those of alg->group. */
const struct ec_magics *ec_magics(const struct algorithm *alg);

nte_status ec_generate(const struct algorithm *alg, struct ec_key **key);

/* NTE_INVALID_PARAMETER unless the point is on the curve and is not infinity, and d is in 1 .. order - 1 and
 * belongs to the point. */
nte_status ec_import_public(const struct algorithm *alg, const uint8_t *x, const uint8_t *y, struct ec_key **key);
nte_status ec_import_private(const struct algorithm *alg, const uint8_t *x, const uint8_t *y, const uint8_t *d,
                             struct ec_key **key);

/* The same from d alone: the point is made of it. */
nte_status ec_import_scalar(const struct algorithm *alg, const uint8_t *d, struct ec_key **key);

/* Without the last check, which costs a point multiplication. For our own key file. */
nte_status ec_import_trusted(const struct algorithm *alg, const uint8_t *x, const uint8_t *y, const uint8_t *d,
                             struct ec_key **key);

void ec_free(struct ec_key *key);   /* wipes; NULL may be freed */

/* ECDSA (FIPS 186-4 6.4) over the leftmost bits of the digest, which has one byte or more. signature: r, s,
 * curve->size bytes each. ec_verify gives NTE_BAD_SIGNATURE for any r, s that do not fit. */
nte_status ec_sign(const struct ec_key *key, struct bytes digest, uint8_t *signature);
nte_status ec_verify(const struct ec_key *key, struct bytes digest, const uint8_t *signature);

/* --- ec_blob.c --- */

/* ECCPRIVATEBLOB, trusted: family.load. */
nte_status ec_load(struct bytes data, struct material **material);

#endif
