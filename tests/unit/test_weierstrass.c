/* SPDX-License-Identifier: LGPL-2.1-or-later
 * modulus.c, weierstrass.c: every curve against schoolbook arithmetic on GMP's integers. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "ec/weierstrass.h"

static gmp_randstate_t random_state;

static void to_number(number r, const mpz_t z)
{
    memset(r, 0, sizeof(number));
    memcpy(r, mpz_limbs_read(z), mpz_size(z) * LIMB_BYTES);
}

static void assert_number(const number r, const mpz_t z)
{
    number expected;

    to_number(expected, z);
    assert_memory_equal(r, expected, sizeof(expected));
}

static void from_bytes(mpz_t z, const uint8_t *data, size_t size)
{
    mpz_import(z, size, 1, 1, 0, 0, data);
}

/* 0, 1, 2, m - 1, m - 2, then anything */
static void sample(mpz_t z, const mpz_t m, int i)
{
    if (i < 3) mpz_set_ui(z, i);
    else if (i < 5) mpz_sub_ui(z, m, i - 2);
    else mpz_urandomm(z, random_state, m);
}

#define SAMPLES 9

static void check_modulus(struct modulus *mod, const mpz_t m)
{
    mpz_t a, b, t;
    number x, y, r = {0};
    int i, j;

    mpz_inits(a, b, t, NULL);
    for (i = 0; i < SAMPLES; i++)
        for (j = 0; j < SAMPLES; j++)
        {
            sample(a, m, i);
            sample(b, m, j);
            to_number(x, a);
            to_number(y, b);
            mpz_add(t, a, b);
            mpz_mod(t, t, m);
            mod_add(mod, r, x, y);
            assert_number(r, t);
            mpz_sub(t, a, b);
            mpz_mod(t, t, m);
            mod_sub(mod, r, x, y);
            assert_number(r, t);
            mpz_mul(t, a, b);
            mpz_mod(t, t, m);
            mod_enter(mod, r, x);
            mod_mul(mod, r, r, y);
            assert_number(r, t);
            mod_enter(mod, x, x);
            mod_leave(mod, x, x);
            assert_number(x, a);
        }
    for (i = 0; i < SAMPLES; i++)
    {
        sample(a, m, i);
        to_number(x, a);
        mod_reduce(mod, r, x);
        assert_number(r, a);
        mpz_add(t, a, m);
        if (mpz_size(t) <= (size_t)mod->count)
        {
            to_number(y, t);
            mod_reduce(mod, y, y);
            assert_number(y, a);
        }
        mod_enter(mod, r, x);
        mod_invert(mod, r, r);
        mod_leave(mod, r, r);
        if (!mpz_invert(t, a, m)) mpz_set_ui(t, 0);
        assert_number(r, t);
    }
    mpz_clears(a, b, t, NULL);
}

static void test_modulus(void **state)
{
    struct ec_numbers numbers;
    struct weierstrass *w;
    size_t i;
    mpz_t m;

    (void)state;
    mpz_init(m);
    for (i = 0; i < curve_name_count; i++)
    {
        if (!curve_has_numbers(curve_names[i].curve)) continue;
        curve_numbers(curve_names[i].curve, &numbers);
        assert_non_null(w = weierstrass_open(&numbers));
        assert_true(mpn_sec_mul_itch(w->p.count, w->p.count) <=
                    (mp_size_t)(sizeof(w->p.scratch) / sizeof(*w->p.scratch)));
        from_bytes(m, numbers.p, numbers.size);
        check_modulus(&w->p, m);
        from_bytes(m, numbers.order, numbers.order_size);
        check_modulus(&w->n, m);
        weierstrass_close(w);
    }
    mpz_clear(m);
}

/* --- schoolbook --- */

struct affine
{
    mpz_t x, y;
    int finite;
};

struct school
{
    mpz_t p, a, n, slope, t;
};

static void affine_init(struct affine *point)
{
    mpz_inits(point->x, point->y, NULL);
    point->finite = 0;
}

