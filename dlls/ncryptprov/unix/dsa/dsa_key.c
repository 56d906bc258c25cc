/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Making DSA keys: from random numbers, from the numbers of a blob, from our own key file; see dsa.h. */
#include <string.h>

#include <nettle/dsa.h>

#include "dsa/dsa.h"
#include "number/modp.h"

static struct dsa_key *alloc_key(size_t p_size, size_t q_size)
{
    mp_size_t pn = limbs_for_bytes(p_size), qn = limbs_for_bytes(q_size);
    struct dsa_key *key;

    if (!(key = secret_alloc(sizeof(*key) + (3 * pn + 2 * qn) * LIMB_BYTES))) return NULL;
    key->material.family = &dsa_family;
    key->material.bits = 8 * p_size;
    key->p_size = p_size;
    key->q_size = q_size;
    key->pn = pn;
    key->qn = qn;
    key->p = key->limbs;
    key->g = key->p + pn;
    key->y = key->g + pn;
    key->q = key->y + pn;
    key->x = key->q + qn;
    return key;
}

void dsa_free(struct dsa_key *key)
{
    secret_free(key);
}

void dsa_unknown_origin(size_t p_size, size_t q_size, struct dsa_origin *origin)
{
    memset(origin, 0, sizeof(*origin));
    origin->count = DSA_NO_COUNT;
    origin->hash = q_size > 32 ? 2 : q_size > 20;
    origin->standard = p_size > DSA_OLD_BITS / 8;
    origin->seed_size = q_size;
    memset(origin->seed, 0xff, q_size);
}

static int lengths_allowed(struct bytes p, struct bytes q)
{
    size_t bits = number_bits(p);

    if (bits < DSA_MIN_BITS || bits > DSA_MAX_BITS || bits % DSA_STEP_BITS) return 0;
    if (number_bits(q) != 8 * q.size) return 0;
    if (bits <= DSA_OLD_BITS) return q.size == DSA_OLD_Q_SIZE;
    return q.size >= DSA_OLD_Q_SIZE && q.size <= DSA_MAX_Q_SIZE;
}

/* p, q and g; the rest of the numbers is zero. */
static nte_status start_key(const struct dsa_numbers *numbers, const struct dsa_origin *origin,
                            struct dsa_key **key)
{
    struct bytes p = trim_number(numbers->p), q = trim_number(numbers->q);
    struct dsa_key *k;

    if (!lengths_allowed(p, q)) return NTE_INVALID_PARAMETER;
    if (!(k = alloc_key(p.size, q.size))) return NTE_NO_MEMORY;
    if (origin) k->origin = *origin;
    else dsa_unknown_origin(k->p_size, k->q_size, &k->origin);
    limbs_from_bytes(k->p, k->pn, p);
    limbs_from_bytes(k->q, k->qn, q);
    if ((k->p[0] & k->q[0] & 1) && modp_take(k->g, k->pn, numbers->g) && modp_is_proper(k->g, k->p, k->pn))
    {
        *key = k;
        return NTE_SUCCESS;
    }
    dsa_free(k);
    return NTE_INVALID_PARAMETER;
}

static int take_y(struct dsa_key *key, struct bytes y)
{
    return modp_take(key->y, key->pn, y) && modp_is_proper(key->y, key->p, key->pn);
}

static int take_x(struct dsa_key *key, struct bytes x)
{
    int fits = modp_take(key->x, key->qn, x);

    key->material.has_private = 1;
    return fits & modp_is_unit(key->x, key->q, key->qn);
}

/* 1 when q divides p - 1. */
static int divides(const mpz_t q, const mpz_t p)
{
    mpz_t rest;
    int is_one;

    mpz_init(rest);
    mpz_mod(rest, p, q);
    is_one = !mpz_cmp_ui(rest, 1);
    mpz_clear(rest);
    return is_one;
}

#define PRIME_ROUNDS 30

/* Then g, which is not 1, has the order q. */
static int group_fits(const struct dsa_key *key)
{
    mpz_t p, q;

    mpz_roinit_n(p, key->p, key->pn);
    mpz_roinit_n(q, key->q, key->qn);
    return divides(q, p) && mpz_probab_prime_p(q, PRIME_ROUNDS) &&
           modp_power_is_one(key->g, key->q, key->qn, key->p, key->pn);
}

