/* SPDX-License-Identifier: LGPL-2.1-or-later
 * capi.c, rsa_capi.c, dsa_capi.c, dh_capi.c: the blobs of CAPI, put together here field by field, in and out, and
 * every malformed one. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "algorithm.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "rsa_sample.h"

static const struct blob_options none = {.algorithms = &all_algorithms};

/* A blob under construction. */
static uint8_t built[16384];
static size_t built_size;

static void put(struct bytes data)
{
    if (data.size) memcpy(built + built_size, data.data, data.size);
    built_size += data.size;
}

static void put_u32(uint32_t word)
{
    int i;

    for (i = 0; i < 4; i++) built[built_size++] = word >> (8 * i);
}

/* Little-endian in size bytes. */
static void put_number(struct bytes number, size_t size)
{
    size_t i;

    for (i = 0; i < size; i++) built[built_size++] = i < number.size ? number.data[number.size - 1 - i] : 0;
}

static void start(const char *header, uint32_t alg, const char *magic, uint32_t bits)
{
    built_size = 0;
    put(run(header, 4));
    put_u32(alg);
    put(run(magic, 4));
    put_u32(bits);
}

static struct bytes built_blob(void)
{
    uint8_t *data = take(built_size + 1);

    memcpy(data, built, built_size);
    return run(data, built_size);
}

static void assert_export(blob_export *export, const struct material *key, struct bytes expected)
{
    struct writer w = {0};

    assert_status(export(key, &none, &w), NTE_SUCCESS);
    assert_int_equal(w.failed, 0);
    assert_int_equal(w.used, expected.size);
    assert_memory_equal(w.data, expected.data, expected.size);
    writer_free(&w);
}

static void assert_refused(blob_export *export, const struct material *key, nte_status status)
{
    struct writer w = {0};

    assert_status(export(key, &none, &w), status);
    assert_int_equal(w.used, 0);
    writer_free(&w);
}

static struct material *import(blob_import *import, struct bytes blob)
{
    struct material *key = NULL;

    assert_status(import(blob, &none, &key), NTE_SUCCESS);
    return key;
}

/* Every length but the right one, every header but that of the blob, counts of bits (words of them) too large. */
static void check_malformed(blob_import *import, struct bytes blob, size_t words)
{
    struct material *key = NULL;
    struct bytes cut;
    uint8_t *data, saved[4];
    size_t n;

    for (n = 0; n <= blob.size + 1; n++)
    {
        if (n == blob.size) continue;
        cut = exact(run(blob.data, n));
        assert_status(import(cut, &none, &key), NTE_BAD_DATA);
        free((void *)cut.data);
    }
    cut = exact(blob);
    data = (uint8_t *)cut.data;
    for (n = 0; n < 12; n++)
    {
        if (n == 2 || n == 3) continue;         /* reserved */
        data[n] ^= 0x40;
        assert_status(import(cut, &none, &key), NTE_INVALID_PARAMETER);
        data[n] ^= 0x40;
    }
    for (n = 12; n < 12 + 4 * words; n += 4)
    {
        memcpy(saved, data + n, 4);
        memset(data + n, 0xff, 4);
        assert_status(import(cut, &none, &key), NTE_BAD_DATA);
        data[n] = 0xf8;
        assert_status(import(cut, &none, &key), NTE_BAD_DATA);
        memcpy(data + n, saved, 4);
        data[n] ^= 0x88;
        assert_status(import(cut, &none, &key), NTE_BAD_DATA);
        memcpy(data + n, saved, 4);
    }
    free(data);
    assert_null(key);
}

/* --- RSA --- */

static struct bytes rsa_blob(const struct rsa_numbers *k, int is_private, size_t size, size_t half)
{
    start(is_private ? "\7\2\0\0" : "\6\2\0\0", 0xa400, is_private ? "RSA2" : "RSA1", 8 * size);
    put_number(k->e, 4);
    put_number(k->n, size);
    if (!is_private) return built_blob();
    put_number(k->p, half);
    put_number(k->q, half);
    put_number(k->dp, half);
    put_number(k->dq, half);
    put_number(k->qinv, half);
    put_number(k->d, size);
    return built_blob();
}

