/* SPDX-License-Identifier: LGPL-2.1-or-later
 * AES key wrap, RFC 3394; see cipher_key.h. Our own code, because nettle has it only since 3.8. */
#include <string.h>

#include "cipher/cipher_key.h"

#define HALF 8                      /* bytes of a semiblock */
#define ROUNDS 6

static const uint8_t initial[HALF] = {0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6, 0xa6};

static void xor_count(uint8_t *half, uint64_t count)
{
    size_t i;

    for (i = 0; i < HALF; i++) half[i] ^= count >> (8 * (HALF - 1 - i));
}

void cipher_wrap(const struct cipher_key *key, struct bytes clear, uint8_t *output)
{
    size_t halves = clear.size / HALF, round, i;
    uint8_t block[2 * HALF];

    memcpy(block, initial, HALF);
    memmove(output + HALF, clear.data, clear.size);
    for (round = 0; round < ROUNDS; round++)
    {
        for (i = 1; i <= halves; i++)
        {
            memcpy(block + HALF, output + i * HALF, HALF);
            key->cipher->encrypt(&key->encrypt, sizeof(block), block, block);
            xor_count(block, round * halves + i);
            memcpy(output + i * HALF, block + HALF, HALF);
        }
    }
    memcpy(output, block, HALF);
    wipe(block, sizeof(block));
}

nte_status cipher_unwrap(const struct cipher_key *key, struct bytes wrapped, uint8_t *output)
{
    size_t halves = wrapped.size / HALF - 1, round, i;
    uint8_t block[2 * HALF];
    int good;

    memcpy(block, wrapped.data, HALF);
    memmove(output, wrapped.data + HALF, halves * HALF);
    for (round = ROUNDS; round-- > 0;)
    {
        for (i = halves; i > 0; i--)
        {
            xor_count(block, round * halves + i);
            memcpy(block + HALF, output + (i - 1) * HALF, HALF);
            key->cipher->decrypt(&key->decrypt, sizeof(block), block, block);
            memcpy(output + (i - 1) * HALF, block + HALF, HALF);
        }
    }
    good = equal_secret(block, initial, HALF);
    wipe(block, sizeof(block));
    if (!good) wipe(output, halves * HALF);
    return good ? NTE_SUCCESS : NTE_BAD_DATA;
}
