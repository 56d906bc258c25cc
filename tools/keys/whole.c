/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Files that the user names, read and written whole. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
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

int file_read(const char *path, struct bytes *data)
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

/* The name of the new file is in place only once the file is whole and on disk. */
static int write_new(const char *path, struct bytes data, int secret)
{
    char *temp;
    int fd, error;

    if (asprintf(&temp, "%s.tmp-XXXXXX", path) < 0) return ENOMEM;
    if ((fd = mkostemp(temp, O_CLOEXEC)) < 0)
    {
        free(temp);
        return errno;
    }
    error = write_all(fd, data);
    if (!error && fchmod(fd, secret ? 0600 : 0644)) error = errno;
    if (!error && fsync(fd)) error = errno;
    if (close(fd) && !error) error = errno;
    if (!error && rename(temp, path)) error = errno;
    if (error) unlink(temp);
    free(temp);
    return error;
}

int file_write(const struct settings *settings, const char *path, struct bytes data, int secret)
{
    struct stat st;
    int error, result;

    if (!strcmp(path, "-"))
    {
        if (fwrite(data.data, 1, data.size, stdout) == data.size && !fflush(stdout)) return EXIT_DONE;
        return fail(EXIT_FAILED, "standard output: %s", strerror(errno));
    }
    if (!lstat(path, &st))
    {
        if (!S_ISREG(st.st_mode)) return fail(EXIT_FAILED, "%s: there is something that is no file", path);
        if ((result = confirm(settings->yes, "%s: replace this file?", path))) return result;
    }
    if ((error = write_new(path, data, secret))) return fail(EXIT_FAILED, "%s: %s", path, strerror(error));
    return EXIT_DONE;
}
