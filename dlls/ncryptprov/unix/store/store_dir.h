/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Durable files in one directory, for the key store: reading a whole file, and writing, moving and removing files under
 * the lock of the directory. Knows nothing about the content of the files. */
#ifndef ENGINE_STORE_DIR_H
#define ENGINE_STORE_DIR_H

#include "base/memory.h"
#include "base/status.h"

#define ASIDE_NAME_MAX 128          /* characters with NUL */

/* The table of store.h. ENOENT is NTE_BAD_KEYSET, 0 is NTE_SUCCESS. */
nte_status errno_status(int error);

/* 1 for the errors of renameat2 on a file system without these flags (NFS, FUSE), in a kernel without the call, and in
 * a sandbox that forbids it. */
int lacks_rename_flags(int error);

/* Reads a regular file; name is below dir, or a full path with AT_FDCWD. image->data is secret_alloc'ed. NTE_BAD_KEYSET
 * when it does not exist, NTE_BAD_DATA when it is longer than max bytes, NTE_SYS_ERR for a symbolic link and for
 * anything else that is not a regular file. */
nte_status dir_read(int dir, const char *name, size_t max, struct bytes *image);

/* The right to write in one directory, against threads and processes alike. */
struct dir_lock
{
    const char *path;               /* of the directory; the caller keeps it while the lock is held */
    int dir;
    int lock;
};

/* How long dir_lock waits, in milliseconds. Tests set shorter times. */
struct lock_patience
{
    int64_t tell;                   /* then one line on stderr names the process that holds the lock */
    int64_t end;                    /* then NTE_DEVICE_NOT_READY */
};
extern struct lock_patience lock_patience;

/* Waits for the lock; a thread that ends while holding it releases it. A missing directory is created when
 * create is set (NTE_NOT_FOUND without its parent), else NTE_BAD_KEYSET. NTE_NOT_SUPPORTED, and a line on stderr, on a
 * file system without locks. Occasionally removes temporary files left by a killed process. */
nte_status dir_lock(const char *path, int create, struct dir_lock *held);
void dir_unlock(struct dir_lock *held);

/* 1 when the directory is certainly no longer at its path: removed, moved away, or replaced. */
int dir_gone(const struct dir_lock *held);

/* For the functions below, success means synced. But if a file was replaced, renamed or removed and only syncing the
 * directory fails, the call still succeeds: one line on stderr says that a power cut may undo the change. */

/* Writes a whole file of mode 0600, synced, atomically. If the name is taken: NTE_EXISTS, or, with replace, the old
 * file is replaced. NTE_BAD_KEYSET when the directory was moved or removed meanwhile: the file may not be found at its
 * path. */
nte_status dir_write(const struct dir_lock *held, const char *name, struct bytes image, int replace);

/* Durably renames a file. NTE_EXISTS: the new name is taken. */
nte_status dir_rename(const struct dir_lock *held, const char *from, const char *to);

nte_status dir_remove(const struct dir_lock *held, const char *name);

/* Renames name to "name.damaged-N" with the first N from 1 that is free; aside is the new name. */
nte_status dir_set_aside(const struct dir_lock *held, const char *name, char aside[ASIDE_NAME_MAX]);

/* store_holder.c */
#define HOLDER_TEXT_MAX 64

/* "process 4711 (name)"; "another process" when that is unknown, for example on another machine. lock: an open
 * descriptor of the lock file. */
void lock_holder(int lock, char text[HOLDER_TEXT_MAX]);

#endif
