/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Schemes of password-based encryption, in and out of DER; see pbe.h. */
#include <string.h>

#include <nettle/nettle-meta.h>

#include "base/oid.h"
#include "format/pbe_scheme.h"
#include "base/random.h"

#define PBES1_SALT 8                /* bytes, no more and no less (RFC 8018 A.3) */

struct cost
{
    struct bytes salt;
    uint32_t iterations;
};

/* Schemes that are one object identifier, with salt and iterations as parameters. */
static const struct one_step
{
    const char *oid;
    const struct bulk_cipher *cipher;
    const struct nettle_hash *hash; /* of PBES1; NULL: PKCS#12 */
    int may_write;                  /* not RC4, whose key stream would be used twice under one password; not PBES1: too
                                     * weak */
} one_step_schemes[] =
{
    {OID_PBES1_MD5_DES, &bulk_des, &nettle_md5, 0},
    {OID_PBES1_MD5_RC2, &bulk_rc2_64, &nettle_md5, 0},
    {OID_PBES1_SHA1_DES, &bulk_des, &nettle_sha1, 0},
    {OID_PBES1_SHA1_RC2, &bulk_rc2_64, &nettle_sha1, 0},
    {OID_PKCS12_RC4_128, &bulk_rc4_128, NULL, 0},
    {OID_PKCS12_RC4_40, &bulk_rc4_40, NULL, 0},
    {OID_PKCS12_3DES, &bulk_3des, NULL, 1},
    {OID_PKCS12_3DES_112, &bulk_3des_112, NULL, 1},
    {OID_PKCS12_RC2_128, &bulk_rc2_128, NULL, 1},
    {OID_PKCS12_RC2_40, &bulk_rc2_40, NULL, 1},
};

static const struct one_step *find_one_step(const char *oid)
{
    size_t i;

    for (i = 0; i < sizeof(one_step_schemes) / sizeof(*one_step_schemes); i++)
        if (!strcmp(oid, one_step_schemes[i].oid)) return &one_step_schemes[i];
    return NULL;
}

int pbe_check_iterations(uint32_t iterations)
{
    return iterations && iterations <= PBE_MAX_ITERATIONS;
}

/* RFC 8018 6.1.1: one derivation gives both. */
static nte_status derive_pbes1(const struct one_step *scheme, const struct password *password,
                               const struct cost *cost, struct key_and_iv *made)
{
    uint8_t both[2 * PBES1_SALT];
    nte_status status;

    if ((status = pbe_pbkdf1(scheme->hash, password->utf8, cost->salt, cost->iterations, both, sizeof(both))))
        return status;
    memcpy(made->key, both, 8);
    memcpy(made->iv, both + 8, 8);
    wipe(both, sizeof(both));
    return NTE_SUCCESS;
}

static nte_status derive_one_step(const struct one_step *scheme, const struct password *password,
                                  const struct cost *cost, struct key_and_iv *made)
{
    const struct bulk_cipher *cipher = scheme->cipher;
    nte_status status;

    if (scheme->hash) return derive_pbes1(scheme, password, cost, made);
    if ((status = pbe_pkcs12_kdf(&nettle_sha1, PBE_FOR_KEY, password->bmp, cost->salt, cost->iterations, made->key,
                                 cipher->key_size)))
        return status;
    return pbe_pkcs12_kdf(&nettle_sha1, PBE_FOR_IV, password->bmp, cost->salt, cost->iterations, made->iv,
                          cipher->block_size);
}

/* --- reading --- */

static nte_status read_one_step(struct reader *r, const struct one_step *scheme, struct cost *cost)
{
    struct reader params = der_enter(r, DER_SEQUENCE);

    cost->salt = der_read(&params, DER_OCTET_STRING);
    cost->iterations = der_read_small(&params);
    der_leave(r, &params);
    if (!der_done(r) || (scheme->hash && cost->salt.size != PBES1_SALT)) return NTE_BAD_DATA;
    return pbe_check_iterations(cost->iterations) ? NTE_SUCCESS : NTE_INVALID_PARAMETER;
}

static nte_status prepare_one_step(struct reader *r, const struct one_step *scheme, const struct password *password,
                                   struct key_and_iv *made)
{
    struct cost cost;
    nte_status status = read_one_step(r, scheme, &cost);

    return status ? status : derive_one_step(scheme, password, &cost, made);
}

static nte_status prepare_pbes2(struct reader *r, const struct password *password, struct bulk_cipher *cipher,
                                struct key_and_iv *made)
{
    struct pbes2 scheme;
    nte_status status = pbes2_read(r, &scheme);

    *cipher = scheme.cipher;
    return status ? status : pbes2_derive(&scheme, password, made);
}

