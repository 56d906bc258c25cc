/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Who holds a lock, according to /proc: for a message to a user who wonders why a program hangs. */
#define _GNU_SOURCE
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "store/store_dir.h"

struct lock_line                    /* of /proc/locks; see proc(5) */
{
    unsigned int pid, major, minor;
    unsigned long long inode;
};

/* "1: FLOCK ADVISORY WRITE 4711 fd:01:123456 0 EOF"; a waiting one has "->" after the number, and does not match. A
 * process of another container is 0 there, the owner of an OFD lock -1. */
static int parse_line(const char *text, struct lock_line *line)
{
    return sscanf(text, "%*u: FLOCK ADVISORY WRITE %u %x:%x:%llu", &line->pid, &line->major, &line->minor,
                  &line->inode) == 4 && line->pid;
}

/* Some file systems (overlayfs, btrfs) give stat another device than /proc/locks; then the process must at least have
 * the file open. */
static int has_open(unsigned int pid, const struct stat *lock)
{
    char path[32 + NAME_MAX];
    struct dirent *entry;
    struct stat st;
    DIR *entries;
    int found = 0;

    snprintf(path, sizeof(path), "/proc/%u/fd", pid);
    if (!(entries = opendir(path))) return 0;
    while (!found && (entry = readdir(entries)))
    {
        snprintf(path, sizeof(path), "/proc/%u/fd/%s", pid, entry->d_name);
        found = !stat(path, &st) && st.st_dev == lock->st_dev && st.st_ino == lock->st_ino;
    }
    closedir(entries);
    return found;
}

static int is_holder(const struct lock_line *line, const struct stat *lock)
{
    if (line->inode != lock->st_ino) return 0;
    return makedev(line->major, line->minor) == lock->st_dev || has_open(line->pid, lock);
}

/* A process chooses its own name, so it may be anything. */
static void make_printable(char *text)
{
    for (; *text; text++) if (*text < 0x20 || *text > 0x7e) *text = '?';
}

/* A process without a name has ended and left the open file to another. */
static void describe(unsigned int pid, char text[HOLDER_TEXT_MAX])
{
    char path[32], name[32] = "";
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%u/comm", pid);
    if ((file = fopen(path, "re")))
    {
        if (fscanf(file, "%31[^\n]", name) != 1) *name = 0;
        fclose(file);
    }
    make_printable(name);
    if (*name) snprintf(text, HOLDER_TEXT_MAX, "process %u (%s)", pid, name);
}

void lock_holder(int lock, char text[HOLDER_TEXT_MAX])
{
    struct lock_line line;
    struct stat st;
    char row[256];
    FILE *file;

    strcpy(text, "another process");
    if (fstat(lock, &st) || !(file = fopen("/proc/locks", "re"))) return;
    while (fgets(row, sizeof(row), file))
    {
        if (!parse_line(row, &line) || !is_holder(&line, &st)) continue;
        describe(line.pid, text);
        break;
    }
    fclose(file);
}
