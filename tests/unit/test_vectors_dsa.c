/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Published test vectors of NIST (CAVP) against DSA keys: signatures, key pairs, groups. */
#include <gnutls/gnutls.h>
#include <gnutls/crypto.h>

#include "dsa/dsa.h"
#include "vector_check.h"

static const struct padding no_scheme;

static struct dsa_numbers numbers_of_vector(void)
{
    struct dsa_numbers numbers = {.p = field("P"), .q = field("Q"), .g = field("G")};

    numbers.y = field("Y");
    numbers.x = field("X");
    return numbers;
}

static struct dsa_key *public_key(void)
{
    struct dsa_numbers numbers = numbers_of_vector();
    struct dsa_key *key = NULL;

    expect("public import", dsa_import_public(&numbers, NULL, &key), NTE_SUCCESS);
    return key;
}

/* With GnuTLS, so that SHA-224 is there too. The section reads "mod = L=1024, N=160, SHA-1]"; FIPS 186-2 has
 * SHA-1. */
static struct bytes digest(void)
{
    static const gnutls_digest_algorithm_t ids[] =
        {GNUTLS_DIG_SHA224, GNUTLS_DIG_SHA256, GNUTLS_DIG_SHA384, GNUTLS_DIG_SHA512};
    static const char *const names[] = {" SHA-224]", " SHA-256]", " SHA-384]", " SHA-512]"};
    gnutls_digest_algorithm_t id = GNUTLS_DIG_SHA1;
    struct bytes message = field("Msg");
    uint8_t *data = take(64);
    size_t i;

    for (i = 0; i < 4; i++) if (strstr(vector_text("["), names[i])) id = ids[i];
    expect("digest", gnutls_hash_fast(id, message.data, message.size, data), 0);
    return run(data, gnutls_hash_get_len(id));
}

static struct bytes signature(size_t q_size)
{
    struct bytes r = widened(field("R"), q_size), s = widened(field("S"), q_size);
    uint8_t *data = take(2 * q_size);

    memcpy(data, r.data, q_size);
    memcpy(data + q_size, s.data, q_size);
    return run(data, 2 * q_size);
}

static void check_generated(void)
{
    struct dsa_key *key = public_key();
    struct bytes rs, hash = digest();

    if (!key) return;
    rs = signature(key->q_size);
    expect("verify", dsa_family.verify(&key->material, &no_scheme, hash, rs), NTE_SUCCESS);
    ((uint8_t *)rs.data)[rs.size / 2] ^= 4;
    expect("verify of a changed signature", dsa_family.verify(&key->material, &no_scheme, hash, rs),
           NTE_BAD_SIGNATURE);
    dsa_free(key);
    checked++;
}

/* A Y that was changed is hardly ever in the group, and then it is no key to begin with. */
static void check_verified(void)
{
    struct dsa_numbers numbers = numbers_of_vector();
    struct bytes hash = digest();
    struct dsa_key *key;
    nte_status status;

    checked++;
    status = dsa_import_public(&numbers, NULL, &key);
    if (strstr(vector_text("Result"), "Y changed"))
    {
        expect("import of a changed Y", status, NTE_INVALID_PARAMETER);
        return;
    }
    expect("public import", status, NTE_SUCCESS);
    if (status) return;
    expect("verify", dsa_family.verify(&key->material, &no_scheme, hash, signature(key->q_size)),
           passes() ? NTE_SUCCESS : NTE_BAD_SIGNATURE);
    dsa_free(key);
}

/* Signs, too: what verifies with nettle here does so with the Y that NIST gives. */
static void check_pair(void)
{
    struct dsa_numbers numbers = numbers_of_vector();
    struct bytes hash = pattern(32, checked), rs;
    struct dsa_key *key, *computed;
    uint8_t *data;

    checked++;
    expect("private import", dsa_import_private(&numbers, NULL, &key), NTE_SUCCESS);
    numbers.y.size = 0;
    expect("import without Y", dsa_import_private(&numbers, NULL, &computed), NTE_SUCCESS);
    if (failures) return;
    expect_bytes("Y", run(computed->y, computed->pn * LIMB_BYTES), run(key->y, key->pn * LIMB_BYTES));
    data = take(2 * key->q_size);
    rs = run(data, 2 * key->q_size);
    expect("sign", dsa_family.sign(&key->material, &no_scheme, hash, data), NTE_SUCCESS);
    expect("verify", dsa_family.verify(&computed->material, &no_scheme, hash, rs), NTE_SUCCESS);
    dsa_free(key);
    dsa_free(computed);
}

/* G is a public key as good as any. What only the seed tells is not looked at, nor whether P is prime. */
static void check_group(void)
{
    struct dsa_numbers numbers = numbers_of_vector();
    const char *result = vector_text("Result");
    struct dsa_key *key = NULL;
    nte_status status;

    numbers.y = numbers.g;
    status = dsa_import_public(&numbers, NULL, &key);
    if (!status) dsa_free(key);
    if (passes()) expect("group", status, NTE_SUCCESS);
    else if (strstr(result, "div")) expect("Q that does not divide P - 1", status, NTE_INVALID_PARAMETER);
    else return;
    checked++;
}

static const struct vector_file files[] =
{
    {"DSA/FIPS_186-2/KeyPair.rsp", "Y", check_pair},
    {"DSA/FIPS_186-3/KeyPair.rsp", "Y", check_pair},
    {"DSA/FIPS_186-2/SigGen.rsp", "S", check_generated},
    {"DSA/FIPS_186-3/SigGen.rsp", "S", check_generated},
    {"DSA/FIPS_186-2/SigVer.rsp", "Result", check_verified},
    {"DSA/FIPS_186-3/SigVer.rsp", "Result", check_verified},
    {"DSA/FIPS_186-2/PQGVer.rsp", "Result", check_group},
};

int main(int argc, char **argv)
{
    return check_files(argc, argv, files, sizeof(files) / sizeof(*files));
}
