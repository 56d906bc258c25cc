/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The functions of NCryptDeriveKey (doc/facts/windows-api.md 5.1); see derive.h. Each of them takes the secret
 * big-endian; only TRUNCATE returns it reversed (row 13.14). */
#include <string.h>

#include "derive/derive.h"

/* --- HASH and HMAC: prepended runs, the secret, appended runs, each in the order of the list --- */

static size_t pick(const struct kdf_parameters *all, uint32_t type, struct bytes *runs)
{
    size_t i, count = 0;

    for (i = 0; i < all->count; i++)
        if (all->list[i].type == type) runs[count++] = all->list[i].value;
    return count;
}

static nte_status make_message(const struct derivation *d, struct bytes **runs, struct chain *message)
{
    size_t count;

    if (!(*runs = secret_alloc((d->all->count + 1) * sizeof(**runs)))) return NTE_NO_MEMORY;
    count = pick(d->all, KDF_SECRET_PREPEND, *runs);
    (*runs)[count++] = d->secret;
    count += pick(d->all, KDF_SECRET_APPEND, *runs + count);
    message->runs = *runs;
    message->count = count;
    return NTE_SUCCESS;
}

static nte_status derive_hash(const struct derivation *d, uint8_t *output, uint32_t size)
{
    struct chain message;
    struct bytes *runs;
    nte_status status;

    if ((status = make_message(d, &runs, &message))) return status;
    status = kdf_hash(d->hash, message, output, size);
    secret_free(runs);
    return status;
}

static nte_status measure_hmac(const struct derivation *d, uint32_t *size)
{
    int has_key = !!(d->present & BIT(KDF_HMAC_KEY)), by_secret = !!(d->flags & FLAG_SECRET_AS_HMAC_KEY);

    if (has_key == by_secret) return NTE_INVALID_PARAMETER;
    *size = d->hash->size;
    return NTE_SUCCESS;
}

static nte_status derive_hmac(const struct derivation *d, uint8_t *output, uint32_t size)
{
    struct bytes key = d->flags & FLAG_SECRET_AS_HMAC_KEY ? d->secret : d->value[KDF_HMAC_KEY];
    struct chain message;
    struct bytes *runs;
    nte_status status;

    if ((status = make_message(d, &runs, &message))) return status;
    status = kdf_hmac(d->hash, key, message, output, size);
    secret_free(runs);
    return status;
}

/* --- TLS_PRF --- */

#define TLS_SEED_SIZE   64          /* two random values of TLS */
#define TLS_MASTER_SIZE 48

/* *hash NULL: the function of TLS 1.0 and 1.1. SSL has none. */
static nte_status choose_prf(const struct derivation *d, const struct hash **hash)
{
    uint32_t protocol = 0x0301;

    *hash = NULL;
    if ((d->present & BIT(KDF_TLS_PRF_PROTOCOL)) && !bytes_are_u32(d->value[KDF_TLS_PRF_PROTOCOL], &protocol))
        return NTE_INVALID_PARAMETER;
    switch (protocol)
    {
    case 0x0301:
    case 0x0302:
    case 0xfeff:                    /* DTLS 1.0 */
        return NTE_SUCCESS;
    case 0x0303:
        *hash = d->hash;
        return *hash == hash_find_ascii("SHA256") || *hash == hash_find_ascii("SHA384") ? NTE_SUCCESS
                                                                                        : NTE_NOT_SUPPORTED;
    default:
        return NTE_NOT_SUPPORTED;
    }
}

static nte_status measure_tls(const struct derivation *d, uint32_t *size)
{
    const struct hash *hash;

    if (d->value[KDF_TLS_PRF_SEED].size != TLS_SEED_SIZE) return NTE_INVALID_PARAMETER;     /* row 13.7 */
    *size = TLS_MASTER_SIZE;
    return choose_prf(d, &hash);
}

static nte_status derive_tls(const struct derivation *d, uint8_t *output, uint32_t size)
{
    struct bytes label = d->value[KDF_TLS_PRF_LABEL], seed = d->value[KDF_TLS_PRF_SEED];
    const struct hash *hash;
    nte_status status;

    if ((status = choose_prf(d, &hash))) return status;
    return hash ? kdf_tls12(hash, d->secret, label, seed, output, size)
                : kdf_tls10(d->secret, label, seed, output, size);
}

