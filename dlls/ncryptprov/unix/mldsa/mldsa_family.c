/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What ML-DSA keys can do. */
#include "base/property_list.h"
#include "base/random.h"
#include "format/set_blob.h"
#include "mldsa/mldsa_material.h"

const struct mldsa_set *mldsa_set_named(const uint16_t *name)
{
    unsigned int i;

    for (i = 0; i < MLDSA_SET_COUNT; i++) if (u16_equal(name, mldsa_sets[i].name)) return &mldsa_sets[i];
    return NULL;
}

const struct mldsa_set *mldsa_set_of_bits(uint32_t bits)
{
    unsigned int i;

    for (i = 0; i < MLDSA_SET_COUNT; i++) if (bits == mldsa_bits(&mldsa_sets[i])) return &mldsa_sets[i];
    return NULL;
}

static nte_status fill(const struct mldsa_set *set, enum mldsa_part part, const uint8_t *data, struct mldsa_key **key)
{
    if (part == MLDSA_PUBLIC) return mldsa_read_public(set, data, key);
    if (part == MLDSA_PRIVATE) return mldsa_read_private(set, data, key);
    return mldsa_generate(set, data, key);
}

static nte_status make(const struct algorithm *alg, const struct mldsa_set *set, enum mldsa_part part,
                       const uint8_t *data, struct material **material)
{
    struct mldsa_material *new = secret_alloc(sizeof(*new));
    nte_status status;

    if (!new) return NTE_NO_MEMORY;
    if ((status = fill(set, part, data, &new->key)))
    {
        secret_free(new);
        return status;
    }
    new->material.alg = alg;
    new->material.family = &mldsa_family;
    new->material.bits = mldsa_bits(set);
    new->material.has_private = new->key->has_private;
    *material = &new->material;
    return NTE_SUCCESS;
}

nte_status mldsa_open(const struct algorithm_list *algorithms, const struct mldsa_set *set, enum mldsa_part part,
                      struct bytes data, struct material **material)
{
    const size_t sizes[] = {MLDSA_SEED_SIZE, set->public_size, set->private_size};
    const struct algorithm *alg = family_algorithm(algorithms, &mldsa_family);

    if (!alg) return NTE_NOT_SUPPORTED;
    if (data.size != sizes[part]) return NTE_BAD_DATA;
    return make(alg, set, part, data.data, material);
}

static nte_status find_set(struct bytes value, const struct mldsa_set **set)
{
    uint16_t name[SET_NAME_MAX];
    nte_status status;

    if ((status = set_name_read(value, name))) return status;
    return (*set = mldsa_set_named(name)) ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status check_parameter(const struct algorithm *alg, const uint16_t *name, struct bytes value,
                                  uint32_t *bits)
{
    const struct mldsa_set *set;
    nte_status status;

    (void)alg, (void)name;
    if (!(status = find_set(value, &set))) *bits = mldsa_bits(set);
    return status;
}

static nte_status get_parameter(const struct material *material, const uint16_t *name, struct writer *w)
{
    uint16_t wide[SET_NAME_MAX];

    (void)name;
    write_bytes(w, wide, u16_from_ascii(wide, mldsa_key_of(material)->set->name));
    return NTE_SUCCESS;
}

/* Without "ParameterSetName" there is nothing to generate (row A.22), and a "Length" that was set later must be its. */
static nte_status mldsa_family_generate(const struct algorithm *alg, uint32_t bits,
                                        const struct property_list *parameters, struct material **material)
{
    const struct property *name = property_list_find_ascii(parameters, "ParameterSetName");
    struct random_source random = {.for_key = 1};
    const struct mldsa_set *set;
    uint8_t seed[MLDSA_SEED_SIZE];
    nte_status status;

    if (!name || find_set(bytes_of(name->data, name->size), &set) || bits != mldsa_bits(set))
        return NTE_INVALID_PARAMETER;
    random_fill(&random, sizeof(seed), seed);
    status = random.failed ? NTE_INTERNAL_ERROR : make(alg, set, MLDSA_SEED, seed, material);
    wipe(seed, sizeof(seed));
    wipe_stack();                   /* nettle's permutation leaves a part of its state there */
    return status;
}

static void mldsa_family_free(struct material *material)
{
    if (material) mldsa_free(((struct mldsa_material *)material)->key);
    secret_free(material);
}

static uint32_t signature_length(uint32_t bits)
{
    const struct mldsa_set *set = mldsa_set_of_bits(bits);

    return set ? set->signature_size : 0;
}

/* The message and what goes with it. A structure is looked at only with its flag: without, what the caller means by it
 * is not known, and nothing else is signed in its place. */
static nte_status find_mu(const struct mldsa_key *key, const struct padding *padding, struct bytes message,
                          uint8_t mu[MLDSA_MU_SIZE])
{
    struct mldsa_message m = {.context = padding->label, .message = message};

    if (padding->scheme & ~PAD_PQDSA || (padding->present && !padding->scheme)) return NTE_INVALID_PARAMETER;
    if (m.context.size > MLDSA_MAX_CONTEXT || (m.context.size && !m.context.data)) return NTE_INVALID_PARAMETER;
    if (padding->alg)
    {
        if (!(m.hash = mldsa_hash_find(padding->alg))) return NTE_NOT_SUPPORTED;
        if (m.hash->strength < key->set->strength || message.size != m.hash->size) return NTE_INVALID_PARAMETER;
    }
    mldsa_mu(key, &m, mu);
    return NTE_SUCCESS;
}

static nte_status mldsa_family_sign(const struct material *material, const struct padding *padding,
                                    struct bytes message, uint8_t *signature)
{
    const struct mldsa_key *key = mldsa_key_of(material);
    struct random_source random = {0};
    uint8_t mu[MLDSA_MU_SIZE], rnd[32];
    nte_status status;

    if ((status = find_mu(key, padding, message, mu))) return status;
    random_fill(&random, sizeof(rnd), rnd);
    status = random.failed ? NTE_INTERNAL_ERROR : mldsa_sign(key, mu, rnd, signature);
    wipe(rnd, sizeof(rnd));
    wipe_stack();
    return status;
}

static nte_status mldsa_family_verify(const struct material *material, const struct padding *padding,
                                      struct bytes message, struct bytes signature)
{
    const struct mldsa_key *key = mldsa_key_of(material);
    uint8_t mu[MLDSA_MU_SIZE];
    nte_status status;

    if ((status = find_mu(key, padding, message, mu))) return status;
    return mldsa_verify(key, mu, signature);
}

static const char *const parameter_names[] = {"ParameterSetName", NULL};

const struct family mldsa_family =
{
    .generate = mldsa_family_generate,
    .parameter_names = parameter_names,
    .check_parameter = check_parameter,
    .get_parameter = get_parameter,
    .free = mldsa_family_free,
    .save_public = mldsa_export_public_blob,
    .save_private = mldsa_save_private,
    .load = mldsa_load,
    .load_public = mldsa_import_public_blob,
    .pkcs8_oids = pkcs8_mldsa_oids,
    .pkcs8_import = pkcs8_import_mldsa,
    .pkcs8_export = pkcs8_export_mldsa,
    .signature_length = signature_length,
    .signs_messages = 1,
    .sign = mldsa_family_sign,
    .verify = mldsa_family_verify,
};
