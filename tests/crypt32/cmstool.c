/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Messages for check-openssl-messages, which has OpenSSL read what this writes and the other way:
 *   cmstool make ALGORITHM KEY SPKI             a stored key, and its public half (DER)
 *   cmstool request KEY OUT                     for a certificate of it
 *   cmstool sign KEY CERTIFICATE HASH HOW IN OUT    HOW: pss, keyid (the signer named by his key) or none
 *   cmstool verify IN OUT
 *   cmstool encrypt CERTIFICATE CIPHER IN OUT   CIPHER: an OID
 *   cmstool envelop CERTIFICATE CIPHER HOW IN OUT   HOW: pkcs1, oaep, oaep256, or an OID of key agreement
 *   cmstool decrypt KEY CERTIFICATE IN OUT
 *   cmstool open KEY IN OUT                     for the first recipient, as .NET's EnvelopedCms does it */
#define CMSG_ENVELOPED_ENCODE_INFO_HAS_CMS_FIELDS
#define CRYPT_SIGN_MESSAGE_PARA_HAS_CMS_FIELDS
#include <stdio.h>
#include <windows.h>
#include <wincrypt.h>
#include <ncrypt.h>

#define ENCODING (X509_ASN_ENCODING | PKCS_7_ASN_ENCODING)

struct bytes
{
    BYTE data[0x20000];
    DWORD size;
};

static struct bytes input, output, certificate;

static int failed(const char *what)
{
    printf("%s: %08lx\n", what, GetLastError());
    return 1;
}

static BOOL read_file(const WCHAR *name, struct bytes *bytes)
{
    HANDLE file = CreateFileW(name, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    BOOL done = file != INVALID_HANDLE_VALUE && ReadFile(file, bytes->data, sizeof(bytes->data), &bytes->size, NULL);

    CloseHandle(file);
    return done;
}

static BOOL write_file(const WCHAR *name, const struct bytes *bytes)
{
    HANDLE file = CreateFileW(name, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written;
    BOOL done = file != INVALID_HANDLE_VALUE && WriteFile(file, bytes->data, bytes->size, &written, NULL);

    CloseHandle(file);
    return done;
}

/* algorithm: "ML-DSA:65" is one with its parameter set. */
static int make(WCHAR *algorithm, const WCHAR *name, const WCHAR *file)
{
    CERT_PUBLIC_KEY_INFO *info = (void *)input.data;
    WCHAR *set = wcschr(algorithm, ':');
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    DWORD size = sizeof(input.data);

    if (set) *set++ = 0;
    if (NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0)) return failed("provider");
    if (NCryptCreatePersistedKey(provider, &key, algorithm, name, 0, NCRYPT_OVERWRITE_KEY_FLAG))
        return failed("create");
    if (set && NCryptSetProperty(key, NCRYPT_PARAMETER_SET_NAME_PROPERTY, (BYTE *)set, 2 * (lstrlenW(set) + 1), 0))
        return failed("set");
    if (NCryptFinalizeKey(key, 0)) return failed("finalize");
    if (!CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, info, &size)) return failed("export");
    output.size = sizeof(output.data);
    if (!CryptEncodeObjectEx(X509_ASN_ENCODING, X509_PUBLIC_KEY_INFO, info, 0, NULL, output.data, &output.size))
        return failed("encode");
    return write_file(file, &output) ? 0 : failed("write");
}

static NCRYPT_KEY_HANDLE open_key(const WCHAR *name)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;

    if (NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0)) return 0;
    return NCryptOpenKey(provider, &key, name, 0, 0) ? 0 : key;
}

