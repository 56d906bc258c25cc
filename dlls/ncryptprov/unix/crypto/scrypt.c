/* SPDX-License-Identifier: LGPL-2.1-or-later
 * scrypt, after the algorithms of RFC 7914 sections 3 to 6. */
#include <string.h>

#include <gnutls/crypto.h>

#include "crypto/scrypt.h"

#define SALSA_WORDS 16
#define SALSA_SIZE 64               /* bytes */

static uint32_t rotate(uint32_t word, int bits)
{
    return word << bits | word >> (32 - bits);
}

static void quarter(uint32_t *x, int a, int b, int c, int d)
{
    x[b] ^= rotate(x[a] + x[d], 7);
    x[c] ^= rotate(x[b] + x[a], 9);
    x[d] ^= rotate(x[c] + x[b], 13);
    x[a] ^= rotate(x[d] + x[c], 18);
}

/* The core of Salsa20 with 8 rounds. */
static void salsa20_8(uint32_t block[SALSA_WORDS])
{
    uint32_t x[SALSA_WORDS];
    int i;

    memcpy(x, block, sizeof(x));
    for (i = 0; i < 4; i++)
    {
        quarter(x, 0, 4, 8, 12);
        quarter(x, 5, 9, 13, 1);
        quarter(x, 10, 14, 2, 6);
        quarter(x, 15, 3, 7, 11);
        quarter(x, 0, 1, 2, 3);
        quarter(x, 5, 6, 7, 4);
        quarter(x, 10, 11, 8, 9);
        quarter(x, 15, 12, 13, 14);
    }
    for (i = 0; i < SALSA_WORDS; i++) block[i] += x[i];
}

static void xor_words(uint32_t *dst, const uint32_t *src, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) dst[i] ^= src[i];
}

/* scryptBlockMix over 2 * r blocks; mixed is as large, for its own use. */
static void block_mix(uint32_t *blocks, uint32_t *mixed, size_t r)
{
    uint32_t x[SALSA_WORDS];
    size_t i;

    memcpy(x, blocks + (2 * r - 1) * SALSA_WORDS, sizeof(x));
    for (i = 0; i < 2 * r; i++)
    {
        xor_words(x, blocks + i * SALSA_WORDS, SALSA_WORDS);
        salsa20_8(x);
        memcpy(mixed + (i / 2 + (i & 1 ? r : 0)) * SALSA_WORDS, x, sizeof(x));
    }
    memcpy(blocks, mixed, 2 * r * SALSA_SIZE);
    wipe(x, sizeof(x));
}

/* scryptROMix; table: n times as large as blocks. */
static void rom_mix(uint32_t *blocks, uint32_t *mixed, uint32_t *table, uint32_t n, size_t r)
{
    size_t words = 2 * r * SALSA_WORDS;
    uint32_t i;

    for (i = 0; i < n; i++)
    {
        memcpy(table + i * words, blocks, words * sizeof(*table));
        block_mix(blocks, mixed, r);
    }
    for (i = 0; i < n; i++)
    {
        xor_words(blocks, table + (blocks[words - SALSA_WORDS] & (n - 1)) * words, words);
        block_mix(blocks, mixed, r);
    }
}

static void from_little_endian(uint32_t *words, size_t count)
{
    struct reader r = {(const uint8_t *)words, count * sizeof(*words), 0};
    size_t i;

    for (i = 0; i < count; i++) words[i] = read_u32(&r);
}

static void to_little_endian(uint32_t *words, size_t count)
{
    uint8_t *bytes = (uint8_t *)words;
    uint32_t word;
    size_t i, j;

    for (i = 0; i < count; i++)
        for (word = words[i], j = 0; j < 4; j++) bytes[4 * i + j] = word >> 8 * j;
}

static nte_status pbkdf2_once(struct bytes password, struct bytes salt, void *key, size_t size)
{
    gnutls_datum_t secret = {(unsigned char *)password.data, password.size};
    gnutls_datum_t seed = {(unsigned char *)salt.data, salt.size};

    return gnutls_pbkdf2(GNUTLS_MAC_SHA256, &secret, &seed, 1, key, size) ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
}

static int is_allowed(const struct scrypt_cost *cost)
{
    uint64_t lanes = (uint64_t)cost->r * cost->p;

    if (cost->n < 2 || cost->n & (cost->n - 1) || !lanes) return 0;
    if (lanes > SCRYPT_MAX_WORK / cost->n) return 0;
    return 2 * SALSA_SIZE * (uint64_t)cost->r * ((uint64_t)cost->n + cost->p + 1) <= SCRYPT_MAX_MEMORY;
}

nte_status scrypt(struct bytes password, struct bytes salt, const struct scrypt_cost *cost, uint8_t *key, size_t size)
{
    size_t words = 2 * (size_t)cost->r * SALSA_WORDS, lanes = cost->p * words;
    struct bytes mixed = {NULL, lanes * sizeof(uint32_t)};
    uint32_t *memory, i;
    nte_status status;

    if (!is_allowed(cost)) return NTE_INVALID_PARAMETER;
    if (!(memory = secret_alloc((lanes + words + cost->n * words) * sizeof(*memory)))) return NTE_NO_MEMORY;
    if (!(status = pbkdf2_once(password, salt, memory, mixed.size)))
    {
        from_little_endian(memory, lanes);
        for (i = 0; i < cost->p; i++)
            rom_mix(memory + i * words, memory + lanes, memory + lanes + words, cost->n, cost->r);
        to_little_endian(memory, lanes);
        mixed.data = (const uint8_t *)memory;
        status = pbkdf2_once(password, mixed, key, size);
    }
    secret_free(memory);
    return status;
}
