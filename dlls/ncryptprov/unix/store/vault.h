/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Where the keys of a provider are. key/ reaches them through such a table and through nothing else; key files are the
 * first vault (store.h has the contracts of these functions and their statuses, which hold for every vault).
 *
 * struct store is one scope of a vault, the user's keys or the machine's, and belongs to its vault: no other code looks
 * into it. unique is the vault's own name of a key, "Unique Name". */
#ifndef ENGINE_VAULT_H
#define ENGINE_VAULT_H

#include "store/store.h"

struct vault
{
    /* The scope for flags: FLAG_MACHINE_KEY or 0. It lives as long as the process. */
    struct store *(*scope)(uint32_t flags);

    /* The unique name of a key with that name in lower case. NTE_SYS_ERR: it cannot be determined now. */
    nte_status (*unique_name)(const uint16_t *folded, char unique[UNIQUE_NAME_MAX]);
    /* 1 when s has the form of a unique name: a key can be opened by that, too. */
    int (*is_unique_name)(const uint16_t *s, char unique[UNIQUE_NAME_MAX]);
    /* The unique name in this vault of a key that came with one from elsewhere. NTE_BAD_DATA. */
    nte_status (*unique_here)(const char *unique, char here[UNIQUE_NAME_MAX]);

    nte_status (*open)(struct store *store, const char *unique, struct stored_key *stored);
    nte_status (*exists)(struct store *store, const char *unique);
    nte_status (*create)(struct store *store, const char *unique, struct stored_key *stored, int overwrite);
    nte_status (*set_property)(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                               const uint16_t *name, struct bytes value, uint64_t *modified);
    nte_status (*remove)(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE]);

    /* Transport images of keys, which only the vault that made them opens. */
    nte_status (*seal)(struct store *store, const struct stored_key *stored, struct writer *w);
    nte_status (*unseal)(struct store *store, struct bytes image, struct stored_key *stored);

    /* After NTE_BAD_KEYSET: tells the user why, if there is something to tell. */
    void (*explain_missing)(struct store *store, const char *unique, uint32_t flags);

    nte_status (*list_open)(struct store *store, struct store_list **list);
    nte_status (*list_next)(struct store_list *list, struct stored_key *stored);
    void (*list_close)(struct store_list *list);

    /* Creates what NCryptNotifyChangeKey watches if it is missing; the Windows half does the watching. */
    nte_status (*watch)(struct store *store);
};

/* key_files.c */
extern const struct vault key_files;

#endif
