/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Points of P-256 and their multiples; see p256.h. Additions are the complete ones of Renes, Costello and Batina (IACR
 * ePrint 2015/1060) for a = -3. Doublings come five in a row and are cheaper in Jacobian coordinates, x / z^2 and
 * y / z^3: there the usual formula holds for every point, as none has y = 0, and takes infinity to infinity. The first
 * of the five takes projective ones, at no cost. */
#include <pthread.h>
#include <string.h>

#include "ec/p256.h"

#ifdef HAVE_P256

static const p256_element b = {0xd89cdf6229c4bddf, 0xacf005cd78843090, 0xe5a220abf7212ed6, 0xdc30061d04874834};

static const p256_element base_x = {0xf4a13945d898c296, 0x77037d812deb33a0, 0xf8bce6e563a440f2, 0x6b17d1f2e12c4247};
static const p256_element base_y = {0xcbb6406837bf51f5, 0x2bce33576b315ece, 0x8ee7eb4a7c0f9e16, 0x4fe342e2fe1a7f9b};

/* Multiples of the base point, 2^(5 * place) * (1 to 16) times it: x and y of points with z = 1. */
static p256_element base[P256_DIGITS][P256_ENTRIES][2];

static void triple(p256_element r, const p256_element a, p256_element t)
{
    p256_add(t, a, a);
    p256_add(r, t, a);
}

/* --- addition: the sum from the six products of coordinates --- */

static void combine(struct p256 *w, struct p256_point *r)
{
    mp_limb_t *c = w->t[0], *u = w->t[1], *v = w->t[2], *k = w->t[3], *m = w->t[4], *t = w->t[5];

    p256_multiply(c, b, w->zz);
    p256_subtract(c, c, w->xz);
    triple(c, c, t);
    p256_subtract(u, w->yy, c);         /* u = yy + 3 xz - 3 b zz */
    p256_add(v, w->yy, c);              /* v = yy - 3 xz + 3 b zz */

    p256_multiply(k, b, w->xz);
    p256_subtract(k, k, w->xx);
    p256_subtract(m, w->xx, w->zz);
    triple(w->zz, w->zz, t);
    p256_subtract(k, k, w->zz);
    triple(k, k, t);                    /* k = 3 (b xz - xx - 3 zz) */
    triple(m, m, t);                    /* m = 3 (xx - zz) */

    p256_multiply(r->x, w->xy, u);
    p256_multiply(t, w->yz, k);
    p256_subtract(r->x, r->x, t);
    p256_multiply(r->y, u, v);
    p256_multiply(t, m, k);
    p256_add(r->y, r->y, t);
    p256_multiply(r->z, w->yz, v);
    p256_multiply(t, w->xy, m);
    p256_add(r->z, r->z, t);
}

/* r = (a1 + b1) (a2 + b2) - aa - bb, which is a1 b2 + a2 b1 */
static void cross(struct p256 *w, p256_element r, const p256_element a1, const p256_element b1, const p256_element a2,
                  const p256_element b2, const p256_element aa, const p256_element bb)
{
    p256_add(w->t[0], a1, b1);
    p256_add(w->t[1], a2, b2);
    p256_multiply(w->t[0], w->t[0], w->t[1]);
    p256_add(w->t[1], aa, bb);
    p256_subtract(r, w->t[0], w->t[1]);
}

void p256_add_points(struct p256 *w, struct p256_point *r, const struct p256_point *p, const struct p256_point *q)
{
    p256_multiply(w->xx, p->x, q->x);
    p256_multiply(w->yy, p->y, q->y);
    p256_multiply(w->zz, p->z, q->z);
    cross(w, w->xy, p->x, p->y, q->x, q->y, w->xx, w->yy);
    cross(w, w->xz, p->x, p->z, q->x, q->z, w->xx, w->zz);
    cross(w, w->yz, p->y, p->z, q->y, q->z, w->yy, w->zz);
    combine(w, r);
}

/* The same where q, in w->picked, has z = 1. */
static void add_affine(struct p256 *w, struct p256_point *r, const struct p256_point *p)
{
    const struct p256_point *q = &w->picked;

    p256_multiply(w->xx, p->x, q->x);
    p256_multiply(w->yy, p->y, q->y);
    memcpy(w->zz, p->z, sizeof(p256_element));
    cross(w, w->xy, p->x, p->y, q->x, q->y, w->xx, w->yy);
    p256_multiply(w->xz, q->x, p->z);
    p256_add(w->xz, w->xz, p->x);
    p256_multiply(w->yz, q->y, p->z);
    p256_add(w->yz, w->yz, p->y);
    combine(w, r);
}

