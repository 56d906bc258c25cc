/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Every bit that is to be random is: of private keys, nonces of signatures, seeds, salts and initial values. Each is
 * drawn so often that a good bit practically never (2^-47 for a whole run) has one value all the time. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "cipher/cipher_key.h"
#include "crypto_sample.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "ec/ec.h"
#include "key/key.h"
#include "mldsa/mldsa_material.h"
#include "mlkem/mlkem_key.h"
#include "store/password_seal.h"
#include "protect/protect.h"
#include "rsa/rsa.h"
#include "rsa/rsa_pad.h"
#include "crypto/seal.h"

#define DRAWS 64
#define MORE_DRAWS 128                  /* for bits that are uneven, because what they belong to has an odd limit */
#define MOST 512                        /* bytes */

/* Which bits were seen to be 1 and to be 0; bit 0 is the lowest of the last byte. */
struct census
{
    uint8_t ones[MOST], zeros[MOST];
    size_t size;
};

static void count(struct census *census, const void *data, size_t size)
{
    const uint8_t *bytes = data;
    size_t i;

    assert_in_range(size, 1, MOST);
    census->size = size;
    for (i = 0; i < size; i++)
    {
        census->ones[i] |= bytes[i];
        census->zeros[i] |= ~bytes[i];
    }
}

/* Those from first to end - 1. */
static void assert_random(const struct census *census, const char *what, size_t first, size_t end)
{
    size_t bit, byte;

    for (bit = first; bit < end; bit++)
    {
        byte = census->size - 1 - bit / 8;
        if (!(census->ones[byte] & census->zeros[byte] & 1 << bit % 8)) fail_msg("bit %zu of %s", bit, what);
    }
}

static void assert_all_random(const struct census *census, const char *what)
{
    assert_random(census, what, 0, 8 * census->size);
}

static void count_limbs(struct census *census, const mp_limb_t *limbs, mp_size_t limb_count, size_t size)
{
    uint8_t data[MOST];

    limbs_to_bytes(data, size, limbs, limb_count);
    count(census, data, size);
}

/* --- EC --- */

static const char *const curves[] =     /* by nettle and by ourselves */
{
    "nistP256", "nistP384", "nistP521", "secP256k1", "brainpoolP256r1", "brainpoolP384t1",
};
#define CURVES (sizeof(curves) / sizeof(*curves))

static struct ec_key *make_ec_key(const char *alg, const char *curve)
{
    struct ec_group group;
    struct ec_key *key;

    assert_status(ec_group_choose(algorithm_find_ascii(alg), wide(curve), (struct bytes){NULL, 0}, &group),
                  NTE_SUCCESS);
    assert_status(ec_new_random(&group, &key), NTE_SUCCESS);
    return key;
}

static void test_ec_keys(void **state)
{
    struct census census;
    struct ec_key *key;
    uint32_t bits;
    size_t i, n;

    (void)state;
    for (i = 0; i < CURVES; i++)
    {
        memset(&census, 0, sizeof(census));
        for (n = 0; n < MORE_DRAWS; n++)
        {
            key = make_ec_key("ECDSA", curves[i]);
            count(&census, key->d, key->curve->size);
            bits = key->curve->bits;
            ec_free(key);
        }
        assert_random(&census, curves[i], 0, bits - 1);          /* the highest may be rare */
    }
    memset(&census, 0, sizeof(census));
    for (n = 0; n < DRAWS; n++)
    {
        key = make_ec_key("ECDH", "curve25519");
        count(&census, key->d, 32);
        ec_free(key);
    }
    assert_random(&census, "curve25519", 8, 8 * 31);        /* of the outer bytes five bits are fixed */
}

