/* SPDX-License-Identifier: LGPL-2.1-or-later
 * store_trust.c: a store key that somebody else has put there is not used, and a directory that is too open is
 * closed. What needs another user is tried when these tests run as root, in child processes without its rights. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store/store_internal.h"
#include "store_scratch.h"
#include "old_files.h"

#define USER    12345
#define OTHER   12346

/* As another process would open it. */
static struct store *reopen(struct scratch *scratch)
{
    struct store *store;

    assert_int_equal(store_open(scratch->dir, &store), NTE_SUCCESS);
    return store;
}

static nte_status create_status(struct scratch *scratch, const char *name)
{
    struct store *store = reopen(scratch);
    nte_status status = create_key(store, name, "secret", 1);

    store_close(store);
    return status;
}

static nte_status read_status(struct scratch *scratch, const char *name)
{
    struct store *store = reopen(scratch);
    nte_status status = check_key(store, name, "secret");

    store_close(store);
    return status;
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777;
}

static void put_store_key(struct scratch *scratch, const char *digits)
{
    uint8_t image[76];
    unsigned int byte;
    size_t i;

    for (i = 0; i < sizeof(image); i++)
    {
        assert_int_equal(sscanf(digits + 2 * i, "%2x", &byte), 1);
        image[i] = byte;
    }
    unlink(path_of(scratch, ".store-key"));
    write_file(path_of(scratch, ".store-key"), image, sizeof(image));
    assert_int_equal(chmod(path_of(scratch, ".store-key"), 0600), 0);
}

static nte_status set_property(struct store *store, const char *name)
{
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    uint16_t text[8];
    uint64_t modified;
    nte_status status;

    make_unique(unique, name);
    if ((status = store_read(store, unique, &stored))) return status;
    status = store_set_property(store, unique, stored.id, u16(text, "p"), (struct bytes){(uint8_t *)"x", 1}, &modified);
    stored_key_free(&stored);
    return status;
}

/* Every kind of writing is refused with one line, and leaves the directory as it was. */
static void check_nothing_written(struct scratch *scratch, struct store *store, const char *what)
{
    int files = count_files(scratch, "");
    struct capture capture;
    struct writer w = {0};

    begin_capture(&capture);
    assert_int_equal(create_key(store, "new", "secret", 0), NTE_BAD_KEY_STATE);
    assert_int_equal(create_key(store, "key", "secret", 1), NTE_BAD_KEY_STATE);
    assert_int_equal(seal_sample(store, &w), NTE_BAD_KEY_STATE);
    assert_int_equal(count_lines(end_capture(&capture)), 1);
    assert_non_null(strstr(capture.text, what));
    assert_non_null(strstr(capture.text, scratch->dir));
    assert_int_equal(count_files(scratch, ""), files);
    writer_free(&w);
}

#define NOT_THAT "ncrypt: store key is not that of all key files there, nothing is written: "
#define MISSING  "ncrypt: store key is missing where there are key files, nothing is written: "

static void planted_store_key(void **state)
{
    struct scratch *scratch = *state;
    struct store *fresh;
    struct bytes own;

    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    assert_int_equal(create_key(scratch->store, "key", "secret", 1), NTE_SUCCESS);  /* its store key is trusted now */
    own = read_file(path_of(scratch, ".store-key"));
    put_store_key(scratch, old_store_key);
    fresh = reopen(scratch);
    check_nothing_written(scratch, fresh, NOT_THAT);
    check_nothing_written(scratch, scratch->store, NOT_THAT);       /* one that has the right one in memory */
    assert_int_equal(check_key(scratch->store, "key", "secret"), NTE_BAD_KEY_STATE);

    write_file(path_of(scratch, ".store-key"), own.data, own.size);
    assert_int_equal(create_key(fresh, "new", "secret", 0), NTE_SUCCESS);
    assert_int_equal(create_key(scratch->store, "newer", "secret", 0), NTE_SUCCESS);
    assert_int_equal(read_status(scratch, "key"), NTE_SUCCESS);
    store_close(fresh);
    secret_free((void *)own.data);
}

