/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The vault of the software provider: key files, those of the user in one directory, those of the machine in
 * another. */
#include <stdio.h>
#include <string.h>

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

static nte_status unique_name(const uint16_t *folded, char unique[UNIQUE_NAME_MAX])
{
    return *stores.machine_guid ? store_unique_name(folded, stores.machine_guid, unique) : NTE_SYS_ERR;
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

const struct vault key_files =
{
    .scope = key_store,
    .unique_name = unique_name,
    .is_unique_name = store_is_unique_name,
    .unique_here = unique_here,
    .open = store_read,
    .exists = store_exists,
    .create = store_create,
    .set_property = store_set_property,
    .remove = store_delete,
    .seal = store_seal,
    .unseal = store_unseal,
    .explain_missing = explain_missing,
    .list_open = store_list_open,
    .list_next = store_list_next,
    .list_close = store_list_close,
    .watch = store_make,
};
