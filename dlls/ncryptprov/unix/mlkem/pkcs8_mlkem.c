/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-KEM in PKCS#8 (RFC 9935 6). */
#include <string.h>

#include "base/oid.h"
#include "format/pkcs8_seed.h"
#include "mlkem/mlkem_key.h"

/* In the order of mlkem_sets. */
const char *const pkcs8_mlkem_oids[] = {OID_MLKEM_512, OID_MLKEM_768, OID_MLKEM_1024, NULL};

static const struct mlkem_set *find_set(const char *oid)
{
    unsigned int i;

    for (i = 0; i < MLKEM_SET_COUNT; i++) if (!strcmp(oid, pkcs8_mlkem_oids[i])) return &mlkem_sets[i];
    return NULL;
}

/* What stands beside the seed or the private key must be what follows from it; data NULL: nothing stands there. */
static int agrees(const struct mlkem_key *key, struct bytes expanded, struct bytes public_key)
{
    uint8_t bytes[MLKEM_MAX_PRIVATE];
    int same = 1;

    mlkem_write_private(key, bytes);
    if (expanded.data) same = equal_secret(bytes, expanded.data, expanded.size);
    wipe(bytes, sizeof(bytes));
    mlkem_write_public(key, bytes);
    if (!public_key.data) return same;
    return same && public_key.size == key->set->public_size && !memcmp(bytes, public_key.data, public_key.size);
}

nte_status pkcs8_import_mlkem(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                              struct material **material)
{
    const struct mlkem_set *set = find_set(info->oid);
    struct seed_key parts;
    struct material *made;
    nte_status status;

    if ((status = pkcs8_read_seed_key(info, MLKEM_SEED_SIZE, set->private_size, &parts))) return status;
    if (parts.seed.data) status = mlkem_open(algorithms, set, MLKEM_SEED, parts.seed, &made);
    else status = mlkem_open(algorithms, set, MLKEM_PRIVATE, parts.expanded, &made);
    if (status) return status;
    if (!agrees(mlkem_key_of(made), parts.expanded, info->public_key))
    {
        made->family->free(made);
        return NTE_BAD_DATA;
    }
    *material = made;
    return NTE_SUCCESS;
}

nte_status pkcs8_export_mlkem(const struct material *material, const struct blob_options *options, struct writer *w)
{
    const struct mlkem_key *key = mlkem_key_of(material);
    struct seed_key parts = {{NULL, 0}, {NULL, 0}};
    uint8_t dk[MLKEM_MAX_PRIVATE];

    (void)options;
    if (key->has_seed) parts.seed = bytes_of(key->seed, sizeof(key->seed));
    mlkem_write_private(key, dk);
    parts.expanded = bytes_of(dk, key->set->private_size);
    pkcs8_write_seed_key(w, pkcs8_mlkem_oids[key->set - mlkem_sets], &parts);
    wipe(dk, sizeof(dk));
    return NTE_SUCCESS;
}
