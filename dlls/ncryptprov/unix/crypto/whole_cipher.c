/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CBC and RC4 over nettle; see whole_cipher.h. Key schedules are wiped. */
#include <string.h>

#include <nettle/arcfour.h>
#include <nettle/arctwo.h>
#include <nettle/cbc.h>
#include <nettle/des.h>
#include <nettle/nettle-meta.h>

#include "base/oid.h"
#include "crypto/whole_cipher.h"

static void des_prepare(void *ctx, const uint8_t *key)
{
    des_set_key(ctx, key);          /* weak keys are accepted: they are the caller's choice */
}

static void des_lock(const void *ctx, size_t size, uint8_t *dst, const uint8_t *src)
{
    des_encrypt(ctx, size, dst, src);
}

static void des_unlock(const void *ctx, size_t size, uint8_t *dst, const uint8_t *src)
{
    des_decrypt(ctx, size, dst, src);
}

static void des3_prepare(void *ctx, const uint8_t *key)
{
    des3_set_key(ctx, key);
}

/* Two keys: the first is also the third. */
static void des3_112_prepare(void *ctx, const uint8_t *key)
{
    uint8_t keys[DES3_KEY_SIZE];

    memcpy(keys, key, 2 * DES_KEY_SIZE);
    memcpy(keys + 2 * DES_KEY_SIZE, key, DES_KEY_SIZE);
    des3_set_key(ctx, keys);
    wipe(keys, sizeof(keys));
}

static void des3_lock(const void *ctx, size_t size, uint8_t *dst, const uint8_t *src)
{
    des3_encrypt(ctx, size, dst, src);
}

static void des3_unlock(const void *ctx, size_t size, uint8_t *dst, const uint8_t *src)
{
    des3_decrypt(ctx, size, dst, src);
}

static void rc2_lock(const void *ctx, size_t size, uint8_t *dst, const uint8_t *src)
{
    arctwo_encrypt((struct arctwo_ctx *)ctx, size, dst, src);
}

static void rc2_unlock(const void *ctx, size_t size, uint8_t *dst, const uint8_t *src)
{
    arctwo_decrypt((struct arctwo_ctx *)ctx, size, dst, src);
}

static void rc4_40_prepare(void *ctx, const uint8_t *key)
{
    arcfour_set_key(ctx, 5, key);
}

static void rc4_128_prepare(void *ctx, const uint8_t *key)
{
    arcfour_set_key(ctx, 16, key);
}

/* Using RC4 changes its state, so each use sets the key first. */
static void rc4(const void *ctx, size_t size, uint8_t *dst, const uint8_t *src)
{
    arcfour_crypt((struct arcfour_ctx *)ctx, size, dst, src);
}

static const struct nettle_cipher des_backend =
    {"des", sizeof(struct des_ctx), DES_BLOCK_SIZE, DES_KEY_SIZE, des_prepare, des_prepare, des_lock, des_unlock};
static const struct nettle_cipher des3_backend =
    {"3des", sizeof(struct des3_ctx), DES3_BLOCK_SIZE, DES3_KEY_SIZE, des3_prepare, des3_prepare, des3_lock,
     des3_unlock};
static const struct nettle_cipher des3_112_backend =
    {"3des-112", sizeof(struct des3_ctx), DES3_BLOCK_SIZE, 2 * DES_KEY_SIZE, des3_112_prepare, des3_112_prepare,
     des3_lock, des3_unlock};
/* Its keys can have any size; see prepare. */
static const struct nettle_cipher rc2_backend =
    {"rc2", sizeof(struct arctwo_ctx), ARCTWO_BLOCK_SIZE, 0, NULL, NULL, rc2_lock, rc2_unlock};
static const struct nettle_cipher rc4_40_backend =
    {"rc4-40", sizeof(struct arcfour_ctx), 0, 5, rc4_40_prepare, rc4_40_prepare, rc4, rc4};
static const struct nettle_cipher rc4_128_backend =
    {"rc4-128", sizeof(struct arcfour_ctx), 0, 16, rc4_128_prepare, rc4_128_prepare, rc4, rc4};

