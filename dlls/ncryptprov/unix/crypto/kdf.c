/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Key derivation functions that go block by block over a hash or HMAC; see kdf.h. TLS is in kdf_tls.c, PBKDF2 in
 * kdf_pbkdf2.c. */
#include <string.h>

#include "crypto/hmac.h"
#include "crypto/kdf.h"

nte_status kdf_find_hash(struct bytes name, const struct hash **hash)
{
    uint16_t copy[16] = {0};

    if (name.size >= sizeof(copy)) return NTE_NOT_SUPPORTED;
    if (name.size < sizeof(*copy)) return NTE_INVALID_PARAMETER;
    memcpy(copy, name.data, name.size);
    if (!(*hash = hash_find(copy)) || !(*hash)->gnutls_id) return NTE_NOT_SUPPORTED;
    return NTE_SUCCESS;
}

static void put_counter(uint8_t *counter, uint32_t value)
{
    counter[0] = value >> 24;
    counter[1] = value >> 16;
    counter[2] = value >> 8;
    counter[3] = value;
}

static void hash_add_chain(struct hash_state *state, struct chain chain)
{
    size_t i;

    for (i = 0; i < chain.count; i++) hash_add(state, chain.runs[i].data, chain.runs[i].size);
}

static void hmac_add_chain(struct hmac *hmac, struct chain chain)
{
    size_t i;

    for (i = 0; i < chain.count; i++) hmac_add(hmac, chain.runs[i].data, chain.runs[i].size);
}

/* The next block of output, or the part of it that is still to be filled. */
static size_t put_block(uint8_t *output, size_t left, const uint8_t *block, size_t size)
{
    if (size > left) size = left;
    if (size) memcpy(output, block, size);
    return size;
}

nte_status kdf_hash(const struct hash *hash, struct chain message, uint8_t *output, size_t size)
{
    uint8_t digest[HASH_MAX_SIZE];
    struct hash_state *state;
    nte_status status;

    if (size > hash->size) return NTE_INVALID_PARAMETER;
    if ((status = hash_start(hash, &state))) return status;
    hash_add_chain(state, message);
    if (!(status = hash_end(state, digest))) put_block(output, size, digest, size);
    hash_free(state);
    wipe(digest, sizeof(digest));
    return status;
}

nte_status kdf_hmac(const struct hash *hash, struct bytes key, struct chain message, uint8_t *output, size_t size)
{
    uint8_t code[HASH_MAX_SIZE];
    struct hmac *hmac;
    nte_status status;

    if (size > hash->size) return NTE_INVALID_PARAMETER;
    if ((status = hmac_start(hash, key, &hmac))) return status;
    hmac_add_chain(hmac, message);
    if (!(status = hmac_end(hmac, code))) put_block(output, size, code, size);
    hmac_free(hmac);
    wipe(code, sizeof(code));
    return status;
}

/* Once the counter overflows, blocks would repeat. */
static int too_long(const struct hash *hash, size_t size)
{
    return size / hash->size >= UINT32_MAX;
}

nte_status kdf_concat(const struct hash *hash, struct bytes secret, struct chain info, uint8_t *output,
                      size_t size)
{
    uint8_t digest[HASH_MAX_SIZE], counter[4];
    struct hash_state *state;
    nte_status status;
    uint32_t block = 1;
    size_t done;

    if (too_long(hash, size)) return NTE_INVALID_PARAMETER;
    if ((status = hash_start(hash, &state))) return status;
    for (done = 0; done < size; done += put_block(output + done, size - done, digest, hash->size))
    {
        put_counter(counter, block++);
        hash_add(state, counter, sizeof(counter));
        hash_add(state, secret.data, secret.size);
        hash_add_chain(state, info);
        if ((status = hash_end(state, digest))) break;
    }
    hash_free(state);
    wipe(digest, sizeof(digest));
    return status;
}

nte_status kdf_counter(const struct hash *hash, struct bytes key, struct chain fixed, uint8_t *output,
                       size_t size)
{
    uint8_t code[HASH_MAX_SIZE], counter[4];
    struct hmac *hmac;
    nte_status status;
    uint32_t block = 1;
    size_t done;

    if (too_long(hash, size)) return NTE_INVALID_PARAMETER;
    if ((status = hmac_start(hash, key, &hmac))) return status;
    for (done = 0; done < size; done += put_block(output + done, size - done, code, hash->size))
    {
        put_counter(counter, block++);
        hmac_add(hmac, counter, sizeof(counter));
        hmac_add_chain(hmac, fixed);
        if ((status = hmac_end(hmac, code))) break;
    }
    hmac_free(hmac);
    wipe(code, sizeof(code));
    return status;
}

#define CAPI_BLOCK 64

static nte_status hash_padded(const struct hash *hash, const uint8_t *digest, uint8_t pad, uint8_t *output)
{
    uint8_t block[CAPI_BLOCK];
    struct bytes whole = {block, sizeof(block)};
    nte_status status;
    size_t i;

    memset(block, pad, sizeof(block));
    for (i = 0; i < hash->size; i++) block[i] ^= digest[i];
    status = hash_once(hash, whole, output);
    wipe(block, sizeof(block));
    return status;
}

static int is_sha2(const struct hash *hash)
{
    return hash == hash_find_ascii("SHA256") || hash == hash_find_ascii("SHA384") ||
           hash == hash_find_ascii("SHA512");
}

nte_status kdf_capi(const struct hash *hash, struct bytes secret, int expand, uint8_t *output, size_t size)
{
    uint8_t digest[HASH_MAX_SIZE], pair[2 * HASH_MAX_SIZE];
    nte_status status;

    if (size > 2 * hash->size) return NTE_INVALID_PARAMETER;
    expand = (expand && !is_sha2(hash)) || size > hash->size;
    if ((status = hash_once(hash, secret, digest))) return status;
    if (!expand) put_block(output, size, digest, size);
    else if (!(status = hash_padded(hash, digest, 0x36, pair)) &&
             !(status = hash_padded(hash, digest, 0x5c, pair + hash->size)))
        put_block(output, size, pair, size);
    wipe(digest, sizeof(digest));
    wipe(pair, sizeof(pair));
    return status;
}

nte_status kdf_hkdf_extract(const struct hash *hash, struct bytes salt, struct bytes secret, uint8_t *prk)
{
    struct chain message = {&secret, 1};

    return kdf_hmac(hash, salt, message, prk, hash->size);
}

nte_status kdf_hkdf_expand(const struct hash *hash, struct bytes prk, struct bytes info, uint8_t *output,
                           size_t size)
{
    uint8_t block[HASH_MAX_SIZE], counter = 1;
    struct hmac *hmac;
    nte_status status;
    size_t done;

    if (size > 255 * (size_t)hash->size) return NTE_INVALID_PARAMETER;
    if ((status = hmac_start(hash, prk, &hmac))) return status;
    for (done = 0; done < size; done += put_block(output + done, size - done, block, hash->size))
    {
        if (done) hmac_add(hmac, block, hash->size);
        hmac_add(hmac, info.data, info.size);
        hmac_add(hmac, &counter, 1);
        counter++;
        if ((status = hmac_end(hmac, block))) break;
    }
    hmac_free(hmac);
    wipe(block, sizeof(block));
    return status;
}
