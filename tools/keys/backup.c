/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The command backup: one store into one archive. Only what could be restored is put into it. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "keys.h"

#define SECONDS_1601_TO_1970 11644473600ull

struct collection
{
    struct archive archive;
    size_t bad;                     /* files left out */
};

static void free_collection(struct collection *collection)
{
    uint32_t i;

    for (i = 0; i < collection->archive.count; i++) bytes_free(&collection->archive.files[i].image);
    archive_free(&collection->archive);
}

static void leave_out(struct collection *collection, const char *unique, nte_status status)
{
    fail_status(status, "left out: %s", unique);
    collection->bad++;
}

/* As they lie on the disk. */
static int read_files(const struct dir_lock *held, const struct names *names, struct collection *collection)
{
    struct archive *archive = &collection->archive;
    struct archive_file *file;
    nte_status status;
    size_t i;

    if (!(archive->files = calloc(names->count + 1, sizeof(struct archive_file))))
        return fail(EXIT_FAILED, "out of memory");
    for (i = 0; i < names->count; i++)
    {
        file = &archive->files[archive->count];
        strcpy(file->unique, names->name[i]);
        if ((status = dir_read(held->dir, file->unique, KEYFILE_MAX, &file->image)))
            leave_out(collection, file->unique, status);
        else archive->count++;
    }
    return EXIT_DONE;
}

/* Writers wait meanwhile, so that the archive is of one moment. What takes time comes after. */
static int read_all(const struct keystore *keystore, struct collection *collection)
{
    struct names names = {0};
    struct dir_lock held;
    nte_status status;
    int result;

    if ((status = dir_lock(keystore->path, 0, &held)))
    {
        if (status == NTE_BAD_KEYSET) return fail(EXIT_NOT_FOUND, "%s: no keys", keystore->path);
        return fail_status(status, "%s", keystore->path);
    }
    if (!(result = names_read(keystore->path, &names))) result = read_files(&held, &names, collection);
    dir_unlock(&held);
    names_free(&names);
    return result;
}

/* Only what could be restored stays. */
static void examine_all(const struct keystore *keystore, struct collection *collection)
{
    struct archive *archive = &collection->archive;
    struct progress progress;
    nte_status status;
    uint32_t i, good = 0;

    progress_start(&progress, "checking", archive->count);
    for (i = 0; i < archive->count; i++)
    {
        struct archive_file file = archive->files[i];

        status = examine_image(keystore->store, file.unique, file.image, &keystore->key);
        if (!status) archive->files[good++] = file;
        else
        {
            progress_end(&progress);
            leave_out(collection, file.unique, status);
            bytes_free(&file.image);
        }
        progress_step(&progress);
    }
    progress_end(&progress);
    archive->count = good;
}

/* The store key is asked for before and after, since its keeper may take any time to give it. */
static int collect(struct keystore *keystore, struct collection *collection)
{
    uint8_t id[STORE_KEY_ID_SIZE];
    nte_status status = store_key_reread(keystore->store, &keystore->key);
    int result;

    memcpy(id, keystore->key.id, sizeof(id));
    if ((result = read_all(keystore, collection))) return result;
    if (!status) status = store_key_reread(keystore->store, &keystore->key);
    if (status) return fail_status(status, "%s", keystore->path);
    if (memcmp(id, keystore->key.id, sizeof(id)))
        return fail(EXIT_FAILED, "%s: the keys are being replaced; try again", keystore->path);
    examine_all(keystore, collection);
    return EXIT_DONE;
}

static uint64_t now(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    return (ts.tv_sec + SECONDS_1601_TO_1970) * 10000000 + ts.tv_nsec / 100;
}

/* What cannot be read back is no backup. */
static int write_verified(const struct settings *settings, const struct archive *archive, struct bytes password)
{
    struct writer w = {0};
    struct archive again;
    nte_status status = archive_encode(archive, password, LOCK_ITERATIONS, &w);
    int result;

    if (!status && w.used > FILE_MAX_SIZE) result = fail(EXIT_FAILED, "these keys do not fit into an archive");
    else if (status || (status = archive_decode((struct bytes){w.data, w.used}, password, &again)))
        result = fail_status(status, "%s", settings->argument);
    else
    {
        if (again.count != archive->count) result = fail(EXIT_FAILED, "%s: cannot be read back", settings->argument);
        else result = file_write(settings, settings->argument, (struct bytes){w.data, w.used}, 1);
        archive_free(&again);
    }
    writer_free(&w);
    return result;
}

int command_backup(const struct settings *settings, struct keystore *keystore)
{
    struct collection collection = {0};
    struct bytes password = {NULL, 0};
    int result;

    if ((result = collect(keystore, &collection)))
    {
        free_collection(&collection);
        return result;
    }
    collection.archive.flags = keystore->flags;
    collection.archive.made = now();
    collection.archive.key = keystore->key;
    strcpy(collection.archive.machine_guid, keystore->machine_guid);
    result = read_password(settings->password_file, "password for the archive", PASSWORD_FRESH, &password);
    if (!result) result = write_verified(settings, &collection.archive, password);
    if (!result && settings->json)
        printf("{\"archive\": ");
    if (!result && settings->json) json_string(stdout, settings->argument);
    if (!result && settings->json)
        printf(", \"keys\": %u, \"left_out\": %zu}\n", collection.archive.count, collection.bad);
    else if (!result) fprintf(stderr, "%u keys in %s\n", collection.archive.count, settings->argument);
    if (!result && collection.bad) result = EXIT_DAMAGED;
    bytes_free(&password);
    free_collection(&collection);
    return result;
}
