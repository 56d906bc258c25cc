/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Making RSA keys from the numbers of a blob or of our own key file; see rsa.h. */
#include <string.h>

#include "rsa/rsa.h"

static mp_size_t public_itch(const struct rsa_key *key)
{
    return key->nn + montgomery_itch(key->nn);
}

static mp_size_t private_itch(const struct rsa_key *key)
{
    mp_size_t nn = key->nn, pn = key->pn, qn = key->qn, sum = pn + qn, itch;

    itch = 2 * nn + 1 + montgomery_itch(nn);            /* drawing and inverting in rsa_blind.c */
    itch = larger_size(itch, montgomery_power_itch(pn, key->p_bits));
    itch = larger_size(itch, montgomery_power_itch(qn, key->q_bits));
    itch = larger_size(itch, mpn_sec_invert_itch(pn));
    itch = larger_size(itch, mpn_sec_invert_itch(key->en));
    itch = larger_size(itch, mpn_sec_div_r_itch(sum, pn));
    itch = larger_size(itch, mpn_sec_div_r_itch(sum, qn));
    itch = larger_size(itch, mpn_sec_mul_itch(larger_size(pn, qn), larger_size(1, sum - larger_size(pn, qn))));
    itch = larger_size(itch, mpn_sec_mul_itch(sum, key->en));
    return larger_size(itch, mpn_sec_div_qr_itch(sum + key->en, key->en));
}

static int is_odd(struct bytes number)
{
    return number.size && number.data[number.size - 1] & 1;
}

/* nn limbs each for n and its square, and of a private key d; p, its square, dp, qinv; q, its square, dq */
static struct rsa_key *alloc_key(struct bytes n, struct bytes p, struct bytes q)
{
    mp_size_t nn = limbs_for_bytes(n.size), pn = limbs_for_bytes(p.size), qn = limbs_for_bytes(q.size);
    mp_size_t limbs = (p.size ? 3 : 2) * nn + 4 * pn + 3 * qn;
    struct rsa_key *key;
    mp_limb_t *next;

    if (!(key = secret_alloc(sizeof(*key) + limbs * LIMB_BYTES))) return NULL;
    key->nn = nn;
    key->n_size = n.size;
    key->n = next = key->limbs;
    if (!p.size) return key;

    key->pn = pn;
    key->qn = qn;
    key->p_size = p.size;
    key->q_size = q.size;
    key->d = next += 2 * nn;
    key->p = next += nn;
    key->dp = next += 2 * pn;
    key->qinv = next += pn;
    key->q = next += pn;
    key->dq = next += 2 * qn;
    if ((key->blinding = rsa_blinding_alloc(nn))) return key;
    secret_free(key);
    return NULL;
}

void rsa_free(struct rsa_key *key)
{
    if (!key) return;
    rsa_blinding_free(key->blinding);
    secret_free(key);
}

/* The square that the modulus needs is behind it in the key; see alloc_key. */
static void prepare(struct montgomery *mod, mp_limb_t *modulus, mp_size_t count, mp_limb_t *tp)
{
    montgomery_init(mod, modulus, count, modulus + count, tp);
}

static nte_status start_key(struct bytes n, struct bytes e, struct bytes p, struct bytes q, struct rsa_key **key)
{
    struct rsa_key *k;
    mp_limb_t *tp;

    if (number_bits(n) < RSA_MIN_BITS || number_bits(n) > RSA_MAX_BITS || !is_odd(n)) return NTE_INVALID_PARAMETER;
    if (e.size > RSA_MAX_EXPONENT_SIZE || number_bits(e) < 2 || !is_odd(e)) return NTE_INVALID_PARAMETER;
    if (!(k = alloc_key(n, p, q))) return NTE_NO_MEMORY;

    k->material.family = &rsa_family;
    k->material.bits = number_bits(n);
    k->e_bits = number_bits(e);
    k->en = limbs_for_bytes(e.size);
    limbs_from_bytes(k->e, sizeof(k->e) / LIMB_BYTES, e);
    limbs_from_bytes(k->n, k->nn, n);
    k->itch = public_itch(k);
    if (!(tp = secret_alloc(k->itch * LIMB_BYTES)))
    {
        rsa_free(k);
        return NTE_NO_MEMORY;
    }
    prepare(&k->mod_n, k->n, k->nn, tp);
    secret_free(tp);
    *key = k;
    return NTE_SUCCESS;
}

