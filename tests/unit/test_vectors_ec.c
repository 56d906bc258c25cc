/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Published test vectors of NIST (CAVP) against EC keys: ECDSA, key pairs, validity of public keys. */
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "ec/ec.h"
#include "vector_check.h"

static const struct
{
    const char *section, *alg, *curve;
} sections[] =
{
    {"P-192", "ECDSA", "nistP192"}, {"EA -", "ECDH", "nistP192"},
    {"P-224", "ECDSA", "nistP224"}, {"EB -", "ECDH", "nistP224"},
    {"P-256", "ECDSA_P256", "nistP256"}, {"EC -", "ECDH_P256", "nistP256"},
    {"P-384", "ECDSA_P384", "nistP384"}, {"ED -", "ECDH_P384", "nistP384"},
    {"P-521", "ECDSA_P521", "nistP521"}, {"EE -", "ECDH_P521", "nistP521"},
    {"K-256", "ECDSA", "secP256k1"},
};

static nte_status ec_choose(const char *alg, const char *curve, struct ec_group *group)
{
    const struct bytes none = {NULL, 0};

    return ec_group_choose(algorithm_find_ascii(alg), wide(curve), none, group);
}

/* 0: not one of ours. */
static int ec_section(struct ec_group *group)
{
    const char *section = vector_text("[");
    size_t i;

    for (i = 0; i < sizeof(sections) / sizeof(*sections); i++)
        if (!strncmp(section, sections[i].section, strlen(sections[i].section)))
            return !ec_choose(sections[i].alg, sections[i].curve, group);
    return 0;
}

/* NTE_INVALID_PARAMETER also when a number does not even fit in its field. A group without explicit parameters
 * may be used again. */
static nte_status ec_open(const struct ec_group *from, const char *x, const char *y, const char *d,
                          struct ec_key **key)
{
    struct ec_group group = *from;
    size_t size = group.curve->size;
    struct bytes bx = widened(field(x), size), by = widened(field(y), size), bd = {NULL, size};

    *key = NULL;
    if (d) bd = widened(field(d), size);
    if (bx.size != size || by.size != size || bd.size != size) return NTE_INVALID_PARAMETER;
    return ec_new(&group, bx.data, by.data, bd.data, EC_CHECKED, key);
}

/* 1 when the key has the point that the vector names: with d, it was computed. */
static int ec_has_point(const struct ec_key *key, const char *x, const char *y)
{
    size_t size = key->curve->size;
    struct bytes bx = widened(field(x), size), by = widened(field(y), size);

    return !memcmp(key->x, bx.data, size) && !memcmp(key->y, by.data, size);
}

static nte_status ec_open_private(const struct ec_group *from, const char *x, const char *y, const char *d,
                                  struct ec_key **key)
{
    nte_status status = ec_open(from, x, y, d, key);

    expect("private import", status, NTE_SUCCESS);
    if (!status) expect("point", ec_has_point(*key, x, y), 1);
    return status;
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
    struct ec_group group;
    struct ec_key *key;
    nte_status status;

