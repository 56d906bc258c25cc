/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The lock of a store: somebody who holds it for long, and file systems that have none or another kind. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <errno.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <time.h>
#include <cmocka.h>

#include "store/store_dir.h"
#include "store_scratch.h"

/* --- what the file system cannot do: errno, or 0 --- */

static int flock_error, ofd_error, no_events;

int __real_flock(int fd, int operation);
int __real_fcntl(int fd, int command, ...);

int __wrap_flock(int fd, int operation)
{
    if (!flock_error) return __real_flock(fd, operation);
    errno = flock_error;
    return -1;
}

int __wrap_fcntl(int fd, int command, ...)
{
    va_list args;
    void *arg;

    va_start(args, command);
    arg = va_arg(args, void *);
    va_end(args);
    if (command != F_OFD_SETLK || !ofd_error) return __real_fcntl(fd, command, arg);
    errno = ofd_error;
    return -1;
}

int __real_inotify_init1(int flags);

int __wrap_inotify_init1(int flags)
{
    if (!no_events) return __real_inotify_init1(flags);
    errno = EMFILE;
    return -1;
}

static int teardown(void **state)
{
    flock_error = ofd_error = no_events = 0;
    lock_patience = (struct lock_patience){5000, 60000};
    return scratch_teardown(state);
}

/* --- somebody who holds the lock --- */

struct holder
{
    pid_t pid;
    int gate;                       /* closed: let go */
};

static int take_lock(const char *path, int with_ofd)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    int fd = open(path, O_RDWR | O_CREAT, 0600);

    return fd < 0 || (with_ofd ? __real_fcntl(fd, F_OFD_SETLK, &whole) : __real_flock(fd, LOCK_EX));
}

static int hold(const char *path, int with_ofd, int gate, int ready)
{
    char c;

    prctl(PR_SET_NAME, "hol\033der");
    if (take_lock(path, with_ofd) || write(ready, "", 1) != 1) return 1;
    return read(gate, &c, 1) != 0;
}

static struct holder start_holder(struct scratch *scratch, int with_ofd)
{
    struct holder holder;
    int gate[2], ready[2];
    char c;

    assert_int_equal(pipe(gate), 0);
    assert_int_equal(pipe(ready), 0);
    if (!(holder.pid = fork()))
    {
        close(gate[1]);
        _exit(hold(path_of(scratch, ".lock"), with_ofd, gate[0], ready[1]));
    }
    close(gate[0]);
    close(ready[1]);
    assert_int_equal(read(ready[0], &c, 1), 1);
    close(ready[0]);
    holder.gate = gate[1];
    return holder;
}

static void end_holder(struct holder holder)
{
    close(holder.gate);
    assert_int_equal(exit_code(holder.pid), 0);
}

/* --- tests --- */

static void test_patience_of_the_product(void **state)
{
    (void)state;
    assert_int_equal(lock_patience.tell, 5000);
    assert_int_equal(lock_patience.end, 60000);
}

static void test_holder_is_named(void **state)
{
    struct scratch *scratch = *state;
    struct capture capture;
    struct holder holder;
    char expected[256];
    nte_status status;

    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    holder = start_holder(scratch, 0);
    snprintf(expected, sizeof(expected), "ncrypt: waiting for the lock of %s, which process %d (hol?der) holds\n",
             scratch->dir, holder.pid);
    lock_patience = (struct lock_patience){10, 100};
    begin_capture(&capture);
    status = create_key(scratch->store, "other", "x", 0);
    assert_string_equal(end_capture(&capture), expected);
    assert_int_equal(status, NTE_DEVICE_NOT_READY);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_SUCCESS);       /* readers do not wait */
    end_holder(holder);
    assert_int_equal(create_key(scratch->store, "other", "x", 0), NTE_SUCCESS);
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
}

/* Who took the lock is gone, and its child has it. */
static void test_holder_is_gone(void **state)
{
    struct scratch *scratch = *state;
    struct capture capture;
    nte_status status;
    const char *said;
    pid_t pid;
    int fd;

    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    fd = open(path_of(scratch, ".lock"), O_RDWR | O_CLOEXEC);
    if (!(pid = fork())) _exit(__real_flock(fd, LOCK_EX) != 0);
    assert_int_equal(exit_code(pid), 0);
    lock_patience = (struct lock_patience){10, 100};
    begin_capture(&capture);
    status = create_key(scratch->store, "key", "y", 1);
    said = end_capture(&capture);
    assert_int_equal(status, NTE_DEVICE_NOT_READY);
    assert_non_null(strstr(said, "which another process holds"));
    close(fd);
}

