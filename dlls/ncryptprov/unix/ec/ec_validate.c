/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Checks of explicit curve parameters; see ec_validate.h. */
#include <string.h>

#include "ec/ec_validate.h"
#include "ec/weierstrass.h"

#define MIN_BITS 160
#define MAX_BITS 521
#define PRIME_ROUNDS 64

struct values
{
    mpz_t p, a, b, order, t;
};

static void take(mpz_t z, const uint8_t *data, uint32_t size)
{
    mpz_init(z);
    mpz_import(z, size, 1, 1, 0, 0, data);
}

static void take_values(struct values *v, const struct ec_numbers *numbers)
{
    take(v->p, numbers->p, numbers->size);
    take(v->a, numbers->a, numbers->size);
    take(v->b, numbers->b, numbers->size);
    take(v->order, numbers->order, numbers->order_size);
    mpz_init(v->t);
}

static void drop_values(struct values *v)
{
    mpz_clears(v->p, v->a, v->b, v->order, v->t, NULL);
}

/* 4 a^3 + 27 b^2 = 0 modulo p */
static int is_singular(struct values *v)
{
    mpz_t u;
    int singular;

    mpz_init(u);
    mpz_powm_ui(v->t, v->a, 3, v->p);
    mpz_mul_ui(v->t, v->t, 4);
    mpz_mul(u, v->b, v->b);
    mpz_addmul_ui(v->t, u, 27);
    singular = mpz_divisible_p(v->t, v->p);
    mpz_clear(u);
    return singular;
}

/* (order - p - 1)^2 <= 4 p. A prime order of that size is the order of the whole group. */
static int is_within_hasse(struct values *v)
{
    mpz_sub(v->t, v->order, v->p);
    mpz_sub_ui(v->t, v->t, 1);
    mpz_mul(v->t, v->t, v->t);
    mpz_tdiv_q_2exp(v->t, v->t, 2);
    return mpz_cmp(v->t, v->p) <= 0;
}

static nte_status check_plain(struct values *v)
{
    size_t bits = mpz_sizeinbase(v->p, 2);

    if (bits < MIN_BITS || bits > MAX_BITS) return NTE_NOT_SUPPORTED;
    if (mpz_even_p(v->p) || mpz_even_p(v->order) || !mpz_cmp(v->p, v->order)) return NTE_INVALID_PARAMETER;
    if (mpz_cmp(v->a, v->p) >= 0 || mpz_cmp(v->b, v->p) >= 0) return NTE_INVALID_PARAMETER;
    return is_within_hasse(v) && !is_singular(v) ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status check_primes(struct values *v)
{
    if (!mpz_probab_prime_p(v->p, PRIME_ROUNDS)) return NTE_INVALID_PARAMETER;
    return mpz_probab_prime_p(v->order, PRIME_ROUNDS) ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

/* On the curve, and infinity when multiplied by its order. */
static nte_status check_base(const struct ec_numbers *numbers)
{
    struct weierstrass *w = weierstrass_open(numbers);
    struct point base;
    const struct term term = {&base, w ? w->n.m : NULL};
    number x, y;
    int valid;

    if (!w) return NTE_NO_MEMORY;
    valid = weierstrass_take(w, numbers->x, numbers->y, &base);
    if (valid) valid = !weierstrass_multiply(w, &term, 1, x, y);
    weierstrass_close(w);
    return valid ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

nte_status ec_validate_plain(const struct ec_numbers *numbers)
{
    struct values v;
    nte_status status;

    take_values(&v, numbers);
    status = check_plain(&v);
    drop_values(&v);
    return status;
}

nte_status ec_validate(const struct ec_numbers *numbers)
{
    struct values v;
    nte_status status;

    take_values(&v, numbers);
    if (!(status = check_plain(&v))) status = check_primes(&v);
    drop_values(&v);
    return status ? status : check_base(numbers);
}
