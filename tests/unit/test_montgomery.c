/* SPDX-License-Identifier: LGPL-2.1-or-later
 * montgomery.c and its kernels: each of those that can run here, bit for bit against the portable one, and that one
 * against GMP's mpz; every size, random numbers and those with long carries. The kernel for AVX-512 IFMA runs here on
 * any processor, with its vectors in C. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "number/montgomery.h"

#include "powers_in_c.h"

#define MAX_LIMBS 64
#define SCRATCH   (1 << 20)          /* bytes */

#ifdef NO_MEMORY_POOL               /* the build for valgrind, under which all takes a hundred times as long */
#define MAX_POWER_LIMBS 9
#define ROUNDS(count)   ((count) / 10 + 1)
#else
#define MAX_POWER_LIMBS 32
#define ROUNDS(count)   (count)
#endif

typedef mp_limb_t number[MAX_LIMBS];

static gmp_randstate_t random_state;
static mp_limb_t *tp;

static const struct montgomery_kernel *const kernels[] =
{
    &montgomery_portable,
#ifdef __x86_64__
    &montgomery_adx,
#endif
#ifdef HAVE_IFMA_KERNEL
    &montgomery_ifma,
#endif
};

/* The processor decides, not the variable, so that what cannot run is never forced, and what can is always tested; a
 * faster one can do what a slower one does. */
static int can_run(const struct montgomery_kernel *kernel, mp_size_t count)
{
    const struct montgomery_kernel *fastest = count % ADX_BLOCK ? &montgomery_portable : montgomery_fastest(NULL);
    size_t i, at = 0, fastest_at = 0;

    for (i = 0; i < sizeof(kernels) / sizeof(*kernels); i++)
    {
        if (kernels[i] == kernel) at = i;
        if (kernels[i] == fastest) fastest_at = i;
    }
    return at <= fastest_at;
}

/* --- numbers: 0 and 1, all ones, one less than the modulus, runs of ones and zeros, anything --- */

#define KINDS 7

static void fill(mp_limb_t *x, const mp_limb_t *m, mp_size_t count, unsigned int kind)
{
    mpz_t z;

    memset(x, 0, count * LIMB_BYTES);
    mpz_init(z);
    switch (kind)
    {
    case 0: break;
    case 1: mpz_set_ui(z, 1); break;
    case 2: mpz_setbit(z, count * GMP_NUMB_BITS), mpz_sub_ui(z, z, 1); break;
    case 3: mpn_sub_1(x, m, count, 1); break;
    case 4: memcpy(x, m, count * LIMB_BYTES); break;
    case 5: mpz_rrandomb(z, random_state, count * GMP_NUMB_BITS); break;
    default: mpz_urandomb(z, random_state, count * GMP_NUMB_BITS); break;
    }
    if (mpz_size(z)) memcpy(x, mpz_limbs_read(z), mpz_size(z) * LIMB_BYTES);
    mpz_clear(z);
}

#define MODULI 5

/* All ones, just above half of R, one limb's worth of a small top, runs, anything. */
static void fill_modulus(mp_limb_t *m, mp_size_t count, unsigned int kind)
{
    fill(m, NULL, count, kind == 0 ? 2 : kind == 3 ? 5 : 6);
    if (kind == 1) memset(m, 0, count * LIMB_BYTES);
    if (kind == 1) m[count - 1] = (mp_limb_t)1 << (GMP_NUMB_BITS - 1);
    if (kind == 2) m[count - 1] = 1;
    if (kind >= 3) m[count - 1] |= (mp_limb_t)1 << (GMP_NUMB_BITS - 1);
    m[0] |= 1;
}

/* --- what the definitions say --- */

static void assert_congruent(const struct montgomery *mod, const mp_limb_t *got, const mpz_t expected)
{
    mpz_t x, y, m;

    mpz_init(y);
    mpz_sub(y, expected, mpz_roinit_n(x, got, mod->count));
    assert_true(mpz_divisible_p(y, mpz_roinit_n(m, mod->m, mod->count)));
    mpz_clear(y);
}

