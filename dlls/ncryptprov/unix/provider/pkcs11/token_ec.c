/* SPDX-License-Identifier: LGPL-2.1-or-later
 * EC keys on tokens: ECDSA over a digest, and the x coordinate that two keys agree upon (rows C.42, C.44). */
#include <string.h>

#include "base/der.h"
#include "ec/ec.h"
#include "provider/pkcs11/token_provider.h"

static const struct ec_key *numbers_of(const struct material *material)
{
    return (const struct ec_key *)token_material_numbers(material);
}

static uint32_t order_size(const struct curve *curve)
{
    struct ec_numbers numbers;

    if (!curve_has_numbers(curve)) return curve->size;
    curve_numbers(curve, &numbers);
    return numbers.order_size;
}

static nte_status sign(const struct material *material, const struct padding *padding, struct bytes digest,
                       uint8_t *signature)
{
    static const struct token_use ecdsa = {.mechanism = MECHANISM_ECDSA};
    const struct curve *curve = numbers_of(material)->curve;
    uint32_t order = order_size(curve);
    size_t written = 0;
    nte_status status;

    (void)padding;
    if (!digest.size) return NTE_INVALID_PARAMETER;
    if (digest.size > order) digest.size = order;
    status = token_calls()->sign(token_key_of(material), &ecdsa, digest, signature, 2 * curve->size, &written);
    if (status) return status;
    return written == 2 * curve->size ? NTE_SUCCESS : NTE_INTERNAL_ERROR;
}

static nte_status agree(const struct material *own, const struct material *peer, struct writer *z)
{
    const struct ec_key *ours = numbers_of(own), *theirs = (const struct ec_key *)peer;
    uint32_t size = ours->curve->size;
    uint8_t point[1 + 2 * EC_MAX_SIZE] = {4};

    if (!curve_equal(ours->curve, theirs->curve)) return NTE_INVALID_PARAMETER;
    memcpy(point + 1, theirs->x, size);
    memcpy(point + 1 + size, theirs->y, size);
    return token_calls()->derive(token_key_of(own), bytes_of(point, 1 + 2 * size), size, z);
}

const struct family token_ec_family =
{
    .free = token_material_free,
    .numbers = token_material_numbers,
    .extract = token_material_extract,
    .unpadded = 1,
    .sign = sign,
    .agree = agree,
};

/* --- into a token --- */

nte_status token_curve_write(const struct curve *curve, struct writer *w)
{
    if (!curve->oid || !curve_has_numbers(curve)) return NTE_NOT_SUPPORTED;
    der_write_oid(w, curve->oid);
    return w->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

static void write_point(struct writer *w, const struct ec_key *key)
{
    size_t start = der_open(w, DER_OCTET_STRING);

    write_u8(w, 4);
    write_bytes(w, key->x, key->curve->size);
    write_bytes(w, key->y, key->curve->size);
    der_close(w, start);
}

nte_status token_new_ec(const struct material *material, struct token_new *new, struct writer *w)
{
    const struct ec_key *key = (const struct ec_key *)material;
    size_t curve_size, point_size;
    nte_status status;

    new->type = TOKEN_EC;
    if ((status = token_curve_write(key->curve, w))) return status;
    curve_size = w->used;
    write_point(w, key);
    if (w->failed) return NTE_NO_MEMORY;
    point_size = w->used - curve_size;
    new->curve = bytes_of(w->data, curve_size);
    new->point = bytes_of(w->data + curve_size, point_size);
    new->scalar = trim_number(bytes_of(key->d, key->curve->size));
    return NTE_SUCCESS;
}
