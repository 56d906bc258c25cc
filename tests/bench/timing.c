/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Does the time of an operation depend on a secret? Two classes of inputs, one fixed and one random, are measured in
 * random order, and Welch's t-test says whether their times differ (Reparaz, Balasch, Verbauwhede: Dude, is my code
 * constant time?, IACR ePrint 2016/1123). What took longest is other programs' doing, so the test is done for several
 * crops: all times up to a percentile. tests/bench/run-timing runs this.
 *
 * Usage: timing OPERATION SECONDS
 * Prints: OPERATION MEASUREMENTS T DIFFERENCE, T being the largest of all crops, DIFFERENCE that of the means in
 * cycles (x86-64) or nanoseconds. */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "base/memory.h"
#include "ec/p256.h"
#include "ec/weierstrass.h"
#include "rsa/rsa.h"

#define MOST        1000000         /* measurements */
#define WARM_UP     100             /* that do not count */
#define INPUT_BYTES 512

enum class { FIXED, RANDOM, CLASSES };

/* Both classes are drawn anew each time and one of them is copied to the same place, so that nothing else differs. */
static _Alignas(64) uint8_t inputs[CLASSES][INPUT_BYTES], input[INPUT_BYTES];

static void fail(const char *what)
{
    fprintf(stderr, "timing: %s\n", what);
    exit(2);
}

static void draw(void *data, size_t size)
{
    if (gnutls_rnd(GNUTLS_RND_NONCE, data, size)) fail("no random numbers");
}

/* --- RSA: the operation as a whole, and its powers, which in it are of blinded numbers --- */

#define RSA_BYTES   256
#define PRIME_BYTES (RSA_BYTES / 2)

static struct rsa_key *rsa_key;
static uint8_t output[RSA_BYTES];
static mp_limb_t power_results[2][PRIME_BYTES / LIMB_BYTES], *power_tp;

static void rsa_start(void)
{
    if (rsa_generate(8 * RSA_BYTES, &rsa_key)) fail("no RSA key");
    power_tp = secret_alloc(montgomery_power_itch(rsa_key->pn, 8 * PRIME_BYTES) * LIMB_BYTES);
    inputs[FIXED][RSA_BYTES - 1] = 2;
}

static void rsa_input(void)
{
    draw(inputs[RANDOM], RSA_BYTES);
    inputs[RANDOM][0] &= 0x7f;          /* below the modulus */
}

static void rsa_run(void)
{
    if (rsa_private(rsa_key, input, output)) fail("rsa_private");
}

static void powers(const uint8_t *x, const uint8_t *exponent)
{
    struct power pair[2] =
    {
        {&rsa_key->mod_p, power_results[0], (const mp_limb_t *)x, (const mp_limb_t *)exponent, 8 * PRIME_BYTES},
        {&rsa_key->mod_q, power_results[1], (const mp_limb_t *)x, (const mp_limb_t *)exponent, 8 * PRIME_BYTES},
    };

    montgomery_powers(pair, power_tp);
}

static void powers_input(void)
{
    draw(inputs[RANDOM], PRIME_BYTES);
    inputs[RANDOM][PRIME_BYTES - 1] &= 0x7f;    /* the highest byte: below the primes */
}

static void exponent_run(void)
{
    static uint8_t x[PRIME_BYTES];

    memset(x, 0x5a, sizeof(x));
    powers(x, input);
}

static void base_run(void)
{
    powers(input, (const uint8_t *)rsa_key->dp);
}

/* --- our own curves --- */

#define CURVE "brainpoolP256r1"
#define POINTS 64

static struct weierstrass *curve;
static struct point points[POINTS];
static number fixed_scalar, digest;

/* A scalar of the curve: k in the first bytes of data, above zero and below the order. */
static void draw_scalar(void *data)
{
    mp_limb_t *limbs = data;

    draw(limbs, curve->size);
    limbs[curve->size / LIMB_BYTES - 1] >>= 2;
    limbs[0] |= 1;
}

static void random_point(struct point *point)
{
    const struct term term = {&curve->base, fixed_scalar};
    number x, y;

    draw_scalar(fixed_scalar);
    if (!weierstrass_multiply(curve, &term, 1, x, y)) fail("a point at infinity");
    memset(point, 0, sizeof(*point));
    mod_enter(&curve->p, point->x, x);
    mod_enter(&curve->p, point->y, y);
    memcpy(point->z, curve->p.one, sizeof(number));
}

static void ec_start(void)
{
    const struct curve_name *name = curve_find(u"" CURVE);
    struct ec_numbers numbers;
    unsigned int i;

    if (!name) fail("no curve");
    curve_numbers(name->curve, &numbers);
    if (!(curve = weierstrass_open(&numbers))) fail("out of memory");
    for (i = 0; i < POINTS; i++) random_point(&points[i]);
    draw_scalar(digest);
}

static void ec_scalars_start(void)
{
    ec_start();
    inputs[FIXED][0] = inputs[FIXED][sizeof(number)] = 1;
}

static void ec_scalars(void)
{
    draw_scalar(inputs[RANDOM]);
    draw_scalar(inputs[RANDOM] + sizeof(number));
}

static void multiply_run(void)
{
    const struct term term = {&curve->base, (const mp_limb_t *)input};
    number x, y;

    weierstrass_multiply(curve, &term, 1, x, y);
}

static void sign_run(void)
{
    number r, s;

    ecdsa_sign(curve, (const mp_limb_t *)input, (const mp_limb_t *)(input + sizeof(number)), digest, r, s);
}

static void points_start(void)
{
    ec_start();
    memcpy(inputs[FIXED], &curve->base, sizeof(struct point));
}

static void ec_points(void)
{
    uint8_t which;

    draw(&which, 1);
    memcpy(inputs[RANDOM], &points[which % POINTS], sizeof(struct point));
}

