/* SPDX-License-Identifier: LGPL-2.1-or-later
 * mlkem/, a section of FIPS 203 after the other: each formula against its definition, written here with a plain
 * division and a plain loop; then keys and ciphertexts that are wrong. Known answers: test_vectors_mlkem. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "mlkem/mlkem_math.h"

static uint32_t seed;

static uint32_t draw(uint32_t limit)
{
    seed = seed * 1103515245 + 12345;
    return (seed >> 8) % limit;
}

static void draw_poly(struct mlkem_poly *f, uint32_t limit)
{
    unsigned int i;

    for (i = 0; i < MLKEM_N; i++) f->c[i] = draw(limit);
}

static void test_reduce(void **state)
{
    const uint32_t most = 2 * MLKEM_Q * MLKEM_Q + MLKEM_Q;
    uint32_t x;

    (void)state;
    for (x = 0; x < 2 * MLKEM_Q; x++) assert_int_equal(mlkem_reduce_once(x), x % MLKEM_Q);
    for (x = 0; x <= most; x += 7) assert_int_equal(mlkem_reduce(x), x % MLKEM_Q);
    for (x = 0; x + MLKEM_Q <= most; x += MLKEM_Q)
    {
        assert_int_equal(mlkem_reduce(x), 0);
        assert_int_equal(mlkem_reduce(x + MLKEM_Q - 1), MLKEM_Q - 1);
    }
}

/* --- 4.2.1 --- */

static void test_encode(void **state)
{
    struct mlkem_poly f, back;
    uint8_t bytes[32 * 12], bit;
    unsigned int d, i;

    (void)state;
    for (d = 1; d <= 12; d++)
    {
        draw_poly(&f, 1u << d);
        mlkem_encode(bytes, &f, d);
        for (i = 0; i < MLKEM_N * d; i++)
        {
            bit = bytes[i / 8] >> i % 8 & 1;
            assert_int_equal(bit, f.c[i / d] >> i % d & 1);
        }
        mlkem_decode(&back, bytes, d);
        assert_memory_equal(&back, &f, sizeof(f));
    }
}

static void test_compress(void **state)
{
    const unsigned int ds[] = {1, 4, 5, 10, 11};
    struct mlkem_poly f = {{0}};
    unsigned int i, d, x, y;

    (void)state;
    for (i = 0; i < 5; i++)
    {
        d = ds[i];
        for (x = 0; x < MLKEM_Q; x++)
        {
            f.c[255] = x;
            mlkem_compress(&f, d);
            assert_int_equal(f.c[255], (2 * (x << d) + MLKEM_Q) / (2 * MLKEM_Q) % (1u << d));
        }
        for (y = 0; y < 1u << d; y++)
        {
            f.c[255] = y;
            mlkem_decompress(&f, d);
            assert_int_equal(f.c[255], (2 * MLKEM_Q * y + (1u << d)) / (2u << d));
        }
    }
}

static void test_is_reduced(void **state)
{
    struct mlkem_poly f;
    unsigned int i;

    (void)state;
    for (i = 0; i < MLKEM_N; i++) f.c[i] = MLKEM_Q - 1;
    assert_int_equal(mlkem_is_reduced(&f), 1);
    for (i = 0; i < MLKEM_N; i++)
    {
        f.c[i] = MLKEM_Q;
        assert_int_equal(mlkem_is_reduced(&f), 0);
        f.c[i] = MLKEM_Q - 1;
    }
    f.c[17] = 4095;
    assert_int_equal(mlkem_is_reduced(&f), 0);
}

/* --- 4.2.2: the bits of PRF's output are counted; the known answers have the rest --- */

static void test_cbd_is_centred(void **state)
{
    static const uint8_t s[32] = {1};
    unsigned int eta, i, b, counts[MLKEM_Q] = {0};
    struct mlkem_poly f;

    (void)state;
    for (eta = 2; eta <= 3; eta++)
    {
        memset(counts, 0, sizeof(counts));
        for (b = 0; b < 64; b++)
        {
            mlkem_sample_cbd(&f, eta, s, b);
            for (i = 0; i < MLKEM_N; i++) counts[f.c[i]]++;
        }
        for (i = eta + 1; i < MLKEM_Q - eta; i++) assert_int_equal(counts[i], 0);
        for (i = 1; i <= eta; i++) assert_in_range(counts[i], counts[MLKEM_Q - i] * 3 / 4, counts[MLKEM_Q - i] * 4 / 3);
        assert_true(counts[0] > counts[1] && counts[1] > counts[2]);
    }
}

/* --- 4.3 --- */

/* The product modulo X^256 + 1. */
static void multiply(struct mlkem_poly *product, const struct mlkem_poly *f, const struct mlkem_poly *g)
{
    uint32_t sum[MLKEM_N] = {0}, x;
    unsigned int i, j;

    for (i = 0; i < MLKEM_N; i++)
        for (j = 0; j < MLKEM_N; j++)
        {
            x = f->c[i] * g->c[j] % MLKEM_Q;
            sum[(i + j) % MLKEM_N] += i + j < MLKEM_N ? x : MLKEM_Q - x;
        }
    for (i = 0; i < MLKEM_N; i++) product->c[i] = sum[i] % MLKEM_Q;
}

