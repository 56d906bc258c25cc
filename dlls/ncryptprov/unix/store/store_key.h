/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The store key: where it is, and how to get it for deriving other keys from it, or for moving a whole store.
 *
 * Functions that fill *key leave it to the caller to wipe it. NTE_BAD_KEY_STATE: there is no store key, or the file
 * that should hold it is damaged; also the statuses of struct keeper. Reported on stderr once; nothing is changed. */
#ifndef ENGINE_STORE_KEY_H
#define ENGINE_STORE_KEY_H

#include "store/store.h"
#include "store/store_dir.h"

enum place { PLACE_NONE, PLACE_FILE, PLACE_KEEPER, PLACE_UNKNOWN };

/* The cached one, read from disk the first time. */
nte_status store_key_get(struct store *store, struct store_key *key);

/* Read from disk in any case, then cached. */
nte_status store_key_reread(struct store *store, struct store_key *key);

/* The one on disk, in the place where the user wants it, so that what is sealed under it can be read later. A missing
 * one is written: the cached one, which makes the store's keys readable again, else a new one. held: the lock of the
 * store's directory. */
nte_status store_key_for_write(struct store *store, const struct dir_lock *held, struct store_key *key);

/* The same without holding the lock; a missing directory is created. */
nte_status store_key_make(struct store *store, struct store_key *key);

/* As if this process had read key from that place. In a new store it is the one that store_key_for_write writes, and
 * that is where it writes it. */
void store_key_remember(struct store *store, const struct store_key *key, enum place place);

/* Where this process has read or written the store key; PLACE_NONE: it has not. */
enum place store_key_place(struct store *store);

#endif
