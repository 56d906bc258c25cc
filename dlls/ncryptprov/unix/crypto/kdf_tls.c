/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The pseudo-random functions of TLS; see kdf.h. */
#include <string.h>

#include "crypto/hmac.h"
#include "crypto/kdf.h"

/* A(i + 1) = HMAC(A(i)), in place. */
static nte_status next_a(struct hmac *hmac, const struct hash *hash, uint8_t *a)
{
    hmac_add(hmac, a, hash->size);
    return hmac_end(hmac, a);
}

/* P_hash of RFC 5246 5, xored over output; hmac has the secret. */
static nte_status xor_blocks(struct hmac *hmac, const struct hash *hash, struct bytes label, struct bytes seed,
                             uint8_t *output, size_t size)
{
    uint8_t a[HASH_MAX_SIZE], block[HASH_MAX_SIZE];
    nte_status status;
    size_t i;

    hmac_add(hmac, label.data, label.size);
    hmac_add(hmac, seed.data, seed.size);
    status = hmac_end(hmac, a);                             /* A(1) */
    for (i = 0; i < size && !status; i++)
    {
        if (i % hash->size == 0)
        {
            if (i && (status = next_a(hmac, hash, a))) break;
            hmac_add(hmac, a, hash->size);
            hmac_add(hmac, label.data, label.size);
            hmac_add(hmac, seed.data, seed.size);
            if ((status = hmac_end(hmac, block))) break;
        }
        output[i] ^= block[i % hash->size];
    }
    wipe(a, sizeof(a));
    wipe(block, sizeof(block));
    return status;
}

static nte_status xor_p_hash(const struct hash *hash, struct bytes secret, struct bytes label, struct bytes seed,
                             uint8_t *output, size_t size)
{
    struct hmac *hmac;
    nte_status status;

    if ((status = hmac_start(hash, secret, &hmac))) return status;
    status = xor_blocks(hmac, hash, label, seed, output, size);
    hmac_free(hmac);
    return status;
}

/* If the size is odd, the middle byte belongs to both halves. */
nte_status kdf_tls10(struct bytes secret, struct bytes label, struct bytes seed, uint8_t *output, size_t size)
{
    size_t half = (secret.size + 1) / 2;
    struct bytes first = {secret.data, half}, second = {secret.data, half};
    nte_status status;

    if (secret.size) second.data += secret.size - half;
    memset(output, 0, size);
    if ((status = xor_p_hash(hash_find_ascii("MD5"), first, label, seed, output, size))) return status;
    return xor_p_hash(hash_find_ascii("SHA1"), second, label, seed, output, size);
}

nte_status kdf_tls12(const struct hash *hash, struct bytes secret, struct bytes label, struct bytes seed,
                     uint8_t *output, size_t size)
{
    memset(output, 0, size);
    return xor_p_hash(hash, secret, label, seed, output, size);
}
