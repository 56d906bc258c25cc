/* SPDX-License-Identifier: LGPL-2.1-or-later
 * GCM and CCM, a whole message in one call; see cipher_key.h. */
#include <string.h>

#include <nettle/ccm.h>
#include <nettle/gcm.h>

#include "cipher/cipher_key.h"

#define MAX_TAG 16

static int is_tag_size(enum chaining_mode mode, uint32_t size)
{
    if (mode == CHAINING_CCM) return size >= 4 && size <= MAX_TAG && !(size % 2);
    return size >= 12 && size <= MAX_TAG;
}

static int is_nonce_size(enum chaining_mode mode, size_t size)
{
    return mode == CHAINING_CCM ? size >= 7 && size <= 13 : size == GCM_IV_SIZE;
}

/* CCM counts the bytes of a message in the part of a block that its nonce leaves free. */
static int is_message_size(const struct cipher_operation *op, enum chaining_mode mode)
{
    size_t bytes = 15 - op->info->nonce.size;

    return mode != CHAINING_CCM || bytes >= sizeof(uint32_t) || op->input.size < (size_t)1 << (8 * bytes);
}

static nte_status check(const struct cipher_operation *op, enum chaining_mode mode)
{
    const struct cipher_padding *info = op->info;

    if (!info || !info->authenticated || !info->tag || !info->nonce.data) return NTE_INVALID_PARAMETER;
    if (info->flags || (info->aad.size && !info->aad.data)) return NTE_INVALID_PARAMETER;
    if (!is_nonce_size(mode, info->nonce.size)) return NTE_INVALID_PARAMETER;
    if (!is_tag_size(mode, info->tag_size)) return NTE_INVALID_PARAMETER;
    return is_message_size(op, mode) ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

/* Both give output and the tag that belongs to it. */
static void run_gcm(const struct cipher_operation *op, struct gcm_key *table, uint8_t *output, uint8_t *tag)
{
    nettle_cipher_func *cipher = op->key->cipher->encrypt;
    const void *context = &op->key->encrypt;
    struct gcm_ctx gcm;

    gcm_set_key(table, context, cipher);
    gcm_set_iv(&gcm, table, op->info->nonce.size, op->info->nonce.data);
    gcm_update(&gcm, table, op->info->aad.size, op->info->aad.data);
    if (op->encrypt) gcm_encrypt(&gcm, table, context, cipher, op->input.size, output, op->input.data);
    else gcm_decrypt(&gcm, table, context, cipher, op->input.size, output, op->input.data);
    gcm_digest(&gcm, table, context, cipher, op->info->tag_size, tag);
    wipe(&gcm, sizeof(gcm));
}

static void run_ccm(const struct cipher_operation *op, uint8_t *output, uint8_t *tag)
{
    nettle_cipher_func *cipher = op->key->cipher->encrypt;
    const void *context = &op->key->encrypt;
    const struct cipher_padding *info = op->info;
    struct ccm_ctx ccm;

    ccm_set_nonce(&ccm, context, cipher, info->nonce.size, info->nonce.data, info->aad.size, op->input.size,
                  info->tag_size);
    ccm_update(&ccm, context, cipher, info->aad.size, info->aad.data);
    if (op->encrypt) ccm_encrypt(&ccm, context, cipher, op->input.size, output, op->input.data);
    else ccm_decrypt(&ccm, context, cipher, op->input.size, output, op->input.data);
    ccm_digest(&ccm, context, cipher, info->tag_size, tag);
    wipe(&ccm, sizeof(ccm));
}

static nte_status crypt(const struct cipher_operation *op, enum chaining_mode mode, uint8_t *output, uint8_t *tag)
{
    struct gcm_key *table;

    if (mode == CHAINING_CCM)
    {
        run_ccm(op, output, tag);
        return NTE_SUCCESS;
    }
    if (!(table = secret_alloc(sizeof(*table)))) return NTE_NO_MEMORY;
    run_gcm(op, table, output, tag);
    secret_free(table);
    return NTE_SUCCESS;
}

static nte_status seal(const struct cipher_operation *op, enum chaining_mode mode)
{
    uint8_t tag[MAX_TAG];
    nte_status status;

    if (!(status = crypt(op, mode, op->output, tag))) memcpy(op->info->tag, tag, op->info->tag_size);
    return status;
}

static nte_status unseal(const struct cipher_operation *op, enum chaining_mode mode)
{
    uint8_t tag[MAX_TAG], *clear;
    nte_status status;

    if (!(clear = secret_alloc(op->input.size))) return NTE_NO_MEMORY;
    status = crypt(op, mode, clear, tag);
    if (!status && !equal_secret(tag, op->info->tag, op->info->tag_size)) status = NTE_BAD_DATA;
    if (!status && op->input.size) memcpy(op->output, clear, op->input.size);
    secret_free(clear);
    return status;
}

nte_status cipher_authenticated(const struct cipher_operation *op, enum chaining_mode mode, uint32_t *result)
{
    nte_status status;

    if ((status = check(op, mode))) return status;
    if (op->output && op->size >= op->input.size)
    {
        if ((status = cipher_check_overlap(op, op->input.size))) return status;
        if ((status = op->encrypt ? seal(op, mode) : unseal(op, mode))) return status;
    }
    *result = op->input.size;
    return !op->output || op->size >= op->input.size ? NTE_SUCCESS : NTE_BUFFER_TOO_SMALL;
}
