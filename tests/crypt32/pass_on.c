/* SPDX-License-Identifier: LGPL-2.1-or-later
 * What is not ours is passed on: every function that the bridge answers gives, for handles and certificates of CAPI and
 * for arguments that make no sense, the result, the last error and the bytes that it gives with
 * NCRYPT_CERTIFICATES=off.
 *
 * A child is this program with `pass_on CONTAINER CERTIFICATE OUTPUT`: it makes the calls and writes a line for each.
 */
#include "crypt32_test.h"
#include <mssip.h>

static FILE *output;
static HCRYPTPROV context;
static PCCERT_CONTEXT certificate;

static DWORD checksum(const void *data, DWORD size)
{
    const BYTE *bytes = data;
    DWORD sum = 5381, i;

    for (i = 0; i < size; i++) sum = sum * 33 + bytes[i];
    return sum;
}

/* size: of the data that the call has written; 0 when only the result counts. */
static void report(const char *call, BOOL result, const void *data, DWORD size)
{
    DWORD error = GetLastError();

    fprintf(output, "%s: %d %08lx %lu %08lx\n", call, !!result, error, size, data && result ? checksum(data, size) : 0);
}
#define REPORT(call, data, size) \
    do { BOOL result_; SetLastError(0xdeadbeef); result_ = !!(call); report(#call, result_, data, size); } while (0)

static PCCERT_CONTEXT linked_certificate(const WCHAR *container)
{
    PCCERT_CONTEXT cert = bare_copy(certificate);

    link_to_container(cert, container, AT_KEYEXCHANGE);
    return cert;
}

/* --- keys and properties --- */

static void call_acquire(PCCERT_CONTEXT cert, DWORD flags)
{
    HCRYPTPROV_OR_NCRYPT_KEY_HANDLE key = 42;
    BOOL must_free = 42;
    DWORD spec = 42;

    REPORT(CryptAcquireCertificatePrivateKey(cert, flags, NULL, &key, &spec, &must_free), &spec, sizeof(spec));
    fprintf(output, "  flags %#lx, must_free %d\n", flags, must_free);
}

static void call_keys(const WCHAR *container)
{
    static const DWORD flags[] =
    {
        0, CRYPT_ACQUIRE_CACHE_FLAG, CRYPT_ACQUIRE_COMPARE_KEY_FLAG, CRYPT_ACQUIRE_SILENT_FLAG,
        CRYPT_ACQUIRE_USE_PROV_INFO_FLAG, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG, 0x80000000,
    };
    PCCERT_CONTEXT cert, bare = bare_copy(certificate);
    unsigned int i;

    for (i = 0; i < ARRAY_SIZE(flags); i++)
    {
        cert = linked_certificate(container);
        call_acquire(cert, flags[i]);
        call_acquire(cert, flags[i]);
        call_acquire(bare, flags[i]);
        CertFreeCertificateContext(cert);
    }
    call_acquire(bare, CRYPT_ACQUIRE_PREFER_NCRYPT_KEY_FLAG);
    call_acquire(bare, CRYPT_ACQUIRE_ONLY_NCRYPT_KEY_FLAG);
    cert = linked_certificate(L"ncrypt test of no container");
    call_acquire(cert, 0);
    call_acquire(cert, CRYPT_ACQUIRE_ALLOW_NCRYPT_KEY_FLAG);
    CertFreeCertificateContext(cert);
    CertFreeCertificateContext(bare);
}

static void call_properties(const WCHAR *container)
{
    static const DWORD ids[] = { 0, 1, 2, 3, 4, 5, 6, 11, 13, 20, 23, 100, 0x7fff, 0xffff };
    PCCERT_CONTEXT cert = linked_certificate(container);
    CERT_KEY_CONTEXT key_context = { .cbSize = 3 };
    CRYPT_DATA_BLOB blob = { 4, (BYTE *)L"x" };
    BYTE data[1024];
    unsigned int i;
    DWORD size;

    for (i = 0; i < ARRAY_SIZE(ids); i++)
    {
        size = 0;
        REPORT(CertGetCertificateContextProperty(cert, ids[i], NULL, &size), &size, sizeof(size));
        size = sizeof(data);
        REPORT(CertGetCertificateContextProperty(cert, ids[i], data, &size), ids[i] == 2 ? NULL : data, size);
        size = 1;
        REPORT(CertGetCertificateContextProperty(cert, ids[i], data, &size), &size, sizeof(size));
    }
    REPORT(CertSetCertificateContextProperty(cert, CERT_FRIENDLY_NAME_PROP_ID, 0, &blob), NULL, 0);
    REPORT(CertSetCertificateContextProperty(cert, CERT_FRIENDLY_NAME_PROP_ID, 0, NULL), NULL, 0);
    REPORT(CertSetCertificateContextProperty(cert, CERT_KEY_CONTEXT_PROP_ID, 0, &key_context), NULL, 0);
    REPORT(CertSetCertificateContextProperty(cert, 0, 0, NULL), NULL, 0);
    REPORT(CertSetCertificateContextProperty(cert, 0x7fff, 0, &blob), NULL, 0);
    CertFreeCertificateContext(cert);
}

/* The same certificate with another key, which is nobody's. */
static PCCERT_CONTEXT foreign_certificate(void)
{
    const CRYPT_BIT_BLOB *key = &certificate->pCertInfo->SubjectPublicKeyInfo.PublicKey;
    BYTE encoded[4096];
    DWORD i;

    memcpy(encoded, certificate->pbCertEncoded, certificate->cbCertEncoded);
    for (i = 0; memcmp(encoded + i, key->pbData, key->cbData); i++) continue;
    encoded[i + key->cbData / 2] ^= 1;
    return CertCreateCertificateContext(X509_ASN_ENCODING, encoded, certificate->cbCertEncoded);
}

static void call_find(void)
{
    PCCERT_CONTEXT cert = foreign_certificate();

    REPORT(CryptFindCertificateKeyProvInfo(cert, 0, NULL), NULL, 0);
    REPORT(CryptFindCertificateKeyProvInfo(cert, CRYPT_FIND_MACHINE_KEYSET_FLAG, NULL), NULL, 0);
    REPORT(CryptFindCertificateKeyProvInfo(cert, CRYPT_FIND_USER_KEYSET_FLAG, NULL), NULL, 0);
    CertFreeCertificateContext(cert);
}

/* --- making --- */

static void call_public_key(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle, DWORD spec, const char *oid)
{
    BYTE data[2048];
    CERT_PUBLIC_KEY_INFO *info = (CERT_PUBLIC_KEY_INFO *)data;
    DWORD size = 0;
    BOOL done;

    REPORT(CryptExportPublicKeyInfo(handle, spec, X509_ASN_ENCODING, NULL, &size), &size, sizeof(size));
    size = sizeof(data);
    SetLastError(0xdeadbeef);
    done = CryptExportPublicKeyInfoEx(handle, spec, X509_ASN_ENCODING, (char *)oid, 0, NULL, info, &size);
    report("CryptExportPublicKeyInfoEx", done, done ? info->PublicKey.pbData : NULL, done ? info->PublicKey.cbData : 0);
    size = 4;
    REPORT(CryptExportPublicKeyInfo(handle, spec, X509_ASN_ENCODING, info, &size), &size, sizeof(size));
}

static void call_sign(HCRYPTPROV_OR_NCRYPT_KEY_HANDLE handle, DWORD spec, const char *oid)
{
    CRYPT_ALGORITHM_IDENTIFIER algorithm = { .pszObjId = (char *)oid };
    BYTE signature[512], encoded[4096];
    DWORD size = 0;

    REPORT(
        CryptSignCertificate(handle, spec, X509_ASN_ENCODING, (const BYTE *)"data", 4, &algorithm, NULL, NULL, &size),
        &size, sizeof(size));
    size = sizeof(signature);
    REPORT(CryptSignCertificate(handle, spec, X509_ASN_ENCODING, (const BYTE *)"data", 4, &algorithm, NULL, signature,
                                &size),
           signature, size);
    size = sizeof(encoded);
    REPORT(CryptSignAndEncodeCertificate(handle, spec, X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED,
                                         certificate->pCertInfo, &algorithm, NULL, encoded, &size),
           encoded, size);
    size = 4;
    REPORT(CryptSignAndEncodeCertificate(handle, spec, X509_ASN_ENCODING, X509_CERT_TO_BE_SIGNED,
                                         certificate->pCertInfo, &algorithm, NULL, encoded, &size),
           &size, sizeof(size));
}

static void call_verify(BYTE *signed_, DWORD size)
{
    CERT_PUBLIC_KEY_INFO *key = &certificate->pCertInfo->SubjectPublicKeyInfo;
    CRYPT_DATA_BLOB blob = { size, signed_ };

    REPORT(CryptVerifyCertificateSignature(0, X509_ASN_ENCODING, signed_, size, key), NULL, 0);
    REPORT(CryptVerifyCertificateSignature(0, X509_ASN_ENCODING, signed_, size - 1, key), NULL, 0);
    REPORT(CryptVerifyCertificateSignature(0, X509_ASN_ENCODING, NULL, 0, key), NULL, 0);
    REPORT(CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, CRYPT_VERIFY_CERT_SIGN_SUBJECT_BLOB, &blob,
                                             CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT, (void *)certificate, 0, NULL),
           NULL, 0);
    signed_[size - 1] ^= 1;
    REPORT(CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, CRYPT_VERIFY_CERT_SIGN_SUBJECT_BLOB, &blob,
                                             CRYPT_VERIFY_CERT_SIGN_ISSUER_CERT, (void *)certificate, 0, NULL),
           NULL, 0);
    REPORT(CryptVerifyCertificateSignatureEx(0, X509_ASN_ENCODING, 42, &blob, 42, key, 0, NULL), NULL, 0);
    REPORT(CryptVerifyCertificateSignatureEx(0, 0, 0, NULL, 0, NULL, 0, NULL), NULL, 0);
}

