/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The public and the private operation of RSA on numbers; see rsa.h. */
#include <string.h>

#include "rsa/rsa.h"

/* y = x ^ e mod n, for x below n. y is not x. */
static void public_power(const struct rsa_key *key, mp_limb_t *y, const mp_limb_t *x, mp_limb_t *tp)
{
    montgomery_enter(&key->mod_n, y, x, key->nn, tp);
    montgomery_power_public(&key->mod_n, y, y, key->e, key->e_bits, tp);
    montgomery_leave(&key->mod_n, y, y, tp);
}

nte_status rsa_public(const struct rsa_key *key, const uint8_t *input, uint8_t *output)
{
    struct bytes number = {input, key->n_size};
    mp_limb_t *x, *y;
    nte_status status = NTE_INVALID_PARAMETER;

    if (!(x = secret_alloc((2 * key->nn + key->itch) * LIMB_BYTES))) return NTE_NO_MEMORY;
    y = x + key->nn;
    limbs_from_bytes(x, key->nn, number);
    if (limbs_less(x, key->n, key->nn))
    {
        public_power(key, y, x, y + key->nn);
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
    mp_limb_t *m1, *h;              /* pn limbs */
    mp_limb_t *m2;                  /* pn + qn limbs, the upper pn zero */
    mp_limb_t *product;             /* pn + qn limbs */
    mp_limb_t *tp;
};

static mp_limb_t *open_workspace(const struct rsa_key *key, struct workspace *w)
{
    mp_size_t nn = key->nn, pn = key->pn, qn = key->qn;
    mp_limb_t *block;

    if (!(block = secret_alloc((5 * nn + 4 * pn + 2 * qn + key->itch) * LIMB_BYTES))) return NULL;
    w->input = block;
    w->x = w->input + nn;
    w->y = w->x + nn;
    w->a = w->y + nn;
    w->b = w->a + nn;
    w->m1 = w->b + nn;
    w->h = w->m1 + pn;
    w->m2 = w->h + pn;
    w->product = w->m2 + pn + qn;
    w->tp = w->product + pn + qn;
    return block;
}

/* m1 = x ^ dp mod p, m2 = x ^ dq mod q */
static void prime_powers(const struct rsa_key *key, struct workspace *w)
{
    const struct power powers[] =
    {
        {&key->mod_p, w->m1, w->m1, key->dp, key->p_bits},
        {&key->mod_q, w->m2, w->m2, key->dq, key->q_bits},
    };

    montgomery_enter(&key->mod_p, w->m1, w->x, key->nn, w->tp);
    montgomery_enter(&key->mod_q, w->m2, w->x, key->nn, w->tp);
    montgomery_powers(powers, w->tp);
    montgomery_leave(&key->mod_p, w->m1, w->m1, w->tp);
    montgomery_leave(&key->mod_q, w->m2, w->m2, w->tp);
}

/* h = (m1 - m2) * qinv mod p; m1 is used up. */
static void combine(const struct rsa_key *key, struct workspace *w)
{
    const struct montgomery *p = &key->mod_p;
    mp_limb_t borrow;

    montgomery_enter(p, w->h, w->m2, key->qn, w->tp);
    montgomery_leave(p, w->h, w->h, w->tp);
    borrow = mpn_sub_n(w->m1, w->m1, w->h, key->pn);
    mpn_cnd_add_n(borrow, w->m1, w->m1, key->p, key->pn);
    montgomery_enter(p, w->h, w->m1, key->pn, w->tp);
    montgomery_multiply(p, w->h, w->h, key->qinv, w->tp);
    montgomery_normalize(p, w->h, w->tp);
}

/* y = x ^ d mod n by the two primes: m2 + q * ((m1 - m2) / q mod p) */
static void crt_power(const struct rsa_key *key, struct workspace *w)
{
    mp_size_t pn = key->pn, qn = key->qn;

    prime_powers(key, w);
    combine(key, w);
    if (pn >= qn) mpn_sec_mul(w->product, w->h, pn, key->q, qn, w->tp);
    else mpn_sec_mul(w->product, key->q, qn, w->h, pn, w->tp);
    mpn_add_n(w->product, w->product, w->m2, pn + qn);
    memcpy(w->y, w->product, key->nn * LIMB_BYTES);
}

/* A wrong y (a miscalculation, a damaged key) would tell p and q to whoever sees it. */
static int proved(const struct rsa_key *key, struct workspace *w)
{
    mp_limb_t *again = w->x;

    public_power(key, again, w->y, w->tp);
    return equal_secret(again, w->input, key->nn * LIMB_BYTES);
}

static nte_status private_power(const struct rsa_key *key, struct workspace *w)
{
    nte_status status;

    if (!limbs_less(w->input, key->n, key->nn)) return NTE_INVALID_PARAMETER;
    if ((status = rsa_blinding_take(key, w->a, w->b, w->tp))) return status;
    montgomery_multiply(&key->mod_n, w->x, w->input, w->a, w->tp);
    crt_power(key, w);
    montgomery_multiply(&key->mod_n, w->y, w->y, w->b, w->tp);
    montgomery_normalize(&key->mod_n, w->y, w->tp);
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
