/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encrypted messages by CryptMsgOpenToEncode with recipients of CMS, and opened by what is said of them: the calls of
 * .NET's EnvelopedCms. */
#define CMSG_ENVELOPED_ENCODE_INFO_HAS_CMS_FIELDS
#include "recipients.h"

#define AES128 "2.16.840.1.101.3.4.1.2"
#define AES128_WRAP "2.16.840.1.101.3.4.1.5"
#define AES256_WRAP "2.16.840.1.101.3.4.1.45"
#define SHA1_KDF "1.3.133.16.840.63.0.2"
#define SHA384_KDF "1.3.132.1.11.2"

static const BYTE content[] = "what is meant for some recipients alone, over more than one block";
static BYTE key_id[] = { 1, 2, 3, 4, 5, 6, 7, 8 };

/* --- recipients to be --- */

static CERT_ID id_of(const struct recipient *recipient, BOOL by_key)
{
    CERT_ID id = { .dwIdChoice = by_key ? CERT_ID_KEY_IDENTIFIER : CERT_ID_ISSUER_SERIAL_NUMBER };

    if (by_key)
    {
        id.KeyId.cbData = sizeof(key_id);
        id.KeyId.pbData = key_id;
        return id;
    }
    id.IssuerSerialNumber.Issuer = recipient->cert->pCertInfo->Issuer;
    id.IssuerSerialNumber.SerialNumber = recipient->cert->pCertInfo->SerialNumber;
    return id;
}

static CRYPT_BIT_BLOB point_of(const struct recipient *recipient)
{
    return recipient->cert->pCertInfo->SubjectPublicKeyInfo.PublicKey;
}

static CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO transport_to(const struct recipient *recipient, BOOL by_key,
                                                         const char *algorithm)
{
    CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO info = { .cbSize = sizeof(info), .RecipientId = id_of(recipient, by_key) };

    info.KeyEncryptionAlgorithm.pszObjId = (char *)algorithm;
    info.RecipientPublicKey = point_of(recipient);
    return info;
}

/* At most two, on one curve. */
struct agreement
{
    CMSG_KEY_AGREE_RECIPIENT_ENCODE_INFO info;
    CMSG_RECIPIENT_ENCRYPTED_KEY_ENCODE_INFO keys[2], *list[2];
};

static void agree_with(struct agreement *agreement, const struct recipient *recipients, DWORD count,
                       const char *derivation, const char *wrapping)
{
    DWORD i;

    memset(agreement, 0, sizeof(*agreement));
    for (i = 0; i < count; i++)
    {
        agreement->list[i] = &agreement->keys[i];
        agreement->keys[i].cbSize = sizeof(agreement->keys[i]);
        agreement->keys[i].RecipientPublicKey = point_of(&recipients[i]);
        agreement->keys[i].RecipientId = id_of(&recipients[i], i == 1);
    }
    agreement->info.cbSize = sizeof(agreement->info);
    agreement->info.KeyEncryptionAlgorithm.pszObjId = (char *)derivation;
    agreement->info.KeyWrapAlgorithm.pszObjId = (char *)wrapping;
    agreement->info.dwKeyChoice = CMSG_KEY_AGREE_EPHEMERAL_KEY_CHOICE;
    agreement->info.pEphemeralAlgorithm = &recipients->cert->pCertInfo->SubjectPublicKeyInfo.Algorithm;
    agreement->info.cRecipientEncryptedKeys = count;
    agreement->info.rgpRecipientEncryptedKeys = agreement->list;
}

static CMSG_RECIPIENT_ENCODE_INFO transport_choice(CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO *transport)
{
    CMSG_RECIPIENT_ENCODE_INFO info = { .dwRecipientChoice = CMSG_KEY_TRANS_RECIPIENT };

    info.pKeyTrans = transport;
    return info;
}

static CMSG_RECIPIENT_ENCODE_INFO agreement_choice(struct agreement *agreement)
{
    CMSG_RECIPIENT_ENCODE_INFO info = { .dwRecipientChoice = CMSG_KEY_AGREE_RECIPIENT };

    info.pKeyAgree = &agreement->info;
    return info;
}

