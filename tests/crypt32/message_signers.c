/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Signers of messages who are named by their key, and keys of CAPI that sign with PSS. */
#define CMSG_SIGNER_ENCODE_INFO_HAS_CMS_FIELDS
#include "crypt32_test.h"

static const BYTE content[] = "what is signed";

struct message
{
    BYTE data[8192];
    DWORD size;
};

struct key_id
{
    BYTE data[20];
    DWORD size;
};

/* The certificates say none: then it is the hash of all that is said of the key, or of the key (RFC 5280 4.2.1.2). */
static struct key_id key_id_of(PCCERT_CONTEXT cert, BOOL of_key)
{
    CERT_PUBLIC_KEY_INFO *public = &cert->pCertInfo->SubjectPublicKeyInfo;
    struct key_id id = { .size = sizeof(id.data) };
    BCRYPT_ALG_HANDLE sha1;

    if (!of_key)
    {
        check_capi(CryptHashPublicKeyInfo(0, CALG_SHA1, 0, X509_ASN_ENCODING, public, id.data, &id.size));
        return id;
    }
    check_status(0, BCryptOpenAlgorithmProvider(&sha1, BCRYPT_SHA1_ALGORITHM, NULL, 0));
    check_status(0, BCryptHash(sha1, NULL, 0, public->PublicKey.pbData, public->PublicKey.cbData, id.data, id.size));
    BCryptCloseAlgorithmProvider(sha1, 0);
    return id;
}

static CMSG_SIGNER_ENCODE_INFO signer_of(PCCERT_CONTEXT cert, HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key, DWORD spec)
{
    CMSG_SIGNER_ENCODE_INFO signer = { .cbSize = sizeof(signer), .pCertInfo = cert->pCertInfo, .dwKeySpec = spec };

    signer.hNCryptKey = key;
    signer.HashAlgorithm.pszObjId = (char *)SHA256_OID;
    return signer;
}

static void name_by_key(CMSG_SIGNER_ENCODE_INFO *signer, struct key_id *id)
{
    signer->SignerId.dwIdChoice = CERT_ID_KEY_IDENTIFIER;
    signer->SignerId.KeyId.cbData = id->size;
    signer->SignerId.KeyId.pbData = id->data;
}

/* The certificate is in the message. */
static BOOL sign(CMSG_SIGNER_ENCODE_INFO *signer, PCCERT_CONTEXT cert, DWORD flags, struct message *message)
{
    CERT_BLOB blob = { cert->cbCertEncoded, cert->pbCertEncoded };
    CMSG_SIGNED_ENCODE_INFO info = { .cbSize = sizeof(info), .cSigners = 1, .rgSigners = signer, .cCertEncoded = 1,
                                     .rgCertEncoded = &blob };
    HCRYPTMSG handle;

    if (!(handle = CryptMsgOpenToEncode(MESSAGE_ENCODING, flags, CMSG_SIGNED, &info, NULL, NULL))) return FALSE;
    check_capi(CryptMsgUpdate(handle, content, sizeof(content), TRUE));
    message->size = sizeof(message->data);
    check_capi(CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, message->data, &message->size));
    check_capi(CryptMsgClose(handle));
    return TRUE;
}

static HCRYPTMSG decode(const struct message *message)
{
    HCRYPTMSG handle = CryptMsgOpenToDecode(MESSAGE_ENCODING, 0, 0, 0, NULL, NULL);

    check_capi(CryptMsgUpdate(handle, message->data, message->size, TRUE));
    return handle;
}

static BOOL verify(const struct message *message, DWORD index)
{
    CRYPT_VERIFY_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgAndCertEncodingType = MESSAGE_ENCODING };
    BYTE output[64];
    DWORD size = sizeof(output);

    return CryptVerifyMessageSignature(&para, index, message->data, message->size, output, &size, NULL)
           && size == sizeof(content) && !memcmp(output, content, size);
}

static void check_named_by_key(HCRYPTMSG message, DWORD index, const struct key_id *id)
{
    CMSG_CMS_SIGNER_INFO *signer;
    BYTE room[4096];
    CERT_ID *given = (CERT_ID *)room;
    DWORD size = sizeof(room);

    check_capi(CryptMsgGetParam(message, CMSG_SIGNER_CERT_ID_PARAM, index, room, &size));
    ok(given->dwIdChoice == CERT_ID_KEY_IDENTIFIER, "choice %lu\n", given->dwIdChoice);
    ok(given->KeyId.cbData == id->size && !memcmp(given->KeyId.pbData, id->data, id->size), "another key\n");
    size = sizeof(room);
    check_capi(CryptMsgGetParam(message, CMSG_CMS_SIGNER_INFO_PARAM, index, room, &size));
    signer = (CMSG_CMS_SIGNER_INFO *)room;
    ok(signer->dwVersion == 3, "version %lu\n", signer->dwVersion);
    ok(signer->SignerId.dwIdChoice == CERT_ID_KEY_IDENTIFIER, "choice %lu\n", signer->SignerId.dwIdChoice);
}