/* r * R is congruent to a * b. */
static void assert_product(const struct montgomery *mod, const mp_limb_t *r, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t shifted[2 * MAX_LIMBS] = {0};
    mpz_t product, x, y, m;

    memcpy(shifted + mod->count, r, mod->count * LIMB_BYTES);
    mpz_init(product);
    mpz_mul(product, mpz_roinit_n(x, a, mod->count), mpz_roinit_n(y, b, mod->count));
    mpz_sub(product, product, mpz_roinit_n(x, shifted, 2 * mod->count));
    assert_true(mpz_divisible_p(product, mpz_roinit_n(m, mod->m, mod->count)));
    mpz_clear(product);
}

static void check_products(struct montgomery *mod, const mp_limb_t *a, const mp_limb_t *b)
{
    size_t i, size = mod->count * LIMB_BYTES;
    number first, square, r;

    for (i = 0; i < sizeof(kernels) / sizeof(*kernels); i++)
    {
        if (!can_run(kernels[i], mod->count)) continue;
        mod->kernel = kernels[i];
        montgomery_multiply(mod, i ? r : first, a, b, tp);
        if (i) assert_memory_equal(r, first, size);
        else assert_product(mod, first, a, b);
        memcpy(r, a, size);
        montgomery_multiply(mod, r, r, b, tp);
        assert_memory_equal(r, first, size);
        memcpy(r, b, size);
        montgomery_multiply(mod, r, a, r, tp);
        assert_memory_equal(r, first, size);

        montgomery_square(mod, i ? r : square, a, tp);
        if (i) assert_memory_equal(r, square, size);
        else assert_product(mod, square, a, a);
        memcpy(r, a, size);
        montgomery_square(mod, r, r, tp);
        assert_memory_equal(r, square, size);
    }
}

static void each_modulus(void (*check)(struct montgomery *mod), mp_size_t max)
{
    struct montgomery mod;
    number m, square;
    unsigned int kind;
    mp_size_t count;

    for (count = 1; count <= max; count += count < 9 ? 1 : 7 - count % 4)
        for (kind = 0; kind < MODULI; kind++)
        {
            fill_modulus(m, count, kind);
            montgomery_init(&mod, m, count, square, tp);
            check(&mod);
        }
    for (count = 16; count <= max; count += 8)
    {
        fill_modulus(m, count, MODULI);
        montgomery_init(&mod, m, count, square, tp);
        check(&mod);
    }
}

/* Exactly R * R modulo m. */
static void check_square(struct montgomery *mod)
{
    mpz_t expected, m, got;

    mpz_init(expected);
    mpz_setbit(expected, 2 * mod->count * GMP_NUMB_BITS);
    mpz_mod(expected, expected, mpz_roinit_n(m, mod->m, mod->count));
    assert_int_equal(mpz_cmp(expected, mpz_roinit_n(got, mod->square, mod->count)), 0);
    mpz_clear(expected);
}

static void test_square(void **state)
{
    (void)state;
    each_modulus(check_square, MAX_LIMBS);
}

static void check_arithmetic(struct montgomery *mod)
{
    unsigned int i, j;
    number a, b;

    for (i = 0; i < KINDS; i++)
        for (j = 0; j < KINDS; j++)
        {
            fill(a, mod->m, mod->count, i);
            fill(b, mod->m, mod->count, j);
            check_products(mod, a, b);
        }
}

static void test_products(void **state)
{
    (void)state;
    each_modulus(check_arithmetic, MAX_LIMBS);
}

