/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Where the keys of a provider are. key/ reaches them through such a table and through nothing else; key files are the
 * first vault (store.h has the contracts of these functions and their statuses, which hold for every vault).
 *
 * struct store is one scope of a vault, the user's keys or the machine's, and belongs to its vault: no other code looks
 * into it. unique is the vault's own name of a key, "Unique Name". */
#ifndef ENGINE_VAULT_H
#define ENGINE_VAULT_H

#include "store/store.h"

/* What NCryptCreatePersistedKey, NCryptOpenKey and NCryptImportKey pass about the key's name. */
struct key_name
{
    const uint16_t *name;           /* NULL: ephemeral */
    const uint16_t *folded;         /* in lower case */
    const char *unique;             /* made from folded; NULL: not known yet */
};

struct new_key
{
    const struct algorithm *alg;
    uint32_t bits;
    const struct property_list *parameters;
    const struct material *imported;/* NULL: to be generated */
    int overwrite;
};

struct vault
{
    /* The scope for flags: FLAG_MACHINE_KEY or 0. It lives as long as the process. NULL: each provider_class of the
     * vault has a scope of its own. */
    struct store *(*scope)(uint32_t flags);

    /* The unique name of a new key. NTE_SYS_ERR: it cannot be determined now; NTE_INVALID_PARAMETER: no name. */
    nte_status (*unique_name)(struct store *store, struct key_name name, char unique[UNIQUE_NAME_MAX]);
    /* The unique name in this vault of a key that came with one from elsewhere. NTE_BAD_DATA. */
    nte_status (*unique_here)(const char *unique, char here[UNIQUE_NAME_MAX]);

    /* Opens the key that a program calls name, which may be its unique name; that goes to unique. flags: those of
     * NCryptOpenKey. After NTE_BAD_KEYSET the user is told why, if there is something to tell. */
    nte_status (*open)(struct store *store, struct key_name name, uint32_t flags, char unique[UNIQUE_NAME_MAX],
                       struct stored_key *stored);
    /* name.unique is known. */
    nte_status (*exists)(struct store *store, struct key_name name);
    nte_status (*create)(struct store *store, const char *unique, struct stored_key *stored, int overwrite);
    /* In place of create, of a vault that makes its keys itself, those without a name as well (store NULL in the key);
     * NULL: families make the numbers. stored: name, algorithm and policies as they were asked for; then with id,
     * material, and the policies that the key has. unique: in and out. */
    nte_status (*make)(struct store *store, const struct new_key *new, char unique[UNIQUE_NAME_MAX],
                       struct stored_key *stored);
    nte_status (*set_property)(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                               const uint16_t *name, struct bytes value, uint64_t *modified);
    /* material: the key's. */
    nte_status (*remove)(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                         const struct material *material);

    /* Transport images of keys, which only the vault that made them opens. NULL: it makes none. */
    nte_status (*seal)(struct store *store, const struct stored_key *stored, struct writer *w);
    nte_status (*unseal)(struct store *store, struct bytes image, struct stored_key *stored);

    /* part: what NCryptEnumKeys calls a scope, a part of the store; NULL: all of it. NTE_INVALID_PARAMETER: the vault
     * has no such part. */
    nte_status (*list_open)(struct store *store, const uint16_t *part, struct store_list **list);
    nte_status (*list_next)(struct store_list *list, struct stored_key *stored);
    void (*list_close)(struct store_list *list);

    /* Creates what NCryptNotifyChangeKey watches if it is missing; the Windows half does the watching. NULL: nothing is
     * watched. */
    nte_status (*watch)(struct store *store);
};

/* key_files.c */
extern const struct vault key_files;

/* What it is made of, for other vaults that have files. */
nte_status file_vault_unique_name(struct store *store, struct key_name name, char unique[UNIQUE_NAME_MAX]);
nte_status file_vault_unique_here(const char *unique, char here[UNIQUE_NAME_MAX]);
nte_status file_vault_open(struct store *store, struct key_name name, uint32_t flags, char unique[UNIQUE_NAME_MAX],
                           struct stored_key *stored);
nte_status file_vault_exists(struct store *store, struct key_name name);
nte_status file_vault_remove(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                             const struct material *material);
nte_status file_vault_list_open(struct store *store, const uint16_t *part, struct store_list **list);

#endif