const struct bulk_cipher bulk_aes128 = {16, 16, &nettle_aes128, 0};
const struct bulk_cipher bulk_aes192 = {24, 16, &nettle_aes192, 0};
const struct bulk_cipher bulk_aes256 = {32, 16, &nettle_aes256, 0};
const struct bulk_cipher bulk_des = {8, 8, &des_backend, 0};
const struct bulk_cipher bulk_3des = {24, 8, &des3_backend, 0};
const struct bulk_cipher bulk_3des_112 = {16, 8, &des3_112_backend, 0};
const struct bulk_cipher bulk_rc2_40 = {5, 8, &rc2_backend, 40};
const struct bulk_cipher bulk_rc2_64 = {8, 8, &rc2_backend, 64};
const struct bulk_cipher bulk_rc2_128 = {16, 8, &rc2_backend, 128};
const struct bulk_cipher bulk_rc4_40 = {5, 0, &rc4_40_backend, 0};
const struct bulk_cipher bulk_rc4_128 = {16, 0, &rc4_128_backend, 0};

static const struct
{
    const char *oid;
    const struct bulk_cipher *cipher;
} named[] =
{
    {OID_AES128_CBC, &bulk_aes128},
    {OID_AES192_CBC, &bulk_aes192},
    {OID_AES256_CBC, &bulk_aes256},
    {OID_3DES_CBC, &bulk_3des},
    {OID_DES_CBC, &bulk_des},
};

const struct bulk_cipher *bulk_find(const char *oid)
{
    size_t i;

    for (i = 0; i < sizeof(named) / sizeof(*named); i++)
        if (!strcmp(oid, named[i].oid)) return named[i].cipher;
    return NULL;
}

size_t bulk_encrypted_size(const struct bulk_cipher *cipher, size_t size)
{
    return cipher->block_size ? size + cipher->block_size - size % cipher->block_size : size;
}

static void prepare(const struct bulk_cipher *cipher, void *ctx, const uint8_t *key, int encrypt)
{
    const struct nettle_cipher *backend = cipher->backend;

    if (cipher->effective_bits) arctwo_set_key_ekb(ctx, cipher->key_size, key, cipher->effective_bits);
    else if (encrypt) backend->set_encrypt_key(ctx, key);
    else backend->set_decrypt_key(ctx, key);
}

/* In place. */
static void crypt(const struct nettle_cipher *backend, void *ctx, int encrypt, const uint8_t *iv, uint8_t *data,
                size_t size)
{
    uint8_t chain[BULK_MAX_BLOCK];

    if (!backend->block_size) backend->encrypt(ctx, size, data, data);
    else
    {
        memcpy(chain, iv, backend->block_size);
        if (encrypt) cbc_encrypt(ctx, backend->encrypt, backend->block_size, chain, size, data, data);
        else cbc_decrypt(ctx, backend->decrypt, backend->block_size, chain, size, data, data);
    }
}

nte_status bulk_encrypt(const struct bulk_cipher *cipher, const uint8_t *key, const uint8_t *iv,
                        struct bytes input, uint8_t *output)
{
    const struct nettle_cipher *backend = cipher->backend;
    size_t size = bulk_encrypted_size(cipher, input.size);
    void *ctx;

    if (!(ctx = secret_alloc(backend->context_size))) return NTE_NO_MEMORY;
    prepare(cipher, ctx, key, 1);
    if (input.size) memcpy(output, input.data, input.size);
    memset(output + input.size, size - input.size, size - input.size);
    crypt(backend, ctx, 1, iv, output, size);
    secret_free(ctx);
    return NTE_SUCCESS;
}

/* 1 when data ends in n bytes of value n, 1 <= n <= block_size. size: one block or more. */
static int check_padding(const uint8_t *data, size_t size, size_t block_size)
{
    uint32_t n = data[size - 1], wrong, inside;
    size_t i;

    wrong = (n - 1) >> 31 | ((uint32_t)block_size - n) >> 31;
    for (i = 0; i < block_size; i++)
    {
        inside = ((uint32_t)i - n) >> 31;
        wrong |= (0 - inside) & (data[size - 1 - i] ^ n);
    }
    return !wrong;
}

nte_status bulk_decrypt(const struct bulk_cipher *cipher, const uint8_t *key, const uint8_t *iv,
                        struct bytes input, uint8_t *output, size_t *size)
{
    const struct nettle_cipher *backend = cipher->backend;
    void *ctx;

    if (!input.size || (cipher->block_size && input.size % cipher->block_size)) return NTE_BAD_DATA;
    if (!(ctx = secret_alloc(backend->context_size))) return NTE_NO_MEMORY;
    prepare(cipher, ctx, key, 0);
    memcpy(output, input.data, input.size);
    crypt(backend, ctx, 0, iv, output, input.size);
    secret_free(ctx);
    if (cipher->block_size && !check_padding(output, input.size, cipher->block_size)) return NTE_BAD_DATA;
    *size = input.size - (cipher->block_size ? output[input.size - 1] : 0);
    return NTE_SUCCESS;
}
