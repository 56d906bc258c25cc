/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Key derivation functions over plain bytes. Each fills all size bytes of output and gives NTE_SUCCESS, or
 * NTE_NOT_SUPPORTED for a hash that cannot be computed, NTE_INVALID_PARAMETER for a size that the function cannot
 * give, NTE_NO_MEMORY, NTE_INTERNAL_ERROR. A run of size 0 may have data NULL. */
#ifndef ENGINE_KDF_H
#define ENGINE_KDF_H

#include "crypto/hash.h"

/* The hash that a UTF-16 string names, with or without a NUL. NTE_NOT_SUPPORTED when it cannot be computed. */
nte_status kdf_find_hash(struct bytes name, const struct hash **hash);

/* Runs of bytes, read one after another as if they were one. */
struct chain
{
    const struct bytes *runs;
    size_t count;
};

/* The first size bytes of the digest, or of the HMAC, of the whole chain; at most hash->size. */
nte_status kdf_hash(const struct hash *hash, struct chain message, uint8_t *output, size_t size);
nte_status kdf_hmac(const struct hash *hash, struct bytes key, struct chain message, uint8_t *output, size_t size);

/* The PRF of TLS 1.0 and 1.1 (RFC 2246 5) and of TLS 1.2 (RFC 5246 5). */
nte_status kdf_tls10(struct bytes secret, struct bytes label, struct bytes seed, uint8_t *output, size_t size);
nte_status kdf_tls12(const struct hash *hash, struct bytes secret, struct bytes label, struct bytes seed,
                     uint8_t *output, size_t size);

/* Concatenation KDF of SP 800-56A (single step, hash): a counter of 32 bits from 1, secret, info. */
nte_status kdf_concat(const struct hash *hash, struct bytes secret, struct chain info, uint8_t *output,
                      size_t size);

/* SP 800-108 5.1, counter mode over HMAC: a counter of 32 bits from 1, then the fixed input data. */
nte_status kdf_counter(const struct hash *hash, struct bytes key, struct chain fixed, uint8_t *output,
                       size_t size);

/* RFC 8018 5.2; 1 or more iterations. */
nte_status kdf_pbkdf2(const struct hash *hash, struct bytes password, struct bytes salt, uint32_t iterations,
                      uint8_t *output, size_t size);

/* CryptDeriveKey of CAPI over the hash of secret: the first bytes of the digest or, for more than it has (up to twice
 * as many), the rule for AES and 3DES. expand: that rule for fewer bytes as well, except with SHA-2. */
nte_status kdf_capi(const struct hash *hash, struct bytes secret, int expand, uint8_t *output, size_t size);

/* RFC 5869. prk: hash->size bytes. Expand gives at most 255 * hash->size bytes. */
nte_status kdf_hkdf_extract(const struct hash *hash, struct bytes salt, struct bytes secret, uint8_t *prk);
nte_status kdf_hkdf_expand(const struct hash *hash, struct bytes prk, struct bytes info, uint8_t *output,
                           size_t size);

#endif
