/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What ML-DSA keys can do. */
#include <string.h>

#include "base/oid.h"
#include "base/random.h"
#include "mldsa/mldsa_material.h"

/* In the order of mldsa_sets. */
static const char *const pkcs8_oids[] = {OID_MLDSA_44, OID_MLDSA_65, OID_MLDSA_87, NULL};

static struct parameter_set set_at(unsigned int index)
{
    const struct mldsa_set *set = &mldsa_sets[index];

    if (index >= MLDSA_SET_COUNT) return (struct parameter_set){NULL, 0, 0};
    return (struct parameter_set){set->name, set->public_size, set->private_size};
}

static nte_status fill(const struct mldsa_set *set, enum set_part part, const uint8_t *data, struct mldsa_key **key)
{
    if (part == SET_PUBLIC) return mldsa_read_public(set, data, key);
    if (part == SET_PRIVATE) return mldsa_read_private(set, data, key);
    return mldsa_generate(set, data, key);
}

static nte_status make(unsigned int index, enum set_part part, const uint8_t *data, struct set_material **material)
{
    struct mldsa_material *new = secret_alloc(sizeof(*new));
    nte_status status;

    if (!new) return NTE_NO_MEMORY;
    if ((status = fill(&mldsa_sets[index], part, data, &new->key)))
    {
        secret_free(new);
        return status;
    }
    new->set.material.has_private = new->key->has_private;
    if (new->key->has_seed) new->set.seed = new->key->seed;
    *material = &new->set;
    return NTE_SUCCESS;
}

static void write_part(const struct set_material *material, enum set_part part, uint8_t *data)
{
    const struct mldsa_key *key = mldsa_key_of(&material->material);

    if (part == SET_PUBLIC) memcpy(data, key->pk, key->set->public_size);
    else memcpy(data, key->sk, key->set->private_size);
}

nte_status mldsa_import_public_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return set_import(&mldsa_family, SET_PUBLIC, data, options->algorithms, material);
}

nte_status mldsa_import_private_blob(struct bytes data, const struct blob_options *options,
                                     struct material **material)
{
    return set_import(&mldsa_family, SET_PRIVATE, data, options->algorithms, material);
}

nte_status mldsa_import_seed_blob(struct bytes data, const struct blob_options *options, struct material **material)
{
    return set_import(&mldsa_family, SET_SEED, data, options->algorithms, material);
}

static nte_status load(const struct algorithm_list *algorithms, struct bytes data, struct material **material)
{
    return set_load(&mldsa_family, data, algorithms, material);
}

static nte_status import_pkcs8(const struct pkcs8_info *info, const struct algorithm_list *algorithms,
                               struct material **material)
{
    return set_import_pkcs8(&mldsa_family, info, algorithms, material);
}

static void mldsa_family_free(struct material *material)
{
    if (material) mldsa_free(((struct mldsa_material *)material)->key);
    secret_free(material);
}

static uint32_t signature_length(uint32_t bits)
{
    const int index = set_of_bits(&mldsa_family, bits);

    return index < 0 ? 0 : mldsa_sets[index].signature_size;
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

static nte_status sign(const struct material *material, const struct padding *padding, struct bytes message,
                       uint8_t *signature)
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

static nte_status verify(const struct material *material, const struct padding *padding, struct bytes message,
                         struct bytes signature)
{
    const struct mldsa_key *key = mldsa_key_of(material);
    uint8_t mu[MLDSA_MU_SIZE];
    nte_status status;

    if ((status = find_mu(key, padding, message, mu))) return status;
    return mldsa_verify(key, mu, signature);
}

const struct set_family mldsa_family =
{
    .family =
    {
        .generate = set_generate,
        .parameter_names = set_parameter_names,
        .check_parameter = set_check_parameter,
        .get_parameter = set_get_parameter,
        .free = mldsa_family_free,
        .save_public = set_export_public,
        .save_private = set_save_private,
        .load = load,
        .load_public = mldsa_import_public_blob,
        .pkcs8_oids = pkcs8_oids,
        .pkcs8_import = import_pkcs8,
        .pkcs8_export = set_export_pkcs8,
        .signature_length = signature_length,
        .signs_messages = 1,
        .sign = sign,
        .verify = verify,
    },
    .at = set_at,
    .seed_size = MLDSA_SEED_SIZE,
    .magics = {0x4b505344, 0x4b535344, 0x53535344},         /* "DSPK", "DSSK", "DSSS": rows A.24 to A.26 */
    .make = make,
    .write = write_part,
};