static CMSG_ENVELOPED_ENCODE_INFO envelope_for(CMSG_RECIPIENT_ENCODE_INFO *recipients, DWORD count)
{
    CMSG_ENVELOPED_ENCODE_INFO info = { .cbSize = sizeof(info), .cRecipients = count, .rgCmsRecipients = recipients };

    info.ContentEncryptionAlgorithm.pszObjId = (char *)AES128;
    return info;
}

/* --- the message --- */

static void check_encrypt(const CMSG_ENVELOPED_ENCODE_INFO *info, DWORD flags, struct message *message)
{
    HCRYPTMSG handle = CryptMsgOpenToEncode(MESSAGE_ENCODING, flags, CMSG_ENVELOPED, info, NULL, NULL);
    DWORD size = 0;

    ok(handle != NULL, "error %#lx\n", GetLastError());
    message->size = 0;
    if (!handle) return;
    check_capi(CryptMsgUpdate(handle, content, 7, FALSE));
    check_fails(CRYPT_E_MSG_ERROR, CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, NULL, &size));
    check_capi(CryptMsgUpdate(handle, content + 7, sizeof(content) - 7, TRUE));
    check_fails(CRYPT_E_MSG_ERROR, CryptMsgUpdate(handle, content, 1, TRUE));
    check_fails(CRYPT_E_INVALID_MSG_TYPE, CryptMsgGetParam(handle, CMSG_SIGNER_COUNT_PARAM, 0, NULL, &size));
    check_capi(CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, NULL, &size));
    message->size = size - 1;
    check_fails(ERROR_MORE_DATA, CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, message->data, &message->size));
    message->size = sizeof(message->data);
    check_capi(CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, message->data, &message->size));
    check_capi(CryptMsgClose(handle));
}

static BOOL is_content(HCRYPTMSG message)
{
    BYTE output[256];
    DWORD size = sizeof(output);

    return CryptMsgGetParam(message, CMSG_CONTENT_PARAM, 0, output, &size) && size == sizeof(content)
           && !memcmp(output, content, size);
}

static BOOL open_transport(const struct message *message, NCRYPT_KEY_HANDLE key, DWORD index)
{
    CMSG_CTRL_KEY_TRANS_DECRYPT_PARA para = { .cbSize = sizeof(para), .hNCryptKey = key, .dwRecipientIndex = index };
    HCRYPTMSG handle = decode(message);
    BOOL done = CryptMsgControl(handle, 0, CMSG_CTRL_KEY_TRANS_DECRYPT, &para);
    DWORD error = GetLastError();

    if (done) ok(is_content(handle), "other content, error %#lx\n", GetLastError());
    CryptMsgClose(handle);
    SetLastError(error);
    return done;
}

static BOOL open_agreement(const struct message *message, NCRYPT_KEY_HANDLE key, DWORD index, DWORD key_index)
{
    CMSG_CTRL_KEY_AGREE_DECRYPT_PARA para = { .cbSize = sizeof(para), .hNCryptKey = key, .dwRecipientIndex = index,
                                              .dwRecipientEncryptedKeyIndex = key_index };
    HCRYPTMSG handle = decode(message);
    BOOL done = CryptMsgControl(handle, 0, CMSG_CTRL_KEY_AGREE_DECRYPT, &para);
    DWORD error = GetLastError();

    if (done) ok(is_content(handle), "other content, error %#lx\n", GetLastError());
    CryptMsgClose(handle);
    SetLastError(error);
    return done;
}

/* --- what is said of it --- */

static DWORD number_parameter(HCRYPTMSG message, DWORD type)
{
    DWORD number = 0xdead, size = sizeof(number);

    check_capi(CryptMsgGetParam(message, type, 0, &number, &size));
    ok(size == sizeof(number), "%lu bytes\n", size);
    return number;
}

