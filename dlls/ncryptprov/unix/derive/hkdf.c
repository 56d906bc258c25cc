/* SPDX-License-Identifier: LGPL-2.1-or-later
 * HKDF with the values that were set for it; see derive.h. */
#include "derive/derive.h"

nte_status hkdf_derive(const struct hkdf *hkdf, struct bytes secret, struct bytes info, uint8_t *output, size_t size)
{
    uint8_t prk[HASH_MAX_SIZE];
    struct bytes extracted = {prk, 0};
    nte_status status;

    if (!hkdf->hash) return NTE_BAD_KEY_STATE;
    if (hkdf->is_prk) return kdf_hkdf_expand(hkdf->hash, secret, info, output, size);
    extracted.size = hkdf->hash->size;
    if (!(status = kdf_hkdf_extract(hkdf->hash, hkdf->salt, secret, prk)))
        status = kdf_hkdf_expand(hkdf->hash, extracted, info, output, size);
    wipe(prk, sizeof(prk));
    return status;
}
