/* SPDX-License-Identifier: LGPL-2.1-or-later
 * NCryptDeriveKey and NCryptKeyDerivation: from an agreement or a key to the arguments of derive.h's functions. */
#include "derive/derive.h"
#include "derive/kdf_key.h"
#include "key/agreement.h"

nte_status agreement_derive(struct agreement *agreement, const uint16_t *kdf,
                            const struct kdf_parameters *parameters, uint32_t flags, uint8_t *output,
                            uint32_t size, uint32_t *result)
{
    struct derivation d = {.hkdf = hkdf_get(&agreement->object), .alg = agreement->alg, .bits = agreement->bits,
                           .secret = {agreement->z.data, agreement->z.used}, .flags = flags, .all = parameters};
    const struct kdf_row *row = find_secret_row(kdf);

    return row ? derive(row, &d, output, size, result) : NTE_NOT_SUPPORTED;
}

nte_status key_derive(struct key *key, const struct kdf_parameters *parameters, uint32_t flags, uint8_t *output,
                      uint32_t size, uint32_t *result)
{
    struct derivation d = {.hkdf = hkdf_get(&key->object), .alg = key->alg, .flags = flags, .all = parameters};
    const struct material *material;
    const struct kdf_key *kdf_key;
    const struct kdf_row *row;
    nte_status status;

    if ((status = key_material(key, &material))) return status;
    if (!(row = find_key_row(key->alg->id))) return NTE_NOT_SUPPORTED;
    if (!output) return NTE_INVALID_PARAMETER;
    kdf_key = (const struct kdf_key *)material;
    d.secret = (struct bytes){kdf_key->secret, kdf_key->size};
    return derive(row, &d, output, size, result);
}
