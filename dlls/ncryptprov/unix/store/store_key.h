/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The store key: where it is, and how those get it who derive other keys from it, or move a whole store.
 *
 * Functions that fill *key leave it to the caller to wipe it. NTE_BAD_KEY_STATE: there is no store key, or the file
 * that should hold it is damaged; further the statuses of struct keeper. Said on stderr once, and everything is left
 * as it is. */
#ifndef ENGINE_STORE_KEY_H
#define ENGINE_STORE_KEY_H

#include "store/store.h"
#include "store/store_dir.h"

enum place { PLACE_NONE, PLACE_FILE, PLACE_KEEPER, PLACE_UNKNOWN };

/* The cached one; read from disk the first time. */
nte_status store_key_get(struct store *store, struct store_key *key);

/* Read from disk in any case, and cached then. */
nte_status store_key_reread(struct store *store, struct store_key *key);

/* The one on disk, so that what is sealed under it can be read tomorrow; where the user wants it. A missing one is
 * written: the cached one, with which its keys can be read again, else a new one. held is of the store's directory. */
nte_status store_key_for_write(struct store *store, const struct dir_lock *held, struct store_key *key);

/* The same for those who do not hold the lock; a missing directory is made. */
nte_status store_key_make(struct store *store, struct store_key *key);

/* As if this process had read key from that place. For a store that is made anew it is then the one that
 * store_key_for_write writes, and writes there. */
void store_key_remember(struct store *store, const struct store_key *key, enum place place);

/* Where the store key lies that this process has read or written; PLACE_NONE: it has none. */
enum place store_key_place(struct store *store);

#endif
