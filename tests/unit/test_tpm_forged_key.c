/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims of keys that are signed and yet not to be believed: the subject has been outside of the chip, or the authority
 * is a key that signs what programs give it (rows T.36, T.38). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_forge.h"

static struct bytes certify(struct bytes public, struct bytes nonce)
{
    struct writer w = {0};
    uint8_t name[34];

    assert_status(tpm_name_of(public, name), NTE_SUCCESS);
    say_head(&w, ATTEST_CERTIFY, nonce);
    say_sized(&w, run(name, sizeof(name)));
    say_sized(&w, text(""));
    return taken(&w);
}

static struct bytes key_blob(struct bytes said, struct bytes signature, struct bytes opaque)
{
    struct writer w = {0};

    write_u32(&w, STATEMENT_KEY);
    write_u32(&w, 1);
    write_u32(&w, STATEMENT_OF_TPM20);
    write_u32(&w, KEY_HEADER);
    write_u32(&w, 0);
    write_u32(&w, KEY_DATA_HEADER + said.size + signature.size + opaque.size);
    write_u32(&w, 0);
    write_u32(&w, STATEMENT_KEY_DATA);
    write_u32(&w, STATEMENT_OF_TPM20);
    write_u32(&w, KEY_DATA_HEADER);
    write_u32(&w, said.size);
    write_u32(&w, signature.size);
    write_u32(&w, opaque.size);
    write_bytes(&w, said.data, said.size);
    write_bytes(&w, signature.data, signature.size);
    write_bytes(&w, opaque.data, opaque.size);
    return taken(&w);
}

static struct claim key_claim(struct key *subject, struct key *authority)
{
    return (struct claim){.subject = subject, .authority = authority, .type = CLAIM_AUTHORITY_AND_SUBJECT,
                          .has_parameters = 1, .key_nonce = text("chosen by the verifier")};
}

/* Whether subject passes for a key of the chip when a chip has certified another, or the same. */
static nte_status verify_subject(struct key *subject, struct key *certified)
{
    struct key *signer = final_key("ECDSA_P256", NULL), *public = public_half(signer);
    struct claim claim = key_claim(subject, public);
    const struct tpm_material *tpm = tpm_material_of(subject->material);
    struct bytes said = certify(tpm_material_of(certified->material)->blob.public, claim.key_nonce);
    struct bytes blob = key_blob(said, sign(signer, TPM_SHA256, said), tpm->opaque);
    nte_status status = claim_verify(&claim, 0, blob);

    claim.subject = NULL;
    assert_status(claim_verify(&claim, 0, blob), status);
    key_free(public);
    key_free(signer);
    return status;
}

/* A key whose numbers have been outside. */
static struct key *imported_key(void)
{
    struct key *software = new_key("ECDSA_P256", NULL), *key;
    uint8_t blob[256];
    uint32_t size;

    assert_status(set_u32(software, "Export Policy", ALLOW_EXPORT | ALLOW_PLAINTEXT_EXPORT), NTE_SUCCESS);
    assert_status(key_finalize(software, 0), NTE_SUCCESS);
    assert_status(key_export(software, wide("ECCPRIVATEBLOB"), &none, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_status(key_import(&tpm_provider, wide("ECCPRIVATEBLOB"), run(blob, size), &none, named(NULL), 0, &key),
                  NTE_SUCCESS);
    key_free(software);
    return key;
}

static struct key *identity(void)
{
    struct key *key;

    assert_status(key_create(&tpm_provider, wide("ECDSA_P256"), named(NULL), 0, 0, &key), NTE_SUCCESS);
    assert_status(set_u32(key, "PCP_KEY_USAGE_POLICY", 8), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

/* A chip certifies them as well, but whoever had the numbers before has them still. */
static void imported_subject(void **state)
{
    struct key *imported = imported_key(), *key = tpm_key("ECDSA_P256", NULL), *aik = identity();
    struct claim claim = key_claim(imported, aik);
    uint32_t size;

    (void)state;
    assert_status(verify_subject(key, key), NTE_SUCCESS);
    assert_status(verify_subject(imported, imported), NTE_BAD_SIGNATURE);
    assert_status(claim_create(&claim, 0, NULL, 0, &size), NTE_NOT_SUPPORTED);
    key_free(imported);
    key_free(key);
    key_free(aik);
}

/* The public part beside the statement is not the one whose name was signed. */
static void other_certified(void **state)
{
    struct key *key = tpm_key("ECDSA_P256", NULL), *other = tpm_key("ECDSA_P256", NULL);

    (void)state;
    assert_status(verify_subject(key, key), NTE_SUCCESS);
    assert_status(verify_subject(key, other), NTE_BAD_SIGNATURE);
    key_free(other);
    key_free(key);
}

/* Any other key of a chip signs whatever a program gives it. */
static void other_authority(void **state)
{
    struct key *key = tpm_key("ECDSA_P256", NULL);
    struct claim claim = key_claim(key, key);
    const struct tpm_material *tpm = tpm_material_of(key->material);
    struct bytes said = certify(tpm->blob.public, claim.key_nonce);
    struct bytes blob = key_blob(said, sign(key, TPM_SHA256, said), tpm->opaque);

    (void)state;
    assert_status(claim_verify(&claim, 0, blob), NTE_NOT_SUPPORTED);
    key_free(key);
}

/* One that came from outside signs there as well. */
static void imported_authority(void **state)
{
    static const uint8_t attributes[] = {0x02, 0x10, 0x20};     /* fixedTPM, fixedParent, sensitiveDataOrigin */
    struct key *aik = identity(), *key = tpm_key("ECDSA_P256", NULL);
    struct claim claim = key_claim(key, aik);
    uint8_t *last = (uint8_t *)tpm_material_of(aik->material)->blob.public.data + 9, blob[4096];
    uint32_t size;
    size_t i;

    (void)state;
    assert_status(claim_create(&claim, 0, blob, sizeof(blob), &size), NTE_SUCCESS);
    assert_status(claim_verify(&claim, 0, run(blob, size)), NTE_SUCCESS);
    for (i = 0; i < sizeof(attributes); i++)
    {
        *last ^= attributes[i];
        assert_status(claim_verify(&claim, 0, run(blob, size)), NTE_NOT_SUPPORTED);
        assert_status(claim_create(&claim, 0, NULL, 0, &size), NTE_NOT_SUPPORTED);
        *last ^= attributes[i];
    }
    key_free(key);
    key_free(aik);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(imported_subject, take_back),
        cmocka_unit_test_teardown(other_certified, take_back),
        cmocka_unit_test_teardown(other_authority, take_back),
        cmocka_unit_test_teardown(imported_authority, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
