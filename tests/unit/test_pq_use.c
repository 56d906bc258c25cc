/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What keys of ML-DSA and ML-KEM are used for: signatures of messages, encapsulation. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "key_sample.h"
#include "pq_sample.h"

static const struct pq_set *const mldsa_44 = &pq_sets[0], *const mldsa_65 = &pq_sets[1], *const mlkem_768 = &pq_sets[4];

/* --- signatures --- */

static uint8_t signature[8192];

static nte_status sign(struct key *key, const struct padding *padding, struct bytes message)
{
    uint32_t size;

    return key_sign(key, padding, padding->scheme, message, signature, sizeof(signature), &size);
}

static nte_status verify(struct key *key, const struct padding *padding, struct bytes message)
{
    return key_verify(key, padding, padding->scheme, message, run(signature, get_u32(key, "SignatureLength")));
}

static const struct padding plain, pqdsa = {.scheme = PAD_PQDSA, .present = 1};

static void test_signatures(void **state)
{
    const uint32_t sizes[] = {2420, 3309, 4627};
    struct padding context = pqdsa;
    struct key *key;
    size_t i;

    (void)state;
    context.label = text("context");
    for (i = 0; i < 3; i++)
    {
        key = pq_key(&pq_sets[i], NULL);
        assert_int_equal(get_u32(key, "SignatureLength"), sizes[i]);
        assert_status(sign(key, &plain, text("a message")), NTE_SUCCESS);
        assert_status(verify(key, &plain, text("a message")), NTE_SUCCESS);
        assert_status(verify(key, &pqdsa, text("a message")), NTE_SUCCESS);
        assert_status(verify(key, &plain, text("a massage")), NTE_BAD_SIGNATURE);
        assert_status(verify(key, &context, text("a message")), NTE_BAD_SIGNATURE);
        assert_status(sign(key, &context, text("a message")), NTE_SUCCESS);
        assert_status(verify(key, &context, text("a message")), NTE_SUCCESS);
        assert_status(sign(key, &plain, run(NULL, 0)), NTE_SUCCESS);                    /* A.42 */
        assert_status(verify(key, &plain, text("")), NTE_SUCCESS);
        assert_status(sign(key, &plain, run(NULL, 5)), NTE_NULL_REFERENCE_POINTER);
        key_free(key);
    }
}

/* Two of one message: 32 random bytes go into each. */
static void test_hedged(void **state)
{
    struct key *key = pq_key(mldsa_44, NULL);
    uint8_t first[2420];

    (void)state;
    assert_status(sign(key, &plain, text("m")), NTE_SUCCESS);
    memcpy(first, signature, sizeof(first));
    assert_status(sign(key, &plain, text("m")), NTE_SUCCESS);
    assert_memory_not_equal(first, signature, sizeof(first));
    key_free(key);
}

static void test_long_message(void **state)
{
    const size_t size = 3 << 20;
    uint8_t *message = malloc(size);
    struct key *key = pq_key(mldsa_44, NULL), *ec = final_key("ECDSA_P256", NULL);
    uint32_t result;

    (void)state;
    memset(message, 'x', size);
    assert_status(sign(key, &plain, run(message, size)), NTE_SUCCESS);
    assert_status(verify(key, &plain, run(message, size)), NTE_SUCCESS);
    message[size - 1]++;
    assert_status(verify(key, &plain, run(message, size)), NTE_BAD_SIGNATURE);
    assert_status(key_sign(ec, &plain, 0, run(NULL, LONGEST_HASH + 1), NULL, 0, &result), NTE_INVALID_PARAMETER);
    assert_status(key_sign(key, &plain, 0, run(NULL, LONGEST_HASH + 1), NULL, 0, &result), NTE_SUCCESS);
    free(message);
    key_free(ec);
    key_free(key);
}

/* Row A.40: a digest, of a hash that is as strong as the set. */
static void test_prehashed(void **state)
{
    struct key *key = pq_key(mldsa_65, NULL);
    struct padding hashed = pqdsa;
    uint8_t digest[64] = {1};

    (void)state;
    hashed.alg = wide("SHA512");
    assert_status(sign(key, &hashed, run(digest, 64)), NTE_SUCCESS);
    assert_status(verify(key, &hashed, run(digest, 64)), NTE_SUCCESS);
    assert_status(verify(key, &pqdsa, run(digest, 64)), NTE_BAD_SIGNATURE);
    assert_status(sign(key, &hashed, run(digest, 63)), NTE_INVALID_PARAMETER);
    hashed.alg = wide("SHA3-512");
    assert_status(verify(key, &hashed, run(digest, 64)), NTE_BAD_SIGNATURE);
    hashed.alg = wide("SHAKE128");
    assert_status(sign(key, &hashed, run(digest, 32)), NTE_INVALID_PARAMETER);
    hashed.alg = wide("SHA384");
    assert_status(sign(key, &hashed, run(digest, 48)), NTE_SUCCESS);
    hashed.alg = wide("SHA1");
    assert_status(sign(key, &hashed, run(digest, 20)), NTE_NOT_SUPPORTED);
    key_free(key);
}

