/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA, the signatures of FIPS 204: its keys and its operations, without anything of Windows. Names are those of the
 * standard; its section 7 is in mldsa_math.h. */
#ifndef ENGINE_MLDSA_H
#define ENGINE_MLDSA_H

#include "base/memory.h"
#include "base/status.h"

#define MLDSA_N 256                 /* coefficients of a polynomial */
#define MLDSA_MAX_K 8
#define MLDSA_MAX_L 7
#define MLDSA_SEED_SIZE 32          /* bytes: xi */
#define MLDSA_MU_SIZE 64            /* bytes */
#define MLDSA_MAX_CONTEXT 255       /* bytes */
#define MLDSA_MAX_PUBLIC 2592       /* bytes */
#define MLDSA_MAX_PRIVATE 4896
#define MLDSA_MAX_SIGNATURE 4627

/* A parameter set: table 1, and the sizes of table 2 in bytes. */
struct mldsa_set
{
    const char *name;               /* "44", as bcrypt.h has it */
    unsigned int strength;          /* lambda: bits; of the commitment hash there are 2 lambda */
    unsigned int k, l, tau, omega;
    int32_t eta, gamma1, gamma2, beta;
    unsigned int eta_bits, z_bits, w1_bits;     /* that a coefficient takes: of s1 and s2, of z, of w1 */
    size_t public_size, private_size, signature_size;
};

#define MLDSA_SET_COUNT 3
extern const struct mldsa_set mldsa_sets[MLDSA_SET_COUNT];

struct mldsa_poly
{
    int32_t c[MLDSA_N];
};

/* Everything that operations need, computed once: 30 to 90 KB, one block, which mldsa_free wipes. */
struct mldsa_key
{
    const struct mldsa_set *set;
    int has_private, has_seed;
    uint8_t seed[MLDSA_SEED_SIZE];  /* xi, when has_seed */
    uint8_t tr[64];                 /* H(pk) */
    uint8_t pk[MLDSA_MAX_PUBLIC];   /* set->public_size bytes */
    uint8_t sk[MLDSA_MAX_PRIVATE];  /* set->private_size bytes, when has_private */
    struct mldsa_poly *a;           /* Â, row by row: k * l */
    struct mldsa_poly *t1;          /* t1 * 2^d, transformed: k */
    struct mldsa_poly *s1, *s2, *t0;            /* transformed: l, k, k; when has_private */
    struct mldsa_poly polys[];
};

/* --- mldsa_key.c --- */

/* Algorithm 6, KeyGen_internal. Fails only with NTE_NO_MEMORY. */
nte_status mldsa_generate(const struct mldsa_set *set, const uint8_t seed[MLDSA_SEED_SIZE], struct mldsa_key **key);

/* From set->public_size and set->private_size bytes. Any pk is a key; an sk is NTE_INVALID_PARAMETER unless s1 and s2
 * are in range and everything else in it follows from them, rho and K. */
nte_status mldsa_read_public(const struct mldsa_set *set, const uint8_t *pk, struct mldsa_key **key);
nte_status mldsa_read_private(const struct mldsa_set *set, const uint8_t *sk, struct mldsa_key **key);

void mldsa_free(struct mldsa_key *key);     /* wipes; accepts NULL */

/* --- mldsa_message.c: 5.2 to 5.4, what is signed --- */

/* A hash for HashML-DSA, by its name in bcrypt.h. */
struct mldsa_hash
{
    const char *id;
    size_t size;                    /* bytes of a digest */
    unsigned int strength;          /* bits, against collisions */
    uint8_t number;                 /* the last of its OID, 2.16.840.1.101.3.4.2.number */
};

/* NULL: there is no such hash. Case does not matter. */
const struct mldsa_hash *mldsa_hash_find(const uint16_t *id);

struct mldsa_message
{
    struct bytes context;           /* MLDSA_MAX_CONTEXT bytes at most */
    const struct mldsa_hash *hash;  /* HashML-DSA: message is a digest of it, hash->size bytes; NULL: pure ML-DSA */
    struct bytes message;
};

/* mu of that message: step 6 of algorithm 7, with M' from the algorithms 2 to 5. */
void mldsa_mu(const struct mldsa_key *key, const struct mldsa_message *message, uint8_t mu[MLDSA_MU_SIZE]);

/* --- mldsa_sign.c --- */

/* Algorithm 7, Sign_internal, from step 7. rnd: 32 random bytes for a hedged signature, zeros for a deterministic one.
 * signature: set->signature_size bytes. key has a private part.
 * NTE_NO_MEMORY; NTE_INTERNAL_ERROR after as many rounds as no signature needs (appendix C). */
nte_status mldsa_sign(const struct mldsa_key *key, const uint8_t mu[MLDSA_MU_SIZE], const uint8_t rnd[32],
                      uint8_t *signature);

/* --- mldsa_verify.c --- */

/* Algorithm 8, Verify_internal, from step 8. NTE_BAD_SIGNATURE when it does not match, whatever its size and content;
 * NTE_NO_MEMORY. */
nte_status mldsa_verify(const struct mldsa_key *key, const uint8_t mu[MLDSA_MU_SIZE], struct bytes signature);

#endif
