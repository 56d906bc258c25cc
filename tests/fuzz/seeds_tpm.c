/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Seeds of fuzz_tpm: what a TPM gives out, in its layout (rows T.31, T.36, T.37); there is no chip behind it. */
#include "fuzz.h"
#include "provider/tpm/tpm_statement.h"
#include "seeds.h"

static void write_big(struct writer *w, uint32_t value, int bytes)
{
    while (bytes--) write_u8(w, value >> (8 * bytes));
}

/* TPM2B_... */
static void write_part(struct writer *w, size_t size)
{
    write_big(w, size, 2);
    require(write_space(w, size));
}

static void save(const char *name, int what, struct bytes seed)
{
    struct writer w = {0};

    write_u8(&w, what);
    write_bytes(&w, seed.data, seed.size);
    save_seed("tpm", name, pool_written(&w));
}

static void save_opaque(const char *name, size_t public_size, size_t private_size, int has_auth)
{
    struct writer public = {0}, private = {0}, w = {0};
    struct tpm_blob blob;

    write_part(&public, public_size);
    write_part(&private, private_size);
    blob = (struct tpm_blob){pool_written(&public), pool_written(&private)};
    tpm_opaque_write(&w, &blob, has_auth);
    save(name, 0, pool_written(&w));
}

static void save_sealed(void)
{
    struct writer w = {0};

    write_bytes(&w, "TPSL", 4);
    write_u32(&w, 1);
    write_u32(&w, 1);
    write_u32(&w, 48);
    write_u32(&w, 160);
    write_part(&w, 46);
    write_part(&w, 158);
    require(write_space(&w, 60));   /* nonce, 32 bytes, tag */
    save("sealed", 1, pool_written(&w));
}

static struct writer begin_attest(uint32_t kind)
{
    struct writer w = {0};

    write_big(&w, 0xff544347, 4);
    write_big(&w, kind, 2);
    write_part(&w, 34);             /* who says it */
    write_part(&w, 20);             /* nonce */
    require(write_space(&w, 25));   /* clock, firmware */
    return w;
}

static void save_attest(const char *name, struct writer *attest)
{
    struct bytes said = pool_written(attest);
    struct writer w = {0};

    write_sized(&w, said.data, said.size);
    require(write_space(&w, PCR_COUNT * 32));
    save(name, 2, pool_written(&w));
}

static void save_attests(void)
{
    struct writer w = begin_attest(ATTEST_CERTIFY);

    write_part(&w, 34);
    write_part(&w, 34);
    save_attest("certify", &w);
    w = begin_attest(ATTEST_QUOTE);
    write_big(&w, 1, 4);
    write_big(&w, TPM_SHA256, 2);
    write_big(&w, 0x03810000, 4);   /* three bytes of registers: 0, 7, 16 */
    w.data[w.used - 1] = 1;
    write_part(&w, 32);
    save_attest("quote", &w);
}

static void save_signatures(void)
{
    struct writer rsa = {0}, ec = {0};

    write_big(&rsa, 0x0014000b, 4);
    write_part(&rsa, 128);
    save("rsassa", 3, pool_written(&rsa));
    write_big(&ec, 0x0018000b, 4);
    write_part(&ec, 32);
    write_part(&ec, 32);
    save("ecdsa", 3, pool_written(&ec));
}

void save_tpm(void)
{
    save_opaque("opaque-ec", 86, 126, 0);
    save_opaque("opaque-rsa", 278, 222, 1);
    save_sealed();
    save_attests();
    save_signatures();
}