static void test_padding(void **state)
{
    struct key *key = pq_key(mldsa_44, NULL), *ec = final_key("ECDSA_P256", NULL);
    struct padding padding = pqdsa;
    uint8_t long_context[256] = {0};

    (void)state;
    padding.label = run(long_context, 255);
    assert_status(sign(key, &padding, text("m")), NTE_SUCCESS);
    padding.label = run(long_context, 256);
    assert_status(sign(key, &padding, text("m")), NTE_INVALID_PARAMETER);
    assert_status(verify(key, &padding, text("m")), NTE_INVALID_PARAMETER);
    padding.label = run(NULL, 1);
    assert_status(sign(key, &padding, text("m")), NTE_INVALID_PARAMETER);
    padding = plain;
    padding.present = 1;                                                /* for which flag is not said */
    assert_status(sign(key, &padding, text("m")), NTE_INVALID_PARAMETER);
    padding.scheme = PAD_PKCS1;
    assert_status(sign(key, &padding, text("m")), NTE_INVALID_PARAMETER);
    assert_status(sign(ec, &pqdsa, text("m")), NTE_BAD_FLAGS);          /* of other keys it is no flag */
    key_free(ec);
    key_free(key);
}

/* --- encapsulation --- */

static struct encapsulation room;
static uint8_t sent[32], received[32], ciphertext[1568];

static nte_status encapsulate(struct key *key, uint32_t secret_size, uint32_t size)
{
    room = (struct encapsulation){sent, ciphertext, secret_size, size};
    return key_encapsulate(key, 0, &room);
}

static nte_status decapsulate(struct key *key, size_t size)
{
    uint32_t result;

    return key_decapsulate(key, 0, run(ciphertext, size), received, sizeof(received), &result);
}

static void test_encapsulation(void **state)
{
    const uint32_t sizes[] = {768, 1088, 1568};
    struct key *key, *public_key;
    size_t i;

    (void)state;
    for (i = 0; i < 3; i++)
    {
        key = pq_key(&pq_sets[3 + i], NULL);
        assert_int_equal(get_u32(key, "KEMSharedSecretLength"), 32);
        assert_int_equal(get_u32(key, "KEMCiphertextLength"), sizes[i]);
        assert_status(pq_import("MLKEMPUBLICBLOB", pq_blob(key, "MLKEMPUBLICBLOB"), &public_key), NTE_SUCCESS);
        assert_status(encapsulate(public_key, 32, sizes[i]), NTE_SUCCESS);
        assert_status(decapsulate(key, sizes[i]), NTE_SUCCESS);
        assert_memory_equal(sent, received, sizeof(sent));
        ciphertext[7] ^= 1;
        assert_status(decapsulate(key, sizes[i]), NTE_SUCCESS);                         /* A.36 */
        assert_memory_not_equal(sent, received, sizeof(sent));
        assert_status(decapsulate(key, sizes[i] - 1), NTE_INVALID_PARAMETER);
        assert_status(decapsulate(public_key, sizes[i]), NTE_INVALID_PARAMETER);        /* A.37 */
        key_free(public_key);
        key_free(key);
    }
}

static void test_encapsulation_sizes(void **state)
{
    struct key *key = pq_key(mlkem_768, NULL), *other = pq_key(mldsa_44, NULL);
    uint32_t size;

    (void)state;
    room = (struct encapsulation){0};
    assert_status(key_encapsulate(key, 0, &room), NTE_SUCCESS);
    assert_int_equal(room.secret_size, 32);
    assert_int_equal(room.ciphertext_size, 1088);
    assert_status(encapsulate(key, 31, 1088), NTE_BUFFER_TOO_SMALL);
    assert_int_equal(room.secret_size, 32);
    assert_status(encapsulate(key, 32, 1087), NTE_BUFFER_TOO_SMALL);
    assert_int_equal(room.ciphertext_size, 1088);
    room = (struct encapsulation){sent, NULL, 32, 0};
    assert_status(key_encapsulate(key, 0, &room), NTE_INVALID_PARAMETER);
    assert_status(key_encapsulate(key, 1, &room), NTE_BAD_FLAGS);
    assert_status(key_decapsulate(key, 0, run(NULL, 0), NULL, 0, &size), NTE_SUCCESS);
    assert_int_equal(size, 32);
    assert_status(key_decapsulate(key, 0, run(ciphertext, 1088), received, 31, &size), NTE_BUFFER_TOO_SMALL);
    assert_status(key_decapsulate(key, 0, run(NULL, 1088), received, 32, &size), NTE_INVALID_PARAMETER);
    assert_status(key_decapsulate(key, 2, run(ciphertext, 1088), received, 32, &size), NTE_BAD_FLAGS);
    assert_status(encapsulate(other, 32, 1568), NTE_NOT_SUPPORTED);
    assert_status(decapsulate(other, 1568), NTE_NOT_SUPPORTED);
    assert_status(sign(key, &plain, text("m")), NTE_NOT_SUPPORTED);
    key_free(other);
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(test_signatures, take_back),
        cmocka_unit_test_setup(test_hedged, take_back),
        cmocka_unit_test_setup(test_long_message, take_back),
        cmocka_unit_test_setup(test_prehashed, take_back),
        cmocka_unit_test_setup(test_padding, take_back),
        cmocka_unit_test_setup(test_encapsulation, take_back),
        cmocka_unit_test_setup(test_encapsulation_sizes, take_back),
    };

    return cmocka_run_group_tests(tests, attach_stores, remove_stores);
}
