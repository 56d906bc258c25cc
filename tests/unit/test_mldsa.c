/* SPDX-License-Identifier: LGPL-2.1-or-later
 * mldsa/, a part of FIPS 204 after the other: each formula against its definition, written here with a plain division
 * and a plain loop; then messages, keys and signatures that are wrong. Known answers: test_vectors_mldsa. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "crypto/keccak.h"
#include "mldsa/mldsa_math.h"

#define Q MLDSA_Q

static uint32_t random_state;

static uint32_t draw(uint32_t limit)
{
    random_state = random_state * 1103515245 + 12345;
    return (uint64_t)random_state * limit >> 32;
}

/* From -limit + 1 to limit - 1. */
static void draw_poly(struct mldsa_poly *f, int32_t limit)
{
    unsigned int i;

    for (i = 0; i < MLDSA_N; i++) f->c[i] = (int32_t)draw(2 * limit - 1) - limit + 1;
}

static int32_t positive(int64_t x)
{
    x %= Q;
    return x < 0 ? x + Q : x;
}

static void test_numbers(void **state)
{
    const int64_t most = ((int64_t)Q << 31) - 1;
    unsigned int i;
    int32_t x;
    int64_t y;

    (void)state;
    for (i = 0; i < 100000; i++)
    {
        y = ((int64_t)draw(Q) << 31) + draw(1u << 31);
        if (i % 2) y = -y;
        if (i < 2) y = i ? most : -most;
        x = mldsa_montgomery(y);
        assert_in_range(x + Q, 1, 2 * Q - 1);
        assert_int_equal(positive((int64_t)x * ((int64_t)1 << 32) % Q), positive(y));
        x = mldsa_reduce((int32_t)(y >> 24));
        assert_in_range(x + 6291456, 0, 2 * 6291456);
        assert_int_equal(positive(x), positive((int32_t)(y >> 24)));
    }
    assert_int_equal(mldsa_positive(-1), Q - 1);
    assert_int_equal(mldsa_positive(0), 0);
    assert_int_equal(mldsa_positive(Q - 1), Q - 1);
}

/* --- 7.1 --- */

static void test_pack(void **state)
{
    const unsigned int widths[] = {3, 4, 6, 10, 13, 18, 20};
    uint8_t bytes[32 * 20];
    struct mldsa_poly f, back;
    unsigned int i, j, bits;

    (void)state;
    for (i = 0; i < sizeof(widths) / sizeof(*widths); i++)
    {
        bits = widths[i];
        for (j = 0; j < MLDSA_N; j++) f.c[j] = draw(1u << bits);
        mldsa_pack(bytes, &f, bits);
        for (j = 0; j < MLDSA_N * bits; j++) assert_int_equal(bytes[j / 8] >> j % 8 & 1, f.c[j / bits] >> j % bits & 1);
        mldsa_unpack(&back, bytes, bits);
        assert_memory_equal(&back, &f, sizeof(f));

        mldsa_unpack_from(&back, bytes, 1 << (bits - 1), bits);
        for (j = 0; j < MLDSA_N; j++) assert_int_equal(back.c[j], (1 << (bits - 1)) - f.c[j]);
        memset(bytes, 0, sizeof(bytes));
        mldsa_pack_from(bytes, &back, 1 << (bits - 1), bits);
        mldsa_unpack(&back, bytes, bits);
        assert_memory_equal(&back, &f, sizeof(f));
    }
}

static void check_hint(const struct mldsa_set *set)
{
    struct mldsa_poly h[MLDSA_MAX_K], back[MLDSA_MAX_K];
    const size_t size = set->omega + set->k;
    uint8_t bytes[MLDSA_MAX_K + 80], good[sizeof(bytes)];
    unsigned int i;

    memset(h, 0, sizeof(h));
    for (i = 0; i < 20; i++) h[i % set->k].c[11 * i] = 1;
    h[1].c[255] = h[2].c[0] = 1;
    mldsa_pack_hint(set, good, h);
    assert_int_equal(mldsa_unpack_hint(set, back, good), 1);
    assert_memory_equal(back, h, set->k * sizeof(*h));

    /* Any other byte is a malformed hint or another one, never the same once more. */
    for (i = 0; i < size * 255; i++)
    {
        memcpy(bytes, good, size);
        bytes[i / 255] ^= i % 255 + 1;
        if (mldsa_unpack_hint(set, back, bytes)) assert_memory_not_equal(back, h, set->k * sizeof(*h));
    }
}

