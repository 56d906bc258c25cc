/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The command restore: an archive takes the place of a store. Everything is proved and lies whole on the disk before
 * anything is replaced; what was there is kept beside it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "keys.h"
#include "leftover.h"

#define ASIDE_LAST 9999

static int examine_all(const struct archive *archive, const struct keystore *keystore)
{
    struct progress progress;
    nte_status status = NTE_SUCCESS;
    uint32_t i;

    progress_start(&progress, "checking", archive->count);
    for (i = 0; i < archive->count && !status; i++)
    {
        status = examine_image(keystore->store, archive->files[i].unique, archive->files[i].image, &archive->key);
        progress_step(&progress);
    }
    progress_end(&progress);
    if (!status) return EXIT_DONE;
    return fail_status(status, "the archive is refused because of %s", archive->files[i - 1].unique);
}

/* Keys are found by the MachineGuid of the prefix that they are in. Files of a third one stay what they were. */
static void file_name(const struct archive *archive, const char *guid, const char *unique, char name[UNIQUE_NAME_MAX])
{
    const char *suffix = strchr(unique, '_') + 1;

    snprintf(name, UNIQUE_NAME_MAX, "%.*s%s", (int)(suffix - unique), unique,
             *guid && !strcmp(suffix, archive->machine_guid) ? guid : suffix);
}

/* Where the present one is; a keeper that cannot be reached now is no reason to put the new one into a file. */
static enum place present_place(const struct keystore *keystore)
{
    if (keystore->key_status == NTE_DEVICE_NOT_READY) return PLACE_KEEPER;
    return store_key_place(keystore->store) == PLACE_KEEPER ? PLACE_KEEPER : PLACE_FILE;
}

static nte_status write_files(struct store *store, const struct dir_lock *held, const struct archive *archive,
                              const struct keystore *keystore)
{
    struct store_key key = archive->key;
    char name[UNIQUE_NAME_MAX];
    struct progress progress;
    nte_status status;
    uint32_t i;

    store_key_remember(store, &archive->key, present_place(keystore));
    status = store_key_for_write(store, held, &key);
    if (!status && memcmp(key.id, archive->key.id, STORE_KEY_ID_SIZE)) status = NTE_BAD_KEY_STATE;
    wipe(&key, sizeof(key));
    progress_start(&progress, "writing", archive->count);
    for (i = 0; i < archive->count && !status; i++)
    {
        file_name(archive, keystore->machine_guid, archive->files[i].unique, name);
        status = dir_write(held, name, archive->files[i].image, 0);
        progress_step(&progress);
    }
    progress_end(&progress);
    return status;
}

/* A new directory of the store's form, filled. */
static int fill(const char *path, const struct archive *archive, const struct keystore *keystore)
{
    struct store *store;
    struct dir_lock held;
    nte_status status;

    if ((status = store_open(path, &store))) return fail_status(status, "%s", path);
    if (!(status = dir_lock(path, 1, &held)))
    {
        status = write_files(store, &held, archive, keystore);
        dir_unlock(&held);
    }
    store_close(store);
    return status ? fail_status(status, "%s", path) : EXIT_DONE;
}

/* Once more from the disk, as a program will read it. */
static int verify(const char *path, uint32_t count)
{
    struct store_key key;
    struct store *store;
    struct stored_key stored;
    struct names names;
    nte_status status;
    size_t i;
    int result;

    if ((result = names_read(path, &names))) return result;
    if ((status = store_open(path, &store)))
    {
        names_free(&names);
        return fail_status(status, "%s", path);
    }
    status = store_key_get(store, &key);
    for (i = 0; i < names.count && !status; i++)
    {
        memset(&stored, 0, sizeof(stored));
        status = store_read(store, names.name[i], &stored);
        stored_key_free(&stored);
    }
    if (!status && names.count != count) status = NTE_BAD_DATA;
    wipe(&key, sizeof(key));
    store_close(store);
    names_free(&names);
    return status ? fail_status(status, "%s", path) : EXIT_DONE;
}

