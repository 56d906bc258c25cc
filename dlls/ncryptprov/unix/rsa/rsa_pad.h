/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The encodings of RFC 8017 over byte strings. em is an encoded message of k bytes, k being the length of the
 * modulus; encoders fill it, their result is always below the modulus.
 *
 * Encoders give NTE_INVALID_PARAMETER when the message, digest or salt does not fit, or the digest has not the
 * length of its hash; everything over a hash that cannot be computed gives NTE_NOT_SUPPORTED. */
#ifndef ENGINE_RSA_PAD_H
#define ENGINE_RSA_PAD_H

#include "crypto/hash.h"

/* Signatures, RSASSA-PKCS1-v1_5. hash NULL: the bytes stand there as given, 1 to k - 11 of them. The check
 * compares with the one right encoding. NTE_BAD_SIGNATURE when it differs. */
nte_status pad_pkcs1_sign(uint8_t *em, size_t k, const struct hash *hash, struct bytes digest);
nte_status pad_pkcs1_check(const uint8_t *em, size_t k, const struct hash *hash, struct bytes digest);

/* Signatures, RSASSA-PSS, with MGF1 over the same hash. bits: length of the modulus. The check wants a salt of
 * exactly salt_size bytes and overwrites em. NTE_BAD_SIGNATURE when it fails. */
nte_status pad_pss_sign(uint8_t *em, size_t bits, const struct hash *hash, struct bytes digest, size_t salt_size);
nte_status pad_pss_check(uint8_t *em, size_t bits, const struct hash *hash, struct bytes digest, size_t salt_size);

/* Encryption, RSAES-PKCS1-v1_5 and RSAES-OAEP with MGF1 over the same hash. */
nte_status pad_pkcs1_encrypt(uint8_t *em, size_t k, struct bytes message);
nte_status pad_oaep_encrypt(uint8_t *em, size_t k, const struct hash *hash, struct bytes label,
                            struct bytes message);

/* Decryption. The message ends up at the start of em. NTE_INVALID_PARAMETER for whatever is wrong with em;
 * up to that verdict neither time nor memory access depends on its content. *size is set on success only. */
nte_status pad_pkcs1_decrypt(uint8_t *em, size_t k, size_t *size);
nte_status pad_oaep_decrypt(uint8_t *em, size_t k, const struct hash *hash, struct bytes label, size_t *size);

#endif
