/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Schemes of password-based encryption, in and out of DER; see pbe.h. */
#include <string.h>

#include "bulk.h"
#include "der.h"
#include "pbe.h"
#include "random.h"

#define OID_PBES2 "1.2.840.113549.1.5.13"
#define OID_PBKDF2 "1.2.840.113549.1.5.12"
#define OID_HMAC_SHA1 "1.2.840.113549.2.7"
#define OID_HMAC_SHA256 "1.2.840.113549.2.9"
#define OID_AES256_CBC "2.16.840.1.101.3.4.1.42"

struct key_and_iv
{
    uint8_t key[BULK_MAX_KEY], iv[BULK_MAX_BLOCK];
};

struct cost
{
    struct bytes salt;
    uint32_t iterations;
};

static const struct
{
    const char *oid;
    const struct bulk_cipher *cipher;
    int may_write;                  /* RC4 under one password twice is broken by subtraction: read only */
} pkcs12_schemes[] =
{
    {"1.2.840.113549.1.12.1.1", &bulk_rc4_128, 0},
    {"1.2.840.113549.1.12.1.2", &bulk_rc4_40, 0},
    {"1.2.840.113549.1.12.1.3", &bulk_3des, 1},
    {"1.2.840.113549.1.12.1.4", &bulk_3des_112, 1},
    {"1.2.840.113549.1.12.1.5", &bulk_rc2_128, 1},
    {"1.2.840.113549.1.12.1.6", &bulk_rc2_40, 1},
};
#define PKCS12_SCHEME_COUNT (sizeof(pkcs12_schemes) / sizeof(*pkcs12_schemes))

static size_t find_pkcs12(const char *oid)
{
    size_t i;

    for (i = 0; i < PKCS12_SCHEME_COUNT; i++)
        if (!strcmp(oid, pkcs12_schemes[i].oid)) break;
    return i;
}

static int check_iterations(uint32_t iterations)
{
    return iterations && iterations <= PBE_MAX_ITERATIONS;
}

static nte_status derive_pkcs12(const struct bulk_cipher *cipher, const struct password *password,
                                const struct cost *cost, struct key_and_iv *made)
{
    nte_status status;

    if ((status = pbe_pkcs12_kdf(PBE_FOR_KEY, password->bmp, cost->salt, cost->iterations, made->key,
                                 cipher->key_size)))
        return status;
    return pbe_pkcs12_kdf(PBE_FOR_IV, password->bmp, cost->salt, cost->iterations, made->iv, cipher->block_size);
}

/* --- reading --- */

/* What a scheme and its parameters say. */
struct scheme
{
    const struct bulk_cipher *cipher;
    struct cost cost;
    struct bytes iv;                /* PBES2 */
    char prf[DER_OID_SIZE];         /* PBES2; else "" */
};

static nte_status read_pkcs12(struct reader *r, size_t row, struct scheme *scheme)
{
    struct reader params = der_enter(r, DER_SEQUENCE);

    scheme->cipher = pkcs12_schemes[row].cipher;
    scheme->cost.salt = der_read(&params, DER_OCTET_STRING);
    scheme->cost.iterations = der_read_small(&params);
    der_leave(r, &params);
    return der_done(r) ? NTE_SUCCESS : NTE_BAD_DATA;
}

/* An AlgorithmIdentifier whose parameters are NULL or missing. */
static void read_prf(struct reader *r, struct scheme *scheme)
{
    struct reader prf;

    strcpy(scheme->prf, OID_HMAC_SHA1);
    if (!der_next_is(r, DER_SEQUENCE)) return;
    prf = der_enter(r, DER_SEQUENCE);
    der_read_oid(&prf, scheme->prf);
    if (prf.left && der_read(&prf, DER_NULL).size) prf.failed = 1;
    der_leave(r, &prf);
}

