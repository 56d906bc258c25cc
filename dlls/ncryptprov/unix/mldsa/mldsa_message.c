/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 204 5.2 to 5.4: which bytes a signature is about. */
#include "crypto/keccak.h"
#include "mldsa/mldsa.h"

/* SHAKE128 with 32 bytes and SHAKE256 with 64, as algorithm 4 has them. */
static const struct mldsa_hash hashes[] =
{
    {"SHA256", 32, 128, 1},
    {"SHA384", 48, 192, 2},
    {"SHA512", 64, 256, 3},
    {"SHA3-256", 32, 128, 8},
    {"SHA3-384", 48, 192, 9},
    {"SHA3-512", 64, 256, 10},
    {"SHAKE128", 32, 128, 11},
    {"SHAKE256", 64, 256, 12},
};

const struct mldsa_hash *mldsa_hash_find(const uint16_t *id)
{
    size_t i;

    for (i = 0; i < sizeof(hashes) / sizeof(*hashes); i++) if (u16_equal_nocase(id, hashes[i].id)) return &hashes[i];
    return NULL;
}

static void add_oid(struct keccak *h, const struct mldsa_hash *hash)
{
    const uint8_t oid[] = {0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, hash->number};

    keccak_add(h, oid, sizeof(oid));
}

void mldsa_mu(const struct mldsa_key *key, const struct mldsa_message *message, uint8_t mu[MLDSA_MU_SIZE])
{
    const uint8_t domain[2] = {message->hash != NULL, message->context.size};
    struct keccak h;

    shake256_start(&h);
    keccak_add(&h, key->tr, sizeof(key->tr));
    keccak_add(&h, domain, sizeof(domain));
    keccak_add(&h, message->context.data, message->context.size);
    if (message->hash) add_oid(&h, message->hash);
    keccak_add(&h, message->message.data, message->message.size);
    keccak_give(&h, mu, MLDSA_MU_SIZE);
    keccak_end(&h);
}
