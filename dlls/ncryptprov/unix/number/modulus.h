/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Arithmetic modulo an odd number in Montgomery form, for elliptic curves. No branch and no address depends on
 * a number; only the modulus itself is public. */
#ifndef ENGINE_MODULUS_H
#define ENGINE_MODULUS_H

#include "number/limbs.h"

#define MODULUS_BYTES 66            /* 521 bits and room for an order one bit longer than its field */
#define MODULUS_LIMBS ((MODULUS_BYTES + sizeof(mp_limb_t) - 1) / sizeof(mp_limb_t))

typedef mp_limb_t number[MODULUS_LIMBS];

struct modulus
{
    mp_size_t count;                /* limbs in use; those above are zero in every number */
    number m, one, square;          /* the modulus; R and R * R modulo it, R being 2^(bits of count limbs) */
    mp_limb_t inverse;              /* -1/m modulo 2^(bits of a limb) */
    mp_limb_t product[2 * MODULUS_LIMBS], scratch[4 * MODULUS_LIMBS];
};

/* m is odd; limbs beyond count are zero. product and scratch hold secrets afterwards: the caller wipes. */
void modulus_init(struct modulus *mod, const number m, mp_size_t count);

/* r = a * b / R. With one factor in Montgomery form this is the plain product; with both, the product in that form. All
 * results are less than m when the arguments are; r may be any of the arguments. */
void mod_mul(struct modulus *mod, number r, const number a, const number b);
void mod_add(const struct modulus *mod, number r, const number a, const number b);
void mod_sub(const struct modulus *mod, number r, const number a, const number b);

void mod_enter(struct modulus *mod, number r, const number a);      /* into Montgomery form */
void mod_leave(struct modulus *mod, number r, const number a);

/* a mod m, where a < 2 * m and fits in count limbs. */
void mod_reduce(const struct modulus *mod, number r, const number a);

/* Both in Montgomery form; 0 gives 0. m is prime. */
void mod_invert(struct modulus *mod, number r, const number a);

#endif
