/* SPDX-License-Identifier: LGPL-2.1-or-later
 * ECB, CBC and CFB with and without block padding; see cipher_key.h. */
#include <string.h>

#include <nettle/cbc.h>
#include <nettle/cfb.h>

#include "cipher/cipher_key.h"

/* iv becomes the one to continue with. */
static void crypt(const struct cipher_operation *op, enum chaining_mode mode, uint8_t *iv, size_t size, uint8_t *dst,
                const uint8_t *src)
{
    const struct cipher_key *key = op->key;
    const struct block_cipher *cipher = key->cipher;

    if (!size) return;
    if (mode == CHAINING_CFB)       /* runs the cipher forward in both directions */
    {
        if (op->encrypt) cfb8_encrypt(&key->encrypt, cipher->encrypt, cipher->block_size, iv, size, dst, src);
        else cfb8_decrypt(&key->encrypt, cipher->encrypt, cipher->block_size, iv, size, dst, src);
    }
    else if (mode == CHAINING_CBC)
    {
        if (op->encrypt) cbc_encrypt(&key->encrypt, cipher->encrypt, cipher->block_size, iv, size, dst, src);
        else cbc_decrypt(&key->decrypt, cipher->decrypt, cipher->block_size, iv, size, dst, src);
    }
    else if (op->encrypt) cipher->encrypt(&key->encrypt, size, dst, src);
    else cipher->decrypt(&key->decrypt, size, dst, src);
}

static int is_padded(const struct cipher_operation *op)
{
    return op->info && (op->info->flags & CIPHER_BLOCK_PADDING);
}

/* The size of the output; for a decryption with padding the maximum. */
static nte_status measure(const struct cipher_operation *op, enum chaining_mode mode, uint32_t *needed)
{
    uint64_t size = op->input.size, block = op->key->cipher->block_size;
    int padded = is_padded(op);

    if (padded && op->encrypt) size += block - size % block;
    else if (padded && !size) return NTE_INVALID_PARAMETER;
    else if ((padded || mode != CHAINING_CFB) && size % block) return NTE_INVALID_PARAMETER;
    if (size > UINT32_MAX) return NTE_INVALID_PARAMETER;
    *needed = size;
    return NTE_SUCCESS;
}

static void encrypt_padded(const struct cipher_operation *op, enum chaining_mode mode, uint8_t *iv)
{
    uint32_t block = op->key->cipher->block_size;
    size_t rest = op->input.size % block, whole = op->input.size - rest;
    uint8_t last[CIPHER_MAX_BLOCK];

    memset(last, block - rest, block);
    if (rest) memcpy(last, op->input.data + whole, rest);
    crypt(op, mode, iv, whole, op->output, op->input.data);
    crypt(op, mode, iv, block, last, last);
    memcpy(op->output + whole, last, block);
}

/* The number of padding bytes at the end of a block, 0 when they are wrong; in constant time. */
static uint32_t count_padding(const uint8_t *last, uint32_t block)
{
    uint32_t count = last[block - 1], wrong = 0, good, i;

    good = (count - block - 1) >> 31;           /* at most block; 0 gives 0 in any case */
    for (i = 0; i < block; i++) wrong |= (last[i] ^ count) & (((i + count - block) >> 31) - 1);
    return count & -(good & ((wrong - 1) >> 31));
}

/* The last block first: it determines the size, and nothing is written when it is wrong. In CBC and in CFB it depends
 * only on the block before it. */
static nte_status decrypt_padded(const struct cipher_operation *op, enum chaining_mode mode, uint8_t *iv,
                                 uint32_t *result)
{
    uint32_t block = op->key->cipher->block_size, count;
    size_t whole = op->input.size - block;
    uint8_t last[CIPHER_MAX_BLOCK], before[CIPHER_MAX_BLOCK];
    nte_status status = NTE_SUCCESS;

    memcpy(before, whole ? op->input.data + whole - block : iv, block);
    crypt(op, mode, before, block, last, op->input.data + whole);
    if (!(count = count_padding(last, block))) status = NTE_BAD_DATA;
    else if (op->size < op->input.size - count)
    {
        *result = op->input.size;
        status = NTE_BUFFER_TOO_SMALL;
    }
    else
    {
        crypt(op, mode, iv, whole, op->output, op->input.data);
        memcpy(op->output + whole, last, block - count);
        memcpy(iv, before, block);
        *result = op->input.size - count;
    }
    wipe(last, sizeof(last));
    return status;
}

static nte_status run_chain(const struct cipher_operation *op, enum chaining_mode mode, uint8_t *iv,
                            uint32_t needed, uint32_t *result)
{
    if (is_padded(op) && !op->encrypt) return decrypt_padded(op, mode, iv, result);
    if (is_padded(op)) encrypt_padded(op, mode, iv);
    else crypt(op, mode, iv, op->input.size, op->output, op->input.data);
    *result = needed;
    return NTE_SUCCESS;
}

static nte_status check_info(const struct cipher_operation *op, enum chaining_mode mode)
{
    const struct cipher_padding *info = op->info;

    if (!info) return NTE_SUCCESS;
    if (info->flags & CIPHER_OTHER_PADDING) return NTE_NOT_SUPPORTED;
    if ((info->flags & ~CIPHER_BLOCK_PADDING) || info->authenticated) return NTE_INVALID_PARAMETER;
    if (mode == CHAINING_ECB || !info->iv) return NTE_SUCCESS;
    return info->iv_size == op->key->cipher->block_size ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

nte_status cipher_chain(const struct cipher_operation *op, struct cipher_state *state, uint32_t *result)
{
    uint32_t block = op->key->cipher->block_size, needed;
    uint8_t *chain = op->info && op->info->iv ? op->info->iv : state->iv;
    uint8_t iv[CIPHER_MAX_BLOCK] = {0};
    nte_status status;

    if ((status = check_info(op, state->mode))) return status;
    if ((status = measure(op, state->mode, &needed))) return status;
    if (!op->output || (op->size < needed && (op->encrypt || !is_padded(op))))
    {
        *result = needed;
        return op->output ? NTE_BUFFER_TOO_SMALL : NTE_SUCCESS;
    }
    if ((status = cipher_check_overlap(op, needed))) return status;
    if (state->mode == CHAINING_ECB) return run_chain(op, state->mode, iv, needed, result);
    memcpy(iv, chain, block);
    if (!(status = run_chain(op, state->mode, iv, needed, result))) memcpy(chain, iv, block);
    return status;
}
