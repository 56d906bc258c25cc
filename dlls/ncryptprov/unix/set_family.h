/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What families have in common whose keys have a parameter set (ML-DSA, ML-KEM): "ParameterSetName", the blobs, key
 * files and PKCS #8 of a public key, a private one, and the seed from which both are computed. */
#ifndef ENGINE_SET_FAMILY_H
#define ENGINE_SET_FAMILY_H

#include "family.h"

struct parameter_set
{
    const char *name;               /* "44", as bcrypt.h has it; NULL: there is none */
    size_t public_size, private_size;       /* bytes */
};

/* What can be told of a key: in a blob of its own each, with this magic. */
enum set_part { SET_PUBLIC, SET_PRIVATE, SET_SEED, SET_PARTS };

/* Material of such a family begins with this. */
struct set_material
{
    struct material material;
    unsigned int index;             /* of its set */
    const uint8_t *seed;            /* NULL: it was imported without */
};

/* The family of such keys. */
struct set_family
{
    struct family family;
    struct parameter_set (*at)(unsigned int index);         /* from 0 */
    size_t seed_size;               /* bytes */
    uint32_t magics[SET_PARTS];

    /* From as many bytes as the set says. The caller fills in what every material has but has_private.
     * NTE_INVALID_PARAMETER: that is no key. */
    nte_status (*make)(unsigned int index, enum set_part part, const uint8_t *data, struct set_material **material);
    /* Not the seed. */
    void (*write)(const struct set_material *material, enum set_part part, uint8_t *data);
};

static inline const struct set_family *sets_of(const struct family *family)
{
    return (const struct set_family *)family;
}

#define SET_MAX_SEED    64          /* bytes: of ML-KEM */
#define SET_MAX_PUBLIC  2592        /* of ML-DSA-87 */
#define SET_MAX_PRIVATE 4896        /* likewise */

/* The set of that material; "Length", bits: there is no number of ours that Windows tells of (row A.20), and this one
 * tells the sets apart. */
struct parameter_set set_of(const struct material *material);
uint32_t set_bits(struct parameter_set set);

/* The index of the set of that length, or -1. */
int set_of_bits(const struct set_family *family, uint32_t bits);

/* For struct family, as it has them. generate and check_parameter are for algorithms of such a family, the others for
 * its material. */
extern const char *const set_parameter_names[];
nte_status set_generate(const struct algorithm *alg, uint32_t bits, const struct property_list *parameters,
                        struct material **material);
nte_status set_check_parameter(const struct algorithm *alg, const uint16_t *name, struct bytes value, uint32_t *bits);
nte_status set_get_parameter(const struct material *material, const uint16_t *name, struct writer *w);

/* NTE_NOT_SUPPORTED: the seed is not known (row A.55). What a key file keeps is the seed, which is shorter, or else the
 * private key. */
blob_export set_export_public, set_export_private, set_export_seed, set_save_private, set_export_pkcs8;

/* The same for imports, which say whose they are. A part of a size that the set does not have is NTE_BAD_DATA. */
nte_status set_import(const struct set_family *family, enum set_part part, struct bytes data,
                      const struct algorithm_list *algorithms, struct material **material);
nte_status set_load(const struct set_family *family, struct bytes data, const struct algorithm_list *algorithms,
                    struct material **material);
/* pkcs8_oids are in the order of the sets. */
nte_status set_import_pkcs8(const struct set_family *family, const struct pkcs8_info *info,
                            const struct algorithm_list *algorithms, struct material **material);

#endif
