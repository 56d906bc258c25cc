/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What ML-KEM keys can do. */
#include <string.h>

#include "base/property_list.h"
#include "base/random.h"
#include "format/set_blob.h"
#include "mlkem/mlkem_key.h"

const struct mlkem_set *mlkem_set_named(const uint16_t *name)
{
    unsigned int i;

    for (i = 0; i < MLKEM_SET_COUNT; i++) if (u16_equal(name, mlkem_sets[i].name)) return &mlkem_sets[i];
    return NULL;
}

const struct mlkem_set *mlkem_set_of_bits(uint32_t bits)
{
    unsigned int i;

    for (i = 0; i < MLKEM_SET_COUNT; i++) if (bits == mlkem_bits(&mlkem_sets[i])) return &mlkem_sets[i];
    return NULL;
}

static int fill(const struct mlkem_set *set, enum mlkem_part part, const uint8_t *data, struct mlkem_key *key)
{
    if (part == MLKEM_PUBLIC) return mlkem_read_public(set, data, key);
    if (part == MLKEM_PRIVATE) return mlkem_read_private(set, data, key);
    mlkem_generate(set, data, key);
    return 1;
}

static nte_status make(const struct algorithm *alg, const struct mlkem_set *set, enum mlkem_part part,
                       const uint8_t *data, struct material **material)
{
    struct mlkem_material *new = secret_alloc(sizeof(*new));

    if (!new) return NTE_NO_MEMORY;
    if (!fill(set, part, data, &new->key))
    {
        secret_free(new);
        return NTE_INVALID_PARAMETER;
    }
    new->material.alg = alg;
    new->material.family = &mlkem_family;
    new->material.bits = mlkem_bits(set);
    new->material.has_private = new->key.has_private;
    *material = &new->material;
    return NTE_SUCCESS;
}

nte_status mlkem_open(const struct algorithm_list *algorithms, const struct mlkem_set *set, enum mlkem_part part,
                      struct bytes data, struct material **material)
{
    const size_t sizes[] = {MLKEM_SEED_SIZE, set->public_size, set->private_size};
    const struct algorithm *alg = family_algorithm(algorithms, &mlkem_family);

    if (!alg) return NTE_NOT_SUPPORTED;
    if (data.size != sizes[part]) return NTE_BAD_DATA;
    return make(alg, set, part, data.data, material);
}

static nte_status find_set(struct bytes value, const struct mlkem_set **set)
{
    uint16_t name[SET_NAME_MAX];
    nte_status status;

    if ((status = set_name_read(value, name))) return status;
    return (*set = mlkem_set_named(name)) ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status check_parameter(const struct algorithm *alg, const uint16_t *name, struct bytes value,
                                  uint32_t *bits)
{
    const struct mlkem_set *set;
    nte_status status;

    (void)alg, (void)name;
    if (!(status = find_set(value, &set))) *bits = mlkem_bits(set);
    return status;
}

static nte_status get_parameter(const struct material *material, const uint16_t *name, struct writer *w)
{
    uint16_t wide[SET_NAME_MAX];

    (void)name;
    write_bytes(w, wide, u16_from_ascii(wide, mlkem_key_of(material)->set->name));
    return NTE_SUCCESS;
}

/* Without "ParameterSetName" there is nothing to generate (row A.22), and a "Length" that was set later must be its. */
static nte_status mlkem_family_generate(const struct algorithm *alg, uint32_t bits,
                                        const struct property_list *parameters, struct material **material)
{
    const struct property *name = property_list_find_ascii(parameters, "ParameterSetName");
    struct random_source random = {.for_key = 1};
    const struct mlkem_set *set;
    uint8_t seed[MLKEM_SEED_SIZE];
    nte_status status;

    if (!name || find_set(bytes_of(name->data, name->size), &set) || bits != mlkem_bits(set))
        return NTE_INVALID_PARAMETER;
    random_fill(&random, sizeof(seed), seed);
    status = random.failed ? NTE_INTERNAL_ERROR : make(alg, set, MLKEM_SEED, seed, material);
    wipe(seed, sizeof(seed));
    wipe_stack();                   /* nettle's permutation leaves a part of its state there, here and below */
    return status;
}

static void mlkem_family_free(struct material *material)
{
    secret_free(material);
}

static void kem_lengths(uint32_t bits, uint32_t *secret, uint32_t *ciphertext)
{
    const struct mlkem_set *set = mlkem_set_of_bits(bits);

    *secret = MLKEM_SECRET_SIZE;
    *ciphertext = set ? set->ciphertext_size : 0;
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

static const char *const parameter_names[] = {"ParameterSetName", NULL};

const struct family mlkem_family =
{
    .generate = mlkem_family_generate,
    .parameter_names = parameter_names,
    .check_parameter = check_parameter,
    .get_parameter = get_parameter,
    .free = mlkem_family_free,
    .save_public = mlkem_export_public_blob,
    .save_private = mlkem_save_private,
    .load = mlkem_load,
    .load_public = mlkem_import_public_blob,
    .pkcs8_oids = pkcs8_mlkem_oids,
    .pkcs8_import = pkcs8_import_mlkem,
    .pkcs8_export = pkcs8_export_mlkem,
    .kem_lengths = kem_lengths,
    .encapsulate = encapsulate,
    .decapsulate = decapsulate,
};
