/* SPDX-License-Identifier: LGPL-2.1-or-later
 * rsa_pad_crypt.c: encryption encodings, against the RSA Laboratories example (oaep-int.txt) and against
 * decoders written straight from RFC 8017, with branches, over well-formed and malformed messages. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <cmocka.h>

#include "crypto_sample.h"
#include "rsa/rsa_pad.h"

static const char *const computed[] =
    {"MD5", "SHA1", "SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-384", "SHA3-512"};

#define COMPUTED_COUNT (sizeof(computed) / sizeof(*computed))

/* RFC 8017 7.2.2, step 3. */
static nte_status reference_pkcs1(struct bytes em, struct bytes *message)
{
    size_t i = 2;

    if (em.size < 11 || em.data[0] != 0 || em.data[1] != 2) return NTE_INVALID_PARAMETER;
    while (i < em.size && em.data[i]) i++;
    if (i == em.size || i < 10) return NTE_INVALID_PARAMETER;
    *message = run(em.data + i + 1, em.size - i - 1);
    return NTE_SUCCESS;
}

static void compare_pkcs1(struct bytes em)
{
    struct bytes copy = exact(em), message;
    size_t size = 12345;
    nte_status expected = reference_pkcs1(em, &message);

    assert_status(pad_pkcs1_decrypt((uint8_t *)copy.data, copy.size, &size), expected);
    if (expected) assert_int_equal(size, 12345);
    else
    {
        assert_int_equal(size, message.size);
        assert_memory_equal(copy.data, message.data, size);
    }
    free((void *)copy.data);
}

