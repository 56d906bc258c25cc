/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The raw operations of a TPM: keys that it makes, wraps and uses; a TPM that is reset, is gone, or is another one
 * (rows T.55 to T.80). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "ec/ec.h"
#include "rsa/rsa.h"
#include "tpm_raw.h"

static struct rsa_key *rsa_of(const struct made *made)
{
    const uint8_t e[4] = {made->numbers.exponent >> 24, made->numbers.exponent >> 16, made->numbers.exponent >> 8,
                          made->numbers.exponent};
    struct rsa_numbers numbers = {.n = made->numbers.modulus, .e = run(e, 4)};
    struct rsa_key *key;

    assert_status(rsa_import_public(&numbers, &key), NTE_SUCCESS);
    return key;
}

static void check_rsa(const struct made *made)
{
    uint8_t input[256] = {0, 1, 2, 3}, output[256], back[256];
    struct rsa_key *key = rsa_of(made);
    int secret;

    for (secret = 0; secret < 2; secret++)
    {
        memset(output, 0, sizeof(output));
        assert_status(tpm_calls()->rsa(&made->use, secret, run(input, 256), output), NTE_SUCCESS);
        assert_status(rsa_public(key, output, back), NTE_SUCCESS);
        assert_memory_equal(input, back, 256);
    }
    rsa_free(key);
}

static struct ec_key *ec_of(const struct made *made, const char *alg)
{
    struct ec_group group;
    struct ec_key *key;

    assert_status(ec_group_choose(algorithm_find_ascii(alg), NULL, bytes_of(NULL, 0), &group), NTE_SUCCESS);
    assert_status(ec_new(&group, made->numbers.x, made->numbers.y, NULL, EC_CHECKED, &key), NTE_SUCCESS);
    return key;
}

static void rsa(void **state)
{
    struct made *plain = make(TPM_RSA, 2048, 0, ""), *guarded = make(TPM_RSA, 2048, 0, "open sesame");

    (void)state;
    assert_int_equal(plain->numbers.bits, 2048);
    assert_int_equal(plain->numbers.exponent, 65537);
    assert_int_equal(plain->use.blob.public.size, 280);             /* row T.33 */
    assert_int_equal(plain->use.blob.private.size, 224);
    check_rsa(plain);
    check_rsa(guarded);
    unmake(plain);
    unmake(guarded);
}

/* Digests of every length: what is shorter than those of the chip's hashes is the same number. */
static void check_ecdsa(uint32_t bits, const char *alg)
{
    static const size_t sizes[] = {1, 20, 28, 32, 48, 64};
    struct made *made = make(TPM_EC, bits, 0, "");
    struct ec_key *key = ec_of(made, alg);
    uint32_t field = (bits + 7) / 8;
    uint8_t digest[64], signature[2 * TPM_MOST_FIELD];
    size_t i;

    memset(digest, 0xc3, sizeof(digest));
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes) && sizes[i] <= field; i++)
    {
        assert_status(tpm_calls()->ecdsa(&made->use, run(digest, sizes[i]), field, signature), NTE_SUCCESS);
        assert_status(ec_verify(key, run(digest, sizes[i]), signature), NTE_SUCCESS);
        signature[field - 1] ^= 1;
        assert_status(ec_verify(key, run(digest, sizes[i]), signature), NTE_BAD_SIGNATURE);
    }
    ec_free(key);
    unmake(made);
}

static void ecdsa(void **state)
{
    (void)state;
    check_ecdsa(256, "ECDSA_P256");
    check_ecdsa(384, "ECDSA_P384");
    check_ecdsa(521, "ECDSA_P521");
}

static void ecdh(void **state)
{
    struct made *made = make(TPM_EC, 384, 1, "password");
    struct ec_key *ours = ec_of(made, "ECDH_P384"), *theirs;
    uint8_t one[48], other[48];
    struct ec_group group;

    (void)state;
    assert_status(ec_group_choose(algorithm_find_ascii("ECDH_P384"), NULL, bytes_of(NULL, 0), &group), NTE_SUCCESS);
    assert_status(ec_new_random(&group, &theirs), NTE_SUCCESS);
    assert_status(tpm_calls()->ecdh(&made->use, theirs->x, theirs->y, 48, one), NTE_SUCCESS);
    assert_status(ec_agree(theirs, ours, other), NTE_SUCCESS);
    assert_memory_equal(one, other, 48);
    ec_free(ours);
    ec_free(theirs);
    unmake(made);
}

/* Whatever the chip makes is listed, and nothing else is. */
static void abilities(void **state)
{
    struct tpm_new odd = {.kind = TPM_RSA, .bits = 1025};
    struct writer w = {0};

    (void)state;
    assert_true(tpm_calls()->can(TPM_RSA, 2048));
    assert_true(tpm_calls()->can(TPM_EC, 256));
    assert_false(tpm_calls()->can(TPM_RSA, 1025));
    assert_false(tpm_calls()->can(TPM_EC, 255));
    assert_status(tpm_calls()->create(&odd, &w, &w), NTE_NOT_SUPPORTED);
    assert_int_equal(w.used, 0);
}

