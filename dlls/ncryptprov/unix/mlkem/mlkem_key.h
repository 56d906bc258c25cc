/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-KEM keys as the engine has them: material around the numbers of mlkem.h. */
#ifndef ENGINE_MLKEM_KEY_H
#define ENGINE_MLKEM_KEY_H

#include "mlkem/mlkem.h"
#include "set_family.h"

struct mlkem_material
{
    struct set_material set;
    struct mlkem_key key;
};

static inline const struct mlkem_key *mlkem_key_of(const struct material *material)
{
    return &((const struct mlkem_material *)material)->key;
}

/* --- mlkem_family.c --- */

extern const struct set_family mlkem_family;
blob_import mlkem_import_public_blob, mlkem_import_private_blob, mlkem_import_seed_blob;

#endif
