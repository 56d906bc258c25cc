/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The block ciphers of symmetric keys, over nettle; see cipher_key.h. Not over GnuTLS, which lacks ECB, DESX and most
 * sizes of RC2, and whose policy may forbid DES. */
#include <string.h>

#include "cipher/cipher_key.h"

static void set_aes128(struct bytes key, union block_context *encrypt, union block_context *decrypt)
{
    aes128_set_encrypt_key(&encrypt->aes128, key.data);
    aes128_invert_key(&decrypt->aes128, &encrypt->aes128);
}

static void set_aes192(struct bytes key, union block_context *encrypt, union block_context *decrypt)
{
    aes192_set_encrypt_key(&encrypt->aes192, key.data);
    aes192_invert_key(&decrypt->aes192, &encrypt->aes192);
}

static void set_aes256(struct bytes key, union block_context *encrypt, union block_context *decrypt)
{
    aes256_set_encrypt_key(&encrypt->aes256, key.data);
    aes256_invert_key(&decrypt->aes256, &encrypt->aes256);
}

/* What nettle's DES says about weak keys matters to block_cipher_settle alone. */
static void set_des(struct bytes key, union block_context *encrypt, union block_context *decrypt)
{
    (void)des_set_key(&encrypt->des, key.data);
    *decrypt = *encrypt;
}

static void set_des3(struct bytes key, union block_context *encrypt, union block_context *decrypt)
{
    (void)des3_set_key(&encrypt->des3, key.data);
    *decrypt = *encrypt;
}

static void set_des3_112(struct bytes key, union block_context *encrypt, union block_context *decrypt)
{
    uint8_t three[DES3_KEY_SIZE];

    memcpy(three, key.data, 2 * DES_KEY_SIZE);
    memcpy(three + 2 * DES_KEY_SIZE, key.data, DES_KEY_SIZE);
    set_des3((struct bytes){three, sizeof(three)}, encrypt, decrypt);
    wipe(three, sizeof(three));
}

/* A DES key, then what is xored into a block before DES and after it. */
static void set_desx(struct bytes key, union block_context *encrypt, union block_context *decrypt)
{
    (void)des_set_key(&encrypt->desx.des, key.data);
    memcpy(encrypt->desx.before, key.data + DES_KEY_SIZE, DES_BLOCK_SIZE);
    memcpy(encrypt->desx.after, key.data + DES_KEY_SIZE + DES_BLOCK_SIZE, DES_BLOCK_SIZE);
    *decrypt = *encrypt;
}

/* All bits of the key count: the effective length of RC2 is that of the key. */
static void set_rc2(struct bytes key, union block_context *encrypt, union block_context *decrypt)
{
    arctwo_set_key(&encrypt->arctwo, key.size, key.data);
    *decrypt = *encrypt;
}

static void xor_block(uint8_t *dst, const uint8_t *a, const uint8_t *b)
{
    size_t i;

    for (i = 0; i < DES_BLOCK_SIZE; i++) dst[i] = a[i] ^ b[i];
}

static void desx_encrypt(const void *context, size_t size, uint8_t *dst, const uint8_t *src)
{
    const struct desx_context *desx = context;

    for (; size; size -= DES_BLOCK_SIZE, dst += DES_BLOCK_SIZE, src += DES_BLOCK_SIZE)
    {
        xor_block(dst, src, desx->before);
        des_encrypt(&desx->des, DES_BLOCK_SIZE, dst, dst);
        xor_block(dst, dst, desx->after);
    }
}

static void desx_decrypt(const void *context, size_t size, uint8_t *dst, const uint8_t *src)
{
    const struct desx_context *desx = context;

    for (; size; size -= DES_BLOCK_SIZE, dst += DES_BLOCK_SIZE, src += DES_BLOCK_SIZE)
    {
        xor_block(dst, src, desx->after);
        des_decrypt(&desx->des, DES_BLOCK_SIZE, dst, dst);
        xor_block(dst, dst, desx->before);
    }
}

#define NETTLE(name) (nettle_cipher_func *)name##_encrypt, (nettle_cipher_func *)name##_decrypt

static const struct block_cipher ciphers[] =
{
    {"AES", AES128_KEY_SIZE, AES_BLOCK_SIZE, 0, set_aes128, NETTLE(aes128)},
    {"AES", AES192_KEY_SIZE, AES_BLOCK_SIZE, 0, set_aes192, NETTLE(aes192)},
    {"AES", AES256_KEY_SIZE, AES_BLOCK_SIZE, 0, set_aes256, NETTLE(aes256)},
    {"DES", DES_KEY_SIZE, DES_BLOCK_SIZE, 1, set_des, NETTLE(des)},
    {"3DES", DES3_KEY_SIZE, DES_BLOCK_SIZE, 3, set_des3, NETTLE(des3)},
    {"3DES_112", 2 * DES_KEY_SIZE, DES_BLOCK_SIZE, 2, set_des3_112, NETTLE(des3)},
    {"DESX", DES_KEY_SIZE + 2 * DES_BLOCK_SIZE, DES_BLOCK_SIZE, 1, set_desx, desx_encrypt, desx_decrypt},
    {"RC2", 0, ARCTWO_BLOCK_SIZE, 0, set_rc2, NETTLE(arctwo)},
};

#define CIPHER_COUNT (sizeof(ciphers) / sizeof(*ciphers))

const struct block_cipher *block_cipher_find(const struct algorithm *alg, size_t key_size)
{
    size_t i;

    if (key_size < alg->min_bits / 8 || key_size > alg->max_bits / 8) return NULL;
    for (i = 0; i < CIPHER_COUNT; i++)
    {
        if (strcmp(ciphers[i].alg, alg->id)) continue;
        if (!ciphers[i].key_size || ciphers[i].key_size == key_size) return &ciphers[i];
    }
    return NULL;
}

uint32_t block_cipher_length(const struct algorithm *alg)
{
    return block_cipher_find(alg, alg->default_bits / 8)->block_size;
}

static int is_weak(const uint8_t *key)
{
    struct des_ctx des;
    int strong = des_set_key(&des, key);

    wipe(&des, sizeof(des));
    return !strong;
}

int block_cipher_settle(const struct block_cipher *cipher, uint8_t *key)
{
    uint32_t i, j;

    des_fix_parity(cipher->des_keys * DES_KEY_SIZE, key, key);
    for (i = 0; i < cipher->des_keys; i++)
    {
        if (is_weak(key + i * DES_KEY_SIZE)) return 0;
        for (j = 0; j < i; j++)
            if (equal_secret(key + i * DES_KEY_SIZE, key + j * DES_KEY_SIZE, DES_KEY_SIZE)) return 0;
    }
    return 1;
}
