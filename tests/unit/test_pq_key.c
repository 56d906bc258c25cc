/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of ML-DSA and ML-KEM as handles: parameter sets and what is set with them, lengths, key files. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "key_sample.h"
#include "pq_sample.h"

static const struct pq_set *const mldsa_44 = &pq_sets[0], *const mldsa_65 = &pq_sets[1];

static void check_property(struct key *key, const char *name, const char *expected)
{
    uint8_t value[64];
    uint32_t size;

    assert_status(property_get(&key->object, wide(name), 0, value, sizeof(value), &size), NTE_SUCCESS);
    assert_int_equal(size, 2 * (strlen(expected) + 1));
    assert_memory_equal(value, wide(expected), size);
}

static void test_properties(void **state)
{
    struct key *key;
    size_t i;

    (void)state;
    for (i = 0; i < PQ_SETS; i++)
    {
        key = pq_new_key(&pq_sets[i], NULL);
        check_property(key, "ParameterSetName", pq_sets[i].set);
        assert_status(key_finalize(key, 0), NTE_SUCCESS);
        check_property(key, "ParameterSetName", pq_sets[i].set);
        check_property(key, "Algorithm Name", pq_sets[i].alg);
        check_property(key, "Algorithm Group", i < 3 ? "MLDSA" : "MLKEM");
        assert_int_equal(get_u32(key, "Length"), 8 * pq_sets[i].public_size);
        assert_status(set(key, "ParameterSetName", wide("44"), 6), i < 3 ? NTE_BAD_KEY_STATE : NTE_INVALID_PARAMETER);
        key_free(key);
    }
}

/* Without a set, with one that there is not, with the length of another one. */
static void test_no_set(void **state)
{
    struct key *key = new_key("ML-DSA", NULL);

    (void)state;
    assert_status(key_finalize(key, 0), NTE_INVALID_PARAMETER);                         /* A.22 */
    assert_status(set(key, "ParameterSetName", wide("43"), 6), NTE_INVALID_PARAMETER);
    assert_status(set(key, "ParameterSetName", wide("440"), 8), NTE_INVALID_PARAMETER);
    assert_status(set(key, "ParameterSetName", wide("44"), 3), NTE_INVALID_PARAMETER);
    assert_status(set(key, "ParameterSetName", "", 0), NTE_INVALID_PARAMETER);
    assert_status(set(key, "ParameterSetName", wide("44"), 4), NTE_SUCCESS);
    assert_status(set_u32(key, "Length", 15616), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_INVALID_PARAMETER);
    assert_status(set_u32(key, "Length", 10496), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    key_free(key);
    key = new_key("RSA", NULL);
    assert_status(set(key, "ParameterSetName", wide("44"), 6), NTE_NOT_SUPPORTED);
    key_free(key);
}

/* A blob that is set on a key is one of the set that was chosen, if one was. */
static void test_blob_of_set(void **state)
{
    struct key *key = pq_key(mldsa_44, NULL), *other = pq_new_key(mldsa_65, NULL);
    struct bytes seed = pq_blob(key, mldsa_44->seed_type);

    (void)state;
    assert_status(property_set(&other->object, wide(mldsa_44->seed_type), seed, 0), NTE_INVALID_PARAMETER);
    check_property(other, "ParameterSetName", "65");
    assert_status(set(other, "ParameterSetName", wide("44"), 6), NTE_SUCCESS);
    assert_status(property_set(&other->object, wide(mldsa_44->seed_type), seed, 0), NTE_SUCCESS);
    assert_status(set(other, "ParameterSetName", wide("65"), 6), NTE_BAD_KEY_STATE);
    assert_status(key_finalize(other, 0), NTE_SUCCESS);
    check_property(other, "ParameterSetName", "44");
    key_free(other);
    key_free(key);
}

static nte_status get(struct key *key, const char *name)
{
    uint8_t value[4];
    uint32_t size;

    return property_get(&key->object, wide(name), 0, value, sizeof(value), &size);
}

/* There are none before the set is chosen. */
static void test_lengths(void **state)
{
    struct key *mldsa = new_key("ML-DSA", NULL), *mlkem = new_key("ML-KEM", NULL);

    (void)state;
    assert_status(get(mldsa, "SignatureLength"), NTE_BAD_KEY_STATE);
    assert_status(get(mlkem, "KEMCiphertextLength"), NTE_BAD_KEY_STATE);
    assert_status(get(mlkem, "SignatureLength"), NTE_NOT_SUPPORTED);
    assert_status(set(mldsa, "ParameterSetName", wide("44"), 6), NTE_SUCCESS);
    assert_int_equal(get_u32(mldsa, "SignatureLength"), 2420);
    key_free(mlkem);
    key_free(mldsa);
}

/* A key file brings back the same key, and its seed if there was one. */
static void check_stored(const struct pq_set *s)
{
    struct key *key = pq_key(s, "stored"), *again;
    struct bytes seed = pq_blob(key, s->seed_type), expanded = pq_blob(key, s->private_type), got;

    key_free(key);
    again = open_key("stored");
    got = pq_blob(again, s->seed_type);
    assert_int_equal(got.size, seed.size);
    assert_memory_equal(got.data, seed.data, seed.size);
    assert_status(key_delete(again), NTE_SUCCESS);

    key = pq_new_key(s, "expanded");
    assert_status(property_set(&key->object, wide(s->private_type), expanded, 0), NTE_SUCCESS);     /* A.21 */
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    key_free(key);
    again = open_key("expanded");
    got = pq_blob(again, s->private_type);
    assert_memory_equal(got.data, expanded.data, expanded.size);
    assert_status(pq_export(again, s->seed_type, &got), NTE_NOT_SUPPORTED);
    assert_status(key_delete(again), NTE_SUCCESS);
}

static void test_stored(void **state)
{
    size_t i;

    for (i = 0; i < PQ_SETS; i++)
    {
        check_stored(&pq_sets[i]);
        take_back(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(test_properties, take_back),
        cmocka_unit_test_setup(test_no_set, take_back),
        cmocka_unit_test_setup(test_blob_of_set, take_back),
        cmocka_unit_test_setup(test_lengths, take_back),
        cmocka_unit_test_setup(test_stored, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
