/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Store keys that a keeper has, with a keeper that does as it is told: on the way to it and back, and when it
 * fails. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store/store_internal.h"
#include "store_scratch.h"

#define REFERENCE_SIZE 64           /* bytes of a .store-key that names a key */
#define KEPT_MAX 4

/* --- the keeper --- */

static struct
{
    struct store_key keys[KEPT_MAX];
    int count, gets, puts;
    nte_status failure;             /* of everything */
    int forgets;                    /* takes keys, and has none afterwards */
    int confuses;                   /* gives another key */
} kept;

static nte_status get(struct store_key *key, char why[KEEPER_TEXT_MAX])
{
    int i;

    kept.gets++;
    snprintf(why, KEEPER_TEXT_MAX, "test");
    if (kept.failure) return kept.failure;
    for (i = 0; i < kept.count; i++)
    {
        if (memcmp(kept.keys[i].id, key->id, STORE_KEY_ID_SIZE)) continue;
        memcpy(key->key, kept.keys[i].key, STORE_KEY_SIZE);
        key->key[31] ^= kept.confuses;
        return NTE_SUCCESS;
    }
    return NTE_BAD_KEY_STATE;
}

static nte_status put(const struct store_key *key, const char *label, char why[KEEPER_TEXT_MAX])
{
    kept.puts++;
    assert_non_null(strstr(label, "/Keys"));
    snprintf(why, KEEPER_TEXT_MAX, "test");
    if (kept.failure) return kept.failure;
    if (kept.forgets) return NTE_SUCCESS;
    assert_true(kept.count < KEPT_MAX);
    kept.keys[kept.count++] = *key;
    return NTE_SUCCESS;
}

static const struct keeper keeper = {"keeper of the test", get, put};

/* --- stores --- */

/* As another process would open it. */
static struct store *open_store(struct scratch *scratch, enum place wish)
{
    struct store *store;

    assert_int_equal(store_open(scratch->dir, &store), NTE_SUCCESS);
    store->keeper = &keeper;
    store->wish = wish;
    return store;
}

static int setup(void **state)
{
    struct scratch *scratch;

    memset(&kept, 0, sizeof(kept));
    if (scratch_setup(state)) return -1;
    scratch = *state;
    scratch->store->keeper = &keeper;
    scratch->store->wish = PLACE_NONE;
    return 0;
}

#define keeper_test(f) cmocka_unit_test_setup_teardown(f, setup, scratch_teardown)

static nte_status check_fresh(struct scratch *scratch, enum place wish, const char *name)
{
    struct store *fresh = open_store(scratch, wish);
    nte_status status = check_key(fresh, name, "secret");

    store_close(fresh);
    return status;
}

static nte_status create_fresh(struct scratch *scratch, enum place wish, const char *name)
{
    struct store *fresh = open_store(scratch, wish);
    nte_status status = create_key(fresh, name, "secret", 0);

    store_close(fresh);
    return status;
}

static struct bytes store_key_file(struct scratch *scratch)
{
    return read_file(path_of(scratch, ".store-key"));
}

/* No file of the directory has it, under whatever name. */
static void assert_not_on_disk(struct scratch *scratch, const struct store_key *key)
{
    DIR *entries = opendir(scratch->dir);
    struct dirent *entry;
    struct bytes image;
    int files = 0;

    while ((entry = readdir(entries)))
    {
        if (entry->d_type != DT_REG) continue;
        image = read_file(path_of(scratch, entry->d_name));
        assert_null(memmem(image.data, image.size, key->key, 8));
        secret_free((void *)image.data);
        files++;
    }
    assert_true(files > 1);
    closedir(entries);
}

static void assert_is_kept(struct scratch *scratch)
{
    struct bytes image = store_key_file(scratch);

    assert_int_equal(image.size, REFERENCE_SIZE);
    assert_memory_equal(image.data + 16, kept.keys[kept.count - 1].id, STORE_KEY_ID_SIZE);
    secret_free((void *)image.data);
    assert_not_on_disk(scratch, &kept.keys[kept.count - 1]);
}

/* --- tests --- */

static void test_new_key_goes_to_the_keeper(void **state)
{
    struct scratch *scratch = *state;

    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "key"), NTE_SUCCESS);
    assert_is_kept(scratch);
    assert_int_equal(kept.count, 1);
    assert_int_equal(check_fresh(scratch, PLACE_NONE, "key"), NTE_SUCCESS);     /* the file tells where */
    assert_int_equal(create_fresh(scratch, PLACE_NONE, "other"), NTE_SUCCESS);
    assert_is_kept(scratch);
    assert_int_equal(kept.count, 1);
}

