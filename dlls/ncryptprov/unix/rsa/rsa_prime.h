/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Primes for RSA keys, as FIPS 186-5 A.1.3 has them: random numbers until one is prime. */
#ifndef ENGINE_RSA_PRIME_H
#define ENGINE_RSA_PRIME_H

#include "number/montgomery.h"

#define RSA_SMALL_PRIMES 2048        /* room for those that numbers are divided by first */

/* One batch of random numbers, for one thread. */
struct prime_search
{
    size_t bits;                    /* of a prime; 192 or more */
    mp_size_t count;                /* limbs of a prime */
    size_t candidates;
    const uint16_t *small;          /* from rsa_small_primes */
    mp_limb_t *numbers;             /* candidates * count limbs: random, odd, of exactly that many bits */
    mp_limb_t *bases;               /* rsa_prime_rounds(bits) * count limbs, random */
    mp_limb_t *tp;                  /* rsa_prime_itch(bits) limbs */
    const mp_limb_t *found;         /* the result: one of the numbers, or NULL */
};

/* So many rounds of Miller and Rabin keep the risk that a random number of so many bits passes without being prime as
 * low as FIPS 186-5 B.3 wants it. */
unsigned int rsa_prime_rounds(size_t bits);
mp_size_t rsa_prime_itch(size_t bits);

void rsa_small_primes(uint16_t primes[RSA_SMALL_PRIMES]);

/* The first number that is at least sqrt(2) * 2^(bits - 1), and prime, with 65537 not a factor of one less. */
void rsa_prime_search(struct prime_search *search);

#endif
