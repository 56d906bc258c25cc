/* SPDX-License-Identifier: LGPL-2.1-or-later
 * Certificates of stored keys, each step in a process of its own. What went wrong is one line on stdout, and exit
 * code 1.
 *   make NAME ALGORITHM FILE   a key of export policy 0, its certificate in MY, and a copy of that in FILE
 *   sign NAME FILE             a signed message
 *   decrypt NAME FILE          prints the text of a message
 *   client NAME PORT           TLS to 127.0.0.1: sends a line, prints the answer
 *   server NAME                TLS: prints its port, serves one client, prints what it says
 *   remove NAME                key and certificate */
#define SECURITY_WIN32
#include <winsock2.h>
#include <windows.h>
#include <wincrypt.h>
#include <ncrypt.h>
#include <security.h>
#include <schannel.h>
#include <stdio.h>
#include <stdlib.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))
#endif

static const WCHAR *name;
static HCERTSTORE store;

static int failed(const char *what, DWORD error)
{
    printf("%s: %08lx\n", what, error);
    return 1;
}

static PCCERT_CONTEXT find_certificate(void)
{
    return CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SUBJECT_STR_W, name, NULL);
}

static BOOL write_file(const WCHAR *path, const void *data, DWORD size)
{
    HANDLE file = CreateFileW(path, GENERIC_WRITE, 0, NULL, CREATE_ALWAYS, 0, NULL);
    DWORD written = 0;

    WriteFile(file, data, size, &written, NULL);
    CloseHandle(file);
    return written == size;
}

static DWORD read_file(const WCHAR *path, void *data, DWORD size)
{
    HANDLE file = CreateFileW(path, GENERIC_READ, FILE_SHARE_READ, NULL, OPEN_EXISTING, 0, NULL);
    DWORD got = 0;

    ReadFile(file, data, size, &got, NULL);
    CloseHandle(file);
    return got;
}

/* --- keys and messages --- */

static PCCERT_CONTEXT make_certificate(NCRYPT_KEY_HANDLE key)
{
    BYTE encoded[256];
    CERT_NAME_BLOB subject = { sizeof(encoded), encoded };
    WCHAR text[128];

    _snwprintf(text, ARRAY_SIZE(text), L"CN=%ls", name);
    CertStrToNameW(X509_ASN_ENCODING, text, CERT_X500_NAME_STR, NULL, encoded, &subject.cbData, NULL);
    return CertCreateSelfSignCertificate(key, &subject, 0, NULL, NULL, NULL, NULL, NULL);
}

static int make(const WCHAR *algorithm, const WCHAR *path)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;
    PCCERT_CONTEXT cert;
    DWORD policy = 0, bits = 2048;

    if ((status = NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0))) return failed("provider", status);
    status = NCryptCreatePersistedKey(provider, &key, algorithm, name, 0, NCRYPT_OVERWRITE_KEY_FLAG);
    if (!status) status = NCryptSetProperty(key, NCRYPT_EXPORT_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), 0);
    if (!status && !wcscmp(algorithm, L"RSA"))
        status = NCryptSetProperty(key, NCRYPT_LENGTH_PROPERTY, (BYTE *)&bits, sizeof(bits), 0);
    if (!status) status = NCryptFinalizeKey(key, 0);
    if (status) return failed("key", status);
    if (!(cert = make_certificate(key))) return failed("certificate", GetLastError());
    if (!CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_ALWAYS, NULL))
        return failed("store", GetLastError());
    return write_file(path, cert->pbCertEncoded, cert->cbCertEncoded) ? 0 : failed("file", GetLastError());
}

static int sign(PCCERT_CONTEXT cert, const WCHAR *path)
{
    CRYPT_SIGN_MESSAGE_PARA para
        = {.cbSize = sizeof(para), .dwMsgEncodingType = X509_ASN_ENCODING | PKCS_7_ASN_ENCODING};
    const BYTE *parts[] = { (const BYTE *)"signed by Windows\n" };
    DWORD sizes[] = { 18 }, size;
    BYTE message[8192];

    para.pSigningCert = cert;
    para.HashAlgorithm.pszObjId = (char *)"2.16.840.1.101.3.4.2.1";
    para.cMsgCert = 1;
    para.rgpMsgCert = &cert;
    size = sizeof(message);
    if (!CryptSignMessage(&para, FALSE, 1, parts, sizes, message, &size)) return failed("sign", GetLastError());
    return write_file(path, message, size) ? 0 : failed("file", GetLastError());
}

static int decrypt(const WCHAR *path)
{
    CRYPT_DECRYPT_MESSAGE_PARA para = { .cbSize = sizeof(para), .cCertStore = 1, .rghCertStore = &store };
    BYTE message[8192], plain[8192];
    DWORD size = read_file(path, message, sizeof(message)), plain_size = sizeof(plain);

    para.dwMsgAndCertEncodingType = X509_ASN_ENCODING | PKCS_7_ASN_ENCODING;
    if (!CryptDecryptMessage(&para, message, size, plain, &plain_size, NULL)) return failed("decrypt", GetLastError());
    printf("%.*s\n", (int)plain_size, plain);
    return 0;
}