static void test_it_is_asked_once(void **state)
{
    struct scratch *scratch = *state;
    struct store *fresh;
    char name[8];
    int i;

    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "key"), NTE_SUCCESS);
    fresh = open_store(scratch, PLACE_KEEPER);
    kept.gets = kept.puts = 0;
    for (i = 0; i < 10; i++)
    {
        snprintf(name, sizeof(name), "%d", i);
        assert_int_equal(create_key(fresh, name, "secret", 0), NTE_SUCCESS);
        assert_int_equal(check_key(fresh, name, "secret"), NTE_SUCCESS);
    }
    assert_int_equal(kept.gets, 1);
    assert_int_equal(kept.puts, 0);
    store_close(fresh);
}

static void make_in_file(struct scratch *scratch)
{
    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    assert_int_equal(kept.puts, 0);
}

static void test_a_reader_moves_it(void **state)
{
    struct scratch *scratch = *state;

    make_in_file(scratch);
    assert_int_equal(check_fresh(scratch, PLACE_KEEPER, "key"), NTE_SUCCESS);
    assert_is_kept(scratch);
    assert_int_equal(check_fresh(scratch, PLACE_NONE, "key"), NTE_SUCCESS);
    assert_int_equal(check_key(scratch->store, "key", "secret"), NTE_SUCCESS);
    assert_int_equal(create_key(scratch->store, "other", "secret", 0), NTE_SUCCESS);
    assert_is_kept(scratch);
}

static void test_a_writer_moves_it(void **state)
{
    struct scratch *scratch = *state;

    make_in_file(scratch);
    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "other"), NTE_SUCCESS);
    assert_is_kept(scratch);
    assert_int_equal(check_fresh(scratch, PLACE_NONE, "key"), NTE_SUCCESS);
    assert_int_equal(check_fresh(scratch, PLACE_NONE, "other"), NTE_SUCCESS);
}

static void test_and_back(void **state)
{
    struct scratch *scratch = *state;
    struct bytes before, after;

    make_in_file(scratch);
    before = store_key_file(scratch);
    assert_int_equal(check_fresh(scratch, PLACE_KEEPER, "key"), NTE_SUCCESS);
    assert_is_kept(scratch);
    assert_int_equal(check_fresh(scratch, PLACE_FILE, "key"), NTE_SUCCESS);
    after = store_key_file(scratch);
    assert_same_bytes(before, after);
    assert_int_equal(kept.count, 1);            /* a copy of the prefix may name it too */
    kept.failure = NTE_DEVICE_NOT_READY;
    assert_int_equal(check_fresh(scratch, PLACE_NONE, "key"), NTE_SUCCESS);
    secret_free((void *)before.data);
    secret_free((void *)after.data);
}

/* Nothing can be opened or made, nothing is changed, one line says why; and then all is as before. */
static void check_without(struct scratch *scratch, nte_status expected)
{
    struct bytes before = store_key_file(scratch), after;
    struct store *fresh = open_store(scratch, PLACE_NONE);
    struct capture capture;
    char unique[UNIQUE_NAME_MAX], line[512];
    const char *said;

    make_unique(unique, "key");
    snprintf(line, sizeof(line), "ncrypt: store key unavailable: %s/.store-key (keeper of the test: ",
             scratch->dir);
    begin_capture(&capture);
    assert_int_equal(check_key(fresh, "key", "secret"), expected);
    assert_int_equal(store_exists(fresh, unique), NTE_SUCCESS);
    assert_int_equal(create_key(fresh, "key", "secret", 0), NTE_EXISTS);
    assert_int_equal(create_key(fresh, "other", "secret", 0), expected);
    assert_int_equal(delete_key(fresh, "key"), expected);
    said = end_capture(&capture);
    assert_int_equal(count_lines(said), 1);
    assert_memory_equal(said, line, strlen(line));
    after = store_key_file(scratch);
    assert_same_bytes(before, after);
    assert_int_equal(count_files(scratch, GUID), 1);
    assert_int_equal(kept.count, 1);
    kept.failure = 0;
    kept.confuses = 0;
    assert_int_equal(check_key(fresh, "key", "secret"), NTE_SUCCESS);
    store_close(fresh);
    secret_free((void *)before.data);
    secret_free((void *)after.data);
}

static void test_keeper_out_of_reach(void **state)
{
    assert_int_equal(create_fresh(*state, PLACE_KEEPER, "key"), NTE_SUCCESS);
    kept.failure = NTE_DEVICE_NOT_READY;
    check_without(*state, NTE_DEVICE_NOT_READY);
}

