/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A TPM that does not answer, or too late: each call ends in time, and the next one works again. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <time.h>

#include "tpm_between.h"

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

static void check_works(void)
{
    struct writer values = {0};

    assert_status(tpm_calls()->pcrs(TPM_SHA256, &values), NTE_SUCCESS);
    writer_free(&values);
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
    check_works();
    assert_in_range(milliseconds_of(silent, 2), PATIENCE - 50, 2 * PATIENCE - 100);
    check_works();
    assert_in_range(milliseconds_of(slow, 1), PATIENCE - 50, 2 * PATIENCE - 100);
    check_works();
}

/* What such a call held has to go later. */
static void too_late_with_a_key(void **state)
{
    struct made *made = make(TPM_EC, 256, 0, "");

    (void)state;
    be_impatient(silent);
    assert_status(sign_between(made), NTE_DEVICE_NOT_READY);
    be_patient();
    assert_status(sign_between(made), NTE_SUCCESS);
    unmake(made);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(too_late, take_back_between),
        cmocka_unit_test_teardown(too_late_with_a_key, take_back_between),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_between, remove_between);
}
