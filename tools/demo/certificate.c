/* SPDX-License-Identifier: LGPL-2.1-or-later
 * The demo's program for certificates. Three processes of it keep, use and delete a key and its certificate:
 *   certificate create         makes both; the key may never be exported. Writes certificate.der
 *   certificate connect PORT   finds the certificate in the store, and is a TLS client with it, on loopback
 *   certificate finish         deletes both, finds them gone
 * Every call and its status is printed; the first status that is not the expected one ends it with exit code 1. */
#define SECURITY_WIN32
#include <winsock2.h>

#include "report.h"

#include <schannel.h>
#include <security.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wincrypt.h>

#define NAME L"demo-certificate"

/* What these functions say when they fail is the last error. */
static SECURITY_STATUS status_of(BOOL success)
{
    return success ? ERROR_SUCCESS : (SECURITY_STATUS)GetLastError();
}

static HCERTSTORE open_store(void)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_SYSTEM_W, 0, 0, CERT_SYSTEM_STORE_CURRENT_USER, L"MY");

    report(status_of(store != NULL), ERROR_SUCCESS, "CertOpenStore(\"MY\")");
    return store;
}

static PCCERT_CONTEXT find_certificate(HCERTSTORE store, SECURITY_STATUS expected)
{
    PCCERT_CONTEXT cert = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SUBJECT_STR_W, NAME, NULL);

    report(status_of(cert != NULL), expected, "CertFindCertificateInStore(\"%ls\")", NAME);
    return cert;
}

/* --- create --- */

static NCRYPT_KEY_HANDLE create_key(NCRYPT_PROV_HANDLE provider)
{
    DWORD length = 2048, policy = 0;
    NCRYPT_KEY_HANDLE key;

    report(NCryptCreatePersistedKey(provider, &key, BCRYPT_RSA_ALGORITHM, NAME, 0, NCRYPT_OVERWRITE_KEY_FLAG),
           ERROR_SUCCESS, "NCryptCreatePersistedKey(\"%ls\", RSA)", NAME);
    report(NCryptSetProperty(key, NCRYPT_LENGTH_PROPERTY, (BYTE *)&length, sizeof(length), 0), ERROR_SUCCESS,
           "NCryptSetProperty(\"Length\", %lu)", (unsigned long)length);
    report(NCryptSetProperty(key, NCRYPT_EXPORT_POLICY_PROPERTY, (BYTE *)&policy, sizeof(policy), 0), ERROR_SUCCESS,
           "NCryptSetProperty(\"Export Policy\", 0)");
    report(NCryptFinalizeKey(key, 0), ERROR_SUCCESS, "NCryptFinalizeKey()");
    return key;
}

/* What a demo left that was interrupted. */
static void delete_left(HCERTSTORE store)
{
    PCCERT_CONTEXT cert;

    while ((cert = CertFindCertificateInStore(store, X509_ASN_ENCODING, 0, CERT_FIND_SUBJECT_STR_W, NAME, NULL)))
        if (!CertDeleteCertificateFromStore(cert)) fail("an older certificate cannot be deleted");
}

static void create(void)
{
    NCRYPT_KEY_HANDLE key = create_key(open_provider(MS_KEY_STORAGE_PROVIDER));
    HCERTSTORE store = open_store();
    BYTE encoded[128];
    CERT_NAME_BLOB subject = { sizeof(encoded), encoded };
    PCCERT_CONTEXT cert;

    delete_left(store);
    report(status_of(CertStrToNameW(X509_ASN_ENCODING, L"CN=" NAME, CERT_X500_NAME_STR, NULL, encoded,
                                    &subject.cbData, NULL)), ERROR_SUCCESS, "CertStrToName(\"CN=%ls\")", NAME);
    cert = CertCreateSelfSignCertificate(key, &subject, 0, NULL, NULL, NULL, NULL, NULL);
    report(status_of(cert != NULL), ERROR_SUCCESS, "CertCreateSelfSignCertificate()");
    report(status_of(CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_ALWAYS, NULL)), ERROR_SUCCESS,
           "CertAddCertificateContextToStore()");
    write_file("certificate.der", cert->pbCertEncoded, cert->cbCertEncoded);
    report(status_of(CertCloseStore(store, 0)), ERROR_SUCCESS, "CertCloseStore()");
}

