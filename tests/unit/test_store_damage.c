/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key store with damaged, foreign and strange files in it: key files, and the store key. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store_scratch.h"

static nte_status exists(struct store *store, const char *name)
{
    char unique[UNIQUE_NAME_MAX];

    make_unique(unique, name);
    return store_exists(store, unique);
}

static void flip_bit(const char *path, size_t offset, int bit)
{
    struct bytes image = read_file(path);

    assert_true(offset < image.size);
    ((uint8_t *)image.data)[offset] ^= 1 << bit;
    write_file(path, image.data, image.size);
    secret_free((void *)image.data);
}

static void assert_file_is(const char *path, struct bytes expected)
{
    struct bytes image = read_file(path);

    assert_same_bytes(image, expected);
    secret_free((void *)image.data);
}

static void test_damaged_file_is_moved_aside(void **state)
{
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX], line[1024], aside[UNIQUE_NAME_MAX + 32];
    struct capture capture;
    struct bytes damaged;
    int n;

    make_unique(unique, "key");
    for (n = 1; n <= 3; n++)
    {
        assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
        flip_bit(path_of(scratch, unique), 100 + n, n);
        damaged = read_file(path_of(scratch, unique));
        snprintf(aside, sizeof(aside), "%s.damaged-%d", unique, n);
        snprintf(line, sizeof(line), "ncrypt: damaged key file moved aside: %s/%s\n", scratch->dir, aside);

        begin_capture(&capture);
        assert_int_equal(check_key(scratch->store, "key", "secret"), NTE_BAD_KEYSET);
        assert_int_equal(check_key(scratch->store, "key", "secret"), NTE_BAD_KEYSET);
        assert_string_equal(end_capture(&capture), line);
        assert_int_equal(access(path_of(scratch, unique), F_OK), -1);
        assert_file_is(path_of(scratch, aside), damaged);
        assert_int_equal(count_files(scratch, ".damaged-"), n);
        secret_free((void *)damaged.data);
    }
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
}

/* Whoever meets the damage first moves it, and goes on as if there were no file. */
static void check_found_by(struct scratch *scratch, nte_status (*meet)(struct store *), nte_status expected)
{
    int found;
    char unique[UNIQUE_NAME_MAX];
    struct capture capture;

    make_unique(unique, "key");
    assert_int_equal(create_key(scratch->store, "key", "secret", 1), NTE_SUCCESS);
    flip_bit(path_of(scratch, unique), 140, 0);
    found = count_files(scratch, ".damaged-");
    begin_capture(&capture);
    assert_int_equal(meet(scratch->store), expected);
    assert_int_equal(count_lines(end_capture(&capture)), 1);
    assert_int_equal(count_files(scratch, ".damaged-"), found + 1);
}

static nte_status meet_exists(struct store *store)
{
    return exists(store, "key");
}

static nte_status meet_create(struct store *store)
{
    return create_key(store, "key", "new", 0);
}

static nte_status meet_overwrite(struct store *store)
{
    return create_key(store, "key", "new", 1);
}

static nte_status meet_delete(struct store *store)
{
    static const uint8_t id[KEY_ID_SIZE];
    char unique[UNIQUE_NAME_MAX];

    make_unique(unique, "key");
    return store_delete(store, unique, id);
}

static nte_status meet_set_property(struct store *store)
{
    static const uint8_t id[KEY_ID_SIZE];
    static const uint16_t name[] = {'p', 0};
    struct bytes value = {0};
    char unique[UNIQUE_NAME_MAX];
    uint64_t modified;

    make_unique(unique, "key");
    return store_set_property(store, unique, id, name, value, &modified);
}

static void test_damage_found_by_each_call(void **state)
{
    check_found_by(*state, meet_exists, NTE_BAD_KEYSET);
    check_found_by(*state, meet_create, NTE_SUCCESS);
    check_found_by(*state, meet_overwrite, NTE_SUCCESS);
    check_found_by(*state, meet_delete, NTE_BAD_KEYSET);
    check_found_by(*state, meet_set_property, NTE_BAD_KEYSET);
}

static void test_empty_and_oversized_files(void **state)
{
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX];
    struct capture capture;

    make_unique(unique, "key");
    begin_capture(&capture);
    assert_int_equal(mkdir(scratch->dir, 0700), 0);
    write_file(path_of(scratch, unique), "", 0);        /* before there is a store key */
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_BAD_KEYSET);
    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    write_file(path_of(scratch, unique), "", 0);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_BAD_KEYSET);
    write_file(path_of(scratch, unique), "", 0);
    assert_int_equal(truncate(path_of(scratch, unique), KEYFILE_MAX + 1), 0);
    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_BAD_KEYSET);
    assert_int_equal(count_lines(end_capture(&capture)), 3);
    assert_int_equal(count_files(scratch, ".damaged-"), 3);
}