static void call_making(void)
{
    BYTE encoded[4096];
    BYTE garbage[64] = { 0 };

    call_public_key(context, AT_KEYEXCHANGE, NULL);
    call_public_key(context, AT_KEYEXCHANGE, szOID_RSA_RSA);
    call_public_key(context, AT_SIGNATURE, NULL);
    call_public_key(0, AT_KEYEXCHANGE, NULL);
    call_public_key((ULONG_PTR)garbage, AT_KEYEXCHANGE, NULL);
    call_sign(context, AT_KEYEXCHANGE, SHA256_RSA);
    call_sign(context, AT_KEYEXCHANGE, "1.2.840.113549.1.1.5");
    call_sign(context, AT_SIGNATURE, SHA256_RSA);
    call_sign(context, AT_KEYEXCHANGE, "1.2.3.4");
    call_sign(0, AT_KEYEXCHANGE, SHA256_RSA);
    call_sign((ULONG_PTR)garbage, AT_KEYEXCHANGE, SHA256_RSA);
    memcpy(encoded, certificate->pbCertEncoded, certificate->cbCertEncoded);
    call_verify(encoded, certificate->cbCertEncoded);
}

/* --- messages --- */

static void call_sign_message(const WCHAR *container)
{
    PCCERT_CONTEXT cert = linked_certificate(container), bare = bare_copy(certificate);
    CRYPT_SIGN_MESSAGE_PARA para = { .cbSize = sizeof(para), .dwMsgEncodingType = MESSAGE_ENCODING };
    const BYTE *parts[] = { (const BYTE *)"text" };
    DWORD sizes[] = { 4 }, size;
    BYTE message[4096];

    para.HashAlgorithm.pszObjId = (char *)"1.3.14.3.2.26";
    para.pSigningCert = cert;
    size = 0;
    REPORT(CryptSignMessage(&para, FALSE, 1, parts, sizes, NULL, &size), &size, sizeof(size));
    size = sizeof(message);
    REPORT(CryptSignMessage(&para, FALSE, 1, parts, sizes, message, &size), message, size);
    size = sizeof(message);
    REPORT(CryptSignMessage(&para, TRUE, 1, parts, sizes, message, &size), message, size);
    para.HashAlgorithm.pszObjId = (char *)"1.2.3.4";
    size = sizeof(message);
    REPORT(CryptSignMessage(&para, FALSE, 1, parts, sizes, message, &size), NULL, 0);
    para.pSigningCert = bare;
    REPORT(CryptSignMessage(&para, FALSE, 1, parts, sizes, message, &size), NULL, 0);
    para.pSigningCert = NULL;
    REPORT(CryptSignMessage(&para, FALSE, 1, parts, sizes, message, &size), NULL, 0);
    para.cbSize = 1;
    REPORT(CryptSignMessage(&para, FALSE, 1, parts, sizes, message, &size), NULL, 0);
    CertFreeCertificateContext(cert);
    CertFreeCertificateContext(bare);
}