static int delete(PCCERT_CONTEXT cert)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    SECURITY_STATUS status;

    if (cert && !CertDeleteCertificateFromStore(cert)) return failed("certificate", GetLastError());
    NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0);
    if (!(status = NCryptOpenKey(provider, &key, name, 0, 0))) status = NCryptDeleteKey(key, 0);
    return status ? failed("key", status) : 0;
}

/* --- TLS: both sides take tokens until the handshake is done --- */

struct tls
{
    SOCKET socket;
    CredHandle credentials;
    CtxtHandle context;
    BOOL is_server, has_context;
    BYTE input[65536];
    DWORD input_size;
};

static SECURITY_STATUS acquire(struct tls *tls, PCCERT_CONTEXT cert)
{
    SCHANNEL_CRED data = { .dwVersion = SCHANNEL_CRED_VERSION, .cCreds = 1, .paCred = &cert };
    TimeStamp expiry;

    if (!tls->is_server) data.dwFlags = SCH_CRED_NO_DEFAULT_CREDS | SCH_CRED_MANUAL_CRED_VALIDATION;
    return AcquireCredentialsHandleW(NULL, (WCHAR *)UNISP_NAME_W,
                                     tls->is_server ? SECPKG_CRED_INBOUND : SECPKG_CRED_OUTBOUND, NULL, &data, NULL,
                                     NULL, &tls->credentials, &expiry);
}

static SECURITY_STATUS step(struct tls *tls, SecBufferDesc *in, SecBufferDesc *out)
{
    CtxtHandle *context = tls->has_context ? &tls->context : NULL;
    DWORD attributes;
    TimeStamp expiry;

    if (tls->is_server)
        return AcceptSecurityContext(&tls->credentials, context, in,
                                     ASC_REQ_CONFIDENTIALITY | ASC_REQ_ALLOCATE_MEMORY | ASC_REQ_STREAM, 0,
                                     &tls->context, out, &attributes, &expiry);
    return InitializeSecurityContextW(&tls->credentials, context, (WCHAR *)L"localhost",
                                      ISC_REQ_CONFIDENTIALITY | ISC_REQ_ALLOCATE_MEMORY | ISC_REQ_STREAM
                                      | ISC_REQ_USE_SUPPLIED_CREDS | ISC_REQ_MANUAL_CRED_VALIDATION, 0, 0,
                                      context ? in : NULL, 0, &tls->context, out, &attributes, &expiry);
}

/* What the step has left over stays in the input. */
static void keep_rest(struct tls *tls, const SecBuffer *extra)
{
    DWORD rest = extra->BufferType == SECBUFFER_EXTRA ? extra->cbBuffer : 0;

    memmove(tls->input, tls->input + tls->input_size - rest, rest);
    tls->input_size = rest;
}

static SECURITY_STATUS advance(struct tls *tls)
{
    SecBuffer in[2] = { { tls->input_size, SECBUFFER_TOKEN, tls->input }, { 0, SECBUFFER_EMPTY, NULL } };
    SecBuffer out[1] = { { 0, SECBUFFER_TOKEN, NULL } };
    SecBufferDesc in_list = { SECBUFFER_VERSION, 2, in }, out_list = { SECBUFFER_VERSION, 1, out };
    SECURITY_STATUS status = step(tls, &in_list, &out_list);

    if (status == SEC_E_INCOMPLETE_MESSAGE) return status;
    if (status == SEC_E_OK || status == SEC_I_CONTINUE_NEEDED) tls->has_context = TRUE;
    if (out[0].pvBuffer && out[0].cbBuffer) send(tls->socket, out[0].pvBuffer, out[0].cbBuffer, 0);
    keep_rest(tls, &in[1]);
    return status;
}

static BOOL receive(struct tls *tls)
{
    int got = recv(tls->socket, (char *)tls->input + tls->input_size, sizeof(tls->input) - tls->input_size, 0);

    if (got > 0) tls->input_size += got;
    return got > 0;
}

static SECURITY_STATUS handshake(struct tls *tls)
{
    SECURITY_STATUS status = tls->is_server ? SEC_E_INCOMPLETE_MESSAGE : advance(tls);

    while (status == SEC_I_CONTINUE_NEEDED || status == SEC_E_INCOMPLETE_MESSAGE)
    {
        if ((status == SEC_E_INCOMPLETE_MESSAGE || !tls->input_size) && !receive(tls)) return SEC_E_INTERNAL_ERROR;
        status = advance(tls);
    }
    return status;
}

