/* SPDX-License-Identifier: LGPL-2.1-or-later
 * BCRYPT_PQDSA_KEY_BLOB of ML-DSA (rows A.24 to A.26): pk, sk, or the seed. */
#include <string.h>

#include "format/set_blob.h"
#include "mldsa/mldsa_material.h"

#define MAGIC_PUBLIC  0x4b505344u   /* "DSPK" */
#define MAGIC_PRIVATE 0x4b535344u   /* "DSSK" */
#define MAGIC_SEED    0x53535344u   /* "DSSS" */

static nte_status import_blob(struct bytes data, const struct algorithm_list *algorithms, uint32_t magic,
                              enum mldsa_part part, struct material **material)
{
    const struct mldsa_set *set;
    uint16_t name[SET_NAME_MAX];
    struct bytes key;
    nte_status status;

    if ((status = set_blob_read(data, magic, name, &key))) return status;
    if (!(set = mldsa_set_named(name))) return NTE_INVALID_PARAMETER;
    return mldsa_open(algorithms, set, part, key, material);
}

nte_status mldsa_import_public_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(data, options->algorithms, MAGIC_PUBLIC, MLDSA_PUBLIC, material);
}

nte_status mldsa_import_private_blob(struct bytes data, const struct blob_options *options,
                                     struct material **material)
{
    return import_blob(data, options->algorithms, MAGIC_PRIVATE, MLDSA_PRIVATE, material);
}

nte_status mldsa_import_seed_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return import_blob(data, options->algorithms, MAGIC_SEED, MLDSA_SEED, material);
}

static void write_blob(struct writer *w, const struct mldsa_set *set, uint32_t magic, const uint8_t *key, size_t size)
{
    uint8_t *room = set_blob_open(w, magic, set->name, size);

    if (room) memcpy(room, key, size);
}

nte_status mldsa_export_public_blob(const struct material *material, const struct blob_options *options,
                                    struct writer *w)
{
    const struct mldsa_key *key = mldsa_key_of(material);

    (void)options;
    write_blob(w, key->set, MAGIC_PUBLIC, key->pk, key->set->public_size);
    return NTE_SUCCESS;
}

nte_status mldsa_export_private_blob(const struct material *material, const struct blob_options *options,
                                     struct writer *w)
{
    const struct mldsa_key *key = mldsa_key_of(material);

    (void)options;
    if (!key->has_private) return NTE_INVALID_PARAMETER;
    write_blob(w, key->set, MAGIC_PRIVATE, key->sk, key->set->private_size);
    return NTE_SUCCESS;
}

nte_status mldsa_export_seed_blob(const struct material *material, const struct blob_options *options,
                                  struct writer *w)
{
    const struct mldsa_key *key = mldsa_key_of(material);

    (void)options;
    if (!key->has_seed) return NTE_NOT_SUPPORTED;
    write_blob(w, key->set, MAGIC_SEED, key->seed, sizeof(key->seed));
    return NTE_SUCCESS;
}

nte_status mldsa_save_private(const struct material *material, const struct blob_options *options, struct writer *w)
{
    blob_export *export = mldsa_key_of(material)->has_seed ? mldsa_export_seed_blob : mldsa_export_private_blob;

    return export(material, options, w);
}

nte_status mldsa_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    struct reader r = {data.data, data.size, 0};

    if (read_u32(&r) == MAGIC_SEED) return import_blob(data, algorithms, MAGIC_SEED, MLDSA_SEED, material);
    return import_blob(data, algorithms, MAGIC_PRIVATE, MLDSA_PRIVATE, material);
}
