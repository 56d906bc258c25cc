/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ECDSA (FIPS 186-4 6.4) on such curves; see weierstrass.h. Their order is so close to p that one subtraction
 * reduces a coordinate. */
#include <string.h>

#include "ec/weierstrass.h"

/* The leftmost order_bits bits. */
void ecdsa_digest(const struct weierstrass *w, struct bytes digest, number e)
{
    uint32_t size = (w->order_bits + 7) / 8;

    if (digest.size > size) digest.size = size;
    limbs_from_bytes(e, MODULUS_LIMBS, digest);
    if (8 * digest.size > w->order_bits) mpn_rshift(e, e, MODULUS_LIMBS, 8 * digest.size - w->order_bits);
    mod_reduce(&w->n, e, e);
}

void ecdsa_sign(struct weierstrass *w, const number d, const number k, const number e, number r, number s)
{
    const struct term term = {&w->base, k};
    mp_limb_t *inverse = w->xx, *rd = w->yy;

    weierstrass_multiply(w, &term, 1, r, s);
    mod_reduce(&w->n, r, r);
    mod_enter(&w->n, inverse, k);
    mod_invert(&w->n, inverse, inverse);
    mod_enter(&w->n, rd, r);
    mod_mul(&w->n, rd, rd, d);
    mod_add(&w->n, rd, rd, e);
    memset(s, 0, sizeof(number));
    mod_mul(&w->n, s, inverse, rd);
}

int ecdsa_verify(struct weierstrass *w, const struct point *q, const number e, const number r, const number s)
{
    number inverse, u1, u2, x, y;
    const struct term terms[] = {{&w->base, u1}, {q, u2}};

    memset(u1, 0, sizeof(u1));
    memset(u2, 0, sizeof(u2));
    mod_enter(&w->n, inverse, s);
    mod_invert(&w->n, inverse, inverse);
    mod_mul(&w->n, u1, inverse, e);
    mod_mul(&w->n, u2, inverse, r);
    if (!weierstrass_multiply(w, terms, 2, x, y)) return 0;
    mod_reduce(&w->n, x, x);
    return !mpn_cmp(x, r, w->n.count);
}
