/* SPDX-License-Identifier: LGPL-2.1-or-later
 * SubjectPublicKeyInfo: RSA (RFC 3279 2.3.1), DSA (2.3.2), EC (RFC 5480), X25519 (RFC 8410), ML-DSA (RFC 9881), ML-KEM
 * (RFC 9935), and DH as PKCS #3 and OpenSSL have it. */
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "base/oid.h"
#include "base/der.h"
#include "dh/dh.h"
#include "dsa/dsa.h"
#include "keys.h"
#include "ec/pkcs8_ec.h"
#include "mldsa/mldsa_material.h"
#include "mlkem/mlkem_key.h"
#include "rsa/rsa.h"

static nte_status write_rsa(const struct rsa_key *key, struct writer *w)
{
    size_t start = der_open(w, DER_SEQUENCE), bits;
    nte_status status;

    der_write_oid(w, OID_RSA);
    der_write_null(w);
    der_close(w, start);
    bits = der_open_bits(w);
    start = der_open(w, DER_SEQUENCE);
    status = pkcs8_write_number(w, key->n, key->nn);
    if (!status) status = pkcs8_write_number(w, key->e, key->en);
    der_close(w, start);
    der_close(w, bits);
    return status;
}

static nte_status write_number_bits(struct writer *w, const mp_limb_t *limbs, mp_size_t count)
{
    size_t bits = der_open_bits(w);
    nte_status status = pkcs8_write_number(w, limbs, count);

    der_close(w, bits);
    return status;
}

static nte_status write_dsa(const struct dsa_key *key, struct writer *w)
{
    nte_status status = pkcs8_write_dsa_algorithm(key, w);

    return status ? status : write_number_bits(w, key->y, key->pn);
}

static nte_status write_dh(const struct dh_key *key, struct writer *w)
{
    size_t start = der_open(w, DER_SEQUENCE), params;
    nte_status status;

    der_write_oid(w, OID_DH);
    params = der_open(w, DER_SEQUENCE);
    status = pkcs8_write_number(w, key->p, key->count);
    if (!status) status = pkcs8_write_number(w, key->g, key->count);
    der_close(w, params);
    der_close(w, start);
    return status ? status : write_number_bits(w, key->y, key->count);
}

static nte_status write_ec(const struct ec_key *key, struct writer *w)
{
    int weierstrass = curve_has_numbers(key->curve);
    size_t start = der_open(w, DER_SEQUENCE), bits;

    der_write_oid(w, weierstrass ? OID_EC : OID_X25519);
    if (weierstrass) pkcs8_write_curve(&key->group, w);
    der_close(w, start);
    bits = der_open_bits(w);
    if (weierstrass) write_u8(w, 4);
    write_bytes(w, key->x, key->curve->size);
    if (weierstrass) write_bytes(w, key->y, key->curve->size);
    der_close(w, bits);
    return NTE_SUCCESS;
}

/* A key without parameters. */
static nte_status write_plain(struct writer *w, const char *oid, const uint8_t *key, size_t size)
{
    size_t start = der_open(w, DER_SEQUENCE), bits;

    der_write_oid(w, oid);
    der_close(w, start);
    bits = der_open_bits(w);
    write_bytes(w, key, size);
    der_close(w, bits);
    return NTE_SUCCESS;
}

static nte_status write_set(const struct set_material *material, struct writer *w)
{
    const struct family *family = material->material.family;
    uint8_t key[SET_MAX_PUBLIC];

    sets_of(family)->write(material, SET_PUBLIC, key);
    return write_plain(w, family->pkcs8_oids[material->index], key, set_of(&material->material).public_size);
}

nte_status public_key_info(const struct material *material, struct writer *w)
{
    const struct material *numbers = material_numbers(material);
    const struct family *family = numbers->family;
    size_t info = der_open(w, DER_SEQUENCE);
    nte_status status = NTE_NOT_SUPPORTED;

    if (family == &rsa_family) status = write_rsa((const struct rsa_key *)numbers, w);
    if (family == &dsa_family) status = write_dsa((const struct dsa_key *)numbers, w);
    if (family == &dh_family) status = write_dh((const struct dh_key *)numbers, w);
    if (family == &ec_family) status = write_ec((const struct ec_key *)numbers, w);
    if (family == &mldsa_family.family || family == &mlkem_family.family)
        status = write_set((const struct set_material *)numbers, w);
    der_close(w, info);
    if (!status && w->failed) status = NTE_NO_MEMORY;
    return status;
}

int fingerprint(const struct material *material, char text[65])
{
    struct writer w = {0};
    uint8_t digest[32];
    int good = 0;
    size_t i;

    if (!public_key_info(material, &w)) good = !gnutls_hash_fast(GNUTLS_DIG_SHA256, w.data, w.used, digest);
    for (i = 0; good && i < sizeof(digest); i++) sprintf(text + 2 * i, "%02x", digest[i]);
    writer_free(&w);
    return good;
}
