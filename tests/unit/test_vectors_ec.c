/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Published test vectors of NIST (CAVP) against EC keys: ECDSA, key pairs, validity of public keys. */
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "ec.h"
#include "vector_check.h"

static const struct algorithm *ec_algorithm(void)
{
    const char *section = vector_text("[");

    if (!strncmp(section, "P-256", 5) || !strncmp(section, "EC -", 4)) return algorithm_find_ascii("ECDSA_P256");
    if (!strncmp(section, "P-384", 5) || !strncmp(section, "ED -", 4)) return algorithm_find_ascii("ECDSA_P384");
    if (!strncmp(section, "P-521", 5) || !strncmp(section, "EE -", 4)) return algorithm_find_ascii("ECDSA_P521");
    return NULL;
}

/* NTE_INVALID_PARAMETER also when a number does not even fit in its field. */
static nte_status ec_open(const struct algorithm *alg, const char *x, const char *y, const char *d,
                          struct ec_key **key)
{
    size_t size = alg->curve->size;
    struct bytes bx = widened(field(x), size), by = widened(field(y), size), bd;

    *key = NULL;
    if (bx.size != size || by.size != size) return NTE_INVALID_PARAMETER;
    if (!d) return ec_import_public(alg, bx.data, by.data, key);
    bd = widened(field(d), size);
    return bd.size == size ? ec_import_private(alg, bx.data, by.data, bd.data, key) : NTE_INVALID_PARAMETER;
}

/* With GnuTLS, so that SHA-224 is there too. The section reads "P-256,SHA-224]". */
static struct bytes ec_digest(void)
{
    static const gnutls_digest_algorithm_t ids[] =
        {GNUTLS_DIG_SHA1, GNUTLS_DIG_SHA224, GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA384, GNUTLS_DIG_SHA512};
    static const char *const names[] = {",SHA-1]", ",SHA-224]", ",SHA-256]", ",SHA-384]", ",SHA-512]"};
    struct bytes message = field("Msg");
    uint8_t *digest = take(64);
    size_t i;

    for (i = 0; i < 5; i++)
    {
        if (!strstr(vector_text("["), names[i])) continue;
        expect("digest", gnutls_hash_fast(ids[i], message.data, message.size, digest), 0);
        return run(digest, gnutls_hash_get_len(ids[i]));
    }
    expect("section", 1, 0);
    return run(digest, 20);
}

static struct bytes ec_signature(size_t size)
{
    struct bytes r = widened(field("R"), size), s = widened(field("S"), size);
    uint8_t *signature = take(2 * size);

    if (r.size != size || s.size != size) return run(signature, 0);
    memcpy(signature, r.data, size);
    memcpy(signature + size, s.data, size);
    return run(signature, 2 * size);
}

static nte_status ec_check_signature(const struct ec_key *key, struct bytes digest, struct bytes signature)
{
    struct padding padding = no_padding(0);

    return ec_family.verify(&key->material, &padding, digest, signature);
}

static void check_ec_verified(void)
{
    const struct algorithm *alg = ec_algorithm();
    struct ec_key *key;
    nte_status status;

    if (!alg) return;
    checked++;
    if ((status = ec_open(alg, "Qx", "Qy", NULL, &key)))
    {
        expect("public import", passes() ? status : NTE_SUCCESS, NTE_SUCCESS);
        return;
    }
    expect("verify", ec_check_signature(key, ec_digest(), ec_signature(alg->curve->size)),
           passes() ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
    ec_free(key);
}

static void check_ec_generated(void)
{
    const struct algorithm *alg = ec_algorithm();
    struct padding padding = no_padding(0);
    struct bytes digest;
    struct ec_key *key;
    nte_status status;
    uint8_t *made;

    if (!alg) return;
    expect("private import", status = ec_open(alg, "Qx", "Qy", "d", &key), NTE_SUCCESS);
    if (status) return;
    digest = ec_digest();
    made = take(2 * alg->curve->size);
    expect("verify", ec_check_signature(key, digest, ec_signature(alg->curve->size)), NTE_SUCCESS);
    expect("sign", ec_family.sign(&key->material, &padding, digest, made), NTE_SUCCESS);
    expect("verify", ec_check_signature(key, digest, run(made, 2 * alg->curve->size)), NTE_SUCCESS);
    ec_free(key);
    checked++;
}

static void check_ec_public(void)
{
    const struct algorithm *alg = ec_algorithm();
    struct ec_key *key;

    if (!alg) return;
    expect("public import", ec_open(alg, "Qx", "Qy", NULL, &key), passes() ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
    ec_free(key);
    checked++;
}

static void check_ec_pair(void)
{
    const struct algorithm *alg = ec_algorithm();
    struct ec_key *key;

    if (!alg) return;
    expect("private import", ec_open(alg, "Qx", "Qy", "d", &key), NTE_SUCCESS);
    ec_free(key);
    checked++;
}

/* Each names which of its keys is broken: 1 and 2 the other side's, 5 to 7 the own one. */
static void check_ec_validity(void)
{
    const struct algorithm *alg = ec_algorithm();
    const char *reason = strchr(vector_text("Result"), '(');
    int code = reason ? atoi(reason + 1) : 0;
    struct ec_key *key;

    if (!alg) return;
    expect("public import", ec_open(alg, "QsCAVSx", "QsCAVSy", NULL, &key),
           code == 1 || code == 2 ? NTE_INVALID_PARAMETER : NTE_SUCCESS);
    ec_free(key);
    expect("private import", ec_open(alg, "QsIUTx", "QsIUTy", "dsIUT", &key),
           code >= 5 && code <= 7 ? NTE_INVALID_PARAMETER : NTE_SUCCESS);
    ec_free(key);
    checked++;
}

static const struct vector_file files[] =
{
    {"ECDSA/FIPS_186-3/SigVer.rsp", "Result", check_ec_verified},
    {"ECDSA/FIPS_186-3/SigGen.txt", "S", check_ec_generated},
    {"ECDSA/FIPS_186-3/PKV.rsp", "Result", check_ec_public},
    {"ECDSA/FIPS_186-3/KeyPair.rsp", "Qy", check_ec_pair},
    {"ECDH/KASValidityTest_ECCStaticUnified_NOKC_ZZOnly_init.fax", "Result", check_ec_validity},
    {"ECDH/KASValidityTest_ECCStaticUnified_NOKC_ZZOnly_resp.fax", "Result", check_ec_validity},
};

int main(int argc, char **argv)
{
    return check_files(argc, argv, files, sizeof(files) / sizeof(*files));
}