/* --- doubling --- */

/* The rest of a doubling: p->z is 2 y z already, w->t[0] and w->t[1] are z^2 and 2 y^2. */
static void finish_doubling(struct p256 *w, struct p256_point *p)
{
    mp_limb_t *zz = w->t[0], *yy = w->t[1], *s = w->t[2], *m = w->t[3], *t = w->t[4];

    p256_subtract(t, p->x, zz);
    p256_add(m, p->x, zz);
    p256_multiply(m, m, t);
    triple(m, m, t);                    /* m = 3 (x^2 - z^4) */
    p256_multiply(s, p->x, yy);
    p256_add(s, s, s);                  /* s = 4 x y^2 */
    p256_square(p->x, m);
    p256_add(t, s, s);
    p256_subtract(p->x, p->x, t);
    p256_subtract(s, s, p->x);
    p256_multiply(s, s, m);
    p256_square(yy, yy);
    p256_add(yy, yy, yy);
    p256_subtract(p->y, s, yy);         /* y = m (s - x) - 8 y^4 */
}

static void double_jacobian(struct p256 *w, struct p256_point *p)
{
    p256_square(w->t[0], p->z);
    p256_square(w->t[1], p->y);
    p256_add(w->t[1], w->t[1], w->t[1]);
    p256_multiply(p->z, p->y, p->z);
    p256_add(p->z, p->z, p->z);
    finish_doubling(w, p);
}

/* From projective x, y, z to Jacobian coordinates. Those of the same point are x z, y z^2 and z, with which m and 2 y z
 * would be z^2 times, and s z^4 times what they are here; without these factors the result is the same point. */
static void double_projective(struct p256 *w, struct p256_point *p)
{
    memcpy(w->t[0], p->z, sizeof(p256_element));
    p256_multiply(p->z, p->y, p->z);
    p256_add(p->z, p->z, p->z);
    p256_multiply(w->t[1], p->y, p->z);
    finish_doubling(w, p);
}

/* Infinity becomes three zeros on the way there, and gets its y on the way back. */
static void double_often(struct p256 *w, struct p256_point *p)
{
    mp_limb_t at_infinity;
    int i;

    double_projective(w, p);
    for (i = 1; i < P256_WINDOW; i++) double_jacobian(w, p);
    at_infinity = -(mp_limb_t)limbs_zero(p->z, P256_LIMBS);
    for (i = 0; i < P256_LIMBS; i++) p->y[i] |= p256_one[i] & at_infinity;
    p256_square(w->t[0], p->z);
    p256_multiply(p->x, p->x, p->z);
    p256_multiply(p->z, p->z, w->t[0]);
}

/* --- multiples --- */

/* The digit at a place: the scalar is the sum of those times 2^(5 * place). A digit is five bits and the highest of the
 * place below, less 32 times its own highest. */
static mp_limb_t digit(const p256_element scalar, int place, mp_limb_t *negative)
{
    const mp_limb_t all = (2 << P256_WINDOW) - 1;
    int at = P256_WINDOW * place - 1, limb = at / GMP_NUMB_BITS, shift = at % GMP_NUMB_BITS;
    mp_limb_t bits;

    if (!place) bits = scalar[0] << 1;
    else bits = scalar[limb] >> shift;
    if (shift > GMP_NUMB_BITS - P256_WINDOW - 1 && limb + 1 < P256_LIMBS)
        bits |= scalar[limb + 1] << (GMP_NUMB_BITS - shift);
    *negative = -(bits >> P256_WINDOW & 1);
    return (((bits ^ *negative) & all) + 1) >> 1;
}

/* w->picked, its first limbs, = the entry of that number; every entry is read. With a negative digit -y takes the place
 * of y. */
static void pick(struct p256 *w, const void *table, mp_size_t limbs, mp_size_t entries, mp_limb_t which,
                 mp_limb_t negative)
{
    static const p256_element zero;
    mp_limb_t *y = w->picked.y;
    int i;

    mpn_sec_tabselect((mp_limb_t *)&w->picked, table, limbs, entries, which);
    p256_subtract(w->t[0], zero, y);
    for (i = 0; i < P256_LIMBS; i++) y[i] ^= (y[i] ^ w->t[0][i]) & negative;
}

static void set_infinity(struct p256_point *point)
{
    memset(point, 0, sizeof(*point));
    memcpy(point->y, p256_one, sizeof(p256_one));
}