static void affine_clear(struct affine *point)
{
    mpz_clears(point->x, point->y, NULL);
}

static void affine_set(struct affine *r, const struct affine *point)
{
    mpz_set(r->x, point->x);
    mpz_set(r->y, point->y);
    r->finite = point->finite;
}

static void affine_add(struct school *s, struct affine *r, const struct affine *p, const struct affine *q)
{
    if (!p->finite) return affine_set(r, q);
    if (!q->finite) return affine_set(r, p);
    mpz_add(s->t, p->y, q->y);
    if (!mpz_cmp(p->x, q->x) && mpz_divisible_p(s->t, s->p))
    {
        r->finite = 0;
        return;
    }
    if (!mpz_cmp(p->x, q->x))
    {
        mpz_mul(s->slope, p->x, p->x);
        mpz_mul_ui(s->slope, s->slope, 3);
        mpz_add(s->slope, s->slope, s->a);
    }
    else
    {
        mpz_sub(s->slope, q->y, p->y);
        mpz_sub(s->t, q->x, p->x);
        mpz_mod(s->t, s->t, s->p);
    }
    assert_true(mpz_invert(s->t, s->t, s->p));
    mpz_mul(s->slope, s->slope, s->t);
    mpz_mul(s->t, s->slope, s->slope);
    mpz_sub(s->t, s->t, p->x);
    mpz_sub(s->t, s->t, q->x);
    mpz_mod(s->t, s->t, s->p);                      /* x */
    mpz_sub(r->y, p->x, s->t);                      /* r may be p: its x is needed first */
    mpz_mul(r->y, r->y, s->slope);
    mpz_sub(r->y, r->y, p->y);
    mpz_mod(r->y, r->y, s->p);
    mpz_set(r->x, s->t);
    r->finite = 1;
}

static void affine_multiply(struct school *s, struct affine *r, const mpz_t k, const struct affine *point)
{
    struct affine sum, old;
    size_t bit;

    affine_init(&sum);
    affine_init(&old);
    for (bit = mpz_sizeinbase(k, 2); bit-- > 0;)
    {
        affine_set(&old, &sum);
        affine_add(s, &sum, &old, &old);
        affine_set(&old, &sum);
        if (mpz_tstbit(k, bit)) affine_add(s, &sum, &old, point);
    }
    affine_set(r, &sum);
    affine_clear(&sum);
    affine_clear(&old);
}

static void check_sum(struct weierstrass *w, struct school *s, const struct affine *base, const mpz_t k1,
                      const mpz_t k2)
{
    struct affine first, second, sum;
    number u, v, x, y;
    const struct term terms[] = {{&w->base, u}, {&w->base, v}};
    int finite;

    affine_init(&first);
    affine_init(&second);
    affine_init(&sum);
    to_number(u, k1);
    to_number(v, k2);
    affine_multiply(s, &first, k1, base);
    affine_multiply(s, &second, k2, base);

    finite = weierstrass_multiply(w, terms, 1, x, y);
    assert_int_equal(finite, first.finite);
    if (!finite) mpz_set_ui(first.x, 0), mpz_set_ui(first.y, 0);
    assert_number(x, first.x);
    assert_number(y, first.y);

    affine_add(s, &sum, &first, &second);
    finite = weierstrass_multiply(w, terms, 2, x, y);
    assert_int_equal(finite, sum.finite);
    if (!finite) mpz_set_ui(sum.x, 0), mpz_set_ui(sum.y, 0);
    assert_number(x, sum.x);
    assert_number(y, sum.y);
    affine_clear(&first);
    affine_clear(&second);
    affine_clear(&sum);
}

