/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Points of y^2 = x^3 + a x + b over a prime field, for curves of odd order. The formulas of addition are the complete
 * ones of Renes, Costello and Batina (IACR ePrint 2015/1060): they hold for every pair of points, so there are no
 * special cases. No branch or address depends on a scalar or a point. */
#ifndef ENGINE_WEIERSTRASS_H
#define ENGINE_WEIERSTRASS_H

#include "ec/ec.h"
#include "number/modulus.h"

#define WINDOW_BITS 4
#define WINDOW_SIZE (1 << WINDOW_BITS)
#define MAX_TERMS   2

struct point                        /* projective: x / z, y / z; z is zero at infinity; in Montgomery form */
{
    number x, y, z;
};

/* A curve, and the memory of one computation at a time. */
struct weierstrass
{
    struct modulus p, n;
    uint32_t size, order_bits;
    number a, b, b3;                /* in Montgomery form; b3 = 3 b */
    struct point base;

    struct point sum, picked, table[MAX_TERMS][WINDOW_SIZE];
    number xx, yy, zz, xy, xz, yz, t[4];
};

/* Accepts unchecked numbers, as long as p is odd. NULL when out of memory. Free with weierstrass_close, which wipes. */
struct weierstrass *weierstrass_open(const struct ec_numbers *numbers);
void weierstrass_close(struct weierstrass *w);

/* x, y: size bytes. 1 when both are less than p and satisfy the equation; the point is then in *point. */
int weierstrass_take(struct weierstrass *w, const uint8_t *x, const uint8_t *y, struct point *point);

struct term                         /* a summand of weierstrass_multiply */
{
    const struct point *point;
    const mp_limb_t *scalar;        /* a number of at most order_bits bits */
};

/* x, y = the sum of count products. Returns 0, and zeros, when it is at infinity. */
int weierstrass_multiply(struct weierstrass *w, const struct term *terms, int count, number x, number y);

/* ECDSA. digest: the number that the digest stands for, as ecdsa_digest gives it; d, k: 1 to order - 1. Discard a
 * result that contains a zero. */
void ecdsa_digest(const struct weierstrass *w, struct bytes digest, number e);
void ecdsa_sign(struct weierstrass *w, const number d, const number k, const number e, number r, number s);
int ecdsa_verify(struct weierstrass *w, const struct point *q, const number e, const number r, const number s);

#endif
