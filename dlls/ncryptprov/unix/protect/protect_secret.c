/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Secrets: the whole in one blob; see protect.h. */
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "protect/protect.h"

static int gcm_start(const uint8_t key[PROTECT_KEY_SIZE], gnutls_aead_cipher_hd_t *cipher)
{
    gnutls_datum_t datum = {(void *)key, PROTECT_KEY_SIZE};

    return gnutls_aead_cipher_init(cipher, GNUTLS_CIPHER_AES_256_GCM, &datum);
}

nte_status gcm_seal(const uint8_t key[PROTECT_KEY_SIZE], const uint8_t nonce[PROTECT_NONCE_SIZE], struct bytes data,
                    uint8_t *output)
{
    size_t size = data.size + PROTECT_TAG_SIZE;
    gnutls_aead_cipher_hd_t cipher;
    int failed;

    if (gcm_start(key, &cipher)) return NTE_INTERNAL_ERROR;
    failed = gnutls_aead_cipher_encrypt(cipher, nonce, PROTECT_NONCE_SIZE, NULL, 0, PROTECT_TAG_SIZE, data.data,
                                        data.size, output, &size);
    gnutls_aead_cipher_deinit(cipher);
    return failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}

nte_status gcm_open(const uint8_t key[PROTECT_KEY_SIZE], const uint8_t nonce[PROTECT_NONCE_SIZE], struct bytes data,
                    uint8_t *output)
{
    size_t size = data.size - PROTECT_TAG_SIZE;
    gnutls_aead_cipher_hd_t cipher;
    int failed;

    if (gcm_start(key, &cipher)) return NTE_INTERNAL_ERROR;
    failed = gnutls_aead_cipher_decrypt(cipher, nonce, PROTECT_NONCE_SIZE, NULL, 0, PROTECT_TAG_SIZE, data.data,
                                        data.size, output, &size);
    gnutls_aead_cipher_deinit(cipher);
    return failed ? NTE_DECRYPTION_FAILURE : NTE_SUCCESS;
}

static nte_status seal(const uint8_t key[PROTECT_KEY_SIZE], struct bytes recipients, struct bytes data,
                       struct writer *blob)
{
    struct bytes content = {NULL, data.size + PROTECT_TAG_SIZE};
    uint8_t nonce[PROTECT_NONCE_SIZE], *sealed;
    nte_status status;

    if ((status = content_nonce(key, recipients, nonce))) return status;
    if (!(sealed = secret_alloc(content.size))) return NTE_NO_MEMORY;
    if (!(status = gcm_seal(key, nonce, data, sealed)))
    {
        content.data = sealed;
        cms_write(blob, recipients, nonce, &content);
        if (blob->failed) status = NTE_NO_MEMORY;
    }
    secret_free(sealed);
    return status;
}

nte_status secret_protect(const struct descriptor *descriptor, const struct answer *answers, struct bytes data,
                          struct writer *blob)
{
    uint8_t key[PROTECT_KEY_SIZE];
    struct writer w = {0};
    struct bytes recipients;
    nte_status status;

    if (!data.size || data.size > PROTECT_DATA_MAX - PROTECT_HEADER_MAX) return NTE_INVALID_PARAMETER;
    status = content_key_make(descriptor, answers, key, &w);
    recipients.data = w.data;
    recipients.size = w.used;
    if (!status) status = seal(key, recipients, data, blob);
    wipe(key, sizeof(key));
    writer_free(&w);
    return status;
}

nte_status secret_unprotect(const struct envelope *envelope, const struct answer *answers, struct writer *data)
{
    size_t size = envelope->content.size - PROTECT_TAG_SIZE;
    uint8_t key[PROTECT_KEY_SIZE], *output;
    nte_status status;

    if (!envelope->has_content || envelope->content.size <= PROTECT_TAG_SIZE) return NTE_BAD_DATA;
    if ((status = content_key_find(envelope, answers, key))) return status;
    if (!(output = write_space(data, size))) status = NTE_NO_MEMORY;
    else if ((status = gcm_open(key, envelope->nonce.data, envelope->content, output)))
    {
        wipe(output, size);         /* decrypted, but not authentic */
        data->used -= size;
    }
    wipe(key, sizeof(key));
    return status;
}
