/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A TPM as a device: a terminal behind which swtpm is, and a pipe that keeps whoever uses it as a kernel does (row
 * T.55a). Calls end in time all the same. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include <fcntl.h>
#include <termios.h>
#include <time.h>

#include "tpm_between.h"

#define PATIENCE 1000               /* milliseconds */

/* --- the device --- */

static struct
{
    int master, slave, is_silent, is_over;
    pthread_t thread;
} device;

static void *serve_device(void *context)
{
    uint8_t command[BETWEEN_ROOM], answer[BETWEEN_ROOM];
    struct pollfd waiting = {.fd = device.master, .events = POLLIN};
    size_t size;

    (void)context;
    while (!__atomic_load_n(&device.is_over, __ATOMIC_SEQ_CST))
    {
        if (poll(&waiting, 1, 100) <= 0) continue;
        if (!(size = between_read(device.master, command))) break;
        size = between_ask(&between, command, size, answer);
        if (__atomic_load_n(&device.is_silent, __ATOMIC_SEQ_CST)) continue;
        if (write(device.master, answer, size) != (ssize_t)size) break;
    }
    return NULL;
}

/* Bytes as they are; the slave stays open, so that it keeps its settings. */
static const char *open_device(void)
{
    struct termios raw;
    const char *name;

    assert_true((device.master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0);
    assert_false(grantpt(device.master) || unlockpt(device.master));
    assert_non_null(name = ptsname(device.master));
    assert_true((device.slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC)) >= 0);
    assert_int_equal(tcgetattr(device.slave, &raw), 0);
    cfmakeraw(&raw);
    assert_int_equal(tcsetattr(device.slave, TCSANOW, &raw), 0);
    assert_int_equal(pthread_create(&device.thread, NULL, serve_device, NULL), 0);
    return name;
}

static void close_device(void)
{
    __atomic_store_n(&device.is_over, 1, __ATOMIC_SEQ_CST);
    pthread_join(device.thread, NULL);
    close(device.slave);
    close(device.master);
}

/* --- what calls do with it --- */

static nte_status try(void)
{
    struct writer values = {0};
    nte_status status = tpm_calls()->pcrs(TPM_SHA256, &values);

    assert_int_equal(values.used, status ? 0 : 24 * 32);
    writer_free(&values);
    return status;
}

static size_t cut_off(uint32_t command, uint8_t *answer, size_t size)
{
    (void)answer;
    return command == COMMAND_PCR_READ ? size - 3 : size;
}

/* The connection is lost, and the next one goes there. */
static void go(const char *path)
{
    char way[80];

    snprintf(way, sizeof(way), "device:%s", path);
    setenv("NCRYPT_TPM_TCTI", way, 1);
    change_answers(&between, cut_off);
}

static void go_back(const char *way)
{
    change_answers(&between, NULL);
    setenv("NCRYPT_TPM_TCTI", way, 1);
}

/* The status of a call that may take PATIENCE, and does. */
static void check_late(void)
{
    struct timespec start, end;
    long took;

    tpm_calls()->most_wait(PATIENCE);
    clock_gettime(CLOCK_MONOTONIC, &start);
    alarm(30);
    assert_status(try(), NTE_DEVICE_NOT_READY);
    alarm(0);
    clock_gettime(CLOCK_MONOTONIC, &end);
    tpm_calls()->most_wait(0);
    took = (end.tv_sec - start.tv_sec) * 1000 + (end.tv_nsec - start.tv_nsec) / 1000000;
    assert_in_range(took, PATIENCE - 50, 2 * PATIENCE - 100);
}

static void works(void **state)
{
    char *before = strdup(getenv("NCRYPT_TPM_TCTI"));
    struct made *made;

    (void)state;
    go(open_device());
    assert_status(try(), NTE_SUCCESS);
    made = make(TPM_EC, 256, 0, "password");
    assert_status(sign_between(made), NTE_SUCCESS);
    unmake(made);
    __atomic_store_n(&device.is_silent, 1, __ATOMIC_SEQ_CST);
    check_late();
    __atomic_store_n(&device.is_silent, 0, __ATOMIC_SEQ_CST);
    go_back(before);
    assert_status(try(), NTE_SUCCESS);
    close_device();
    free(before);
}

/* Nobody can do anything with the device while the kernel has it, not even close it: a pipe that is full. */
static void takes_nothing(void **state)
{
    char path[64], *before = strdup(getenv("NCRYPT_TPM_TCTI"));
    int full;

    (void)state;
    snprintf(path, sizeof(path), "%s/full", tpm.root);
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_true((full = open(path, O_RDWR | O_NONBLOCK)) >= 0);
    while (write(full, path, 1) == 1) ;
    go(path);
    check_late();
    go_back(before);
    assert_status(try(), NTE_SUCCESS);
    close(full);
    free(before);
}

/* What is there is no TPM: its answer ends before its header does. */
static void is_something_else(void **state)
{
    char *before = strdup(getenv("NCRYPT_TPM_TCTI"));

    (void)state;
    go("/dev/null");
    assert_status(try(), NTE_DEVICE_NOT_READY);
    go("/dev/zero");
    assert_status(try(), NTE_DEVICE_NOT_READY);
    go_back(before);
    assert_status(try(), NTE_SUCCESS);
    free(before);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(works, take_back_between),
        cmocka_unit_test_teardown(takes_nothing, take_back_between),
        cmocka_unit_test_teardown(is_something_else, take_back_between),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_between, remove_between);
}