static void fill_table(struct p256 *w, const struct p256_point *point)
{
    int i;

    set_infinity(&w->table[0]);
    w->table[1] = *point;
    for (i = 1; i < P256_ENTRIES; i++) p256_add_points(w, &w->table[i + 1], &w->table[i], point);
}

/* r = next where the mask is all ones; where it is zero, r stays. */
static void replace(struct p256_point *r, const struct p256_point *next, mp_limb_t mask)
{
    mp_limb_t *to = (mp_limb_t *)r;
    const mp_limb_t *from = (const mp_limb_t *)next;
    int i;

    for (i = 0; i < 3 * P256_LIMBS; i++) to[i] ^= (to[i] ^ from[i]) & mask;
}

/* --- the base point --- */

/* The points of a place, with z = 1: one inversion for all of them, of the product of their z. */
static void fill_place(struct p256 *w, const struct p256_point *points, p256_element affine[][2])
{
    p256_element products[P256_ENTRIES + 1];
    int i;

    memcpy(products[0], p256_one, sizeof(p256_one));
    for (i = 0; i < P256_ENTRIES; i++) p256_multiply(products[i + 1], products[i], points[i].z);
    p256_invert(w->xx, products[P256_ENTRIES], w->t);
    for (i = P256_ENTRIES - 1; i >= 0; i--)
    {
        p256_multiply(w->yy, w->xx, products[i]);
        p256_multiply(affine[i][0], points[i].x, w->yy);
        p256_multiply(affine[i][1], points[i].y, w->yy);
        p256_multiply(w->xx, w->xx, points[i].z);
    }
}

static void fill_base(void)
{
    static struct p256 w;
    struct p256_point unit;
    int place;

    p256_enter(unit.x, base_x);
    p256_enter(unit.y, base_y);
    memcpy(unit.z, p256_one, sizeof(p256_one));
    for (place = 0; place < P256_DIGITS; place++)
    {
        fill_table(&w, &unit);
        fill_place(&w, &w.table[1], base[place]);
        double_often(&w, &unit);
    }
}

/* There is no affine infinity: with a digit of zero something is added and the old sum is kept. */
void p256_multiply_base(struct p256 *w, struct p256_point *r, const p256_element scalar)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    mp_limb_t which, negative;
    int place;

    pthread_once(&once, fill_base);
    set_infinity(r);
    for (place = 0; place < P256_DIGITS; place++)
    {
        which = digit(scalar, place, &negative);
        pick(w, base[place], 2 * P256_LIMBS, P256_ENTRIES, (which - 1) & (P256_ENTRIES - 1), negative);
        add_affine(w, &w->next, r);
        replace(r, &w->next, -(mp_limb_t)!limbs_zero(&which, 1));
    }
}

void p256_multiply_point(struct p256 *w, struct p256_point *r, const struct p256_point *point,
                         const p256_element scalar)
{
    mp_limb_t which, negative;
    int place;

    fill_table(w, point);
    set_infinity(r);
    for (place = P256_DIGITS - 1; place >= 0; place--)
    {
        if (place < P256_DIGITS - 1) double_often(w, r);
        which = digit(scalar, place, &negative);
        pick(w, w->table, 3 * P256_LIMBS, P256_ENTRIES + 1, which, negative);
        p256_add_points(w, r, r, &w->picked);
    }
}

/* --- coordinates --- */

int p256_take(struct p256 *w, struct p256_point *point, const p256_element x, const p256_element y)
{
    mp_limb_t *left = w->t[0], *right = w->t[1];

    if (!p256_is_element(x) || !p256_is_element(y)) return 0;
    p256_enter(point->x, x);
    p256_enter(point->y, y);
    memcpy(point->z, p256_one, sizeof(p256_one));
    p256_square(left, point->y);
    p256_square(right, point->x);
    triple(w->t[2], p256_one, w->t[3]);
    p256_subtract(right, right, w->t[2]);
    p256_multiply(right, right, point->x);
    p256_add(right, right, b);          /* (x^2 - 3) x + b */
    return equal_secret(left, right, sizeof(p256_element));
}

void p256_affine(struct p256 *w, const struct p256_point *point, p256_element x, p256_element y)
{
    p256_invert(w->zz, point->z, w->t);
    p256_multiply(x, point->x, w->zz);
    p256_multiply(y, point->y, w->zz);
    p256_leave(x, x);
    p256_leave(y, y);
}
#endif
