/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Keys of the TPM as a vault: key files in directories of their own, PCPKSP beside Keys (row T.29), with the wrapped
 * key in place of the private numbers. */
#include <string.h>

#include "algorithm.h"
#include "provider/tpm/tpm_provider.h"

#define DIRECTORY "PCPKSP"

static struct
{
    struct store *user, *machine;
} stores;

static void open_stores(void)
{
    key_store_beside(0, DIRECTORY, &stores.user);
    key_store_beside(FLAG_MACHINE_KEY, DIRECTORY, &stores.machine);
}

/* NULL: no memory. */
static struct store *scope(uint32_t flags)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, open_stores);
    return flags & FLAG_MACHINE_KEY ? stores.machine : stores.user;
}

/* A key that its chip does not take is there all the same: programs make a new one where there is none (row T.44). */
static nte_status take(struct stored_key *stored)
{
    const struct algorithm *alg = algorithm_in_ascii(tpm_algorithms(), stored->algorithm);
    nte_status status;

    if (!alg) return NTE_NOT_SUPPORTED;
    if ((status = tpm_material_new(alg, stored->private_part, &stored->material))) return status;
    status = tpm_calls()->check(&tpm_material_of(stored->material)->blob);
    return status == NTE_BAD_DATA ? NTE_BAD_KEY_STATE : status;
}

static nte_status open_key(struct store *store, struct key_name name, uint32_t flags, char unique[UNIQUE_NAME_MAX],
                           struct stored_key *stored)
{
    nte_status status;

    if (tpm_is_seal_key(name.name)) return tpm_open_seal_key(flags, unique, stored);
    if ((status = file_vault_open(store, name, flags, unique, stored))) return status;
    if ((status = take(stored))) stored_key_free(stored);
    return status;
}

static nte_status exists(struct store *store, struct key_name name)
{
    return tpm_is_seal_key(name.name) ? NTE_SUCCESS : file_vault_exists(store, name);
}

/* Nobody changes the key that is always there. */
static nte_status set_property(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                               const uint16_t *name, struct bytes value, uint64_t *modified)
{
    if (!strcmp(unique, TPM_SEAL_KEY)) return NTE_NOT_SUPPORTED;
    return store_set_property(store, unique, id, name, value, modified);
}

static nte_status remove_key(struct store *store, const char *unique, const uint8_t id[KEY_ID_SIZE],
                             const struct material *material)
{
    return strcmp(unique, TPM_SEAL_KEY) ? file_vault_remove(store, unique, id, material) : NTE_PERM;
}

const struct vault tpm_keys =
{
    .scope = scope,
    .unique_name = file_vault_unique_name,
    .unique_here = file_vault_unique_here,
    .open = open_key,
    .exists = exists,
    .make = tpm_make,
    .set_property = set_property,
    .remove = remove_key,
    .list_open = file_vault_list_open,
    .list_next = store_list_next,
    .list_close = store_list_close,
};
