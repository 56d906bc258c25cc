/* SPDX-License-Identifier: LGPL-2.1-or-later
 * libFuzzer target: any bytes as what comes from a TPM or pretends to: an OpaqueKeyBlob, a sealed secret, what a chip
 * has said, and a signature of that. What is read must be within what was given.
 *
 * Input: which of them (1 byte), then it; a quote is followed by its size (2) before that, and its registers behind
 * it. */
#include "fuzz.h"
#include "provider/tpm/tpm_statement.h"

static void check_inside(struct bytes part, struct bytes whole)
{
    require(!part.size || (part.data >= whole.data && part.data + part.size <= whole.data + whole.size));
}

/* What is read is what was written, and nothing was left out. */
static void read_opaque(struct bytes data)
{
    struct tpm_blob blob, again;
    struct writer w = {0};
    struct bytes written;
    int has_auth, has_auth_again;

    if (tpm_opaque_read(data, &blob, &has_auth)) return;
    check_inside(blob.public, data);
    check_inside(blob.private, data);
    tpm_opaque_write(&w, &blob, has_auth);
    written = pool_written(&w);
    require(!tpm_opaque_read(written, &again, &has_auth_again));
    require(same_bytes(blob.public, again.public) && same_bytes(blob.private, again.private));
    require(has_auth == has_auth_again);
}

/* No chip is asked for the size. */
static void read_sealed(struct bytes data)
{
    const struct padding no_password = {0};
    uint32_t size = 0;
    uint8_t output[1];

    if (tpm_unseal(NULL, &no_password, data, NULL, 0, &size)) return;
    require(size && size < data.size);
    if (size > 1) require(tpm_unseal(NULL, &no_password, data, output, 1, &size) == NTE_BUFFER_TOO_SMALL);
}

static void read_attest(struct reader *input)
{
    struct bytes said = take_sized(input), values = take_rest(input);
    struct attest attest;

    if (tpm_attest_read(said, &attest)) return;
    require(attest.kind == ATTEST_QUOTE || attest.kind == ATTEST_CERTIFY);
    check_inside(attest.nonce, said);
    check_inside(attest.name, said);
    check_inside(attest.digest, said);
    require(!(attest.pcrs >> PCR_COUNT));
    tpm_registers_verify(&attest, values, 32, bytes_of("\0\x14\0\x0b", 4));
}

/* Nobody has the private half of the fixed key here: none is right. */
static void read_signature(struct bytes signature)
{
    uint64_t key = fixed_rsa();
    const struct material *numbers = ((struct key *)(uintptr_t)key)->material;

    require(tpm_signature_verify(numbers, bytes_of("said", 4), signature) != NTE_SUCCESS);
    object_end(key);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct reader input = {data, size, 0};
    uint8_t what = take_u8(&input) % 4;

    attach();
    if (what == 0) read_opaque(take_rest(&input));
    else if (what == 1) read_sealed(take_rest(&input));
    else if (what == 2) read_attest(&input);
    else read_signature(take_rest(&input));
    pool_free();
    return 0;
}
