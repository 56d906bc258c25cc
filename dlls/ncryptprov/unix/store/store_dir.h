/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Durable files in one directory, for the key store: reading a whole file, and writing, moving and removing
 * files under the lock of the directory. Knows nothing of what the files say. */
#ifndef ENGINE_STORE_DIR_H
#define ENGINE_STORE_DIR_H

#include "base/memory.h"
#include "base/status.h"

#define ASIDE_NAME_MAX 128          /* characters with NUL */

/* The table of store.h. ENOENT is NTE_BAD_KEYSET, 0 is NTE_SUCCESS. */
nte_status errno_status(int error);

/* 1 for what renameat2 answers on a file system that knows no such flag (NFS, FUSE), in a kernel without the call, and
 * in a sandbox that forbids it. */
int lacks_rename_flags(int error);

/* Reads a regular file; name is below dir, or a full path with AT_FDCWD. image->data is secret_alloc'ed.
 * NTE_BAD_KEYSET when there is none, NTE_BAD_DATA when it has more than max bytes, NTE_SYS_ERR for a symbolic
 * link and for anything else that is not a regular file. */
nte_status dir_read(int dir, const char *name, size_t max, struct bytes *image);

/* The right to write in one directory, against threads and processes alike. */
struct dir_lock
{
    const char *path;               /* of the directory; the caller's, as long as the lock is held */
    int dir;
    int lock;
};

/* How long dir_lock waits, in milliseconds. Tests have not so much time. */
struct lock_patience
{
    int64_t tell;                   /* then one line on stderr names the process that holds the lock */
    int64_t end;                    /* then NTE_DEVICE_NOT_READY */
};
extern struct lock_patience lock_patience;

/* Waits for it; a thread that ends while it holds the lock gives it back. A missing directory is made when
 * create is set (NTE_NOT_FOUND without its parent), else NTE_BAD_KEYSET. NTE_NOT_SUPPORTED, and a line on stderr, on a
 * file system without locks. Now and then removes temporary files that a killed process left. */
nte_status dir_lock(const char *path, int create, struct dir_lock *held);
void dir_unlock(struct dir_lock *held);

/* 1 when the directory is certainly no longer what is at its path: removed, moved away, or replaced. */
int dir_gone(const struct dir_lock *held);

/* For what follows: success means synced, but a directory that cannot be synced after a file was replaced, renamed or
 * removed is no failure. It has happened, and one line on stderr says that a power cut may undo it. */

/* Writes a whole file of mode 0600, synced, under its name at once or not at all. When the name is taken:
 * NTE_EXISTS, or, with replace, the old file gives way. NTE_BAD_KEYSET when the directory went away meanwhile:
 * who looks for the file at its path may not find it. */
nte_status dir_write(const struct dir_lock *held, const char *name, struct bytes image, int replace);

/* Renames from to to, durably, when nothing is called so; else NTE_EXISTS. */
nte_status dir_rename(const struct dir_lock *held, const char *from, const char *to);

nte_status dir_remove(const struct dir_lock *held, const char *name);

/* Renames name to "name.damaged-N" with the first N from 1 that is free; aside is the new name. */
nte_status dir_set_aside(const struct dir_lock *held, const char *name, char aside[ASIDE_NAME_MAX]);

/* store_holder.c */
#define HOLDER_TEXT_MAX 64

/* "process 4711 (name)"; "another process" when it cannot be told, as when it runs on another machine. lock: an open
 * descriptor of the lock file. */
void lock_holder(int lock, char text[HOLDER_TEXT_MAX]);

#endif
