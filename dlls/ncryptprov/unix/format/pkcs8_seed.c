/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CHOICE { seed [0] OCTET STRING, expandedKey OCTET STRING, both SEQUENCE { OCTET STRING, OCTET STRING } }. */
#include "format/pkcs8_seed.h"

#define SEED_TAG DER_IMPLICIT(0)

static int read_both(struct reader *r, struct seed_key *parts)
{
    struct reader both = der_enter(r, DER_SEQUENCE);

    parts->seed = der_read(&both, DER_OCTET_STRING);
    parts->expanded = der_read(&both, DER_OCTET_STRING);
    der_leave(r, &both);
    return der_done(r);
}

static int read_choice(struct bytes key, struct seed_key *parts)
{
    struct reader r = {key.data, key.size, 0};

    if (der_next_is(&r, DER_SEQUENCE)) return read_both(&r, parts);
    if (der_next_is(&r, SEED_TAG)) parts->seed = der_read(&r, SEED_TAG);
    else parts->expanded = der_read(&r, DER_OCTET_STRING);
    return der_done(&r);
}

/* The sizes tell: what the standards write is longer than what is in it. */
static int read_bare(struct bytes key, size_t seed_size, size_t expanded_size, struct seed_key *parts)
{
    if (key.size == seed_size) parts->seed = key;
    else if (key.size == expanded_size) parts->expanded = key;
    else return 0;
    return 1;
}

nte_status pkcs8_read_seed_key(const struct pkcs8_info *info, size_t seed_size, size_t expanded_size,
                               struct seed_key *parts)
{
    const struct seed_key none = {{NULL, 0}, {NULL, 0}};
    struct reader parameters = info->parameters;

    *parts = none;
    if (!der_done(&parameters)) return NTE_BAD_DATA;
    if (read_bare(info->key, seed_size, expanded_size, parts)) return NTE_SUCCESS;
    if (!read_choice(info->key, parts)) return NTE_BAD_DATA;
    if (parts->seed.data && parts->seed.size != seed_size) return NTE_BAD_DATA;
    return parts->expanded.data && parts->expanded.size != expanded_size ? NTE_BAD_DATA : NTE_SUCCESS;
}

void pkcs8_write_seed_key(struct writer *w, const char *oid, const struct seed_key *parts)
{
    size_t algorithm = der_open(w, DER_SEQUENCE), octets;

    der_write_oid(w, oid);
    der_close(w, algorithm);
    octets = der_open(w, DER_OCTET_STRING);
    if (parts->seed.data) der_write(w, SEED_TAG, parts->seed);
    else der_write(w, DER_OCTET_STRING, parts->expanded);
    der_close(w, octets);
}
