/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What is done with a private key: it is loaded, used once, and gone from the chip when the call ends. */
#include <string.h>

#include "chip.h"

/* A number of fewer bytes has lost its leading zeros. */
static TSS2_RC put_number(uint8_t *output, size_t size, const uint8_t *number, size_t length)
{
    if (length > size) return TSS2_ESYS_RC_GENERAL_FAILURE;
    memset(output, 0, size - length);
    memcpy(output + size - length, number, length);
    return TSS2_RC_SUCCESS;
}

/* The key, and how it is to be used. */
static TSS2_RC load(struct chip *chip, const struct tpm_use *use, TPMA_SESSION secrets, ESYS_TR *key, ESYS_TR *session)
{
    TSS2_RC rc;

    if ((rc = chip_load(chip, use, key))) return rc;
    return chip_session(chip, use, secrets, session);
}

/* --- is it one of this chip's? --- */

static TSS2_RC check(struct chip *chip, void *context)
{
    struct tpm_use use = {*(const struct tpm_blob *)context, {NULL, 0}};
    ESYS_TR key;

    return chip_load(chip, &use, &key);
}

nte_status chip_check(const struct tpm_blob *blob)
{
    struct tpm_blob context = *blob;

    return chip_run(check, &context);
}

/* --- RSA --- */

struct power
{
    const struct tpm_use *use;
    int is_secret;
    struct bytes input;
    uint8_t *output;
};

static TSS2_RC raise(struct chip *chip, void *context)
{
    static const TPMT_RSA_DECRYPT bare = {.scheme = TPM2_ALG_NULL};
    static const TPM2B_DATA no_label;
    const struct power *power = context;
    TPM2B_PUBLIC_KEY_RSA input = {.size = power->input.size}, *output = NULL;
    ESYS_TR key, session;
    TSS2_RC rc;

    memcpy(input.buffer, power->input.data, power->input.size);
    if ((rc = load(chip, power->use, power->is_secret ? CHIP_SECRET_OUT : 0, &key, &session))) return rc;
    rc = Esys_RSA_Decrypt(chip->esys, key, session, ESYS_TR_NONE, ESYS_TR_NONE, &input, &bare, &no_label, &output);
    if ((rc = chip_judge(power->use, 1, rc))) return rc;
    rc = put_number(power->output, power->input.size, output->buffer, output->size);
    explicit_bzero(output, sizeof(*output));
    Esys_Free(output);
    return rc;
}

nte_status chip_rsa(const struct tpm_use *use, int is_secret, struct bytes input, uint8_t *output)
{
    struct power power = {use, is_secret, input, output};

    if (input.size > sizeof(((TPM2B_PUBLIC_KEY_RSA *)NULL)->buffer)) return NTE_NOT_SUPPORTED;
    return chip_run(raise, &power);
}

/* --- ECDSA --- */

struct signing
{
    const struct tpm_use *use;
    TPM2B_DIGEST digest;
    TPM2_ALG_ID hash;               /* the one of that length, which is all that a chip looks at */
    uint32_t field;
    uint8_t *signature;
};

static TSS2_RC sign(struct chip *chip, void *context)
{
    static const TPMT_TK_HASHCHECK no_ticket = {.tag = TPM2_ST_HASHCHECK, .hierarchy = TPM2_RH_NULL};
    const struct signing *signing = context;
    const TPMT_SIG_SCHEME scheme = {.scheme = TPM2_ALG_ECDSA, .details.ecdsa.hashAlg = signing->hash};
    const TPMS_SIGNATURE_ECC *numbers;
    TPMT_SIGNATURE *signature = NULL;
    ESYS_TR key, session;
    TSS2_RC rc;

    if ((rc = load(chip, signing->use, 0, &key, &session))) return rc;
    rc = Esys_Sign(chip->esys, key, session, ESYS_TR_NONE, ESYS_TR_NONE, &signing->digest, &scheme, &no_ticket,
                   &signature);
    if ((rc = chip_judge(signing->use, 1, rc))) return rc;
    numbers = &signature->signature.ecdsa;
    rc = put_number(signing->signature, signing->field, numbers->signatureR.buffer, numbers->signatureR.size);
    if (!rc) rc = put_number(signing->signature + signing->field, signing->field, numbers->signatureS.buffer,
                             numbers->signatureS.size);
    Esys_Free(signature);
    return rc;
}

/* A chip takes digests of the lengths of its hashes. One that is shorter is the same number with zeros before it. */
static int fit_digest(struct bytes digest, struct signing *signing)
{
    static const struct { size_t size; TPM2_ALG_ID hash; } lengths[] =
    {
        {32, TPM2_ALG_SHA256}, {48, TPM2_ALG_SHA384}, {64, TPM2_ALG_SHA512},
    };
    size_t i = 0;

    while (i < sizeof(lengths) / sizeof(*lengths) && lengths[i].size < digest.size) i++;
    if (i == sizeof(lengths) / sizeof(*lengths)) return 0;
    signing->hash = lengths[i].hash;
    signing->digest.size = lengths[i].size;
    return !put_number(signing->digest.buffer, lengths[i].size, digest.data, digest.size);
}

nte_status chip_ecdsa(const struct tpm_use *use, struct bytes digest, uint32_t field, uint8_t *signature)
{
    struct signing signing = {.use = use, .field = field, .signature = signature};

    if (!fit_digest(digest, &signing)) return NTE_NOT_SUPPORTED;
    return chip_run(sign, &signing);
}

/* --- ECDH --- */

struct agreeing
{
    const struct tpm_use *use;
    TPM2B_ECC_POINT point;
    uint32_t field;
    uint8_t *z;
};

static TSS2_RC agree(struct chip *chip, void *context)
{
    const struct agreeing *agreeing = context;
    TPM2B_ECC_POINT *agreed = NULL;
    ESYS_TR key, session;
    TSS2_RC rc;

    if ((rc = load(chip, agreeing->use, CHIP_SECRET_OUT, &key, &session))) return rc;
    rc = Esys_ECDH_ZGen(chip->esys, key, session, ESYS_TR_NONE, ESYS_TR_NONE, &agreeing->point, &agreed);
    if ((rc = chip_judge(agreeing->use, 1, rc))) return rc;
    rc = put_number(agreeing->z, agreeing->field, agreed->point.x.buffer, agreed->point.x.size);
    explicit_bzero(agreed, sizeof(*agreed));
    Esys_Free(agreed);
    return rc;
}

nte_status chip_ecdh(const struct tpm_use *use, const uint8_t *x, const uint8_t *y, uint32_t field, uint8_t *z)
{
    struct agreeing agreeing = {.use = use, .field = field, .z = z};
    TPMS_ECC_POINT *point = &agreeing.point.point;

    if (field > sizeof(point->x.buffer)) return NTE_NOT_SUPPORTED;
    point->x.size = point->y.size = field;
    memcpy(point->x.buffer, x, field);
    memcpy(point->y.buffer, y, field);
    return chip_run(agree, &agreeing);
}
