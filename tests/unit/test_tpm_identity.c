/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Which TPM it is, and keys with which it speaks for itself (rows T.14 to T.25). tpm2-tools say the same of it. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "crypto/hash.h"
#include "tpm_sample.h"

static struct provider *provider;

static int set_up(void **state)
{
    const struct provider_class *opened;

    if (attach_stores(state) || start_swtpm(&tpm)) return -1;
    if (tpm_provider.open(&tpm_provider, tpm_provider.name, NULL, &opened)) return -1;
    return provider_open(opened, &provider) ? -1 : 0;
}

static int clear_up(void **state)
{
    object_free(&provider->object);
    return remove_swtpm(&tpm) || remove_stores(state) ? -1 : 0;
}

static struct bytes get(struct object *object, const char *name)
{
    uint8_t *value = take(4096);
    uint32_t size = 0;

    assert_status(property_get(object, wide(name), 0, value, 4096, &size), NTE_SUCCESS);
    return bytes_of(value, size);
}

static struct bytes read_file(const char *name)
{
    uint8_t *data = take(4096);
    char path[96];
    size_t size;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", tpm.root, name);
    assert_non_null(file = fopen(path, "r"));
    size = fread(data, 1, 4096, file);
    fclose(file);
    return bytes_of(data, size);
}

/* In the directory of the TPM; skipped without tpm2-tools. */
static void tool(const char *arguments)
{
    char command[1024];

    if (access("/usr/bin/tpm2_pcrread", X_OK)) skip();
    snprintf(command, sizeof(command), "cd %s && export TPM2TOOLS_TCTI=\"$NCRYPT_TPM_TCTI\" && tpm2_%s > said 2>&1 || "
             "{ cat said; exit 1; }", tpm.root, arguments);
    assert_int_equal(system(command), 0);
}

/* --- the chip --- */

static void platform(void **state)
{
    struct bytes type = get(&provider->object, "PCP_PLATFORM_TYPE");
    char narrow[160] = {0};
    size_t i;

    (void)state;
    for (i = 0; 2 * i < type.size && i < sizeof(narrow) - 1; i++) narrow[i] = type.data[2 * i];
    assert_non_null(strstr(narrow, "TPM-Version:2.0 -Level:0-Revision:1."));
    assert_non_null(strstr(narrow, "-VendorID:'IBM'-Firmware:"));
    assert_true(get(&provider->object, "PCP_PROVIDER_VERSION").size > 40);
}

static void own_keys(void **state)
{
    struct bytes rsa = get(&provider->object, "PCP_RSA_EKPUB"), ec = get(&provider->object, "PCP_ECC_EKPUB");
    struct bytes same = get(&provider->object, "PCP_EKPUB"), made;

    (void)state;
    assert_int_equal(rsa.size, 283);                /* row T.16 */
    assert_memory_equal(rsa.data, "RSA1", 4);
    assert_int_equal(same.size, rsa.size);
    assert_memory_equal(same.data, rsa.data, rsa.size);
    assert_int_equal(ec.size, 72);
    assert_int_equal(get(&provider->object, "PCP_SRKPUB").size, 72);
    tool("createek -c ek.context -G rsa -u ek.public && tpm2_flushcontext -t");
    made = read_file("ek.public");                  /* the modulus is at the end */
    assert_memory_equal(made.data + made.size - 256, rsa.data + 27, 256);
}

static void registers(void **state)
{
    struct bytes table, read;

    (void)state;
    tool("pcrextend 16:sha1=f1d2d2f924e986ac86fdf7b36c94bcdf32beec15");
    tool("pcrread sha1:all -o pcrs");
    table = get(&provider->object, "PCP_PCRTABLE");
    read = read_file("pcrs");
    assert_int_equal(table.size, 480);              /* row T.18 */
    assert_int_equal(read.size, 480);
    assert_memory_equal(table.data, read.data, 480);
}

/* --- identity keys --- */

static struct key *identity(const char *alg, const char *name, struct bytes nonce)
{
    struct key *key;