static int request(const WCHAR *name, const WCHAR *file)
{
    BYTE subject[] = {0x30, 0x0c, 0x31, 0x0a, 0x30, 0x08, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x01, 'x'};
    CERT_PUBLIC_KEY_INFO *public = (void *)input.data;
    CERT_REQUEST_INFO info = {.Subject = {sizeof(subject), subject}};
    CRYPT_ALGORITHM_IDENTIFIER algorithm = {.pszObjId = (char *)"1.2.840.113549.1.1.11"};
    NCRYPT_KEY_HANDLE key = open_key(name);
    DWORD size = sizeof(input.data);

    if (!key || !CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, public, &size)) return failed("key");
    info.SubjectPublicKeyInfo = *public;
    if (!lstrcmpA(public->Algorithm.pszObjId, szOID_ECC_PUBLIC_KEY)) algorithm.pszObjId = (char *)"1.2.840.10045.4.3.2";
    else if (lstrcmpA(public->Algorithm.pszObjId, szOID_RSA_RSA)) algorithm.pszObjId = public->Algorithm.pszObjId;
    output.size = sizeof(output.data);
    if (!CryptSignAndEncodeCertificate(key, 0, X509_ASN_ENCODING, X509_CERT_REQUEST_TO_BE_SIGNED, &info, &algorithm,
                                       NULL, output.data, &output.size)) return failed("request");
    return write_file(file, &output) ? 0 : failed("write");
}

/* name: NULL, or the key that belongs to it. */
static PCCERT_CONTEXT open_certificate(const WCHAR *file, const WCHAR *name)
{
    CRYPT_KEY_PROV_INFO info = {.pwszContainerName = (WCHAR *)name, .pwszProvName = (WCHAR *)MS_KEY_STORAGE_PROVIDER};
    PCCERT_CONTEXT cert;

    if (!read_file(file, &certificate)) return NULL;
    cert = CertCreateCertificateContext(X509_ASN_ENCODING, certificate.data, certificate.size);
    if (cert && name) CertSetCertificateContextProperty(cert, CERT_KEY_PROV_INFO_PROP_ID, 0, &info);
    return cert;
}

static int sign(const WCHAR *name, const WCHAR *cert_file, const char *hash, const WCHAR *padding)
{
    PCCERT_CONTEXT cert = open_certificate(cert_file, name);
    const BYTE *parts[] = {input.data};
    CRYPT_SIGN_MESSAGE_PARA para =
    {
        .cbSize = sizeof(para),
        .dwMsgEncodingType = ENCODING,
        .pSigningCert = cert,
        .HashAlgorithm.pszObjId = (char *)hash,
        .cMsgCert = 1,
        .rgpMsgCert = &cert,
    };

    if (!cert) return failed("certificate");
    if (!lstrcmpW(padding, L"keyid")) para.dwFlags = CRYPT_MESSAGE_KEYID_SIGNER_FLAG;
    if (!lstrcmpW(padding, L"pss")) para.HashEncryptionAlgorithm.pszObjId = (char *)szOID_RSA_SSA_PSS;
    output.size = sizeof(output.data);
    return CryptSignMessage(&para, FALSE, 1, parts, &input.size, output.data, &output.size) ? 0 : failed("sign");
}

static int verify(void)
{
    CRYPT_VERIFY_MESSAGE_PARA para = {.cbSize = sizeof(para), .dwMsgAndCertEncodingType = ENCODING};

    output.size = sizeof(output.data);
    return CryptVerifyMessageSignature(&para, 0, input.data, input.size, output.data, &output.size, NULL) ? 0
           : failed("verify");
}

static int encrypt(const WCHAR *cert_file, const char *cipher)
{
    CRYPT_ENCRYPT_MESSAGE_PARA para = {.cbSize = sizeof(para), .dwMsgEncodingType = ENCODING,
                                       .ContentEncryptionAlgorithm.pszObjId = (char *)cipher};
    PCCERT_CONTEXT cert = open_certificate(cert_file, NULL);

    if (!cert) return failed("certificate");
    output.size = sizeof(output.data);
    return CryptEncryptMessage(&para, 1, &cert, input.data, input.size, output.data, &output.size) ? 0
                                                                                                   : failed("encrypt");
}

/* --- recipients of CMS --- */

static const BYTE oaep256[] =
{
    0x30, 0x2f, 0xa0, 0x0f, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01,
    0x05, 0x00, 0xa1, 0x1c, 0x30, 0x1a, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08,
    0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
};

