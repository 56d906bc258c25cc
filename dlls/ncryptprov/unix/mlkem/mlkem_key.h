/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-KEM keys as the engine has them: material around the numbers of mlkem.h. */
#ifndef ENGINE_MLKEM_KEY_H
#define ENGINE_MLKEM_KEY_H

#include "family.h"
#include "mlkem/mlkem.h"

struct mlkem_material
{
    struct material material;
    struct mlkem_key key;
};

static inline const struct mlkem_key *mlkem_key_of(const struct material *material)
{
    return &((const struct mlkem_material *)material)->key;
}

/* "Length", bits: there is no number of ours that Windows tells of; this one tells the sets apart. */
static inline uint32_t mlkem_bits(const struct mlkem_set *set)
{
    return set->public_size * 8;
}

/* NULL: there is no set of that name, or length. */
const struct mlkem_set *mlkem_set_named(const uint16_t *name);
const struct mlkem_set *mlkem_set_of_bits(uint32_t bits);

/* --- mlkem_family.c --- */

extern const struct family mlkem_family;

/* From the seed, from ek, from dk. NTE_BAD_DATA: not of the size that the set says; NTE_INVALID_PARAMETER: the check of
 * mlkem_read_public or mlkem_read_private fails; NTE_NOT_SUPPORTED: algorithms has no ML-KEM. */
enum mlkem_part { MLKEM_SEED, MLKEM_PUBLIC, MLKEM_PRIVATE };
nte_status mlkem_open(const struct algorithm_list *algorithms, const struct mlkem_set *set, enum mlkem_part part,
                      struct bytes data, struct material **material);

/* --- mlkem_blob.c --- */

blob_import mlkem_import_public_blob, mlkem_import_private_blob, mlkem_import_seed_blob;
/* NTE_NOT_SUPPORTED: the key was imported without its seed (row A.55). */
blob_export mlkem_export_seed_blob;
blob_export mlkem_export_public_blob, mlkem_export_private_blob;

/* What a key file keeps: the seed, which is shorter, or else dk. */
blob_export mlkem_save_private;
nte_status mlkem_load(const struct algorithm_list *algorithms, struct bytes data, struct material **material);

/* --- pkcs8_mlkem.c: as struct family has them --- */

extern const char *const pkcs8_mlkem_oids[];
nte_status pkcs8_import_mlkem(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                              struct material **material);
blob_export pkcs8_export_mlkem;

#endif
