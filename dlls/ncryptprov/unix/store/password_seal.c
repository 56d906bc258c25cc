/* SPDX-License-Identifier: LGPL-2.1-or-later
 * A private part under a password: PBKDF2 with HMAC-SHA-256 makes the key that seals it; see password_seal.h. */
#include <string.h>

#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "crypto/hash.h"
#include "crypto/kdf.h"
#include "store/password_seal.h"

#define KDF_PBKDF2_SHA256 1
#define SALT_SIZE         16
#define HEADER_SIZE       24        /* kind of derivation, iterations, salt */

nte_status lock_binding(const struct stored_key *stored, uint8_t binding[LOCK_BINDING_SIZE])
{
    struct writer w = {0};
    nte_status status = NTE_SUCCESS;

    write_u32(&w, stored->key_spec);
    write_u32(&w, stored->export_policy);
    write_u32(&w, stored->key_usage);
    write_bytes(&w, stored->algorithm, strlen(stored->algorithm) + 1);
    write_bytes(&w, stored->public_part.data, stored->public_part.size);
    if (w.failed) status = NTE_NO_MEMORY;
    else if (gnutls_hash_fast(GNUTLS_DIG_SHA256, w.data, w.used, binding)) status = NTE_INTERNAL_ERROR;
    writer_free(&w);
    return status;
}

/* What the seal authenticates: the header of the lock, then the binding. */
static struct bytes seal_header(const uint8_t *lock, const uint8_t *binding,
                                uint8_t header[HEADER_SIZE + LOCK_BINDING_SIZE])
{
    memcpy(header, lock, HEADER_SIZE);
    memcpy(header + HEADER_SIZE, binding, LOCK_BINDING_SIZE);
    return (struct bytes){header, HEADER_SIZE + LOCK_BINDING_SIZE};
}

static nte_status password_key(struct bytes password, struct bytes salt, uint32_t iterations,
                               uint8_t key[LOCK_KEY_SIZE])
{
    return kdf_pbkdf2(hash_find_ascii("SHA256"), password, salt, iterations, key, LOCK_KEY_SIZE);
}

/* A locked part taken to pieces. */
struct part
{
    uint32_t kdf, iterations;
    struct bytes salt, sealed;
};

static nte_status read_part(struct bytes locked, struct part *part)
{
    struct reader r = {locked.data, locked.size, 0};

    part->kdf = read_u32(&r);
    part->iterations = read_u32(&r);
    part->salt = read_bytes(&r, SALT_SIZE);
    part->sealed = (struct bytes){r.data, r.left};
    if (r.failed || r.left <= SEAL_OVERHEAD || part->kdf != KDF_PBKDF2_SHA256) return NTE_BAD_DATA;
    if (part->iterations < LOCK_MIN_ITERATIONS || part->iterations > LOCK_MAX_ITERATIONS) return NTE_BAD_DATA;
    return NTE_SUCCESS;
}

nte_status lock_part_and_key(struct bytes clear, struct bytes password, const uint8_t binding[LOCK_BINDING_SIZE],
                             uint32_t iterations, struct writer *w, uint8_t key[LOCK_KEY_SIZE])
{
    uint8_t header[HEADER_SIZE + LOCK_BINDING_SIZE], salt[SALT_SIZE], *sealed;
    size_t start = w->used;
    nte_status status;

    if (gnutls_rnd(GNUTLS_RND_RANDOM, salt, sizeof(salt))) return NTE_INTERNAL_ERROR;
    write_u32(w, KDF_PBKDF2_SHA256);
    write_u32(w, iterations);
    write_bytes(w, salt, sizeof(salt));
    if (!(sealed = write_space(w, clear.size + SEAL_OVERHEAD))) return NTE_NO_MEMORY;
    status = password_key(password, (struct bytes){salt, sizeof(salt)}, iterations, key);
    return status ? status : seal(key, seal_header(w->data + start, binding, header), clear, sealed);
}

nte_status lock_part(struct bytes clear, struct bytes password, const uint8_t binding[LOCK_BINDING_SIZE],
                     uint32_t iterations, struct writer *w)
{
    uint8_t key[LOCK_KEY_SIZE];
    nte_status status = lock_part_and_key(clear, password, binding, iterations, w, key);

    wipe(key, sizeof(key));
    return status;
}

nte_status lock_key(struct bytes locked, struct bytes password, uint8_t key[LOCK_KEY_SIZE])
{
    struct part part;
    nte_status status = read_part(locked, &part);

    return status ? status : password_key(password, part.salt, part.iterations, key);
}

nte_status unlock_part_with_key(struct bytes locked, const uint8_t key[LOCK_KEY_SIZE],
                                const uint8_t binding[LOCK_BINDING_SIZE], struct bytes *clear)
{
    uint8_t header[HEADER_SIZE + LOCK_BINDING_SIZE];
    struct bytes opened = {NULL, 0};
    struct part part;
    nte_status status;

    if ((status = read_part(locked, &part))) return status;
    status = unseal(key, seal_header(locked.data, binding, header), part.sealed, &opened);
    if (status) bytes_free(&opened);
    else *clear = opened;
    return status == NTE_BAD_DATA ? NTE_INCORRECT_PASSWORD : status;
}

nte_status unlock_part(struct bytes locked, struct bytes password, const uint8_t binding[LOCK_BINDING_SIZE],
                       struct bytes *clear)
{
    uint8_t key[LOCK_KEY_SIZE];
    nte_status status = lock_key(locked, password, key);

    if (!status) status = unlock_part_with_key(locked, key, binding, clear);
    wipe(key, sizeof(key));
    return status;
}