static int encrypt_for(CMSG_RECIPIENT_ENCODE_INFO *recipient, const char *cipher)
{
    CMSG_ENVELOPED_ENCODE_INFO info = {.cbSize = sizeof(info), .cRecipients = 1, .rgCmsRecipients = recipient,
                                       .ContentEncryptionAlgorithm.pszObjId = (char *)cipher};
    HCRYPTMSG message = CryptMsgOpenToEncode(ENCODING, 0, CMSG_ENVELOPED, &info, NULL, NULL);

    if (!message || !CryptMsgUpdate(message, input.data, input.size, TRUE)) return failed("envelop");
    output.size = sizeof(output.data);
    return CryptMsgGetParam(message, CMSG_CONTENT_PARAM, 0, output.data, &output.size) ? 0 : failed("content");
}

static int envelop_transport(const CERT_INFO *cert, const char *cipher, const char *how)
{
    CMSG_KEY_TRANS_RECIPIENT_ENCODE_INFO info = {.cbSize = sizeof(info),
                                                 .RecipientPublicKey = cert->SubjectPublicKeyInfo.PublicKey};
    CMSG_RECIPIENT_ENCODE_INFO recipient = {.dwRecipientChoice = CMSG_KEY_TRANS_RECIPIENT};

    info.KeyEncryptionAlgorithm.pszObjId = (char *)(lstrcmpA(how, "pkcs1") ? szOID_RSAES_OAEP : szOID_RSA_RSA);
    if (!lstrcmpA(how, "oaep256"))
    {
        info.KeyEncryptionAlgorithm.Parameters.cbData = sizeof(oaep256);
        info.KeyEncryptionAlgorithm.Parameters.pbData = (BYTE *)oaep256;
    }
    info.RecipientId.dwIdChoice = CERT_ID_ISSUER_SERIAL_NUMBER;
    info.RecipientId.IssuerSerialNumber.Issuer = cert->Issuer;
    info.RecipientId.IssuerSerialNumber.SerialNumber = cert->SerialNumber;
    recipient.pKeyTrans = &info;
    return encrypt_for(&recipient, cipher);
}

static int envelop_agreement(CERT_INFO *cert, const char *cipher, const char *how, const CRYPT_HASH_BLOB *key_id)
{
    BYTE material[] = {1, 2, 3, 4, 5, 6, 7, 8};
    CMSG_RECIPIENT_ENCRYPTED_KEY_ENCODE_INFO key
        = {.cbSize = sizeof(key), .RecipientPublicKey = cert->SubjectPublicKeyInfo.PublicKey}, *keys = &key;
    CMSG_KEY_AGREE_RECIPIENT_ENCODE_INFO info = {.cbSize = sizeof(info), .cRecipientEncryptedKeys = 1,
                                                 .rgpRecipientEncryptedKeys = &keys,
                                                 .UserKeyingMaterial = {sizeof(material), material}};
    CMSG_RECIPIENT_ENCODE_INFO recipient = {.dwRecipientChoice = CMSG_KEY_AGREE_RECIPIENT};

    key.RecipientId.dwIdChoice = CERT_ID_KEY_IDENTIFIER;
    key.RecipientId.KeyId = *key_id;
    info.KeyEncryptionAlgorithm.pszObjId = (char *)how;
    info.KeyWrapAlgorithm.pszObjId = (char *)"2.16.840.1.101.3.4.1.45";
    info.dwKeyChoice = CMSG_KEY_AGREE_EPHEMERAL_KEY_CHOICE;
    info.pEphemeralAlgorithm = &cert->SubjectPublicKeyInfo.Algorithm;
    recipient.pKeyAgree = &info;
    return encrypt_for(&recipient, cipher);
}

static int envelop(const WCHAR *cert_file, const char *cipher, const char *how)
{
    PCCERT_CONTEXT cert = open_certificate(cert_file, NULL);
    BYTE id[32];
    CRYPT_HASH_BLOB key_id = {sizeof(id), id};

    if (!cert) return failed("certificate");
    if (!lstrcmpA(cert->pCertInfo->SubjectPublicKeyInfo.Algorithm.pszObjId, szOID_RSA_RSA))
        return envelop_transport(cert->pCertInfo, cipher, how);
    if (!CertGetCertificateContextProperty(cert, CERT_KEY_IDENTIFIER_PROP_ID, id, &key_id.cbData)) return failed("id");
    return envelop_agreement(cert->pCertInfo, cipher, how, &key_id);
}