static void test_hint(void **state)
{
    const struct mldsa_set *set = &mldsa_sets[0];
    struct mldsa_poly h[MLDSA_MAX_K];
    uint8_t bytes[80 + 4] = {0};
    unsigned int i;

    (void)state;
    for (i = 0; i < MLDSA_SET_COUNT; i++) check_hint(&mldsa_sets[i]);

    assert_int_equal(mldsa_unpack_hint(set, h, bytes), 1);
    bytes[7] = 1;                                                       /* after the last */
    assert_int_equal(mldsa_unpack_hint(set, h, bytes), 0);
    bytes[80] = bytes[81] = bytes[82] = bytes[83] = 81;                 /* more than omega */
    for (i = 0; i < 80; i++) bytes[i] = i;
    assert_int_equal(mldsa_unpack_hint(set, h, bytes), 0);
    bytes[80] = bytes[81] = bytes[82] = bytes[83] = 80;
    assert_int_equal(mldsa_unpack_hint(set, h, bytes), 1);
    bytes[83] = 79;                                                     /* the count falls */
    assert_int_equal(mldsa_unpack_hint(set, h, bytes), 0);
    bytes[83] = 80;
    bytes[40] = bytes[39];                                              /* twice */
    assert_int_equal(mldsa_unpack_hint(set, h, bytes), 0);
    bytes[80] = 40;                                                     /* but not in one polynomial */
    assert_int_equal(mldsa_unpack_hint(set, h, bytes), 1);
}

/* --- 7.3 --- */

static void test_in_ball(void **state)
{
    uint8_t hash[MLDSA_MAX_HASH] = {0};
    struct mldsa_poly c;
    unsigned int i, j, ones;

    (void)state;
    for (i = 0; i < 300; i++)
    {
        hash[3] = i;
        hash[31] = i >> 8;
        mldsa_sample_in_ball(&mldsa_sets[i % 3], &c, hash);
        for (ones = j = 0; j < MLDSA_N; j++)
        {
            assert_in_range(c.c[j] + 1, 0, 2);
            ones += c.c[j] & 1;
        }
        assert_int_equal(ones, mldsa_sets[i % 3].tau);
    }
}

/* --- 7.4 --- */

static void test_power2round(void **state)
{
    int32_t r, r0, r1;

    (void)state;
    for (r = 0; r < Q; r++)
    {
        r1 = mldsa_power2round(r, &r0);
        if (r1 * 8192 + r0 != r || r0 <= -4096 || r0 > 4096) fail_msg("%d", r);
    }
}

/* Algorithm 36 as it is written. */
static int32_t decompose(int32_t r, int32_t gamma2, int32_t *r0)
{
    *r0 = r % (2 * gamma2);
    if (*r0 > gamma2) *r0 -= 2 * gamma2;
    if (r - *r0 != Q - 1) return (r - *r0) / (2 * gamma2);
    *r0 -= 1;
    return 0;
}

static void test_decompose(void **state)
{
    int32_t r, r0, r1, expected, low;
    unsigned int i;

    (void)state;
    for (i = 0; i < 2; i++)
        for (r = 0; r < Q; r++)
        {
            r1 = mldsa_decompose(&mldsa_sets[i], r, &r0);
            expected = decompose(r, mldsa_sets[i].gamma2, &low);
            if (r1 != expected || r0 != low) fail_msg("%d: %d, %d", r, r1, r0);
        }
}

/* What a hint is for: the high bits of r + z from r and one bit, for z up to gamma2. */
static void test_use_hint(void **state)
{
    const struct mldsa_set *set;
    int32_t r, z, r0, with, without, i;

    (void)state;
    for (i = 0; i < 100000; i++)
    {
        set = &mldsa_sets[i % 2];
        r = draw(Q);
        z = (int32_t)draw(2 * set->gamma2) - set->gamma2;
        with = decompose(positive((int64_t)r + z), set->gamma2, &r0);
        without = decompose(r, set->gamma2, &r0);
        assert_int_equal(mldsa_use_hint(set, with != without, r), with);
    }
    assert_int_equal(mldsa_use_hint(&mldsa_sets[0], 1, 0), 43);         /* down, not up, without low bits */
    assert_int_equal(mldsa_use_hint(&mldsa_sets[1], 1, 2 * mldsa_sets[1].gamma2), 0);
}

static void test_exceeds(void **state)
{
    struct mldsa_poly f = {{0}};
    unsigned int i;

    (void)state;
    for (i = 0; i < MLDSA_N; i++)
    {
        f.c[i] = 99;
        assert_int_equal(mldsa_exceeds(&f, 100), 0);
        f.c[i] = 100;
        assert_int_equal(mldsa_exceeds(&f, 100), 1);
        f.c[i] = -100;
        assert_int_equal(mldsa_exceeds(&f, 100), 1);
        f.c[i] = -99;
        assert_int_equal(mldsa_exceeds(&f, 100), 0);
    }
}

/* --- 7.5 --- */