/* s = (hash + r * secret) / nonce modulo order, and the hash is zero */
static void count_nonce(struct census *census, const uint8_t *signature, size_t size, const mpz_t secret,
                        const mpz_t order)
{
    uint8_t data[MOST] = {0};
    size_t used;
    mpz_t r, s;

    mpz_inits(r, s, NULL);
    mpz_import(r, size, 1, 1, 0, 0, signature);
    mpz_import(s, size, 1, 1, 0, 0, signature + size);
    assert_true(mpz_invert(s, s, order));
    mpz_mul(r, r, secret);
    mpz_mul(r, r, s);
    mpz_mod(r, r, order);
    used = mpz_sizeinbase(r, 256);
    mpz_export(data + size - used, NULL, 1, 1, 0, 0, r);
    count(census, data, size);
    mpz_clears(r, s, NULL);
}

static void test_ec_nonces(void **state)
{
    uint8_t signature[2 * EC_MAX_SIZE], digest[32] = {0};
    struct ec_numbers numbers;
    struct census census;
    struct ec_key *key;
    mpz_t d, order;
    size_t i, n;

    (void)state;
    mpz_inits(d, order, NULL);
    for (i = 0; i < CURVES; i++)
    {
        memset(&census, 0, sizeof(census));
        key = make_ec_key("ECDSA", curves[i]);
        curve_numbers(key->curve, &numbers);
        mpz_import(order, numbers.order_size, 1, 1, 0, 0, numbers.order);
        mpz_import(d, key->curve->size, 1, 1, 0, 0, key->d);
        for (n = 0; n < MORE_DRAWS; n++)
        {
            assert_status(ec_sign(key, run(digest, sizeof(digest)), signature), NTE_SUCCESS);
            count_nonce(&census, signature, key->curve->size, d, order);
        }
        assert_random(&census, curves[i], 0, numbers.order_bits - 1);
        ec_free(key);
    }
    mpz_clears(d, order, NULL);
}

/* --- ML-DSA, ML-KEM --- */

static struct material *make_lattice_key(const char *alg, const char *set, uint32_t bits)
{
    const struct algorithm *row = algorithm_find_ascii(alg);
    struct property_list parameters = {NULL};
    struct material *material;

    assert_status(property_list_set(&parameters, wide("ParameterSetName"), wide(set), 2 * strlen(set)), NTE_SUCCESS);
    assert_status(row->family->generate(row, bits, &parameters, &material), NTE_SUCCESS);
    property_list_free(&parameters);
    return material;
}

static void test_lattice_seeds(void **state)
{
    struct census kem = {0}, dsa = {0};
    struct material *key;
    size_t n;

    for (n = 0; n < DRAWS; n++)
    {
        key = make_lattice_key("ML-KEM", "512", 6400);
        count(&kem, mlkem_key_of(key)->seed, MLKEM_SEED_SIZE);
        key->family->free(key);
        key = make_lattice_key("ML-DSA", "44", 10496);
        count(&dsa, mldsa_key_of(key)->seed, MLDSA_SEED_SIZE);
        key->family->free(key);
        take_back(state);
    }
    assert_all_random(&kem, "seed of ML-KEM");
    assert_all_random(&dsa, "seed of ML-DSA");
}

/* Secrets are hashes: one bit of what is drawn that is always the same would not show, but here all of it must be. */
static void test_lattice_operations(void **state)
{
    uint8_t secret[32], ciphertext[MLKEM_MAX_CIPHERTEXT], signature[MLDSA_MAX_SIGNATURE];
    struct material *kem = make_lattice_key("ML-KEM", "512", 6400), *dsa = make_lattice_key("ML-DSA", "44", 10496);
    struct census secrets = {0}, hashes = {0};
    const struct padding plain = {0};
    size_t n;

    (void)state;
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(kem->family->encapsulate(kem, secret, ciphertext), NTE_SUCCESS);
        count(&secrets, secret, sizeof(secret));
        assert_status(dsa->family->sign(dsa, &plain, text("m"), signature), NTE_SUCCESS);
        count(&hashes, signature, 32);
    }
    assert_all_random(&secrets, "shared secret");
    assert_all_random(&hashes, "commitment hash");
    kem->family->free(kem);
    dsa->family->free(dsa);
}

