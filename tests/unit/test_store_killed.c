/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A process that writes keys is killed at any moment: what it had reported as done is there, and whole. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <signal.h>
#include <time.h>
#include <cmocka.h>

#include "store_scratch.h"

/* Creates and overwrites keys until it is killed, and reports each success by one byte. */
static void write_until_killed(const char *dir, int report)
{
    struct store *store;
    char name[24];
    int i;

    if (store_open(dir, &store)) _exit(98);
    for (i = 0; ; i++)
    {
        snprintf(name, sizeof(name), "key %d", i);
        if (create_key(store, name, "first", 0) || write(report, "c", 1) != 1) _exit(1);
        if (create_key(store, name, "second", 1) || write(report, "o", 1) != 1) _exit(2);
    }
}

static int reported(int report)
{
    char buffer[256];
    int total = 0;
    ssize_t n;

    while ((n = read(report, buffer, sizeof(buffer))) > 0) total += n;
    return total;
}

/* After `steps` reported steps; the last key may have got one step further than was reported. */
static void check_after_kill(struct store *store, int steps)
{
    nte_status first, second;
    char name[24];
    int i;

    for (i = 0; i <= steps / 2; i++)
    {
        snprintf(name, sizeof(name), "key %d", i);
        first = check_key(store, name, "first");
        second = check_key(store, name, "second");
        if (2 * i + 2 <= steps) assert_int_equal(second, NTE_SUCCESS);
        else if (2 * i + 1 <= steps) assert_true(!first || !second);
        else assert_true(!first || first == NTE_BAD_KEYSET);
    }
}

static void test_killed_at_any_moment(void **state)
{
    struct scratch *scratch = *state;
    struct timespec pause = {0, 0};
    int round, report[2], status;
    pid_t pid;

    srand(getpid());
    for (round = 0; round < 40; round++)
    {
        remove_tree(scratch->dir);
        assert_int_equal(pipe(report), 0);
        if (!(pid = fork())) write_until_killed(scratch->dir, report[1]);
        close(report[1]);
        pause.tv_nsec = rand() % 20000000;
        nanosleep(&pause, NULL);
        assert_int_equal(kill(pid, SIGKILL), 0);
        assert_int_equal(waitpid(pid, &status, 0), pid);
        assert_true(WIFSIGNALED(status));
        check_after_kill(scratch->store, reported(report[0]));
        close(report[0]);
        assert_int_equal(count_files(scratch, ".damaged-"), 0);
        assert_true(count_files(scratch, ".tmp-") <= 1);
        assert_int_equal(create_key(scratch->store, "after", "secret", 0), NTE_SUCCESS);
        assert_int_equal(check_key(scratch->store, "after", "secret"), NTE_SUCCESS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        store_test(test_killed_at_any_moment),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
