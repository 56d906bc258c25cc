/* SPDX-License-Identifier: LGPL-2.1-or-later
 * AES-256-GCM with a tag of 16 bytes, the one cipher that the engine takes from GnuTLS; see portable.h. */
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <nettle/gcm.h>

#include "base/memory.h"

#define TAG_SIZE GCM_DIGEST_SIZE

struct api_aead_cipher_hd_st
{
    struct gcm_aes256_ctx context;      /* the key stays, the rest is of the message in work */
};

int gnutls_aead_cipher_init(gnutls_aead_cipher_hd_t *handle, gnutls_cipher_algorithm_t cipher,
                            const gnutls_datum_t *key)
{
    if (cipher != GNUTLS_CIPHER_AES_256_GCM || key->size != AES256_KEY_SIZE) return GNUTLS_E_INVALID_REQUEST;
    if (!(*handle = secret_alloc(sizeof(**handle)))) return GNUTLS_E_MEMORY_ERROR;
    gcm_aes256_set_key(&(*handle)->context, key->data);
    return 0;
}

void gnutls_aead_cipher_deinit(gnutls_aead_cipher_hd_t handle)
{
    secret_free(handle);
    wipe_stack();
}

static void start(struct gcm_aes256_ctx *context, struct bytes nonce, struct bytes header)
{
    gcm_aes256_set_iv(context, nonce.size, nonce.data);
    if (header.size) gcm_aes256_update(context, header.size, header.data);
}

int gnutls_aead_cipher_encrypt(gnutls_aead_cipher_hd_t handle, const void *nonce, size_t nonce_size,
                               const void *header, size_t header_size, size_t tag_size, const void *text,
                               size_t size, void *sealed, size_t *sealed_size)
{
    struct gcm_aes256_ctx *context = &handle->context;

    if (!nonce_size || tag_size != TAG_SIZE) return GNUTLS_E_INVALID_REQUEST;
    if (*sealed_size < TAG_SIZE || *sealed_size - TAG_SIZE < size) return GNUTLS_E_SHORT_MEMORY_BUFFER;
    start(context, bytes_of(nonce, nonce_size), bytes_of(header, header_size));
    if (size) gcm_aes256_encrypt(context, size, sealed, text);
    gcm_aes256_digest(context, TAG_SIZE, (uint8_t *)sealed + size);
    *sealed_size = size + TAG_SIZE;
    return 0;
}

/* What does not have its tag is not handed out. */
int gnutls_aead_cipher_decrypt(gnutls_aead_cipher_hd_t handle, const void *nonce, size_t nonce_size,
                               const void *header, size_t header_size, size_t tag_size, const void *sealed,
                               size_t sealed_size, void *text, size_t *size)
{
    struct gcm_aes256_ctx *context = &handle->context;
    uint8_t expected[TAG_SIZE], tag[TAG_SIZE];
    size_t length = sealed_size - TAG_SIZE;

    if (!nonce_size || tag_size != TAG_SIZE) return GNUTLS_E_INVALID_REQUEST;
    if (sealed_size < TAG_SIZE) return GNUTLS_E_DECRYPTION_FAILED;
    if (*size < length) return GNUTLS_E_SHORT_MEMORY_BUFFER;
    memcpy(expected, (const uint8_t *)sealed + length, TAG_SIZE);
    start(context, bytes_of(nonce, nonce_size), bytes_of(header, header_size));
    if (length) gcm_aes256_decrypt(context, length, text, sealed);
    gcm_aes256_digest(context, TAG_SIZE, tag);
    if (!equal_secret(tag, expected, TAG_SIZE))
    {
        if (length) wipe(text, length);
        return GNUTLS_E_DECRYPTION_FAILED;
    }
    *size = length;
    return 0;
}