static void point_run(void)
{
    const struct term term = {(const struct point *)input, fixed_scalar};
    number x, y;

    weierstrass_multiply(curve, &term, 1, x, y);
}

/* --- P-256: where the processor has the instructions --- */

#ifdef HAVE_P256
static struct p256 p256_work;
static struct p256_point p256_base, p256_product;

static void p256_start(void)
{
    static const p256_element one = {1};

    if (montgomery_fastest(NULL) == &montgomery_portable) fail("not on this processor");
    p256_multiply_base(&p256_work, &p256_base, one);
    inputs[FIXED][0] = 1;
}

static void p256_scalar(void)
{
    draw(inputs[RANDOM], P256_BYTES);
}

static void p256_base_run(void)
{
    p256_multiply_base(&p256_work, &p256_product, (const mp_limb_t *)input);
}

static void p256_point_run(void)
{
    p256_multiply_point(&p256_work, &p256_product, &p256_base, (const mp_limb_t *)input);
}
#endif

/* --- comparing; and doing so with a branch, which must be seen --- */

static uint8_t wanted[INPUT_BYTES];
static volatile int same;

static void compare_input(void)
{
    draw(inputs[RANDOM], INPUT_BYTES);
}

static void compare_run(void)
{
    same = equal_secret(input, wanted, INPUT_BYTES);
}

static void leak_run(void)
{
    size_t i = 0;

    while (i < INPUT_BYTES && input[i] == ((volatile uint8_t *)wanted)[i]) i++;
    same = i == INPUT_BYTES;
}

static void nothing(void)
{
}

static const struct operation
{
    const char *name;
    void (*start)(void), (*draw_input)(void), (*run)(void);
}
operations[] =
{
    {"rsa-private", rsa_start, rsa_input, rsa_run},
    {"rsa-exponent", rsa_start, powers_input, exponent_run},
    {"rsa-base", rsa_start, powers_input, base_run},
    {"ec-scalar", ec_scalars_start, ec_scalars, multiply_run},
    {"ec-point", points_start, ec_points, point_run},
    {"ec-sign", ec_scalars_start, ec_scalars, sign_run},
#ifdef HAVE_P256
    {"p256-base", p256_start, p256_scalar, p256_base_run},
    {"p256-point", p256_start, p256_scalar, p256_point_run},
#endif
    {"compare", nothing, compare_input, compare_run},
    {"leak", nothing, compare_input, leak_run},
};

/* --- measuring --- */

static uint64_t clock_now(void)
{
#ifdef __x86_64__
    uint32_t low, high;

    __asm__ __volatile__("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
    return (uint64_t)high << 32 | low;
#else
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000ull + now.tv_nsec;
#endif
}

static struct measurement
{
    uint64_t time;
    enum class class;
}
*measurements;

static void measure_one(const struct operation *operation, struct measurement *measurement)
{
    uint64_t before;
    uint8_t coin;

    draw(&coin, 1);
    operation->draw_input();
    measurement->class = coin & 1;
    memcpy(input, inputs[coin & 1], INPUT_BYTES);
    before = clock_now();
    operation->run();
    measurement->time = clock_now() - before;
}

static size_t measure(const struct operation *operation, double seconds)
{
    const time_t end = time(NULL) + seconds;
    size_t count;

    for (count = 0; count < WARM_UP; count++) measure_one(operation, measurements);
    for (count = 0; count < MOST && time(NULL) < end; count++) measure_one(operation, &measurements[count]);
    return count;
}

/* --- the statistics --- */

static int by_time(const void *a, const void *b)
{
    const struct measurement *x = a, *y = b;

    return (x->time > y->time) - (x->time < y->time);
}

struct result
{
    double t, difference;
};

/* Welch's t of the first count measurements, by Welford's way to a mean and a variance. */
static struct result welch(size_t count)
{
    double n[CLASSES] = {0}, mean[CLASSES] = {0}, squares[CLASSES] = {0}, delta;
    struct result result = {0, 0};
    size_t i;

    for (i = 0; i < count; i++)
    {
        enum class c = measurements[i].class;

        delta = measurements[i].time - mean[c];
        mean[c] += delta / ++n[c];
        squares[c] += delta * (measurements[i].time - mean[c]);
    }
    if (n[FIXED] < 2 || n[RANDOM] < 2) return result;
    delta = sqrt(squares[FIXED] / (n[FIXED] - 1) / n[FIXED] + squares[RANDOM] / (n[RANDOM] - 1) / n[RANDOM]);
    result.difference = mean[FIXED] - mean[RANDOM];
    if (delta > 0) result.t = result.difference / delta;
    return result;
}

static struct result worst_of_crops(size_t count)
{
    static const double crops[] = {0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999, 1};
    struct result worst = {0, 0}, result;
    size_t i;

    qsort(measurements, count, sizeof(*measurements), by_time);
    for (i = 0; i < sizeof(crops) / sizeof(*crops); i++)
    {
        result = welch(count * crops[i]);
        if (fabs(result.t) > fabs(worst.t)) worst = result;
    }
    return worst;
}

int main(int argc, char **argv)
{
    struct result result;
    size_t i, count;

    if (argc != 3 || !(measurements = calloc(MOST, sizeof(*measurements)))) fail("see the top of timing.c");
    for (i = 0; i < sizeof(operations) / sizeof(*operations); i++)
    {
        if (strcmp(operations[i].name, argv[1])) continue;
        operations[i].start();
        count = measure(&operations[i], atof(argv[2]));
        result = worst_of_crops(count);
        printf("%s %zu %.2f %.1f\n", argv[1], count, result.t, result.difference);
        return 0;
    }
    fail("no such operation");
}