static void test_rsa(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    struct bytes public_blob = rsa_blob(&numbers, 0, 128, 64), private_blob = rsa_blob(&numbers, 1, 128, 64);
    struct material *key;
    uint8_t *data;

    (void)state;
    key = import(rsa_import_capi_private_blob, private_blob);                               /* 8.16 */
    assert_int_equal(key->bits, 1024);
    assert_int_equal(key->has_private, 1);
    assert_export(rsa_export_capi_private_blob, key, private_blob);
    assert_export(rsa_export_capi_public_blob, key, public_blob);                           /* 9.25 */
    rsa_family.free(key);
    key = import(rsa_import_capi_public_blob, public_blob);
    assert_int_equal(key->has_private, 0);
    assert_export(rsa_export_capi_public_blob, key, public_blob);
    assert_refused(rsa_export_capi_private_blob, key, NTE_INVALID_PARAMETER);
    rsa_family.free(key);

    check_malformed(rsa_import_capi_private_blob, private_blob, 1);
    check_malformed(rsa_import_capi_public_blob, public_blob, 1);
    assert_status(rsa_import_capi_public_blob(private_blob, &none, &key), NTE_INVALID_PARAMETER);
    assert_status(rsa_import_capi_private_blob(public_blob, &none, &key), NTE_INVALID_PARAMETER);

    data = (uint8_t *)public_blob.data;         /* CALG_RSA_SIGN */
    data[5] = 0x24;
    rsa_family.free(import(rsa_import_capi_public_blob, public_blob));
    data = (uint8_t *)private_blob.data;
    data[20 + 128] ^= 2;                        /* p */
    assert_status(rsa_import_capi_private_blob(private_blob, &none, &key), NTE_INVALID_PARAMETER);
}

/* 1032 bits: half of 129 bytes is 65. And 384, the shortest (rows 8.10, 8.11). */
static void test_rsa_sizes(void **state)
{
    static const struct { uint32_t bits; size_t size, half; } sizes[] =
        {{1032, 129, 65}, {384, 48, 24}, {1016, 127, 64}, {1024, 128, 64}};
    struct rsa_numbers numbers;
    struct sample_key k;
    struct material *key;
    struct bytes blob;
    size_t i;

    (void)state;
    for (i = 0; i < 4; i++)
    {
        sample_init(&k);
        sample_make(&k, sizes[i].bits / 2, sizes[i].bits / 2, 65537, i);
        numbers = sample_numbers(&k);
        blob = rsa_blob(&numbers, 1, sizes[i].size, sizes[i].half);
        key = import(rsa_import_capi_private_blob, blob);
        assert_int_equal(key->bits, sizes[i].bits);
        assert_export(rsa_export_capi_private_blob, key, blob);
        rsa_family.free(key);
        sample_clear(&k);
    }
}

/* What the form has no room for is not exported (an exponent of 33 bits, a prime of more than half the length). */
static void test_rsa_too_large(void **state)
{
    struct rsa_numbers numbers = published_numbers();
    struct rsa_key *key;
    struct sample_key k;

    (void)state;
    numbers.e = hex("0100000001");
    assert_status(rsa_import_public(&numbers, &key), NTE_SUCCESS);
    assert_refused(rsa_export_capi_public_blob, &key->material, NTE_NOT_SUPPORTED);
    rsa_free(key);
    numbers.e = hex("00ffffffff");
    assert_status(rsa_import_public(&numbers, &key), NTE_SUCCESS);
    assert_export(rsa_export_capi_public_blob, &key->material, rsa_blob(&numbers, 0, 128, 0));
    rsa_free(key);

    sample_init(&k);
    sample_make(&k, 600, 424, 65537, 7);
    numbers = sample_numbers(&k);
    assert_status(rsa_import_private(&numbers, &key), NTE_SUCCESS);
    assert_refused(rsa_export_capi_private_blob, &key->material, NTE_NOT_SUPPORTED);
    rsa_free(key);
    sample_clear(&k);
}