/* Into Montgomery form and out of it, from numbers with fewer and more limbs. */
static void check_forms(struct montgomery *mod)
{
    mp_limb_t x[3 * MAX_LIMBS];
    mp_size_t i, size;
    mpz_t z, m, whole;
    number r;

    mpz_init(z);
    mpz_roinit_n(m, mod->m, mod->count);
    for (i = 0; i < 4 * KINDS; i++)
    {
        size = i < KINDS ? mod->count : 1 + i * mod->count / (2 * KINDS);
        fill(x, mod->m, size, i < KINDS ? i : i % 2 + 5);
        montgomery_enter(mod, r, x, size, tp);
        montgomery_leave(mod, r, r, tp);
        mpz_mod(z, mpz_roinit_n(whole, x, size), m);
        assert_congruent(mod, r, z);
        assert_true(mpn_cmp(r, mod->m, mod->count) < 0);
    }
    mpz_clear(z);
}

static void test_forms(void **state)
{
    (void)state;
    each_modulus(check_forms, MAX_LIMBS);
}

static void check_normal(struct montgomery *mod)
{
    number r;

    memcpy(r, mod->m, mod->count * LIMB_BYTES);
    montgomery_normalize(mod, r, tp);
    assert_true(limbs_zero(r, mod->count));
    mpn_sub_1(r, mod->m, mod->count, 1);
    montgomery_normalize(mod, r, tp);
    mpn_add_1(r, r, mod->count, 1);
    assert_memory_equal(r, mod->m, mod->count * LIMB_BYTES);
    if (mpn_add_1(r, mod->m, mod->count, 1)) return;
    montgomery_normalize(mod, r, tp);
    assert_int_equal(r[0], 1);
}

static void test_normal(void **state)
{
    (void)state;
    each_modulus(check_normal, MAX_LIMBS);
}

/* --- powers --- */

static void assert_power(const struct montgomery *mod, const mp_limb_t *r, const mp_limb_t *x,
                         const mp_limb_t *exponent, size_t bits)
{
    mpz_t base, power, expected, m;
    number plain;

    mpz_init(expected);
    mpz_powm(expected, mpz_roinit_n(base, x, mod->count),
             mpz_roinit_n(power, exponent, (bits - 1) / GMP_NUMB_BITS + 1), mpz_roinit_n(m, mod->m, mod->count));
    montgomery_leave(mod, plain, r, tp);
    assert_congruent(mod, plain, expected);
    assert_true(mpn_cmp(plain, mod->m, mod->count) < 0);
    mpz_clear(expected);
}

static void check_power(struct montgomery *mod, const mp_limb_t *x, mp_limb_t *exponent, size_t bits)
{
    struct power power = {mod, NULL, NULL, exponent, bits};
    number in_form, r;
    size_t i;

    for (i = 0; i < sizeof(kernels) / sizeof(*kernels); i++)
    {
        if (!can_run(kernels[i], mod->count)) continue;
        mod->kernel = kernels[i];
        montgomery_enter(mod, in_form, x, mod->count, tp);
        power.r = r;
        power.x = in_form;
        montgomery_power(&power, tp);
        assert_power(mod, r, x, exponent, bits);
        power.r = in_form;
        montgomery_power(&power, tp);
        assert_memory_equal(r, in_form, mod->count * LIMB_BYTES);
    }
}

/* Exponents of any length, with each value of the lowest window. */
static void check_powers(struct montgomery *mod)
{
    number x, exponent;
    unsigned int i;
    size_t bits;

    for (i = 0; i < ROUNDS(40); i++)
    {
        bits = mod->count * GMP_NUMB_BITS;
        if (i >= 4) bits = 1 + (i * 37 + 5) % bits;
        fill(x, mod->m, mod->count, i % KINDS);
        fill(exponent, mod->m, mod->count, i < 3 ? i : i % 2 + 5);
        if (i >= 4) exponent[0] ^= exponent[0] % POWER_TABLE ^ i % POWER_TABLE;
        if (bits % GMP_NUMB_BITS) exponent[bits / GMP_NUMB_BITS] &= ((mp_limb_t)1 << bits % GMP_NUMB_BITS) - 1;
        check_power(mod, x, exponent, bits);
    }
}

