/* SPDX-License-Identifier: LGPL-2.1-or-later
 * FIPS 202 4 and 6: the sponge, over the permutation of nettle, whose state is 25 words in the order of the host. */
#include <string.h>

#include "base/memory.h"
#include "crypto/keccak.h"

#define SUFFIX_SHA3  0x06
#define SUFFIX_SHAKE 0x1f

static void start(struct keccak *k, unsigned int rate, uint8_t suffix)
{
    memset(k, 0, sizeof(*k));
    k->rate = rate;
    k->suffix = suffix;
}

void sha3_256_start(struct keccak *k)
{
    start(k, SHA3_256_BLOCK_SIZE, SUFFIX_SHA3);
}

void sha3_512_start(struct keccak *k)
{
    start(k, SHA3_512_BLOCK_SIZE, SUFFIX_SHA3);
}

void shake128_start(struct keccak *k)
{
    start(k, SHAKE128_RATE, SUFFIX_SHAKE);
}

void shake256_start(struct keccak *k)
{
    start(k, SHAKE256_RATE, SUFFIX_SHAKE);
}

static void add_byte(struct keccak *k, uint8_t byte, unsigned int at)
{
    k->state.a[at / 8] ^= (uint64_t)byte << 8 * (at % 8);
}

static uint64_t read_word(const uint8_t *p)
{
    return (uint64_t)p[7] << 56 | (uint64_t)p[6] << 48 | (uint64_t)p[5] << 40 | (uint64_t)p[4] << 32 |
           (uint64_t)p[3] << 24 | (uint64_t)p[2] << 16 | (uint64_t)p[1] << 8 | p[0];
}

static void write_word(uint8_t *p, uint64_t word)
{
    int i;

    for (i = 0; i < 8; i++) p[i] = word >> 8 * i;
}

static void next_block(struct keccak *k)
{
    sha3_permute(&k->state);
    k->at = 0;
}

void keccak_add(struct keccak *k, const void *data, size_t size)
{
    const uint8_t *p = data;
    unsigned int step;

    for (; size; p += step, size -= step)
    {
        step = k->at % 8 || size < 8 ? 1 : 8;
        if (step == 8) k->state.a[k->at / 8] ^= read_word(p);
        else add_byte(k, *p, k->at);
        if ((k->at += step) == k->rate) next_block(k);
    }
}

static void end_message(struct keccak *k)
{
    add_byte(k, k->suffix, k->at);
    add_byte(k, 0x80, k->rate - 1);
    next_block(k);
    k->gives = 1;
}

void keccak_give(struct keccak *k, uint8_t *output, size_t size)
{
    unsigned int step;

    if (!k->gives) end_message(k);
    for (; size; output += step, size -= step)
    {
        if (k->at == k->rate) next_block(k);
        step = k->at % 8 || size < 8 ? 1 : 8;
        if (step == 8) write_word(output, k->state.a[k->at / 8]);
        else *output = k->state.a[k->at / 8] >> 8 * (k->at % 8);
        k->at += step;
    }
}

void keccak_end(struct keccak *k)
{
    wipe(k, sizeof(*k));
}