static void test_keeper_without_the_key(void **state)
{
    assert_int_equal(create_fresh(*state, PLACE_KEEPER, "key"), NTE_SUCCESS);
    kept.failure = NTE_BAD_KEY_STATE;
    check_without(*state, NTE_BAD_KEY_STATE);
}

static void test_keeper_with_another_key(void **state)
{
    assert_int_equal(create_fresh(*state, PLACE_KEEPER, "key"), NTE_SUCCESS);
    kept.confuses = 1;
    check_without(*state, NTE_BAD_KEY_STATE);
}

/* The file keeps what the keeper did not take; nothing new is put under a key that is not where it is wanted. */
static void check_not_taken(struct scratch *scratch)
{
    struct bytes before = store_key_file(scratch), after;
    struct capture capture;

    begin_capture(&capture);
    assert_int_equal(check_fresh(scratch, PLACE_KEEPER, "key"), NTE_SUCCESS);
    assert_int_equal(count_lines(end_capture(&capture)), 1);
    begin_capture(&capture);
    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "other"), NTE_DEVICE_NOT_READY);
    assert_int_equal(count_lines(end_capture(&capture)), 1);
    after = store_key_file(scratch);
    assert_same_bytes(before, after);
    assert_int_equal(count_files(scratch, GUID), 1);
    assert_int_equal(create_fresh(scratch, PLACE_NONE, "other"), NTE_SUCCESS);
    secret_free((void *)before.data);
    secret_free((void *)after.data);
}

static void test_keeper_takes_nothing(void **state)
{
    make_in_file(*state);
    kept.failure = NTE_DEVICE_NOT_READY;
    check_not_taken(*state);
}

static void test_keeper_forgets(void **state)
{
    make_in_file(*state);
    kept.forgets = 1;
    check_not_taken(*state);
}

static void test_keeper_confuses(void **state)
{
    make_in_file(*state);
    kept.confuses = 1;
    check_not_taken(*state);
}

static void test_first_key_without_keeper(void **state)
{
    struct scratch *scratch = *state;

    kept.failure = NTE_DEVICE_NOT_READY;
    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "key"), NTE_DEVICE_NOT_READY);
    assert_int_equal(count_files(scratch, ".store-key"), 0);
    assert_int_equal(count_files(scratch, GUID), 0);
    kept.failure = 0;
    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "key"), NTE_SUCCESS);
    assert_is_kept(scratch);
}

/* A process that has the key in memory puts back the file that names it, never one with the key in clear. */
static void test_lost_file_of_a_kept_key(void **state)
{
    struct scratch *scratch = *state;
    struct store *fresh;

    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "key"), NTE_SUCCESS);
    fresh = open_store(scratch, PLACE_NONE);
    assert_int_equal(check_key(fresh, "key", "secret"), NTE_SUCCESS);
    assert_int_equal(unlink(path_of(scratch, ".store-key")), 0);
    assert_int_equal(create_key(fresh, "other", "secret", 0), NTE_SUCCESS);
    assert_is_kept(scratch);
    assert_int_equal(check_fresh(scratch, PLACE_NONE, "key"), NTE_SUCCESS);
    store_close(fresh);
}

/* Without the file that names the kept key a new one is not begun, in clear or elsewhere. */
static void test_removed_file_of_a_kept_key(void **state)
{
    struct scratch *scratch = *state;
    struct capture capture;

    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "key"), NTE_SUCCESS);
    assert_int_equal(unlink(path_of(scratch, ".store-key")), 0);
    begin_capture(&capture);
    assert_int_equal(create_fresh(scratch, PLACE_NONE, "other"), NTE_BAD_KEY_STATE);
    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "other"), NTE_BAD_KEY_STATE);
    assert_int_equal(create_fresh(scratch, PLACE_FILE, "other"), NTE_BAD_KEY_STATE);
    assert_int_equal(count_lines(end_capture(&capture)), 3);
    assert_int_equal(count_files(scratch, ".store-key"), 0);
    assert_int_equal(kept.count, 1);
}

/* A key in clear where the file was that names the kept one: new processes see that the key files are under another,
 * old ones know it even where there are no key files. */