static void multiply(struct mldsa_poly *product, const struct mldsa_poly *f, const struct mldsa_poly *g)
{
    int64_t sum[MLDSA_N] = {0}, x;
    unsigned int i, j;

    for (i = 0; i < MLDSA_N; i++)
        for (j = 0; j < MLDSA_N; j++)
        {
            x = (int64_t)f->c[i] * g->c[j] % Q;
            sum[(i + j) % MLDSA_N] += i + j < MLDSA_N ? x : -x;
        }
    for (i = 0; i < MLDSA_N; i++) product->c[i] = positive(sum[i]);
}

/* With numbers at the bounds too: the sanitizer sees an overflow. */
static void test_ntt(void **state)
{
    struct mldsa_poly f, g, product;
    unsigned int round, i;

    (void)state;
    for (round = 0; round < 20; round++)
    {
        draw_poly(&f, Q);
        draw_poly(&g, Q);
        if (!round) for (i = 0; i < MLDSA_N; i++) f.c[i] = Q - 1, g.c[i] = 1 - Q;
        multiply(&product, &f, &g);
        mldsa_ntt(&f);
        mldsa_ntt(&g);
        for (i = 0; i < MLDSA_N; i++) assert_in_range(f.c[i] + 9 * Q, 0, 18 * Q);
        mldsa_multiply(&f, &f, &g);
        mldsa_ntt_inverse(&f);
        for (i = 0; i < MLDSA_N; i++) assert_int_equal(positive(f.c[i]), product.c[i]);
    }
}

/* --- keys, messages, signatures --- */

static const uint8_t zeros[32];

static struct mldsa_key *make_key(unsigned int set)
{
    uint8_t seed[MLDSA_SEED_SIZE];
    struct mldsa_key *key;

    memset(seed, 7 + set, sizeof(seed));
    assert_status(mldsa_generate(&mldsa_sets[set], seed, &key), NTE_SUCCESS);
    return key;
}

static void check_keys(unsigned int set)
{
    struct mldsa_key *key = make_key(set), *read;
    uint8_t mu[MLDSA_MU_SIZE] = {1}, first[MLDSA_MAX_SIGNATURE], second[MLDSA_MAX_SIGNATURE];
    const size_t size = key->set->signature_size;

    assert_status(mldsa_read_private(key->set, key->sk, &read), NTE_SUCCESS);
    assert_int_equal(read->has_seed, 0);
    assert_memory_equal(read->pk, key->pk, sizeof(key->pk));
    assert_status(mldsa_sign(key, mu, zeros, first), NTE_SUCCESS);
    assert_status(mldsa_sign(read, mu, zeros, second), NTE_SUCCESS);
    assert_memory_equal(first, second, size);
    mldsa_free(read);
    assert_status(mldsa_read_public(key->set, key->pk, &read), NTE_SUCCESS);
    assert_status(mldsa_verify(read, mu, run(first, size)), NTE_SUCCESS);
    mu[63] ^= 1;
    assert_status(mldsa_verify(read, mu, run(first, size)), NTE_BAD_SIGNATURE);
    mldsa_free(read);
    mldsa_free(key);
}

static void test_keys(void **state)
{
    unsigned int i;

    (void)state;
    for (i = 0; i < MLDSA_SET_COUNT; i++) check_keys(i);
    mldsa_free(NULL);
}

/* No bit of rho, tr, s1, s2 and t0 can be another one; K is a key of its own, which nothing else says anything of. */
static void test_damaged_private(void **state)
{
    struct mldsa_key *key = make_key(0), *read;
    uint8_t sk[MLDSA_MAX_PRIVATE];
    size_t i;

    (void)state;
    memcpy(sk, key->sk, sizeof(sk));
    for (i = 0; i < key->set->private_size; i += i < 140 ? 1 : 61)
    {
        sk[i] ^= 1 << i % 8;
        if (i >= 32 && i < 64)
        {
            assert_status(mldsa_read_private(key->set, sk, &read), NTE_SUCCESS);
            mldsa_free(read);
        }
        else assert_status(mldsa_read_private(key->set, sk, &read), NTE_INVALID_PARAMETER);
        sk[i] ^= 1 << i % 8;
    }
    mldsa_free(key);
}

static void test_signature_size(void **state)
{
    struct mldsa_key *key = make_key(1);
    uint8_t mu[MLDSA_MU_SIZE] = {2}, signature[MLDSA_MAX_SIGNATURE + 1] = {0};
    const size_t size = key->set->signature_size;

    (void)state;
    assert_status(mldsa_sign(key, mu, zeros, signature), NTE_SUCCESS);
    assert_status(mldsa_verify(key, mu, run(signature, size)), NTE_SUCCESS);
    assert_status(mldsa_verify(key, mu, run(signature, size + 1)), NTE_BAD_SIGNATURE);
    assert_status(mldsa_verify(key, mu, run(signature, size - 1)), NTE_BAD_SIGNATURE);
    assert_status(mldsa_verify(key, mu, run(NULL, 0)), NTE_BAD_SIGNATURE);
    mldsa_free(key);
}

