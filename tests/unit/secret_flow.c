/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which branches and addresses depend on a secret, as valgrind's memcheck sees it: scalars and exponents, of keys and
 * those drawn at random, are marked as undefined memory, and memcheck complains wherever a jump or an address is made
 * of them. check-secret-flow runs this.
 *
 * Usage: secret_flow CURVE | rsa | prime | adx | ifma | p256 | dsa | dh | mlkem | mldsa | pkcs1 | oaep | compare | leak
 *                                        (leak: a branch on a secret, so that the check can be seen to fail)
 * Exit code 77: built without valgrind's header. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "algorithm.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "mldsa/mldsa.h"
#include "mlkem/mlkem.h"
#include "rsa/rsa.h"
#include "rsa/rsa_pad.h"
#include "ec/ec_backend.h"
#include "ec/p256.h"
#include "ec/weierstrass.h"

#include "powers_in_c.h"

#if __has_include(<valgrind/memcheck.h>)
#include <valgrind/memcheck.h>
#define SKIP 0
#else
#define VALGRIND_MAKE_MEM_UNDEFINED(data, size) ((void)0)
#define VALGRIND_MAKE_MEM_DEFINED(data, size) ((void)0)
#define VALGRIND_SET_VBITS(data, bits, size) ((void)(bits))
#define SKIP 77
#endif

static void fill(number scalar, uint32_t bits, unsigned int seed)
{
    uint32_t i;

    memset(scalar, 0, sizeof(number));
    for (i = 0; i + 2 < bits; i++)
    {
        seed = seed * 1103515245 + 12345;
        scalar[i / GMP_NUMB_BITS] |= (mp_limb_t)(seed >> 30 & 1) << i % GMP_NUMB_BITS;
    }
    VALGRIND_MAKE_MEM_UNDEFINED(scalar, sizeof(number));
}

static void reveal(const void *data, size_t size)
{
    VALGRIND_MAKE_MEM_DEFINED(data, size);
}

static int random_is_secret;

/* Stands in for GnuTLS's: nonces are secrets, too. */
int gnutls_rnd(gnutls_rnd_level_t level, void *data, size_t size)
{
    static uint64_t x;
    uint8_t *bytes = data;
    size_t i;

    (void)level;
    for (i = 0; i < size; i++)
    {
        x = x * 6364136223846793005u + 1442695040888963407u;
        bytes[i] = x >> 56;
    }
    if (random_is_secret) VALGRIND_MAKE_MEM_UNDEFINED(data, size);
    return 0;
}

static void multiply_point(struct weierstrass *w)
{
    number k, x, y;
    const struct term term = {&w->base, k};
    int finite;

    fill(k, w->order_bits, 1);
    finite = weierstrass_multiply(w, &term, 1, x, y);
    reveal(x, sizeof(x));
    reveal(&finite, sizeof(finite));
    printf("multiplied: %d %lx\n", finite, (unsigned long)x[0]);
}

static const struct bytes digest = {(const uint8_t *)"0123456789abcdef0123456789abcdef", 32};

static void sign(struct weierstrass *w)
{
    number d, k, e, r, s;

    fill(d, w->order_bits, 2);
    fill(k, w->order_bits, 3);
    ecdsa_digest(w, digest, e);
    ecdsa_sign(w, d, k, e, r, s);
    reveal(r, sizeof(r));
    reveal(s, sizeof(s));
    printf("signed: %lx %lx\n", (unsigned long)r[0], (unsigned long)s[0]);
}

/* --- keys: secret exponents, secret nonces --- */

static int said(nte_status status, const uint8_t *result)
{
    reveal(&status, sizeof(status));
    reveal(result, 1);
    printf("status %#x, first byte %02x\n", (unsigned int)status, result[0]);
    return status != 0;
}

static void hide_modulus(struct montgomery *mod)
{
    VALGRIND_MAKE_MEM_UNDEFINED(mod->m, mod->count * LIMB_BYTES);
    VALGRIND_MAKE_MEM_UNDEFINED(mod->square, mod->count * LIMB_BYTES);
    VALGRIND_MAKE_MEM_UNDEFINED(&mod->inverse, sizeof(mod->inverse));
}