/* Scalars with every window and every special pair: equal, opposite, one or both giving infinity. */
static void check_points(struct weierstrass *w, const struct ec_numbers *numbers)
{
    struct affine base;
    struct school s;
    mpz_t k1, k2;
    int i;

    affine_init(&base);
    mpz_inits(s.p, s.a, s.n, s.slope, s.t, k1, k2, NULL);
    from_bytes(s.p, numbers->p, numbers->size);
    from_bytes(s.a, numbers->a, numbers->size);
    from_bytes(s.n, numbers->order, numbers->order_size);
    from_bytes(base.x, numbers->x, numbers->size);
    from_bytes(base.y, numbers->y, numbers->size);
    base.finite = 1;
    for (i = 0; i < 20; i++)
    {
        mpz_set_ui(k1, i);
        mpz_set_ui(k2, 19 - i);
        check_sum(w, &s, &base, k1, k2);
        mpz_sub_ui(k1, s.n, i);
        mpz_set_ui(k2, i);
        check_sum(w, &s, &base, k1, k2);
    }
    for (i = 0; i < 10; i++)
    {
        mpz_urandomm(k1, random_state, s.n);
        mpz_urandomm(k2, random_state, s.n);
        check_sum(w, &s, &base, k1, k2);
        check_sum(w, &s, &base, k1, k1);
        mpz_sub(k2, s.n, k1);
        check_sum(w, &s, &base, k1, k2);
    }
    mpz_set(k1, s.n);
    mpz_set(k2, s.n);
    check_sum(w, &s, &base, k1, k2);
    affine_clear(&base);
    mpz_clears(s.p, s.a, s.n, s.slope, s.t, k1, k2, NULL);
}

static void test_points(void **state)
{
    struct ec_numbers numbers;
    struct weierstrass *w;
    struct point point;
    size_t i;

    (void)state;
    for (i = 0; i < curve_name_count; i++)
    {
        if (!curve_has_numbers(curve_names[i].curve)) continue;
        curve_numbers(curve_names[i].curve, &numbers);
        assert_non_null(w = weierstrass_open(&numbers));
        assert_true(weierstrass_take(w, numbers.x, numbers.y, &point));
        assert_memory_equal(&point, &w->base, sizeof(point));
        assert_false(weierstrass_take(w, numbers.y, numbers.x, &point));
        assert_false(weierstrass_take(w, numbers.p, numbers.y, &point));
        assert_false(weierstrass_take(w, numbers.x, numbers.p, &point));
        check_points(w, &numbers);
        weierstrass_close(w);
    }
}

/* FIPS 186-4 6.4: the leftmost bits of the digest, as many as the order has; also where those are no whole bytes. */
static void test_digest(void **state)
{
    struct bytes digest = pattern(64, 3);
    struct ec_numbers numbers;
    struct weierstrass *w;
    mpz_t e, n;
    number got;
    size_t i;

    (void)state;
    ((uint8_t *)digest.data)[0] = 0xff;
    mpz_inits(e, n, NULL);
    for (i = 0; i < curve_name_count; i++)
    {
        if (!curve_has_numbers(curve_names[i].curve)) continue;
        curve_numbers(curve_names[i].curve, &numbers);
        assert_non_null(w = weierstrass_open(&numbers));
        from_bytes(n, numbers.order, numbers.order_size);
        for (digest.size = 1; digest.size <= 64; digest.size++)
        {
            from_bytes(e, digest.data, digest.size);
            if (8 * digest.size > numbers.order_bits) mpz_tdiv_q_2exp(e, e, 8 * digest.size - numbers.order_bits);
            mpz_mod(e, e, n);
            ecdsa_digest(w, digest, got);
            assert_number(got, e);
        }
        weierstrass_close(w);
    }
    mpz_clears(e, n, NULL);
}

/* The first point whose x is n or more; p is 3 modulo 4. */
static void find_large_x(const struct ec_numbers *numbers, mpz_t x, mpz_t y, mpz_t above)
{
    mpz_t p, a, b, n;

    mpz_inits(p, a, b, n, NULL);
    from_bytes(p, numbers->p, numbers->size);
    from_bytes(a, numbers->a, numbers->size);
    from_bytes(b, numbers->b, numbers->size);
    from_bytes(n, numbers->order, numbers->order_size);
    mpz_set(x, n);
    do
    {
        mpz_add_ui(x, x, 1);
        mpz_mul(y, x, x);
        mpz_add(y, y, a);
        mpz_mul(y, y, x);
        mpz_add(y, y, b);
        mpz_mod(y, y, p);
    } while (mpz_legendre(y, p) != 1);
    mpz_sub(above, x, n);
    mpz_add_ui(n, p, 1);
    mpz_tdiv_q_2exp(n, n, 2);
    mpz_powm(y, y, n, p);
    mpz_clears(p, a, b, n, NULL);
}

