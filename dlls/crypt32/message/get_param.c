/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptMsgGetParam: what Wine does not know of encrypted messages, or does not see of those that it is shown in
 * another form. */
#include "message.h"

void *get_sized_parameter(HCRYPTMSG message, DWORD type, DWORD index, DWORD *size)
{
    void *data;

    *size = 0;
    if (!WINE(CryptMsgGetParam)(message, type, index, NULL, size) || !(data = allocate(*size))) return NULL;
    if (WINE(CryptMsgGetParam)(message, type, index, data, size)) return data;
    release(data);
    return NULL;
}

void *get_parameter(HCRYPTMSG message, DWORD type, DWORD index)
{
    DWORD size;

    return get_sized_parameter(message, type, index, &size);
}

static BOOL give_number(DWORD number, void *output, DWORD *size)
{
    return give_bytes(&number, sizeof(number), output, size);
}

/* --- lists: certificates, lists of revoked ones, recipients --- */

static DWORD count_values(struct der_reader values)
{
    DWORD count = 0;

    for (; values.data && !values.failed && values.left; count++) der_enter(&values, der_next(&values));
    return count;
}

static BOOL give_value(struct der_reader values, DWORD index, void *output, DWORD *size)
{
    struct der_reader whole = values;

    if (index >= count_values(values)) return fail(CRYPT_E_INVALID_INDEX);
    do
    {
        whole = values;
        der_enter(&values, der_next(&values));
        whole.left -= values.left;
    } while (index--);
    return values.failed ? fail(CRYPT_E_ASN1_CORRUPT) : give_bytes(whole.data, whole.left, output, size);
}

static DWORD count_recipients(struct der_reader recipients)
{
    struct der_reader whole, info;
    DWORD count = 0;
    BYTE tag;

    while (next_recipient(&recipients, &whole, &tag, &info)) count++;
    return count;
}

/* --- what describes the content --- */

static BOOL give_content_type(struct der_reader content, void *output, DWORD *size)
{
    struct der_reader oid = der_enter(&content, DER_OID);
    char text[64];

    if (oid.failed || !der_oid_text(&oid, text, sizeof(text))) return fail(CRYPT_E_ASN1_CORRUPT);
    return give_bytes(text, lstrlenA(text) + 1, output, size);
}

static BOOL give_content_algorithm(struct der_reader content, void *output, DWORD *size)
{
    der_enter(&content, DER_OID);
    return give_algorithm(der_enter(&content, DER_SEQUENCE), output, size);
}

static BOOL give_attributes(struct der_reader attributes, void *output, DWORD *size)
{
    struct der set = {0};
    BOOL given;

    if (!attributes.data) return fail(CRYPT_E_ATTRIBUTES_MISSING);
    der_value(&set, DER_SET, attributes.data, attributes.left);
    given = set.failed ? fail(ERROR_OUTOFMEMORY)
            : WINE(CryptDecodeObjectEx)(X509_ASN_ENCODING | PKCS_7_ASN_ENCODING, PKCS_ATTRIBUTES, set.data, set.used, 0,
                                        NULL, output, size);
    der_free(&set);
    return given;
}

static BOOL get_envelope_parameter(const struct der *envelope, DWORD type, DWORD index, void *output, DWORD *size,
                                   BOOL *is_ours)
{
    struct der_reader data = {envelope->data, envelope->used, FALSE};
    struct envelope_parts parts;

    *is_ours = envelope->used && read_envelope(data, &parts);
    if (!*is_ours) return FALSE;
    switch (type)
    {
    case CMSG_VERSION_PARAM: return give_number(parts.version, output, size);
    case CMSG_INNER_CONTENT_TYPE_PARAM: return give_content_type(parts.content, output, size);
    case CMSG_ENVELOPE_ALGORITHM_PARAM: return give_content_algorithm(parts.content, output, size);
    case CMSG_CERT_COUNT_PARAM: return give_number(count_values(parts.certificates), output, size);
    case CMSG_CERT_PARAM: return give_value(parts.certificates, index, output, size);
    case CMSG_CRL_COUNT_PARAM: return give_number(count_values(parts.crls), output, size);
    case CMSG_CRL_PARAM: return give_value(parts.crls, index, output, size);
    case CMSG_CMS_RECIPIENT_COUNT_PARAM: return give_number(count_recipients(parts.recipients), output, size);
    case CMSG_CMS_RECIPIENT_INFO_PARAM: return give_recipient_info(&parts, index, output, size);
    case CMSG_UNPROTECTED_ATTR_PARAM: return give_attributes(parts.attributes, output, size);
    }
    *is_ours = FALSE;
    return FALSE;
}

/* --- signers --- */

static void *take_copy(BYTE **next, const CRYPT_DATA_BLOB *blob)
{
    void *copy = CopyMemory(*next, blob->pbData, blob->cbData);

    *next += blob->cbData;
    return copy;
}

/* In one block, as Windows has it. */
static void fill_id(const CERT_ID *id, CERT_ID *copy)
{
    BYTE *next = (BYTE *)(copy + 1);

    *copy = *id;
    if (id->dwIdChoice == CERT_ID_KEY_IDENTIFIER)
    {
        copy->KeyId.pbData = take_copy(&next, (const CRYPT_DATA_BLOB *)&id->KeyId);
        return;
    }
    copy->IssuerSerialNumber.Issuer.pbData = take_copy(&next, (const void *)&id->IssuerSerialNumber.Issuer);
    copy->IssuerSerialNumber.SerialNumber.pbData = take_copy(&next, (const void *)&id->IssuerSerialNumber.SerialNumber);
}

static BOOL give_id(const CERT_ID *id, void *output, DWORD *size)
{
    DWORD room = *size;

    *size = sizeof(*id);
    if (id->dwIdChoice == CERT_ID_KEY_IDENTIFIER) *size += id->KeyId.cbData;
    else *size += id->IssuerSerialNumber.Issuer.cbData + id->IssuerSerialNumber.SerialNumber.cbData;
    if (output && room < *size) return fail(ERROR_MORE_DATA);
    if (output) fill_id(id, output);
    return TRUE;
}

/* CMSG_SIGNER_CERT_ID_PARAM, which Wine has as a part of something greater alone. */
static BOOL give_signer_id(HCRYPTMSG message, DWORD index, void *output, DWORD *size)
{
    CMSG_CMS_SIGNER_INFO *signer = get_parameter(message, CMSG_CMS_SIGNER_INFO_PARAM, index);
    BOOL given = signer && give_id(&signer->SignerId, output, size);

    release(signer);
    return given;
}

BOOL WINAPI CryptMsgGetParam(HCRYPTMSG message, DWORD type, DWORD index, void *output, DWORD *size)
{
    const struct message_state *state;
    BOOL is_ours = FALSE, given = FALSE;

    message = answering_message(message);
    state = bridge_is_off || !size ? NULL : find_state(message);
    if (state && state->enveloping) return enveloping_get(state->enveloping, type, output, size);
    if (state) given = get_envelope_parameter(&state->envelope, type, index, output, size, &is_ours);
    if (!is_ours && type == CMSG_SIGNER_CERT_ID_PARAM && !bridge_is_off && size)
        return give_signer_id(message, index, output, size);
    return is_ours ? given : WINE(CryptMsgGetParam)(message, type, index, output, size);
}
