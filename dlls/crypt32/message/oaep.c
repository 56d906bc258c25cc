/* SPDX-License-Identifier: LGPL-2.1-or-later
 * RSAES-OAEP-params (RFC 4055 4.1): what is left out is SHA-1, MGF1 with SHA-1, no label. */
#include "recipient.h"

/* PSourceAlgorithm: pSpecified with an OCTET STRING. */
static void read_label(struct der_reader *sequence, BCRYPT_OAEP_PADDING_INFO *padding)
{
    struct der_reader field = der_enter(sequence, DER_CONTEXT(2)), source = der_enter(&field, DER_SEQUENCE), label;

    der_enter(&source, DER_OID);
    label = der_enter(&source, DER_OCTET_STRING);
    if (source.failed) sequence->failed = TRUE;
    padding->pbLabel = (BYTE *)label.data;
    padding->cbLabel = label.left;
}

SECURITY_STATUS read_oaep(const struct der_reader *parameters, BCRYPT_OAEP_PADDING_INFO *padding)
{
    struct der_reader all = *parameters, sequence = der_enter(&all, DER_SEQUENCE);
    const WCHAR *hash, *mgf_hash;

    ZeroMemory(padding, sizeof(*padding));
    read_hash_fields(&sequence, &hash, &mgf_hash);
    if (der_next(&sequence) == DER_CONTEXT(2)) read_label(&sequence, padding);
    if ((parameters->left && sequence.failed) || !hash || !mgf_hash) return NTE_BAD_DATA;
    padding->pszAlgId = hash;
    return lstrcmpW(hash, mgf_hash) ? NTE_NOT_SUPPORTED : ERROR_SUCCESS;
}
