/* SPDX-License-Identifier: LGPL-2.1-or-later
 * AES-256-GCM of one run of bytes; see seal.h. */
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "crypto/seal.h"

static nte_status crypto_status(int error)
{
    switch (error)
    {
    case 0: return NTE_SUCCESS;
    case GNUTLS_E_MEMORY_ERROR: return NTE_NO_MEMORY;
    case GNUTLS_E_DECRYPTION_FAILED: return NTE_BAD_DATA;
    default: return NTE_INTERNAL_ERROR;
    }
}

static nte_status open_cipher(const uint8_t key[SEAL_KEY_SIZE], gnutls_aead_cipher_hd_t *cipher)
{
    gnutls_datum_t datum = {(uint8_t *)key, SEAL_KEY_SIZE};

    return crypto_status(gnutls_aead_cipher_init(cipher, GNUTLS_CIPHER_AES_256_GCM, &datum));
}

nte_status seal(const uint8_t key[SEAL_KEY_SIZE], struct bytes header, struct bytes clear, uint8_t *sealed)
{
    gnutls_aead_cipher_hd_t cipher;
    size_t size = clear.size + SEAL_TAG_SIZE;
    nte_status status;

    if (gnutls_rnd(GNUTLS_RND_NONCE, sealed, SEAL_NONCE_SIZE)) return NTE_INTERNAL_ERROR;
    if ((status = open_cipher(key, &cipher))) return status;
    status = crypto_status(gnutls_aead_cipher_encrypt(cipher, sealed, SEAL_NONCE_SIZE, header.data, header.size,
                                                      SEAL_TAG_SIZE, clear.data, clear.size,
                                                      sealed + SEAL_NONCE_SIZE, &size));
    gnutls_aead_cipher_deinit(cipher);
    return status;
}

nte_status unseal(const uint8_t key[SEAL_KEY_SIZE], struct bytes header, struct bytes sealed, struct bytes *clear)
{
    gnutls_aead_cipher_hd_t cipher;
    size_t size = sealed.size - SEAL_OVERHEAD;
    nte_status status;
    uint8_t *data;

    if (!(data = secret_alloc(size))) return NTE_NO_MEMORY;
    clear->data = data;
    clear->size = size;
    if ((status = open_cipher(key, &cipher))) return status;
    status = crypto_status(gnutls_aead_cipher_decrypt(cipher, sealed.data, SEAL_NONCE_SIZE, header.data, header.size,
                                                      SEAL_TAG_SIZE, sealed.data + SEAL_NONCE_SIZE,
                                                      size + SEAL_TAG_SIZE, data, &size));
    gnutls_aead_cipher_deinit(cipher);
    return status;
}
