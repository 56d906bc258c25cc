/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What EC keys can do. Keys of group ECDH sign as well (spec/windows-behaviour.md 10.32). */
#include "ec.h"

static nte_status ec_family_generate(const struct algorithm *alg, uint32_t bits,
                                     const struct property_list *parameters, struct material **material)
{
    struct ec_key *key;
    nte_status status;

    (void)parameters;
    if (bits != alg->curve->bits) return NTE_INVALID_PARAMETER;
    if ((status = ec_generate(alg, &key))) return status;
    *material = &key->material;
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

/* There is no padding to choose: a scheme is an error (row 10.26), a structure without one is ignored. */
static nte_status check_call(const struct padding *padding, struct bytes digest)
{
    return padding->scheme & PAD_SCHEMES || !digest.size ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

static nte_status ec_family_sign(const struct material *material, const struct padding *padding,
                                 struct bytes digest, uint8_t *signature)
{
    nte_status status;

    if ((status = check_call(padding, digest))) return status;
    return ec_sign((const struct ec_key *)material, digest, signature);
}

static nte_status ec_family_verify(const struct material *material, const struct padding *padding,
                                   struct bytes digest, struct bytes signature)
{
    nte_status status;

    if ((status = check_call(padding, digest))) return status;
    if (signature.size != signature_length(material->bits)) return NTE_BAD_SIGNATURE;   /* 10.13 */
    return ec_verify((const struct ec_key *)material, digest, signature.data);
}

static const char *const parameter_names[] = {"ECCCurveName", NULL};

const struct family ec_family =
{
    .generate = ec_family_generate,
    .parameter_names = parameter_names,
    .free = ec_family_free,
    .save_public = ec_export_public_blob,
    .save_private = ec_export_private_blob,
    .load = ec_load,
    .block_length = block_length,
    .signature_length = signature_length,
    .sign = ec_family_sign,
    .verify = ec_family_verify,
};
