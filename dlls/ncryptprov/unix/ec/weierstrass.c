/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Points of a curve and their multiples; see weierstrass.h. */
#include <string.h>

#include "ec/weierstrass.h"

static void take_number(number r, const uint8_t *data, size_t size)
{
    struct bytes bytes = {data, size};

    limbs_from_bytes(r, MODULUS_LIMBS, bytes);
}

static void enter_bytes(struct weierstrass *w, number r, const uint8_t *data)
{
    take_number(r, data, w->size);
    mod_enter(&w->p, r, r);
}

struct weierstrass *weierstrass_open(const struct ec_numbers *numbers)
{
    struct weierstrass *w = secret_alloc(sizeof(*w));
    uint32_t bytes = numbers->size > numbers->order_size ? numbers->size : numbers->order_size;
    number m;

    if (!w) return NULL;
    w->size = numbers->size;
    w->order_bits = numbers->order_bits;
    take_number(m, numbers->p, numbers->size);
    modulus_init(&w->p, m, limbs_for_bytes(bytes));
    take_number(m, numbers->order, numbers->order_size);
    modulus_init(&w->n, m, limbs_for_bytes(bytes));
    enter_bytes(w, w->a, numbers->a);
    enter_bytes(w, w->b, numbers->b);
    mod_add(&w->p, w->b3, w->b, w->b);
    mod_add(&w->p, w->b3, w->b3, w->b);
    enter_bytes(w, w->base.x, numbers->x);
    enter_bytes(w, w->base.y, numbers->y);
    memcpy(w->base.z, w->p.one, sizeof(number));
    return w;
}

void weierstrass_close(struct weierstrass *w)
{
    secret_free(w);
}

/* y^2 = (x^2 + a) x + b */
static int satisfies(struct weierstrass *w, const number x, const number y)
{
    mp_limb_t *right = w->t[0], *left = w->t[1];

    mod_mul(&w->p, right, x, x);
    mod_add(&w->p, right, right, w->a);
    mod_mul(&w->p, right, right, x);
    mod_add(&w->p, right, right, w->b);
    mod_mul(&w->p, left, y, y);
    return equal_secret(left, right, w->p.count * LIMB_BYTES);
}

int weierstrass_take(struct weierstrass *w, const uint8_t *x, const uint8_t *y, struct point *point)
{
    memset(point, 0, sizeof(*point));
    take_number(point->x, x, w->size);
    take_number(point->y, y, w->size);
    if (!limbs_less(point->x, w->p.m, MODULUS_LIMBS) || !limbs_less(point->y, w->p.m, MODULUS_LIMBS)) return 0;
    mod_enter(&w->p, point->x, point->x);
    mod_enter(&w->p, point->y, point->y);
    memcpy(point->z, w->p.one, sizeof(number));
    return satisfies(w, point->x, point->y);
}

/* r = (a1 + b1) (a2 + b2) - aa - bb, which is a1 b2 + a2 b1 */
static void cross(struct weierstrass *w, number r, const number a1, const number b1, const number a2,
                  const number b2, const number aa, const number bb)
{
    mod_add(&w->p, r, a1, b1);
    mod_add(&w->p, w->t[0], a2, b2);
    mod_mul(&w->p, r, r, w->t[0]);
    mod_sub(&w->p, r, r, aa);
    mod_sub(&w->p, r, r, bb);
}

