/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The functions of NCryptKeyDerivation (doc/facts/windows-api.md 5.2); see derive.h. A row is named after the algorithm
 * of the key. */
#include <string.h>

#include "derive/derive.h"

static void put_u32_big(uint8_t *p, uint32_t value)
{
    p[0] = value >> 24;
    p[1] = value >> 16;
    p[2] = value >> 8;
    p[3] = value;
}

/* Any size: the caller chooses. */
static nte_status measure_any(const struct derivation *d, uint32_t *size)
{
    (void)d;
    *size = 0;
    return NTE_SUCCESS;
}

/* Label, a zero byte, context, the length of the whole output in bits (SP 800-108 5). */
static nte_status derive_counter(const struct derivation *d, uint8_t *output, uint32_t size)
{
    static const uint8_t zero[1];
    uint8_t length[4];
    struct bytes runs[] =
    {
        d->value[KDF_LABEL], {zero, sizeof(zero)}, d->value[KDF_CONTEXT], {length, sizeof(length)},
    };
    struct chain fixed = {runs, 4};
    uint32_t bits = size * 8;

    if (d->present & BIT(KDF_GENERIC_PARAMETER))            /* the first three in one */
    {
        fixed.runs = runs + 2;
        fixed.count = 2;
        runs[2] = d->value[KDF_GENERIC_PARAMETER];
    }
    if ((d->present & BIT(KDF_KEYBITLENGTH)) && !bytes_are_u32(d->value[KDF_KEYBITLENGTH], &bits))
        return NTE_INVALID_PARAMETER;
    put_u32_big(length, bits);
    return kdf_counter(d->hash, d->secret, fixed, output, size);
}

static nte_status derive_concat(const struct derivation *d, uint8_t *output, uint32_t size)
{
    struct bytes runs[OTHER_INFO_RUNS];

    return kdf_concat(d->hash, d->secret, other_info(d, runs), output, size);
}

#define DEFAULT_ITERATIONS 10000

/* The width of the number is not documented: 4 bytes, or 8 as in BCryptDeriveKeyPBKDF2. */
static nte_status get_iterations(const struct derivation *d, uint32_t *iterations)
{
    struct bytes value = d->value[KDF_ITERATION_COUNT];
    struct reader r = {value.data, value.size, 0};
    uint32_t high;

    *iterations = DEFAULT_ITERATIONS;
    if (!(d->present & BIT(KDF_ITERATION_COUNT))) return NTE_SUCCESS;
    *iterations = read_u32(&r);
    high = r.left ? read_u32(&r) : 0;
    return r.failed || r.left || high || !*iterations ? NTE_INVALID_PARAMETER : NTE_SUCCESS;
}

static nte_status derive_pbkdf2(const struct derivation *d, uint8_t *output, uint32_t size)
{
    uint32_t type = d->present & BIT(KDF_GENERIC_PARAMETER) ? KDF_GENERIC_PARAMETER : KDF_SALT;
    uint32_t iterations;
    nte_status status;

    if ((status = get_iterations(d, &iterations))) return status;
    return kdf_pbkdf2(d->hash, d->secret, d->value[type], iterations, output, size);
}

static nte_status derive_capi(const struct derivation *d, uint8_t *output, uint32_t size)
{
    return kdf_capi(d->hash, d->secret, !!(d->flags & FLAG_CAPI_AES), output, size);
}

static nte_status derive_hkdf(const struct derivation *d, uint8_t *output, uint32_t size)
{
    return hkdf_derive(&d->hkdf, d->secret, d->value[KDF_HKDF_INFO], output, size);
}

static nte_status derive_tls10(const struct derivation *d, uint8_t *output, uint32_t size)
{
    return kdf_tls10(d->secret, d->value[KDF_TLS_PRF_LABEL], d->value[KDF_TLS_PRF_SEED], output, size);
}

static nte_status derive_tls12(const struct derivation *d, uint8_t *output, uint32_t size)
{
    return kdf_tls12(d->hash, d->secret, d->value[KDF_TLS_PRF_LABEL], d->value[KDF_TLS_PRF_SEED], output, size);
}

#define HASH BIT(KDF_HASH_ALGORITHM)
#define PARTIES (BIT(KDF_ALGORITHMID) | BIT(KDF_PARTYUINFO) | BIT(KDF_PARTYVINFO))
#define SUPPLEMENTS (BIT(KDF_SUPPPUBINFO) | BIT(KDF_SUPPPRIVINFO))
#define TLS (BIT(KDF_TLS_PRF_LABEL) | BIT(KDF_TLS_PRF_SEED))

#define ROW(name, required, optional, generic, flags, function) \
    {name, required, optional, generic, flags, NULL, SIZE_ANY, measure_any, function}

static const struct kdf_row rows[] =
{
    ROW("SP800_108_CTR_HMAC", HASH | BIT(KDF_LABEL) | BIT(KDF_CONTEXT), BIT(KDF_KEYBITLENGTH),
        BIT(KDF_LABEL) | BIT(KDF_CONTEXT), 0, derive_counter),
    ROW("SP800_56A_CONCAT", HASH | PARTIES, SUPPLEMENTS, PARTIES | SUPPLEMENTS, 0, derive_concat),
    ROW("PBKDF2", HASH, BIT(KDF_SALT) | BIT(KDF_ITERATION_COUNT), BIT(KDF_SALT), 0, derive_pbkdf2),
    ROW("CAPI_KDF", HASH, 0, 0, FLAG_CAPI_AES, derive_capi),
    ROW("HKDF", 0, BIT(KDF_HKDF_INFO), 0, 0, derive_hkdf),
    ROW("TLS1_1_KDF", TLS, 0, 0, 0, derive_tls10),
    ROW("TLS1_2_KDF", TLS | HASH, 0, 0, 0, derive_tls12),
};

const struct kdf_row *find_key_row(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (!strcmp(name, rows[i].name)) return &rows[i];
    return NULL;
}
