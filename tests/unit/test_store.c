/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The key store: names, creating, reading, changing, deleting, listing, and who may read the files. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <time.h>
#include <cmocka.h>

#include "store_scratch.h"

/* doc/facts/windows-api.md 8.2: file names that real Windows gave these keys. */
static void test_unique_names_of_windows(void **state)
{
    static const struct { const char *folded, *hash; } samples[] =
    {
        {"{92761cba-52ab-4531-9530-12533b1c9af5}", "cad91794ddf50456b13c563fdc9fe9aa"},
        {"microsoft connected devices platform device certificate", "de7cf8a7901d2ad13e5c67c29e5d1662"},
        {"google chromekey1", "7096db7aeb75c0d3497ecd56d355a695"},
    };
    char unique[UNIQUE_NAME_MAX], expected[UNIQUE_NAME_MAX];
    uint16_t name[128];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++)
    {
        snprintf(expected, sizeof(expected), "%s_" GUID, samples[i].hash);
        assert_int_equal(store_unique_name(u16(name, samples[i].folded), GUID, unique), NTE_SUCCESS);
        assert_string_equal(unique, expected);
        assert_int_equal(strlen(unique), 69);
    }
}

static void test_machine_guid_is_checked(void **state)
{
    static const char *const wrong[] =
    {
        "", "../x", "a/b", "{" GUID "}", "a b", ".", "\xe9",
        "12345678901234567890123456789012345678901234567890123456789012345",
    };
    char unique[UNIQUE_NAME_MAX];
    uint16_t name[8];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
        assert_int_equal(store_unique_name(u16(name, "x"), wrong[i], unique), NTE_INVALID_PARAMETER);
}

#define HASH "0123456789abcdef0123456789abcdef"
#define CHARS_64 "0123456789012345678901234567890123456789012345678901234567890-aZ"

static void test_form_of_a_unique_name(void **state)
{
    static const char *const right[] = {HASH "_" GUID, HASH "_a", HASH "_" CHARS_64};
    static const char *const wrong[] =
    {
        "", HASH, HASH "_", HASH "_" CHARS_64 "0", HASH "-" GUID, "x" HASH "_" GUID, HASH "_" GUID "/",
        HASH "_../x", HASH "_a.b", HASH "_a_b", HASH "_a b", "0123456789ABCDEF0123456789abcdef_" GUID,
        "0123456789abcdef0123456789abcdeg_" GUID, "../../../0123456789abcdef0123456_" GUID, ".lock", "demo-rsa",
    };
    char unique[UNIQUE_NAME_MAX] = "untouched";
    uint16_t name[256];
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
    {
        assert_int_equal(store_is_unique_name(u16(name, wrong[i]), unique), 0);
        assert_string_equal(unique, "untouched");
    }
    u16(name, HASH "_" GUID)[40] = 0x130;       /* its low byte is a digit */
    assert_int_equal(store_is_unique_name(name, unique), 0);
    for (i = 0; i < sizeof(right) / sizeof(right[0]); i++)
    {
        assert_int_equal(store_is_unique_name(u16(name, right[i]), unique), 1);
        assert_string_equal(unique, right[i]);
    }
}

static void test_other_names_never_reach_the_disk(void **state)
{
    static const char *const names[] = {"", ".lock", "../Keys/x", "/etc/passwd", HASH "_a/../b"};
    struct scratch *scratch = *state;
    struct stored_key stored;
    struct bytes value = {0};
    uint64_t modified;
    size_t i;

    make_sample(&stored, "x", "y");
    for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
    {
        assert_int_equal(store_read(scratch->store, names[i], &stored), NTE_INVALID_PARAMETER);
        assert_int_equal(store_exists(scratch->store, names[i]), NTE_INVALID_PARAMETER);
        assert_int_equal(store_create(scratch->store, names[i], &stored, 1), NTE_INVALID_PARAMETER);
        assert_int_equal(store_delete(scratch->store, names[i], stored.id), NTE_INVALID_PARAMETER);
        assert_int_equal(store_set_property(scratch->store, names[i], stored.id, stored.name, value, &modified),
                         NTE_INVALID_PARAMETER);
    }
    assert_int_equal(access(scratch->dir, F_OK), -1);
    stored_key_free(&stored);
}

static uint64_t filetime(void)
{
    return (time(NULL) + 11644473600ull) * 10000000;
}

