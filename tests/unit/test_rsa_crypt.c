/* SPDX-License-Identifier: LGPL-2.1-or-later
 * rsa_family.c: encryption, decryption and their statuses (rows of doc/facts/windows-behaviour.md). */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "rsa_sample.h"

#define K 128                           /* bytes of the sample key's modulus */

static nte_status encrypt(struct padding padding, struct bytes input, uint8_t *output, uint32_t size,
                          uint32_t *result)
{
    return rsa_family.encrypt(public_key, &padding, input, output, size, result);
}

static nte_status decrypt(struct padding padding, struct bytes input, uint8_t *output, uint32_t size,
                          uint32_t *result)
{
    return rsa_family.decrypt(private_key, &padding, input, output, size, result);
}

/* PKCS#1, OAEP, none: every message length, sizes asked first, buffers that just fit, in place. */
static void check_round_trip(struct padding padding, size_t shortest, size_t longest)
{
    uint8_t cipher[K], *output;
    struct bytes message;
    uint32_t result;
    size_t n;

    for (n = 0; n <= K + 1; n++)
    {
        message = pattern(n, n);
        if (n == K) ((uint8_t *)message.data)[0] = 0;
        assert_status(encrypt(padding, message, NULL, 0, &result), NTE_SUCCESS);        /* 11.4, 11.6 */
        assert_int_equal(result, K);
        assert_status(encrypt(padding, message, cipher, K - 1, &result), NTE_BUFFER_TOO_SMALL);
        assert_int_equal(result, K);
        if (n < shortest || n > longest)                                                /* 11.5, 11.12, 11.13 */
        {
            assert_status(encrypt(padding, message, cipher, K, &result), NTE_INVALID_PARAMETER);
            continue;
        }
        result = 0;
        assert_status(encrypt(padding, message, cipher, K, &result), NTE_SUCCESS);
        assert_int_equal(result, K);

        result = 0;
        assert_status(decrypt(padding, run(cipher, K), NULL, 0, &result), NTE_SUCCESS); /* 11.18 */
        assert_int_equal(result, n);
        output = malloc(n);
        assert_status(decrypt(padding, run(cipher, K), output, n, &result), NTE_SUCCESS);
        assert_int_equal(result, n);
        assert_memory_equal(output, message.data, n);
        if (n)
        {
            memset(output, 0x77, n);
            assert_status(decrypt(padding, run(cipher, K), output, n - 1, &result), NTE_BUFFER_TOO_SMALL);
            assert_int_equal(result, n);
            assert_int_equal(output[0], 0x77);
        }
        free(output);

        assert_status(decrypt(padding, run(cipher, K), cipher, K, &result), NTE_SUCCESS);   /* 11.20 */
        assert_int_equal(result, n);
        assert_memory_equal(cipher, message.data, n);
        memcpy(cipher, message.data, n);
        assert_status(encrypt(padding, run(cipher, n), cipher, K, &result), NTE_SUCCESS);
        assert_status(decrypt(padding, run(cipher, K), cipher, K, &result), NTE_SUCCESS);
        assert_memory_equal(cipher, message.data, n);
    }
}

static void test_round_trips(void **state)
{
    struct padding with_info = pkcs1("not a hash");

    (void)state;
    check_round_trip(no_padding(PAD_PKCS1), 0, K - 11);
    check_round_trip(with_info, 0, K - 11);                                             /* 11.23 */
    check_round_trip(no_padding(PAD_NONE), K, K);
    check_round_trip(oaep("SHA1", text("")), 0, K - 42);                                /* 11.9, 11.10, 11.21 */
    check_round_trip(oaep("SHA256", text("label")), 0, K - 66);
    check_round_trip(oaep("MD5", run(NULL, 0)), 0, K - 34);
    check_round_trip(oaep("SHA384", text("l")), 0, K - 98);
}

static void test_overlap(void **state)
{
    uint8_t buffer[3 * K], message[20];
    uint32_t result;
    size_t shift;

    (void)state;
    memcpy(message, pattern(20, 1).data, 20);
    for (shift = 0; shift <= 2 * K; shift++)
    {
        memcpy(buffer + K, message, 20);
        assert_status(encrypt(no_padding(PAD_PKCS1), run(buffer + K, 20), buffer + shift, K, &result),
                      NTE_SUCCESS);
        memmove(buffer + K, buffer + shift, K);
        assert_status(decrypt(no_padding(PAD_PKCS1), run(buffer + K, K), buffer + shift, K, &result), NTE_SUCCESS);
        assert_int_equal(result, 20);
        assert_memory_equal(buffer + shift, message, 20);
    }
}

static void test_crypt_schemes(void **state)
{
    static const uint32_t schemes[] =
        {0, PAD_PSS, PAD_CIPHER, PAD_PKCS1 | PAD_OAEP, PAD_NONE | PAD_PKCS1, PAD_SCHEMES};
    struct padding padding = oaep("SHA1", text(""));
    uint8_t cipher[K] = {0}, output[K];
    uint32_t result;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(schemes) / sizeof(*schemes); i++)
    {
        padding.scheme = schemes[i];
        assert_status(encrypt(padding, text("a"), NULL, 0, &result), NTE_INVALID_PARAMETER);
        assert_status(encrypt(padding, text("a"), output, K, &result), NTE_INVALID_PARAMETER);
        assert_status(decrypt(padding, run(cipher, K), NULL, 0, &result), NTE_INVALID_PARAMETER);
        assert_status(decrypt(padding, run(cipher, K), output, K, &result), NTE_INVALID_PARAMETER);
    }
}

