/* SPDX-License-Identifier: LGPL-2.1-or-later
 * RSA keys of the TPM: every padding is done here, over the bare operation there (row T.71), so what a chip itself does
 * not know works as well: any hash, any salt, any label. */
#include <string.h>

#include "number/limbs.h"
#include "provider/tpm/tpm_provider.h"
#include "rsa/rsa.h"

static const struct rsa_key *numbers_of(const struct material *material)
{
    return (const struct rsa_key *)tpm_material_numbers(material);
}

struct keeper
{
    const struct material *material;
    int is_secret;                  /* what comes out is a message, not a signature */
};

/* Chips do not agree on what they say of a number that is too large. */
static int is_below(const uint8_t *input, const struct rsa_key *key)
{
    uint8_t modulus[RSA_MAX_BITS / 8];

    limbs_to_bytes(modulus, key->n_size, key->n, key->nn);
    return memcmp(input, modulus, key->n_size) < 0;
}

static nte_status raw(const void *context, const uint8_t *input, uint8_t *output)
{
    const struct keeper *keeper = context;
    const struct rsa_key *key = numbers_of(keeper->material);
    struct tpm_using using;
    nte_status status;

    if (tpm_material_of(keeper->material)->is_identity) return NTE_NOT_SUPPORTED;
    if (!is_below(input, key)) return NTE_INVALID_PARAMETER;
    if ((status = tpm_use_begin(keeper->material, &using))) return status;
    status = tpm_calls()->rsa(&using.use, keeper->is_secret, bytes_of(input, key->n_size), output);
    return tpm_use_end(&using, status);
}

static nte_status sign(const struct material *material, const struct padding *padding, struct bytes digest,
                       uint8_t *signature)
{
    const struct keeper keeper = {material, 0};

    return rsa_sign_with(numbers_of(material), padding, digest, raw, &keeper, signature);
}

static nte_status decrypt(const struct material *material, const struct padding *padding, struct bytes input,
                          uint8_t *output, uint32_t size, uint32_t *result)
{
    const struct keeper keeper = {material, 1};

    return rsa_decrypt_with(numbers_of(material), padding, input, raw, &keeper, output, size, result);
}

const struct family tpm_rsa_family =
{
    .free = tpm_material_free,
    .numbers = tpm_material_numbers,
    .extract = tpm_material_extract,
    .sign = sign,
    .decrypt = decrypt,
};
