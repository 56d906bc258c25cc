/* SPDX-License-Identifier: LGPL-2.1-or-later
 * tools/keys/backup.c: nobody waits for the lock of the store while keys are proved, a password is typed or the archive
 * is written. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <sys/file.h>

#include "../../tools/keys/keys.h"      /* before cmocka.h, which has another meaning of fail */

#include <cmocka.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "store/store_internal.h"
#include "store_scratch.h"

static struct scratch *scratch;
static int examined, asked, written, key_requests;

static void assert_unlocked(void)
{
    int fd = open(path_of(scratch, ".lock"), O_RDWR | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(flock(fd, LOCK_EX | LOCK_NB), 0);
    close(fd);
}

/* --- what backup calls, in place of the tool's and the engine's own --- */

/* The keys of the samples have no numbers that hold together. */
nte_status __wrap_examine_image(const struct store *store, const char *unique, struct bytes image,
                                const struct store_key *key)
{
    struct stored_key stored = {0};
    nte_status status;

    (void)store, (void)unique;
    assert_unlocked();
    examined++;
    if (!(status = keyfile_decode(image, key, &stored))) stored_key_free(&stored);
    return status;
}

int __wrap_read_password(const char *file, const char *prompt, enum password_kind kind, struct bytes *password)
{
    (void)file, (void)prompt, (void)kind;
    assert_unlocked();
    asked++;
    *password = copy_bytes("p\0", 2);
    return EXIT_DONE;
}

int __wrap_file_write(const struct settings *settings, const char *path, struct bytes data, int secret)
{
    (void)settings, (void)path, (void)data, (void)secret;
    assert_unlocked();
    written++;
    return EXIT_DONE;
}

/* A keeper may take its time as well. */
static nte_status get_kept(struct store_key *key, char why[KEEPER_TEXT_MAX])
{
    (void)key, (void)why;
    if (!access(path_of(scratch, ".lock"), F_OK)) assert_unlocked();
    key_requests++;
    return NTE_DEVICE_NOT_READY;
}

static const struct keeper keeper = {"keeper of the test", get_kept, NULL};

static int backup(void)
{
    struct settings settings = {.argument = "keys.backup"};
    struct keystore keystore = {.path = scratch->dir, .machine_guid = GUID, .store = scratch->store};
    struct capture capture;
    int result;

    examined = asked = written = key_requests = 0;
    begin_capture(&capture);
    result = command_backup(&settings, &keystore);
    end_capture(&capture);
    return result;
}

static void test_lock_is_free_for_what_takes_time(void **state)
{
    scratch = *state;
    assert_int_equal(create_key(scratch->store, "one", "x", 0), NTE_SUCCESS);
    assert_int_equal(create_key(scratch->store, "two", "x", 0), NTE_SUCCESS);
    assert_int_equal(backup(), EXIT_DONE);
    assert_int_equal(examined, 2);
    assert_int_equal(asked, 1);
    assert_int_equal(written, 1);
}

static void test_damaged_file_is_left_out(void **state)
{
    char unique[UNIQUE_NAME_MAX];

    scratch = *state;
    assert_int_equal(create_key(scratch->store, "one", "x", 0), NTE_SUCCESS);
    assert_int_equal(create_key(scratch->store, "two", "x", 0), NTE_SUCCESS);
    make_unique(unique, "one");
    write_file(path_of(scratch, unique), "damaged", 7);
    assert_int_equal(backup(), EXIT_DAMAGED);
    assert_int_equal(written, 1);
}

static void test_lock_is_free_while_the_keeper_is_asked(void **state)
{
    /* doc/key-file.md: a store key that a keeper has */
    uint8_t image[64] = {0x89, 'N', 'S', 'T', 'K', 0x0d, 0x0a, 0x1a, 2, 0, 0, 0, 1};

    scratch = *state;
    scratch->store->keeper = &keeper;
    assert_int_equal(create_key(scratch->store, "one", "x", 0), NTE_SUCCESS);
    assert_int_equal(gnutls_hash_fast(GNUTLS_DIG_SHA256, image, 32, image + 32), 0);
    write_file(path_of(scratch, ".store-key"), image, sizeof(image));
    assert_int_equal(backup(), EXIT_FAILED);
    assert_int_equal(written, 0);
    assert_true(key_requests > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        store_test(test_lock_is_free_for_what_takes_time),
        store_test(test_damaged_file_is_left_out),
        store_test(test_lock_is_free_while_the_keeper_is_asked),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