static void test_pkcs1_round_trip(void **state)
{
    struct bytes message;
    uint8_t em[64];
    size_t k, size;

    (void)state;
    for (k = 0; k <= 64; k++)
    {
        message = pattern(k, k);
        assert_status(pad_pkcs1_encrypt(em, sizeof(em), message), k <= 53 ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
        if (k > 53) continue;
        compare_pkcs1(run(em, sizeof(em)));
        assert_status(pad_pkcs1_decrypt(em, sizeof(em), &size), NTE_SUCCESS);
        assert_int_equal(size, k);
        assert_memory_equal(em, message.data, k);
    }
    for (k = 0; k < 11; k++) assert_status(pad_pkcs1_encrypt(em, k, text("")), NTE_INVALID_PARAMETER);
    assert_status(pad_pkcs1_encrypt(em, 11, text("")), NTE_SUCCESS);
    compare_pkcs1(run(em, 11));
}

static void test_pkcs1_padding_is_random(void **state)
{
    uint8_t a[256], b[256];
    size_t i, same = 0;

    (void)state;
    assert_status(pad_pkcs1_encrypt(a, sizeof(a), text("message")), NTE_SUCCESS);
    assert_status(pad_pkcs1_encrypt(b, sizeof(b), text("message")), NTE_SUCCESS);
    for (i = 2; i < 248; i++) same += a[i] == b[i];
    assert_true(same < 32);
}

/* The separator at each place, a second one after it, none; wrong first bytes; every single bit flipped. */
static void test_pkcs1_malformed(void **state)
{
    uint8_t em[200], *data;
    struct bytes random;
    size_t k, i, bit;

    (void)state;
    for (k = 0; k <= 70; k++)
        for (i = 0; i <= k; i++)
        {
            memset(em, 0xee, k);
            if (k > 1) em[0] = 0, em[1] = 2;
            if (i < k) em[i] = 0;
            compare_pkcs1(run(em, k));
            if (i + 3 < k) em[i + 3] = 0;
            compare_pkcs1(run(em, k));
        }
    assert_status(pad_pkcs1_encrypt(em, 200, text("some message")), NTE_SUCCESS);
    for (bit = 0; bit < 1600; bit++)
    {
        em[bit / 8] ^= 1 << bit % 8;
        compare_pkcs1(run(em, 200));
        em[bit / 8] ^= 1 << bit % 8;
    }
    for (i = 0; i < 2000; i++)          /* few values, so that zeros come often */
    {
        sample_used = 0;
        random = pattern(64, i);
        data = (uint8_t *)random.data;
        for (k = 0; k < 64; k++) data[k] = data[k] % 24 ? data[k] : 0;
        if (i % 4) data[0] = 0, data[1] = 2;
        compare_pkcs1(random);
    }
}

static const char oaep_em[] =
    "00eb7a19ace9e3006350e329504b45e2ca82310b26dcd87d5c68f1eea8f55267c31b2e8bb4251f84d7e0b2c04626f5aff93edcfb"
    "25c9c2b3ff8ae10e839a2ddb4cdcfe4ff47728b4a1b7c1362baad29ab48d2869d5024121435811591be392f982fb3e87d095aeb4"
    "0448db972f3ac14f7bc275195281ce32d2f1b76d4d353e2d";
static const char oaep_message[] = "d436e99569fd32a7c8a05bbc90d32c49";

static nte_status open_oaep(struct bytes em, const char *id, struct bytes label, uint8_t *output, size_t *size)
{
    struct bytes copy = exact(em);
    nte_status status = pad_oaep_decrypt((uint8_t *)copy.data, copy.size, hash_find_ascii(id), label, size);

    if (!status) memcpy(output, copy.data, *size);
    free((void *)copy.data);
    return status;
}

static void test_oaep_published(void **state)
{
    struct bytes em = hex(oaep_em), message = hex(oaep_message);
    uint8_t output[128], *data = (uint8_t *)em.data;
    size_t size = 12345, bit;

    (void)state;
    assert_status(open_oaep(em, "SHA1", text(""), output, &size), NTE_SUCCESS);
    assert_int_equal(size, message.size);
    assert_memory_equal(output, message.data, size);

    size = 12345;
    assert_status(open_oaep(em, "SHA1", text("x"), output, &size), NTE_INVALID_PARAMETER);
    assert_status(open_oaep(em, "SHA256", text(""), output, &size), NTE_INVALID_PARAMETER);
    assert_status(open_oaep(em, "MD2", text(""), output, &size), NTE_NOT_SUPPORTED);
    for (bit = 0; bit < 1024; bit++)
    {
        data[bit / 8] ^= 1 << bit % 8;
        assert_status(open_oaep(em, "SHA1", text(""), output, &size), NTE_INVALID_PARAMETER);
        data[bit / 8] ^= 1 << bit % 8;
    }
    assert_int_equal(size, 12345);
}

static void test_oaep_round_trip(void **state)
{
    const struct bytes labels[] = {text(""), text("a"), pattern(1000, 1)};
    const struct hash *hash;
    struct bytes message;
    uint8_t em[160], output[160];
    size_t i, n, size, longest;

    (void)state;
    for (i = 0; i < COMPUTED_COUNT; i++)
        for (n = 0; n <= 160; n++)
        {
            hash = hash_find_ascii(computed[i]);
            longest = sizeof(em) - 2 * hash->size - 2;
            message = pattern(n, n);
            assert_status(pad_oaep_encrypt(em, sizeof(em), hash, labels[n % 3], message),
                          n <= longest ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
            if (n > longest) continue;
            assert_int_equal(em[0], 0);
            assert_status(open_oaep(run(em, sizeof(em)), computed[i], labels[n % 3], output, &size), NTE_SUCCESS);
            assert_int_equal(size, n);
            assert_memory_equal(output, message.data, n);
            assert_status(open_oaep(run(em, sizeof(em)), computed[i], text("b"), output, &size),
                          NTE_INVALID_PARAMETER);
        }
    assert_status(pad_oaep_encrypt(em, sizeof(em), hash_find_ascii("MD4"), text(""), text("")), NTE_NOT_SUPPORTED);
}

static void test_oaep_small_key(void **state)
{
    const struct hash *sha256 = hash_find_ascii("SHA256");
    uint8_t em[66];
    size_t k, size;

    (void)state;
    for (k = 0; k < 66; k++)
    {
        assert_status(pad_oaep_encrypt(em, k, sha256, text(""), text("")), NTE_INVALID_PARAMETER);
        assert_status(pad_oaep_decrypt(em, k, sha256, text(""), &size), NTE_INVALID_PARAMETER);
    }
    assert_status(pad_oaep_encrypt(em, 66, sha256, text(""), text("")), NTE_SUCCESS);
    assert_status(pad_oaep_decrypt(em, 66, sha256, text(""), &size), NTE_SUCCESS);
    assert_int_equal(size, 0);
}

#define DB_SIZE 107                     /* of a 1024-bit key with SHA-1 */

/* Masks a data block of the test's choice (RFC 8017 7.1.1, steps 2 d to i) and opens it. */
static nte_status open_block(const uint8_t *db, uint8_t first, uint8_t *output, size_t *size)
{
    const struct hash *sha1 = hash_find_ascii("SHA1");
    struct bytes seed = pattern(20, 6);
    uint8_t em[128];

    em[0] = first;
    memcpy(em + 1, seed.data, 20);
    memcpy(em + 21, db, DB_SIZE);
    assert_status(hash_mgf1_xor(sha1, seed, em + 21, DB_SIZE), NTE_SUCCESS);
    assert_status(hash_mgf1_xor(sha1, run(em + 21, DB_SIZE), em + 1, 20), NTE_SUCCESS);
    return open_oaep(run(em, sizeof(em)), "SHA1", text(""), output, size);
}

/* The separator at each place and of each kind; none at all; a wrong label hash; a wrong first byte. */
static void test_oaep_malformed(void **state)
{
    uint8_t db[DB_SIZE] = {0}, output[128];
    size_t i, size, expected;
    unsigned int value;

    (void)state;
    assert_status(hash_once(hash_find_ascii("SHA1"), text(""), db), NTE_SUCCESS);
    assert_status(open_block(db, 0, output, &size), NTE_INVALID_PARAMETER);
    for (i = 20; i < DB_SIZE; i++)
    {
        memset(db + 20, 0, DB_SIZE - 20);
        memset(db + i, 0x5c, DB_SIZE - i);
        for (value = 0; value < 256; value++)
        {
            db[i] = value;
            expected = DB_SIZE - i - 1;
            if (value == 0 && expected) db[i + 1] = 1, expected--;
            if (value == 1 || (value == 0 && i + 1 < DB_SIZE))
            {
                assert_status(open_block(db, 0, output, &size), NTE_SUCCESS);
                assert_int_equal(size, expected);
                assert_memory_equal(output, db + DB_SIZE - size, size);
            }
            else assert_status(open_block(db, 0, output, &size), NTE_INVALID_PARAMETER);
            if (i + 1 < DB_SIZE) db[i + 1] = 0x5c;
            sample_used = 0;
        }
    }
    db[DB_SIZE - 1] = 1;
    memset(db + 20, 0, DB_SIZE - 21);
    assert_status(open_block(db, 0, output, &size), NTE_SUCCESS);
    for (value = 1; value < 256; value++)
        assert_status(open_block(db, value, output, &size), NTE_INVALID_PARAMETER);
    for (i = 0; i < 160; i++)
    {
        db[i / 8] ^= 1 << i % 8;
        assert_status(open_block(db, 0, output, &size), NTE_INVALID_PARAMETER);
        db[i / 8] ^= 1 << i % 8;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(test_pkcs1_round_trip, take_back),
        cmocka_unit_test_teardown(test_pkcs1_padding_is_random, take_back),
        cmocka_unit_test_teardown(test_pkcs1_malformed, take_back),
        cmocka_unit_test_teardown(test_oaep_published, take_back),
        cmocka_unit_test_teardown(test_oaep_round_trip, take_back),
        cmocka_unit_test_teardown(test_oaep_small_key, take_back),
        cmocka_unit_test_teardown(test_oaep_malformed, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