/* --- DSA --- */

struct dsa_bytes
{
    size_t p_size, q_size;
    struct bytes p, q, g, y, x;
};

static struct bytes limbs_of(const mp_limb_t *limbs, mp_size_t count, size_t size)
{
    uint8_t *data = take(size);

    limbs_to_bytes(data, size, limbs, count);
    return run(data, size);
}

static struct dsa_bytes dsa_bytes(const struct dsa_key *key)
{
    struct dsa_bytes k = {key->p_size, key->q_size, {0}, {0}, {0}, {0}, {0}};

    k.p = limbs_of(key->p, key->pn, key->p_size);
    k.q = limbs_of(key->q, key->qn, key->q_size);
    k.g = limbs_of(key->g, key->pn, key->p_size);
    k.y = limbs_of(key->y, key->pn, key->p_size);
    k.x = limbs_of(key->x, key->qn, key->q_size);
    return k;
}

/* seed: as BCRYPT blobs have it; NULL: unknown. */
static void put_seed(const char *seed)
{
    static const char ones[20] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};

    put_u32(seed ? 0x102 : 0xffffffff);
    put_number(seed ? text(seed) : run(ones, sizeof(ones)), sizeof(ones));
}

static struct bytes dsa_blob(const struct dsa_bytes *k, int is_private, const char *seed)
{
    start(is_private ? "\7\2\0\0" : "\6\2\0\0", 0x2200, is_private ? "DSS2" : "DSS1", 8 * k->p_size);
    put_number(k->p, k->p_size);
    put_number(k->q, 20);
    put_number(k->g, k->p_size);
    if (is_private) put_number(k->x, 20);
    else put_number(k->y, k->p_size);
    put_seed(seed);
    return built_blob();
}

static struct bytes dsa_blob_3(const struct dsa_bytes *k, int is_private, const char *seed, size_t j_size)
{
    start(is_private ? "\7\3\0\0" : "\6\3\0\0", 0x2200, is_private ? "DSS4" : "DSS3", 8 * k->p_size);
    put_u32(8 * k->q_size);
    put_u32(8 * j_size);
    if (is_private) put_u32(8 * k->q_size);
    put_seed(seed);
    put_number(k->p, k->p_size);
    put_number(k->q, k->q_size);
    put_number(k->g, k->p_size);
    put_number(pattern(j_size, 1), j_size);
    put_number(k->y, k->p_size);
    if (is_private) put_number(k->x, k->q_size);
    return built_blob();
}

static void check_dsa(const struct dsa_bytes *k, const char *seed)
{
    struct bytes public_blob = dsa_blob(k, 0, seed), private_blob = dsa_blob(k, 1, seed);
    struct bytes public_blob_3 = dsa_blob_3(k, 0, seed, 0), private_blob_3 = dsa_blob_3(k, 1, seed, 0);
    struct material *key;

    key = import(dsa_import_capi_private_blob, private_blob);                               /* 8.30 */
    assert_string_equal(key->alg->id, "DSA");
    assert_export(dsa_export_capi_v2_private_blob, key, private_blob);
    assert_export(dsa_export_capi_v2_public_blob, key, public_blob);                           /* y was made */
    assert_export(dsa_export_capi_private_blob, key, private_blob_3);
    assert_export(dsa_export_capi_public_blob, key, public_blob_3);
    dsa_family.free(key);
    key = import(dsa_import_capi_private_blob, private_blob_3);
    assert_export(dsa_export_capi_v2_private_blob, key, private_blob);
    dsa_family.free(key);
    key = import(dsa_import_capi_public_blob, public_blob);
    assert_int_equal(key->has_private, 0);
    assert_export(dsa_export_capi_public_blob, key, public_blob_3);
    assert_refused(dsa_export_capi_v2_private_blob, key, NTE_INVALID_PARAMETER);
    assert_refused(dsa_export_capi_private_blob, key, NTE_INVALID_PARAMETER);
    dsa_family.free(key);
    key = import(dsa_import_capi_public_blob, dsa_blob_3(k, 0, seed, 108));                /* with j */
    assert_export(dsa_export_capi_v2_public_blob, key, public_blob);
    dsa_family.free(key);
}

