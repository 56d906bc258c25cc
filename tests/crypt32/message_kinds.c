/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signed messages of the kinds that Wine's crypt32 neither makes nor checks: PSS, ECDSA, DSA. */
#define CMSG_SIGNER_ENCODE_INFO_HAS_CMS_FIELDS
#define CRYPT_SIGN_MESSAGE_PARA_HAS_CMS_FIELDS
#include "crypt32_test.h"

static const BYTE content[] = "what is signed", other[] = "what is not so";

static const struct kind
{
    const WCHAR *algorithm;
    const char *hash;
    const char *signature;              /* what is asked for; NULL: nothing */
    const char *written;                /* what the message must say */
    BYTE parameters[80];                /* what is asked for */
    DWORD parameters_size;
} kinds[] = {
    {L"RSA", SHA256_OID, szOID_RSA_SSA_PSS, szOID_RSA_SSA_PSS, {0}, 0},
    /* 20 bytes of salt and SHA-256 for both purposes (RFC 4055 3.1) */
    {L"RSA",
     SHA256_OID,
     szOID_RSA_SSA_PSS,
     szOID_RSA_SSA_PSS,
     {0x30, 0x2f, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
      0x05, 0x00, 0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08,
      0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00},
     49},
    {L"RSA", "1.3.14.3.2.26", szOID_RSA_SSA_PSS, szOID_RSA_SSA_PSS, {0}, 0},
    {L"RSA", SHA256_OID, NULL, szOID_RSA_RSA, {0}, 0},
    {L"ECDSA_P256", SHA256_OID, NULL, SHA256_ECDSA, {0}, 0},
    {L"ECDSA_P384", "2.16.840.1.101.3.4.2.2", NULL, "1.2.840.10045.4.3.3", {0}, 0},
    {L"ECDSA_P521", "2.16.840.1.101.3.4.2.3", NULL, "1.2.840.10045.4.3.4", {0}, 0},
    {L"DSA", SHA256_OID, NULL, SHA256_DSA, {0}, 0},
};

struct message
{
    BYTE data[8192];
    DWORD size;
};

static CRYPT_ATTRIBUTE content_hint = { (char *)"1.2.3.4", 1, NULL };
static BYTE hint_value[] = { 0x04, 0x01, 0x07 };
static CRYPT_ATTR_BLOB hint = { sizeof(hint_value), hint_value };

static void sign(const struct identity *identity, const struct kind *kind, BOOL detached, BOOL with_attribute,
                 struct message *message)
{
    const BYTE *parts[] = { content };
    DWORD sizes[] = { sizeof(content) };
    CRYPT_SIGN_MESSAGE_PARA para =
    {
        .cbSize = sizeof(para),
        .dwMsgEncodingType = MESSAGE_ENCODING,
        .pSigningCert = identity->cert,
        .HashAlgorithm.pszObjId = (char *)kind->hash,
        .cMsgCert = 1,
        .rgpMsgCert = (PCCERT_CONTEXT *)&identity->cert,
        .cAuthAttr = with_attribute,
        .rgAuthAttr = &content_hint,
        .HashEncryptionAlgorithm.pszObjId = (char *)kind->signature,
        .HashEncryptionAlgorithm.Parameters = { kind->parameters_size, (BYTE *)kind->parameters },
    };

    content_hint.rgValue = &hint;
    message->size = sizeof(message->data);
    check_capi(CryptSignMessage(&para, detached, 1, parts, sizes, message->data, &message->size));
}

static BOOL verify(const struct message *message, BYTE *output, DWORD *size)
{
    CRYPT_VERIFY_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgAndCertEncodingType = MESSAGE_ENCODING };

    return CryptVerifyMessageSignature(&para, 0, message->data, message->size, output, size, NULL);
}

static BOOL verify_detached(const struct message *message, const BYTE *data, DWORD size)
{
    CRYPT_VERIFY_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgAndCertEncodingType = MESSAGE_ENCODING };
    const BYTE *parts[] = { data, data + 5 };
    DWORD sizes[] = { 5, size - 5 };

    return CryptVerifyDetachedMessageSignature(&para, 0, message->data, message->size, 2, parts, sizes, NULL);
}

static HCRYPTMSG decode(const struct message *message)
{
    HCRYPTMSG handle = CryptMsgOpenToDecode(MESSAGE_ENCODING, 0, 0, 0, NULL, NULL);

    check_capi(CryptMsgUpdate(handle, message->data, message->size, TRUE));
    return handle;
}

static void check_written(HCRYPTMSG handle, const struct kind *kind)
{
    CMSG_SIGNER_INFO *signer;
    BYTE room[2048];
    DWORD size = sizeof(room);

    check_capi(CryptMsgGetParam(handle, CMSG_SIGNER_INFO_PARAM, 0, room, &size));
    signer = (CMSG_SIGNER_INFO *)room;
    ok(!lstrcmpA(signer->HashEncryptionAlgorithm.pszObjId, kind->written), "wrote %s\n",
       signer->HashEncryptionAlgorithm.pszObjId);
    if (kind->parameters_size)
        ok(signer->HashEncryptionAlgorithm.Parameters.cbData == kind->parameters_size
           && !memcmp(signer->HashEncryptionAlgorithm.Parameters.pbData, kind->parameters, kind->parameters_size),
           "other parameters of the signature\n");
}