/* The x of a signature is reduced modulo n, which random signatures never need. With hash 0 and r = s the public key
 * is that point itself. */
static void test_large_x(void **state)
{
    static const number zero;
    struct ec_numbers numbers;
    struct weierstrass *w;
    struct point point;
    number limbs, r;
    mpz_t x, y, above;
    uint8_t bytes[2][EC_MAX_SIZE];

    (void)state;
    mpz_inits(x, y, above, NULL);
    curve_numbers(curve_find(wide("brainpoolP256r1"))->curve, &numbers);
    assert_non_null(w = weierstrass_open(&numbers));
    find_large_x(&numbers, x, y, above);
    to_number(limbs, x);
    limbs_to_bytes(bytes[0], numbers.size, limbs, MODULUS_LIMBS);
    to_number(limbs, y);
    limbs_to_bytes(bytes[1], numbers.size, limbs, MODULUS_LIMBS);
    assert_true(weierstrass_take(w, bytes[0], bytes[1], &point));
    to_number(r, above);
    assert_true(ecdsa_verify(w, &point, zero, r, r));
    r[0]++;
    assert_false(ecdsa_verify(w, &point, zero, r, r));
    weierstrass_close(w);
    mpz_clears(x, y, above, NULL);
}

/* number + p, when it has no more than size bytes */
static int add_prime(const struct ec_numbers *numbers, const number limbs, uint8_t *bytes)
{
    struct bytes prime = {numbers->p, numbers->size};
    number p, sum;

    limbs_from_bytes(p, MODULUS_LIMBS, prime);
    mpn_add_n(sum, limbs, p, MODULUS_LIMBS);
    limbs_to_bytes(bytes, numbers->size, sum, MODULUS_LIMBS);
    limbs_from_bytes(p, MODULUS_LIMBS, (struct bytes){bytes, numbers->size});
    return !mpn_cmp(p, sum, MODULUS_LIMBS);
}

/* A coordinate has one form, below p. Multiples of the base point are tried until one of them has another form that
 * fits into as many bytes, for x and for y. */
static void test_unreduced_coordinates(void **state)
{
    const struct curve_name *name = curve_find(wide("brainpoolP160r1"));
    uint8_t bytes[2][EC_MAX_SIZE], higher[EC_MAX_SIZE];
    int refused[2] = {0, 0}, which;
    struct ec_numbers numbers;
    number k = {1}, at[2];
    struct weierstrass *w;
    struct point point;

    (void)state;
    curve_numbers(name->curve, &numbers);
    assert_non_null(w = weierstrass_open(&numbers));
    for (; k[0] < 300; k[0]++)
    {
        const struct term term = {&w->base, k};

        assert_true(weierstrass_multiply(w, &term, 1, at[0], at[1]));
        for (which = 0; which < 2; which++) limbs_to_bytes(bytes[which], numbers.size, at[which], MODULUS_LIMBS);
        assert_true(weierstrass_take(w, bytes[0], bytes[1], &point));
        for (which = 0; which < 2; which++)
        {
            if (!add_prime(&numbers, at[which], higher)) continue;
            assert_false(weierstrass_take(w, which ? bytes[0] : higher, which ? higher : bytes[1], &point));
            refused[which]++;
        }
    }
    assert_true(refused[0] && refused[1]);
    weierstrass_close(w);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_modulus),
        cmocka_unit_test(test_points),
        cmocka_unit_test_teardown(test_digest, take_back),
        cmocka_unit_test_teardown(test_large_x, take_back),
        cmocka_unit_test_teardown(test_unreduced_coordinates, take_back),
    };

    gmp_randinit_default(random_state);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
