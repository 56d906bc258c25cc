/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims of a TPM that a key is in it; what is not true is refused. OpenSSL verifies them, too (rows T.34 to T.36). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_claim_sample.h"

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

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(of_a_key, take_back),
        cmocka_unit_test_teardown(by_public_keys, take_back),
        cmocka_unit_test_teardown(not_by_other_keys, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