/* free it. */
static void *parameter(HCRYPTMSG message, DWORD type, DWORD index)
{
    DWORD size = 0, given;
    BYTE *data;

    check_capi(CryptMsgGetParam(message, type, index, NULL, &size));
    data = calloc(1, size + 1);
    given = size - 1;
    check_fails(ERROR_MORE_DATA, CryptMsgGetParam(message, type, index, data, &given));
    given = size;
    check_capi(CryptMsgGetParam(message, type, index, data, &given));
    ok(given == size, "%lu bytes, %lu were said\n", given, size);
    return data;
}

static void check_parameters(HCRYPTMSG message, DWORD recipients, DWORD version)
{
    CRYPT_ALGORITHM_IDENTIFIER *algorithm;
    DWORD size = 0;
    char *oid;

    ok(number_parameter(message, CMSG_TYPE_PARAM) == CMSG_ENVELOPED, "another type\n");
    ok(number_parameter(message, CMSG_VERSION_PARAM) == version, "another version\n");
    ok(number_parameter(message, CMSG_CMS_RECIPIENT_COUNT_PARAM) == recipients, "another number of recipients\n");
    check_fails(CRYPT_E_INVALID_INDEX,
                CryptMsgGetParam(message, CMSG_CMS_RECIPIENT_INFO_PARAM, recipients, NULL, &size));
    oid = parameter(message, CMSG_INNER_CONTENT_TYPE_PARAM, 0);
    ok(!strcmp(oid, szOID_RSA_data), "%s\n", oid);
    free(oid);
    algorithm = parameter(message, CMSG_ENVELOPE_ALGORITHM_PARAM, 0);
    ok(!strcmp(algorithm->pszObjId, AES128), "%s\n", algorithm->pszObjId);
    ok(algorithm->Parameters.cbData == 18, "%lu bytes\n", algorithm->Parameters.cbData);
    free(algorithm);
}

static BOOL is_same_blob(const CRYPT_DATA_BLOB *one, const CRYPT_DATA_BLOB *two)
{
    return one->cbData == two->cbData && !memcmp(one->pbData, two->pbData, one->cbData);
}

static void check_id(const CERT_ID *id, const CERT_ID *expected)
{
    ok(id->dwIdChoice == expected->dwIdChoice, "choice %lu\n", id->dwIdChoice);
    if (id->dwIdChoice == CERT_ID_KEY_IDENTIFIER)
        ok(is_same_blob((CRYPT_DATA_BLOB *)&id->KeyId, (CRYPT_DATA_BLOB *)&expected->KeyId), "another key\n");
    else
    {
        ok(is_same_blob((CRYPT_DATA_BLOB *)&id->IssuerSerialNumber.Issuer,
                        (CRYPT_DATA_BLOB *)&expected->IssuerSerialNumber.Issuer), "another issuer\n");
        ok(CertCompareIntegerBlob((CRYPT_INTEGER_BLOB *)&id->IssuerSerialNumber.SerialNumber,
                                  (CRYPT_INTEGER_BLOB *)&expected->IssuerSerialNumber.SerialNumber),
           "another serial number\n");
    }
}

/* --- key transport --- */

/* RSAES-OAEP-params: nothing said, and SHA-256 for both purposes (RFC 4055 4.1). */
static const struct
{
    const char *algorithm;
    const char *parameters;         /* hexadecimal DER; NULL: none */
} transports[] =
{
    { szOID_RSA_RSA, NULL },
    { szOID_RSAES_OAEP, NULL },
    { szOID_RSAES_OAEP, "3000" },
    { szOID_RSAES_OAEP,
      "302fa00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d06096086480165030402010500" },
};

