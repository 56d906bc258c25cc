/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Messages (CMS): signed with keys of the key store, and opened with them. OpenSSL reads the same ones in
 * tests/system/check-certificates. */
#include "crypt32_test.h"

#define DES3_CBC "1.2.840.113549.3.7"

static const BYTE text[] = "what is in the message";

/* --- signed --- */

static CRYPT_SIGN_MESSAGE_PARA signing_of(PCCERT_CONTEXT *cert, const char *hash)
{
    CRYPT_SIGN_MESSAGE_PARA para = { .cbSize = sizeof(para) };

    para.dwMsgEncodingType = MESSAGE_ENCODING;
    para.pSigningCert = *cert;
    para.HashAlgorithm.pszObjId = (char *)hash;
    para.cMsgCert = 1;
    para.rgpMsgCert = cert;
    return para;
}

/* The message; its size is not more than what was said. message: 8192 bytes. */
static DWORD sign(PCCERT_CONTEXT cert, const char *hash, BOOL detached, BYTE *message)
{
    CRYPT_SIGN_MESSAGE_PARA para = signing_of(&cert, hash);
    const BYTE *parts[] = { text };
    DWORD sizes[] = { sizeof(text) }, longest = 0, size;

    check_capi(CryptSignMessage(&para, detached, 1, parts, sizes, NULL, &longest));
    ok(longest <= 8192, "%lu bytes\n", longest);
    size = longest;
    check_capi(CryptSignMessage(&para, detached, 1, parts, sizes, message, &size));
    ok(size <= longest, "%lu bytes, %lu were said\n", size, longest);
    return size;
}

static BOOL verify(const BYTE *message, DWORD size, BOOL detached)
{
    CRYPT_VERIFY_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgAndCertEncodingType = MESSAGE_ENCODING };
    const BYTE *parts[] = { text };
    DWORD sizes[] = { sizeof(text) }, got = 0;
    BYTE content[64];

    if (detached) return CryptVerifyDetachedMessageSignature(&para, 0, message, size, 1, parts, sizes, NULL);
    got = sizeof(content);
    return CryptVerifyMessageSignature(&para, 0, message, size, content, &got, NULL) && got == sizeof(text)
           && !memcmp(content, text, got);
}

static void check_message(const BYTE *message, DWORD size, BOOL detached)
{
    ok(verify(message, size, detached), "not verified: %#lx\n", GetLastError());
}

static void test_sign(const struct identity *identity)
{
    static const char *const hashes[]
        = {"1.3.14.3.2.26", SHA256_OID, "2.16.840.1.101.3.4.2.2", "2.16.840.1.101.3.4.2.3"};
    BYTE message[8192];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(hashes); i++)
    {
        winetest_push_context("%s", hashes[i]);
        size = sign(identity->cert, hashes[i], FALSE, message);
        check_message(message, size, FALSE);
        size = sign(identity->cert, hashes[i], TRUE, message);
        check_message(message, size, TRUE);
        winetest_pop_context();
    }
}

/* A changed message is not verified: the check above can fail. */
static void test_changed(const struct identity *identity)
{
    BYTE message[8192];
    DWORD size = sign(identity->cert, SHA256_OID, FALSE, message), i;

    for (i = 0; i < size - sizeof(text); i++) if (!memcmp(message + i, text, sizeof(text))) break;
    ok(i < size - sizeof(text), "the text is not in it\n");
    message[i] ^= 1;
    ok(!verify(message, size, FALSE), "a changed message is verified\n");
}

/* The certificate keeps the handle that was used, and says what it is. */
static void test_kept(const struct identity *identity)
{
    CERT_KEY_CONTEXT context = { .cbSize = 0 };
    PCCERT_CONTEXT cert = linked_copy(identity);
    DWORD size = sizeof(context);
    BYTE message[8192];

    sign(cert, SHA256_OID, FALSE, message);
    if (CertGetCertificateContextProperty(cert, CERT_KEY_CONTEXT_PROP_ID, &context, &size))
        ok(context.dwKeySpec == CERT_NCRYPT_KEY_SPEC, "spec %#lx\n", context.dwKeySpec);
    CertFreeCertificateContext(cert);
}

/* A key without a name, known to the certificate by its handle alone. */
static void test_ephemeral(const WCHAR *algorithm, const char *oid)
{
    NCRYPT_PROV_HANDLE provider = open_provider();
    NCRYPT_KEY_HANDLE key = make_key(provider, algorithm, NULL, 0, 0, 0);
    PCCERT_CONTEXT cert = self_sign(key, L"CN=ephemeral", oid);
    BYTE message[8192];

    check_capi(CertSetCertificateContextProperty(cert, CERT_NCRYPT_KEY_HANDLE_PROP_ID, CERT_STORE_NO_CRYPT_RELEASE_FLAG,
                                                 (void *)key));
    check_message(message, sign(cert, SHA256_OID, FALSE, message), FALSE);
    CertFreeCertificateContext(cert);
    check_success(NCryptFreeObject(key));
    NCryptFreeObject(provider);
}

/* --- the same with the functions below: .NET's SignedCms, OpenVPN --- */

