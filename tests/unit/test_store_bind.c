/* SPDX-License-Identifier: LGPL-2.1-or-later
 * store_bind.c: a key file is opened under its own name and no other; files of version 0.1.0 are read, and bound when
 * they are next written. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "algorithm.h"
#include "crypto_sample.h"
#include "key/key.h"
#include "store/store_internal.h"
#include "store_scratch.h"
#include "old_files.h"

#define VERSION 8                   /* offset of its lowest byte */
#define LOCKED  92
#define DIGITS_AT 96

static char root[] = "/tmp/test_store_bind.XXXXXX";
static struct scratch user, machine;    /* dir alone is used */

/* Names of the tests have ASCII letters alone. */
static struct key_name named(const char *name)
{
    char folded[128];
    size_t i;

    for (i = 0; name[i]; i++) folded[i] = name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i];
    folded[i] = 0;
    return (struct key_name){wide(name), wide(folded), NULL};
}

static const char *file_of(const struct scratch *scratch, const char *name)
{
    char unique[UNIQUE_NAME_MAX];

    assert_status(store_unique_name(named(name).folded, GUID, unique), NTE_SUCCESS);
    return path_of(scratch, unique);
}

static void put_hex(const char *path, const char *digits)
{
    struct bytes image = hex(digits);

    write_file(path, image.data, image.size);
    assert_int_equal(chmod(path, 0600), 0);
}

static void copy_file(const char *from, const char *to)
{
    struct bytes image = read_file(from);

    write_file(to, image.data, image.size);
    secret_free((void *)image.data);
}

static void copy_key(const char *from, const char *to)
{
    char path[512];

    strcpy(path, file_of(&user, from));
    copy_file(path, file_of(&user, to));
}

