/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA in PKCS#8 (RFC 9881 6). */
#include <string.h>

#include "base/oid.h"
#include "format/pkcs8_seed.h"
#include "mldsa/mldsa_material.h"

/* In the order of mldsa_sets. */
const char *const pkcs8_mldsa_oids[] = {OID_MLDSA_44, OID_MLDSA_65, OID_MLDSA_87, NULL};

static const struct mldsa_set *find_set(const char *oid)
{
    unsigned int i;

    for (i = 0; i < MLDSA_SET_COUNT; i++) if (!strcmp(oid, pkcs8_mldsa_oids[i])) return &mldsa_sets[i];
    return NULL;
}

/* What stands beside the seed or the private key must be what follows from it; data NULL: nothing stands there. */
static int agrees(const struct mldsa_key *key, struct bytes expanded, struct bytes public_key)
{
    if (expanded.data && !equal_secret(key->sk, expanded.data, expanded.size)) return 0;
    if (!public_key.data) return 1;
    return public_key.size == key->set->public_size && !memcmp(key->pk, public_key.data, public_key.size);
}

nte_status pkcs8_import_mldsa(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                              struct material **material)
{
    const struct mldsa_set *set = find_set(info->oid);
    struct seed_key parts;
    struct material *made;
    nte_status status;

    if ((status = pkcs8_read_seed_key(info, MLDSA_SEED_SIZE, set->private_size, &parts))) return status;
    if (parts.seed.data) status = mldsa_open(algorithms, set, MLDSA_SEED, parts.seed, &made);
    else status = mldsa_open(algorithms, set, MLDSA_PRIVATE, parts.expanded, &made);
    if (status) return status;
    if (!agrees(mldsa_key_of(made), parts.expanded, info->public_key))
    {
        made->family->free(made);
        return NTE_BAD_DATA;
    }
    *material = made;
    return NTE_SUCCESS;
}

nte_status pkcs8_export_mldsa(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct mldsa_key *key = mldsa_key_of(material);
    struct seed_key parts = {{NULL, 0}, bytes_of(key->sk, key->set->private_size)};

    (void)options;
    if (key->has_seed) parts.seed = bytes_of(key->seed, sizeof(key->seed));
    pkcs8_write_seed_key(w, pkcs8_mldsa_oids[key->set - mldsa_sets], &parts);
    return NTE_SUCCESS;
}
