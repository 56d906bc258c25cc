/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Encrypted messages to RSA and EC keys: CryptEncryptMessage, CryptDecryptMessage, CryptMsgControl; and that who sends
 * wrong ones learns nothing. */
#include "recipients.h"

static const BYTE content[] = "what is meant for one recipient alone, over more than one block";
static const char *const ciphers[] =
    { "2.16.840.1.101.3.4.1.2", "2.16.840.1.101.3.4.1.22", "2.16.840.1.101.3.4.1.42", szOID_RSA_DES_EDE3_CBC };

static void encrypt(PCCERT_CONTEXT *certs, DWORD count, const char *cipher, struct message *message)
{
    CRYPT_ENCRYPT_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING,
                                        .ContentEncryptionAlgorithm.pszObjId = (char *)cipher };
    DWORD size = 0;

    check_capi(CryptEncryptMessage(&para, count, certs, content, sizeof(content), NULL, &size));
    message->size = size - 1;
    check_fails(ERROR_MORE_DATA,
                CryptEncryptMessage(&para, count, certs, content, sizeof(content), message->data, &message->size));
    message->size = sizeof(message->data);
    check_capi(CryptEncryptMessage(&para, count, certs, content, sizeof(content), message->data, &message->size));
    ok(message->size <= size, "%lu bytes, %lu were announced\n", message->size, size);
}

static BOOL decrypt(const struct message *message, PCCERT_CONTEXT cert, BYTE *output, DWORD *size)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, CERT_STORE_CREATE_NEW_FLAG, NULL);
    CRYPT_DECRYPT_MESSAGE_PARA para = {
        .cbSize = sizeof(para), .dwMsgAndCertEncodingType = MESSAGE_ENCODING, .cCertStore = 1, .rghCertStore = &store};
    PCCERT_CONTEXT used = NULL;
    DWORD error;
    BOOL done;

    check_capi(CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_ALWAYS, NULL));
    SetLastError(0xdeadbeef);
    done = CryptDecryptMessage(&para, message->data, message->size, output, size, &used);
    error = GetLastError();
    ok(!done == !used, "done %d, certificate %p\n", done, used);
    if (used) CertFreeCertificateContext(used);
    CertCloseStore(store, 0);
    SetLastError(error);
    return done;
}

static void check_opens(const struct message *message, PCCERT_CONTEXT cert)
{
    BYTE output[256];
    DWORD size = sizeof(output);

    check_capi(decrypt(message, cert, output, &size));
    ok(size == sizeof(content) && !memcmp(output, content, size), "%lu bytes of other content\n", size);
}

static void test_control(const struct message *message, const struct recipient *recipient,
                         const struct recipient *stranger)
{
    CMSG_CTRL_DECRYPT_PARA para = { .cbSize = sizeof(para), .hNCryptKey = stranger->key };
    HCRYPTMSG handle = decode(message);
    BYTE output[256];
    DWORD size = sizeof(output);

    check_fails(NTE_BAD_DATA, CryptMsgControl(handle, 0, CMSG_CTRL_DECRYPT, &para));
    CryptMsgClose(handle);
    handle = decode(message);
    para.hNCryptKey = recipient->key;
    check_capi(CryptMsgControl(handle, 0, CMSG_CTRL_DECRYPT, &para));
    check_capi(CryptMsgGetParam(handle, CMSG_CONTENT_PARAM, 0, output, &size));
    ok(size == sizeof(content) && !memcmp(output, content, size), "%lu bytes of other content\n", size);
    CryptMsgClose(handle);
}

/* The encrypted key is the last OCTET STRING before the content: found by its size. */
static DWORD find_encrypted_key(const struct message *message, DWORD size)
{
    DWORD i, found = 0;

    for (i = 0; i + size + 3 < message->size - sizeof(content); i++)
        if (message->data[i] == 0x04 && (size < 0x80 ? message->data[i + 1] == size
                                         : message->data[i + 1] == 0x81 && message->data[i + 2] == size))
            found = i + (size < 0x80 ? 2 : 3);
    ok(found, "no encrypted key of %lu bytes\n", size);
    return found;
}

/* One code for every byte that can be wrong: where it is, is not to be learned from that. */
static void test_one_code(struct message *message, PCCERT_CONTEXT cert, DWORD key_size)
{
    DWORD place = find_encrypted_key(message, key_size), i, size;
    BYTE output[256];

    for (i = 0; i < key_size; i += 5)
    {
        message->data[place + i] ^= 0x11;
        size = sizeof(output);
        check_fails(NTE_BAD_DATA, decrypt(message, cert, output, &size));
        message->data[place + i] ^= 0x11;
    }
    check_opens(message, cert);
}

static void test_kind(const struct identity *authority, const WCHAR *algorithm, DWORD wrapped_size)
{
    struct recipient recipient, stranger;
    struct message message;
    unsigned int i;

    winetest_push_context("%ls", algorithm);
    make_recipient(authority, algorithm, L"recipient", &recipient);
    make_recipient(authority, algorithm, L"stranger", &stranger);
    for (i = 0; i < ARRAY_SIZE(ciphers); i++)
    {
        encrypt(&recipient.cert, 1, ciphers[i], &message);
        check_opens(&message, recipient.cert);
        check_fails(CRYPT_E_NO_DECRYPT_CERT, decrypt(&message, stranger.cert, NULL, NULL));
        test_control(&message, &recipient, &stranger);
    }
    encrypt(&recipient.cert, 1, ciphers[0], &message);
    test_one_code(&message, recipient.cert, wrapped_size);
    remove_recipient(&recipient);
    remove_recipient(&stranger);
    winetest_pop_context();
}

static void test_two(const struct identity *authority)
{
    struct recipient recipients[2];
    PCCERT_CONTEXT certs[2];
    struct message message;
    DWORD i;

    make_recipient(authority, L"RSA", L"first", &recipients[0]);
    make_recipient(authority, L"ECDH_P256", L"second", &recipients[1]);
    for (i = 0; i < 2; i++) certs[i] = recipients[i].cert;
    encrypt(certs, 2, ciphers[2], &message);
    for (i = 0; i < 2; i++) check_opens(&message, certs[i]);
    for (i = 0; i < 2; i++) remove_recipient(&recipients[i]);
}

/* No prefix of a message, and no message with a changed byte, brings the program down. */
static void test_malformed(const struct identity *authority)
{
    struct recipient recipient;
    struct message message, changed;
    BYTE output[256];
    DWORD i, size;

    make_recipient(authority, L"ECDH_P256", L"malformed", &recipient);
    encrypt(&recipient.cert, 1, ciphers[0], &message);
    for (i = 0; i < message.size; i += 3)
    {
        changed = message;
        changed.size = i;
        size = sizeof(output);
        ok(!decrypt(&changed, recipient.cert, output, &size), "%lu bytes were opened\n", i);
        changed.size = message.size;
        changed.data[i] ^= 0xff;
        size = sizeof(output);
        decrypt(&changed, recipient.cert, output, &size);
    }
    remove_recipient(&recipient);
}

START_TEST(message_recipients)
{
    struct identity authority;

    make_identity(&authority, L"RSA", L"authority", 0);
    test_kind(&authority, L"RSA", 128);
    test_kind(&authority, L"ECDH_P256", 24);
    test_kind(&authority, L"ECDH_P384", 24);
    test_kind(&authority, L"ECDH_P521", 24);
    test_two(&authority);
    test_malformed(&authority);
    remove_identity(&authority);
}