static void test_create_and_read(void **state)
{
    static const uint8_t zeros[KEY_ID_SIZE];
    struct scratch *scratch = *state;
    struct stored_key stored, read = {0};
    struct store *second;
    char unique[UNIQUE_NAME_MAX];
    uint64_t before = filetime();
    uint16_t name[16];

    make_unique(unique, "key");
    make_sample(&stored, "Key", "secret");
    assert_int_equal(property_list_set(&stored.properties, u16(name, "p"), "value", 5), NTE_SUCCESS);
    assert_int_equal(store_exists(scratch->store, unique), NTE_BAD_KEYSET);
    assert_int_equal(store_create(scratch->store, unique, &stored, 0), NTE_SUCCESS);
    assert_true(stored.modified >= before && stored.modified <= filetime() + 10000000);
    assert_memory_not_equal(stored.id, zeros, KEY_ID_SIZE);
    assert_int_equal(store_exists(scratch->store, unique), NTE_SUCCESS);
    assert_int_equal(store_read(scratch->store, unique, &read), NTE_SUCCESS);
    assert_same_key(&read, &stored);
    stored_key_free(&read);

    assert_int_equal(store_open(scratch->dir, &second), NTE_SUCCESS);     /* as another process would */
    assert_int_equal(store_read(second, unique, &read), NTE_SUCCESS);
    assert_same_key(&read, &stored);
    store_close(second);
    stored_key_free(&read);
    stored_key_free(&stored);
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
    assert_int_equal(count_files(scratch, ""), 3);
}

static void test_existing_name(void **state)
{
    struct scratch *scratch = *state;
    char unique[UNIQUE_NAME_MAX];
    struct stored_key stored;
    uint8_t id[KEY_ID_SIZE] = {0};

    make_unique(unique, "key");
    assert_int_equal(create_key(scratch->store, "key", "old", 0), NTE_SUCCESS);
    make_sample(&stored, "key", "new");
    assert_int_equal(store_create(scratch->store, unique, &stored, 0), NTE_EXISTS);
    assert_memory_equal(stored.id, id, KEY_ID_SIZE);
    assert_true(stored.modified == 0);
    assert_int_equal(check_key(scratch->store, "key", "old"), NTE_SUCCESS);
    assert_int_equal(store_create(scratch->store, unique, &stored, 1), NTE_SUCCESS);
    assert_int_equal(check_key(scratch->store, "key", "new"), NTE_SUCCESS);
    memcpy(id, stored.id, KEY_ID_SIZE);
    assert_int_equal(store_create(scratch->store, unique, &stored, 1), NTE_SUCCESS);
    assert_memory_not_equal(stored.id, id, KEY_ID_SIZE);
    stored_key_free(&stored);
    assert_int_equal(create_key(scratch->store, "other", "x", 1), NTE_SUCCESS);      /* nothing to overwrite */
    assert_int_equal(count_files(scratch, GUID), 2);
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
}

static void test_delete(void **state)
{
    struct scratch *scratch = *state;
    struct stored_key stored = {0};
    char unique[UNIQUE_NAME_MAX];
    uint8_t old_id[KEY_ID_SIZE];

    make_unique(unique, "key");
    assert_int_equal(create_key(scratch->store, "key", "old", 0), NTE_SUCCESS);
    assert_int_equal(store_read(scratch->store, unique, &stored), NTE_SUCCESS);
    memcpy(old_id, stored.id, KEY_ID_SIZE);
    stored_key_free(&stored);
    assert_int_equal(create_key(scratch->store, "key", "new", 1), NTE_SUCCESS);
    assert_int_equal(store_delete(scratch->store, unique, old_id), NTE_BAD_KEYSET);
    assert_int_equal(check_key(scratch->store, "key", "new"), NTE_SUCCESS);

    assert_int_equal(store_read(scratch->store, unique, &stored), NTE_SUCCESS);
    assert_int_equal(store_delete(scratch->store, unique, stored.id), NTE_SUCCESS);
    assert_int_equal(store_exists(scratch->store, unique), NTE_BAD_KEYSET);
    assert_int_equal(store_delete(scratch->store, unique, stored.id), NTE_BAD_KEYSET);
    stored_key_free(&stored);
    assert_int_equal(count_files(scratch, GUID), 0);
    assert_int_equal(create_key(scratch->store, "key", "again", 0), NTE_SUCCESS);
}

