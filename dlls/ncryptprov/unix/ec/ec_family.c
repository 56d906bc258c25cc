/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What EC keys can do. Keys of group ECDH sign as well (doc/facts/windows-behaviour.md 10.32). */
#include <string.h>

#include "ec/ec_backend.h"
#include "base/property_list.h"

/* A UTF-16 string, with or without a NUL. */
static nte_status take_name(struct bytes value, uint16_t *name)
{
    if (value.size % sizeof(*name) || value.size >= EC_MAX_NAME * sizeof(*name)) return NTE_INVALID_PARAMETER;
    memset(name, 0, EC_MAX_NAME * sizeof(*name));
    if (value.size) memcpy(name, value.data, value.size);
    return NTE_SUCCESS;
}

static nte_status choose_by_name(const struct algorithm *alg, struct bytes value, struct ec_group *group)
{
    const struct bytes none = {NULL, 0};
    uint16_t name[EC_MAX_NAME];
    nte_status status;

    if ((status = take_name(value, name))) return status;
    return ec_group_choose(alg, name, none, group);
}

static nte_status check_parameter(const struct algorithm *alg, const uint16_t *name, struct bytes value,
                                  uint32_t *bits)
{
    struct ec_group group;
    nte_status status;

    if (alg->curve) return NTE_NOT_SUPPORTED;
    if (u16_equal(name, "ECCCurveName")) status = choose_by_name(alg, value, &group);
    else status = ec_group_choose(alg, NULL, value, &group);
    if (status) return status;
    *bits = group.curve->bits;
    ec_group_free(&group);
    return NTE_SUCCESS;
}

/* Exactly one of the two (rows 3.9, 4.10). */
nte_status ec_group_of_parameters(const struct algorithm *alg, const struct property_list *parameters,
                                  struct ec_group *group)
{
    const struct property *name = property_list_find_ascii(parameters, "ECCCurveName");
    const struct property *numbers = property_list_find_ascii(parameters, "ECCParameters");
    struct bytes value = {NULL, 0};

    if (alg->curve) return ec_group_choose(alg, NULL, value, group);
    if (!name == !numbers) return NTE_INVALID_PARAMETER;
    value.data = name ? name->data : numbers->data;
    value.size = name ? name->size : numbers->size;
    return name ? choose_by_name(alg, value, group) : ec_explicit_open(alg, value, 1, group);
}

static nte_status ec_family_generate(const struct algorithm *alg, uint32_t bits,
                                     const struct property_list *parameters, struct material **material)
{
    struct ec_group group;
    struct ec_key *key;
    nte_status status;

    if ((status = ec_group_of_parameters(alg, parameters, &group))) return status;
    if (bits != group.curve->bits)                          /* row 16.3 */
    {
        ec_group_free(&group);
        return NTE_INVALID_PARAMETER;
    }
    if ((status = ec_new_random(&group, &key))) return status;
    *material = &key->material;
    return NTE_SUCCESS;
}

static nte_status get_parameter(const struct material *material, const uint16_t *name, struct writer *w)
{
    const struct ec_key *key = (const struct ec_key *)material;
    uint16_t wide[EC_MAX_NAME];

    if (!u16_equal(name, "ECCCurveName")) return ec_explicit_write(&key->group, w);
    if (!*key->group.name) return NTE_NOT_FOUND;                        /* row 6.72 */
    write_bytes(w, wide, u16_from_ascii(wide, key->group.name));
    return NTE_SUCCESS;
}

static void ec_family_free(struct material *material)
{
    ec_free((struct ec_key *)material);
}

static uint32_t field_length(uint32_t bits)
{
    return (bits + 7) / 8;
}

static uint32_t block_length(const struct algorithm *alg, uint32_t bits)
{
    (void)alg;
    return field_length(bits);
}

static uint32_t signature_length(uint32_t bits)
{
    return 2 * field_length(bits);
}

/* Keys on curve25519 can only agree. */
static uint32_t own_signature_length(const struct material *material)
{
    return ((const struct ec_key *)material)->curve->backend->sign ? signature_length(material->bits) : 0;
}

static nte_status ec_family_sign(const struct material *material, const struct padding *padding,
                                 struct bytes digest, uint8_t *signature)
{
    (void)padding;
    if (!digest.size) return NTE_INVALID_PARAMETER;
    return ec_sign((const struct ec_key *)material, digest, signature);
}

static nte_status ec_family_verify(const struct material *material, const struct padding *padding,
                                   struct bytes digest, struct bytes signature)
{
    (void)padding;
    if (!digest.size) return NTE_INVALID_PARAMETER;
    if (signature.size != signature_length(material->bits)) return NTE_BAD_SIGNATURE;   /* 10.13 */
    return ec_verify((const struct ec_key *)material, digest, signature.data);
}

static nte_status ec_family_agree(const struct material *own, const struct material *peer, struct writer *z)
{
    const struct ec_key *key = (const struct ec_key *)own;
    uint8_t *secret = write_space(z, key->curve->size);

    return secret ? ec_agree(key, (const struct ec_key *)peer, secret) : NTE_NO_MEMORY;
}

static const char *const parameter_names[] = {"ECCCurveName", "ECCParameters", NULL};

const struct family ec_family =
{
    .generate = ec_family_generate,
    .parameter_names = parameter_names,
    .check_parameter = check_parameter,
    .get_parameter = get_parameter,
    .free = ec_family_free,
    .save_public = ec_save_public,
    .save_private = ec_save_private,
    .load = ec_load,
    .load_public = ec_load_public,
    .pkcs8_oids = pkcs8_ec_oids,
    .pkcs8_import = pkcs8_import_ec,
    .pkcs8_export = pkcs8_export_ec,
    .block_length = block_length,
    .signature_length = signature_length,
    .own_signature_length = own_signature_length,
    .unpadded = 1,
    .sign = ec_family_sign,
    .verify = ec_family_verify,
    .agree = ec_family_agree,
};
