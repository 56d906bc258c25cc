/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Making RSA keys from random numbers; see rsa.h. Two threads look through a batch of random numbers each, until two
 * primes are found. All random numbers are drawn by the caller's thread: GnuTLS keeps a generator for every thread that
 * ever asked for some. */
#include <pthread.h>
#include <signal.h>
#include <string.h>

#include "base/random.h"
#include "rsa/rsa.h"
#include "rsa/rsa_prime.h"

#define NUMBERS_PER_BIT 16          /* a batch has a prime in one of five cases */
#define MIN_DISTANCE    100         /* p and q differ within so many of their highest bits (FIPS 186-5 A.1.3) */
#define THREAD_STACK    (256 * 1024)

struct generation
{
    struct prime_search searches[2];
    size_t size;                    /* limbs of the random numbers of both */
    uint16_t small[RSA_SMALL_PRIMES];
    mp_limb_t *primes[2];           /* count limbs each */
    unsigned int found;
};

static mp_limb_t *open_generation(struct generation *g, size_t bits)
{
    mp_size_t count = limbs_for_bytes((bits + 7) / 8), itch = rsa_prime_itch(bits), own;
    size_t candidates = bits / NUMBERS_PER_BIT;
    mp_limb_t *block;
    int i;

    own = (candidates + rsa_prime_rounds(bits)) * count;
    if (!(block = secret_alloc((2 * (own + itch) + 2 * count) * LIMB_BYTES))) return NULL;
    rsa_small_primes(g->small);
    for (i = 0; i < 2; i++)
    {
        g->searches[i] = (struct prime_search){.bits = bits, .count = count, .candidates = candidates};
        g->searches[i].small = g->small;
        g->searches[i].numbers = block + i * own;
        g->searches[i].bases = g->searches[i].numbers + candidates * count;
        g->searches[i].tp = block + 2 * own + i * itch;
        g->primes[i] = block + 2 * (own + itch) + i * count;
    }
    g->size = 2 * own;
    g->found = 0;
    return block;
}

/* Anything for the bases. The others get what each prime of a key has, lowest and highest bit set: waiting for numbers
 * that have it would find the same primes in four times the time. */
static int draw(struct generation *g, struct random_source *random)
{
    struct prime_search *search;
    size_t i, spare;
    mp_limb_t *x;
    int which;

    random_fill(random, g->size * LIMB_BYTES, (uint8_t *)g->searches[0].numbers);
    for (which = 0; which < 2; which++)
    {
        search = &g->searches[which];
        spare = search->count * GMP_NUMB_BITS - search->bits;
        for (i = 0; i < search->candidates; i++)
        {
            x = search->numbers + i * search->count;
            x[0] |= 1;
            x[search->count - 1] = (x[search->count - 1] | (mp_limb_t)1 << (GMP_NUMB_BITS - 1)) >> spare;
        }
    }
    return !random->failed;
}

/* --- the second thread --- */

static void *search_thread(void *search)
{
    rsa_prime_search(search);
    return NULL;
}

/* Without any signal: Wine's handlers would not know the thread. */
static int start_thread(pthread_t *thread, struct prime_search *search)
{
    pthread_attr_t attributes;
    sigset_t all, before;
    int started;

    if (pthread_attr_init(&attributes)) return 0;
    pthread_attr_setstacksize(&attributes, THREAD_STACK);
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    started = !pthread_create(thread, &attributes, search_thread, search);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    pthread_attr_destroy(&attributes);
    return started;
}

static void search_both(struct generation *g)
{
    pthread_t thread;
    int started = start_thread(&thread, &g->searches[1]);

    rsa_prime_search(&g->searches[0]);
    if (started) pthread_join(thread, NULL);
    else rsa_prime_search(&g->searches[1]);
}

/* --- two primes --- */

/* |p - q| > 2^(bits - 100), so also p is not q. */
static int are_apart(struct generation *g)
{
    mp_size_t i, count = g->searches[0].count, whole = (g->searches[0].bits - MIN_DISTANCE) / GMP_NUMB_BITS;
    unsigned int shift = (g->searches[0].bits - MIN_DISTANCE) % GMP_NUMB_BITS;
    mp_limb_t *p = g->primes[0], *q = g->primes[1], *difference = g->searches[0].tp, any = 0;

    if (!mpn_cmp(p, q, count)) return 0;
    if (mpn_cmp(p, q, count) > 0) mpn_sub_n(difference, p, q, count);
    else mpn_sub_n(difference, q, p, count);
    mpn_sub_1(difference, difference, count, 1);
    for (i = whole + 1; i < count; i++) any |= difference[i];
    return any || difference[whole] >> shift;
}

static void keep_found(struct generation *g)
{
    int i;

    for (i = 0; i < 2 && g->found < 2; i++)
    {
        if (!g->searches[i].found) continue;
        memcpy(g->primes[g->found++], g->searches[i].found, g->searches[i].count * LIMB_BYTES);
        if (g->found == 2 && !are_apart(g)) g->found = 1;
    }
}

static nte_status find_primes(struct generation *g)
{
    struct random_source random = {.for_key = 1};

    while (g->found < 2)
    {
        if (!draw(g, &random)) return NTE_INTERNAL_ERROR;
        search_both(g);
        keep_found(g);
    }
    return NTE_SUCCESS;
}

/* --- the key --- */

static nte_status import_primes(struct generation *g, uint32_t bits, struct rsa_key **key)
{
    static const uint8_t exponent[] = {1, 0, 1};
    size_t size = (bits / 2 + 7) / 8;
    mp_size_t count = g->searches[0].count;
    struct rsa_numbers numbers = {.e = {exponent, sizeof(exponent)}};
    mp_limb_t *product = g->searches[0].numbers, *tp = product + 2 * count;
    nte_status status;
    uint8_t *bytes;

    if (!(bytes = secret_alloc(4 * size))) return NTE_NO_MEMORY;
    mpn_sec_mul(product, g->primes[0], count, g->primes[1], count, tp);
    limbs_to_bytes(bytes, size, g->primes[0], count);
    limbs_to_bytes(bytes + size, size, g->primes[1], count);
    limbs_to_bytes(bytes + 2 * size, 2 * size, product, 2 * count);
    numbers.p = bytes_of(bytes, size);
    numbers.q = bytes_of(bytes + size, size);
    numbers.n = bytes_of(bytes + 2 * size, 2 * size);
    status = rsa_import_private(&numbers, key);
    secret_free(bytes);
    return status == NTE_INVALID_PARAMETER ? NTE_INTERNAL_ERROR : status;
}

/* d > 2^(bits / 2) (FIPS 186-5 A.1.1), which chance alone can fail, and never does */
static int is_long(const struct rsa_key *key)
{
    mp_size_t low = key->pn;

    return !limbs_zero(key->d + low, key->nn - low);
}

nte_status rsa_generate(uint32_t bits, struct rsa_key **key)
{
    struct generation g;
    struct rsa_key *k = NULL;
    mp_limb_t *block;
    nte_status status;

    if (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS || bits % 8) return NTE_INVALID_PARAMETER;
    if (!(block = open_generation(&g, bits / 2))) return NTE_NO_MEMORY;
    if (!(status = find_primes(&g))) status = import_primes(&g, bits, &k);
    secret_free(block);
    if (status) return status;
    if (!is_long(k))
    {
        rsa_free(k);
        return rsa_generate(bits, key);
    }
    *key = k;
    return NTE_SUCCESS;
}