/* A key of the planter's beside it makes it no better. */
static void planted_with_a_key(void **state)
{
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX];
    struct bytes own, planted;
    struct store *fresh;

    assert_int_equal(mkdir(scratch->dir, 0700), 0);
    put_store_key(scratch, old_store_key);
    fresh = reopen(scratch);
    assert_int_equal(create_key(fresh, "planted", "secret", 0), NTE_SUCCESS);
    store_close(fresh);
    make_unique(unique, "planted");
    planted = read_file(path_of(scratch, unique));
    assert_int_equal(unlink(path_of(scratch, unique)), 0);
    assert_int_equal(unlink(path_of(scratch, ".store-key")), 0);

    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    own = read_file(path_of(scratch, ".store-key"));
    put_store_key(scratch, old_store_key);
    write_file(path_of(scratch, unique), planted.data, planted.size);
    fresh = reopen(scratch);
    assert_int_equal(set_property(fresh, "planted"), NTE_BAD_KEY_STATE);
    store_close(fresh);
    fresh = reopen(scratch);
    check_nothing_written(scratch, fresh, NOT_THAT);
    store_close(fresh);
    secret_free((void *)own.data);
    secret_free((void *)planted.data);
}

static void missing_store_key(void **state)
{
    struct scratch *scratch = *state;
    struct store *fresh;

    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    assert_int_equal(unlink(path_of(scratch, ".store-key")), 0);
    fresh = reopen(scratch);
    check_nothing_written(scratch, fresh, MISSING);
    assert_int_equal(count_files(scratch, ".store-key"), 0);
    assert_int_equal(create_key(scratch->store, "new", "secret", 0), NTE_SUCCESS);  /* this process knows it */
    assert_int_equal(create_key(fresh, "newer", "secret", 0), NTE_SUCCESS);
    store_close(fresh);
}

/* --- owners and modes --- */

static void open_to_others(void **state)
{
    static const mode_t modes[] = {0604, 0640, 0620, 0602, 0601, 0644, 0666};
    struct scratch *scratch = *state;
    struct capture capture;
    size_t i;

    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
    {
        assert_int_equal(chmod(path_of(scratch, ".store-key"), modes[i]), 0);
        begin_capture(&capture);
        assert_int_equal(read_status(scratch, "key"), NTE_BAD_KEY_STATE);
        assert_int_equal(create_status(scratch, "new"), NTE_BAD_KEY_STATE);
        assert_int_equal(count_lines(end_capture(&capture)), 2);        /* of two processes */
        assert_non_null(strstr(capture.text, "ncrypt: store key not used, other users have access to it: "));
    }
    assert_int_equal(chmod(path_of(scratch, ".store-key"), 0400), 0);
    assert_int_equal(read_status(scratch, "key"), NTE_SUCCESS);
}

static void directory_is_closed(void **state)
{
    static const mode_t modes[] = {0755, 0777, 0701, 0720};
    struct scratch *scratch = *state;
    struct store_list *list;
    struct store *fresh;
    size_t i;

    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
    {
        assert_int_equal(chmod(scratch->dir, modes[i]), 0);
        assert_int_equal(read_status(scratch, "key"), NTE_SUCCESS);
        assert_int_equal(mode_of(scratch->dir), 0700);
        assert_int_equal(chmod(scratch->dir, modes[i]), 0);
        assert_int_equal(create_key(scratch->store, "new", "secret", 1), NTE_SUCCESS);
        assert_int_equal(mode_of(scratch->dir), 0700);
        assert_int_equal(chmod(scratch->dir, modes[i]), 0);
        fresh = reopen(scratch);
        assert_int_equal(store_list_open(fresh, &list), NTE_SUCCESS);
        store_list_close(list);
        store_close(fresh);
        assert_int_equal(mode_of(scratch->dir), 0700);
    }
}