/* With the portable kernel the primes are not marked: GMP finds the inverse of a modulus in a table. */
static int rsa_with(const struct montgomery_kernel *kernel)
{
    uint8_t input[128] = {0, 1, 2, 3}, output[128] = {0};
    struct rsa_key *key;
    nte_status status;

    if (rsa_generate(1024, &key)) return 2;
    key->mod_n.kernel = key->mod_p.kernel = key->mod_q.kernel = kernel;
    random_is_secret = 1;
    rsa_blinding_drop(key->blinding);
    if (kernel != &montgomery_portable)
    {
        hide_modulus(&key->mod_p);
        hide_modulus(&key->mod_q);
    }
    VALGRIND_MAKE_MEM_UNDEFINED(key->dp, key->pn * LIMB_BYTES);
    VALGRIND_MAKE_MEM_UNDEFINED(key->dq, key->qn * LIMB_BYTES);
    VALGRIND_MAKE_MEM_UNDEFINED(key->qinv, key->pn * LIMB_BYTES);
    VALGRIND_MAKE_MEM_UNDEFINED(key->d, key->nn * LIMB_BYTES);
    status = rsa_private(key, input, output);
    rsa_free(key);
    return said(status, output);
}

static int rsa(void)
{
    return rsa_with(&montgomery_portable);
}

/* What is found once of a prime of a key, but for how many bits it has. */
static int prime(void)
{
    mp_limb_t p[8], square[8], *tp;
    struct montgomery mod;

    memset(p, 0x5b, sizeof(p));
    VALGRIND_MAKE_MEM_UNDEFINED(p, sizeof(p) - LIMB_BYTES);
    if (!(tp = calloc(montgomery_itch(8), LIMB_BYTES))) return 2;
    montgomery_init(&mod, p, 8, square, tp);
    free(tp);
    return 0;
}

/* Valgrind knows the instructions of this kernel, and says of the processor that it does not have them. */
static int adx(void)
{
#ifdef __x86_64__
    return rsa_with(&montgomery_adx);
#else
    return 0;
#endif
}

#ifdef HAVE_IFMA_KERNEL
/* All but how many bits it has. */
static void hide_bits(mp_limb_t *m, mp_size_t count)
{
    const mp_limb_t hidden = ~(mp_limb_t)0 >> 1;

    m[count - 1] |= ~hidden;
    VALGRIND_MAKE_MEM_UNDEFINED(m, count * LIMB_BYTES);
    VALGRIND_SET_VBITS(&m[count - 1], &hidden, LIMB_BYTES);
}
#endif

/* A pair of powers with vectors, whose instructions valgrind does not know: the same source with vectors in C. */
static int ifma(void)
{
#ifdef HAVE_IFMA_KERNEL
    static mp_limb_t m[2][16], square[2][16], x[2][16], exponent[2][16], tp[1 << 14];
    struct montgomery mod[2];
    struct power pair[2];
    int i, j;

    for (i = 0; i < 2; i++)
    {
        for (j = 0; j < 16; j++)
        {
            x[i][j] = 16 * i + j + 1;
            exponent[i][j] = 0x9e3779b97f4a7c15u * x[i][j];
            m[i][j] = exponent[i][j] | 1;
        }
        hide_bits(m[i], 16);
        montgomery_init(&mod[i], m[i], 16, square[i], tp);
        hide_modulus(&mod[i]);
        VALGRIND_MAKE_MEM_UNDEFINED(x[i], sizeof(x[i]));
        VALGRIND_MAKE_MEM_UNDEFINED(exponent[i], sizeof(exponent[i]));
        pair[i] = (struct power){&mod[i], x[i], x[i], exponent[i], 16 * GMP_NUMB_BITS};
    }
    if (!powers_in_c(pair, tp)) return 2;
    reveal(x, sizeof(x));
    printf("powers: %lx %lx\n", (unsigned long)x[0][0], (unsigned long)x[1][0]);
#endif
    return 0;
}

static int dsa(void)
{
    uint8_t signature[2 * DSA_MAX_Q_SIZE];
    struct dsa_key *key;
    nte_status status;

    if (dsa_key_generate(512, &key)) return 2;
    VALGRIND_MAKE_MEM_UNDEFINED(key->x, key->qn * LIMB_BYTES);
    random_is_secret = 1;
    status = dsa_key_sign(key, digest, signature);
    dsa_free(key);
    return said(status, signature);
}

static int dh(void)
{
    struct dh_numbers numbers = {.y = {NULL, 0}};
    struct dh_key *own, *peer;
    uint8_t secret[96];
    nte_status status;

    if (dh_published_group(768, &numbers) || dh_generate(&numbers, &peer)) return 2;
    random_is_secret = 1;
    if (dh_generate(&numbers, &own)) return 2;
    status = dh_agree(&own->material, &peer->material, secret);
    dh_free(own);
    dh_free(peer);
    return said(status, secret);
}

