/* SPDX-License-Identifier: LGPL-2.1-or-later
 * p256_field.c against GMP's integers, p256_point.c against weierstrass.c, and what one backend of P-256 signs against
 * the other. They are run directly where the processor has the instructions, whatever kernel is in use. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "ec/ec_backend.h"
#include "ec/p256.h"
#include "ec/weierstrass.h"
#include "number/montgomery.h"

#ifdef HAVE_P256

#define EDGES   8
#define SAMPLES 24

static gmp_randstate_t random_state;
static struct p256 work;
static struct weierstrass *oracle;
static mpz_t p, n, two_256;

static int open_all(void **state)
{
    struct ec_numbers numbers;

    (void)state;
    if (montgomery_fastest(NULL) == &montgomery_portable)
    {
        print_message("skipped: this processor lacks MULX or ADX\n");
        return 0;
    }
    gmp_randinit_default(random_state);
    curve_numbers(&curve_p256, &numbers);
    assert_non_null(oracle = weierstrass_open(&numbers));
    mpz_inits(p, n, two_256, NULL);
    mpz_import(p, P256_BYTES, 1, 1, 0, 0, numbers.p);
    mpz_import(n, P256_BYTES, 1, 1, 0, 0, numbers.order);
    mpz_setbit(two_256, 256);
    return 0;
}

static int close_all(void **state)
{
    (void)state;
    if (!oracle) return 0;
    weierstrass_close(oracle);
    mpz_clears(p, n, two_256, NULL);
    gmp_randclear(random_state);
    return 0;
}

static void need_processor(void)
{
    if (!oracle) skip();
}

/* count limbs */
static void to_limbs(mp_limb_t *limbs, mp_size_t count, const mpz_t z)
{
    assert_true((mp_size_t)mpz_size(z) <= count);
    memset(limbs, 0, count * LIMB_BYTES);
    memcpy(limbs, mpz_limbs_read(z), mpz_size(z) * LIMB_BYTES);
}

/* 0, 1, 2, m - 2, m - 1, limbs of ones and zeros, then anything; below m. */
static void sample(mpz_t z, const mpz_t m, int i)
{
    if (i < 3) mpz_set_ui(z, i);
    else if (i < 5) mpz_sub_ui(z, m, 5 - i);
    else if (i < EDGES)
    {
        mpz_rrandomb(z, random_state, 256);
        mpz_mod(z, z, m);
    }
    else mpz_urandomm(z, random_state, m);
}

static void assert_limbs(const mp_limb_t *limbs, const mpz_t z)
{
    p256_element expected;

    to_limbs(expected, P256_LIMBS, z);
    assert_memory_equal(limbs, expected, sizeof(expected));
}

/* r, which was found by dividing by R, is z modulo p. */
static void expect_product(const p256_element r, const mpz_t z)
{
    p256_element entered;
    mpz_t t;

    mpz_init(t);
    mpz_mod(t, z, p);
    p256_enter(entered, r);
    assert_limbs(entered, t);
    mpz_clear(t);
}

static void check_pair(const mpz_t a, const mpz_t b)
{
    p256_element x, y, r;
    mpz_t t;

    mpz_init(t);
    to_limbs(x, P256_LIMBS, a);
    to_limbs(y, P256_LIMBS, b);
    mpz_add(t, a, b);
    mpz_mod(t, t, p);
    p256_add(r, x, y);
    assert_limbs(r, t);
    mpz_sub(t, a, b);
    mpz_mod(t, t, p);
    p256_subtract(r, x, y);
    assert_limbs(r, t);
    mpz_mul(t, a, b);
    p256_multiply(r, x, y);
    expect_product(r, t);
    p256_multiply(y, x, y);
    expect_product(y, t);
    mpz_mul(t, a, a);
    p256_square(r, x);
    expect_product(r, t);
    p256_square(x, x);
    expect_product(x, t);
    mpz_clear(t);
}

