/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What all derivations have in common: buffers are sorted and counted, sizes settled; see derive.h. */
#include <string.h>

#include "derive/derive.h"

#define MAY_REPEAT (BIT(KDF_SECRET_PREPEND) | BIT(KDF_SECRET_APPEND))

struct chain other_info(const struct derivation *d, struct bytes runs[OTHER_INFO_RUNS])
{
    struct chain chain = {runs, OTHER_INFO_RUNS};

    runs[0] = d->value[KDF_ALGORITHMID];
    runs[1] = d->value[KDF_PARTYUINFO];
    runs[2] = d->value[KDF_PARTYVINFO];
    runs[3] = d->value[KDF_SUPPPUBINFO];
    runs[4] = d->value[KDF_SUPPPRIVINFO];
    if (!(d->present & BIT(KDF_GENERIC_PARAMETER))) return chain;
    runs[0] = d->value[KDF_GENERIC_PARAMETER];
    chain.count = 1;
    return chain;
}

static nte_status sort_buffer(const struct kdf_row *row, const struct kdf_parameter *p, struct derivation *d)
{
    uint32_t known = row->required | row->optional;

    if (row->generic) known |= BIT(KDF_GENERIC_PARAMETER);
    if (p->type >= KDF_TYPE_COUNT || !(known & BIT(p->type))) return NTE_SUCCESS;
    if (d->present & BIT(p->type) & ~MAY_REPEAT) return NTE_INVALID_PARAMETER;
    d->present |= BIT(p->type);
    d->value[p->type] = p->value;
    return NTE_SUCCESS;
}

static nte_status check_present(const struct kdf_row *row, uint32_t present)
{
    uint32_t required = row->required;

    if (present & BIT(KDF_GENERIC_PARAMETER))
    {
        if (present & row->generic) return NTE_INVALID_PARAMETER;       /* the same value given twice */
        required &= ~row->generic;
    }
    return required & ~present ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

static nte_status sort_buffers(const struct kdf_row *row, struct derivation *d)
{
    nte_status status;
    size_t i;

    for (i = 0; i < d->all->count; i++)
        if ((status = sort_buffer(row, &d->all->list[i], d))) return status;
    if ((status = check_present(row, d->present))) return status;
    if (d->present & BIT(KDF_HASH_ALGORITHM)) return kdf_find_hash(d->value[KDF_HASH_ALGORITHM], &d->hash);
    if (row->default_hash) d->hash = hash_find_ascii(row->default_hash);
    return NTE_SUCCESS;
}

static nte_status measure(const struct kdf_row *row, const struct derivation *d, uint32_t *size)
{
    if (row->measure) return row->measure(d, size);
    *size = d->hash->size;
    return NTE_SUCCESS;
}

static nte_status settle_size(enum derived_size kind, uint32_t full, uint32_t *size)
{
    switch (kind)
    {
    case SIZE_UP_TO:
        if (*size > full) *size = full;
        return NTE_SUCCESS;
    case SIZE_EXACT:
        if (*size < full) return NTE_BUFFER_TOO_SMALL;
        *size = full;
        return NTE_SUCCESS;
    case SIZE_ANY:
        break;
    }
    return *size > MAX_DERIVED ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

nte_status derive(const struct kdf_row *row, struct derivation *d, uint8_t *output, uint32_t size,
                  uint32_t *result)
{
    nte_status status;
    uint32_t full;

    if (d->flags & ~(row->flags | FLAG_SILENT)) return NTE_BAD_FLAGS;
    if ((status = sort_buffers(row, d)) || (status = measure(row, d, &full))) return status;
    *result = full;
    if (!output) return NTE_SUCCESS;
    if ((status = settle_size(row->kind, full, &size))) return status;
    if ((status = row->derive(d, output, size))) return status;
    *result = size;
    return NTE_SUCCESS;
}
