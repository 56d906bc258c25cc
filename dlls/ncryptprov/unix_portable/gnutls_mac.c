/* SPDX-License-Identifier: LGPL-2.1-or-later
 * HMAC, and the derivations that are made of it; see portable.h. */
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>
#include <nettle/hkdf.h>
#include <nettle/hmac.h>
#include <nettle/pbkdf2.h>

#include "base/memory.h"
#include "portable.h"

struct mac
{
    const struct nettle_hash *hash;
    union hash_context outer, inner, state;
};

static void mac_update(void *context, size_t size, const uint8_t *data)
{
    struct mac *mac = context;

    hmac_update(&mac->state, mac->hash, size, data);
}

static void mac_digest(void *context, size_t size, uint8_t *digest)
{
    struct mac *mac = context;

    hmac_digest(&mac->outer, &mac->inner, &mac->state, mac->hash, size, digest);
}

/* The caller frees *mac with secret_free. */
static int mac_start(gnutls_mac_algorithm_t algorithm, const void *key, size_t size, struct mac **mac)
{
    const struct nettle_hash *hash = portable_hash(algorithm);

    if (!hash || hash->context_size > sizeof((*mac)->state)) return GNUTLS_E_INVALID_REQUEST;
    if (!(*mac = secret_alloc(sizeof(**mac)))) return GNUTLS_E_MEMORY_ERROR;
    (*mac)->hash = hash;
    hmac_set_key(&(*mac)->outer, &(*mac)->inner, &(*mac)->state, hash, size, size ? key : (const void *)"");
    return 0;
}

static int mac_end(struct mac *mac)
{
    secret_free(mac);
    wipe_stack();
    return 0;
}

int gnutls_hmac_fast(gnutls_mac_algorithm_t algorithm, const void *key, size_t key_size, const void *text,
                     size_t size, void *digest)
{
    struct mac *mac;
    int error;

    if ((error = mac_start(algorithm, key, key_size, &mac))) return error;
    if (size) mac_update(mac, size, text);
    mac_digest(mac, mac->hash->digest_size, digest);
    return mac_end(mac);
}

int gnutls_pbkdf2(gnutls_mac_algorithm_t algorithm, const gnutls_datum_t *key, const gnutls_datum_t *salt,
                  unsigned iterations, void *output, size_t size)
{
    struct mac *mac;
    int error;

    if (!iterations || !size) return GNUTLS_E_INVALID_REQUEST;
    if ((error = mac_start(algorithm, key->data, key->size, &mac))) return error;
    pbkdf2(mac, mac_update, mac_digest, mac->hash->digest_size, iterations, salt->size,
           salt->size ? salt->data : (const uint8_t *)"", size, output);
    return mac_end(mac);
}

int gnutls_hkdf_extract(gnutls_mac_algorithm_t algorithm, const gnutls_datum_t *key, const gnutls_datum_t *salt,
                        void *output)
{
    struct mac *mac;
    int error;

    if ((error = mac_start(algorithm, salt ? salt->data : NULL, salt ? salt->size : 0, &mac))) return error;
    hkdf_extract(mac, mac_update, mac_digest, mac->hash->digest_size, key->size, key->data, output);
    return mac_end(mac);
}

int gnutls_hkdf_expand(gnutls_mac_algorithm_t algorithm, const gnutls_datum_t *key, const gnutls_datum_t *info,
                       void *output, size_t size)
{
    const struct nettle_hash *hash = portable_hash(algorithm);
    struct mac *mac;
    int error;

    if (!hash || size > 255 * hash->digest_size) return GNUTLS_E_INVALID_REQUEST;
    if ((error = mac_start(algorithm, key->data, key->size, &mac))) return error;
    hkdf_expand(mac, mac_update, mac_digest, hash->digest_size, info ? info->size : 0, info ? info->data : NULL,
                size, output);
    return mac_end(mac);
}