static void test_field(void **state)
{
    mpz_t a, b;
    int i, j;

    (void)state;
    need_processor();
    mpz_inits(a, b, NULL);
    for (i = 0; i < SAMPLES; i++)
        for (j = 0; j < SAMPLES; j++)
        {
            sample(a, p, i);
            sample(b, p, j);
            check_pair(a, b);
        }
    mpz_clears(a, b, NULL);
}

static void test_inverse(void **state)
{
    p256_element x;
    mpz_t a, t;
    int i;

    (void)state;
    need_processor();
    mpz_inits(a, t, NULL);
    for (i = 0; i < SAMPLES; i++)
    {
        sample(a, p, i);
        to_limbs(x, P256_LIMBS, a);
        assert_int_equal(p256_is_element(x), 1);
        p256_enter(x, x);
        p256_invert(x, x, work.t);
        p256_leave(x, x);
        if (!mpz_invert(t, a, p)) mpz_set_ui(t, 0);
        assert_limbs(x, t);
    }
    to_limbs(x, P256_LIMBS, p);
    assert_int_equal(p256_is_element(x), 0);
    mpz_clears(a, t, NULL);
}

/* The scalars at which a sum meets itself or infinity, and at which windows have their largest digits. */
static void scalar_sample(mpz_t k, int i)
{
    if (i < 5) mpz_add_ui(k, n, i);
    else if (i < 10) mpz_sub_ui(k, n, i - 4);
    else if (i < 12) mpz_sub_ui(k, two_256, i - 9);
    else if (i < 80) mpz_set_ui(k, i - 12);
    else if (i < 132)                   /* 2^5 to the place, and the same less 1 */
    {
        mpz_set_ui(k, 0);
        mpz_setbit(k, 5 * (i - 80));
        mpz_sub_ui(k, k, i & 1);
    }
    else if (i < 140) mpz_rrandomb(k, random_state, 256);
    else mpz_urandomb(k, random_state, 256);
}

#define SCALARS 200

static void expect(const struct p256_point *point, const number x, const number y)
{
    p256_element own_x, own_y;

    p256_affine(&work, point, own_x, own_y);
    assert_memory_equal(own_x, x, sizeof(own_x));
    assert_memory_equal(own_y, y, sizeof(own_y));
}

static void get_base(struct p256_point *point)
{
    static const p256_element one = {1};

    p256_multiply_base(&work, point, one);
}

static void test_multiples(void **state)
{
    struct p256_point base, point;
    number k, x, y;
    struct term term = {NULL, k};
    mpz_t z;
    int i;

    (void)state;
    need_processor();
    term.point = &oracle->base;
    mpz_init(z);
    get_base(&base);
    for (i = 0; i < SCALARS; i++)
    {
        scalar_sample(z, i);
        to_limbs(k, MODULUS_LIMBS, z);
        weierstrass_multiply(oracle, &term, 1, x, y);
        p256_multiply_base(&work, &point, k);
        expect(&point, x, y);
        p256_multiply_point(&work, &point, &base, k);
        expect(&point, x, y);
    }
    mpz_clear(z);
}

/* a B + b B for small a, b, both signs and zero. */
static void test_sums(void **state)
{
    struct p256_point points[9], sum;
    number k, x, y;
    struct term term = {NULL, k};
    mpz_t z;
    int i, j;

    (void)state;
    need_processor();
    term.point = &oracle->base;
    mpz_init(z);
    for (i = 0; i < 9; i++)
    {
        mpz_add_ui(z, n, i);
        mpz_sub_ui(z, z, 4);
        mpz_mod(z, z, n);
        to_limbs(k, MODULUS_LIMBS, z);
        p256_multiply_base(&work, &points[i], k);
    }
    for (i = 0; i < 9; i++)
        for (j = 0; j < 9; j++)
        {
            mpz_add_ui(z, n, i + j);
            mpz_sub_ui(z, z, 8);
            mpz_mod(z, z, n);
            to_limbs(k, MODULUS_LIMBS, z);
            weierstrass_multiply(oracle, &term, 1, x, y);
            p256_add_points(&work, &sum, &points[i], &points[j]);
            expect(&sum, x, y);
        }
    mpz_clear(z);
}

