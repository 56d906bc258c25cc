/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims of a TPM and what looks at them: the engine, tpm2-tools, OpenSSL. Include after cmocka.h. */
#ifndef TESTS_TPM_CLAIM_SAMPLE_H
#define TESTS_TPM_CLAIM_SAMPLE_H

#include "key/claim.h"
#include "provider/tpm/tpm_statement.h"
#include "tpm_sample.h"

static inline struct key *identity(const char *alg)
{
    struct key *key;

    assert_status(key_create(&tpm_provider, wide(alg), named(NULL), 0, 0, &key), NTE_SUCCESS);
    if (!strcmp(alg, "RSA")) assert_status(set_u32(key, "Length", 2048), NTE_SUCCESS);
    assert_status(set_u32(key, "PCP_KEY_USAGE_POLICY", 8), NTE_SUCCESS);
    assert_status(key_finalize(key, 0), NTE_SUCCESS);
    return key;
}

static inline struct bytes make(const struct claim *claim)
{
    uint8_t *blob = take(8192);
    uint32_t size = 0, written;

    assert_status(claim_create(claim, 0, NULL, 0, &size), NTE_SUCCESS);
    assert_true(size && size <= 8192);
    assert_status(claim_create(claim, 0, blob, size, &written), NTE_SUCCESS);
    assert_int_equal(written, size);
    return bytes_of(blob, size);
}

static inline nte_status try_make(const struct claim *claim)
{
    uint32_t size;

    return claim_create(claim, 0, NULL, 0, &size);
}

static inline uint32_t number_at(struct bytes blob, size_t offset)
{
    struct reader r = {blob.data + offset, 4, 0};

    return read_u32(&r);
}

/* In the directory of the TPM. */
static inline int tool(const char *arguments)
{
    char command[1024];

    snprintf(command, sizeof(command), "cd %s && export TPM2TOOLS_TCTI=\"$NCRYPT_TPM_TCTI\" && %s > said 2>&1",
             tpm.root, arguments);
    return system(command);
}

static inline void must(const char *arguments)
{
    char command[96];

    if (access("/usr/bin/tpm2_checkquote", X_OK) || access("/usr/bin/openssl", X_OK)) skip();
    if (!tool(arguments)) return;
    snprintf(command, sizeof(command), "cat %s/said", tpm.root);
    if (system(command)) fail();
    fail_msg("%s", arguments);
}

static inline void write_public_key(struct key *key, const char *name)
{
    const struct tpm_blob *blob = &tpm_material_of(key->material)->blob;

    write_beside(name, blob->public);
}

/* Every byte of a claim counts, but for those that nobody has signed. */
static inline void check_damage(const struct claim *claim, struct bytes blob, size_t from, size_t to)
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

#endif
