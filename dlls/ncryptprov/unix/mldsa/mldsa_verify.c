/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 204 6.3: verification. Everything here is public. */
#include <stdlib.h>
#include <string.h>

#include "mldsa/mldsa_math.h"

struct verifying
{
    const struct mldsa_key *key;
    struct mldsa_poly c, product;
    struct mldsa_poly z[MLDSA_MAX_L], h[MLDSA_MAX_K];
};

/* Algorithm 27, sigDecode, and the bound of z. */
static int read_signature(struct verifying *v, const uint8_t *signature)
{
    const struct mldsa_set *set = v->key->set;
    unsigned int r;

    mldsa_sample_in_ball(set, &v->c, signature);
    signature += mldsa_hash_size(set);
    for (r = 0; r < set->l; r++, signature += 32 * set->z_bits)
    {
        mldsa_unpack_from(&v->z[r], signature, set->gamma1, set->z_bits);
        if (mldsa_exceeds(&v->z[r], set->gamma1 - set->beta)) return 0;
    }
    return mldsa_unpack_hint(set, v->h, signature);
}

/* Steps 9 and 10: A z - c t1 2^d is nearly w; with the hint in h, which is replaced, it gives w1. */
static void approximate(struct verifying *v, unsigned int r)
{
    const struct mldsa_set *set = v->key->set;
    struct mldsa_poly *h = &v->h[r];
    struct mldsa_poly ct1;
    unsigned int i;

    mldsa_multiply(&ct1, &v->c, &v->key->t1[r]);
    mldsa_ntt_inverse(&ct1);
    mldsa_multiply_row(v->key, &v->product, r, v->z);
    for (i = 0; i < MLDSA_N; i++)
        h->c[i] = mldsa_use_hint(set, h->c[i], mldsa_positive(mldsa_reduce(v->product.c[i] - ct1.c[i])));
}

static nte_status verify(struct verifying *v, const uint8_t mu[MLDSA_MU_SIZE], const uint8_t *signature)
{
    const struct mldsa_set *set = v->key->set;
    uint8_t hash[MLDSA_MAX_HASH];
    unsigned int r;

    if (!read_signature(v, signature)) return NTE_BAD_SIGNATURE;
    mldsa_ntt(&v->c);
    for (r = 0; r < set->l; r++) mldsa_ntt(&v->z[r]);
    for (r = 0; r < set->k; r++) approximate(v, r);
    mldsa_hash_commitment(set, mu, v->h, hash);
    return memcmp(hash, signature, mldsa_hash_size(set)) ? NTE_BAD_SIGNATURE : NTE_SUCCESS;
}

nte_status mldsa_verify(const struct mldsa_key *key, const uint8_t mu[MLDSA_MU_SIZE], struct bytes signature)
{
    struct verifying *v;
    nte_status status;

    if (signature.size != key->set->signature_size) return NTE_BAD_SIGNATURE;
    if (!(v = malloc(sizeof(*v)))) return NTE_NO_MEMORY;
    v->key = key;
    status = verify(v, mu, signature.data);
    free(v);
    return status;
}
