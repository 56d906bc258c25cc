/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ML-DSA keys as the engine has them: material around the numbers of mldsa.h. */
#ifndef ENGINE_MLDSA_MATERIAL_H
#define ENGINE_MLDSA_MATERIAL_H

#include "mldsa/mldsa.h"
#include "set_family.h"

struct mldsa_material
{
    struct set_material set;
    struct mldsa_key *key;
};

static inline const struct mldsa_key *mldsa_key_of(const struct material *material)
{
    return ((const struct mldsa_material *)material)->key;
}

/* --- mldsa_family.c --- */

extern const struct set_family mldsa_family;
blob_import mldsa_import_public_blob, mldsa_import_private_blob, mldsa_import_seed_blob;

#endif