    assert_status(key_create(&tpm_provider, wide(alg), named(name), 0, FLAG_OVERWRITE_KEY, &key), NTE_SUCCESS);
    assert_status(set_u32(key, "PCP_KEY_USAGE_POLICY", 8), NTE_SUCCESS);
    if (nonce.size) assert_status(set(key, "PCP_TPM12_IDBINDING", nonce.data, nonce.size), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    assert_int_equal(get_u32(key, "PCP_KEY_USAGE_POLICY"), 8);
    return key;
}

static uint32_t next_u16(struct reader *r)
{
    uint32_t high = read_u8(r);

    return high << 8 | read_u8(r);
}

/* The parts of a binding: each but the signature begins with its length. */
struct binding
{
    struct bytes public, creation, attest;
    uint32_t scheme, hash;
    struct bytes signature;         /* RSA */
};

static struct binding read_binding(struct bytes data)
{
    struct reader r = {data.data, data.size, 0};
    struct binding b;

    b.public = read_bytes(&r, next_u16(&r));
    b.creation = read_bytes(&r, next_u16(&r));
    b.attest = read_bytes(&r, next_u16(&r));
    b.scheme = next_u16(&r);
    b.hash = next_u16(&r);
    b.signature = read_bytes(&r, next_u16(&r));
    assert_false(r.failed);
    assert_int_equal(r.left, 0);
    return b;
}

static struct bytes sha256(struct bytes data)
{
    uint8_t *digest = take(32);

