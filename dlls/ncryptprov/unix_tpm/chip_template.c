/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What a key is to be like. Ours have no scheme, so that every padding can be done outside of the chip, over the bare
 * operation (row T.71); but for identity keys, which must have one (row T.73). */
#include <string.h>

#include "chip.h"

#define OURS      (TPMA_OBJECT_USERWITHAUTH | TPMA_OBJECT_SIGN_ENCRYPT)
#define GENERATED (TPMA_OBJECT_FIXEDTPM | TPMA_OBJECT_FIXEDPARENT | TPMA_OBJECT_SENSITIVEDATAORIGIN)

/* Without a password there is none to guess: use of the key must not be refused because others guess at theirs. */
static TPMA_OBJECT attributes_of(const struct tpm_new *new)
{
    TPMA_OBJECT attributes = OURS;

    if (new->is_identity) return OURS | GENERATED | TPMA_OBJECT_RESTRICTED | (new->auth.size ? 0 : TPMA_OBJECT_NODA);
    if (!new->secret.size) attributes |= GENERATED;
    if (!new->auth.size) attributes |= TPMA_OBJECT_NODA;
    if (new->kind == TPM_RSA || new->agrees) attributes |= TPMA_OBJECT_DECRYPT;
    return attributes;
}

static void put(UINT16 *size, BYTE *buffer, size_t room, struct bytes number)
{
    *size = number.size < room ? number.size : room;
    if (*size) memcpy(buffer, number.data, *size);
}

static void fill_rsa(const struct tpm_new *new, TPMT_PUBLIC *area)
{
    TPM2B_PUBLIC_KEY_RSA *unique = &area->unique.rsa;

    area->type = TPM2_ALG_RSA;
    area->parameters.rsaDetail = (TPMS_RSA_PARMS){.symmetric.algorithm = TPM2_ALG_NULL,
                                                  .scheme.scheme = TPM2_ALG_NULL, .keyBits = new->bits};
    if (new->is_identity)
        area->parameters.rsaDetail.scheme = (TPMT_RSA_SCHEME){TPM2_ALG_RSASSA, {.rsassa.hashAlg = TPM2_ALG_SHA256}};
    put(&unique->size, unique->buffer, sizeof(unique->buffer), new->modulus);
}

static void fill_ec(const struct tpm_new *new, TPMT_PUBLIC *area)
{
    TPMS_ECC_POINT *unique = &area->unique.ecc;

    area->type = TPM2_ALG_ECC;
    area->parameters.eccDetail = (TPMS_ECC_PARMS){.symmetric.algorithm = TPM2_ALG_NULL, .scheme.scheme = TPM2_ALG_NULL,
                                                  .kdf.scheme = TPM2_ALG_NULL, .curveID = chip_curve(new->bits)};
    if (new->is_identity)
        area->parameters.eccDetail.scheme = (TPMT_ECC_SCHEME){TPM2_ALG_ECDSA, {.ecdsa.hashAlg = TPM2_ALG_SHA256}};
    put(&unique->x.size, unique->x.buffer, sizeof(unique->x.buffer), new->x);
    put(&unique->y.size, unique->y.buffer, sizeof(unique->y.buffer), new->y);
}

TPM2B_PUBLIC chip_template(const struct tpm_new *new)
{
    TPM2B_PUBLIC template = {.publicArea = {.nameAlg = TPM2_ALG_SHA256, .objectAttributes = attributes_of(new)}};

    if (new->kind == TPM_RSA) fill_rsa(new, &template.publicArea);
    else fill_ec(new, &template.publicArea);
    return template;
}