nte_status rsa_import_public(const struct rsa_numbers *numbers, struct rsa_key **key)
{
    struct bytes none = {NULL, 0};

    return start_key(trim_number(numbers->n), trim_number(numbers->e), none, none, key);
}

/* 1 when n = p * q; as n is odd, so are p and q then. product: pn + qn limbs. */
static int is_product(const struct rsa_key *key, mp_limb_t *product, mp_limb_t *tp)
{
    mp_size_t sum = key->pn + key->qn;

    if (sum < key->nn || sum > key->nn + 1) return 0;
    if (key->pn >= key->qn) mpn_sec_mul(product, key->p, key->pn, key->q, key->qn, tp);
    else mpn_sec_mul(product, key->q, key->qn, key->p, key->pn, tp);
    if (sum > key->nn && product[key->nn]) return 0;
    return equal_secret(product, key->n, key->nn * LIMB_BYTES);
}

static nte_status start_private_key(const struct rsa_numbers *numbers, struct rsa_key **key)
{
    struct bytes n = trim_number(numbers->n), p = trim_number(numbers->p), q = trim_number(numbers->q);
    mp_limb_t *scratch;
    struct rsa_key *k;
    nte_status status;

    if (number_bits(p) < 2 || number_bits(q) < 2) return NTE_INVALID_PARAMETER;
    if (p.size > n.size || q.size > n.size) return NTE_INVALID_PARAMETER;
    if ((status = start_key(n, trim_number(numbers->e), p, q, &k))) return status;

    k->material.has_private = 1;
    k->p_bits = number_bits(p);
    k->q_bits = number_bits(q);
    limbs_from_bytes(k->p, k->pn, p);
    limbs_from_bytes(k->q, k->qn, q);
    k->itch = private_itch(k);
    if (!(scratch = secret_alloc((k->pn + k->qn + k->itch) * LIMB_BYTES))) status = NTE_NO_MEMORY;
    else if (!is_product(k, scratch, scratch + k->pn + k->qn)) status = NTE_INVALID_PARAMETER;
    else
    {
        prepare(&k->mod_p, k->p, k->pn, scratch);
        prepare(&k->mod_q, k->q, k->qn, scratch);
    }
    secret_free(scratch);
    if (status) rsa_free(k);
    else *key = k;
    return status;
}

/* With c = -1 / phi mod e, which is a small number, d = (c * phi + 1) / e is the inverse of e modulo phi. So
 * no division has a secret divisor. 0 when there is no inverse. phi: pn + qn limbs; work: 3 * (pn + qn). */
static int make_exponent(struct rsa_key *key, const mp_limb_t *phi, mp_limb_t *work, mp_limb_t *tp)
{
    mp_size_t sum = key->pn + key->qn, en = key->en;
    mp_limb_t c[RSA_MAX_EXPONENT_SIZE / LIMB_BYTES], *quotient = work + sum + en;

    memcpy(work, phi, sum * LIMB_BYTES);
    mpn_sec_div_r(work, sum, key->e, en, tp);
    if (!mpn_sec_invert(c, work, key->e, en, 2 * en * GMP_NUMB_BITS, tp)) return 0;
    mpn_sub_n(c, key->e, c, en);

    mpn_sec_mul(work, phi, sum, c, en, tp);
    work[0] |= 1;
    mpn_sec_div_qr(quotient, work, sum + en, key->e, en, tp);
    memcpy(key->d, quotient, key->nn * LIMB_BYTES);
    wipe(c, sizeof(c));
    return 1;
}