static void call_encode(HCRYPTPROV handle)
{
    CMSG_SIGNER_ENCODE_INFO signer = { .cbSize = sizeof(signer), .pCertInfo = certificate->pCertInfo };
    CMSG_SIGNED_ENCODE_INFO info = { .cbSize = sizeof(info), .cSigners = 1, .rgSigners = &signer };
    HCRYPTMSG message;
    BYTE encoded[4096];
    DWORD size = sizeof(encoded);

    signer.hCryptProv = handle;
    signer.dwKeySpec = AT_KEYEXCHANGE;
    signer.HashAlgorithm.pszObjId = (char *)"1.3.14.3.2.26";
    REPORT((message = CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_SIGNED, &info, NULL, NULL)), NULL, 0);
    if (!message) return;
    REPORT(CryptMsgUpdate(message, (const BYTE *)"text", 4, TRUE), NULL, 0);
    REPORT(CryptMsgGetParam(message, CMSG_CONTENT_PARAM, 0, encoded, &size), encoded, size);
    CryptMsgClose(message);
}

static void call_messages(const WCHAR *container)
{
    CMSG_SIGNED_ENCODE_INFO empty = { .cbSize = sizeof(empty) };

    call_sign_message(container);
    call_encode(context);
    call_encode(0);
    REPORT(CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_SIGNED, &empty, NULL, NULL), NULL, 0);
    empty.cbSize = 1;
    REPORT(CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_SIGNED, &empty, NULL, NULL), NULL, 0);
    REPORT(CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, CMSG_DATA, NULL, NULL, NULL), NULL, 0);
    REPORT(CryptMsgOpenToEncode(MESSAGE_ENCODING, 0, 42, NULL, NULL, NULL), NULL, 0);
    REPORT(CryptMsgOpenToEncode(0, 0, CMSG_SIGNED, &empty, NULL, NULL), NULL, 0);
}

