/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA keys as the engine has them: material around the numbers of mldsa.h. */
#ifndef ENGINE_MLDSA_MATERIAL_H
#define ENGINE_MLDSA_MATERIAL_H

#include "family.h"
#include "mldsa/mldsa.h"

struct mldsa_material
{
    struct material material;
    struct mldsa_key *key;
};

static inline const struct mldsa_key *mldsa_key_of(const struct material *material)
{
    return ((const struct mldsa_material *)material)->key;
}

/* "Length", bits: there is no number of ours that Windows tells of; this one tells the sets apart. */
static inline uint32_t mldsa_bits(const struct mldsa_set *set)
{
    return set->public_size * 8;
}

/* NULL: there is no set of that name, or length. */
const struct mldsa_set *mldsa_set_named(const uint16_t *name);
const struct mldsa_set *mldsa_set_of_bits(uint32_t bits);

/* --- mldsa_family.c --- */

extern const struct family mldsa_family;

/* From the seed, from pk, from sk. NTE_BAD_DATA: not of the size that the set says; NTE_INVALID_PARAMETER: as
 * mldsa_read_private; NTE_NOT_SUPPORTED: algorithms has no ML-DSA. */
enum mldsa_part { MLDSA_SEED, MLDSA_PUBLIC, MLDSA_PRIVATE };
nte_status mldsa_open(const struct algorithm_list *algorithms, const struct mldsa_set *set, enum mldsa_part part,
                      struct bytes data, struct material **material);

/* --- mldsa_blob.c --- */

blob_import mldsa_import_public_blob, mldsa_import_private_blob, mldsa_import_seed_blob;
/* NTE_NOT_SUPPORTED: the key was imported without its seed (row A.55). */
blob_export mldsa_export_seed_blob;
blob_export mldsa_export_public_blob, mldsa_export_private_blob;

/* What a key file keeps: the seed, which is shorter, or else sk. */
blob_export mldsa_save_private;
nte_status mldsa_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material);

/* --- pkcs8_mldsa.c: as struct family has them --- */

extern const char *const pkcs8_mldsa_oids[];
nte_status pkcs8_import_mldsa(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                              struct material **material);
blob_export pkcs8_export_mldsa;

#endif
