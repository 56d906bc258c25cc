/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The system calls of the key store: their order, each of them failing in turn, and a file system without hard
 * links. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <errno.h>
#include <sys/syscall.h>
#include <cmocka.h>

#include "store_scratch.h"

/* --- these stand in for the functions of libc --- */

static int fail_at;                 /* 1: the next one; 0: none */
static int fail_with;               /* errno */
static int no_links;                /* linkat: EPERM, as on FAT */
static char calls[64];              /* a letter for each call */

static int fails(char call)
{
    size_t count = strlen(calls);

    if (count < sizeof(calls) - 1) calls[count] = call;
    if (!fail_at || --fail_at) return 0;
    errno = fail_with;
    return 1;
}

int fsync(int fd)
{
    return fails('s') ? -1 : syscall(SYS_fsync, fd);
}

int fchmod(int fd, mode_t mode)
{
    return fails('c') ? -1 : syscall(SYS_fchmod, fd, mode);
}

int flock(int fd, int operation)
{
    return fails('f') ? -1 : syscall(SYS_flock, fd, operation);
}

int mkdir(const char *path, mode_t mode)
{
    return fails('m') ? -1 : syscall(SYS_mkdirat, AT_FDCWD, path, mode);
}

int unlinkat(int dir, const char *path, int flags)
{
    return fails('u') ? -1 : syscall(SYS_unlinkat, dir, path, flags);
}

int renameat(int old_dir, const char *old_path, int new_dir, const char *new_path)
{
    return fails('r') ? -1 : syscall(SYS_renameat2, old_dir, old_path, new_dir, new_path, 0);
}

int linkat(int old_dir, const char *old_path, int new_dir, const char *new_path, int flags)
{
    if (no_links)
    {
        errno = EPERM;
        return -1;
    }
    return fails('l') ? -1 : syscall(SYS_linkat, old_dir, old_path, new_dir, new_path, flags);
}

/* Half of what is asked for, as a disk that fills up does before it fails. */
ssize_t write(int fd, const void *data, size_t size)
{
    if (fails('w')) return -1;
    return syscall(SYS_write, fd, data, fail_at && size > 1 ? size / 2 : size);
}

/* --- what is done, and how it shows --- */

static nte_status do_create(struct store *store)
{
    return create_key(store, "key", "new", 0);
}

static nte_status do_overwrite(struct store *store)
{
    return create_key(store, "old", "new", 1);
}

static nte_status do_delete(struct store *store)
{
    return delete_key(store, "old");
}

static nte_status do_set_property(struct store *store)
{
    struct bytes value = {(const uint8_t *)"value", 5};
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    uint16_t name[8];
    uint64_t modified;
    nte_status status;

    make_unique(unique, "old");
    if ((status = store_read(store, unique, &stored))) return status;
    status = store_set_property(store, unique, stored.id, u16(name, "p"), value, &modified);
    stored_key_free(&stored);
    return status;
}

static nte_status is_new_there(struct store *store)
{
    return check_key(store, "key", "new");
}

static nte_status is_old_new(struct store *store)
{
    return check_key(store, "old", "new");
}

static nte_status is_old_gone(struct store *store)
{
    return check_key(store, "old", "old") == NTE_BAD_KEYSET ? NTE_SUCCESS : NTE_FAIL;
}

static nte_status is_property_there(struct store *store)
{
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    uint16_t name[8];
    nte_status status;

    make_unique(unique, "old");
    if ((status = store_read(store, unique, &stored))) return status;
    if (!property_list_find(&stored.properties, u16(name, "p"))) status = NTE_NOT_FOUND;
    stored_key_free(&stored);
    return status;
}

/* --- what a write consists of: nothing is missing, and nothing costs time for no reason --- */

static void check_calls(struct scratch *scratch, nte_status (*run)(struct store *store), const char *expected)
{
    memset(calls, 0, sizeof(calls));
    assert_int_equal(run(scratch->store), NTE_SUCCESS);
    assert_string_equal(calls, expected);
}

static void test_order_of_calls(void **state)
{
    struct scratch *scratch = *state;

    assert_int_equal(create_key(scratch->store, "old", "old", 0), NTE_SUCCESS);
    check_calls(scratch, do_create, "fcwslus");
    check_calls(scratch, do_overwrite, "fcwsrs");
    check_calls(scratch, do_set_property, "fcwsrs");
    check_calls(scratch, do_delete, "fus");
    check_calls(scratch, is_new_there, "");
}

/* --- each call failing in turn --- */

struct operation
{
    nte_status (*run)(struct store *store);
    nte_status (*happened)(struct store *store);
    int first;                      /* in a directory that is still to be made */
    int may_happen;                 /* the last sync may fail when there is no way back */
};

/* Returns 0 once the operation makes fewer calls than that. */
static int run_with_fault(struct scratch *scratch, const struct operation *operation, int call, int error)
{
    nte_status status, happened;

    remove_tree(scratch->dir);
    if (!operation->first) assert_int_equal(create_key(scratch->store, "old", "old", 0), NTE_SUCCESS);
    fail_at = call;
    fail_with = error;
    status = operation->run(scratch->store);
    if (fail_at)
    {
        fail_at = 0;
        assert_int_equal(status, NTE_SUCCESS);
        return 0;
    }
    happened = operation->happened(scratch->store);
    if (!status) assert_int_equal(happened, NTE_SUCCESS);
    else assert_true(happened || operation->may_happen);
    if (!operation->first && happened) assert_int_equal(check_key(scratch->store, "old", "old"), NTE_SUCCESS);
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
    assert_int_equal(count_files(scratch, ".damaged-"), 0);
    assert_int_equal(create_key(scratch->store, "after", "x", 0), NTE_SUCCESS);
    return 1;
}

static void test_each_call_failing(void **state)
{
    static const struct operation operations[] =
    {
        {do_create, is_new_there, 1, 0},
        {do_create, is_new_there, 0, 0},
        {do_overwrite, is_old_new, 0, 1},
        {do_set_property, is_property_there, 0, 1},
        {do_delete, is_old_gone, 0, 1},
    };
    static const int errors[] = {ENOSPC, EIO, EACCES};
    size_t i, j;
    int call;

    for (i = 0; i < sizeof(operations) / sizeof(operations[0]); i++)
    {
        for (j = 0; j < sizeof(errors) / sizeof(errors[0]); j++)
        {
            for (call = 1; run_with_fault(*state, &operations[i], call, errors[j]); call++);
            assert_true(call > 3);              /* the faults were met */
        }
    }
}

static void test_no_hard_links(void **state)
{
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX];
    struct capture capture;

    make_unique(unique, "key");
    no_links = 1;
    begin_capture(&capture);
    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    assert_int_equal(create_key(scratch->store, "key", "y", 0), NTE_EXISTS);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_SUCCESS);
    write_file(path_of(scratch, unique), "damaged", 7);
    assert_int_equal(create_key(scratch->store, "key", "y", 0), NTE_SUCCESS);
    write_file(path_of(scratch, unique), "damaged", 7);
    assert_int_equal(check_key(scratch->store, "key", "y"), NTE_BAD_KEYSET);
    assert_int_equal(count_lines(end_capture(&capture)), 2);
    no_links = 0;
    assert_int_equal(count_files(scratch, ".damaged-1"), 1);
    assert_int_equal(count_files(scratch, ".damaged-2"), 1);
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        store_test(test_order_of_calls),
        store_test(test_each_call_failing),
        store_test(test_no_hard_links),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
