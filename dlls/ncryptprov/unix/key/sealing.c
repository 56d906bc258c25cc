/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Sealing: encryption that the device of a key alone undoes, by NCRYPT_SEALING_FLAG (row T.40). */
#include <string.h>

#include "key/key.h"

#define SEAL_FLAGS (FLAG_SEALING | FLAG_SILENT)

/* NTE_BAD_FLAGS: the flag means nothing to such a key. */
static nte_status begin(struct key *key, uint32_t flags, struct key_use *use)
{
    nte_status status;

    if ((status = key_begin(key, 0, use))) return status;
    return use->family->seal && !(flags & ~SEAL_FLAGS) ? NTE_SUCCESS : key_end(use, NTE_BAD_FLAGS);
}

static nte_status give(const struct writer *w, uint8_t *output, uint32_t size, uint32_t *result)
{
    if (w->failed) return NTE_NO_MEMORY;
    *result = w->used;
    if (!output) return NTE_SUCCESS;
    if (size < w->used) return NTE_BUFFER_TOO_SMALL;
    memcpy(output, w->data, w->used);
    return NTE_SUCCESS;
}

nte_status key_seal(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                    uint8_t *output, uint32_t size, uint32_t *result)
{
    struct writer w = {0};
    struct key_use use;
    nte_status status;

    if ((status = begin(key, flags, &use))) return status;
    if (!input.data || !input.size) return key_end(&use, NTE_INVALID_PARAMETER);
    status = use.family->seal(use.material, padding, input, &w);
    if (!status) status = give(&w, output, size, result);
    writer_free(&w);
    return key_end(&use, status);
}

nte_status key_unseal(struct key *key, const struct padding *padding, uint32_t flags, struct bytes input,
                      uint8_t *output, uint32_t size, uint32_t *result)
{
    struct key_use use;
    nte_status status;

    if ((status = begin(key, flags, &use))) return status;
    if (!input.data || !input.size) return key_end(&use, NTE_INVALID_PARAMETER);
    return key_end(&use, use.family->unseal(use.material, padding, input, output, size, result));
}
