/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Answers that no TPM should give: each call ends with a status, and the next one works again. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_between.h"

static struct swtpm tpm;
static struct between between;

static int set_up(void **state)
{
    (void)state;
    return start_swtpm(&tpm) || start_between(&between, &tpm) || tpm_module() ? -1 : 0;
}

static int clear_up(void **state)
{
    (void)state;
    stop_between(&between);
    return remove_swtpm(&tpm);
}

static int take_back_all(void **state)
{
    change_answers(&between, NULL);
    if (!access("/usr/bin/tpm2_getcap", X_OK) &&
        !(tool_does("getcap handles-transient | { ! grep . ; }") &&
          tool_does("getcap handles-loaded-session | { ! grep . ; }"))) return -1;
    return take_back(state);
}

static nte_status sign(const struct made *made)
{
    uint8_t signature[64];

    return tpm_calls()->ecdsa(&made->use, text("digest"), 32, signature);
}

/* --- not understood --- */

/* The first number behind the header, which is a length, is too large. */
static size_t spoil_size(uint32_t command, uint8_t *answer, size_t size)
{
    if (command == COMMAND_SIGN && size > 16) memset(answer + 10, 0xff, 4);
    return size;
}

/* The last byte of the chip's own proof. */
static size_t spoil_proof(uint32_t command, uint8_t *answer, size_t size)
{
    if (command == COMMAND_SIGN && size > 16) answer[size - 1] ^= 1;
    return size;
}

static size_t spoil_header(uint32_t command, uint8_t *answer, size_t size)
{
    if (command == COMMAND_SIGN) between_put(answer + 2, 0x10000000);
    return size;
}

static size_t cut_off(uint32_t command, uint8_t *answer, size_t size)
{
    (void)answer;
    return command == COMMAND_SIGN ? size - 3 : size;
}

static size_t spoil_algorithm(uint32_t command, uint8_t *answer, size_t size)
{
    if (command == COMMAND_SIGN && size > 16) answer[14] ^= 0x40;
    return size;
}

static void spoil(const struct made *made, change_answer *change, nte_status expected)
{
    change_answers(&between, change);
    assert_status(sign(made), expected);
    change_answers(&between, NULL);
    assert_status(sign(made), NTE_SUCCESS);
}

static void not_understood(void **state)
{
    struct made *made = make(TPM_EC, 256, 0, "password"), *plain = make(TPM_EC, 256, 0, "");

    (void)state;
    spoil(made, spoil_size, NTE_DEVICE_NOT_READY);
    spoil(made, spoil_proof, NTE_DEVICE_NOT_READY);
    spoil(made, spoil_header, NTE_DEVICE_NOT_READY);
    spoil(made, cut_off, NTE_DEVICE_NOT_READY);
    spoil(made, spoil_algorithm, NTE_DEVICE_NOT_READY);
    spoil(plain, spoil_size, NTE_DEVICE_NOT_READY);
    spoil(plain, spoil_algorithm, NTE_INTERNAL_ERROR);
    unmake(made);
    unmake(plain);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(not_understood, take_back_all),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up, clear_up);
}