static void wrong_password(void **state)
{
    struct made *made = make(TPM_EC, 256, 0, "right"), *other = make(TPM_EC, 256, 0, "");
    struct tpm_use use = made->use;
    uint8_t signature[64];

    (void)state;
    use.auth = text("wrong");
    assert_status(tpm_calls()->ecdsa(&use, text("digest"), 32, signature), NTE_PERM);
    assert_status(tpm_calls()->ecdsa(&made->use, text("digest"), 32, signature), NTE_SUCCESS);
    use.auth = text("");
    assert_status(tpm_calls()->ecdsa(&use, text("digest"), 32, signature), NTE_PERM);
    assert_status(tpm_calls()->ecdsa(&other->use, text("digest"), 32, signature), NTE_SUCCESS);
    unmake(made);
    unmake(other);
}

/* Each byte of both parts: no damage is taken for a key. */
static void damaged(void **state)
{
    struct made *made = make(TPM_EC, 256, 0, "");
    struct tpm_blob blob = made->use.blob;
    struct tpm_public numbers;
    size_t i;

    (void)state;
    assert_status(tpm_calls()->check(&blob), NTE_SUCCESS);
    for (i = 0; i < made->private.used; i += 5)
    {
        made->private.data[i] ^= 0x40;
        assert_status(tpm_calls()->check(&blob), NTE_BAD_DATA);
        made->private.data[i] ^= 0x40;
    }
    for (i = 0; i < made->public.used; i += 5)
    {
        made->public.data[i] ^= 0x40;
        assert_status(tpm_calls()->check(&blob), NTE_BAD_DATA);
        made->public.data[i] ^= 0x40;
    }
    for (i = 0; i < made->public.used; i++)
        assert_status(tpm_calls()->read_public(run(made->public.data, i), &numbers), NTE_BAD_DATA);
    assert_status(tpm_calls()->check(&blob), NTE_SUCCESS);
    unmake(made);
}

/* The chip forgets what it held; its keys are the same as before. */
static void reset(void **state)
{
    struct made *made = make(TPM_EC, 256, 0, "");
    uint8_t signature[64];

    (void)state;
    stop_swtpm(&tpm);
    assert_status(tpm_calls()->ecdsa(&made->use, text("digest"), 32, signature), NTE_DEVICE_NOT_READY);
    assert_int_equal(start_swtpm(&tpm), 0);
    assert_status(tpm_calls()->ecdsa(&made->use, text("digest"), 32, signature), NTE_SUCCESS);
    unmake(made);
}

/* While the chip is at work: the call ends, and nothing is left that the next one would stumble over. */
static void dies(void **state)
{
    struct tpm_new new = {.kind = TPM_RSA, .bits = 3072};
    struct writer public = {0}, private = {0};
    nte_status status;
    pid_t killer;

    (void)state;
    if (!(killer = fork()))
    {
        usleep(20000);
        kill(tpm.process, SIGKILL);
        _exit(0);
    }
    status = tpm_calls()->create(&new, &public, &private);
    assert_int_equal(waitpid(killer, NULL, 0), killer);
    assert_status(status, NTE_DEVICE_NOT_READY);
    assert_int_equal(public.used + private.used, 0);
    stop_swtpm(&tpm);
    assert_int_equal(start_swtpm(&tpm), 0);
    unmake(make(TPM_EC, 256, 0, ""));
}

static void another_chip(void **state)
{
    struct made *made = make(TPM_EC, 256, 0, "");
    struct swtpm other = {0};

    (void)state;
    stop_swtpm(&tpm);
    assert_int_equal(start_swtpm(&other), 0);
    assert_status(tpm_calls()->check(&made->use.blob), NTE_BAD_DATA);
    assert_int_equal(remove_swtpm(&other), 0);
    assert_int_equal(start_swtpm(&tpm), 0);
    assert_status(tpm_calls()->check(&made->use.blob), NTE_SUCCESS);
    unmake(made);
}

static int holds(const char *what)
{
    char command[128];
    FILE *list;
    int c;

    snprintf(command, sizeof(command), "tpm2_getcap -T swtpm:path=%s/s %s", tpm.root, what);
    if (!(list = popen(command, "r"))) return 1;
    c = fgetc(list);
    return pclose(list) || c != EOF;
}

/* Whatever a test does, no place in the chip stays taken. */
static int take_back_all(void **state)
{
    if (!access("/usr/bin/tpm2_getcap", X_OK) && (holds("handles-transient") || holds("handles-loaded-session")))
        return -1;
    return take_back(state);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(rsa, take_back_all),
        cmocka_unit_test_teardown(ecdsa, take_back_all),
        cmocka_unit_test_teardown(ecdh, take_back_all),
        cmocka_unit_test_teardown(abilities, take_back_all),
        cmocka_unit_test_teardown(wrong_password, take_back_all),
        cmocka_unit_test_teardown(damaged, take_back_all),
        cmocka_unit_test_teardown(reset, take_back_all),
        cmocka_unit_test_teardown(dies, take_back_all),
        cmocka_unit_test_teardown(another_chip, take_back_all),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_module, remove_chip);
}
