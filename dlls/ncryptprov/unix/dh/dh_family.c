/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What DH keys can do: only agree, neither sign nor encrypt (doc/facts/windows-behaviour.md 13.16). */
#include "dh/dh.h"
#include "base/property_list.h"

static const char *const parameter_names[] = {"DHParameters", NULL};

static nte_status choose_group(uint32_t bits, const struct property_list *parameters, struct dh_numbers *numbers)
{
    const struct property *property;
    uint32_t group_bits;
    nte_status status;

    property = property_list_find_ascii(parameters, parameter_names[0]);
    if (!property) return dh_published_group(bits, numbers);
    status = dh_read_parameters((struct bytes){property->data, property->size}, numbers, &group_bits);
    if (status) return status;
    return group_bits == bits ? NTE_SUCCESS : NTE_INVALID_PARAMETER;    /* "Length" has been changed since */
}

static nte_status dh_family_generate(const struct algorithm *alg, uint32_t bits,
                                     const struct property_list *parameters, struct material **material)
{
    struct dh_numbers numbers = {0};
    struct dh_key *key;
    nte_status status;

    if ((status = choose_group(bits, parameters, &numbers))) return status;
    if ((status = dh_generate(&numbers, &key))) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

static nte_status check_parameter(const struct algorithm *alg, const uint16_t *name, struct bytes value,
                                  uint32_t *bits)
{
    struct dh_numbers numbers;

    (void)alg, (void)name;
    return dh_read_parameters(value, &numbers, bits);
}

static nte_status get_parameter(const struct material *material, const uint16_t *name, struct writer *w)
{
    (void)name;
    dh_write_parameters(w, (const struct dh_key *)material);
    return NTE_SUCCESS;
}

static void dh_family_free(struct material *material)
{
    dh_free((struct dh_key *)material);
}

static uint32_t block_length(const struct algorithm *alg, uint32_t bits)
{
    (void)alg;
    return (bits + 7) / 8;
}

static nte_status dh_family_agree(const struct material *own, const struct material *peer, struct writer *z)
{
    uint8_t *secret = write_space(z, dh_secret_size(own));

    return secret ? dh_agree(own, peer, secret) : NTE_NO_MEMORY;
}

const struct family dh_family =
{
    .generate = dh_family_generate,
    .parameter_names = parameter_names,
    .check_parameter = check_parameter,
    .get_parameter = get_parameter,
    .free = dh_family_free,
    .save_public = dh_export_public_blob,
    .save_private = dh_export_private_blob,
    .load = dh_load,
    .load_public = dh_import_public_blob,
    .block_length = block_length,
    .agree = dh_family_agree,
};
