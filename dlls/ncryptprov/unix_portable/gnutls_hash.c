/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Hashes; see portable.h. */
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "base/memory.h"
#include "portable.h"

struct hash_hd_st
{
    const struct nettle_hash *hash;
    union hash_context context;
};

const struct nettle_hash *portable_hash(int algorithm)
{
    switch (algorithm)
    {
    case GNUTLS_DIG_MD5: return &nettle_md5;
    case GNUTLS_DIG_SHA1: return &nettle_sha1;
    case GNUTLS_DIG_SHA224: return &nettle_sha224;
    case GNUTLS_DIG_SHA256: return &nettle_sha256;
    case GNUTLS_DIG_SHA384: return &nettle_sha384;
    case GNUTLS_DIG_SHA512: return &nettle_sha512;
    case GNUTLS_DIG_SHA3_256: return &nettle_sha3_256;
    case GNUTLS_DIG_SHA3_384: return &nettle_sha3_384;
    case GNUTLS_DIG_SHA3_512: return &nettle_sha3_512;
    default: return NULL;
    }
}

int gnutls_hash_init(gnutls_hash_hd_t *handle, gnutls_digest_algorithm_t algorithm)
{
    const struct nettle_hash *hash = portable_hash(algorithm);

    if (!hash || hash->context_size > sizeof((*handle)->context)) return GNUTLS_E_INVALID_REQUEST;
    if (!(*handle = secret_alloc(sizeof(**handle)))) return GNUTLS_E_MEMORY_ERROR;
    (*handle)->hash = hash;
    hash->init(&(*handle)->context);
    return 0;
}

int gnutls_hash(gnutls_hash_hd_t handle, const void *text, size_t size)
{
    if (size) handle->hash->update(&handle->context, size, text);
    return 0;
}

void gnutls_hash_output(gnutls_hash_hd_t handle, void *digest)
{
    if (digest) handle->hash->digest(&handle->context, handle->hash->digest_size, digest);
    handle->hash->init(&handle->context);
}

void gnutls_hash_deinit(gnutls_hash_hd_t handle, void *digest)
{
    if (digest) gnutls_hash_output(handle, digest);
    secret_free(handle);
}

int gnutls_hash_fast(gnutls_digest_algorithm_t algorithm, const void *text, size_t size, void *digest)
{
    gnutls_hash_hd_t handle;
    int error;

    if ((error = gnutls_hash_init(&handle, algorithm))) return error;
    gnutls_hash(handle, text, size);
    gnutls_hash_deinit(handle, digest);
    return 0;
}
