/* SPDX-License-Identifier: LGPL-2.1-or-later
 * tools/keys/restore.c on a file system whose rename knows no flags. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <errno.h>

#include "../../tools/keys/keys.h"      /* before cmocka.h, which has another meaning of fail */

#include <cmocka.h>

#include "store_scratch.h"

static const int unsupported[] = {EINVAL, ENOSYS, EOPNOTSUPP, EPERM};

static int rename_error = EINVAL;

/* --- in place of what the tool calls --- */

int __wrap_renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned int flags)
{
    (void)from_dir, (void)from, (void)to_dir, (void)to;
    assert_int_not_equal(flags, 0);
    errno = rename_error;
    return -1;
}

int __wrap_read_password(const char *file, const char *prompt, enum password_kind kind, struct bytes *password)
{
    (void)file, (void)prompt, (void)kind;
    *password = copy_bytes("p\0", 2);
    return EXIT_DONE;
}

/* The keys of the samples have no numbers that hold together. */
nte_status __wrap_examine_image(const struct store *store, const char *unique, struct bytes image,
                                const struct store_key *key)
{
    (void)store, (void)unique, (void)image, (void)key;
    return NTE_SUCCESS;
}

static struct keystore keystore;

static int run(struct scratch *scratch, int (*command)(const struct settings *settings, struct keystore *keystore),
               char said[4096])
{
    struct settings settings = {.yes = 1};
    struct capture capture;
    char path[96];
    int result;

    snprintf(path, sizeof(path), "%s/keys.backup", scratch->parent);
    settings.argument = path;
    keystore = (struct keystore){.path = scratch->dir, .machine_guid = GUID, .store = scratch->store};
    begin_capture(&capture);
    result = command(&settings, &keystore);
    strcpy(said, end_capture(&capture));
    return result;
}

static void test_into_a_new_directory(void **state)
{
    struct scratch *scratch = *state;
    char said[4096];
    size_t i;

    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    for (i = 0; i < sizeof(unsupported) / sizeof(unsupported[0]); i++)
    {
        rename_error = unsupported[i];
        assert_int_equal(run(scratch, command_backup, said), EXIT_DONE);
        remove_tree(scratch->dir);
        assert_int_equal(run(scratch, command_restore, said), EXIT_DONE);
        assert_int_equal(check_key(scratch->store, "key", "x"), NTE_SUCCESS);
    }
}

static void test_over_a_directory_says_why_not(void **state)
{
    struct scratch *scratch = *state;
    char said[4096];
    size_t i;

    assert_int_equal(create_key(scratch->store, "key", "x", 0), NTE_SUCCESS);
    for (i = 0; i < sizeof(unsupported) / sizeof(unsupported[0]); i++)
    {
        rename_error = unsupported[i];
        assert_int_equal(run(scratch, command_backup, said), EXIT_DONE);
        assert_int_equal(create_key(scratch->store, "later", "x", 1), NTE_SUCCESS);
        assert_int_equal(run(scratch, command_restore, said), EXIT_FAILED);
        assert_non_null(strstr(said, strerror(rename_error)));
        assert_non_null(strstr(said, "move this directory away and restore again"));
        assert_int_equal(check_key(scratch->store, "later", "x"), NTE_SUCCESS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        store_test(test_into_a_new_directory),
        store_test(test_over_a_directory_says_why_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
