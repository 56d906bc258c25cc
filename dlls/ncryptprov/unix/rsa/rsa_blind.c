/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The blinding pair of an RSA key; see rsa.h. A fresh pair costs about as much as an exponentiation, so each
 * is used for a while, squared between uses: r, r^2, r^4, ... All of it is in Montgomery form. */
#include <pthread.h>
#include <string.h>

#include "base/random.h"
#include "rsa/rsa.h"

#define USES_PER_PAIR 32
#define MAX_DRAWS 64                /* modulo 3, the worst case, four in nine pairs have an inverse */

struct rsa_blinding
{
    pthread_mutex_t mutex;          /* held for two multiplications at most, never for an exponentiation */
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

/* One limb more than n has makes the remainder as good as uniform. */
static int draw(const struct rsa_key *key, mp_limb_t *r, mp_limb_t *tp)
{
    struct random_source random = {0};
    mp_size_t drawn = key->nn + 1;

    random_fill(&random, drawn * LIMB_BYTES, (uint8_t *)tp);
    montgomery_enter(&key->mod_n, r, tp, drawn, tp + drawn);
    return !random.failed;
}

/* b = 1 / r, by way of 1 / (r * s) for another random s. So the number inverted reveals nothing about r: it may leak
 * through timing and may stay in memory. 0 when there is no inverse. b holds s. */
static int invert(const struct rsa_key *key, const mp_limb_t *r, mp_limb_t *b, mp_limb_t *tp)
{
    mp_limb_t *product = tp;
    mpz_t n, x, inverse;
    int found;

    tp += key->nn;
    montgomery_multiply(&key->mod_n, product, r, b, tp);
    montgomery_leave(&key->mod_n, product, product, tp);
    mpz_init(inverse);
    if ((found = mpz_invert(inverse, mpz_roinit_n(x, product, key->nn), mpz_roinit_n(n, key->n, key->nn))))
    {
        memcpy(product, mpz_limbs_read(inverse), mpz_size(inverse) * LIMB_BYTES);
        memset(product + mpz_size(inverse), 0, (key->nn - mpz_size(inverse)) * LIMB_BYTES);
        montgomery_enter(&key->mod_n, tp, product, key->nn, tp + key->nn);
        montgomery_multiply(&key->mod_n, b, b, tp, tp + key->nn);
    }
    mpz_clear(inverse);
    return found;
}

static nte_status draw_pair(const struct rsa_key *key, mp_limb_t *a, mp_limb_t *b, mp_limb_t *tp)
{
    int i;

    for (i = 0; i < MAX_DRAWS && draw(key, a, tp) && draw(key, b, tp); i++)
    {
        if (!invert(key, a, b, tp)) continue;
        montgomery_power_public(&key->mod_n, a, a, key->e, key->e_bits, tp);
        return NTE_SUCCESS;
    }
    return NTE_INTERNAL_ERROR;
}

static int take_cached(const struct rsa_key *key, mp_limb_t *a, mp_limb_t *b, mp_limb_t *tp)
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
            montgomery_square(&key->mod_n, blinding->a, a, tp);
            montgomery_square(&key->mod_n, blinding->b, b, tp);
        }
    }
    pthread_mutex_unlock(&blinding->mutex);
    return found;
}

/* The pair in a and b is used by the caller; what the others find is its square. */
static void keep_pair(const struct rsa_key *key, const mp_limb_t *a, const mp_limb_t *b, mp_limb_t *tp)
{
    struct rsa_blinding *blinding = key->blinding;

    pthread_mutex_lock(&blinding->mutex);
    montgomery_square(&key->mod_n, blinding->a, a, tp);
    montgomery_square(&key->mod_n, blinding->b, b, tp);
    blinding->uses_left = USES_PER_PAIR - 1;
    pthread_mutex_unlock(&blinding->mutex);
}

nte_status rsa_blinding_take(const struct rsa_key *key, mp_limb_t *a, mp_limb_t *b, mp_limb_t *tp)
{
    nte_status status;

    if (take_cached(key, a, b, tp)) return NTE_SUCCESS;
    if ((status = draw_pair(key, a, b, tp))) return status;
    keep_pair(key, a, b, tp);
    return NTE_SUCCESS;
}
