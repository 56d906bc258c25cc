/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 203 5: K-PKE, public-key encryption that is safe only within ML-KEM. */
#include <string.h>

#include "base/memory.h"
#include "crypto/keccak.h"
#include "mlkem/mlkem_math.h"

void mlkem_pke_expand(struct mlkem_key *key)
{
    unsigned int i, j;

    for (i = 0; i < key->set->k; i++)
        for (j = 0; j < key->set->k; j++) mlkem_sample_ntt(&key->a[i][j], key->rho, j, i);
}

static void sample_transformed(struct mlkem_poly *f, unsigned int eta, const uint8_t s[32], uint8_t b)
{
    mlkem_sample_cbd(f, eta, s, b);
    mlkem_ntt(f);
}

/* G(d, k): rho, then sigma. */
static void hash_seed(struct mlkem_key *key, const uint8_t d[32], uint8_t sigma[32])
{
    const uint8_t k = key->set->k;
    struct keccak g;

    sha3_512_start(&g);
    keccak_add(&g, d, 32);
    keccak_add(&g, &k, 1);
    keccak_give(&g, key->rho, 32);
    keccak_give(&g, sigma, 32);
    keccak_end(&g);
}

void mlkem_pke_generate(struct mlkem_key *key, const uint8_t d[32])
{
    const unsigned int k = key->set->k, eta = key->set->eta1;
    uint8_t sigma[32];
    unsigned int i, j;

    hash_seed(key, d, sigma);
    mlkem_pke_expand(key);
    for (i = 0; i < k; i++) sample_transformed(&key->s[i], eta, sigma, i);
    for (i = 0; i < k; i++)
    {
        sample_transformed(&key->t[i], eta, sigma, k + i);                             /* e */
        for (j = 0; j < k; j++) mlkem_multiply_add(&key->t[i], &key->a[i][j], &key->s[j]);
    }
    wipe(sigma, sizeof(sigma));
}

struct encryption
{
    struct mlkem_poly y[MLKEM_MAX_K], e, u, v;
};

/* One of u: column i of Â, times y. */
static void encrypt_u(const struct mlkem_key *key, struct encryption *work, const uint8_t r[32], unsigned int i)
{
    const struct mlkem_set *set = key->set;
    unsigned int j;

    memset(&work->u, 0, sizeof(work->u));
    for (j = 0; j < set->k; j++) mlkem_multiply_add(&work->u, &key->a[j][i], &work->y[j]);
    mlkem_ntt_inverse(&work->u);
    mlkem_sample_cbd(&work->e, set->eta2, r, set->k + i);
    mlkem_add(&work->u, &work->e);
    mlkem_compress(&work->u, set->du);
}

static void encrypt_v(const struct mlkem_key *key, struct encryption *work, const uint8_t r[32], const uint8_t m[32])
{
    const struct mlkem_set *set = key->set;
    unsigned int j;

    memset(&work->v, 0, sizeof(work->v));
    for (j = 0; j < set->k; j++) mlkem_multiply_add(&work->v, &key->t[j], &work->y[j]);
    mlkem_ntt_inverse(&work->v);
    mlkem_sample_cbd(&work->e, set->eta2, r, 2 * set->k);
    mlkem_add(&work->v, &work->e);
    mlkem_decode(&work->e, m, 1);
    mlkem_decompress(&work->e, 1);
    mlkem_add(&work->v, &work->e);
    mlkem_compress(&work->v, set->dv);
}

void mlkem_pke_encrypt(const struct mlkem_key *key, const uint8_t m[32], const uint8_t r[32], uint8_t *c)
{
    const struct mlkem_set *set = key->set;
    struct encryption work;
    unsigned int i;

    for (i = 0; i < set->k; i++) sample_transformed(&work.y[i], set->eta1, r, i);
    for (i = 0; i < set->k; i++)
    {
        encrypt_u(key, &work, r, i);
        mlkem_encode(c + 32 * set->du * i, &work.u, set->du);
    }
    encrypt_v(key, &work, r, m);
    mlkem_encode(c + 32 * set->du * set->k, &work.v, set->dv);
    wipe(&work, sizeof(work));
}

struct decryption
{
    struct mlkem_poly u, v, w;
};

void mlkem_pke_decrypt(const struct mlkem_key *key, const uint8_t *c, uint8_t m[32])
{
    const struct mlkem_set *set = key->set;
    struct decryption work;
    unsigned int i;

    memset(&work.w, 0, sizeof(work.w));
    for (i = 0; i < set->k; i++)
    {
        mlkem_decode(&work.u, c + 32 * set->du * i, set->du);
        mlkem_decompress(&work.u, set->du);
        mlkem_ntt(&work.u);
        mlkem_multiply_add(&work.w, &key->s[i], &work.u);
    }
    mlkem_ntt_inverse(&work.w);
    mlkem_decode(&work.v, c + 32 * set->du * set->k, set->dv);
    mlkem_decompress(&work.v, set->dv);
    mlkem_subtract(&work.v, &work.w);
    mlkem_compress(&work.v, 1);
    mlkem_encode(m, &work.v, 1);
    wipe(&work, sizeof(work));
}