static void test_file_in_place_of_a_kept_key(void **state)
{
    struct scratch *scratch = *state;
    struct store *fresh;
    struct capture capture;
    struct bytes planted;
    struct writer w = {0};

    make_in_file(scratch);
    planted = store_key_file(scratch);
    remove_tree(scratch->dir);
    fresh = open_store(scratch, PLACE_KEEPER);
    assert_int_equal(create_key(fresh, "key", "secret", 0), NTE_SUCCESS);
    fresh->wish = PLACE_NONE;
    write_file(path_of(scratch, ".store-key"), planted.data, planted.size);
    begin_capture(&capture);
    assert_int_equal(create_fresh(scratch, PLACE_NONE, "other"), NTE_BAD_KEY_STATE);
    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "other"), NTE_BAD_KEY_STATE);
    assert_int_equal(count_lines(end_capture(&capture)), 2);
    assert_int_equal(check_key(fresh, "key", "secret"), NTE_SUCCESS);       /* with the one in memory */
    assert_int_equal(delete_key(fresh, "key"), NTE_SUCCESS);
    begin_capture(&capture);
    assert_int_equal(seal_sample(fresh, &w), NTE_BAD_KEY_STATE);
    assert_non_null(strstr(end_capture(&capture), "ncrypt: store key not used, its keeper had another one: "));
    store_close(fresh);
    secret_free((void *)planted.data);
    writer_free(&w);
}

static void test_unknown_place(void **state)
{
    struct scratch *scratch = *state;

    assert_int_equal(create_fresh(scratch, PLACE_UNKNOWN, "key"), NTE_NOT_SUPPORTED);
    assert_int_equal(count_files(scratch, ".store-key"), 0);
    make_in_file(scratch);
    assert_int_equal(check_fresh(scratch, PLACE_UNKNOWN, "key"), NTE_SUCCESS);
    assert_int_equal(create_fresh(scratch, PLACE_UNKNOWN, "other"), NTE_NOT_SUPPORTED);
}

static void test_environment(void **state)
{
    (void)state;
    assert_int_equal(unsetenv("NCRYPT_STORE_KEY"), 0);
    assert_int_equal(store_key_wish(), PLACE_NONE);
    setenv("NCRYPT_STORE_KEY", "", 1);
    assert_int_equal(store_key_wish(), PLACE_NONE);
    setenv("NCRYPT_STORE_KEY", "file", 1);
    assert_int_equal(store_key_wish(), PLACE_FILE);
    setenv("NCRYPT_STORE_KEY", "secret-service", 1);
    assert_int_equal(store_key_wish(), PLACE_KEEPER);
    setenv("NCRYPT_STORE_KEY", "secret-servic", 1);
    assert_int_equal(store_key_wish(), PLACE_UNKNOWN);
    unsetenv("NCRYPT_STORE_KEY");
}

/* Each bit of the file that names a key, and each length. */
static void test_damaged_reference(void **state)
{
    struct scratch *scratch = *state;
    struct capture capture;
    struct bytes good;
    uint8_t damaged[REFERENCE_SIZE + 16] = {0};
    size_t i;

    assert_int_equal(create_fresh(scratch, PLACE_KEEPER, "key"), NTE_SUCCESS);
    good = store_key_file(scratch);
    begin_capture(&capture);
    for (i = 0; i < 8 * REFERENCE_SIZE; i++)
    {
        memcpy(damaged, good.data, good.size);
        damaged[i / 8] ^= 1 << i % 8;
        write_file(path_of(scratch, ".store-key"), damaged, REFERENCE_SIZE);
        assert_int_equal(check_fresh(scratch, PLACE_NONE, "key"), NTE_BAD_KEY_STATE);
    }
    memcpy(damaged, good.data, good.size);
    for (i = 0; i <= sizeof(damaged); i++)
    {
        write_file(path_of(scratch, ".store-key"), damaged, i);
        assert_int_equal(check_fresh(scratch, PLACE_NONE, "key"),
                         i == good.size ? NTE_SUCCESS : NTE_BAD_KEY_STATE);
    }
    end_capture(&capture);
    secret_free((void *)good.data);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        keeper_test(test_new_key_goes_to_the_keeper),
        keeper_test(test_it_is_asked_once),
        keeper_test(test_a_reader_moves_it),
        keeper_test(test_a_writer_moves_it),
        keeper_test(test_and_back),
        keeper_test(test_keeper_out_of_reach),
        keeper_test(test_keeper_without_the_key),
        keeper_test(test_keeper_with_another_key),
        keeper_test(test_keeper_takes_nothing),
        keeper_test(test_keeper_forgets),
        keeper_test(test_keeper_confuses),
        keeper_test(test_first_key_without_keeper),
        keeper_test(test_lost_file_of_a_kept_key),
        keeper_test(test_removed_file_of_a_kept_key),
        keeper_test(test_file_in_place_of_a_kept_key),
        keeper_test(test_unknown_place),
        keeper_test(test_environment),
        keeper_test(test_damaged_reference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