static void check_refused(struct scratch *scratch)
{
    int files = count_files(scratch, "");

    assert_int_equal(check_key(scratch->store, "key", "x"), NTE_SYS_ERR);
    assert_int_equal(exists(scratch->store, "key"), NTE_SYS_ERR);
    assert_int_equal(create_key(scratch->store, "key", "x", 1), NTE_SYS_ERR);
    assert_int_equal(meet_delete(scratch->store), NTE_SYS_ERR);
    assert_int_equal(count_files(scratch, ""), files);
}

static void test_what_is_not_a_regular_file(void **state)
{
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX], target[UNIQUE_NAME_MAX];

    make_unique(unique, "key");
    make_unique(target, "target");
    assert_int_equal(create_key(scratch->store, "target", "x", 0), NTE_SUCCESS);
    assert_int_equal(symlink(target, path_of(scratch, unique)), 0);
    check_refused(scratch);
    assert_int_equal(unlink(path_of(scratch, unique)), 0);
    assert_int_equal(mkdir(path_of(scratch, unique), 0700), 0);
    check_refused(scratch);
    assert_int_equal(rmdir(path_of(scratch, unique)), 0);
    assert_int_equal(mkfifo(path_of(scratch, unique), 0600), 0);
    check_refused(scratch);             /* and does not wait for a writer */
}

/* A file that is not for this reader keeps its name and stays where it is. */
static void check_left_alone(struct scratch *scratch, struct store *store, nte_status expected)
{
    char unique[UNIQUE_NAME_MAX];
    struct bytes before;

    make_unique(unique, "key");
    before = read_file(path_of(scratch, unique));
    assert_int_equal(check_key(store, "key", "secret"), expected);
    assert_int_equal(exists(store, "key"), NTE_SUCCESS);
    assert_int_equal(create_key(store, "key", "new", 0), NTE_EXISTS);
    assert_int_equal(meet_delete(store), expected);
    assert_int_equal(meet_set_property(store), expected);
    assert_file_is(path_of(scratch, unique), before);
    assert_int_equal(count_files(scratch, ".damaged-"), 0);
    secret_free((void *)before.data);
}

static void test_newer_format(void **state)
{
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX];

    make_unique(unique, "key");
    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    flip_bit(path_of(scratch, unique), 8, 2);
    check_left_alone(scratch, scratch->store, NTE_BAD_VER);
    assert_int_equal(create_key(scratch->store, "key", "new", 1), NTE_SUCCESS);
    assert_int_equal(check_key(scratch->store, "key", "new"), NTE_SUCCESS);
}

static void test_store_key_is_lost(void **state)
{
    struct scratch *scratch = *state;
    struct bytes store_key;
    struct store *fresh;

    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    store_key = read_file(path_of(scratch, ".store-key"));
    assert_int_equal(unlink(path_of(scratch, ".store-key")), 0);

    assert_int_equal(store_open(scratch->dir, &fresh), NTE_SUCCESS);
    assert_int_equal(check_key(fresh, "key", "secret"), NTE_BAD_KEY_STATE);
    assert_int_equal(exists(fresh, "key"), NTE_SUCCESS);
    assert_int_equal(count_files(scratch, ".store-key"), 0);
    assert_int_equal(check_key(scratch->store, "key", "secret"), NTE_SUCCESS);      /* still knows it */
    assert_int_equal(create_key(scratch->store, "other", "x", 0), NTE_SUCCESS);     /* and puts it back */
    assert_file_is(path_of(scratch, ".store-key"), store_key);
    assert_int_equal(check_key(fresh, "key", "secret"), NTE_SUCCESS);
    store_close(fresh);
    secret_free((void *)store_key.data);
}

