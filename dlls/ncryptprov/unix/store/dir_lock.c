/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The lock of a directory: flock on its ".lock" file, opened anew for each holder so that threads exclude each other
 * too. Also creates the directory, and removes what killed writers left behind; see store_dir.h. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/store_internal.h"

#define LOCK_NAME   ".lock"
#define LOCK_TRIES  1000
#define TEMP_PREFIX ".tmp-"
#define STALE_AGE   3600            /* seconds */
#define CLOCK_SLACK 2   /* seconds: time stamps of files may be a tick ahead of time() */

/* A directory is durable once its parent is synced. If that fails it still exists, so that is not an error. */
static void sync_parent(const char *path)
{
    char *parent;
    int fd;

    if (asprintf(&parent, "%s/..", path) < 0) return;
    if ((fd = TEMP_FAILURE_RETRY(open(parent, O_RDONLY | O_DIRECTORY | O_CLOEXEC))) >= 0)
    {
        fsync(fd);
        close(fd);
    }
    free(parent);
}

/* The provider has already tried to create the parent (row 18.6): NTE_PERM if it was not allowed to. */
static nte_status missing_parent(const char *path)
{
    char *parent = strdup(path), *slash = NULL;
    int error = ENOENT;

    while (parent && error == ENOENT && (slash = strrchr(parent, '/')) && slash > parent)
    {
        *slash = 0;
        error = faccessat(AT_FDCWD, parent, W_OK, AT_EACCESS) ? errno : 0;
    }
    free(parent);
    return error == EACCES || error == EROFS ? NTE_PERM : NTE_NOT_FOUND;
}

static nte_status make_dir(const char *path)
{
    if (mkdir(path, 0700))
    {
        if (errno == ENOENT || errno == ENOTDIR) return missing_parent(path);
        return errno == EEXIST ? NTE_SUCCESS : errno_status(errno);
    }
    if (chmod(path, 0700)) return errno_status(errno);      /* the umask may have taken bits */
    sync_parent(path);
    return NTE_SUCCESS;
}

static nte_status open_dir(const char *path, int create, int *dir)
{
    nte_status status;

    if ((*dir = TEMP_FAILURE_RETRY(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))) >= 0) return NTE_SUCCESS;
    if ((errno != ENOENT && errno != ENOTDIR) || !create) return errno_status(errno);
    if ((status = make_dir(path))) return status;
    if ((*dir = TEMP_FAILURE_RETRY(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC))) >= 0) return NTE_SUCCESS;
    if (errno == ENOTDIR) return NTE_SYS_ERR;               /* there is a file in its place */
    return errno == ENOENT ? NTE_NOT_FOUND : errno_status(errno);
}

/* TerminateThread may end a thread of Wine in the middle of a write. The destructor of this thread-specific value then
 * releases the lock; otherwise all other processes would wait until this one ends. */
static pthread_key_t held_lock;
static int has_held_lock;

static void let_go(void *value)
{
    close((intptr_t)value - 1);
}

static void make_held_lock(void)
{
    has_held_lock = !pthread_key_create(&held_lock, let_go);
}

static void remember_lock(int lock)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, make_held_lock);
    if (has_held_lock) pthread_setspecific(held_lock, (void *)(intptr_t)(lock + 1));
}

/* --- waiting --- */

#define BETWEEN_EVENTS 10           /* milliseconds; a holder on another machine causes none */
#define WITHOUT_EVENTS 1

struct lock_patience lock_patience = {5000, 60000};

struct wait
{
    const char *path;
    int64_t started;                /* milliseconds; 0: not yet */
    int events;                     /* of inotify; -1: unavailable */
    int told;
};

static int64_t monotonic(void)
{
    struct timespec ts;

    clock_gettime(CLOCK_MONOTONIC, &ts);
    return ts.tv_sec * 1000ll + ts.tv_nsec / 1000000 + 1;
}

/* Releasing the lock closes its file, and so does being killed. */
static int watch_lock(const char *path)
{
    int events = inotify_init1(IN_CLOEXEC | IN_NONBLOCK), watch = -1;
    char *name;

    if (events < 0) return -1;
    if (asprintf(&name, "%s/" LOCK_NAME, path) >= 0)
    {
        watch = inotify_add_watch(events, name, IN_CLOSE_WRITE);
        free(name);
    }
    if (watch >= 0) return events;
    close(events);
    return -1;
}

static void start_waiting(struct wait *wait)
{
    wait->started = monotonic();
    wait->events = watch_lock(wait->path);
}

static void end_waiting(struct wait *wait)
{
    if (wait->events >= 0) close(wait->events);
}

static void tell_holder(struct wait *wait, int lock)
{
    char holder[HOLDER_TEXT_MAX];

    lock_holder(lock, holder);
    store_tell("ncrypt: waiting for the lock of %s, which %s holds\n", wait->path, holder);
    wait->told = 1;
}

static void wait_for_event(int events)
{
    struct pollfd event = {events, POLLIN, 0};              /* poll ignores -1 and only waits */
    char read_off[4096];

    if (poll(&event, 1, events < 0 ? WITHOUT_EVENTS : BETWEEN_EVENTS) <= 0) return;
    if (read(events, read_off, sizeof(read_off)) < 0) return;       /* all events have been read */
}

/* flock itself waits without a limit, and in a process of Wine we have neither signals nor threads of our own to end
 * it. So every waiter tries again whenever somebody has released it, as it would in the kernel. */