/* --- the rest --- */

static void call_unprotect(void)
{
    BYTE secret[] = "secret", garbage[16384] = { 1, 2, 3 };
    DATA_BLOB in = { sizeof(secret), secret }, sealed, out = { 0, NULL };

    REPORT(CryptProtectData(&in, L"what", NULL, NULL, NULL, 0, &sealed), NULL, 0);
    REPORT(CryptUnprotectData(&sealed, NULL, NULL, NULL, NULL, 0, &out), out.pbData, out.cbData);
    in.cbData = sizeof(garbage);                    /* the size of what the bridge tells Schannel */
    in.pbData = garbage;
    REPORT(CryptUnprotectData(&in, NULL, NULL, NULL, NULL, 0, &out), NULL, 0);
    in.cbData = 3;
    REPORT(CryptUnprotectData(&in, NULL, NULL, NULL, NULL, 0, &out), NULL, 0);
    REPORT(CryptUnprotectData(NULL, NULL, NULL, NULL, NULL, 0, NULL), NULL, 0);
}

static void call_stores(const WCHAR *container)
{
    HCERTSTORE store = CertOpenStore(CERT_STORE_PROV_MEMORY, 0, 0, 0, NULL);
    PCCERT_CONTEXT cert = linked_certificate(container), added = NULL;
    DWORD i;

    for (i = 0; i <= 9; i++) REPORT(CertAddCertificateContextToStore(store, cert, i, NULL), NULL, 0);
    REPORT(CertAddCertificateContextToStore(store, cert, CERT_STORE_ADD_ALWAYS, &added), NULL, 0);
    REPORT(CertAddCertificateContextToStore(NULL, cert, CERT_STORE_ADD_ALWAYS, NULL), NULL, 0);
    REPORT(CertDeleteCertificateFromStore(added), NULL, 0);
    REPORT(CertDeleteCertificateFromStore(NULL), NULL, 0);
    REPORT(CertCloseStore(store, CERT_CLOSE_STORE_CHECK_FLAG), NULL, 0);
    CertFreeCertificateContext(cert);
}

