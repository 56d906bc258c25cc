/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What is taken for a wrong password of a key, and that none goes to the chip twice, whoever tries (rows T.42a, T.72).
 * swtpm locks after three wrong ones. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_raw.h"

#define MANY 6                      /* twice what the chip bears */

/* Each test may have three wrong ones of its own. */
static int clear_lockout(void **state)
{
    (void)state;
    return access("/usr/bin/tpm2_getcap", X_OK) || tool_does("dictionarylockout --clear-lockout") ? 0 : -1;
}

static nte_status sign(const struct made *made, const char *auth)
{
    struct tpm_use use = {made->use.blob, text(auth)};
    uint8_t signature[64];

    return tpm_calls()->ecdsa(&use, text("digest"), 32, signature);
}

static struct made *make_identity(const char *auth)
{
    struct tpm_new new = {.kind = TPM_EC, .bits = 256, .is_identity = 1, .auth = text(auth)};
    struct made *made = (struct made *)take(sizeof(*made));

    assert_status(tpm_calls()->identity(&new, &made->public, &made->private, &made->binding), NTE_SUCCESS);
    describe_made(made, new.auth);
    return made;
}

/* subject NULL: of the registers. */
static nte_status attest(const struct made *identity, const char *auth, const struct made *subject,
                         const char *subject_auth)
{
    struct tpm_use use = subject ? (struct tpm_use){subject->use.blob, text(subject_auth)} : (struct tpm_use){0};
    struct writer said = {0}, signature = {0};
    struct tpm_attest request = {{identity->use.blob, text(auth)}, subject ? &use : NULL, TPM_SHA256, 1, text("nonce"),
                                 &said, &signature};
    nte_status status = tpm_calls()->attest(&request);

    assert_int_equal(!said.used, !!status);
    writer_free(&said);
    writer_free(&signature);
    return status;
}

/* --- threads --- */

struct together
{
    const struct made *made;
    pthread_barrier_t start;
    nte_status status[MANY];
    int next;
};

static void *try_together(void *context)
{
    struct together *together = context;
    int own = __atomic_fetch_add(&together->next, 1, __ATOMIC_RELAXED);
    struct tpm_use use = {together->made->use.blob, bytes_of((const uint8_t *)"wrong", 5)};
    uint8_t signature[64];

    pthread_barrier_wait(&together->start);
    together->status[own] = tpm_calls()->ecdsa(&use, bytes_of((const uint8_t *)"digest", 6), 32, signature);
    return NULL;
}

static void threads_together(void **state)
{
    struct together together = {.made = make(TPM_EC, 256, 0, "right")};
    pthread_t threads[MANY];
    int i;

    (void)state;
    pthread_barrier_init(&together.start, NULL, MANY);
    for (i = 0; i < MANY; i++) assert_int_equal(pthread_create(&threads[i], NULL, try_together, &together), 0);
    for (i = 0; i < MANY; i++) pthread_join(threads[i], NULL);
    pthread_barrier_destroy(&together.start);
    for (i = 0; i < MANY; i++) assert_status(together.status[i], NTE_PERM);
    assert_status(sign(together.made, "right"), NTE_SUCCESS);
    unmake((struct made *)together.made);
}

/* --- what is wrong --- */

/* A key whose blob does not say that it has a password: the empty one is wrong as any other. */
static void empty_one(void **state)
{
    struct made *made = make(TPM_EC, 256, 0, "right"), *plain = make(TPM_EC, 256, 0, "");
    int i;

    (void)state;
    for (i = 0; i < MANY; i++) assert_status(sign(made, ""), NTE_PERM);
    assert_status(sign(made, "right"), NTE_SUCCESS);
    assert_status(sign(plain, ""), NTE_SUCCESS);
    unmake(made);
    unmake(plain);
}

static void one_of_two(void **state)
{
    struct made *identity = make_identity("identity"), *subject = make(TPM_EC, 256, 0, "subject");
    int i;

    (void)state;
    assert_status(attest(identity, "identity", subject, "subject"), NTE_SUCCESS);
    for (i = 0; i < MANY; i++) assert_status(attest(identity, "identity", subject, "wrong"), NTE_PERM);
    assert_status(attest(identity, "identity", subject, "subject"), NTE_SUCCESS);
    for (i = 0; i < MANY; i++) assert_status(attest(identity, "wrong", subject, "subject"), NTE_PERM);
    assert_status(attest(identity, "identity", subject, "subject"), NTE_SUCCESS);
    for (i = 0; i < MANY; i++) assert_status(attest(identity, "wrong", NULL, NULL), NTE_PERM);
    assert_status(attest(identity, "identity", NULL, NULL), NTE_SUCCESS);
    unmake(identity);
    unmake(subject);
}

/* The password of a hierarchy is wanted: that of the key is right all the same. */
static void of_the_hierarchy(void **state)
{
    struct made *identity = make_identity("right");
    struct tpm_use use = {identity->use.blob, text("right")};
    struct writer secret = {0};

    (void)state;
    if (!tool_does("changeauth -c endorsement word")) skip();
    assert_status(tpm_calls()->activate(&use, hex("0002aabb0002ccdd"), &secret), NTE_PERM);
    assert_status(attest(identity, "right", NULL, NULL), NTE_SUCCESS);
    assert_true(tool_does("changeauth -c endorsement -p word"));
    assert_true(tpm_calls()->activate(&use, hex("0002aabb0002ccdd"), &secret) != NTE_PERM);
    assert_int_equal(secret.used, 0);
    unmake(identity);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup_teardown(threads_together, clear_lockout, take_back),
        cmocka_unit_test_setup_teardown(empty_one, clear_lockout, take_back),
        cmocka_unit_test_setup_teardown(one_of_two, clear_lockout, take_back),
        cmocka_unit_test_setup_teardown(of_the_hierarchy, clear_lockout, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_module, remove_chip);
}