nte_status dsa_import_public(const struct dsa_numbers *numbers, const struct dsa_origin *origin,
                             struct dsa_key **key)
{
    struct dsa_key *k;
    nte_status status;

    if ((status = start_key(numbers, origin, &k))) return status;
    if (take_y(k, numbers->y) && group_fits(k) && modp_power_is_one(k->y, k->q, k->qn, k->p, k->pn))
    {
        *key = k;
        return NTE_SUCCESS;
    }
    dsa_free(k);
    return NTE_INVALID_PARAMETER;
}

/* y = g ^ x; if one was given, it is the same. */
static nte_status make_y(struct dsa_key *key, struct bytes given)
{
    mp_limb_t *made;
    nte_status status;

    if (!(made = secret_alloc(key->pn * LIMB_BYTES))) return NTE_NO_MEMORY;
    status = modp_power_secret(made, key->g, key->x, 8 * key->q_size, key->p, key->pn);
    if (!status && given.size && !(take_y(key, given) && equal_secret(made, key->y, key->pn * LIMB_BYTES)))
        status = NTE_INVALID_PARAMETER;
    if (!status) memcpy(key->y, made, key->pn * LIMB_BYTES);
    secret_free(made);
    return status;
}

nte_status dsa_import_private(const struct dsa_numbers *numbers, const struct dsa_origin *origin,
                              struct dsa_key **key)
{
    struct dsa_key *k;
    nte_status status;

    if ((status = start_key(numbers, origin, &k))) return status;
    status = take_x(k, numbers->x) && group_fits(k) ? make_y(k, numbers->y) : NTE_INVALID_PARAMETER;
    if (status) dsa_free(k);
    else *key = k;
    return status;
}

nte_status dsa_import_trusted(const struct dsa_numbers *numbers, const struct dsa_origin *origin,
                              struct dsa_key **key)
{
    struct dsa_key *k;
    nte_status status;

    if ((status = start_key(numbers, origin, &k))) return status;
    if (take_x(k, numbers->x) && take_y(k, numbers->y))
    {
        *key = k;
        return NTE_SUCCESS;
    }
    dsa_free(k);
    return NTE_INVALID_PARAMETER;
}

static void take_params(struct dsa_key *key, const struct dsa_params *params)
{
    mpz_export(key->p, NULL, -1, LIMB_BYTES, 0, 0, params->p);
    mpz_export(key->q, NULL, -1, LIMB_BYTES, 0, 0, params->q);
    mpz_export(key->g, NULL, -1, LIMB_BYTES, 0, 0, params->g);
}

static nte_status make_group(struct dsa_key *key, struct random_source *random)
{
    struct dsa_params params;
    nte_status status = NTE_INTERNAL_ERROR;

    dsa_params_init(&params);
    if (dsa_generate_params(&params, random, random_fill, NULL, NULL, key->material.bits, 8 * key->q_size) &&
        !random->failed)
    {
        take_params(key, &params);
        status = NTE_SUCCESS;
    }
    dsa_params_clear(&params);
    return status;
}

static nte_status make_pair(struct dsa_key *key, struct random_source *random)
{
    struct bytes none = {NULL, 0};
    nte_status status;

    key->material.has_private = 1;
    if ((status = modp_draw(random, key->x, key->q, key->qn, 8 * key->q_size))) return status;
    return make_y(key, none);
}

nte_status dsa_key_generate(uint32_t bits, struct dsa_key **key)
{
    struct random_source random = {.for_key = 1};
    struct dsa_key *k;
    nte_status status;

    if (bits < DSA_MIN_BITS || bits > DSA_MAX_BITS || bits % DSA_STEP_BITS) return NTE_INVALID_PARAMETER;
    if (!(k = alloc_key(bits / 8, bits > DSA_OLD_BITS ? 32 : DSA_OLD_Q_SIZE))) return NTE_NO_MEMORY;
    dsa_unknown_origin(k->p_size, k->q_size, &k->origin);
    if (!(status = make_group(k, &random))) status = make_pair(k, &random);
    if (status) dsa_free(k);
    else *key = k;
    return status;
}