static void call_self_sign(const WCHAR *container)
{
    CRYPT_KEY_PROV_INFO info = { .pwszContainerName = (WCHAR *)container, .pwszProvName = (WCHAR *)CSP_NAME };
    CERT_NAME_BLOB name = certificate->pCertInfo->Subject;

    info.dwProvType = CSP_TYPE;
    info.dwKeySpec = AT_KEYEXCHANGE;
    REPORT(CertCreateSelfSignCertificate(context, &name, 0, &info, NULL, NULL, NULL, NULL), NULL, 0);
    REPORT(CertCreateSelfSignCertificate(0, &name, 0, &info, NULL, NULL, NULL, NULL), NULL, 0);
    REPORT(CertCreateSelfSignCertificate(context, NULL, 0, &info, NULL, NULL, NULL, NULL), NULL, 0);
    info.pwszContainerName = (WCHAR *)L"ncrypt test of no container";
    REPORT(CertCreateSelfSignCertificate(context, &name, CERT_CREATE_SELFSIGN_NO_SIGN, &info, NULL, NULL, NULL, NULL),
           NULL, 0);
}

static BOOL read_certificate(const char *path)
{
    BYTE encoded[4096];
    FILE *file = fopen(path, "rb");

    if (!file) return FALSE;
    certificate = CertCreateCertificateContext(X509_ASN_ENCODING, encoded, fread(encoded, 1, sizeof(encoded), file));
    fclose(file);
    return certificate != NULL;
}

static void child(char **argv)
{
    WCHAR container[128];

    MultiByteToWideChar(CP_ACP, 0, argv[2], -1, container, ARRAY_SIZE(container));
    ok(read_certificate(argv[3]), "no certificate\n");
    check_capi(open_container(&context, container, 0));
    output = fopen(argv[4], "w");
    call_keys(container);
    call_properties(container);
    call_find();
    call_making();
    call_messages(container);
    call_unprotect();
    call_stores(container);
    call_self_sign(container);
    fclose(output);
    CryptReleaseContext(context, 0);
}

/* --- the parent --- */

/* off: by the switch. */
static void run(const char *off, const WCHAR *container, const char *certificate_path, const char *output_path)
{
    STARTUPINFOA startup = { .cb = sizeof(startup) };
    PROCESS_INFORMATION process;
    char command[4 * MAX_PATH], **argv;

    winetest_get_mainargs(&argv);
    _snprintf(command, sizeof(command), "\"%s\" pass_on \"%ls\" \"%s\" \"%s\"", argv[0], container, certificate_path,
              output_path);
    SetEnvironmentVariableA("NCRYPT_CERTIFICATES", off);
    ok(CreateProcessA(NULL, command, NULL, NULL, FALSE, 0, NULL, NULL, &startup, &process), "error %lu\n",
       GetLastError());
    SetEnvironmentVariableA("NCRYPT_CERTIFICATES", NULL);
    wait_child_process(&process);
}