/* --- SP800_56A_CONCAT --- */

/* As strong as the curve (SP 800-57 table 2); groups modulo a prime never exceed SHA-256. */
static const struct hash *concat_hash(const struct derivation *d)
{
    if (d->hash) return d->hash;
    if (strcmp(d->alg->group, "ECDH") || d->bits <= 256) return hash_find_ascii("SHA256");
    return hash_find_ascii(d->bits <= 384 ? "SHA384" : "SHA512");
}

static nte_status measure_concat(const struct derivation *d, uint32_t *size)
{
    *size = concat_hash(d)->size;
    return NTE_SUCCESS;
}

static nte_status derive_concat(const struct derivation *d, uint8_t *output, uint32_t size)
{
    struct bytes runs[OTHER_INFO_RUNS];

    return kdf_concat(concat_hash(d), d->secret, other_info(d, runs), output, size);
}

/* --- TRUNCATE --- */

static nte_status measure_truncate(const struct derivation *d, uint32_t *size)
{
    *size = d->secret.size;
    return NTE_SUCCESS;
}

static nte_status derive_truncate(const struct derivation *d, uint8_t *output, uint32_t size)
{
    uint32_t i;

    for (i = 0; i < size; i++) output[i] = d->secret.data[d->secret.size - 1 - i];
    return NTE_SUCCESS;
}

/* --- HKDF --- */

static nte_status measure_hkdf(const struct derivation *d, uint32_t *size)
{
    if (!d->hkdf.hash) return NTE_BAD_KEY_STATE;
    *size = d->hkdf.hash->size;
    return NTE_SUCCESS;
}

static nte_status derive_hkdf(const struct derivation *d, uint8_t *output, uint32_t size)
{
    return hkdf_derive(&d->hkdf, d->secret, d->value[KDF_HKDF_INFO], output, size);
}

#define MESSAGE (BIT(KDF_HASH_ALGORITHM) | BIT(KDF_SECRET_PREPEND) | BIT(KDF_SECRET_APPEND))

/* The flag of HMAC is tolerated everywhere: .NET Framework passes it to every function (row 13.6). */
static const struct kdf_row rows[] =
{
    {"HASH", 0, MESSAGE, 0, FLAG_SECRET_AS_HMAC_KEY, "SHA1", SIZE_UP_TO, NULL, derive_hash},
    {"HMAC", 0, MESSAGE | BIT(KDF_HMAC_KEY), 0, FLAG_SECRET_AS_HMAC_KEY, "SHA1", SIZE_UP_TO, measure_hmac,
     derive_hmac},
    {"TLS_PRF", BIT(KDF_TLS_PRF_LABEL) | BIT(KDF_TLS_PRF_SEED),
     BIT(KDF_TLS_PRF_PROTOCOL) | BIT(KDF_HASH_ALGORITHM), 0, FLAG_SECRET_AS_HMAC_KEY, "SHA256", SIZE_EXACT,
     measure_tls, derive_tls},
    {"SP800_56A_CONCAT", BIT(KDF_ALGORITHMID) | BIT(KDF_PARTYUINFO) | BIT(KDF_PARTYVINFO),
     BIT(KDF_SUPPPUBINFO) | BIT(KDF_SUPPPRIVINFO) | BIT(KDF_HASH_ALGORITHM), 0, FLAG_SECRET_AS_HMAC_KEY, NULL,
     SIZE_ANY, measure_concat, derive_concat},
    {"TRUNCATE", 0, 0, 0, FLAG_SECRET_AS_HMAC_KEY, NULL, SIZE_UP_TO, measure_truncate, derive_truncate},
    {"HKDF", 0, BIT(KDF_HKDF_INFO), 0, FLAG_SECRET_AS_HMAC_KEY, NULL, SIZE_ANY, measure_hkdf, derive_hkdf},
};

const struct kdf_row *find_secret_row(const uint16_t *name)
{
    size_t i;

    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (u16_equal_nocase(name, rows[i].name)) return &rows[i];
    return NULL;
}