/* --- lattices: seeds, private polynomials, what is encapsulated --- */

/* The public part of what is made from a secret seed. */
static void reveal_public(struct mlkem_key *key)
{
    reveal(key->rho, sizeof(key->rho));
    reveal(key->a, sizeof(key->a));
    reveal(key->t, sizeof(key->t));
    reveal(key->h, sizeof(key->h));
}

static int encapsulated(struct mlkem_key *key, int damaged)
{
    uint8_t m[32] = {1, 2, 3}, c[MLKEM_MAX_CIPHERTEXT], sent[32], received[32];

    VALGRIND_MAKE_MEM_UNDEFINED(m, sizeof(m));
    mlkem_encapsulate(key, m, sent, c);
    reveal(c, sizeof(c));
    c[100] ^= damaged;
    mlkem_decapsulate(key, c, received);
    reveal(sent, sizeof(sent));
    reveal(received, sizeof(received));
    return !memcmp(sent, received, sizeof(sent)) == !damaged;
}

static int read_again(const struct mlkem_key *key)
{
    const size_t s_size = 384 * key->set->k;
    static struct mlkem_key read;
    uint8_t dk[3168];
    int good;

    mlkem_write_private(key, dk);
    reveal(dk + s_size, key->set->private_size - s_size - sizeof(key->z));
    good = mlkem_read_private(key->set, dk, &read);
    reveal(&good, sizeof(good));
    return good;
}

static int mlkem(void)
{
    uint8_t seed[MLKEM_SEED_SIZE] = {4, 5, 6};
    static struct mlkem_key key;
    int i;

    for (i = 0; i < MLKEM_SET_COUNT; i++)
    {
        VALGRIND_MAKE_MEM_UNDEFINED(seed, sizeof(seed));
        mlkem_generate(&mlkem_sets[i], seed, &key);
        reveal_public(&key);
        if (!encapsulated(&key, 0) || !encapsulated(&key, 1) || !read_again(&key)) return 2;
        printf("ML-KEM-%s\n", mlkem_sets[i].name);
    }
    return 0;
}

static void hide_private(struct mldsa_key *key)
{
    const struct mldsa_set *set = key->set;

    VALGRIND_MAKE_MEM_UNDEFINED(key->s1, (set->l + 2 * set->k) * sizeof(*key->s1));
    VALGRIND_MAKE_MEM_UNDEFINED(key->sk + 32, 32);
    VALGRIND_MAKE_MEM_UNDEFINED(key->sk + 128, set->private_size - 128);
}

static int failed(nte_status status)
{
    reveal(&status, sizeof(status));
    return status != 0;
}

static int mldsa_with(const struct mldsa_set *set)
{
    uint8_t seed[MLDSA_SEED_SIZE] = {7, 8, 9}, mu[MLDSA_MU_SIZE] = {1}, rnd[32] = {2}, signature[MLDSA_MAX_SIGNATURE];
    struct mldsa_key *key, *read;

    VALGRIND_MAKE_MEM_UNDEFINED(seed, sizeof(seed));
    if (failed(mldsa_generate(set, seed, &key))) return 0;
    mldsa_free(key);
    reveal(seed, sizeof(seed));
    if (failed(mldsa_generate(set, seed, &key))) return 0;
    hide_private(key);
    if (failed(mldsa_read_private(set, key->sk, &read))) return 0;
    mldsa_free(read);
    for (mu[5] = 0; mu[5] < 8; mu[5]++)
    {
        if (failed(mldsa_sign(key, mu, rnd, signature))) return 0;
        reveal(signature, sizeof(signature));
        if (failed(mldsa_verify(key, mu, bytes_of(signature, set->signature_size)))) return 0;
    }
    mldsa_free(key);
    return printf("ML-DSA-%s\n", set->name);
}

static int mldsa(void)
{
    int i;

    for (i = 0; i < MLDSA_SET_COUNT; i++) if (!mldsa_with(&mldsa_sets[i])) return 2;
    return 0;
}

/* --- what RSA decrypted: padding that is right, wrong at its start, without an end, with too early an end --- */

#define MODULUS 256                 /* bytes */

static const char *const damages[] = {"none", "start", "no end", "early end"};

static void damage(uint8_t em[MODULUS], size_t how)
{
    size_t i;

    if (how == 1) em[0] = 1;
    if (how == 2) for (i = 2; i < MODULUS; i++) em[i] |= 1;
    if (how == 3) em[4] = 0;
}

