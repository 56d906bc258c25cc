/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What DSA keys can do. */
#include "dsa/dsa.h"

static const struct dsa_key *key_of(const struct material *material)
{
    return (const struct dsa_key *)material;
}

static nte_status dsa_family_generate(const struct algorithm *alg, uint32_t bits,
                                      const struct property_list *parameters, struct material **material)
{
    struct dsa_key *key;
    nte_status status;

    (void)parameters;
    if ((status = dsa_key_generate(bits, &key))) return status;
    key->material.alg = alg;
    *material = &key->material;
    return NTE_SUCCESS;
}

static void dsa_family_free(struct material *material)
{
    dsa_free((struct dsa_key *)material);
}

static uint32_t block_length(const struct algorithm *alg, uint32_t bits)
{
    (void)alg;
    return bits / 8;
}

/* Of new keys. */
static uint32_t signature_length(uint32_t bits)
{
    return bits > DSA_OLD_BITS ? 64 : 2 * DSA_OLD_Q_SIZE;                               /* 10.15 */
}

static uint32_t own_signature_length(const struct material *material)
{
    return 2 * key_of(material)->q_size;
}

static nte_status dsa_family_sign(const struct material *material, const struct padding *padding,
                                  struct bytes digest, uint8_t *signature)
{
    (void)padding;
    if (!digest.size) return NTE_INVALID_PARAMETER;
    return dsa_key_sign(key_of(material), digest, signature);
}

static nte_status dsa_family_verify(const struct material *material, const struct padding *padding,
                                    struct bytes digest, struct bytes signature)
{
    (void)padding;
    if (!digest.size) return NTE_INVALID_PARAMETER;
    if (signature.size != own_signature_length(material)) return NTE_BAD_SIGNATURE;
    return dsa_key_verify(key_of(material), digest, signature.data);
}

const struct family dsa_family =
{
    .generate = dsa_family_generate,
    .free = dsa_family_free,
    .save_public = dsa_export_public_blob,
    .save_private = dsa_export_private_blob,
    .load = dsa_load,
    .load_public = dsa_import_public_blob,
    .pkcs8_oids = pkcs8_dsa_oids,
    .pkcs8_import = pkcs8_import_dsa,
    .pkcs8_export = pkcs8_export_dsa,
    .block_length = block_length,
    .signature_length = signature_length,
    .own_signature_length = own_signature_length,
    .unpadded = 1,
    .sign = dsa_family_sign,
    .verify = dsa_family_verify,
};
