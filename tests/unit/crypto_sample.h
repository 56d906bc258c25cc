/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What the tests of keys, paddings and blobs share: hex, UTF-16 names, padding structures, the sample RSA key.
 * Include after cmocka.h. */
#ifndef TESTS_CRYPTO_SAMPLE_H
#define TESTS_CRYPTO_SAMPLE_H

#include <stdlib.h>
#include <string.h>

#include "algorithm.h"

#define assert_status(call, status) assert_int_equal((uint32_t)(call), (uint32_t)(status))

/* Memory that lasts until the next take_back. */
static uint8_t sample_pool[1 << 20];
static size_t sample_used;

static inline uint8_t *take(size_t size)
{
    uint8_t *data = sample_pool + sample_used;

    if (size > sizeof(sample_pool) - sample_used) abort();
    sample_used += (size + 15) & ~(size_t)15;
    memset(data, 0, size);
    return data;
}

static inline int take_back(void **state)
{
    (void)state;
    sample_used = 0;
    return 0;
}

static inline int hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if ((c | 32) >= 'a' && (c | 32) <= 'f') return (c | 32) - 'a' + 10;
    return -1;
}

/* Anything that is no hex digit is skipped; an odd count of digits gets a leading zero. */
static inline struct bytes hex(const char *text)
{
    struct bytes result;
    size_t digits = 0, i = 0;
    uint8_t *data;
    const char *p;

    for (p = text; *p; p++) digits += hex_digit(*p) >= 0;
    result.size = (digits + 1) / 2;
    result.data = data = take(result.size);
    for (p = text, i = digits % 2; *p; p++)
    {
        if (hex_digit(*p) < 0) continue;
        data[i / 2] = data[i / 2] << 4 | hex_digit(*p);
        i++;
    }
    return result;
}

static inline struct bytes text(const char *s)
{
    struct bytes result = {(const uint8_t *)s, strlen(s)};

    return result;
}

static inline struct bytes run(const void *data, size_t size)
{
    struct bytes result = {data, size};

    return result;
}

/* A copy with nothing behind its last byte; free() its data. */
static inline struct bytes exact(struct bytes from)
{
    uint8_t *data = malloc(from.size);

    if (from.size) memcpy(data, from.data, from.size);
    return run(data, from.size);
}

static inline const uint16_t *wide(const char *s)
{
    uint16_t *w = (uint16_t *)take((strlen(s) + 1) * 2);

    u16_from_ascii(w, s);
    return w;
}

static inline struct padding no_padding(uint32_t scheme)
{
    struct padding padding = {0};

    padding.scheme = scheme;
    return padding;
}

static inline struct padding pkcs1(const char *alg)
{
    struct padding padding = no_padding(PAD_PKCS1);

    padding.present = 1;
    padding.alg = alg ? wide(alg) : NULL;
    return padding;
}

static inline struct padding pss(const char *alg, uint32_t salt_size)
{
    struct padding padding = pkcs1(alg);

    padding.scheme = PAD_PSS;
    padding.salt_size = salt_size;
    return padding;
}

static inline struct padding oaep(const char *alg, struct bytes label)
{
    struct padding padding = pkcs1(alg);

    padding.scheme = PAD_OAEP;
    padding.label = label;
    return padding;
}

/* Repeatable bytes, different for each seed. */
static inline struct bytes pattern(size_t size, uint32_t seed)
{
    uint8_t *data = take(size);
    uint64_t x = seed * 2654435761u + 1;
    size_t i;

    for (i = 0; i < size; i++)
    {
        x = x * 6364136223846793005u + 1442695040888963407u;
        data[i] = x >> 56;
    }
    return run(data, size);
}

/* The 1024-bit key of "Example 1" in the test vectors of RSA Laboratories for RSAES-OAEP (oaep-vect.txt). */
#define SAMPLE_N \
    "a8b3b284af8eb50b387034a860f146c4919f318763cd6c5598c8ae4811a1e0abc4c7e0b082d693a5e7fced675cf46685" \
    "12772c0cbc64a742c6c630f533c8cc72f62ae833c40bf25842e984bb78bdbf97c0107d55bdb662f5c4e0fab9845cb514" \
    "8ef7392dd3aaff93ae1e6b667bb3d4247616d4f5ba10d4cfd226de88d39f16fb"
#define SAMPLE_E "010001"
#define SAMPLE_D \
    "53339cfdb79fc8466a655c7316aca85c55fd8f6dd898fdaf119517ef4f52e8fd8e258df93fee180fa0e4ab29693cd83b" \
    "152a553d4ac4d1812b8b9fa5af0e7f55fe7304df41570926f3311f15c4d65a732c483116ee3d3d2d0af3549ad9bf7cbf" \
    "b78ad884f84d5beb04724dc7369b31def37d0cf539e9cfcdd3de653729ead5d1"
#define SAMPLE_P \
    "d32737e7267ffe1341b2d5c0d150a81b586fb3132bed2f8d5262864a9cb9f30af38be448598d413a172efb802c21acf1" \
    "c11c520c2f26a471dcad212eac7ca39d"
#define SAMPLE_Q \
    "cc8853d1d54da630fac004f471f281c7b8982d8224a490edbeb33d3e3d5cc93c4765703d1dd791642f1f116a0dd852be" \
    "2419b2af72bfe9a030e860b0288b5d77"
#define SAMPLE_DP \
    "0e12bf1718e9cef5599ba1c3882fe8046a90874eefce8f2ccc20e4f2741fb0a33a3848aec9c9305fbecbd2d76819967d" \
    "4671acc6431e4037968db37878e695c1"
#define SAMPLE_DQ \
    "95297b0f95a2fa67d00707d609dfd4fc05c89dafc2ef6d6ea55bec771ea333734d9251e79082ecda866efef13c459e1a" \
    "631386b7e354c899f5f112ca85d71583"
#define SAMPLE_QINV \
    "4f456c502493bdc0ed2ab756a3a6ed4d67352a697d4216e93212b127a63d5411ce6fa98d5dbefd73263e372814274381" \
    "8166ed7dd63687dd2a8ca1d2f4fbd8e1"

#endif
