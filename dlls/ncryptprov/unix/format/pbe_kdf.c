/* SPDX-License-Identifier: LGPL-2.1-or-later
 * From a password to a key; see pbe.h. */
#include <string.h>

#include <gnutls/crypto.h>
#include <nettle/nettle-meta.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

#include "base/oid.h"
#include "base/utf8.h"
#include "format/pbe.h"

static nte_status convert(const uint16_t *text, struct writer *utf8, struct writer *bmp)
{
    const uint16_t *next;
    int32_t c;

    while (*text)
    {
        next = text;
        if ((c = utf16_read(&next)) < 0) return NTE_INVALID_PARAMETER;
        utf8_write(utf8, c);
        for (; text < next; text++)
        {
            write_u8(bmp, *text >> 8);
            write_u8(bmp, *text);
        }
    }
    write_space(utf8, 0);
    write_space(bmp, 2);
    return utf8->failed || bmp->failed ? NTE_NO_MEMORY : NTE_SUCCESS;
}

nte_status password_make(const uint16_t *text, struct password *password)
{
    static const uint16_t empty[1];
    struct writer utf8 = {0}, bmp = {0};
    nte_status status;

    if ((status = convert(text ? text : empty, &utf8, &bmp)))
    {
        writer_free(&utf8);
        writer_free(&bmp);
        return status;
    }
    password->utf8.data = utf8.data;
    password->utf8.size = utf8.used;
    password->bmp.data = bmp.data;
    password->bmp.size = bmp.used;
    return NTE_SUCCESS;
}

void password_free(struct password *password)
{
    bytes_free(&password->utf8);
    bytes_free(&password->bmp);
    memset(password, 0, sizeof(*password));
}

#define MAX_BLOCK  SHA512_BLOCK_SIZE
#define MAX_DIGEST SHA512_DIGEST_SIZE

struct pkcs12_state
{
    const struct nettle_hash *hash;
    union
    {
        struct sha1_ctx sha1;
        struct sha256_ctx sha256;
        struct sha512_ctx sha512;
    } context;
    uint8_t id[MAX_BLOCK], block[MAX_BLOCK], digest[MAX_DIGEST];
    size_t size;                    /* of text, whole blocks */
    uint8_t text[];                 /* salt and password, each repeated to whole blocks */
};

static size_t whole_blocks(const struct nettle_hash *hash, size_t size)
{
    return (size + hash->block_size - 1) / hash->block_size * hash->block_size;
}

static void repeat(uint8_t *dst, size_t size, struct bytes from)
{
    size_t i;

    for (i = 0; i < size; i++) dst[i] = from.data[i % from.size];
}

/* dst = dst + block + 1 modulo 2^(8 size) */
static void add_block(uint8_t *dst, const uint8_t *block, size_t size)
{
    uint32_t carry = 1;
    size_t i;

    for (i = size; i--;)
    {
        carry += dst[i] + block[i];
        dst[i] = carry;
        carry >>= 8;
    }
}

static void pkcs12_round(struct pkcs12_state *s, uint32_t iterations)
{
    const struct nettle_hash *hash = s->hash;
    struct bytes digest = {s->digest, hash->digest_size};
    size_t i;

    hash->update(&s->context, hash->block_size, s->id);
    hash->update(&s->context, s->size, s->text);
    hash->digest(&s->context, hash->digest_size, s->digest);
    while (--iterations)
    {
        hash->update(&s->context, hash->digest_size, s->digest);
        hash->digest(&s->context, hash->digest_size, s->digest);
    }
    repeat(s->block, hash->block_size, digest);
    for (i = 0; i < s->size; i += hash->block_size) add_block(s->text + i, s->block, hash->block_size);
}

nte_status pbe_pkcs12_kdf(const struct nettle_hash *hash, enum pbe_purpose purpose, struct bytes bmp, struct bytes salt,
                          uint32_t iterations, uint8_t *key, size_t size)
{
    size_t salt_size = whole_blocks(hash, salt.size), part;
    struct pkcs12_state *s;

    if (!(s = secret_alloc(sizeof(*s) + salt_size + whole_blocks(hash, bmp.size)))) return NTE_NO_MEMORY;
    s->hash = hash;
    hash->init(&s->context);
    memset(s->id, purpose, hash->block_size);
    s->size = salt_size + whole_blocks(hash, bmp.size);
    repeat(s->text, salt_size, salt);
    repeat(s->text + salt_size, s->size - salt_size, bmp);
    for (; size; size -= part, key += part)
    {
        part = size < hash->digest_size ? size : hash->digest_size;
        pkcs12_round(s, iterations);
        memcpy(key, s->digest, part);
    }
    secret_free(s);
    return NTE_SUCCESS;
}

nte_status pbe_pbkdf1(const struct nettle_hash *hash, struct bytes utf8, struct bytes salt, uint32_t iterations,
                      uint8_t *key, size_t size)
{
    uint8_t digest[SHA1_DIGEST_SIZE];       /* the longest of those that PBES1 uses */
    void *ctx;

    if (!(ctx = secret_alloc(hash->context_size))) return NTE_NO_MEMORY;
    hash->init(ctx);
    hash->update(ctx, utf8.size, utf8.data);
    hash->update(ctx, salt.size, salt.data);
    hash->digest(ctx, hash->digest_size, digest);
    while (--iterations)
    {
        hash->update(ctx, hash->digest_size, digest);
        hash->digest(ctx, hash->digest_size, digest);
    }
    memcpy(key, digest, size);
    wipe(digest, sizeof(digest));
    secret_free(ctx);
    return NTE_SUCCESS;
}

static const struct
{
    const char *oid;
    gnutls_mac_algorithm_t mac;
} prfs[] =
{
    {OID_HMAC_SHA1, GNUTLS_MAC_SHA1},
    {OID_HMAC_SHA224, GNUTLS_MAC_SHA224},
    {OID_HMAC_SHA256, GNUTLS_MAC_SHA256},
    {OID_HMAC_SHA384, GNUTLS_MAC_SHA384},
    {OID_HMAC_SHA512, GNUTLS_MAC_SHA512},
};

nte_status pbe_pbkdf2(const char *prf, struct bytes utf8, struct bytes salt, uint32_t iterations, uint8_t *key,
                      size_t size)
{
    gnutls_datum_t secret = {(unsigned char *)utf8.data, utf8.size};
    gnutls_datum_t seed = {(unsigned char *)salt.data, salt.size};
    size_t i;

    for (i = 0; i < sizeof(prfs) / sizeof(*prfs); i++)
    {
        if (strcmp(prf, prfs[i].oid)) continue;
        if (gnutls_pbkdf2(prfs[i].mac, &secret, &seed, iterations, key, size)) return NTE_INTERNAL_ERROR;
        return NTE_SUCCESS;
    }
    return NTE_NOT_SUPPORTED;
}
