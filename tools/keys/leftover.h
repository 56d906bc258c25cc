/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The directories that restore fills beside a store, "Keys.restore-XXXXXX". One that is being filled has a mark in it
 * and is locked by its process. When it changes places with the store, the mark goes with it: so one with a mark is an
 * unfinished copy of an archive, and one without is what the store was. path is that of the store, absolute. */
#ifndef KEYS_LEFTOVER_H
#define KEYS_LEFTOVER_H

/* Holds the lock of the directory above the store, so that only one restore at a time begins or exchanges. Close it.
 * -1: it cannot be opened, and there is no lock. */
int restore_lock(const char *path);

/* What to do with the keys of a store that a killed restore had exchanged and not yet put aside. */
typedef void leftover_keys(const char *from, const char *path);

/* Removes what killed restores had not finished; those of running ones stay. parent: from restore_lock. */
void leftover_clear(int parent, const char *path, leftover_keys *keep);

struct fresh
{
    char *path;
    int dir;                        /* open and locked */
};

/* A new directory, marked. 0 or errno; end a success with one of the two below. */
int fresh_make(const char *path, struct fresh *fresh);
void fresh_free(struct fresh *fresh);           /* keeps it */
void fresh_remove(struct fresh *fresh);

/* Takes the mark off a store. 0, also when there is no mark or no store, or errno. */
int fresh_unmark(const char *path);

#endif
