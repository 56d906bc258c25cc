/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Messages for check-openssl-messages, which has OpenSSL read what this writes and the other way:
 *   cmstool make ALGORITHM KEY SPKI             a stored key, and its public half (DER)
 *   cmstool sign KEY CERTIFICATE HASH PADDING IN OUT    PADDING: pss or none
 *   cmstool verify IN OUT
 *   cmstool encrypt CERTIFICATE CIPHER IN OUT   CIPHER: an OID
 *   cmstool decrypt KEY CERTIFICATE IN OUT */
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

static int make(const WCHAR *algorithm, const WCHAR *name, const WCHAR *file)
{
    CERT_PUBLIC_KEY_INFO *info = (void *)input.data;
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    DWORD size = sizeof(input.data);

    if (NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0)) return failed("provider");
    if (NCryptCreatePersistedKey(provider, &key, algorithm, name, 0, NCRYPT_OVERWRITE_KEY_FLAG))
        return failed("create");
    if (NCryptFinalizeKey(key, 0)) return failed("finalize");
    if (!CryptExportPublicKeyInfo(key, 0, X509_ASN_ENCODING, info, &size)) return failed("export");
    output.size = sizeof(output.data);
    if (!CryptEncodeObjectEx(X509_ASN_ENCODING, X509_PUBLIC_KEY_INFO, info, 0, NULL, output.data, &output.size))
        return failed("encode");
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

static int run(int count, WCHAR **words)
{
    char oid[64] = "";
    int result = 2;

    if (count >= 4 && !read_file(words[count - 2], &input)) return failed("read");
    if (count == 7) WideCharToMultiByte(CP_ACP, 0, words[3], -1, oid, sizeof(oid), NULL, NULL);
    if (count == 5) WideCharToMultiByte(CP_ACP, 0, words[2], -1, oid, sizeof(oid), NULL, NULL);
    if (count == 7 && !lstrcmpW(words[0], L"sign")) result = sign(words[1], words[2], oid, words[4]);
    else if (count == 3 && !lstrcmpW(words[0], L"verify"))
        result = read_file(words[1], &input) ? verify() : failed("read");
    else if (count == 5 && !lstrcmpW(words[0], L"encrypt")) result = encrypt(words[1], oid);
    else if (count == 5 && !lstrcmpW(words[0], L"decrypt")) result = decrypt(words[1], words[2]);
    return !result && !write_file(words[count - 1], &output) ? failed("write") : result;
}

int wmain(int argc, WCHAR **argv)
{
    if (argc == 5 && !lstrcmpW(argv[1], L"make")) return make(argv[2], argv[3], argv[4]);
    return argc > 1 ? run(argc - 1, argv + 1) : 2;
}
