/* SPDX-License-Identifier: LGPL-2.1-or-later
 * show-certificate PORT: connects to a TLS server on this machine and shows it a certificate whose key is stored under
 * the name "show-certificate" and can never be exported. Key and certificate are made the first time, and found again
 * ever after. Needs the certificate bridge (`ncrypt-wine install` puts it in), and a server that asks for certificates:
 *   openssl s_server -accept 4433 -Verify 1 -cert SERVER.pem -key SERVER.key -tls1_2 */
#define SECURITY_WIN32
#include <winsock2.h>
#include <windows.h>
#include <ncrypt.h>
#include <wincrypt.h>
#include <security.h>
#include <schannel.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME L"show-certificate"

static void check(LONG status, const char *what)
{
    if (!status) return;
    fprintf(stderr, "show-certificate: %s: 0x%08lx\n", what, (unsigned long)status);
    exit(1);
}

static void check_true(BOOL success, const char *what)
{
    if (!success) check(GetLastError() ? (LONG)GetLastError() : E_FAIL, what);
}

static NCRYPT_KEY_HANDLE make_key(void)
{
    NCRYPT_PROV_HANDLE provider;
    NCRYPT_KEY_HANDLE key;
    DWORD length = 2048;

    check(NCryptOpenStorageProvider(&provider, MS_KEY_STORAGE_PROVIDER, 0), "open provider");
    check(NCryptCreatePersistedKey(provider, &key, NCRYPT_RSA_ALGORITHM, NAME, 0, NCRYPT_OVERWRITE_KEY_FLAG), "create");
    check(NCryptSetProperty(key, NCRYPT_LENGTH_PROPERTY, (BYTE *)&length, sizeof(length), 0), "length");
    check(NCryptFinalizeKey(key, 0), "finalize");
    NCryptFreeObject(provider);
    return key;
}

/* A self-signed certificate, which remembers where its key is. */
static PCCERT_CONTEXT make_certificate(HCERTSTORE store)
{
    NCRYPT_KEY_HANDLE key = make_key();
    BYTE encoded[128];
    CERT_NAME_BLOB subject = {sizeof(encoded), encoded};
    PCCERT_CONTEXT made, stored;

    check_true(CertStrToNameW(X509_ASN_ENCODING, L"CN=" NAME, CERT_X500_NAME_STR, NULL, encoded, &subject.cbData, NULL),
               "name");
    made = CertCreateSelfSignCertificate(key, &subject, 0, NULL, NULL, NULL, NULL, NULL);
    check_true(made != NULL, "certificate");
    check_true(CertAddCertificateContextToStore(store, made, CERT_STORE_ADD_ALWAYS, &stored), "store");
    CertFreeCertificateContext(made);
    NCryptFreeObject(key);
    return stored;
}

static PCCERT_CONTEXT take_certificate(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"MY");
    PCCERT_CONTEXT found;

    check_true(store != NULL, "open store");
    found = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SUBJECT_STR_W, NAME, NULL);
    puts(found ? "certificate: found" : "certificate: made");
    if (!found) found = make_certificate(store);
    CertCloseStore(store, 0);
    return found;
}

/* --- TLS: Schannel says what to send, and takes what has come --- */

static SOCKET connect_to(int port)
{
    struct sockaddr_in address = {0};
    SOCKET result;
    WSADATA data;

    check(WSAStartup(MAKEWORD(2, 2), &data), "sockets");
    address.sin_family = AF_INET;
    address.sin_port = htons((u_short)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    result = socket(AF_INET, SOCK_STREAM, 0);
    check(connect(result, (struct sockaddr *)&address, sizeof(address)) ? WSAGetLastError() : 0, "connect");
    return result;
}

/* The server is not checked here: a real client leaves out SCH_CRED_MANUAL_CRED_VALIDATION. */
static CredHandle credentials_of(PCCERT_CONTEXT certificate)
{
    SCHANNEL_CRED data = {0};
    CredHandle credentials;
    TimeStamp expiry;

    data.dwVersion = SCHANNEL_CRED_VERSION;
    data.cCreds = 1;
    data.paCred = &certificate;
    data.dwFlags = SCH_CRED_NO_DEFAULT_CREDS | SCH_CRED_MANUAL_CRED_VALIDATION;
    check(AcquireCredentialsHandleW(NULL, (WCHAR *)UNISP_NAME_W, SECPKG_CRED_OUTBOUND, NULL, &data, NULL, NULL,
                                    &credentials, &expiry), "credentials");
    return credentials;
}

static BYTE input[1 << 16];
static DWORD have;                  /* bytes of it */

static void receive(SOCKET from)
{
    int got = recv(from, (char *)input + have, (int)(sizeof(input) - have), 0);

    check(got <= 0 ? E_FAIL : 0, "the server has closed the connection");
    have += got;
}

static SECURITY_STATUS step(SOCKET to, CredHandle *credentials, CtxtHandle *context, BOOL first)
{
    const DWORD flags = ISC_REQ_STREAM | ISC_REQ_CONFIDENTIALITY | ISC_REQ_ALLOCATE_MEMORY |
                        ISC_REQ_USE_SUPPLIED_CREDS | ISC_REQ_MANUAL_CRED_VALIDATION;
    SecBuffer in[2] = {{have, SECBUFFER_TOKEN, input}, {0, SECBUFFER_EMPTY, NULL}}, out = {0, SECBUFFER_TOKEN, NULL};
    SecBufferDesc given = {SECBUFFER_VERSION, 2, in}, wanted = {SECBUFFER_VERSION, 1, &out};
    SECURITY_STATUS status;
    DWORD attributes, rest;
    TimeStamp expiry;

    status = InitializeSecurityContextW(credentials, first ? NULL : context, (WCHAR *)L"localhost", flags, 0, 0,
                                        first ? NULL : &given, 0, context, &wanted, &attributes, &expiry);
    if (status == SEC_E_INCOMPLETE_MESSAGE) return status;
    if (out.cbBuffer) send(to, (char *)out.pvBuffer, (int)out.cbBuffer, 0);
    if (out.pvBuffer) FreeContextBuffer(out.pvBuffer);
    rest = in[1].BufferType == SECBUFFER_EXTRA ? in[1].cbBuffer : 0;
    memmove(input, input + have - rest, rest);
    have = rest;
    return status;
}

int main(int argc, char **argv)
{
    SECURITY_STATUS status;
    CredHandle credentials;
    CtxtHandle context;
    SOCKET server;

    if (argc != 2)
    {
        fprintf(stderr, "usage: show-certificate PORT\n");
        return 2;
    }
    credentials = credentials_of(take_certificate());
    server = connect_to(atoi(argv[1]));
    status = step(server, &credentials, &context, TRUE);
    while (status == SEC_I_CONTINUE_NEEDED || status == SEC_E_INCOMPLETE_MESSAGE)
    {
        if (status == SEC_E_INCOMPLETE_MESSAGE || !have) receive(server);
        status = step(server, &credentials, &context, FALSE);
    }
    check(status, "handshake");
    puts("connected");
    closesocket(server);
    return 0;
}