static int wait_a_while(struct wait *wait, int lock)
{
    int64_t waited;

    if (!wait->started)
    {
        start_waiting(wait);
        return 1;                   /* it may have become free before we began to watch */
    }
    waited = monotonic() - wait->started;
    if (!wait->told && waited >= lock_patience.tell) tell_holder(wait, lock);
    if (waited >= lock_patience.end) return 0;              /* after a pause of the whole machine, both at once */
    wait_for_event(wait->events);
    return 1;
}

/* --- locking --- */

/* A lock on the whole file that belongs to the open file, like one from flock. */
static int ofd_lock(int lock, short type)
{
    struct flock whole = {.l_type = type, .l_whence = SEEK_SET};

    return fcntl(lock, F_OFD_SETLK, &whole);
}

static int is_unsupported(int error)
{
    return error == EOPNOTSUPP || error == ENOSYS || error == ENOLCK || error == EINVAL;
}

/* 0, or the error. Some file systems have one kind of lock, some the other; all processes choose the same one. */
static int lock_now(int lock)
{
    int error;

    while ((error = flock(lock, LOCK_EX | LOCK_NB) ? errno : 0) == EINTR);
    if (!is_unsupported(error)) return error;
    while ((error = ofd_lock(lock, F_WRLCK) ? errno : 0) == EINTR);
    return error == EACCES ? EAGAIN : error;
}

static nte_status wait_for_lock(struct wait *wait, int lock)
{
    int error;

    while ((error = lock_now(lock)) == EAGAIN) if (!wait_a_while(wait, lock)) return NTE_DEVICE_NOT_READY;
    if (!is_unsupported(error)) return errno_status(error);
    store_tell("ncrypt: %s: keys cannot be written here, the file system has no locks (%s)\n", wait->path,
               strerror(error));
    return NTE_NOT_SUPPORTED;
}

static nte_status open_lock(struct wait *wait, int dir, int *lock)
{
    *lock = TEMP_FAILURE_RETRY(openat(dir, LOCK_NAME, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK,
                                      0600));
    if (*lock < 0) return errno_status(errno);
    remember_lock(*lock);
    return wait_for_lock(wait, *lock);
}

/* 0: it is the lock of what is at the path now. ENOENT: the file, or the whole directory, has been removed or replaced,
 * so that the lock keeps nobody out. Otherwise the error that prevented an answer. */
static int check_lock(const struct dir_lock *held, struct stat *st)
{
    struct stat now;
    char *name;
    int error;

    if (fstat(held->lock, st)) return errno;
    if (asprintf(&name, "%s/" LOCK_NAME, held->path) < 0) return ENOMEM;
    error = lstat(name, &now) ? errno : 0;
    free(name);
    if (error) return error == ENOTDIR ? ENOENT : error;
    return st->st_dev == now.st_dev && st->st_ino == now.st_ino ? 0 : ENOENT;
}

int dir_gone(const struct dir_lock *held)
{
    struct stat st;

    return check_lock(held, &st) == ENOENT;
}

static void remove_if_stale(int dir, const char *name, time_t now)
{
    struct stat st;

    if (strncmp(name, TEMP_PREFIX, strlen(TEMP_PREFIX))) return;
    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) || !S_ISREG(st.st_mode)) return;
    if (now - st.st_mtime >= STALE_AGE) unlinkat(dir, name, 0);
}

static void remove_stale(int dir, time_t now)
{
    int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    struct dirent *entry;
    DIR *entries;

    if (fd < 0) return;
    if (!(entries = fdopendir(fd)))
    {
        close(fd);
        return;
    }
    while ((entry = readdir(entries))) remove_if_stale(dir, entry->d_name, now);
    closedir(entries);
}

/* The time stamp of the lock file records the last scan: one an hour costs nothing, one for each write would make
 * writing slower with each key. */
static void tidy(const struct dir_lock *held, const struct stat *st)
{
    time_t now = time(NULL);

    if ((st->st_mode & 0777) != 0600) fchmod(held->lock, 0600);
    if (now + CLOCK_SLACK >= st->st_mtime && now - st->st_mtime < STALE_AGE) return;
    futimens(held->lock, NULL);
    remove_stale(held->dir, now);
}

/* *stale: the directory has gone away meanwhile, try again. */
static nte_status try_lock(struct wait *wait, int create, struct dir_lock *held, int *stale)
{
    nte_status status;
    struct stat st;

    *stale = 0;
    held->lock = -1;
    if ((status = open_dir(held->path, create, &held->dir))) return status;
    if (!(status = open_lock(wait, held->dir, &held->lock))) status = errno_status(check_lock(held, &st));
    if (!status)
    {
        tidy(held, &st);
        return NTE_SUCCESS;
    }
    *stale = status == NTE_BAD_KEYSET;
    dir_unlock(held);
    return status;
}

nte_status dir_lock(const char *path, int create, struct dir_lock *held)
{
    struct wait wait = {path, 0, -1, 0};
    nte_status status;
    int stale, tries = 0;

    held->path = path;
    do status = try_lock(&wait, create, held, &stale);
    while (stale && ++tries < LOCK_TRIES);
    end_waiting(&wait);
    return stale ? NTE_SYS_ERR : status;
}

void dir_unlock(struct dir_lock *held)
{
    if (held->lock >= 0)
    {
        /* close alone would release it, but at that moment nobody would remember the lock */
        if (flock(held->lock, LOCK_UN)) ofd_lock(held->lock, F_UNLCK);
        if (has_held_lock) pthread_setspecific(held_lock, NULL);
        close(held->lock);
    }
    close(held->dir);
}
