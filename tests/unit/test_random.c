/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What happens when the random generator fails: every operation that needs it ends, with NTE_INTERNAL_ERROR,
 * and writes nothing. This program's own gnutls_rnd stands in for GnuTLS's. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <string.h>
#include <sys/random.h>
#include <cmocka.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "ec_sample.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "base/random.h"
#include "rsa/rsa.h"
#include "rsa/rsa_pad.h"

static int works_for;                   /* calls until it fails; negative: for ever */
static int fails_at;                    /* the one call that fails, from 1 on; 0: none */
static int keys_drawn;                  /* calls at the level for keys */
static int failures;                    /* calls that have failed */

static int fails_now(void)
{
    if (!works_for) return 1;
    if (works_for > 0) works_for--;
    return fails_at && !--fails_at;
}

int gnutls_rnd(gnutls_rnd_level_t level, void *data, size_t size)
{
    if (fails_now())
    {
        failures++;
        return GNUTLS_E_RANDOM_FAILED;
    }
    if (level == GNUTLS_RND_KEY) keys_drawn++;
    return getrandom(data, size, 0) == (ssize_t)size ? 0 : GNUTLS_E_RANDOM_FAILED;
}

static void test_source(void **state)
{
    struct random_source source = {.for_key = 1};
    uint8_t a[32] = {0}, b[32] = {0};

    (void)state;
    works_for = 1;
    keys_drawn = 0;
    random_fill(&source, sizeof(a), a);
    assert_int_equal(source.failed, 0);
    assert_int_equal(keys_drawn, 1);
    random_fill(&source, sizeof(a), a);
    assert_int_equal(source.failed, 1);
    works_for = -1;
    random_fill(&source, sizeof(b), b);     /* a failure is not forgotten */
    assert_int_equal(source.failed, 1);
    assert_memory_not_equal(a, b, sizeof(a));
}

/* Primes turn up after any number of calls, so a key can be there before one has failed. */
static void check_generated(nte_status status, const void *key)
{
    assert_status(status, failures ? NTE_INTERNAL_ERROR : NTE_SUCCESS);
    assert_int_equal(!key, !!failures);
}

static void try_rsa_generate(void)
{
    struct rsa_key *key = NULL;
    nte_status status;

    failures = 0;
    status = rsa_generate(512, &key);
    check_generated(status, key);
    rsa_free(key);
}

static void try_dsa_generate(void)
{
    struct dsa_key *key = NULL;
    nte_status status;

    failures = 0;
    status = dsa_key_generate(512, &key);
    check_generated(status, key);
    dsa_free(key);
}

static void test_rsa(void **state)
{
    uint8_t message[128] = {0}, output[128];
    struct rsa_numbers numbers = {.n = hex(SAMPLE_N), .e = hex(SAMPLE_E), .p = hex(SAMPLE_P), .q = hex(SAMPLE_Q)};
    struct rsa_key *key = NULL;
    int i;

    (void)state;
    for (i = 0; i < 4; i++)
    {
        works_for = i;
        try_rsa_generate();
        assert_true(failures || i);
    }

    works_for = -1;
    assert_status(rsa_import_private(&numbers, &key), NTE_SUCCESS);
    works_for = 0;
    memset(output, 0x77, sizeof(output));
    message[127] = 5;
    for (i = 0; i < 100; i++)               /* uses up the blinding pair that the import left */
        if (rsa_private(key, message, output)) break;
    assert_in_range(i, 1, 99);
    memset(output, 0x77, sizeof(output));
    assert_status(rsa_private(key, message, output), NTE_INTERNAL_ERROR);
    for (i = 0; i < 128; i++) assert_int_equal(output[i], 0x77);
    works_for = -1;
    assert_status(rsa_private(key, message, output), NTE_SUCCESS);
    rsa_free(key);
}

static void test_padding(void **state)
{
    const struct hash *sha1 = hash_find_ascii("SHA1");
    uint8_t em[128];

    (void)state;
    works_for = 0;
    assert_status(pad_pss_sign(em, 1024, sha1, pattern(20, 1), 20), NTE_INTERNAL_ERROR);
    assert_status(pad_pkcs1_encrypt(em, 128, text("abc")), NTE_INTERNAL_ERROR);
    assert_status(pad_oaep_encrypt(em, 128, sha1, text(""), text("abc")), NTE_INTERNAL_ERROR);
}

static void test_ec(void **state)
{
    const struct algorithm *alg = algorithm_find_ascii("ECDSA_P256");
    struct ec_key *key = NULL, *none = NULL;
    uint8_t signature[64];
    int i;

    (void)state;
    works_for = 0;
    assert_status(ec_generate(alg, &none), NTE_INTERNAL_ERROR);
    assert_null(none);
    works_for = -1;
    assert_status(ec_generate(alg, &key), NTE_SUCCESS);
    works_for = 0;
    memset(signature, 0x77, sizeof(signature));
    assert_status(ec_sign(key, pattern(32, 1), signature), NTE_INTERNAL_ERROR);
    for (i = 0; i < 64; i++) assert_int_equal(signature[i], 0x77);
    ec_free(key);
}

/* One failure in the midst of it, after which the generator works again, is enough. */
static void test_one_failure(void **state)
{
    const struct algorithm *p256 = algorithm_find_ascii("ECDSA_P256");
    struct dh_numbers group = {.y = {NULL, 0}};
    struct dsa_key *dsa = NULL;
    struct dh_key *dh = NULL;
    struct ec_key *ec = NULL;
    uint8_t signature[64];
    int i;

    (void)state;
    works_for = -1;
    for (i = 1; i <= 4; i++)
    {
        fails_at = i;
        try_rsa_generate();
        assert_true(failures || i > 1);
        fails_at = i;
        try_dsa_generate();
        assert_true(failures || i > 1);
    }
    assert_status(dh_published_group(768, &group), NTE_SUCCESS);
    fails_at = 1;
    assert_status(dh_generate(&group, &dh), NTE_INTERNAL_ERROR);
    fails_at = 1;
    assert_status(ec_generate(p256, &ec), NTE_INTERNAL_ERROR);
    assert_true(!dh && !ec);

    assert_status(ec_generate(p256, &ec), NTE_SUCCESS);
    fails_at = 1;
    assert_status(ec_sign(ec, pattern(32, 1), signature), NTE_INTERNAL_ERROR);
    ec_free(ec);
    assert_status(dsa_key_generate(512, &dsa), NTE_SUCCESS);
    fails_at = 1;
    assert_status(dsa_key_sign(dsa, pattern(20, 1), signature), NTE_INTERNAL_ERROR);
    dsa_free(dsa);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_source),
        cmocka_unit_test_teardown(test_rsa, take_back),
        cmocka_unit_test_teardown(test_padding, take_back),
        cmocka_unit_test_teardown(test_ec, take_back),
        cmocka_unit_test_teardown(test_one_failure, take_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
