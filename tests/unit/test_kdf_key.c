/* SPDX-License-Identifier: LGPL-2.1-or-later
 * kdf_key.c, key_blob.c: keys of derivation functions and their KDFKeyBlob, whole and broken. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "algorithm.h"
#include "crypto_sample.h"
#include "derive/kdf_key.h"
#include "base/property_list.h"

static const struct blob_options no_options = {.algorithms = &all_algorithms};
static const struct property_list no_parameters;

static const char *const functions[] = {"SP800_108_CTR_HMAC", "SP800_56A_CONCAT", "PBKDF2", "CAPI_KDF", "HKDF",
                                        "TLS1_1_KDF", "TLS1_2_KDF"};

static struct material *kdf_key(const char *alg, struct bytes secret)
{
    struct property_list parameters = {0};
    struct material *key;
    uint32_t bits = 0;

    assert_status(kdf_family.check_parameter(algorithm_find_ascii(alg), wide("KDFKeySecret"), secret, &bits),
                  NTE_SUCCESS);
    assert_int_equal(bits, secret.size * 8);
    assert_status(property_list_set(&parameters, wide("KDFKeySecret"), secret.data, secret.size), NTE_SUCCESS);
    assert_status(kdf_family.generate(algorithm_find_ascii(alg), bits, &parameters, &key), NTE_SUCCESS);
    property_list_free(&parameters);
    assert_int_equal(key->bits, bits);
    return key;
}

static void check_kdf_blob(const char *alg, struct bytes secret)
{
    struct material *key = kdf_key(alg, secret), *again;
    struct writer w = {0};
    struct bytes cut;
    size_t n;

    assert_status(kdf_export_blob(key, &no_options, &w), NTE_SUCCESS);
    assert_int_equal(w.used, 16 + (strlen(alg) + 1) * 2 + secret.size);
    assert_memory_equal(w.data + 4, "KDF1", 4);
    assert_memory_equal(w.data + w.used - secret.size, secret.data, secret.size);
    assert_status(kdf_import_blob(run(w.data, w.used), &no_options, &again), NTE_SUCCESS);
    assert_ptr_equal(again->alg, algorithm_find_ascii(alg));
    assert_int_equal(((struct kdf_key *)again)->size, secret.size);
    assert_memory_equal(((struct kdf_key *)again)->secret, secret.data, secret.size);
    kdf_family.free(again);
    for (n = 0; n < w.used; n++)
    {
        cut = exact(run(w.data, n));
        assert_status(kdf_import_blob(cut, &no_options, &again), NTE_BAD_DATA);
        free((void *)cut.data);
    }
    w.data[4] ^= 1;
    assert_status(kdf_import_blob(run(w.data, w.used), &no_options, &again), NTE_INVALID_PARAMETER);
    writer_free(&w);
    kdf_family.free(key);
}

static void kdf_keys(void **state)
{
    const struct algorithm *alg = algorithm_find_ascii("PBKDF2");
    static const uint8_t aes[] = "\x10\0\0\0KDF1\x08\0\0\0\x01\0\0\0A\0E\0S\0\0\0x";
    struct material *key;
    uint32_t bits = 0;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(functions) / sizeof(*functions); i++)
    {
        check_kdf_blob(functions[i], pattern(0, 1));
        check_kdf_blob(functions[i], pattern(1, 1));
        check_kdf_blob(functions[i], pattern(100, 1));
    }
    assert_status(kdf_family.generate(alg, 128, &no_parameters, &key), NTE_INVALID_PARAMETER);
    assert_status(kdf_family.check_parameter(alg, wide("KDFKeySecret"), run("", KDF_MAX_SECRET + 1), &bits),
                  NTE_INVALID_PARAMETER);
    assert_status(kdf_import_blob(run(aes, sizeof(aes) - 1), &no_options, &key), NTE_NOT_SUPPORTED);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(kdf_keys, take_back),
    };

    return cmocka_run_group_tests_name("kdf keys", tests, NULL, NULL);
}
