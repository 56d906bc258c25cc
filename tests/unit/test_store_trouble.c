/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key store when the world does not cooperate: missing and read-only directories, no space, no file
 * descriptors, leftovers of killed writers. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <time.h>
#include <cmocka.h>

#include "store_scratch.h"

#define SKIPPED 77

/* --- directories --- */

static void test_missing_parent(void **state)
{
    struct scratch *scratch = *state;

    remove_tree(scratch->parent);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_BAD_KEYSET);
    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_NOT_FOUND);
    assert_int_equal(access(scratch->parent, F_OK), -1);
}

static void test_missing_directory(void **state)
{
    static const uint8_t id[KEY_ID_SIZE];
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX];
    struct bytes value = {0};
    uint64_t modified;
    uint16_t name[8];

    make_unique(unique, "key");
    assert_int_equal(store_exists(scratch->store, unique), NTE_BAD_KEYSET);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_BAD_KEYSET);
    assert_int_equal(store_delete(scratch->store, unique, id), NTE_BAD_KEYSET);
    assert_int_equal(store_set_property(scratch->store, unique, id, u16(name, "p"), value, &modified),
                     NTE_BAD_KEYSET);
    assert_int_equal(access(scratch->dir, F_OK), -1);
    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    remove_tree(scratch->dir);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_BAD_KEYSET);
    assert_int_equal(create_key(scratch->store, "key", "y", 0), NTE_SUCCESS);
    assert_int_equal(check_key(scratch->store, "key", "y"), NTE_SUCCESS);
}

static void test_directory_is_a_file(void **state)
{
    struct scratch *scratch = *state;
    struct store_list *list;

    write_file(scratch->dir, "x", 1);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_SYS_ERR);
    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SYS_ERR);
    assert_int_equal(store_list_open(scratch->store, &list), NTE_SYS_ERR);
}

/* Runs in a process of its own, as somebody whom permissions bind. 0: all as it should be. */
static int use_read_only(struct scratch *scratch)
{
    if (geteuid() == 0 && (chown(scratch->dir, 65534, 65534) || chmod(scratch->parent, 0755))) return SKIPPED;
    if (geteuid() == 0)
    {
        if (chown(path_of(scratch, ".store-key"), 65534, 65534)) return SKIPPED;
        if (chown(path_of(scratch, ".lock"), 65534, 65534) || setuid(65534)) return SKIPPED;
    }
    if (create_key(scratch->store, "before", "x", 0)) return 1;
    if (chmod(scratch->dir, 0500)) return 2;
    if (create_key(scratch->store, "key", "x", 0) != NTE_PERM) return 3;
    if (create_key(scratch->store, "before", "y", 1) != NTE_PERM) return 4;
    if (delete_key(scratch->store, "before") != NTE_PERM) return 5;
    if (check_key(scratch->store, "before", "x")) return 6;
    if (unlink(path_of(scratch, ".lock")) == 0) return 7;
    if (chmod(scratch->dir, 0000)) return 8;
    if (check_key(scratch->store, "before", "x") != NTE_PERM) return 9;
    if (create_key(scratch->store, "key", "x", 0) != NTE_PERM) return 10;
    if (chmod(scratch->dir, 0700)) return 11;
    return count_files(scratch, ".tmp-") || count_files(scratch, ".damaged-") ? 12 : 0;
}

static void run_in_child(struct scratch *scratch, int (*work)(struct scratch *), const char *reason)
{
    pid_t pid = fork();
    int code;

    if (!pid) _exit(work(scratch));
    if ((code = exit_code(pid)) == SKIPPED)
    {
        print_message("skipped: %s\n", reason);
        skip();
    }
    assert_int_equal(code, 0);
}

static void test_read_only_directory(void **state)
{
    struct scratch *scratch = *state;

    assert_int_equal(create_key(scratch->store, "first", "x", 0), NTE_SUCCESS);
    run_in_child(scratch, use_read_only, "cannot become a user whom permissions bind");
}

/* --- no space, no descriptors --- */

static int fill_up(const char *path)
{
    static const char zeros[4096];
    int fd = open(path, O_WRONLY | O_CREAT, 0600);

    if (fd < 0) return 0;
    while (write(fd, zeros, sizeof(zeros)) > 0);
    close(fd);
    return errno == ENOSPC;
}

/* Children may not assert, so this does not. */
static int put_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    if (!file) return 0;
    fputs(text, file);
    return !fclose(file);
}

