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
    return command == COMMAND_SIGN || command == COMMAND_PCR_READ ? size - 3 : size;
}

static size_t spoil_algorithm(uint32_t command, uint8_t *answer, size_t size)
{
    if (command == COMMAND_SIGN && size > 16) answer[14] ^= 0x40;
    return size;
}

static void spoil(const struct made *made, change_answer *change, nte_status expected)
{
    change_answers(&between, change);
    assert_status(sign_between(made), expected);
    change_answers(&between, NULL);
    assert_status(sign_between(made), NTE_SUCCESS);
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

/* --- registers --- */

/* TPM2_PCR_Read: update counter, then count, hash, size and bits of the selection, then the digests. */
#define PCR_HASH 18
#define PCR_BITS 21
#define PCR_DIGEST_SIZE 28

static size_t same_ones_again(uint32_t command, uint8_t *answer, size_t size)
{
    if (command == COMMAND_PCR_READ) memcpy(answer + PCR_BITS, "\xff\0\0", 3);
    return size;
}

static size_t other_bank(uint32_t command, uint8_t *answer, size_t size)
{
    if (command == COMMAND_PCR_READ) answer[PCR_HASH + 1] = TPM_SHA1;
    return size;
}

/* Eight digests, and more registers than that. */
static size_t too_many_bits(uint32_t command, uint8_t *answer, size_t size)
{
    if (command == COMMAND_PCR_READ) memcpy(answer + PCR_BITS, "\xff\xff\0", 3);
    return size;
}

static size_t too_few_bits(uint32_t command, uint8_t *answer, size_t size)
{
    if (command == COMMAND_PCR_READ) answer[PCR_BITS] &= 0x7f;
    return size;
}

static size_t short_digest(uint32_t command, uint8_t *answer, size_t size)
{
    if (command != COMMAND_PCR_READ) return size;
    answer[PCR_DIGEST_SIZE + 1] = 20;
    memmove(answer + PCR_DIGEST_SIZE + 2 + 20, answer + PCR_DIGEST_SIZE + 2 + 32, size - PCR_DIGEST_SIZE - 2 - 32);
    between_put(answer + 2, size - 12);
    return size - 12;
}

/* Nothing is allocated behind the first eight. */
static size_t only_eight(uint32_t command, uint8_t *answer, size_t size)
{
    if (command != COMMAND_PCR_READ || answer[PCR_BITS] == 0xff) return size;
    memset(answer + PCR_BITS, 0, 7);                /* no bit, no digest */
    between_put(answer + 2, PCR_BITS + 7);
    return PCR_BITS + 7;
}

static void check_registers(change_answer *change, nte_status expected)
{
    struct writer values = {0};

    change_answers(&between, change);
    assert_status(tpm_calls()->pcrs(TPM_SHA256, &values), expected);
    assert_int_equal(values.used, expected ? 0 : 24 * 32);
    writer_free(&values);
}

static void registers(void **state)
{
    (void)state;
    check_registers(NULL, NTE_SUCCESS);
    check_registers(same_ones_again, NTE_DEVICE_NOT_READY);
    check_registers(other_bank, NTE_DEVICE_NOT_READY);
    check_registers(too_many_bits, NTE_DEVICE_NOT_READY);
    check_registers(too_few_bits, NTE_DEVICE_NOT_READY);
    check_registers(short_digest, NTE_DEVICE_NOT_READY);
    check_registers(only_eight, NTE_NOT_SUPPORTED);
    check_registers(NULL, NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(not_understood, take_back_between),
        cmocka_unit_test_teardown(registers, take_back_between),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_between, remove_between);
}
