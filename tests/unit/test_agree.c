/* SPDX-License-Identifier: LGPL-2.1-or-later
 * agreement.c, hkdf.c, derive*.c: agreement on every curve and in DH groups; lists of buffers of every kind, wrong
 * ones included. What the functions compute is in test_kdf.c. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto/hash.h"
#include "crypto_sample.h"
#include "ec/ec.h"
#include "derive/kdf_key.h"
#include "key/agreement.h"

static const struct kdf_parameters no_parameters;
static const struct key_name no_name;

static struct key *new_key(const char *alg)
{
    struct key *key;

    assert_status(key_create(&software_provider, wide(alg), no_name, 0, 0, &key), NTE_SUCCESS);
    return key;
}

static void set(struct key *key, const char *name, const void *value, size_t size)
{
    assert_status(property_set(&key->object, wide(name), run(value, size), 0), NTE_SUCCESS);
}

static struct key *ec_key(const char *curve)
{
    struct key *key = new_key("ECDH");

    set(key, "ECCCurveName", wide(curve), (strlen(curve) + 1) * 2);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static struct key *dh_key(uint32_t bits)
{
    struct key *key = new_key("DH");

    set(key, "Length", &bits, sizeof(bits));
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static struct key *kdf_key(const char *alg, size_t size)
{
    struct key *key = new_key(alg);

    set(key, "KDFKeySecret", pattern(size, 7).data, size);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static struct bytes agree(struct key *own, struct key *peer)
{
    struct agreement *agreement;
    struct bytes z;

    assert_status(agreement_make(own, peer, 0, &agreement), NTE_SUCCESS);
    z = run(take(agreement->z.used), agreement->z.used);
    memcpy((void *)z.data, agreement->z.data, z.size);
    object_free(&agreement->object);
    return z;
}

static void check_pair(struct key *a, struct key *b, size_t size)
{
    struct bytes one = agree(a, b), other = agree(b, a), own = agree(a, a);

    assert_int_equal(one.size, size);
    assert_int_equal(other.size, size);
    assert_memory_equal(one.data, other.data, size);
    assert_memory_not_equal(one.data, own.data, size);
}

static void test_curves(void **state)
{
    struct agreement *agreement;
    struct key *a, *b, *p256 = ec_key("nistP256");
    size_t i;

    (void)state;
    for (i = 0; i < curve_name_count; i++)
    {
        a = ec_key(curve_names[i].name);
        b = ec_key(curve_names[i].name);
        check_pair(a, b, curve_names[i].curve->size);
        if (!curve_equal(curve_names[i].curve, &curve_p256))
        {
            assert_status(agreement_make(a, p256, 0, &agreement), NTE_INVALID_PARAMETER);
            assert_status(agreement_make(p256, b, 0, &agreement), NTE_INVALID_PARAMETER);
        }
        key_free(a);
        key_free(b);
        sample_used = 0;
    }
    key_free(p256);
}

static void test_dh(void **state)
{
    struct key *a = dh_key(1024), *b = dh_key(1024), *other = dh_key(768), *ec = ec_key("nistP256");
    struct agreement *agreement;

    (void)state;
    check_pair(a, b, 128);
    assert_status(agreement_make(a, other, 0, &agreement), NTE_INVALID_PARAMETER);
    assert_status(agreement_make(a, ec, 0, &agreement), NTE_INVALID_PARAMETER);
    assert_status(agreement_make(ec, a, 0, &agreement), NTE_INVALID_PARAMETER);
    key_free(a);
    key_free(b);
    key_free(other);
    key_free(ec);
}

/* --- derivation --- */

static struct kdf_parameters list_of(const struct kdf_parameter *list, size_t count)
{
    struct kdf_parameters parameters = {list, count};

    return parameters;
}

/* Output memory of exactly size bytes, so that the sanitizer sees a byte too many. */
static nte_status derive_exact(struct agreement *agreement, struct key *key, const char *kdf,
                               const struct kdf_parameters *parameters, uint32_t flags, uint32_t size,
                               uint32_t *result)
{
    uint8_t *output = malloc(size ? size : 1);
    nte_status status;

    if (key) status = key_derive(key, parameters, flags, output, size, result);
    else status = agreement_derive(agreement, wide(kdf), parameters, flags, output, size, result);
    free(output);
    return status;
}