static unsigned int compare(const char *on_path, const char *off_path)
{
    FILE *on = fopen(on_path, "r"), *off = fopen(off_path, "r");
    char on_line[512], off_line[512];
    unsigned int lines = 0;
    BOOL more_on, more_off;

    ok(on && off, "no output\n");
    for (;;)
    {
        more_on = fgets(on_line, sizeof(on_line), on) != NULL;
        more_off = fgets(off_line, sizeof(off_line), off) != NULL;
        if (!more_on || !more_off) break;
        ok(!strcmp(on_line, off_line), "with the bridge %swithout         %s", on_line, off_line);
        lines++;
    }
    ok(more_on == more_off, "another number of calls\n");
    fclose(on);
    fclose(off);
    return lines;
}

/* --- functions that Wine gives --- */

static BOOL is_in_crypt32(const void *function)
{
    HMODULE module = NULL;

    GetModuleHandleExA(GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS | GET_MODULE_HANDLE_EX_FLAG_UNCHANGED_REFCOUNT, function,
                       &module);
    return module && module == GetModuleHandleA("crypt32.dll");
}

/* Those of the subject interface package for PE files are in the module that the program knows as crypt32.dll, and
 * can be called. */
static void test_sip(void)
{
    static GUID pe = {0xc689aab8, 0x8e78, 0x11d0, {0x8c, 0x47, 0x00, 0xc0, 0x4f, 0xc2, 0x95, 0xee}};
    SIP_DISPATCH_INFO sip = { .cbSize = sizeof(sip) };
    SIP_SUBJECTINFO subject = { .cbSize = sizeof(subject), .pgSubjectType = &pe, .hFile = INVALID_HANDLE_VALUE };
    WCHAR path[MAX_PATH];
    DWORD encoding = 0, size = 0;

    check_capi(CryptSIPLoad(&pe, 0, &sip));
    ok(is_in_crypt32(sip.pfGet), "pfGet is elsewhere\n");
    ok(is_in_crypt32(sip.pfPut), "pfPut is elsewhere\n");
    ok(is_in_crypt32(sip.pfCreate), "pfCreate is elsewhere\n");
    ok(is_in_crypt32(sip.pfVerify), "pfVerify is elsewhere\n");
    ok(is_in_crypt32(sip.pfRemove), "pfRemove is elsewhere\n");
    GetModuleFileNameW(NULL, path, ARRAY_SIZE(path));
    subject.pwsFileName = path;
    ok(!sip.pfGet(&subject, &encoding, 0, &size, NULL), "a program that nobody signed has a signature\n");
}

START_TEST(pass_on)
{
    char directory[MAX_PATH], paths[3][MAX_PATH], **argv;
    struct capi_identity identity;
    unsigned int i;
    FILE *file;

    if (winetest_get_mainargs(&argv) >= 5)
    {
        child(argv);
        return;
    }
    test_sip();
    make_capi_identity(&identity, L"pass on");
    GetTempPathA(sizeof(directory), directory);
    for (i = 0; i < ARRAY_SIZE(paths); i++) GetTempFileNameA(directory, "brd", 0, paths[i]);
    file = fopen(paths[0], "wb");
    fwrite(identity.cert->pbCertEncoded, 1, identity.cert->cbCertEncoded, file);
    fclose(file);
    run(NULL, identity.name, paths[0], paths[1]);
    run("off", identity.name, paths[0], paths[2]);
    ok(compare(paths[1], paths[2]) > 100, "few calls\n");
    for (i = 0; i < ARRAY_SIZE(paths); i++) DeleteFileA(paths[i]);
    remove_capi_identity(&identity);
}
