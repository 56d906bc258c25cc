/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The sponge functions of FIPS 202 that the post-quantum standards are made of. Nothing here fails. */
#ifndef ENGINE_KECCAK_H
#define ENGINE_KECCAK_H

#include <stddef.h>
#include <stdint.h>

#include <nettle/sha3.h>

#define SHAKE128_RATE 168           /* bytes that one permutation takes in or gives */
#define SHAKE256_RATE 136

struct keccak
{
    struct sha3_state state;
    unsigned int rate, at;          /* bytes; where in the rate the next byte goes, or comes from */
    uint8_t suffix;                 /* what ends the message, with the first bit of the padding */
    int gives;                      /* the message has ended */
};

void sha3_256_start(struct keccak *k);
void sha3_512_start(struct keccak *k);
void shake128_start(struct keccak *k);
void shake256_start(struct keccak *k);

/* Any number of times, before the first keccak_give. */
void keccak_add(struct keccak *k, const void *data, size_t size);

/* The next bytes of the output, of which a SHA-3 has only so many as its name says; any number of times. */
void keccak_give(struct keccak *k, uint8_t *output, size_t size);

/* Wipes the state. */
void keccak_end(struct keccak *k);

#endif