/* --- DSA, DH, RSA --- */

/* The highest bits of what is below q may be rare. */
static void test_dsa_keys(void **state)
{
    struct census census = {0};
    struct dsa_key *key;
    size_t n;

    (void)state;
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(dsa_key_generate(512, &key), NTE_SUCCESS);
        count_limbs(&census, key->x, key->qn, key->q_size);
        dsa_free(key);
    }
    assert_random(&census, "private number", 0, 158);
}

static void test_dsa_nonces(void **state)
{
    uint8_t signature[2 * DSA_MAX_Q_SIZE], digest[20] = {0};
    struct census census = {0};
    struct dsa_key *key;
    mpz_t x, q;
    size_t n;

    (void)state;
    assert_status(dsa_key_generate(512, &key), NTE_SUCCESS);
    for (n = 0; n < MORE_DRAWS; n++)
    {
        assert_status(dsa_key_sign(key, run(digest, sizeof(digest)), signature), NTE_SUCCESS);
        count_nonce(&census, signature, key->q_size, mpz_roinit_n(x, key->x, key->qn),
                    mpz_roinit_n(q, key->q, key->qn));
    }
    assert_random(&census, "nonce", 0, 159);
    dsa_free(key);
}

static void test_dh_keys(void **state)
{
    struct dh_numbers numbers = {.y = {NULL, 0}};
    struct census census = {0};
    struct dh_key *key;
    size_t n;

    (void)state;
    assert_status(dh_published_group(1024, &numbers), NTE_SUCCESS);
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(dh_generate(&numbers, &key), NTE_SUCCESS);
        count_limbs(&census, key->x, key->count, key->size);
        dh_free(key);
    }
    assert_all_random(&census, "private number");
}

/* Primes are odd, and their highest bits are chosen so that their product has its length. */
static void test_rsa_keys(void **state)
{
    struct census p = {0}, q = {0};
    struct rsa_key *key;
    size_t n;

    (void)state;
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(rsa_generate(512, &key), NTE_SUCCESS);
        assert_int_equal(key->p_bits, 256);
        assert_int_equal(key->q_bits, 256);
        count_limbs(&p, key->p, key->pn, key->p_size);
        count_limbs(&q, key->q, key->qn, key->q_size);
        rsa_free(key);
    }
    assert_random(&p, "p", 1, 250);
    assert_random(&q, "q", 1, 250);
}

/* --- paddings --- */

static void test_oaep_seed(void **state)
{
    const struct hash *hash = hash_find_ascii("SHA256");
    struct census census = {0};
    uint8_t em[128];
    size_t n;

    (void)state;
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(pad_oaep_encrypt(em, sizeof(em), hash, text("label"), text("message")), NTE_SUCCESS);
        assert_status(hash_mgf1_xor(hash, run(em + 33, sizeof(em) - 33), em + 1, 32), NTE_SUCCESS);
        count(&census, em + 1, 32);
    }
    assert_all_random(&census, "seed");
}

static void test_pss_salt(void **state)
{
    const struct hash *hash = hash_find_ascii("SHA256");
    struct census census = {0};
    uint8_t em[128];
    size_t n;

    (void)state;
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(pad_pss_sign(em, 1024, hash, pattern(32, 1), 32), NTE_SUCCESS);
        assert_status(hash_mgf1_xor(hash, run(em + 95, 32), em, 95), NTE_SUCCESS);
        count(&census, em + 63, 32);
    }
    assert_all_random(&census, "salt");
}

static void test_pkcs1_padding(void **state)
{
    struct census census = {0};
    uint8_t em[128];
    size_t n, i;

    (void)state;
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(pad_pkcs1_encrypt(em, sizeof(em), text("message")), NTE_SUCCESS);
        for (i = 2; i < 120; i++) assert_int_not_equal(em[i], 0);
        count(&census, em + 2, 118);
    }
    assert_all_random(&census, "padding");
}