static void test_dsa(void **state)
{
    struct dsa_bytes k;
    struct dsa_key *key;
    struct bytes blob;
    struct material *refused = NULL;

    (void)state;
    assert_status(dsa_key_generate(1024, &key), NTE_SUCCESS);
    k = dsa_bytes(key);
    dsa_free(key);
    check_dsa(&k, NULL);
    check_dsa(&k, "twenty bytes of seed");
    check_malformed(dsa_import_capi_public_blob, dsa_blob(&k, 0, NULL), 1);
    check_malformed(dsa_import_capi_private_blob, dsa_blob(&k, 1, NULL), 1);
    check_malformed(dsa_import_capi_public_blob, dsa_blob_3(&k, 0, NULL, 0), 3);
    check_malformed(dsa_import_capi_private_blob, dsa_blob_3(&k, 1, NULL, 108), 4);
    assert_status(dsa_import_capi_public_blob(dsa_blob_3(&k, 1, NULL, 0), &none, &refused), NTE_INVALID_PARAMETER);
    assert_status(dsa_import_capi_private_blob(dsa_blob(&k, 0, NULL), &none, &refused), NTE_INVALID_PARAMETER);

    blob = dsa_blob_3(&k, 1, NULL, 0);
    ((uint8_t *)blob.data)[blob.size - 1] ^= 1;                                             /* x */
    assert_status(dsa_import_capi_private_blob(blob, &none, &refused), NTE_INVALID_PARAMETER);
    k.p_size = k.q_size = 0;
    blob = dsa_blob_3(&k, 1, NULL, 0);
    assert_status(dsa_import_capi_private_blob(blob, &none, &refused), NTE_INVALID_PARAMETER);
    blob = dsa_blob_3(&k, 0, NULL, 0);
    assert_status(dsa_import_capi_public_blob(blob, &none, &refused), NTE_INVALID_PARAMETER);
}

/* A q of 256 bits goes into the newer form only. Its seed of 32 bytes does not. */
static void test_dsa_long(void **state)
{
    struct dsa_bytes k;
    struct dsa_key *key;
    struct material *copy;

    (void)state;
    assert_status(dsa_key_generate(2048, &key), NTE_SUCCESS);
    k = dsa_bytes(key);
    assert_refused(dsa_export_capi_v2_public_blob, &key->material, NTE_NOT_SUPPORTED);
    assert_refused(dsa_export_capi_v2_private_blob, &key->material, NTE_NOT_SUPPORTED);
    assert_export(dsa_export_capi_public_blob, &key->material, dsa_blob_3(&k, 0, NULL, 0));
    assert_export(dsa_export_capi_private_blob, &key->material, dsa_blob_3(&k, 1, NULL, 0));
    dsa_free(key);
    copy = import(dsa_import_capi_private_blob, dsa_blob_3(&k, 1, "twenty bytes of seed", 0));
    assert_export(dsa_export_capi_private_blob, copy, dsa_blob_3(&k, 1, "twenty bytes of seed", 0));
    assert_int_equal(((struct dsa_key *)copy)->origin.seed_size, 20);
    dsa_family.free(copy);
}

/* --- DH --- */