/* *key_size: 0 when the parameters do not tell. */
static nte_status read_pbkdf2(struct reader *r, struct scheme *scheme, uint32_t *key_size)
{
    struct reader kdf = der_enter(r, DER_SEQUENCE), params;
    char oid[DER_OID_SIZE];

    *key_size = 0;
    der_read_oid(&kdf, oid);
    if (kdf.failed) return NTE_BAD_DATA;
    if (strcmp(oid, OID_PBKDF2)) return NTE_NOT_SUPPORTED;
    params = der_enter(&kdf, DER_SEQUENCE);
    if (der_next_is(&params, DER_SEQUENCE)) return NTE_NOT_SUPPORTED;      /* a salt that is elsewhere */
    scheme->cost.salt = der_read(&params, DER_OCTET_STRING);
    scheme->cost.iterations = der_read_small(&params);
    if (der_next_is(&params, DER_INTEGER)) *key_size = der_read_small(&params);
    read_prf(&params, scheme);
    der_leave(&kdf, &params);
    der_leave(r, &kdf);
    return r->failed ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status read_cipher(struct reader *r, struct scheme *scheme)
{
    struct reader cipher = der_enter(r, DER_SEQUENCE);
    char oid[DER_OID_SIZE];

    der_read_oid(&cipher, oid);
    if (cipher.failed) return NTE_BAD_DATA;
    if (!(scheme->cipher = bulk_find(oid))) return NTE_NOT_SUPPORTED;
    scheme->iv = der_read(&cipher, DER_OCTET_STRING);
    der_leave(r, &cipher);
    return r->failed || scheme->iv.size != scheme->cipher->block_size ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status read_pbes2(struct reader *r, struct scheme *scheme)
{
    struct reader params = der_enter(r, DER_SEQUENCE);
    uint32_t key_size;
    nte_status status;

    if ((status = read_pbkdf2(&params, scheme, &key_size))) return status;
    if ((status = read_cipher(&params, scheme))) return status;
    der_leave(r, &params);
    if (!der_done(r)) return NTE_BAD_DATA;
    return key_size && key_size != scheme->cipher->key_size ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status read_scheme(struct reader *r, struct scheme *scheme)
{
    char oid[DER_OID_SIZE];
    size_t row;

    der_read_oid(r, oid);
    if (r->failed) return NTE_BAD_DATA;
    if (!strcmp(oid, OID_PBES2)) return read_pbes2(r, scheme);
    row = find_pkcs12(oid);
    return row < PKCS12_SCHEME_COUNT ? read_pkcs12(r, row, scheme) : NTE_NOT_SUPPORTED;
}

static nte_status derive(const struct scheme *scheme, const struct password *password, struct key_and_iv *made)
{
    if (!*scheme->prf) return derive_pkcs12(scheme->cipher, password, &scheme->cost, made);
    memcpy(made->iv, scheme->iv.data, scheme->iv.size);
    return pbe_pbkdf2(scheme->prf, password->utf8, scheme->cost.salt, scheme->cost.iterations, made->key,
                      scheme->cipher->key_size);
}

nte_status pbe_decrypt(struct reader algorithm, const struct password *password, struct bytes data, uint8_t *plain,
                       size_t *size)
{
    struct scheme scheme = {0};
    struct key_and_iv made = {0};
    nte_status status;

    if ((status = read_scheme(&algorithm, &scheme))) return status;
    if (!check_iterations(scheme.cost.iterations)) return NTE_INVALID_PARAMETER;
    status = derive(&scheme, password, &made);
    if (!status) status = bulk_decrypt(scheme.cipher, made.key, made.iv, data, plain, size);
    wipe(&made, sizeof(made));
    return status;
}

/* --- writing --- */

#define DEFAULT_ITERATIONS 100000
#define DEFAULT_PKCS12_SALT 8       /* bytes */
#define DEFAULT_PBES2_SALT 16

struct own_salt
{
    uint8_t data[DEFAULT_PBES2_SALT];
};

/* CRYPT_PKCS12_PBE_PARAMS: iterations, bytes of salt, then the salt. None at all: our own choice. */
static nte_status choose_cost(struct bytes param, size_t salt_size, struct own_salt *own, struct cost *cost)
{
    struct random_source random = {.for_key = 1};
    struct reader r = {param.data, param.size, 0};

    if (!param.size)
    {
        random_fill(&random, salt_size, own->data);
        cost->salt.data = own->data;
        cost->salt.size = salt_size;
        cost->iterations = DEFAULT_ITERATIONS;
        return random.failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
    }
    cost->iterations = read_u32(&r);
    cost->salt = read_bytes(&r, read_u32(&r));
    if (r.failed || !cost->salt.size || !check_iterations(cost->iterations)) return NTE_INVALID_PARAMETER;
    return NTE_SUCCESS;
}

static nte_status write_encrypted(const struct bulk_cipher *cipher, const struct key_and_iv *made,
                                  struct bytes plain, struct writer *w)
{
    size_t start = der_open(w, DER_OCTET_STRING);
    uint8_t *output = write_space(w, bulk_encrypted_size(cipher, plain.size));
    nte_status status;

    if (!output) return NTE_NO_MEMORY;
    status = bulk_encrypt(cipher, made->key, made->iv, plain, output);
    der_close(w, start);
    return status;
}

static nte_status encrypt_pkcs12(size_t row, const struct options *options, const struct password *password,
                                 struct bytes plain, struct writer *w)
{
    const struct bulk_cipher *cipher = pkcs12_schemes[row].cipher;
    struct key_and_iv made = {0};
    struct own_salt own;
    struct cost cost;
    size_t algorithm, params;
    nte_status status;

    if (!pkcs12_schemes[row].may_write) return NTE_NOT_SUPPORTED;
    if ((status = choose_cost(options->alg_param, DEFAULT_PKCS12_SALT, &own, &cost))) return status;
    algorithm = der_open(w, DER_SEQUENCE);
    der_write_oid(w, pkcs12_schemes[row].oid);
    params = der_open(w, DER_SEQUENCE);
    der_write(w, DER_OCTET_STRING, cost.salt);
    der_write_small(w, cost.iterations);
    der_close(w, params);
    der_close(w, algorithm);

    status = derive_pkcs12(cipher, password, &cost, &made);
    if (!status) status = write_encrypted(cipher, &made, plain, w);
    wipe(&made, sizeof(made));
    return status;
}

static void write_pbkdf2(struct writer *w, const struct cost *cost)
{
    size_t kdf = der_open(w, DER_SEQUENCE), params, prf;

    der_write_oid(w, OID_PBKDF2);
    params = der_open(w, DER_SEQUENCE);
    der_write(w, DER_OCTET_STRING, cost->salt);
    der_write_small(w, cost->iterations);
    prf = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_HMAC_SHA256);
    der_write_null(w);
    der_close(w, prf);
    der_close(w, params);
    der_close(w, kdf);
}

static void write_pbes2(struct writer *w, const struct cost *cost, struct bytes iv)
{
    size_t algorithm = der_open(w, DER_SEQUENCE), params, cipher;

    der_write_oid(w, OID_PBES2);
    params = der_open(w, DER_SEQUENCE);
    write_pbkdf2(w, cost);
    cipher = der_open(w, DER_SEQUENCE);
    der_write_oid(w, OID_AES256_CBC);
    der_write(w, DER_OCTET_STRING, iv);
    der_close(w, cipher);
    der_close(w, params);
    der_close(w, algorithm);
}

static nte_status encrypt_pbes2(const struct options *options, const struct password *password, struct bytes plain,
                                struct writer *w)
{
    const struct bulk_cipher *cipher = &bulk_aes256;
    struct random_source random = {.for_key = 1};
    struct key_and_iv made = {0};
    struct bytes iv = {made.iv, cipher->block_size};
    struct own_salt own;
    struct cost cost;
    nte_status status;

    if ((status = choose_cost(options->alg_param, DEFAULT_PBES2_SALT, &own, &cost))) return status;
    random_fill(&random, cipher->block_size, made.iv);
    if (random.failed) return NTE_INTERNAL_ERROR;
    write_pbes2(w, &cost, iv);
    status = pbe_pbkdf2(OID_HMAC_SHA256, password->utf8, cost.salt, cost.iterations, made.key, cipher->key_size);
    if (!status) status = write_encrypted(cipher, &made, plain, w);
    wipe(&made, sizeof(made));
    return status;
}

nte_status pbe_encrypt(const struct options *options, const struct password *password, struct bytes plain,
                       struct writer *w)
{
    size_t row;

    if (!options->alg_oid || !strcmp(options->alg_oid, OID_PBES2))
        return encrypt_pbes2(options, password, plain, w);
    row = find_pkcs12(options->alg_oid);
    return row < PKCS12_SCHEME_COUNT ? encrypt_pkcs12(row, options, password, plain, w) : NTE_NOT_SUPPORTED;
}