/* --- connect --- */

struct tls
{
    SOCKET socket;
    CredHandle credentials;
    CtxtHandle context;
    BOOL has_context;
    BYTE input[32768];
    DWORD input_size;               /* bytes */
};

static void acquire_credentials(struct tls *tls, PCCERT_CONTEXT cert)
{
    SCHANNEL_CRED data = { .dwVersion = SCHANNEL_CRED_VERSION, .cCreds = 1, .paCred = &cert,
                           .dwFlags = SCH_CRED_NO_DEFAULT_CREDS | SCH_CRED_MANUAL_CRED_VALIDATION };
    TimeStamp expiry;

    report(AcquireCredentialsHandleW(NULL, (WCHAR *)UNISP_NAME_W, SECPKG_CRED_OUTBOUND, NULL, &data, NULL, NULL,
                                     &tls->credentials, &expiry), SEC_E_OK, "AcquireCredentialsHandle(Schannel)");
}

static void open_connection(struct tls *tls, int port)
{
    struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(port) };
    WSADATA data;

    WSAStartup(MAKEWORD(2, 2), &data);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    tls->socket = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(tls->socket, (struct sockaddr *)&address, sizeof(address))) fail("no server on port %d", port);
}

static void receive(struct tls *tls)
{
    int got = recv(tls->socket, (char *)tls->input + tls->input_size, sizeof(tls->input) - tls->input_size, 0);

    if (got <= 0) fail("the server has closed the connection");
    tls->input_size += got;
}

/* What a step has left over stays in the input. */
static void keep_rest(struct tls *tls, const SecBuffer *extra)
{
    DWORD rest = extra->BufferType == SECBUFFER_EXTRA ? extra->cbBuffer : 0;

    memmove(tls->input, tls->input + tls->input_size - rest, rest);
    tls->input_size = rest;
}

static SECURITY_STATUS handshake_step(struct tls *tls)
{
    SecBuffer in[2] = { { tls->input_size, SECBUFFER_TOKEN, tls->input }, { 0, SECBUFFER_EMPTY, NULL } };
    SecBuffer out[1] = { { 0, SECBUFFER_TOKEN, NULL } };
    SecBufferDesc in_list = { SECBUFFER_VERSION, 2, in }, out_list = { SECBUFFER_VERSION, 1, out };
    SECURITY_STATUS status;
    DWORD attributes;
    TimeStamp expiry;

    status = InitializeSecurityContextW(&tls->credentials, tls->has_context ? &tls->context : NULL,
                                        (WCHAR *)L"localhost", ISC_REQ_CONFIDENTIALITY | ISC_REQ_ALLOCATE_MEMORY
                                        | ISC_REQ_STREAM | ISC_REQ_USE_SUPPLIED_CREDS
                                        | ISC_REQ_MANUAL_CRED_VALIDATION, 0, 0, tls->has_context ? &in_list : NULL,
                                        0, &tls->context, &out_list, &attributes, &expiry);
    if (status == SEC_E_INCOMPLETE_MESSAGE) return status;
    tls->has_context = TRUE;
    if (out[0].pvBuffer && out[0].cbBuffer) send(tls->socket, out[0].pvBuffer, out[0].cbBuffer, 0);
    keep_rest(tls, &in[1]);
    return status;
}

static void handshake(struct tls *tls)
{
    SECURITY_STATUS status = handshake_step(tls);

    while (status == SEC_I_CONTINUE_NEEDED || status == SEC_E_INCOMPLETE_MESSAGE)
    {
        if (status == SEC_E_INCOMPLETE_MESSAGE || !tls->input_size) receive(tls);
        status = handshake_step(tls);
    }
    report(status, SEC_E_OK, "InitializeSecurityContext() until the handshake is done");
}