static struct bytes dh_blob_3(const struct dh_key *k, int is_private, size_t q_size, size_t j_size, size_t x_size)
{
    start(is_private ? "\7\3\0\0" : "\6\3\0\0", 0xaa01, is_private ? "\0DH4" : "\0DH3", k->material.bits);
    put_u32(8 * q_size);
    put_u32(8 * j_size);
    if (is_private) put_u32(8 * x_size);
    put_seed(NULL);
    put_number(limbs_of(k->p, k->count, k->size), k->size);
    put_number(pattern(q_size, 2), q_size);
    put_number(limbs_of(k->g, k->count, k->size), k->size);
    put_number(pattern(j_size, 3), j_size);
    put_number(limbs_of(k->y, k->count, k->size), k->size);
    if (is_private) put_number(limbs_of(k->x, k->count, k->size), x_size);
    return built_blob();
}

static struct bytes dh_blob(const struct dh_key *k)
{
    start("\7\2\0\0", 0xaa02, "\0DH2", k->material.bits);
    put_number(limbs_of(k->p, k->count, k->size), k->size);
    put_number(limbs_of(k->g, k->count, k->size), k->size);
    put_number(limbs_of(k->x, k->count, k->size), k->size);
    return built_blob();
}

static void test_dh(void **state)
{
    struct dh_numbers numbers = {0};
    struct bytes public_blob, private_blob;
    struct material *copy;
    struct dh_key *key;

    (void)state;
    assert_status(dh_published_group(768, &numbers), NTE_SUCCESS);
    assert_status(dh_generate(&numbers, &key), NTE_SUCCESS);
    public_blob = dh_blob_3(key, 0, 0, 0, 0);
    private_blob = dh_blob_3(key, 1, 0, 0, 96);
    assert_export(dh_export_capi_public_blob, &key->material, public_blob);
    assert_export(dh_export_capi_private_blob, &key->material, private_blob);

    copy = import(dh_import_capi_private_blob, private_blob);                               /* 8.30 */
    assert_string_equal(copy->alg->id, "DH");
    assert_export(dh_export_capi_private_blob, copy, private_blob);
    dh_family.free(copy);
    copy = import(dh_import_capi_private_blob, dh_blob(key));
    assert_export(dh_export_capi_private_blob, copy, private_blob);
    dh_family.free(copy);
    copy = import(dh_import_capi_private_blob, dh_blob_3(key, 1, 20, 76, 100));             /* with q and j */
    assert_export(dh_export_capi_private_blob, copy, private_blob);
    dh_family.free(copy);
    copy = import(dh_import_capi_public_blob, dh_blob_3(key, 0, 20, 76, 0));
    assert_export(dh_export_capi_public_blob, copy, public_blob);
    assert_refused(dh_export_capi_private_blob, copy, NTE_INVALID_PARAMETER);
    dh_family.free(copy);

    check_malformed(dh_import_capi_public_blob, public_blob, 3);
    check_malformed(dh_import_capi_private_blob, private_blob, 4);
    check_malformed(dh_import_capi_private_blob, dh_blob(key), 1);
    copy = NULL;
    private_blob = dh_blob_3(key, 1, 0, 0, 96);
    ((uint8_t *)private_blob.data)[private_blob.size - 40] ^= 1;                            /* x */
    assert_status(dh_import_capi_private_blob(private_blob, &none, &copy), NTE_INVALID_PARAMETER);

    start("\6\2\0\0", 0xaa02, "\0DH1", 768);                                                /* y without a group */
    put_number(limbs_of(key->y, key->count, 96), 96);
    assert_status(dh_import_capi_public_blob(built_blob(), &none, &copy), NTE_NOT_SUPPORTED);
    assert_null(copy);
    dh_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_rsa, take_back),
        cmocka_unit_test_teardown(test_rsa_sizes, take_back),
        cmocka_unit_test_teardown(test_rsa_too_large, take_back),
        cmocka_unit_test_teardown(test_dsa, take_back),
        cmocka_unit_test_teardown(test_dsa_long, take_back),
        cmocka_unit_test_teardown(test_dh, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
