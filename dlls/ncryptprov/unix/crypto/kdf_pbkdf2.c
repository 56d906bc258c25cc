/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PBKDF2; see kdf.h. GnuTLS is fast but lacks SHA-3, which is computed here by the definition. */
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "crypto/hmac.h"
#include "crypto/kdf.h"

/* For these hashes GnuTLS gives the digest and its HMAC the same number. */
static int gnutls_has(const struct hash *hash)
{
    switch (hash->gnutls_id)
    {
    case GNUTLS_DIG_MD5:
    case GNUTLS_DIG_SHA1:
    case GNUTLS_DIG_SHA256:
    case GNUTLS_DIG_SHA384:
    case GNUTLS_DIG_SHA512:
        return 1;
    default:
        return 0;
    }
}

static int by_gnutls(const struct hash *hash, struct bytes password, struct bytes salt, uint32_t iterations,
                     uint8_t *output, size_t size)
{
    static unsigned char nothing[1];
    gnutls_datum_t key = {password.size ? (unsigned char *)password.data : nothing, password.size};
    gnutls_datum_t seed = {salt.size ? (unsigned char *)salt.data : nothing, salt.size};
    int error = gnutls_pbkdf2((gnutls_mac_algorithm_t)hash->gnutls_id, &key, &seed, iterations, output, size);

    wipe_stack();                   /* nettle leaves the result there */
    return error >= 0;
}

static nte_status make_block(struct hmac *hmac, const struct hash *hash, struct bytes salt, uint32_t iterations,
                             uint32_t index, uint8_t *block)
{
    uint8_t u[HASH_MAX_SIZE] = {0}, counter[4] = {index >> 24, index >> 16, index >> 8, index};
    nte_status status;
    size_t i;

    hmac_add(hmac, salt.data, salt.size);
    hmac_add(hmac, counter, sizeof(counter));
    status = hmac_end(hmac, u);
    memcpy(block, u, hash->size);
    while (!status && --iterations)
    {
        hmac_add(hmac, u, hash->size);
        status = hmac_end(hmac, u);
        for (i = 0; i < hash->size; i++) block[i] ^= u[i];
    }
    wipe(u, sizeof(u));
    return status;
}

static nte_status by_definition(const struct hash *hash, struct bytes password, struct bytes salt,
                                uint32_t iterations, uint8_t *output, size_t size)
{
    uint8_t block[HASH_MAX_SIZE];
    nte_status status;
    struct hmac *hmac;
    uint32_t index = 1;
    size_t part;

    if (size / hash->size >= UINT32_MAX) return NTE_INVALID_PARAMETER;
    if ((status = hmac_start(hash, password, &hmac))) return status;
    for (; size && !status; size -= part, output += part)
    {
        part = size < hash->size ? size : hash->size;
        status = make_block(hmac, hash, salt, iterations, index++, block);
        memcpy(output, block, part);
    }
    hmac_free(hmac);
    wipe(block, sizeof(block));
    return status;
}

nte_status kdf_pbkdf2(const struct hash *hash, struct bytes password, struct bytes salt, uint32_t iterations,
                      uint8_t *output, size_t size)
{
    if (!iterations) return NTE_INVALID_PARAMETER;
    /* in strict FIPS mode GnuTLS refuses MD5 and short keys */
    if (gnutls_has(hash) && by_gnutls(hash, password, salt, iterations, output, size)) return NTE_SUCCESS;
    return by_definition(hash, password, salt, iterations, output, size);
}
