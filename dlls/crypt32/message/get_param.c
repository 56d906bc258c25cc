/* SPDX-License-Identifier: LGPL-2.1-or-later
 * CryptMsgGetParam: what Wine does not know of encrypted messages, or does not see of those that it is shown in
 * another form. */
#include "message.h"

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

BOOL WINAPI CryptMsgGetParam(HCRYPTMSG message, DWORD type, DWORD index, void *output, DWORD *size)
{
    const struct message_state *state = bridge_is_off || !size ? NULL : find_state(message);
    BOOL is_ours = FALSE, given = FALSE;

    if (state && state->enveloping) return enveloping_get(state->enveloping, type, output, size);
    if (state) given = get_envelope_parameter(&state->envelope, type, index, output, size, &is_ours);
    return is_ours ? given : WINE(CryptMsgGetParam)(message, type, index, output, size);
}
