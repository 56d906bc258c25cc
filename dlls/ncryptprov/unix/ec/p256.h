/* SPDX-License-Identifier: LGPL-2.1-or-later
 * P-256 (FIPS 186-4 D.1.2.3) for x86-64 with MULX, ADCX and ADOX, where it is faster than nettle. No branch and no
 * address depends on a coordinate or a scalar. Every formula holds for every point; see p256_point.c. */
#ifndef ENGINE_P256_H
#define ENGINE_P256_H

#include "number/limbs.h"

#ifdef __x86_64__
#define HAVE_P256

#define P256_LIMBS 4
#define P256_BYTES 32

/* --- p256_field.c: numbers below p in Montgomery form, R being 2^256; the result may be an argument --- */

typedef mp_limb_t p256_element[P256_LIMBS];

extern const p256_element p256_one;

int p256_is_element(const mp_limb_t *number);   /* below p */
void p256_multiply(p256_element r, const p256_element a, const p256_element b);
void p256_square(p256_element r, const p256_element a);
void p256_add(p256_element r, const p256_element a, const p256_element b);
void p256_subtract(p256_element r, const p256_element a, const p256_element b);
void p256_enter(p256_element r, const p256_element plain);
void p256_leave(p256_element plain, const p256_element a);
void p256_invert(p256_element r, const p256_element a, p256_element t[17]);     /* t: scratch; 0 gives 0 */

/* --- p256_point.c --- */

#define P256_WINDOW  5                          /* bits; digits are from -16 to 16 */
#define P256_DIGITS  52
#define P256_ENTRIES (1 << (P256_WINDOW - 1))   /* a digit may be zero as well */

struct p256_point                   /* projective, x / z and y / z; infinity is 0, 1, 0 */
{
    p256_element x, y, z;
};

/* The memory of one computation, which the caller wipes. */
struct p256
{
    struct p256_point sum, next, picked, table[P256_ENTRIES + 1];
    p256_element xx, yy, zz, xy, xz, yz, t[17];
};

/* Plain coordinates. 1 when they are below p and of a point on the curve. */
int p256_take(struct p256 *w, struct p256_point *point, const p256_element x, const p256_element y);

/* r = scalar * base point, scalar * point; any scalar of 256 bits. r is not point. */
void p256_multiply_base(struct p256 *w, struct p256_point *r, const p256_element scalar);
void p256_multiply_point(struct p256 *w, struct p256_point *r, const struct p256_point *point,
                         const p256_element scalar);

/* r = a + b; r may be one of them. */
void p256_add_points(struct p256 *w, struct p256_point *r, const struct p256_point *a, const struct p256_point *b);

/* Plain coordinates; zeros for infinity. */
void p256_affine(struct p256 *w, const struct p256_point *point, p256_element x, p256_element y);

#endif
#endif