/* 3 and 2 bytes before, 1 after: the order of the list counts within each kind, not between them. */
static void test_order(void **state)
{
    struct key *a = ec_key("nistP384"), *b = ec_key("nistP384");
    struct kdf_parameter list[] =
    {
        {KDF_SECRET_APPEND, text("x")}, {KDF_SECRET_PREPEND, text("abc")}, {1000, text("unknown")},
        {KDF_HASH_ALGORITHM, run(wide("SHA256"), 14)}, {KDF_SECRET_PREPEND, text("de")},
    };
    struct kdf_parameters parameters = list_of(list, 5);
    struct bytes z = agree(a, b);
    uint8_t *message = take(z.size + 6), *digest = take(32), *output = take(32);
    struct agreement *agreement;
    uint32_t result;

    (void)state;
    memcpy(message, "abcde", 5);
    memcpy(message + 5, z.data, z.size);
    message[5 + z.size] = 'x';
    assert_status(hash_once(hash_find_ascii("SHA256"), run(message, z.size + 6), digest), NTE_SUCCESS);
    assert_status(agreement_make(b, a, FLAG_SILENT, &agreement), NTE_SUCCESS);
    assert_status(agreement_derive(agreement, wide("HASH"), &parameters, 0, output, 32, &result), NTE_SUCCESS);
    assert_int_equal(result, 32);
    assert_memory_equal(output, digest, 32);
    object_free(&agreement->object);
    key_free(a);
    key_free(b);
}

static const char *const secret_functions[] = {"HASH", "HMAC", "TLS_PRF", "SP800_56A_CONCAT", "TRUNCATE", "HKDF"};
static const char *const key_functions[] = {"SP800_108_CTR_HMAC", "SP800_56A_CONCAT", "PBKDF2", "CAPI_KDF", "HKDF",
                                            "TLS1_1_KDF", "TLS1_2_KDF"};
#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static uint32_t next_random(void)
{
    static uint64_t x = 1;

    x = x * 6364136223846793005u + 1442695040888963407u;
    return x >> 33;
}

/* Mostly what a function may want; each value in memory of its own size. Iterations stay few. */
static void random_parameter(struct kdf_parameter *p)
{
    static const char *const hashes[] = {"SHA1", "sha256", "SHA384", "SHA3-512", "MD5", "MD4", "none", ""};
    static const uint32_t protocols[] = {0x301, 0x303, 0xfeff, 2, 0};
    static const uint32_t sizes[] = {0, 1, 4, 8, 63, 64, 65};
    const char *hash = hashes[next_random() % COUNT(hashes)];
    uint64_t small = next_random() % 4;

    p->type = next_random() % (KDF_TYPE_COUNT + 1);
    p->value = pattern(sizes[next_random() % COUNT(sizes)], next_random());
    if (p->type == KDF_HASH_ALGORITHM) p->value = run(wide(hash), strlen(hash) * 2 + next_random() % 3);
    if (p->type == KDF_TLS_PRF_PROTOCOL) p->value = run(&protocols[next_random() % COUNT(protocols)], 4);
    if (p->type == KDF_ITERATION_COUNT) p->value = run(memcpy(take(8), &small, 8), next_random() % 9);
    p->value = exact(p->value);
}

static void check_result(nte_status status, uint32_t size, uint32_t result)
{
    switch (status)
    {
    case NTE_SUCCESS:
        assert_true(result <= size);
        break;
    case NTE_BUFFER_TOO_SMALL:
        assert_true(result > size);
        break;
    default:
        assert_true(status == NTE_INVALID_PARAMETER || status == NTE_NOT_SUPPORTED || status == NTE_BAD_FLAGS);
    }
}

static void set_hkdf(struct object *object)
{
    assert_status(property_set(object, wide("HkdfHashAlgorithm"), run(wide("SHA256"), 14), 0), NTE_SUCCESS);
    assert_status(property_set(object, wide("HkdfSaltAndFinalize"), run(NULL, 0), 0), NTE_SUCCESS);
}