/* result = d mod (prime - 1); work: nn + count limbs. */
static void reduce_exponent(const struct rsa_key *key, mp_limb_t *result, const mp_limb_t *prime, mp_size_t count,
                            mp_limb_t *work, mp_limb_t *tp)
{
    mp_limb_t *below = work + key->nn;

    memcpy(work, key->d, key->nn * LIMB_BYTES);
    memcpy(below, prime, count * LIMB_BYTES);
    below[0] ^= 1;
    mpn_sec_div_r(work, key->nn, below, count, tp);
    memcpy(result, work, count * LIMB_BYTES);
}

/* qinv = 1 / q mod p; 0 when there is none, as when p = q. work: pn + qn limbs. */
static int make_coefficient(struct rsa_key *key, mp_limb_t *work, mp_limb_t *tp)
{
    memset(work, 0, (key->pn + key->qn) * LIMB_BYTES);
    memcpy(work, key->q, key->qn * LIMB_BYTES);
    mpn_sec_div_r(work, key->pn + key->qn, key->p, key->pn, tp);
    return mpn_sec_invert(key->qinv, work, key->p, key->pn, 2 * key->pn * GMP_NUMB_BITS, tp);
}

static nte_status derive_numbers(struct rsa_key *key)
{
    mp_size_t pn = key->pn, qn = key->qn, sum = pn + qn;
    mp_limb_t *phi, *work, *tp;
    int valid;

    if (!(phi = secret_alloc((4 * sum + key->itch) * LIMB_BYTES))) return NTE_NO_MEMORY;
    work = phi + sum;
    tp = work + 3 * sum;

    key->p[0] ^= 1;
    key->q[0] ^= 1;
    if (pn >= qn) mpn_sec_mul(phi, key->p, pn, key->q, qn, tp);
    else mpn_sec_mul(phi, key->q, qn, key->p, pn, tp);
    key->p[0] ^= 1;
    key->q[0] ^= 1;

    valid = make_exponent(key, phi, work, tp);
    if (valid) valid = make_coefficient(key, work, tp);
    if (valid)
    {
        reduce_exponent(key, key->dp, key->p, pn, work, tp);
        reduce_exponent(key, key->dq, key->q, qn, work, tp);
    }
    secret_free(phi);
    return valid ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

/* The proof inside rsa_private fails unless p and q are primes (or as good as). */
static nte_status try_key(const struct rsa_key *key)
{
    uint8_t *number;
    nte_status status;

    if (!(number = secret_alloc(key->n_size))) return NTE_NO_MEMORY;
    number[key->n_size - 1] = 2;
    status = rsa_private(key, number, number);
    secret_free(number);
    return status == NTE_INTERNAL_ERROR ? NTE_INVALID_PARAMETER : status;
}

nte_status rsa_import_private(const struct rsa_numbers *numbers, struct rsa_key **key)
{
    struct rsa_key *k;
    nte_status status;

    if ((status = start_private_key(numbers, &k))) return status;
    if (!(status = derive_numbers(k))) status = try_key(k);
    if (status) rsa_free(k);
    else *key = k;
    return status;
}

static int take_number(mp_limb_t *limbs, mp_size_t count, struct bytes number, const mp_limb_t *modulus)
{
    number = trim_number(number);
    if (limbs_for_bytes(number.size) > count) return 0;
    limbs_from_bytes(limbs, count, number);
    return !limbs_zero(limbs, count) && limbs_less(limbs, modulus, count);
}

nte_status rsa_import_trusted(const struct rsa_numbers *numbers, struct rsa_key **key)
{
    struct rsa_key *k;
    nte_status status;

    if ((status = start_private_key(numbers, &k))) return status;
    if (take_number(k->d, k->nn, numbers->d, k->n) && take_number(k->dp, k->pn, numbers->dp, k->p) &&
        take_number(k->dq, k->qn, numbers->dq, k->q) && take_number(k->qinv, k->pn, numbers->qinv, k->p))
    {
        *key = k;
        return NTE_SUCCESS;
    }
    rsa_free(k);
    return NTE_INVALID_PARAMETER;
}
