/* SPDX-License-Identifier: LGPL-2.1-or-later
 * RSA keys for tests, made with GMP's mpz functions, independently of the engine. Include after cmocka.h. */
#ifndef TESTS_RSA_SAMPLE_H
#define TESTS_RSA_SAMPLE_H

#include "crypto_sample.h"
#include "rsa/rsa.h"

/* The eight numbers of a key; the ones that an import does not need are what it must come to. */
struct sample_key
{
    mpz_t n, e, p, q, dp, dq, qinv, d;
};

static inline void sample_init(struct sample_key *k)
{
    mpz_inits(k->n, k->e, k->p, k->q, k->dp, k->dq, k->qinv, k->d, NULL);
}

static inline void sample_clear(struct sample_key *k)
{
    mpz_clears(k->n, k->e, k->p, k->q, k->dp, k->dq, k->qinv, k->d, NULL);
}

/* Fills in the rest from p, q and e; 0 when e has no inverse. */
static inline int sample_derive(struct sample_key *k)
{
    mpz_t p1, q1, phi;
    int valid;

    mpz_inits(p1, q1, phi, NULL);
    mpz_sub_ui(p1, k->p, 1);
    mpz_sub_ui(q1, k->q, 1);
    mpz_mul(phi, p1, q1);
    mpz_mul(k->n, k->p, k->q);
    valid = mpz_invert(k->d, k->e, phi) && mpz_invert(k->qinv, k->q, k->p);
    mpz_mod(k->dp, k->d, p1);
    mpz_mod(k->dq, k->d, q1);
    mpz_clears(p1, q1, phi, NULL);
    return valid;
}

/* Primes of so many bits, with the highest bits set, found from seed; e must have an inverse. */
static inline void sample_make(struct sample_key *k, size_t p_bits, size_t q_bits, uint64_t e, uint32_t seed)
{
    gmp_randstate_t random;

    gmp_randinit_default(random);
    gmp_randseed_ui(random, seed);
    mpz_import(k->e, 1, 1, sizeof(e), 0, 0, &e);
    do
    {
        mpz_urandomb(k->p, random, p_bits);
        mpz_urandomb(k->q, random, q_bits);
        mpz_setbit(k->p, p_bits - 1);
        mpz_setbit(k->q, q_bits - 1);
        if (p_bits > 3) mpz_setbit(k->p, p_bits - 2);
        if (q_bits > 3) mpz_setbit(k->q, q_bits - 2);
        mpz_nextprime(k->p, k->p);
        mpz_nextprime(k->q, k->q);
    } while (mpz_sizeinbase(k->p, 2) != p_bits || mpz_sizeinbase(k->q, 2) != q_bits || !mpz_cmp(k->p, k->q) ||
             !sample_derive(k));
    gmp_randclear(random);
}

static inline struct bytes number(const mpz_t x)
{
    struct bytes result = {NULL, mpz_sizeinbase(x, 256)};
    uint8_t *data = take(result.size);

    mpz_export(data, NULL, 1, 1, 0, 0, x);
    result.data = data;
    return result;
}

static inline struct rsa_numbers sample_numbers(const struct sample_key *k)
{
    struct rsa_numbers numbers;

    numbers.n = number(k->n);
    numbers.e = number(k->e);
    numbers.p = number(k->p);
    numbers.q = number(k->q);
    numbers.dp = number(k->dp);
    numbers.dq = number(k->dq);
    numbers.qinv = number(k->qinv);
    numbers.d = number(k->d);
    return numbers;
}

static inline struct rsa_numbers published_numbers(void)
{
    struct rsa_numbers numbers;

    numbers.n = hex(SAMPLE_N);
    numbers.e = hex(SAMPLE_E);
    numbers.p = hex(SAMPLE_P);
    numbers.q = hex(SAMPLE_Q);
    numbers.dp = hex(SAMPLE_DP);
    numbers.dq = hex(SAMPLE_DQ);
    numbers.qinv = hex(SAMPLE_QINV);
    numbers.d = hex(SAMPLE_D);
    return numbers;
}

static inline void set_bytes(mpz_t x, struct bytes from)
{
    mpz_import(x, from.size, 1, 1, 0, 0, from.data);
}

static inline void set_limbs(mpz_t x, const mp_limb_t *limbs, mp_size_t count)
{
    mpz_import(x, count, -1, sizeof(*limbs), 0, 0, limbs);
}

/* x as size bytes with leading zeros. */
static inline struct bytes padded(const mpz_t x, size_t size)
{
    uint8_t *data = take(size);
    struct bytes digits = number(x);

    if (mpz_sgn(x)) memcpy(data + size - digits.size, digits.data, digits.size);
    return run(data, size);
}

static inline void assert_limbs(const mp_limb_t *limbs, mp_size_t count, const mpz_t expected)
{
    mpz_t x;

    mpz_init(x);
    set_limbs(x, limbs, count);
    assert_int_equal(mpz_cmp(x, expected), 0);
    mpz_clear(x);
}

static inline void assert_key(const struct rsa_key *key, const struct sample_key *k)
{
    assert_limbs(key->n, key->nn, k->n);
    assert_limbs(key->e, key->en, k->e);
    assert_limbs(key->p, key->pn, k->p);
    assert_limbs(key->q, key->qn, k->q);
    assert_limbs(key->d, key->nn, k->d);
    assert_limbs(key->dp, key->pn, k->dp);
    assert_limbs(key->dq, key->qn, k->dq);
    assert_limbs(key->qinv, key->pn, k->qinv);
    assert_int_equal(key->material.bits, mpz_sizeinbase(k->n, 2));
    assert_int_equal(key->n_size, mpz_sizeinbase(k->n, 256));
    assert_int_equal(key->p_size, mpz_sizeinbase(k->p, 256));
    assert_int_equal(key->q_size, mpz_sizeinbase(k->q, 256));
    assert_int_equal(key->material.has_private, 1);
}

/* The sample key of crypto_sample.h, for a whole group of tests. */
static struct material *private_key, *public_key;

static inline int open_sample_keys(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    struct rsa_key *key;

    assert_status(rsa_import_private(&numbers, &key), NTE_SUCCESS);
    private_key = &key->material;
    private_key->alg = algorithm_find_ascii("RSA");
    assert_status(rsa_import_public(&numbers, &key), NTE_SUCCESS);
    public_key = &key->material;
    public_key->alg = algorithm_find_ascii("RSA");
    return take_back(state);
}

static inline int close_sample_keys(void **state)
{
    (void)state;
    rsa_family.free(private_key);
    rsa_family.free(public_key);
    rsa_family.free(NULL);
    return 0;
}

#endif
