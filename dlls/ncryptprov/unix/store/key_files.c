/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The vault of the software provider: key files, those of the user in one directory, those of the machine in
 * another. */
#include <stdio.h>
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

static nte_status unique_name(struct store *store, struct key_name name, char unique[UNIQUE_NAME_MAX])
{
    size_t length = u16_length(name.name);

    (void)store;
    if (!length || length > MAX_NAME_LENGTH) return NTE_INVALID_PARAMETER;
    return *stores.machine_guid ? store_unique_name(name.folded, stores.machine_guid, unique) : NTE_SYS_ERR;
}

/* Files are named after the MachineGuid, which may be another one there. */
static nte_status unique_here(const char *unique, char here[UNIQUE_NAME_MAX])
{
    snprintf(here, UNIQUE_NAME_MAX, "%.*s_%s", NAME_DIGITS, unique, stores.machine_guid);
    return is_unique_name(unique) && is_unique_name(here) ? NTE_SUCCESS : NTE_BAD_DATA;
}

static void explain_missing(struct store *store, const char *unique, uint32_t flags)
{
    store_mention_stranger(store, unique, flags & FLAG_MACHINE_KEY ? "ncrypt-keys adopt --machine"
                                                                   : "ncrypt-keys adopt");
}

static nte_status open_key(struct store *store, struct key_name name, uint32_t flags, char unique[UNIQUE_NAME_MAX],
                           struct stored_key *stored)
{
    nte_status status;

    if ((status = unique_name(store, name, unique))) return status;
    status = store_read(store, unique, stored);
    if (status == NTE_BAD_KEYSET) explain_missing(store, unique, flags);
    if (status == NTE_BAD_KEYSET && store_is_unique_name(name.name, unique))
        status = store_read(store, unique, stored);         /* row 5.9 */
    return status;
}

static nte_status exists(struct store *store, struct key_name name)
{
    return store_exists(store, name.unique);
}

static nte_status remove_key(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                             const struct material *material)
{
    (void)material;
    return store_delete(store, unique, id);
}

static nte_status list_open(struct store *store, const uint16_t *part, struct store_list **list)
{
    return part ? NTE_INVALID_PARAMETER : store_list_open(store, list);
}

const struct vault key_files =
{
    .scope = key_store,
    .unique_name = unique_name,
    .unique_here = unique_here,
    .open = open_key,
    .exists = exists,
    .create = store_create,
    .set_property = store_set_property,
    .remove = remove_key,
    .seal = store_seal,
    .unseal = store_unseal,
    .list_open = list_open,
    .list_next = store_list_next,
    .list_close = store_list_close,
    .watch = store_make,
};
