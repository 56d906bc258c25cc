/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What ML-KEM keys can do. */
#include "base/oid.h"
#include "base/random.h"
#include "mlkem/mlkem_key.h"

/* In the order of mlkem_sets. */
static const char *const pkcs8_oids[] = {OID_MLKEM_512, OID_MLKEM_768, OID_MLKEM_1024, NULL};

static struct parameter_set set_at(unsigned int index)
{
    const struct mlkem_set *set = &mlkem_sets[index];

    if (index >= MLKEM_SET_COUNT) return (struct parameter_set){NULL, 0, 0};
    return (struct parameter_set){set->name, set->public_size, set->private_size};
}

static int fill(const struct mlkem_set *set, enum set_part part, const uint8_t *data, struct mlkem_key *key)
{
    if (part == SET_PUBLIC) return mlkem_read_public(set, data, key);
    if (part == SET_PRIVATE) return mlkem_read_private(set, data, key);
    mlkem_generate(set, data, key);
    return 1;
}

static nte_status make(unsigned int index, enum set_part part, const uint8_t *data, struct set_material **material)
{
    struct mlkem_material *new = secret_alloc(sizeof(*new));

    if (!new) return NTE_NO_MEMORY;
    if (!fill(&mlkem_sets[index], part, data, &new->key))
    {
        secret_free(new);
        return NTE_INVALID_PARAMETER;
    }
    new->set.material.has_private = new->key.has_private;
    if (new->key.has_seed) new->set.seed = new->key.seed;
    *material = &new->set;
    return NTE_SUCCESS;
}

static void write_part(const struct set_material *material, enum set_part part, uint8_t *data)
{
    const struct mlkem_key *key = mlkem_key_of(&material->material);

    if (part == SET_PUBLIC) mlkem_write_public(key, data);
    else mlkem_write_private(key, data);
}

nte_status mlkem_import_public_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return set_import(&mlkem_family, SET_PUBLIC, data, options->algorithms, material);
}

nte_status mlkem_import_private_blob(struct bytes data, const struct blob_options *options,
                                     struct material **material)
{
    return set_import(&mlkem_family, SET_PRIVATE, data, options->algorithms, material);
}

nte_status mlkem_import_seed_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return set_import(&mlkem_family, SET_SEED, data, options->algorithms, material);
}

static nte_status load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    return set_load(&mlkem_family, data, algorithms, material);
}

static nte_status import_pkcs8(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                               struct material **material)
{
    return set_import_pkcs8(&mlkem_family, info, algorithms, material);
}

static void mlkem_family_free(struct material *material)
{
    secret_free(material);
}

static void kem_lengths(uint32_t bits, uint32_t *secret, uint32_t *ciphertext)
{
    const int index = set_of_bits(&mlkem_family, bits);

    *secret = MLKEM_SECRET_SIZE;
    *ciphertext = index < 0 ? 0 : mlkem_sets[index].ciphertext_size;
}

static nte_status encapsulate(const struct material *material, uint8_t *secret, uint8_t *ciphertext)
{
    struct random_source random = {.for_key = 1};
    uint8_t m[32];

    random_fill(&random, sizeof(m), m);
    if (!random.failed) mlkem_encapsulate(mlkem_key_of(material), m, secret, ciphertext);
    wipe(m, sizeof(m));
    wipe_stack();
    return random.failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}

static nte_status decapsulate(const struct material *material, struct bytes ciphertext, uint8_t *secret)
{
    const struct mlkem_key *key = mlkem_key_of(material);

    if (ciphertext.size != key->set->ciphertext_size) return NTE_INVALID_PARAMETER;     /* row A.35 */
    mlkem_decapsulate(key, ciphertext.data, secret);
    wipe_stack();
    return NTE_SUCCESS;
}

const struct set_family mlkem_family =
{
    .family =
    {
        .generate = set_generate,
        .parameter_names = set_parameter_names,
        .check_parameter = set_check_parameter,
        .get_parameter = set_get_parameter,
        .free = mlkem_family_free,
        .save_public = set_export_public,
        .save_private = set_save_private,
        .load = load,
        .load_public = mlkem_import_public_blob,
        .pkcs8_oids = pkcs8_oids,
        .pkcs8_import = import_pkcs8,
        .pkcs8_export = set_export_pkcs8,
        .kem_lengths = kem_lengths,
        .encapsulate = encapsulate,
        .decapsulate = decapsulate,
    },
    .at = set_at,
    .seed_size = MLKEM_SEED_SIZE,
    .magics = {0x504b4c4d, 0x524b4c4d, 0x534b4c4d},         /* "MLKP", "MLKR", "MLKS": rows A.27 to A.29 */
    .make = make,
    .write = write_part,
};
