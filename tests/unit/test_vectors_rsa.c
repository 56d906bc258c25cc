/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Published test vectors of NIST (CAVP) and RSA Laboratories against RSA keys. */
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>

#include "crypto/hash.h"
#include "rsa/rsa.h"
#include "vector_check.h"

/* "SHA-256" or "SHA256" as bcrypt.h spells it; NULL for those that Windows lacks. */
static const char *hash_name(const char *text)
{
    static char name[16];
    size_t n = 0;

    for (; *text && *text != ']' && n < sizeof(name) - 1; text++)
        if (*text != '-') name[n++] = *text;
    name[n] = 0;
    return hash_find_ascii(name) ? name : NULL;
}

static struct bytes digest_of(const char *id, struct bytes message)
{
    const struct hash *hash = hash_find_ascii(id);
    uint8_t *digest = take(hash->size);

    expect("hash", hash_once(hash, message, digest), NTE_SUCCESS);
    return run(digest, hash->size);
}

static struct rsa_key *rsa_public_key(const char *n, const char *e)
{
    struct rsa_numbers numbers = {.n = field(n), .e = field(e)};
    struct rsa_key *key;

    return rsa_import_public(&numbers, &key) ? NULL : key;
}

static struct rsa_key *rsa_private_key(const char *n, const char *e, const char *p, const char *q)
{
    struct rsa_numbers numbers = {.n = field(n), .e = field(e), .p = field(p), .q = field(q)};
    struct rsa_key *key = NULL;

    expect("private import", rsa_import_private(&numbers, &key), NTE_SUCCESS);
    return key;
}

static nte_status rsa_verify(struct rsa_key *key, struct padding padding, struct bytes digest,
                             struct bytes signature)
{
    return rsa_family.verify(&key->material, &padding, digest, widened(signature, key->n_size));
}

/* --- NIST: [mod], n, e; SHAAlg, Msg, S --- */

static void rsa_verify_both(struct padding padding, struct bytes digest)
{
    struct rsa_key *key = rsa_public_key("n", "e");
    struct bytes signature = field("S");

    if (!key)
    {
        expect("public import", NTE_INVALID_PARAMETER, NTE_SUCCESS);
        return;
    }
    expect("verify", rsa_verify(key, padding, digest, signature), NTE_SUCCESS);
    ((uint8_t *)signature.data)[signature.size / 2] ^= 4;
    expect("verify of a changed signature", rsa_verify(key, padding, digest, signature), NTE_BAD_SIGNATURE);
    rsa_free(key);
    checked++;
}

static void check_generated_pkcs1(void)
{
    const char *id = hash_name(vector_text("SHAAlg"));

    if (id) rsa_verify_both(pkcs1(id), digest_of(id, field("Msg")));
}

static void check_generated_pss(void)
{
    const char *id = hash_name(vector_text("SHAAlg"));

    if (id) rsa_verify_both(pss(id, atoi(vector_text("Salt len"))), digest_of(id, field("Msg")));
}

