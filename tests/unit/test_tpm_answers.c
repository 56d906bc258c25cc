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

#include <fcntl.h>
#include <time.h>

#include "tpm_between.h"

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

/* --- nothing comes back --- */

#define PATIENCE 1000               /* milliseconds */

static int asked;

static size_t silent(uint32_t command, uint8_t *answer, size_t size)
{
    (void)answer;
    asked += command == COMMAND_PCR_READ;
    return command == COMMAND_PCR_READ || command == COMMAND_SIGN ? 0 : size;
}

/* Each command is in time, and all together are not. */
static size_t slow(uint32_t command, uint8_t *answer, size_t size)
{
    (void)answer;
    if (command == COMMAND_PCR_READ) usleep(PATIENCE * 1000 * 2 / 5);
    return size;
}

/* Reads registers: a chip without a manager would keep an object that it made too late. */
static void *read_in_thread(void *context)
{
    struct writer values = {0};
    nte_status status = tpm_calls()->pcrs(TPM_SHA256, &values);

    (void)context;
    writer_free(&values);
    return (void *)(uintptr_t)status;
}

static void at_once(int count)
{
    pthread_t threads[2];
    void *status;
    int i;

    for (i = 0; i < count; i++)
    {
        if (i) usleep(PATIENCE * 1000 / 2);         /* its turn comes before its end */
        assert_int_equal(pthread_create(&threads[i], NULL, read_in_thread, NULL), 0);
    }
    for (i = 0; i < count; i++)
    {
        assert_int_equal(pthread_join(threads[i], &status), 0);
        assert_status((nte_status)(uintptr_t)status, NTE_DEVICE_NOT_READY);
    }
}

static void be_impatient(change_answer *change)
{
    change_answers(&between, change);
    tpm_calls()->most_wait(PATIENCE);
}

static void be_patient(void)
{
    change_answers(&between, NULL);
    tpm_calls()->most_wait(0);
}

static long milliseconds_of(change_answer *change, int count)
{
    struct timespec start, end;

    be_impatient(change);
    clock_gettime(CLOCK_MONOTONIC, &start);
    at_once(count);
    clock_gettime(CLOCK_MONOTONIC, &end);
    be_patient();
    return (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
}

/* One deadline for the call, and for those that wait for their turn meanwhile; no second attempt behind it. */
static void too_late(void **state)
{
    (void)state;
    assert_in_range(milliseconds_of(silent, 1), PATIENCE - 50, 2 * PATIENCE - 100);
    assert_int_equal(asked, 1);
    check_registers(NULL, NTE_SUCCESS);
    assert_in_range(milliseconds_of(silent, 2), PATIENCE - 50, 2 * PATIENCE - 100);
    check_registers(NULL, NTE_SUCCESS);
    assert_in_range(milliseconds_of(slow, 1), PATIENCE - 50, 2 * PATIENCE - 100);
    check_registers(NULL, NTE_SUCCESS);
}

/* What such a call held has to go later. */
static void too_late_with_a_key(void **state)
{
    struct made *made = make(TPM_EC, 256, 0, "");

    (void)state;
    be_impatient(silent);
    assert_status(sign(made), NTE_DEVICE_NOT_READY);
    be_patient();
    assert_status(sign(made), NTE_SUCCESS);
    unmake(made);
}

/* The connection is lost, and made anew on another way. */
static void spoil_way(const char *way)
{
    be_impatient(cut_off);
    setenv("NCRYPT_TPM_TCTI", way, 1);
    at_once(1);
    be_patient();
}

/* A device that takes no command: a pipe that is full. */
static void takes_nothing(void **state)
{
    char path[64], way[80], *before = strdup(getenv("NCRYPT_TPM_TCTI"));
    int full;

    (void)state;
    snprintf(path, sizeof(path), "%s/full", tpm.root);
    snprintf(way, sizeof(way), "device:%s", path);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_true((full = open(path, O_RDWR | O_NONBLOCK)) >= 0);
    while (write(full, path, 1) == 1) ;
    alarm(30);
    spoil_way(way);
    alarm(0);
    setenv("NCRYPT_TPM_TCTI", before, 1);
    check_registers(NULL, NTE_SUCCESS);
    close(full);
    free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(not_understood, take_back_all),
        cmocka_unit_test_teardown(registers, take_back_all),
        cmocka_unit_test_teardown(too_late, take_back_all),
        cmocka_unit_test_teardown(too_late_with_a_key, take_back_all),
        cmocka_unit_test_teardown(takes_nothing, take_back_all),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up, clear_up);
}