/* The cipher that the algorithm names, and its key and IV. */
static nte_status prepare(struct reader *r, const struct password *password, struct bulk_cipher *cipher,
                          struct key_and_iv *made)
{
    const struct one_step *scheme;
    char oid[DER_OID_SIZE];

    der_read_oid(r, oid);
    if (r->failed) return NTE_BAD_DATA;
    if (!strcmp(oid, OID_PBES2)) return prepare_pbes2(r, password, cipher, made);
    if (!(scheme = find_one_step(oid))) return NTE_NOT_SUPPORTED;
    *cipher = *scheme->cipher;
    return prepare_one_step(r, scheme, password, made);
}

nte_status pbe_decrypt(struct reader algorithm, const struct password *password, struct bytes data, uint8_t *plain,
                       size_t *size)
{
    struct bulk_cipher cipher;
    struct key_and_iv made = {0};
    nte_status status = prepare(&algorithm, password, &cipher, &made);

    if (!status) status = bulk_decrypt(&cipher, made.key, made.iv, data, plain, size);
    wipe(&made, sizeof(made));
    return status;
}

/* --- writing --- */

#define DEFAULT_PKCS12_SALT 8       /* bytes */
#define DEFAULT_PBES2_SALT 16

struct own_salt
{
    uint8_t data[DEFAULT_PBES2_SALT];
};

/* CRYPT_PKCS12_PBE_PARAMS: iterations, bytes of salt, then the salt. Missing: our own choice. */
static nte_status choose_cost(struct bytes param, size_t salt_size, struct own_salt *own, struct cost *cost)
{
    struct random_source random = {.for_key = 1};
    struct reader r = {param.data, param.size, 0};

    if (!param.size)
    {
        random_fill(&random, salt_size, own->data);
        cost->salt.data = own->data;
        cost->salt.size = salt_size;
        cost->iterations = PBE_OWN_ITERATIONS;
        return random.failed ? NTE_INTERNAL_ERROR : NTE_SUCCESS;
    }
    cost->iterations = read_u32(&r);
    cost->salt = read_bytes(&r, read_u32(&r));
    if (r.failed || !cost->salt.size || !pbe_check_iterations(cost->iterations)) return NTE_INVALID_PARAMETER;
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

static nte_status encrypt_one_step(const struct one_step *scheme, const struct pbe_choice *choice,
                                   const struct password *password, struct bytes plain, struct writer *w)
{
    struct key_and_iv made = {0};
    struct own_salt own;
    struct cost cost;
    size_t algorithm, params;
    nte_status status;

    if (!scheme->may_write) return NTE_NOT_SUPPORTED;
    if ((status = choose_cost(choice->param, DEFAULT_PKCS12_SALT, &own, &cost))) return status;
    algorithm = der_open(w, DER_SEQUENCE);
    der_write_oid(w, scheme->oid);
    params = der_open(w, DER_SEQUENCE);
    der_write(w, DER_OCTET_STRING, cost.salt);
    der_write_small(w, cost.iterations);
    der_close(w, params);
    der_close(w, algorithm);

    status = derive_one_step(scheme, password, &cost, &made);
    if (!status) status = write_encrypted(scheme->cipher, &made, plain, w);
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

static nte_status encrypt_pbes2(const struct pbe_choice *choice, const struct password *password, struct bytes plain,
                                struct writer *w)
{
    const struct bulk_cipher *cipher = &bulk_aes256;
    struct random_source random = {.for_key = 1};
    struct key_and_iv made = {0};
    struct bytes iv = {made.iv, cipher->block_size};
    struct own_salt own;
    struct cost cost;
    nte_status status;

    if ((status = choose_cost(choice->param, DEFAULT_PBES2_SALT, &own, &cost))) return status;
    random_fill(&random, cipher->block_size, made.iv);
    if (random.failed) return NTE_INTERNAL_ERROR;
    write_pbes2(w, &cost, iv);
    status = pbe_pbkdf2(OID_HMAC_SHA256, password->utf8, cost.salt, cost.iterations, made.key, cipher->key_size);
    if (!status) status = write_encrypted(cipher, &made, plain, w);
    wipe(&made, sizeof(made));
    return status;
}

nte_status pbe_encrypt(const struct pbe_choice *choice, const struct password *password, struct bytes plain,
                       struct writer *w)
{
    const struct one_step *scheme;

    if (!choice->oid || !strcmp(choice->oid, OID_PBES2))
        return encrypt_pbes2(choice, password, plain, w);
    if (!(scheme = find_one_step(choice->oid))) return NTE_NOT_SUPPORTED;
    return encrypt_one_step(scheme, choice, password, plain, w);
}