/* ... and p, q, Result. Of the good ones the signature is also made, and must be the same for PKCS#1. */
static void rsa_check_result(struct padding padding, struct bytes digest)
{
    struct rsa_key *key = rsa_public_key("n", "e");
    struct bytes signature;
    uint8_t *made;

    if (!key)
    {
        expect("public import", NTE_INVALID_PARAMETER, NTE_SUCCESS);
        return;
    }
    signature = widened(field("S"), key->n_size);
    expect("verify", rsa_verify(key, padding, digest, signature), passes() ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
    rsa_free(key);
    checked++;
    if (!passes() || !(key = rsa_private_key("n", "e", "p", "q"))) return;
    made = take(key->n_size);
    expect("sign", rsa_family.sign(&key->material, &padding, digest, made), NTE_SUCCESS);
    if (padding.scheme == PAD_PKCS1) expect_bytes("signature", run(made, key->n_size), signature);
    else expect("verify", rsa_verify(key, padding, digest, run(made, key->n_size)), NTE_SUCCESS);
    rsa_free(key);
}

static void check_verified_pkcs1(void)
{
    const char *id = hash_name(vector_text("SHAAlg"));

    if (id) rsa_check_result(pkcs1(id), digest_of(id, field("Msg")));
}

static void check_verified_pss(void)
{
    const char *id = hash_name(vector_text("SHAAlg"));

    if (id) rsa_check_result(pss(id, field("SaltVal").size), digest_of(id, field("Msg")));
}

/* --- RSA Laboratories: Modulus, Public exponent, Prime 1, Prime 2, ... --- */

static struct rsa_key *labs_key(void)
{
    return rsa_private_key("Modulus", "Public exponent", "Prime 1", "Prime 2");
}

static void labs_signature(struct padding padding)
{
    struct bytes digest = digest_of("SHA1", field("Message to be signed")), signature;
    struct rsa_key *key = labs_key();
    uint8_t *made;

    if (!key) return;
    signature = widened(field("Signature"), key->n_size);
    made = take(key->n_size);
    expect("verify", rsa_verify(key, padding, digest, signature), NTE_SUCCESS);
    expect("sign", rsa_family.sign(&key->material, &padding, digest, made), NTE_SUCCESS);
    if (padding.scheme == PAD_PKCS1) expect_bytes("signature", run(made, key->n_size), signature);
    else expect("verify", rsa_verify(key, padding, digest, run(made, key->n_size)), NTE_SUCCESS);
    made[key->n_size / 2] ^= 1;
    expect("verify of a changed signature", rsa_verify(key, padding, digest, run(made, key->n_size)),
           NTE_BAD_SIGNATURE);
    rsa_free(key);
    checked++;
}

static void check_labs_pkcs1(void)
{
    labs_signature(pkcs1("SHA1"));
}

static void check_labs_pss(void)
{
    labs_signature(pss("SHA1", field("Salt").size));
}

static void check_cipher(struct rsa_key *key, struct padding padding, struct bytes cipher, struct bytes message)
{
    struct material *material = &key->material;
    uint32_t size = key->n_size, result = 0;
    uint8_t *output = take(size);

    cipher = widened(cipher, size);
    expect("decrypt", rsa_family.decrypt(material, &padding, cipher, output, size, &result), NTE_SUCCESS);
    expect_bytes("message", run(output, result), message);

    expect("encrypt", rsa_family.encrypt(material, &padding, message, output, size, &result), NTE_SUCCESS);
    cipher = run(output, result);
    expect("decrypt", rsa_family.decrypt(material, &padding, cipher, output, size, &result), NTE_SUCCESS);
    expect_bytes("message of our own", run(output, result), message);
    checked++;
}

static void labs_cipher(struct padding padding)
{
    struct rsa_key *key = labs_key();

    if (key) check_cipher(key, padding, field("Encryption"), field("Message"));
    rsa_free(key);
}

static void check_oaep_sha1(void)
{
    labs_cipher(oaep("SHA1", text("")));
}

static void check_oaep_sha256(void)
{
    labs_cipher(oaep("SHA256", text("")));
}

static void check_oaep_sha384(void)
{
    labs_cipher(oaep("SHA384", text("")));
}

static void check_oaep_sha512(void)
{
    labs_cipher(oaep("SHA512", text("")));
}

static void check_labs_crypt(void)
{
    labs_cipher(no_padding(PAD_PKCS1));
}

/* --- one vector of BoringSSL with a label: KEY (PKCS#8), OAEPLabel, Input, Output (a quoted string) --- */

static struct rsa_key *pkcs8_key(struct bytes der)
{
    gnutls_datum_t data = {(void *)der.data, der.size}, n, e, d, p, q, u, dp, dq;
    struct rsa_numbers numbers = {0};
    struct rsa_key *key = NULL;
    gnutls_x509_privkey_t x509;

    gnutls_x509_privkey_init(&x509);
    gnutls_x509_privkey_import_pkcs8(x509, &data, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN);
    if (!gnutls_x509_privkey_export_rsa_raw2(x509, &n, &e, &d, &p, &q, &u, &dp, &dq))
    {
        numbers.n = run(n.data, n.size);
        numbers.e = run(e.data, e.size);
        numbers.p = run(p.data, p.size);
        numbers.q = run(q.data, q.size);
        expect("private import", rsa_import_private(&numbers, &key), NTE_SUCCESS);
        gnutls_free(n.data);
        gnutls_free(e.data);
        gnutls_free(d.data);
        gnutls_free(p.data);
        gnutls_free(q.data);
        gnutls_free(u.data);
        gnutls_free(dp.data);
        gnutls_free(dq.data);
    }
    gnutls_x509_privkey_deinit(x509);
    return key;
}

static void check_label(void)
{
    const char *quoted = vector_text("Output");
    struct rsa_key *key = pkcs8_key(field("KEY"));

    if (key && strlen(quoted) > 2)
        check_cipher(key, oaep(hash_name(vector_text("OAEPDigest")), field("OAEPLabel")), field("Input"),
                     run(quoted + 1, strlen(quoted) - 2));
    rsa_free(key);
}

static const struct vector_file files[] =
{
    {"RSA/FIPS_186-2/SigGen15_186-2.rsp", "S", check_generated_pkcs1},
    {"RSA/FIPS_186-2/SigGen15_186-3.rsp", "S", check_generated_pkcs1},
    {"RSA/FIPS_186-2/SigVer15_186-3.rsp", "Result", check_verified_pkcs1},
    {"RSA/SigVer15EMTest.txt", "Result", check_verified_pkcs1},
    {"RSA/pkcs1v15sign-vectors.txt", "Signature", check_labs_pkcs1},
    {"RSA/FIPS_186-2/SigGenPSS_186-2.rsp", "S", check_generated_pss},
    {"RSA/FIPS_186-2/SigGenPSS_186-3.rsp", "S", check_generated_pss},
    {"RSA/FIPS_186-2/SigVerPSS_186-3.rsp", "Result", check_verified_pss},
    {"RSA/pkcs-1v2-1d2-vec/pss-vect.txt", "Signature", check_labs_pss},
    {"RSA/pkcs-1v2-1d2-vec/oaep-vect.txt", "Encryption", check_oaep_sha1},
    {"RSA/oaep-custom/oaep-sha256-sha256.txt", "Encryption", check_oaep_sha256},
    {"RSA/oaep-custom/oaep-sha384-sha384.txt", "Encryption", check_oaep_sha384},
    {"RSA/oaep-custom/oaep-sha512-sha512.txt", "Encryption", check_oaep_sha512},
    {"RSA/oaep-label.txt", "Output", check_label},
    {"RSA/pkcs1v15crypt-vectors.txt", "Encryption", check_labs_crypt},
};

int main(int argc, char **argv)
{
    return check_files(argc, argv, files, sizeof(files) / sizeof(*files));
}
