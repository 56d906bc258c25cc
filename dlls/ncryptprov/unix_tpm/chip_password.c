/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Passwords of keys that were wrong, as digests of key and password: each try counts against all keys of the chip (row
 * T.72), so none goes there twice. Whoever looks here has the turn, and sends before another one looks. */
#include <string.h>

#include <nettle/sha2.h>

#include "chip.h"

#define MOST_WRONG 64               /* the oldest go when there are more */

static uint8_t wrong[MOST_WRONG][SHA256_DIGEST_SIZE];
static unsigned int wrong_count;

/* The private part begins with its length. */
static void digest_of(const struct tpm_use *use, uint8_t digest[SHA256_DIGEST_SIZE])
{
    struct sha256_ctx hash;

    sha256_init(&hash);
    sha256_update(&hash, use->blob.private.size, use->blob.private.data);
    sha256_update(&hash, use->auth.size, use->auth.data);
    sha256_digest(&hash, SHA256_DIGEST_SIZE, digest);
    explicit_bzero(&hash, sizeof(hash));
}

static int was_wrong(const uint8_t digest[SHA256_DIGEST_SIZE])
{
    unsigned int i;

    for (i = 0; i < MOST_WRONG && i < wrong_count; i++)
        if (!memcmp(wrong[i], digest, SHA256_DIGEST_SIZE)) return 1;
    return 0;
}

TSS2_RC chip_may_try(const struct tpm_use *use)
{
    uint8_t digest[SHA256_DIGEST_SIZE];

    digest_of(use, digest);
    return was_wrong(digest) ? TPM2_RC_AUTH_FAIL : TSS2_RC_SUCCESS;
}

/* Of other sessions: the password of a hierarchy, or of the parent. */
static int is_of_session(TSS2_RC rc, unsigned int number)
{
    TSS2_RC code = chip_code(rc);

    if (code != TPM2_RC_AUTH_FAIL && code != TPM2_RC_BAD_AUTH) return 0;
    return (rc & (TPM2_RC_N_MASK | TPM2_RC_P)) == TPM2_RC_S + number * TPM2_RC_1;
}

TSS2_RC chip_judge(const struct tpm_use *use, unsigned int number, TSS2_RC rc)
{
    if (is_of_session(rc, number)) digest_of(use, wrong[wrong_count++ % MOST_WRONG]);
    return rc;
}
