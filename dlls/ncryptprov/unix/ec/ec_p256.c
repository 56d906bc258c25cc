/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys on P-256 where p256.h is faster than nettle; see ec_backend.h. Nothing is stored with a key. Every secret is in
 * one block of memory, which is wiped. */
#include <string.h>

#include "ec/ec_backend.h"
#include "ec/p256.h"
#include "number/modulus.h"
#include "number/montgomery.h"

#ifdef HAVE_P256

struct computation
{
    struct p256 w;
    struct p256_point point, product, sum;
    struct modulus n;               /* the order */
    number d, k, e, r, s, x, y;
    struct random_source random;
};

/* The order of the base point. */
static const struct scalar_range range =
{
    {0xf3b9cac2fc632551, 0xbce6faada7179e84, ~0ull, 0xffffffff00000000}, P256_BYTES, 0xff,
};

static struct computation *begin(void)
{
    return secret_alloc(sizeof(struct computation));
}

/* Frees and wipes. */
static nte_status end(struct computation *c, nte_status status)
{
    secret_free(c);
    return status;
}

static int take_point(struct computation *c, const struct ec_key *key)
{
    const struct bytes x = {key->x, P256_BYTES}, y = {key->y, P256_BYTES};

    limbs_from_bytes(c->x, P256_LIMBS, x);
    limbs_from_bytes(c->y, P256_LIMBS, y);
    return p256_take(&c->w, &c->point, c->x, c->y);
}

