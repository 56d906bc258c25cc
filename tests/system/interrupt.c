/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A library for LD_PRELOAD that lets a program fail at a chosen moment, for the checks of ncrypt-keys:
 *   INTERRUPT_LOG   a file that gets a line for each call that changes or syncs something: its number, name and object
 *   INTERRUPT_AT    the number of the call before which the process is killed
 *   INTERRUPT_GONE  the last part of a path that open and openat do not find */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static void step(const char *what, const char *object)
{
    static int count;
    const char *log = getenv("INTERRUPT_LOG"), *at = getenv("INTERRUPT_AT");
    FILE *file = log ? fopen(log, "ae") : NULL;

    count++;
    if (file)
    {
        fprintf(file, "%d %s %s\n", count, what, object);
        fclose(file);
    }
    if (at && atoi(at) == count) kill(getpid(), SIGKILL);
}

int fsync(int fd)
{
    char link[64], path[4096];
    ssize_t size;

    snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
    size = readlink(link, path, sizeof(path) - 1);
    path[size > 0 ? size : 0] = 0;
    step("fsync", path);
    return REAL(fsync)(fd);
}

int rename(const char *from, const char *to)
{
    step("rename", to);
    return REAL(rename)(from, to);
}

int renameat(int from_dir, const char *from, int to_dir, const char *to)
{
    step("renameat", to);
    return REAL(renameat)(from_dir, from, to_dir, to);
}

int renameat2(int from_dir, const char *from, int to_dir, const char *to, unsigned int flags)
{
    step("renameat2", to);
    return REAL(renameat2)(from_dir, from, to_dir, to, flags);
}

int linkat(int from_dir, const char *from, int to_dir, const char *to, int flags)
{
    step("linkat", to);
    return REAL(linkat)(from_dir, from, to_dir, to, flags);
}

int unlinkat(int dir, const char *name, int flags)
{
    step("unlinkat", name);
    return REAL(unlinkat)(dir, name, flags);
}

char *mkdtemp(char *template)
{
    step("mkdtemp", template);
    return REAL(mkdtemp)(template);
}

static int is_gone(const char *path)
{
    const char *gone = getenv("INTERRUPT_GONE"), *slash = strrchr(path, '/');

    return gone && !strcmp(slash ? slash + 1 : path, gone);
}

static int open_real(int dir, const char *path, int flags, mode_t mode)
{
    if (is_gone(path))
    {
        errno = ENOENT;
        return -1;
    }
    if (flags & O_CREAT) step("create", path);
    return REAL(openat)(dir, path, flags, mode);
}

int openat(int dir, const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = va_arg(args, int);       /* without O_CREAT whatever is there, which is not looked at */
    va_end(args);
    return open_real(dir, path, flags, mode);
}

int open(const char *path, int flags, ...)
{
    va_list args;
    mode_t mode;

    va_start(args, flags);
    mode = va_arg(args, int);
    va_end(args);
    return open_real(AT_FDCWD, path, flags, mode);
}