static void test_random_lists(void **state)
{
    struct key *a = ec_key("curve25519"), *keys[COUNT(key_functions)];
    static const uint32_t flags[] = {0, 0, 0, 1, 0x10, 0x40};
    struct kdf_parameter list[8];
    struct kdf_parameters parameters = {list, 0};
    struct agreement *agreement;
    unsigned int succeeded = 0;
    uint32_t size, result;
    size_t round, i;
    nte_status status;

    (void)state;
    assert_status(agreement_make(a, a, 0, &agreement), NTE_SUCCESS);
    set_hkdf(&agreement->object);
    for (i = 0; i < COUNT(key_functions); i++) keys[i] = kdf_key(key_functions[i], i * 17);
    set_hkdf(&keys[4]->object);
    for (round = 0; round < 30000; round++)
    {
        sample_used = 0;
        parameters.count = next_random() % 8;
        for (i = 0; i < parameters.count; i++) random_parameter(&list[i]);
        size = next_random() % 100;
        i = next_random() % (COUNT(secret_functions) + COUNT(key_functions));
        result = 0;
        status = derive_exact(agreement, i < COUNT(key_functions) ? keys[i] : NULL,
                              i < COUNT(key_functions) ? NULL : secret_functions[i - COUNT(key_functions)],
                              &parameters, flags[next_random() % COUNT(flags)], size, &result);
        check_result(status, size, result);
        succeeded += !status;
        for (i = 0; i < parameters.count; i++) free((void *)list[i].value.data);
    }
    assert_true(succeeded > 3000);
    for (i = 0; i < COUNT(key_functions); i++) key_free(keys[i]);
    object_free(&agreement->object);
    key_free(a);
}

static void test_limits(void **state)
{
    struct kdf_parameter list[] = {{KDF_HASH_ALGORITHM, run(wide("SHA256"), 14)},
                                   {KDF_GENERIC_PARAMETER, {NULL, 0}}};
    struct kdf_parameters parameters = list_of(list, 2);
    struct key *key = kdf_key("SP800_108_CTR_HMAC", 0);
    uint32_t result;

    (void)state;
    assert_status(derive_exact(NULL, key, NULL, &parameters, 0, MAX_DERIVED, &result), NTE_SUCCESS);
    assert_int_equal(result, MAX_DERIVED);
    assert_status(derive_exact(NULL, key, NULL, &parameters, 0, MAX_DERIVED + 1, &result), NTE_INVALID_PARAMETER);
    assert_status(derive_exact(NULL, key, NULL, &parameters, 0, 0, &result), NTE_SUCCESS);
    assert_int_equal(result, 0);
    assert_status(key_derive(key, &no_parameters, 0, NULL, 0, &result), NTE_INVALID_PARAMETER);
    key_free(key);
}

/* All functions ask for the size as they give it. */
static void test_size_queries(void **state)
{
    static const uint32_t expected[] = {20, 20, 48, 64, 66, 32};
    struct kdf_parameter list[] = {{KDF_TLS_PRF_LABEL, text("l")}, {KDF_TLS_PRF_SEED, pattern(64, 1)},
                                   {KDF_ALGORITHMID, text("a")}, {KDF_PARTYUINFO, text("u")},
                                   {KDF_PARTYVINFO, text("v")}, {KDF_HMAC_KEY, text("k")}};
    struct kdf_parameters parameters = list_of(list, COUNT(list));
    struct key *a = ec_key("nistP521");
    struct agreement *agreement;
    uint32_t result;
    size_t i;

    (void)state;
    assert_status(agreement_make(a, a, 0, &agreement), NTE_SUCCESS);
    set_hkdf(&agreement->object);
    for (i = 0; i < COUNT(secret_functions); i++)
    {
        result = 0;
        assert_status(agreement_derive(agreement, wide(secret_functions[i]), &parameters, 0, NULL, 0, &result),
                      NTE_SUCCESS);
        assert_int_equal(result, expected[i]);
        assert_status(derive_exact(agreement, NULL, secret_functions[i], &parameters, 0, expected[i], &result),
                      NTE_SUCCESS);
        assert_int_equal(result, expected[i]);
    }
    object_free(&agreement->object);
    key_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(test_curves, take_back),
        cmocka_unit_test_setup(test_dh, take_back),
        cmocka_unit_test_setup(test_order, take_back),
        cmocka_unit_test_setup(test_random_lists, take_back),
        cmocka_unit_test_setup(test_limits, take_back),
        cmocka_unit_test_setup(test_size_queries, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
