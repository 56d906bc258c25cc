/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a TPM might say, made up and signed by a software key, so that everything but one thing is right. Verifiers have
 * its public half only, as a server has that of an identity key. Include after cmocka.h. */
#ifndef TESTS_TPM_FORGE_H
#define TESTS_TPM_FORGE_H

#include "crypto/hash.h"
#include "key/claim.h"
#include "provider/tpm/tpm_statement.h"
#include "tpm_sample.h"

#define SIGNED_EC 0x0018u       /* TPM_ALG_ECDSA */

static const struct blob_options none;
static const struct padding unpadded;
static const struct { uint32_t id; const char *name; } hashes[] =
{
    {0x0004, "SHA1"}, {0x000b, "SHA256"}, {0x000c, "SHA384"}, {0x000d, "SHA512"},
};

static inline const struct hash *hash_of(uint32_t id)
{
    size_t i;

    for (i = 0; i < sizeof(hashes) / sizeof(*hashes); i++)
        if (hashes[i].id == id) return hash_find_ascii(hashes[i].name);
    return NULL;
}

static inline struct bytes digest(uint32_t hash, struct bytes data)
{
    uint8_t *value = take(64);

    assert_status(hash_once(hash_of(hash), data, value), NTE_SUCCESS);
    return bytes_of(value, hash_of(hash)->size);
}

/* What was written, until the next take_back. */
static inline struct bytes taken(struct writer *w)
{
    struct bytes copy = bytes_of(take(w->used), w->used);

    assert_false(w->failed);
    if (w->used) memcpy((uint8_t *)copy.data, w->data, w->used);
    writer_free(w);
    return copy;
}

/* --- what a chip says, big-endian --- */

static inline void say_u16(struct writer *w, uint32_t value)
{
    write_u8(w, value >> 8);
    write_u8(w, value);
}

static inline void say_sized(struct writer *w, struct bytes part)
{
    say_u16(w, part.size);
    write_bytes(w, part.data, part.size);
}

static inline void say_head(struct writer *w, uint32_t kind, struct bytes nonce)
{
    static const uint8_t clock_and_firmware[17 + 8];

    write_bytes(w, "\xff" "TCG", 4);
    say_u16(w, kind);
    say_sized(w, text(""));
    say_sized(w, nonce);
    write_bytes(w, clock_and_firmware, sizeof(clock_and_firmware));
}

/* TPMT_SIGNATURE of ECDSA. */
static inline struct bytes sign(struct key *signer, uint32_t hash, struct bytes said)
{
    uint8_t signature[64];
    struct writer w = {0};
    uint32_t size;

    assert_status(key_sign(signer, &unpadded, 0, digest(hash, said), signature, 64, &size), NTE_SUCCESS);
    say_u16(&w, SIGNED_EC);
    say_u16(&w, hash);
    say_sized(&w, run(signature, 32));
    say_sized(&w, run(signature + 32, 32));
    return taken(&w);
}

static inline struct key *public_half(struct key *key)
{
    uint8_t half[256];
    struct key *public;
    uint32_t size;

    assert_status(key_export(key, wide("ECCPUBLICBLOB"), &none, 0, half, sizeof(half), &size), NTE_SUCCESS);
    assert_status(key_import(&tpm_provider, wide("ECCPUBLICBLOB"), run(half, size), &none, named(NULL), 0, &public),
                  NTE_SUCCESS);
    return public;
}

#endif
