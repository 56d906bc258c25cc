/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The table of hashes: what padding and key derivation need to know about each one, and hashing itself. */
#ifndef ENGINE_HASH_H
#define ENGINE_HASH_H

#include "base/memory.h"
#include "base/status.h"

#define HASH_MAX_SIZE 64

struct hash
{
    const char *id;                 /* as bcrypt.h names it: "SHA256" */
    uint32_t size;                  /* bytes of a digest */
    int gnutls_id;                  /* gnutls_digest_algorithm_t; 0 when the digest cannot be computed */
    uint8_t prefix[20];             /* DigestInfo of RFC 8017 9.2, up to the digest */
    uint8_t prefix_size;
};

/* NULL when there is no such hash. Case does not matter. */
const struct hash *hash_find(const uint16_t *id);
const struct hash *hash_find_ascii(const char *id);

/* Hashing in parts. One state, used by one thread; hash_end gives the digest of what was added since the start or the
 * last hash_end and keeps the state for another round. NTE_NOT_SUPPORTED when the hash is known by name only (MD2,
 * MD4). A failure of hash_add is reported by hash_end. */
struct hash_state;
nte_status hash_start(const struct hash *hash, struct hash_state **state);
void hash_add(struct hash_state *state, const void *data, size_t size);
nte_status hash_end(struct hash_state *state, uint8_t *digest);
void hash_free(struct hash_state *state);

nte_status hash_once(const struct hash *hash, struct bytes data, uint8_t *digest);

/* MGF1 of RFC 8017 B.2.1, xored over the size bytes of target. */
nte_status hash_mgf1_xor(const struct hash *hash, struct bytes seed, uint8_t *target, size_t size);

#endif