static void test_powers(void **state)
{
    (void)state;
    each_modulus(check_powers, MAX_POWER_LIMBS);
}

/* --- pairs --- */

typedef int powers_function(const struct power *pair, mp_limb_t *tp);

static int powers_of_engine(const struct power *pair, mp_limb_t *tp)
{
    montgomery_powers(pair, tp);
    return 1;
}

#define PAIR_SCRATCH (1 << 16)      /* bytes */

/* Two moduli of so many limbs, exponents of so many bits. */
static void check_pair(powers_function *powers, mp_size_t count, size_t bits, unsigned int kind)
{
    number m[2], square[2], x[2], in_form[2], r[2], exponent[2];
    struct montgomery mod[2];
    struct power pair[2];
    int i;

    for (i = 0; i < 2; i++)
    {
        fill_modulus(m[i], count, (kind + 2 * i) % (MODULI + 1));
        montgomery_init(&mod[i], m[i], count, square[i], tp);
        fill(x[i], m[i], count, (kind + 3 * i) % KINDS);
        fill(exponent[i], m[i], count, kind == 2 ? 2 : kind % 2 + 5);
        if (bits % GMP_NUMB_BITS) exponent[i][bits / GMP_NUMB_BITS] &= ((mp_limb_t)1 << bits % GMP_NUMB_BITS) - 1;
        montgomery_enter(&mod[i], in_form[i], x[i], count, tp);
        pair[i] = (struct power){&mod[i], r[i], in_form[i], exponent[i], bits};
    }
    memset(tp, 0xa5, PAIR_SCRATCH); /* nothing may count on zeros there */
    assert_true(powers(pair, tp));
    for (i = 0; i < 2; i++) assert_power(&mod[i], r[i], x[i], exponent[i], bits);
    for (i = 0; i < 2; i++) pair[i].r = in_form[i];
    assert_true(powers(pair, tp));
    for (i = 0; i < 2; i++) assert_memory_equal(in_form[i], r[i], count * LIMB_BYTES);
}

static void check_pairs(powers_function *powers, mp_size_t count, unsigned int rounds)
{
    unsigned int i;

    check_pair(powers, count, count * GMP_NUMB_BITS, 2);
    for (i = 0; i < rounds; i++) check_pair(powers, count, 1 + 7 * i % (count * GMP_NUMB_BITS), i);
}

static void test_pairs(void **state)
{
    mp_size_t count;

    (void)state;
    for (count = 8; count <= 32; count += 8) check_pairs(powers_of_engine, count, ROUNDS(100));
    check_pairs(powers_of_engine, 5, ROUNDS(40));
}

/* The last bound on a digit: with numbers of all ones every lane gets as much as it ever can. */
static void test_pairs_in_c(void **state)
{
    (void)state;
#ifdef HAVE_IFMA_KERNEL
    check_pairs(powers_in_c, 16, ROUNDS(30));
    check_pairs(powers_in_c, 24, ROUNDS(12));
    check_pairs(powers_in_c, 32, ROUNDS(12));
#else
    skip();
#endif
}

/* Exponents of two lengths, moduli of two lengths: one after the other. */
static void test_unequal_pair(void **state)
{
    number m[2], square[2], x[2], r[2];
    static const mp_limb_t exponent[32] = {0x1234567};
    struct montgomery mod[2];
    struct power pair[2];
    unsigned int i, j;

    (void)state;
    for (j = 0; j < 3; j++)
    {
        for (i = 0; i < 2; i++)
        {
            mp_size_t count = i && j == 1 ? 24 : i && j == 2 ? 17 : 16;

            fill_modulus(m[i], count, MODULI);
            montgomery_init(&mod[i], m[i], count, square[i], tp);
            fill(x[i], m[i], count, KINDS);
            montgomery_enter(&mod[i], r[i], x[i], count, tp);
            pair[i] = (struct power){&mod[i], r[i], r[i], exponent, 25 + i};
        }
        montgomery_powers(pair, tp);
        for (i = 0; i < 2; i++) assert_power(&mod[i], r[i], x[i], exponent, 25 + i);
    }
}

