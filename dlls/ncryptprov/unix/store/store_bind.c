/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Checks whether an image belongs under the name of its file. The seal proves who wrote it, not that it is still where
 * it was written. */
#include <string.h>

#include "store/store_internal.h"

void store_expect(struct store *store, uint32_t flags)
{
    store->flags = flags;
    store->expects = 1;
}

/* Files of versions 1 and 2 record only the name of their key. A name whose lower case is uncertain fits everywhere: a
 * good key must not be mistaken for a foreign one. */
static nte_status fits_by_name(const char *unique, const uint16_t *name)
{
    uint16_t *folded = secret_alloc((u16_length(name) + 1) * sizeof(*folded));
    char made[UNIQUE_NAME_MAX];
    nte_status status = NTE_SUCCESS;

    if (!folded) return NTE_NO_MEMORY;
    if (fold_name(name, folded) && !(status = store_unique_name(folded, strchr(unique, '_') + 1, made)))
        status = strcmp(made, unique) ? NTE_BAD_DATA : NTE_SUCCESS;
    secret_free(folded);
    return status;
}

nte_status store_fits(const struct store *store, const char *unique, const struct stored_key *stored)
{
    if (!is_unique_name(unique)) return NTE_INVALID_PARAMETER;
    if (stored->kind != IMAGE_KEY_FILE) return NTE_BAD_DATA;
    if (store->expects && (stored->flags ^ store->flags) & FLAG_MACHINE_KEY) return NTE_BAD_DATA;
    if (!stored->bound) return fits_by_name(unique, stored->name);
    return memcmp(stored->digits, unique, NAME_DIGITS) ? NTE_BAD_DATA : NTE_SUCCESS;
}