static void sync_parent(const char *path)
{
    char *parent = strdup(path);
    int fd;

    if (!parent) return;
    *strrchr(parent, '/') = 0;
    if ((fd = open(*parent ? parent : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0)
    {
        fsync(fd);
        close(fd);
    }
    free(parent);
}

/* 0, or why not; EEXIST when there is something. Without the flag, a directory still never replaces one that has
 * something in it. */
static int move_directory(const char *from, const char *to)
{
    int error = renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) ? errno : 0;

    if (lacks_rename_flags(error)) error = rename(from, to) ? errno : 0;
    return error == ENOTEMPTY ? EEXIST : error;
}

/* The first KEYS.before-restore-N that is free. The old keys stay where they are when it cannot be had. */
static void set_aside(const char *from, const char *path)
{
    int n, error = EEXIST;
    char *aside;

    for (n = 1; n <= ASIDE_LAST && error == EEXIST; n++)
    {
        if (asprintf(&aside, "%s.before-restore-%d", path, n) < 0) break;
        if (!(error = move_directory(from, aside))) fprintf(stderr, "the previous keys: %s\n", aside);
        free(aside);
    }
    if (error) fprintf(stderr, "the previous keys: %s\n", from);
}

/* The two directories change places in one step, so that at no moment there are no keys. */
static int exchange(const char *fresh, const char *path)
{
    int error = move_directory(fresh, path);

    if (!error)
    {
        sync_parent(path);
        return EXIT_DONE;
    }
    if (error != EEXIST) return fail(EXIT_FAILED, "%s: %s", path, strerror(error));
    if (renameat2(AT_FDCWD, fresh, AT_FDCWD, path, RENAME_EXCHANGE))
        return fail(EXIT_FAILED, "%s: cannot be exchanged with the new directory: %s%s", path, strerror(errno),
                    lacks_rename_flags(errno) ? "; move this directory away and restore again" : "");
    set_aside(fresh, path);
    sync_parent(path);
    return EXIT_DONE;
}

/* No program writes while the directories change places; one that waits for the lock then sees that the directory is
 * another one, and looks again. */
static int replace(const char *fresh, const char *path)
{
    struct dir_lock held;
    nte_status status = dir_lock(path, 0, &held);
    int result;

    if (status == NTE_BAD_KEYSET) return exchange(fresh, path);
    if (status) return fail_status(status, "%s", path);
    result = exchange(fresh, path);
    dir_unlock(&held);
    return result;
}

/* The mark of a restore that was killed right after the exchange must not come along into the directory that is put
 * aside; and the new store needs none. */
static int replace_marked(const char *fresh, const char *path)
{
    int parent = restore_lock(path), error = fresh_unmark(path), result;

    if (error) result = fail(EXIT_FAILED, "%s: %s", path, strerror(error));
    else if (!(result = replace(fresh, path))) fresh_unmark(path);
    if (parent >= 0) close(parent);
    return result;
}

static int make_fresh(const char *path, struct fresh *fresh)
{
    int parent = restore_lock(path), error;

    if (parent >= 0) leftover_clear(parent, path, set_aside);
    error = fresh_make(path, fresh);
    if (parent >= 0) close(parent);
    return error ? fail(EXIT_FAILED, "%s: %s", path, strerror(error)) : EXIT_DONE;
}

static int put_in_place(const struct archive *archive, const struct keystore *keystore)
{
    struct fresh fresh;
    int result;

    if ((result = keystore_make_parents(keystore))) return result;
    if ((result = make_fresh(keystore->path, &fresh))) return result;
    result = fill(fresh.path, archive, keystore);
    if (!result) result = verify(fresh.path, archive->count);
    if (!result) result = replace_marked(fresh.path, keystore->path);
    if (result) fresh_remove(&fresh);
    else fresh_free(&fresh);
    return result;
}

static int ask(const struct settings *settings, const struct archive *archive, const struct keystore *keystore)
{
    struct names names;
    int result;

    if ((result = names_read(keystore->path, &names))) return result;
    if (names.count)
        result = confirm(settings->yes, "Replace the %zu keys in %s with the %u keys in %s?", names.count,
                         keystore->path, archive->count, settings->argument);
    names_free(&names);
    return result;
}

static int restore(const struct settings *settings, const struct archive *archive, const struct keystore *keystore)
{
    int result;

    if (archive->flags != keystore->flags)
        return fail(EXIT_REFUSED, "%s: contains keys of %s", settings->argument,
                    archive->flags ? "the machine; use --machine" : "a user, not of the machine");
    if ((result = examine_all(archive, keystore))) return result;
    if ((result = ask(settings, archive, keystore))) return result;
    if ((result = put_in_place(archive, keystore))) return result;
    if (settings->json) printf("{\"restored\": %u}\n", archive->count);
    else fprintf(stderr, "%u keys restored\n", archive->count);
    return EXIT_DONE;
}

int command_restore(const struct settings *settings, struct keystore *keystore)
{
    struct bytes data, password;
    struct archive archive;
    nte_status status;
    int result;

    if ((result = file_read(settings->argument, &data))) return result;
    if (!(result = read_password(settings->password_file, "password of the archive", PASSWORD_OLD, &password)))
    {
        status = archive_decode(data, password, &archive);
        bytes_free(&password);
        if (status) result = fail_status(status, "%s", settings->argument);
        else
        {
            result = restore(settings, &archive, keystore);
            archive_free(&archive);
        }
    }
    bytes_free(&data);
    return result;
}