static void check_verified(struct message *message, DWORD index, PCCERT_CONTEXT cert, PCCERT_CONTEXT stranger)
{
    HCRYPTMSG handle = decode(message);
    DWORD i;

    check_capi(CryptMsgControl(handle, 0, CMSG_CTRL_VERIFY_SIGNATURE, cert->pCertInfo));
    ok(!CryptMsgControl(handle, 0, CMSG_CTRL_VERIFY_SIGNATURE, stranger->pCertInfo), "verified with another key\n");
    CryptMsgClose(handle);
    check_capi(verify(message, index));
    for (i = 0; i < message->size && memcmp(message->data + i, content, sizeof(content)); i++);
    message->data[i] ^= 1;
    ok(!verify(message, index), "other content is verified\n");
    message->data[i] ^= 1;
}

static void test_by_key(const WCHAR *algorithm, const char *signature, BOOL of_key)
{
    struct identity identity, stranger;
    CMSG_SIGNER_ENCODE_INFO signer;
    struct message message;
    struct key_id id;
    HCRYPTMSG handle;

    winetest_push_context("%ls %s", algorithm, signature);
    make_identity(&identity, algorithm, L"signer", 0);
    make_identity(&stranger, algorithm, L"signer stranger", 0);
    id = key_id_of(identity.cert, of_key);
    signer = signer_of(identity.cert, identity.key, CERT_NCRYPT_KEY_SPEC);
    signer.HashEncryptionAlgorithm.pszObjId = (char *)signature;
    name_by_key(&signer, &id);
    check_capi(sign(&signer, identity.cert, 0, &message));
    handle = decode(&message);
    check_named_by_key(handle, 0, &id);
    CryptMsgClose(handle);
    check_verified(&message, 0, identity.cert, stranger.cert);
    signer.SignerId.dwIdChoice = CERT_ID_SHA1_HASH;
    check_fails(E_INVALIDARG, sign(&signer, identity.cert, 0, &message));
    remove_identity(&identity);
    remove_identity(&stranger);
    winetest_pop_context();
}

/* CryptSignMessage names the signer so when it is told to. */
static void test_flag(void)
{
    CRYPT_SIGN_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING,
                                     .HashAlgorithm.pszObjId = (char *)SHA256_OID, .cMsgCert = 1,
                                     .dwFlags = CRYPT_MESSAGE_KEYID_SIGNER_FLAG };
    DWORD sizes[] = { sizeof(content) };
    const BYTE *parts[] = { content };
    struct identity identity;
    struct message message;
    struct key_id id;
    HCRYPTMSG handle;

    make_identity(&identity, L"RSA", L"signer flag", 0);
    id = key_id_of(identity.cert, FALSE);
    para.pSigningCert = identity.cert;
    para.rgpMsgCert = &identity.cert;
    message.size = sizeof(message.data);
    check_capi(CryptSignMessage(&para, FALSE, 1, parts, sizes, message.data, &message.size));
    handle = decode(&message);
    check_named_by_key(handle, 0, &id);
    CryptMsgClose(handle);
    check_capi(verify(&message, 0));
    remove_identity(&identity);
}

/* The message has the context for its own, or leaves it to the caller. */
static void test_capi_pss(DWORD flags)
{
    struct capi_identity identity;
    CMSG_SIGNER_ENCODE_INFO signer;
    struct identity stranger;
    struct message message;

    winetest_push_context("flags %#lx", flags);
    make_capi_identity(&identity, L"signer capi");
    make_identity(&stranger, L"RSA", L"signer stranger", 0);
    signer = signer_of(identity.cert, identity.context, AT_KEYEXCHANGE);
    signer.HashEncryptionAlgorithm.pszObjId = (char *)szOID_RSA_SSA_PSS;
    if (flags) CryptContextAddRef(identity.context, NULL, 0);
    check_capi(sign(&signer, identity.cert, flags, &message));
    check_verified(&message, 0, identity.cert, stranger.cert);
    check_capi(CryptReleaseContext(identity.context, 0));
    ok(!CryptReleaseContext(identity.context, 0), "the context was not released\n");
    CertFreeCertificateContext(identity.cert);
    remove_container(identity.name, 0);
    remove_identity(&stranger);
    winetest_pop_context();
}

START_TEST(message_signers)
{
    test_by_key(L"RSA", NULL, FALSE);
    test_by_key(L"RSA", szOID_RSA_SSA_PSS, FALSE);
    test_by_key(L"ECDSA_P256", NULL, TRUE);
    test_by_key(L"DSA", NULL, TRUE);
    test_flag();
    test_capi_pss(0);
    test_capi_pss(CMSG_CRYPT_RELEASE_CONTEXT_FLAG);
}