static void check_transport_info(HCRYPTMSG message, DWORD index, const CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO *asked)
{
    CMSG_CMS_RECIPIENT_INFO *info = parameter(message, CMSG_CMS_RECIPIENT_INFO_PARAM, index);
    const CMSG_KEY_TRANS_RECIPIENT_INFO *transport = info->pKeyTrans;
    DWORD version = asked->RecipientId.dwIdChoice == CERT_ID_KEY_IDENTIFIER ? CMSG_KEY_TRANS_CMS_VERSION
                    : CMSG_KEY_TRANS_PKCS_1_5_VERSION;

    ok(info->dwRecipientChoice == CMSG_KEY_TRANS_RECIPIENT, "choice %lu\n", info->dwRecipientChoice);
    ok(transport->dwVersion == version, "version %lu\n", transport->dwVersion);
    check_id(&transport->RecipientId, &asked->RecipientId);
    ok(!strcmp(transport->KeyEncryptionAlgorithm.pszObjId, asked->KeyEncryptionAlgorithm.pszObjId), "%s\n",
       transport->KeyEncryptionAlgorithm.pszObjId);
    if (asked->KeyEncryptionAlgorithm.Parameters.cbData)
        ok(is_same_blob((CRYPT_DATA_BLOB *)&transport->KeyEncryptionAlgorithm.Parameters,
                        (CRYPT_DATA_BLOB *)&asked->KeyEncryptionAlgorithm.Parameters), "other parameters\n");
    ok(transport->EncryptedKey.cbData == 128, "%lu bytes\n", transport->EncryptedKey.cbData);
    free(info);
}

static void test_transport(const struct recipient *recipient, const struct recipient *stranger, DWORD kind, BOOL by_key)
{
    CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO transport = transport_to(recipient, by_key, transports[kind].algorithm);
    CMSG_RECIPIENT_ENCODE_INFO choice = transport_choice(&transport);
    CMSG_ENVELOPED_ENCODE_INFO info = envelope_for(&choice, 1);
    struct message message;
    BYTE parameters[64];
    HCRYPTMSG handle;

    winetest_push_context("%lu, by key %d", kind, by_key);
    transport.KeyEncryptionAlgorithm.Parameters.pbData = parameters;
    if (transports[kind].parameters)
        transport.KeyEncryptionAlgorithm.Parameters.cbData = from_hex(parameters, transports[kind].parameters);
    check_encrypt(&info, 0, &message);
    handle = decode(&message);
    check_parameters(handle, 1, by_key ? 2 : 0);
    check_transport_info(handle, 0, &transport);
    CryptMsgClose(handle);
    check_capi(open_transport(&message, recipient->key, 0));
    check_fails(NTE_BAD_DATA, open_transport(&message, stranger->key, 0));
    check_fails(CRYPT_E_INVALID_INDEX, open_transport(&message, recipient->key, 1));
    check_fails(CRYPT_E_INVALID_INDEX, open_agreement(&message, recipient->key, 0, 0));
    winetest_pop_context();
}

/* --- key agreement --- */

static void check_agreement_info(HCRYPTMSG message, DWORD index, const CMSG_KEY_AGREE_RECIPIENT_ENCODE_INFO *asked)
{
    CMSG_CMS_RECIPIENT_INFO *info = parameter(message, CMSG_CMS_RECIPIENT_INFO_PARAM, index);
    const CMSG_KEY_AGREE_RECIPIENT_INFO *agreement = info->pKeyAgree;
    DWORD i;

    ok(info->dwRecipientChoice == CMSG_KEY_AGREE_RECIPIENT, "choice %lu\n", info->dwRecipientChoice);
    ok(agreement->dwVersion == CMSG_KEY_AGREE_VERSION, "version %lu\n", agreement->dwVersion);
    ok(agreement->dwOriginatorChoice == CMSG_KEY_AGREE_ORIGINATOR_PUBLIC_KEY, "%lu\n", agreement->dwOriginatorChoice);
    ok(!strcmp(agreement->OriginatorPublicKeyInfo.Algorithm.pszObjId, szOID_ECC_PUBLIC_KEY), "%s\n",
       agreement->OriginatorPublicKeyInfo.Algorithm.pszObjId);
    ok(agreement->OriginatorPublicKeyInfo.PublicKey.cbData
       == asked->rgpRecipientEncryptedKeys[0]->RecipientPublicKey.cbData, "a key of another size\n");
    ok(!strcmp(agreement->KeyEncryptionAlgorithm.pszObjId, asked->KeyEncryptionAlgorithm.pszObjId), "%s\n",
       agreement->KeyEncryptionAlgorithm.pszObjId);
    ok(is_same_blob(&agreement->UserKeyingMaterial, &asked->UserKeyingMaterial), "other material\n");
    ok(agreement->cRecipientEncryptedKeys == asked->cRecipientEncryptedKeys, "%lu keys\n",
       agreement->cRecipientEncryptedKeys);
    for (i = 0; i < agreement->cRecipientEncryptedKeys; i++)
    {
        check_id(&agreement->rgpRecipientEncryptedKeys[i]->RecipientId,
                 &asked->rgpRecipientEncryptedKeys[i]->RecipientId);
        ok(agreement->rgpRecipientEncryptedKeys[i]->EncryptedKey.cbData == 24, "%lu bytes\n",
           agreement->rgpRecipientEncryptedKeys[i]->EncryptedKey.cbData);
    }
    free(info);
}

