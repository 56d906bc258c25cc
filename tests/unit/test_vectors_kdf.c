/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Published test vectors against the derivation functions: RFC 2202 and 4231 (HMAC), RFC 5869 (HKDF), RFC 6070
 * (PBKDF2), NIST's of SP 800-108 and of the concatenation of SP 800-56A. */
#include "crypto/kdf.h"
#include "vector_check.h"

/* "SHA-1", "HMAC_SHA256"; NULL: one that we do not have. */
static const struct hash *named_hash(const char *name)
{
    char id[16];
    size_t used = 0;

    if (!strncmp(name, "HMAC_", 5)) name += 5;
    for (; *name && used < sizeof(id) - 1; name++) if (*name != '-') id[used++] = *name;
    id[used] = 0;
    return hash_find_ascii(id);
}

static struct chain whole(const struct bytes *message)
{
    struct chain chain = {message, 1};

    return chain;
}

static void check_hmac(void)
{
    const char *end = strrchr(current_file, '-');
    struct bytes message = field("Msg"), expected = field("MD");
    uint8_t *code = take(expected.size);
    char name[16] = "";

    sscanf(end, "-%15[a-z0-9]", name);
    if (!named_hash(name)) return;
    if (named_hash(name)->size != expected.size) return;        /* of the case with truncation */
    checked++;
    expect("HMAC", kdf_hmac(named_hash(name), field("Key"), whole(&message), code, expected.size), NTE_SUCCESS);
    expect_bytes("code", run(code, expected.size), expected);
}

static void check_hkdf(void)
{
    const struct hash *hash = named_hash(vector_text("Hash"));
    struct bytes expected = field("OKM"), prk = {take(HASH_MAX_SIZE), hash->size};
    uint8_t *output = take(expected.size);

    checked++;
    expect("extract", kdf_hkdf_extract(hash, field("salt"), field("IKM"), (uint8_t *)prk.data), NTE_SUCCESS);
    if (*vector_text("PRK")) expect_bytes("PRK", prk, field("PRK"));
    expect("expand", kdf_hkdf_expand(hash, prk, field("info"), output, expected.size), NTE_SUCCESS);
    expect_bytes("OKM", run(output, expected.size), expected);
}

/* The text of a field, "\0" being a zero byte. */
static struct bytes string(const char *name)
{
    const char *p = vector_text(name);
    uint8_t *data = take(strlen(p));
    size_t used = 0;

    for (; *p; p++)
    {
        if (*p == '\\' && p[1] == '0') p++, data[used++] = 0;
        else data[used++] = *p;
    }
    return run(data, used);
}

static void check_pbkdf2(void)
{
    uint32_t iterations = strtoul(vector_text("ITERATIONS"), NULL, 10);
    struct bytes expected = field("DERIVED_KEY");
    uint8_t *output = take(expected.size);

    checked++;
    expect("PBKDF2", kdf_pbkdf2(hash_find_ascii("SHA1"), string("PASSWORD"), string("SALT"), iterations, output,
                                expected.size), NTE_SUCCESS);
    expect_bytes("key", run(output, expected.size), expected);
}

/* Our counter has 32 bits and comes first. */
static void check_counter(void)
{
    const struct hash *hash = named_hash(vector_text("PRF"));
    struct bytes fixed = field("FixedInputData"), expected = field("KO");
    uint8_t *output = take(expected.size);

    if (!hash || strcmp(vector_text("CTRLOCATION"), "BEFORE_FIXED")) return;
    if (strcmp(vector_text("RLEN"), "32_BITS")) return;
    checked++;
    expect("KDF", kdf_counter(hash, field("KI"), whole(&fixed), output, expected.size), NTE_SUCCESS);
    expect_bytes("KO", run(output, expected.size), expected);
}

/* "[EC - SHA256]": the hash; NULL when it is none of ours. */
static const struct hash *section_hash(void)
{
    const char *p = strstr(vector_text("["), "SHA");
    char id[8] = "";

    if (p) sscanf(p, "%7[A-Z0-9]", id);
    return hash_find_ascii(id);
}

/* "F (9 - DKM changed )": with this flaw, and that of the other information (10), the key does not follow from
 * what stands before it; other flaws are not in the derivation. */
static void check_concat(void)
{
    const struct hash *hash = section_hash();
    struct bytes info = field("OI"), expected = field("DKM");
    uint8_t *output = take(expected.size);
    int flaw = atoi(strchr(vector_text("Result"), '(') + 1);

    if (!hash) return;
    checked++;
    expect("concatenation", kdf_concat(hash, field("Z"), whole(&info), output, expected.size), NTE_SUCCESS);
    if (flaw != 9 && flaw != 10) expect_bytes("DKM", run(output, expected.size), expected);
    else if (!memcmp(output, expected.data, expected.size)) expect("a changed DKM", NTE_SUCCESS, NTE_FAIL);
}

#define CONCAT_FILE "ECDH/KASValidityTest_ECCStaticUnified_KDFConcat_NOKC_"

static const struct vector_file files[] =
{
    {"../HMAC/rfc-2202-md5.txt", "MD", check_hmac},
    {"../HMAC/rfc-2202-sha1.txt", "MD", check_hmac},
    {"../HMAC/rfc-4231-sha256.txt", "MD", check_hmac},
    {"../HMAC/rfc-4231-sha384.txt", "MD", check_hmac},
    {"../HMAC/rfc-4231-sha512.txt", "MD", check_hmac},
    {"../KDF/rfc-5869-HKDF-SHA1.txt", "OKM", check_hkdf},
    {"../KDF/rfc-5869-HKDF-SHA256.txt", "OKM", check_hkdf},
    {"../KDF/hkdf-generated.txt", "OKM", check_hkdf},
    {"../KDF/rfc-6070-PBKDF2-SHA1.txt", "DERIVED_KEY", check_pbkdf2},
    {"../KDF/nist-800-108-KBKDF-CTR.txt", "KO", check_counter},
    {CONCAT_FILE "init.fax", "Result", check_concat},
    {CONCAT_FILE "resp.fax", "Result", check_concat},
};

int main(int argc, char **argv)
{
    return check_files(argc, argv, files, sizeof(files) / sizeof(*files));
}
