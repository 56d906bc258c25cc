/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 203 6 to 8: ML-KEM on top of K-PKE, the checks of keys, the parameter sets. */
#include <string.h>

#include "base/memory.h"
#include "crypto/keccak.h"
#include "mlkem/mlkem_math.h"

const struct mlkem_set mlkem_sets[MLKEM_SET_COUNT] =
{
    {"512", 2, 3, 2, 10, 4, 800, 1632, 768},
    {"768", 3, 2, 2, 10, 4, 1184, 2400, 1088},
    {"1024", 4, 2, 2, 11, 5, 1568, 3168, 1568},
};

#define ENCODED_POLY 384            /* bytes, 12 bits to a coefficient */

static size_t vector_size(const struct mlkem_set *set)
{
    return ENCODED_POLY * set->k;
}

static void write_vector(const struct mlkem_set *set, const struct mlkem_poly *f, uint8_t *bytes)
{
    unsigned int i;

    for (i = 0; i < set->k; i++) mlkem_encode(bytes + ENCODED_POLY * i, &f[i], 12);
}

static int read_vector(const struct mlkem_set *set, struct mlkem_poly *f, const uint8_t *bytes)
{
    int reduced = 1;
    unsigned int i;

    for (i = 0; i < set->k; i++)
    {
        mlkem_decode(&f[i], bytes + ENCODED_POLY * i, 12);
        reduced &= mlkem_is_reduced(&f[i]);
    }
    return reduced;
}

/* H (4.4). */
static void hash_public(const uint8_t *ek, size_t size, uint8_t h[32])
{
    struct keccak hash;

    sha3_256_start(&hash);
    keccak_add(&hash, ek, size);
    keccak_give(&hash, h, 32);
}

void mlkem_write_public(const struct mlkem_key *key, uint8_t *ek)
{
    write_vector(key->set, key->t, ek);
    memcpy(ek + vector_size(key->set), key->rho, 32);
}

void mlkem_write_private(const struct mlkem_key *key, uint8_t *dk)
{
    const struct mlkem_set *set = key->set;

    write_vector(set, key->s, dk);
    dk += vector_size(set);
    mlkem_write_public(key, dk);
    dk += set->public_size;
    memcpy(dk, key->h, 32);
    memcpy(dk + 32, key->z, 32);
}

void mlkem_generate(const struct mlkem_set *set, const uint8_t seed[MLKEM_SEED_SIZE], struct mlkem_key *key)
{
    uint8_t ek[MLKEM_MAX_PUBLIC];

    memset(key, 0, sizeof(*key));
    key->set = set;
    key->has_private = key->has_seed = 1;
    memcpy(key->seed, seed, MLKEM_SEED_SIZE);
    memcpy(key->z, seed + 32, 32);
    mlkem_pke_generate(key, seed);
    mlkem_write_public(key, ek);
    hash_public(ek, set->public_size, key->h);
}

int mlkem_read_public(const struct mlkem_set *set, const uint8_t *ek, struct mlkem_key *key)
{
    memset(key, 0, sizeof(*key));
    key->set = set;
    memcpy(key->rho, ek + vector_size(set), 32);
    hash_public(ek, set->public_size, key->h);
    if (!read_vector(set, key->t, ek)) return 0;
    mlkem_pke_expand(key);
    return 1;
}

int mlkem_read_private(const struct mlkem_set *set, const uint8_t *dk, struct mlkem_key *key)
{
    const uint8_t *ek = dk + vector_size(set), *h = ek + set->public_size;

    if (!mlkem_read_public(set, ek, key)) return 0;
    key->has_private = 1;
    memcpy(key->z, h + 32, 32);
    return read_vector(set, key->s, dk) & equal_secret(key->h, h, 32);
}

/* G(m, h): the secret, then r. */
static void hash_message(const uint8_t m[32], const uint8_t h[32], uint8_t secret[32], uint8_t r[32])
{
    struct keccak g;

    sha3_512_start(&g);
    keccak_add(&g, m, 32);
    keccak_add(&g, h, 32);
    keccak_give(&g, secret, 32);
    keccak_give(&g, r, 32);
    keccak_end(&g);
}

void mlkem_encapsulate(const struct mlkem_key *key, const uint8_t m[32], uint8_t secret[MLKEM_SECRET_SIZE], uint8_t *c)
{
    uint8_t r[32];

    hash_message(m, key->h, secret, r);
    mlkem_pke_encrypt(key, m, r, c);
    wipe(r, sizeof(r));
}

/* J(z, c). */
static void hash_rejected(const struct mlkem_key *key, const uint8_t *c, uint8_t secret[32])
{
    struct keccak j;

    shake256_start(&j);
    keccak_add(&j, key->z, 32);
    keccak_add(&j, c, key->set->ciphertext_size);
    keccak_give(&j, secret, 32);
    keccak_end(&j);
}

struct decapsulation
{
    uint8_t m[32], r[32], accepted[32], rejected[32], c[MLKEM_MAX_CIPHERTEXT];
};

void mlkem_decapsulate(const struct mlkem_key *key, const uint8_t *c, uint8_t secret[MLKEM_SECRET_SIZE])
{
    struct decapsulation work;
    unsigned int i;
    uint8_t mask;

    mlkem_pke_decrypt(key, c, work.m);
    hash_message(work.m, key->h, work.accepted, work.r);
    hash_rejected(key, c, work.rejected);
    mlkem_pke_encrypt(key, work.m, work.r, work.c);
    mask = 0 - equal_secret(c, work.c, key->set->ciphertext_size);
    for (i = 0; i < 32; i++) secret[i] = (work.accepted[i] & mask) | (work.rejected[i] & ~mask);
    wipe(&work, sizeof(work));
}
