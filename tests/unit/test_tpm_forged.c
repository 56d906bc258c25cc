/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Quotes that no TPM has made, right but for one thing: of fewer registers than were asked for, with a table of other
 * than 24 registers, with a nonce that is too short (row T.37). Those with any hash that chips have are believed. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tpm_forge.h"

#define ALL_REGISTERS 0xffffffu

struct quote
{
    uint32_t signed_with, bank, mask, table_size;
    const char *nonce;
};

static struct bytes table_of(const struct quote *quote)
{
    uint8_t *table = take(quote->table_size);
    uint32_t i;

    for (i = 0; i < quote->table_size; i++) table[i] = i * 7;
    return bytes_of(table, quote->table_size);
}

/* The registers in the mask, one after the other, under the hash of the signature. */
static struct bytes digest_of_registers(const struct quote *quote, struct bytes table)
{
    uint32_t size = hash_of(quote->bank)->size, i;
    struct writer w = {0};

    for (i = 0; i < 24 && (i + 1) * size <= table.size; i++)
        if (quote->mask & 1u << i) write_bytes(&w, table.data + i * size, size);
    return digest(quote->signed_with, taken(&w));
}

static struct bytes said_of(const struct quote *quote, struct bytes table)
{
    struct writer w = {0};

    say_head(&w, ATTEST_QUOTE, text(quote->nonce));
    say_u16(&w, 0);
    say_u16(&w, 1);                                 /* one bank */
    say_u16(&w, quote->bank);
    write_u8(&w, 3);
    write_u8(&w, quote->mask);
    write_u8(&w, quote->mask >> 8);
    write_u8(&w, quote->mask >> 16);
    say_sized(&w, digest_of_registers(quote, table));
    return taken(&w);
}

static struct bytes platform_blob(struct key *signer, const struct quote *quote)
{
    struct bytes table = table_of(quote), said = said_of(quote, table);
    struct bytes signature = sign(signer, quote->signed_with, said);
    struct writer w = {0};

    write_u32(&w, STATEMENT_PLATFORM);
    write_u32(&w, 0);
    write_u32(&w, quote->bank);
    write_u32(&w, signature.size);
    write_u32(&w, said.size);
    write_u32(&w, table.size);
    write_bytes(&w, signature.data, signature.size);
    write_bytes(&w, said.data, said.size);
    write_bytes(&w, table.data, table.size);
    return taken(&w);
}

/* asked: 0: for no particular registers. */
static nte_status verify_quote(const struct quote *quote, uint32_t asked)
{
    struct key *signer = final_key("ECDSA_P256", NULL), *public = public_half(signer);
    struct claim claim = {.authority = public, .type = CLAIM_PLATFORM, .has_parameters = 1,
                          .platform_nonce = text(quote->nonce), .pcr_mask = bytes_of(NULL, 0)};
    nte_status status;

    if (asked) claim.pcr_mask = run(&asked, sizeof(asked));
    status = claim_verify(&claim, 0, platform_blob(signer, quote));
    key_free(public);
    key_free(signer);
    return status;
}

static const struct quote sound = {TPM_SHA256, TPM_SHA256, ALL_REGISTERS, 24 * 32, "sixteen or more bytes"};

/* The digest of a quote is made with the hash of the signature, whatever bank the registers are of. */
static void hashes_of_quotes(void **state)
{
    struct quote quote;
    size_t i, j;

    (void)state;
    for (i = 0; i < sizeof(hashes) / sizeof(*hashes); i++)
        for (j = 0; j < sizeof(hashes) / sizeof(*hashes); j++)
        {
            quote = sound;
            quote.signed_with = hashes[i].id;
            quote.bank = hashes[j].id;
            quote.table_size = 24 * hash_of(quote.bank)->size;
            assert_status(verify_quote(&quote, ALL_REGISTERS), NTE_SUCCESS);
        }
}

/* Who asks for no particular registers asks for all, and gets no fewer. */
static void fewer_registers(void **state)
{
    struct quote quote = sound;

    (void)state;
    assert_status(verify_quote(&quote, 0), NTE_SUCCESS);
    quote.mask = 0x10083;
    assert_status(verify_quote(&quote, 0x10083), NTE_SUCCESS);
    assert_status(verify_quote(&quote, 0), NTE_BAD_SIGNATURE);
    assert_status(verify_quote(&quote, 0x10081), NTE_BAD_SIGNATURE);
    quote.mask = 0;
    assert_status(verify_quote(&quote, 0), NTE_BAD_SIGNATURE);
    assert_status(verify_quote(&quote, 1), NTE_BAD_SIGNATURE);
}

static void tables(void **state)
{
    static const uint32_t sizes[] = {0, 24, 23 * 32, 24 * 31, 24 * 20, 24 * 48, 25 * 32, 48 * 32};
    struct quote quote = sound;
    size_t i;

    (void)state;
    for (i = 0; i < sizeof(sizes) / sizeof(*sizes); i++)
    {
        quote.table_size = sizes[i];
        assert_status(verify_quote(&quote, 0), NTE_BAD_DATA);
    }
}

/* One that can be guessed says nothing of when the quote was made (row T.37). */
static void nonces(void **state)
{
    struct quote quote = sound;

    (void)state;
    quote.nonce = "";
    assert_status(verify_quote(&quote, 0), NTE_INVALID_PARAMETER);
    quote.nonce = "fifteen bytes..";
    assert_status(verify_quote(&quote, 0), NTE_INVALID_PARAMETER);
    quote.nonce = "sixteen bytes...";
    assert_status(verify_quote(&quote, 0), NTE_SUCCESS);
    quote.nonce = "sixty-four bytes are as many as a chip takes into what it says..";
    assert_status(verify_quote(&quote, 0), NTE_SUCCESS);
    quote.nonce = "sixty-four bytes are as many as a chip takes into what it says...";
    assert_status(verify_quote(&quote, 0), NTE_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] =
    {
        cmocka_unit_test_teardown(hashes_of_quotes, take_back),
        cmocka_unit_test_teardown(fewer_registers, take_back),
        cmocka_unit_test_teardown(tables, take_back),
        cmocka_unit_test_teardown(nonces, take_back),
    };

    need_tpm();
    return cmocka_run_group_tests(tests, set_up_provider, remove_provider);
}