static BOOL decrypt_first(HCRYPTMSG message, CMSG_CMS_RECIPIENT_INFO *info, NCRYPT_KEY_HANDLE key)
{
    CMSG_CTRL_KEY_TRANS_DECRYPT_PARA transport = {.cbSize = sizeof(transport), .hNCryptKey = key,
                                                  .pKeyTrans = info->pKeyTrans};
    CMSG_CTRL_KEY_AGREE_DECRYPT_PARA agreement = {.cbSize = sizeof(agreement), .hNCryptKey = key,
                                                  .pKeyAgree = info->pKeyAgree};

    if (info->dwRecipientChoice == CMSG_KEY_TRANS_RECIPIENT)
        return CryptMsgControl(message, 0, CMSG_CTRL_KEY_TRANS_DECRYPT, &transport);
    agreement.OriginatorPublicKey = info->pKeyAgree->OriginatorPublicKeyInfo.PublicKey;
    return CryptMsgControl(message, 0, CMSG_CTRL_KEY_AGREE_DECRYPT, &agreement);
}

static int open_first(const WCHAR *name)
{
    HCRYPTMSG message = CryptMsgOpenToDecode(ENCODING, 0, 0, 0, NULL, NULL);
    CMSG_CMS_RECIPIENT_INFO *info = (void *)certificate.data;
    NCRYPT_KEY_HANDLE key = open_key(name);
    DWORD size = sizeof(certificate.data);

    if (!key || !CryptMsgUpdate(message, input.data, input.size, TRUE)) return failed("update");
    if (!CryptMsgGetParam(message, CMSG_CMS_RECIPIENT_INFO_PARAM, 0, info, &size)) return failed("recipient");
    if (!decrypt_first(message, info, key)) return failed("open");
    output.size = sizeof(output.data);
    return CryptMsgGetParam(message, CMSG_CONTENT_PARAM, 0, output.data, &output.size) ? 0 : failed("content");
}

static int decrypt(const WCHAR *name, const WCHAR *cert_file)
{
    PCCERT_CONTEXT cert = open_certificate(cert_file, name);
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    CRYPT_DECRYPT_MESSAGE_PARA para = {.cbSize = sizeof(para), .dwMsgAndCertEncodingType = ENCODING, .cCertStore = 1,
                                       .rghCertStore = &store};

    if (!cert || !CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_ALWAYS, NULL))
        return failed("certificate");
    output.size = sizeof(output.data);
    return CryptDecryptMessage(&para, input.data, input.size, output.data, &output.size, NULL) ? 0 : failed("decrypt");
}

static const char *narrow(const WCHAR *word, char *text, int size)
{
    WideCharToMultiByte(CP_ACP, 0, word, -1, text, size, NULL, NULL);
    return text;
}

static int run(int count, WCHAR **words)
{
    const WCHAR *what = words[0];
    char oid[64], how[64];
    int result = 2;

    if (!read_file(words[count - 2], &input)) return failed("read");
    if (count == 7 && !lstrcmpW(what, L"sign"))
        result = sign(words[1], words[2], narrow(words[3], oid, sizeof(oid)), words[4]);
    else if (count == 3 && !lstrcmpW(what, L"verify")) result = verify();
    else if (count == 5 && !lstrcmpW(what, L"encrypt"))
        result = encrypt(words[1], narrow(words[2], oid, sizeof(oid)));
    else if (count == 6 && !lstrcmpW(what, L"envelop"))
        result = envelop(words[1], narrow(words[2], oid, sizeof(oid)), narrow(words[3], how, sizeof(how)));
    else if (count == 5 && !lstrcmpW(what, L"decrypt")) result = decrypt(words[1], words[2]);
    else if (count == 4 && !lstrcmpW(what, L"open")) result = open_first(words[1]);
    return !result && !write_file(words[count - 1], &output) ? failed("write") : result;
}

int wmain(int argc, WCHAR **argv)
{
    if (argc == 5 && !lstrcmpW(argv[1], L"make")) return make(argv[2], argv[3], argv[4]);
    if (argc == 4 && !lstrcmpW(argv[1], L"request")) return request(argv[2], argv[3]);
    return argc > 3 ? run(argc - 1, argv + 1) : 2;
}