static void test_another_store_key(void **state)
{
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX];
    struct capture capture;
    struct bytes image;
    struct store *fresh;

    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    make_unique(unique, "key");
    image = read_file(path_of(scratch, unique));
    assert_int_equal(unlink(path_of(scratch, unique)), 0);
    assert_int_equal(unlink(path_of(scratch, ".store-key")), 0);
    assert_int_equal(store_open(scratch->dir, &fresh), NTE_SUCCESS);
    assert_int_equal(create_key(fresh, "other", "x", 0), NTE_SUCCESS);      /* under a new store key */
    assert_int_equal(check_key(scratch->store, "other", "x"), NTE_SUCCESS); /* which the old process takes up */
    write_file(path_of(scratch, unique), image.data, image.size);           /* and one comes back, from a backup */
    secret_free((void *)image.data);
    check_left_alone(scratch, fresh, NTE_BAD_KEY_STATE);
    begin_capture(&capture);
    assert_int_equal(create_key(fresh, "key", "new", 1), NTE_BAD_KEY_STATE);
    assert_int_equal(count_lines(end_capture(&capture)), 1);
    store_close(fresh);
}

/* Under the store key in memory it could not be read after this process, and the one on disk is somebody's. */
static void test_property_set_after_change_of_store_key(void **state)
{
    struct scratch *scratch = *state;
    struct bytes value = {(const uint8_t *)"value", 5};
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX], kept[128];
    struct capture capture;
    struct bytes image;
    struct store *fresh;
    uint64_t modified;
    uint16_t name[8];

    make_unique(unique, "key");
    snprintf(kept, sizeof(kept), "%s/kept", scratch->parent);
    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    assert_int_equal(store_read(scratch->store, unique, &stored), NTE_SUCCESS);
    assert_int_equal(unlink(path_of(scratch, ".store-key")), 0);
    assert_int_equal(rename(path_of(scratch, unique), kept), 0);
    assert_int_equal(store_open(scratch->dir, &fresh), NTE_SUCCESS);
    assert_int_equal(create_key(fresh, "other", "x", 0), NTE_SUCCESS);
    assert_int_equal(rename(kept, path_of(scratch, unique)), 0);
    image = read_file(path_of(scratch, unique));
    begin_capture(&capture);
    assert_int_equal(store_set_property(scratch->store, unique, stored.id, u16(name, "p"), value, &modified),
                     NTE_BAD_KEY_STATE);
    assert_int_equal(count_lines(end_capture(&capture)), 1);
    assert_file_is(path_of(scratch, unique), image);
    store_close(fresh);
    stored_key_free(&stored);
    secret_free((void *)image.data);
}

static void check_damaged_store_key(struct scratch *scratch, const void *data, size_t size)
{
    struct bytes damaged = {data, size};
    struct capture capture;
    struct store *fresh;
    char line[512];

    write_file(path_of(scratch, ".store-key"), data, size);
    snprintf(line, sizeof(line), "ncrypt: store key damaged or of another version: %s/.store-key\n", scratch->dir);
    assert_int_equal(store_open(scratch->dir, &fresh), NTE_SUCCESS);
    begin_capture(&capture);
    assert_int_equal(check_key(fresh, "key", "secret"), NTE_BAD_KEY_STATE);
    assert_int_equal(exists(fresh, "key"), NTE_SUCCESS);
    assert_int_equal(create_key(fresh, "other", "x", 0), NTE_BAD_KEY_STATE);
    assert_string_equal(end_capture(&capture), line);
    assert_file_is(path_of(scratch, ".store-key"), damaged);
    assert_int_equal(count_files(scratch, GUID), 1);
    store_close(fresh);
}

static void test_damaged_store_key(void **state)
{
    struct scratch *scratch = *state;
    struct bytes good;
    uint8_t damaged[128] = {0};
    size_t i;

    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    good = read_file(path_of(scratch, ".store-key"));
    assert_int_equal(good.size, 76);
    memcpy(damaged, good.data, good.size);
    for (i = 0; i < good.size; i++)
    {
        check_damaged_store_key(scratch, damaged, i);
        damaged[i] ^= 1 << i % 8;
        check_damaged_store_key(scratch, damaged, good.size);
        damaged[i] = good.data[i];
    }
    check_damaged_store_key(scratch, damaged, good.size + 1);
    assert_int_equal(check_key(scratch->store, "key", "secret"), NTE_SUCCESS);      /* its copy is whole */
    write_file(path_of(scratch, ".store-key"), good.data, good.size);
    assert_int_equal(create_key(scratch->store, "other", "x", 0), NTE_SUCCESS);
    secret_free((void *)good.data);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        store_test(test_damaged_file_is_moved_aside),
        store_test(test_damage_found_by_each_call),
        store_test(test_empty_and_oversized_files),
        store_test(test_what_is_not_a_regular_file),
        store_test(test_newer_format),
        store_test(test_store_key_is_lost),
        store_test(test_another_store_key),
        store_test(test_property_set_after_change_of_store_key),
        store_test(test_damaged_store_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
