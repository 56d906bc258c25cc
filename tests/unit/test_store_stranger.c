/* SPDX-License-Identifier: LGPL-2.1-or-later
 * store_stranger.c: a key that lies there under another MachineGuid is not found, and stderr says once how to get it
 * back. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <limits.h>
#include <setjmp.h>
#include <cmocka.h>

#include "protect_sample.h"

#define OTHER_GUID "00000000-1111-2222-3333-444444444444"

static void make_key(const char *text, uint32_t flags)
{
    uint16_t name[80], aes[8];
    struct key *key;

    u16(name, text);
    assert_int_equal(key_create(&software_provider, u16(aes, "AES"), (struct key_name){name, name, NULL}, 0, flags,
                                &key), NTE_SUCCESS);
    assert_int_equal(key_finalize(key, 0), NTE_SUCCESS);
    key_free(key);
}

/* As it would be in a prefix whose registry was made anew. */
static void make_strange(const struct place *place, const char *store, const char *name, char strange[256])
{
    char unique[UNIQUE_NAME_MAX], path[PATH_MAX];

    make_unique(unique, name);
    snprintf(path, sizeof(path), "%s/%s/%s", place->parent, store, unique);
    snprintf(strange, 256, "%s/%s/%.33s" OTHER_GUID, place->parent, store, unique);
    assert_int_equal(rename(path, strange), 0);
}

static nte_status open_key(const char *text, uint32_t flags, char said[4096])
{
    struct capture capture;
    struct key *key = NULL;
    uint16_t name[80];
    nte_status status;

    u16(name, text);
    begin_capture(&capture);
    status = key_open(&software_provider, (struct key_name){name, name, NULL}, 0, flags, &key);
    strcpy(said, end_capture(&capture));
    key_free(key);
    return status;
}

static void test_mentioned_once(void **state)
{
    struct place *place = *state;
    char said[4096], strange[256], expected[512];

    make_key("one", 0);
    make_key("two", 0);
    make_key("three", 0);
    make_strange(place, "user", "one", strange);
    assert_int_equal(open_key("three", 0, said), NTE_SUCCESS);
    assert_string_equal(said, "");
    assert_int_equal(open_key("four", 0, said), NTE_BAD_KEYSET);        /* another name: nothing to be said */
    assert_string_equal(said, "");
    assert_int_equal(open_key("one", 0, said), NTE_BAD_KEYSET);
    snprintf(expected, sizeof(expected), "ncrypt: the key is there under another MachineGuid: %s; "
             "\"ncrypt-keys adopt\" makes it reachable\n", strange);
    assert_string_equal(said, expected);
    make_strange(place, "user", "two", strange);
    assert_int_equal(open_key("two", 0, said), NTE_BAD_KEYSET);
    assert_string_equal(said, "");
}

/* The directories are two. */
static void test_each_store(void **state)
{
    struct place *place = *state;
    char said[4096], strange[256];

    make_key("one", 0);
    make_key("one", FLAG_MACHINE_KEY);
    make_strange(place, "user", "one", strange);
    make_strange(place, "machine", "one", strange);
    assert_int_equal(open_key("one", 0, said), NTE_BAD_KEYSET);
    assert_non_null(strstr(said, "\"ncrypt-keys adopt\""));
    assert_int_equal(open_key("one", FLAG_MACHINE_KEY, said), NTE_BAD_KEYSET);
    assert_non_null(strstr(said, "\"ncrypt-keys adopt --machine\""));
    assert_non_null(strstr(said, strange));
}

/* By its unique name it is found even so. */
static void test_found_by_unique_name(void **state)
{
    struct place *place = *state;
    char said[4096], strange[256];

    make_key("one", 0);
    make_strange(place, "user", "one", strange);
    assert_int_equal(open_key(strrchr(strange, '/') + 1, 0, said), NTE_SUCCESS);
    assert_string_equal(said, "");
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        place_test(test_mentioned_once),
        place_test(test_each_store),
        place_test(test_found_by_unique_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