static void create(const char *name, uint32_t flags)
{
    struct key *key;

    assert_status(key_create(&software_provider, wide("AES"), named(name), 0, flags, &key), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    key_free(key);
}

static nte_status open_status(const char *name, uint32_t flags)
{
    struct key *key;
    nte_status status = key_open(&software_provider, named(name), 0, flags, &key);

    if (!status) key_free(key);
    return status;
}

static int count_listed(const char *name)
{
    struct stored_key stored = {0};
    struct key_enum *list;
    int count = 0;

    assert_status(key_enum_open(&software_provider, NULL, 0, &list), NTE_SUCCESS);
    while (!key_enum_next(list, &stored))
    {
        count += u16_equal(stored.name, name);
        stored_key_free(&stored);
    }
    key_enum_free(list);
    return count;
}

/* The file under that name is another's: it is not listed, not opened by either name, moved aside and reported. */
static void check_refused(const char *name, uint32_t flags)
{
    const struct scratch *scratch = flags ? &machine : &user;
    int aside = count_files(scratch, ".damaged-");
    char path[512], unique[UNIQUE_NAME_MAX];
    struct capture capture;

    strcpy(path, file_of(scratch, name));
    strcpy(unique, strrchr(path, '/') + 1);
    begin_capture(&capture);
    assert_status(open_status(unique, flags), NTE_BAD_KEYSET);
    assert_int_equal(count_lines(end_capture(&capture)), 1);
    assert_non_null(strstr(capture.text, "ncrypt: damaged key file moved aside: "));
    assert_int_equal(count_files(scratch, ".damaged-"), aside + 1);
    assert_int_equal(access(path, F_OK), -1);
    assert_status(open_status(name, flags), NTE_BAD_KEYSET);
}

static void set_property_of(const char *name, const char *password)
{
    const struct material *material;
    struct key *key;

    assert_status(key_open(&software_provider, named(name), 0, 0, &key), NTE_SUCCESS);
    if (password) assert_status(object_unlock(&key->object, run(wide(password), 2 * strlen(password))), NTE_SUCCESS);
    if (password) assert_status(key_private(key, &material), NTE_SUCCESS);
    assert_status(key_set_stored(key, wide("p"), run("value", 5)), NTE_SUCCESS);
    key_free(key);
}

static void check_file(const char *name, int version, int locked)
{
    struct bytes image = read_file(file_of(&user, name));

    assert_int_equal(image.data[VERSION], version);
    if (version == 3)
    {
        assert_int_equal(image.data[LOCKED], locked);
        assert_memory_equal(image.data + DIGITS_AT, strrchr(file_of(&user, name), '/') + 1, NAME_DIGITS);
    }
    secret_free((void *)image.data);
}

static void old_files(void **state)
{
    (void)state;
    put_hex(file_of(&user, "alpha"), old_alpha);
    put_hex(file_of(&user, "locked"), old_locked);
    assert_status(open_status("Alpha", 0), NTE_SUCCESS);
    assert_status(open_status("LOCKED", 0), NTE_SUCCESS);
    assert_int_equal(count_listed("Alpha") + count_listed("Locked"), 2);
    check_file("alpha", 1, 0);
    check_file("locked", 2, 1);
    set_property_of("alpha", NULL);
    set_property_of("locked", NULL);
    check_file("alpha", 3, 0);
    check_file("locked", 3, 1);
    assert_status(open_status("Alpha", 0), NTE_SUCCESS);
    set_property_of("locked", "secret");        /* the password still opens it */
}

/* Each over each: the old format over the new one, and so on. */
static void exchanged_files(void **state)
{
    static const char *const names[] = {"alpha", "beta", "new one", "new two"};
    size_t from, to;

    (void)state;
    for (from = 0; from < 4; from++)
    {
        for (to = 0; to < 4; to++)
        {
            if (from == to) continue;
            put_hex(file_of(&user, "alpha"), old_alpha);
            put_hex(file_of(&user, "beta"), old_beta);
            create("new one", FLAG_OVERWRITE_KEY);
            create("new two", FLAG_OVERWRITE_KEY);
            copy_key(names[from], names[to]);
            check_refused(names[to], 0);
            assert_status(open_status(names[from], 0), NTE_SUCCESS);
        }
    }
}

static void not_listed(void **state)
{
    (void)state;
    put_hex(file_of(&user, "alpha"), old_alpha);
    create("new one", 0);
    copy_key("alpha", "beta");
    copy_key("new one", "new two");
    assert_int_equal(count_listed("Alpha"), 1);
    assert_int_equal(count_listed("new one"), 1);
    check_refused("beta", 0);
    check_refused("new two", 0);
}

/* The name is free, and what takes it or changes it meets the foreign file as a damaged one. */
static void met_by_writers(void **state)
{
    struct capture capture;
    struct key *key;

    (void)state;
    create("new one", 0);
    create("new two", 0);
    assert_status(key_open(&software_provider, named("new two"), 0, 0, &key), NTE_SUCCESS);
    copy_key("new one", "new two");
    begin_capture(&capture);
    assert_status(key_set_stored(key, wide("p"), run("value", 5)), NTE_BAD_KEYSET);
    copy_key("new one", "new two");
    assert_status(key_delete(key), NTE_BAD_KEYSET);
    copy_key("new one", "new two");
    create("new two", 0);
    assert_int_equal(count_lines(end_capture(&capture)), 3);
    assert_int_equal(count_files(&user, ".damaged-"), 3);
    assert_status(open_status("new two", 0), NTE_SUCCESS);
    key_free(key);
}

/* The rest of the name is the MachineGuid, which a file may follow. */
static void other_machine_guid(void **state)
{
    char unique[UNIQUE_NAME_MAX], path[512];

    (void)state;
    create("new one", 0);
    assert_status(store_unique_name(wide("new one"), "another-guid", unique), NTE_SUCCESS);
    strcpy(path, file_of(&user, "new one"));
    copy_file(path, path_of(&user, unique));
    assert_status(open_status(unique, 0), NTE_SUCCESS);
    assert_status(store_unique_name(wide("alpha"), "another-guid", unique), NTE_SUCCESS);
    put_hex(path_of(&user, unique), old_alpha);
    assert_status(open_status(unique, 0), NTE_SUCCESS);
}

/* With the store key of the one a file of it is still none of the other. */
static void other_store(void **state)
{
    char path[512];

    (void)state;
    create("new one", 0);
    create("new one", FLAG_MACHINE_KEY);
    assert_status(open_status("new one", FLAG_MACHINE_KEY), NTE_SUCCESS);
    strcpy(path, file_of(&user, "new one"));
    copy_file(path, file_of(&machine, "new one"));
    check_refused("new one", FLAG_MACHINE_KEY);
    put_hex(file_of(&machine, "alpha"), old_alpha);
    check_refused("alpha", FLAG_MACHINE_KEY);
}

/* Letters that 0.1.0 put into lower case as well, and one of which nobody can be sure. */
static void names_of_other_scripts(void **state)
{
    static const uint16_t greek[] = {0x0391, 0x0392, 0}, greek_folded[] = {0x03b1, 0x03b2, 0};
    static const uint16_t deseret[] = {0xd801, 0xdc00, 0};
    struct stored_key stored;
    char unique[UNIQUE_NAME_MAX];
    struct store *store;

    (void)state;
    make_sample(&stored, "xx", "x");
    stored.bound = 0;
    memcpy(stored.name, greek, sizeof(greek));
    assert_status(store_open(user.dir, &store), NTE_SUCCESS);
    assert_status(store_unique_name(greek_folded, GUID, unique), NTE_SUCCESS);
    assert_status(store_fits(store, unique, &stored), NTE_SUCCESS);
    assert_status(store_unique_name(greek, GUID, unique), NTE_SUCCESS);
    assert_status(store_fits(store, unique, &stored), NTE_BAD_DATA);
    memcpy(stored.name, deseret, sizeof(deseret));
    assert_status(store_fits(store, unique, &stored), NTE_SUCCESS);
    store_close(store);
    stored_key_free(&stored);
}

/* A transport image is no key file, whoever puts it there. */
static void transport_images(void **state)
{
    struct blob_options none = {.algorithms = &all_algorithms};
    uint8_t *blob = take(4096);
    struct key *key;
    uint32_t size;

    (void)state;
    put_hex(file_of(&user, "carried"), old_carried);
    check_refused("carried", 0);
    put_hex(file_of(&user, "ephemeral"), old_ephemeral);
    check_refused("ephemeral", 0);
    create("new one", 0);
    assert_status(key_create(&software_provider, wide("AES"), named("image"), 0, 0, &key), NTE_SUCCESS);
    key->export_policy = ALLOW_EXPORT;
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_status(key_export(key, wide("OpaqueTransport"), &none, 0, blob, 4096, &size), NTE_SUCCESS);
    key_free(key);
    write_file(file_of(&user, "image"), blob, size);
    check_refused("image", 0);
}

/* --- groups --- */

/* Both stores are empty and have the store key of the old files. */
static int make_stores(void **state)
{
    remove_tree(user.dir);
    remove_tree(machine.dir);
    if (mkdir(user.dir, 0700) || mkdir(machine.dir, 0700)) return -1;
    put_hex(path_of(&user, ".store-key"), old_store_key);
    put_hex(path_of(&machine, ".store-key"), old_store_key);
    return take_back(state);
}

static int make_root(void **state)
{
    (void)state;
    if (!mkdtemp(root)) return -1;
    snprintf(user.dir, sizeof(user.dir), "%s/user", root);
    snprintf(machine.dir, sizeof(machine.dir), "%s/machine", root);
    return engine_attach(user.dir, machine.dir, GUID);
}

static int remove_root(void **state)
{
    (void)state;
    remove_tree(root);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_setup(old_files, make_stores),
        cmocka_unit_test_setup(exchanged_files, make_stores),
        cmocka_unit_test_setup(not_listed, make_stores),
        cmocka_unit_test_setup(met_by_writers, make_stores),
        cmocka_unit_test_setup(other_machine_guid, make_stores),
        cmocka_unit_test_setup(other_store, make_stores),
        cmocka_unit_test_setup(names_of_other_scripts, make_stores),
        cmocka_unit_test_setup(transport_images, make_stores),
    };

    return cmocka_run_group_tests_name("store_bind", tests, make_root, remove_root);
}