    if (!ec_section(&group)) return;
    checked++;
    if ((status = ec_open(&group, "Qx", "Qy", NULL, &key)))
    {
        expect("public import", passes() ? status : NTE_SUCCESS, NTE_SUCCESS);
        return;
    }
    expect("verify", ec_check_signature(key, ec_digest(), ec_signature(group.curve->size)),
           passes() ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
    ec_free(key);
}

static void check_ec_generated(void)
{
    struct ec_group group;
    struct padding padding = no_padding(0);
    struct bytes digest;
    struct ec_key *key;
    nte_status status;
    uint8_t *made;

    if (!ec_section(&group)) return;
    if ((status = ec_open_private(&group, "Qx", "Qy", "d", &key))) return;
    digest = ec_digest();
    made = take(2 * group.curve->size);
    expect("verify", ec_check_signature(key, digest, ec_signature(group.curve->size)), NTE_SUCCESS);
    expect("sign", ec_family.sign(&key->material, &padding, digest, made), NTE_SUCCESS);
    expect("verify", ec_check_signature(key, digest, run(made, 2 * group.curve->size)), NTE_SUCCESS);
    ec_free(key);
    checked++;
}

static void check_ec_public(void)
{
    struct ec_group group;
    struct ec_key *key;

    if (!ec_section(&group)) return;
    expect("public import", ec_open(&group, "Qx", "Qy", NULL, &key), passes() ? NTE_SUCCESS : NTE_INVALID_PARAMETER);
    ec_free(key);
    checked++;
}

static void check_ec_pair(void)
{
    struct ec_group group;
    struct ec_key *key;

    if (!ec_section(&group)) return;
    ec_open_private(&group, "Qx", "Qy", "d", &key);
    ec_free(key);
    checked++;
}

/* z: the field that tells the secret. */
static void check_agreement(const struct ec_key *key, const struct ec_key *peer, const char *z)
{
    size_t size = key->curve->size;
    uint8_t *secret = take(size);

    expect("agreement", ec_agree(key, peer, secret), NTE_SUCCESS);
    expect_bytes("secret", run(secret, size), widened(field(z), size));
}

/* A private number that no key can have. */
static int ec_is_impossible(struct bytes d, const struct ec_group *group)
{
    struct ec_numbers numbers;

    curve_numbers(group->curve, &numbers);
    d = trim_number(d);
    return !d.size || d.size > numbers.order_size ||
           (d.size == numbers.order_size && memcmp(d.data, numbers.order, d.size) >= 0);
}

/* Each names what is broken: 1 and 2 the other side's point, 5 and 6 the own one, 7 the own private number, whose
 * point then is another (row 18.1), 8 the secret. */
static void check_ec_validity(void)
{
    const char *reason = strchr(vector_text("Result"), '(');
    int code = reason ? atoi(reason + 1) : 0;
    struct ec_key *own, *peer;
    struct ec_group group;

    if (!ec_section(&group)) return;
    expect("public import", ec_open(&group, "QsCAVSx", "QsCAVSy", NULL, &peer),
           code == 1 || code == 2 ? NTE_INVALID_PARAMETER : NTE_SUCCESS);
    expect("private import", ec_open(&group, "QsIUTx", "QsIUTy", "dsIUT", &own),
           code == 5 || code == 6 || ec_is_impossible(field("dsIUT"), &group) ? NTE_INVALID_PARAMETER : NTE_SUCCESS);
    if (own) expect("point", ec_has_point(own, "QsIUTx", "QsIUTy"), code != 7);
    if (own && peer && code < 7) check_agreement(own, peer, "Z");
    ec_free(peer);
    ec_free(own);
    checked++;
}

static void check_ec_brainpool(void)
{
    struct ec_key *a, *b;
    struct ec_group group;

    expect("curve", ec_choose("ECDH", vector_text("curve"), &group), NTE_SUCCESS);
    ec_open_private(&group, "x_qA", "y_qA", "dA", &a);
    ec_open_private(&group, "x_qB", "y_qB", "dB", &b);
    if (a && b)
    {
        check_agreement(a, b, "x_Z");
        check_agreement(b, a, "x_Z");
    }
    ec_free(a);
    ec_free(b);
    checked++;
}

static const struct vector_file files[] =
{
    {"ECDSA/FIPS_186-3/SigVer.rsp", "Result", check_ec_verified},
    {"ECDSA/FIPS_186-3/SigGen.txt", "S", check_ec_generated},
    {"ECDSA/FIPS_186-3/PKV.rsp", "Result", check_ec_public},
    {"ECDSA/FIPS_186-3/KeyPair.rsp", "Qy", check_ec_pair},
    {"ECDSA/SECP256K1/SigGen.txt", "S", check_ec_generated},
    {"ECDH/brainpool.txt", "y_Z", check_ec_brainpool},
    {"ECDH/KASValidityTest_ECCStaticUnified_NOKC_ZZOnly_init.fax", "Result", check_ec_validity},
    {"ECDH/KASValidityTest_ECCStaticUnified_NOKC_ZZOnly_resp.fax", "Result", check_ec_validity},
};

int main(int argc, char **argv)
{
    return check_files(argc, argv, files, sizeof(files) / sizeof(*files));
}
