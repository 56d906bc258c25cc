/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The public and the private operation of RSA on numbers; see rsa.h. */
#include <string.h>

#include "rsa/rsa.h"

nte_status rsa_public(const struct rsa_key *key, const uint8_t *input, uint8_t *output)
{
    struct bytes number = {input, key->n_size};
    mpz_t base, exponent, modulus, result;
    mp_limb_t *limbs;

    if (!(limbs = secret_alloc(key->nn * LIMB_BYTES))) return NTE_NO_MEMORY;
    limbs_from_bytes(limbs, key->nn, number);
    if (mpn_cmp(limbs, key->n, key->nn) >= 0)
    {
        secret_free(limbs);
        return NTE_INVALID_PARAMETER;
    }
    mpz_init(result);
    mpz_powm(result, mpz_roinit_n(base, limbs, key->nn), mpz_roinit_n(exponent, key->e, key->en),
             mpz_roinit_n(modulus, key->n, key->nn));
    limbs_to_bytes(output, key->n_size, mpz_limbs_read(result), mpz_size(result));
    mpz_clear(result);
    secret_free(limbs);
    return NTE_SUCCESS;
}

nte_status rsa_public_secret(const struct rsa_key *key, const uint8_t *input, uint8_t *output)
{
    struct bytes number = {input, key->n_size};
    mp_limb_t *x, *y;
    nte_status status = NTE_INVALID_PARAMETER;

    if (!(x = secret_alloc((2 * key->nn + key->itch) * LIMB_BYTES))) return NTE_NO_MEMORY;
    y = x + key->nn;
    limbs_from_bytes(x, key->nn, number);
    if (limbs_less(x, key->n, key->nn))
    {
        mpn_sec_powm(y, x, key->nn, key->e, key->e_bits, key->n, key->nn, y + key->nn);
        limbs_to_bytes(output, key->n_size, y, key->nn);
        status = NTE_SUCCESS;
    }
    secret_free(x);
    return status;
}

/* All that one private operation writes to; one block, wiped at its end. */
struct workspace
{
    mp_limb_t *input;               /* nn limbs, as are the next four */
    mp_limb_t *x, *y, *a, *b;
    mp_limb_t *m1;                  /* pn limbs */
    mp_limb_t *m2;                  /* pn + qn limbs, the upper pn zero */
    mp_limb_t *product;             /* 2 * nn + 2 limbs */
    mp_limb_t *tp;
};

static mp_limb_t *open_workspace(const struct rsa_key *key, struct workspace *w)
{
    mp_size_t nn = key->nn, pn = key->pn, qn = key->qn;
    mp_limb_t *block;

    if (!(block = secret_alloc((7 * nn + 2 * pn + qn + 2 + key->itch) * LIMB_BYTES))) return NULL;
    w->input = block;
    w->x = w->input + nn;
    w->y = w->x + nn;
    w->a = w->y + nn;
    w->b = w->a + nn;
    w->m1 = w->b + nn;
    w->m2 = w->m1 + pn;
    w->product = w->m2 + pn + qn;
    w->tp = w->product + 2 * nn + 2;
    return block;
}

/* result = x ^ exponent mod prime */
static void power(const struct rsa_key *key, mp_limb_t *result, const mp_limb_t *x, const mp_limb_t *exponent,
                  size_t bits, const mp_limb_t *prime, mp_size_t count, struct workspace *w)
{
    memcpy(w->product, x, key->nn * LIMB_BYTES);
    mpn_sec_div_r(w->product, key->nn, prime, count, w->tp);
    mpn_sec_powm(result, w->product, count, exponent, bits, prime, count, w->tp);
}

/* m1 = (m1 - m2) * qinv mod p */
static void combine(const struct rsa_key *key, struct workspace *w)
{
    mp_size_t pn = key->pn, qn = key->qn;
    mp_limb_t borrow;

    memcpy(w->product, w->m2, (pn + qn) * LIMB_BYTES);
    mpn_sec_div_r(w->product, pn + qn, key->p, pn, w->tp);
    borrow = mpn_sub_n(w->m1, w->m1, w->product, pn);
    mpn_cnd_add_n(borrow, w->m1, w->m1, key->p, pn);
    mpn_sec_mul(w->product, w->m1, pn, key->qinv, pn, w->tp);
    mpn_sec_div_r(w->product, 2 * pn, key->p, pn, w->tp);
    memcpy(w->m1, w->product, pn * LIMB_BYTES);
}

/* y = x ^ d mod n by the two primes: m2 + q * ((m1 - m2) / q mod p) */
static void crt_power(const struct rsa_key *key, struct workspace *w)
{
    mp_size_t pn = key->pn, qn = key->qn;

    power(key, w->m1, w->x, key->dp, key->p_bits, key->p, pn, w);
    power(key, w->m2, w->x, key->dq, key->q_bits, key->q, qn, w);
    combine(key, w);
    if (pn >= qn) mpn_sec_mul(w->product, w->m1, pn, key->q, qn, w->tp);
    else mpn_sec_mul(w->product, key->q, qn, w->m1, pn, w->tp);
    mpn_add_n(w->product, w->product, w->m2, pn + qn);
    memcpy(w->y, w->product, key->nn * LIMB_BYTES);
}

/* A wrong y (a miscalculation, a damaged key) would tell p and q to whoever sees it. */
static int proved(const struct rsa_key *key, struct workspace *w)
{
    mp_limb_t *again = w->product;

    mpn_sec_powm(again, w->y, key->nn, key->e, key->e_bits, key->n, key->nn, w->tp);
    return equal_secret(again, w->input, key->nn * LIMB_BYTES);
}

static nte_status private_power(const struct rsa_key *key, struct workspace *w)
{
    nte_status status;

    if (!limbs_less(w->input, key->n, key->nn)) return NTE_INVALID_PARAMETER;
    if ((status = rsa_blinding_take(key, w->a, w->b, w->product, w->tp))) return status;
    rsa_multiply(key, w->x, w->input, w->a, w->product, w->tp);
    crt_power(key, w);
    rsa_multiply(key, w->y, w->y, w->b, w->product, w->tp);
    if (proved(key, w)) return NTE_SUCCESS;
    rsa_blinding_drop(key->blinding);
    return NTE_INTERNAL_ERROR;
}

nte_status rsa_private(const struct rsa_key *key, const uint8_t *input, uint8_t *output)
{
    struct bytes number = {input, key->n_size};
    mp_limb_t *block;
    struct workspace w;
    nte_status status;

    if (!(block = open_workspace(key, &w))) return NTE_NO_MEMORY;
    limbs_from_bytes(w.input, key->nn, number);
    if (!(status = private_power(key, &w))) limbs_to_bytes(output, key->n_size, w.y, key->nn);
    secret_free(block);
    return status;
}
