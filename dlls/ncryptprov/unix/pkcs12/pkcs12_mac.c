/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The MAC of a PKCS #12 file (RFC 7292 4 and B.4); see pkcs12.h. */
#include <string.h>

#include <gnutls/crypto.h>
#include <nettle/nettle-meta.h>

#include "base/random.h"
#include "pkcs12/pkcs12.h"

#define MAX_DIGEST 64               /* bytes */
#define OWN_SALT 16

static const struct mac_hash
{
    const char *oid;
    const struct nettle_hash *hash;
    gnutls_mac_algorithm_t mac;
} hashes[] =
{
    {"2.16.840.1.101.3.4.2.1", &nettle_sha256, GNUTLS_MAC_SHA256},      /* the one that is written */
    {"1.3.14.3.2.26", &nettle_sha1, GNUTLS_MAC_SHA1},
    {"2.16.840.1.101.3.4.2.4", &nettle_sha224, GNUTLS_MAC_SHA224},
    {"2.16.840.1.101.3.4.2.2", &nettle_sha384, GNUTLS_MAC_SHA384},
    {"2.16.840.1.101.3.4.2.3", &nettle_sha512, GNUTLS_MAC_SHA512},
};

static const struct mac_hash *find_hash(const char *oid)
{
    size_t i;

    for (i = 0; i < sizeof(hashes) / sizeof(*hashes); i++) if (!strcmp(oid, hashes[i].oid)) return &hashes[i];
    return NULL;
}

/* { { { hash, parameters }, digest }, salt, iterations DEFAULT 1 } */
struct pkcs12_mac pkcs12_read_mac(struct reader *r)
{
    struct reader data = der_enter(r, DER_SEQUENCE), info = der_enter(&data, DER_SEQUENCE);
    struct reader algorithm = der_enter(&info, DER_SEQUENCE);
    struct pkcs12_mac mac = {.iterations = 1};

    der_read_oid(&algorithm, mac.hash);
    mac.digest = der_read(&info, DER_OCTET_STRING);
    der_leave(&data, &info);
    mac.salt = der_read(&data, DER_OCTET_STRING);
    if (der_next_is(&data, DER_INTEGER)) mac.iterations = der_read_small(&data);
    der_leave(r, &data);
    if (algorithm.failed || !mac.salt.size) r->failed = 1;
    return mac;
}

/* digest: hash->hash->digest_size bytes. */
static nte_status compute(const struct mac_hash *hash, struct bytes bmp, struct bytes salt, uint32_t iterations,
                          struct bytes content, uint8_t *digest)
{
    uint8_t key[MAX_DIGEST];
    size_t size = hash->hash->digest_size;
    nte_status status;

    if ((status = pbe_pkcs12_kdf(hash->hash, PBE_FOR_MAC, bmp, salt, iterations, key, size))) return status;
    if (gnutls_hmac_fast(hash->mac, key, size, content.data, content.size, digest)) status = NTE_INTERNAL_ERROR;
    wipe(key, sizeof(key));
    return status;
}

static nte_status verify_form(const struct mac_hash *hash, const struct pkcs12_mac *mac, struct bytes bmp,
                              struct bytes content)
{
    uint8_t digest[MAX_DIGEST];
    nte_status status;

    if ((status = compute(hash, bmp, mac->salt, mac->iterations, content, digest))) return status;
    if (mac->digest.size != hash->hash->digest_size) return NTE_BAD_DATA;
    return equal_secret(digest, mac->digest.data, mac->digest.size) ? NTE_SUCCESS : NTE_INCORRECT_PASSWORD;
}

nte_status pkcs12_verify_mac(const struct pkcs12_mac *mac, const struct password *password, struct bytes content)
{
    static const struct bytes nothing;
    const struct mac_hash *hash = find_hash(mac->hash);
    nte_status status;

    if (!hash) return NTE_NOT_SUPPORTED;
    if (!pbe_check_iterations(mac->iterations)) return NTE_INVALID_PARAMETER;
    status = verify_form(hash, mac, password->bmp, content);
    if (status != NTE_INCORRECT_PASSWORD || password->utf8.size) return status;
    return verify_form(hash, mac, nothing, content);
}

nte_status pkcs12_write_mac(const struct password *password, struct bytes content, struct writer *w)
{
    struct random_source random = {.for_key = 1};
    const struct mac_hash *hash = &hashes[0];
    uint8_t salt[OWN_SALT], digest[MAX_DIGEST];
    size_t data, info, algorithm;
    nte_status status;

    random_fill(&random, sizeof(salt), salt);
    if (random.failed) return NTE_INTERNAL_ERROR;
    if ((status = compute(hash, password->bmp, (struct bytes){salt, sizeof(salt)}, PBE_OWN_ITERATIONS, content,
                          digest)))
        return status;
    data = der_open(w, DER_SEQUENCE);
    info = der_open(w, DER_SEQUENCE);
    algorithm = der_open(w, DER_SEQUENCE);
    der_write_oid(w, hash->oid);
    der_write_null(w);
    der_close(w, algorithm);
    der_write(w, DER_OCTET_STRING, (struct bytes){digest, hash->hash->digest_size});
    der_close(w, info);
    der_write(w, DER_OCTET_STRING, (struct bytes){salt, sizeof(salt)});
    der_write_small(w, PBE_OWN_ITERATIONS);
    der_close(w, data);
    return NTE_SUCCESS;
}