    assert_status(hash_once(hash_find_ascii("SHA256"), data, digest), NTE_SUCCESS);
    return bytes_of(digest, 32);
}

static int contains(struct bytes data, struct bytes what)
{
    return memmem(data.data, data.size, what.data, what.size) != NULL;
}

static void binding(void **state)
{
    struct padding pkcs1 = {.scheme = PAD_PKCS1, .present = 1, .alg = wide("SHA256")};
    struct bytes nonce = text("a nonce of 20 bytes!");
    struct key *key = identity("RSA", "identity", nonce), *opened;
    struct binding b = read_binding(get(&key->object, "PCP_TPM12_IDBINDING"));
    uint8_t value[16];
    uint32_t size;

    (void)state;
    assert_memory_equal(b.attest.data, "\xff" "TCG\x80\x1a", 6);           /* TPM_ST_ATTEST_CREATION */
    assert_true(contains(b.attest, nonce));
    assert_true(contains(b.creation, nonce));
    assert_true(contains(b.attest, sha256(b.creation)));                    /* of this creation, */
    assert_true(contains(b.attest, sha256(b.public)));                      /* of this key, */
    assert_int_equal(b.scheme, 0x14);                                       /* by itself */
    assert_int_equal(b.hash, TPM_SHA256);
    assert_status(key_verify(key, &pkcs1, PAD_PKCS1, sha256(b.attest), b.signature), NTE_SUCCESS);
    assert_status(open_tpm_key("identity", &opened), NTE_SUCCESS);
    assert_int_equal(get_u32(opened, "PCP_KEY_USAGE_POLICY"), 8);
    assert_status(property_get(&opened->object, wide("PCP_TPM12_IDBINDING"), 0, value, 16, &size), NTE_NOT_FOUND);
    key_free(opened);
    assert_status(key_delete(key), NTE_SUCCESS);
}

/* What it signed would pass for something that the chip says. */
static void signs_nothing_else(void **state)
{
    struct padding pkcs1 = {.scheme = PAD_PKCS1, .present = 1, .alg = wide("SHA256")}, none = {0};
    struct key *rsa = identity("RSA", NULL, text("")), *ec = identity("ECDSA_P256", NULL, text(""));
    uint8_t signature[256];
    uint32_t size;

    (void)state;
    assert_status(key_sign(rsa, &pkcs1, PAD_PKCS1, sha256(text("x")), signature, 256, &size), NTE_NOT_SUPPORTED);
    assert_status(key_sign(ec, &none, 0, sha256(text("x")), signature, 256, &size), NTE_NOT_SUPPORTED);
    key_free(rsa);
    key_free(ec);
}

/* Somebody encrypts a secret for the chip that has both keys: this one finds it. */
static void activation(void **state)
{
    struct key *key = identity("RSA", NULL, text("")), *other = tpm_key("RSA", NULL);
    struct binding b = read_binding(get(&key->object, "PCP_TPM12_IDBINDING"));
    struct bytes name = sha256(b.public), credential;
    char arguments[256], digits[65];
    struct writer endorsement = {0};
    uint8_t value[64];
    uint32_t size;
    int i;

    (void)state;
    for (i = 0; i < 32; i++) snprintf(digits + 2 * i, 3, "%02x", name.data[i]);
    assert_status(tpm_calls()->endorsement(TPM_RSA, &endorsement), NTE_SUCCESS);
    write_beside("ek.public", bytes_of(endorsement.data, endorsement.used));
    writer_free(&endorsement);
    write_beside("secret", text("between us and the chip"));
    snprintf(arguments, sizeof(arguments), "makecredential -T none -e ek.public -s secret -n 000b%s -o credential",
             digits);
    tool(arguments);
    credential = read_file("credential");           /* eight bytes of the tool's own come first */
    assert_status(set(key, "PCP_TPM12_IDACTIVATION", credential.data + 8, credential.size - 8), NTE_SUCCESS);
    assert_status(property_get(&key->object, wide("PCP_TPM12_IDACTIVATION"), 0, value, 64, &size), NTE_SUCCESS);
    assert_int_equal(size, 23);
    assert_memory_equal(value, "between us and the chip", 23);
    assert_status(set(key, "PCP_TPM12_IDACTIVATION", credential.data + 8, credential.size - 9), NTE_SUCCESS);
    assert_status(property_get(&key->object, wide("PCP_TPM12_IDACTIVATION"), 0, value, 64, &size),
                  NTE_INVALID_PARAMETER);
    assert_status(set(other, "PCP_TPM12_IDACTIVATION", credential.data + 8, credential.size - 8), NTE_SUCCESS);
    assert_status(property_get(&other->object, wide("PCP_TPM12_IDACTIVATION"), 0, value, 64, &size),
                  NTE_NOT_SUPPORTED);
    key_free(key);
    key_free(other);
}

static void usage_policies(void **state)
{
    static const struct { uint32_t policy; nte_status status; uint32_t usage; } rows[] =
    {
        {1, NTE_SUCCESS, USAGE_SIGNING}, {2, NTE_SUCCESS, USAGE_DECRYPT}, {3, NTE_SUCCESS, USAGE_ALL},
        {4, NTE_NOT_SUPPORTED, USAGE_ALL}, {0x10, NTE_NOT_SUPPORTED, USAGE_ALL},
        {0x10008, NTE_NOT_SUPPORTED, USAGE_ALL},
    };
    struct key *key;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(rows) / sizeof(*rows); i++)
    {
        assert_status(key_create(&tpm_provider, wide("RSA"), named(NULL), 0, 0, &key), NTE_SUCCESS);
        assert_status(set_u32(key, "PCP_KEY_USAGE_POLICY", rows[i].policy), rows[i].status);
        assert_int_equal(get_u32(key, "Key Usage"), rows[i].usage);
        key_free(key);
    }
    key = tpm_key("ECDSA_P256", NULL);
    assert_int_equal(get_u32(key, "PCP_KEY_USAGE_POLICY"), 3);
    assert_status(set_u32(key, "PCP_KEY_USAGE_POLICY", 8), NTE_BAD_KEY_STATE);
    assert_int_equal(get_u32(key, "PSS Salt Size"), 2);
    key_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(platform, take_back),
        cmocka_unit_test_teardown(own_keys, take_back),
        cmocka_unit_test_teardown(registers, take_back),
        cmocka_unit_test_teardown(binding, take_back),
        cmocka_unit_test_teardown(signs_nothing_else, take_back),
        cmocka_unit_test_teardown(activation, take_back),
        cmocka_unit_test_teardown(usage_policies, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up, clear_up);
}
