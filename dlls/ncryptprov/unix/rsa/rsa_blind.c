/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The blinding pair of an RSA key; see rsa.h. A fresh pair costs about as much as an exponentiation, so each
 * is used for a while, squared between uses: r, r^2, r^4, ... */
#include <pthread.h>
#include <string.h>

#include "base/random.h"
#include "rsa/rsa.h"

#define USES_PER_PAIR 32
#define MAX_DRAWS 16

struct rsa_blinding
{
    pthread_mutex_t mutex;          /* held for four multiplications at most, never for an exponentiation */
    unsigned int uses_left;
    mp_limb_t *a, *b;
    mp_limb_t limbs[];
};

struct rsa_blinding *rsa_blinding_alloc(mp_size_t nn)
{
    struct rsa_blinding *blinding;

    if (!(blinding = secret_alloc(sizeof(*blinding) + 2 * nn * LIMB_BYTES))) return NULL;
    if (pthread_mutex_init(&blinding->mutex, NULL))
    {
        secret_free(blinding);
        return NULL;
    }
    blinding->a = blinding->limbs;
    blinding->b = blinding->limbs + nn;
    return blinding;
}

void rsa_blinding_free(struct rsa_blinding *blinding)
{
    if (!blinding) return;
    pthread_mutex_destroy(&blinding->mutex);
    secret_free(blinding);
}

void rsa_blinding_drop(struct rsa_blinding *blinding)
{
    pthread_mutex_lock(&blinding->mutex);
    blinding->uses_left = 0;
    pthread_mutex_unlock(&blinding->mutex);
}

void rsa_multiply(const struct rsa_key *key, mp_limb_t *result, const mp_limb_t *a, const mp_limb_t *b,
                  mp_limb_t *product, mp_limb_t *tp)
{
    mpn_sec_mul(product, a, key->nn, b, key->nn, tp);
    mpn_sec_div_r(product, 2 * key->nn, key->n, key->nn, tp);
    memcpy(result, product, key->nn * LIMB_BYTES);
}

static void square(const struct rsa_key *key, mp_limb_t *x, mp_limb_t *product, mp_limb_t *tp)
{
    mpn_sec_sqr(product, x, key->nn, tp);
    mpn_sec_div_r(product, 2 * key->nn, key->n, key->nn, tp);
    memcpy(x, product, key->nn * LIMB_BYTES);
}

/* One limb more than n has makes the remainder as good as uniform. */
static nte_status draw_pair(const struct rsa_key *key, mp_limb_t *a, mp_limb_t *b, mp_limb_t *product,
                            mp_limb_t *tp)
{
    struct random_source random = {0};
    mp_size_t nn = key->nn;
    int i;

    for (i = 0; i < MAX_DRAWS; i++)
    {
        random_fill(&random, (nn + 1) * LIMB_BYTES, (uint8_t *)product);
        if (random.failed) break;
        mpn_sec_div_r(product, nn + 1, key->n, nn, tp);
        mpn_sec_powm(a, product, nn, key->e, key->e_bits, key->n, nn, tp);
        if (mpn_sec_invert(b, product, key->n, nn, 2 * nn * GMP_NUMB_BITS, tp)) return NTE_SUCCESS;
    }
    return NTE_INTERNAL_ERROR;
}

static int take_cached(const struct rsa_key *key, mp_limb_t *a, mp_limb_t *b, mp_limb_t *product, mp_limb_t *tp)
{
    struct rsa_blinding *blinding = key->blinding;
    size_t size = key->nn * LIMB_BYTES;
    int found = 0;

    pthread_mutex_lock(&blinding->mutex);
    if (blinding->uses_left)
    {
        found = 1;
        memcpy(a, blinding->a, size);
        memcpy(b, blinding->b, size);
        if (--blinding->uses_left)
        {
            square(key, blinding->a, product, tp);
            square(key, blinding->b, product, tp);
        }
    }
    pthread_mutex_unlock(&blinding->mutex);
    return found;
}

/* The pair in a and b is used by the caller; what the others find is its square. */
static void keep_pair(const struct rsa_key *key, const mp_limb_t *a, const mp_limb_t *b, mp_limb_t *product,
                      mp_limb_t *tp)
{
    struct rsa_blinding *blinding = key->blinding;

    pthread_mutex_lock(&blinding->mutex);
    rsa_multiply(key, blinding->a, a, a, product, tp);
    rsa_multiply(key, blinding->b, b, b, product, tp);
    blinding->uses_left = USES_PER_PAIR - 1;
    pthread_mutex_unlock(&blinding->mutex);
}

nte_status rsa_blinding_take(const struct rsa_key *key, mp_limb_t *a, mp_limb_t *b, mp_limb_t *product,
                             mp_limb_t *tp)
{
    nte_status status;

    if (take_cached(key, a, b, product, tp)) return NTE_SUCCESS;
    if ((status = draw_pair(key, a, b, product, tp))) return status;
    keep_pair(key, a, b, product, tp);
    return NTE_SUCCESS;
}
