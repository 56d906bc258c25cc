/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The vault of the software provider: key files, those of the user in one directory, those of the machine in
 * another. */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lengths.h"
#include "store/store_internal.h"
#include "store/vault.h"

static struct
{
    struct store *user, *machine;
    char machine_guid[64];
} stores;

nte_status engine_attach(const char *user_dir, const char *machine_dir, const char *machine_guid)
{
    nte_status status;

    if (strlen(machine_guid) >= sizeof(stores.machine_guid)) return NTE_INVALID_PARAMETER;
    if ((status = store_open(user_dir, &stores.user))) return status;
    if ((status = store_open(machine_dir, &stores.machine)))
    {
        store_close(stores.user);
        stores.user = NULL;
        return status;
    }
    store_expect(stores.machine, FLAG_MACHINE_KEY);
    store_expect(stores.user, 0);
    strcpy(stores.machine_guid, machine_guid);
    return NTE_SUCCESS;
}

struct store *key_store(uint32_t flags)
{
    return flags & FLAG_MACHINE_KEY ? stores.machine : stores.user;
}

nte_status key_store_beside(uint32_t flags, const char *directory, struct store **store)
{
    const char *path = key_store(flags)->path, *slash = strrchr(path, '/');
    int length = slash ? slash - path + 1 : 0;
    char *beside = NULL;
    nte_status status;

    if (asprintf(&beside, "%.*s%s", length, path, directory) < 0) return NTE_NO_MEMORY;
    if (!(status = store_open(beside, store))) store_expect(*store, flags & FLAG_MACHINE_KEY);
    free(beside);
    return status;
}

nte_status file_vault_unique_name(struct store *store, struct key_name name, char unique[UNIQUE_NAME_MAX])
{
    size_t length = u16_length(name.name);

    (void)store;
    if (!length || length > MAX_NAME_LENGTH) return NTE_INVALID_PARAMETER;
    return *stores.machine_guid ? store_unique_name(name.folded, stores.machine_guid, unique) : NTE_SYS_ERR;
}

/* Files are named after the MachineGuid, which may be another one there. */
nte_status file_vault_unique_here(const char *unique, char here[UNIQUE_NAME_MAX])
{
    snprintf(here, UNIQUE_NAME_MAX, "%.*s_%s", NAME_DIGITS, unique, stores.machine_guid);
    return is_unique_name(unique) && is_unique_name(here) ? NTE_SUCCESS : NTE_BAD_DATA;
}

static void explain_missing(struct store *store, const char *unique, uint32_t flags)
{
    store_mention_stranger(store, unique, flags & FLAG_MACHINE_KEY ? "ncrypt-keys adopt --machine"
                                                                   : "ncrypt-keys adopt");
}

nte_status file_vault_open(struct store *store, struct key_name name, uint32_t flags, char unique[UNIQUE_NAME_MAX],
                           struct stored_key *stored)
{
    nte_status status;

    if ((status = file_vault_unique_name(store, name, unique))) return status;
    status = store_read(store, unique, stored);
    if (status == NTE_BAD_KEYSET) explain_missing(store, unique, flags);
    if (status == NTE_BAD_KEYSET && store_is_unique_name(name.name, unique))
        status = store_read(store, unique, stored);         /* row 5.9 */
    return status;
}

nte_status file_vault_exists(struct store *store, struct key_name name)
{
    return store_exists(store, name.unique);
}

nte_status file_vault_remove(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                             const struct material *material)
{
    (void)material;
    return store_delete(store, unique, id);
}

nte_status file_vault_list_open(struct store *store, const uint16_t *part, struct store_list **list)
{
    return part ? NTE_INVALID_PARAMETER : store_list_open(store, list);
}

const struct vault key_files =
{
    .scope = key_store,
    .unique_name = file_vault_unique_name,
    .unique_here = file_vault_unique_here,
    .open = file_vault_open,
    .exists = file_vault_exists,
    .create = store_create,
    .set_property = store_set_property,
    .remove = file_vault_remove,
    .seal = store_seal,
    .unseal = store_unseal,
    .list_open = file_vault_list_open,
    .list_next = store_list_next,
    .list_close = store_list_close,
    .watch = store_make,
};
