/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims of a TPM: that a key is in it, and what it has measured; what is not true is refused. tpm2-tools and OpenSSL
 * verify them, too (rows T.34 to T.38). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "key/claim.h"
#include "provider/tpm/tpm_statement.h"
#include "tpm_sample.h"

static struct key *identity(const char *alg)
{
    struct key *key;

    assert_status(key_create(&tpm_provider, wide(alg), named(NULL), 0, 0, &key), NTE_SUCCESS);
    if (!strcmp(alg, "RSA")) assert_status(set_u32(key, "Length", 2048), NTE_SUCCESS);
    assert_status(set_u32(key, "PCP_KEY_USAGE_POLICY", 8), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static struct bytes make(const struct claim *claim)
{
    uint8_t *blob = take(8192);
    uint32_t size = 0, written;

    assert_status(claim_create(claim, 0, NULL, 0, &size), NTE_SUCCESS);
    assert_true(size && size <= 8192);
    assert_status(claim_create(claim, 0, blob, size, &written), NTE_SUCCESS);
    assert_int_equal(written, size);
    return bytes_of(blob, size);
}

static nte_status try_make(const struct claim *claim)
{
    uint32_t size;

    return claim_create(claim, 0, NULL, 0, &size);
}

static uint32_t number_at(struct bytes blob, size_t offset)
{
    struct reader r = {blob.data + offset, 4, 0};

    return read_u32(&r);
}

/* In the directory of the TPM. */
static int tool(const char *arguments)
{
    char command[1024];

    snprintf(command, sizeof(command), "cd %s && export TPM2TOOLS_TCTI=\"$NCRYPT_TPM_TCTI\" && %s > said 2>&1",
             tpm.root, arguments);
    return system(command);
}

static void must(const char *arguments)
{
    char command[96];

    if (access("/usr/bin/tpm2_checkquote", X_OK) || access("/usr/bin/openssl", X_OK)) skip();
    if (!tool(arguments)) return;
    snprintf(command, sizeof(command), "cat %s/said", tpm.root);
    if (system(command)) fail();
    fail_msg("%s", arguments);
}

static void write_public_key(struct key *key, const char *name)
{
    const struct tpm_blob *blob = &tpm_material_of(key->material)->blob;

    write_beside(name, blob->public);
}

/* Every byte of a claim counts, but for those that nobody has signed. */
static void check_damage(const struct claim *claim, struct bytes blob, size_t from, size_t to)
{
    uint8_t *bytes = (uint8_t *)blob.data;
    struct bytes part;
    size_t i;

    for (i = from; i < to; i++)
    {
        bytes[i] ^= 0x10;
        assert_true(claim_verify(claim, 0, blob) != NTE_SUCCESS);
        bytes[i] ^= 0x10;
    }
    for (i = 0; i < blob.size; i += 7)
    {
        part = exact(bytes_of(bytes, i));
        assert_true(claim_verify(claim, 0, part) != NTE_SUCCESS);
        free((void *)part.data);
    }
    assert_status(claim_verify(claim, 0, blob), NTE_SUCCESS);
}

/* --- of a key --- */

static struct claim key_claim(struct key *subject, struct key *authority)
{
    return (struct claim){.subject = subject, .authority = authority, .type = CLAIM_AUTHORITY_AND_SUBJECT,
                          .has_parameters = 1, .key_nonce = text("thirty-two bytes that are chosen")};
}

static void of_a_key(void **state)
{
    struct key *aik = identity("RSA"), *key = tpm_key("ECDSA_P384", NULL), *other = tpm_key("ECDSA_P384", NULL);
    struct key *other_aik = identity("RSA");
    struct claim claim = key_claim(key, aik), wrong = claim;
    struct bytes blob = make(&claim);
    size_t data = KEY_HEADER + number_at(blob, 16), attest = data + KEY_DATA_HEADER;

    (void)state;
    assert_memory_equal(blob.data, "KAST", 4);
    assert_memory_equal(blob.data + data, "KADS", 4);
    assert_memory_equal(blob.data + attest, "\xff" "TCG\x80\x17", 6);
    assert_status(claim_verify(&claim, 0, blob), NTE_SUCCESS);
    wrong.subject = other;
    assert_status(claim_verify(&wrong, 0, blob), NTE_BAD_SIGNATURE);
    wrong = claim;
    wrong.authority = other_aik;
    assert_status(claim_verify(&wrong, 0, blob), NTE_BAD_SIGNATURE);
    wrong = claim;
    wrong.key_nonce = text("thirty-two bytes of another time");
    assert_status(claim_verify(&wrong, 0, blob), NTE_BAD_SIGNATURE);
    wrong = claim;
    wrong.subject = NULL;                           /* whatever key it is */
    assert_status(claim_verify(&wrong, 0, blob), NTE_SUCCESS);
    check_damage(&claim, blob, data, data + KEY_DATA_HEADER + number_at(blob, data + 12) + number_at(blob, data + 16));

    write_public_key(aik, "aik.public");
    write_beside("attest", bytes_of(blob.data + attest, number_at(blob, data + 12)));
    write_beside("signature", bytes_of(blob.data + attest + number_at(blob, data + 12) + 6, 256));
    must("tpm2_print -t TPM2B_PUBLIC -f pem aik.public > aik.pem && "
         "openssl dgst -sha256 -verify aik.pem -signature signature attest");
    key_free(aik);
    key_free(other_aik);
    key_free(key);
    key_free(other);
}

/* The public half is enough to verify, as on the server that has asked. */
static void by_public_keys(void **state)
{
    const struct blob_options none = {0};
    struct key *aik = identity("ECDSA_P256"), *key = tpm_key("RSA", NULL), *public;
    struct claim claim = key_claim(key, aik);
    struct bytes blob = make(&claim);
    uint8_t half[512];
    uint32_t size;

    (void)state;
    assert_status(key_export(aik, wide("ECCPUBLICBLOB"), &none, 0, half, sizeof(half), &size), NTE_SUCCESS);
    assert_status(key_import(&tpm_provider, wide("ECCPUBLICBLOB"), run(half, size), &none, named(NULL), 0, &public),
                  NTE_SUCCESS);
    claim.authority = public;
    assert_status(claim_verify(&claim, 0, blob), NTE_SUCCESS);
    assert_status(try_make(&claim), NTE_NOT_SUPPORTED);
    key_free(public);
    key_free(aik);
    key_free(key);
}

static void not_by_other_keys(void **state)
{
    struct key *aik = identity("RSA"), *key = tpm_key("RSA", NULL), *software = final_key("ECDSA_P256", NULL);
    struct claim claim = key_claim(key, key);

    (void)state;
    assert_status(try_make(&claim), NTE_NOT_SUPPORTED);             /* row T.38 */
    claim = key_claim(NULL, aik);
    assert_status(try_make(&claim), NTE_INVALID_PARAMETER);
    claim = key_claim(key, aik);
    claim.type = 2;
    assert_status(try_make(&claim), NTE_NOT_SUPPORTED);
    claim.type = 0x102;
    assert_status(try_make(&claim), NTE_NOT_SUPPORTED);
    claim = key_claim(software, software);
    assert_status(try_make(&claim), NTE_NOT_SUPPORTED);
    claim = key_claim(key, aik);
    claim.key_nonce = run(take(65), 65);
    assert_status(try_make(&claim), NTE_INVALID_PARAMETER);
    key_free(software);
    key_free(aik);
    key_free(key);
}

/* --- of the machine --- */

static struct claim platform_claim(struct key *aik, uint32_t mask)
{
    uint32_t *value = (uint32_t *)take(4);

    *value = mask;
    return (struct claim){.subject = aik, .type = CLAIM_PLATFORM, .has_parameters = 1,
                          .platform_nonce = text("sixteen or more bytes"), .pcr_mask = run(value, 4)};
}

static void of_the_machine(void **state)
{
    struct key *aik = identity("RSA");
    struct claim claim = platform_claim(aik, 0x10083), wrong = platform_claim(aik, 0x10081);
    struct bytes blob;
    uint32_t signature, quote;

    (void)state;
    if (!tool("tpm2_pcrextend 16:sha256=5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03"))
        print_message("register 16 is extended\n");
    blob = make(&claim);
    signature = number_at(blob, 12);
    quote = number_at(blob, 16);
    assert_memory_equal(blob.data, "TPLA", 4);
    assert_int_equal(number_at(blob, 4), 0);
    assert_int_equal(number_at(blob, 8), TPM_SHA256);
    assert_int_equal(number_at(blob, 20), 24 * 32);
    assert_int_equal(blob.size, 24 + signature + quote + 24 * 32);
    assert_memory_equal(blob.data + 24 + signature, "\xff" "TCG\x80\x18", 6);
    assert_status(claim_verify(&claim, 0, blob), NTE_SUCCESS);
    assert_status(claim_verify(&wrong, 0, blob), NTE_BAD_SIGNATURE);        /* not of those registers */
    wrong = claim;
    wrong.platform_nonce = text("sixteen or more bites");
    assert_status(claim_verify(&wrong, 0, blob), NTE_BAD_SIGNATURE);
    wrong = claim;                                  /* the identity key may be in either place (row T.37) */
    wrong.authority = aik;
    wrong.subject = NULL;
    assert_status(claim_verify(&wrong, 0, blob), NTE_SUCCESS);
    check_damage(&claim, blob, 0, 24 + signature + quote + 2 * 32);         /* up to register 1 */
    check_damage(&claim, blob, blob.size - 17 * 32, blob.size - 16 * 32);   /* register 7 */
    check_damage(&claim, blob, blob.size - 8 * 32, blob.size - 7 * 32);     /* register 16 */

    write_public_key(aik, "aik.public");
    write_beside("quote", bytes_of(blob.data + 24 + signature, quote));
    write_beside("signature", bytes_of(blob.data + 24, signature));
    must("tpm2_print -t TPM2B_PUBLIC -f pem aik.public > aik.pem && "
         "tpm2_checkquote -u aik.pem -m quote -s signature -g sha256 "
         "-q $(printf 'sixteen or more bytes' | od -An -v -tx1 | tr -d ' \\n')");
    key_free(aik);
}

static void platform_parameters(void **state)
{
    struct key *aik = identity("ECDSA_P256"), *key = tpm_key("ECDSA_P256", NULL);
    struct claim claim = platform_claim(aik, 1);
    struct bytes blob;

    (void)state;
    claim.has_parameters = 0;
    assert_status(try_make(&claim), E_INVALIDARG);                  /* row T.38 */
    claim = platform_claim(aik, 1);
    claim.platform_nonce = text("fifteen bytes..");
    assert_status(try_make(&claim), NTE_INVALID_PARAMETER);
    claim = platform_claim(aik, 0x1000000);
    assert_status(try_make(&claim), NTE_INVALID_PARAMETER);
    claim = platform_claim(aik, 0);
    assert_status(try_make(&claim), NTE_INVALID_PARAMETER);
    claim = platform_claim(aik, 1);
    claim.pcr_mask = text("");                      /* all registers */
    blob = make(&claim);
    check_damage(&claim, blob, 0, blob.size);
    claim = platform_claim(key, 1);
    assert_status(try_make(&claim), NTE_NOT_SUPPORTED);
    key_free(aik);
    key_free(key);
}

static struct bytes read_file(const char *name)
{
    uint8_t *data = take(1024);
    char path[96];
    size_t size;
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", tpm.root, name);
    assert_non_null(file = fopen(path, "r"));
    size = fread(data, 1, 1024, file);
    fclose(file);
    return bytes_of(data, size);
}

/* An identity key that another program has had made, with a hash that ours do not have. */
static void other_hash(void **state)
{
    const struct blob_options none = {0};
    struct writer opaque = {0};
    struct tpm_blob blob;
    struct claim claim;
    struct key *aik;

    (void)state;
    must("tpm2_createprimary -Q -C o -G ecc -c parent "
         "-a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|decrypt' && "
         "tpm2_flushcontext -t && tpm2_create -Q -C parent -G ecc256:ecdsa-sha384:null -u aik.public -r aik.private "
         "-a 'fixedtpm|fixedparent|sensitivedataorigin|userwithauth|noda|restricted|sign' && tpm2_flushcontext -t");
    blob = (struct tpm_blob){read_file("aik.public"), read_file("aik.private")};
    tpm_opaque_write(&opaque, &blob, 0);
    assert_status(key_import(&tpm_provider, wide("OpaqueKeyBlob"), bytes_of(opaque.data, opaque.used), &none,
                             named(NULL), 0, &aik), NTE_SUCCESS);
    writer_free(&opaque);
    claim = platform_claim(aik, 0x83);
    assert_status(claim_verify(&claim, 0, make(&claim)), NTE_SUCCESS);
    key_free(aik);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(of_a_key, take_back),
        cmocka_unit_test_teardown(by_public_keys, take_back),
        cmocka_unit_test_teardown(not_by_other_keys, take_back),
        cmocka_unit_test_teardown(of_the_machine, take_back),
        cmocka_unit_test_teardown(platform_parameters, take_back),
        cmocka_unit_test_teardown(other_hash, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
