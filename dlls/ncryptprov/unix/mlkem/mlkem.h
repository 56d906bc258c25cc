/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-KEM, the key encapsulation of FIPS 203: its keys and its three operations, without anything of Windows. Names are
 * those of the standard; the sections 4 and 5 are in mlkem_math.h, 6 to 8 in mlkem_kem.c. */
#ifndef ENGINE_MLKEM_H
#define ENGINE_MLKEM_H

#include <stddef.h>
#include <stdint.h>

#define MLKEM_N 256                 /* coefficients of a polynomial */
#define MLKEM_MAX_K 4
#define MLKEM_SEED_SIZE 64          /* bytes: d and z */
#define MLKEM_SECRET_SIZE 32        /* bytes: the shared secret */
#define MLKEM_MAX_CIPHERTEXT 1568   /* bytes */
#define MLKEM_MAX_PUBLIC 1568
#define MLKEM_MAX_PRIVATE 3168

/* A parameter set: table 2, and the sizes of table 3 in bytes. */
struct mlkem_set
{
    const char *name;               /* "512", as bcrypt.h has it */
    unsigned int k, eta1, eta2, du, dv;
    size_t public_size, private_size, ciphertext_size;
};

#define MLKEM_SET_COUNT 3
extern const struct mlkem_set mlkem_sets[MLKEM_SET_COUNT];

struct mlkem_poly
{
    uint16_t c[MLKEM_N];            /* below q */
};

/* Everything that operations need, computed once. With a private part it is secret: wipe it. */
struct mlkem_key
{
    const struct mlkem_set *set;
    int has_private, has_seed;
    uint8_t seed[MLKEM_SEED_SIZE];  /* d, z; when has_seed */
    uint8_t rho[32];
    uint8_t h[32];                  /* H(ek) */
    uint8_t z[32];
    struct mlkem_poly a[MLKEM_MAX_K][MLKEM_MAX_K];      /* Â */
    struct mlkem_poly t[MLKEM_MAX_K], s[MLKEM_MAX_K];   /* t and s, transformed */
};

/* Each of the three fills key, all of it. */

/* Algorithm 16, KeyGen_internal, with seed = d, z. */
void mlkem_generate(const struct mlkem_set *set, const uint8_t seed[MLKEM_SEED_SIZE], struct mlkem_key *key);

/* From ek (set->public_size bytes) and dk (set->private_size bytes). 0: the input check of 7.2 or 7.3 fails, or s has a
 * coefficient that is not below q, which no key that was generated has. */
int mlkem_read_public(const struct mlkem_set *set, const uint8_t *ek, struct mlkem_key *key);
int mlkem_read_private(const struct mlkem_set *set, const uint8_t *dk, struct mlkem_key *key);

void mlkem_write_public(const struct mlkem_key *key, uint8_t *ek);
void mlkem_write_private(const struct mlkem_key *key, uint8_t *dk);

/* Algorithm 17, Encaps_internal: m is 32 random bytes, c has set->ciphertext_size bytes. */
void mlkem_encapsulate(const struct mlkem_key *key, const uint8_t m[32], uint8_t secret[MLKEM_SECRET_SIZE], uint8_t *c);

/* Algorithm 18, Decaps_internal. A ciphertext that nobody made for this key gives a secret that nobody knows, in the
 * same time. key has a private part. */
void mlkem_decapsulate(const struct mlkem_key *key, const uint8_t *c, uint8_t secret[MLKEM_SECRET_SIZE]);

#endif
