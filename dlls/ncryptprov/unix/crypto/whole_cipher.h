/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The ciphers that wrap key files and messages: a block cipher in CBC mode with the padding of RFC 5652 6.3, or RC4.
 * The API's symmetric keys are in cipher.h. */
#ifndef ENGINE_WHOLE_CIPHER_H
#define ENGINE_WHOLE_CIPHER_H

#include "base/memory.h"
#include "base/status.h"

#define BULK_MAX_KEY 32             /* bytes */
#define BULK_MAX_BLOCK 16

struct bulk_cipher
{
    size_t key_size, block_size;    /* bytes; block_size 0: a stream cipher, without IV and padding */
    const void *backend;
    uint32_t effective_bits;        /* RC2 alone: 1 to 1024, whatever the size of the key (RFC 2268 2) */
};

extern const struct bulk_cipher bulk_aes128, bulk_aes192, bulk_aes256, bulk_des, bulk_3des, bulk_3des_112,
                                bulk_rc2_40, bulk_rc2_64, bulk_rc2_128, bulk_rc4_40, bulk_rc4_128;

/* The CBC cipher of an object identifier whose parameter is the IV alone; NULL: there is none. */
const struct bulk_cipher *bulk_find(const char *oid);

/* How many bytes that many bytes become. */
size_t bulk_encrypted_size(const struct bulk_cipher *cipher, size_t size);

/* key and iv: as long as cipher says. output: bulk_encrypted_size bytes. Fails only with NTE_NO_MEMORY. */
nte_status bulk_encrypt(const struct bulk_cipher *cipher, const uint8_t *key, const uint8_t *iv,
                        struct bytes input, uint8_t *output);

/* output: input.size bytes, of which *size are the plaintext. NTE_BAD_DATA when the input is not a whole number of
 * blocks or the padding is wrong; until that is decided, neither time nor memory access depends on the
 * plaintext. */
nte_status bulk_decrypt(const struct bulk_cipher *cipher, const uint8_t *key, const uint8_t *iv,
                        struct bytes input, uint8_t *output, size_t *size);

#endif