static void test_agreement(const struct identity *authority, const WCHAR *algorithm, const char *derivation,
                           const char *wrapping, BOOL with_material)
{
    CMSG_RECIPIENT_ENCODE_INFO choice;
    CMSG_ENVELOPED_ENCODE_INFO info;
    struct recipient recipients[2];
    struct agreement agreement;
    struct message message;
    HCRYPTMSG handle;
    DWORD i;

    winetest_push_context("%ls %s", algorithm, derivation);
    make_recipient(authority, algorithm, L"one", &recipients[0]);
    make_recipient(authority, algorithm, L"two", &recipients[1]);
    agree_with(&agreement, recipients, 2, derivation, wrapping);
    agreement.info.UserKeyingMaterial.cbData = with_material ? sizeof(key_id) : 0;
    agreement.info.UserKeyingMaterial.pbData = key_id;
    choice = agreement_choice(&agreement);
    info = envelope_for(&choice, 1);
    check_encrypt(&info, 0, &message);
    handle = decode(&message);
    check_parameters(handle, 1, 2);
    check_agreement_info(handle, 0, &agreement.info);
    CryptMsgClose(handle);
    for (i = 0; i < 2; i++)
    {
        check_capi(open_agreement(&message, recipients[i].key, 0, i));
        check_fails(NTE_BAD_DATA, open_agreement(&message, recipients[i].key, 0, !i));
    }
    check_fails(CRYPT_E_INVALID_INDEX, open_agreement(&message, recipients[0].key, 0, 2));
    check_fails(CRYPT_E_INVALID_INDEX, open_transport(&message, recipients[0].key, 0));
    for (i = 0; i < 2; i++) remove_recipient(&recipients[i]);
    winetest_pop_context();
}

/* --- both, and what else a message has --- */

static void test_mixed(const struct recipient *rsa, const struct recipient *ec)
{
    CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO transports_[2];
    CMSG_RECIPIENT_ENCODE_INFO choices[3];
    CMSG_ENVELOPED_ENCODE_INFO info;
    struct agreement agreement;
    struct message message;
    HCRYPTMSG handle, other;

    transports_[0] = transport_to(&rsa[0], FALSE, szOID_RSA_RSA);
    transports_[1] = transport_to(&rsa[1], TRUE, szOID_RSAES_OAEP);
    agree_with(&agreement, ec, 2, SHA1_KDF, AES256_WRAP);
    choices[0] = transport_choice(&transports_[0]);
    choices[1] = agreement_choice(&agreement);
    choices[2] = transport_choice(&transports_[1]);
    info = envelope_for(choices, 3);
    check_encrypt(&info, 0, &message);
    handle = decode(&message);
    other = CryptMsgDuplicate(handle);
    CryptMsgClose(handle);
    check_parameters(other, 3, 2);
    check_transport_info(other, 0, &transports_[0]);
    check_agreement_info(other, 1, &agreement.info);
    check_transport_info(other, 2, &transports_[1]);
    CryptMsgClose(other);
    check_capi(open_transport(&message, rsa[0].key, 0));
    check_capi(open_agreement(&message, ec[0].key, 1, 0));
    check_capi(open_agreement(&message, ec[1].key, 1, 1));
    check_capi(open_transport(&message, rsa[1].key, 2));
    check_fails(NTE_BAD_DATA, open_transport(&message, rsa[0].key, 2));
    check_fails(CRYPT_E_INVALID_INDEX, open_transport(&message, rsa[0].key, 1));
}