/* --- symmetric keys, initial values, salts --- */

static void test_cipher_keys(void **state)
{
    const struct property_list parameters = {NULL};
    struct census census = {0};
    struct material *material;
    struct writer w = {0};
    size_t n;

    (void)state;
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(cipher_family.generate(algorithm_find_ascii("AES"), 256, &parameters, &material), NTE_SUCCESS);
        assert_status(cipher_export_blob(material, &(const struct blob_options){0}, &w), NTE_SUCCESS);
        count(&census, w.data + w.used - 32, 32);
        writer_free(&w);
        cipher_family.free(material);
    }
    assert_all_random(&census, "AES key");
}

static void test_seal(void **state)
{
    static const uint8_t key[SEAL_KEY_SIZE];
    uint8_t sealed[4 + SEAL_OVERHEAD];
    struct census census = {0};
    size_t n;

    (void)state;
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(seal(key, text("header"), text("text"), sealed), NTE_SUCCESS);
        count(&census, sealed, SEAL_NONCE_SIZE);
    }
    assert_all_random(&census, "nonce");
}

static void test_lock_salt(void **state)
{
    static const uint8_t binding[LOCK_BINDING_SIZE];
    struct census census = {0};
    struct writer w = {0};
    size_t n;

    (void)state;
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(lock_part(text("clear"), text("password"), binding, LOCK_MIN_ITERATIONS, &w), NTE_SUCCESS);
        count(&census, w.data + 8, 16);
        writer_free(&w);
    }
    assert_all_random(&census, "salt");
}

/* With an answer that brings its own key, so that no store is needed. */
static void test_protection(void **state)
{
    static const uint8_t session[PROTECT_KEY_SIZE] = "the key of a logon session     ";
    const struct answer answer = {UNIX_KEY_LOGON, 0, {session, sizeof(session)}};
    struct census keys = {0}, salts = {0};
    struct descriptor *descriptor;
    uint8_t key[PROTECT_KEY_SIZE];
    struct writer w = {0};
    const uint8_t *salt;
    size_t n;

    (void)state;
    assert_status(descriptor_parse(wide("LOCAL=logon"), &descriptor), NTE_SUCCESS);
    for (n = 0; n < DRAWS; n++)
    {
        assert_status(content_key_make(descriptor, &answer, key, &w), NTE_SUCCESS);
        count(&keys, key, sizeof(key));
        for (salt = w.data; memcmp(salt, IDENTIFIER_MAGIC, IDENTIFIER_MAGIC_SIZE); salt++);
        count(&salts, salt + IDENTIFIER_MAGIC_SIZE + 5, 32);
        writer_free(&w);
    }
    assert_all_random(&keys, "content key");
    assert_all_random(&salts, "salt");
    descriptor_free(descriptor);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_ec_keys, take_back),
        cmocka_unit_test_teardown(test_ec_nonces, take_back),
        cmocka_unit_test_teardown(test_lattice_seeds, take_back),
        cmocka_unit_test_teardown(test_lattice_operations, take_back),
        cmocka_unit_test_teardown(test_dsa_keys, take_back),
        cmocka_unit_test_teardown(test_dsa_nonces, take_back),
        cmocka_unit_test_teardown(test_dh_keys, take_back),
        cmocka_unit_test_teardown(test_rsa_keys, take_back),
        cmocka_unit_test_teardown(test_oaep_seed, take_back),
        cmocka_unit_test_teardown(test_pss_salt, take_back),
        cmocka_unit_test_teardown(test_pkcs1_padding, take_back),
        cmocka_unit_test_teardown(test_cipher_keys, take_back),
        cmocka_unit_test_teardown(test_seal, take_back),
        cmocka_unit_test_teardown(test_lock_salt, take_back),
        cmocka_unit_test_teardown(test_protection, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
