/* SPDX-License-Identifier: LGPL-2.1-or-later
 * PBES2 (RFC 8018 6.2 and appendices A and B) out of DER: its two key derivations and its ciphers. */
#include <string.h>

#include "base/oid.h"
#include "format/pbe_scheme.h"

/* *key_size: 0 when the parameters do not say. */
static void read_key_size(struct reader *params, uint32_t *key_size)
{
    *key_size = der_next_is(params, DER_INTEGER) ? der_read_small(params) : 0;
}

/* An AlgorithmIdentifier whose parameters are NULL or missing. */
static void read_prf(struct reader *r, struct pbes2 *scheme)
{
    struct reader prf;

    strcpy(scheme->prf, OID_HMAC_SHA1);
    if (!der_next_is(r, DER_SEQUENCE)) return;
    prf = der_enter(r, DER_SEQUENCE);
    der_read_oid(&prf, scheme->prf);
    if (prf.left && der_read(&prf, DER_NULL).size) prf.failed = 1;
    der_leave(r, &prf);
}

static nte_status read_pbkdf2(struct reader *params, struct pbes2 *scheme, uint32_t *key_size)
{
    if (der_next_is(params, DER_SEQUENCE)) return NTE_NOT_SUPPORTED;       /* a salt from another source */
    scheme->salt = der_read(params, DER_OCTET_STRING);
    scheme->iterations = der_read_small(params);
    read_key_size(params, key_size);
    read_prf(params, scheme);
    return NTE_SUCCESS;
}

/* RFC 7914 7.1 */
static nte_status read_scrypt(struct reader *params, struct pbes2 *scheme, uint32_t *key_size)
{
    scheme->salt = der_read(params, DER_OCTET_STRING);
    scheme->cost.n = der_read_small(params);
    scheme->cost.r = der_read_small(params);
    scheme->cost.p = der_read_small(params);
    read_key_size(params, key_size);
    return NTE_SUCCESS;
}

static nte_status read_kdf(struct reader *r, struct pbes2 *scheme, uint32_t *key_size)
{
    struct reader kdf = der_enter(r, DER_SEQUENCE), params;
    char oid[DER_OID_SIZE];
    nte_status status = NTE_NOT_SUPPORTED;

    der_read_oid(&kdf, oid);
    if (kdf.failed) return NTE_BAD_DATA;
    params = der_enter(&kdf, DER_SEQUENCE);
    if (!strcmp(oid, OID_PBKDF2)) status = read_pbkdf2(&params, scheme, key_size);
    if (!strcmp(oid, OID_SCRYPT)) status = read_scrypt(&params, scheme, key_size);
    if (status) return status;
    der_leave(&kdf, &params);
    der_leave(r, &kdf);
    return r->failed ? NTE_BAD_DATA : NTE_SUCCESS;
}

/* Effective bits as RC2-CBC-Parameter writes them (RFC 8018 B.2.3): a code, or from 256 on the number itself. 0: an
 * unknown code. */
static uint32_t rc2_effective_bits(uint32_t version)
{
    switch (version)
    {
    case 160: return 40;
    case 120: return 64;
    case 58: return 128;
    default: return version >= 256 && version <= 1024 ? version : 0;
    }
}

/* The parameter is an IV alone, for 32 effective bits, or a SEQUENCE. Keys can have any size; if the key derivation
 * does not state one, it is that of the effective bits, as in OpenSSL. */
static nte_status read_rc2(struct reader *cipher, struct pbes2 *scheme, uint32_t key_size)
{
    struct reader params;
    uint32_t bits = 32;

    if (der_next_is(cipher, DER_SEQUENCE))
    {
        params = der_enter(cipher, DER_SEQUENCE);
        if (der_next_is(&params, DER_INTEGER)) bits = rc2_effective_bits(der_read_small(&params));
        scheme->iv = der_read(&params, DER_OCTET_STRING);
        der_leave(cipher, &params);
    }
    else scheme->iv = der_read(cipher, DER_OCTET_STRING);
    if (cipher->failed) return NTE_BAD_DATA;
    if (!key_size) key_size = (bits + 7) / 8;
    if (!bits || key_size > BULK_MAX_KEY) return NTE_NOT_SUPPORTED;
    scheme->cipher = bulk_rc2_128;
    scheme->cipher.key_size = key_size;
    scheme->cipher.effective_bits = bits;
    return NTE_SUCCESS;
}

static nte_status read_named(struct reader *cipher, const char *oid, struct pbes2 *scheme, uint32_t key_size)
{
    const struct bulk_cipher *found = bulk_find(oid);

    if (!found) return NTE_NOT_SUPPORTED;
    scheme->cipher = *found;
    scheme->iv = der_read(cipher, DER_OCTET_STRING);
    return key_size && key_size != found->key_size ? NTE_BAD_DATA : NTE_SUCCESS;
}

static nte_status read_cipher(struct reader *r, struct pbes2 *scheme, uint32_t key_size)
{
    struct reader cipher = der_enter(r, DER_SEQUENCE);
    char oid[DER_OID_SIZE];
    nte_status status;

    der_read_oid(&cipher, oid);
    if (cipher.failed) return NTE_BAD_DATA;
    if (!strcmp(oid, OID_RC2_CBC)) status = read_rc2(&cipher, scheme, key_size);
    else status = read_named(&cipher, oid, scheme, key_size);
    if (status) return status;
    der_leave(r, &cipher);
    return r->failed || scheme->iv.size != scheme->cipher.block_size ? NTE_BAD_DATA : NTE_SUCCESS;
}

nte_status pbes2_read(struct reader *r, struct pbes2 *scheme)
{
    struct reader params = der_enter(r, DER_SEQUENCE);
    uint32_t key_size = 0;
    nte_status status;

    memset(scheme, 0, sizeof(*scheme));
    if ((status = read_kdf(&params, scheme, &key_size))) return status;
    if ((status = read_cipher(&params, scheme, key_size))) return status;
    der_leave(r, &params);
    return der_done(r) ? NTE_SUCCESS : NTE_BAD_DATA;
}

nte_status pbes2_derive(const struct pbes2 *scheme, const struct password *password, struct key_and_iv *made)
{
    size_t size = scheme->cipher.key_size;

    memcpy(made->iv, scheme->iv.data, scheme->iv.size);
    if (!*scheme->prf) return scrypt(password->utf8, scheme->salt, &scheme->cost, made->key, size);
    if (!pbe_check_iterations(scheme->iterations)) return NTE_INVALID_PARAMETER;
    return pbe_pbkdf2(scheme->prf, password->utf8, scheme->salt, scheme->iterations, made->key, size);
}