static void test_extras(const struct recipient *recipient)
{
    CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO transport = transport_to(recipient, FALSE, szOID_RSA_RSA);
    CMSG_RECIPIENT_ENCODE_INFO choice = transport_choice(&transport);
    CMSG_ENVELOPED_ENCODE_INFO info = envelope_for(&choice, 1);
    CERT_BLOB cert = { recipient->cert->cbCertEncoded, recipient->cert->pbCertEncoded };
    BYTE value[] = { 4, 1, 42 }, *given;
    CRYPT_ATTR_BLOB values = { sizeof(value), value };
    CRYPT_ATTRIBUTE attribute = { (char *)"1.2.3.4", 1, &values };
    CRYPT_ATTRIBUTES *attributes;
    struct message message;
    HCRYPTMSG handle;

    info.cCertEncoded = 1;
    info.rgCertEncoded = &cert;
    info.cUnprotectedAttr = 1;
    info.rgUnprotectedAttr = &attribute;
    check_encrypt(&info, 0, &message);
    handle = decode(&message);
    check_parameters(handle, 1, 2);
    ok(number_parameter(handle, CMSG_CERT_COUNT_PARAM) == 1, "another number of certificates\n");
    ok(number_parameter(handle, CMSG_CRL_COUNT_PARAM) == 0, "lists of revoked certificates\n");
    given = parameter(handle, CMSG_CERT_PARAM, 0);
    ok(!memcmp(given, cert.pbData, cert.cbData), "another certificate\n");
    free(given);
    attributes = parameter(handle, CMSG_UNPROTECTED_ATTR_PARAM, 0);
    ok(attributes->cAttr == 1 && !strcmp(attributes->rgAttr->pszObjId, attribute.pszObjId), "another attribute\n");
    ok(is_same_blob(attributes->rgAttr->rgValue, &values), "another value\n");
    free(attributes);
    CryptMsgClose(handle);
    check_capi(open_transport(&message, recipient->key, 0));
}

/* EnvelopedData alone. Who decodes it must say what it is. */
static void test_bare(const struct recipient *recipient)
{
    CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO transport = transport_to(recipient, FALSE, szOID_RSA_RSA);
    CMSG_CTRL_KEY_TRANS_DECRYPT_PARA para = { .cbSize = sizeof(para), .hNCryptKey = recipient->key };
    CMSG_RECIPIENT_ENCODE_INFO choice = transport_choice(&transport);
    CMSG_ENVELOPED_ENCODE_INFO info = envelope_for(&choice, 1);
    struct message message;
    HCRYPTMSG handle;

    check_encrypt(&info, CMSG_BARE_CONTENT_FLAG, &message);
    handle = CryptMsgOpenToDecode(MESSAGE_ENCODING, 0, CMSG_ENVELOPED, 0, NULL, NULL);
    check_capi(CryptMsgUpdate(handle, message.data, message.size, TRUE));
    ok(number_parameter(handle, CMSG_CMS_RECIPIENT_COUNT_PARAM) == 1, "another number of recipients\n");
    check_capi(CryptMsgControl(handle, 0, CMSG_CTRL_KEY_TRANS_DECRYPT, &para));
    ok(is_content(handle), "other content\n");
    CryptMsgClose(handle);
}

