/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Published PKCS#8 files (pyca/cryptography's, from many writers): those in scope import under their passwords and
 * work, the others are refused for the right reason. GnuTLS takes the PEM armour off. */
#include <gnutls/gnutls.h>
#include <stdio.h>

#include "algorithm.h"
#include "pkcs8_key.h"
#include "rsa/rsa.h"
#include "crypto_sample.h"

static const struct
{
    const char *name, *secret;          /* NULL: in clear */
    const char *alg;                    /* NULL: refused, with status */
    uint32_t bits;
    nte_status status;
} files[] =
{
    {"PKCS8/unenc-rsa-pkcs8.pem", NULL, "RSA", 1024, 0},
    {"PKCS8/enc-rsa-pkcs8.pem", "foobar", "RSA", 1024, 0},
    {"PKCS8/enc2-rsa-pkcs8.pem", "baz", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9607.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9671.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9925.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9926.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9927.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9928.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9929.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9930.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9931.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/pkcs12_s2k_pem-X_9932.pem", "123456", "RSA", 1024, 0},
    {"PKCS8/rsa_pss_2048.pem", NULL, "RSA", 2048, 0},
    {"PKCS8/rsa_pss_2048_hash.pem", NULL, "RSA", 2048, 0},
    {"PKCS8/rsa_pss_2048_hash_mask.pem", NULL, "RSA", 2048, 0},
    {"PKCS8/rsa_pss_2048_hash_mask_diff.pem", NULL, "RSA", 2048, 0},
    {"PKCS8/rsa_pss_2048_hash_mask_salt.pem", NULL, "RSA", 2048, 0},
    {"PKCS8/unenc-dsa-pkcs8.pem", NULL, "DSA", 1024, 0},
    {"PKCS8/ec_private_key.pem", NULL, "ECDH_P256", 256, 0},
    {"PKCS8/ec_private_key_encrypted.pem", "123456", "ECDH_P256", 256, 0},
    {"PKCS8/ecc_private_with_rfc5915_ext.pem", NULL, "ECDH_P256", 256, 0},
    {"PKCS8/private.pem", NULL, "ECDH", 384, 0},            /* explicit parameters, also the next two */
    {"PKCS8/nodompar_private.pkcs8.pem", NULL, "ECDH", 460, 0},
    {"PKCS8/ec_oid_not_in_reg_private_2.pkcs8.pem", NULL, "ECDH", 180, 0},
    {"PKCS8/withdompar_private.pkcs8.pem", NULL, NULL, 0, NTE_NOT_SUPPORTED},
    {"PKCS8/bad-oid-dsa-key.pem", NULL, NULL, 0, NTE_NOT_SUPPORTED},
    {"PKCS8/bad-encryption-oid.pem", "password", NULL, 0, NTE_NOT_SUPPORTED},
    {"X25519/x25519-pkcs8.pem", NULL, "ECDH", 255, 0},
    {"X25519/x25519-pkcs8-enc.pem", "password", "ECDH", 255, 0},
    {"Ed25519/ed25519-pkcs8.pem", NULL, NULL, 0, NTE_NOT_SUPPORTED},
    {"Ed25519/ed25519-pkcs8-enc.pem", "password", NULL, 0, NTE_NOT_SUPPORTED},
    {"Ed448/ed448-pkcs8.pem", NULL, NULL, 0, NTE_NOT_SUPPORTED},
    {"X448/x448-pkcs8.pem", NULL, NULL, 0, NTE_NOT_SUPPORTED},
};

static unsigned int failures;

static void fail(const char *name, const char *what, nte_status status)
{
    printf("FAIL %s: %s (%08x)\n", name, what, (unsigned int)status);
    failures++;
}

/* What stands between BEGIN and END; size 0 when there is nothing. */
static struct bytes read_pem(const char *directory, const char *name)
{
    gnutls_datum_t pem, der = {NULL, 0};
    struct bytes result = {NULL, 0};
    static char path[4096];

    snprintf(path, sizeof(path), "%s/asymmetric/%s", directory, name);
    if (gnutls_load_file(path, &pem)) return result;
    if (!gnutls_pem_base64_decode2(NULL, &pem, &der))
        result = run(memcpy(take(der.size), der.data, der.size), der.size);
    gnutls_free(pem.data);
    gnutls_free(der.data);
    return result;
}

/* Signs and verifies; keys of curve25519 cannot. */
static nte_status try_key(const struct material *key)
{
    const struct family *family = key->alg->family;
    struct padding padding = family == &rsa_family ? pkcs1("SHA256") : no_padding(0);
    struct bytes digest = pattern(32, 1), signature;
    uint8_t *data = take(1024);
    nte_status status;

    signature = run(data, family->own_signature_length ? family->own_signature_length(key)
                                                       : family->signature_length(key->bits));
    status = family->sign(key, &padding, digest, data);
    if (status == NTE_NOT_SUPPORTED && key->bits == 255) return NTE_SUCCESS;
    return status ? status : family->verify(key, &padding, digest, signature);
}

static void check_row(const char *directory, size_t row)
{
    struct bytes der = read_pem(directory, files[row].name);
    struct blob_options options = {.algorithms = &all_algorithms};
    struct material *key;
    nte_status status;

    if (!der.size)
    {
        fail(files[row].name, "cannot read", 0);
        return;
    }
    options.has_secret = !!files[row].secret;
    if (files[row].secret) options.secret = wide(files[row].secret);
    status = pkcs8_import(der, &options, &key);
    if (status != files[row].status) fail(files[row].name, "import", status);
    if (status) return;
    if (strcmp(key->alg->id, files[row].alg)) fail(files[row].name, key->alg->id, 0);
    if (key->bits != files[row].bits) fail(files[row].name, "length", key->bits);
    if ((status = try_key(key))) fail(files[row].name, "does not work", status);
    key->alg->family->free(key);
    if (!files[row].secret) return;
    options.secret = wide("wrong");
    if ((status = pkcs8_import(der, &options, &key)) != NTE_BAD_DATA) fail(files[row].name, "wrong password", status);
}

int main(int argc, char **argv)
{
    size_t count = sizeof(files) / sizeof(*files), i;

    if (argc != 2) return 2;
    for (i = 0; i < count; i++)
    {
        sample_used = 0;
        check_row(argv[1], i);
    }
    printf("%5zu checked: PKCS8\n", count);
    return failures ? 1 : 0;
}
