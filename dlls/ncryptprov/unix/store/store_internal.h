/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the files of the key store share with each other, hidden from everything but tests of its inside
 * (check-layers). */
#ifndef ENGINE_STORE_INTERNAL_H
#define ENGINE_STORE_INTERNAL_H

#include <pthread.h>

#include "store/store.h"
#include "store/store_dir.h"
#include "store/store_keeper.h"
#include "store/store_key.h"

enum strangers { STRANGERS_UNKNOWN, STRANGERS_NONE, STRANGERS_MENTIONED };

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
    enum strangers strangers;       /* what is known about keys under another MachineGuid */
    enum place wish;                /* where store keys belong; PLACE_NONE: new ones in files */
    const struct keeper *keeper;
    uint32_t flags;                 /* FLAG_MACHINE_KEY or 0: of the keys here, when expects is set */
    int expects;
    char path[];                    /* of the directory */
};

/* store_list.c: appends the unique names that are files of the directory, each with its NUL. A missing directory has
 * none. */
nte_status store_names_read(const char *path, struct writer *names);

/* store.c: to stderr, in one write. */
void store_tell(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* store_trust.c. Refusals are reported on stderr, as above. */

/* NTE_PERM if it belongs to another user, unless we are the superuser. If it is ours and others can enter it, closes it
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

/* store_key.c: what the environment asks for. */
enum place store_key_wish(void);

/* For readers, which hold no lock: moves a store key that they have read to where store->wish wants it. A failure is
 * reported on stderr and does not affect the read. */
void store_key_move(struct store *store);

#endif
