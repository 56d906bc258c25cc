/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A store in a directory that is made for one test and removed after it, and a look at its files. Include after
 * cmocka.h. The directory of the store itself is not there yet: the first write makes it. */
#ifndef STORE_SCRATCH_H
#define STORE_SCRATCH_H

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store_sample.h"

struct scratch
{
    char parent[64];
    char dir[80];                   /* parent/Keys */
    struct store *store;
};

static inline int scratch_setup(void **state)
{
    struct scratch *scratch = calloc(1, sizeof(*scratch));

    *state = scratch;
    strcpy(scratch->parent, "/tmp/ncrypt-store-XXXXXX");
    if (!mkdtemp(scratch->parent)) return -1;
    snprintf(scratch->dir, sizeof(scratch->dir), "%s/Keys", scratch->parent);
    return store_open(scratch->dir, &scratch->store);
}

static inline int remove_entry(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static inline void remove_tree(const char *path)
{
    nftw(path, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static inline int scratch_teardown(void **state)
{
    struct scratch *scratch = *state;

    store_close(scratch->store);
    chmod(scratch->dir, 0700);
    remove_tree(scratch->parent);
    free(scratch);
    return 0;
}

#define store_test(f) cmocka_unit_test_setup_teardown(f, scratch_setup, scratch_teardown)

static inline const char *path_of(const struct scratch *scratch, const char *name)
{
    static char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", scratch->dir, name);
    return path;
}

/* How many files have a name that contains part ("" for all, also those of the store itself). */
static inline int count_files(const struct scratch *scratch, const char *part)
{
    DIR *entries = opendir(scratch->dir);
    struct dirent *entry;
    int count = 0;

    if (!entries) return 0;
    while ((entry = readdir(entries)))
        if (strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..") && strstr(entry->d_name, part)) count++;
    closedir(entries);
    return count;
}

static inline void write_file(const char *path, const void *data, size_t size)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

static inline struct bytes read_file(const char *path)
{
    uint8_t buffer[4096];
    FILE *file = fopen(path, "r");
    size_t size;

    assert_non_null(file);
    size = fread(buffer, 1, sizeof(buffer), file);
    assert_true(size < sizeof(buffer));
    fclose(file);
    return copy_bytes(buffer, size);
}

static inline void make_unique(char unique[UNIQUE_NAME_MAX], const char *name)
{
    uint16_t buffer[512];

    if (store_unique_name(u16(buffer, name), GUID, unique)) abort();
}

/* These three say what happened by status alone: children that may not assert use them as well. */
static inline nte_status create_key(struct store *store, const char *name, const char *private_part, int overwrite)
{
    char unique[UNIQUE_NAME_MAX];
    struct stored_key stored;
    nte_status status;

    make_unique(unique, name);
    make_sample(&stored, name, private_part);
    status = store_create(store, unique, &stored, overwrite);
    stored_key_free(&stored);
    return status;
}

/* Success: the key is there and has this private part; NTE_FAIL: it has another. */
static inline nte_status check_key(struct store *store, const char *name, const char *private_part)
{
    char unique[UNIQUE_NAME_MAX];
    struct stored_key stored = {0};
    nte_status status;

    make_unique(unique, name);
    if ((status = store_read(store, unique, &stored))) return status;
    if (stored.private_part.size != strlen(private_part)) status = NTE_FAIL;
    else if (memcmp(stored.private_part.data, private_part, stored.private_part.size)) status = NTE_FAIL;
    stored_key_free(&stored);
    return status;
}

static inline nte_status delete_key(struct store *store, const char *name)
{
    char unique[UNIQUE_NAME_MAX];
    struct stored_key stored = {0};
    nte_status status;

    make_unique(unique, name);
    if (!(status = store_read(store, unique, &stored))) status = store_delete(store, unique, stored.id);
    stored_key_free(&stored);
    return status;
}

/* Appends the transport image of a sample to w. */
static inline nte_status seal_sample(struct store *store, struct writer *w)
{
    struct stored_key stored;
    nte_status status;

    make_sample(&stored, "sealed", "sealed");
    status = store_seal(store, &stored, w);
    stored_key_free(&stored);
    return status;
}

/* What the child process exited with; -1 when a signal ended it. */
static inline int exit_code(pid_t pid)
{
    int status;

    if (waitpid(pid, &status, 0) != pid) return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* stderr goes to a file meanwhile; end_capture gives back what was said. */
struct capture
{
    int saved;
    FILE *file;
    char text[4096];
};

static inline void begin_capture(struct capture *capture)
{
    fflush(stderr);
    capture->saved = dup(2);
    assert_non_null(capture->file = tmpfile());
    assert_true(dup2(fileno(capture->file), 2) == 2);
}

static inline const char *end_capture(struct capture *capture)
{
    size_t size;

    fflush(stderr);
    dup2(capture->saved, 2);
    close(capture->saved);
    rewind(capture->file);
    size = fread(capture->text, 1, sizeof(capture->text) - 1, capture->file);
    capture->text[size] = 0;
    fclose(capture->file);
    return capture->text;
}

static inline int count_lines(const char *text)
{
    int lines = 0;

    while (*text) lines += *text++ == '\n';
    return lines;
}

#endif