static DWORD encode(CMSG_SIGNED_ENCODE_INFO *info, BYTE *message, DWORD size)
{
    HCRYPTMSG handle = CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_SIGNED, info, NULL, NULL);

    ok(handle != NULL, "error %#lx\n", GetLastError());
    if (!handle) return 0;
    check_capi(CryptMsgUpdate(handle, text, sizeof(text), TRUE));
    check_capi(CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, message, &size));
    check_capi(CryptMsgClose(handle));
    return size;
}

static CMSG_SIGNER_ENCODE_INFO signer_of(const struct identity *identity)
{
    CMSG_SIGNER_ENCODE_INFO signer = { .cbSize = sizeof(signer) };

    signer.pCertInfo = identity->cert->pCertInfo;
    signer.hNCryptKey = identity->key;
    signer.dwKeySpec = CERT_NCRYPT_KEY_SPEC;
    signer.HashAlgorithm.pszObjId = (char *)SHA256_OID;
    return signer;
}

static void test_encode(const struct identity *identity)
{
    CMSG_SIGNER_ENCODE_INFO signer = signer_of(identity);
    CERT_BLOB cert = { identity->cert->cbCertEncoded, identity->cert->pbCertEncoded };
    CMSG_SIGNED_ENCODE_INFO info = { .cbSize = sizeof(info), .cSigners = 1, .rgSigners = &signer };
    BYTE message[8192], value[] = { 4, 1, 42 };
    CRYPT_ATTR_BLOB values = { sizeof(value), value };
    CRYPT_ATTRIBUTE attribute = { (char *)"1.2.3.4", 1, &values };
    DWORD size;

    info.cCertEncoded = 1;
    info.rgCertEncoded = &cert;
    size = encode(&info, message, sizeof(message));
    check_message(message, size, FALSE);
    signer.cAuthAttr = 1;
    signer.rgAuthAttr = &attribute;
    size = encode(&info, message, sizeof(message));
    check_message(message, size, FALSE);
    ok(signs_for(identity, identity->key), "the caller's handle was freed\n");
}

/* The message may free the handle: then it does so once, and a second message can have the same. */
static void test_release(const struct identity *identity)
{
    CMSG_SIGNER_ENCODE_INFO signer = signer_of(identity);
    CMSG_SIGNED_ENCODE_INFO info = { .cbSize = sizeof(info), .cSigners = 1, .rgSigners = &signer };
    NCRYPT_KEY_HANDLE key;
    HCRYPTMSG message;

    check_success(NCryptOpenKey(identity->provider, &key, identity->name, 0, 0));
    signer.hNCryptKey = key;
    message = CryptMsgOpenToEncode(MESSAGE_ENCODING, CMSG_CRYPT_RELEASE_CONTEXT_FLAG, CMSG_SIGNED, &info, NULL, NULL);
    ok(message != NULL, "error %#lx\n", GetLastError());
    check_capi(CryptMsgUpdate(message, text, sizeof(text), TRUE));
    check_capi(CryptMsgClose(message));
    ok(!NCryptIsKeyHandle(key), "the handle was not freed\n");
}

/* --- encrypted --- */

static DWORD encrypt(PCCERT_CONTEXT *recipients, DWORD count, const char *algorithm, BYTE *message, DWORD size)
{
    CRYPT_ENCRYPT_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING };

    para.ContentEncryptionAlgorithm.pszObjId = (char *)algorithm;
    check_capi(CryptEncryptMessage(&para, count, recipients, text, sizeof(text), message, &size));
    return size;
}

static BOOL control_decrypt(NCRYPT_KEY_HANDLE key, DWORD index, const BYTE *message, DWORD size, BYTE *plain,
                            DWORD *plain_size)
{
    CMSG_CTRL_DECRYPT_PARA para
        = {.cbSize = sizeof(para), .dwKeySpec = CERT_NCRYPT_KEY_SPEC, .dwRecipientIndex = index};
    HCRYPTMSG handle = CryptMsgOpenToDecode(MESSAGE_ENCODING, 0, 0, 0, NULL, NULL);
    BOOL done;

    para.hNCryptKey = key;
    check_capi(CryptMsgUpdate(handle, message, size, TRUE));
    done = CryptMsgControl(handle, 0, CMSG_CTRL_DECRYPT, &para)
           && CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, plain, plain_size);
    CryptMsgClose(handle);
    return done;
}

static BOOL decrypt_with_store(HCERTSTORE store, const BYTE *message, DWORD size, BYTE *plain, DWORD *plain_size,
                               PCCERT_CONTEXT *used)
{
    CRYPT_DECRYPT_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgAndCertEncodingType = MESSAGE_ENCODING };

    para.cCertStore = 1;
    para.rghCertStore = &store;
    return CryptDecryptMessage(&para, message, size, plain, plain_size, used);
}

static void check_plain(const BYTE *plain, DWORD size)
{
    ok(size == sizeof(text) && !memcmp(plain, text, sizeof(text)), "%lu bytes, another text\n", size);
}