static void test_take(void **state)
{
    struct p256_point base, point;
    p256_element x, y, other;

    (void)state;
    need_processor();
    get_base(&base);
    p256_affine(&work, &base, x, y);
    assert_int_equal(p256_take(&work, &point, x, y), 1);
    memcpy(other, y, sizeof(other));
    other[0] ^= 1;
    assert_int_equal(p256_take(&work, &point, x, other), 0);
    memset(other, 0, sizeof(other));
    assert_int_equal(p256_take(&work, &point, other, other), 0);
    to_limbs(other, P256_LIMBS, p);
    assert_int_equal(p256_take(&work, &point, other, y), 0);
    assert_int_equal(p256_take(&work, &point, x, other), 0);
}

/* A key with one of the backends: x and y, or d. */
static struct ec_key *key_with(const struct ec_backend *backend, const uint8_t *point, const uint8_t *d)
{
    static struct curve curves[2];
    struct curve *curve = &curves[backend == &ec_backend_nettle];
    struct ec_group group = {.alg = algorithm_find_ascii("ECDSA_P256"), .curve = curve, .name = curve_p256.name};
    struct ec_key *key;

    *curve = curve_p256;
    curve->backend = backend;
    curve->faster = NULL;
    assert_status(ec_new(&group, point, point ? point + P256_BYTES : NULL, d, EC_CHECKED, &key), NTE_SUCCESS);
    return key;
}

static void check_signature(struct ec_key *signer, struct ec_key *verifier, struct bytes digest)
{
    uint8_t signature[2 * P256_BYTES];

    assert_status(ec_sign(signer, digest, signature), NTE_SUCCESS);
    assert_status(ec_verify(verifier, digest, signature), NTE_SUCCESS);
    signature[digest.size % sizeof(signature)] ^= 1;
    assert_status(ec_verify(verifier, digest, signature), NTE_BAD_SIGNATURE);
}

static void test_backends(void **state)
{
    struct ec_key *ours, *theirs;
    const uint8_t *d = pattern(P256_BYTES, 5).data;
    uint8_t secret[P256_BYTES], other[P256_BYTES];
    uint32_t size;

    (void)state;
    need_processor();
    ours = key_with(&ec_backend_p256, NULL, d);
    theirs = key_with(&ec_backend_nettle, NULL, d);
    assert_memory_equal(ours->x, theirs->x, P256_BYTES);
    assert_memory_equal(ours->y, theirs->y, P256_BYTES);
    for (size = 1; size < 70; size++)
    {
        check_signature(ours, theirs, pattern(size, size));
        check_signature(theirs, ours, pattern(size, size));
    }
    assert_status(ours->backend->agree(ours, ours, secret), NTE_SUCCESS);
    assert_status(theirs->backend->agree(theirs, theirs, other), NTE_SUCCESS);
    assert_memory_equal(secret, other, sizeof(other));
    ec_free(ours);
    ec_free(theirs);
}

/* x^3 - 3 x + b */
static void right_side(mpz_t r, const mpz_t x)
{
    struct ec_numbers numbers;
    mpz_t b;

    mpz_init(b);
    curve_numbers(&curve_p256, &numbers);
    mpz_import(b, P256_BYTES, 1, 1, 0, 0, numbers.b);
    mpz_powm_ui(r, x, 3, p);
    mpz_submul_ui(r, x, 3);
    mpz_add(r, r, b);
    mpz_mod(r, r, p);
    mpz_clear(b);
}

/* A point whose x is one of the few numbers from the order up to p. */
static void point_beyond_order(mpz_t x, mpz_t y)
{
    mpz_t exponent, right, square;

    mpz_inits(exponent, right, square, NULL);
    mpz_add_ui(exponent, p, 1);
    mpz_fdiv_q_2exp(exponent, exponent, 2);     /* a root of a square, as p is 3 modulo 4 */
    mpz_set(x, n);
    do
    {
        mpz_add_ui(x, x, 1);
        right_side(right, x);
        mpz_powm(y, right, exponent, p);
        mpz_powm_ui(square, y, 2, p);
    } while (mpz_cmp(square, right));
    mpz_clears(exponent, right, square, NULL);
}

