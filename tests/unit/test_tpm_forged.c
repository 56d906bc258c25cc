/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Claims that no TPM has made: a software key signs what a chip might say, so that everything but one thing is right.
 * The verifier has its public half only, as a server has that of an identity key (rows T.34 to T.38). */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "crypto/hash.h"
#include "key/claim.h"
#include "provider/tpm/tpm_statement.h"
#include "tpm_sample.h"

#define SIGNED_EC       0x0018u
#define ALL_REGISTERS   0xffffffu

static struct swtpm tpm;
static const struct blob_options none;
static const struct padding unpadded;
static const struct { uint32_t id; const char *name; } hashes[] =
{
    {0x0004, "SHA1"}, {0x000b, "SHA256"}, {0x000c, "SHA384"}, {0x000d, "SHA512"},
};

static int set_up(void **state)
{
    const struct provider_class *opened;

    if (attach_stores(state) || start_swtpm(&tpm)) return -1;
    return tpm_provider.open(&tpm_provider, tpm_provider.name, NULL, &opened) ? -1 : 0;
}

static int clear_up(void **state)
{
    return remove_swtpm(&tpm) || remove_stores(state) ? -1 : 0;
}

static const struct hash *hash_of(uint32_t id)
{
    size_t i;

    for (i = 0; i < sizeof(hashes) / sizeof(*hashes); i++)
        if (hashes[i].id == id) return hash_find_ascii(hashes[i].name);
    return NULL;
}

static struct bytes digest(uint32_t hash, struct bytes data)
{
    uint8_t *value = take(64);

    assert_status(hash_once(hash_of(hash), data, value), NTE_SUCCESS);
    return bytes_of(value, hash_of(hash)->size);
}

/* What was written, until the next take_back. */
static struct bytes taken(struct writer *w)
{
    struct bytes copy = bytes_of(take(w->used), w->used);

    assert_false(w->failed);
    if (w->used) memcpy((uint8_t *)copy.data, w->data, w->used);
    writer_free(w);
    return copy;
}

/* --- what a chip says, big-endian --- */

static void say_u16(struct writer *w, uint32_t value)
{
    write_u8(w, value >> 8);
    write_u8(w, value);
}

static void say_sized(struct writer *w, struct bytes part)
{
    say_u16(w, part.size);
    write_bytes(w, part.data, part.size);
}

static void say_head(struct writer *w, uint32_t kind, struct bytes nonce)
{
    static const uint8_t clock_and_firmware[17 + 8];

    write_bytes(w, "\xff" "TCG", 4);
    say_u16(w, kind);
    say_sized(w, text(""));
    say_sized(w, nonce);
    write_bytes(w, clock_and_firmware, sizeof(clock_and_firmware));
}

/* TPMT_SIGNATURE of ECDSA. */
static struct bytes sign(struct key *signer, uint32_t hash, struct bytes said)
{
    uint8_t signature[64];
    struct writer w = {0};
    uint32_t size;

    assert_status(key_sign(signer, &unpadded, 0, digest(hash, said), signature, 64, &size), NTE_SUCCESS);
    say_u16(&w, SIGNED_EC);
    say_u16(&w, hash);
    say_sized(&w, run(signature, 32));
    say_sized(&w, run(signature + 32, 32));
    return taken(&w);
}

static struct key *public_half(struct key *key)
{
    uint8_t half[256];
    struct key *public;
    uint32_t size;

    assert_status(key_export(key, wide("ECCPUBLICBLOB"), &none, 0, half, sizeof(half), &size), NTE_SUCCESS);
    assert_status(key_import(&tpm_provider, wide("ECCPUBLICBLOB"), run(half, size), &none, named(NULL), 0, &public),
                  NTE_SUCCESS);
    return public;
}

/* --- of the machine --- */

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
    return cmocka_run_group_tests(tests, set_up, clear_up);
}
