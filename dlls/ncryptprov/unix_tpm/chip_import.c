/* SPDX-License-Identifier: LGPL-2.1-or-later
 * TPM2_Import: a key that was made elsewhere. Its private number crosses to the chip encrypted under a key of its own,
 * the inner wrapper of part 1 of the specification, and that key crosses in a session that encrypts it. */
#include <string.h>
#include <sys/random.h>

#include <nettle/aes.h>
#include <nettle/cfb.h>
#include <nettle/sha2.h>
#include <tss2/tss2_mu.h>

#include "chip.h"

#define WRAP_KEY 16                 /* bytes: AES-128 */

struct import
{
    TPM2B_PUBLIC public;
    TPM2B_PRIVATE duplicate;        /* encrypted */
    TPM2B_DATA key;
    struct writer *out;
};

/* --- the sensitive area --- */

static int fill_sensitive(const struct tpm_new *new, TPM2B_SENSITIVE *sensitive)
{
    TPMT_SENSITIVE *area = &sensitive->sensitiveArea;
    TPM2B_PRIVATE_KEY_RSA *prime = &area->sensitive.rsa;
    TPM2B_ECC_PARAMETER *scalar = &area->sensitive.ecc;

    if (new->auth.size > sizeof(area->authValue.buffer)) return 0;
    area->authValue.size = new->auth.size;
    if (new->auth.size) memcpy(area->authValue.buffer, new->auth.data, new->auth.size);
    area->sensitiveType = new->kind == TPM_RSA ? TPM2_ALG_RSA : TPM2_ALG_ECC;
    if (new->secret.size > (new->kind == TPM_RSA ? sizeof(prime->buffer) : sizeof(scalar->buffer))) return 0;
    *(new->kind == TPM_RSA ? &prime->size : &scalar->size) = new->secret.size;
    memcpy(new->kind == TPM_RSA ? prime->buffer : scalar->buffer, new->secret.data, new->secret.size);
    return 1;
}

/* --- its wrapper: the digest of area and name, then the area --- */

static void hash_parts(const uint8_t *one, size_t one_size, const uint8_t *other, size_t other_size, uint8_t *digest)
{
    struct sha256_ctx hash;

    sha256_init(&hash);
    sha256_update(&hash, one_size, one);
    sha256_update(&hash, other_size, other);
    sha256_digest(&hash, SHA256_DIGEST_SIZE, digest);
    explicit_bzero(&hash, sizeof(hash));
}

#define NAME_SIZE (2 + SHA256_DIGEST_SIZE)

static TSS2_RC name_of(const TPM2B_PUBLIC *public, uint8_t name[NAME_SIZE])
{
    uint8_t area[sizeof(public->publicArea)];
    size_t used = 0;
    TSS2_RC rc;

    if ((rc = Tss2_MU_TPMT_PUBLIC_Marshal(&public->publicArea, area, sizeof(area), &used))) return rc;
    name[0] = TPM2_ALG_SHA256 >> 8;
    name[1] = TPM2_ALG_SHA256 & 0xff;
    hash_parts(area, used, NULL, 0, name + 2);
    return rc;
}

static void encrypt(struct import *import)
{
    uint8_t iv[AES_BLOCK_SIZE] = {0};
    struct aes128_ctx aes;

    aes128_set_encrypt_key(&aes, import->key.buffer);
    cfb_encrypt(&aes, (nettle_cipher_func *)aes128_encrypt, AES_BLOCK_SIZE, iv, import->duplicate.size,
                import->duplicate.buffer, import->duplicate.buffer);
    explicit_bzero(&aes, sizeof(aes));
}

static TSS2_RC wrap_area(const TPM2B_SENSITIVE *sensitive, struct import *import)
{
    uint8_t *buffer = import->duplicate.buffer, name[NAME_SIZE];
    size_t start = 2 + SHA256_DIGEST_SIZE, used = start;
    TSS2_RC rc;

    if ((rc = name_of(&import->public, name))) return rc;
    rc = Tss2_MU_TPM2B_SENSITIVE_Marshal(sensitive, buffer, sizeof(import->duplicate.buffer), &used);
    if (rc) return rc;
    buffer[0] = 0;
    buffer[1] = SHA256_DIGEST_SIZE;
    hash_parts(buffer + start, used - start, name, sizeof(name), buffer + 2);
    import->duplicate.size = used;
    encrypt(import);
    return rc;
}

static nte_status wrap(const struct tpm_new *new, struct import *import)
{
    TPM2B_SENSITIVE sensitive = {0};
    TSS2_RC rc = TSS2_RC_SUCCESS;
    int fits = fill_sensitive(new, &sensitive);

    import->key.size = WRAP_KEY;
    if (getrandom(import->key.buffer, WRAP_KEY, 0) != WRAP_KEY) return NTE_INTERNAL_ERROR;
    if (fits) rc = wrap_area(&sensitive, import);
    explicit_bzero(&sensitive, sizeof(sensitive));
    if (!fits) return NTE_NOT_SUPPORTED;
    return chip_status(rc);
}

/* --- into the chip --- */

static TSS2_RC bring(struct chip *chip, void *context)
{
    static const TPMT_SYM_DEF_OBJECT cipher = {.algorithm = TPM2_ALG_AES, .keyBits.aes = 8 * WRAP_KEY,
                                               .mode.aes = TPM2_ALG_CFB};
    static const TPM2B_ENCRYPTED_SECRET no_seed;
    const struct tpm_use use = {.auth = {NULL, 0}};
    const struct import *import = context;
    TPM2B_PRIVATE *private = NULL;
    ESYS_TR parent, session;
    TSS2_RC rc;

    if ((rc = chip_parent(chip, &parent))) return rc;
    if ((rc = chip_session(chip, &use, CHIP_SECRET_IN, &session))) return rc;
    rc = Esys_Import(chip->esys, parent, session, ESYS_TR_NONE, ESYS_TR_NONE, &import->key, &import->public,
                     &import->duplicate, &no_seed, &cipher, &private);
    if (!rc) rc = chip_write_private(private, import->out);
    Esys_Free(private);
    return rc;
}

/* What a chip says of a key that is none. */
static nte_status verdict(nte_status status)
{
    switch (status)
    {
    case NTE_SUCCESS: case NTE_DEVICE_NOT_READY: case NTE_NO_MEMORY: case NTE_NOT_SUPPORTED: case NTE_INTERNAL_ERROR:
    case NTE_PERM:
        return status;
    default:
        return NTE_INVALID_PARAMETER;
    }
}

nte_status chip_import(const struct tpm_new *new, struct writer *public, struct writer *private)
{
    struct import import = {.public = chip_template(new), .out = private};
    nte_status status;

    if (!(status = wrap(new, &import))) status = verdict(chip_run(bring, &import));
    if (!status) status = chip_status(chip_write_public(&import.public, public));
    explicit_bzero(&import, sizeof(import));
    return status;
}
