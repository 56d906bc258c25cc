/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims of a TPM about what it has measured; what is not true is refused. tpm2-tools verify them, too (rows T.37,
 * T.38). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_claim_sample.h"

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
        cmocka_unit_test_teardown(of_the_machine, take_back),
        cmocka_unit_test_teardown(platform_parameters, take_back),
        cmocka_unit_test_teardown(other_hash, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
