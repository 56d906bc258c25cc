/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of the key store share with each other. */
#ifndef ENGINE_STORE_INTERNAL_H
#define ENGINE_STORE_INTERNAL_H

#include <pthread.h>

#include "store/store.h"
#include "store/store_dir.h"
#include "store/store_keeper.h"

enum strangers { STRANGERS_UNKNOWN, STRANGERS_NONE, STRANGERS_MENTIONED };

enum place { PLACE_NONE, PLACE_FILE, PLACE_KEEPER, PLACE_UNKNOWN };

struct store                        /* secret_alloc'ed: it holds the store key */
{
    pthread_mutex_t mutex;          /* guards what follows, up to path; never held during file access */
    struct store_key key;
    int has_key;
    enum place place;               /* of key */
    int complained;                 /* about a store key that cannot be used */
    int doubted;                    /* reported that key files are sealed under another */
    int trusts;                     /* all key files were sealed under the store key with this id: */
    uint8_t trusted_id[STORE_KEY_ID_SIZE];
    int moved;                      /* a reader has tried to move it */
    enum strangers strangers;       /* what is known of keys under another MachineGuid */
    enum place wish;                /* where store keys belong; PLACE_NONE: new ones in files */
    const struct keeper *keeper;
    uint32_t flags;                 /* FLAG_MACHINE_KEY or 0: of the keys here, when expects is set */
    int expects;
    char path[];                    /* of the directory */
};

/* store_bind.c: does a decoded or peeked image belong under this file name? NTE_BAD_DATA: it belongs to another name
 * or another store, or is not a key file. */
nte_status store_fits(const struct store *store, const char *unique, const struct stored_key *stored);

/* store_fold.c: lower-cases name exactly as the Windows half does, into a buffer of the same size; 0 when that is not
 * certain. */
int fold_name(const uint16_t *name, uint16_t *folded);
/* 1 when the two are equal except for case. */
int same_folded(const uint16_t *a, const uint16_t *b);

/* store_name.c: 1 when unique has the form that store_is_unique_name takes. */
int is_unique_name(const char *unique);

/* store_list.c: appends the unique names that are files of the directory, each with its NUL. A missing directory has
 * none. */
nte_status store_names_read(const char *path, struct writer *names);

/* store.c: the full path of a file in the directory; free it. NULL when there is no memory. */
char *store_path(const struct store *store, const char *name);

/* store.c: to stderr, in one write. */
void store_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* store_key.c. Each of the first three fills *key, and the caller wipes it. NTE_BAD_KEY_STATE: there is no store
 * key, or the file that should hold it is damaged; also the statuses of struct keeper. A failure is reported once on
 * stderr, and changes nothing. */

/* The cached one, read from disk the first time. */
nte_status store_key_get(struct store *store, struct store_key *key);

/* Always reads it from disk, and caches it. */
nte_status store_key_reread(struct store *store, struct store_key *key);

/* The one on disk, so that what is sealed under it can be read tomorrow; where store->wish wants it. A missing one
 * is written: the cached one, with which its keys can be read again, else a new one. */
nte_status store_key_for_write(struct store *store, const struct dir_lock *held, struct store_key *key);

/* store_trust.c. Refusals are reported on stderr, as above. */

/* NTE_PERM if it belongs to another user, unless we are the superuser. If it is ours and others may enter it, closes it
 * to them. */
nte_status trust_directory(struct store *store);

/* The file with the store key, before it is read: a regular file of the directory's owner that nobody else can
 * access, else NTE_BAD_KEY_STATE. NTE_BAD_KEYSET when there is none. */
nte_status trust_store_key(struct store *store, int dir, const char *name);

/* Before something is sealed under the store key with that id: no key file may be sealed under another, else
 * NTE_BAD_KEY_STATE. NULL: there may be no key files at all. Remembers each id that passed. */
nte_status trust_key_files(struct store *store, const struct dir_lock *held, const uint8_t *id);

/* One line on stderr about the store key, once until a store key can be used. */
void store_complain(struct store *store, const char *what, const char *why);

/* As if this process had read key from that place. When the store is created again, store_key_for_write writes this
 * key, to that place. */
void store_key_remember(struct store *store, const struct store_key *key, enum place place);

/* Where the store key that this process has read or written is stored; PLACE_NONE: it has none. */
enum place store_key_place(struct store *store);

/* What the environment asks for. */
enum place store_key_wish(void);

/* For readers, which hold no lock: moves a store key that they have read to where store->wish wants it. A failure is
 * reported on stderr and does not affect the read. */
void store_key_move(struct store *store);

#endif