static void test_ntt(void **state)
{
    struct mlkem_poly f, g, product, sum;
    unsigned int round;

    (void)state;
    for (round = 0; round < 20; round++)
    {
        draw_poly(&f, MLKEM_Q);
        draw_poly(&g, MLKEM_Q);
        if (!round) memset(&f, 0, sizeof(f)), f.c[255] = MLKEM_Q - 1;
        multiply(&product, &f, &g);
        draw_poly(&sum, MLKEM_Q);
        mlkem_add(&product, &sum);
        mlkem_ntt(&f);
        mlkem_ntt(&g);
        mlkem_ntt(&sum);
        mlkem_multiply_add(&sum, &f, &g);
        mlkem_ntt_inverse(&sum);
        assert_memory_equal(&sum, &product, sizeof(sum));
    }
}

static void test_subtract(void **state)
{
    struct mlkem_poly f, g, h;

    (void)state;
    draw_poly(&f, MLKEM_Q);
    draw_poly(&g, MLKEM_Q);
    f.c[0] = g.c[0] = 0;
    h = f;
    mlkem_subtract(&f, &g);
    mlkem_add(&f, &g);
    assert_memory_equal(&f, &h, sizeof(f));
}

/* --- 6 and 7 --- */

struct sample
{
    struct mlkem_key key;
    uint8_t m[32], secret[32], c[MLKEM_MAX_CIPHERTEXT];
};

static void make_sample(struct sample *s, const struct mlkem_set *set)
{
    uint8_t bytes[MLKEM_SEED_SIZE];
    unsigned int i;

    for (i = 0; i < sizeof(bytes); i++) bytes[i] = draw(256);
    for (i = 0; i < sizeof(s->m); i++) s->m[i] = draw(256);
    mlkem_generate(set, bytes, &s->key);
    mlkem_encapsulate(&s->key, s->m, s->secret, s->c);
}

/* A key that was written and read is the same, but for the seed, which is not in it. */
static void test_keys(void **state)
{
    uint8_t ek[1568], dk[3168], c[MLKEM_MAX_CIPHERTEXT], secret[32];
    struct mlkem_key read;
    struct sample s;
    unsigned int i;

    (void)state;
    for (i = 0; i < MLKEM_SET_COUNT; i++)
    {
        make_sample(&s, &mlkem_sets[i]);
        mlkem_write_public(&s.key, ek);
        mlkem_write_private(&s.key, dk);
        assert_int_equal(mlkem_read_private(s.key.set, dk, &read), 1);
        s.key.has_seed = 0;
        memset(s.key.seed, 0, sizeof(s.key.seed));
        assert_memory_equal(&read, &s.key, sizeof(read));
        assert_int_equal(mlkem_read_public(s.key.set, ek, &read), 1);
        assert_int_equal(read.has_private, 0);
        mlkem_encapsulate(&read, s.m, secret, c);
        assert_memory_equal(c, s.c, s.key.set->ciphertext_size);
        assert_memory_equal(secret, s.secret, sizeof(secret));
    }
}

/* Every byte of a private key but z matters to the check: h is the hash of ek, and a coefficient of s that is too
 * large is seen. */
static void test_damaged_private(void **state)
{
    struct mlkem_key read;
    uint8_t dk[3168];
    struct sample s;
    size_t i;

    (void)state;
    make_sample(&s, &mlkem_sets[0]);
    mlkem_write_private(&s.key, dk);
    for (i = 768; i < 1632 - 32; i++)
    {
        dk[i] ^= 0x10;
        assert_int_equal(mlkem_read_private(s.key.set, dk, &read), 0);
        dk[i] ^= 0x10;
    }
    for (i = 0; i < 768; i += 3)
    {
        const uint8_t kept[3] = {dk[i], dk[i + 1], dk[i + 2]};

        dk[i] = dk[i + 1] = 0xff;
        assert_int_equal(mlkem_read_private(s.key.set, dk, &read), 0);
        memcpy(dk + i, kept, 3);
        dk[i + 1] = dk[i + 2] = 0xff;
        assert_int_equal(mlkem_read_private(s.key.set, dk, &read), 0);
        memcpy(dk + i, kept, 3);
    }
    assert_int_equal(mlkem_read_private(s.key.set, dk, &read), 1);
}

/* A ciphertext that was touched anywhere gives another secret, always the same, which depends on z. */
static void test_implicit_rejection(void **state)
{
    uint8_t secret[32], again[32];
    struct sample s;
    unsigned int i;
    size_t at;

    (void)state;
    for (i = 0; i < MLKEM_SET_COUNT; i++)
    {
        make_sample(&s, &mlkem_sets[i]);
        mlkem_decapsulate(&s.key, s.c, secret);
        assert_memory_equal(secret, s.secret, sizeof(secret));
        for (at = 0; at < s.key.set->ciphertext_size; at += 37)
        {
            s.c[at] ^= 1;
            mlkem_decapsulate(&s.key, s.c, secret);
            assert_memory_not_equal(secret, s.secret, sizeof(secret));
            mlkem_decapsulate(&s.key, s.c, again);
            assert_memory_equal(secret, again, sizeof(secret));
            s.key.z[5] ^= 1;
            mlkem_decapsulate(&s.key, s.c, again);
            assert_memory_not_equal(secret, again, sizeof(secret));
            s.key.z[5] ^= 1;
            s.c[at] ^= 1;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_reduce),
        cmocka_unit_test(test_encode),
        cmocka_unit_test(test_compress),
        cmocka_unit_test(test_is_reduced),
        cmocka_unit_test(test_cbd_is_centred),
        cmocka_unit_test(test_ntt),
        cmocka_unit_test(test_subtract),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_damaged_private),
        cmocka_unit_test(test_implicit_rejection),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