/* A signature has one form: no bit of it can be another one. */
static void test_damaged_signature(void **state)
{
    struct mldsa_key *key = make_key(0);
    uint8_t mu[MLDSA_MU_SIZE] = {3}, signature[MLDSA_MAX_SIGNATURE];
    size_t i;

    (void)state;
    assert_status(mldsa_sign(key, mu, zeros, signature), NTE_SUCCESS);
    for (i = 0; i < key->set->signature_size; i += i < 2300 ? 29 : 1)
    {
        signature[i] ^= 1 << i % 8;
        assert_status(mldsa_verify(key, mu, run(signature, key->set->signature_size)), NTE_BAD_SIGNATURE);
        signature[i] ^= 1 << i % 8;
    }
    mldsa_free(key);
}

static void test_hedged(void **state)
{
    struct mldsa_key *key = make_key(0);
    uint8_t mu[MLDSA_MU_SIZE] = {4}, rnd[32] = {1}, first[MLDSA_MAX_SIGNATURE], second[MLDSA_MAX_SIGNATURE];

    (void)state;
    assert_status(mldsa_sign(key, mu, zeros, first), NTE_SUCCESS);
    assert_status(mldsa_sign(key, mu, rnd, second), NTE_SUCCESS);
    assert_memory_not_equal(first, second, key->set->signature_size);
    assert_status(mldsa_verify(key, mu, run(second, key->set->signature_size)), NTE_SUCCESS);
    mldsa_free(key);
}

/* SHAKE256 of tr and M', computed here from algorithms 2 and 4 as they are written. */
static void check_mu(const struct mldsa_key *key, const struct mldsa_message *message, struct bytes formatted)
{
    uint8_t mu[MLDSA_MU_SIZE], expected[MLDSA_MU_SIZE];
    struct keccak k;

    mldsa_mu(key, message, mu);
    shake256_start(&k);
    keccak_add(&k, key->tr, sizeof(key->tr));
    keccak_add(&k, formatted.data, formatted.size);
    keccak_give(&k, expected, sizeof(expected));
    assert_memory_equal(mu, expected, sizeof(mu));
}

static void test_messages(void **state)
{
    struct mldsa_key *key = make_key(0);
    struct mldsa_message message = {.message = text("abc")};
    uint8_t long_context[2 + 255 + 3];

    (void)state;
    check_mu(key, &message, hex("0000 616263"));
    message.context = text("xy");
    check_mu(key, &message, hex("0002 7879 616263"));
    memset(long_context, 'c', sizeof(long_context));
    memcpy(long_context, "\0\xff", 2);
    memcpy(long_context + 257, "abc", 3);
    message.context = run(long_context + 2, 255);
    check_mu(key, &message, run(long_context, sizeof(long_context)));
    message.context.size = 1;
    message.hash = mldsa_hash_find(wide("sha3-384"));
    check_mu(key, &message, hex("0101 63 0609608648016503040209 616263"));
    mldsa_free(key);
}

static void test_hashes(void **state)
{
    static const struct { const char *id; size_t size; unsigned int strength, number; } expected[] =
    {
        {"SHA256", 32, 128, 1}, {"SHA384", 48, 192, 2}, {"SHA512", 64, 256, 3},
        {"SHA3-256", 32, 128, 8}, {"SHA3-384", 48, 192, 9}, {"SHA3-512", 64, 256, 10},
        {"SHAKE128", 32, 128, 11}, {"SHAKE256", 64, 256, 12},
    };
    const struct mldsa_hash *hash;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(expected) / sizeof(*expected); i++)
    {
        assert_non_null(hash = mldsa_hash_find(wide(expected[i].id)));
        assert_int_equal(hash->size, expected[i].size);
        assert_int_equal(hash->strength, expected[i].strength);
        assert_int_equal(hash->number, expected[i].number);
    }
    assert_null(mldsa_hash_find(wide("SHA1")));
    assert_null(mldsa_hash_find(wide("")));
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_pack),
        cmocka_unit_test(test_hint),
        cmocka_unit_test(test_in_ball),
        cmocka_unit_test(test_power2round),
        cmocka_unit_test(test_decompose),
        cmocka_unit_test(test_use_hint),
        cmocka_unit_test(test_exceeds),
        cmocka_unit_test(test_ntt),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_damaged_private),
        cmocka_unit_test(test_signature_size),
        cmocka_unit_test(test_damaged_signature),
        cmocka_unit_test(test_hedged),
        cmocka_unit_test_setup(test_messages, take_back),
        cmocka_unit_test_setup(test_hashes, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
