/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Durable files in one directory; see store_dir.h. A file is written under a temporary name, synced, renamed to its
 * own, and the directory is synced: a crash in between leaves at worst a ".tmp-" file. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "store/store_internal.h"

#define TEMP_NAME_MAX   24
#define ASIDE_LAST      9999

nte_status errno_status(int error)
{
    static const struct { int error; nte_status status; } table[] =
    {
        {0, NTE_SUCCESS},
        {ENOENT, NTE_BAD_KEYSET},
        {ENOTDIR, NTE_BAD_KEYSET},
        {ENOSPC, NTE_TOKEN_KEYSET_STORAGE_FULL},
        {EDQUOT, NTE_TOKEN_KEYSET_STORAGE_FULL},
        {EACCES, NTE_PERM},
        {EPERM, NTE_PERM},
        {EROFS, NTE_PERM},
        {ENOMEM, NTE_NO_MEMORY},
        {EMFILE, NTE_NO_MEMORY},
        {ENFILE, NTE_NO_MEMORY},
    };
    size_t i;

    for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
        if (table[i].error == error) return table[i].status;
    return NTE_SYS_ERR;
}

static nte_status read_all(int fd, uint8_t *data, size_t size, size_t *done)
{
    ssize_t n;

    for (*done = 0; *done < size; *done += n)
    {
        while ((n = read(fd, data + *done, size - *done)) < 0 && errno == EINTR);
        if (n < 0) return errno_status(errno);
        if (!n) break;
    }
    return NTE_SUCCESS;
}

static nte_status read_open_file(int fd, size_t max, struct bytes *image)
{
    struct stat st;
    nte_status status;
    uint8_t *data;

    if (fstat(fd, &st)) return errno_status(errno);
    if (!S_ISREG(st.st_mode)) return NTE_SYS_ERR;
    if ((uint64_t)st.st_size > max) return NTE_BAD_DATA;
    if (!(data = secret_alloc(st.st_size))) return NTE_NO_MEMORY;
    image->data = data;
    if ((status = read_all(fd, data, st.st_size, &image->size))) secret_free(data);
    return status;
}

nte_status dir_read(int dir, const char *name, size_t max, struct bytes *image)
{
    nte_status status;
    int fd;

    fd = TEMP_FAILURE_RETRY(openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (fd < 0) return errno_status(errno);
    status = read_open_file(fd, max, image);
    close(fd);
    return status;
}

static nte_status write_all(int fd, struct bytes image)
{
    ssize_t n;

    while (image.size)
    {
        while ((n = write(fd, image.data, image.size)) < 0 && errno == EINTR);
        if (n < 0) return errno_status(errno);
        image.data += n;
        image.size -= n;
    }
    return NTE_SUCCESS;
}

static nte_status sync_file(int fd)
{
    int result;

    while ((result = fsync(fd)) && errno == EINTR);
    return result ? errno_status(errno) : NTE_SUCCESS;
}

/* Some file systems report that they cannot sync a directory: that is all they offer. */
static nte_status sync_dir(int fd)
{
    int result;

    while ((result = fsync(fd)) && errno == EINTR);
    return result && errno != EINVAL && errno != EOPNOTSUPP ? errno_status(errno) : NTE_SUCCESS;
}

/* After a change that others may already have seen. It has happened, so the call succeeds even if the sync fails. */
static void sync_change(const struct dir_lock *held)
{
    static atomic_flag told = ATOMIC_FLAG_INIT;
    nte_status status = sync_dir(held->dir);

    if (!status || atomic_flag_test_and_set(&told)) return;
    store_tell("ncrypt: %s cannot be synced; a power cut may undo the last change\n", held->path);
}

static nte_status fill_file(int fd, struct bytes image)
{
    nte_status status;

    if (fchmod(fd, 0600)) return errno_status(errno);
    if ((status = write_all(fd, image))) return status;
    return sync_file(fd);
}

static nte_status write_temp(int dir, struct bytes image, char temp[TEMP_NAME_MAX])
{
    unsigned long long random;
    nte_status status;
    int fd;

    if (gnutls_rnd(GNUTLS_RND_NONCE, &random, sizeof(random))) return NTE_INTERNAL_ERROR;
    snprintf(temp, TEMP_NAME_MAX, ".tmp-%016llx", random);
    fd = TEMP_FAILURE_RETRY(openat(dir, temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (fd < 0) return errno_status(errno);
    status = fill_file(fd, image);
    if (close(fd) && !status && errno != EINTR) status = errno_status(errno);
    if (status) unlinkat(dir, temp, 0);
    return status;
}

/* For file systems that cannot do both in one. The lock keeps other writers from using the name in between. */
static nte_status rename_if_free(int dir, const char *from, const char *to)
{
    struct stat st;

    if (!fstatat(dir, to, &st, AT_SYMLINK_NOFOLLOW)) return NTE_EXISTS;
    if (errno != ENOENT) return errno_status(errno);
    return renameat(dir, from, dir, to) ? errno_status(errno) : NTE_SUCCESS;
}

int lacks_rename_flags(int error)
{
    return error == EINVAL || error == ENOSYS || error == EOPNOTSUPP || error == EPERM;
}

/* Renames, but never over something. Not link and unlink, which make the following sync half again as expensive. */
static nte_status move_to_free_name(int dir, const char *from, const char *to)
{
    if (!renameat2(dir, from, dir, to, RENAME_NOREPLACE)) return NTE_SUCCESS;
    if (errno == EEXIST) return NTE_EXISTS;
    return lacks_rename_flags(errno) ? rename_if_free(dir, from, to) : errno_status(errno);
}

/* If it cannot be synced, it is undone. */
static nte_status create(int dir, const char *temp, const char *name)
{
    nte_status status;

    if ((status = move_to_free_name(dir, temp, name))) return status;
    if ((status = sync_dir(dir))) unlinkat(dir, name, 0);
    return status;
}

static nte_status overwrite(const struct dir_lock *held, const char *temp, const char *name)
{
    if (renameat(held->dir, temp, held->dir, name)) return errno_status(errno);
    sync_change(held);
    return NTE_SUCCESS;
}

nte_status dir_write(const struct dir_lock *held, const char *name, struct bytes image, int replace)
{
    char temp[TEMP_NAME_MAX];
    nte_status status;

    if ((status = write_temp(held->dir, image, temp))) return status;
    status = replace ? overwrite(held, temp, name) : create(held->dir, temp, name);
    if (status) unlinkat(held->dir, temp, 0);
    return !status && dir_gone(held) ? NTE_BAD_KEYSET : status;
}

nte_status dir_rename(const struct dir_lock *held, const char *from, const char *to)
{
    nte_status status = move_to_free_name(held->dir, from, to);

    if (!status) sync_change(held);
    return status;
}

nte_status dir_remove(const struct dir_lock *held, const char *name)
{
    if (unlinkat(held->dir, name, 0)) return errno_status(errno);
    sync_change(held);
    return NTE_SUCCESS;
}

nte_status dir_set_aside(const struct dir_lock *held, const char *name, char aside[ASIDE_NAME_MAX])
{
    nte_status status = NTE_EXISTS;
    int n;

    for (n = 1; n <= ASIDE_LAST && status == NTE_EXISTS; n++)
    {
        snprintf(aside, ASIDE_NAME_MAX, "%s.damaged-%d", name, n);
        status = move_to_free_name(held->dir, name, aside);
    }
    if (status) return status == NTE_EXISTS ? NTE_SYS_ERR : status;
    sync_change(held);
    return NTE_SUCCESS;
}