/* The sum from the six products of coordinates. */
static void combine(struct weierstrass *w, struct point *r)
{
    mp_limb_t *m = w->t[0], *u = w->t[1], *v = w->t[2], *k = w->t[3];
    struct modulus *p = &w->p;

    mod_mul(p, u, w->a, w->xz);
    mod_mul(p, v, w->b3, w->zz);
    mod_add(p, v, v, u);
    mod_sub(p, u, w->yy, v);            /* u = yy - a xz - b3 zz */
    mod_add(p, v, w->yy, v);            /* v = yy + a xz + b3 zz */

    mod_mul(p, w->zz, w->a, w->zz);
    mod_add(p, m, w->xx, w->xx);
    mod_add(p, m, m, w->xx);
    mod_add(p, m, m, w->zz);            /* m = 3 xx + a zz */

    mod_sub(p, k, w->xx, w->zz);
    mod_mul(p, k, w->a, k);
    mod_mul(p, w->xz, w->b3, w->xz);
    mod_add(p, k, k, w->xz);            /* k = a (xx - a zz) + b3 xz */

    mod_mul(p, r->x, w->xy, u);
    mod_mul(p, w->xx, w->yz, k);
    mod_sub(p, r->x, r->x, w->xx);
    mod_mul(p, r->y, u, v);
    mod_mul(p, w->xx, m, k);
    mod_add(p, r->y, r->y, w->xx);
    mod_mul(p, r->z, w->yz, v);
    mod_mul(p, w->xx, w->xy, m);
    mod_add(p, r->z, r->z, w->xx);
}

static void add(struct weierstrass *w, struct point *r, const struct point *p, const struct point *q)
{
    mod_mul(&w->p, w->xx, p->x, q->x);
    mod_mul(&w->p, w->yy, p->y, q->y);
    mod_mul(&w->p, w->zz, p->z, q->z);
    cross(w, w->xy, p->x, p->y, q->x, q->y, w->xx, w->yy);
    cross(w, w->xz, p->x, p->z, q->x, q->z, w->xx, w->zz);
    cross(w, w->yz, p->y, p->z, q->y, q->z, w->yy, w->zz);
    combine(w, r);
}

static void set_infinity(struct weierstrass *w, struct point *point)
{
    memset(point, 0, sizeof(*point));
    memcpy(point->y, w->p.one, sizeof(number));
}

static void fill_table(struct weierstrass *w, struct point *table, const struct point *point)
{
    int i;

    set_infinity(w, &table[0]);
    for (i = 1; i < WINDOW_SIZE; i++) add(w, &table[i], &table[i - 1], point);
}

/* Every entry is read, whichever is wanted. */
static void pick(struct weierstrass *w, const struct point *table, mp_limb_t which)
{
    const mp_size_t limbs = sizeof(struct point) / LIMB_BYTES;

    mpn_sec_tabselect((mp_limb_t *)&w->picked, (const mp_limb_t *)table, limbs, WINDOW_SIZE, which);
}

static int get_affine(struct weierstrass *w, const struct point *point, number x, number y)
{
    int finite = !limbs_zero(point->z, w->p.count);

    mod_invert(&w->p, w->t[0], point->z);
    mod_mul(&w->p, x, point->x, w->t[0]);
    mod_mul(&w->p, y, point->y, w->t[0]);
    mod_leave(&w->p, x, x);
    mod_leave(&w->p, y, y);
    return finite;
}

int weierstrass_multiply(struct weierstrass *w, const struct term *terms, int count, number x, number y)
{
    mp_limb_t limb;
    int i, bit;

    for (i = 0; i < count; i++) fill_table(w, w->table[i], terms[i].point);
    set_infinity(w, &w->sum);
    for (bit = (w->order_bits - 1) / WINDOW_BITS * WINDOW_BITS; bit >= 0; bit -= WINDOW_BITS)
    {
        for (i = 0; i < WINDOW_BITS; i++) add(w, &w->sum, &w->sum, &w->sum);
        for (i = 0; i < count; i++)
        {
            limb = terms[i].scalar[bit / GMP_NUMB_BITS] >> bit % GMP_NUMB_BITS;
            pick(w, w->table[i], limb & (WINDOW_SIZE - 1));
            add(w, &w->sum, &w->sum, &w->picked);
        }
    }
    memset(x, 0, sizeof(number));
    memset(y, 0, sizeof(number));
    return get_affine(w, &w->sum, x, y);
}
