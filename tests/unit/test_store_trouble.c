/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key store and its surroundings: missing directories, a file in place of one, leftovers of killed writers.
 * tests/faults has what the system may refuse. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <time.h>
#include <cmocka.h>

#include "store_scratch.h"

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
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_BAD_KEYSET);     /* none can be there */
    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SYS_ERR);
    assert_int_equal(store_list_open(scratch->store, &list), NTE_SUCCESS);
    store_list_close(list);
}

/* Row 18.6, as where a profile has a file in the place of a folder. */
static void test_parent_is_a_file(void **state)
{
    struct scratch *scratch = *state;
    struct store_list *list;

    remove_tree(scratch->parent);
    write_file(scratch->parent, "x", 1);
    assert_int_equal(store_list_open(scratch->store, &list), NTE_SUCCESS);
    store_list_close(list);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_BAD_KEYSET);
    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_NOT_FOUND);
    assert_int_equal(store_make(scratch->store), NTE_NOT_FOUND);
}

/* Who may not make the parent is told so. Root may write anywhere but here. */
static void test_forbidden_parent(void **state)
{
    struct store *store;

    (void)state;
    assert_int_equal(store_open("/proc/sys/kernel/none/Crypto/Keys", &store), NTE_SUCCESS);
    assert_int_equal(check_key(store, "key", "x"), NTE_BAD_KEYSET);
    if (access("/proc/sys/kernel", W_OK)) assert_int_equal(create_key(store, "key", "x", 0), NTE_PERM);
    store_close(store);
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
        store_test(test_parent_is_a_file),
        cmocka_unit_test(test_forbidden_parent),
        store_test(test_leftovers_are_removed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
