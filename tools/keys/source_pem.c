/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PEM (RFC 7468), and the encryption of RFC 1421's headers as OpenSSL uses it. */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <nettle/base64.h>
#include <nettle/md5.h>

#include "crypto/whole_cipher.h"
#include "format/pbe.h"
#include "source.h"

#define BEGIN "-----BEGIN "
#define END   "-----END "
#define DASHES "-----"
#define DEK_INFO "DEK-Info:"
#define LABEL_MAX 64

struct block
{
    char label[LABEL_MAX];
    struct bytes body;              /* between the two lines */
    char sealed[80];
};

static const uint8_t *find(struct bytes text, const char *what)
{
    return text.size ? memmem(text.data, text.size, what, strlen(what)) : NULL;
}

static struct bytes behind(struct bytes text, const uint8_t *at, size_t skip)
{
    at += skip;
    return (struct bytes){at, text.data + text.size - at};
}

int pem_is(struct bytes file)
{
    return find(file, BEGIN) != NULL;
}

/* The next block; 0 when there is none. *rest is what follows it. */
static int next_block(struct bytes *rest, struct block *block)
{
    const uint8_t *begin = find(*rest, BEGIN), *end;
    char end_line[LABEL_MAX + sizeof(END DASHES)];
    struct bytes text;

    if (!begin) return 0;
    text = behind(*rest, begin, strlen(BEGIN));
    if (!(end = find(text, DASHES)) || end - text.data >= LABEL_MAX) return 0;
    memset(block, 0, sizeof(*block));
    memcpy(block->label, text.data, end - text.data);
    text = behind(text, end, strlen(DASHES));
    snprintf(end_line, sizeof(end_line), END "%s" DASHES, block->label);
    if (!(end = find(text, end_line))) return 0;
    block->body = (struct bytes){text.data, end - text.data};
    *rest = behind(text, end, strlen(end_line));
    return 1;
}

/* Lines with a colon, up to an empty one. */
static void take_headers(struct block *block)
{
    const uint8_t *at = find(block->body, DEK_INFO), *end;
    size_t i, used = 0;

    if (!find(block->body, ":")) return;
    for (i = strlen(DEK_INFO); at && at + i < block->body.data + block->body.size && at[i] > '\r'; i++)
        if (at[i] != ' ' && used < sizeof(block->sealed) - 1) block->sealed[used++] = at[i];
    if (!(end = find(block->body, "\n\n")) && !(end = find(block->body, "\n\r\n"))) block->body.size = 0;
    else block->body = behind(block->body, end, 2);
}

/* secret_alloc'ed; size 0 for what is no base64. */
static int decode(struct bytes body, struct bytes *data)
{
    struct base64_decode_ctx ctx;
    size_t size = BASE64_DECODE_LENGTH(body.size);
    uint8_t *block = secret_alloc(size);

    if (!block) return fail(EXIT_FAILED, "out of memory");
    base64_decode_init(&ctx);
    if (!base64_decode_update(&ctx, &size, block, body.size, (const char *)body.data) || !base64_decode_final(&ctx))
        size = 0;
    wipe(&ctx, sizeof(ctx));
    *data = (struct bytes){block, size};
    return EXIT_DONE;
}

static int ends_in(const char *text, const char *what)
{
    size_t a = strlen(text), b = strlen(what);

    return a >= b && !strcmp(text + a - b, what);
}

static int add_block(struct source *source, struct block *block)
{
    int certificate = !strcmp(block->label, "CERTIFICATE"), result;
    struct bytes data;

    if (!certificate && !ends_in(block->label, "PRIVATE KEY")) return EXIT_DONE;
    take_headers(block);
    if ((result = decode(block->body, &data))) return result;
    if (certificate) result = source_add_certificate(source, data);
    else if (!(result = source_add_key(source, data, NULL)))
        memcpy(source->keys[source->count - 1].sealed, block->sealed, sizeof(block->sealed));
    bytes_free(&data);
    return result;
}

