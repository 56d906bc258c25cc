/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of the key store share with each other. */
#ifndef ENGINE_STORE_INTERNAL_H
#define ENGINE_STORE_INTERNAL_H

#include <pthread.h>

#include "store.h"
#include "store_dir.h"

struct store                        /* secret_alloc'ed: it holds the store key */
{
    pthread_mutex_t mutex;          /* guards what follows, up to path; never held during file access */
    struct store_key key;
    int has_key;
    int complained;                 /* about an unusable store key file */
    char path[];                    /* of the directory */
};

/* store_name.c: 1 when unique has the form that store_is_unique_name takes. */
int is_unique_name(const char *unique);

/* store.c: the full path of a file in the directory; free it. NULL when there is no memory. */
char *store_path(const struct store *store, const char *name);

/* store_key.c. Each of them fills *key, and the caller wipes it. NTE_BAD_KEY_STATE: there is no store key, or
 * the file that should hold it is damaged (said on stderr once, and left as it is). */

/* The cached one; read from disk the first time. */
nte_status store_key_get(struct store *store, struct store_key *key);

/* Read from disk in any case, and cached then. */
nte_status store_key_reread(struct store *store, struct store_key *key);

/* The one on disk, so that what is sealed under it can be read tomorrow. A missing one is written: the cached
 * one, with which its keys can be read again, else a new one. */
nte_status store_key_for_write(struct store *store, const struct dir_lock *held, struct store_key *key);

#endif