/* Made by somebody, before there is a store key. */
static void made_too_open(void **state)
{
    struct scratch *scratch = *state;

    assert_int_equal(mkdir(scratch->dir, 0755), 0);
    assert_int_equal(chmod(scratch->dir, 0777), 0);
    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    assert_int_equal(mode_of(scratch->dir), 0700);
}

/* What a process of USER gets. */
static void check_as_user(struct scratch *scratch, nte_status expected, const char *what)
{
    struct capture capture;
    pid_t child;

    if (!(child = fork()))
    {
        if (setresgid(USER, USER, USER) || setresuid(USER, USER, USER)) _exit(1);
        begin_capture(&capture);
        if (read_status(scratch, "key") != expected) _exit(2);
        if (create_status(scratch, "new") != expected) _exit(3);
        end_capture(&capture);
        _exit(count_lines(capture.text) == (what ? 2 : 0) && strstr(capture.text, what ? what : "") ? 0 : 4);
    }
    assert_int_equal(exit_code(child), 0);
}

static void give(struct scratch *scratch, uid_t dir, uid_t file, mode_t mode)
{
    DIR *entries = opendir(scratch->dir);
    struct dirent *entry;

    while ((entry = readdir(entries)))
        if (entry->d_type == DT_REG) assert_int_equal(lchown(path_of(scratch, entry->d_name), USER, USER), 0);
    closedir(entries);
    assert_int_equal(chown(path_of(scratch, ".store-key"), file, USER), 0);
    assert_int_equal(chmod(path_of(scratch, ".store-key"), mode), 0);
    assert_int_equal(chown(scratch->dir, dir, USER), 0);
    assert_int_equal(chmod(scratch->dir, dir == USER ? 0700 : 0777), 0);
}

static void other_owner(void **state)
{
    struct scratch *scratch = *state;
    struct capture capture;

    if (geteuid()) skip();
    assert_int_equal(chmod(scratch->parent, 0755), 0);
    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    give(scratch, USER, USER, 0600);
    check_as_user(scratch, NTE_SUCCESS, NULL);
    assert_int_equal(read_status(scratch, "key"), NTE_SUCCESS);         /* and root sees it as its owner does */
    assert_int_equal(create_status(scratch, "new"), NTE_SUCCESS);
    give(scratch, USER, OTHER, 0600);
    check_as_user(scratch, NTE_BAD_KEY_STATE, "ncrypt: store key not used, it is another user's: ");
    begin_capture(&capture);
    assert_int_equal(read_status(scratch, "key"), NTE_BAD_KEY_STATE);
    assert_int_equal(count_lines(end_capture(&capture)), 1);
    give(scratch, OTHER, USER, 0600);
    check_as_user(scratch, NTE_PERM, "ncrypt: store key not used, its directory is another user's: ");
    assert_int_equal(mode_of(scratch->dir), 0777);                      /* it is not ours to close */
}

static void other_owner_is_not_listed(void **state)
{
    struct scratch *scratch = *state;
    struct store_list *list;
    pid_t child;

    if (geteuid()) skip();
    assert_int_equal(chmod(scratch->parent, 0755), 0);
    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    give(scratch, OTHER, USER, 0600);
    if (!(child = fork()))
    {
        if (setresgid(USER, USER, USER) || setresuid(USER, USER, USER)) _exit(1);
        close(2);
        _exit(store_list_open(scratch->store, &list) == NTE_PERM ? 0 : 2);
    }
    assert_int_equal(exit_code(child), 0);
}

static int setup(void **state)
{
    unsetenv("NCRYPT_STORE_KEY");
    return scratch_setup(state);
}

#define trust_test(f) cmocka_unit_test_setup_teardown(f, setup, scratch_teardown)

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        trust_test(planted_store_key),
        trust_test(planted_with_a_key),
        trust_test(missing_store_key),
        trust_test(open_to_others),
        trust_test(directory_is_closed),
        trust_test(made_too_open),
        trust_test(other_owner),
        trust_test(other_owner_is_not_listed),
    };

    return cmocka_run_group_tests_name("store_trust", tests, NULL, NULL);
}
