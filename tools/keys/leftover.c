/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The directories "Keys.restore-XXXXXX" that restore fills, and those that a killed one left; see leftover.h. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "leftover.h"

#define INFIX ".restore-"
#define RANDOM 6                    /* characters behind it */
#define MARK ".restoring"

static int open_directory(int parent, const char *name)
{
    return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
}

int restore_lock(const char *path)
{
    char *parent = strdup(path);
    int fd;

    if (!parent) return -1;
    *strrchr(parent, '/') = 0;
    fd = open(*parent ? parent : "/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(parent);
    while (fd >= 0 && flock(fd, LOCK_EX) && errno == EINTR);       /* where there are no locks, so be it */
    return fd;
}

static void remove_files(int dir)
{
    DIR *entries = fdopendir(dup(dir));
    struct dirent *entry;

    if (!entries) return;
    rewinddir(entries);
    while ((entry = readdir(entries)))
        if (strcmp(entry->d_name, MARK)) unlinkat(dir, entry->d_name, 0);  /* "." and "..", and directories, stay */
    closedir(entries);
}

/* The mark goes last: without it, these would be somebody's keys. */
static void remove_marked(int parent, int dir, const char *name)
{
    remove_files(dir);
    unlinkat(dir, MARK, 0);
    unlinkat(parent, name, AT_REMOVEDIR);
}

int fresh_make(const char *path, struct fresh *fresh)
{
    int mark;

    fresh->dir = -1;
    if (asprintf(&fresh->path, "%s" INFIX "XXXXXX", path) < 0) return ENOMEM;
    if (mkdtemp(fresh->path)) fresh->dir = open_directory(AT_FDCWD, fresh->path);
    if (fresh->dir >= 0)
    {
        flock(fresh->dir, LOCK_EX | LOCK_NB);
        mark = openat(fresh->dir, MARK, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
        if (mark >= 0 && !close(mark) && !fsync(fresh->dir)) return 0;
    }
    mark = errno;
    if (fresh->dir >= 0) close(fresh->dir);
    rmdir(fresh->path);
    free(fresh->path);
    return mark;
}

void fresh_free(struct fresh *fresh)
{
    close(fresh->dir);
    free(fresh->path);
}

void fresh_remove(struct fresh *fresh)
{
    remove_marked(AT_FDCWD, fresh->dir, fresh->path);
    fresh_free(fresh);
}

int fresh_unmark(const char *path)
{
    int dir = open_directory(AT_FDCWD, path), error = 0;

    if (dir < 0) return errno == ENOENT ? 0 : errno;
    if (unlinkat(dir, MARK, 0)) error = errno == ENOENT ? 0 : errno;
    else if (fsync(dir)) error = errno;
    close(dir);
    return error;
}

static int is_leftover(const char *name, const char *base)
{
    size_t size = strlen(base);

    return !strncmp(name, base, size) && !strncmp(name + size, INFIX, strlen(INFIX)) &&
           strlen(name + size) == strlen(INFIX) + RANDOM;
}

/* One that nobody holds. */
static void clear_one(int parent, const char *name, const char *path, leftover_keys *keep)
{
    int dir = open_directory(parent, name);
    struct stat st;
    char *whole;

    if (dir < 0) return;
    if (!flock(dir, LOCK_EX | LOCK_NB))
    {
        if (!fstatat(dir, MARK, &st, AT_SYMLINK_NOFOLLOW)) remove_marked(parent, dir, name);
        else if (unlinkat(parent, name, AT_REMOVEDIR) &&
                 asprintf(&whole, "%.*s%s", (int)(strrchr(path, '/') + 1 - path), path, name) >= 0)
        {
            keep(whole, path);
            free(whole);
        }
    }
    close(dir);
}

void leftover_clear(int parent, const char *path, leftover_keys *keep)
{
    int copy = open_directory(parent, ".");
    DIR *entries = copy < 0 ? NULL : fdopendir(copy);
    struct dirent *entry;

    if (!entries)
    {
        if (copy >= 0) close(copy);
        return;
    }
    while ((entry = readdir(entries)))
        if (is_leftover(entry->d_name, strrchr(path, '/') + 1)) clear_one(parent, entry->d_name, path, keep);
    closedir(entries);
}