/* A name space in which we may mount, as root or with the help of a user name space. */
static int enter_mount_space(void)
{
    unsigned int uid = geteuid(), gid = getegid();
    char uid_map[32], gid_map[32];

    if (!uid) return !unshare(CLONE_NEWNS);
    snprintf(uid_map, sizeof(uid_map), "%u %u 1", uid, uid);
    snprintf(gid_map, sizeof(gid_map), "%u %u 1", gid, gid);
    return !unshare(CLONE_NEWUSER | CLONE_NEWNS) && put_text("/proc/self/uid_map", uid_map)
           && put_text("/proc/self/setgroups", "deny") && put_text("/proc/self/gid_map", gid_map);
}

static int use_full_disk(struct scratch *scratch)
{
    char junk[96];

    snprintf(junk, sizeof(junk), "%s/junk", scratch->parent);
    if (!enter_mount_space()) return SKIPPED;
    if (mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL)) return SKIPPED;
    if (mount("none", scratch->parent, "tmpfs", 0, "size=64k")) return SKIPPED;
    if (create_key(scratch->store, "before", "x", 0)) return 1;
    if (!fill_up(junk)) return 2;
    if (create_key(scratch->store, "key", "x", 0) != NTE_TOKEN_KEYSET_STORAGE_FULL) return 3;
    if (create_key(scratch->store, "before", "y", 1) != NTE_TOKEN_KEYSET_STORAGE_FULL) return 4;
    if (check_key(scratch->store, "before", "x")) return 5;
    if (check_key(scratch->store, "key", "x") != NTE_BAD_KEYSET) return 6;
    if (count_files(scratch, ".tmp-")) return 7;
    if (delete_key(scratch->store, "before")) return 8;
    if (create_key(scratch->store, "key", "x", 0)) return 9;
    return check_key(scratch->store, "key", "x") ? 10 : 0;
}

static void test_full_disk(void **state)
{
    run_in_child(*state, use_full_disk, "cannot mount a small file system");
}

static int use_without_descriptors(struct scratch *scratch)
{
    struct rlimit limit;
    int fd, free_descriptors;

    if (getrlimit(RLIMIT_NOFILE, &limit)) return SKIPPED;
    limit.rlim_cur = 64;
    if (setrlimit(RLIMIT_NOFILE, &limit)) return SKIPPED;
    while ((fd = dup(2)) >= 0 && fd < 63);
    for (free_descriptors = 0; free_descriptors < 3; free_descriptors++)
    {
        if (create_key(scratch->store, "other", "x", 0) != NTE_NO_MEMORY) return 1 + free_descriptors;
        if (check_key(scratch->store, "key", "x") != (free_descriptors ? NTE_SUCCESS : NTE_NO_MEMORY)) return 5;
        if (close(60 - free_descriptors)) return 6;
    }
    return create_key(scratch->store, "other", "x", 0) ? 7 : 0;
}

static void test_no_descriptors(void **state)
{
    struct scratch *scratch = *state;

    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    run_in_child(scratch, use_without_descriptors, "cannot limit descriptors");
    assert_int_equal(count_files(scratch, ".damaged-"), 0);
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
}

/* --- leftovers of killed writers --- */

static void make_old(const char *path, int seconds)
{
    struct timespec times[2] = {{time(NULL) - seconds, 0}, {time(NULL) - seconds, 0}};

    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void test_leftovers_are_removed(void **state)
{
    struct scratch *scratch = *state;

    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    write_file(path_of(scratch, ".tmp-old"), "x", 1);
    write_file(path_of(scratch, ".tmp-new"), "x", 1);
    make_old(path_of(scratch, ".tmp-old"), 3700);
    assert_int_equal(create_key(scratch->store, "key", "x", 1), NTE_SUCCESS);
    assert_int_equal(count_files(scratch, ".tmp-old"), 1);       /* somebody looked less than an hour ago */
    make_old(path_of(scratch, ".lock"), 3700);
    assert_int_equal(create_key(scratch->store, "key", "x", 1), NTE_SUCCESS);
    assert_int_equal(count_files(scratch, ".tmp-old"), 0);
    assert_int_equal(count_files(scratch, ".tmp-new"), 1);
    make_old(path_of(scratch, ".tmp-new"), 3700);
    make_old(path_of(scratch, ".lock"), -3700);                  /* the clock was set back */
    assert_int_equal(create_key(scratch->store, "key", "x", 1), NTE_SUCCESS);
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        store_test(test_missing_parent),
        store_test(test_missing_directory),
        store_test(test_directory_is_a_file),
        store_test(test_read_only_directory),
        store_test(test_full_disk),
        store_test(test_no_descriptors),
        store_test(test_leftovers_are_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