static nte_status p256_take_point(struct ec_key *key)
{
    struct computation *c = begin();

    if (!c) return NTE_NO_MEMORY;
    return end(c, take_point(c, key) ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
}

static nte_status p256_take_scalar(struct ec_key *key)
{
    struct computation *c = begin();

    if (!c) return NTE_NO_MEMORY;
    return end(c, scalar_take(&range, c->d, key->d) ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
}

static nte_status p256_make_point(const struct ec_key *key, uint8_t *x, uint8_t *y)
{
    struct computation *c = begin();

    if (!c) return NTE_NO_MEMORY;
    scalar_take(&range, c->d, key->d);
    p256_multiply_base(&c->w, &c->product, c->d);
    p256_affine(&c->w, &c->product, c->x, c->y);
    limbs_to_bytes(x, P256_BYTES, c->x, P256_LIMBS);
    limbs_to_bytes(y, P256_BYTES, c->y, P256_LIMBS);
    return end(c, NTE_SUCCESS);
}

/* The order is prime: the product is never infinity. */
static nte_status p256_agree(const struct ec_key *key, const struct ec_key *peer, uint8_t *secret)
{
    struct computation *c = begin();

    if (!c) return NTE_NO_MEMORY;
    if (!take_point(c, peer)) return end(c, NTE_INVALID_PARAMETER);
    scalar_take(&range, c->d, key->d);
    p256_multiply_point(&c->w, &c->product, &c->point, c->d);
    p256_affine(&c->w, &c->product, c->x, c->y);
    limbs_to_bytes(secret, P256_BYTES, c->x, P256_LIMBS);
    return end(c, NTE_SUCCESS);
}

/* The first thing of a signature. */
static void take_digest(struct computation *c, struct bytes digest)
{
    modulus_init(&c->n, range.order, P256_LIMBS);
    if (digest.size > P256_BYTES) digest.size = P256_BYTES;
    limbs_from_bytes(c->e, MODULUS_LIMBS, digest);
    mod_reduce(&c->n, c->e, c->e);
}

/* r = 1 / a modulo the order, in Montgomery form; a is public. */
static void invert_public(struct computation *c, number r, const number a)
{
    mpz_t n, plain, inverse;

    mpz_init(inverse);
    mpz_invert(inverse, mpz_roinit_n(plain, a, P256_LIMBS), mpz_roinit_n(n, range.order, P256_LIMBS));
    memset(r, 0, sizeof(number));
    memcpy(r, mpz_limbs_read(inverse), mpz_size(inverse) * LIMB_BYTES);
    mod_enter(&c->n, r, r);
    mpz_clear(inverse);
}

/* s = (e + r d) / k: what is inverted is k times a random number that is used for nothing else. */
static nte_status divide_by_nonce(struct computation *c)
{
    struct modulus *n = &c->n;
    nte_status status = scalar_draw(&range, &c->random, c->y);

    mod_enter(n, c->y, c->y);
    mod_mul(n, c->x, c->k, c->y);
    invert_public(c, c->x, c->x);
    mod_enter(n, c->s, c->r);
    mod_mul(n, c->s, c->s, c->d);
    mod_add(n, c->s, c->s, c->e);
    mod_mul(n, c->s, c->s, c->y);
    mod_mul(n, c->s, c->s, c->x);
    return status;
}

static nte_status sign_once(struct computation *c)
{
    nte_status status = scalar_draw(&range, &c->random, c->k);

    if (status) return status;
    p256_multiply_base(&c->w, &c->product, c->k);
    p256_affine(&c->w, &c->product, c->r, c->y);
    mod_reduce(&c->n, c->r, c->r);
    return divide_by_nonce(c);
}

static nte_status p256_sign(const struct ec_key *key, struct bytes digest, uint8_t *signature)
{
    struct computation *c = begin();
    nte_status status;

    if (!c) return NTE_NO_MEMORY;
    scalar_take(&range, c->d, key->d);
    take_digest(c, digest);
    do status = sign_once(c); while (!status && (limbs_zero(c->r, P256_LIMBS) || limbs_zero(c->s, P256_LIMBS)));
    if (status) return end(c, status);
    limbs_to_bytes(signature, P256_BYTES, c->r, P256_LIMBS);
    limbs_to_bytes(signature + P256_BYTES, P256_BYTES, c->s, P256_LIMBS);
    return end(c, NTE_SUCCESS);
}

/* Is a number the coordinate x of c->sum? Without a division: z is not zero. */
static int is_x_of_sum(struct computation *c, const mp_limb_t *number)
{
    mp_limb_t *x = c->w.t[0];

    p256_enter(x, number);
    p256_multiply(x, x, c->sum.z);
    return equal_secret(x, c->sum.x, sizeof(p256_element));
}

/* r is a coordinate modulo the order, which is less than p: the coordinate may be r + order, too. */
static int has_r(struct computation *c)
{
    if (limbs_zero(c->sum.z, P256_LIMBS)) return 0;
    if (is_x_of_sum(c, c->r)) return 1;
    return !mpn_add_n(c->x, c->r, range.order, P256_LIMBS) && p256_is_element(c->x) && is_x_of_sum(c, c->x);
}

static int is_valid(struct computation *c, const struct ec_key *key, const uint8_t *signature)
{
    struct modulus *n = &c->n;

    if (!scalar_take(&range, c->r, signature) || !scalar_take(&range, c->s, signature + P256_BYTES)) return 0;
    if (!take_point(c, key)) return 0;
    invert_public(c, c->s, c->s);
    mod_mul(n, c->e, c->e, c->s);
    p256_multiply_base(&c->w, &c->sum, c->e);
    mod_mul(n, c->k, c->r, c->s);
    p256_multiply_point(&c->w, &c->product, &c->point, c->k);
    p256_add_points(&c->w, &c->sum, &c->sum, &c->product);
    return has_r(c);
}

static nte_status p256_verify(const struct ec_key *key, struct bytes digest, const uint8_t *signature)
{
    struct computation *c = begin();

    if (!c) return NTE_NO_MEMORY;
    take_digest(c, digest);
    return end(c, is_valid(c, key, signature) ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
}

const struct ec_backend ec_backend_p256 =
{
    .take_point = p256_take_point,
    .take_scalar = p256_take_scalar,
    .make_point = p256_make_point,
    .sign = p256_sign,
    .verify = p256_verify,
    .agree = p256_agree,
};
#endif

/* With the instructions that the kernels of RSA ask for. */
const struct ec_backend *ec_faster_p256(void)
{
#ifdef HAVE_P256
    if (montgomery_kernel(ADX_BLOCK) != &montgomery_portable) return &ec_backend_p256;
#endif
    return NULL;
}