/* Content of another type is encoded; its tag and length are not encrypted (PKCS #7 10.3). */
static void test_type(const struct recipient *recipient)
{
    CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO transport = transport_to(recipient, FALSE, szOID_RSA_RSA);
    CMSG_CTRL_KEY_TRANS_DECRYPT_PARA para = { .cbSize = sizeof(para), .hNCryptKey = recipient->key };
    CMSG_RECIPIENT_ENCODE_INFO choice = transport_choice(&transport);
    CMSG_ENVELOPED_ENCODE_INFO info = envelope_for(&choice, 1);
    static const BYTE octets[] = { 4, 3, 'a', 'b', 'c' }, wrong[] = { 4, 9, 'a' };
    BYTE output[16];
    struct message message;
    HCRYPTMSG handle;
    DWORD size;
    char *oid;

    handle = CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_ENVELOPED, &info, (char *)"1.2.3.4", NULL);
    check_fails(CRYPT_E_ASN1_CORRUPT, CryptMsgUpdate(handle, wrong, sizeof(wrong), TRUE));
    CryptMsgClose(handle);
    handle = CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_ENVELOPED, &info, (char *)"1.2.3.4", NULL);
    check_capi(CryptMsgUpdate(handle, octets, sizeof(octets), TRUE));
    message.size = sizeof(message.data);
    check_capi(CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, message.data, &message.size));
    CryptMsgClose(handle);
    handle = decode(&message);
    oid = parameter(handle, CMSG_INNER_CONTENT_TYPE_PARAM, 0);
    ok(!strcmp(oid, "1.2.3.4"), "%s\n", oid);
    free(oid);
    check_capi(CryptMsgControl(handle, 0, CMSG_CTRL_KEY_TRANS_DECRYPT, &para));
    size = sizeof(output);
    check_capi(CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, output, &size));
    ok(size == 3 && !memcmp(output, "abc", 3), "%lu bytes of other content\n", size);
    CryptMsgClose(handle);
}

static BOOL WINAPI take_output(const void *argument, BYTE *data, DWORD size, BOOL final)
{
    struct message *message = (struct message *)argument;

    ok(final, "not the last\n");
    ok(message->size + size <= sizeof(message->data), "%lu bytes\n", size);
    memcpy(message->data + message->size, data, size);
    message->size += size;
    return TRUE;
}

static void test_stream(const struct recipient *recipient)
{
    CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO transport = transport_to(recipient, FALSE, szOID_RSA_RSA);
    CMSG_RECIPIENT_ENCODE_INFO choice = transport_choice(&transport);
    CMSG_ENVELOPED_ENCODE_INFO info = envelope_for(&choice, 1);
    struct message message = { .size = 0 };
    CMSG_STREAM_INFO stream = { 0xffffffff, take_output, &message };
    HCRYPTMSG handle = CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_ENVELOPED, &info, NULL, &stream);

    check_capi(CryptMsgUpdate(handle, content, 10, FALSE));
    check_capi(CryptMsgUpdate(handle, content + 10, sizeof(content) - 10, TRUE));
    CryptMsgClose(handle);
    check_capi(open_transport(&message, recipient->key, 0));
}

/* --- what is refused --- */

static void check_refused(DWORD error, CMSG_RECIPIENT_ENCODE_INFO choice)
{
    CMSG_ENVELOPED_ENCODE_INFO info = envelope_for(&choice, 1);

    check_fails(error, CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_ENVELOPED, &info, NULL, NULL));
}

static void test_refused(const struct recipient *rsa, const struct recipient *ec)
{
    CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO transport = transport_to(rsa, FALSE, "1.2.3.4");
    BYTE malformed[] = { 0x30, 0x02, 0xa0 }, point[65] = { 4 };
    struct agreement agreement;

    check_refused(NTE_BAD_ALGID, transport_choice(&transport));
    transport = transport_to(rsa, FALSE, szOID_RSAES_OAEP);
    transport.KeyEncryptionAlgorithm.Parameters.cbData = sizeof(malformed);
    transport.KeyEncryptionAlgorithm.Parameters.pbData = malformed;
    check_refused(NTE_BAD_DATA, transport_choice(&transport));
    transport = transport_to(rsa, FALSE, szOID_RSA_RSA);
    transport.RecipientId.dwIdChoice = CERT_ID_SHA1_HASH;
    check_refused(E_INVALIDARG, transport_choice(&transport));
    transport.cbSize = 4;
    check_refused(E_INVALIDARG, transport_choice(&transport));
    agree_with(&agreement, ec, 1, "1.2.3.4", AES128_WRAP);
    check_refused(NTE_NOT_SUPPORTED, agreement_choice(&agreement));
    agree_with(&agreement, ec, 1, SHA1_KDF, AES128_WRAP);
    agreement.info.dwKeyChoice = CMSG_KEY_AGREE_STATIC_KEY_CHOICE;
    check_refused(NTE_NOT_SUPPORTED, agreement_choice(&agreement));
    agree_with(&agreement, ec, 1, SHA1_KDF, AES128_WRAP);
    agreement.keys[0].RecipientPublicKey.pbData = point;
    check_refused(NTE_INVALID_PARAMETER, agreement_choice(&agreement));
    agreement.info.cRecipientEncryptedKeys = 0;
    check_refused(E_INVALIDARG, agreement_choice(&agreement));
}