static void say(struct tls *tls, const char *text)
{
    SecPkgContext_StreamSizes sizes;
    DWORD length = strlen(text);
    SecBuffer buffers[4];
    SecBufferDesc list = { SECBUFFER_VERSION, 4, buffers };
    BYTE packet[4096];

    report(QueryContextAttributesW(&tls->context, SECPKG_ATTR_STREAM_SIZES, &sizes), SEC_E_OK,
           "QueryContextAttributes(stream sizes)");
    memcpy(packet + sizes.cbHeader, text, length);
    buffers[0] = (SecBuffer){ sizes.cbHeader, SECBUFFER_STREAM_HEADER, packet };
    buffers[1] = (SecBuffer){ length, SECBUFFER_DATA, packet + sizes.cbHeader };
    buffers[2] = (SecBuffer){ sizes.cbTrailer, SECBUFFER_STREAM_TRAILER, packet + sizes.cbHeader + length };
    buffers[3] = (SecBuffer){ 0, SECBUFFER_EMPTY, NULL };
    report(EncryptMessage(&tls->context, 0, &list, 0), SEC_E_OK, "EncryptMessage(%lu bytes)", (unsigned long)length);
    send(tls->socket, (char *)packet, buffers[0].cbBuffer + buffers[1].cbBuffer + buffers[2].cbBuffer, 0);
}

/* The first text that the server says. */
static void hear(struct tls *tls)
{
    SecBuffer buffers[4];
    SecBufferDesc list = { SECBUFFER_VERSION, 4, buffers };
    SECURITY_STATUS status;

    do
    {
        receive(tls);
        memset(buffers, 0, sizeof(buffers));
        buffers[0] = (SecBuffer){ tls->input_size, SECBUFFER_DATA, tls->input };
        status = DecryptMessage(&tls->context, &list, 0, NULL);
    }
    while (status == SEC_E_INCOMPLETE_MESSAGE);
    report(status, SEC_E_OK, "DecryptMessage()");
    printf("    the server says: %.*s", (int)buffers[1].cbBuffer, (char *)buffers[1].pvBuffer);
}

static void connect_to(int port)
{
    static struct tls tls;

    acquire_credentials(&tls, find_certificate(open_store(), ERROR_SUCCESS));
    open_connection(&tls, port);
    handshake(&tls);
    say(&tls, "hello server\n");
    hear(&tls);
    closesocket(tls.socket);
}

/* --- finish --- */

static void finish(void)
{
    NCRYPT_PROV_HANDLE provider = open_provider(MS_KEY_STORAGE_PROVIDER);
    HCERTSTORE store = open_store();
    NCRYPT_KEY_HANDLE key;

    report(status_of(CertDeleteCertificateFromStore(find_certificate(store, ERROR_SUCCESS))), ERROR_SUCCESS,
           "CertDeleteCertificateFromStore()");
    find_certificate(store, CRYPT_E_NOT_FOUND);
    report(NCryptOpenKey(provider, &key, NAME, 0, 0), ERROR_SUCCESS, "NCryptOpenKey(\"%ls\")", NAME);
    report(NCryptDeleteKey(key, 0), ERROR_SUCCESS, "NCryptDeleteKey(\"%ls\")", NAME);
    CertCloseStore(store, 0);
}

int main(int argc, char **argv)
{
    const char *step = argc > 1 ? argv[1] : "";

    setvbuf(stdout, NULL, _IONBF, 0);
    if (!strcmp(step, "create")) create();
    else if (!strcmp(step, "connect") && argc > 2) connect_to(atoi(argv[2]));
    else if (!strcmp(step, "finish")) finish();
    else fail("usage: certificate create|connect PORT|finish");
    return 0;
}