static SECURITY_STATUS say(struct tls *tls, const char *text)
{
    SecPkgContext_StreamSizes sizes;
    BYTE packet[4096];
    SecBuffer buffers[4];
    SecBufferDesc list = { SECBUFFER_VERSION, 4, buffers };
    SECURITY_STATUS status;

    if ((status = QueryContextAttributesW(&tls->context, SECPKG_ATTR_STREAM_SIZES, &sizes))) return status;
    memcpy(packet + sizes.cbHeader, text, strlen(text));
    buffers[0] = (SecBuffer){ sizes.cbHeader, SECBUFFER_STREAM_HEADER, packet };
    buffers[1] = (SecBuffer){ strlen(text), SECBUFFER_DATA, packet + sizes.cbHeader };
    buffers[2] = (SecBuffer){ sizes.cbTrailer, SECBUFFER_STREAM_TRAILER, packet + sizes.cbHeader + strlen(text) };
    buffers[3] = (SecBuffer){ 0, SECBUFFER_EMPTY, NULL };
    if ((status = EncryptMessage(&tls->context, 0, &list, 0))) return status;
    send(tls->socket, (char *)packet, buffers[0].cbBuffer + buffers[1].cbBuffer + buffers[2].cbBuffer, 0);
    return status;
}

/* Prints the first line that the other side says. */
static SECURITY_STATUS hear(struct tls *tls)
{
    SecBuffer buffers[4];
    SecBufferDesc list = { SECBUFFER_VERSION, 4, buffers };
    SECURITY_STATUS status;
    int i;

    for (;;)
    {
        memset(buffers, 0, sizeof(buffers));
        buffers[0] = (SecBuffer){ tls->input_size, SECBUFFER_DATA, tls->input };
        status = tls->input_size ? DecryptMessage(&tls->context, &list, 0, NULL) : SEC_E_INCOMPLETE_MESSAGE;
        if (status && status != SEC_E_INCOMPLETE_MESSAGE) return status;
        for (i = 0; !status && i < 4; i++)
            if (buffers[i].BufferType == SECBUFFER_DATA && buffers[i].cbBuffer)
            {
                printf("heard: %.*s", (int)buffers[i].cbBuffer, (char *)buffers[i].pvBuffer);
                return SEC_E_OK;
            }
        if (!status) tls->input_size = 0;
        if (!receive(tls)) return SEC_E_INTERNAL_ERROR;
    }
}

static SOCKET open_socket(struct sockaddr_in *address, int port)
{
    WSADATA data;

    WSAStartup(MAKEWORD(2, 2), &data);
    memset(address, 0, sizeof(*address));
    address->sin_family = AF_INET;
    address->sin_port = htons(port);
    address->sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return socket(AF_INET, SOCK_STREAM, 0);
}

static int talk(struct tls *tls, const char *first)
{
    SECURITY_STATUS status;

    if ((status = handshake(tls))) return failed("handshake", status);
    if (first && (status = say(tls, first))) return failed("say", status);
    if ((status = hear(tls))) return failed("hear", status);
    closesocket(tls->socket);
    return 0;
}

static int client(PCCERT_CONTEXT cert, int port)
{
    static struct tls tls;
    struct sockaddr_in address;
    SECURITY_STATUS status;

    if ((status = acquire(&tls, cert))) return failed("credentials", status);
    tls.socket = open_socket(&address, port);
    if (connect(tls.socket, (struct sockaddr *)&address, sizeof(address))) return failed("connect", WSAGetLastError());
    return talk(&tls, "hello server\n");
}

static int server(PCCERT_CONTEXT cert)
{
    static struct tls tls = { .is_server = TRUE };
    struct sockaddr_in address;
    int size = sizeof(address);
    SECURITY_STATUS status;
    SOCKET listening;

    if ((status = acquire(&tls, cert))) return failed("credentials", status);
    listening = open_socket(&address, 0);
    if (bind(listening, (struct sockaddr *)&address, size) || listen(listening, 1))
        return failed("listen", WSAGetLastError());
    getsockname(listening, (struct sockaddr *)&address, &size);
    printf("port %u\n", ntohs(address.sin_port));
    fflush(stdout);
    tls.socket = accept(listening, NULL, NULL);
    return talk(&tls, NULL);
}

int wmain(int argc, WCHAR **argv)
{
    PCCERT_CONTEXT cert;

    if (argc < 3) return failed("arguments", argc);
    name = argv[2];
    store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"MY");
    if (!wcscmp(argv[1], L"make") && argc > 4) return make(argv[3], argv[4]);
    cert = find_certificate();
    if (!wcscmp(argv[1], L"remove")) return delete(cert);
    if (!cert) return failed("no certificate", GetLastError());
    if (!wcscmp(argv[1], L"sign") && argc > 3) return sign(cert, argv[3]);
    if (!wcscmp(argv[1], L"decrypt") && argc > 3) return decrypt(argv[3]);
    if (!wcscmp(argv[1], L"client") && argc > 3) return client(cert, _wtoi(argv[3]));
    if (!wcscmp(argv[1], L"server")) return server(cert);
    return failed("arguments", argc);
}
