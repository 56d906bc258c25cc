/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims go to the provider of their keys; see claim.h. */
#include <string.h>

#include "key/claim.h"

static const struct provider_class *provider_of(const struct claim *claim)
{
    return (claim->authority ? claim->authority : claim->subject)->object.provider;
}

/* The user is asked for consent to each of them as for any use of a key. */
static nte_status open_key(struct key *key)
{
    const struct material *material;

    return key ? key_private(key, &material) : NTE_SUCCESS;
}

int claim_waits_for_subject(const struct claim *claim)
{
    return open_key(claim->subject) == NTE_SILENT_CONTEXT;
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

nte_status claim_create(const struct claim *claim, uint32_t flags, uint8_t *output, uint32_t size, uint32_t *result)
{
    struct writer w = {0};
    nte_status status;

    if (!provider_of(claim)->claim_create) return NTE_NOT_SUPPORTED;
    if (flags & ~FLAG_SILENT) return NTE_BAD_FLAGS;
    if ((status = open_key(claim->subject)) || (status = open_key(claim->authority))) return status;
    status = provider_of(claim)->claim_create(claim, &w);
    if (!status) status = give(&w, output, size, result);
    writer_free(&w);
    return status;
}

nte_status claim_verify(const struct claim *claim, uint32_t flags, struct bytes blob)
{
    if (!provider_of(claim)->claim_verify) return NTE_NOT_SUPPORTED;
    if (flags & ~FLAG_SILENT) return NTE_BAD_FLAGS;
    if (!blob.data) return NTE_INVALID_PARAMETER;
    return provider_of(claim)->claim_verify(claim, blob);
}