static void test_set_property(void **state)
{
    struct scratch *scratch = *state;
    struct stored_key before = {0}, after = {0};
    struct bytes value = {(const uint8_t *)"value", 5};
    char unique[UNIQUE_NAME_MAX];
    uint8_t foreign[KEY_ID_SIZE];
    uint64_t modified = 0;
    uint16_t name[16];

    make_unique(unique, "key");
    u16(name, "note");
    assert_int_equal(create_key(scratch->store, "key", "secret", 0), NTE_SUCCESS);
    assert_int_equal(store_read(scratch->store, unique, &before), NTE_SUCCESS);
    assert_int_equal(store_set_property(scratch->store, unique, before.id, name, value, &modified), NTE_SUCCESS);
    assert_int_equal(store_read(scratch->store, unique, &after), NTE_SUCCESS);
    assert_true(after.modified == modified && modified >= before.modified);
    assert_non_null(property_list_find(&after.properties, name));
    assert_int_equal(property_list_set(&before.properties, name, "value", 5), NTE_SUCCESS);
    before.modified = modified;
    assert_same_key(&after, &before);
    stored_key_free(&after);

    memcpy(foreign, before.id, KEY_ID_SIZE);
    foreign[0] ^= 1;
    value.size = 1;
    assert_int_equal(store_set_property(scratch->store, unique, foreign, name, value, &modified), NTE_BAD_KEYSET);
    value.size = 0x100001;
    value.data = secret_alloc(value.size);
    assert_int_equal(store_set_property(scratch->store, unique, before.id, name, value, &modified),
                     NTE_INVALID_PARAMETER);
    secret_free((void *)value.data);
    assert_true(modified == before.modified);
    assert_int_equal(store_read(scratch->store, unique, &after), NTE_SUCCESS);
    assert_same_key(&after, &before);
    stored_key_free(&after);
    stored_key_free(&before);
    assert_int_equal(count_files(scratch, ".tmp-"), 0);
}

static int list_count(struct store *store)
{
    struct stored_key stored = {0};
    struct store_list *list;
    nte_status status;
    int count = 0;

    assert_int_equal(store_list_open(store, &list), NTE_SUCCESS);
    while (!(status = store_list_next(list, &stored)))
    {
        assert_int_equal(stored.private_part.size, 0);
        assert_string_equal(stored.algorithm, "ECDSA_P256");
        assert_int_equal(stored.key_spec, 2);
        stored_key_free(&stored);
        count++;
    }
    assert_int_equal(status, NTE_NO_MORE_ITEMS);
    assert_int_equal(store_list_next(list, &stored), NTE_NO_MORE_ITEMS);
    store_list_close(list);
    return count;
}

static void test_list(void **state)
{
    struct scratch *scratch = *state;
    struct stored_key stored = {0};
    struct store_list *list;
    char name[16];
    int i;

    assert_int_equal(list_count(scratch->store), 0);         /* no directory */
    for (i = 0; i < 20; i++)
    {
        snprintf(name, sizeof(name), "key %d", i);
        assert_int_equal(create_key(scratch->store, name, "secret", 0), NTE_SUCCESS);
    }
    assert_int_equal(list_count(scratch->store), 20);
    write_file(path_of(scratch, HASH "_damaged"), "?", 1);
    write_file(path_of(scratch, HASH "_empty"), "", 0);
    write_file(path_of(scratch, "readme.txt"), "x", 1);
    assert_int_equal(mkdir(path_of(scratch, HASH "_dir"), 0700), 0);
    assert_int_equal(symlink(".", path_of(scratch, HASH "_link")), 0);
    assert_int_equal(list_count(scratch->store), 20);
    assert_int_equal(count_files(scratch, ".damaged-"), 0);

    assert_int_equal(store_list_open(scratch->store, &list), NTE_SUCCESS);
    for (i = 0; i < 20; i++)
    {
        snprintf(name, sizeof(name), "key %d", i);
        assert_int_equal(delete_key(scratch->store, name), NTE_SUCCESS);
    }
    assert_int_equal(store_list_next(list, &stored), NTE_NO_MORE_ITEMS);      /* all vanished */
    store_list_close(list);
}

static mode_t mode_of(const char *path)
{
    struct stat st;

    assert_int_equal(lstat(path, &st), 0);
    return st.st_mode & 07777;
}

static void check_modes(struct scratch *scratch, mode_t mask)
{
    char unique[UNIQUE_NAME_MAX];
    mode_t old = umask(mask);
    nte_status status = create_key(scratch->store, "key", "secret", 0);

    umask(old);
    make_unique(unique, "key");
    assert_int_equal(status, NTE_SUCCESS);
    assert_int_equal(mode_of(scratch->dir), 0700);
    assert_int_equal(mode_of(path_of(scratch, unique)), 0600);
    assert_int_equal(mode_of(path_of(scratch, ".store-key")), 0600);
    assert_int_equal(mode_of(path_of(scratch, ".lock")), 0600);
}

static void test_modes_without_umask(void **state)
{
    check_modes(*state, 0);
}

static void test_modes_with_every_umask_bit(void **state)
{
    check_modes(*state, 0777);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test(test_unique_names_of_windows),
        cmocka_unit_test(test_machine_guid_is_checked),
        cmocka_unit_test(test_form_of_a_unique_name),
        store_test(test_other_names_never_reach_the_disk),
        store_test(test_create_and_read),
        store_test(test_existing_name),
        store_test(test_delete),
        store_test(test_set_property),
        store_test(test_list),
        store_test(test_modes_without_umask),
        store_test(test_modes_with_every_umask_bit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