static void put(uint8_t data[P256_BYTES], const mpz_t z)
{
    p256_element limbs;

    to_limbs(limbs, P256_LIMBS, z);
    limbs_to_bytes(data, P256_BYTES, limbs, P256_LIMBS);
}

/* The key with which (r, s) is a signature of e that leads to the point x, y: (s R - e G) / r. */
static void key_for(mpz_t x, mpz_t y, const mpz_t e, const mpz_t r, const mpz_t s, uint8_t key[2 * P256_BYTES])
{
    uint8_t bytes[2 * P256_BYTES];
    struct point point;
    number u1, u2, qx, qy;
    const struct term terms[] = {{&oracle->base, u1}, {&point, u2}};
    mpz_t inverse, u;

    mpz_inits(inverse, u, NULL);
    put(bytes, x);
    put(bytes + P256_BYTES, y);
    assert_int_equal(weierstrass_take(oracle, bytes, bytes + P256_BYTES, &point), 1);
    mpz_invert(inverse, r, n);
    mpz_mul(u, s, inverse);
    mpz_mod(u, u, n);
    to_limbs(u2, MODULUS_LIMBS, u);
    mpz_mul(u, e, inverse);
    mpz_neg(u, u);
    mpz_mod(u, u, n);
    to_limbs(u1, MODULUS_LIMBS, u);
    assert_int_equal(weierstrass_multiply(oracle, terms, 2, qx, qy), 1);
    limbs_to_bytes(key, P256_BYTES, qx, P256_LIMBS);
    limbs_to_bytes(key + P256_BYTES, P256_BYTES, qy, P256_LIMBS);
    mpz_clears(inverse, u, NULL);
}

/* A signature of whose point x is not below the order: r is less than x. */
static void test_beyond_order(void **state)
{
    const struct bytes digest = pattern(P256_BYTES, 3);
    uint8_t signature[2 * P256_BYTES], point[2 * P256_BYTES];
    struct ec_key *key;
    mpz_t x, y, e, r, s;

    (void)state;
    need_processor();
    mpz_inits(x, y, e, r, s, NULL);
    point_beyond_order(x, y);
    mpz_sub(r, x, n);
    mpz_import(e, digest.size, 1, 1, 0, 0, digest.data);
    mpz_urandomm(s, random_state, n);
    key_for(x, y, e, r, s, point);
    put(signature, r);
    put(signature + P256_BYTES, s);
    key = key_with(&ec_backend_p256, point, NULL);
    assert_status(ec_verify(key, digest, signature), NTE_SUCCESS);
    signature[P256_BYTES - 1] ^= 1;
    assert_status(ec_verify(key, digest, signature), NTE_BAD_SIGNATURE);
    ec_free(key);
    mpz_clears(x, y, e, r, s, NULL);
}

/* Where the kernel for RSA is the portable one, as a variable may ask for, a new key has nettle's arithmetic. */
static void test_choice(void **state)
{
    struct ec_group group = {.alg = algorithm_find_ascii("ECDSA_P256"), .curve = &curve_p256, .name = curve_p256.name};
    const struct montgomery_kernel *kernel = montgomery_fastest(getenv("NCRYPT_TEST_KERNEL"));
    struct ec_key *key;

    (void)state;
    assert_status(ec_new_random(&group, &key), NTE_SUCCESS);
    assert_ptr_equal(key->backend, kernel == &montgomery_portable ? &ec_backend_nettle : &ec_backend_p256);
    ec_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_field),
        cmocka_unit_test(test_inverse),
        cmocka_unit_test(test_multiples),
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_take),
        cmocka_unit_test_teardown(test_backends, take_back),
        cmocka_unit_test_teardown(test_beyond_order, take_back),
        cmocka_unit_test(test_choice),
    };

    return cmocka_run_group_tests(tests, open_all, close_all);
}
#else
int main(void)
{
    puts("skipped: this processor has no such arithmetic");
    return 77;
}
#endif