static void test_oaep_statuses(void **state)
{
    uint8_t cipher[K], output[K];
    uint32_t result;

    (void)state;
    /* 11.11 */
    assert_status(encrypt(no_padding(PAD_OAEP), text("a"), NULL, 0, &result), NTE_SUCCESS);
    assert_int_equal(result, K);
    assert_status(encrypt(no_padding(PAD_OAEP), text("a"), cipher, K, &result), NTE_INVALID_PARAMETER);
    assert_status(encrypt(oaep("SHA1", text("")), text("a"), cipher, K, &result), NTE_SUCCESS);
    assert_status(decrypt(no_padding(PAD_OAEP), run(cipher, K), NULL, 0, &result), NTE_INVALID_PARAMETER);
    assert_status(decrypt(no_padding(PAD_OAEP), run(cipher, K), output, K, &result), NTE_INVALID_PARAMETER);

    assert_status(encrypt(oaep(NULL, text("")), text("a"), output, K, &result), NTE_INVALID_PARAMETER);
    assert_status(encrypt(oaep("AES", text("")), text("a"), output, K, &result), NTE_NOT_SUPPORTED);
    assert_status(encrypt(oaep("MD4", text("")), text("a"), output, K, &result), NTE_NOT_SUPPORTED);
    assert_status(encrypt(oaep("SHA512", text("")), text(""), output, K, &result), NTE_INVALID_PARAMETER);
    assert_status(decrypt(oaep(NULL, text("")), run(cipher, K), output, K, &result), NTE_INVALID_PARAMETER);
    assert_status(decrypt(oaep("AES", text("")), run(cipher, K), output, K, &result), NTE_NOT_SUPPORTED);
    assert_status(decrypt(oaep("MD4", text("")), run(cipher, K), output, K, &result), NTE_NOT_SUPPORTED);
    assert_status(decrypt(oaep("SHA256", text("")), run(cipher, K), output, K, &result), NTE_INVALID_PARAMETER);
    assert_status(decrypt(oaep("SHA1", text("a")), run(cipher, K), output, K, &result), NTE_INVALID_PARAMETER);
    assert_status(decrypt(oaep("SHA1", text("")), run(cipher, K), output, K, &result), NTE_SUCCESS);
}

static void test_decrypt_statuses(void **state)
{
    static const uint32_t schemes[] = {PAD_NONE, PAD_PKCS1, PAD_OAEP};
    struct bytes modulus = hex(SAMPLE_N), copy;
    uint8_t cipher[2 * K] = {0}, output[K];
    struct padding padding = oaep("SHA1", text(""));
    uint32_t result = 77;
    size_t i, n;

    (void)state;
    for (i = 0; i < 3; i++)
    {
        padding.scheme = schemes[i];
        for (n = 0; n <= 2 * K; n++)                                                    /* 11.15 */
        {
            if (n == K) continue;
            copy = exact(run(cipher, n));
            assert_status(decrypt(padding, copy, NULL, 0, &result), NTE_INVALID_PARAMETER);
            assert_status(decrypt(padding, copy, output, K, &result), NTE_INVALID_PARAMETER);
            free((void *)copy.data);
        }
        assert_status(decrypt(padding, modulus, output, K, &result), NTE_INVALID_PARAMETER);
        assert_status(decrypt(padding, modulus, NULL, 0, &result), NTE_INVALID_PARAMETER);
    }
    assert_status(encrypt(no_padding(PAD_NONE), modulus, output, K, &result), NTE_INVALID_PARAMETER);

    cipher[K - 1] = 1;                  /* decrypts to 1: no padding of any kind, one status */
    assert_status(decrypt(no_padding(PAD_PKCS1), run(cipher, K), output, K, &result), NTE_INVALID_PARAMETER);
    assert_status(decrypt(no_padding(PAD_PKCS1), run(cipher, K), NULL, 0, &result), NTE_INVALID_PARAMETER);
    assert_status(decrypt(oaep("SHA1", text("")), run(cipher, K), output, K, &result), NTE_INVALID_PARAMETER);
    assert_status(decrypt(oaep("SHA1", text("")), run(cipher, K), NULL, 0, &result), NTE_INVALID_PARAMETER);
    assert_status(decrypt(no_padding(PAD_NONE), run(cipher, K), output, K, &result), NTE_SUCCESS);
    assert_memory_equal(output, cipher, K);
}

/* Example 1.1 of oaep-vect.txt. */
static void test_published_cipher(void **state)
{
    struct bytes cipher = hex("354fe67b4a126d5d35fe36c777791a3f7ba13def484e2d3908aff722fad468fb"
                              "21696de95d0be911c2d3174f8afcc201035f7b6d8e69402de5451618c21a535f"
                              "a9d7bfc5b8dd9fc243f8cf927db31322d6e881eaa91a996170e657a05a266426"
                              "d98c88003f8477c1227094a0d9fa1e8c4024309ce1ecccb5210035d47ac72e8a");
    struct bytes message = hex("6628194e12073db03ba94cda9ef9532397d50dba79b987004afefe34");
    uint8_t output[K];
    uint32_t result;

    (void)state;
    assert_status(decrypt(oaep("SHA1", text("")), cipher, output, K, &result), NTE_SUCCESS);
    assert_int_equal(result, message.size);
    assert_memory_equal(output, message.data, result);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_round_trips, take_back),
        cmocka_unit_test_teardown(test_overlap, take_back),
        cmocka_unit_test_teardown(test_crypt_schemes, take_back),
        cmocka_unit_test_teardown(test_oaep_statuses, take_back),
        cmocka_unit_test_teardown(test_decrypt_statuses, take_back),
        cmocka_unit_test_teardown(test_published_cipher, take_back),
    };

    return cmocka_run_group_tests(tests, open_sample_keys, close_sample_keys);
}