/* What Wine says of RSA PKCS #1 with another key depends on the bytes. */
static DWORD bad_signature(const struct kind *kind)
{
    return lstrcmpA(kind->written, szOID_RSA_RSA) ? NTE_BAD_SIGNATURE : GetLastError();
}

static void test_control(const struct identity *identity, const struct identity *stranger,
                         const struct message *message, const struct kind *kind)
{
    CMSG_CTRL_VERIFY_SIGNATURE_EX_PARA para = { .cbSize = sizeof(para), .dwSignerType = CMSG_VERIFY_SIGNER_PUBKEY };
    CERT_INFO wrong = *identity->cert->pCertInfo;
    HCRYPTMSG handle = decode(message);

    check_written(handle, kind);
    check_capi(CryptMsgControl(handle, 0, CMSG_CTRL_VERIFY_SIGNATURE, identity->cert->pCertInfo));
    para.pvSigner = &identity->cert->pCertInfo->SubjectPublicKeyInfo;
    check_capi(CryptMsgControl(handle, 0, CMSG_CTRL_VERIFY_SIGNATURE_EX, &para));
    para.pvSigner = &stranger->cert->pCertInfo->SubjectPublicKeyInfo;
    check_fails(bad_signature(kind), CryptMsgControl(handle, 0, CMSG_CTRL_VERIFY_SIGNATURE_EX, &para));
    para.dwSignerType = CMSG_VERIFY_SIGNER_CERT;
    para.pvSigner = (void *)identity->cert;
    check_capi(CryptMsgControl(handle, 0, CMSG_CTRL_VERIFY_SIGNATURE_EX, &para));
    wrong.SubjectPublicKeyInfo = stranger->cert->pCertInfo->SubjectPublicKeyInfo;
    check_fails(bad_signature(kind), CryptMsgControl(handle, 0, CMSG_CTRL_VERIFY_SIGNATURE, &wrong));
    CryptMsgClose(handle);
}

static BYTE *find_bytes(struct message *message, const BYTE *bytes, DWORD size)
{
    DWORD i;

    for (i = 0; i + size <= message->size; i++) if (!memcmp(message->data + i, bytes, size)) return message->data + i;
    ok(0, "not found in the message\n");
    return message->data;
}

static void test_changed(struct message *message)
{
    BYTE *place = find_bytes(message, content, sizeof(content));

    memcpy(place, other, sizeof(other));
    ok(!verify(message, NULL, NULL), "other content was taken\n");
    memcpy(place, content, sizeof(content));
    ok(verify(message, NULL, NULL), "error %#lx\n", GetLastError());
    message->data[message->size - 1] ^= 1;
    ok(!verify(message, NULL, NULL), "a changed signature was taken\n");
    message->data[message->size - 1] ^= 1;
}

static void test_kind(const struct kind *kind)
{
    struct identity identity, stranger;
    struct message message;
    BYTE output[64];
    DWORD with_attribute, size;

    winetest_push_context("%ls %s %s", kind->algorithm, kind->hash, kind->written);
    make_identity(&identity, kind->algorithm, L"kind", 0);
    make_identity(&stranger, kind->algorithm, L"stranger", 0);
    for (with_attribute = 0; with_attribute < 2; with_attribute++)
    {
        sign(&identity, kind, FALSE, with_attribute, &message);
        size = sizeof(output);
        check_capi(verify(&message, output, &size));
        ok(size == sizeof(content) && !memcmp(output, content, size), "other content\n");
        test_control(&identity, &stranger, &message, kind);
        test_changed(&message);
        sign(&identity, kind, TRUE, with_attribute, &message);
        check_capi(verify_detached(&message, content, sizeof(content)));
        ok(!verify_detached(&message, other, sizeof(other)), "other content was taken\n");
    }
    remove_identity(&identity);
    remove_identity(&stranger);
    winetest_pop_context();
}

/* What cannot be done as it is asked for is not done in another way. */
static void test_refused(void)
{
    static const struct kind bad[] = {
        {L"RSA", SHA256_OID, szOID_RSA_SSA_PSS, NULL, {0x30, 0x00}, 2}, /* SHA-1, where the message says SHA-256 */
        {L"RSA", SHA256_OID, szOID_RSA_SSA_PSS, NULL, {0x30, 0x05, 0xa0}, 3},
        {L"ECDSA_P256", "1.2.3.4", NULL, NULL, {0}, 0},
    };
    const BYTE *parts[] = { content };
    DWORD sizes[] = { sizeof(content) }, size, i;
    CRYPT_SIGN_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING };
    struct identity identity;
    BYTE output[4096];

    for (i = 0; i < ARRAY_SIZE(bad); i++)
    {
        make_identity(&identity, bad[i].algorithm, L"refused", 0);
        para.pSigningCert = identity.cert;
        para.HashAlgorithm.pszObjId = (char *)bad[i].hash;
        para.HashEncryptionAlgorithm.pszObjId = (char *)bad[i].signature;
        para.HashEncryptionAlgorithm.Parameters.cbData = bad[i].parameters_size;
        para.HashEncryptionAlgorithm.Parameters.pbData = (BYTE *)bad[i].parameters;
        size = sizeof(output);
        ok(!CryptSignMessage(&para, FALSE, 1, parts, sizes, output, &size), "%lu: signed\n", i);
        remove_identity(&identity);
    }
}

START_TEST(message_kinds)
{
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(kinds); i++) test_kind(&kinds[i]);
    test_refused();
}