static int remove_padding(int is_oaep)
{
    const struct hash *hash = hash_find_ascii("SHA256");
    const struct bytes message = {(const uint8_t *)"a message", 9}, label = {NULL, 0};
    uint8_t em[MODULUS];
    nte_status status;
    size_t how, size;

    for (how = 0; how < sizeof(damages) / sizeof(*damages); how++)
    {
        if (is_oaep) status = pad_oaep_encrypt(em, MODULUS, hash, label, message);
        else status = pad_pkcs1_encrypt(em, MODULUS, message);
        if (status) return 2;
        damage(em, how);
        VALGRIND_MAKE_MEM_UNDEFINED(em, sizeof(em));
        size = 0;
        if (is_oaep) status = pad_oaep_decrypt(em, MODULUS, hash, label, &size);
        else status = pad_pkcs1_decrypt(em, MODULUS, &size);
        reveal(&status, sizeof(status));
        reveal(&size, sizeof(size));
        printf("%s: %#x, %zu bytes\n", damages[how], (unsigned int)status, size);
        if (!status != !how) return 2;
    }
    return 0;
}

/* Tags, digests and passwords are compared so. */
static int compare(void)
{
    uint8_t a[32], b[32];
    int same, where;

    for (where = 0; where <= 32; where++)
    {
        memset(a, 7, sizeof(a));
        memset(b, 7, sizeof(b));
        if (where < 32) b[where] ^= 1;
        VALGRIND_MAKE_MEM_UNDEFINED(a, sizeof(a));
        VALGRIND_MAKE_MEM_UNDEFINED(b, sizeof(b));
        same = equal_secret(a, b, sizeof(a));
        reveal(&same, sizeof(same));
        if (same != (where == 32)) return 2;
    }
    return 0;
}

static int leak(void)
{
    number k;

    fill(k, 128, 4);
    if (k[0] % 3) puts("one branch");
    else puts("the other");
    return 0;
}

static int pkcs1(void)
{
    return remove_padding(0);
}

static int oaep(void)
{
    return remove_padding(1);
}

/* A key on P-256 with the backend for MULX and ADX: a signature, an agreed secret, the key's own point. */
static int p256(void)
{
#ifdef HAVE_P256
    static struct curve curve;
    struct ec_group group = {.alg = algorithm_find_ascii("ECDSA_P256"), .curve = &curve, .name = curve_p256.name};
    uint8_t signature[2 * P256_BYTES], x[P256_BYTES], y[P256_BYTES];
    struct ec_key *key;

    curve = curve_p256;
    curve.backend = &ec_backend_p256;
    curve.faster = NULL;
    if (ec_new_random(&group, &key)) return 2;
    VALGRIND_MAKE_MEM_UNDEFINED(key->d, sizeof(key->d));
    random_is_secret = 1;
    if (said(ec_sign(key, digest, signature), signature) || said(ec_agree(key, key, x), x)) return 2;
    if (said(ec_backend_p256.make_point(key, x, y), x)) return 2;
    ec_free(key);
#endif
    return 0;
}

#define MAX_CURVE_NAME 64

static int curve(const char *ascii)
{
    const struct curve_name *name;
    uint16_t wide[MAX_CURVE_NAME];
    struct ec_numbers numbers;
    struct weierstrass *w;

    u16_from_ascii(wide, ascii);
    if (!(name = curve_find(wide)) || !curve_has_numbers(name->curve)) return 2;
    curve_numbers(name->curve, &numbers);
    if (!(w = weierstrass_open(&numbers))) return 2;
    multiply_point(w);
    sign(w);
    VALGRIND_MAKE_MEM_DEFINED(w, sizeof(*w));
    weierstrass_close(w);
    return 0;
}

static const struct { const char *name; int (*run)(void); } parts[] =
{
    {"rsa", rsa}, {"prime", prime}, {"adx", adx}, {"ifma", ifma}, {"dsa", dsa}, {"dh", dh}, {"mlkem", mlkem},
    {"mldsa", mldsa}, {"pkcs1", pkcs1}, {"oaep", oaep}, {"compare", compare}, {"leak", leak}, {"p256", p256},
};

int main(int argc, char **argv)
{
    size_t i;

    if (SKIP) return SKIP;
    if (argc != 2 || strlen(argv[1]) >= MAX_CURVE_NAME) return 2;
    for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (!strcmp(argv[1], parts[i].name)) return parts[i].run();
    return curve(argv[1]);
}
