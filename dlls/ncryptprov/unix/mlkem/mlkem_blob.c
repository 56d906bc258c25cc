/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BCRYPT_MLKEM_KEY_BLOB (rows A.27 to A.29): ek, dk, or the seed. */
#include <string.h>

#include "format/set_blob.h"
#include "mlkem/mlkem_key.h"

#define MAGIC_PUBLIC  0x504b4c4du   /* "MLKP" */
#define MAGIC_PRIVATE 0x524b4c4du   /* "MLKR" */
#define MAGIC_SEED    0x534b4c4du   /* "MLKS" */

static nte_status import_blob(struct bytes data, const struct algorithm_list *algorithms, uint32_t magic,
                              enum mlkem_part part, struct material **material)
{
    const struct mlkem_set *set;
    uint16_t name[SET_NAME_MAX];
    struct bytes key;
    nte_status status;

    if ((status = set_blob_read(data, magic, name, &key))) return status;
    if (!(set = mlkem_set_named(name))) return NTE_INVALID_PARAMETER;
    return mlkem_open(algorithms, set, part, key, material);
}

nte_status mlkem_import_public_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(data, options->algorithms, MAGIC_PUBLIC, MLKEM_PUBLIC, material);
}

nte_status mlkem_import_private_blob(struct bytes data, const struct blob_options *options,
                                     struct material **material)
{
    return import_blob(data, options->algorithms, MAGIC_PRIVATE, MLKEM_PRIVATE, material);
}

nte_status mlkem_import_seed_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(data, options->algorithms, MAGIC_SEED, MLKEM_SEED, material);
}

nte_status mlkem_export_public_blob(const struct material *material, const struct blob_options *options,
                                    struct writer *w)
{
    const struct mlkem_key *key = mlkem_key_of(material);
    uint8_t *ek = set_blob_open(w, MAGIC_PUBLIC, key->set->name, key->set->public_size);

    (void)options;
    if (ek) mlkem_write_public(key, ek);
    return NTE_SUCCESS;
}

nte_status mlkem_export_private_blob(const struct material *material, const struct blob_options *options,
                                     struct writer *w)
{
    const struct mlkem_key *key = mlkem_key_of(material);
    uint8_t *dk;

    (void)options;
    if (!key->has_private) return NTE_INVALID_PARAMETER;
    if ((dk = set_blob_open(w, MAGIC_PRIVATE, key->set->name, key->set->private_size))) mlkem_write_private(key, dk);
    return NTE_SUCCESS;
}

nte_status mlkem_export_seed_blob(const struct material *material, const struct blob_options *options,
                                  struct writer *w)
{
    const struct mlkem_key *key = mlkem_key_of(material);
    uint8_t *seed;

    (void)options;
    if (!key->has_seed) return NTE_NOT_SUPPORTED;
    seed = set_blob_open(w, MAGIC_SEED, key->set->name, MLKEM_SEED_SIZE);
    if (seed) memcpy(seed, key->seed, MLKEM_SEED_SIZE);
    return NTE_SUCCESS;
}

nte_status mlkem_save_private(const struct material *material, const struct blob_options *options, struct writer *w)
{
    blob_export *export = mlkem_key_of(material)->has_seed ? mlkem_export_seed_blob : mlkem_export_private_blob;

    return export(material, options, w);
}

nte_status mlkem_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    struct reader r = {data.data, data.size, 0};

    if (read_u32(&r) == MAGIC_SEED) return import_blob(data, algorithms, MAGIC_SEED, MLKEM_SEED, material);
    return import_blob(data, algorithms, MAGIC_PRIVATE, MLKEM_PRIVATE, material);
}