int pem_read(struct source *source, struct bytes file)
{
    struct block block;
    int result = EXIT_DONE;

    if (find(file, BEGIN "PGP PRIVATE KEY BLOCK"))
        return fail(EXIT_FAILED, "%s: an OpenPGP key, which ncrypt.dll does not support", source->settings->argument);
    while (!result && next_block(&file, &block)) result = add_block(source, &block);
    return result;
}

/* --- encrypted blocks --- */

static const struct
{
    const char *name;
    const struct bulk_cipher *cipher;
} ciphers[] =
{
    {"DES-CBC", &bulk_des},
    {"DES-EDE3-CBC", &bulk_3des},
    {"AES-128-CBC", &bulk_aes128},
    {"AES-192-CBC", &bulk_aes192},
    {"AES-256-CBC", &bulk_aes256},
};

/* "NAME,HEX"; NULL for a cipher that is not known or an IV that does not fit it. */
static const struct bulk_cipher *read_sealed(const char *sealed, uint8_t iv[BULK_MAX_BLOCK])
{
    const char *comma = strchr(sealed, ',');
    size_t i, j;

    for (i = 0; comma && i < sizeof(ciphers) / sizeof(*ciphers); i++)
    {
        const struct bulk_cipher *cipher = ciphers[i].cipher;

        if (strncasecmp(sealed, ciphers[i].name, comma - sealed) || ciphers[i].name[comma - sealed]) continue;
        for (j = 0; j < cipher->block_size; j++)
            if (sscanf(comma + 1 + 2 * j, "%2hhx", &iv[j]) != 1) return NULL;
        return cipher;
    }
    return NULL;
}

/* EVP_BytesToKey with MD5, once; the first 8 bytes of the IV are the salt. */
static void derive(struct bytes utf8, const uint8_t *salt, uint8_t key[BULK_MAX_KEY])
{
    struct md5_ctx ctx;
    size_t i;

    md5_init(&ctx);
    for (i = 0; i < BULK_MAX_KEY; i += MD5_DIGEST_SIZE)
    {
        if (i) md5_update(&ctx, MD5_DIGEST_SIZE, key + i - MD5_DIGEST_SIZE);
        md5_update(&ctx, utf8.size, utf8.data);
        md5_update(&ctx, 8, salt);
        md5_digest(&ctx, MD5_DIGEST_SIZE, key + i);
    }
    wipe(&ctx, sizeof(ctx));
}

static nte_status decrypt(const struct bulk_cipher *cipher, const uint8_t *iv, const uint16_t *secret,
                          struct bytes data, struct bytes *plain)
{
    uint8_t key[BULK_MAX_KEY], *buffer;
    struct password password;
    nte_status status;

    if ((status = password_make(secret, &password))) return status;
    derive(password.utf8, iv, key);
    password_free(&password);
    if (!(buffer = secret_alloc(data.size))) status = NTE_NO_MEMORY;
    else status = bulk_decrypt(cipher, key, iv, data, buffer, &plain->size);
    wipe(key, sizeof(key));
    plain->data = buffer;
    if (status) secret_free(buffer);
    return status;
}

int pem_decrypt(struct source *source, const struct source_key *key, struct bytes *plain)
{
    const char *path = source->settings->argument;
    const struct bulk_cipher *cipher;
    uint8_t iv[BULK_MAX_BLOCK];
    nte_status status;
    struct writer w = {0};
    int result;

    if (!(cipher = read_sealed(key->sealed, iv)))
        return fail(EXIT_FAILED, "%s: the encryption is not supported, but the key itself may be", path);
    if ((result = source_need_password(source))) return result;
    status = decrypt(cipher, iv, (const uint16_t *)source->password.data, key->data, plain);
    if (!status && !older_wrap(*plain, &w))
    {
        bytes_free(plain);
        status = NTE_BAD_DATA;
    }
    writer_free(&w);
    if (status) return fail_status(status == NTE_BAD_DATA ? NTE_INCORRECT_PASSWORD : status, "%s", path);
    return EXIT_DONE;
}
