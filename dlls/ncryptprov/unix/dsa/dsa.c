/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signing and verifying with DSA; see dsa.h. Signing stays in our own memory: nettle inverts the nonce in variable
 * time and would not wipe it. */
#include <string.h>

#include <nettle/dsa.h>

#include "dsa/dsa.h"
#include "number/modp.h"

static mp_size_t signing_itch(const struct dsa_key *key)
{
    mp_size_t qn = key->qn, itch;

    itch = larger_size(mpn_sec_div_r_itch(key->pn, qn), mpn_sec_div_r_itch(2 * qn, qn));
    itch = larger_size(itch, mpn_sec_invert_itch(qn));
    return larger_size(itch, mpn_sec_mul_itch(qn, qn));
}

/* Of one signature. All but the power have qn limbs, the product twice that. */
struct signing
{
    mp_limb_t *power;               /* pn limbs; its low qn are r */
    mp_limb_t *nonce, *inverse, *hash, *product, *tp;
    mp_limb_t limbs[];
};

static struct signing *start_signing(const struct dsa_key *key)
{
    mp_size_t qn = key->qn, count = key->pn + 5 * qn;
    struct signing *w;

    if (!(w = secret_alloc(sizeof(*w) + (count + signing_itch(key)) * LIMB_BYTES))) return NULL;
    w->power = w->limbs;
    w->nonce = w->power + key->pn;
    w->inverse = w->nonce + qn;
    w->hash = w->inverse + qn;
    w->product = w->hash + qn;
    w->tp = w->product + 2 * qn;
    return w;
}

/* q has whole bytes, so leftmost bits are leftmost bytes. */
static void take_hash(const struct dsa_key *key, struct bytes digest, struct signing *w)
{
    if (digest.size > key->q_size) digest.size = key->q_size;
    limbs_from_bytes(w->hash, key->qn, digest);
    mpn_sec_div_r(w->hash, key->qn, key->q, key->qn, w->tp);
}

/* product = a * b mod q, in its low qn limbs. a or b may be product. */
static void multiply(const struct dsa_key *key, struct signing *w, const mp_limb_t *a, const mp_limb_t *b)
{
    mp_limb_t *copy = w->inverse;

    if (a == w->product)
    {
        memcpy(copy, a, key->qn * LIMB_BYTES);
        a = copy;
    }
    mpn_sec_mul(w->product, a, key->qn, b, key->qn, w->tp);
    mpn_sec_div_r(w->product, 2 * key->qn, key->q, key->qn, w->tp);
}

/* product += hash mod q */
static void add_hash(const struct dsa_key *key, struct signing *w)
{
    w->product[key->qn] = mpn_add_n(w->product, w->product, w->hash, key->qn);
    mpn_sec_div_r(w->product, key->qn + 1, key->q, key->qn, w->tp);
}

/* One try: r in power, s in product. */
static nte_status try_signing(const struct dsa_key *key, struct random_source *random, struct signing *w)
{
    mp_size_t qn = key->qn;
    nte_status status;

    if ((status = modp_draw(random, w->nonce, key->q, qn, 8 * key->q_size))) return status;
    if ((status = modp_power_secret(w->power, key->g, w->nonce, 8 * key->q_size, key->p, key->pn))) return status;
    mpn_sec_div_r(w->power, key->pn, key->q, qn, w->tp);

    multiply(key, w, w->power, key->x);
    add_hash(key, w);
    memcpy(w->inverse, w->nonce, qn * LIMB_BYTES);
    if (!mpn_sec_invert(w->nonce, w->inverse, key->q, qn, 2 * qn * GMP_NUMB_BITS, w->tp))
        return NTE_INTERNAL_ERROR;
    multiply(key, w, w->product, w->nonce);
    return NTE_SUCCESS;
}

/* In practice r and s are never zero; with an imported group that yields nothing else we give up. */
#define MAX_TRIES 32

nte_status dsa_key_sign(const struct dsa_key *key, struct bytes digest, uint8_t *signature)
{
    struct random_source random = {.for_key = 0};
    int tries = 0, done = 0;
    struct signing *w;
    nte_status status;

    if (!(w = start_signing(key))) return NTE_NO_MEMORY;
    take_hash(key, digest, w);
    do
    {
        if ((status = try_signing(key, &random, w))) break;
        done = !limbs_zero(w->power, key->qn) && !limbs_zero(w->product, key->qn);
    } while (!done && ++tries < MAX_TRIES);
    if (!status && !done) status = NTE_INTERNAL_ERROR;
    if (!status)
    {
        limbs_to_bytes(signature, key->q_size, w->power, key->qn);
        limbs_to_bytes(signature + key->q_size, key->q_size, w->product, key->qn);
    }
    secret_free(w);
    return status;
}

nte_status dsa_key_verify(const struct dsa_key *key, struct bytes digest, const uint8_t *signature)
{
    struct dsa_signature rs;
    struct dsa_params params;
    mpz_t y;
    int valid;

    mpz_roinit_n(params.p, key->p, key->pn);
    mpz_roinit_n(params.q, key->q, key->qn);
    mpz_roinit_n(params.g, key->g, key->pn);
    mpz_roinit_n(y, key->y, key->pn);
    dsa_signature_init(&rs);
    mpz_import(rs.r, key->q_size, 1, 1, 0, 0, signature);
    mpz_import(rs.s, key->q_size, 1, 1, 0, 0, signature + key->q_size);
    valid = dsa_verify(&params, y, digest.size, digest.data, &rs);
    dsa_signature_clear(&rs);
    return valid ? NTE_SUCCESS : NTE_BAD_SIGNATURE;
}