/* No message with a changed byte brings the program down, whatever is asked about it. */
static void test_malformed(const struct recipient *ec)
{
    static const DWORD types[] = { CMSG_VERSION_PARAM, CMSG_INNER_CONTENT_TYPE_PARAM, CMSG_ENVELOPE_ALGORITHM_PARAM,
                                   CMSG_CERT_COUNT_PARAM, CMSG_CERT_PARAM, CMSG_CMS_RECIPIENT_COUNT_PARAM,
                                   CMSG_CMS_RECIPIENT_INFO_PARAM, CMSG_UNPROTECTED_ATTR_PARAM };
    CMSG_RECIPIENT_ENCODE_INFO choice;
    CMSG_ENVELOPED_ENCODE_INFO info;
    struct message message, changed;
    struct agreement agreement;
    BYTE output[4096];
    HCRYPTMSG handle;
    DWORD i, j, size;

    agree_with(&agreement, ec, 2, SHA1_KDF, AES128_WRAP);
    choice = agreement_choice(&agreement);
    info = envelope_for(&choice, 1);
    check_encrypt(&info, 0, &message);
    for (i = 0; i < message.size; i++)
    {
        changed = message;
        changed.data[i] ^= 0x81;
        handle = CryptMsgOpenToDecode(MESSAGE_ENCODING, 0, 0, 0, NULL, NULL);
        CryptMsgUpdate(handle, changed.data, changed.size, TRUE);
        for (j = 0; j < ARRAY_SIZE(types); j++)
        {
            size = sizeof(output);
            CryptMsgGetParam(handle, types[j], 0, output, &size);
        }
        CryptMsgClose(handle);
    }
}

START_TEST(message_enveloped)
{
    struct identity authority;
    struct recipient rsa[2], ec[2];
    DWORD i;

    make_identity(&authority, L"RSA", L"enveloped authority", 0);
    for (i = 0; i < 2; i++) make_recipient(&authority, L"RSA", i ? L"rsa two" : L"rsa one", &rsa[i]);
    for (i = 0; i < 2; i++) make_recipient(&authority, L"ECDH_P256", i ? L"ec two" : L"ec one", &ec[i]);
    for (i = 0; i < 2 * ARRAY_SIZE(transports); i++) test_transport(&rsa[0], &rsa[1], i / 2, i % 2);
    test_agreement(&authority, L"ECDH_P256", SHA1_KDF, AES128_WRAP, FALSE);
    test_agreement(&authority, L"ECDH_P384", SHA384_KDF, AES256_WRAP, TRUE);
    test_agreement(&authority, L"ECDH_P521", "1.3.132.1.11.3", AES256_WRAP, FALSE);
    test_mixed(rsa, ec);
    test_extras(&rsa[0]);
    test_bare(&rsa[0]);
    test_type(&rsa[0]);
    test_stream(&rsa[0]);
    test_refused(rsa, ec);
    test_malformed(ec);
    for (i = 0; i < 2; i++) remove_recipient(&rsa[i]);
    for (i = 0; i < 2; i++) remove_recipient(&ec[i]);
    remove_identity(&authority);
}
