/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encodings of RSA encryption, PKCS#1 v1.5 and OAEP; see rsa_pad.h. Decoding works with masks, all ones for
 * true and zero for false, on values below 2^31. */
#include <string.h>

#include "base/random.h"
#include "rsa/rsa_pad.h"

#define PKCS1_OVERHEAD 11           /* 00 02, eight bytes that are not zero, 00 */

/* Hides from the compiler that a mask has only two values, lest it makes a branch of it. */
static uint32_t mask_of(uint32_t bit)
{
    uint32_t mask = 0u - bit;

    __asm__("" : "+r" (mask));
    return mask;
}

static uint32_t less(uint32_t a, uint32_t b)
{
    return mask_of((a - b) >> 31);
}

static uint32_t equal(uint32_t a, uint32_t b)
{
    return mask_of(((a ^ b) - 1) >> 31);
}

static uint32_t choose(uint32_t mask, uint32_t yes, uint32_t no)
{
    return (yes & mask) | (no & ~mask);
}

/* Moves the bytes from start on to the front: by 1 or not, by 2 or not, by 4 or not, ... */
static void move_to_front(uint8_t *data, size_t size, uint32_t start)
{
    uint32_t mask;
    size_t step, i;

    for (step = 1; step <= size; step <<= 1)
    {
        mask = mask_of(start & 1);
        start >>= 1;
        for (i = 0; i < size; i++) data[i] = choose(mask, i + step < size ? data[i + step] : 0, data[i]);
    }
}

/* The first thing that depends on what was decrypted. */
static nte_status verdict(uint32_t wrong, uint32_t start, size_t end, size_t *size)
{
    if (wrong) return NTE_INVALID_PARAMETER;
    *size = end - start;
    return NTE_SUCCESS;
}

/* Nonzero bytes: zeros are drawn again. */
static nte_status fill_nonzero(uint8_t *data, size_t size)
{
    struct random_source random = {0};
    size_t i;

    random_fill(&random, size, data);
    for (i = 0; i < size; i++)
        while (!data[i]) random_fill(&random, 1, data + i);
    return random.failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}

nte_status pad_pkcs1_encrypt(uint8_t *em, size_t k, struct bytes message)
{
    size_t fill;

    if (k < PKCS1_OVERHEAD || message.size > k - PKCS1_OVERHEAD) return NTE_INVALID_PARAMETER;
    fill = k - message.size - 3;
    em[0] = 0;
    em[1] = 2;
    em[2 + fill] = 0;
    if (message.size) memcpy(em + 3 + fill, message.data, message.size);
    return fill_nonzero(em + 2, fill);
}

nte_status pad_pkcs1_decrypt(uint8_t *em, size_t k, size_t *size)
{
    uint32_t wrong, searching = ~0u, here, start = 0;
    size_t i;

    if (k < PKCS1_OVERHEAD) return NTE_INVALID_PARAMETER;
    wrong = ~equal(em[0], 0) | ~equal(em[1], 2);
    for (i = 2; i < k; i++)
    {
        here = searching & equal(em[i], 0);
        start |= here & (i + 1);
        searching &= ~here;
    }
    wrong |= less(start, PKCS1_OVERHEAD);       /* so it is, too, when there was no zero */
    move_to_front(em, k, start);
    return verdict(wrong, start, k, size);
}

/* The parts of an OAEP message: a zero byte, the seed, the data block (hash of the label, zeros, 01, message). */
struct oaep
{
    uint8_t *seed, *db;
    size_t seed_size, db_size;
};

static int oaep_layout(uint8_t *em, size_t k, const struct hash *hash, struct oaep *oaep)
{
    if (k < 2 * hash->size + 2) return 0;
    oaep->seed = em + 1;
    oaep->seed_size = hash->size;
    oaep->db = em + 1 + hash->size;
    oaep->db_size = k - 1 - hash->size;
    return 1;
}

/* Masks or unmasks one part with the other. */
static nte_status oaep_xor(const struct hash *hash, const uint8_t *from, size_t from_size, uint8_t *to,
                           size_t to_size)
{
    struct bytes seed = {from, from_size};

    return hash_mgf1_xor(hash, seed, to, to_size);
}

nte_status pad_oaep_encrypt(uint8_t *em, size_t k, const struct hash *hash, struct bytes label,
                            struct bytes message)
{
    struct random_source random = {.for_key = 0};
    struct oaep oaep;
    nte_status status;

    if (!oaep_layout(em, k, hash, &oaep) || message.size > k - 2 * hash->size - 2) return NTE_INVALID_PARAMETER;
    memset(em, 0, k);
    if ((status = hash_once(hash, label, oaep.db))) return status;
    em[k - message.size - 1] = 1;
    if (message.size) memcpy(em + k - message.size, message.data, message.size);

    random_fill(&random, oaep.seed_size, oaep.seed);
    if (random.failed) return NTE_INTERNAL_ERROR;
    if ((status = oaep_xor(hash, oaep.seed, oaep.seed_size, oaep.db, oaep.db_size))) return status;
    return oaep_xor(hash, oaep.db, oaep.db_size, oaep.seed, oaep.seed_size);
}

nte_status pad_oaep_decrypt(uint8_t *em, size_t k, const struct hash *hash, struct bytes label, size_t *size)
{
    uint32_t wrong, searching = ~0u, here, start = 0;
    uint8_t label_hash[HASH_MAX_SIZE];
    struct oaep oaep;
    nte_status status;
    size_t i;

    if (!oaep_layout(em, k, hash, &oaep)) return NTE_INVALID_PARAMETER;
    if ((status = hash_once(hash, label, label_hash))) return status;
    if ((status = oaep_xor(hash, oaep.db, oaep.db_size, oaep.seed, oaep.seed_size))) return status;
    if ((status = oaep_xor(hash, oaep.seed, oaep.seed_size, oaep.db, oaep.db_size))) return status;

    wrong = ~equal(em[0], 0) | ~equal(equal_secret(oaep.db, label_hash, hash->size), 1);
    for (i = 1 + 2 * hash->size; i < k; i++)
    {
        here = searching & ~equal(em[i], 0);
        wrong |= here & ~equal(em[i], 1);
        start |= here & (i + 1);
        searching &= ~here;
    }
    wrong |= searching;
    move_to_front(em, k, start);
    return verdict(wrong, start, k, size);
}
