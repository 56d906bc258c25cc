/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A TPM whose owner has got a password, so that the parent of our keys cannot be made any more (row T.59). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_raw.h"

/* What the calls between say goes to a file. */
static int listen_to_stderr(FILE *said)
{
    int kept = dup(2);

    fflush(stderr);
    dup2(fileno(said), 2);
    return kept;
}

static int lines_of(FILE *said, int kept, const char *part)
{
    char line[512];
    int lines = 0;

    dup2(kept, 2);
    close(kept);
    rewind(said);
    while (fgets(line, sizeof(line), said)) lines += !!strstr(line, part);
    fclose(said);
    return lines;
}

static nte_status sign(struct key *key)
{
    static const struct padding unpadded;
    uint8_t signature[64];
    uint32_t size;

    return key_sign(key, &unpadded, 0, text("what is signed"), signature, sizeof(signature), &size);
}

static void check_refused(struct key *key)
{
    struct key *other;

    assert_status(sign(key), NTE_PERM);
    assert_status(open_tpm_key("of the primary", &other), NTE_PERM);
    assert_status(try_tpm_key("ECDSA_P256", "of the primary", 0, &other), NTE_EXISTS);
}

static void got_a_password(void **state)
{
    struct key *key = tpm_key("ECDSA_P256", "of the primary"), *other;
    FILE *said = tmpfile();
    int kept;

    (void)state;
    if (!tool_does("changeauth -c owner word")) skip();
    kept = listen_to_stderr(said);
    check_refused(key);
    assert_status(try_tpm_key("ECDSA_P256", "new", 0, &other), NTE_PERM);
    assert_int_equal(lines_of(said, kept, "owner hierarchy of the TPM has a password"), 1);

    /* there is another parent, and the key is not of that one */
    assert_true(tool_does("createprimary -C o -P word -G ecc -c \"${NCRYPT_TPM_TCTI#*=}.srk\""));
    assert_true(tool_does("evictcontrol -C o -P word -c \"${NCRYPT_TPM_TCTI#*=}.srk\" 0x81000001"));
    assert_true(tool_does("flushcontext -t"));
    check_refused(key);
    assert_status(try_tpm_key("ECDSA_P256", "new", 0, &other), NTE_SUCCESS);
    assert_status(sign(other), NTE_SUCCESS);
    assert_status(key_delete(other), NTE_SUCCESS);

    assert_true(tool_does("changeauth -c owner -p word"));
    assert_status(sign(key), NTE_SUCCESS);
    assert_status(key_delete(key), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(got_a_password, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