static void check_public(struct montgomery *mod)
{
    static const mp_limb_t exponents[] = {1, 2, 3, 5, 17, 65537, 65539, 0xfffffffb};
    number x, in_form, r;
    size_t i, bits;

    for (i = 0; i < sizeof(exponents) / sizeof(*exponents); i++)
    {
        for (bits = 1; bits < 32 && exponents[i] >> bits; ) bits++;
        fill(x, mod->m, mod->count, KINDS);
        montgomery_enter(mod, in_form, x, mod->count, tp);
        montgomery_power_public(mod, r, in_form, exponents + i, bits, tp);
        assert_power(mod, r, x, exponents + i, bits);
        montgomery_power_public(mod, in_form, in_form, exponents + i, bits, tp);
        assert_memory_equal(r, in_form, mod->count * LIMB_BYTES);
    }
}

static void test_public(void **state)
{
    (void)state;
    each_modulus(check_public, MAX_LIMBS);
}

/* A limit never brings a kernel that the processor does not have. */
static void test_fastest(void **state)
{
    const struct montgomery_kernel *fastest = montgomery_fastest(NULL), *limited;
    size_t i;

    (void)state;
    assert_ptr_equal(montgomery_fastest("none such"), fastest);
    for (i = 0; i < sizeof(kernels) / sizeof(*kernels); i++)
    {
        limited = montgomery_fastest(kernels[i]->name);
        assert_true(limited == fastest || limited == kernels[i]);
        if (kernels[i] == fastest) break;
        assert_ptr_equal(limited, kernels[i]);
    }
    for (; i < sizeof(kernels) / sizeof(*kernels); i++)
        assert_ptr_equal(montgomery_fastest(kernels[i]->name), fastest);
}

static const char *program;

/* Which kernel a process has that starts with the variable. */
static const struct montgomery_kernel *kernel_with(const char *limit)
{
    pid_t child = fork();
    int status;

    if (!child)
    {
        setenv("NCRYPT_TEST_KERNEL", limit, 1);
        execl(program, program, "kernel", NULL);
        _exit(99);
    }
    waitpid(child, &status, 0);
    assert_in_range(WEXITSTATUS(status), 0, sizeof(kernels) / sizeof(*kernels) - 1);
    return kernels[WEXITSTATUS(status)];
}

static int number_of_kernel(void)
{
    int i = 0;

    while (kernels[i] != montgomery_kernel(16)) i++;
    return i;
}

/* The variable counts when the engine is loaded, and not later. */
static void test_variable(void **state)
{
    const struct montgomery_kernel *before = montgomery_kernel(16);

    (void)state;
    assert_ptr_equal(kernel_with("portable"), &montgomery_portable);
    setenv("NCRYPT_TEST_KERNEL", before == &montgomery_portable ? "ifma" : "portable", 1);
    assert_ptr_equal(montgomery_kernel(16), before);
    unsetenv("NCRYPT_TEST_KERNEL");
    assert_ptr_equal(montgomery_kernel(17), &montgomery_portable);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_square),
        cmocka_unit_test(test_products),
        cmocka_unit_test(test_forms),
        cmocka_unit_test(test_normal),
        cmocka_unit_test(test_powers),
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_pairs_in_c),
        cmocka_unit_test(test_unequal_pair),
        cmocka_unit_test(test_public),
        cmocka_unit_test(test_fastest),
        cmocka_unit_test(test_variable),
    };
    int failed;

    program = argv[0];
    if (argc > 1) return number_of_kernel();
    gmp_randinit_default(random_state);
    tp = malloc(SCRATCH);
    memset(tp, 0xa5, SCRATCH);      /* as above */
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(tp);
    gmp_randclear(random_state);
    return failed;
}