/* Whether it hears of that or not. */
static void test_holder_lets_go(void **state)
{
    struct scratch *scratch = *state;
    struct timespec pause = {0, 50000000};
    struct holder holder;
    pid_t waiter;

    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    for (no_events = 0; no_events < 2; no_events++)
    {
        holder = start_holder(scratch, 0);
        if (!(waiter = fork()))
        {
            close(holder.gate);
            _exit(create_key(scratch->store, "key", "y", 1) != NTE_SUCCESS);
        }
        nanosleep(&pause, NULL);                /* it waits by now, or the test shows nothing */
        assert_int_equal(waitpid(waiter, NULL, WNOHANG), 0);
        end_holder(holder);
        assert_int_equal(exit_code(waiter), 0);
        assert_int_equal(check_key(scratch->store, "key", "y"), NTE_SUCCESS);
    }
}

/* Every call that writes gives up; none has done a part of it. */
static void test_every_writer_gives_up(void **state)
{
    struct scratch *scratch = *state;
    struct stored_key stored = {0};
    struct bytes value = {(const uint8_t *)"value", 5};
    char unique[UNIQUE_NAME_MAX];
    struct holder holder;
    uint64_t modified;
    uint16_t name[8];

    make_unique(unique, "key");
    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    assert_int_equal(store_read(scratch->store, unique, &stored), NTE_SUCCESS);
    holder = start_holder(scratch, 0);
    lock_patience = (struct lock_patience){1000, 0};
    assert_int_equal(create_key(scratch->store, "key", "y", 1), NTE_DEVICE_NOT_READY);
    assert_int_equal(store_delete(scratch->store, unique, stored.id), NTE_DEVICE_NOT_READY);
    assert_int_equal(store_set_property(scratch->store, unique, stored.id, u16(name, "p"), value, &modified),
                     NTE_DEVICE_NOT_READY);
    assert_int_equal(store_make(scratch->store), NTE_DEVICE_NOT_READY);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_SUCCESS);
    end_holder(holder);
    assert_int_equal(store_delete(scratch->store, unique, stored.id), NTE_SUCCESS);
    stored_key_free(&stored);
}

static const int unsupported[] = {EOPNOTSUPP, ENOLCK, ENOSYS, EINVAL};

static void test_another_kind_of_lock(void **state)
{
    struct scratch *scratch = *state;
    struct capture capture;
    struct holder holder;
    char expected[256];
    nte_status status;
    size_t i;

    snprintf(expected, sizeof(expected), "ncrypt: waiting for the lock of %s, which another process holds\n",
             scratch->dir);
    for (i = 0; i < sizeof(unsupported) / sizeof(unsupported[0]); i++)
    {
        flock_error = unsupported[i];
        lock_patience = (struct lock_patience){5000, 60000};
        assert_int_equal(create_key(scratch->store, "key", "x", 1), NTE_SUCCESS);
        holder = start_holder(scratch, 1);
        lock_patience = (struct lock_patience){10, 100};
        begin_capture(&capture);
        status = create_key(scratch->store, "key", "y", 1);
        assert_string_equal(end_capture(&capture), expected);
        assert_int_equal(status, NTE_DEVICE_NOT_READY);
        end_holder(holder);
    }
}

static void test_no_lock_at_all(void **state)
{
    struct scratch *scratch = *state;
    struct capture capture;
    const char *said;
    nte_status status;
    size_t i;

    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    for (i = 0; i < sizeof(unsupported) / sizeof(unsupported[0]); i++)
    {
        flock_error = EOPNOTSUPP;
        ofd_error = unsupported[i];
        begin_capture(&capture);
        status = create_key(scratch->store, "other", "x", 0);
        said = end_capture(&capture);
        assert_int_equal(status, NTE_NOT_SUPPORTED);
        assert_int_equal(count_lines(said), 1);
        assert_non_null(strstr(said, scratch->dir));
        assert_non_null(strstr(said, "has no locks"));
        assert_int_equal(check_key(scratch->store, "key", "x"), NTE_SUCCESS);
        assert_int_equal(check_key(scratch->store, "other", "x"), NTE_BAD_KEYSET);
    }
}

#define lock_test(f) cmocka_unit_test_setup_teardown(f, scratch_setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_patience_of_the_product),
        lock_test(test_holder_is_named),
        lock_test(test_holder_is_gone),
        lock_test(test_holder_lets_go),
        lock_test(test_every_writer_gives_up),
        lock_test(test_another_kind_of_lock),
        lock_test(test_no_lock_at_all),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
