/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the tests of symmetric keys share: keys, chains, padding structures, one call of each direction. Include
 * after crypto_sample.h. */
#ifndef TESTS_CIPHER_SAMPLE_H
#define TESTS_CIPHER_SAMPLE_H

#include "cipher/cipher_key.h"

#define ENCRYPT 1
#define DECRYPT 0

static inline struct material *cipher_material(const char *alg, struct bytes key)
{
    struct cipher_key *made;

    return cipher_key_make(algorithm_find_ascii(alg), key, &made) ? NULL : &made->material;
}

static inline struct cipher_state chain(enum chaining_mode mode, struct bytes iv)
{
    struct cipher_state state = {mode, {0}};

    if (iv.size) memcpy(state.iv, iv.data, iv.size);
    return state;
}

static inline struct padding cipher_scheme(const struct cipher_padding *info)
{
    struct padding padding = no_padding(info ? PAD_CIPHER : 0);

    padding.present = !!info;
    padding.cipher = info;
    return padding;
}

static inline nte_status crypt_to(const struct material *key, struct cipher_state *state, int encrypt,
                                  const struct cipher_padding *info, struct bytes input, uint8_t *output,
                                  uint32_t size, uint32_t *result)
{
    struct padding padding = cipher_scheme(info);

    return cipher_family.cipher(key, state, encrypt, &padding, input, output, size, result);
}

/* The output, from the pool; data NULL when the call fails, which *status tells. */
static inline struct bytes crypt_once(const struct material *key, struct cipher_state *state, int encrypt,
                                      const struct cipher_padding *info, struct bytes input, nte_status *status)
{
    uint8_t *output = take(input.size + CIPHER_MAX_BLOCK);
    uint32_t result = 0;

    *status = crypt_to(key, state, encrypt, info, input, output, input.size + CIPHER_MAX_BLOCK, &result);
    return run(*status ? NULL : output, result);
}

#endif