static void test_decrypt(const struct identity *identity, const char *algorithm)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    PCCERT_CONTEXT recipients[] = { identity->cert }, used = NULL;
    BYTE message[4096], plain[64];
    DWORD size = encrypt(recipients, 1, algorithm, message, sizeof(message)), plain_size = sizeof(plain);

    check_capi(control_decrypt(identity->key, 0, message, size, plain, &plain_size));
    check_plain(plain, plain_size);

    plain_size = sizeof(plain);
    check_fails(CRYPT_E_NO_DECRYPT_CERT, decrypt_with_store(store, message, size, plain, &plain_size, &used));
    ok(!used, "a certificate\n");
    check_capi(CertAddCertificateContextToStore(store, identity->cert, CERT_STORE_ADD_ALWAYS, NULL));
    plain_size = 0;
    check_capi(decrypt_with_store(store, message, size, NULL, &plain_size, NULL));
    ok(plain_size >= sizeof(text) && plain_size <= sizeof(plain), "%lu bytes\n", plain_size);
    plain_size = 4;
    check_fails(ERROR_MORE_DATA, decrypt_with_store(store, message, size, plain, &plain_size, NULL));
    plain_size = sizeof(plain);
    check_capi(decrypt_with_store(store, message, size, plain, &plain_size, &used));
    check_plain(plain, plain_size);
    ok(used && CertCompareCertificate(X509_ASN_ENCODING, used->pCertInfo, identity->cert->pCertInfo),
       "another certificate\n");
    CertFreeCertificateContext(used);
    check_capi(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG));
}

/* Who has one of the keys opens it, wherever in the list; another key opens nothing. */
static void test_recipients(const struct identity *one, const struct identity *two)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    PCCERT_CONTEXT recipients[] = { one->cert, two->cert };
    BYTE message[4096], plain[64];
    DWORD size = encrypt(recipients, 2, DES3_CBC, message, sizeof(message)), plain_size = sizeof(plain);

    check_capi(control_decrypt(two->key, 1, message, size, plain, &plain_size));
    check_plain(plain, plain_size);
    plain_size = sizeof(plain);
    ok(!control_decrypt(two->key, 0, message, size, plain, &plain_size), "the other's share was opened\n");
    check_capi(CertAddCertificateContextToStore(store, two->cert, CERT_STORE_ADD_ALWAYS, NULL));
    plain_size = sizeof(plain);
    check_capi(decrypt_with_store(store, message, size, plain, &plain_size, NULL));
    check_plain(plain, plain_size);
    check_capi(CertCloseStore(store, 0));
}

/* A key of CAPI opens it, too: the function was missing for those as well. */
static void test_capi_recipient(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    struct capi_identity identity;
    BYTE message[4096], plain[64];
    DWORD size, plain_size = sizeof(plain);

    make_capi_identity(&identity, L"recipient");
    check_capi(CertAddCertificateContextToStore(store, identity.cert, CERT_STORE_ADD_ALWAYS, NULL));
    size = encrypt(&identity.cert, 1, DES3_CBC, message, sizeof(message));
    check_capi(decrypt_with_store(store, message, size, plain, &plain_size, NULL));
    check_plain(plain, plain_size);
    check_capi(CertCloseStore(store, 0));
    remove_capi_identity(&identity);
}

static void test_malformed(const struct identity *identity)
{
    CRYPT_DECRYPT_MESSAGE_PARA para = { .cbSize = 4 };
    BYTE message[4096], plain[64];
    DWORD size = encrypt((PCCERT_CONTEXT *)&identity->cert, 1, DES3_CBC, message, sizeof(message)), i, plain_size;
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);

    check_capi(CertAddCertificateContextToStore(store, identity->cert, CERT_STORE_ADD_ALWAYS, NULL));
    plain_size = sizeof(plain);
    check_fails(E_INVALIDARG, CryptDecryptMessage(&para, message, size, plain, &plain_size, NULL));
    for (i = 0; i < size; i += 7)
    {
        plain_size = sizeof(plain);
        ok(!decrypt_with_store(store, message, i, plain, &plain_size, NULL), "%lu of %lu bytes\n", i, size);
    }
    check_capi(CertCloseStore(store, 0));
}

START_TEST(messages)
{
    struct identity rsa, other, ec, p521;

    make_identity(&rsa, L"RSA", L"message rsa", 0);
    make_identity(&other, L"RSA", L"message other", 0);
    make_identity(&ec, L"ECDSA_P256", L"message ec", 0);
    make_identity(&p521, L"ECDSA_P521", L"message p521", 0);
    test_sign(&rsa);
    test_sign(&ec);
    test_sign(&p521);
    test_changed(&rsa);
    test_kept(&rsa);
    test_kept(&ec);
    test_ephemeral(L"RSA", SHA256_RSA);
    test_ephemeral(L"ECDSA_P384", SHA256_ECDSA);
    test_encode(&rsa);
    test_encode(&ec);
    test_release(&rsa);
    test_release(&ec);
    test_decrypt(&rsa, DES3_CBC);
    test_recipients(&rsa, &other);
    test_capi_recipient();
    test_malformed(&rsa);
    remove_identity(&rsa);
    remove_identity(&other);
    remove_identity(&ec);
    remove_identity(&p521);
}
