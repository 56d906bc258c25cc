/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What symmetric keys can do. Rows are of doc/facts/windows-behaviour.md. */
#include <string.h>

#include "cipher/cipher_key.h"
#include "base/random.h"

nte_status cipher_key_make(const struct algorithm *alg, struct bytes key, struct cipher_key **made)
{
    const struct block_cipher *cipher = block_cipher_find(alg, key.size);
    struct cipher_key *new;

    if (!cipher) return NTE_INVALID_PARAMETER;
    if (!(new = secret_alloc(sizeof(*new)))) return NTE_NO_MEMORY;
    new->material.alg = alg;
    new->material.family = &cipher_family;
    new->material.bits = key.size * 8;
    new->material.has_private = 1;
    new->cipher = cipher;
    memcpy(new->key, key.data, key.size);
    new->key_size = key.size;
    cipher->set_key(key, &new->encrypt, &new->decrypt);
    *made = new;
    return NTE_SUCCESS;
}

static nte_status make_random(const struct algorithm *alg, struct random_source *source, uint8_t *key, size_t size,
                              struct cipher_key **made)
{
    const struct block_cipher *cipher = block_cipher_find(alg, size);

    if (!cipher) return NTE_INVALID_PARAMETER;
    do random_fill(source, size, key); while (!source->failed && !block_cipher_settle(cipher, key));
    if (source->failed) return NTE_INTERNAL_ERROR;
    return cipher_key_make(alg, (struct bytes){key, size}, made);
}

static nte_status cipher_generate(const struct algorithm *alg, uint32_t bits,
                                  const struct property_list *parameters, struct material **material)
{
    struct random_source source = {.for_key = 1};
    uint8_t key[CIPHER_MAX_KEY];
    struct cipher_key *made;
    nte_status status;

    (void)parameters;
    if (bits % 8 || bits / 8 > sizeof(key)) return NTE_INVALID_PARAMETER;
    status = make_random(alg, &source, key, bits / 8, &made);
    wipe(key, sizeof(key));
    if (!status) *material = &made->material;
    return status;
}

static void cipher_free(struct material *material)
{
    secret_free(material);
}

static uint32_t block_length(const struct algorithm *alg, uint32_t bits)
{
    (void)bits;
    return block_cipher_length(alg);
}

nte_status cipher_check_overlap(const struct cipher_operation *op, size_t size)
{
    uintptr_t in = op->input_at, out = op->output_at;

    if (size > op->size) size = op->size;
    if (in == out || !op->input.size || !size) return NTE_SUCCESS;
    return in < out + size && out < in + op->input.size ? NTE_BUFFERS_OVERLAP : NTE_SUCCESS;
}

/* No scheme and "no padding" are the same (row 12.3). */
static nte_status check_scheme(const struct padding *padding)
{
    uint32_t scheme = padding->scheme;

    if (scheme == PAD_CIPHER) return padding->cipher ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
    return scheme & ~PAD_NONE ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

static nte_status run_cipher(const struct material *material, struct cipher_state *state, int encrypt,
                             const struct padding *padding, struct bytes input, uint8_t *output, uint32_t size,
                             uint32_t *result)
{
    const struct cipher_key *key = (const struct cipher_key *)material;
    struct cipher_operation op =
    {
        .key = key,
        .encrypt = encrypt,
        .input = input,
        .output = output,
        .size = size,
        .input_at = padding->caller_input ? padding->caller_input : (uintptr_t)input.data,
        .output_at = padding->caller_output ? padding->caller_output : (uintptr_t)output,
    };
    nte_status status;

    if ((status = check_scheme(padding))) return status;
    if (padding->scheme & PAD_CIPHER) op.info = padding->cipher;
    if (state->mode == CHAINING_GCM || state->mode == CHAINING_CCM)
        return cipher_authenticated(&op, state->mode, result);
    return cipher_chain(&op, state, result);
}

const struct family cipher_family =
{
    .generate = cipher_generate,
    .free = cipher_free,
    .save_private = cipher_export_blob,
    .load = cipher_load,
    .block_length = block_length,
    .cipher = run_cipher,
};
