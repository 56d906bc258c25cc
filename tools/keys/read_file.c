/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Files that the user names, read and written whole. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "keys.h"

static int read_all(int fd, struct writer *w)
{
    uint8_t buffer[65536];
    ssize_t n;

    while ((n = TEMP_FAILURE_RETRY(read(fd, buffer, sizeof(buffer)))) > 0 && w->used <= FILE_MAX_SIZE)
        write_bytes(w, buffer, n);
    wipe(buffer, sizeof(buffer));
    if (n < 0) return errno;
    if (w->used > FILE_MAX_SIZE) return EFBIG;
    return w->failed ? ENOMEM : 0;
}

int file_read_in_prefix(const char *path, struct bytes *data)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY), error;
    struct writer w = {0};

    if (fd < 0) return fail(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_FAILED, "%s: %s", path, strerror(errno));
    error = read_all(fd, &w);
    close(fd);
    if (!error)
    {
        *data = (struct bytes){w.data ? w.data : secret_alloc(0), w.used};
        return EXIT_DONE;
    }
    writer_free(&w);
    return fail(EXIT_FAILED, "%s: %s", path, strerror(error));
}

int file_read(const char *path, struct bytes *data)
{
    int result;

    owner_leave();
    result = file_read_in_prefix(path, data);
    owner_return();
    return result;
}

static int write_all(int fd, struct bytes data)
{
    ssize_t n;

    while (data.size)
    {
        if ((n = TEMP_FAILURE_RETRY(write(fd, data.data, data.size))) < 0) return errno;
        data.data += n;
        data.size -= n;
    }
    return 0;
}

static int finish_file(int fd, struct bytes data, int secret)
{
    int error = write_all(fd, data);

    if (!error && fchmod(fd, secret ? 0600 : 0644)) error = errno;
    if (!error && fsync(fd)) error = errno;
    return error;
}

/* 0 when the file that is open is ours, and still the one of that name. */
static int check_temp(int fd, const char *temp)
{
    struct stat opened, named;

    if (fstat(fd, &opened)) return errno;
    if (lstat(temp, &named) || named.st_ino != opened.st_ino || named.st_dev != opened.st_dev) return EBUSY;
    if (!S_ISREG(opened.st_mode) || opened.st_uid != geteuid() || opened.st_nlink != 1) return EEXIST;
    return 0;
}

/* The name is always the same, so that the next run takes over what a killed one left; a running one holds the lock. */
static int open_temp(const char *temp, int *fd)
{
    int error = 0;

    *fd = open(temp, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0600);
    if (*fd < 0) return errno;
    if (flock(*fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK) error = EBUSY;
    if (!error) error = check_temp(*fd, temp);
    if (!error && (fchmod(*fd, 0600) || ftruncate(*fd, 0))) error = errno;
    if (error) close(*fd);
    return error;
}

static int write_through_temp(const char *path, struct bytes data, int secret)
{
    char *temp;
    int fd, error;

    if (asprintf(&temp, "%s.ncrypt-keys-tmp", path) < 0) return ENOMEM;
    if (!(error = open_temp(temp, &fd)))
    {
        error = finish_file(fd, data, secret);
        if (!error && rename(temp, path)) error = errno;
        if (error) unlink(temp);
        close(fd);
    }
    free(temp);
    return error;
}

static char *parent_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    if (!slash) return strdup(".");
    return slash == path ? strdup("/") : strndup(path, slash - path);
}

/* A file without a name until it is whole: whoever is killed leaves nothing behind. ENOTSUP where there are no such
 * files, or when there is something to replace. */
static int write_nameless(const char *path, const char *parent, struct bytes data, int secret)
{
    int fd = open(parent, O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600), error;
    char self[32];

    if (fd < 0) return ENOTSUP;
    snprintf(self, sizeof(self), "/proc/self/fd/%d", fd);
    error = finish_file(fd, data, secret);
    if (!error && linkat(AT_FDCWD, self, AT_FDCWD, path, AT_SYMLINK_FOLLOW)) error = ENOTSUP;
    close(fd);
    return error;
}

/* 0 also where directories cannot be synced or may not be read: then that is all that can be done. */
static int sync_directory(const char *parent)
{
    int fd = open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC), error = 0;

    if (fd < 0) return 0;
    if (fsync(fd) && errno != EINVAL && errno != EOPNOTSUPP && errno != ENOSYS) error = errno;
    close(fd);
    return error;
}

/* The name of the new file is in place only once the file is whole and on disk, and lasts when this returns. */
static int write_new(const char *path, struct bytes data, int secret)
{
    char *parent = parent_of(path);
    int error;

    if (!parent) return ENOMEM;
    if ((error = write_nameless(path, parent, data, secret)) == ENOTSUP) error = write_through_temp(path, data, secret);
    if (!error) error = sync_directory(parent);
    free(parent);
    return error;
}

static int write_named(const struct settings *settings, const char *path, struct bytes data, int secret)
{
    struct stat st;
    int error, result;

    if (!lstat(path, &st))
    {
        if (!S_ISREG(st.st_mode)) return fail(EXIT_FAILED, "%s: not a regular file", path);
        if ((result = confirm(settings->yes, "%s: replace this file?", path))) return result;
    }
    if ((error = write_new(path, data, secret))) return fail(EXIT_FAILED, "%s: %s", path, strerror(error));
    return EXIT_DONE;
}

int file_write(const struct settings *settings, const char *path, struct bytes data, int secret)
{
    int result;

    if (!strcmp(path, "-"))
    {
        if (fwrite(data.data, 1, data.size, stdout) == data.size && !fflush(stdout)) return EXIT_DONE;
        return fail(EXIT_FAILED, "standard output: %s", strerror(errno));
    }
    owner_leave();
    result = write_named(settings, path, data, secret);
    owner_return();
    return result;
}
